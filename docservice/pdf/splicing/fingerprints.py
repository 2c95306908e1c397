"""What a page shows, as one hash: the bytes of its content and of everything that content draws with.

The hash does not change when a page is copied into another file, and leaves out what a packet adds (its stamps, and
the font they are set in), so that a page of a packet can be held against the page it was made of.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

STAMP_FONT = "/PacketStamp"  # the name of the stamps' font in every page's resources
_DEEPEST = 30


class Fingerprints:
    """The fingerprints of one file's pages; fonts and forms that pages share are hashed once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def of(self, page: Object, *, within: slice = slice(None)) -> str:
        """The page's SHA-256 (hex). ``within`` picks its own among its content streams."""
        digest = hashlib.sha256()
        contents = page.get(Name.Contents)
        streams = list(contents) if isinstance(contents, Array) else [contents] if contents is not None else []
        for stream in streams[within]:
            digest.update(self._value(stream, 2))
        node, steps = page, 0
        while Name.Resources not in node and Name.Parent in node and steps < _DEEPEST:
            node, steps = node.Parent, steps + 1
        digest.update(self._value(node.get(Name.Resources), 0))
        return digest.hexdigest()

    def _value(self, value: Any, depth: int) -> bytes:
        """Every stream at and below ``value``, in the order of names; the stamps' font is not among a page's own."""
        if depth > _DEEPEST or not isinstance(value, pikepdf.Object):
            return b""
        if isinstance(value, Stream):
            return self._once(value, depth)
        if isinstance(value, Dictionary):
            return self._once(value, depth) if depth > 1 and value.is_indirect else self._dictionary(value, depth)
        if isinstance(value, Array):
            return self._hashed([self._value(item, depth + 1) for item in value])  # type: ignore[attr-defined,unused-ignore]
        return b""

    def _once(self, item: Object, depth: int) -> bytes:
        key = item.objgen
        if key not in self._known:
            self._known[key] = b""  # a form that draws itself ends here
            raw = bytes(item.read_raw_bytes()) if isinstance(item, Stream) else b""
            self._known[key] = hashlib.sha256(raw + self._dictionary(item, depth)).digest()
        return self._known[key]

    def _dictionary(self, value: Object, depth: int) -> bytes:
        return self._hashed(
            [
                self._value(value[key], depth + 1)
                for key in sorted(value.keys())
                if key not in ("/Parent", "/P", "/Pg") and not (key == STAMP_FONT and depth == 1)
            ]
        )

    @staticmethod
    def _hashed(found: list[bytes]) -> bytes:
        joined = b"".join(found)
        return hashlib.sha256(joined).digest() if joined else b""
