"""The numbers that no document has, and why: what an auditor asks who misses one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docservice.office.means.means import Shop
from docservice.storage import numbering


@dataclass(frozen=True, slots=True)
class StandingOpen:
    """A number below the end of its series that no document has. The next document of the series takes it."""

    number: str  # as it would be printed
    series: str
    year: int
    sequence: int
    why: str  # "reserved", "lost", or the code of the refusal
    reason: str  # the same for people
    since: datetime
    holder: str | None  # the process that makes a document with it, HOST:PID


def standing_open(shop: Shop) -> tuple[StandingOpen, ...]:
    """Every open number, by series and year."""
    with shop.store.database.reading() as session:
        found = numbering.standing_open(session)
    spelled = {
        kind.series: kind.number for edition in shop.editions for kind in edition.pack.document_types.values()
    }  # fmt: skip
    return tuple(
        StandingOpen(
            spelled.get(one.prefix, one.prefix + "-{year}-{n}").format(year=one.year, n=one.sequence),
            one.prefix, one.year, one.sequence, one.why, _reason(one), one.since, one.holder,
        )
        for one in found
    )  # fmt: skip


def _reason(one: numbering.OpenNumber) -> str:
    if one.holder is not None:
        return f"a document is being made with it by {one.holder}"
    if one.why == numbering.LOST:
        return "the process that made a document with it ended; the next document takes it"
    return f"its document was refused ({one.why}); the next document takes it"
