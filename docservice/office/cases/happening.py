"""What happens in a case, told once, held against what is known, never edited; a mistake is corrected by another.

Besides the events of ``casefile.happenings`` there are three of the office itself: a notice of the time before this
register (``notice-imported``), that a case went into another (``merged``), and that something told was not so at all
(``retracted``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile import happenings
from docservice.casefile.believing import contradictions, without_corrected
from docservice.casefile.folding import fold
from docservice.casefile.following import left_broken
from docservice.casefile.happenings import DATA
from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.cases import evidence, keeping, reading, told_articles
from docservice.office.cases.importing import imported_data, still_to_come
from docservice.office.cases.mergers import ids_of_nothing, merged_data
from docservice.office.cases.reading import FoundCase
from docservice.office.means import closings, idempotency
from docservice.office.means.case_records import IMPORTED, MERGED, RETRACTED
from docservice.office.means.idempotency import Request
from docservice.office.means.means import Means
from docservice.office.means.records import CaseEventRecord, case_event_record
from docservice.refusal import Refusal, things_are
from docservice.storage import audit
from docservice.storage.blobs import Stage
from docservice.storage.models import CaseEventRow, CaseRow, DocumentRow, IdempotencyRow
from docservice.storage.store import register
from docservice.text import is_plain
from docservice.town import service_telling
from docservice.town.event_bounds import against_rules, less_time
from docservice.town.pack import TownPack

TYPES: tuple[str, ...] = (*DATA, IMPORTED, MERGED, RETRACTED)


@dataclass(frozen=True, slots=True)
class CaseEventOrder:
    """An event as it is told: ``type``, the day, what it is about, and what its type asks for.

    ``corrects`` is the position of the event in whose place it is put, ``reason`` why; both or none.
    """

    type: str
    on: date
    subject: str
    data: Mapping[str, Any] = field(default_factory=dict)
    corrects: int | None = None
    reason: str | None = None

    def plain(self) -> dict[str, Any]:
        """It as JSON values."""
        return {"type": self.type, "on": self.on.isoformat(), "subject": self.subject, "data": dict(self.data),
                "corrects": self.corrects, "reason": self.reason}  # fmt: skip


def tell(
    means: Means, number: str, order: CaseEventOrder, *, actor: str, idempotency_key: str | None = None,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> CaseEventRecord:  # fmt: skip
    """Put an event on record, with the ``files`` that it names. The same key and event again give the first.

    Raises ``Refusal``: ``event.type``, ``event.invalid``, ``event.contradicts`` with everything that speaks against it,
    ``case.unknown``; kind ``conflict``: ``case.merged``, ``event.corrected``.
    """
    said = b"event\0" + case_key(number).encode() + b"\0" + casefiles.canonical(order.plain())
    if files:
        said += b"\0" + casefiles.canonical(evidence.fingerprint(files))
    asked = hashlib.sha256(said).hexdigest()
    request = Request(actor, idempotency_key, asked) if idempotency_key is not None else None
    return idempotency.once(means, request, _told_before, lambda: _staged(means, number, order, actor, request, files))


def _staged(
    means: Means, number: str, order: CaseEventOrder, actor: str, request: Request | None, files: Mapping[str, bytes]
) -> CaseEventRecord:
    if not files:
        return _tell(means, number, order, actor, request, files, None)
    with means.store.blobs.staging() as stage:
        for data in files.values():  # before anything is locked
            stage.put(data)
        told = _tell(means, number, order, actor, request, files, stage)
        stage.publish()
        return told


def _tell(
    means: Means, number: str, order: CaseEventOrder, actor: str, request: Request | None, files: Mapping[str, bytes],
    stage: Stage | None,
) -> CaseEventRecord:  # fmt: skip
    with means.store.database.writing() as session:
        told = tell_in(means, session, number, order, actor=actor, files=files, stage=stage)
        if request is not None:
            request.remember(session, means.clock(), case_event=told.position)
        session.flush()
        return told


def tell_in(
    means: Means, session: Session, number: str, order: CaseEventOrder, *, actor: str,
    files: Mapping[str, bytes] = MappingProxyType({}), stage: Stage | None = None,
) -> CaseEventRecord:  # fmt: skip
    """Put an event on record in the caller's transaction. Raises as ``tell``."""
    at, today = means.clock(), means.today()
    means.refresh(session)
    row = reading.row_of(session, number, lock=True)
    audit.hold(session)  # what is issued meanwhile waits, so that it is judged by what is told here, or this by it
    one = reading.found(means, session, number)
    if order.type != RETRACTED or order.corrects is None or not _is_merger(session, order.corrects):
        keeping.refuse_merged(one)
    data = event_data(means, order)
    _refuse_correction(session, row, order)
    _refuse_contradicting(means, session, one, order, data, today)
    evidence.name_files(data, files, one.record, order.corrects)
    if stage is not None:
        register(session, stage, at)
    detail = {"case": row.number, "type": order.type, "on": order.on.isoformat(), "subject": order.subject,
              "corrects": order.corrects, "sha256": _digest(order, data)}  # fmt: skip
    position = audit.record(
        session, at=at, actor=actor, action="case.event", subject=f"case/{row.number}", detail=detail
    )
    told = CaseEventRow(
        position=position, key=row.key, type=order.type, subject=order.subject, on=order.on, at=at, actor=actor,
        data=data, corrects=order.corrects, reason=order.reason,
    )  # fmt: skip
    session.add(told)
    session.flush()
    corrected = session.get(CaseEventRow, order.corrects) if order.corrects is not None else None
    told_articles.put_to_use(session, one.record, row.number, told, corrected, at=at)
    if order.type == MERGED:
        row.merged_into = reading.row_of(session, order.subject).key
    elif order.corrects is not None and order.type == RETRACTED and _is_merger(session, order.corrects):
        row.merged_into = None
    after = reading.found(means, session, number)
    if order.type != MERGED:
        _refuse_leaving(one, after, order, today)
    row.closed_on = closings.closed_on(after.facts, after.record)
    session.flush()
    return case_event_record(told, row.number)


def event_data(means: Means, order: CaseEventOrder) -> dict[str, Any]:
    """What an event says, checked by itself, as plain JSON. Raises ``Refusal``: ``event.type``, ``event.invalid``."""
    problems = []
    if not is_plain(order.subject, 200):
        problems.append(Finding.error("event.subject", "Say what it is about, in at most 200 characters.", "/subject"))
    if (order.corrects is None) != (order.reason is None) or (
        order.reason is not None and not is_plain(order.reason, 1000)
    ):
        message = "A correction says what it corrects and why, in at most 1000 characters."
        problems.append(Finding.error("event.reason", message, "/reason"))
    if order.type == RETRACTED and order.corrects is None:
        problems.append(Finding.error("event.corrects", "Say which event was not so.", "/corrects"))
    if problems:
        raise Refusal("event.invalid", f"{things_are(problems)} wrong with the event.", problems)
    if order.type == IMPORTED:
        return imported_data(means.current(), order.data)
    if order.type == RETRACTED and order.data:
        message = "There is nothing to say but why, as reason beside it."
        raise Refusal("event.invalid", message, [Finding.error("event.invalid", message, "/data")])
    if order.type == RETRACTED:
        return {}
    if order.type == MERGED:
        return merged_data(order.data)
    return happenings.read_data(order.type, order.data)


def _refuse_correction(session: Session, row: CaseRow, order: CaseEventOrder) -> None:
    if order.corrects is None:
        return
    wrong = session.get(CaseEventRow, order.corrects)
    if wrong is None or wrong.key != row.key:
        message = f"The case has no event at position {order.corrects}."
        raise Refusal("event.contradicts", message, [Finding.error("event.corrects", message, "/corrects")])
    if order.type not in (wrong.type, RETRACTED):
        message = f"What is corrected is “{wrong.type}”; it can be put right as that, or taken back (“{RETRACTED}”)."
        raise Refusal("event.contradicts", message, [Finding.error("event.corrects", message, "/corrects")])
    if wrong.type == RETRACTED:
        message = "That something was taken back is not taken back itself: tell anew what was so."
        raise Refusal("event.contradicts", message, [Finding.error("event.corrects", message, "/corrects")])
    if wrong.type == MERGED and order.type != RETRACTED:
        message = "That a case was merged is taken back, and then told anew."
        raise Refusal("event.contradicts", message, [Finding.error("event.corrects", message, "/type")])
    already = session.scalar(select(CaseEventRow).where(CaseEventRow.corrects == order.corrects))
    if already is not None:
        what = "taken back: tell anew what was so" if already.type == RETRACTED else "corrected: correct that"
        message = f"By the one at position {already.position}, that event was already {what}."
        raise Refusal("event.corrected", message, [Finding.error("event.corrected", message, "/corrects")],
                      kind="conflict")  # fmt: skip


def _refuse_contradicting(
    means: Means, session: Session, one: FoundCase, order: CaseEventOrder, data: Mapping[str, Any], today: date
) -> None:
    record = one.record if order.corrects is None else without_corrected(one.record, order.corrects)
    problems: list[Finding] = []
    if order.type == MERGED:
        other = reading.row_of(session, order.subject)
        if other.key == one.row.key or other.merged_into is not None:
            message = f"{order.subject} is this case, or was itself merged into another."
            problems.append(Finding.error("event.subject", message, "/subject"))
        else:
            problems += ids_of_nothing(one.facts, reading.found(means, session, order.subject).facts, data)
    elif order.type == IMPORTED:
        if any(paper.number == order.subject for paper in record.documents):
            problems.append(Finding.error("event.twice", f"{order.subject} is on record already.", "/subject"))
        elif session.scalar(select(DocumentRow.id).where(DocumentRow.number == order.subject)) is not None:
            message = f"{order.subject} is the number of a document that was issued here, in another case."
            problems.append(Finding.error("event.twice", message, "/subject"))
        elif still_to_come(session, means.current(), order.subject, today):
            message = f"{order.subject} is a number that this register has still to give."
            problems.append(Finding.error("event.number", message, "/subject"))
        if order.on > today or (data.get("served_on") or "") > today.isoformat():
            problems.append(Finding.error("event.date", f"The day is ahead of today ({today}).", "/on"))
    if order.type in ("guard-answered", "guard-waived"):
        problems += _of_no_guard(means.current(), order, data)
    if order.type in DATA:
        facts = fold(one.facts, record, today).facts
        problems += contradictions(order.type, order.subject, order.on, data, facts, record, today)
        problems += service_telling.refused(
            means.current(), facts, record, order.type, order.subject, order.on, data, today
        )  # fmt: skip
        if not problems:
            casefile = casefiles.load(facts, on_record=True)
            problems += against_rules(means.rules_of(today), casefile, record, order.type, order.on, data)
        if not problems and order.type == "extension-granted":
            then = casefiles.load(fold(one.facts, record, order.on).facts, on_record=True)
            problems += less_time(then, order.subject, order.on, date.fromisoformat(data["to"]))
    if problems:
        message = f"{things_are(problems)} wrong with the event, by what is on record."
        raise Refusal("event.contradicts", message, problems)


def _refuse_leaving(before: FoundCase, after: FoundCase, order: CaseEventOrder, today: date) -> None:
    """Refuse what would leave the record contradicting itself: what was told later may rest on what is changed."""
    place = "/corrects" if order.corrects is not None else "/on"
    problems = [
        Finding.error("event.left", message, place)
        for message in left_broken(before.facts, before.record, after.record, today)
    ]
    if problems:
        message = f"{things_are(problems)} wrong with what else is on record, were that so."
        raise Refusal("event.contradicts", message, problems)


def _of_no_guard(pack: TownPack, order: CaseEventOrder, data: Mapping[str, Any]) -> Iterator[Finding]:
    """Why a decision would count for nothing: no such type, no such guard, or a role that may not decide it."""
    procedure = pack.procedure
    if order.subject not in pack.document_types and (procedure is None or order.subject not in procedure.types):
        message = f"The town's rules know no document type {order.subject}."
        yield Finding.error("event.subject", message, "/subject")
    prefix, _, guard = data["guard"].partition(".")
    if prefix != "procedure":
        yield Finding.error("event.guard", "Name the guard by its code: procedure.once.", "/data/guard")
    elif procedure is not None:
        allowed = procedure.decide if order.type == "guard-answered" else procedure.may_waive(guard)
        if not any(pack.plays(data["role"], part) for part in allowed):
            whom = f"this is for: {', '.join(allowed)}" if allowed else f"nobody goes past {data['guard']}"
            yield Finding.error("event.role", f"By the town's rules {whom}.", "/data/role")


def _is_merger(session: Session, position: int) -> bool:
    return session.scalar(select(CaseEventRow.type).where(CaseEventRow.position == position)) == MERGED


def _digest(order: CaseEventOrder, data: Mapping[str, Any]) -> str:
    """What the trail holds the event by: its words may name people, and stay out of the trail."""
    return hashlib.sha256(casefiles.canonical({**order.plain(), "data": dict(data)})).hexdigest()


def _told_before(session: Session, row: IdempotencyRow) -> CaseEventRecord | None:
    if row.case_event is None:
        return None
    told = session.get(CaseEventRow, row.case_event)
    case = session.get(CaseRow, told.key) if told is not None else None
    return case_event_record(told, case.number) if told is not None and case is not None else None


def told(means: Means, number: str) -> tuple[CaseEventRecord, ...]:
    """Every event of a case in the order of record, also what was corrected since."""
    with means.store.database.reading() as session:
        row = reading.row_of(session, number)
        events = session.scalars(
            select(CaseEventRow).where(CaseEventRow.key == row.key).order_by(CaseEventRow.position)
        )
        listed = [case_event_record(one, row.number) for one in events]
    by = {one.corrects: one.position for one in listed if one.corrects is not None}
    return tuple(one.corrected(by.get(one.position)) for one in listed)
