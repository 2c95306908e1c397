"""What has happened in a case and what is planned, on one line of time: papers, service, visits, hearings, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from docservice.office.means.records import CaseEventRecord, DocumentRecord
from docservice.web.desk import case_words, words
from docservice.web.desk.case_record import RecordFacts
from docservice.web.desk.case_words import clock_of, day_of

_GIVEN = {"counter": "at the counter", "visit": "at a visit", "letter": "with a letter", "email": "by e-mail",
          "text": "by text message"}  # fmt: skip
_TO_SERVE = timedelta(days=3)  # so long nobody wonders that a paper is not served yet
_NO_SERVICE_WORDS = ("guard-answered", "guard-waived")


@dataclass(frozen=True, slots=True)
class Happening:
    """One line. ``paper`` is the first document of a notice, for its picture and its page; ``chip`` words and kind;
    ``event`` the position of what was told, which can be put right."""

    on: date
    title: str
    text: str = ""
    state: str = ""  # "", bad, plan
    paper: DocumentRecord | None = None
    chip: tuple[str, str] = ("", "")
    href: str = ""
    event: int | None = None
    order: int = field(default=0, compare=False)


def story(
    facts: RecordFacts, papers: Sequence[DocumentRecord], events: Sequence[CaseEventRecord], today: date
) -> tuple[Happening, ...]:
    """Newest first, what is planned on top."""
    found = [*_papers(facts, papers, events, today), *_events(facts, events), *_facts(facts, today)]
    return tuple(sorted(found, key=lambda one: (one.state == "plan", one.on, one.order), reverse=True))


def _papers(
    facts: RecordFacts, papers: Iterable[DocumentRecord], events: Iterable[CaseEventRecord], today: date
) -> Iterator[Happening]:  # fmt: skip
    notices: dict[str, list[DocumentRecord]] = {}
    for one in papers:
        notices.setdefault(one.notice, []).append(one)
    served = _served(facts, events)
    for number, held in notices.items():
        live = [one for one in held if one.status == "issued"]
        shown = sorted(live or held, key=lambda one: (one.copy, one.original is not None))
        first = shown[0]
        copies = [one for one in live if one.original is None]
        said = []
        if len({one.language for one in shown}) > 1 or len(shown) > 1:
            languages = len({one.language for one in shown})
            said.append(f"{len(copies) or len(shown)} cop{'y' if (len(copies) or len(shown)) == 1 else 'ies'}"
                        + (f" in {languages} languages" if languages > 1 else ""))  # fmt: skip
        if first.recipient_name:
            names = list(dict.fromkeys(one.recipient_name for one in shown if one.recipient_name))
            said.append("to " + ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""))
        if first.about:
            said.append(case_words.about(facts, first.about))
        chip = (
            _service_chip(copies, served, today)
            if live
            else (first.status.capitalize(), "bad" if first.status == "void" else "")
        )
        yield Happening(first.issued_on, f"{first.title} {number}", " · ".join(said), "", first, chip, order=1)


def _served(facts: RecordFacts, events: Iterable[CaseEventRecord]) -> Mapping[str, str]:
    """What came of the service of each document, by its number: served, failed or open."""
    found: dict[str, str] = {}

    def told(number: str, result: str) -> None:
        state = "failed" if result in case_words.FAILED else "served"
        if found.get(number) != "served":
            found[number] = state

    for one in facts.get("service") or ():
        told(str(one.get("document")), str(one.get("result") or "pending"))
    for event in events:
        if event.type == "served" and event.corrected_by is None:
            told(event.subject, str(event.data.get("result") or "pending"))
    for event in events:
        if event.type == "returned" and event.corrected_by is None:
            found[event.subject] = "failed"
    return found


def _service_chip(copies: Sequence[DocumentRecord], served: Mapping[str, str], today: date) -> tuple[str, str]:
    if not copies or not any(one.recipient for one in copies):
        return "", ""
    held = sum(served.get(one.number) == "served" for one in copies)
    if held == len(copies):
        return ("Served" if held == 1 else f"All {held} served"), "good"
    if any(served.get(one.number) == "failed" for one in copies):
        return (f"{held} of {len(copies)} served, some came back" if held else "Came back"), "bad"
    new = max(one.issued_on for one in copies) > today - _TO_SERVE
    return (f"{held} of {len(copies)} served" if held else "No service on record"), "wait" if held or new else "bad"


def _events(facts: RecordFacts, events: Sequence[CaseEventRecord]) -> Iterator[Happening]:
    for one in events:
        if one.corrected_by is not None or one.type == "retracted":
            continue
        title, text, state = event_words(facts, one)
        yield Happening(one.on, title, text, state, event=one.position, order=2)


def event_words(facts: RecordFacts, event: CaseEventRecord) -> tuple[str, str, str]:
    """What happened: a title, more of it, and whether it is trouble (bad)."""
    data, subject = event.data, event.subject
    who = case_words.party(facts, data.get("party")) if data.get("party") else ""
    reason = str(data.get("reason") or "")
    thing = case_words.about(facts, subject)
    if event.type == "served":
        how = case_words.METHODS.get(data["method"], "")
        result = case_words.RESULTS.get(data.get("result") or "", "")
        return f"{subject} served on {who}", _sentence(how, result), ""
    if event.type == "returned":
        return f"{subject} {case_words.RESULTS[data['result']]}", _sentence(f"sent to {who}", reason), "bad"
    if event.type == "attempted":
        ways = [case_words.METHODS.get(leg["method"], leg["method"]) for leg in data.get("legs") or ()]
        return f"{subject} to {who}", _sentence(", ".join(dict.fromkeys(ways))), ""
    if event.type == "service-result":
        bad = "bad" if data["result"] in case_words.FAILED else ""
        return f"{subject}: {case_words.RESULTS[data['result']]}", _sentence(reason), bad
    if event.type == "decided":
        items = [f"{case_words.about(facts, one['id'])} {case_words.OUTCOMES[one['outcome']]}"
                 + (f", ${one['amount']}" if one.get("amount") else "") for one in data["items"]]  # fmt: skip
        return f"Decided: {thing}", "; ".join(items), ""
    if event.type == "extension-granted":
        day = day_of(data["to"])
        until = f"{day:%B} {day.day}, {day.year}" if day is not None else str(data["to"])
        return f"More time until {until}", _sentence(thing if thing != event.case else "", reason), ""
    if event.type == "hearing-continued":
        day = day_of(data["to"])
        to = f"{day:%B} {day.day}, {day.year}" if day is not None else str(data["to"])
        return f"Hearing goes on {to}", "", ""
    if event.type == "handout-given":
        copies = f"{data['copies']} copies" if data.get("copies", 1) > 1 else ""
        to = f"to {who}" if who else ""
        named = words.language(str(data["language"]))
        return f"Handout given: {data['title']}", _sentence(named, copies, to, _GIVEN.get(data.get("way", ""), "")), ""
    if event.type in _NO_SERVICE_WORDS:
        return "A person decided", _sentence(subject.replace("-", " "), reason), ""
    titles = {
        "lifted": f"Lifted: {thing}", "extension-denied": "No more time", "hearing-held": f"Held: {thing}",
        "withdrawn": f"Taken back: {thing}", "appeal-withdrawn": "The request for a hearing was taken back",
        "hardship-decided": "The deposit " + ("need not" if data.get("granted") else "must") + " be paid",
        "mail-extension-decided": f"Mailing adds {data.get('days')} days for {thing}", "closed": "Case closed",
        "reopened": "Case opened again", "notice-imported": f"Earlier paper {subject}",
        "merged": f"Went into {subject}",
    }  # fmt: skip
    return titles.get(event.type, event.type.replace("-", " ").capitalize()), reason, ""


def _sentence(*parts: str) -> str:
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def _facts(facts: RecordFacts, today: date) -> Iterator[Happening]:
    for visit in facts.get("inspections") or ():
        if (on := day_of(visit.get("on"))) is not None:
            text = str(visit.get("result") or "") or case_words.first_words(
                " ".join(visit.get("observations") or ()), 160
            )
            yield Happening(on, "Visit" + _at(visit), text)
        again = day_of(visit.get("reinspection_on"))
        if again is not None and again >= today:
            yield Happening(again, "Visit", "As told after the visit before.", "plan")
    for visit in facts.get("visits") or ():
        on = day_of(visit.get("on"))
        if on is not None and on >= today:
            yield Happening(
                on, "Visit" + _at(visit, "from_at"), case_words.officer(visit.get("inspector"), facts), "plan"
            )
    for hearing in facts.get("hearings") or ():
        on = day_of(hearing.get("on"))
        if on is not None and (on >= today or not hearing.get("held_on")):
            place = ", ".join((hearing.get("place") or [])[:1])
            text = " · ".join(
                one for one in (case_words.HEARINGS.get(hearing["kind"], ""), hearing.get("docket"), place) if one
            )
            yield Happening(on, "Hearing" + _at(hearing), text, "plan" if on >= today else "")
    for one in facts.get("appeals") or ():
        if (on := day_of(one.get("filed_on"))) is not None:
            yield Happening(
                on, f"{case_words.party(facts, one.get('by'))} asked for a hearing", _quoted(one.get("grounds"))
            )
    for one in facts.get("extension_requests") or ():
        if (on := day_of(one.get("on"))) is not None:
            yield Happening(
                on, f"{case_words.party(facts, one.get('by'))} asked for more time", _quoted(one.get("reason"))
            )
    for one in facts.get("payments") or ():
        if (on := day_of(one.get("on"))) is not None:
            word = "given back" if one.get("kind") == "refund" else "paid"
            yield Happening(on, f"${one.get('amount')} {word}", case_words.party(facts, one.get("by")))
    for one in facts.get("violations") or ():
        if (on := day_of(one.get("corrected_on"))) is not None:
            yield Happening(on, "Put right", case_words.thing("violations", one))
    for one in facts.get("events") or ():
        if (on := day_of(one.get("on"))) is not None:
            yield Happening(on, case_words.first_words(str(one.get("text")), 90), _rest(str(one.get("text")), 90))


def _at(one: Mapping[str, Any], name: str = "at") -> str:
    said = clock_of(one.get(name))
    return f", {said}" if said else ""


def _quoted(text: Any) -> str:
    return f"“{case_words.first_words(str(text), 160)}”" if text else ""


def _rest(text: str, most: int) -> str:
    return text if len(text) > most else ""
