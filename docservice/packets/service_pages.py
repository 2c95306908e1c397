"""The service list: for each notice who had to be served, how, when, with what result, and the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docservice.casefile.facts import ServiceMethod, ServiceRecord
from docservice.packets.front import Front, clock_text, day_text
from docservice.packets.service.facts import Gap, ServedNotice, ServiceAttempt, ServiceChain, ServiceRow
from docservice.packets.spans import Content, in_language, linked, person, row, small, strong, table

_METHODS = {
    "first_class_mail": "First-class mail",
    "certified_mail": "Certified mail",
    "personal": "Personal service",
    "posting": "Posting",
    "electronic": "Electronic",
    "express": "Express mail",
    "substituted": "Substituted service",
    "posting_site": "Posting on the site",
    "posting_site_10_days": "Posting on the site for ten days",
    "posting_unit": "Posting at the unit",
    "publication": "Publication",
}
_COLUMNS = (1.35, 1.15, 0.8, 1.5, 0.8, 0)  # inches; a number of a proof fits the last
_HEADER = ("Person", "Method", "Served", "Where", "Result", "Proof")


@dataclass(frozen=True, slots=True)
class PlaceInPacket:
    """Where a notice or a proof is in the packet: the key of its link and the page printed on it."""

    key: str
    page: str


def service_list(front: Front, chain: ServiceChain, places: Mapping[str, PlaceInPacket]) -> bytes:
    """The service list of ``chain``; numbers of notices and proofs found in ``places`` are links of the packet."""
    blocks = [_block(notice, places) for notice in chain.notices]
    if chain.loose:
        blocks.append({"title": "Other remarks", "rows": [], "after": [], **_notes(chain.loose)})
    none = [] if blocks else ["No document of this packet had to be served on anyone."]
    return front.typeset("tables", "Service list", {"before": none, "blocks": blocks})


def _block(notice: ServedNotice, places: Mapping[str, PlaceInPacket]) -> dict[str, Any]:
    copies: list[Content] = []
    for number in (*notice.numbers, *notice.translations):
        copies += [", "] if copies else []
        copies.append(_placed(number, places))
    issued = row(f"Issued {day_text(notice.issued_on)}: ", *copies)
    several = len(notice.numbers) > 1
    rows = [line for one in notice.rows for line in _lines(one, places, several=several)]
    listed = table(_HEADER, _COLUMNS, rows, title=notice.title)
    return {**listed, "before": [small(issued)], "compact": True, **_notes(notice.gaps)}


def _placed(number: str, places: Mapping[str, PlaceInPacket]) -> Content:
    place = places.get(number)
    return linked(place.key, f"{number}, p. {place.page}") if place is not None else number


def _lines(one: ServiceRow, places: Mapping[str, PlaceInPacket], *, several: bool) -> list[list[Content]]:
    """A line for each service on this person, or the one that says there was none."""
    who = [strong(person(one.name)), small(one.capacity)]
    if several and one.document is not None:
        who.append(small(_placed(one.document, places)))
    if not one.attempts:
        through = [small(row("Its agent, ", person(one.through), ", was served"))] if one.through is not None else []
        return [[who, [strong("Not served") if one.required else "None needed", *through], "", "", "", ""]]
    return [
        [
            who if place == 0 else [small(row(person(one.name), ", again"))],
            [_METHODS[attempt.record.method], *_article(attempt)],
            _when(attempt.record),
            _where(attempt.record),
            _result(attempt),
            small(_placed(attempt.proof, places)) if attempt.proof else strong("No proof"),
        ]
        for place, attempt in enumerate(one.attempts)
    ]


def _article(attempt: ServiceAttempt) -> list[Content]:
    number = attempt.record.article_number
    translated = [small("translation only")] if attempt.translation else []
    return [*([small(f"Article {number}")] if number else []), *translated]


def _when(record: ServiceRecord) -> list[Content]:
    """The day, and what else was done when: its hour, the tries before it, the copy mailed after it, the issues."""
    more = [clock_text(record.at)] if record.at is not None else []
    more += [f"{len(record.tries)} {'try' if len(record.tries) == 1 else 'tries'}"] if record.tries else []
    more += [f"copy mailed {day_text(record.mailed_on, 'medium')}"] if record.mailed_on is not None else []
    more += [f"printed {day_text(day, 'medium')}" for day in record.issues]
    return [day_text(record.served_on, "medium"), *map(small, more)]


def _where(record: ServiceRecord) -> list[Content]:
    """The place in words, the envelope's address, and into whose hands."""
    said = [record.place]
    said += [f"unit {record.unit}"] if record.unit and record.unit not in record.place else []
    said += [f"on the envelope: {', '.join(record.address)}"] if record.address else []
    said += [f"left with {', '.join(filter(None, (record.to_whom, record.relation)))}"] if record.to_whom else []
    said += [", ".join(filter(None, (record.newspaper, record.county)))] if record.newspaper else []
    return [small(in_language(one, None)) for one in said]


def _result(attempt: ServiceAttempt) -> list[Content]:
    record = attempt.record
    if record.result == "pending":
        if not attempt.effective:
            return [strong("Not known yet")]
        done = _DONE.get(record.method)
        return [done] if done is not None else ["Mailed", small("complete on mailing")]
    word = record.result.replace("_", " ").capitalize()
    day = [small(day_text(record.result_on, "medium"))] if record.result_on else []
    why = [small(record.reason)] if record.reason else []
    return [strong(word) if attempt.failed else word, *day, *why]


# What was done holds by being done, where nobody told what came of it; mail holds on mailing.
_DONE: Final[Mapping[ServiceMethod, str]] = {
    "personal": "Handed over", "substituted": "Handed over", "posting": "Posted", "posting_site": "Posted",
    "posting_site_10_days": "Posted", "posting_unit": "Posted", "publication": "Printed", "electronic": "Sent",
}  # fmt: skip


def _notes(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Gaps below a notice, marked in words: what is missing, and what a person should look at."""
    words = {"error": "Gap: ", "warning": "To look at: "}
    ordered = sorted(gaps, key=lambda gap: gap.severity != "error")
    title = "Gaps in service" if any(gap.severity == "error" for gap in gaps) else "Remarks"
    return {"notes": [row(strong(words[gap.severity]), gap.message) for gap in ordered], "notes-title": title}
