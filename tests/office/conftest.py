"""Templates that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docservice import shipped


@pytest.fixture
def templates_copy(tmp_path: Path) -> Path:
    """A copy of the shipped templates."""
    return Path(shutil.copytree(shipped.folder("templates"), tmp_path / "templates"))
