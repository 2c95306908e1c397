"""Town packs as pinned parts: a folder's files as canonical bytes, and back."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from docservice import town
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.wording import container


@dataclass(frozen=True, slots=True)
class PinnedPack:
    """A town pack with the bytes that make it again; ``sha256`` is that of ``data``."""

    pack: TownPack
    data: bytes = field(repr=False)
    sha256: str
    folder: Path | None = None  # where it lies, with the town's own wording beside it; None for one on record


def load_editions(folder: Path) -> tuple[PinnedPack, ...]:
    """Every edition in ``folder``: the folder itself, or the packs lying in it, oldest first.

    Raises ``Refusal("town.missing", kind="setup")`` when there is none, and what ``town.load_pack`` and
    ``town.refuse_rivals`` raise.
    """
    folders = town.pack_folders(folder)
    if not folders:
        raise Refusal("town.missing", f"There is no town pack in {folder.name!r}.", kind="setup")
    editions = []
    for one in folders:
        files = {p.name: p.read_bytes() for p in sorted(one.iterdir()) if p.is_file()}
        data = container.pack(files)
        editions.append(PinnedPack(town.load_pack(one), data, hashlib.sha256(data).hexdigest(), one))
    town.refuse_rivals(edition.pack for edition in editions)
    return tuple(sorted(editions, key=lambda edition: edition.pack.effective_on))


def edition_in_force(editions: tuple[PinnedPack, ...], on: date) -> PinnedPack:
    """The edition in force on a day; raises what ``town.in_force`` raises."""
    chosen = town.in_force([edition.pack for edition in editions], on)
    return next(edition for edition in editions if edition.pack is chosen)


def pack_of(data: bytes) -> TownPack:
    """The town pack that was pinned as ``data``."""
    with tempfile.TemporaryDirectory(prefix="docservice-town-") as folder:
        for name, content in container.unpack(data).items():
            (Path(folder) / name).write_bytes(content)
        return town.load_pack(Path(folder), on_record=True)
