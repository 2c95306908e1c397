"""The last look at a finished file: whether it still says, anywhere and in any spelling, what it must not say.

Written against the file alone and apart from what took the words out (:mod:`scrub`, :mod:`spotting`): regular
expressions instead of :mod:`wanted`; every object of the file, whatever refers to it; what pages show as pdfium reads
it, and where an ActualText speaks also as pypdf does, which heeds none. A word is found in any case, with other marks,
spaces and line ends within it, as text of a string, a name, an address or an entity of XML, or as bytes of a stream.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pikepdf
import pypdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from lxml import etree
from pikepdf import Array, Dictionary, Name, Stream, String

_BACK = {"/P", "/Parent", "/Pg", "/Dest", "/D", "/Prev", "/First", "/Last", "/Next"}  # leads to other parts
_TECHNICAL = {"/ID", "/Lang", "/CIDSystemInfo", "/CharSet", "/DA", "/Panose", "/CheckSum", "/Lookup"}
_NOT_TEXT = ("/Length1", "/Length2", "/Length3", "/N")  # font programs, color profiles
_PIXELS = ("/DCTDecode", "/JPXDecode")
_GLUED = 5  # letters of two words or more, glued to others ("JaneRoeLetter")
_LOOSE = 8  # letters that nothing holds by chance
_BYTES = 5  # letters to look for in bytes
_ENCODINGS = ("latin-1", "utf-8", "utf-16-be", "utf-16-le")
_MARKS = re.compile("[\u0300-\u036f\u00ad\u0640\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_STANDARDS, _XML = "{http://www.aiim.org/", "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
_SPEAKING = re.compile(rb"/(ActualText|Alt|E|T|Contents|Title|Desc)\b")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The text number ``which`` is said by ``where`` ("a bookmark", "page 7"): ``slot``: in which of the parts of the
    file (from 0), nothing for what the file itself says; ``page``: from 1, of the part."""

    which: int
    where: str
    slot: int | None = None
    page: int | None = None


class Sought:
    """A text as it may be written."""

    def __init__(self, text: str) -> None:
        letters = "".join(char for char in _folded(text) if char.isalnum())
        plain = letters or "".join(_folded(text).split())
        between = r"[\W_]*" if letters else r"\s*"
        body = between.join(map(re.escape, plain))
        edges = _edge(plain[:1], plain, "(?<!{})"), _edge(plain[-1:], plain, "(?!{})")
        glued = "|" + re.escape(plain) if len(text.split()) > 1 and len(plain) >= _GLUED else ""
        self._pattern = re.compile(edges[0] + body + edges[1] + glued)
        self._letters = letters if len(letters) >= _BYTES and not text.strip().isalpha() else ""
        self._bytes = tuple(_bytes(text.strip())) if len(text.strip()) >= _BYTES else ()

    def within(self, text: str) -> bool:
        """Whether a text says it, as it is, as an address, or with entities."""
        if self._pattern.search(_folded(text)):
            return True
        plain = html.unescape(unquote(text, errors="replace"))
        return plain != text and self._pattern.search(_folded(plain)) is not None

    def named(self, name: str) -> bool:
        """Whether a name of the format says it; one word alone may be a word of the format."""
        return bool(self._letters) and self._letters in "".join(char for char in _folded(name) if char.isalnum())

    def held(self, data: bytes) -> bool:
        """Whether bytes hold it, in small letters."""
        return any(form in data for form in self._bytes)


def told_by_text(text: str, texts: Sequence[Sought]) -> Iterator[int]:
    """Which of ``texts`` a text says."""
    yield from (which for which, one in enumerate(texts) if one.within(text))


def look(data: bytes | Path, texts: Sequence[Sought], pages: Sequence[int]) -> list[Disclosure]:
    """Everything in a finished packet file that says one of ``texts``; ``pages``: how many each of its parts has."""
    if not texts:
        return []
    with pikepdf.open(io.BytesIO(data) if isinstance(data, bytes) else data) as pdf:
        found = list(_Looking(pdf, texts, pages).done())
    return list(dict.fromkeys([*found, *_read(data, texts, pages, _with_actual_text(data))]))


class _Looking:
    """The objects of one file."""

    def __init__(self, pdf: pikepdf.Pdf, texts: Sequence[Sought], pages: Sequence[int]) -> None:
        self._pdf, self._texts, self._counts = pdf, texts, pages
        self._seen: set[tuple[int, int]] = set()

    def done(self) -> Iterator[Disclosure]:
        pdf = self._pdf
        sheets = [page.obj for page in pdf.pages]
        tags: Any = pdf.Root.get(Name.StructTreeRoot, Dictionary()).get(Name.K)
        document = tags[0] if isinstance(tags, Array) and len(tags) else None
        parts = _listed(document.get(Name.K)) if document is not None else []
        at = 0
        for slot, count in enumerate(self._counts):
            mine: set[tuple[int, int]] = set()
            for number, sheet in enumerate(sheets[at : at + count], 1):
                data = b"\n".join(
                    one.read_bytes() for one in _listed(sheet.get(Name.Contents)) if isinstance(one, Stream)
                )
                for which, what in (*self._said(sheet, mine), *self._stated(pikepdf.Page(sheet), data)):
                    yield Disclosure(which, f"{what} of page {at + number}", slot, number)
            at += count
            if len(parts) == len(self._counts):
                for kid in _listed(parts[slot].get(Name.K)):
                    for which, what in self._said(kid, mine):
                        yield Disclosure(which, f"{what} among the tags of pages {at - count + 1}–{at}", slot)
            self._seen |= mine
        for item in [*pdf.objects, pdf.trailer]:
            if isinstance(item, Dictionary | Array | Stream) and item.objgen not in self._seen:
                yield from (Disclosure(which, what) for which, what in self._said(item, set(self._seen), follow=False))

    def _said(self, start: Any, seen: set[tuple[int, int]], *, follow: bool = True) -> Iterator[tuple[int, str]]:
        stack: list[tuple[str, Any]] = [("", start)]
        while stack:
            key, item = stack.pop()
            if isinstance(item, String):
                said = f"a text ({key[1:]})" if key else "a text"
                yield from ((which, said) for which in told_by_text(str(item), self._texts))
                continue
            if isinstance(item, Name):
                yield from ((n, "a name") for n, one in enumerate(self._texts) if one.named(str(item)))
                continue
            if not isinstance(item, Dictionary | Array | Stream):
                continue
            if item.is_indirect:
                if item.objgen in seen or (not follow and item is not start):
                    continue
                seen.add(item.objgen)
            if isinstance(item, Stream):
                yield from self._stream(item)
            if isinstance(item, Array):
                if len(item) and item[0] == Name.Indexed:
                    continue  # a table of colors
                stack += [(key, one) for one in item]
                continue
            if item.get(Name.S) == Name.GTS_PDFA1:
                continue  # the output intent, which names a color space
            for name, value in item.items():
                yield from ((n, "a name") for n, one in enumerate(self._texts) if one.named(name))
                if name not in _TECHNICAL and not (follow and name in _BACK and isinstance(value, Dictionary | Array)):
                    stack.append((name, value))

    def _stream(self, item: Any) -> Iterator[tuple[int, str]]:
        kind = item.get(Name.Subtype)
        if kind == Name.XML:
            for text in _in_metadata(item.read_bytes()):
                yield from ((which, "the metadata") for which in told_by_text(text, self._texts))
            return
        if any(key in item for key in ("/Length1", "/Length2", "/Length3", "/N")) or kind in (
            "/CIDFontType0C",
            "/Type1C",
        ):
            return  # font programs, color profiles
        filters = {str(one) for one in _listed(item.get(Name.Filter))}
        if kind == Name.Image and not filters & set(_PIXELS):
            return
        try:
            data = item.read_raw_bytes() if filters & set(_PIXELS) else item.read_bytes()
        except pikepdf.PdfError:
            return
        if b"begincmap" in data:
            return  # tells characters, each by itself
        small = data.lower()
        yield from ((n, "a stream") for n, one in enumerate(self._texts) if one.held(small))
        if kind == Name.Form or Name.PatternType in item:
            yield from self._stated(item, data)

    def _stated(self, content: Any, data: bytes) -> Iterator[tuple[int, str]]:
        if _SPEAKING.search(data):
            for text in _stated(content):
                yield from ((which, "a text in the content") for which in told_by_text(text, self._texts))


def _read(
    data: bytes | Path, texts: Sequence[Sought], pages: Sequence[int], speaking: frozenset[int]
) -> Iterator[Disclosure]:
    """What the pages show; ``speaking``: those (from 0) where another text is stated for what is drawn."""
    drawing = pdfium.PdfDocument(data)
    drawn = pypdf.PdfReader(io.BytesIO(data) if isinstance(data, bytes) else data) if speaking else None
    try:
        at = 0
        for slot, count in enumerate(pages):
            for number in range(1, count + 1):
                sheet = drawing[at]
                page = sheet.get_textpage()
                readings = [str(page.get_text_range()).replace("\ufffe", "")]
                page.close()
                sheet.close()
                if drawn is not None and at in speaking:
                    readings.append(drawn.pages[at].extract_text())
                for text in readings:
                    yield from (
                        Disclosure(which, f"page {at + 1}", slot, number) for which in told_by_text(text, texts)
                    )
                at += 1
    finally:
        drawing.close()


def _with_actual_text(data: bytes | Path) -> frozenset[int]:
    """The pages (from 0) whose content states another text than it draws."""
    found = set()
    with pikepdf.open(io.BytesIO(data) if isinstance(data, bytes) else data) as pdf:
        for number, page in enumerate(pdf.pages):
            contents = [one for one in _listed(page.obj.get(Name.Contents)) if isinstance(one, Stream)]
            forms: Any = page.obj.get(Name.Resources, Dictionary()).get(Name.XObject, Dictionary())
            contents += [one for one in forms.values() if one.get(Name.Subtype) == Name.Form]
            if any(b"ActualText" in one.read_bytes() for one in contents):
                found.add(number)
    return frozenset(found)


def _stated(content: Any) -> Iterator[str]:
    """The strings that the marks in a page's or form's content state."""
    for instruction in pikepdf.parse_content_stream(content):
        if str(instruction.operator) in ("BDC", "DP"):
            yield from _strings(list(instruction.operands))


def _in_metadata(data: bytes) -> Iterator[str]:
    """The texts of an XMP packet, but for those that say which standards it follows, and in which language it is."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        yield data.decode("utf-8", "replace")
        return
    for element in root.getroottree().iter():
        said = isinstance(element.tag, str) and element.tag.startswith((_STANDARDS, _LANGUAGE))
        yield from filter(None, ("" if said else element.text, element.tail))
        if isinstance(element.tag, str):
            yield from (str(value) for name, value in element.items() if not str(name).startswith((_STANDARDS, _XML)))


def _strings(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, String):
            yield str(value)
        elif isinstance(value, Array):
            yield from _strings(value)
        elif isinstance(value, Dictionary):
            yield from _strings(value.values())


def _folded(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())


def _edge(char: str, whole: str, form: str) -> str:
    """What may not touch the first or last character: another digit for a digit, another letter of a short word."""
    if char.isdecimal():
        return form.format(r"\d")
    if not char.isalpha() or len(whole) >= _LOOSE or not (char.islower() or char.isupper()):
        return ""
    return form.format(r"[^\W\d_]")


def _bytes(text: str) -> Iterator[bytes]:
    for encoding in _ENCODINGS:
        try:
            data = text.encode(encoding).lower()
        except UnicodeEncodeError:
            continue
        yield data
        yield text.encode(encoding).hex().encode()


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]
