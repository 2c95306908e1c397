"""How a packet is divided into files: as many volumes as its forum's limits of bytes and pages ask for.

What a part adds to a file is known before it is written: its streams, less those that an earlier part of the volume has
already brought, and its text as it packs. A piece that is too large by itself is parted between its parts or its pages,
and each piece of it says which it is. The estimate is held against the files afterwards (:mod:`assemble`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docservice.finding import Finding
from docservice.packets.forums.profiles import Profile
from docservice.packets.pieces import Piece, Slot
from docservice.pdf.splicing.part import Part
from docservice.refusal import Refusal

_PER_PAGE = 420  # bytes: the stamp, the page's line in the tables
_PER_OBJECT = 3  # of the packed cross-reference table
_AROUND = 60_000  # fonts of the stamps, color profile, catalog
_LATE = 45_000  # a cover or contents of one page, with its fonts
_PER_LINE = 700  # of contents and bookmarks, for each entry


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may have at most; nothing where the forum does not say. ``citation`` is where it is written."""

    size: int | None = None
    pages: int | None = None
    citation: str = ""

    @classmethod
    def of(cls, profile: Profile) -> Limits:
        """Those of a profile."""
        size, pages = profile.rules.most_bytes, profile.rules.most_pages
        cited = size.citation if size else pages.citation if pages else ""
        return cls(size.value if size else None, pages.value if pages else None, cited)

    def tighter(self, share: float) -> Limits:
        """The same with less room, after a file has turned out larger than it was thought."""
        return replace(self, size=int(self.size * share) if self.size else None)


def weight(part: Part, seen: set[str]) -> int:
    """The bytes that a part adds to a file in which what is in ``seen`` is already there; ``seen`` grows."""
    head = part.head
    with part.open() as stream:
        anatomy = part.anatomy(stream)
    total = head.text_packed + len(head.sheets) * _PER_PAGE + head.objects * _PER_OBJECT
    for index, _, length in anatomy.streams:
        equal = anatomy.equal.get(index)
        if equal in seen:
            continue
        if equal is not None:
            seen.add(equal)
        total += length + 60
    return total


def divided(pieces: Sequence[Piece], limits: Limits) -> list[list[Piece]]:
    """The pieces of each volume, in order; those that are set last (covers, contents) are not yet added.

    Raises ``Refusal("packet.volume")`` when something is too large for a file of its own and cannot be parted.
    """
    if limits.size is None and limits.pages is None:
        return [list(pieces)]
    packing = _Packing(limits, len(pieces))
    for piece in pieces:
        for part in packing.parted(piece):
            packing.place(part)
    return packing.volumes


class _Packing:
    def __init__(self, limits: Limits, entries: int) -> None:
        self.limits = limits
        around = _AROUND + 3 * _LATE + entries * _PER_LINE
        self.room = limits.size - around if limits.size is not None else None
        self.most = limits.pages - 2 - entries // 25 if limits.pages is not None else None  # cover and contents
        if (self.room is not None and self.room < 20_000) or (self.most is not None and self.most < 1):
            message = f"A file of the size this forum takes has no room for cover and contents ({limits.citation})."
            raise Refusal("packet.volume", message, [Finding.error("packet.volume", message)])
        self.volumes: list[list[Piece]] = [[]]
        self._begin()

    def _begin(self) -> None:
        self.size = self.pages = 0
        self.seen: set[str] = set()

    def place(self, piece: Piece) -> None:
        """Put a piece that fits a file into this one or the next."""
        if piece.kind == "section" or piece.late is not None:
            self.volumes[-1].append(piece)
            return
        size = self._size(piece, set(self.seen))
        if self.pages and not self._fits(self.size + size, self.pages + piece.pages):
            carried: list[Piece] = []
            while self.volumes[-1] and self.volumes[-1][-1].kind == "section":
                carried.insert(0, self.volumes[-1].pop())  # a heading goes with what it stands over
            heading = self._heading() if not carried else None
            self.volumes.append([*([heading] if heading else []), *carried])
            self._begin()
        self.size += self._size(piece, self.seen)
        self.pages += piece.pages
        self.volumes[-1].append(piece)

    def _heading(self) -> Piece | None:
        """The section that goes on in the next volume."""
        section = next((piece for piece in reversed(self.volumes[-1]) if piece.kind == "section"), None)
        if section is None:
            return None
        return replace(section, title=section.title.removesuffix(" (continued)") + " (continued)", slots=[])

    def parted(self, piece: Piece) -> Iterator[Piece]:
        """The piece, or the pieces of it that fit a file each."""
        if piece.kind == "section" or piece.late is not None or self._alone(piece.slots):
            yield piece
            return
        groups: list[list[Slot]] = [[]]
        for slot in (one for whole in piece.slots for one in self._cut(whole, piece)):
            if groups[-1] and not self._alone([*groups[-1], slot]):
                groups.append([])
            groups[-1].append(slot)
        for number, slots in enumerate(groups, 1):
            title = f"{piece.title}, part {number} of {len(groups)}"
            yield replace(piece, title=title, slots=slots, continued=number > 1)

    def _cut(self, slot: Slot, piece: Piece) -> Iterator[Slot]:
        """The slot, or slots of some of its pages each, every one small enough."""
        if self._alone([slot]):
            yield slot
            return
        if slot.cut is None or slot.pages < 2:
            size, pages = self._size_of([slot]), slot.pages
            if self.room is not None and size > self.room:
                has, most = f"{size / 1e6:.1f} MB", f"{(self.limits.size or 0) / 1e6:g} MB"
            else:
                has, most = f"{pages} pages", f"{self.limits.pages} pages"
            message = f"{piece.title} cannot be parted, and has {has}; a file may have {most} ({self.limits.citation})."
            raise Refusal("packet.volume", message, [Finding.error("packet.volume", message)])
        half = slot.pages // 2
        cut, labels = slot.cut, slot.labels
        for first, count in ((0, half), (half, slot.pages - half)):
            yield from self._cut(
                replace(
                    slot,
                    part=cut(first, count),
                    labels=labels[first : first + count],
                    cut=lambda start, length, first=first: cut(first + start, length),  # type: ignore[misc]
                ),
                piece,
            )

    def _alone(self, slots: Sequence[Slot]) -> bool:
        return self._fits(self._size_of(slots), sum(slot.pages for slot in slots))

    def _fits(self, size: int, pages: int) -> bool:
        return (self.room is None or size <= self.room) and (self.most is None or pages <= self.most)

    def _size(self, piece: Piece, seen: set[str]) -> int:
        return sum(weight(slot.part, seen) for slot in piece.slots)

    def _size_of(self, slots: Sequence[Slot]) -> int:
        seen: set[str] = set()
        return sum(weight(slot.part, seen) for slot in slots)
