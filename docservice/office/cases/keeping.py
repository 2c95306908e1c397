"""Cases kept: the facts of each revision as they were told, one after the other, and none written over.

Nothing is locked while facts are read and judged. The transaction that keeps them looks whether the case and what the
register holds are still as they were judged; if not, they are judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.casefile import shown
from docservice.casefile.facts import Casefile
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseRecord, case_key
from docservice.finding import Finding
from docservice.office.cases import addresses, listing, ownership, reading
from docservice.office.cases.reading import FoundCase
from docservice.office.cases.values import CaseOnRecord
from docservice.office.means import case_records, closings
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.folding import fold as fold_text
from docservice.storage.models import CaseRevisionRow, CaseRow
from docservice.storage.store import register

_TRIES = 5
_TOLD = 100  # places of what is otherwise now, in one refusal
SeenRevision = int | Literal["new"]  # the revision that the caller saw; "new": there was no such case
FactsChange = Callable[[Mapping[str, Any] | None], Mapping[str, Any]]  # the facts as they are → as they are to be


class _MovedMeanwhile(Exception):
    """The case, or what the register holds of it, is no longer as it was judged."""


OwnerCheck = Callable[[str], None]  # raises when the caller may not act on what belongs to that name


def keep(
    means: Means,
    number: str,
    change: FactsChange,
    *,
    actor: str,
    saw: SeenRevision,
    whole: bool,
    allowed: OwnerCheck = lambda owner: None,
) -> CaseOnRecord:
    """Keep the facts that ``change`` makes as the next revision of a case, or its first.

    ``allowed`` is asked of whom the number belongs to (``reading.owner_of``), also of a case that is put on record: who
    issued letters under a number has it.

    The same facts as the newest make none (RFC 9110, § 13.1.1: what is there already is no lost update). ``whole``:
    the caller told everything, so that what is otherwise can be named. Raises ``Refusal``: ``casefile.invalid`` …,
    ``case.number``, ``case.unknown``; kind ``conflict``: ``case.differs``, ``case.still_needed``, ``case.merged``; kind
    ``precondition-failed``: ``case.changed``, ``case.exists``.
    """
    for _ in range(_TRIES):
        try:
            return _keep(means, number, change, actor, saw, whole, allowed)
        except (_MovedMeanwhile, IntegrityError):
            continue
    message = f"The case {number} is being changed by many at once. Try again in a moment."
    raise Refusal("case.busy", message, kind="busy")


def _keep(
    means: Means,
    number: str,
    change: FactsChange,
    actor: str,
    saw: SeenRevision,
    whole: bool,
    allowed: OwnerCheck,
) -> CaseOnRecord:
    today = means.today()
    with means.store.database.reading() as session:
        means.refresh(session)
        owner = reading.owner_of(session, number)
        if owner is not None:
            allowed(owner)
        one, record = _as_it_is(means, session, number, saw)
    if one is not None and saw != one.row.revision and not whole:
        raise _changed(one, None, saw, today)
    known = fold(one.facts, record, today) if one is not None else None
    facts = change(known.facts if known is not None else None)  # who changes a part changes what was read
    casefile, snapshot = means.read(facts)
    _refuse_other_number(casefile, number)
    addresses.refuse_unreachable(facts)
    mine = ownership.own(facts, record, today, one.facts if one is not None else None)
    if one is not None and next(shown.differing(mine, one.facts), None) is None:
        return replace(reading.seen(means, one, today), outcome="unchanged")
    if one is not None and saw != one.row.revision:
        raise _changed(one, facts, saw, today)
    folded = fold(facts, record, today)
    ownership.refuse_differing(folded)
    if one is not None and known is not None:
        needed = (*reading.still_needed(means, one, facts), *_lacking(folded.findings))
        before = (*reading.still_needed(means, one, one.facts), *_lacking(known.findings))
        _refuse_needed(tuple(problem for problem in needed if problem not in before))  # it was never there
    casefile, snapshot = (casefile, snapshot) if mine == facts else means.read(mine)
    closed_on = closings.closed_on(mine, record)
    with means.store.blobs.staging() as stage:
        sha256 = stage.put(snapshot)
        at = means.clock()
        with means.store.database.writing() as session:
            row = _held(means, session, number, one, record)
            register(session, stage, at)
            revision = row.revision + 1 if row is not None else 1
            shown_number = row.number if row is not None else casefile.case.number
            position = audit.record(
                session, at=at, actor=actor, action="case.changed" if row is not None else "case.created",
                subject=f"case/{shown_number}", detail={"case": shown_number, "revision": revision, "sha256": sha256},
            )  # fmt: skip
            if row is None:
                row = CaseRow(
                    key=case_key(number),
                    number=shown_number,
                    position=position,
                    created_at=at,
                    created_by=owner or actor,
                )
                session.add(row)
            row.revision, row.sha256, row.changed_at = revision, sha256, at
            row.title, row.opened_on = casefile.case.title, casefile.case.opened_on
            row.closed_on = closed_on
            row.words = "\n".join(fold_text(text) for text in _words(casefile) if text)
            listing.place(row, mine)
            session.flush()
            session.add(
                CaseRevisionRow(
                    key=row.key, revision=revision, position=position, sha256=sha256, at=at, actor=actor
                )
            )  # fmt: skip
        stage.publish()
    return replace(reading.read(means, number), outcome="changed" if one is not None else "created")


def _as_it_is(
    means: Means, session: Session, number: str, saw: SeenRevision
) -> tuple[FoundCase | None, CaseRecord]:  # fmt: skip
    row = session.get(CaseRow, case_key(number))
    if row is None:
        if saw != "new":
            reading.row_of(session, number)  # says so
        return None, case_records.record_of(means, session, number)
    one = reading.found(means, session, number)
    refuse_merged(one)
    return one, one.record


def refuse_merged(one: FoundCase) -> None:
    """Raise ``Refusal("case.merged", kind="conflict")`` for a case that goes on under another number."""
    into = one.summary.merged_into
    if into is not None:
        raise Refusal("case.merged", f"{one.summary.number} was merged into {into}: go on there.", kind="conflict")


def _held(means: Means, session: Session, number: str, one: FoundCase | None, record: CaseRecord) -> CaseRow | None:
    """The row, locked, if the case is as it was judged."""
    if one is None:
        if session.get(CaseRow, case_key(number)) is not None:
            raise _MovedMeanwhile
        row = None
    else:
        row = reading.row_of(session, number, lock=True)
        if row.revision != one.row.revision or row.merged_into != one.row.merged_into:
            raise _MovedMeanwhile
    if case_records.record_of(means, session, number) != record:  # also a first letter, by which it has an owner
        raise _MovedMeanwhile
    return row


def _changed(one: FoundCase, facts: Mapping[str, Any] | None, saw: SeenRevision, today: date) -> Refusal:
    there = fold(one.facts, one.record, today).facts
    places = list(shown.differing(there, facts)) if facts is not None else []
    problems = [Finding.error("case.changed", "Is otherwise now.", place) for place in places[:_TOLD]]
    if saw == "new":
        message = f"The case {one.row.number} is on record already, at revision {one.row.revision}."
        return Refusal("case.exists", message, problems, kind="precondition-failed")
    message = (
        f"The case {one.row.number} has changed since you read it: it is at revision {one.row.revision}, not {saw}."
    )
    return Refusal("case.changed", message, problems, kind="precondition-failed")


def _refuse_other_number(casefile: Casefile, number: str) -> None:
    if case_key(casefile.case.number) != case_key(number):
        message = f"The casefile is of {casefile.case.number}, and the address says {number}."
        raise Refusal("case.number", message, [Finding.error("case.number", message, "/case/number")])


def _lacking(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    for one in findings:
        if one.code == "case.lacks":
            yield Finding.error("case.subject_issued", f"{one.message} It cannot be left out.", one.place)


def _refuse_needed(problems: tuple[Finding, ...]) -> None:
    if problems:
        message = "Papers in force need what would be left out."
        code = problems[0].code if len({one.code for one in problems}) == 1 else "case.still_needed"
        raise Refusal(code, message, problems, kind="conflict")


def _words(casefile: Casefile) -> Iterator[str | None]:
    yield from (casefile.case.number, casefile.case.title)
    site = casefile.property
    yield from (site.situs, site.city_line, site.apn)
    for party in casefile.parties:
        yield from (party.name.text, party.name.latin, party.unit, party.attention, party.agent)
        yield from party.address.lines if party.address is not None else ()
