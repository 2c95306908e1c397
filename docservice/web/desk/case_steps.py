"""What may go out next in a case, as the desk says it: now, from a day, not yet and why, or a person decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from docservice.office.cases.due_list import DueItem
from docservice.office.cases.next_steps import StepDates
from docservice.town.next_steps import NextStep
from docservice.web.desk import case_words
from docservice.web.desk.access import office
from docservice.web.desk.case_record import RecordFacts


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One kind of paper, with what it is about and everybody it goes to: ``state`` is now, from, ask or no."""

    state: str
    template: str  # the wording of the type, where there is one of its name
    title: str
    about: tuple[str, ...]  # in words
    to: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    starts: date | None = None
    dates: tuple[tuple[str, date, str], ...] = field(default=())  # what it would say: title, day, how it was counted


def steps(
    facts: RecordFacts, found: Sequence[NextStep], dates: Sequence[StepDates], templates: Collection[str]
) -> tuple[CaseStep, ...]:
    """The steps, those that may be taken now first; what is answered the same is one step."""
    grouped: dict[tuple[object, ...], list[NextStep]] = {}
    for one in found:
        reasons = tuple(reason.message for reason in one.answer.reasons)
        grouped.setdefault((one.document_type, _state(one), one.answer.starts, reasons), []).append(one)
    told = {(one.document_type, one.about): one for one in dates}
    made = [_step(facts, group, told, templates) for group in grouped.values()]
    order = {"now": 0, "ask": 1, "from": 2, "no": 3}
    return tuple(sorted(made, key=lambda step: (order[step.state], step.starts or date.min)))


def _state(one: NextStep) -> str:
    if one.answer.verdict == "no":
        return "from" if one.answer.starts is not None else "no"
    return {"yes": "now", "ask": "ask"}[one.answer.verdict]


def _step(
    facts: RecordFacts,
    group: list[NextStep],
    told: Mapping[tuple[str, str | None], StepDates],
    templates: Collection[str],
) -> CaseStep:
    first = group[0]
    kind = office().town.document_types.get(first.document_type)
    title = kind.title if kind is not None else first.document_type.replace("-", " ")
    to = dict.fromkeys(case_words.party(facts, one.recipient) for one in group if one.recipient is not None)
    ids = dict.fromkeys(one.about for one in group if one.about not in (None, facts["case"]["number"]))
    held = [told[first.document_type, id] for id in dict.fromkeys(one.about for one in group)
            if (first.document_type, id) in told]  # fmt: skip
    dates = dict.fromkeys((one.title, one.date, one.explain()) for each in held for one in each.dates)
    return CaseStep(
        _state(first), first.document_type if first.document_type in templates else "", title,
        tuple(case_words.about(facts, id) for id in ids), tuple(to),
        tuple(_reasons(first)), first.answer.starts, tuple(dates),
    )  # fmt: skip


def _reasons(one: NextStep) -> Iterator[str]:
    for reason in dict.fromkeys(reason.message for reason in one.answer.reasons):
        said = reason.replace("casefile", "case")
        yield said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class DueLine:
    """What is due on one day under one name, in all papers of the case: for whom, about what, and one count of it."""

    title: str
    on: date | None
    state: str
    whom: tuple[str, ...]
    about: tuple[str, ...]
    papers: tuple[str, ...]
    why: str


def due_lines(facts: RecordFacts, items: Sequence[DueItem]) -> tuple[DueLine, ...]:
    """What waits in a case, the earliest first; what has no day comes last."""
    grouped: dict[tuple[object, ...], list[DueItem]] = {}
    for one in items:
        if one.deadline.waits:
            grouped.setdefault((one.deadline.title, one.deadline.effective, one.deadline.state), []).append(one)
    made = []
    for group in grouped.values():
        rows = [one.deadline for one in group]
        made.append(DueLine(
            rows[0].title, rows[0].effective, rows[0].state,
            tuple(dict.fromkeys(case_words.party(facts, row.party) for row in rows if row.party)),
            tuple(dict.fromkeys(case_words.about(facts, row.about) for row in rows if row.about)),
            tuple(dict.fromkeys(row.document for row in rows if row.document)), rows[0].explain,
        ))  # fmt: skip
    return tuple(sorted(made, key=lambda line: (line.on is None, line.on or date.max)))
