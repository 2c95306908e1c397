"""/api/v1/documents/{id}/attempts: serving papers: attempts, what became of them, the files that bear them out.

The same below a copy of a notice, ``/api/v1/notices/{notice}/copies/{copy}/attempts``: of its newest printing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, g

from docservice.api.access import actor, refuse_foreign_case, refuse_unseen, refuse_unseen_case, requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key
from docservice.api.negotiation import BYTES, JSON, file, wanted
from docservice.api.service_schemas import (
    AttemptOnRecordSchema,
    AttemptOrderSchema,
    ServiceOnRecordSchema,
    ServiceResultOrderSchema,
    attempt_data,
    result_data,
)
from docservice.api.wiring import office
from docservice.media_types import OCTETS

if TYPE_CHECKING:
    from docservice.office.means.records import DocumentRecord

blueprint = Blueprint("service", __name__, url_prefix="/api/v1", description="Service of papers: attempts and results")

DOCUMENT = "/documents/<string:id>/attempts"
COPY = "/notices/<string:notice>/copies/<int(max=9999):copy>/attempts"
LEG = "<int(max=9007199254740992):position>/legs/<int(max=100):leg>/result"


@blueprint.route(DOCUMENT, methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("attempt", "files"))
@blueprint.arguments(AttemptOrderSchema, location="json")
@blueprint.response(201, AttemptOnRecordSchema)
def attempt(body: dict[str, Any], id: str) -> Any:
    """Put an attempt to serve a document on record

    Ways taken together (certified and first-class mail) are its legs. What lacks something is kept, and does not hold:
    state and findings say so. Refused (422) is what cannot be: a day before the notice, a declarant who is a party, a
    paper that was replaced (service.replaced) or whose dates are over (service.stale_dates).
    """
    return _attempt(body, _seen(id))


@blueprint.route(DOCUMENT, methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, ServiceOnRecordSchema)
def attempts(id: str) -> Any:
    """List the attempts to serve a document, and whom it is served on"""
    return _listed(_seen(id))


@blueprint.route(f"{DOCUMENT}/{LEG}", methods=["PUT"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("result", "files"))
@blueprint.arguments(ServiceResultOrderSchema, location="json")
@blueprint.response(200, AttemptOnRecordSchema)
def result(body: dict[str, Any], id: str, position: int, leg: int) -> Any:
    """Tell what became of a leg of an attempt

    The last word counts; the same again changes nothing. A word that was wrong is corrected: correction says why.
    """
    return _result(body, _seen(id), position, leg)


@blueprint.route(COPY, methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("attempt", "files"))
@blueprint.arguments(AttemptOrderSchema, location="json")
@blueprint.response(201, AttemptOnRecordSchema)
def attempt_of_copy(body: dict[str, Any], notice: str, copy: int) -> Any:
    """Put an attempt to serve a copy of a notice on record, by its newest printing"""
    return _attempt(body, _printing(notice, copy))


@blueprint.route(COPY, methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, ServiceOnRecordSchema)
def attempts_of_copy(notice: str, copy: int) -> Any:
    """List the attempts to serve a copy of a notice, by its newest printing"""
    return _listed(_printing(notice, copy))


@blueprint.route(f"{COPY}/{LEG}", methods=["PUT"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("result", "files"))
@blueprint.arguments(ServiceResultOrderSchema, location="json")
@blueprint.response(200, AttemptOnRecordSchema)
def result_of_copy(body: dict[str, Any], notice: str, copy: int, position: int, leg: int) -> Any:
    """Tell what became of a leg of an attempt to serve a copy of a notice, by its newest printing"""
    return _result(body, _printing(notice, copy), position, leg)


@blueprint.route("/cases/<number:case>/evidence/<string:sha256>", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, content_type=OCTETS, schema=BYTES)
def evidence(case: str, sha256: str) -> Response:
    """A file that came with what was told of a case, as it was sent"""
    wanted((OCTETS,))
    refuse_unseen_case(office().cases.summary(case).created_by, case)
    name, content = office().cases.evidence(case, sha256)
    stem, _, suffix = name.rpartition(".")
    return file(content, OCTETS, stem, cache="private, no-cache", suffix=suffix)


def _attempt(body: dict[str, Any], record: DocumentRecord) -> Any:
    wanted((JSON,))
    refuse_foreign_case(office().cases.summary(record.case).created_by)
    g.place_in_body = _place_in_body
    told = office().cases.attempt(
        record.case, record.number, body["on"], attempt_data(body, record.recipient), actor=actor(),
        files=body["files"], idempotency_key=idempotency_key(body), corrects=body["corrects"], reason=body["reason"],
    )  # fmt: skip
    return told, 201


def _listed(record: DocumentRecord) -> Any:
    wanted((JSON,))
    refuse_unseen_case(office().cases.summary(record.case).created_by, record.case)
    return office().cases.service(record.case, record.number)


def _result(body: dict[str, Any], record: DocumentRecord, position: int, leg: int) -> Any:
    wanted((JSON,))
    refuse_foreign_case(office().cases.summary(record.case).created_by)
    g.place_in_body = _place_in_body
    return office().cases.service_result(
        record.case, record.number, position, leg, body["on"], result_data(body), actor=actor(), files=body["files"],
        idempotency_key=idempotency_key(body), correction=body["correction"],
    )  # fmt: skip


def _place_in_body(place: str) -> str | None:
    """The body is the data of the event; what the address says is not in it."""
    inner = place.removeprefix("/data")
    return None if inner in ("/attempt", "/leg", "/subject") else inner


def _seen(id: str) -> DocumentRecord:
    """The document, if the caller may read it, or put its case on record; to others it is not there."""
    record = office().issuing.document(id)
    if office().cases.put_by(record.case) != actor():
        refuse_unseen(record.created_by, id)
    return record


def _printing(notice: str, copy: int) -> DocumentRecord:
    first = _seen(f"{notice}.{copy}")
    return _seen(office().cases.printing(first.case, first.notice, first.copy))
