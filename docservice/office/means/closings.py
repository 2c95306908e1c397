"""On which day a case is closed, beside its row: so that lists need not fold every case to tell the open ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.casefile.folding import fold
from docservice.casefile.record import CaseRecord
from docservice.office.means import case_records
from docservice.office.means.means import Means
from docservice.storage.models import CaseRow


def closed_on(facts: Mapping[str, Any], record: CaseRecord) -> date | None:
    """The day, also one ahead: a closing letter may be dated so where the town's rules let it."""
    stated = fold(facts, record, date.max).facts["case"].get("closed_on")
    return date.fromisoformat(stated) if stated else None


def hold(session: Session, keys: Iterable[str]) -> None:
    """Hold cases until the commit, in one order, and before the end of the audit trail: as who tells of them does."""
    wanted = set(keys)
    if wanted:
        session.scalars(select(CaseRow).where(CaseRow.key.in_(wanted)).order_by(CaseRow.key).with_for_update()).all()


def settle(means: Means, session: Session, keys: Iterable[str]) -> None:
    """Bring cases to where their papers are, in the transaction that issues or voids one which closes a case.

    Raises what the archive does not have.
    """
    session.flush()
    for key in sorted(set(keys)):
        row = session.get(CaseRow, key)
        if row is not None:
            facts = json.loads(means.store.blobs.read(row.sha256))
            row.closed_on = closed_on(facts, case_records.record_of(means, session, row.number))
