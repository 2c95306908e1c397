"""What the first letter of a warm rendering process costs, against the tenth: ``python bench/warm.py`` (target 2).

CPU seconds of the rendering process alone; the letters differ by their date, so that none is remembered.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median

from docservice import shipped
from docservice.config import Settings
from docservice.office import Order, open_office


def children_seconds() -> float:
    """CPU seconds of the processes that this one has started (proc(5))."""
    ticks = 0
    for task in Path("/proc/self/task").glob("*/children"):  # of each thread: one that ends leaves them to another
        for child in task.read_text().split():
            ticks += sum(map(int, Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the ratio."""
    folder = shipped.folder("examples") / "CE-2026-0231"
    order = Order("administrative-citation", json.loads((folder / "casefile.json").read_text()), about="c1")
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), isolated_rendering=True, workers=1)
        with open_office(settings) as office:
            office.warm()
            spent = [children_seconds()]
            for turn in range(10):
                office.issuing.preview(replace(order, on=date(2026, 5, 20 + turn)))
                spent.append(children_seconds())
    letters = [(after - before) * 1000 for before, after in pairwise(spent)]
    print("ms:", *(round(one) for one in letters))
    print(f"first letter / median of the others: {letters[0] / median(letters[1:]):.2f}")


if __name__ == "__main__":
    main()
