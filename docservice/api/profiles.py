"""/api/v1/packets/profiles: the forums that packets are made for, and what each demands, with its sources."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import url_for
from marshmallow import fields

from docservice.api.access import requires
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import JSON, wanted
from docservice.api.wiring import office
from docservice.office.means.choices import SCOPES
from docservice.refusal import Refusal

blueprint = Blueprint("profiles", __name__, url_prefix="/api/v1", description="What forums demand of packets")


class RuleSchema(ma.Schema):
    rule = fields.String(required=True)
    value = fields.String(required=True, metadata={"description": "In words"})
    source = fields.String(required=True, metadata={"description": "The rule, order or standard that says so"})
    confidence = fields.String(required=True)
    severity = fields.String(required=True, metadata={"description": "error: a packet that violates it is refused"})
    note = fields.String(required=True)


class ProfileSchema(ma.Schema):
    key = fields.String(required=True, metadata={"description": "For the plan’s `profile`"})
    title = fields.String(required=True)
    about = fields.String(required=True)
    href = fields.String(required=True)


class ProfileRulesSchema(ProfileSchema):
    exhibit_labels = fields.String(required=True)
    page_number = fields.String(required=True, metadata={"description": "What is printed on every page"})
    rules = fields.List(fields.Nested(RuleSchema), required=True)


class ProfileListSchema(ma.Schema):
    items = fields.List(fields.Nested(ProfileSchema), required=True)


@blueprint.route("/packets/profiles", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, ProfileListSchema)
def find() -> Any:
    """List the profiles"""
    wanted((JSON,))
    return {"items": [_plain(key) for key in office().binding.forums]}


@blueprint.route("/packets/profiles/<string:key>", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, ProfileRulesSchema)
def read(key: str) -> Any:
    """Read one profile: every rule with its source"""
    wanted((JSON,))
    if key not in office().binding.forums:
        raise Refusal("profile.missing", f"There is no packet profile “{key}”.", kind="missing")
    found = office().binding.forums[key]
    rules = [
        {"rule": row.rule, "value": row.value, "source": row.citation, "confidence": row.confidence,
         "severity": row.severity, "note": row.note}
        for row in found.explain()
    ]  # fmt: skip
    return _plain(key) | {"exhibit_labels": found.exhibit_labels, "page_number": found.page_number, "rules": rules}


def _plain(key: str) -> dict[str, Any]:
    found = office().binding.forums[key]
    return {"key": key, "title": found.title, "about": found.about, "href": url_for("profiles.read", key=key)}
