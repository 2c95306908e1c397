"""What follows a paper, as data: which dates it starts, what is to be done after them, and what becomes of time held.

Part of ``procedure.yaml``, in the same closed vocabulary (``town.procedure``). The words mean what
``town.deadlines_on_record`` and its neighbours make of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from docservice.town.source import Source

# What is to be done that is no paper: everything else that is ``do``ne is a type of document.
TASKS = frozenset(("inspection", "final", "appeal-falls"))
FollowUpMoment = Literal["next-open-day", "hearing", "paid"]
FollowUpCondition = Literal["open", "unpaid", "denied_and_unpaid"]
AfterStay = Literal["remaining", "anew"]
_Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing that is to be done because a paper went out; exactly one of ``after``, ``on`` and ``at`` says when.

    ``do`` is a type of document, or ``inspection``, ``final``, ``appeal-falls``. ``after`` is due on the first open day
    after a date of the paper, ``on`` on that date itself; ``at``: the first open day after service, the notice of a
    hearing, the day on which all was paid. ``when``: only while violations are open, something is unpaid, or the
    deposit was not waived and is not paid.
    """

    do: str
    after: str | None = None
    on: str | None = None
    at: FollowUpMoment | None = None
    when: FollowUpCondition | None = None
    source: Source | None = None  # where it is not that of the type


@dataclass(frozen=True, slots=True)
class DepositAfterDenial:
    """By when the deposit is due once a request to waive it was denied: ``days`` after the decision.

    ``not_before`` names a date of the paper that was appealed: the later of the two holds.
    """

    days: int
    source: Source
    not_before: str | None = None


@dataclass(frozen=True, slots=True)
class ResultWait:
    """After how many days without a word of it somebody asks what became of a mailing with a receipt."""

    days: int
    source: Source


def incoherent_follow_ups(
    place: _Place, due: Collection[FollowUp], started: Collection[str] | None, dates: Collection[str] | None,
    types: Collection[str],
) -> Iterator[tuple[_Place, str]]:  # fmt: skip
    """Every contradiction in what follows one type. ``dates`` are those it prints (None: its letter is not written)."""
    for name in started or ():
        if dates is not None and name not in dates:
            yield (*place, "starts"), f"It prints no date {name}."
    for index, one in enumerate(due):
        where = (*place, "due", index)
        said = [name for name in ("after", "on", "at") if getattr(one, name)]
        if len(said) != 1:
            yield where, "Say one of after, on, at" + (f", not {' and '.join(said)}." if said else ".")
        if one.do not in TASKS and one.do not in types:
            tasks = ", ".join(sorted(TASKS))
            yield (*where, "do"), f"There is no document type {one.do}, and what else is done is: {tasks}."
        for word in ("after", "on"):
            name = getattr(one, word)
            if name is not None and dates is not None and name not in dates and name not in _COUNTED:
                yield (*where, word), f"It prints no date {name}."


# Dates that no rule of a document type counts: of a penalty's tiers, and of an appeal's deposit.
_COUNTED = frozenset(("next-tier", "deposit-by"))
