"""Where the data that travels with docservice lies: law (wording, letterhead, translations, forums), towns, examples.

In a checkout these are folders beside the package; in an installed wheel they are inside it
(``docservice/_shipped``). Settings may point elsewhere; this is only the default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Literal["law", "town", "examples"]) -> Path:
    """The shipped folder ``name``."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
