"""What a version was made from, and what stands before and after it by its dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from docservice.office.means.versions import VersionRecord
from docservice.wording.catalog.standing import pick_in_force


def line(listed: Sequence[VersionRecord], number: int) -> Iterator[VersionRecord]:
    """Version ``number``, then the one that it was made from, and so on."""
    by_number = {version.number: version for version in listed}
    current = by_number.get(number)
    while current is not None:
        yield current
        current = by_number.get(current.based_on or 0)


def unapproved_line(listed: Sequence[VersionRecord], number: int) -> tuple[VersionRecord, ...]:
    """The drafts that a version was made from, up to one that was ever approved, the latest first."""
    found = []
    for one in list(line(listed, number))[1:]:
        if one.approved_at is not None:
            break
        found.append(one)
    return tuple(found)


def common(listed: Sequence[VersionRecord], one: int, other: int) -> VersionRecord | None:
    """The last version that both were made from, which may be one of them; None where there is none on record."""
    known = {version.number for version in line(listed, one)}
    return next((version for version in line(listed, other) if version.number in known), None)


def neighbours(
    listed: Sequence[VersionRecord], number: int, on: date
) -> tuple[VersionRecord | None, VersionRecord | None]:
    """The approved versions that go before and come after ``number`` by date, if it takes force ``on`` that day."""
    others = [one for one in listed if one.number != number and one.status == "approved" and one.effective_on]
    later = [one for one in others if one.effective_on is not None and one.effective_on > on]
    after = min(later, key=lambda one: (one.effective_on, one.number), default=None)
    return pick_in_force(others, on), after
