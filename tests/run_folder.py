"""A folder of one run of tests, for all of its processes: what one worker has made there, the others find."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_VARIABLE = "DOCSERVICE_TEST_RUN"


def run_folder() -> Path:
    """The folder; who asks first, which is the process that starts the workers, makes it and takes it away."""
    if _VARIABLE not in os.environ:
        folder = tempfile.mkdtemp(prefix="docservice-tests-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[_VARIABLE] = folder
    return Path(os.environ[_VARIABLE])


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """What ``make`` makes at the path that it is given: a folder of the run, made by whoever comes first."""
    folder = run_folder() / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            draft.rename(folder)
    return folder
