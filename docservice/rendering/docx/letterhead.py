"""The Word face of a letter: the whole wording in the town's Word letterhead, for staff to edit.

The letterhead ``letterhead/letter.docx`` of a bundle is an ordinary Word file with docxtpl tags in its headers,
footers and body; ``{{p body }}`` is where the letter goes. What docxtpl does anew for every document (parse the
file, repair the tags that Word has split, compile Jinja, rewrite every part) is done once per bundle here; a
letter then costs the rendering of its own parts. Templates run sandboxed and escaped.

What it does not do: the printed letter's window, stub and fold marks; PDF/A. A Word file is not the record.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import segno
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.html import HtmlElement
from markupsafe import Markup

from docservice.refusal import Refusal
from docservice.rendering import barcodes, pictures, seal_picture
from docservice.rendering.composing.semantic_text import Composition
from docservice.rendering.docx.body import DocxBody, WordPicture
from docservice.rendering.docx.lists import nums
from docservice.town.look import Appearance, Colors
from docservice.wording.bundle import Bundle

LETTERHEAD = "letterhead/letter.docx"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TEXT_WIDTH = 624  # 6.5 in at 96 dpi
_MAX_HEIGHT = 420
_SEAL = re.compile(
    r'<w:r>(?:(?!</w:r>).)*?<wp:docPr [^>]*name="Seal"(?:(?!</w:r>).)*?r:embed="(\w+)".*?</w:r>', re.DOTALL
)
_DESCRIBED = re.compile(r'descr="[^"]*"')
_OWN_COLORS = {"strong": "1F4D40", "quiet": "5A6469"}  # of the shipped Word letterhead: near enough those of paper
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Letterhead:
    """A Word letterhead made ready: parts that never change, and compiled ones."""

    fixed: Mapping[str, bytes]
    templates: Mapping[str, Template]
    relations: str  # of the document part
    types: str
    numbering: str


@dataclass
class Additions:
    """What one letter adds to the letterhead: pictures and links."""

    bundle: Bundle
    attachments: Mapping[str, bytes]
    called: str = "picture"
    media: dict[str, bytes] = field(default_factory=dict)
    relations: list[str] = field(default_factory=list)

    def link(self, target: str) -> str:
        return self._relate("hyperlink", target, ' TargetMode="External"')

    def picture(self, image: HtmlElement) -> WordPicture:
        code, digits, source = image.get("data-qr"), image.get("data-barcode"), image.get("src") or ""
        if code:
            buffer = io.BytesIO()
            segno.make(code, error="m", micro=False).save(buffer, kind="png", scale=4, border=2)
            made = pictures.prepare(buffer.getvalue(), name="QR code")
            width = height = 96
        elif digits:
            made = pictures.prepare(barcodes.as_png(digits), name="bar code")
            width, height = barcodes.width(digits), barcodes.HEIGHT
        else:
            kind, _, name = source.partition(":")
            held = self.attachments.get(name) if kind == "picture" else None
            if kind == "bundle":
                with suppress(KeyError):
                    held = self.bundle.picture(name)
            if held is None:
                raise Refusal("picture.missing", f"The picture “{source}” is not among the attachments.")
            made = pictures.prepare(held, name=name)
            scale = min(1.0, _TEXT_WIDTH / made.width, _MAX_HEIGHT / made.height)
            width, height = round(made.width * scale), round(made.height * scale)
        ending = {"image/jpeg": "jpeg", "image/png": "png"}[made.media_type]
        part = f"media/{self.called}{len(self.media) + 1}.{ending}"
        self.media[f"word/{part}"] = made.data
        return WordPicture(self._relate("image", part), width, height)

    def _relate(self, kind: str, target: str, mode: str = "") -> str:
        name = f"rIdDoc{len(self.relations) + 1}"
        quoted = escape(target, {'"': "&quot;"})
        self.relations.append(f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{quoted}"{mode}/>')
        return name


def to_docx(
    bundle: Bundle,
    composition: Composition,
    *,
    town: Any,
    attachments: Mapping[str, bytes],
    issued_on: date,
    number: str | None,
    draft: bool,
    look: Appearance | None = None,
) -> bytes:
    """The letter as a Word file; the same facts give the same bytes.

    ``town`` is the identity of the town pack (``name``, ``office``, ``address``, ``phone`` …), read by the letterhead,
    ``look`` its seal, colors and head lines; without it the letterhead has those of its own.
    Raises ``Refusal`` for a letterhead that does not render and for a missing or broken picture.
    """
    letterhead = _letterhead(bundle.sha256, bundle.files[LETTERHEAD])
    package = Additions(bundle, attachments)
    body = DocxBody(picture=package.picture, link=package.link)
    context = {
        "body": Markup(body.xml(composition.root)),
        "town": town,
        "head": (look.head if look is not None else ()) or (*town.address, town.phone),
        "title": composition.title,
        "number": number or "",
        "language": composition.language,
        "rtl": composition.direction == "rtl",
        "draft": draft,
        "stamp": f"{issued_on.isoformat()}T00:00:00Z",
    }
    parts = dict(letterhead.fixed)
    try:
        for name, template in letterhead.templates.items():
            parts[name] = template.render(context).encode()
    except TemplateError as error:
        raise Refusal("letterhead.error", f"The Word letterhead cannot be filled: {error}.") from error
    if look is not None:
        _dress(parts, look)
    parts["word/_rels/document.xml.rels"] = letterhead.relations.replace(
        "</Relationships>", "".join(package.relations) + "</Relationships>"
    ).encode()
    parts["[Content_Types].xml"] = letterhead.types.encode()
    lists = nums(body.numbered, first=2, abstract=2)
    parts["word/numbering.xml"] = letterhead.numbering.replace("</w:numbering>", lists + "</w:numbering>").encode()
    return zipped(parts | package.media)


def _dress(parts: dict[str, bytes], look: Appearance) -> None:
    """Put the town's seal and colors into a letterhead: in place of the picture that Word calls ``Seal``, and of its
    own colors. A letterhead of the town's own, which has neither, stays as it is."""
    for name in [part for part in parts if part.startswith("word/header") and b'name="Seal"' in parts[part]]:
        head = parts[name].decode()
        relations = parts.get(f"word/_rels/{name.removeprefix('word/')}.rels", b"").decode()
        drawing = _SEAL.search(head)
        target = re.search(rf'Id="{drawing[1]}"[^>]*Target="([^"]+)"', relations) if drawing else None
        if drawing is None or target is None:
            continue
        if look.seal is None:
            parts[name] = head.replace(drawing[0], "", 1).encode()
            continue
        said = f'descr="{escape(look.seal.alt, {chr(34): "&quot;"})}"'
        shown = said.join(_DESCRIBED.split(drawing[0]))
        parts[name] = head.replace(drawing[0], shown, 1).encode()
        picture = target[1] if target[1].endswith(".png") else "media/town-seal.png"
        parts[f"word/_rels/{name.removeprefix('word/')}.rels"] = relations.replace(target[1], picture).encode()
        parts[f"word/{picture}"] = seal_picture.as_png(look.seal)
    for part, own in _OWN_COLORS.items():
        color = getattr(look.colors, part)
        if color == getattr(Colors(), part):
            continue
        for name in parts:
            if name.startswith(("word/styles", "word/header", "word/footer")) and name.endswith(".xml"):
                parts[name] = parts[name].replace(f'"{own}"'.encode(), f'"{color[1:].upper()}"'.encode())


@lru_cache(maxsize=32)
def _letterhead(identity: str, data: bytes) -> Letterhead:
    """The letterhead of the bundle ``identity``, made ready once."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error) as error:
        raise Refusal("letterhead.error", f"{LETTERHEAD} is no Word file: {error}.") from error
    repair = DocxTemplate(io.BytesIO(data)).patch_xml
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    templates = {}
    for name, content in parts.items():
        if name.endswith(".xml") and (b"{{" in content or b"{%" in content):
            try:
                templates[name] = environment.from_string(repair(content.decode()))
            except TemplateError as error:
                raise Refusal("letterhead.error", f"{LETTERHEAD}, part {name}: {error}.") from error
    types = parts.pop("[Content_Types].xml").decode()
    for ending in ("png", "jpeg"):
        if f'Extension="{ending}"' not in types:
            default = f'<Default Extension="{ending}" ContentType="image/{ending}"/>'
            types = types.replace("<Override", default + "<Override", 1)
    relations = parts.pop("word/_rels/document.xml.rels").decode()
    numbering = parts.pop("word/numbering.xml").decode()
    fixed = {name: content for name, content in parts.items() if name not in templates}
    return Letterhead(fixed, templates, relations, types, numbering)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An OPC package with the content types first and no clock in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(parts, key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            # Pictures are compressed already; level 1 halves the time of the rest for a few bytes more.
            stored = name.startswith("word/media/")
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, parts[name], compresslevel=None if stored else 1)
    return buffer.getvalue()
