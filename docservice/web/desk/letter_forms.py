"""The form of a letter that is being written: kind, people with language and mail, days, questions; and its orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, cast

from werkzeug.datastructures import MultiDict

from docservice.finding import Finding
from docservice.office.means.versions import VersionRecord
from docservice.office.writing import ASKED, Addressee
from docservice.pipeline.mail_classes import MAIL_CLASSES, MailClass
from docservice.pipeline.order import Order, OrderDecision
from docservice.refusal import Refusal
from docservice.web.desk.access import office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.letter_questions import answered, places_of, questions, unsaid
from docservice.web.desk.words import language as language_name

MAIL_WORDS: Mapping[str, str] = {
    "": "Nothing printed about the mail",
    "first_class_mail": "First-class mail",
    "certified_mail": "Certified mail",
    "certified_mail+first_class_mail": "Certified and first-class mail",
}
WAYS: Mapping[str, str] = {
    "certified_mail": "Certified mail",
    "first_class_mail": "First-class mail",
    "posting_site": "Posted at the property",
    "posting_unit": "Posted at the door of a unit",
    "personal": "Handed to them",
    "substituted": "Left with somebody, and mailed",
}
ROLE_WORDS: Mapping[str, str] = {
    "owner": "Owner", "occupant": "Lives there", "tenant": "Tenant", "lienholder": "Lender", "agent": "Agent",
    "contractor": "Contractor", "worker": "Worker", "local_contact": "Local contact", "appellant": "Filed the appeal",
    "representative": "Speaks for somebody", "interested": "Named in the case",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LetterForm:
    """A letter as it stands on the page. ``facts`` are the case's, ``revision`` the one they are of."""

    number: str
    title: str
    revision: int
    facts: Mapping[str, Any]
    version: VersionRecord
    about: str | None
    people: tuple[Addressee, ...]
    order: Order
    form: DeskForm
    problems: tuple[Finding, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of its questions."""
        return tuple(name for name in self.form["asked"].values if name in self.form)

    @property
    def chosen(self) -> tuple[Addressee, ...]:
        """Who is ticked, in the order of the case."""
        ticked = self.form["to"].values
        return tuple(one for one in self.people if one.party.id in ticked)

    @property
    def others(self) -> tuple[Addressee, ...]:
        """Who may get it, and must not by any rule."""
        return tuple(one for one in self.people if not one.due)

    def language_of(self, one: Addressee) -> str:
        """The language of somebody's copy."""
        return "en" if self.form[f"language/{one.party.id}"].value == "en" else one.language

    def mailing_of(self, one: Addressee) -> MailClass | None:
        """The class of mail of somebody's copy."""
        value = self.form[f"mailing/{one.party.id}"].value
        return value if value in MAIL_CLASSES else None

    def orders(self) -> tuple[Order, ...]:
        """An order for each copy, or for the one that goes to the file. Raises ``Refusal`` for days that are none."""
        return tuple(self.order_for(one) for one in self.chosen) if self.people else (self._with(),)

    def order_for(self, one: Addressee, language: str | None = None) -> Order:
        """The order for somebody's copy."""
        chosen = language or self.language_of(one)
        return self._with(recipient=one.party.id, language="en" if chosen == "en" else None,
                          mailing=self.mailing_of(one))  # fmt: skip

    def _with(self, **more: Any) -> Order:
        return replace(
            self.order, on=_day(self.form, "on"), mail_on=_day(self.form, "mail_on"),
            dated_back=self.form["dated_back"].value.strip() or None, **more,
        )  # fmt: skip

    @property
    def guards(self) -> tuple[str, ...]:
        """The guards of procedure that somebody may decide here."""
        return tuple(name.split("/")[1] for name in self.form.names if name.startswith("decide/")
                     and name.endswith("/by"))  # fmt: skip

    def guard_words(self, code: str) -> tuple[str, ...]:
        """What a guard says against the copies that are ticked."""
        told = [one.message for each in self.chosen for one in each.problems if one.code == code]
        told += [one.message for one in self.problems if one.code == code]
        return tuple(dict.fromkeys(told))

    def hidden(self, without: Sequence[str] = ()) -> list[tuple[str, str]]:
        """All that is on the page, to send it on; ``without`` are parties that get no copy."""
        found = [("seen", str(self.revision))]
        for one in self.form:
            if one.name == "to":
                found += [("to", value) for value in one.values if value not in without]
                continue
            found += [(one.name, value) for value in (one.values if one.kind == "boxes" else (one.value,)) if value]
        return found

    def shown(self) -> tuple[Order, str] | None:
        """The order of the copy that is looked at, and the value that names it."""
        if not self.people:
            return self._with(), ""
        wanted, _, language = self.form["copy"].value.rpartition(":")
        chosen = self.chosen or self.people[:1]
        one = next((each for each in chosen if each.party.id == wanted), chosen[0] if chosen else None)
        if one is None:
            return None
        spoken = language if language in ("en", self.language_of(one)) else self.language_of(one)
        return self.order_for(one, spoken), f"{one.party.id}:{spoken}"

    def copies(self) -> list[tuple[str, str]]:
        """The copies that can be looked at: value and words."""
        found = []
        for one in self.chosen or self.people[:1]:
            for language in dict.fromkeys((self.language_of(one), "en")):
                name = one.party.name.latin or one.party.name.text
                found.append((f"{one.party.id}:{language}", f"{name}, {language_name(language)}"))
        return found

    def facts_now(self) -> dict[str, Any]:
        """The facts with what was answered."""
        return answered(self.facts, self.form, self.asked)


def _day(form: DeskForm, name: str) -> date | None:
    text = form[name].value.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = "This is no day of the calendar."
        raise Refusal("order.date", message, [Finding.error("order.date", message, f"/{name}")]) from None


def letter_form(number: str, key: str, about: str | None, sent: MultiDict[str, str] | None = None) -> LetterForm:
    """The form as it begins, or as it was ``sent``.

    Raises ``Refusal``: ``case.unknown``, ``case.merged``, ``template.unknown``, ``template.not_in_force``.
    """
    writing = office().jobs.writing
    version = writing.version(key)
    case = office().cases.read(number)
    order = replace(writing.order(number, key, about), casefile=case.casefile)
    found = questions((f"/{one}" for one in sent.getlist("asked")), case.casefile) if sent is not None else ()
    answers = DeskForm(found)
    if sent is not None:
        answers = answers.sent(sent)
        order = replace(order, casefile=answered(case.casefile, answers, answers.names), decisions=_decided(sent))
    people = writing.people(order)
    fields = [*_fields(people), *answers, *_guards(_codes(people, sent))]
    bare = DeskForm(
        fields, seen=str(case.summary.revision), draft=draft_key(case.summary.number, key, about),
        title=f"{version.title} · {case.summary.title}",
    )  # fmt: skip
    form = bare.sent(sent) if sent is not None else bare
    return LetterForm(
        case.summary.number, case.summary.title, case.summary.revision, case.casefile, version, about, people, order,
        form,
    )  # fmt: skip


def draft_key(number: str, key: str, about: str | None) -> str:
    """The key under which the form keeps itself."""
    return f"letter/{number}/{key}/{about or ''}"[:200]


def asking(letter: LetterForm, findings: Sequence[Finding]) -> LetterForm:
    """The form with a question for each place that findings name and the case can say, and with what they leave to a
    person."""
    places = [one for one in places_of(findings) if unsaid(one, letter.facts)]
    found = [one for one in questions(places, letter.facts) if one.name not in letter.form]
    held = DeskForm(found).filled(held_answers(letter.facts, found))
    codes = [one.code for one in findings if one.severity == "error" and one.code.startswith("procedure.")]
    guards = [one for one in _guards(codes) if one.name not in letter.form]
    asked = replace(letter.form["asked"], values=(*letter.form["asked"].values, *held.names))
    every = [asked if one.name == "asked" else one for one in letter.form]
    before = letter.form
    form = DeskForm((*every, *held, *guards), seen=before.seen, draft=before.draft, title=before.title)
    form.kept_at = before.kept_at
    return replace(letter, form=form, problems=tuple(findings))


def _decided(sent: MultiDict[str, str]) -> tuple[OrderDecision, ...]:
    """What was decided, as far as it is whole."""
    found = []
    for code in _sent_guards(sent):
        by, answer, reason = (sent.get(f"decide/{code}/{name}", "").strip() for name in ("by", "answer", "reason"))
        if by and reason and answer in ("yes", "no"):
            found.append(OrderDecision(code, cast("Literal['yes', 'no']", answer), by, reason))
    return tuple(found)


def _sent_guards(sent: MultiDict[str, str] | None) -> list[str]:
    parts = [name.split("/") for name in sent or ()]
    return [part[1] for part in parts if len(part) == 3 and part[0] == "decide"]


def _codes(people: Sequence[Addressee], sent: MultiDict[str, str] | None) -> list[str]:
    told = [one.code for person in people for one in person.problems if one.code.startswith("procedure.")]
    return [*_sent_guards(sent), *told]


def held_answers(facts: Mapping[str, Any], found: Sequence[Asked]) -> dict[str, Any]:
    """What the facts say at the places of questions, as a form fills itself."""
    made: dict[str, Any] = {}
    for one in found:
        if unsaid(one.name, facts):
            continue
        value: Any = facts
        for step in one.name.split("/"):
            value = value[int(step)] if step.isdigit() else value[step]
        made[one.name] = value
    return made


def _fields(people: Sequence[Addressee]) -> Iterator[Asked]:
    today = office().means.today().isoformat()
    ticked = tuple(one.party.id for one in people
                   if one.due and all(each.code in ASKED for each in one.problems))  # fmt: skip
    names = tuple((one.party.id, one.party.name.text) for one in people)
    yield Asked("to", "To whom", kind="boxes", choices=names, values=ticked)
    for one in people:
        languages = (("", both(one.language)), ("en", "English only")) if one.language != "en" else (("", "English"),)
        yield Asked(f"language/{one.party.id}", "Language", kind="choice", required=True, choices=languages)
        mails = tuple(MAIL_WORDS.items())
        yield Asked(f"mailing/{one.party.id}", "How it goes", kind="choice", choices=mails,
                    values=(one.mailing or "",))  # fmt: skip
    hint = "The dates in the letter count from this day. Leave it empty if it is the day of the letter."
    yield Asked("mail_on", "When does it go to the post?", hint, "date")
    yield Asked("on", "Day of the letter", "Today, unless you have a reason.", "date", values=(today,))
    yield Asked("dated_back", "Why is it dated back?", "Only for a day that is over. The reason is kept.", "line")
    yield Asked("copy", "Copy for", kind="line")
    yield Asked("asked", "Questions", kind="boxes")
    yield Asked("together", "If one copy is refused", kind="boxes",
                choices=(("yes", "Send none until all of them can go"),))  # fmt: skip


def both(language: str) -> str:
    """English and another, in words."""
    return f"English and {language_name(language)}"


def _guards(codes: Iterable[str]) -> Iterator[Asked]:
    for code in dict.fromkeys(codes):
        officers = office().jobs.writing.officers(code)
        if officers:
            yield Asked(f"decide/{code}/by", "Who decided", kind="choice", choices=officers)
            yield Asked(f"decide/{code}/answer", "What they said", kind="radio",
                        choices=(("yes", "Yes, it may go out"), ("no", "No")))  # fmt: skip
            yield Asked(f"decide/{code}/reason", "Why", "This stays on record with their name.", "line")


def field_of(letter: LetterForm, place: str) -> str:
    """The address of the field, on this page or the case's, that a finding means; empty where there is none."""
    name = place.strip("/")
    while name:
        if name in letter.form and name not in ("copy", "asked"):
            return f"#{letter.form[name].id}"
        name = name.rpartition("/")[0]
    first = place.strip("/").partition("/")[0]
    return {"recipient": "#people", "mailing": "#people", "decisions": "#decide"}.get(first, "")
