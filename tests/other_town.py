"""Another town's pack, made as a new town makes it first: from a copy of the shipped one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from docservice import shipped

MAGENTA = "#ff00ff"
SEAL = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="{MAGENTA}"/></svg>'
)
NAVY, PLUM = "#123a7a", "#7a1266"
LOOK = f"""look:
  seal: heron.svg
  seal_alt: "Seal of the City of Heron Pass: a blue heron"
  colors: {{strong: "{NAVY}", accent: "{PLUM}"}}
  head: [200 Heron Street, "Heron Pass, FL 33999", 555-0199]
"""
Change = tuple[str, str, str]  # file, what stands there, what shall


def heron_pass(folder: Path, *changes: Change, look: str = LOOK) -> Path:
    """The City of Heron Pass at ``folder``, with its own look."""
    shutil.copytree(shipped.folder("town") / "madrona-hills", folder)
    town = folder / "town.yaml"
    text = town.read_text(encoding="utf-8")
    for old, new in (
        ("key: madrona-hills", "key: heron-pass"), ("Town of Madrona Hills", "City of Heron Pass"),
        ("Madrona Hills, CA 95999", "Heron Pass, FL 33999"), ("Madrona Hills", "Heron Pass"),
        ("County of San Ysabel", "Calusa County"), (", California", ", Florida"),
    ):  # fmt: skip
        text = text.replace(old, new)
    text = re.sub(r"^look:\n(?:  .*\n)+", look, text, flags=re.MULTILINE)
    town.write_text(text, encoding="utf-8")
    (folder / "seal.svg").unlink()
    if "heron.svg" in look:
        (folder / "heron.svg").write_text(SEAL, encoding="utf-8")
    edit(folder, changes)
    return folder


def edit(folder: Path, changes: Sequence[Change]) -> None:
    """Put the changes into the files of a pack; each must find its place."""
    for name, old, new in changes:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
