"""The shipped rules, but that one letter goes out as often as it is measured."""

from __future__ import annotations

import shutil
from pathlib import Path

from docservice import shipped


def loose_town(folder: Path) -> Path:
    """Put them into ``folder``, for cases that are not on record."""
    shutil.copytree(shipped.folder("town"), folder)
    procedure = folder / "madrona-hills" / "procedure.yaml"
    text = procedure.read_text(encoding="utf-8")
    procedure.write_text(text.replace("  unrecorded: enforce ", "  unrecorded: warn "), encoding="utf-8")
    return folder
