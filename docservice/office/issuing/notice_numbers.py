"""Where letters have their numbers from: each its own, all of a mailing one, or that of a notice on record.

A mailing to several parties of a case is one notice. Whichever process makes some of its letters finds the number that
was reserved first, or that letters of it on record have; it is nobody's any more when the mailing is over and none of
them went out.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from docservice.office.means.means import Means, Prepared
from docservice.pipeline.notices import Earlier, NoticeCopy, audience_of
from docservice.storage import numbering
from docservice.storage.holding import HolderLostError
from docservice.storage.models import DocumentRow, HolderRow, OpenNumberRow

HOLD_SECONDS = 600.0  # how long numbers wait for the rest of a mailing, whatever becomes of its processes, and
LETTER_SECONDS = 1.0  # for each letter of it besides


@dataclass(frozen=True, slots=True)
class Mailing:
    """Letters to several parties that are one notice. ``recipients`` are all of them: the first gets copy 1."""

    id: str
    recipients: tuple[str, ...]

    @property
    def name(self) -> str:
        """What people are told of who holds its number."""
        return f"mailing {self.id}"

    @property
    def seconds(self) -> float:
        """How long its number waits, whatever becomes of its processes."""
        return HOLD_SECONDS + LETTER_SECONDS * len(self.recipients)

    def of(self, letter: Prepared) -> Prepared:
        """The letter as one of its copies; where each who is liable has a notice of their own, as it is."""
        recipient, liability = letter.task.recipient, letter.kind.liability
        apart = liability is not None and liability.kind == "each"
        if len(self.recipients) < 2 or recipient is None or apart:
            return letter
        return replace(
            letter, copy=copy_of(letter, self.recipients, self.recipients.index(recipient) + 1), mailing=self.id
        )  # fmt: skip


def copy_of(
    letter: Prepared, recipients: tuple[str, ...], copy: int, printing: int = 1, earlier: Earlier | None = None
) -> NoticeCopy:
    """Which copy a letter is, of a notice that goes to ``recipients``."""
    party = next((one for one in letter.casefile.parties if one.id == letter.task.recipient), None)
    audience = audience_of(party) if party is not None else ""
    return NoticeCopy("", copy, recipients, printing, earlier, audience)


class Numbers(Protocol):
    """Where the letters of a block have their numbers from."""

    own: bool  # each has its own: one that is refused leaves one

    def reserve(self, means: Means, session: Session, letters: Sequence[Prepared], holder: str) -> list[int]:
        """The number of each letter, in their order."""
        ...

    def use(
        self, means: Means, session: Session, letters: Sequence[Prepared], numbers: Sequence[int], holder: str
    ) -> None:
        """Documents with these numbers are added in this transaction, after this. Raises ``HolderLostError``."""
        ...


class OwnNumbers:
    """Each letter has the next number of its series."""

    own = True

    def reserve(self, means: Means, session: Session, letters: Sequence[Prepared], holder: str) -> list[int]:
        at = means.clock()
        wanted = Counter(letter.series for letter in letters)
        rest = {
            (prefix, year): iter(numbering.reserve(session, prefix, year, wanted[prefix, year], holder=holder, at=at))
            for prefix, year in sorted(wanted)  # sorted: two blocks may not wait for each other crosswise
        }
        return [next(rest[letter.series]) for letter in letters]

    def use(
        self, means: Means, session: Session, letters: Sequence[Prepared], numbers: Sequence[int], holder: str
    ) -> None:
        found: dict[tuple[str, int], list[int]] = {}
        for letter, number in zip(letters, numbers, strict=True):
            found.setdefault(letter.series, []).append(number)
        for series, used in found.items():
            numbering.use(session, *series, used, holder=holder)


class KnownNumber:
    """All have the number of a notice that is on record."""

    own = False

    def __init__(self, sequence: int) -> None:
        self._sequence = sequence

    def reserve(self, means: Means, session: Session, letters: Sequence[Prepared], holder: str) -> list[int]:
        return [self._sequence] * len(letters)

    def use(
        self, means: Means, session: Session, letters: Sequence[Prepared], numbers: Sequence[int], holder: str
    ) -> None:
        pass


class MailingNumber:
    """All letters of a mailing have one number, whichever process makes them."""

    own = False

    def __init__(self, mailing: Mailing) -> None:
        self._mailing = mailing

    def reserve(self, means: Means, session: Session, letters: Sequence[Prepared], holder: str) -> list[int]:
        if not letters:
            return []
        prefix, year = letters[0].series
        number = _on_record(session, self._mailing.id)
        if number is None:
            mine = self._holder(session, means.clock())
            held = select(OpenNumberRow.sequence).where(
                OpenNumberRow.prefix == prefix, OpenNumberRow.year == year, OpenNumberRow.holder == mine
            )
            number = session.scalar(held)
            if number is None:
                [number] = numbering.reserve(session, prefix, year, 1, holder=mine, at=means.clock())
        return [number] * len(letters)

    def use(
        self, means: Means, session: Session, letters: Sequence[Prepared], numbers: Sequence[int], holder: str
    ) -> None:
        prefix, year = letters[0].series
        found = _on_record(session, self._mailing.id)
        if found is None:
            mine = self._holder(session, means.clock())
            means.store.holding.confirm(session, mine)
            numbering.use(session, prefix, year, [numbers[0]], holder=mine)
        elif found != numbers[0]:
            raise HolderLostError

    def _holder(self, session: Session, at: datetime) -> str:
        """Who holds the mailing's number: the same in every process, another once that one was given up."""
        turn = 0
        while True:
            id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self._mailing.id} {turn}"))
            row = session.get(HolderRow, id, populate_existing=True)
            until = at + timedelta(seconds=self._mailing.seconds)
            if row is None:
                session.add(HolderRow(id=id, name=self._mailing.name, alive_until=until))
                session.flush()
                return id
            if row.lost_at is None:
                row.alive_until = until
                session.flush()
                return id
            turn += 1


def end(means: Means, mailing: Mailing) -> None:
    """The mailing is over: a number that none of its letters has is free (once the store recovers)."""
    with means.store.database.writing() as session:
        named = update(HolderRow).where(HolderRow.name == mailing.name, HolderRow.lost_at.is_(None))
        session.execute(named.values(lost_at=means.clock()))


def number_on_record(session: Session, mailing: Mailing) -> str | None:
    """The number of the notice that letters of a mailing on record are copies of."""
    found: str | None = session.scalar(
        select(DocumentRow.notice_number).where(DocumentRow.mailing == mailing.id).limit(1)
    )
    return found


def _on_record(session: Session, mailing: str) -> int | None:
    found: int | None = session.scalar(select(DocumentRow.sequence).where(DocumentRow.mailing == mailing).limit(1))
    return found
