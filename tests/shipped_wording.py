"""The shipped wording as Madrona Hills finds it: its own folder, then law/us-ca, then law/us."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from docservice import shipped
from docservice.layers import Layer, law_path
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import sample_patches
from docservice.wording.catalog.freezing import folders_in, freeze
from docservice.wording.messages import PoFile

LAWS = shipped.folder("law")
TOWN = shipped.folder("town") / "madrona-hills"
PATH = law_path(LAWS, "us-ca").before(Layer("madrona-hills", TOWN))
FOLDERS = folders_in(PATH)
LETTERS = sorted(folder.name for folder in FOLDERS if folder.parent.name == "letters")
HANDOUTS = sorted(folder.name for folder in FOLDERS if folder.parent.name == "handouts")
_CATALOGS: dict[Path, PoFile] = {}
LETTERHEAD = LAWS / "us" / "letterhead"


def folder_of(key: str) -> Path:
    """The folder of a letter or handout."""
    return next(folder for folder in FOLDERS if folder.name == key)


def some_languages(key: str, of: tuple[str, ...], most: int = 2) -> tuple[str, ...]:
    """English and a few more of the languages that a bundle speaks: others in each bundle, all in some."""
    others = [tag for tag in of if tag != "en"]
    at = sum(key.encode()) % len(others) if others else 0
    turned = [*others[at:], *others[:at]]
    return ("en", *turned[:: max(1, len(turned) // most)][:most])


@cache
def bundle_of(key: str) -> Bundle:
    """The template, frozen as the office freezes it."""
    return freeze(folder_of(key), PATH, catalogs=_CATALOGS)


def sample_of(path: Path) -> dict[str, Any]:
    """A sample, whole: what it extends is filled in."""
    found: dict[str, Any] = json.loads(sample_patches.resolved(path.read_bytes()))
    return found
