"""Working: in a process of the pool where there is one, in folders that do not outlast their use."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docservice.office.means.means import Shop

_PREFIX = "working-"
_STALE_SECONDS = 7 * 86400.0


def work(shop: Shop, seconds: float, function: Callable[..., Any], parts: Mapping[str, bytes], *given: Any) -> Any:
    """``function(parts, *given)``, in a process of the pool, if the office has one."""
    if shop.pool is not None:
        return shop.pool.call_within(seconds, function, parts, *given)
    return function(parts, *given)


@contextmanager
def folder(shop: Shop) -> Iterator[Path]:
    """A folder for files that are on their way in or out."""
    shop.settings.home.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=shop.settings.home))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(shop: Shop) -> None:
    """Remove the folders of processes that were killed; any that a living one could still use is younger."""
    limit = time.time() - _STALE_SECONDS
    for each in shop.settings.home.glob(f"{_PREFIX}*"):
        if each.is_dir() and each.stat().st_mtime < limit:
            shutil.rmtree(each, ignore_errors=True)
