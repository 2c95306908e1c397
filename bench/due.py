"""What is due over many open cases: the list, one case with its next steps, and making all of it again.

    .venv/bin/python bench/due.py 10000

Cases are written straight into the tables, each with a notice of before that was served: nothing is rendered.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.cases.calendars import written
from docservice.storage import audit
from docservice.storage.models import BlobRow, CaseEventRow, CaseRevisionRow, CaseRow
from docservice.storage.store import register

NOW = datetime(2026, 7, 1, 17, tzinfo=UTC)
TOLD = {
    "document_type": "notice-of-violation", "recipient": "owner",
    "dates": {"contest-by": "2026-06-11", "comply-by": "2026-06-15"},
}  # fmt: skip


def fill(office: Office, count: int) -> None:
    """So many open cases, alike but for the days of their notices."""
    facts = json.loads((shipped.folder("examples") / "CE-2026-0147" / "casefile.json").read_text("utf-8"))
    data = json.dumps(facts).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    with office.means.store.blobs.staging() as stage:
        stage.put(data)
        with office.means.store.database.writing() as session:
            if session.get(BlobRow, sha256) is None:
                register(session, stage, NOW)
            lines = [audit.AuditLine("case.created", f"case/CE-{n}", {"case": f"CE-{n}"}) for n in range(count)]
            places = audit.record_many(session, lines, at=NOW, actor="bench")
            cases, told = [], list[dict[str, Any]]()
            for n, place in enumerate(places):
                common = {"at": NOW, "actor": "bench"}
                cases.append({
                    "key": f"ce-{n}", "number": f"CE-{n}", "position": place, "revision": 1, "sha256": sha256,
                    "title": "A case", "opened_on": date(2026, 3, 3), "closed_on": None, "merged_into": None,
                    "words": f"ce-{n}", "created_at": NOW, "created_by": "key:bench", "changed_at": NOW,
                })  # fmt: skip
                day = date(2026, 5, 1) + timedelta(days=n % 60)
                told.append({
                    "position": 10**8 + 2 * n, "key": f"ce-{n}", "type": "notice-imported", "subject": f"OLD-{n}",
                    "happened_on": day, "data": TOLD, "corrects": None, "reason": None, **common,
                })  # fmt: skip
                told.append({
                    **told[-1], "position": 10**8 + 2 * n + 1, "type": "served",
                    "data": {"party": "owner", "method": "first_class_mail"},
                })  # fmt: skip
            session.execute(insert(CaseRow.__table__), cases)  # type: ignore[arg-type]
            session.execute(insert(CaseEventRow.__table__), told)  # type: ignore[arg-type]
            session.execute(
                insert(CaseRevisionRow.__table__),  # type: ignore[arg-type]
                [{"key": one["key"], "revision": 1, "position": one["position"], "sha256": sha256, "at": NOW,
                  "actor": "bench"} for one in cases],
            )  # fmt: skip
        stage.publish()


def timed(ask: Callable[[], object], rounds: int = 15) -> str:
    """Median and slowest, wall and CPU, in milliseconds."""
    ask()
    walls, cpus = [], []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return (
        f"{statistics.median(walls):7.1f} ms median, {max(walls):7.1f} slowest; CPU {statistics.median(cpus):6.1f} ms"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, open_office(
        Settings(home=Path(folder) / "home"), clock=lambda: NOW
    ) as office:  # fmt: skip
        fill(office, count)
        started, cpu = time.perf_counter(), time.process_time()
        dates = office.cases.due.rebuild()
        took, used = time.perf_counter() - started, time.process_time() - cpu
        print(f"made again: {dates} dates of {count} cases, {took:.1f} s, CPU {used / count * 1000:.1f} ms a case")
        due = office.cases.due
        print("list, open and late, 100     ", timed(lambda: due.listed(per_page=100)))
        print("list, until 30 days, 500     ", timed(lambda: due.listed(until=date(2026, 7, 31), per_page=500)))
        print("list, an officer's, late, 100", timed(lambda: due.listed(officer="coordinator", state="late")))
        print("list, nobody's               ", timed(lambda: due.listed(officer="nobody")))
        page = due.listed(per_page=500)
        print("list, the second 500         ", timed(lambda: due.listed(per_page=500, after=page.following)))
        print("one case: due and next       ", timed(lambda: (due.of_case("CE-7"), office.cases.next_steps("CE-7"))))
        _, token = due.make_calendar("officer", "coordinator", "bench", actor="bench")
        print("calendar of an officer       ", timed(lambda: due.calendar(token).etag))
        file = due.calendar(token)
        print(f"… written: {len(file.dates)} dates ", timed(lambda: written(file.title, file.host, file.dates), 1))


if __name__ == "__main__":
    main()
