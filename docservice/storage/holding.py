"""Who holds what is not on record yet: reserved numbers and staged files.

A process that holds something has a row, and renews its time while it does. Once the time is over, anybody may give the
holder up (``Holding.give_up``): from that commit on it can keep nothing (``Holding.confirm``), so its numbers may go to
others and its files be settled, whether it is dead, stopped or cut off. No lock of a file system is asked, so that
holders on other machines are judged like those on this one. Their clocks may differ by less than a lease.
"""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage.database import Database
from docservice.storage.models import HolderRow
from docservice.storage.outages import Outage

log = logging.getLogger(__name__)

_RENEWALS_PER_LEASE = 4
_CONFIRMED = "docservice.confirmed"
# Asked for with every letter: a statement that is put together once costs a quarter of one that is put together each
# time.
_HOLDER = HolderRow.__table__.c
_LIVING = (
    select(_HOLDER.id).where(_HOLDER.id == bindparam("holder"), _HOLDER.lost_at.is_(None))
    # KEY SHARE: renewing does not wait for it, nor do others that confirm; giving up steps over it.
    .with_for_update(read=True, key_share=True)
)  # fmt: skip
_OVERDUE = (
    select(_HOLDER.id).where(_HOLDER.lost_at.is_(None), _HOLDER.alive_until < bindparam("at"))
    .with_for_update(skip_locked=True)
)  # fmt: skip


class HolderLostError(Refusal):
    """The holder was given up before it could keep what it held. Kind ``setup``: another try may go well."""

    def __init__(self) -> None:
        message = "The work took longer than its lease, and nothing of it was kept. Try again."
        super().__init__("store.lease_lost", message, kind="setup")


class Holding:
    """This process among the holders. Threads share it; a forked child becomes a holder of its own."""

    def __init__(self, database: Database, clock: Callable[[], datetime], seconds: float) -> None:
        self._database, self._clock, self.seconds = database, clock, seconds
        self._guard = Lock()
        self._forget()

    def _forget(self) -> None:
        self._process = os.getpid()
        self._id: str | None = None
        self._users = 0
        self._renew_at = 0.0
        self._over: Event | None = None
        self.mine: list[str] = []  # every id that this process has had

    @contextmanager
    def held(self) -> Iterator[str]:
        """The id under which to hold, good until the end of the block as long as the database answers."""
        with self._guard:
            if self._process != os.getpid():
                self._forget()
            if self._id is None or time.monotonic() > self._renew_at:
                self._renew()
            assert self._id is not None
            held, process = self._id, self._process
            self._users += 1
            if self._over is None:
                self._over = Event()
                Thread(target=self._beat, args=(self._over,), name="docservice-holding", daemon=True).start()
        try:
            yield held
        finally:
            with self._guard:
                if process == self._process:
                    self._users -= 1

    def extend(self, holder: str, name: str, seconds: float) -> None:
        """Hold under an id of one's own, a job's, for so long from now; one that was given up stays so.

        What several processes do one after the other is held by none of them.
        """
        until = self._clock() + timedelta(seconds=seconds)
        with self._database.writing() as session:
            if session.get(HolderRow, holder) is None:
                session.add(HolderRow(id=holder, name=name, alive_until=until))
            else:
                _extend(session, holder, until)

    def dismiss(self, holders: Collection[str]) -> None:
        """Hold nothing more under these: what they held is free."""
        with self._database.writing() as session:
            session.execute(update(HolderRow).where(HolderRow.id.in_(holders)).values(lost_at=self._clock()))

    def abandon(self, holder: str) -> None:
        """Renew ``holder`` no more: what could not be let go of is free when its lease ends."""
        with self._guard:
            if self._id == holder:
                self._id = None

    def close(self, full: Collection[str] = ()) -> None:
        """Stop being a holder. Those of this process's ids that hold something yet (``full``) are given up.

        What a thread holds still is left to its lease.
        """
        with self._guard:
            if self._process != os.getpid():
                self._forget()
            if self._over is not None:
                self._over.set()
            mine, full = [HolderRow.id.in_(self.mine)], set(full)
            if self.mine and self._users == 0:
                try:
                    with self._database.writing() as session:
                        session.execute(delete(HolderRow).where(*mine, HolderRow.id.not_in(full)))
                        session.execute(update(HolderRow).where(*mine).values(lost_at=self._clock()))
                except Outage as outage:
                    log.warning("a holder is left to its lease: %s", outage)
            self._forget()

    def _beat(self, over: Event) -> None:
        while not over.wait(self.seconds / _RENEWALS_PER_LEASE):
            with self._guard:
                if self._users and self._id is not None and not over.is_set():
                    try:
                        self._renew()
                    except Outage as error:
                        log.warning("the lease of what is held was not renewed: %s", error)

    def _renew(self) -> None:
        until = self._clock() + timedelta(seconds=self.seconds)
        due = time.monotonic() + self.seconds / _RENEWALS_PER_LEASE
        with self._database.writing() as session:
            if self._id is None or not _extend(session, self._id, until):
                fresh = str(uuid.uuid4())
                name = f"{socket.gethostname()[:150]}:{os.getpid()}"
                session.add(HolderRow(id=fresh, name=name, alive_until=until))
                self.mine.append(fresh)
            else:
                fresh = self._id
        self._id, self._renew_at = fresh, due

    def confirm(self, session: Session, holder: str) -> None:
        """Let nobody give ``holder`` up before the caller's transaction ends. Raises ``HolderLostError``."""
        confirmed: set[str] = session.info.setdefault(_CONFIRMED, set())  # a session of ``writing`` is one transaction
        if holder not in confirmed:
            if session.scalar(_LIVING, {"holder": holder}) is None:
                raise HolderLostError
            confirmed.add(holder)

    def now(self) -> datetime:
        """The time by which leases are judged."""
        return self._clock()

    def any_lost(self, session: Session) -> bool:
        """Whether a holder was given up, or could be."""
        late = or_(HolderRow.lost_at.is_not(None), HolderRow.alive_until < self._clock())
        return session.scalar(select(HolderRow.id).where(late).limit(1)) is not None

    def give_up(self, session: Session) -> None:
        """Give up every holder whose time is over. One that is keeping something at this moment is stepped over."""
        at = self._clock()
        lost = list(session.scalars(_OVERDUE, {"at": at}))
        if lost:
            session.execute(update(HolderRow).where(HolderRow.id.in_(lost)).values(lost_at=at))


def _extend(session: Session, holder: str, until: datetime) -> bool:
    row = update(HolderRow).where(HolderRow.id == holder, HolderRow.lost_at.is_(None))
    return bool(session.execute(row.values(alive_until=until)).rowcount)  # type: ignore[attr-defined]
