"""A mailing to many: seconds, CPU and typesettings per letter. ``python bench/mailing.py 500 [each]``."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from docservice import shipped
from docservice.config import Settings
from docservice.office import Order, open_office
from docservice.pipeline import producing


def order(count: int) -> Order:
    """A citation to the owner and ``count`` - 1 more of them."""
    casefile: dict[str, Any] = json.loads((shipped.folder("examples") / "CE-2026-0231" / "casefile.json").read_text())
    owner, contact = casefile["parties"]
    people = [{**owner, "id": f"p{n}", "name": {"text": f"Pat Moss {n}"}} for n in range(count - 2)]
    casefile["parties"] = [owner, *people, contact]
    back = "A bench."
    return Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", dated_back=back)


def cpu() -> float:
    """CPU seconds of this process and of those that have ended below it."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", type=int)
    parser.add_argument("mode", nargs="?", default="all_or_none", choices=["all_or_none", "each"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", isolated_rendering=True)
        office = open_office(settings)
        office.warm()
        typeset: Counter[str] = Counter()
        call = office.shop.pool.call if office.shop.pool is not None else None
        assert call is not None

        def counting(function: Any, parts: Any, task: Any, *rest: Any, **more: Any) -> Any:
            if function is producing.produce:
                typeset[task.recipient] += 1
            return call(function, parts, task, *rest, **more)

        office.shop.pool.call = counting  # type: ignore[union-attr, method-assign]
        office.queue_letters(order(given.letters), everyone=True, actor="bench", mode=given.mode)
        began, used = time.perf_counter(), cpu()
        own = resource.getrusage(resource.RUSAGE_SELF)
        done = office.worker.run_one()
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        parent = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
        office.close()
        if done is None or done.state != "done":
            sys.exit(f"{done}")
        total = cpu() - used
    print(
        f"{given.letters} letters, {given.mode}: {seconds:.1f} s, {given.letters / seconds:.1f} letters/s, "
        f"{sum(typeset.values()) / given.letters:.2f} typesettings a letter, CPU {total / given.letters * 1000:.1f} ms "
        f"a letter with the start of the rendering processes, {parent / given.letters * 1000:.1f} of it in the worker"
    )


if __name__ == "__main__":
    main()
