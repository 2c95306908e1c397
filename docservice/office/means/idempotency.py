"""A request that is sent twice is done once.

A caller names a request by a key of its own. The key is kept with what the request made, in the same transaction, so
there is never one without the other. The same key again: what was made the first time; with another request:
``idempotency.mismatch``; while the first one is under way in this process: ``idempotency.in_flight``. Across processes
the second one waits at the database, is rolled back, and answers with what the first one made. What was made before is
marked (``replayed``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.office.means.means import Means
from docservice.office.means.records import CaseEventRecord, DocumentRecord, JobRecord, PacketRecord
from docservice.refusal import Refusal
from docservice.storage.models import IdempotencyRow
from docservice.storage.outages import Outage
from docservice.text import is_plain

T = TypeVar("T", DocumentRecord, PacketRecord, JobRecord, CaseEventRecord)

AGAIN_SECONDS = 1  # after which a request that is being worked on may be asked for again

_under_way: set[tuple[int, str, str]] = set()
_guard = Lock()


@dataclass(frozen=True, slots=True)
class Request:
    """A request under a key; ``fingerprint`` is a SHA-256 over everything asked for."""

    actor: str
    key: str
    fingerprint: str

    def remember(
        self,
        session: Session,
        at: datetime,
        *,
        document: str | None = None,
        packet: str | None = None,
        job: str | None = None,
        case_event: int | None = None,
    ) -> None:
        """Keep what this request made, in the transaction that makes it."""
        session.add(
            IdempotencyRow(
                actor=self.actor, key=self.key, fingerprint=self.fingerprint, created_at=at,
                document_id=document, packet_id=packet, job_id=job, case_event=case_event,
            )
        )  # fmt: skip


def once(
    means: Means, request: Request | None, made: Callable[[Session, IdempotencyRow], T | None], make: Callable[[], T]
) -> T:
    """``make()``, unless ``request`` was done before; then what it ``made`` (None: something of another kind).

    Raises ``Refusal``: as ``claimed`` and ``replay``, and what ``make`` does.
    """
    if request is None:
        return make()
    with claimed(means, request):
        found = replay(means, request, made)
        if found is not None:
            return found
        try:
            return make()
        except (IntegrityError, Refusal) as error:
            # Another process may have done it under this key in the meantime; what this one made is rolled back. Or the
            # database went away in the commit: when it is back already, it says whether this one did.
            try:
                found = replay(means, request, made)
            except Outage:
                raise error from None
            if found is None:
                raise
            return found


@contextmanager
def claimed(means: Means, request: Request) -> Iterator[None]:
    """Nobody else in this process works on ``request`` meanwhile.

    Raises ``Refusal``: ``idempotency.key``, ``idempotency.in_flight`` (kind ``conflict``).
    """
    if not is_plain(request.key, 200):
        raise Refusal("idempotency.key", "An idempotency key has from 1 to 200 characters.")
    claim = (id(means), request.actor, request.key)
    with _guard:
        if claim in _under_way:
            message = "The same request is being worked on. Ask again in a moment."
            raise Refusal("idempotency.in_flight", message, kind="conflict", retry_after=AGAIN_SECONDS)
        _under_way.add(claim)
    try:
        yield
    finally:
        with _guard:
            _under_way.discard(claim)


def replay(means: Means, request: Request, made: Callable[[Session, IdempotencyRow], T | None]) -> T | None:
    """What ``request`` made when it was done before, marked as such; None when it was not.

    Raises ``Refusal("idempotency.mismatch")``.
    """
    with means.store.database.reading() as session:
        row = session.get(IdempotencyRow, (request.actor, request.key))
        if row is None:
            return None
        found = made(session, row) if row.fingerprint == request.fingerprint else None
        if found is None:
            raise Refusal("idempotency.mismatch", "This idempotency key was used for another order.")
        return replace(found, replayed=True)
