"""What happened in a case, put on record: each kind of event as a form, and taking back what was not so."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.happenings import DATA
from docservice.casefile.schema import EventSchema
from docservice.finding import Finding
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.means.case_records import RETRACTED
from docservice.refusal import Refusal
from docservice.web.desk import case_story, case_words
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.case_parts import PartChoices, chosen, parties, things
from docservice.web.desk.case_record import OpenCase, RecordFacts, address, crumbs, opened, save, writable
from docservice.web.desk.cases import shown_case
from docservice.web.desk.forms import Asked, DeskForm, ask
from docservice.web.desk.statuses import status_of

_RECORD = "/cases/<number:case>/record"
_PAPERS = 200


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: ``about`` gives what it can be of; where there is nothing, the kind is not offered."""

    key: str
    type: str
    title: str
    hint: str
    about: Callable[[OpenCase], PartChoices]
    subject: str = "What it is about"
    names: tuple[str, ...] = ("reason",)
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Callable[[RecordFacts], Mapping[str, PartChoices]] = lambda facts: {}


def _papers(one: OpenCase) -> PartChoices:
    found = office().issuing.documents(case=one.number, per_page=_PAPERS).items
    return [(paper.number, f"{paper.number}, {paper.title}, to {paper.recipient_name}") for paper in found
            if paper.status == "issued" and paper.original is None and paper.recipient]  # fmt: skip


def _of(*lists: str) -> Callable[[OpenCase], PartChoices]:
    return lambda one: things(one.facts, *lists)


def _case(one: OpenCase) -> PartChoices:
    return [(one.number, "The whole case")]


def _open(one: OpenCase) -> PartChoices:
    return _case(one) if one.summary.status == "open" else ()


def _closed(one: OpenCase) -> PartChoices:
    return _case(one) if one.summary.status == "closed" else ()


_WHY = {"reason": "Why"}
KINDS: Mapping[str, EventKind] = {
    one.key: one
    for one in (
        EventKind("served", "served", "A paper was served", "Handed over, mailed or posted.", _papers, "Which paper",
             ("party", "method", "place", "article_number", "result"),
             {"party": "On whom", "method": "How", "place": "Where", "article_number": "Certified mail number",
              "result": "What is known of it"}, lambda facts: {"party": parties(facts)}),
        EventKind("returned", "returned", "A paper came back", "Returned, unclaimed or refused.", _papers,
             "Which paper", ("party", "result", "reason"), {"party": "Sent to", "result": "What became of it",
             "reason": "What stands on the envelope"}, lambda facts: {"party": parties(facts)}),
        EventKind("time-granted", "extension-granted", "More time is given", "A later day to put something right.",
             lambda one: [*_case(one), *things(one.facts, "violations")], "For what", ("to", "request", "reason"),
             {"to": "Until", "request": "It answers the request", "reason": "Why"},
             lambda facts: {"request": things(facts, "extension_requests")}),
        EventKind("time-denied", "extension-denied", "No more time is given", "The day stays as it is.",
             lambda one: [*_case(one), *things(one.facts, "violations")], "For what", ("request", "reason"),
             {"request": "It answers the request", "reason": "Why"},
             lambda facts: {"request": things(facts, "extension_requests")}),
        EventKind("lifted", "lifted", "A stop work order is lifted", "", _of("stop_work_orders"), "Which order",
             labels=_WHY),
        EventKind("hearing-held", "hearing-held", "A hearing was held", "Who did not come is noted.", _of("hearings"),
             "Which hearing", ("absent",), {"absent": "Who did not come"}, lambda facts: {"absent": parties(facts)}),
        EventKind("hearing-moved", "hearing-continued", "A hearing goes on another day", "", _of("hearings"),
             "Which hearing",
             ("to", "announced"), {"to": "New day", "announced": "Was the new day told at the hearing?"}),
        EventKind("decided", "decided", "A hearing was decided", "What became of each paper and matter.",
             _of("hearings"), "Which hearing", ()),
        EventKind("request-withdrawn", "appeal-withdrawn", "A request for a hearing is taken back", "", _of("appeals"),
             "Which request", labels=_WHY),
        EventKind("deposit-decided", "hardship-decided", "Whether the deposit must be paid", "", _of("appeals"),
             "Which request", ("granted", "reason"), {"granted": "Need they not pay it?", "reason": "Why"}),
        EventKind("withdrawn", "withdrawn", "The office takes something back",
             "A citation, an order, something that was seen.",
             _of("citations", "violations", "stop_work_orders"), "What", labels=_WHY),
        EventKind("mail-days", "mail-extension-decided", "Days that mailing adds are decided",
             "Where our rules leave it to a person.", lambda one: parties(one.facts), "For whom", ("days", "reason"),
             {"days": "Days", "reason": "Why"}),
        EventKind("closed", "closed", "The case is closed", "Without a closing letter.", _open, "What", labels=_WHY),
        EventKind("reopened", "reopened", "The case is opened again", "", _closed, "What", labels=_WHY),
    )
}  # fmt: skip
# What is put on record by a form of the facts: words, what it is for, where it is.
LINKS = (
    ("Somebody asks for more time", "By telephone, letter or in person.", "/more-time/new"),
    ("Somebody asks for a hearing", "They contest a paper.", "/requests/new"),
    ("A payment came in, or money was given back", "", "/payments/new"),
    ("A visit", "What was observed, with photographs.", "/visits/new"),
    ("A cost arose", "", "/costs/new"),
)
_WORDS = {**case_words.RESULTS, **case_words.METHODS, **case_words.OUTCOMES}


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(_RECORD)(record)
    blueprint.get(f"{_RECORD}/note")(note)
    blueprint.post(f"{_RECORD}/note")(add_note)
    blueprint.get(f"{_RECORD}/put-right")(put_right)
    blueprint.post(f"{_RECORD}/put-right")(add_put_right)
    blueprint.get(f"{_RECORD}/<any({', '.join(repr(key) for key in KINDS)}):kind>")(event)
    blueprint.post(f"{_RECORD}/<any({', '.join(repr(key) for key in KINDS)}):kind>")(tell)
    blueprint.get(f"{_RECORD}/not-so/<int:position>")(retract)
    blueprint.post(f"{_RECORD}/not-so/<int:position>")(retract_now)


def _tellable(number: str) -> OpenCase:
    one = opened(number)
    if not one.may_tell:
        raise Refusal("case.merged", f"{one.number} went into {one.summary.merged_into}: go on there.", kind="conflict")
    return one


@allows("issue")
def record(case: str) -> str:
    """What can be put on record of a case."""
    one = _tellable(case)
    offered = [kind for kind in KINDS.values() if kind.about(one)]
    return render_template(
        "desk/cases/record.html", case=one, offered=offered, links=LINKS if one.may_write else (),
        at=lambda rest: address(one.number, rest), crumbs=crumbs(one, ("Record what happened", "")),
    )  # fmt: skip


def _form(one: OpenCase, kind: EventKind) -> DeskForm:
    schema = DATA[kind.type]()  # type: ignore[index]
    hints = dict.fromkeys(kind.names, "")
    asked = ask(schema, only=kind.names, labels=kind.labels, hints=hints, words=_WORDS) if kind.names else ()  # type: ignore[arg-type]
    asked = chosen(asked, kind.choices(one.facts))
    words = tuple((value, said) for value, said in kind.about(one))
    fields = [Asked("on", "Day", kind="date", required=True),
              Asked("subject", kind.subject, kind="choice", required=True, choices=words)]  # fmt: skip
    fields += [replace(each, name=f"data/{each.name}", choices=_capitals(each.choices)) for each in asked]
    if kind.type == "decided":
        fields += list(_items(one.facts))
    return DeskForm(fields)


def _capitals(choices: PartChoices) -> tuple[tuple[str, str], ...]:
    return tuple((value, said[:1].upper() + said[1:]) for value, said in choices)


def _items(facts: RecordFacts) -> Sequence[Asked]:
    """What a hearing may have decided: of each citation, order and matter, its outcome, fine and day."""
    outcomes = tuple((value, said.capitalize()) for value, said in case_words.OUTCOMES.items())
    made = []
    for id, words in things(facts, "citations", "stop_work_orders", "violations"):
        label = words[:1].upper() + words[1:]
        made += [
            Asked(f"items/{id}/outcome", label, kind="choice", choices=outcomes),
            Asked(f"items/{id}/amount", "Fine as decided", "Only where it was changed.", "money"),
            Asked(f"items/{id}/comply_by", "To be put right by", kind="date"),
        ]
    return made


def _shown(one: OpenCase, kind: EventKind, form: DeskForm, key: str) -> str:
    return render_template(
        "desk/cases/event.html", case=one, kind=kind, form=form, key=key, back=address(one.number, "/record"),
        action=address(one.number, f"/record/{kind.key}"),
        crumbs=crumbs(one, ("Record what happened", address(one.number, "/record")), (kind.title, "")),
    )  # fmt: skip


@allows("issue")
def event(case: str, kind: str) -> str:
    """The form of one kind of event."""
    one, what = _tellable(case), KINDS[kind]
    form = _form(one, what)
    about = form["subject"].known
    wanted = request.args.get("subject", "")
    filled = {"on": office().means.today().isoformat(),
              "subject": wanted if wanted in about else about[0] if len(about) == 1 else None}  # fmt: skip
    return _shown(one, what, form.filled(filled), secrets.token_hex(16))


@allows("issue")
def tell(case: str, kind: str) -> BaseResponse | str | tuple[str, int]:
    """Put an event on record. Sent twice, it is there once."""
    one, what = _tellable(case), KINDS[kind]
    sent = _form(one, what).sent()
    key = request.form.get("key", "")[:64] or secrets.token_hex(16)
    told = sent.facts()
    data: dict[str, Any] = told.get("data", {})
    if what.type == "decided":
        data = {"items": [{"id": id, **said} for id, said in told.get("items", {}).items() if "outcome" in said]}
    missing = sent.missing()
    try:
        day = date.fromisoformat(sent["on"].value)
    except ValueError:
        if sent["on"].values:
            missing.append(Finding.error("desk.day", "This must be a day of the calendar.", "/on"))
    if missing:
        return _shown(one, what, sent.refused(findings=missing), key), 422
    order = CaseEventOrder(what.type, day, sent["subject"].value, data)
    try:
        office().cases.tell(one.number, order, actor=actor().name, idempotency_key=key)
    except Refusal as refusal:
        return _shown(one, what, sent.refused(refusal), key), status_of(refusal)
    return redirect(shown_case(one, "told"), 303)


def _note_form() -> DeskForm:
    hint = "In a sentence or two. Do not name who complained: it may be printed."
    labels = {"on": "Day", "text": "What happened"}
    return DeskForm(ask(EventSchema(), labels=labels, hints={"on": "", "text": hint}))


@allows("issue")
def note(case: str) -> str:
    """A telephone call, or anything else, as a line of the record."""
    one = writable(case)
    return _note(one, _note_form().filled({"on": office().means.today().isoformat()}, seen=one.seen))


def _note(one: OpenCase, form: DeskForm) -> str:
    return _simple(one, "Telephone call or note", "/record/note", form, ("on", "text"))


def _simple(one: OpenCase, title: str, path: str, form: DeskForm, names: tuple[str, ...], what: str = "") -> str:
    return render_template(
        "desk/cases/told.html", case=one, form=form, title=title, names=names, what=what,
        action=address(one.number, path), back=address(one.number, "/record"),
        crumbs=crumbs(one, ("Record what happened", address(one.number, "/record")), (title, "")),
    )  # fmt: skip


@allows("issue")
def add_note(case: str) -> BaseResponse | str | tuple[str, int]:
    """Keep a line of the record."""
    one = writable(case)
    sent = _note_form().sent()
    if missing := sent.missing():
        return _note(one, sent.refused(findings=missing)), 422

    def change(facts: RecordFacts) -> RecordFacts:
        lines = list(facts.get("events") or ())
        made = sent.facts()
        if made in lines:  # sent twice
            return facts
        return {**facts, "events": sorted([*lines, made], key=lambda line: str(line.get("on")))}

    try:
        save(one.number, sent, change, lambda facts: {}, what="the record", action=request.path)
    except Refusal as refusal:
        last = DeskForm(sent, at=_place(refusal), seen=sent.seen)
        return _note(one, last.refused(refusal)), status_of(refusal)
    return redirect(shown_case(one, "told"), 303)


def _place(refusal: Refusal) -> str:
    """Where the line that was refused stands: ``/events/7``."""
    first = next((one.place for one in refusal.findings if one.place.startswith("/events/")), "")
    return "/".join(first.split("/")[:3])


def _right_form(facts: RecordFacts) -> DeskForm:
    open_ = [one for one in facts.get("violations") or () if not one.get("corrected_on")]
    choices = tuple((one["id"], case_words.thing("violations", one)) for one in open_)
    return DeskForm([
        Asked("on", "Somebody looked on", kind="date", required=True),
        Asked("ids", "What is put right", kind="boxes", required=True, choices=choices),
    ])  # fmt: skip


@allows("issue")
def put_right(case: str) -> str:
    """That what was seen is put right, as somebody has looked."""
    one = writable(case)
    return _right(one, _right_form(one.facts).filled({"on": office().means.today().isoformat()}, seen=one.seen))


def _right(one: OpenCase, form: DeskForm) -> str:
    return _simple(one, "It is put right", "/record/put-right", form, ("on", "ids"))


@allows("issue")
def add_put_right(case: str) -> BaseResponse | str | tuple[str, int]:
    """Keep the day on which each was found put right."""
    one = writable(case)
    sent = _right_form(one.facts).sent()
    if missing := sent.missing():
        return _right(one, sent.refused(findings=missing)), 422
    ids, day = set(sent["ids"].values), sent["on"].value

    def change(facts: RecordFacts) -> RecordFacts:
        return {**facts, "violations": [{**each, "corrected_on": day} if each.get("id") in ids else each
                                        for each in facts.get("violations") or ()]}  # fmt: skip

    try:
        save(one.number, sent, change, lambda facts: {}, what="what was seen", action=request.path)
    except Refusal as refusal:
        said = [
            replace(each, place="/on") if each.place.endswith("/corrected_on") else each for each in refusal.findings
        ]
        return _right(one, sent.refused(findings=said)), status_of(refusal)
    return redirect(shown_case(one, "told"), 303)


def _told(one: OpenCase, position: int) -> tuple[Any, str, str]:
    found = next((each for each in office().cases.events(one.number) if each.position == position), None)
    if found is None:
        raise NotFound
    title, text, _ = case_story.event_words(one.facts, found)
    return found, title, text


def _why_form() -> DeskForm:
    return DeskForm(
        [Asked("reason", "Why was it not so?", "Both stay in “Who changed what”.", "text", required=True, most=2000)]
    )


@allows("issue")
def retract(case: str, position: int) -> str:
    """Take back what was told and was not so."""
    one = _tellable(case)
    _, title, text = _told(one, position)
    return _simple(one, "This was not so", f"/record/not-so/{position}", _why_form(), ("reason",), f"{title}. {text}")


@allows("issue")
def retract_now(case: str, position: int) -> BaseResponse | str | tuple[str, int]:
    """Put on record that it was not so."""
    one = _tellable(case)
    found, title, text = _told(one, position)
    sent = _why_form().sent()
    findings = sent.missing()
    try:
        if not findings:
            order = CaseEventOrder(RETRACTED, office().means.today(), found.subject, {}, position, sent["reason"].value)
            office().cases.tell(one.number, order, actor=actor().name)
            return redirect(shown_case(one, "told"), 303)
    except Refusal as refusal:
        findings = list(refusal.findings)
    shown = _simple(one, "This was not so", f"/record/not-so/{position}", sent.refused(findings=findings), ("reason",),
                    f"{title}. {text}")  # fmt: skip
    return shown, 422
