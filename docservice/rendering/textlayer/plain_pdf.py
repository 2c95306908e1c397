"""A PDF whose objects all lie open in the file, as Typst writes it: taken apart, changed in places, put together again.

Such a file has one classic cross-reference table, no object streams and no earlier versions, so that its objects can
be read and replaced as bytes. What this module does *not* do: read any other PDF (``pikepdf`` does).
"""

from __future__ import annotations

import hashlib
import re
import zlib

_HEAD = re.compile(rb"xref\s+0 (\d+)\s*\n")
_ENTRY = 20  # bytes of one line of the table
_LEVEL = 6  # of zlib: what Typst compresses with


class PlainPdf:
    """The objects of such a file by their number. ``to_bytes`` depends on the content alone."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        table = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
        head = _HEAD.match(pdf, table)
        if head is None:
            raise ValueError("not a PDF with one classic cross-reference table")
        first = head.end()
        count = int(head[1])
        starts = [int(pdf[first + _ENTRY * i : first + _ENTRY * i + 10]) for i in range(count)]
        self._order = sorted(range(1, count), key=starts.__getitem__)
        ends = dict(zip(self._order, [*(starts[n] for n in self._order[1:]), table], strict=True))
        self._spans = {number: (starts[number], ends[number]) for number in self._order}
        self._new: dict[int, bytes] = {}
        self.numbers = range(1, count)

    def body(self, number: int) -> bytes:
        """What stands between ``obj`` and ``endobj``."""
        if number in self._new:
            return self._new[number]
        start, end = self._spans[number]
        start = self._pdf.index(b"obj", start) + 3
        return self._pdf[start : self._pdf.rindex(b"endobj", start, end)].strip(b"\r\n")

    def stream(self, number: int) -> bytes:
        """The data of a stream that is not compressed, or by Flate without a predictor."""
        body = self.body(number)
        start = body.index(b"stream\n")
        data = body[start + 7 : body.rindex(b"\nendstream")]
        return zlib.decompress(data) if b"/FlateDecode" in body[:start] else data

    def replace(self, number: int, body: bytes) -> None:
        """Let the object have this body."""
        self._new[number] = body

    def add(self, body: bytes) -> int:
        """A new object of this body; its number."""
        number = len(self._order) + 1
        self._order.append(number)
        self._new[number] = body
        return number

    def replace_stream(self, number: int, data: bytes, entries: bytes = b"") -> None:
        """Let the object be a stream of ``data``, with further ``entries`` in its dictionary."""
        packed = zlib.compress(data, _LEVEL)
        self.replace(
            number, b"<<%s/Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (entries, len(packed), packed)
        )

    def root(self) -> bytes:
        """The body of the catalog."""
        return self.body(reference(self._trailer(), b"Root"))

    def pages(self) -> list[int]:
        """The numbers of the pages, in order."""
        found: list[int] = []

        def gather(node: int) -> None:
            body = self.body(node)
            kids = re.search(rb"/Kids\s*\[([^\]]*)\]", body)
            if kids is None:
                found.append(node)
            else:
                for kid in re.findall(rb"(\d+) 0 R", kids[1]):
                    gather(int(kid))

        gather(reference(self.root(), b"Pages"))
        return found

    def to_bytes(self) -> bytes:
        """The file with what was changed; its identifier is the digest of its content."""
        if not self._new:
            return self._pdf
        at = min(start for start, _ in self._spans.values())
        pieces = [self._pdf[:at]]
        places = {}
        for number in self._order:
            places[number] = at
            if number in self._new:
                piece = b"%d 0 obj\n%s\nendobj\n" % (number, self._new[number])
            else:
                start, end = self._spans[number]
                piece = self._pdf[start:end]
            pieces.append(piece)
            at += len(piece)
        identity = hashlib.sha256(b"".join(pieces)).hexdigest()[:32].encode()
        trailer = self._trailer()
        kept = b"".join(
            b"/%s %d 0 R" % (name, reference(trailer, name)) for name in (b"Root", b"Info") if b"/" + name in trailer
        )
        pieces.append(b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(places) + 1))
        pieces += [b"%010d 00000 n\r\n" % places[number] for number in range(1, len(places) + 1)]
        pieces.append(b"trailer\n<</Size %d%s/ID[<%s><%s>]>>\n" % (len(places) + 1, kept, identity, identity))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % at)
        return b"".join(pieces)

    def _trailer(self) -> bytes:
        return self._pdf[self._pdf.rindex(b"trailer") :]


def reference(body: bytes, name: bytes) -> int:
    """The number of the object that ``/name`` of a dictionary refers to (also as the first item of an array)."""
    found = re.search(rb"/%s\s*\[?\s*(\d+) 0 R" % name, body)
    if found is None:
        raise ValueError(f"no /{name.decode()} in the object")
    return int(found[1])
