"""What an issued document speaks of: its violations, and a digest of the facts that it shows (``casefile.shown``)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from docservice import casefile as casefiles
from docservice.casefile import shown
from docservice.casefile.facts import Casefile
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow, TemplateVersionRow
from docservice.town import subjects
from docservice.town.pack import DocumentType

log = logging.getLogger("docservice.documents")

_MOST = 10_000
_of_before: dict[str, Mapping[str, Any] | None] = {}  # by id, of documents of an earlier release


def speaks_of(
    facts: Mapping[str, Any], casefile: Casefile, kind: DocumentType, about: str | None, recipient: str | None, on: date
) -> dict[str, Any]:
    """What is kept with a document: ``violations``, their ids, and ``sha256``; ``facts`` is its casefile as JSON."""
    subject = subjects.find(casefile, kind.subject, about).subject
    reader = next((party for party in casefile.parties if party.id == recipient), None)
    found = subjects.violations_of(casefile, subject, about, on, shows=kind.shows, reader=reader)
    ids = [violation.id for violation in found]
    return {"violations": ids, "sha256": shown.digest(facts, recipient, ids)}


def spoken_of(means: Means, row: DocumentRow | Row[Any]) -> Mapping[str, Any] | None:
    """What a document on record speaks of; of an earlier release it is read from its casefile, once.

    None where that can no longer be read.
    """
    if row.speaks_of is not None:
        kept: Mapping[str, Any] = row.speaks_of
        return kept
    if row.id not in _of_before:
        if len(_of_before) >= _MOST:
            _of_before.clear()
        _of_before[row.id] = _worked_out(means, row)
    return _of_before[row.id]


def _worked_out(means: Means, row: DocumentRow | Row[Any]) -> Mapping[str, Any] | None:
    with means.store.database.reading() as session:
        version = select(TemplateVersionRow.document_type)
        kind = session.scalar(
            version.where(TemplateVersionRow.key == row.template, TemplateVersionRow.number == row.version)
        )
    try:
        facts = json.loads(means.store.blobs.read(row.casefile_sha256))
        known = means.rules_of(row.issued_on).document_types[kind or ""]
        return speaks_of(facts, casefiles.load(facts, on_record=True), known, row.about, row.recipient, row.issued_on)
    except (Refusal, KeyError, ValueError) as problem:
        log.warning("what %s speaks of cannot be read: %s", row.number, problem)
        return None
