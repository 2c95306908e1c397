"""The pieces of a packet: each an entry of the contents, with the parts it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from docservice.pdf.shelf import Held
from docservice.town.meanings import PacketPart

if TYPE_CHECKING:
    from docservice.packets.closing import Verdict
    from docservice.pdf.splicing.part import PageSheet, Part

PieceKind = Literal["section", "document", "proof", "exhibit", "file", "generated", "placeholder", "withheld"]
Late = Literal["cover", "contents", "exhibit-list", "service-list", "declaration", "supplement", "certificate"]
Pair = Literal["none", "translation", "certified"]


@dataclass(frozen=True, slots=True)
class ProvenService:
    """One service of those that a sworn paper tells of: the id of its record, and the document that was served."""

    record: str
    number: str
    title: str
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ResolvedDocument:
    """An issued document from the register. ``sha256`` (hex) is the record's; ``pdf`` must match it.

    ``title`` is the document's own ("Administrative Citation"), ``recipient`` the name it went to and ``party`` that
    party's id; ``proofs`` are its proofs of service, in the order in which they follow it. ``about`` is the id of what
    it is about (of a proof: the service record), ``served`` what a proof of service says was served (``number``,
    ``title``, ``pages``, ``sha256``), ``proves`` each service of a proof that tells of several, ``original`` the number
    of the English text that it translates, ``notice`` that of the notice whose copy it is.
    """

    number: str
    pdf: Held = field(repr=False)
    title: str
    sha256: str
    recipient: str | None = None
    language: str = "en"
    proofs: tuple[ResolvedDocument, ...] = ()
    template: str = ""
    document_type: str = ""
    packet_part: PacketPart | None = None  # which part of a hearing packet its type is
    party: str | None = None
    about: str | None = None
    issued_on: date | None = None
    pages: int = 0
    served: tuple[tuple[str, str | int], ...] = ()
    proves: tuple[ProvenService, ...] = ()
    original: str | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class PacketFile:
    """One file of a packet; ``first`` and ``last`` are the numbers printed on its pages."""

    name: str
    path: Path
    sha256: str
    size: int
    pages: int
    first: str
    last: str


@dataclass
class Slot:
    """A part of a piece: its title for screen readers, its language, the exhibit labels of its pages.

    ``own``: the office made it; ``sheet``: it is an exhibit's cover sheet. ``cut`` gives the part of some of its pages
    (first from 0, count), where one can be made.

    Pages kept from an earlier packet: ``first`` is the first of them in ``part`` (from 0), and ``printed`` what is
    printed on them.
    """

    part: Part
    title: str
    language: str
    labels: tuple[str, ...] = ()
    own: bool = True
    sheet: bool = False
    cut: Callable[[int, int], Part] | None = None
    first: int | None = None
    printed: tuple[str, ...] = ()

    @property
    def sheets(self) -> tuple[PageSheet, ...]:
        """Its pages."""
        sheets = self.part.head.sheets
        return sheets if self.first is None else sheets[self.first : self.first + len(self.printed)]

    @property
    def pages(self) -> int:
        return len(self.part.head.sheets) if self.first is None else len(self.printed)


@dataclass
class Piece:
    """One entry of the packet while it is made.

    ``place`` is that of its part in the plan, ``number`` an issued document's. ``late``: its parts are set last, when
    all page numbers are known. ``name`` and ``description`` are an exhibit's own.
    """

    title: str
    kind: PieceKind
    level: int
    slots: list[Slot] = field(default_factory=list)
    label: str | None = None
    sha256: str | None = None
    late: Late | None = None
    place: int = -1
    number: str | None = None
    verdict: Verdict = "own"
    notes: tuple[str, ...] = ()
    language: str = "en"
    pair: Pair = "none"
    generated: str | None = None
    packet_part: PacketPart | None = None  # an issued document's
    name: str = ""
    description: str = ""
    after: str | None = None
    continued: bool = False  # its first part is in an earlier volume
    guess: int = 0  # how many pages a late piece may have, until it is set

    @property
    def pages(self) -> int:
        return sum(slot.pages for slot in self.slots) if self.slots else self.guess


def page_labels(label: str | None, pages: int, first: int = 1) -> tuple[str, ...]:
    """The exhibit labels of so many pages: C-1, C-2 …"""
    return tuple(f"{label}-{page}" for page in range(first, first + pages)) if label else ()
