"""A rendering process alone, for ``run.py memory``: makes 200 letters and prints its size in megabytes after the first
and after the last of them, and its peak.

    .venv/bin/python bench/rendering.py LETTERS [MODULE …]    # LETTERS: a pickled list of what the pipeline works on
"""

from __future__ import annotations

import importlib
import itertools
import pickle
import sys
from dataclasses import replace
from pathlib import Path

from docservice.pipeline import producing

LETTERS = 200


def size(what: str) -> int:
    """Megabytes (proc(5)); not ``getrusage``, which counts the parent's size at the fork."""
    return int(Path("/proc/self/status").read_text().partition(what)[2].split()[0]) // 1024


def main(held: Path, *modules: str) -> None:
    for module in modules:
        importlib.import_module(module)
    letters = itertools.cycle(pickle.loads(held.read_bytes()))
    sizes = []
    for serial, (parts, task) in enumerate(itertools.islice(letters, LETTERS)):
        producing.produce(parts, replace(task, number=f"NOV-2026-{serial:04}"), "pdf")
        sizes.append(size("VmRSS:"))
    print(sizes[0], sizes[-1], size("VmHWM:"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
