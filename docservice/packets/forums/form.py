"""The form of a finished packet, as facts: what :mod:`conformity` holds against a profile's rules.

Whoever assembles a packet fills this in from the finished files, not from what was meant to become of them. Pages are
counted from 1 through all volumes; lengths are in points.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from docservice.packets.forums.rules import Feature
from docservice.pdf.ink import Clear, FirstInk
from docservice.town.meanings import PacketPart


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page. ``width`` and ``height`` are as shown, after rotation."""

    printed: str  # the number as it is printed: "12", "45.1", "" for none
    viewer: str  # the number that a viewer shows: the page's label, or else its place in its file
    width: float
    height: float
    own: bool = True  # made by the office: not an exhibit that came from outside
    volume: int = 1
    label: str = ""  # the exhibit's label as it is printed: "C-2"
    sheet: bool = False  # the cover sheet of an exhibit
    late: bool = False  # added later, between the pages of the first edition
    turned: int = 0  # degrees by which the page as shown must be turned to be read; 0 is upright
    searchable: bool = True
    pictorial: bool = False  # a photograph or drawing: nothing on it to be recognized as text
    scan_dpi: float | None = None  # where the page is a picture of a page
    clear: Clear | None = None  # None: not measured


@dataclass(frozen=True, slots=True)
class FormEntry:
    """A line of the contents. ``level`` counts from 0; a section has the pages of its parts."""

    title: str
    first_page: int
    pages: int
    level: int = 0
    section: bool = False
    label: str | None = None
    role: PacketPart | None = None  # which part of the hearing packet it is, if one of those
    linked: bool = True  # its line in the contents is a link to its first page
    language: str = "en"
    translation: Literal["none", "translation", "certified"] = "none"  # what goes with a text that is not English


@dataclass(frozen=True, slots=True)
class FormBookmark:
    """A bookmark to ``page``; ``zoom`` is ``inherit``, ``100%``, or what else it sets (``fit``)."""

    title: str
    page: int
    level: int = 0
    zoom: str = "inherit"


@dataclass(frozen=True, slots=True)
class FormVolume:
    """One file. ``cover`` is the text of its cover; ``index`` says whose contents it lists."""

    name: str
    size: int  # bytes
    pages: int
    cover: str = ""
    index: Literal["all", "own", "none"] = "none"


@dataclass(frozen=True, slots=True)
class FormFeature:
    """Something found in the files that a forum may forbid; ``page`` is 0 where it belongs to no page."""

    name: Feature
    detail: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A finished packet. ``certificate``: is it there; ``None``: nobody asked for one."""

    pages: tuple[FormPage, ...]
    entries: tuple[FormEntry, ...]
    bookmarks: tuple[FormBookmark, ...]
    volumes: tuple[FormVolume, ...]
    features: tuple[FormFeature, ...] = ()
    view: str = "inherit"  # how the file opens: "inherit" (as the viewer likes), "100%", "fit" …
    panel: bool = False  # opens with the bookmarks shown
    certificate: bool | None = None
    first: FirstInk | None = None  # None: not measured

    def part_at(self, page: int) -> int | None:
        """The place in ``entries`` of the part on whose pages ``page`` lies; the innermost, sections left out."""
        parts = [(entry.first_page, place) for place, entry in enumerate(self.entries) if not entry.section]
        at = bisect_right(parts, (page, len(self.entries))) - 1
        if at < 0:
            return None
        entry = self.entries[parts[at][1]]
        return parts[at][1] if page < entry.first_page + entry.pages else None
