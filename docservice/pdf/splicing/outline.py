"""Bookmarks, page labels and text, as a PDF writes them (ISO 32000-1, 7.9.2, 12.3.3 and 12.4.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.splice import Splice

_PLAIN = re.compile(r"(.*?)([1-9][0-9]*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark; a deeper ``level`` hangs below the one before it."""

    title: str
    target: Target
    level: int = 0


@dataclass
class _Item:
    bookmark: Bookmark
    number: int
    children: list[_Item] = field(default_factory=list)

    @property
    def below(self) -> int:
        return sum(1 + child.below for child in self.children)


def put_outline(into: Splice, bookmarks: Sequence[Bookmark], lead: Callable[[Target], bytes]) -> int:
    """Write the bookmarks, all open; the number of the outline. ``lead`` writes where one leads."""
    root = into.reserve()
    top: list[_Item] = []
    stack: list[tuple[int, list[_Item]]] = [(-1, top)]
    for bookmark in bookmarks:
        while stack[-1][0] >= bookmark.level:
            stack.pop()
        item = _Item(bookmark, into.reserve())
        stack[-1][1].append(item)
        stack.append((bookmark.level, item.children))
    _put_items(into, top, root, lead)
    ends = b"/First %d 0 R/Last %d 0 R" % (top[0].number, top[-1].number) if top else b""
    into.put(b"<</Type/Outlines%s/Count %d>>" % (ends, sum(1 + item.below for item in top)), root)
    return root


def _put_items(into: Splice, items: list[_Item], parent: int, lead: Callable[[Target], bytes]) -> None:
    for place, item in enumerate(items):
        body = b"<</Title %s/Parent %d 0 R%s" % (text(item.bookmark.title), parent, lead(item.bookmark.target))
        if place:
            body += b"/Prev %d 0 R" % items[place - 1].number
        if place + 1 < len(items):
            body += b"/Next %d 0 R" % items[place + 1].number
        if item.children:
            first, last = item.children[0].number, item.children[-1].number
            body += b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, item.below)
        into.put(body + b">>", item.number)
        _put_items(into, item.children, item.number, lead)


def page_labels(printed: Sequence[str]) -> bytes:
    """The number tree that makes a viewer count as the pages do: "1", "45.1", "S-2"."""
    ranges: list[bytes] = []
    expected: tuple[str, int] | None = None
    for place, label in enumerate(printed):
        match = _PLAIN.match(label)
        start = (match[1], int(match[2])) if match else (label, 0)
        if start != expected:
            style = b"/S/D/St %d" % start[1] if match else b""
            prefix = b"/P %s" % text(start[0]) if start[0] else b""
            ranges.append(b"%d<<%s%s>>" % (place, style, prefix))
        expected = (start[0], start[1] + 1) if match else None
    return b"<</Nums[%s]>>" % b" ".join(ranges)


def text(value: str) -> bytes:
    """A text string: as it is where it is ASCII, else in UTF-16."""
    if value.isascii() and value.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", value.encode()) + b")"
    return b"<FEFF" + value.encode("utf-16-be").hex().upper().encode() + b">"


def name(value: str) -> bytes:
    """A name, with its slash; what is not plain is written as #xx."""
    plain = value.removeprefix("/").encode()
    return b"/" + b"".join(
        bytes((byte,)) if 33 <= byte <= 126 and byte not in b"#/%()<>[]{}" else b"#%02X" % byte for byte in plain
    )
