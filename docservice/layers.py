"""Where wording is looked for: the town's own folder, then its state's law, then what holds in every state.

A layer is a folder that may hold ``letters/``, ``handouts/``, ``clauses/``, ``letterhead/``, ``locales/`` and
``forums/``. Of each file the first layer that has it gives it: a town changes one clause by one file.
``law/<key>/law.yaml`` says what a layer of the law is; its ``parent`` comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from docservice import strict_yaml
from docservice.finding import Finding
from docservice.refusal import Refusal

NATION = "us"  # what holds in every state
_KEYS = {"key", "name", "parent", "gives"}


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of the search path, by its key: a town's (``madrona-hills``), or a law's (``us-ca``, ``us``)."""

    key: str
    folder: Path


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, and the key of the layer that gave it."""

    path: Path
    layer: str


@dataclass(frozen=True, slots=True)
class SearchPath:
    """Layers, nearest first. Names are relative, with slashes: ``clauses/help.html``."""

    layers: tuple[Layer, ...] = ()

    def all(self, name: str) -> Iterator[FoundFile]:
        """Every layer's file of this name, nearest first."""
        for layer in self.layers:
            path = layer.folder / name
            if path.is_file():
                yield FoundFile(path, layer.key)

    def find(self, name: str) -> FoundFile | None:
        """The file of this name that counts."""
        return next(self.all(name), None)

    def under(self, folder: str, pattern: str = "*") -> dict[str, FoundFile]:
        """The files below ``folder`` that match, by their name in it, sorted: of each name the one that counts."""
        found: dict[str, FoundFile] = {}
        for layer in self.layers:
            home = layer.folder / folder
            for path in sorted(home.glob(pattern)) if home.is_dir() else ():
                if path.is_file():
                    found.setdefault(path.relative_to(home).as_posix(), FoundFile(path, layer.key))
        return dict(sorted(found.items()))

    def home(self, folder: Path) -> str | None:
        """What ``folder`` is called in the layer that it lies in (``letters/memorandum``); None outside of all."""
        for layer in self.layers:
            if folder.resolve().is_relative_to(layer.folder.resolve()):
                return folder.resolve().relative_to(layer.folder.resolve()).as_posix()
        return None

    def since(self, layer: str) -> SearchPath:
        """The path from this layer on."""
        keys = [each.key for each in self.layers]
        return SearchPath(self.layers[keys.index(layer) :])

    def before(self, *layers: Layer) -> SearchPath:
        """The path with nearer layers before it."""
        return SearchPath((*layers, *self.layers))


@lru_cache(maxsize=64)
def law_path(laws: Path, key: str) -> SearchPath:
    """The layers of the law ``key`` in the folder ``laws``: itself, its parent, and so on.

    Raises ``Refusal("law.missing")`` and ``Refusal("law.invalid")`` (kind ``setup``), naming the file.
    """
    layers: list[Layer] = []
    wanted: str | None = key
    while wanted is not None:
        folder = laws / wanted
        if any(layer.key == wanted for layer in layers):
            raise _invalid(folder, f"is its own parent ({' → '.join(layer.key for layer in layers)})")
        if not (folder / "law.yaml").is_file():
            known = ", ".join(sorted(path.parent.name for path in laws.glob("*/law.yaml")))
            message = f"There is no law “{wanted}” (law/{wanted}/law.yaml); there are: {known}."
            raise Refusal("law.missing", message, [Finding.error("law.missing", message, "town.yaml")], kind="setup")
        layers.append(Layer(wanted, folder))
        wanted = read_law(folder).parent
    return SearchPath(tuple(layers))


@dataclass(frozen=True, slots=True)
class Law:
    """What ``law.yaml`` says. ``gives`` are clauses that other layers include and that only a state's law can word."""

    key: str
    name: str
    parent: str | None
    gives: tuple[str, ...]


def read_law(folder: Path) -> Law:
    """The ``law.yaml`` in ``folder``. Raises ``Refusal("law.invalid")`` (kind ``setup``)."""
    try:
        raw = strict_yaml.read((folder / "law.yaml").read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise _invalid(folder, f"is not readable as YAML: {error}") from None
    if not isinstance(raw, dict) or not {"key", "name"} <= set(raw) <= _KEYS:
        raise _invalid(folder, f"needs key and name, and may have parent and gives, nothing else ({sorted(_KEYS)})")
    gives = raw.get("gives", [])
    texts = [raw["key"], raw["name"], *([raw["parent"]] if "parent" in raw else [])]
    if not isinstance(gives, list) or not all(isinstance(text, str) for text in (*texts, *gives)):
        raise _invalid(folder, "has a value that is no text, or gives no list of names")
    if raw["key"] != folder.name:
        raise _invalid(folder, f"has the key “{raw['key']}”, which is not the folder's name")
    return Law(raw["key"], raw["name"], raw.get("parent"), tuple(gives))


def _invalid(folder: Path, words: str) -> Refusal:
    place = f"law/{folder.name}/law.yaml"
    problem = Finding.error("law.invalid", words, place)
    return Refusal("law.invalid", f"{place} {words}.", [problem], kind="setup")
