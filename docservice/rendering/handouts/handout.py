"""Handouts: one HTML page with one stylesheet, read on the web and printed on paper.

``facts`` gathers what a handout may say of the town, ``page`` makes the web page (complete in itself: stylesheet,
pictures and QR code are inside it), ``print_pdf`` prints that very page as PDF/A-3a + PDF/UA-1. Pure: the same values
give the same bytes. What this module does not do: decide which version is in force, or keep anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from datetime import date, time
from functools import lru_cache
from html import escape
from typing import Any

import segno
from lxml import etree

from docservice.finding import Finding
from docservice.media_types import data_uri, media_type_of
from docservice.refusal import Refusal
from docservice.rendering import engines
from docservice.rendering.composing.facts import Facts
from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.composing.values import Clock, Day, DayOfYear, Fact, Record
from docservice.rendering.finishing import finish
from docservice.rendering.fonts import FontSet
from docservice.rendering.handouts import web_face
from docservice.rendering.handouts.handout_facts import dial, handout_data, repeated_rules
from docservice.rendering.handouts.weasyprint_press import print_html
from docservice.rendering.handouts.web_face import Around
from docservice.rendering.language import direction
from docservice.rendering.letters.letter import Rendered
from docservice.town.look import Colors
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import pack_strings

MOST_PAGES = 2
_TOWN = ("name", "short_name", "county", "department", "office", "hours")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d\Z")
_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_OWN = "\n:root {{ --strong: {strong}; --accent: {accent}; --quiet: {quiet}; }}\n"
_PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{css}</style>
</head>
<body>
{above}<main{content}>
{article}
</main>
</body>
</html>
"""


def facts(bundle: Bundle, pack: TownPack, language: str, *, url: str) -> Facts:
    """The town, and the handout's data (of its ``template.yaml`` and of the town pack), as the wording sees them.

    ``url`` is the public address of the page, for its QR code. In ``data`` a date is a date, a quoted ``"08:00"`` a
    time of day, ``"06-01"`` a day of every year, a mapping a record and a list a list.
    """
    spoken = None if language == "en" else "en"  # town packs are written in English

    def fact(name: str) -> Fact:
        return Fact(getattr(pack.identity, name), f"town/identity/{name}", spoken)

    town: dict[str, Any] = {name: fact(name) for name in _TOWN}
    town |= {name: getattr(pack.identity, name) for name in ("phone", "tty", "email", "website", "address")}
    document = {
        "key": bundle.key,
        "language": language,
        "direction": direction(language),
        "url": url,
        "dial": dial(pack.identity.phone),
        "data": _value(handout_data(bundle.meta, pack), language, "document.data"),
        **repeated_rules(bundle.key, pack, spoken),
    }
    rules = pack_strings.spoken(pack, language, bundle.meta.document_type, bundle.meta.face)
    rules = pack_strings.spoken(pack, language, bundle.meta.document_type, bundle.meta.face)
    return Facts({"town": Record("town", town), "document": Record("document", document)}, language, rules)


def _value(value: Any, language: str, path: str) -> Any:
    if isinstance(value, Mapping):
        return Record(path, {name: _value(item, language, f"{path}.{name}") for name, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_value(item, language, f"{path}.{number}") for number, item in enumerate(value))
    if isinstance(value, date):
        return Day(value, language)
    if isinstance(value, str) and _CLOCK.match(value):
        return Clock(time.fromisoformat(value), language)
    if isinstance(value, str) and _DAY_OF_YEAR.match(value):
        return DayOfYear(date.fromisoformat(f"2000-{value}"), language)
    return value


def page(
    bundle: Bundle,
    facts: Facts,
    language: str,
    *,
    colors: Colors | None = None,
    draft: bool = False,
    around: Around | None = None,
    own_joints: bool = True,
) -> str:
    """The handout as a complete web page in ``language`` (BCP 47), with everything it needs inside it.

    ``around``: where the links around it lead; without them it is the page that is printed, which has none.
    ``own_joints`` is as in ``compose``.
    ``colors`` are the town's, in place of those of the stylesheet (``var(--strong, …)``, ``--accent``, ``--quiet``).
    Raises what ``compose`` raises and, unless it is a ``draft``, ``Refusal("handout.incomplete")`` for a value or a
    required block that is missing.
    """
    composition = compose(bundle, facts, language, draft=draft, own_joints=own_joints)
    if not draft:
        problems = [Finding.error("handout.unresolved", "has no value", name) for name in composition.unresolved]
        blocks = {element.get("data-block") for element in composition.root.iter()}
        problems += [
            Finding.error("handout.block", f"the block “{block}” is missing", bundle.wording_path)
            for block in bundle.meta.required_blocks
            if block not in blocks
        ]
        if problems:
            raise Refusal("handout.incomplete", f"“{bundle.meta.title}” is not complete.", problems)
    article = deepcopy(composition.root)
    words = web_face.take_words(article)
    above = "" if around is None else web_face.head(words, around, language)
    if above:
        web_face.contents(article, words)
    for picture in article.iter("img"):
        _fill_in(picture, bundle)
    return _PAGE.format(
        language=language,
        direction=composition.direction,
        title=escape(composition.title),
        css=_stylesheet(bundle, colors),
        above=f"{above}\n" if above else "",
        content=f' id="{web_face.CONTENT}"' if above else "",
        article=etree.tostring(article, method="html", encoding="unicode"),
    )


def _fill_in(picture: Any, bundle: Bundle) -> None:
    """Puts the picture itself where the wording only names it."""
    address = picture.attrib.pop("data-qr", None)
    if address is not None:
        picture.set("src", _code(address))
        return
    name = picture.get("src").removeprefix("bundle:")
    try:
        content = bundle.picture(name)
    except KeyError:
        problem = Finding.error("handout.picture", f"the picture “{name}” is not in the bundle", bundle.wording_path)
        raise Refusal("handout.incomplete", f"“{bundle.meta.title}” is not complete.", [problem]) from None
    picture.set("src", data_uri(content, media_type_of(name)))


@lru_cache(maxsize=64)
def _code(address: str) -> str:
    """A QR code as an address of data: the same for a handout in every language and print."""
    uri: str = segno.make(address, error="m", micro=False).svg_data_uri(
        scale=4, border=3, dark="#14413a", light="#ffffff"
    )
    return uri


def _stylesheet(bundle: Bundle, colors: Colors | None) -> str:
    own = "" if colors is None or colors == Colors() else _OWN.format(**asdict(colors))
    # "</style" ends a style element wherever it stands.
    return bundle.files["handout.css"].decode().replace("</", "<\\/") + own


def print_pdf(
    bundle: Bundle,
    html: str,
    *,
    language: str,
    title: str,
    fonts: FontSet,
    revised_on: date,
    colors: Colors | None = None,
    pinned: str | None = None,
) -> Rendered:
    """Print a ``page`` of ``bundle`` in these ``colors`` on US Letter, as PDF/A-3a and PDF/UA-1.

    ``revised_on`` dates the file; ``pinned`` is the engine of a print that is made again. The limit of pages is
    ``data.pages`` of the template (2 unless it says so). Raises ``Refusal``: ``handout.unprintable`` with every missing
    picture or glyph and every line that runs off the sheet, ``handout.overflow`` when it needs more pages than it may.
    """
    engine = engines.engine("weasyprint", pinned)
    spelled = engines.takes(engine, "text 1")
    css = _stylesheet(bundle, colors)
    printed = print_html(
        html.replace(f"<style>{css}</style>", "", 1),
        stylesheet=css,
        files=bundle.files,
        fontconfig=fonts.fontconfig_file.read_text(encoding="utf-8"),
        created=revised_on.isoformat(),
        spelled=spelled,
    )
    most = int(bundle.meta.data.get("pages", MOST_PAGES))
    if printed.reading.pages > most:
        problem = Finding.error(
            "handout.overflow", f"fills {printed.reading.pages} pages; {most} are allowed", f"page {most + 1}"
        )
        raise Refusal("handout.overflow", f"“{title}” is too long for its sheet in “{language}”.", [problem])
    pdf = finish(
        printed.pdf, printed.reading, language=language, title=title, created=revised_on.isoformat(), spelled=spelled
    )
    return Rendered(pdf=pdf, pages=printed.reading.pages, engine=engine)
