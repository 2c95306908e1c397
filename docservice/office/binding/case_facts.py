"""The facts that a packet is made by: those of the case on record as they are today, else of its newest document."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.casefile.record import case_key
from docservice.office.means import case_records
from docservice.office.means.means import Means
from docservice.storage.models import CaseRow, DocumentRow


def photographs_of(means: Means, snapshot: bytes | None) -> dict[str, str]:
    """The photographs of a casefile's inspections that the register holds: name → SHA-256."""
    inspections = json.loads(snapshot).get("inspections") or () if snapshot is not None else ()
    named = [photo for inspection in inspections for photo in inspection.get("photos") or () if "sha256" in photo]
    return {photo["file"]: photo["sha256"] for photo in named if means.store.blobs.has(photo["sha256"])}


def facts_on_record(means: Means, case: str, rows: Sequence[DocumentRow]) -> bytes | None:
    """The casefile of a case as JSON, with what the register knows; None when nothing is on record.

    ``rows`` are its documents in force, in order of issue. Of a case that is not on record by itself (a system sends
    its facts with each order) it is the casefile that the newest of them was made by.
    """
    with means.store.database.reading() as session:
        found = session.scalar(select(CaseRow).where(CaseRow.key == case_key(case)))
        if found is not None:
            facts = json.loads(means.store.blobs.read(found.sha256))
            return casefiles.canonical(fold(facts, case_records.record_of(means, session, case), means.today()).facts)
    return means.store.blobs.read(rows[-1].casefile_sha256) if rows else None
