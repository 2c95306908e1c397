"""Words taken out of a file where no one sees them: titles, alternative texts, bookmarks, addresses of links, metadata.

Works on the strings of the file and its XMP; what pages draw is the business of :mod:`spotting` and :mod:`blackout`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, String

from docservice.pdf.redaction.drawn import content_of, drawn_by
from docservice.pdf.redaction.wanted import WantedTerms
from docservice.pdf.splicing.tagtree import name_tree

_TECHNICAL = {  # strings that are read by programs and must not change
    "/CIDSystemInfo", "/Registry", "/Ordering", "/Encoding", "/CharSet", "/Lang", "/DA", "/Panose", "/CheckSum", "/M",
    "/CreationDate", "/ModDate", "/OutputConditionIdentifier", "/RegistryName", "/DestOutputProfile",
}  # fmt: skip
_STANDARDS = "{http://www.aiim.org/"  # of XMP: which standards the file claims to follow
_TOKEN = re.compile(rb"/[^\s<>\[\](){}/%]*")
_SPEAKING = re.compile(rb"/(ActualText|Alt|E|Lang|T|Contents)\b")


def strings_of(container: Any, *, follow: bool = True) -> Iterator[str]:
    """Every text within a dictionary or array, and in what it refers to unless ``follow`` is false."""
    stack = [container]
    seen: set[tuple[int, int]] = set()
    while stack:
        item = stack.pop()
        for key, value in _entries(item):
            if isinstance(value, String):
                yield str(value)
            elif isinstance(value, Dictionary | Array) and key not in ("/P", "/Parent", "/Popup", "/Dest", "/D", "/AP"):
                if value.is_indirect:
                    if not follow or value.objgen in seen:
                        continue
                    seen.add(value.objgen)
                stack.append(value)


def tells(annotation: Any, wanted: WantedTerms) -> bool:
    """Whether an annotation's texts or the address it leads to say what is wanted."""
    return any(wanted.find(text) or wanted.find(unquote(text)) for text in strings_of(annotation))


def spoken_in(page: pikepdf.Page) -> Iterator[str]:
    """The texts that a page's content says besides drawing it (ActualText, Alt, E in marked content)."""
    for owner in drawn_by(page.obj):
        if not _SPEAKING.search(content_of(owner)):
            continue
        for instruction in pikepdf.parse_content_stream(owner):
            if str(instruction.operator) in ("BDC", "DP"):
                yield from strings_of(list(instruction.operands)[1])


def scrub(pdf: pikepdf.Pdf, wanted: WantedTerms) -> int:
    """Replace what is wanted in every text of the file; how many texts."""
    count = 0
    for item in [*pdf.objects, pdf.trailer]:
        if isinstance(item, pikepdf.Stream):
            if item.get(Name.Subtype) == Name.XML:
                count += _metadata(item, wanted)
            count += _scrub(item.stream_dict, wanted)
        elif isinstance(item, Dictionary | Array):
            count += _scrub(item, wanted)
    if count:
        _sorted_again(pdf)
    return count


def _scrub(container: Any, wanted: WantedTerms) -> int:
    count = 0
    for key, value in _entries(container):
        if isinstance(value, String):
            text = str(value)
            plain = wanted.scrubbed(text)
            if plain != text:
                container[key] = String(plain)
                count += 1
        elif isinstance(value, Dictionary | Array) and not value.is_indirect:
            count += _scrub(value, wanted)
    return count


def _metadata(stream: Any, wanted: WantedTerms) -> int:
    root = _parsed(stream)
    if root is None:
        stream.write(b"")
        return 1
    count = 0
    for set_, text in _texts(root):
        if (plain := wanted.scrubbed(text)) != text:
            set_(plain)
            count += 1
    if count:
        stream.write(etree.tostring(root.getroottree(), encoding="utf-8"))
    return count


def _parsed(stream: Any) -> Any:
    try:
        return etree.fromstring(stream.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def _texts(root: Any) -> Iterator[tuple[Callable[[str], None], str]]:
    """The texts of an XMP packet, each with what sets it anew."""
    for element in root.iter(etree.Element):
        if element.tag.startswith(_STANDARDS):
            continue
        for part in ("text", "tail"):
            if getattr(element, part):
                yield partial(setattr, element, part), getattr(element, part)
        for name, text in element.attrib.items():
            if not name.startswith(_STANDARDS):
                yield partial(element.set, name), str(text)


def _sorted_again(pdf: pikepdf.Pdf) -> None:
    """Names that were changed may stand in the wrong place of their tree."""
    trees = [(pdf.Root.get(Name.Names), Name.Dests), (pdf.Root.get(Name.StructTreeRoot), Name.IDTree)]
    for owner, name in trees:
        if owner is not None and name in owner:
            entries = dict(_names(owner[name]))
            del owner[name]
            if entries:
                owner[name] = name_tree(pdf, entries.items())


def _names(tree: Any) -> Iterator[tuple[bytes, Any]]:
    stack = [tree]
    while stack:
        node = stack.pop()
        values = list(node.get(Name.Names, ()))
        yield from ((bytes(key), value) for key, value in zip(values[::2], values[1::2], strict=False))
        stack += _listed(node.get(Name.Kids))[::-1]


def left_in(pdf: pikepdf.Pdf, wanted: WantedTerms) -> bool:
    """Whether a finished file still says what is wanted, in a text, a name, or the bytes of a stream."""
    needles = [form for term in wanted.terms if len(term.strip()) >= 4 for form in _byte_forms(term.strip())]
    names: set[str] = set()
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            if _holds(item, needles, wanted):
                return True
            item = item.stream_dict
        if isinstance(item, Dictionary | Array) and any(wanted.find(text) for text in strings_of(item, follow=False)):
            return True
        names |= {str(name)[1:] for entry in _entries(item) for name in entry if _is_name(name)}
    telling = WantedTerms([term for term in wanted.terms if not term.isalpha()])  # one word may be a word of the format
    return any(telling.find(name) for name in names)


def _is_name(value: Any) -> bool:
    return isinstance(value, Name) or (isinstance(value, str) and value.startswith("/"))


def _holds(stream: Any, needles: list[bytes], wanted: WantedTerms) -> bool:
    if stream.get(Name.Subtype) == Name.Image or any(key in stream for key in ("/Length1", "/Length2", "/N")):
        return False  # pixels, font programs, color profiles
    if stream.get(Name.Subtype) == Name.XML:
        root = _parsed(stream)
        return root is not None and any(wanted.find(text) for _, text in _texts(root))
    try:
        data = stream.read_bytes().lower()
    except pikepdf.PdfError:
        return False
    if b"begincmap" in data:
        return False  # tells characters, each by itself
    data = _TOKEN.sub(b"", data)
    return any(needle in data for needle in needles)


def _byte_forms(term: str) -> Iterator[bytes]:
    """How a text may stand in a stream: as bytes of three encodings, and these in hexadecimal."""
    for encoding in ("latin-1", "utf-8", "utf-16-be"):
        try:
            data = term.encode(encoding)
        except UnicodeEncodeError:
            continue
        yield data.lower()
        yield data.hex().encode()


def _entries(container: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(container, Array):
        if len(container) and container[0] == Name.Indexed:
            return  # a table of colors
        yield from enumerate(container)
    elif isinstance(container, Dictionary):
        for key, value in list(container.items()):
            if key not in _TECHNICAL and not (key == "/ID" and isinstance(value, Array)):
                yield key, value


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]
