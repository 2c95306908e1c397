"""/api/v1/translations: what is translated, string by string; drafts, approvals, and translators' files.

Writing takes the scope translate. Approving takes a person besides: the request names the account, and it must be the
one that the key acts for.
"""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Any

from flask import current_app

from docservice.api.access import person, requires, reviewer
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.negotiation import JSON, wanted
from docservice.api.translation_schemas import (
    FileQuerySchema,
    OverviewQuerySchema,
    SheetQuerySchema,
    TakenFileSchema,
    TranslationApprovalsSchema,
    TranslationDraftsSchema,
    TranslationFileSchema,
    TranslationOverviewSchema,
    TranslationReopeningsSchema,
    TranslationSheetSchema,
)
from docservice.api.wiring import office
from docservice.office.translating.translation_sheets import TranslationSheet
from docservice.office.translating.translations import Draft, StringSeen

blueprint = Blueprint("translations", __name__, url_prefix="/api/v1/translations", description="Translations")

ONE = "/<string:key>/<string:language>"
READERS = ("translate", "review", "approve", "read")
_FILE = {"type": "string", "format": "binary"}


@blueprint.route("", methods=["GET"])
@requires(*READERS)
@blueprint.arguments(OverviewQuerySchema, location="query")
@blueprint.response(200, TranslationOverviewSchema)
def find(query: dict[str, Any]) -> Any:
    """How far is each language?

    For every template: the version in force and, where it is another, the newest.
    """
    wanted((JSON,))
    return {"items": office().review.translations.overview(**query)}


@blueprint.route(ONE, methods=["GET"])
@requires(*READERS)
@blueprint.arguments(SheetQuerySchema, location="query")
@blueprint.response(200, TranslationSheetSchema)
def sheet(query: dict[str, Any], key: str, language: str) -> Any:
    """Read the strings of a template in one language

    English and translation side by side; where the English was changed, what it was and the redline.
    """
    wanted((JSON,))
    return _body(office().review.translations.sheet(key, language, query["version"]), query["state"])


@blueprint.route(f"{ONE}/drafts", methods=["POST"])
@requires("translate")
@blueprint.arguments(TranslationDraftsSchema, location="json")
@blueprint.response(200, TranslationSheetSchema)
def save(body: dict[str, Any], key: str, language: str) -> Any:
    """Save translations as drafts

    All of them or, when one breaks a blank, a tag or a figure of the English, none (translation.unsound). What is
    approved stays in use until the new text is approved.
    """
    wanted((JSON,))
    drafts = [Draft(one["id"], tuple(one["translation"]), one["seen"]) for one in body["strings"]]
    return _body(office().review.translations.save(key, language, drafts, actor=reviewer(), version=body["version"]))


@blueprint.route(f"{ONE}/approvals", methods=["POST"])
@requires("translate", "approve")
@blueprint.arguments(TranslationApprovalsSchema, location="json")
@blueprint.response(200, TranslationSheetSchema)
def approve(body: dict[str, Any], key: str, language: str) -> Any:
    """Approve translations, as they were seen

    By a person who may; what somebody changed meanwhile is refused (translation.changed), and then none is approved.
    """
    wanted((JSON,))
    return _body(
        office().review.translations.approve(
            key, language, _seen(body), actor=person(body["on_behalf_of"]), version=body["version"]
        )
    )  # fmt: skip


@blueprint.route(f"{ONE}/reopenings", methods=["POST"])
@requires("translate", "approve")
@blueprint.arguments(TranslationReopeningsSchema, location="json")
@blueprint.response(200, TranslationSheetSchema)
def reopen(body: dict[str, Any], key: str, language: str) -> Any:
    """Take approvals back

    The translations are drafts again, from now on for documents too; what went out stays as it is.
    """
    wanted((JSON,))
    return _body(
        office().review.translations.reopen(
            key, language, _seen(body), reason=body["reason"], actor=person(body["on_behalf_of"]),
            version=body["version"],
        )
    )  # fmt: skip


@blueprint.route(f"{ONE}/file", methods=["GET"])
@requires(*READERS)
@blueprint.arguments(FileQuerySchema, location="query")
@blueprint.alt_response(200, content_type="text/x-gettext-translation", schema=_FILE, success=True)
@blueprint.alt_response(200, content_type="application/x-xliff+xml", schema=_FILE, success=True)
def export(query: dict[str, Any], key: str, language: str) -> Any:
    """Get a file for a translator: gettext PO or XLIFF 1.2

    With where each string stands, who approved it, and the earlier English where it was changed.
    """
    made = office().review.translations.export(key, language, query["format"], query["version"])
    response = current_app.response_class(made.content, content_type=f"{made.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.route(f"{ONE}/file", methods=["POST"])
@requires("translate")
@blueprint.doc(requestBody=multipart("details", "files"))
@blueprint.arguments(TranslationFileSchema, location="json")
@blueprint.response(200, TakenFileSchema)
def take(body: dict[str, Any], key: str, language: str) -> Any:
    """Take a translator's file

    What differs becomes drafts. With one broken entry nothing is kept, and each is named with its line. What is marked
    fuzzy is not taken; what the file says about approval is not believed.
    """
    wanted((JSON,))
    ((name, data),) = body["files"].items()
    return office().review.translations.take(
        key, language, data, actor=reviewer(), name=name, format=body["format"], version=body["version"]
    )


def _seen(body: dict[str, Any]) -> list[StringSeen]:
    return [StringSeen(one["id"], one["seen"]) for one in body["strings"]]


def _body(made: TranslationSheet, state: str | None = None) -> dict[str, Any]:
    values = {field.name: getattr(made, field.name) for field in fields_of(made)}
    return {**values, "strings": [one for one in made.strings if state in (None, one.state)]}
