"""Files of a town that hide shipped ones, and whether what they hide has changed since they were made.

A town's own clause goes before the shipped one for good: a correction of the shipped one would never be seen. So the
town's folder keeps a line for each (``hidden.sha256``, as ``sha256sum`` writes it): the hash of the shipped file when
somebody last looked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from docservice.finding import Finding
from docservice.layers import Layer, SearchPath
from docservice.refusal import Refusal

NOTES = "hidden.sha256"
_KINDS = ("letters", "handouts", "clauses", "letterhead", "forums")  # catalogs hide nothing: they are read together
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
State = Literal["as noted", "newer", "not noted"]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A shipped file that the town's own ``name`` hides: in which ``layer`` it lies, and whether it is newer."""

    name: str
    layer: str
    state: State
    sha256: str
    folder: Path


def hidden(path: SearchPath) -> tuple[Hidden, ...]:
    """Every file of the town's folders that hides one of its law, by name.

    Raises ``Refusal("town.hidden")`` for a line of ``hidden.sha256`` that is none.
    """
    laws = [layer for layer in path.layers if (layer.folder / "law.yaml").is_file()]
    towns = [layer for layer in path.layers if layer not in laws]
    found: dict[str, Hidden] = {}
    for town in towns:
        noted = _noted(town)
        for name in _own(town):
            behind = SearchPath(tuple(laws)).find(name)
            if behind is None or name in found:
                continue
            now = hashlib.sha256(behind.path.read_bytes()).hexdigest()
            state: State = "not noted" if name not in noted else "as noted" if noted[name] == now else "newer"
            found[name] = Hidden(name, behind.layer, state, now, town.folder)
    return tuple(found[name] for name in sorted(found))


def note(path: SearchPath, names: Collection[str] = ()) -> tuple[Hidden, ...]:
    """Write down that somebody has seen what these files hide as it is now; all of them without ``names``.

    Raises ``Refusal("town.hidden")`` (kind ``missing``) for a name that hides nothing.
    """
    listed = {one.name: one for one in hidden(path)}
    unknown = [name for name in names if name not in listed]
    if unknown:
        problems = [Finding.error("town.hidden", "hides no shipped file", name) for name in unknown]
        raise Refusal("town.hidden", f"{unknown[0]} is no file of the town that hides one.", problems, kind="missing")
    chosen = [listed[name] for name in (names or listed)]
    for folder in {one.folder for one in chosen}:
        town = next(layer for layer in path.layers if layer.folder == folder)
        lines = _noted(town) | {one.name: one.sha256 for one in chosen if one.folder == folder}
        text = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(lines.items()))
        (folder / NOTES).write_text(text, encoding="utf-8")
    return hidden(path)


def _own(town: Layer) -> list[str]:
    files = (file for kind in _KINDS for file in sorted((town.folder / kind).rglob("*")) if file.is_file())
    return [file.relative_to(town.folder).as_posix() for file in files]


def _noted(town: Layer) -> dict[str, str]:
    file = town.folder / NOTES
    found = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines() if file.is_file() else (), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            place = f"{NOTES}:{number}"
            problem = Finding.error("town.hidden", "is not a hash and a file's name", place)
            raise Refusal("town.hidden", f"{place} is not a hash and a file's name.", [problem], kind="setup")
        found[match[2]] = match[1]
    return found
