"""The pictures of a template: whether one can be used, where it is used, put into a wording and taken out of it.

A picture is PNG, JPEG or SVG, and stands in a wording as ``<img src="bundle:NAME" alt="…">``. What is judged here is
the file: how it looks is for people.
"""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree

KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".svg": "SVG"}
MOST_BYTES, MOST_PIXELS = 5 * 2**20, 40_000_000
_HREF = "{http://www.w3.org/1999/xlink}href"
_ACTIVE = frozenset(("script", "foreignobject", "iframe", "handler", "listener"))
_LOADS = re.compile(r"url\(\s*[\"']?(?!#)|@import", re.I)
_PLACE = re.compile(r"\s*<(h2|h3|p|ul|ol|dl|table|section|aside|/article)\b")
_TAGS = re.compile(r"<[^>]*>|\{[%{#].*?[%}#]\}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a wording before which a picture can stand, and the words that stand there."""

    line: int
    words: str


def kind_of(name: str) -> str | None:
    """PNG, JPEG or SVG, by its name; None for a file that is no picture."""
    return KINDS.get(PurePosixPath(name).suffix.lower())


def is_picture(name: str) -> bool:
    """Whether a file of a template is a picture, by its name."""
    return kind_of(name) is not None


def complaints(files: Mapping[str, bytes]) -> dict[str, str]:
    """What is wrong with each picture among the files of a template."""
    judged = {name: complaint(name, data) for name, data in files.items() if is_picture(name)}
    return {name: said for name, said in judged.items() if said is not None}


def complaint(name: str, data: bytes) -> str | None:
    """What is wrong with a picture file; None when it can be used."""
    kind = kind_of(name)
    if kind is None:
        return "is no PNG, JPEG or SVG file by its name"
    if len(data) > MOST_BYTES:
        return f"has more than {MOST_BYTES // 2**20} MB"
    return _svg(data) if kind == "SVG" else _raster(data, kind)


def _raster(data: bytes, kind: str) -> str | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return f"has more than {MOST_PIXELS // 10**6} million pixels"
                picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        return f"is no {kind} file that can be read"
    return None


def _svg(data: bytes) -> str | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return "is no SVG file that can be read"
    if etree.QName(root).localname != "svg":
        return "is no SVG file that can be read"
    if root.getroottree().docinfo.internalDTD is not None:
        return "declares a document type or entities"
    for element in root.iter():
        if not isinstance(element.tag, str):
            if isinstance(element, etree._ProcessingInstruction):
                return "has a processing instruction"
            continue
        name = etree.QName(element).localname.lower()
        if name in _ACTIVE or any(str(attribute).lower().startswith("on") for attribute in element.attrib):
            return f"has something that runs (<{name}>)"
        links = [str(element.get("href", "")), str(element.get(_HREF, ""))]
        styles = [element.text or ""] if name == "style" else []
        if name != "a" and any(link and not link.startswith(("#", "data:image/")) for link in links):
            return "loads something from elsewhere"
        if any(_LOADS.search(value) for value in (*map(str, element.attrib.values()), *styles)):
            return "loads something from elsewhere"
    return None


def uses(files: Mapping[str, bytes], name: str) -> tuple[str, ...]:
    """Where a picture is used, as ``file:line``."""
    wanted = re.compile(rf"""(?:src|href)\s*=\s*["']bundle:{re.escape(name)}["']|url\(\s*["']?(?:bundle:)?{
        re.escape(name)}["']?\s*\)""")  # fmt: skip
    return tuple(
        f"{path}:{number}"
        for path, data in files.items()
        if path.endswith((".html", ".css"))
        for number, line in enumerate(data.decode().splitlines(), 1)
        if wanted.search(line)
    )


def spots(wording: str) -> tuple[Spot, ...]:
    """Where in a wording a picture can be put: before a paragraph, a heading, a list, a table, a block; at its end."""
    found, within = [], 0
    for number, line in enumerate(wording.splitlines(), 1):
        if within == 0 and (match := _PLACE.match(line)):
            words = " ".join(html.unescape(_TAGS.sub(" ", line)).split())
            if match[1] == "/article":
                found.append(Spot(number, "at the end"))
            elif words:
                found.append(Spot(number, f"before “{words[:60]}”"))
            elif block := re.search(r'data-block="([a-z-]+)"', line):
                found.append(Spot(number, f"before the block {block[1].replace('-', ' ')}"))
        within += len(re.findall(r"\{%-?\s*trans\b|<(?:ul|ol|dl|table|p)\b", line))
        within -= len(re.findall(r"\{%-?\s*endtrans\b|</(?:ul|ol|dl|table|p)>", line))
    return tuple(found)


def put(wording: str, name: str, alternative: str, line: int) -> str:
    """``wording`` with a picture before one of its ``spots``; ``alternative`` is what it says to who cannot see it."""
    words = html.escape(" ".join(alternative.split())).replace("{", "&#123;").replace("%", "&#37;")
    tag = f'<figure><img src="bundle:{name}" alt="{{% trans %}}{words}{{% endtrans %}}"/></figure>\n'
    lines = wording.splitlines(keepends=True)
    return "".join((*lines[: line - 1], tag, *lines[line - 1 :]))


def taken_out(text: str, name: str) -> str:
    """``text`` without a picture, and without the figure around it when that holds nothing else."""
    image = rf"""<img\b[^>]*\bsrc\s*=\s*["']bundle:{re.escape(name)}["'](?:[^>"']|"[^"]*"|'[^']*')*>"""
    text = re.sub(rf"[ \t]*<figure\b[^>]*>\s*{image}\s*</figure>[ \t]*\n?", "", text)
    return re.sub(image, "", text)
