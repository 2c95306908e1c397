"""Templates and their versions, to look at: standing, letter, redline, checklist, trail, documents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import NotFound

from docservice.media_types import MEDIA_TYPES
from docservice.office.review import redlining
from docservice.office.review.assessing import Assessment
from docservice.office.review.looking import Standings
from docservice.office.review.redlining import RedlineFace
from docservice.office.review.showing import ShownVersion
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.web.desk.access import EXTENSION, allows, may, office
from docservice.web.desk.words import place
from docservice.web.headers import policy, style_hashes
from docservice.wording.redlines import Redline, changes_alone

VERSION = "/templates/<key>/<int(max=999999):number>"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/templates")(templates)
    blueprint.get("/templates/<key>")(template)
    blueprint.get("/templates/<key>/trail")(trail)
    blueprint.get(f"{VERSION}/letter")(letter)
    blueprint.get(f"{VERSION}/letter.pdf")(letter_pdf)
    blueprint.get(f"{VERSION}/letter/<int(max=99):page>.png")(letter_page)
    blueprint.get(f"{VERSION}/assessment")(assessment)
    blueprint.get(f"{VERSION}/assessment/part")(assessment_part)
    blueprint.get(f"{VERSION}/redline.<face>")(redline_file)
    blueprint.get(f"{VERSION}/changes")(changes)
    blueprint.get(f"{VERSION}/side-by-side")(side_by_side)


@allows("wording")
def templates() -> str:
    """Every template, with its version in force and what is under way."""
    listed = [(key, office().review.versions(key)) for key in office().review.template_keys()]
    rows = sorted((_row(key, versions) for key, versions in listed), key=lambda row: (row["face"], row["title"]))
    return render_template("desk/templates.html", rows=rows)


def _row(key: str, versions: tuple[Standings, ...]) -> dict[str, Any]:
    current = next((one.version for one in versions if one.standing == "in_force"), None)
    newest = current or versions[-1].version
    under_way = [one for one in versions if one.standing in ("draft", "in_review", "scheduled")]
    return {"key": key, "title": newest.title, "face": newest.face, "current": current, "under_way": under_way}


@allows("wording")
def template(key: str) -> str:
    """One template: its versions, newest first."""
    return template_page(key)


def template_page(key: str, *, refusal: Refusal | None = None) -> str:
    """The page of a template; ``refusal`` is of a Word file that was sent there."""
    listed = office().review.versions(key)
    row = _row(key, listed)
    return render_template(
        "desk/template.html", **row, versions=tuple(reversed(listed)), today=office().means.today(), refusal=refusal,
        kept=request.form, latest=max(one.version.number for one in listed),
    )  # fmt: skip


@allows("wording")
def trail(key: str) -> str:
    """Who did what with a template's wording, and when."""
    row = _row(key, office().review.versions(key))
    return render_template("desk/trail.html", **row, lines=office().review.trail(key, last=500))


# One version's parts: each a page of its own, and a part of the version's page for htmx


@allows("wording")
def letter(key: str, number: int) -> str:
    """The letter as it will look, page by page."""
    shown, refusal = None, None
    try:
        shown = _shown(key, number)
    except Refusal as refused:
        if refused.kind == "missing" and refused.code == "template.unknown":
            raise
        refusal = refused
    version = office().review.version(key, number).version
    return render_template("desk/letter.html", version=version, shown=shown, refusal=refusal)


@allows("wording")
def letter_pdf(key: str, number: int) -> Response:
    """The same as PDF."""
    shown = _shown(key, number)
    name = f"{key}-version-{number}-sample.pdf"
    return _file(shown.pdf, MEDIA_TYPES["pdf"], name)


@allows("wording")
def letter_page(key: str, number: int, page: int) -> Response:
    """One page of it as a picture."""
    shown = _shown(key, number)
    if not 1 <= page <= len(shown.pictures):
        raise NotFound
    return _file(shown.pictures[page - 1], MEDIA_TYPES["png"], "")


@allows("wording")
def assessment(key: str, number: int) -> str:
    """Is it fit to be approved? Part of the version's page, it answers at once with what is there; alone, with all."""
    if "HX-Request" in request.headers:
        return assessment_part(key, number)
    return _assessment(key, number, assessed(key, number))


@allows("wording")
def assessment_part(key: str, number: int) -> str:
    """As far as it has come; it asks again until all is there."""
    underway = office().review.underway(key, number)
    if underway.done:
        return _assessment(key, number, underway.result())
    version = office().review.version(key, number).version
    return render_template("desk/assessment-underway.html", version=version, underway=underway)


def _assessment(key: str, number: int, found: Assessment) -> str:
    return render_template(
        "desk/assessment.html", version=office().review.version(key, number).version, found=found,
        clients=office().review.clients(key), stale=_stale(key, number, found.against),
        where=_first_paragraphs(key, number, found),
    )  # fmt: skip


def _first_paragraphs(key: str, number: int, found: Assessment) -> dict[str, str]:
    """Where on the version's page the blocks of the checklist begin, by block path."""
    paragraphs = office().review.outline(key, number).paragraphs
    begins = {}
    for item in found.checklist.items:
        first = next((p for p in paragraphs if item.path and p.path.startswith(f"{item.path}/")), None)
        if first is not None and item.path:
            begins[item.path] = place(first.path)
    return begins


@allows("wording")
def redline_file(key: str, number: int, face: str) -> Response:
    """What changed, as PDF or as a Word file with tracked changes."""
    if face not in ("pdf", "docx"):
        raise NotFound
    made = changed(key, number).redline
    if made is None:
        raise NotFound
    if request.args.get("only") == "changes" and face == "pdf":
        made = changes_alone(made)
    kind: RedlineFace = "pdf" if face == "pdf" else "docx"
    content = office().review.redline_face(made, kind)
    return _file(content, MEDIA_TYPES[face], f"{key}-version-{number}-redline.{face}", attachment=face == "docx")


@allows("wording")
def changes(key: str, number: int) -> str:
    """Only what changed, each below its heading."""
    found = changed(key, number)
    if found.redline is None:
        raise NotFound
    version = office().review.version(key, number).version
    alone = redlining.embedded(changes_alone(found.redline))
    return render_template("desk/changes.html", version=version, changed=found, html=alone)


@allows("wording")
def side_by_side(key: str, number: int) -> Response:
    """The sample letter under both versions, page beside page."""
    found = changed(key, number)
    if found.against is None:
        raise NotFound
    version = office().review.version(key, number).version
    sheets = _keep(
        ("sheets", key, found.against, version.sha256, found.language, found.mark),
        lambda: office().review.redline_sheets(key, found.against or 0, number, language=found.language),
    )
    page = sheets.html.encode()
    response = current_app.response_class(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy(*style_hashes(page))
    return response


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed in a version against another; no redline when there is nothing to hold it against.

    ``languages``: those that one of the two is offered in. ``mark`` changes with the translations.
    """

    against: int | None
    others: tuple[int, ...]
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    mark: tuple[object, ...] = ()
    redline: Redline | None = None
    html: str = ""


def changed(key: str, number: int) -> Changed:
    """What changed in a version, against the one in force or the one asked for (``?against=``, ``?language=``)."""
    listed = office().review.versions(key)
    one = next((each for each in listed if each.version.number == number), None)
    if one is None:
        raise Refusal("template.unknown", f"There is no template {key} version {number}.", kind="missing")
    others = tuple(each.version.number for each in reversed(listed) if each.version.number != number)
    asked = request.args.get("against", type=int)
    against = asked if asked in others else _against(one, listed)
    if against is None:
        return Changed(None, others)
    languages = redlining.languages_of(office().means, key, against, number)
    language = request.args.get("language", "en")
    if language not in languages:
        language = "en"
    shas = [each.version.sha256 for each in listed if each.version.number in (against, number)]
    mark = redlining.translations_mark(office().means, key, language)
    made, html = _keep(
        ("redline", key, against, number, *shas, language, mark), lambda: _redline(key, against, number, language)
    )
    return Changed(against, others, language, languages, mark, made, html)


def _redline(key: str, against: int, number: int, language: str) -> tuple[Redline, str]:
    made = office().review.redline(key, against, number, language)
    return made, redlining.embedded(made)


def _against(one: Standings, listed: tuple[Standings, ...]) -> int | None:
    """The version in force; for that one, and those before it, the one that was in force before."""
    current = next((each.version.number for each in listed if each.standing == "in_force"), None)
    if one.standing in ("draft", "in_review", "scheduled", "withdrawn") and current is not None:
        return current
    mine = one.version.effective_on
    dated = [(each.version.effective_on, each.version.number) for each in listed if each.version.status == "approved"]
    earlier = [(day, number) for day, number in dated if day is not None and mine is not None and day < mine]
    return max(earlier)[1] if earlier else one.version.based_on


def _stale(key: str, number: int, against: int | None) -> dict[str, list[Any]]:
    """Per language, the English sentences that are new or changed."""
    found: dict[str, list[Any]] = {}
    if against is not None:
        for sentence in office().review.redline(key, against, number).stale:
            found.setdefault(sentence.language, []).append(sentence)
    return found


def assessed(key: str, number: int) -> Assessment:
    """A version's assessment as of today, when all of it is there."""
    return office().review.underway(key, number).result()


def _shown(key: str, number: int) -> ShownVersion:
    sample, language = request.args.get("sample", ""), request.args.get("language", "en")
    version = office().review.version(key, number).version
    mark = redlining.translations_mark(office().means, key, language)
    kept: ShownVersion = _keep(
        ("shown", version.sha256, version.samples_sha256, sample, language, mark, office().means.today()),
        lambda: office().review.shown(key, number, sample, language),
    )
    return kept


def _keep(key: tuple[Any, ...], make: Any) -> Any:
    shelf: RecentShelf[Any] = current_app.extensions[EXTENSION + ".shelf"]
    return shelf.take(key, make)


def _file(content: bytes, media_type: str, name: str, *, attachment: bool = False) -> Response:
    response = current_app.response_class(content, content_type=media_type)
    if name:
        response.headers["Content-Disposition"] = f'{"attachment" if attachment else "inline"}; filename="{name}"'
    response.headers["Cache-Control"] = "private, max-age=300"
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response


def issued(key: str, number: int) -> Any:
    """The latest documents that went out under a version, for those who may read documents."""
    return office().issuing.documents(template=key, version=number, per_page=10) if may("read") else None
