"""Issuing: a number, a record, and bytes that stay; or nothing at all. How, says ``office.issuing.block``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace

from sqlalchemy import select

from docservice.casefile.pasting import taken
from docservice.finding import Finding
from docservice.office.issuing.block import issue_block
from docservice.office.issuing.filing import issued_before, replaceable
from docservice.office.issuing.notice_numbers import (
    Mailing,
    MailingNumber,
    Numbers,
    OwnNumbers,
    number_on_record,
)
from docservice.office.issuing.service_proofs import with_register
from docservice.office.issuing.succession import refuse_other_paper
from docservice.office.means import closings, idempotency
from docservice.office.means.choices import Correction
from docservice.office.means.idempotency import Request
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import Readings, prepare
from docservice.office.means.records import DocumentRecord, document_record
from docservice.pipeline.notices import Earlier
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import DocumentRow
from docservice.text import is_plain


def issue(
    means: Means,
    order: Order,
    *,
    actor: str,
    idempotency_key: str | None = None,
    replaces: str | None = None,
    reason: str | None = None,
    correction: Correction | None = None,
    precondition: Callable[[], None] | None = None,
) -> DocumentRecord:
    """Issue what is ordered; ``replaces`` is the id of a document this one supersedes, for ``reason``.

    ``precondition`` may refuse before the work begins; a request that was done before is past it. Raises ``Refusal``:
    ``checks.failed`` with every error found, ``document.not_issued`` and ``document.other_case`` (kind ``conflict``),
    ``template.not_approved``,
    what ``office.means.idempotency`` refuses, and whatever the rooms below refuse.
    """
    asked = f"{replaces}\0{correction}" if correction == "clerical" else replaces  # another kind is another request
    request = request_of(order, actor, idempotency_key, asked, reason)

    def issued() -> DocumentRecord:
        if precondition is not None:
            precondition()
        old: DocumentRow | None = None
        if replaces is not None:
            with means.store.database.reading() as session:
                old = replaceable(session, replaces, lock=False)[0]
        letter = readied(means, order, replaces=old)
        if old is not None:
            letter = in_place_of(letter, old, reason, correction)
        [outcome] = issue_block(means, [letter], actor, requests=[request])
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    return idempotency.once(means, request, issued_before, issued)


def in_place_of(letter: Prepared, old: DocumentRow, reason: str | None, correction: Correction | None) -> Prepared:
    """A letter that supersedes a document, and says so on its face."""
    refuse_before(letter, old)
    earlier = Earlier(old.notice_number, old.issued_on)
    task = replace(letter.task, supersedes=earlier, reason=reason)
    if correction == "clerical":  # its dates are those that were printed
        mailed = old.mail_on or old.issued_on
        if task.mail_on not in (None, mailed):
            message = f"A clerical correction keeps the day from which the dates count, {mailed}."
            problem = Finding.error("correction.not_clerical", message, "/mail_on")
            raise Refusal("correction.not_clerical", message, [problem], kind="conflict")
        task = replace(task, mail_on=mailed)
    return replace(letter, task=task, replaces=old.id, correction=correction)


def refuse_before(letter: Prepared, old: DocumentRow) -> None:
    """Raise ``Refusal("order.date")`` for a letter that is dated before what it replaces."""
    if letter.task.on < old.issued_on:
        message = f"{old.number} is of {old.issued_on}: what takes its place is not of an earlier day."
        raise Refusal("order.date", message, [Finding.error("order.date", message, "/on")])


def issue_all(
    means: Means,
    orders: Sequence[Order],
    *,
    actor: str,
    idempotency_keys: Sequence[str | None] | None = None,
    halted: Callable[[], str | None] | None = None,
    mailing: Mailing | None = None,
) -> list[DocumentRecord | Refusal]:
    """Issue each order for itself, in a block: numbers reserved together, each letter typeset once, all kept at once.

    Those of a ``mailing`` are copies of one notice.

    The outcome of each, in their order: its record (of the first time, for a key that was used before), or why it was
    refused. They are typeset in as many rendering processes as the office has, and are in memory together: some dozens
    at once, not more. ``halted`` is asked before each (``block.issue_block``). Raises what hinders all of them.
    """
    keys = idempotency_keys or [None] * len(orders)
    outcomes: dict[int, DocumentRecord | Refusal] = {}
    letters: dict[int, Prepared] = {}
    requests: dict[int, Request | None] = {}
    readings = Readings()
    notice = on_record(means, mailing)
    with ExitStack() as claims:
        for place, (order, key) in enumerate(zip(orders, keys, strict=True)):
            request = request_of(order, actor, key, None, None)
            try:
                if request is not None:
                    claims.enter_context(idempotency.claimed(means, request))
                    found = idempotency.replay(means, request, issued_before)
                    if found is not None:
                        outcomes[place] = found
                        continue
                letters[place] = readied(means, order, readings, mailing=mailing, notice=notice)
                requests[place] = request
            except Refusal as refusal:
                outcomes[place] = refusal
        issued = issue_block(
            means, [*letters.values()], actor, requests=[*requests.values()], halted=halted,
            numbers=numbers_of(letters.values(), mailing),
        )  # fmt: skip
        outcomes.update(zip(letters, issued, strict=True))
    return [outcomes[place] for place in range(len(orders))]


def request_of(
    order: Order, actor: str, key: str | None, replaces: str | None = None, reason: str | None = None
) -> Request | None:
    """The request that an idempotency key names."""
    if key is None:
        return None
    asked = order.fingerprint()
    if replaces is not None:
        asked = hashlib.sha256(f"{asked}\0{replaces}\0{reason}".encode()).hexdigest()
    return Request(actor, key, asked)


def on_record(means: Means, mailing: Mailing | None) -> str | None:
    """The number of a mailing's notice, once some of its letters are on record."""
    if mailing is None:
        return None
    with means.store.database.reading() as session:
        return number_on_record(session, mailing)


def numbers_of(letters: Iterable[Prepared], mailing: Mailing | None) -> Numbers:
    """Where these letters have their numbers from."""
    shared = mailing is not None and any(letter.mailing is not None for letter in letters)
    return MailingNumber(mailing) if shared and mailing is not None else OwnNumbers()


def readied(
    means: Means,
    order: Order,
    readings: Readings | None = None,
    replaces: DocumentRow | None = None,
    *,
    mailing: Mailing | None = None,
    notice: str | None = None,
) -> Prepared:
    """An order read and resolved, which may be issued. Raises ``Refusal("template.not_approved")``, and as reading.

    ``replaces`` is the document that it is to supersede, ``mailing`` the one that it is a letter of, ``notice`` the
    number on record of the notice that it is a copy of.
    """
    prepared = prepare(means, order, readings, replaces.notice_number if replaces is not None else None, notice)
    if replaces is not None:
        refuse_other_paper(means, replaces, prepared)
    problems = [one for one in prepared.told if one.severity == "error"]
    if problems:
        first = problems[0]
        code = first.code if first.code.startswith("procedure.") else "order.date"
        raise Refusal(code, f"{first.message} Nothing was issued.", problems)
    version, on = prepared.version, prepared.task.on
    if version.status != "approved" or version.effective_on is None or version.effective_on > on:
        with means.store.database.reading() as session:
            instead = means.instead(session, order.template, on)
        message = f"{order.template} version {version.number} is not approved for {on}: preview only."
        raise Refusal(
            "template.not_approved",
            f"{message} {instead}",
            [Finding.error("template.not_approved", f"is {version.status}", "/version")],
        )
    prepared = with_register(means, prepared)
    return mailing.of(prepared) if mailing is not None else prepared


def plain_reason(reason: str) -> str:
    """A reason as it is kept, pasted line ends as they are meant.

    Raises ``Refusal("document.reason")`` for one that says nothing or cannot be kept.
    """
    reason = taken(reason)
    if not is_plain(reason, 1000):
        message = "Say why, in at most 1000 characters."
        raise Refusal("document.reason", message, [Finding.error("document.reason", message, "/reason")])
    return reason


def void(means: Means, document_id: str, *, reason: str, actor: str) -> DocumentRecord:
    """Void a document. With an English text goes its translation; a translation may be voided alone.

    Raises ``Refusal``: ``document.unknown``, ``document.not_issued`` (kind ``conflict``), ``document.reason``.
    """
    reason = plain_reason(reason)
    at = means.clock()
    with means.store.database.writing() as session:
        case = session.scalar(select(DocumentRow.case_key).where(DocumentRow.id == document_id))
        closings.hold(session, {case} if case is not None else ())
        audit.hold(session)  # as issuing does, before any document is held
        rows = replaceable(session, document_id, lock=True)
        asked = session.get(DocumentRow, document_id)
        assert asked is not None
        if asked.original is not None:
            rows = [row for row in rows if row.id == document_id]
        if not rows:
            raise Refusal("document.not_issued", f"{asked.number} is {asked.status} already.", kind="conflict")
        for row in rows:
            row.status, row.reason, row.status_at = "void", reason, at
            session.flush()
            detail = {"number": row.number, "reason": reason}
            audit.record(session, at=at, actor=actor, action="document.voided", subject=row.id, detail=detail)
        closings.settle(means, session, {asked.case_key})
        return document_record(asked)
