"""ETag and If-Match: who changes a document's state says which state was seen (428, 412)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask import request

from docservice.office.review.reviewing import etag_of as version_etag
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.means.records import DocumentRecord
    from docservice.office.means.versions import VersionRecord


def etag_of(record: DocumentRecord) -> str:
    """The ETag (unquoted) of a document's record: it changes when, and only when, its state does."""
    state = (record.id, record.status, str(record.superseded_by), str(record.void_reason))
    return hashlib.sha256("\n".join(state).encode()).hexdigest()[:32]


def require_if_match() -> None:
    """Raise 428 without If-Match."""
    if "If-Match" not in request.headers:
        message = "Send the document's ETag as If-Match, so that nobody changes a state they have not seen."
        raise Refusal("precondition.required", message, kind="precondition-required")


def require_match(record: DocumentRecord) -> None:
    """Raise 428 without If-Match, 412 when it names another state than the record's."""
    require_if_match()
    if not request.if_match.contains(etag_of(record)):
        message = f"The document {record.number} has changed since you read it; it is {record.status} now."
        raise Refusal("precondition.failed", message, kind="precondition-failed")


def require_version(version: VersionRecord) -> None:
    """Raise 428 without If-Match or with “*”, 412 when it names another state of the version, or another text."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        message = "Send the version's ETag as If-Match (not “*”), so that nobody decides about what they have not seen."
        raise Refusal("precondition.required", message, kind="precondition-required")
    if not (request.if_match.contains(version_etag(version)) or request.if_match.contains(version.sha256)):
        name = f"{version.template} version {version.number}"
        message = f"{name} has changed since you read it; it is {version.status} now."
        raise Refusal("precondition.failed", message, kind="precondition-failed")
