"""What was seen: which section it breaks, in which words, what to do about it, whether it is a danger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.phrasing import PARTS, BlankValues, PhrasePart, PhraseUse
from docservice.casefile.schema_enforcement import ViolationSchema
from docservice.finding import Finding
from docservice.office.cases import phrase_book
from docservice.office.cases.parts import place_of, with_item, without_item
from docservice.office.cases.photographs import photos_of
from docservice.refusal import Refusal
from docservice.town.phrases import BlankKind, Phrase, faults
from docservice.web.desk import case_parts, case_words, drafts
from docservice.web.desk.access import actor, allows, office, person
from docservice.web.desk.case_record import (
    OpenCase,
    RecordFacts,
    address,
    crumbs,
    opened,
    put_in,
    save,
    self_keeping,
    writable,
)
from docservice.web.desk.cases import DONE
from docservice.web.desk.forms import Asked, DeskForm, InputKind, ask, words_of
from docservice.web.desk.statuses import status_of

_SEEN = "/cases/<number:case>/seen"
_ASKED = ("section", "observed_on", "inspection", "location", "facts", "correction", "immediate_danger",
          "danger_reason",
          "units", "photographs", "corrected_on")  # fmt: skip
_LABELS = {
    "section": "Which rule", "observed_on": "Day", "inspection": "Visit", "location": "Place",
    "facts": "As it will read in the letter", "correction": "What to do about it",
    "immediate_danger": "Could somebody be hurt before the ordinary date?", "danger_reason": "How could they be hurt?",
    "units": "Units it is in", "photographs": "Photographs of it", "corrected_on": "Put right on",
}  # fmt: skip
_HINTS = {
    "section": "", "observed_on": "", "inspection": "", "location": "Where on the property.", "facts": "",
    "correction": "", "immediate_danger": "Then it must be made safe at once, and a fine needs no waiting time.",
    "danger_reason": "Needed where it is a danger.", "photographs": "One may show several things.",
    "units": "Their numbers, one line each; none where it concerns all.",
    "corrected_on": "When somebody has looked at it.",
}  # fmt: skip
_BLANKS: Mapping[BlankKind, tuple[InputKind, str]] = {
    "text": ("line", ""), "place": ("line", ""), "measure": ("line", "Such as 46 feet, or 6 feet 4 inches."),
    "number": ("number", ""), "date": ("date", ""), "time": ("time", ""), "names": ("lines", "One line each."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wordings:
    """The phrases for one text: those to pick, the one picked, the fields of its blanks."""

    part: PhrasePart
    picks: Mapping[str, Phrase]
    used: str
    blanks: tuple[str, ...]


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(_SEEN)(case_seen)
    blueprint.get(f"{_SEEN}/new")(new_seen)
    blueprint.post(f"{_SEEN}/new")(add_seen)
    blueprint.get(f"{_SEEN}/<id>")(one_seen)
    blueprint.post(f"{_SEEN}/<id>")(save_seen)
    blueprint.post(f"{_SEEN}/<id>/out")(take_seen_out)


@allows("read")
def case_seen(case: str) -> str:
    """Everything that was seen."""
    one = opened(case)
    listed = [
        (item, office().town.section(str(item.get("section")), case_words.day_of(item.get("observed_on")) or date.min))
        for item in one.facts.get("violations") or ()
    ]
    photos = [photo for photo in photos_of(one.facts) if "sha256" in photo]
    return render_template(
        "desk/cases/seen-list.html", case=one, listed=listed, words=case_words, photos=photos,
        crumbs=crumbs(one, ("What was seen", "")), at=lambda rest="": address(one.number, rest),
        done=DONE.get(request.args.get("done", "")),
    )  # fmt: skip


@allows("issue")
def new_seen(case: str) -> str:
    """A form for something more that was seen."""
    one = writable(case)
    visits = one.facts.get("inspections") or ()
    last = visits[-1] if visits else None
    begins = {"observed_on": last["on"] if last else office().means.today().isoformat(),
              "inspection": last["id"] if last else None, "immediate_danger": False}  # fmt: skip
    return _shown(one, _restored(one, None, begins))


@allows("issue")
def add_seen(case: str) -> BaseResponse | str | tuple[str, int]:
    """Keep something more that was seen; or look for a section, or take a phrase."""
    return _sent(writable(case), None)


@allows("issue")
def one_seen(case: str, id: str) -> str:
    """One thing that was seen, to edit."""
    one = writable(case)
    _, item = _found(one.facts, id)
    return _shown(one, _restored(one, id, item), id)


def _restored(one: OpenCase, id: str | None, item: RecordFacts) -> DeskForm:
    """The form as it stands on record, or as its person left it, with the phrases that they had picked."""
    place = place_of(one.facts, "violations", id) if id is not None else _end(one.facts)
    used = _used(item)
    form = _keeping(one, id, _form(one.facts, place or 0, used).filled(item, seen=one.seen))
    draft = office().people.drafts.find(person().id, form.draft)
    if draft is None:
        return form
    left = {part: id for part in PARTS if (id := dict(draft.fields).get(f"phrase/{part}/id")) is not None}
    known = office().town.violation_phrases
    kept = _form(one.facts, place or 0, {part: id for part, id in left.items() if id in known})
    return drafts.restored(_keeping(one, id, kept.filled(item, seen=one.seen)))


def _keeping(one: OpenCase, id: str | None, form: DeskForm) -> DeskForm:
    return self_keeping(form, one, f"/seen/{id or 'new'}", "what was seen")


@allows("issue")
def save_seen(case: str, id: str) -> BaseResponse | str | tuple[str, int]:
    """Keep it as it was typed; or look for a section, or take a phrase."""
    one = writable(case)
    _found(one.facts, id)
    return _sent(one, id)


@allows("issue")
def take_seen_out(case: str, id: str) -> BaseResponse:
    """Take one thing out, unless a paper in force cites it."""
    one = writable(case)
    office().cases.rewrite(
        one.number, lambda facts: without_item(facts or {}, "violations", id), actor=actor().name,
        saw=one.summary.revision,
    )  # fmt: skip
    return redirect(url_for("desk.case_seen", case=one.number, done="out"), 303)


def _end(facts: RecordFacts) -> int:
    return len(facts.get("violations") or ())


def _found(facts: RecordFacts, id: str) -> tuple[int, RecordFacts]:
    place = place_of(facts, "violations", id)
    if place is None:
        raise NotFound
    return place, facts["violations"][place]


def _used(item: RecordFacts) -> dict[PhrasePart, str]:
    """The phrase of each text that one tells, of those that the town has."""
    known = office().town.violation_phrases
    uses = {part: str(((item.get("phrase") or {}).get(part) or {}).get("id") or "") for part in PARTS}
    return {part: id for part, id in uses.items() if id in known}


def _form(facts: RecordFacts, place: int, used: Mapping[PhrasePart, str]) -> DeskForm:
    """The form, with the blanks of the phrases that are used."""
    asked = list(ask(ViolationSchema(), only=_ASKED, labels=_LABELS, hints=_HINTS))
    asked = [replace(one, rows=3) if one.kind == "text" else one for one in asked]
    visits = [(one["id"], case_words.thing("inspections", one)) for one in facts.get("inspections") or ()]
    photos = [(one["file"], one["caption"]) for one in photos_of(facts)]
    asked = list(case_parts.chosen(asked, {"inspection": visits, "photographs": photos}))
    for part, id in used.items():
        asked.append(Asked(f"phrase/{part}/id", "Phrase", values=(id,)))
        for name, kind in office().town.violation_phrases[id].blanks.items():
            field, hint = _BLANKS[kind]
            asked.append(Asked(f"phrase/{part}/values/{name}", words_of(name), hint, field))
    return DeskForm(asked, at=f"/violations/{place}")


def _sent(one: OpenCase, id: str | None) -> BaseResponse | str | tuple[str, int]:
    place = place_of(one.facts, "violations", id) if id is not None else None
    place = _end(one.facts) if place is None else place
    known = office().town.violation_phrases
    used: dict[PhrasePart, str] = {
        part: said for part in PARTS if (said := request.form.get(f"phrase/{part}/id", "")) in known
    }
    use, _, wanted = request.form.get("use", "").partition(":")
    picked = next((part for part in PARTS if part == use), None)
    if picked is not None and wanted in known and known[wanted].part == picked:
        used[picked] = wanted
    elif picked is not None:
        used.pop(picked, None)
    sent = _keeping(one, id, _form(one.facts, place, used).sent())
    sent = _told(sent, used, anew=picked)
    if sent.reopened or picked is not None or "find" in request.form:
        return _shown(one, sent, id, searched="find" in request.form)
    return _save(one, sent, id, used)


def _told(sent: DeskForm, used: dict[PhrasePart, str], anew: PhrasePart | None) -> DeskForm:
    """The texts as the phrases tell them with what is in their blanks; own words stay, and the phrase goes."""
    asked = [replace(one, values=(used[part],)) if (part := _phrase_part(one.name)) in used else one for one in sent]
    for part, id in tuple(used.items()):
        values = ((sent.facts().get("phrase") or {}).get(part) or {}).get("values") or {}
        text = phrase_book.composed(office().town.violation_phrases[id], values)
        said, before = sent[part].value.strip(), request.form.get(f"told:{part}", "").strip()
        if part == anew or not said or said == before.replace("\r\n", "\n"):
            asked = [replace(one, values=(text,)) if one.name == part else one for one in asked]
        elif said != text:
            used.pop(part)
            asked = [one for one in asked if not one.name.startswith(f"phrase/{part}/")]
    made = DeskForm(asked, at=sent.at, seen=sent.seen, draft=sent.draft, title=sent.title)
    made.reopened = sent.reopened
    return made


def _phrase_part(name: str) -> PhrasePart | None:
    """The text whose phrase a field names."""
    return next((part for part in PARTS if name == f"phrase/{part}/id"), None)


def _shown(one: OpenCase, form: DeskForm, id: str | None = None, *, searched: bool = False) -> str:
    items = one.facts.get("violations") or ()
    day = case_words.day_of(form["observed_on"].value) or office().means.today()
    words = request.form.get("words", "").strip()[:200] if request.method == "POST" else ""
    section = form["section"].value
    found = phrase_book.sections(office().town, words, day) if searched or not section else ()
    held = office().town.section(section, day) if section else None
    if held is not None and held.code not in {each.section.code for each in found}:
        found = (*phrase_book.sections(office().town, held.code, day, most=1), *found)
    number = next((n for n, each in enumerate(items) if each.get("id") == id), len(items)) + 1
    here = address(one.number, "/seen")
    title = f"What was seen, number {number} of {max(len(items), number)}" if id is not None else "What was seen"
    wordings = {
        part: Wordings(part, phrase_book.phrases(office().town, part, section),
                       form[f"phrase/{part}/id"].value if f"phrase/{part}/id" in form else "",
                       tuple(name for name in form.names if name.startswith(f"phrase/{part}/values/")))
        for part in PARTS
    }  # fmt: skip
    return render_template(
        "desk/cases/seen.html", case=one, form=form, title=title, words=words, found=found, searched=searched,
        wordings=wordings, day=day, places=office().town.places, section=held.code if held is not None else section,
        action=f"{here}/{id if id is not None else 'new'}", back=here, id=id, at=lambda rest: address(one.number, rest),
        crumbs=crumbs(one, ("What was seen", here), (f"Number {number}" if id is not None else "Add", "")),
        others=[(case_words.thing("violations", each), f"{here}/{each['id']}", each["id"] == id,
                 each) for each in items],
        photos={photo["file"]: photo for photo in photos_of(one.facts)},
    )  # fmt: skip


def _save(
    one: OpenCase, sent: DeskForm, id: str | None, used: Mapping[PhrasePart, str]
) -> BaseResponse | str | tuple[str, int]:
    new = id if id is not None else _new_id(one.facts)
    wrong = list(_lacking(sent, used))
    if wrong:
        return _shown(one, sent.refused(findings=wrong), id), 422

    def pick(facts: RecordFacts) -> RecordFacts:
        return next((each for each in facts.get("violations") or () if each.get("id") == new), {})

    def change(facts: RecordFacts) -> RecordFacts:
        before = {name: value for name, value in pick(facts).items() if name != "phrase"}
        return with_item(facts, "violations", new, put_in(before, sent))

    here = address(one.number, "/seen")
    try:
        answer = save(one.number, sent, change, pick, what="what was seen", action=request.path,
                      way=crumbs(one, ("What was seen", here)))  # fmt: skip
    except Refusal as refusal:
        return _shown(one, sent.refused(refusal), id), status_of(refusal)
    if answer is not None:
        return answer
    drafts.forget(sent)
    return redirect(_after(one, id, request.form.get("then", "")), 303)


def _after(one: OpenCase, id: str | None, then: str) -> str:
    here = address(one.number, "/seen")
    items: Sequence[RecordFacts] = one.facts.get("violations") or ()
    if then == "next" and id is not None:
        place = place_of(one.facts, "violations", id) or 0
        if place + 1 < len(items):
            return f"{here}/{items[place + 1]['id']}"
    return f"{here}/new" if then == "more" else f"{here}?done=kept"


def _lacking(sent: DeskForm, used: Mapping[PhrasePart, str]) -> Any:
    """Blanks of a phrase that are empty, and what the letter needs: said at once, in the words of this page."""
    for part, id in used.items():
        for name in office().town.violation_phrases[id].blanks:
            if not sent[f"phrase/{part}/values/{name}"].values:
                message = "Fill the blank, or write the sentence in your own words."
                yield Finding.error("desk.missing", message, f"{sent.at}/phrase/{part}/values/{name}")
        yield from _wrong_blanks(sent, part, id)
    for name, message in (("section", "Choose the rule that it breaks."), ("facts", "Say what you saw."),
                          ("correction", "Say what to do about it.")):  # fmt: skip
        if not sent[name].values:
            yield Finding.error("desk.missing", message, f"{sent.at}/{name}")
    if sent["immediate_danger"].value == "yes" and not sent["danger_reason"].values:
        yield Finding.error("desk.missing", "Say how somebody could be hurt.", f"{sent.at}/danger_reason")


def _wrong_blanks(sent: DeskForm, part: PhrasePart, id: str) -> Iterator[Finding]:
    """What is no measure, number, day or time, where the blank wants one."""
    town = office().town
    values = (((sent.facts().get("phrase") or {}).get(part) or {}).get("values")) or {}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    use, section = PhraseUse(id, BlankValues(given)), sent["section"].value
    for code, place, message in faults(town.violation_phrases, use, part, section, town.codes):
        if code == "phrase_value":
            wanted = message.partition(" wants ")[2].replace(" without quotation marks", "")
            yield Finding.error("desk.blank", f"This must be {wanted}", f"{sent.at}/phrase/{part}/{place}")
        elif code == "phrase_unfit":
            yield Finding.error("desk.phrase", "This phrase is for another rule. Pick another, or use your own words.",
                                f"{sent.at}/{part}")  # fmt: skip


def _new_id(facts: RecordFacts) -> str:
    taken = {one.get("id") for one in facts.get("violations") or ()}
    number = len(taken) + 1
    while f"v{number}" in taken:
        number += 1
    return f"v{number}"
