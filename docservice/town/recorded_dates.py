"""Dates on record: what is due in a case, as frozen values.

``printed`` is what a paper says, ``legal`` what counts from the service that holds, ``effective`` the later of them: a
paper may promise more than the law, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from docservice.casefile.record import IssuedDocument
from docservice.finding import Finding

DeadlineState = Literal["open", "done", "moot", "held", "late", "person"]


@dataclass(frozen=True, slots=True)
class DeadlineOnRecord:
    """One date of a case, or one thing that is to be done by a date.

    ``id`` stays the same while the date moves. ``name`` is what a letter calls it (``contest-by``, ``comply-by/v1``) or
    what is to be done; ``document`` the number of the copy, ``party`` whose it is, ``about`` the violation, citation,
    hearing or appeal; ``rule`` the pack's. ``do`` is what the office does about it: a type of document, or a task. What
    ``lapses`` is somebody's right: when the day is over it is gone, and nobody is late.
    """

    id: str
    name: str
    title: str
    state: DeadlineState
    effective: date | None
    explain: str
    printed: date | None = None
    legal: date | None = None
    document: str | None = None
    party: str | None = None
    about: str | None = None
    rule: str | None = None
    trigger: str | None = None  # "service of NOV-2026-0007"
    triggered_on: date | None = None
    do: str | None = None
    done_by: str | None = None
    lapses: bool = False
    differs: date | None = None  # what the rules of today would make of it, where that is another day

    @property
    def waits(self) -> bool:
        """Whether somebody has something to do about it, or could."""
        return self.state in ("open", "late", "person")

    def seen_on(self, day: date) -> DeadlineOnRecord:
        """It as it stands at the beginning of a day: what was open and is over is late, or has lapsed."""
        if self.state != "open" or self.effective is None or self.effective >= day:
            return self
        if self.lapses:
            return replace(self, state="done", done_by=f"nobody did by {self.effective}")
        return replace(self, state="late")


@dataclass(frozen=True, slots=True)
class DeadlineMove:
    """A date or a state that is another one now: ``before`` and ``after``, None where there was or is none."""

    id: str
    name: str
    before: DeadlineOnRecord | None
    after: DeadlineOnRecord | None

    @property
    def moved(self) -> bool:
        """Whether a date that was known is another one now; what begins or falls away has not moved."""
        days = [one.effective for one in (self.before, self.after) if one is not None]
        return len(days) == 2 and None not in days and days[0] != days[1]


def copy_id(one: IssuedDocument) -> str:
    """What a copy is called whatever its printing: dates of a second printing are those of the first, moved."""
    return one.notice if one.copy == 1 else f"{one.notice}.{one.copy}"


def compared(before: Iterable[DeadlineOnRecord], after: Iterable[DeadlineOnRecord]) -> tuple[DeadlineMove, ...]:
    """What is otherwise in ``after``: dates and states, by id, in the order of ``after`` and then of what is gone."""
    then, now = {one.id: one for one in before}, {one.id: one for one in after}
    return tuple(
        DeadlineMove(id, (now.get(id) or then[id]).name, then.get(id), now.get(id))
        for id in dict.fromkeys((*now, *then))
        if _seen(then.get(id)) != _seen(now.get(id))
    )


def _seen(one: DeadlineOnRecord | None) -> object:
    return None if one is None else (one.effective, one.printed, one.legal, one.state)


def printed_short(rows: Iterable[DeadlineOnRecord]) -> Iterator[Finding]:
    """A warning for each paper that printed an earlier day than the law gives from its service (CASES § 6)."""
    for one in rows:
        short = one.printed is not None and one.legal is not None and one.printed < one.legal
        if short and one.state in ("open", "late", "held"):
            message = (
                f"{one.document} prints {one.printed} for “{one.name}”; from its service it is {one.legal}, and that "
                "day holds. Offer a second printing, or go on with the later day."
            )
            yield Finding.warning("deadline.printed_short", message, f"{one.document} {one.name}")
