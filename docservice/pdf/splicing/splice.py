"""Writing a PDF from parts made ready: copying bytes and filling in numbers (ISO 32000-1, 7.5).

The file is written as it grows, straight to where it belongs; what is kept in memory is eight bytes per object and
the hashes of what parts share. Objects without a stream go into object streams, the table of contents of the file
into a cross-reference stream.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from collections.abc import Callable, Sequence
from itertools import chain
from typing import BinaryIO

from docservice.pdf.splicing.part import END, Anatomy, Part, Symbol

_TOGETHER = 200  # objects in one object stream
_LEVEL = 3  # of deflation: on text like this a third of the time of the usual 6, and an eighth larger
_CHUNK = 1 << 20
_TAG = b"/StructElem"
_IN_FILE, _IN_STREAM = 1 << 56, 2 << 56  # cross-reference entries: type, 5 bytes of place, 2 bytes of index


class Splice:
    """One PDF while it is written to ``out``. Numbers may be reserved before their object is put."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._at = 0
        self._entries = array("Q", [0xFFFF])  # by object number
        self._shared: dict[str, int] = {}
        self._waiting: list[tuple[int, bytes]] = []
        # Kept apart, so that who looks for a page or a font need not unpack the tags of all parts, or the other way.
        self._pages: list[tuple[int, bytes]] = []
        self._tags: list[tuple[int, bytes]] = []
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._at

    def reserve(self, count: int = 1) -> int:
        """The first of ``count`` consecutive object numbers that nobody else gets."""
        first = len(self._entries)
        self._entries.extend([0] * count) if count < 1000 else self._entries.frombytes(bytes(8 * count))
        return first

    def put(self, body: bytes, number: int | None = None) -> int:
        """Add an object that is not a stream; its number."""
        number = self.reserve() if number is None else number
        self._waiting.append((number, body))
        if len(self._waiting) >= _TOGETHER:
            self._waiting = self._packed(self._waiting)
        return number

    def put_stream(self, dictionary: bytes, data: bytes, number: int | None = None) -> int:
        """Add a stream as it is; ``dictionary`` is what stands in it besides its length, without brackets."""
        number = self.reserve() if number is None else number
        self._begin(number)
        self._write(
            b"%d 0 obj\n<<%s/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, dictionary, len(data), data)
        )
        return number

    def add(
        self, part: Part, anatomy: Anatomy, stream: BinaryIO, name: Callable[[Symbol], bytes], pages: Sequence[int]
    ) -> list[int]:
        """Splice in a part, whose ``anatomy`` was just read from ``stream``; the numbers of its objects.

        ``name`` says what stands for a symbol; ``pages`` are numbers reserved for its pages.
        """
        numbers = self._numbers(part.head.objects, anatomy, pages)
        literals, holes = part.text(stream)
        streams_at = stream.tell()
        table = [b"%d 0 R" % number for number in numbers]
        table += [name(symbol) for symbol in anatomy.symbols]
        filled = [table[hole] for hole in holes]
        filled.append(b"")
        bodies = b"".join(chain.from_iterable(zip(literals, filled, strict=True))).split(END)
        raws = {index: (offset, length) for index, offset, length in anatomy.streams}
        own = set(anatomy.pages)
        for index, number in enumerate(numbers):
            if self._entries[number]:  # the same object is there, from another part or from this one
                continue
            place = raws.get(index)
            if place is None:
                self._entries[number] = _IN_STREAM  # waits for its object stream
                body = bodies[index]
                if index in own:
                    self._pages.append((number, body))
                elif _TAG in body or body[:1] == b"[":  # an array by itself is the tags of a page
                    self._tags.append((number, body))
                    if len(self._tags) >= _TOGETHER:
                        self._tags = self._packed(self._tags)
                else:
                    self._waiting.append((number, body))
                    if len(self._waiting) >= _TOGETHER:
                        self._waiting = self._packed(self._waiting)
            else:
                self._copy(number, bodies[index], stream, streams_at + place[0], place[1])
        return numbers

    def _numbers(self, objects: int, anatomy: Anatomy, pages: Sequence[int]) -> list[int]:
        own = dict(zip(anatomy.pages, pages, strict=True))
        at = self.reserve(objects)  # those that turn out to be shared are given back below
        numbers: list[int] = []
        equal, shared = anatomy.equal, self._shared
        for index in range(objects):
            if index in own:
                numbers.append(own[index])
                continue
            same = equal.get(index)
            if same is not None:
                known = shared.get(same)
                if known is not None:
                    numbers.append(known)
                    continue
                shared[same] = at
            numbers.append(at)
            at += 1
        del self._entries[at:]
        return numbers

    def _packed(self, waiting: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """Write the objects that wait as one object stream; none waits then."""
        if not waiting:
            return []
        number = self.reserve()
        heads: list[str] = []
        at = 0
        for index, (each, body) in enumerate(waiting):
            heads.append(f"{each} {at}")
            at += len(body) + 1
            self._entries[each] = _IN_STREAM | number << 16 | index
        first = " ".join(heads).encode() + b"\n"
        packed = zlib.compress(first + b"\n".join([body for _, body in waiting]), _LEVEL)
        dictionary = b"/Type/ObjStm/N %d/First %d/Filter/FlateDecode" % (len(waiting), len(first))
        self.put_stream(dictionary, packed, number)
        return []

    def finish(self, root: int, identity: bytes) -> str:
        """Write what closes the file; the SHA-256 of all of it. ``identity`` (16 bytes) is the file's ID."""
        for first in range(0, len(self._pages), _TOGETHER):
            self._packed(self._pages[first : first + _TOGETHER])
        self._tags = self._packed(self._tags)
        self._waiting = self._packed(self._waiting)
        number = self.reserve()
        start = self._at
        self._entries[number] = _IN_FILE | start << 16
        entries = array("Q", self._entries)
        if sys.byteorder == "little":
            entries.byteswap()
        packed = zlib.compress(entries.tobytes(), 6)
        identity = identity.hex().encode()
        self._write(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 5 2]/Root %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>\n"
            b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (number, len(entries), root, identity, identity, len(packed), packed, start)
        )
        return self._digest.hexdigest()

    def _copy(self, number: int, dictionary: bytes, stream: BinaryIO, place: int, length: int) -> None:
        self._begin(number)
        self._write(b"%d 0 obj\n%s\nstream\n" % (number, dictionary))
        stream.seek(place)
        while length > 0:
            chunk = stream.read(min(length, _CHUNK))
            if not chunk:
                raise ValueError("a part ends early")
            self._write(chunk)
            length -= len(chunk)
        self._write(b"\nendstream\nendobj\n")

    def _begin(self, number: int) -> None:
        self._entries[number] = _IN_FILE | self._at << 16

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._at += len(data)
