"""What lies in the repository is read by tests and written by none: a test that writes there fails where it does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
KEPT = tuple(f"{ROOT / name}{os.sep}" for name in ("law", "town", "examples", "docservice", "docs", "script", "bench"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Of each way to change a file, which arguments are paths, and which the folders that those are relative to
# (https://docs.python.org/3/library/audit_events.html).
_CHANGES: Mapping[str, tuple[tuple[int, int | None], ...]] = {
    "os.rename": ((0, 2), (1, 3)), "os.remove": ((0, 1),), "os.mkdir": ((0, 2),), "os.rmdir": ((0, 1),),
    "os.truncate": ((0, None),), "os.symlink": ((1, 2),), "os.link": ((1, 3),), "os.utime": ((0, 3),),
    "os.chmod": ((0, 2),), "shutil.rmtree": ((0, 1),),
}  # fmt: skip


def keep_sources() -> None:
    """From now on, in this process and in those it forks. What Python compiles lies beside the sources all the same."""
    sys.addaudithook(_refuse)


def _refuse(event: str, said: tuple[Any, ...]) -> None:
    if event == "open":
        places: tuple[tuple[int, int | None], ...] = ((0, None),) if said[2] & _WRITING else ()
    else:
        places = _CHANGES.get(event, ())
    for place, base in places:
        path = said[place]
        if not isinstance(path, str | bytes | os.PathLike):
            continue
        folder = said[base] if base is not None and len(said) > base else None
        start = Path(f"/proc/self/fd/{folder}").readlink() if isinstance(folder, int) and folder >= 0 else ""
        name = os.path.abspath(os.path.join(start, os.fsdecode(path)))  # noqa: PTH100, PTH118 - of every file opened
        if name.startswith(KEPT) and f"{os.sep}__pycache__" not in name:
            raise PermissionError(f"A test writes into the repository ({event}): {name}. Let it work on a copy.")
