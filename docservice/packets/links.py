"""Links and named destinations of a source, made to work in the packet.

Copying a page loses the links to pages that are not copied yet, and two sources may use one anchor name. So a
source's links are taken down before its pages are copied, and set again when all pages are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from docservice.packets.tagtree import name_tree

SCHEME = "packet:"  # front matter links to "packet:<key>", which becomes a link to the page of that entry


@dataclass(frozen=True, slots=True)
class Target:
    """Where ``packet:<key>`` leads: a page (from 1), and what a screen reader says."""

    page: int
    text: str


@dataclass
class Links:
    """The links of the packet. ``take`` before a source's pages are copied; ``set`` after the last."""

    _within: list[tuple[int, int, int, list[Object]]] = field(default_factory=list)
    _to_entries: list[tuple[int, int, str]] = field(default_factory=list)
    _named: list[tuple[bytes, int, list[Object]]] = field(default_factory=list)

    def take(self, source: pikepdf.Pdf, first: int, prefix: bytes, *, contents: bool = False) -> None:
        """Take down the links of ``source``, whose first page becomes page ``first`` (from 0).

        Only where ``contents`` is true does ``packet:<key>`` mean an entry of the packet.
        """
        index = {page.obj.objgen: number for number, page in enumerate(source.pages)}
        for name, target in _destinations(source):
            place = _explicit(target, index)
            if place is not None:
                self._named.append((prefix + name, first + place[0], place[1]))
        names = source.Root.get(Name.Names)
        if names is not None:
            del source.Root.Names
        if Name.Dests in source.Root:
            del source.Root.Dests
        for number, page in enumerate(source.pages):
            for position, annotation in enumerate(page.obj.get(Name.Annots, ())):
                self._take_one(annotation, (first, number, position), index, prefix, contents)

    def _take_one(
        self,
        annotation: Object,
        at: tuple[int, int, int],
        index: dict[tuple[int, int], int],
        prefix: bytes,
        contents: bool,
    ) -> None:
        first, number, position = at
        action = annotation.get(Name.A)
        destination = annotation.get(Name.Dest)
        if destination is None and action is not None:
            kind = action.get(Name.S)
            if kind == Name.GoTo:
                destination = action.get(Name.D)
            elif contents and kind == Name.URI and str(action.get(Name.URI, "")).startswith(SCHEME):
                self._to_entries.append((first + number, position, str(action.URI)[len(SCHEME) :]))
                del annotation.A
        if destination is None:
            return
        if action is not None:
            del annotation.A
        if isinstance(destination, String):
            annotation.Dest = String(prefix + bytes(destination))
        elif isinstance(destination, Name):
            annotation.Dest = String(prefix + str(destination)[1:].encode())
        else:
            place = _explicit(destination, index)
            if place is not None:
                self._within.append((first + number, position, first + place[0], place[1]))
            del annotation.Dest

    def set(self, pdf: pikepdf.Pdf, pages: Sequence[pikepdf.Page], targets: Mapping[str, Target]) -> None:
        """Set every link again, now that ``pages`` are all there. Raises ``KeyError`` for an unknown entry."""
        for page, position, to, view in self._within:
            pages[page].obj.Annots[position].Dest = Array([pages[to].obj, *view])
        for page, position, key in self._to_entries:
            annotation = pages[page].obj.Annots[position]
            annotation.Dest = at_top(pages[targets[key].page - 1])
            annotation.Contents = String(targets[key].text)
        if self._named:
            known = {name: pdf.make_indirect(Array([pages[to].obj, *view])) for name, to, view in self._named}
            pdf.Root.Names = Dictionary(Dests=name_tree(pdf, known.items()))


def at_top(page: pikepdf.Page) -> Array:
    """A destination: the page from its top, at the zoom the reader has ("inherit zoom", DOMAIN §8)."""
    return Array([page.obj, Name.XYZ, None, None, None])


def _destinations(source: pikepdf.Pdf) -> list[tuple[bytes, Object]]:
    found: list[tuple[bytes, Object]] = []
    old = source.Root.get(Name.Dests)
    if old is not None:
        found += [(key[1:].encode(), value) for key, value in old.items()]
    names = source.Root.get(Name.Names)
    stack = [names.Dests] if names is not None and Name.Dests in names else []
    while stack:
        node = stack.pop()
        values = list(node.get(Name.Names, ()))
        found += [(bytes(key), value) for key, value in zip(values[::2], values[1::2], strict=False)]
        stack += list(node.get(Name.Kids, ()))
    return found


def _explicit(target: Object | None, index: dict[tuple[int, int], int]) -> tuple[int, list[Object]] | None:
    """Page number (from 0) and view of an explicit destination, or nothing when it leads nowhere."""
    if isinstance(target, Dictionary):
        target = target.get(Name.D)
    if not isinstance(target, Array) or not len(target):
        return None
    page = target[0]
    number = index.get(page.objgen) if isinstance(page, Dictionary) else int(page) if isinstance(page, int) else None
    if number is None or number >= len(index):
        return None
    view = list(target)[1:]
    if view and view[0] == Name.XYZ:  # never force a zoom on the reader
        view = list(Array([Name.XYZ, *view[1:3], None]))
    return number, view
