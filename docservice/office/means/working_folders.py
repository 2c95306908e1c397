"""Folders that files lie in while they are worked on; none outlasts its use."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docservice.office.means.means import Means

_PREFIX = "working-"
_STALE_SECONDS = 7 * 86400.0


@contextmanager
def folder(means: Means) -> Iterator[Path]:
    """A folder for files that are on their way in or out."""
    means.settings.home.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=means.settings.home))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(means: Means) -> None:
    """Remove the folders of processes that were killed; any that a living one could still use is younger."""
    limit = time.time() - _STALE_SECONDS
    for each in means.settings.home.glob(f"{_PREFIX}*"):
        if each.is_dir() and each.stat().st_mtime < limit:
            shutil.rmtree(each, ignore_errors=True)
