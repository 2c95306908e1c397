"""The public pages. They read handouts and records; they change nothing, set no cookie and run no script.

Each page is read in every language of the town (``web.site.tongues``); what is around them is ``web.site``.
"""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from unicodedata import category
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.refusal import Refusal
from docservice.rendering.language import language_name, long_date
from docservice.web import reader_language
from docservice.web.headers import policy, protect, style_hashes
from docservice.web.site import around, framing, kinds, maps, papers, tongues, words
from docservice.web.site.around import EXTENSION, office

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.means.records import DocumentRecord
    from docservice.office.review.handout_list import ListedHandout
    from docservice.pipeline.faces import Face
    from docservice.town.pack import TownPack
    from docservice.web.site.papers import Paper

log = logging.getLogger("docservice.web")

blueprint = Blueprint("public", __name__, template_folder="pages")
blueprint.app_context_processor(around.shared)

_FIRST = 2  # handouts of each need on the front page
_REPORT = "how-to-make-a-complaint"


def register(app: Flask, office: Office) -> None:
    """Put the public pages on ``app``, served by ``office``."""
    app.extensions[EXTENSION] = office
    app.url_map.converters["tongue"] = tongues.TongueConverter
    words.install(app)
    app.register_blueprint(blueprint)


@blueprint.url_value_preprocessor
def _take_tongue(endpoint: str | None, arguments: dict[str, Any] | None) -> None:
    tongues.take(arguments)


@blueprint.before_request
def _choose_tongue() -> None:
    tongues.choose(office().town)


@blueprint.after_request
def _protect(response: Response) -> Response:
    if response.mimetype == "text/html" and "Content-Language" not in response.headers:
        response.headers["Content-Language"] = tongues.language()
        response.vary.add("Accept-Language")
    return protect(response)


@blueprint.get("/")
@blueprint.get("/<tongue:tongue>/")
def front() -> str:
    """The front page."""
    listed = office().review.handouts(tongues.language())
    needs = around.needs(listed)
    first = [one for need in needs for one in [some for some in listed if some.need == need][:_FIRST]]
    return render_template("front.html", handouts=first, needs=needs)


@blueprint.get("/handouts/")
@blueprint.get("/<tongue:tongue>/handouts/")
def handouts() -> str:
    """Every handout, by need (of one: ``need``), with its question; or those that have the words of ``q``."""
    language, need = tongues.language(), request.args.get("need")
    asked = " ".join(request.args.get("q", "").split())[:100]
    found = office().review.found_handouts(asked, language) if asked else ()
    listed = office().review.handouts(language)
    needs = around.needs(listed)
    return render_template(
        "handouts.html", handouts=listed, found=found, words=asked, need=need if need in needs else None,
        needs=needs, all_topics=True,
    )  # fmt: skip


@blueprint.get("/handouts/<key>")
@blueprint.get("/<tongue:tongue>/handouts/<key>")
def handout_in_own_language(key: str) -> BaseResponse:
    """A handout whose address was typed or printed without a language: to the reader's own, where it is offered."""
    listed = next((one for one in office().review.handouts() if one.key == key), None)
    if listed is None:
        raise NotFound
    named = tongues.named()
    asked = [named] if named is not None else request.accept_languages.values()
    response = redirect(url_for("public.handout", key=key, language=reader_language.best(asked, listed.languages)))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/handouts/<key>/picture")
def handout_picture(key: str) -> Response:
    """A handout's picture, without words, for the list."""
    content, media_type = office().review.handout_picture(key)
    return around.kept(current_app.response_class(content, mimetype=media_type))


@blueprint.get("/handouts/<key>/<language>")
def handout(key: str, language: str) -> Response:
    """A handout's web face, in the frame of the site; ``<language>.pdf`` is its PDF."""
    tag, dot, suffix = language.partition(".")
    if dot and suffix != "pdf":
        raise NotFound
    face: Face = "pdf" if dot else "html"
    made = office().issuing.handout(key, tag, face)
    if dot:
        response = current_app.response_class(made.content, mimetype=made.media_type)
        response.headers["Content-Disposition"] = f'inline; filename="{key}-{tag}.pdf"'
        response.set_etag(made.sha256)
    else:
        page = _in_frame(made.content.decode(), key, tag)
        response = current_app.response_class(page, mimetype=made.media_type)
        response.headers["Content-Security-Policy"] = policy(*style_hashes(made.content))
        response.headers["Content-Language"] = tag
        response.set_etag(hashlib.sha256(page.encode()).hexdigest())
    response.headers["Cache-Control"] = "public, max-age=300"
    response.make_conditional(request)
    return response


def _in_frame(page: str, key: str, tag: str) -> str:
    """A handout's page in the frame of the site, whose links to handouts stay on the address at which the reader is.

    What is printed of it, and its square code, keep the public address: they are read elsewhere.
    """
    tongues.speak(office().town, tag)
    public, here = around.public_address(), request.script_root
    others = [(one, f"{public}/handouts/{key}/{one}") for one in framing.languages_of(page, tag)]
    head = render_template(
        "handout-head.html", described=framing.described(page),
        alternates=[*others, ("x-default", f"{public}/handouts/{key}")],
    )  # fmt: skip
    page = framing.framed(page, head, render_template("site-top.html"), render_template("site-foot.html"))
    return page.replace(f'<a href="{public}/handouts/', f'<a href="{here}/handouts/')


@blueprint.get("/letters/")
@blueprint.get("/<tongue:tongue>/letters/")
def letters() -> str:
    """“I received …”: every kind of paper that people get."""
    return render_template("letters.html", kinds=list(kinds.kinds(office().town, tongues.language())))


@blueprint.get("/letters/<key>")
@blueprint.get("/<tongue:tongue>/letters/<key>")
def letter(key: str) -> str:
    """What a kind of paper is, what it asks, how long one has, how to disagree, and who helps."""
    town, language = office().town, tongues.language()
    known = next((one for one in kinds.kinds(town, language) if one.key == key), None)
    if known is None:
        raise NotFound
    return render_template(
        "letter.html", kind=known, periods=kinds.periods(town, key, language), **_around(town, known)
    )  # fmt: skip


def _around(town: TownPack, kind: kinds.PaperKind) -> dict[str, Any]:
    """What stands on the page of a kind besides the kind: where to pay and to write, who helps, what to read."""
    listed = {one.key: one for one in office().review.handouts(tongues.language())}
    return {
        "payment": town.payment,
        "file_with": town.hearing.file_with,
        "form_url": town.hearing.appeal_form_url,
        "deposit": town.hearing.deposit_required,
        "helpers": town.help,
        "handouts": [listed[key] for key in kind.handouts if key in listed],
    }


@blueprint.get("/help/")
@blueprint.get("/<tongue:tongue>/help/")
def help() -> str:
    """Whom to call, and who else helps."""
    listed = office().review.handouts(tongues.language())
    report: ListedHandout | None = next((one for one in listed if one.key == _REPORT), None)
    return render_template("help.html", helpers=office().town.help, report=report)


@blueprint.get("/verify/")
@blueprint.get("/<tongue:tongue>/verify/")
def ask() -> BaseResponse | str:
    """Where a resident types the code printed on a notice."""
    code = clean_code(request.args.get("code", ""))
    return redirect(tongues.at("public.verify", code=code), 303) if code else render_template("ask.html")


@blueprint.get("/verify/<code>")
@blueprint.get("/<tongue:tongue>/verify/<code>")
def verify(code: str) -> tuple[str, int]:
    """Whether a paper in hand is genuine, what such a paper asks and by when; nothing about any person."""
    record = _record(code)
    if record is None:
        return render_template("unknown.html", code=code[:40]), 404
    town, language = office().town, tongues.language()
    paper = _paper(record)
    page = render_template(
        "verify.html",
        paper=paper,
        code=clean_code(code),
        issued_on=long_date(record.issued_on, language),
        paper_language=language_name(record.language, language),
        **(_around(town, paper.kind) if paper.kind is not None else {}),
    )
    return page, 200


@blueprint.get("/verify/<code>/dates.ics")
@blueprint.get("/<tongue:tongue>/verify/<code>/dates.ics")
def paper_dates(code: str) -> Response:
    """The dates of a paper that are to come, for a calendar program."""
    record = _record(code)
    if record is None:
        raise NotFound
    ahead = _paper(record).ahead
    if not ahead:
        raise NotFound
    address = around.public_address() + tongues.at("public.verify", code=clean_code(code)).removeprefix(
        request.script_root
    )
    host = urlsplit(around.public_address()).hostname or "localhost"
    title = around.said(office().town.identity.office).text
    content = papers.calendar(title, host, address, ahead, office().means.clock())
    response = current_app.response_class(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _complete(address: str) -> str:
    """An address of ours as the public has it."""
    return around.public_address() + address.removeprefix(request.script_root)


def _record(code: str) -> DocumentRecord | None:
    """The document that carries a code."""
    cleaned = clean_code(code)
    try:
        return office().issuing.verify(cleaned) if cleaned else None
    except Refusal as refusal:
        if refusal.kind != "missing":
            raise
        return None


def _paper(record: DocumentRecord) -> Paper:
    """What its holder may know of a document. Its own title may name a person or a place, so that is not shown."""
    rooms = office()
    wording = next((one for one in rooms.review.templates() if one.key == record.template), None)
    title = wording.title if wording is not None else record.template.replace("-", " ").capitalize()
    (described,) = rooms.issuing.describe([record])
    newer = rooms.issuing.document(record.superseded_by).number if record.superseded_by else None
    return papers.paper(
        rooms.town, record, wording.document_type if wording is not None else "", title,
        ((one["name"], date.fromisoformat(one["date"])) for one in described.dates), tongues.language(),
        rooms.means.today(), newer,
    )  # fmt: skip


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page in every language, for search engines."""
    town, public = office().town, around.public_address()
    tags = [one.tag for one in tongues.offered(town)]
    pages = [url_for(f"public.{view}", tongue=tag) for view in around.MAPPED for tag in tags]
    pages += [url_for("public.letter", key=one.key, tongue=tag) for one in kinds.kinds(town, "en") for tag in tags]
    listed = [_complete(address) for address in pages]
    listed += [f"{public}/handouts/{one.key}/{tag}" for one in office().review.handouts() for tag in one.languages]
    return around.kept(current_app.response_class(maps.sitemap(listed), mimetype="application/xml"))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where search engines need not look."""
    return around.kept(
        current_app.response_class(maps.robots(request.script_root, around.public_address()), mimetype="text/plain")
    )


@blueprint.get("/assets/site.css")
def style() -> Response:
    """The stylesheet of the site's own pages."""
    return around.kept(
        current_app.response_class(_style("frame.css") + _style("site.css") + _own(), mimetype="text/css")
    )


@blueprint.get("/assets/frame.css")
def frame_style() -> Response:
    """The part of it that is around a handout, which brings its own."""
    return around.kept(current_app.response_class(_style("frame.css") + _own(), mimetype="text/css"))


def _own() -> bytes:
    """The town's colors."""
    colors = office().town.look.colors
    return f":root {{ --leaf: {colors.strong}; --bark: {colors.accent}; }}\n".encode()


@blueprint.get("/favicon.ico")
def favicon() -> BaseResponse:
    """What browsers ask for that read a page without an icon of its own: the seal."""
    if not around.seal_name():
        return around.kept(current_app.response_class(status=204))
    return redirect(url_for("public.seal", name=around.seal_name()))


@blueprint.get("/assets/seal/<name>")
def seal(name: str) -> Response:
    """The town's seal; its address changes when the seal does."""
    held = office().town.appearance.seal
    if held is None or name != around.seal_name():
        raise NotFound
    return around.kept(current_app.response_class(held.data, mimetype=held.media_type))


@cache
def _style(name: str) -> bytes:
    return (resources.files("docservice.web") / "assets" / name).read_bytes()


def clean_code(text: str) -> str:
    """A verification code as it was printed, empty when it cannot be one.

    Whatever spaces, hyphens, dashes and other marks were typed between its letters, or came along where it was copied
    from (soft hyphens, characters that cannot be seen), is left out.
    """
    code = "".join(character for character in text if category(character)[0] not in "CZP" and character != "\u2212")
    code = code.upper()
    return code if re.fullmatch(r"[A-Z0-9]{4,40}", code) else ""
