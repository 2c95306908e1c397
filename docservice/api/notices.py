"""/api/v1/notices: one notice, many copies: issued, read, added to, printed again, corrected, voided."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import json, request, url_for

from docservice.api.access import actor, refuse_foreign, refuse_unseen, requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.conditional import require_if_match
from docservice.api.documents import IF_MATCH, described, headers_of
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key, replay_of
from docservice.api.negotiation import JSON, wanted
from docservice.api.notice_schemas import (
    DryRunSchema,
    NoticeCopyOrderSchema,
    NoticeCorrectionSchema,
    NoticeOrderSchema,
    NoticeSchema,
    PrintingOrderSchema,
)
from docservice.api.orders import order_of
from docservice.api.problems import describe
from docservice.api.schemas import DocumentSchema, VoidSchema
from docservice.api.wiring import office
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.issuing.notices_on_record import NoticeRecord

blueprint = Blueprint("notices", __name__, url_prefix="/api/v1", description="Notices: one number, many copies")

NOTICE = "/notices/<string:number>"


@blueprint.route("/notices", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(NoticeOrderSchema, location="json")
@blueprint.response(201, NoticeSchema)
@blueprint.alt_response(200, schema=DryRunSchema, success=True)
def issue(body: dict[str, Any]) -> Any:
    """Issue a notice

    One number, and a copy for each who gets it; all of it, or with mode: each what is not refused. It is done before it
    is answered; to many, order it as documents with recipients: all, which is answered with a job. With dry_run nothing
    is issued (200): what would hinder each copy is told, as the guards of procedure see it.
    """
    wanted((JSON,))
    order = replace(order_of({**body, "template": _template(body)}), recipient=None)
    if body["recipients"] == "all":
        orders = office().issuing.to_everyone(order)
    else:
        orders = tuple(replace(order, recipient=one) for one in body["recipients"])
    if body["dry_run"]:
        found = office().issuing.notices.try_out(orders)
        return json.jsonify(DryRunSchema().dump({"recipients": found}))
    outcomes = office().jobs.mailings.issue(
        orders, mode=body["mode"], actor=actor(), idempotency_key=idempotency_key(body)
    )
    made = [one for one in outcomes if not isinstance(one, Refusal)]
    refused = [
        {"recipient": order.recipient, **_told(one)}
        for order, one in zip(orders, outcomes, strict=True)
        if isinstance(one, Refusal)
    ]
    if not made:
        raise next(one for one in outcomes if isinstance(one, Refusal))
    notice = office().issuing.notices.find(made[0].notice)
    return {**_plain(notice), "refused": refused}, 201, _headers(notice) | replay_of(made[0])


@blueprint.route(NOTICE, methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, NoticeSchema)
def read(number: str) -> Any:
    """Read one notice: its copies, the printings and translations of each, and what became of them"""
    wanted((JSON,))
    notice = _seen(number)
    return _plain(notice), 200, _headers(notice)


@blueprint.route(f"{NOTICE}/copies", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(NoticeCopyOrderSchema, location="json")
@blueprint.response(201, DocumentSchema)
def add_copy(body: dict[str, Any], number: str) -> Any:
    """Issue one more copy, to a party that has none

    Who was refused when the notice went out gets the copy that is theirs, who was found later the next one. It says
    what the others say, or is refused with the place (409 notice.copies_differ).
    """
    wanted((JSON,))
    refuse_foreign(_first(_seen(number)))
    record = office().issuing.notices.add_copy(
        number, order_of(body), actor=actor(), idempotency_key=idempotency_key(body)
    )
    return described(record)[0], 201, headers_of(record) | replay_of(record)


@blueprint.route(f"{NOTICE}/copies/<int:copy>/printings", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(PrintingOrderSchema, location="json")
@blueprint.response(201, DocumentSchema)
def print_again(body: dict[str, Any], number: str, copy: int) -> Any:
    """Print a copy again, with new dates or to a new address

    After its service failed. The printing before is superseded; the new one says that it counts.
    """
    wanted((JSON,))
    _own(number)
    record = office().issuing.notices.print_again(
        number, copy, order_of(body), reason=body["reason"], actor=actor(), idempotency_key=idempotency_key(body)
    )
    return described(record)[0], 201, headers_of(record) | replay_of(record)


@blueprint.route(f"{NOTICE}/supersede", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IF_MATCH, IDEMPOTENCY_HEADER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(NoticeCorrectionSchema, location="json")
@blueprint.response(201, NoticeSchema)
def correct(body: dict[str, Any], number: str) -> Any:
    """Correct a notice, for all who have a copy in force

    A new number; each copy says what it replaces. A clerical correction keeps the dates that were printed, and is
    refused with each place where it changes a date, an amount, a section or a person; a substantive one counts anew.
    Needs If-Match.
    """
    wanted((JSON,))
    require_if_match()
    key = idempotency_key(body)
    _own(number)
    notice = office().issuing.notices.correct(
        number, order_of(body), reason=body["reason"], correction=body["correction"], actor=actor(),
        idempotency_key=key, allowed=_matching(),
    )  # fmt: skip
    return _plain(notice), 201, _headers(notice)


@blueprint.route(f"{NOTICE}/void", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(VoidSchema, location="json")
@blueprint.response(200, NoticeSchema)
def void(body: dict[str, Any], number: str) -> Any:
    """Void every copy of a notice

    One copy alone is voided as a document. Needs If-Match.
    """
    wanted((JSON,))
    require_if_match()
    _own(number)
    notice = office().issuing.notices.void(number, reason=body["reason"], actor=actor(), allowed=_matching())
    return _plain(notice), 200, _headers(notice)


def _template(body: dict[str, Any]) -> str:
    """The template that is named, or the only letter of a type."""
    if body["template"] is not None:
        return str(body["template"])
    found = [
        one.key for one in office().review.templates() if one.document_type == body["type"] and one.face == "letter"
    ]
    if len(found) != 1:
        there = f"There are several: {', '.join(found)}; name one as template." if found else "There is none."
        raise Refusal("template.unknown", f"No single template makes “{body['type']}”. {there}", kind="missing")
    return found[0]


def _seen(number: str) -> NoticeRecord:
    """The notice, if the caller may read it; to others it is not there."""
    notice = office().issuing.notices.find(number)
    refuse_unseen(_first(notice), number)
    return notice


def _first(notice: NoticeRecord) -> str:
    """Whose a notice is: who issued the first of it. Others may have added to it since, who act on all notices."""
    return min(notice.documents, key=lambda one: one.created_at).created_by


def _own(number: str) -> None:
    for one in _seen(number).documents:
        refuse_foreign(one.created_by)


def _matching() -> Callable[[NoticeRecord], None]:
    match = request.if_match  # read here: what is allowed may be asked elsewhere

    def allowed(notice: NoticeRecord) -> None:
        if not match.contains(_etag(notice)):
            message = f"The notice {notice.number} has changed since you read it; it is {notice.status} now."
            raise Refusal("precondition.failed", message, kind="precondition-failed")

    return allowed


def _etag(notice: NoticeRecord) -> str:
    state = [f"{one.id} {one.status} {one.superseded_by} {one.void_reason}" for one in notice.documents]
    return hashlib.sha256("\n".join(sorted(state)).encode()).hexdigest()[:32]


def _plain(notice: NoticeRecord) -> dict[str, Any]:
    told = {one["id"]: one for one in described(*notice.documents)}
    copies = [
        {
            "copy": one.copy, "recipient": one.recipient, "recipient_name": one.recipient_name, "status": one.status,
            "printings": [told[each.id] for each in one.printings],
            "translations": [told[each.id] for each in one.translations],
        }
        for one in notice.copies
    ]  # fmt: skip
    return {
        "number": notice.number, "case": notice.case, "template": notice.template, "title": notice.title,
        "about": notice.about, "status": notice.status, "issued_on": notice.issued_on, "sent_to": notice.sent_to,
        "copies": copies, "etag": _etag(notice),
    }  # fmt: skip


def _told(refusal: Refusal) -> dict[str, Any]:
    return {"code": refusal.code, "detail": refusal.message, "errors": [describe(one) for one in refusal.findings]}


def _headers(notice: NoticeRecord) -> dict[str, str]:
    location = url_for("notices.read", number=notice.number)
    return {"Location": location, "ETag": f'"{_etag(notice)}"', "Cache-Control": "no-cache"}
