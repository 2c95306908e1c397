"""The objects of a PDF as Typst writes it: read by number, changed, added to, written again.

Typst's file is plain: one table of offsets at the end, every object outside of streams in the clear, in one spelling.
So a page is changed here by its bytes in half a millisecond, where a library that takes any PDF apart needs thirty.
What is not so spelled is ``UnreadableError``: nothing is guessed.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import b64encode

_ENTRY = 20  # bytes of a line in the table of offsets
_TABLE = re.compile(rb"xref\n0 (\d+)\n")
_END = b"\nendobj"
_TRAILER = re.compile(rb"trailer\n<</Size \d+/Root (\d+) 0 R(/Info \d+ 0 R)?/ID\[(.*?)\]>>\nstartxref", re.DOTALL)
REFERENCE = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|(\d+) 0 R\b", re.DOTALL)  # texts are passed over


class UnreadableError(Exception):
    """The bytes are not spelled as Typst spells them."""


class Objects:
    """One PDF. Bodies are what stands between ``N 0 obj`` and ``endobj``."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        try:
            self._table = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split(None, 1)[0])
            head, trailer = _TABLE.match(pdf, self._table), _TRAILER.search(pdf, self._table)
            if head is None or trailer is None:
                raise UnreadableError("no table of offsets")
            self.count = int(head[1])
            entries = pdf[head.end() : head.end() + _ENTRY * self.count]
            offsets = [int(entries[at : at + 10]) for at in range(0, _ENTRY * self.count, _ENTRY)]
        except ValueError as error:
            raise UnreadableError(str(error)) from error
        self.root, self._info, self._identity = int(trailer[1]), trailer[2] or b"", trailer[3]
        self._order = sorted(range(1, self.count), key=offsets.__getitem__)
        ends = [*(offsets[number] for number in self._order[1:]), self._table]
        self._where = {number: (offsets[number], end) for number, end in zip(self._order, ends, strict=True)}
        self._changed: dict[int, bytes] = {}
        self._added: list[bytes] = []

    def body(self, number: int) -> bytes:
        """What object ``number`` says now."""
        changed = self._changed.get(number)
        if changed is not None:
            return changed
        start, end = self._inside(number)
        return self.pdf[start:end]

    def _inside(self, number: int) -> tuple[int, int]:
        try:
            start, end = self._where[number]
            return self.pdf.index(b" 0 obj\n", start, end) + 7, self.pdf.rindex(_END, start, end)
        except (KeyError, ValueError) as error:
            raise UnreadableError(f"object {number}") from error

    def pages(self) -> list[int]:
        """The pages, in order."""
        found: list[int] = []

        def gather(node: int) -> None:
            body = self.body(node)
            if body.startswith(b"<</Type/Pages"):
                for kid in numbers_of(b"Kids", body):
                    gather(kid)
            else:
                found.append(node)

        gather(number_of(b"Pages", self.body(self.root)))
        return found

    def change(self, number: int, body: bytes) -> None:
        self._changed[number] = body

    @property
    def next(self) -> int:
        """The number that the next added object has."""
        return self.count + len(self._added)

    def add(self, body: bytes) -> int:
        """Append an object; returns its number."""
        self._added.append(body)
        return self.next - 1

    def written(self, mark: bytes = b"") -> bytes:
        """The file with what was changed and added. Its identity is made of the one it had and ``mark``, which has to
        stand for all of that.
        """
        pdf, pieces, run, shift = self.pdf, list[bytes](), 0, 0
        offsets = [0] * self.next
        for number in self._order:
            offsets[number] = self._where[number][0] + shift
            changed = self._changed.get(number)
            if changed is not None:
                start, end = self._inside(number)
                pieces += (pdf[run:start], changed)
                run, shift = end, shift + len(changed) - (end - start)
        pieces.append(pdf[run : self._table])
        at = self._table + shift
        for number, body in enumerate(self._added, start=self.count):
            text = b"%d 0 obj\n%b\nendobj\n\n" % (number, body)
            offsets[number] = at
            pieces.append(text)
            at += len(text)
        table = b"".join([b"%010d 00000 n\r\n" % offset for offset in offsets[1:]])
        identity = b"(%b)" % b64encode(hashlib.sha256(self._identity + mark).digest()[:16])
        pieces += (
            b"xref\n0 %d\n0000000000 65535 f\r\n%b" % (self.next, table),
            b"trailer\n<</Size %d/Root %d 0 R%b/ID[%b%b]>>\n" % (self.next, self.root, self._info, identity, identity),
            b"startxref\n%d\n%%%%EOF\n" % at,
        )
        return b"".join(pieces)


def number_of(key: bytes, body: bytes) -> int:
    """The object that ``key`` refers to."""
    found = re.search(rb"/%b (\d+) 0 R" % key, body)
    if found is None:
        raise UnreadableError(f"no {key.decode()}")
    return int(found[1])


def numbers_of(key: bytes, body: bytes) -> list[int]:
    """The objects in the list ``key``."""
    found = re.search(rb"/%b\[([^]]*)\]" % key, body)
    if found is None:
        raise UnreadableError(f"no {key.decode()}")
    return [int(number) for number in re.findall(rb"(\d+) 0 R", found[1])]


def unpacked(body: bytes) -> bytes:
    """The data of a stream."""
    dictionary, _, rest = body.partition(b"stream\n")
    data = rest.removesuffix(b"\nendstream")
    return zlib.decompress(data) if b"/Filter/FlateDecode" in dictionary else data


def packed(data: bytes, entries: bytes = b"") -> bytes:
    """A stream of ``data``, deflated, with further ``entries`` in its dictionary."""
    deflated = zlib.compress(data, 6)
    return b"<<%b/Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (entries, len(deflated), deflated)
