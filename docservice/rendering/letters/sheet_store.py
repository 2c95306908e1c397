"""Prepared sheets of languages: made once per letterhead, language and pack, then found in memory or on disk.

On disk they lie beside the fonts that they were set in, each under the SHA-256 of all that it was made from, so that a
rendering process need not read the sixteen faces of a sheet, 60 MB, to print letters. A file that is not whole is made
anew; where nothing can be written, every process makes its own: the bytes are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from docservice.rendering import textlayer
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters import typst_press
from docservice.rendering.letters.sheet import Sheet
from docservice.rendering.letters.tree_text import TypstNode
from docservice.rendering.typst_objects import UnreadableError

MAIN = "letterhead/sheet.typ"
_NO_DATE = date(2000, 1, 1)  # of the sheet's PDF, which nobody sees
_KEPT = 16
_DIGEST = hashlib.sha256().digest_size

_sheets: dict[str, Sheet | None] = {}


def prepared(
    sources: Mapping[str, bytes],
    language: Mapping[str, Any],
    taglines: list[TypstNode],
    fonts: FontSet,
    *,
    mended: bool,
    looks: Mapping[str, Any],
    stub_room: float = 0,
) -> Sheet | None:
    """The sheet that these nodes make (``tree.Tree.taglines``), in the letterhead ``sources`` of a letter in
    ``language``; ``mended``, with a right text layer, in the colors of ``looks``; ``stub_room``, inches left free
    at its foot for a payment stub. None where the letter has to hold it
    itself: the letterhead is of before there was ``MAIN``, or the sheet has what cannot be carried over (``Sheet.of``).
    """
    if MAIN not in sources:
        return None
    data = {"title": "Languages", "closer": 0, "taglines": taglines, **({"stub-room": stub_room} if stub_room else {})}
    setting = {"language": language, "marks": False, "alone": True, **looks}
    text = json.dumps({**data, **setting}, ensure_ascii=False, sort_keys=True)
    made_from = (typst_press.ENGINE, "text 1" if mended else "", fonts.identity, typst_press.digest(sources), text)
    key = hashlib.sha256("\0".join(made_from).encode()).hexdigest()
    if key not in _sheets:
        while len(_sheets) >= _KEPT:
            _sheets.pop(next(iter(_sheets)))
        _sheets[key] = _cut(_pdf(key, sources, data, setting, fonts, mended))
    return _sheets[key]


def _cut(pdf: bytes) -> Sheet | None:
    try:
        return Sheet.of(pdf)
    except UnreadableError:
        return None


def _pdf(
    key: str,
    sources: Mapping[str, bytes],
    data: Mapping[str, Any],
    setting: Mapping[str, Any],
    fonts: FontSet,
    mended: bool,
) -> bytes:
    path = fonts.folder.parent / "sheets" / key
    with suppress(OSError):
        held = path.read_bytes()
        if hashlib.sha256(held[_DIGEST:]).digest() == held[:_DIGEST]:
            return held[_DIGEST:]
    pdf = typst_press.typst_pdf(sources, MAIN, data, fonts=fonts, stamp=_NO_DATE, setting=setting)
    pdf = textlayer.mend(pdf) if mended else pdf
    with suppress(OSError):
        _write(path, hashlib.sha256(pdf).digest() + pdf)
    return pdf


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)
