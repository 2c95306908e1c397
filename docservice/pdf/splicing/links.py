"""Links of a part: brought to one form that survives a packet.

A named destination becomes an explicit one, so that an anchor of one part cannot lead into another. The contents and
other pages of our own link to ``packet:<key>``, an entry of the packet, whose page is known only when it is bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

SCHEME = "packet:"


@dataclass(frozen=True, slots=True)
class Target:
    """Where ``packet:<key>`` leads: a page (from 1) of this file or of ``file``, and what a screen reader says."""

    page: int
    text: str = ""
    file: str | None = None


class Destinations:
    """The places within one document that its links may name."""

    def __init__(self, document: pikepdf.Pdf, pages: Sequence[Object]) -> None:
        self._pages = list(pages)
        self._index = {page.objgen for page in pages}
        self._named = {
            name: place for name, target in _named(document) if (place := self._explicit(target)) is not None
        }

    def settle(self, annotation: Object, *, contents: bool) -> str | None:
        """Make the annotation's destination explicit; one that leads nowhere is taken away.

        Returns ``packet:<key>`` where ``contents`` is true and the annotation leads there; its action is removed.
        """
        action = annotation.get(Name.A)
        destination = annotation.get(Name.Dest)
        if destination is None and isinstance(action, Dictionary):
            kind = action.get(Name.S)
            if kind == Name.GoTo:
                destination = action.get(Name.D)
            elif contents and kind == Name.URI and str(action.get(Name.URI, "")).startswith(SCHEME):
                del annotation.A
                return str(action.URI)
        if destination is None:
            return None
        if action is not None:
            del annotation.A
        place = self._place(destination)
        if place is not None:
            annotation.Dest = place
        elif Name.Dest in annotation:
            del annotation.Dest
        return None

    def _place(self, destination: Object) -> Array | None:
        if isinstance(destination, String):
            return self._named.get(bytes(destination))
        if isinstance(destination, Name):
            return self._named.get(str(destination)[1:].encode())
        return self._explicit(destination)

    def _explicit(self, target: Object | None) -> Array | None:
        """An explicit destination on a page of this document, or nothing when it leads nowhere."""
        if isinstance(target, Dictionary):
            target = target.get(Name.D)
        if not isinstance(target, Array) or not len(target):
            return None
        page = target[0]
        if isinstance(page, int):
            page = self._pages[page] if 0 <= page < len(self._pages) else None
        if not isinstance(page, Dictionary) or page.objgen not in self._index:
            return None
        view = list(target)[1:]
        if not view or view[0] == Name.XYZ:  # "inherit zoom": a link never forces one on the reader (DOMAIN §8)
            corner: list[Any] = view[1:3] or [None, None]
            return Array([page, Name.XYZ, *corner, None])
        return Array([page, *view])


def elsewhere(annotation: Object) -> str | None:
    """Where a link leads that leads into another file: its name, "#" and the page (from 1)."""
    action = annotation.get(Name.A)
    if not isinstance(action, Dictionary) or action.get(Name.S) != Name.GoToR:
        return None
    spec, target = action.get(Name.F), action.get(Name.D)
    if not isinstance(spec, String) or not isinstance(target, Array) or not isinstance(target[0], int):
        return None
    return f"{spec}#{int(target[0]) + 1}"


def _named(document: pikepdf.Pdf) -> list[tuple[bytes, Object]]:
    found: list[tuple[bytes, Object]] = []
    old = document.Root.get(Name.Dests)
    if old is not None:
        found += [(key[1:].encode(), value) for key, value in old.items()]
    names = document.Root.get(Name.Names)
    stack = [names.Dests] if names is not None and Name.Dests in names else []
    seen: set[tuple[int, int]] = set()
    while stack:
        node = stack.pop()
        if node.objgen in seen and node.objgen != (0, 0):
            continue
        seen.add(node.objgen)
        values = list(node.get(Name.Names, ()))
        found += [(bytes(key), value) for key, value in zip(values[::2], values[1::2], strict=False)]
        stack += list(node.get(Name.Kids, ()))
    return found
