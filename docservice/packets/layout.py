"""Where everything comes to stand: volumes, page numbers, entries, the targets of links.

The pages that speak of page numbers (covers, contents, the list of exhibits, the certificate) are set here, again and
again until the numbers they print are those they cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from docservice.packets.pieces import Late, Piece, PieceKind, Slot
from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.outline import Bookmark
from docservice.refusal import Refusal

_TRIES = 6


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents and a bookmark.

    ``first_page`` counts from 1 through all volumes, and ``printed`` is what is printed there; a section has the pages
    of its parts. ``sha256`` is that of the source, where there is one.
    """

    title: str
    first_page: int
    pages: int
    label: str | None = None
    level: int = 0
    kind: PieceKind = "generated"
    sha256: str | None = None
    volume: int = 1
    printed: str = ""


@dataclass
class Layout:
    """The volumes of a packet, with file names; ``set`` settles them."""

    volumes: list[list[Piece]]
    names: Sequence[str]
    late_number: str = "{page}.{n}"
    printed: list[str] = field(default_factory=list)  # of every page, through all volumes
    entries: tuple[ContentsEntry, ...] = ()

    @property
    def pieces(self) -> list[Piece]:
        return [piece for volume in self.volumes for piece in volume]

    def settle(self, typeset: Callable[[Layout, int, Piece], list[Slot]]) -> None:
        """Set the late pieces (``typeset(layout, volume from 0, piece)``) until no page moves.

        Raises ``Refusal("packet.contents")`` when that does not come about.
        """
        late = [(n, piece) for n, volume in enumerate(self.volumes) for piece in volume if piece.late is not None]
        others = [(n, piece) for n, piece in late if piece.late != "certificate"]
        certificates = [(n, piece) for n, piece in late if piece.late == "certificate"]
        lines = len(self.pieces)
        for _, piece in late:
            # A good guess saves setting everything twice.
            piece.guess = {"contents": 1 + lines // 35, "certificate": 1 + lines // 20}.get(str(piece.late), 1)
        for _ in range(_TRIES):
            self._number()
            # The certificate holds the fingerprints of the others, and comes after them.
            if self._set(others, typeset) and self._set(certificates, typeset):
                return
        raise Refusal("packet.contents", "The contents do not settle; shorten a title of the plan.")

    def _set(self, late: Sequence[tuple[int, Piece]], typeset: Callable[[Layout, int, Piece], list[Slot]]) -> bool:
        """Set these pieces; whether they have as many pages as before."""
        found = [typeset(self, volume, piece) for volume, piece in late]
        same = all(piece.pages == sum(slot.pages for slot in slots)
                   for (_, piece), slots in zip(late, found, strict=True))  # fmt: skip
        for (_, piece), slots in zip(late, found, strict=True):
            piece.slots = slots
        return same

    def _number(self) -> None:
        self.printed = list(_printed(self.pieces, self.late_number))
        self.entries = tuple(self._entries())

    def _entries(self) -> Iterator[ContentsEntry]:
        page = 1
        for number, volume in enumerate(self.volumes, 1):
            for place, piece in enumerate(volume):
                pages = piece.pages
                if piece.kind == "section":
                    end = next((n for n in range(place + 1, len(volume)) if volume[n].kind == "section"), len(volume))
                    pages = sum(one.pages for one in volume[place + 1 : end])
                printed = self.printed[page - 1] if page <= len(self.printed) else str(page)
                yield ContentsEntry(
                    piece.title, page, pages, piece.label, piece.level, piece.kind, piece.sha256, number, printed
                )  # fmt: skip
                page += piece.pages

    def first_pages(self) -> list[int]:
        """The first page of each volume, through all volumes, and one more for the end."""
        found = [1]
        for volume in self.volumes:
            found.append(found[-1] + sum(piece.pages for piece in volume))
        return found

    def keyed(self) -> Iterator[tuple[str, ContentsEntry, Piece]]:
        """Every entry with the key that links name it by: ``e0``, ``e1`` …"""
        for number, (entry, piece) in enumerate(zip(self.entries, self.pieces, strict=True)):
            yield f"e{number}", entry, piece

    def targets(self, volume: int) -> Mapping[str, Target]:
        """Where the links of a volume (from 0) lead: to entries, to documents by number, to the index of all."""
        firsts = self.first_pages()
        found: dict[str, Target] = {}
        for key, entry, piece in self.keyed():
            file = None if entry.volume - 1 == volume else self.names[entry.volume - 1]
            where = f"{entry.title}, page {entry.printed}" + (f" of volume {entry.volume}" if file else "")
            target = Target(entry.first_page - firsts[entry.volume - 1] + 1, where, file)
            found[key] = target
            if piece.number is not None:
                found[piece.number] = target
            if piece.late == "contents":
                found.setdefault("index", target)
        return found

    def bookmarks(self, volume: int, spelled: Callable[[str, str], str]) -> list[Bookmark]:
        """The bookmarks of a volume (from 0): volume 1 has those of all. ``spelled(title, page)`` words them."""
        targets = self.targets(volume)
        found = []
        if volume > 0 and "index" in targets:
            found.append(Bookmark("Index of all volumes (in volume 1)", targets["index"]))
        for key, entry, _ in self.keyed():
            if volume in (0, entry.volume - 1):
                found.append(Bookmark(spelled(entry.title, entry.printed), targets[key], entry.level))
        return found


def _printed(pieces: Sequence[Piece], late_number: str) -> Iterator[str]:
    """The number of every page: counted from 1; kept from an earlier packet; or counted after a page of one."""
    taken: Counter[str] = Counter()
    for piece in pieces:
        for printed in (one for slot in piece.slots for one in slot.printed):
            own, _, n = printed.partition(".")
            taken[own] = max(taken[own], int(n or 0))
    counted = 0
    for piece in pieces:
        base = piece.after.partition(".")[0] if piece.after is not None else None
        kept = [printed for slot in piece.slots for printed in slot.printed]
        yield from kept
        for _ in range(piece.pages - len(kept)):
            if base is None:
                counted += 1
                yield str(counted)
            else:
                taken[base] += 1
                yield late_number.format(page=base, n=taken[base])


def with_fronts(volumes: list[list[Piece]]) -> None:
    """Give every volume of several its cover and contents, where the plan does not."""
    if len(volumes) == 1:
        return
    for number, pieces in enumerate(volumes, 1):
        there = {piece.late for piece in pieces}
        fronts: list[Piece] = []
        late: tuple[tuple[Late, str], ...] = (
            ("cover", f"Volume {number}"),
            ("contents", f"Contents of volume {number}"),
        )
        for kind, title in late:
            if kind not in there:
                fronts.append(Piece("Contents" if number == 1 and kind == "contents" else title, "generated", 0,
                                    late=kind, generated=kind))  # fmt: skip
        at = 1 if "cover" in there else 0
        pieces[at:at] = fronts
