"""A finished packet, read back: what is printed on its pages, where its links and bookmarks lead, what else it carries.

Written against the file alone, with another library than the one that wrote it, so that :mod:`verify` can hold what
is there against what was meant, today or years later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from docservice.packets.forums.rules import Feature
from docservice.pdf.cmaps import to_unicode
from docservice.pdf.splicing.fingerprints import STAMP_FONT, Fingerprints
from docservice.pdf.splicing.tagtree import listed

_HEXES = re.compile(rb"<([0-9A-Fa-f]*)> Tj")
_ACTIONS: Mapping[str, Feature] = {
    "/JavaScript": "scripts", "/Launch": "actions", "/SubmitForm": "actions", "/ResetForm": "actions",
    "/ImportData": "actions", "/Named": "actions", "/Sound": "media", "/Movie": "media", "/Rendition": "media",
    "/RichMediaExecute": "media", "/GoToE": "embedded-files",
}  # fmt: skip
_ANNOTATIONS: Mapping[str, Feature] = {
    "/Screen": "media", "/Movie": "media", "/Sound": "media", "/RichMedia": "media", "/3D": "media",
    "/FileAttachment": "embedded-files",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """Where a link or bookmark leads: a page (from 1) of this file or of another; ``zoom`` as in a profile."""

    page: int | None
    file: str | None = None
    zoom: str = "inherit"


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page. ``stamps`` are the texts of its foot, from right to left; ``links`` those that lead to pages."""

    viewer: str
    width: float
    height: float
    stamps: tuple[str, ...]
    fingerprint: str
    links: tuple[LinkTarget, ...]
    web: tuple[str, ...]
    tagged: bool


@dataclass(frozen=True, slots=True)
class ReadBookmark:
    """A bookmark; ``level`` counts from 0."""

    title: str
    place: LinkTarget
    level: int


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file. ``faults`` are sentences about what is wrong whatever was meant."""

    pages: tuple[ReadPage, ...]
    bookmarks: tuple[ReadBookmark, ...]
    features: tuple[tuple[Feature, str, int], ...]
    view: str
    panel: bool
    faults: tuple[str, ...]


def read_packet(source: Path | BinaryIO) -> FileReading:
    """Read a finished packet. Raises ``pikepdf.PdfError`` (``PasswordError``) when it is no whole, open PDF."""
    with pikepdf.open(source) as pdf:
        return _Reader(pdf).done()


class _Reader:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._pages = [page.obj for page in pdf.pages]
        self._index = {page.objgen: number for number, page in enumerate(self._pages, 1)}
        self._fonts: dict[tuple[int, int], dict[int, str]] = {}
        self._named: dict[bytes, Object] | None = None
        self._features: list[tuple[Feature, str, int]] = []
        self._faults: list[str] = []

    def done(self) -> FileReading:
        root = self._pdf.Root
        labels = list(_labels(root.get(Name.PageLabels), len(self._pages)))
        fingerprints = Fingerprints()
        pages = tuple(
            self._page(page, number, label, fingerprints)
            for number, (page, label) in enumerate(zip(self._pages, labels, strict=True), 1)
        )
        self._catalog(root)
        self._keys(root)
        outlines = root.get(Name.Outlines)
        marks = tuple(self._bookmarks(outlines.get(Name.First), 0)) if outlines is not None else ()
        view = root.get(Name.OpenAction)
        return FileReading(
            pages,
            marks,
            tuple(self._features),
            self._place(view).zoom if view is not None else "inherit",
            root.get(Name.PageMode) == Name.UseOutlines,
            tuple(self._faults),
        )

    def _page(self, page: Object, number: int, label: str, fingerprints: Fingerprints) -> ReadPage:
        box = [float(value) for value in page.get(Name.CropBox, page.MediaBox)]
        width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
        if int(page.get(Name.Rotate, 0)) % 180:
            width, height = height, width
        links: list[LinkTarget] = []
        web: list[str] = []
        for annotation in listed(page.get(Name.Annots)):
            kind = str(annotation.get(Name.Subtype))
            if kind == "/Link":
                self._link(annotation, number, links, web)
            elif kind == "/Widget":
                if annotation.get(Name.FT) != Name.Sig:
                    self._features.append(("forms", str(annotation.get(Name.T, "")), number))
            elif kind != "/Popup":
                self._features.append((_ANNOTATIONS.get(kind, "comments"), kind[1:], number))
            for holder in (annotation, annotation.get(Name.A)):
                self._scripts(holder, number)
        self._scripts(page, number)
        contents = page.get(Name.Contents)
        own = slice(1, -1) if isinstance(contents, Array) else slice(None)
        return ReadPage(
            label, width, height, self._stamps(page), fingerprints.of(page, within=own), tuple(links), tuple(web),
            Name.StructParents in page,
        )  # fmt: skip

    def _link(self, annotation: Object, number: int, links: list[LinkTarget], web: list[str]) -> None:
        action: Any = annotation.get(Name.A)
        kind = action.get(Name.S) if isinstance(action, Dictionary) else None
        if kind == Name.URI:
            web.append(str(action.get(Name.URI, "")))
            return
        place = self._place(annotation.get(Name.Dest) if action is None else action)
        links.append(place)
        if place.page is None:
            self._faults.append(f"a link on page {number} leads nowhere")
        if not str(annotation.get(Name.Contents, "")):
            self._faults.append(f"a link on page {number} does not say where it leads")

    def _scripts(self, holder: Any, number: int) -> None:
        if not isinstance(holder, Dictionary):
            return
        feature = _ACTIONS.get(str(holder.get(Name.S, "")))
        if feature is not None:
            self._features.append((feature, str(holder.S)[1:], number))
        if Name.AA in holder:
            self._features.append(("actions", "AA", number))

    def _stamps(self, page: Object) -> tuple[str, ...]:
        """The texts of a page's last stamp; a page kept from an earlier packet has more content after it."""
        contents = page.get(Name.Contents)
        resources: Any = page.get(Name.Resources, Dictionary())
        font = resources.get(Name.Font, Dictionary()).get(STAMP_FONT)
        if not isinstance(contents, Array) or font is None:
            return ()
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = to_unicode(font.ToUnicode)
        letters = self._fonts[font.objgen]
        for stream in list(contents)[::-1]:
            data = stream.read_bytes()
            if STAMP_FONT.encode() not in data:
                continue
            found = []
            for match in _HEXES.finditer(data):
                codes = match[1].decode()
                found.append("".join(letters.get(int(codes[at : at + 4], 16), "�") for at in range(0, len(codes), 4)))
            return tuple(found)
        return ()

    # --- the file ---

    def _catalog(self, root: Object) -> None:
        names = root.get(Name.Names, Dictionary())
        if Name.JavaScript in names:
            self._features.append(("scripts", "of the document", 0))
        if Name.EmbeddedFiles in names or Name.AF in root:
            self._features.append(("embedded-files", "of the document", 0))
        if Name.Collection in root:
            self._features.append(("portfolios", "", 0))
        if Name.OCProperties in root:
            self._features.append(("layers", "", 0))
        self._scripts(root, 0)
        if self._pdf.is_encrypted:
            self._features.append(("passwords", "", 0))
        if not root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False):
            self._faults.append("the file is not marked as tagged")
        if not str(root.get(Name.Lang, "")):
            self._faults.append("the file does not say its language")

    def _keys(self, root: Object) -> None:
        """Every page's key of the parent tree is its own, and leads to tags.

        Which tags, :mod:`pdf.splicing.prepare` has seen to.
        """
        tree = root.get(Name.StructTreeRoot)
        if tree is None:
            self._faults.append("the file has no tags")
            return
        entries = _keys_of(tree.get(Name.ParentTree))
        seen: dict[int, int] = {}
        for number, page in enumerate(self._pages, 1):
            key = page.get(Name.StructParents)
            if key is None:
                continue
            if int(key) in seen:
                self._faults.append(f"pages {seen[int(key)]} and {number} share their tags")
            seen[int(key)] = number
            if int(key) not in entries:
                self._faults.append(f"the tags of page {number} are lost")

    def _bookmarks(self, item: Any, level: int) -> Iterator[ReadBookmark]:
        while item is not None:
            title = str(item.get(Name.Title, ""))
            place = self._place(item.get(Name.Dest, item.get(Name.A)))
            if place.page is None:
                self._faults.append(f"the bookmark “{title}” leads nowhere")
            yield ReadBookmark(title, place, level)
            yield from self._bookmarks(item.get(Name.First), level + 1)
            item = item.get(Name.Next)

    def _place(self, target: Any) -> LinkTarget:
        """Where an action or destination leads."""
        file: str | None = None
        if isinstance(target, Dictionary) and Name.S in target:
            if Name.GoToR == target.S:
                spec = target.get(Name.F)
                file = str(spec.get(Name.UF, spec.get(Name.F))) if isinstance(spec, Dictionary) else str(spec)
            target = target.get(Name.D)
        if isinstance(target, String | Name):
            if self._named is None:
                self._named = dict(_names(self._pdf.Root.get(Name.Names, Dictionary()).get(Name.Dests)))
            target = self._named.get(bytes(target) if isinstance(target, String) else str(target)[1:].encode())
        if isinstance(target, Dictionary):
            target = target.get(Name.D)
        if not isinstance(target, Array) or not len(target):
            return LinkTarget(None, file)
        first = target[0]
        page = int(first) + 1 if isinstance(first, int) and file else self._index.get(getattr(first, "objgen", (0, 0)))
        return LinkTarget(page, file, _zoom(list(target)[1:]))


def _zoom(view: list[Any]) -> str:
    if not view or view[0] != Name.XYZ:
        return "fit"
    zoom = view[3] if len(view) > 3 else None
    return "inherit" if not zoom else f"{float(zoom):.0%}"


def _labels(tree: Any, count: int) -> Iterator[str]:
    """What a viewer shows as the number of each page (ISO 32000-1, 12.4.2)."""
    ranges = dict(_numbers(tree))
    prefix, style, value = "", "D", 1
    for page in range(count):
        if page in ranges:
            one = ranges[page]
            prefix, style = str(one.get(Name.P, "")), str(one.get(Name.S, "/"))[1:]
            value = int(one.get(Name.St, 1))
        yield prefix + (str(value) if style == "D" else "" if not style else f"{style}{value}")
        value += 1


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    for values in _leaves(tree, Name.Nums):
        yield from ((int(key), value) for key, value in zip(values[::2], values[1::2], strict=False))


def _keys_of(tree: Any) -> set[int]:
    """The keys of a number tree; its values are not read, which would bring in the tags of every page."""
    found: set[int] = set()
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        entries = node.get(Name.Nums, Array())
        found.update(int(entries[at]) for at in range(0, len(entries), 2))
        stack += list(node.get(Name.Kids, ()))
    return found


def _names(tree: Any) -> Iterator[tuple[bytes, Any]]:
    for values in _leaves(tree, Name.Names):
        yield from ((bytes(key), value) for key, value in zip(values[::2], values[1::2], strict=False))


def _leaves(tree: Any, kind: Name) -> Iterator[list[Any]]:
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        yield list(node.get(kind, ()))
        stack += list(node.get(Name.Kids, ()))[::-1]
