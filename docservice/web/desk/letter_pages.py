"""Pages as pictures: of drafts, which are kept in memory for a while, and of documents on record."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from docservice.media_types import MEDIA_TYPES
from docservice.recent import RecentShelf
from docservice.web.desk.access import EXTENSION, allows, office, person

_SECONDS = 30.0
_DRAFTS = EXTENSION + ".drafts"
_ROOM = 120  # drafts; one is some 100 KB


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft that somebody looks at. Nobody else sees it."""

    owner: str
    pages: int
    pdf: bytes = field(repr=False)


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/letters/drafts/<token>/<int(max=99):page>.png")(draft_page)
    blueprint.get("/letters/drafts/<token>.pdf")(draft_pdf)
    blueprint.get("/documents/<id>/pages/<int(max=99):page>.png")(document_page)


def keep_pages(pdf: bytes, pages: int) -> str:
    """Keep a draft to be looked at; returns the word by which its pages are asked for."""
    token = secrets.token_urlsafe(16)
    _drafts().take(token, lambda: KeptDraft(person().id, pages, pdf))
    return token


def _drafts() -> RecentShelf[KeptDraft]:
    found: RecentShelf[KeptDraft] = current_app.extensions.setdefault(_DRAFTS, RecentShelf[KeptDraft](room=_ROOM))
    return found


def _kept(token: str) -> KeptDraft:
    def gone() -> KeptDraft:
        raise NotFound

    found = _drafts().take(token, gone)
    if found.owner != person().id:
        raise NotFound
    return found


@allows("issue")
def draft_page(token: str, page: int) -> Response:
    """A page of a draft."""
    return _picture(_kept(token).pdf, page)


@allows("issue")
def draft_pdf(token: str) -> Response:
    """A draft as PDF."""
    return _file(_kept(token).pdf, MEDIA_TYPES["pdf"])


@allows("read")
def document_page(id: str, page: int) -> Response:
    """A page of a document as it went out."""
    record = office().issuing.document(id)
    if not 1 <= page <= record.pages:
        raise NotFound
    return _picture(office().issuing.face(record.id, "pdf")[0], page)


def _picture(pdf: bytes, page: int) -> Response:
    small = "small" in request.args
    picture = office().means.make_within(_SECONDS, _page, {}, pdf, page, small)
    return _file(picture, MEDIA_TYPES["png"])


def _page(_: Mapping[str, bytes], pdf: bytes, page: int, small: bool) -> bytes:
    from docservice.rendering.page_pictures import SCALE, page_picture

    return page_picture(pdf, page, scale=0.35 if small else SCALE)


def _file(content: bytes, media_type: str) -> Response:
    response = current_app.response_class(content, content_type=media_type)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response
