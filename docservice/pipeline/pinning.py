"""Town packs as pinned parts: a folder's files as canonical bytes, and back."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from docservice import town
from docservice.layers import Layer, SearchPath, law_path
from docservice.refusal import Problem, Refusal, things_are
from docservice.town import jurisdiction
from docservice.town.pack import TownPack
from docservice.wording import container
from docservice.wording.catalog.freezing import shared_clauses


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


def search_path(editions: tuple[PinnedPack, ...], edition: PinnedPack, laws: Path) -> SearchPath:
    """Where the wording of an edition is looked for: its folder and those of earlier ones, then its law in ``laws``."""
    towns = [
        Layer(edition.pack.key, one.folder)
        for one in reversed(editions)
        if one.folder is not None and one.pack.effective_on <= edition.pack.effective_on
    ]
    return law_path(laws, edition.pack.law).before(*towns)


def refuse_missing_clauses(editions: tuple[PinnedPack, ...], laws: Path, today: date) -> None:
    """Raise ``Refusal("town.invalid")`` for statements of an edition, in force or to come, whose clause is nowhere."""
    problems = []
    for number, edition in enumerate(editions):
        if any(later.pack.effective_on <= today for later in editions[number + 1 :]):
            continue
        clauses = shared_clauses(search_path(editions, edition, laws))
        problems += [
            Problem(
                "town.incoherent", sentence, f"statements.yaml ({edition.pack.version}): {'/'.join(map(str, keys))}"
            )
            for keys, sentence in jurisdiction.missing_clauses(edition.pack, clauses)
        ]
    if problems:
        message = f"{things_are(problems)} wrong with what the town's statements say."
        raise Refusal("town.invalid", message, problems, kind="setup")


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
