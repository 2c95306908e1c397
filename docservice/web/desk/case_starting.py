"""A new case: where it is, what it is about, who complained; and what only the office sees, to edit later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.schema_people import ConfidentialSchema
from docservice.finding import Finding
from docservice.office.cases.listing import CaseFilter
from docservice.refusal import Refusal
from docservice.web.desk import case_parts, case_words, drafts
from docservice.web.desk.access import actor, allows, office, person
from docservice.web.desk.case_parts import Group
from docservice.web.desk.case_record import OpenCase, RecordFacts, address, crumbs, put_in, save, writable
from docservice.web.desk.cases import shown_case
from docservice.web.desk.forms import Asked, DeskForm, ask
from docservice.web.desk.statuses import status_of

_PRIVATE_GROUPS = (
    Group("What was told", ("confidential/complaint", "confidential/complaint_received_on",
                            "confidential/complaint_came_by")),
    Group("Who told it", ("confidential/complainant/name/text", "confidential/complainant/phone",
                          "confidential/complainant/email", "confidential/complainant/address/lines",
                          "confidential/updates_wanted")),
    Group("Notes of counsel and staff", ("confidential/privileged_notes",), folded=True),
)  # fmt: skip
_NEW_GROUPS = (
    Group("Where", ("property/situs", "property/city_line", "property/apn"), beside=True),
    Group("The case", ("case/title", "case/topics", "case/officer", "case/number")),
    Group("Who is responsible, if you know", ("owner/name", "owner/lines")),
    *_PRIVATE_GROUPS[:2],
)  # fmt: skip
NO_PARCEL = "to be found"  # the record needs a parcel number; who opens a case by telephone has none
_LABELS = {
    "complaint": "What they said", "complaint_received_on": "Day", "complaint_came_by": "How it came",
    "updates_wanted": "Do they want to hear what becomes of it?", "privileged_notes": "Notes",
    "complainant/name/text": "Name", "complainant/phone": "Telephone", "complainant/email": "E-mail",
    "complainant/address/lines": "Address",
}  # fmt: skip
_HINTS = {
    "complaint": "In their words. It is never printed.", "complaint_received_on": "", "complaint_came_by": "",
    "updates_wanted": "", "privileged_notes": "Leave an empty line between two.",
    "complainant/name/text": "Leave it empty where nobody gave a name.", "complainant/phone": "",
    "complainant/email": "",
    "complainant/address/lines": "One line each, the last is city, state and ZIP.",
}  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/cases/new")(new_case)
    blueprint.post("/cases/new")(add_case)
    blueprint.get("/cases/<number:case>/private/edit")(edit_private)
    blueprint.post("/cases/<number:case>/private/edit")(save_private)


def _private_asked() -> Sequence[Asked]:
    asked = ask(ConfidentialSchema(), only=tuple(_LABELS), labels=_LABELS, hints=_HINTS, words=case_words.CAME_BY)
    return [replace(one, name=f"confidential/{one.name}", required=False) for one in asked]


def _new_form() -> DeskForm:
    head = case_parts.property_form({})
    asked = [head[name] for group in _NEW_GROUPS[:2] for name in group.names if name in head]
    asked = [replace(one, required=one.required and one.name != "property/apn") for one in asked]
    number = Asked("case/number", "Case number", "Ours goes on by itself. Type another one where you need it.",
                   required=True,
                   most=100)  # fmt: skip
    owner = (
        Asked("owner/name", "Name", "As on the deed. You can say it later.", most=300),
        Asked("owner/lines", "Where their mail goes", "One line each, the last is city, state and ZIP.", "lines"),
    )
    return DeskForm([*asked, number, *owner, *_private_asked()], draft="case/new", title="New case")


@allows("issue")
def new_case() -> str:
    """The form of a case that is not there yet."""
    town = office().town
    mine = next((one.id for one in town.officers if one.name == person().name), "")
    first = next((one.id for one in town.officers if town.plays(one.role, "coordinator")), "")
    given = request.args.get("q", "").strip()[:200]
    filled: dict[str, Any] = {
        "case": {"number": office().cases.suggested_number(), "officer": mine or first},
        "property": {"city_line": _city_line(), "situs": given if any(c.isdigit() for c in given) else None},
        "confidential": {"complaint_received_on": office().means.today().isoformat()},
    }
    return _shown(drafts.restored(_new_form().filled(filled)))


def _city_line() -> str:
    """The last line of the town hall's address: where most cases are."""
    lines = office().town.identity.address
    return lines[-1] if lines else ""


def _shown(form: DeskForm, near: Sequence[Any] = ()) -> str:
    return render_template("desk/cases/new.html", form=form, groups=_NEW_GROUPS, near=near)


@allows("issue")
def add_case() -> BaseResponse | str | tuple[str, int]:
    """Put a case on record, unless something is missing; another open one at the address is shown first."""
    sent = _new_form().sent()
    missing = sent.missing()
    if not sent["property/situs"].values and not sent["property/apn"].values:
        missing.append(
            Finding.error("desk.missing", "Say where it is: an address, or a parcel number.", "/property/situs")
        )
    if missing:
        return _shown(sent.refused(findings=missing)), 422
    near = _near(sent)
    if near and not request.form.get("anyway"):
        return _shown(sent, near), 409
    facts = _facts(sent)
    number = str(facts["case"]["number"])
    try:
        found = office().cases.put(number, facts, actor=actor().name, saw="new")
    except Refusal as refusal:
        return _shown(_refused(sent, refusal)), status_of(refusal)
    drafts.forget(sent)
    return redirect(shown_case(OpenCase(found, ""), "new"), 303)


def _near(sent: DeskForm) -> Sequence[Any]:
    """Open cases at the same address: perhaps it is one of them."""
    situs = sent["property/situs"].value.strip()
    if len(situs) < 6:
        return ()
    found = office().cases.listed(CaseFilter(q=situs)).items
    return [one for one in found if one.site.casefold() == situs.casefold()][:5]


def _facts(sent: DeskForm) -> dict[str, Any]:
    told = sent.facts()
    owner = told.pop("owner", {})
    site = {"apn": NO_PARCEL, **told.get("property", {})}
    party: dict[str, Any] = {
        "id": "owner",
        "roles": ["owner"],
        "name": {"text": owner.get("name") or "Owner of record"},
    }
    if owner.get("lines"):
        party["address"] = {"kind": "street", "lines": owner["lines"]}
    else:
        party["address"] = {"kind": "post_on_site"}
    facts = {
        "case": {**told["case"], "opened_on": office().means.today().isoformat()},
        "property": site,
        "parties": [party],
    }
    private = _private(told.get("confidential", {}))
    return {**facts, "confidential": private} if private else facts


def _private(told: RecordFacts) -> dict[str, Any]:
    """What is confidential, with a complainant only where somebody is named."""
    made = dict(told)
    who = made.pop("complainant", None)
    if who and (who.get("name") or {}).get("text"):
        lines = (who.get("address") or {}).get("lines")
        who = {"id": "complainant", "roles": ["interested"], **who}
        if lines:
            who["address"] = {"kind": "street", **who["address"]}
        else:
            who.pop("address", None)
        made["complainant"] = who
    if set(made) <= {"complaint_received_on"}:
        return {}
    return made


def _refused(sent: DeskForm, refusal: Refusal) -> DeskForm:
    """With what is wrong at the fields of this page: the owner's are those of the first party."""
    places = {"/parties/0/name": "/owner/name", "/parties/0/address": "/owner/lines"}
    findings = [
        replace(one, place=next((there for place, there in places.items() if one.place.startswith(place)), one.place))
        for one in refusal.findings
    ]
    if refusal.code == "case.exists":
        findings = [Finding.error("case.exists", "Another case has this number.", "/case/number")]
    return sent.refused(findings=findings)


def _private_form() -> DeskForm:
    return DeskForm(_private_asked())


def _pick(facts: RecordFacts) -> RecordFacts:
    return {"confidential": facts.get("confidential") or {}}


@allows("issue")
def edit_private(case: str) -> str:
    """What only the office sees, to edit."""
    one = writable(case)
    return _edit(one, _private_form().filled(_pick(one.facts), seen=one.seen))


def _edit(one: OpenCase, form: DeskForm) -> str:
    back = address(one.number, "/private")
    return render_template(
        "desk/cases/item.html", case=one, form=form, groups=_PRIVATE_GROUPS, title="Only for the office",
        action=f"{back}/edit", back=back, crumbs=crumbs(one, ("Only for the office", back)), others=(), out="", more="",
    )  # fmt: skip


@allows("issue")
def save_private(case: str) -> BaseResponse | str | tuple[str, int]:
    """Keep what only the office sees."""
    one = writable(case)
    sent = _private_form().sent()
    if sent.reopened:
        return _edit(one, sent)

    def change(facts: RecordFacts) -> RecordFacts:
        made = _private(put_in(_pick(facts), sent).get("confidential", {}))
        rest = {name: value for name, value in facts.items() if name != "confidential"}
        return {**rest, "confidential": made} if made else rest

    try:
        answer = save(one.number, sent, change, _pick, what="this", action=request.path)
    except Refusal as refusal:
        return _edit(one, sent.refused(refusal)), status_of(refusal)
    return answer or redirect(f"{address(one.number, '/private')}?done=kept", 303)
