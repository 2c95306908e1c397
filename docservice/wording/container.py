"""Many files as one canonical byte string: same paths and contents, same bytes, same SHA-256.

A magic line, one line of JSON ``[[path, length], …]`` sorted by path, then the contents. No dates, no modes, no
compression: what an identity must not depend on is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

_MAGIC = b"docservice bundle 1\n"


def pack(files: Mapping[str, bytes]) -> bytes:
    """The canonical bytes of ``files``."""
    paths = sorted(files)
    index = json.dumps([[path, len(files[path])] for path in paths], ensure_ascii=False, separators=(",", ":"))
    return b"".join([_MAGIC, index.encode(), b"\n", *(files[path] for path in paths)])


def unpack(data: bytes) -> dict[str, bytes]:
    """The files that ``pack`` wrote. ValueError when the bytes are no such container."""
    if not data.startswith(_MAGIC):
        raise ValueError("not a docservice container")
    position = data.index(b"\n", len(_MAGIC)) + 1
    files: dict[str, bytes] = {}
    for path, length in json.loads(data[len(_MAGIC) : position]):
        files[path] = data[position : position + length]
        position += length
    if position != len(data):
        raise ValueError("the container is cut or has something after its end")
    return files
