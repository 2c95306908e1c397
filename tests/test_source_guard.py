"""No test can write where the sources lie."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docservice import shipped

SEALED = Path(__file__).parent.parent / "law" / "us" / "law.yaml"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_text("x"),
        lambda file: file.open("a").close(),
        lambda file: file.touch(),
        lambda file: file.unlink(),
        lambda file: file.rename(file.with_name("other.yaml")),
        lambda file: shutil.copy(__file__, file),
        lambda file: (file.parent / "more").mkdir(),
        lambda file: (file.parent / "link").symlink_to(file),
        lambda file: os.unlink(file.name, dir_fd=os.open(file.parent, os.O_RDONLY)),
        lambda file: sys.audit("shutil.rmtree", str(file.parent), None),  # which, allowed, would be no test
    ],
)
def test_a_write_into_the_sources_is_refused_where_it_is_made(spoil: Callable[[Path], object]) -> None:
    before = SEALED.read_bytes()
    assert shipped.folder("law").samefile(SEALED.parent.parent)
    with pytest.raises(PermissionError, match="Let it work on a copy"):
        spoil(SEALED)
    assert SEALED.read_bytes() == before
    assert not {"more", "link", "other.yaml"} & {one.name for one in SEALED.parent.iterdir()}


def test_a_copy_may_be_written(tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEALED, tmp_path))
    copy.write_text("x")
    assert copy.read_text() == "x"
