"""The guards asked once more, in the transaction that uses the numbers: the case may have moved since the first time.

The end of the audit chain is held from here to the commit, and whatever changes a case adds a line to it: what is seen
here is what is so when the letters are on record.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from docservice.casefile import folding
from docservice.casefile.record import CaseRecord, IssuedDocument, beside, case_key, without
from docservice.finding import Finding
from docservice.office.issuing.making import MadeSet
from docservice.office.means import case_records
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import known_on
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.town.effects import effect_of
from docservice.town.guards import may, may_dated_back

# A copy that went out meanwhile gives its number and day: nothing that this letter rests on.
_NEWS = frozenset(("number", "issued_on", "noticed_on", "served_on"))


def recheck(means: Means, session: Session, made: Sequence[MadeSet]) -> None:
    """Raise ``Refusal`` (kind ``conflict``) when a case no longer lets one of the letters out.

    ``case.moved_on`` where the facts that a letter was made from are no longer so, else the guard's own code. Letters
    of one block count for those after them.
    """
    audit.hold(session)
    found: dict[
        str, tuple[CaseRecord, bool, set[str]]
    ] = {}  # the record, whether it moved, notices of the letters so far
    for one in made:
        letter = one[0][0]
        number = letter.casefile.case.number
        key = case_key(number)
        if key not in found:
            moved = case_records.stamp_of(session, number) != letter.stamp
            record = case_records.record_of(means, session, number) if moved else letter.record
            if moved and letter.task.supersedes is not None:
                record = without(record, letter.task.supersedes.number)
            found[key] = record, moved, set()
        record, moved, before = found[key]
        issued = _issued(letter, one)
        others = beside(record, issued.notice) if letter.copy is not None else record
        if moved:
            _refuse_moved(letter, others)
        if moved or before - {issued.notice}:
            _refuse_guarded(means, letter, others)
        found[key] = replace(record, documents=(*record.documents, issued)), moved, before | {issued.notice}


def _refuse_moved(letter: Prepared, record: CaseRecord) -> None:
    facts, task = json.loads(letter.parts[letter.task.casefile]), letter.task
    puts = effect_of(letter.edition.pack, letter.bundle.meta.document_type)
    changes = folding.fold(facts, folding.apart_from(record, puts, facts, task.about), task.on).changes
    problems = [
        Finding.error("case.moved_on", f"It is {one.known} now ({one.because}), no longer {one.stated}.", one.place)
        for one in changes
        if one.place.rsplit("/", 1)[-1] not in _NEWS
    ]
    if problems:
        message = "The case moved on while this letter was made; look at it, and order it again."
        raise Refusal("case.moved_on", message, problems, kind="conflict")


def _refuse_guarded(means: Means, letter: Prepared, record: CaseRecord) -> None:
    pack, task, today = letter.edition.pack, letter.task, means.today()
    asked = letter.bundle.meta.document_type, task.about, task.recipient, task.on
    answer = may(pack, letter.casefile, record, *asked, letter.decisions)
    if task.on < today:
        facts = json.loads(letter.parts[task.casefile])
        there = folding.apart_from(record, effect_of(pack, asked[0]), facts, task.about)
        now = known_on(means, today, facts, there, (facts, letter.casefile))
        answer = may_dated_back(answer, pack, now, record, *asked, today, letter.decisions)
    problems = [one.finding(pack.procedure, record) for one in answer.reasons if one.refuses(pack.procedure, record)]
    if problems:
        raise Refusal(problems[0].code, f"{problems[0].message} Nothing was issued.", problems, kind="conflict")


def _issued(letter: Prepared, made: MadeSet) -> IssuedDocument:
    prepared, product = made[0]
    task, type = prepared.task, letter.bundle.meta.document_type
    return IssuedDocument(
        task.number or "", type, letter.version.template, task.on, position=2**31, about=task.about,
        puts=effect_of(letter.edition.pack, type), recipient=task.recipient,
        dates={one["name"]: date.fromisoformat(one["date"]) for one in product.dates},
        notice=task.copy.number if task.copy is not None else "",
    )  # fmt: skip
