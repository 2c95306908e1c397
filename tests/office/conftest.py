"""Templates that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docservice import shipped


@pytest.fixture
def law_copy(tmp_path: Path) -> Path:
    """A copy of the shipped law."""
    return Path(shutil.copytree(shipped.folder("law"), tmp_path / "law"))
