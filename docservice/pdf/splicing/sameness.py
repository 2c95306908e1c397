"""Which objects of a part equal those of other parts, so that a packet holds each once: fonts, pictures, forms.

Two objects are the same when their text and bytes are, and so are all objects that they lead to. What leads to a page,
to tags, or to anything else that is this part's alone, is never the same as another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from docservice.pdf.splicing.part import Symbol

_CONSTANT = ("before", "font")  # symbols that mean the same in every part of a packet


class Sameness:
    """Content hashes of objects that may be shared between parts: those that lead to nothing of this part alone."""

    def __init__(
        self,
        pieces: Sequence[bytes],
        holes: Sequence[int | None],
        spans: Sequence[tuple[int, int]],
        streams: Mapping[int, bytes],
        own: set[int],
        symbols: Sequence[Symbol],
    ) -> None:
        self._pieces, self._holes, self._spans, self._streams = pieces, holes, spans, streams
        self._symbols = symbols
        self._found: dict[int, str] = dict.fromkeys(own, "")

    def all(self) -> dict[int, str]:
        """The hash of every object that has one, by its index."""
        for index in range(len(self._spans)):
            if index not in self._found:
                self._settle(index)
        return {index: self._found[index] for index in range(len(self._spans)) if self._found[index]}

    def _settle(self, index: int) -> None:
        """Depth first; an object that is met again before it is settled lies on a cycle, and is nobody else's."""
        stack = [index]
        open_ones: set[int] = set()
        while stack:
            at = stack[-1]
            if at in self._found:
                stack.pop()
                continue
            first, last = self._spans[at]
            holes = [hole for hole in self._holes[first:last] if hole is not None]
            own = any(hole < 0 and self._symbols[-1 - hole].kind not in _CONSTANT for hole in holes)
            waiting = [] if own else [hole for hole in holes if hole >= 0 and hole not in self._found]
            if own or any(hole in open_ones or hole == at for hole in waiting):
                self._found[at] = ""
            elif waiting and at not in open_ones:
                open_ones.add(at)
                stack += waiting
                continue
            else:
                self._found[at] = self._hash(at, first, last)
            open_ones.discard(at)
            stack.pop()

    def _hash(self, at: int, first: int, last: int) -> str:
        digest = hashlib.sha256()
        for piece, hole in zip(self._pieces[first:last], self._holes[first:last], strict=True):
            digest.update(piece)
            if hole is None:
                continue
            if hole < 0:
                digest.update(b"\1" + self._symbols[-1 - hole].kind.encode() + b"\1")
                continue
            child = self._found.get(hole, "")
            if not child:
                return ""
            digest.update(b"\0" + child.encode())
        if at in self._streams:
            digest.update(b"\0stream\0" + self._streams[at])
        return digest.hexdigest()[:32]
