"""/api/v1/cases: cases on record: told, read, changed in part, searched, exported."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from flask import Response, g, request, send_file, url_for

from docservice.api import bodies
from docservice.api.access import (
    actor,
    acts_on,
    refuse_deciding,
    refuse_foreign_case,
    refuse_unseen_case,
    requires,
    sees_all,
)
from docservice.api.blueprint import Blueprint
from docservice.api.case_schemas import (
    CaseDayQuerySchema,
    CaseEventListSchema,
    CaseEventOrderSchema,
    CaseEventSchema,
    CaseLedgerSchema,
    CaseOnRecordSchema,
    CasePageSchema,
    CaseQuerySchema,
    CaseReadQuerySchema,
    NextQuerySchema,
    NextStepsSchema,
    event_values,
)
from docservice.api.due_schemas import DueOfCaseSchema
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key, replay_of
from docservice.api.negotiation import BYTES, JSON, wanted
from docservice.api.pages import page_from
from docservice.api.wiring import office
from docservice.media_types import OCTETS
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.cases.parts import LISTS
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.cases.values import CaseOnRecord, CaseSummary

blueprint = Blueprint("cases", __name__, url_prefix="/api/v1", description="Cases on record")

CASE = "/cases/<number:case>"
ITEM = f"{CASE}/<any({', '.join(LISTS)}):listed>/<number:id>"
MERGE_PATCH = "application/merge-patch+json"
ZIP = "application/zip"
_REVISION = re.compile(r"(?:W/)?\"?([0-9]{1,9})\.[0-9a-f]{16}\"?\Z")
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "schema": {"type": "string"},
    "description": "The ETag of the case as you read it. What counts of it is the revision of the facts",
}
_REQUIRED = {**IF_MATCH, "required": True}
_IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string", "enum": ["*"]},
    "description": "In place of If-Match, for a case that is not on record yet",
}


def _body(schema: Mapping[str, Any], media_type: str = JSON) -> dict[str, Any]:
    return {"content": {media_type: {"schema": dict(schema)}}, "required": True}


_OBJECT = {"type": "object"}


@blueprint.route(CASE, methods=["PUT"])
@requires("issue")
@blueprint.doc(parameters=[IF_MATCH, _IF_NONE_MATCH], requestBody=_body({"$ref": "#/components/schemas/Casefile"}))
@blueprint.response(200, CaseOnRecordSchema)
@blueprint.alt_response(201, schema=CaseOnRecordSchema, success=True)
def put(case: str) -> Any:
    """Put a case on record, or its facts as they are now

    The body is the whole casefile. If-None-Match: * for a case that is new (201), else If-Match with its ETag: 428
    without either, 412 when the case has changed, with its ETag and the places that are otherwise now. The same facts
    again change nothing. A number belongs to who put the case on record or issued the first letter under it: to others
    it is not there (404). What the register owns may be there as it was read; said otherwise it is refused (409
    case.differs), and so is what leaves out something that a paper in force needs (409).
    """
    wanted((JSON,))
    facts = _object()
    saw = _seen_or_new()
    g.place_in_body = str  # the body is the casefile
    if saw != "new":
        _mine(case)

    def allowed(owner: str) -> None:
        refuse_unseen_case(owner, case)
        refuse_foreign_case(owner)

    return _answer(lambda: office().cases.put(case, facts, actor=actor(), saw=saw, allowed=allowed), case)


@blueprint.route(CASE, methods=["PATCH"])
@requires("issue")
@blueprint.doc(parameters=[_REQUIRED], requestBody=_body(_OBJECT, MERGE_PATCH))
@blueprint.response(200, CaseOnRecordSchema)
def patch(case: str) -> Any:
    """Change objects of a case's facts by a merge patch (RFC 7396)

    A patch that names a list is refused (422 case.list_in_patch): RFC 7396 would replace it whole. Items of lists have
    addresses of their own.
    """
    wanted((JSON,))
    change, saw = _object(), _seen()
    g.place_in_body = str
    _mine(case)
    return _answer(lambda: office().cases.patch(case, change, actor=actor(), saw=saw), case)


@blueprint.route(CASE, methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(CaseReadQuerySchema, location="query")
@blueprint.response(200, CaseOnRecordSchema)
@blueprint.alt_response(304, success=True)
def read(query: dict[str, Any], case: str) -> Any:
    """Read a case

    Its facts with what the register knows put in; on: with what it knew on that day. What is confidential in it is
    there for who put the case on record, and for the scope records.
    """
    wanted((JSON,))
    _visible(case)
    found = office().cases.read(case, query["on"], query["revision"])
    headers = _headers(found)
    if request.if_none_match.contains(found.etag):
        return Response(status=304, headers=headers)
    return _told(found), 200, headers


@blueprint.route("/cases", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(CaseQuerySchema, location="query")
@blueprint.response(200, CasePageSchema)
def find(query: dict[str, Any]) -> Any:
    """List cases

    Newest first. Go on by cursor (links.next). A key that can only issue sees those it put on record.
    """
    wanted((JSON,))
    found = office().cases.search(
        q=query["q"], number=query["number"], status=query["status"], owner=None if sees_all() else actor(),
        before=query["cursor"], page=query["page"] or 1, per_page=query["per_page"],
    )  # fmt: skip
    return page_from(found.items, found.total, query, found.following)


@blueprint.route(ITEM, methods=["PUT"])
@requires("issue")
@blueprint.doc(parameters=[_REQUIRED], requestBody=_body(_OBJECT))
@blueprint.response(200, CaseOnRecordSchema)
def put_item(case: str, listed: str, id: str) -> Any:
    """Put one item into a list of a case's facts

    A party, violation, inspection, payment …: in the place of the one of that id, or as a new one at the end.
    """
    wanted((JSON,))
    item, saw = _object(), _seen()
    within = re.compile(rf"/{listed}/[0-9]+(?=/|\Z)")
    g.place_in_body = lambda place: place[found.end() :] if (found := within.match(place)) else None
    _mine(case)
    return _answer(lambda: office().cases.put_item(case, listed, id, item, actor=actor(), saw=saw), case)


@blueprint.route(ITEM, methods=["DELETE"])
@requires("issue")
@blueprint.doc(parameters=[_REQUIRED])
@blueprint.response(200, CaseOnRecordSchema)
def remove_item(case: str, listed: str, id: str) -> Any:
    """Take one item out of a list of a case's facts

    Refused (409) for a party to whom a paper in force went, and for a violation that one cites.
    """
    saw = _seen()
    _mine(case)
    return _answer(lambda: office().cases.remove_item(case, listed, id, actor=actor(), saw=saw), case)


@blueprint.route(f"{CASE}/events", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER])
@blueprint.arguments(CaseEventOrderSchema, location="json")
@blueprint.response(201, CaseEventSchema)
def tell(body: dict[str, Any], case: str) -> Any:
    """Tell what happened in a case

    Served, returned, lifted, decided, closed … Never edited: one that was wrong is corrected by another (corrects,
    reason). Refused where it contradicts what is on record: a day ahead of today, a return before its mailing.
    """
    wanted((JSON,))
    g.place_in_body = str
    _mine(case)
    if body["type"] == "merged":
        _visible(body["subject"])
    order = CaseEventOrder(**event_values(body))
    if order.type in ("guard-answered", "guard-waived") and isinstance(role := order.data.get("role"), str):
        refuse_deciding(role)
    told = office().cases.tell(case, order, actor=actor(), idempotency_key=idempotency_key(body))
    return told, 201, replay_of(told)


@blueprint.route(f"{CASE}/events", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, CaseEventListSchema)
def events(case: str) -> Any:
    """What happened in a case, in the order of record, also what was corrected since"""
    wanted((JSON,))
    _visible(case)
    return {"items": office().cases.events(case)}


@blueprint.route(f"{CASE}/next", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(NextQuerySchema, location="query")
@blueprint.response(200, NextStepsSchema)
def next_steps(query: dict[str, Any], case: str) -> Any:
    """What may go out next in a case, to whom; what not yet, and why

    Every type of document of the town's procedure, about each thing that it could be about, to each who must be served:
    yes, no with the reasons (starts: the day from which it would hold), or ask, where a person decides. owed: papers
    that what happened calls for: the correction of a fine that fell (recount.due), word of a void (withdrawal.due).
    due: what is open, late or waits for a person, the earliest first.
    """
    wanted((JSON,))
    number = _visible(case).number
    on = query["on"] or office().means.today()
    steps = office().cases.next_steps(case, on)
    waiting = [one for one in office().cases.due.of_case(case, on).items if one.deadline.waits]
    return {"number": number, "on": on, "owed": office().cases.owed_papers(case, on), "due": waiting, "items": [
        step for step in steps if query["verdict"] in (None, step.answer.verdict)
    ]}  # fmt: skip


@blueprint.route(f"{CASE}/due", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(CaseDayQuerySchema, location="query")
@blueprint.response(200, DueOfCaseSchema)
def due(query: dict[str, Any], case: str) -> Any:
    """What is due in a case, in every state, and why

    Printed, legal and effective days of its papers, the days of its hearings and appeals, what is to be done after
    them.
    """
    wanted((JSON,))
    _visible(case)
    return office().cases.due.of_case(case, query["on"])


@blueprint.route(f"{CASE}/ledger", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(CaseDayQuerySchema, location="query")
@blueprint.response(200, CaseLedgerSchema)
def ledger(query: dict[str, Any], case: str) -> Any:
    """What is owed in a case

    One debt for each citation, by the number of its notice, and one for the costs: what was charged, adjusted (an
    earlier citation fell away, a hearing decided), deposited, paid and given back. Money as text, in dollars.
    """
    wanted((JSON,))
    number = _visible(case).number
    on = query["on"] or office().means.today()
    return {"number": number, "on": on, **fields_of(office().cases.ledger(case, on))}


@blueprint.route(f"{CASE}/export", methods=["GET"])
@requires("records")
@blueprint.response(200, content_type=ZIP, schema=BYTES)
@blueprint.alt_response(200, content_type=OCTETS, schema=BYTES, success=True)
def export(case: str) -> Any:
    """A case as one folder (.zip): its facts, papers as issued, who was served, what happened, the audit trail"""
    media_type = wanted((ZIP, OCTETS))
    number = office().cases.summary(case).number
    out = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it was sent
    try:
        office().cases.export(case, out)
        out.seek(0)
        name = re.sub(r"[^A-Za-z0-9._-]", "_", number)
        return send_file(out, media_type, as_attachment=True, download_name=f"{name}.zip", max_age=0)
    except BaseException:
        out.close()
        raise


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a record, as they are."""
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _object() -> dict[str, Any]:
    return bodies.json_object(request)


def _seen_or_new() -> Any:
    if "If-None-Match" in request.headers:
        if not request.if_none_match.star_tag or "If-Match" in request.headers:
            message = "If-None-Match takes * here, for a case that is new; else send If-Match."
            raise Refusal("precondition.required", message, kind="precondition-required")
        return "new"
    return _seen()


def _seen() -> int:
    """The revision that the caller saw. Raises 428 without it, 412 for an ETag that is none of a case."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        message = "Send the case's ETag as If-Match (not “*”), so that nobody changes facts they have not seen."
        raise Refusal("precondition.required", message, kind="precondition-required")
    found = _REVISION.match(given)
    if found is None:
        raise Refusal("case.changed", "That ETag is of no case. Read the case again.", kind="precondition-failed")
    return int(found[1])


def _answer(write: Callable[[], CaseOnRecord], case: str) -> Any:
    try:
        found = write()
    except Refusal as refusal:
        if refusal.kind == "precondition-failed":
            now = office().cases.read(case)
            refuse_unseen_case(now.summary.created_by, case)
            g.current_etag = now.etag
        raise
    status = 201 if found.outcome == "created" else 200
    return _told(found), status, _headers(found)


def _told(found: CaseOnRecord) -> dict[str, Any]:
    summary = found.summary
    casefile = dict(found.casefile)
    if not acts_on(summary.created_by):
        casefile.pop("confidential", None)
    return {**asdict(summary), "etag": found.etag, "casefile": casefile, "findings": found.findings,
            "outcome": found.outcome, "changes": found.changes}  # fmt: skip


def _headers(found: CaseOnRecord) -> dict[str, str]:
    headers = {"ETag": f'"{found.etag}"', "Cache-Control": "private, no-cache",
               "Location": url_for("cases.read", case=found.summary.number)}  # fmt: skip
    if found.summary.merged_into is not None:
        headers["Link"] = f'<{url_for("cases.read", case=found.summary.merged_into)}>; rel="successor-version"'
    return headers


def _visible(case: str) -> CaseSummary:
    """The case, if the caller may read it; to others it is not there."""
    found = office().cases.summary(case)
    refuse_unseen_case(found.created_by, case)
    return found


def _mine(case: str) -> None:
    refuse_foreign_case(_visible(case).created_by)
