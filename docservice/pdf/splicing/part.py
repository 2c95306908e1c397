"""A part made ready: a tagged PDF taken apart once, so that binding it is copying bytes and filling in numbers.

What can be known about a part does not change with the packet: which objects its pages and tags need, where in their
text another object's number stands, which of them equal those of other parts. :mod:`prepare` finds it out, and keeps it
as one run of bytes::

    "DSP2", size of all (uint64); head (JSON), anatomy (JSON), text, holes (uint32 each), each after its length; streams

The *text* holds every object's body (a stream's dictionary), closed by NUL; each number that only the packet knows is a
hole, one \\x01. A hole below ``objects`` is a reference to the object of that index; from there on it names a *symbol*
of the anatomy: a key of the parent tree, a role, the page's place in the page tree … (see ``Symbol``).
"""

from __future__ import annotations

import io
import json
import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

MAGIC = b"DSP2"
END, HOLE = b"\0", b"\1"

SymbolKind = Literal[
    "key",  # value: a key of the part's own parent tree, from 0
    "role",  # value: a role of the part's role map
    "class",  # value: a class of its class map
    "prefix",  # what makes the part's element ids its own, in hexadecimal digits
    "owner",  # the element above the part's topmost elements
    "node",  # value: page of the part, from 0; the page tree's node that lists it
    "before",  # the content before a page's own
    "stamp",  # value: page; the content after its own
    "font",  # the font of the stamps
    "target",  # value: key of an entry of the packet; where a link leads
    "spoken",  # value: the same; what a screen reader says of it
]


@dataclass(frozen=True, slots=True)
class Symbol:
    """Something in a part's text that only the packet knows."""

    kind: SymbolKind
    value: str | int = ""


@dataclass(frozen=True, slots=True)
class PageSheet:
    """A page of a part: what a viewer shows of it (left, bottom, right, top, in its own space), how it is turned.

    ``fingerprint`` is the SHA-256 of its content and of all that content draws with; ``links`` counts its links.
    ``searchable``: it has text; ``pictorial``: it is a photograph or drawing, on which there is none to be found;
    ``dpi``: of the picture that a scanned page consists of.
    """

    box: tuple[float, float, float, float]
    turn: int
    fingerprint: str
    links: int = 0
    searchable: bool = True
    pictorial: bool = False
    dpi: float | None = None

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as the viewer shows the page, in points."""
        left, bottom, right, top = self.box
        across, up = right - left, top - bottom
        return (up, across) if self.turn in (90, 270) else (across, up)


@dataclass(frozen=True, slots=True)
class Head:
    """What is held of a part while a packet is laid out: its pages, and about what its text takes when deflated."""

    sha256: str
    sheets: tuple[PageSheet, ...]
    objects: int
    text_packed: int

    @property
    def links(self) -> int:
        """How many links its pages have."""
        return sum(sheet.links for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What is needed of a part to splice it in; read then, and let go.

    ``pages``, ``tops`` (topmost elements, in order) and ``fields`` (of signatures) are object indexes. ``streams``
    lists the objects that are streams, with offset and length of their bytes; ``equal`` gives the content hash of each
    object that may be shared with other parts. ``leaves`` are the nodes of the parent tree and ``keys`` how many keys
    it has, ``names`` those of the id tree.
    """

    symbols: tuple[Symbol, ...]
    pages: tuple[int, ...]
    tops: tuple[int, ...]
    streams: tuple[tuple[int, int, int], ...]
    equal: Mapping[int, str]
    leaves: tuple[int, ...] = ()
    keys: int = 0
    names: tuple[int, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    namespaces: tuple[int, ...] = ()
    fields: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()  # of a packet: the first page (from 0) of each topmost element


class Part:
    """A part made ready, in memory or in a file. Only the head is held; the rest is read when it is bound."""

    def __init__(self, source: bytes | Path) -> None:
        self._source = source
        with self.open() as stream:
            if stream.read(4) != MAGIC or _size(source) != struct.unpack(">Q", stream.read(8))[0]:
                raise ValueError("not a part made ready by this release, or not all of it")
            self.head = _head(json.loads(_block(stream)))
            self._anatomy_at = stream.tell()

    def open(self) -> BinaryIO:
        """The bytes, from their beginning."""
        return io.BytesIO(self._source) if isinstance(self._source, bytes) else self._source.open("rb")

    def anatomy(self, stream: BinaryIO) -> Anatomy:
        """The anatomy, read from ``open()``."""
        stream.seek(self._anatomy_at)
        return _anatomy(json.loads(_block(stream)))

    def text(self, stream: BinaryIO) -> tuple[list[bytes], array[int]]:
        """What stands between the holes, and the holes: one fewer. Comes after ``anatomy``; then come the streams."""
        literals = _block(stream).split(HOLE)
        holes = array("I")
        holes.frombytes(_block(stream))
        if sys.byteorder == "big":
            holes.byteswap()
        return literals, holes


def pack(head: Head, anatomy: Anatomy, text: bytes, holes: array[int], streams: Sequence[bytes]) -> bytes:
    """A part as bytes."""
    brief = {**asdict(head), "sheets": [list(astuple(sheet)) for sheet in head.sheets]}
    full = {**asdict(anatomy), "symbols": [[symbol.kind, symbol.value] for symbol in anatomy.symbols]}
    if sys.byteorder == "big":
        holes = array("I", holes)
        holes.byteswap()
    blocks = (_json(brief), _json(full), text, holes.tobytes())
    pieces = [piece for block in blocks for piece in (struct.pack(">I", len(block)), block)]
    size = len(MAGIC) + 8 + sum(map(len, pieces)) + sum(map(len, streams))
    return b"".join((MAGIC, struct.pack(">Q", size), *pieces, *streams))


def _size(source: bytes | Path) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _json(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode()


def _block(stream: BinaryIO) -> bytes:
    (length,) = struct.unpack(">I", stream.read(4))
    return stream.read(length)


def _head(values: dict[str, Any]) -> Head:
    values["sheets"] = tuple(PageSheet(tuple(box), *rest) for box, *rest in values["sheets"])
    return Head(**values)


def _anatomy(values: dict[str, Any]) -> Anatomy:
    values["symbols"] = tuple(Symbol(kind, value) for kind, value in values["symbols"])
    values["equal"] = {int(index): same for index, same in values["equal"].items()}
    values["streams"] = tuple(tuple(item) for item in values["streams"])
    for key in ("pages", "tops", "leaves", "names", "namespaces", "fields", "starts"):
        values[key] = tuple(values[key])
    return Anatomy(**values)
