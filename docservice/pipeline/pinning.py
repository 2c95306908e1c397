"""Town packs as pinned parts: a folder's files as canonical bytes, and back."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from docservice import town
from docservice.finding import Finding
from docservice.layers import Layer, SearchPath, law_path
from docservice.recent import RecentShelf
from docservice.refusal import Refusal, things_are
from docservice.town import jurisdiction
from docservice.town.pack import TownPack
from docservice.wording import container
from docservice.wording.catalog import pack_strings
from docservice.wording.catalog.freezing import shared_clauses
from docservice.wording.pictures import complaints


@dataclass(frozen=True, slots=True)
class PinnedPack:
    """A town pack with the bytes that make it again; ``sha256`` is that of ``data``."""

    pack: TownPack
    data: bytes = field(repr=False)
    sha256: str
    folder: Path | None = None  # where it lies, with the town's own wording beside it; None for one on record


@dataclass(frozen=True, slots=True)
class PackFiles:
    """A pack's files as they lie in ``folder``, not read yet."""

    folder: Path
    data: bytes = field(repr=False)
    sha256: str


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of one pack by name; not what an editor or a file manager hides beside them."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file() and not p.name.startswith(".")}


def files_of(folder: Path) -> tuple[PackFiles, ...]:
    """The files of every edition in ``folder``."""
    found = []
    for one in town.pack_folders(folder):
        data = container.pack(files_in(one))
        found.append(PackFiles(one, data, hashlib.sha256(data).hexdigest()))
    return tuple(found)


def load_editions(folder: Path) -> tuple[PinnedPack, ...]:
    """Every edition in ``folder``: the folder itself, or the packs lying in it, oldest first.

    Raises ``Refusal("town.missing", kind="setup")`` when there is none, and what ``judged`` and ``town.refuse_rivals``
    raise.
    """
    found = files_of(folder)
    if not found:
        raise Refusal("town.missing", f"There is no town pack in {folder.name!r}.", kind="setup")
    editions = [
        PinnedPack(_with_good_pictures(town.load_pack(one.folder)), one.data, one.sha256, one.folder) for one in found
    ]
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
    problems: list[Finding] = []
    for number, edition in enumerate(editions):
        if any(later.pack.effective_on <= today for later in editions[number + 1 :]):
            continue
        problems += _missing_clauses(edition.pack, search_path(editions, edition, laws))
    _refuse(problems)


def refuse_proposed_clauses(editions: tuple[PinnedPack, ...], proposed: PinnedPack, laws: Path) -> None:
    """The same of an edition that is to follow ``editions``; its own folder, where it lies in the town's, is first."""
    towns = [Layer(proposed.pack.key, one.folder) for one in (proposed, *reversed(editions)) if one.folder is not None]
    _refuse(_missing_clauses(proposed.pack, law_path(laws, proposed.pack.law).before(*towns)))


def _missing_clauses(pack: TownPack, path: SearchPath) -> list[Finding]:
    place = f"statements.yaml ({pack.version})"
    return [
        Finding.error("town.incoherent", sentence, f"{place}: {'/'.join(map(str, keys))}")
        for keys, sentence in jurisdiction.missing_clauses(pack, shared_clauses(path))
    ]


def _refuse(problems: list[Finding]) -> None:
    if problems:
        message = f"{things_are(problems)} wrong with what the town's statements say."
        raise Refusal("town.invalid", message, problems)


def edition_in_force(editions: tuple[PinnedPack, ...], on: date) -> PinnedPack:
    """The edition in force on a day; raises what ``town.in_force`` raises."""
    chosen = town.in_force([edition.pack for edition in editions], on)
    return next(edition for edition in editions if edition.pack is chosen)


_packs: RecentShelf[TownPack] = RecentShelf(8)  # a process reads a pack once


def pinned_pack(sha256: str, parts: Mapping[str, bytes]) -> TownPack:
    """The town pack among the parts that was pinned under this SHA-256."""
    return _packs.take(sha256, lambda: _loaded(parts[sha256], on_record=True))


def judged(data: bytes) -> TownPack:
    """A town pack that comes new as ``data``. Raises what ``town.load_pack`` raises, ``town.invalid`` with
    ``town.picture`` for a picture and ``translation.…`` for what its catalogs say."""
    pack = _with_good_pictures(_loaded(data, on_record=False))
    wrong = pack_strings.complaints(pack)
    if wrong:
        raise Refusal("town.invalid", f"{things_are(wrong)} wrong with the translations of the town pack.", wrong)
    return pack


def _with_good_pictures(pack: TownPack) -> TownPack:
    said = complaints(pack.pictures).items()
    wrong = [Finding.error("town.picture", f"{name} {words}.", f"{pack.folder}/{name}") for name, words in said]
    if wrong:
        raise Refusal("town.invalid", f"{things_are(wrong)} wrong with the pictures of the town pack.", wrong)
    return pack


def _loaded(data: bytes, *, on_record: bool) -> TownPack:
    with tempfile.TemporaryDirectory(prefix="docservice-town-") as scratch:
        folder = Path(scratch) / ("on record" if on_record else "proposed")  # errors name it
        folder.mkdir()
        for name, content in container.unpack(data).items():
            (folder / name).write_bytes(content)
        return town.load_pack(folder, on_record=on_record)
