"""The dates of documents on record, as they printed them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from docservice import casefile as casefiles
from docservice.office.means.means import Means
from docservice.pipeline.pinning import pinned_pack
from docservice.pipeline.producing import set_by
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow
from docservice.town import reckoning

log = logging.getLogger("docservice.documents")


def dates_of(means: Means, row: DocumentRow) -> Sequence[Mapping[str, Any]]:
    """The dates of a document on record; those of an earlier release are counted again, from what it was made of."""
    if row.dates is not None:
        return row.dates
    try:
        casefile = casefiles.load(json.loads(means.store.blobs.read(row.casefile_sha256)), on_record=True)
        pack = pinned_pack(row.town_sha256, {row.town_sha256: means.store.blobs.read(row.town_sha256)})
        kind = means.bundle(row.bundle_sha256).meta.document_type
        return set_by(
            reckoning.reckon(
                pack, casefile, kind, on=row.issued_on, recipient=row.recipient or "", about=row.about,
                language=row.language,
            )
        )  # fmt: skip
    except (Refusal, KeyError, ValueError) as problem:
        log.warning("the dates of %s cannot be counted: %s", row.number, problem)
        return ()
