"""Notices: a copy for a party found later, a copy printed again, a correction for all who have one, a void of all.

A mailing makes a notice (``office.mailing``); what is done here is done to one that is on record.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import IntegrityError

from docservice.finding import Finding
from docservice.office.issuing import issuing, notice_numbers, notices_on_record
from docservice.office.issuing.block import issue_block
from docservice.office.issuing.filing import issued_before
from docservice.office.issuing.notice_numbers import KnownNumber, Mailing, copy_of
from docservice.office.issuing.notices_on_record import NoticeRecord, live, recipients_of, rows_of
from docservice.office.issuing.succession import refuse_other_case
from docservice.office.means import closings, idempotency
from docservice.office.means.choices import Correction
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import Readings, prepare
from docservice.office.means.records import DocumentRecord
from docservice.pipeline.notices import Earlier
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import DocumentRow

if TYPE_CHECKING:
    from docservice.pipeline.mail_classes import MailClass

Allowed = Callable[[NoticeRecord], None]  # may refuse, before the work begins

_TRIES = 5  # of clerks who add copies to one notice at one moment


@dataclass(frozen=True, slots=True)
class TriedCopy:
    """Whether a copy may go out to somebody, and what is told of it."""

    recipient: str | None
    may: bool
    findings: tuple[Finding, ...]


class Notices:
    """Notices on record. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def find(self, number: str) -> NoticeRecord:
        """A notice with its copies. Raises ``Refusal("notice.unknown", kind="missing")``."""
        return notices_on_record.find(self._means, number)

    def try_out(self, orders: Sequence[Order]) -> tuple[TriedCopy, ...]:
        """What would hinder each copy, as far as that is known before it is made. Nothing is kept."""
        readings, found = Readings(), list[TriedCopy]()
        for order in orders:
            try:
                told = prepare(self._means, order, readings).told
            except Refusal as refusal:
                told = tuple(refusal.findings) or (Finding.error(refusal.code, refusal.message, "/recipient"),)
            found.append(TriedCopy(order.recipient, all(one.severity != "error" for one in told), told))
        return tuple(found)

    def add_copy(self, number: str, order: Order, *, actor: str, idempotency_key: str | None = None) -> DocumentRecord:
        """One more copy, to a party that has none: ``order`` says to whom, and by which facts.

        Who was refused in the mailing gets the copy that is theirs, who was found later the next one. Raises
        ``Refusal`` (kind ``conflict``): ``notice.not_in_force``, ``notice.has_copy``, ``notice.copies_differ`` with
        the place where the text would not be that of the notice, ``document.other_case``, and
        ``document.other_paper`` where the order names another template or subject than the notice's.
        """
        rows = self._rows(number)
        number = rows[0].notice_number  # as it is written, however it was typed
        first = self._in_force(number, rows)[0]
        _refuse_otherwise(order, first, "template", "about")
        order = _like(order, first)

        def letter(readings: Readings) -> Prepared:
            rows = self._rows(number)
            made = issuing.readied(self._means, order, readings, notice=number)
            refuse_other_case(self._means, first, made)
            whom = made.task.recipient or ""
            if any(row.recipient == whom for row in live(rows)):
                message = f"“{whom}” has a copy of {number} already; print that again, if it did not arrive."
                problem = Finding.error("notice.has_copy", message, "/recipient")
                raise Refusal("notice.has_copy", message, [problem], kind="conflict")
            taken = {row.copy: row.recipient for row in rows}
            named = recipients_of(rows)
            free = whom in named and taken.get(named.index(whom) + 1) in (None, whom)
            everybody = named if free else (*named, whom)
            copy = everybody.index(whom) + 1 if free else len(everybody)
            again = max((row.printing for row in rows if row.copy == copy), default=0)  # of one that was voided
            return replace(made, copy=copy_of(made, everybody, copy, again + 1))

        return self._issue(order, letter, first, actor, idempotency_key, f"copy\0{number}")

    def print_again(
        self,
        number: str,
        copy: int,
        order: Order,
        *,
        reason: str,
        actor: str,
        idempotency_key: str | None = None,
    ) -> DocumentRecord:
        """Another printing of a copy, by the facts, the day and the address of ``order``; the one before is superseded.

        Without facts it is printed by those of the one before, with other dates.

        Raises ``Refusal`` (kind ``conflict``) as ``add_copy``; ``notice.copy_unknown`` (kind ``missing``).
        """
        reason = issuing.plain_reason(reason)
        rows = self._rows(number)
        number = rows[0].notice_number
        old = next((row for row in live(rows) if row.copy == copy), None)
        if old is None and not any(row.copy == copy for row in rows):
            raise Refusal("notice.copy_unknown", f"{number} has no copy {copy}.", kind="missing")
        request = issuing.request_of(order, actor, idempotency_key, f"printing\0{number}\0{copy}", reason)
        done = idempotency.replay(self._means, request, issued_before) if request is not None else None
        if done is not None:
            return done
        if old is None:
            raise Refusal("notice.not_in_force", f"Copy {copy} of {number} is not in force.", kind="conflict")
        _refuse_otherwise(order, old, "template", "about", "recipient")
        facts = order.casefile or json.loads(self._means.store.blobs.read(old.casefile_sha256))
        # mailed as the one before, unless it is told otherwise
        mailing = order.mailing or cast("MailClass | None", old.mail_class)
        order = replace(_like(order, old), recipient=old.recipient, casefile=facts, mailing=mailing)

        def letter(readings: Readings) -> Prepared:
            made = issuing.readied(self._means, order, readings, notice=number)
            refuse_other_case(self._means, old, made)
            issuing.refuse_before(made, old)
            earlier = Earlier(old.number, old.issued_on)
            numbered = copy_of(made, recipients_of(rows), copy, old.printing + 1, earlier)
            return replace(made, copy=numbered, replaces=old.id, task=replace(made.task, reason=reason))

        return self._issue(order, letter, old, actor, idempotency_key, f"printing\0{number}\0{copy}", reason)

    def _issue(
        self,
        order: Order,
        letter: Callable[[Readings], Prepared],
        known: DocumentRow,
        actor: str,
        key: str | None,
        what: str,
        reason: str | None = None,
    ) -> DocumentRecord:
        request = issuing.request_of(order, actor, key, what, reason)

        def once() -> DocumentRecord:
            made = replace(letter(Readings()), year=known.year)
            [outcome] = issue_block(
                self._means, [made], actor, requests=[request], numbers=KnownNumber(known.sequence), together=True
            )
            if isinstance(outcome, Refusal):
                raise outcome
            return outcome

        def issued() -> DocumentRecord:
            for _ in range(_TRIES):
                with suppress(IntegrityError):  # somebody took the number of the copy meanwhile: see what it is now
                    return once()
            return once()

        return idempotency.once(self._means, request, issued_before, issued)

    def correct(
        self,
        number: str,
        order: Order,
        *,
        reason: str,
        actor: str,
        correction: Correction = "substantive",
        idempotency_key: str | None = None,
        allowed: Allowed | None = None,
    ) -> NoticeRecord:
        """Issue a notice that takes the place of this one, to all who have a copy in force; all of it, or none.

        A ``clerical`` correction keeps the dates that were printed, and may change no date, amount, section, person
        or site (``correction.not_clerical``, kind ``conflict``, with each place); a substantive one counts anew.
        """
        reason = issuing.plain_reason(reason)
        number = self._rows(number)[0].notice_number
        request = issuing.request_of(order, actor, idempotency_key, f"correct\0{number}\0{correction}", reason)

        def issued() -> DocumentRecord:
            rows = self._rows(number)
            if allowed is not None:
                allowed(self.find(number))
            standing = self._in_force(number, rows)
            if order.recipient is not None and all(order.recipient != row.recipient for row in standing):
                message = f"“{order.recipient}” has no copy of {number} in force."
                places = [Finding.error("document.other_paper", message, "/recipient")]
                raise Refusal("document.other_paper", message, places, kind="conflict")
            mailing = Mailing(str(uuid.uuid4()), tuple(row.recipient or "" for row in standing))
            readings, letters, problems = Readings(), list[Prepared](), list[Finding]()
            for row in standing:
                try:
                    one = issuing.readied(
                        self._means, replace(order, recipient=row.recipient), readings, row, mailing=mailing
                    )
                    letters.append(issuing.in_place_of(one, row, reason, correction))
                except Refusal as refusal:
                    if len(standing) == 1:
                        raise
                    problems += _of(row.recipient, refusal)
            if problems:
                raise Refusal(problems[0].code, f"{number} is not corrected: {problems[0].message}", problems)
            try:
                outcomes = issue_block(
                    self._means, letters, actor, requests=[request, *[None] * (len(letters) - 1)],
                    numbers=issuing.numbers_of(letters, mailing), together=True,
                )  # fmt: skip
            finally:
                if len(letters) > 1:
                    notice_numbers.end(self._means, mailing)
                    self._means.store.recover()
            refused = [one for one in outcomes if isinstance(one, Refusal) and one.code != "notice.with_others"]
            if refused:
                raise refused[0]
            [first, *_] = [one for one in outcomes if isinstance(one, DocumentRecord)]
            return first

        return self.find(idempotency.once(self._means, request, issued_before, issued).notice)

    def void(self, number: str, *, reason: str, actor: str, allowed: Allowed | None = None) -> NoticeRecord:
        """Void every copy in force, with its translations. Raises ``notice.not_in_force`` (kind ``conflict``)."""
        reason = issuing.plain_reason(reason)
        at = self._means.clock()
        cases = {row.case_key for row in self._rows(number)}
        with self._means.store.database.writing() as session:
            closings.hold(session, cases)
            audit.hold(session)  # as issuing does, before any document is held
            rows = rows_of(session, number, lock=True)
            if allowed is not None:
                allowed(notices_on_record.notice_of(rows))
            self._in_force(number, rows)
            for row in rows:
                if row.status == "issued":
                    row.status, row.reason, row.status_at = "void", reason, at
                    session.flush()
                    detail = {"number": row.number, "reason": reason}
                    audit.record(session, at=at, actor=actor, action="document.voided", subject=row.id, detail=detail)
            closings.settle(self._means, session, cases)
            return notices_on_record.notice_of(rows)

    def _rows(self, number: str) -> list[DocumentRow]:
        with self._means.store.database.reading() as session:
            return rows_of(session, number)

    def _in_force(self, number: str, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
        standing = live(rows)
        if not standing:
            raise Refusal("notice.not_in_force", f"No copy of {number} is in force.", kind="conflict")
        return standing


def _like(order: Order, row: DocumentRow) -> Order:
    """An order for what a document on record is; it need not say what that is, and may not say otherwise."""
    _refuse_otherwise(order, row, "template", "about")
    return replace(order, template=row.template, version=row.version, about=row.about)


def _refuse_otherwise(order: Order, row: DocumentRow, *names: str) -> None:
    """Raise ``document.other_paper`` for what an order names itself, and names otherwise than the notice has it."""
    problems = [
        Finding.error("document.other_paper", f"{row.number} has “{had}”; the order says “{said}”.", f"/{name}")
        for name in names
        if (said := getattr(order, name)) and said != (had := getattr(row, name))
    ]
    if problems:
        raise Refusal("document.other_paper", problems[0].message, problems, kind="conflict")


def _of(recipient: str | None, refusal: Refusal) -> list[Finding]:
    listed = list(refusal.problems) or [Finding.error(refusal.code, refusal.message, "/recipient")]
    return [replace(one, message=f"{recipient}: {one.message}") for one in listed]
