"""Run by test_postgresql as a process of its own: issues into one series, or works on the queue. Rendering is a stub.

``hand.py issue COUNT`` issues, every second time under a key that the other hands use too; ``hand.py own COUNT`` issues
without a key, and prints how often it rendered; ``hand.py work`` does what waits; ``hand.py stall`` begins a job and
never ends it. It begins when its standard input ends, so that many begin at once.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Any

from docservice.config import Settings
from docservice.office import open_office
from docservice.pipeline import producing
from docservice.refusal import Refusal
from tests.office.killed import order, stub


def stall(parts: Any, task: Any, face: str, *_: Any) -> Any:
    if task.number is not None and task.recipient == "local-contact":
        print("stalls", flush=True)
        time.sleep(600)
    return stub(parts, task, face)


rendered = 0


def counting(parts: Any, task: Any, face: Any, *_: Any) -> Any:
    global rendered
    rendered += 1
    time.sleep(0.03)  # long enough for others to take numbers meanwhile
    return stub(parts, task, face)


def main(what: str, count: int) -> None:
    producing.produce = {"stall": stall, "own": counting}.get(what, stub)  # type: ignore[assignment]
    with open_office(Settings.from_env()) as office:
        asked = replace(order(), attachments={"a.jpg": b"a"})  # the same of every hand
        print("ready", flush=True)
        sys.stdin.read()
        if what in ("issue", "own"):
            for turn in range(count):
                key = f"shared {turn}" if turn % 2 and what == "issue" else None
                try:
                    office.issuing.issue(asked, actor="ana", idempotency_key=key)
                except Refusal as refusal:
                    sys.exit(str(refusal))
            print(rendered)
        else:
            for job in office.jobs.worker.finished(drain=True):
                print(job.id, job.state, job.attempts, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
