"""Run by test_killed: issues and supersedes documents in children that die at the k-th step, and looks at what is left.

A step is anything the child does to the database or the disk: a statement, a commit, a file opened for writing, an
fsync, a rename, a removal. Rendering is replaced by a stub, since it touches neither; so all steps can be tried soon.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.cases.happening import CaseEventOrder
from docservice.packets.assemble import Packet, PacketFile
from docservice.pdf.shelf import sha256_of
from docservice.pipeline import producing
from docservice.pipeline.producing import Task
from docservice.pipeline.product import Product
from docservice.storage import audit, numbering
from docservice.storage.models import (
    AttachmentRow,
    AuditRow,
    BlobRow,
    CaseEventRow,
    CaseRevisionRow,
    CaseRow,
    DocumentRow,
    HolderRow,
    SeriesRow,
)
from docservice.storage.store import Store, open_store
from tests import once


def stub(parts: dict[str, bytes], task: Task, face: str, *_: Any) -> Product:
    content = f"%PDF {task.number} {task.recipient} {time.time_ns()}".encode() * 20
    return Product(content, "<article/>", "A letter", "Pat", 1, (), "stub", "none", 0.0)


def bound(parts: dict[str, bytes], asked: Any) -> Packet:
    """A packet of one file, for tests that are not about its pages."""
    path = asked.into / "packet.pdf"
    path.write_bytes(b"%PDF packet " + asked.copy.encode() + time.time_ns().to_bytes(8, "big"))
    file = PacketFile(path.name, path, sha256_of(path), path.stat().st_size, 1, "1", "1")
    listed = {"name": file.name, "sha256": file.sha256, "bytes": file.size, "pages": 1, "first": "1", "last": "1"}
    return Packet((file,), 1, (), (), {"certificate": 1, "title": "A packet", "files": [listed]})


def order() -> Order:
    casefile = json.loads((shipped.folder("examples") / "CE-2026-0231" / "casefile.json").read_text())
    pictures = {"a.jpg": os.urandom(64), "b.jpg": os.urandom(64)}
    day = date(2026, 5, 29)
    return Order(
        "administrative-citation", casefile, on=day, about="c1", attachments=pictures, dated_back="A test."
    )  # fmt: skip


def work_on_cases(office: Office) -> None:
    """A case is put on record, changed, ordered by, and something happens in it; a new case each time."""
    facts = dict(order().casefile)
    number = f"CE-{os.urandom(6).hex()}"
    facts = {**facts, "case": {**facts["case"], "number": number}, "service": []}
    facts["citations"] = [{"id": "c1", "ordinal": 1, "violations": ["v1"], "violation_on": "2026-05-23"}]
    facts["appeals"], facts["hearings"] = [], []
    office.cases.put(number, facts, actor="test", saw="new")
    office.cases.patch(number, {"case": {"title": "Another"}}, actor="test", saw=1)
    told = CaseEventOrder("closed", date(2026, 6, 30), number, {"reason": "All corrected."})
    first = office.cases.tell(number, told, actor="test", idempotency_key=os.urandom(8).hex())
    wrong = CaseEventOrder("retracted", date(2026, 6, 30), number, {}, first.position, "Not all.")
    office.cases.tell(number, wrong, actor="test")
    office.cases.put_item(
        number, "payments", "p1", {"on": "2026-06-30", "amount": "5.00", "ledger": "fines"}, actor="test", saw=2
    )


def cases_left_over(session: Session) -> Iterator[str]:
    """What is wrong with cases on record: a revision that is missing, a line of the trail without what it tells."""
    revisions: dict[str, list[CaseRevisionRow]] = {}
    for row in session.scalars(select(CaseRevisionRow).order_by(CaseRevisionRow.revision)):
        revisions.setdefault(row.key, []).append(row)
    for case in session.scalars(select(CaseRow)):
        told = revisions.pop(case.key, [])
        if [row.revision for row in told] != list(range(1, case.revision + 1)) or told[-1].sha256 != case.sha256:
            yield f"{case.number} at {case.revision} has revisions {[row.revision for row in told]}"
    if revisions:
        yield f"revisions of no case: {sorted(revisions)}"
    rows = {row.position for row in session.scalars(select(CaseRevisionRow))}
    rows |= {row.position for row in session.scalars(select(CaseEventRow))}
    lines = set(session.scalars(select(AuditRow.sequence).where(AuditRow.action.startswith("case."))))
    if rows != lines:
        yield f"lines without rows {sorted(lines - rows)}, rows without lines {sorted(rows - lines)}"


def work(office: Office) -> None:
    first = office.issuing.issue(order(), actor="test", idempotency_key=os.urandom(8).hex())
    second = office.issuing.supersede(
        first.id, replace(order(), on=date(2026, 6, 1)), reason="A wrong date.", actor="test"
    )
    office.issuing.void(second.id, reason="Sent to the wrong house.", actor="test")


def count_steps(home: Path, act: Callable[[], None]) -> None:
    """Call ``act`` before every step."""

    def hook(name: str, args: tuple[Any, ...]) -> None:
        if name in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree") or (
            name == "open" and str(args[0]).startswith(str(home)) and isinstance(args[1], str) and args[1] != "r"
        ):
            act()

    sys.addaudithook(hook)
    os.fsync = lambda _: act()  # a killed process leaves the same files with and without it


def child(settings: Settings, dies_at: int, work: Callable[[Office], None] = work) -> None:
    steps = 0

    def act() -> None:
        nonlocal steps
        steps += 1
        if steps == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    count_steps(settings.home, act)
    office = open_office(settings)
    engine = office.means.store.database.engine
    event.listen(engine, "before_cursor_execute", lambda *_: act())
    event.listen(engine, "commit", lambda *_: act())
    work(office)
    office.close()


def numbers(session: Session) -> tuple[list[int], list[int], int]:
    """Those of notices, those that stand open, and the last of the series. (No two are one copy.)"""
    given = sorted({row.sequence for row in session.scalars(select(DocumentRow)) if row.original is None})
    standing = [one.sequence for one in numbering.standing_open(session)]
    return given, standing, session.scalar(select(SeriesRow.last)) or 0


_seen: set[str] = set()  # files that were looked at after an earlier kill; they are never written again


def left_over(settings: Settings, *, may_stand: int = 0) -> list[str]:
    """What is wrong with the store after a kill and a recovery; empty when all is well.

    At once, numbers given and numbers open are all there are; when the lease is over, nobody holds one, and so many at
    most stand open (below others that were given meanwhile).
    """
    store = open_store(settings.database, settings.blobs, clock=lambda: datetime.now(UTC) + timedelta(days=1))
    wrong: list[str] = []
    try:
        settled_in_database(store)
        with store.database.reading() as session:
            given, standing, last = numbers(session)
            if sorted(given + standing) != list(range(1, last + 1)):
                wrong.append(f"numbers {given} and open {standing} of {last}")
        store.recover()
        with store.database.reading() as session:
            given, standing, last = numbers(session)
            held = [one for one in numbering.standing_open(session) if one.holder is not None]
            if sorted(given + standing) != list(range(1, last + 1)) or held or len(standing) > may_stand:
                wrong.append(f"at rest: numbers {given} and open {standing} of {last}, {len(held)} held")
            rows = list(session.scalars(select(DocumentRow)))
            named = {
                sha256
                for row in rows
                for sha256 in (row.sha256, row.casefile_sha256, row.bundle_sha256, row.town_sha256)
            } | set(session.scalars(select(AttachmentRow.sha256)))
            named |= set(session.scalars(select(CaseRevisionRow.sha256)))
            wrong += cases_left_over(session)
            known = set(session.scalars(select(BlobRow.sha256)))
            shelf = {p.parent.name + p.name for p in settings.blobs.glob("??/*")}
            if shelf != known:
                wrong.append(f"orphans {len(shelf - known)}, missing {len(known - shelf)}")
            if named - known:
                wrong.append("documents name blobs that are not known")
            for sha256 in known - _seen:
                store.blobs.read(sha256)
            filed = Counter(session.scalars(select(AttachmentRow.document_id)))
            for row in rows:
                if filed[row.id] != 2:
                    wrong.append(f"{row.number} is half made")
                if (row.status == "superseded") != (row.superseded_by is not None):
                    wrong.append(f"{row.number} is {row.status} without its successor")
                if row.sha256 not in _seen and row.number.encode() not in store.blobs.read(row.sha256):
                    wrong.append(f"{row.number} prints another number")
            _seen.update(known)
            if audit.verify(session) is not None:
                wrong.append("the audit chain is broken")
            if list(session.scalars(select(HolderRow))):
                wrong.append("a dead holder is left")
        staged = list((settings.blobs / "staging").glob("*"))
        if staged:
            wrong.append(f"{len(staged)} staging folders are left")
    finally:
        store.close()
    return wrong


def settled_in_database(store: Store) -> None:
    """Wait for what a killed client sent last: PostgreSQL still does it."""
    while not store.database.is_sqlite:
        with store.database.engine.connect() as connection:
            busy = "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid()"
            if connection.execute(text(busy)).scalar() == 0:
                return
        time.sleep(0.01)


def forked(work: Callable[[], None]) -> int:
    process = os.fork()
    if process == 0:
        work()
        os._exit(0)
    return process


def issue_three(settings: Settings) -> None:
    """One who lives on: issues while another is killed."""
    with open_office(settings) as office:
        for _ in range(3):
            office.issuing.issue(order(), actor="test")


def learn(settings: Settings, work: Callable[[Office], None]) -> None:
    """Do the work once here: what a process reads and compiles the first time is no step, and half of its time.

    Every child begins with what this process then has in memory.
    """
    once.compile_statements_once()
    once.read_packs_once()
    producing.produce = stub  # type: ignore[assignment]
    open_office(settings).close()  # takes the town's rules from their folder, the next one from the record
    with open_office(settings) as office:
        work(office)


def main(home: Path, stride: int, random_kills: int, work: Callable[[Office], None] = work) -> None:
    settings = replace(Settings.from_env(), home=home)
    learn(settings, work)
    kills, k = 0, 1
    while True:
        process = forked(partial(child, settings, k, work))
        status = os.waitpid(process, 0)[1]
        wrong = left_over(settings)
        if wrong:
            sys.exit(f"killed at step {k}: {wrong}")
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status):
                sys.exit(f"the child failed at step {k}")
            break
        kills, k = kills + 1, k + stride
    for turn in range(random_kills):
        victim, survivor = forked(partial(child, settings, 0, work)), forked(partial(issue_three, settings))
        time.sleep(0.02 + 0.3 * (turn * 0.618 % 1))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        if os.waitpid(survivor, 0)[1]:
            sys.exit(f"random kill {turn}: the other one failed")
        wrong = left_over(settings, may_stand=1)
        if wrong:
            sys.exit(f"random kill {turn}: {wrong}")
    issue_three(settings)  # the next letters close every gap
    print(json.dumps({"kills": kills, "left over": left_over(settings)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), work_on_cases if sys.argv[4:] == ["cases"] else work)
