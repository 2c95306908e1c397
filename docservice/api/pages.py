"""Lists in pieces: pages by number (``?page=2&per_page=50``), and by a cursor where a list grows while it is read.

``Link`` (RFC 8288) is in the header and the same links are in the body.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class Cursor(fields.Field[int]):
    """A place in a list, as an earlier answer named it. Its meaning is ours."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        try:
            kind, _, place = base64.urlsafe_b64decode(str(value).encode() + b"=" * (-len(value) % 4)).partition(b":")
            if kind == b"before" and place.isdigit() and len(place) < 16:
                return int(place)
        except (ValueError, TypeError):
            pass
        raise ValidationError("Is no cursor of this list. Take it from an answer as it is.")

    @staticmethod
    def at(place: int) -> str:
        """The cursor that goes on before ``place``."""
        return base64.urlsafe_b64encode(f"before:{place}".encode()).decode().rstrip("=")


class PageQuerySchema(Schema):
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class PageSchema(Schema):
    """What every list has besides ``items``."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class CursorQuerySchema(Schema):
    """A list that can be read by a cursor, or by the numbers of its pages."""

    cursor = Cursor(
        load_default=None,
        metadata={"type": "string", "description": "Go on here: the cursor of the answer before, as it is"},
    )
    page = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "By number; what it holds moves while documents are issued, so prefer the cursor"},
    )
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 200))

    @validates_schema
    def one_of_them(self, data: Mapping[str, Any], **_: Any) -> None:
        if data.get("cursor") is not None and data.get("page") is not None:
            raise ValidationError("Send a cursor or a page, not both.", "page")


class CursorPageSchema(Schema):
    """What such a list has besides ``items``. By a cursor it has no number of its page."""

    total = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    cursor = fields.String(required=True, allow_none=True, metadata={"description": "To go on; null at the end"})
    page = fields.Integer()
    pages = fields.Integer()
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


def page_from(
    items: Any, total: int, query: Mapping[str, Any], following: int | None
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Body, status and headers of a piece of a list, which goes on at the place ``following``.

    ``next`` leads by the cursor, unless pages were asked for by number.
    """
    cursor = Cursor.at(following) if following is not None else None
    if query["cursor"] is None:
        body, status, _ = page_of(items, total, {**query, "page": query["page"] or 1})
        if query["page"] is None and cursor is not None:
            body["links"]["next"] = _address(query, cursor=cursor)
    else:
        links = {"first": _address(query)} | ({"next": _address(query, cursor=cursor)} if cursor is not None else {})
        body, status = {"items": items, "total": total, "per_page": query["per_page"], "links": links}, 200
    return body | {"cursor": cursor}, status, _link(body["links"])


def _address(query: Mapping[str, Any], **place: Any) -> str:
    others = {name: value for name, value in query.items() if value is not None and name not in ("page", "cursor")}
    return f"{request.path}?{urlencode({**others, **place})}"


def _link(links: Mapping[str, str]) -> dict[str, str]:
    return {"Link": ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())}


def page_of(items: Any, total: int, query: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Body, status and headers of one page of a list. Links are relative, so they hold behind any proxy."""
    page, per_page = int(query["page"]), int(query["per_page"])
    pages = max(1, -(-total // per_page))
    others = {name: value for name, value in query.items() if value is not None and name not in ("page", "per_page")}
    near = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    links = {
        relation: f"{request.path}?{urlencode({**others, 'page': number, 'per_page': per_page})}"
        for relation, number in near.items()
        if 1 <= number <= pages
    }
    body = {"items": items, "total": total, "page": page, "per_page": per_page, "pages": pages, "links": links}
    return body, 200, _link(links)
