"""The parts of a case that have forms: which fields of the record each asks, in which order, with which words.

A field's kind, its limits and, where nothing better is said here, its help come from the casefile's own schema.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from babel import Locale

from docservice.casefile.schema import CaseSchema, PermitSchema, PropertySchema
from docservice.casefile.schema_enforcement import (
    AppealSchema,
    CostSchema,
    HearingSchema,
    InspectionSchema,
    PaymentSchema,
)
from docservice.casefile.schema_history import ExtensionRequestSchema, PlannedVisitSchema
from docservice.casefile.schema_people import FactsSchema, PartySchema
from docservice.office.cases.parts import LISTS
from docservice.web.desk import case_words
from docservice.web.desk.access import office
from docservice.web.desk.forms import Asked, DeskForm, InputKind, ask

StatedFacts = Mapping[str, Any]
PartChoices = Sequence[tuple[str, str]]
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading; ``folded`` ones are asked when somebody opens them."""

    heading: str
    names: tuple[str, ...]
    beside: bool = False
    folded: bool = False


@dataclass(frozen=True, slots=True)
class CasePart:
    """A list of the casefile as the desk edits it, item by item. ``key`` is its word in addresses."""

    key: str
    listed: str
    schema: type[FactsSchema]
    title: str  # of the page with all of them
    one: str  # "a person"
    groups: tuple[Group, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, InputKind] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    choices: Callable[[StatedFacts], Mapping[str, PartChoices]] = lambda facts: {}
    begins: Callable[[StatedFacts], StatedFacts] = lambda facts: {}
    named: Callable[[StatedFacts], str] = lambda item: ""
    stem: str = ""  # how ids begin

    @property
    def id_field(self) -> str:
        """What names an item in its list."""
        return LISTS[self.listed]

    def form(self, facts: StatedFacts, at: int) -> DeskForm:
        """The form of the item at a place of the list."""
        names = tuple(name for group in self.groups for name in group.names)
        asked = ask(self.schema(), only=names, labels=self.labels, hints=self.hints, words=self.words, kinds=self.kinds)
        return DeskForm(chosen(asked, self.choices(facts)), at=f"/{self.listed}/{at}")

    def new_id(self, facts: StatedFacts, item: StatedFacts) -> str:
        """An id for a new item, which nobody has to type."""
        if self.id_field != "id":
            return str(item.get(self.id_field) or "")
        taken = {one.get("id") for one in facts.get(self.listed) or ()}
        stem = slug(self.named(item)) if self.listed == "parties" else ""
        stem = f"{(item.get('roles') or [self.stem])[0]}-{stem}"[:50].strip("-") if stem else self.stem
        number = 1
        while True:
            id = (
                stem
                if stem != self.stem and number == 1
                else f"{stem}{number}"
                if stem == self.stem
                else f"{stem}-{number}"
            )
            if id not in taken:
                return id
            number += 1


def slug(text: str) -> str:
    """A text as an id has it: small plain letters and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _SLUG.sub("-", plain).strip("-")


def chosen(asked: Sequence[Asked], choices: Mapping[str, PartChoices]) -> tuple[Asked, ...]:
    """The fields, those of ``choices`` with what may be chosen: boxes where several may, else one of a list."""
    made = []
    for one in asked:
        given = choices.get(one.name)
        if given is not None:
            kind: InputKind = "boxes" if one.kind in ("boxes", "lines", "paragraphs") else "choice"
            one = replace(one, kind=kind, choices=tuple(given), most=0)
        made.append(one)
    return tuple(made)


def officers(facts: StatedFacts) -> PartChoices:
    """The town's officers, and those that the case adds."""
    added = {one["id"]: one["name"] for one in facts.get("officers") or ()}
    return [*((one.id, f"{one.name}, {one.title}") for one in office().town.officers if one.id not in added),
            *added.items()]  # fmt: skip


def languages(facts: StatedFacts) -> PartChoices:
    """The town's languages by their English names, and others that names and readers of this case have."""
    known = {"en": "English"} | {one.tag: one.name for one in office().town.languages}
    for party in facts.get("parties") or ():
        for tag in (party.get("language"), (party.get("name") or {}).get("language")):
            if tag and tag not in known:
                known[tag] = Locale.parse(tag.replace("-", "_")).get_display_name("en") or tag
    return list(known.items())


def parties(facts: StatedFacts) -> PartChoices:
    """The people of the case."""
    return [(one["id"], case_words.name_of(one)) for one in facts.get("parties") or ()]


def things(facts: StatedFacts, *lists: str) -> PartChoices:
    """Things of the case by their ids, in words."""
    return [(one["id"], case_words.thing(listed, one)) for listed in lists for one in facts.get(listed) or ()]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


PEOPLE = CasePart(
    "people", "parties", PartySchema, "People", "a person",
    (
        Group("Who", ("name/text", "name/latin", "roles")),
        Group("Language", ("language", "name/language"), beside=True),
        Group("Where their mail goes", ("address/kind", "address/lines", "unit", "attention")),
        Group("More, if known", ("phone", "email", "electronic_consent_on", "interest", "agent", "license_number",
                                 "greeting", "mail_extension_days"), folded=True),
    ),
    labels={
        "name/text": "Name", "name/latin": "The name in Latin letters", "roles": "What they are in this case",
        "language": "They read", "name/language": "The name is written in", "address/kind": "Kind of address",
        "address/lines": "Address", "unit": "Unit", "attention": "Attention", "email": "E-mail", "phone": "Telephone",
        "electronic_consent_on": "Agreed to service by e-mail on", "interest": "Share or kind of ownership",
        "agent": "Agent for service", "license_number": "Contractor’s license", "greeting": "How letters greet them",
        "mail_extension_days": "Days that mailing adds",
    },
    hints={
        "name/text": "Exactly as on the deed, lease or license, in its own script.",
        "name/latin": "Only for a name in another script: for the envelope, beside the name.",
        "roles": "Every one that fits. It decides which papers they get.", "address/kind": "",
        "address/lines": "As on the envelope, below the name; one line each. The last is city, state and ZIP.",
        "language": "Their letters come in it where we have it.", "name/language": "Where that is not English.",
        "agent": "A name.", "greeting": "Read from the name, unless you say it.",
        "attention": "A person or department.",
        "mail_extension_days": "Only where a person decided it.",
    },
    words={**case_words.ROLES, **case_words.ADDRESS_KINDS},
    choices=lambda facts: {
        "language": languages(facts), "name/language": languages(facts),
        "greeting": tuple(case_words.GREETINGS.items()),
    },
    begins=lambda facts: {"address": {"kind": "street"}, "language": "en"},
    named=case_words.name_of, stem="party",
)  # fmt: skip
PERMITS = CasePart(
    "permits", "permits", PermitSchema, "Permits", "a permit",
    (
        Group("The permit", ("number", "issued_on"), beside=True),
        Group("The work", ("description",)),
        Group("Its time limit", ("limit_months", "completion_due", "expires_on", "completed_on"), beside=True),
    ),
    labels={
        "number": "Permit number", "issued_on": "Issued on", "description": "What it allows",
        "limit_months": "Time limit in months", "completion_due": "To be done by, as printed",
        "expires_on": "Expires on", "completed_on": "Passed its last inspection on",
    },
    hints={"number": "", "issued_on": "The time limit runs from it.", "limit_months": "", "completion_due": "",
           "expires_on": "", "completed_on": "", "description": ""},
    named=lambda item: str(item.get("number") or ""),
)  # fmt: skip
VISITS = CasePart(
    "visits", "inspections", InspectionSchema, "Visits and photographs", "a visit",
    (
        Group("When and who", ("on", "at", "inspector"), beside=True),
        Group("How we came in", ("basis_of_entry", "consent_by")),
        Group("What was seen and said", ("observations", "present", "purpose", "result")),
        Group("The next visit", ("reinspection_on", "reinspection_from", "reinspection_until"), beside=True),
        Group("More, if known", ("conditions",), folded=True),
    ),
    labels={
        "on": "Day", "at": "Time", "inspector": "Who went", "basis_of_entry": "By what right",
        "consent_by": "Who let us in",
        "observations": "What was observed", "present": "Who was there", "purpose": "Why we went",
        "result": "What came of it", "reinspection_on": "Next visit on", "reinspection_from": "From",
        "reinspection_until": "Until", "conditions": "Weather and light",
    },
    hints={
        "on": "", "at": "", "inspector": "", "basis_of_entry": "",
        "consent_by": "Needed where somebody let us in.", "purpose": "",
        "observations": "Plain sentences. Leave an empty line between paragraphs.",
        "present": "A name and what they are; one line each.", "reinspection_on": "", "reinspection_from": "",
        "reinspection_until": "", "result": "In a sentence.",
    },
    kinds={"basis_of_entry": "radio"}, words=case_words.ENTRY,
    choices=lambda facts: {"inspector": officers(facts)},
    begins=lambda facts: {"on": office().means.today().isoformat()},
    named=lambda item: _capital(case_words.thing("inspections", item)), stem="i",
)  # fmt: skip
HEARINGS = CasePart(
    "hearings", "hearings", HearingSchema, "Hearing", "a hearing",
    (
        Group("What kind", ("kind", "appeal")),
        Group("When", ("on", "at", "docket"), beside=True),
        Group("Where and before whom", ("place", "officer")),
        Group("What is alleged", ("allegations",), folded=True),
    ),
    labels={
        "kind": "Kind of hearing", "appeal": "Whose request it hears", "on": "Day", "at": "Time",
        "docket": "Docket number",
        "place": "Place", "officer": "Hearing officer", "allegations": "In these words",
    },
    hints={
        "kind": "", "appeal": "", "on": "", "at": "", "docket": "", "place": "One line of the address each.",
        "officer": "Not the one who cited.", "allegations": "What was seen, unless you say it in other words here. "
        "Leave an empty line between them.",
    },
    kinds={"kind": "radio"}, words=case_words.HEARINGS,
    choices=lambda facts: {"officer": officers(facts), "appeal": things(facts, "appeals")},
    begins=lambda facts: {"place": list(office().town.hearing.place), "officer": _hearing_officer()},
    named=lambda item: _capital(case_words.thing("hearings", item)), stem="h",
)  # fmt: skip
PLANNED = CasePart(
    "planned-visits", "visits", PlannedVisitSchema, "Planned visits", "a planned visit",
    (
        Group("When and who", ("on", "from_at", "until_at", "inspector"), beside=True),
        Group("What for", ("violations", "inside", "ready")),
    ),
    labels={"on": "Day", "from_at": "From", "until_at": "Until", "inspector": "Who goes",
            "violations": "What is looked at", "inside": "Do we have to go inside?", "ready": "What to have ready"},
    hints={"on": "", "from_at": "", "until_at": "", "inspector": "", "violations": "All of it when none is ticked.",
           "inside": "Then somebody has to agree.",
           "ready": "A key, a permit, a dog tied up. Leave an empty line between."},
    choices=lambda facts: {"inspector": officers(facts), "violations": things(facts, "violations")},
    named=lambda item: _capital(case_words.thing("visits", item)), stem="r",
)  # fmt: skip
MORE_TIME = CasePart(
    "more-time", "extension_requests", ExtensionRequestSchema, "Requests for more time", "a request for more time",
    (
        Group("Who asks", ("by", "on", "came_by"), beside=True),
        Group("What for", ("until", "reason", "violations")),
    ),
    labels={"by": "Who asks", "on": "It came in on", "came_by": "How it came", "until": "They ask for time until",
            "reason": "Why, in their words", "violations": "What it is about"},
    hints={"by": "", "on": "", "came_by": "", "until": "", "reason": "",
           "violations": "All that is open when none is ticked."},
    words=case_words.CAME_BY,
    choices=lambda facts: {"by": parties(facts), "violations": things(facts, "violations")},
    begins=lambda facts: {"on": office().means.today().isoformat()},
    named=lambda item: _capital(case_words.thing("extension_requests", item)), stem="x",
)  # fmt: skip
APPEALS = CasePart(
    "requests", "appeals", AppealSchema, "Requests for a hearing", "a request for a hearing",
    (
        Group("Who asks", ("by", "filed_on"), beside=True),
        Group("What it is about", ("of", "grounds")),
        Group("The deposit", ("deposit", "deposit_on", "hardship_waiver", "hardship_requested_on"), beside=True),
    ),
    labels={"by": "Who asks", "filed_on": "It came in on", "of": "What they contest", "grounds": "Why, in their words",
            "deposit": "Deposit paid", "deposit_on": "Paid on", "hardship_waiver": "Cannot pay the deposit",
            "hardship_requested_on": "Asked on"},
    hints={"by": "", "filed_on": "", "of": "", "grounds": "", "deposit": "Dollars.", "deposit_on": "",
           "hardship_waiver": "", "hardship_requested_on": ""},
    words={"not_requested": "Did not ask", "requested": "Asked, not decided", "granted": "Need not pay it",
           "denied": "Must pay it"},
    choices=lambda facts: {"by": parties(facts),
                           "of": things(facts, "citations", "violations", "stop_work_orders", "costs")},
    begins=lambda facts: {"filed_on": office().means.today().isoformat()},
    named=lambda item: _capital(case_words.thing("appeals", item)), stem="a",
)  # fmt: skip
PAYMENTS = CasePart(
    "payments", "payments", PaymentSchema, "Payments", "a payment",
    (
        Group("What came in", ("amount", "on", "by"), beside=True),
        Group("What for", ("ledger", "citation", "kind")),
    ),
    labels={"amount": "Dollars", "on": "Day", "by": "Who paid", "ledger": "It pays", "citation": "Which citation",
            "kind": "Came in or given back"},
    hints={"amount": "", "on": "", "by": "", "ledger": "Fines and costs are two ledgers and never mix.",
           "citation": "The oldest fine when none is named.", "kind": "Came in, unless you say it."},
    kinds={"ledger": "radio"},
    words={"fines": "A fine", "costs": "Costs of the office", "payment": "Came in", "refund": "Given back"},
    choices=lambda facts: {"by": parties(facts), "citation": things(facts, "citations")},
    begins=lambda facts: {"on": office().means.today().isoformat()},
    named=lambda item: f"${item.get('amount', '')}, {item.get('on', '')}", stem="p",
)  # fmt: skip
COSTS = CasePart(
    "costs", "costs", CostSchema, "Costs", "a cost",
    (
        Group("What it was", ("description", "kind")),
        Group("How much", ("amount", "on", "vendor", "quantity", "unit", "rate"), beside=True),
    ),
    labels={"description": "What it was for", "kind": "Kind", "amount": "Dollars", "on": "Day",
            "vendor": "Who was paid",
            "quantity": "How many", "unit": "Of what", "rate": "Dollars for each"},
    hints={"description": "", "kind": "", "amount": "", "on": "", "vendor": "", "unit": "Hours, loads, visits.",
           "quantity": "", "rate": ""},
    kinds={"kind": "radio"}, words={"abatement": "Work in the owner’s place",
                                    "administrative": "The office’s own time"},
    begins=lambda facts: {"on": office().means.today().isoformat()},
    named=lambda item: str(item.get("description") or ""), stem="k",
)  # fmt: skip
PARTS: Mapping[str, CasePart] = {
    one.key: one for one in (PEOPLE, PERMITS, VISITS, HEARINGS, PLANNED, MORE_TIME, APPEALS, PAYMENTS, COSTS)
}


def _hearing_officer() -> str:
    return next((one.id for one in office().town.officers if office().town.plays(one.role, "hearing_officer")), "")


def property_form(facts: StatedFacts) -> DeskForm:
    """The form of the site and of the case's own head."""
    site = ask(
        PropertySchema(),
        only=("situs", "city_line", "apn", "use", "year_built", "zone", "residential_rental", "vacant_units",
              "title_report_on", "accessory_dwelling/unit", "accessory_dwelling/built_year", "legal_description"),
        labels={"situs": "Address", "city_line": "City, state and ZIP", "apn": "Parcel number", "use": "Used as",
                "year_built": "Built in", "zone": "Zone", "residential_rental": "Do people rent their home here?",
                "vacant_units": "Empty units", "title_report_on": "Title report of",
                "accessory_dwelling/unit": "Its unit", "accessory_dwelling/built_year": "Built in",
                "legal_description": "Legal description"},
        hints={"situs": "", "city_line": "", "apn": "As the county writes it.",
               "use": "Fourplex, shop, short-term rental.",
               "year_built": "", "zone": "", "residential_rental": "Then letters say what the law says of retaliation.",
               "vacant_units": "Their numbers, one line each.", "title_report_on": "",
               "accessory_dwelling/unit": "", "accessory_dwelling/built_year": "",
               "legal_description": "From the deed. Only orders that are recorded need it."},
    )  # fmt: skip
    head = ask(
        CaseSchema(), only=("title", "officer", "topics"),
        labels={"title": "What the case is about", "officer": "Who is in charge", "topics": "Topics"},
        hints={"title": "A few words for the office’s own lists.", "officer": "",
               "topics": "By them fitting handouts are offered."},
    )  # fmt: skip
    asked = [
        *(replace(one, name=f"case/{one.name}") for one in head),
        *(replace(one, name=f"property/{one.name}") for one in site),
    ]
    return DeskForm(chosen(asked, {"case/officer": officers(facts), "case/topics": topics(facts)}))


def topics(facts: StatedFacts) -> PartChoices:
    """Topics that the town's handouts have, and those of this case."""
    known = set(office().town.handouts) | {*office().cases.choices().topics}
    here = (facts.get("case") or {}).get("topics") or ()
    return [(one, _capital(one.replace("-", " "))) for one in sorted({*known, *here})]


PROPERTY_GROUPS = (
    Group("The case", ("case/title", "case/officer", "case/topics")),
    Group("Where", ("property/situs", "property/city_line", "property/apn"), beside=True),
    Group("What it is", ("property/use", "property/year_built", "property/zone", "property/vacant_units"), beside=True),
    Group("Who lives there", ("property/residential_rental",)),
    Group("Accessory dwelling", ("property/accessory_dwelling/unit", "property/accessory_dwelling/built_year"),
          beside=True,
          folded=True),
    Group("Title", ("property/title_report_on", "property/legal_description"), folded=True),
)  # fmt: skip
