"""Run by test_jobs: workers die at the k-th step of two mailings and a packet, others take over; what is left?

One mailing goes out all or none, in a part for each letter and stage; in the other each letter is for itself.

Every ``stride``-th step is tried. A step is anything the child does to the database or the disk (``killed.py``).
Rendering is replaced by a stub.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from docservice.config import Settings
from docservice.jobs import queue as queue_room
from docservice.jobs.words import MODES
from docservice.office import Office, open_office
from docservice.office.binding import binding
from docservice.pipeline import producing
from tests import once
from tests.office.killed import bound, count_steps, left_over, order, stub

PLAN = {"title": "A packet", "case": "CE-2026-0231", "parts": [{"generated": "cover"}, {"file": "a.pdf", "title": "A"}]}


def queue(office: Office) -> list[str]:
    letters = [office.jobs.queue_letters(order(), everyone=True, actor="ana", mode=mode) for mode in MODES]
    packet = office.jobs.queue_packet(PLAN, {"a.pdf": b"%PDF " + os.urandom(8)}, actor="ana")
    return [*(job.id for job in letters), packet.id]


def child(settings: Settings, now: datetime, dies_at: int) -> None:
    steps = 0

    def act() -> None:
        nonlocal steps
        steps += 1
        if steps == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    office = open_office(settings, clock=lambda: now)
    count_steps(settings.home, act)
    engine = office.means.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *_: act())
    event.listen(engine, "commit", lambda *_: act())
    while office.jobs.worker.run_one() is not None:
        pass


def wrong_with(office: Office, jobs: list[str]) -> list[str]:
    """What is wrong with the last jobs and with the register; empty when all is well."""
    wrong = []
    for job in map(office.jobs.find, jobs):
        made = 1 if job.kind == "packet" else job.total  # the parts of a packet become one
        if job.state != "done" or len(job.results) != made or job.done != job.total or job.attempts > 2:
            wrong.append(f"{job.kind} is {job.state} with {len(job.results)} of {made}, attempt {job.attempts}")
        if job.kind == "letters":
            recipients = Counter(office.issuing.document(id).recipient for id in job.results)
            if set(recipients.values()) != {1} or len(recipients) != 2:
                wrong.append(f"letters went to {recipients}")
            copies = [(one.notice, one.copy) for one in map(office.issuing.document, job.results)]
            if len({notice for notice, _ in copies}) != 1 or sorted(copy for _, copy in copies) != [1, 2]:
                wrong.append(f"they are the copies {copies}")
    made = [id for job in office.jobs.listed(last=10_000) for id in job.results]
    on_record = office.issuing.documents().total + len(office.binding.packets())
    if not len(made) == len(set(made)) == on_record:
        wrong.append(f"{on_record} on record, {len(made)} made by jobs")
    return wrong


def main(home: Path, stride: int) -> None:
    settings = replace(Settings.from_env(), home=home)
    once.compile_statements_once()
    once.read_packs_once()  # to read and to compile is no step, and slow
    producing.produce = stub  # type: ignore[assignment]
    queue_room.LETTERS = 1
    binding._assemble = bound
    binding._make_ready = lambda *_: None  # type: ignore[assignment]
    now, kills, step = datetime(2026, 6, 1, 17, tzinfo=UTC), 0, 1
    while True:
        office = open_office(settings, clock=lambda: now)  # noqa: B023
        jobs = queue(office)
        office.close()
        process = os.fork()
        if process == 0:
            child(settings, now, step)
            os._exit(0)
        status = os.waitpid(process, 0)[1]
        later = now + timedelta(minutes=2)
        office = open_office(settings, clock=lambda: later)  # noqa: B023
        while office.jobs.worker.run_one() is not None:
            pass
        wrong = wrong_with(office, jobs)
        office.close()
        if wrong or (os.WIFEXITED(status) and os.WEXITSTATUS(status)):
            sys.exit(f"killed at step {step}: {wrong}, {status}")
        if os.WIFEXITED(status):
            break
        kills, step = kills + 1, step + stride
        now += timedelta(minutes=5)
    print(json.dumps({"kills": kills, "left over": left_over(settings)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
