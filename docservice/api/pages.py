"""Page pagination: ``?page=2&per_page=50``, with ``Link`` (RFC 8288) in the header and the same links in the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, fields, validate


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
    return body, 200, {"Link": ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())}
