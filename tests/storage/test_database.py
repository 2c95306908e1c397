"""Tables by migration, and writes that are all or nothing, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, bindparam, select, text
from sqlalchemy.exc import IntegrityError

from docservice.jobs.queue import Queue
from docservice.office.means import translated
from docservice.refusal import Refusal
from docservice.storage import audit, migrate, numbering
from docservice.storage.database import Database
from docservice.storage.models import AuditHeadRow, AuditRow, Base, IdempotencyRow, JobPartRow, SeriesRow
from docservice.storage.store import Store, open_store
from docservice.wording.messages import Sentence

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_migrations_make_exactly_the_models(store: Store) -> None:
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_head_in_code_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrate._MIGRATIONS)).get_heads() == [migrate.HEAD]


def test_many_may_migrate_at_once(database_url: str) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        database = Database(database_url)
        try:
            migrate.migrate(database)
        except BaseException as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    database = Database(database_url)
    assert migrate.current(database) == migrate.HEAD
    assert migrate.migrate(database) is False
    database.close()


def test_a_migration_that_loses_a_row_keeps_nothing(tmp_path: Path) -> None:
    """SQLite looks at references when all is done: a table that others point at may be made anew, not emptied."""
    store = open_store(f"sqlite:///{tmp_path / 'test.db'}", tmp_path / "blobs")
    blob = "INSERT INTO blob VALUES ('a', 1, '2026-06-01 12:00:00')"
    packet = """INSERT INTO packet (id, position, title, pages, sha256, plan_sha256, entries, findings, copy, profile,
        files, created_at, created_by) VALUES ('p', 1, 't', 1, 'a', 'a', '[]', '[]', 'full', 'default', '[]',
        '2026-06-01 12:00:00', 'ana')"""
    with store.database.writing() as session:
        session.execute(text(blob))
        session.execute(text(packet))
    with pytest.raises(Refusal) as refused, store.database.rebuilding() as session:
        session.execute(text("DELETE FROM blob"))
    assert (refused.value.code, "packet" in refused.value.message) == ("database.references", True)
    with pytest.raises(IntegrityError), store.database.writing() as session:
        session.execute(text("DELETE FROM blob"))
    store.close()


@pytest.mark.parametrize("spoil", ["detail", "actor", "remove", "remove last", "swap"])
def test_whatever_is_done_to_the_audit_trail_shows(store: Store, spoil: str) -> None:
    with store.database.writing() as session:
        for number in range(5):
            audit.record(session, at=NOON, actor="ana", action="a.done", subject=str(number), detail={"é": number})
    with store.database.reading() as session:
        assert audit.verify(session) is None
        assert [e.subject for e in audit.entries(session, last=2)] == ["4", "3"]
    with store.database.writing() as session:
        row = session.get(AuditRow, 3)
        assert row is not None
        if spoil == "detail":
            row.detail = {"é": 99}
        elif spoil == "actor":
            row.actor = "mallory"
        elif spoil == "remove":
            session.delete(row)
        elif spoil == "remove last":
            session.delete(session.get(AuditRow, 5))
        else:
            other = session.get(AuditRow, 2)
            assert other is not None
            row.subject, other.subject = other.subject, row.subject
    with store.database.reading() as session:
        assert audit.verify(session) == {"remove last": 5, "swap": 2}.get(spoil, 3)
        assert session.get(AuditHeadRow, 1) is not None


FORGED = """INSERT INTO audit (sequence, at, actor, action, subject, detail, previous, sha256)
    SELECT :sequence, at, actor, action, subject, detail, previous, 'x' || substr(sha256, 2)
    FROM audit WHERE sequence = 3"""


@pytest.mark.parametrize(
    ("commands", "line"),
    [
        (["DELETE FROM audit WHERE sequence > 3"], 4),
        (["DELETE FROM audit"], 1),
        (["UPDATE audit_head SET sequence = 3"], 6),
        (["DELETE FROM audit_head"], 6),
        ([FORGED.replace(":sequence", "6")], 6),
        ([FORGED.replace(":sequence", "0")], 1),
        ([FORGED.replace(":sequence", "-5")], 1),
        ([FORGED.replace(":sequence", "6"), "UPDATE audit_head SET sequence = 6"], 6),
        (["UPDATE audit SET sequence = 9 WHERE sequence = 2", "UPDATE audit SET sequence = 2 WHERE sequence = 4",
          "UPDATE audit SET sequence = 4 WHERE sequence = 9"], 2),
        (["DELETE FROM audit WHERE sequence = 1", "UPDATE audit SET sequence = -sequence",
          "UPDATE audit SET sequence = -sequence - 1", "UPDATE audit_head SET sequence = 4"], 1),
    ],
)  # fmt: skip
def test_what_is_done_by_sql_shows(store: Store, commands: list[str], line: int) -> None:
    with store.database.writing() as session:
        for number in range(5):
            audit.record(session, at=NOON, actor="ana", action="a.done", subject=str(number))
    with store.database.writing() as session:
        for command in commands:
            session.execute(text(command))
    with store.database.reading() as session:
        assert audit.verify(session) == line


@pytest.mark.parametrize("forgery", ["cut off", "written anew"])
def test_a_seal_kept_elsewhere_shows_what_the_chain_alone_cannot(store: Store, forgery: str) -> None:
    """Who has the database can cut off its end, or write it anew with seals that fit; not with the one kept."""
    with store.database.writing() as session:
        for number in range(5):
            audit.record(session, at=NOON, actor="ana", action="a.done", subject=str(number))
    with store.database.reading() as session:
        kept = audit.entries(session, last=1)[0].sha256
        assert audit.sealed(session, kept) == 5
    with store.database.writing() as session:
        session.execute(text("DELETE FROM audit WHERE sequence > 3"))
        session.execute(
            text("UPDATE audit_head SET sequence = 3, sha256 = (SELECT sha256 FROM audit WHERE sequence = 3)")
        )
    if forgery == "written anew":
        with store.database.writing() as session:
            for number in (3, 9):
                audit.record(session, at=NOON, actor="ana", action="a.done", subject=str(number))
    with store.database.reading() as session:
        assert audit.verify(session) is None
        assert audit.sealed(session, kept) is None


def trail(store: Store) -> None:
    with store.database.writing() as session:
        for number in range(3):
            detail = {"title": "Räumung", "n": number, "list": [1.5, None, True]}
            audit.record(session, at=NOON, actor="ana", action="a.done", subject=str(number), detail=detail)


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "detail", "previous", "sha256"])
def test_a_flipped_byte_is_found_wherever_it_is(tmp_path: Path, column: str) -> None:
    """Every byte of a line, as it lies in the file; also where the line would still be read as the same."""
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "blobs")
    trail(store)
    store.close()
    connection = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    (written,) = connection.execute(f"SELECT CAST({column} AS BLOB) FROM audit WHERE sequence = 2").fetchone()
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    for position in range(len(written)):
        for bit in (0x01, 0x20):
            flipped = bytearray(written)
            flipped[position] ^= bit
            change = f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE sequence = 2"
            connection.execute(change, (bytes(flipped),))
            with database.reading() as session:
                assert audit.verify(session) == 2, (column, position, bytes(flipped))
    connection.execute(f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE sequence = 2", (written,))
    with database.reading() as session:
        assert audit.verify(session) is None
    database.close()
    connection.close()


@pytest.mark.parametrize("what", ["detail = (detail::text || ' ')::json", "actor = 'anb'", "sha256 = repeat('0', 64)"])
def test_a_line_changed_in_postgresql_is_found(postgres_url: str, tmp_path: Path, what: str) -> None:
    store = open_store(postgres_url, tmp_path / "blobs")
    trail(store)
    with store.database.writing() as session:
        session.execute(text(f"UPDATE audit SET {what} WHERE sequence = 3"))
    with store.database.reading() as session:
        assert audit.verify(session) == 3
    store.close()


def test_lines_below_a_subject(store: Store) -> None:
    with store.database.writing() as session:
        for subject in ("a/1", "a/2", "ab/1", "a", "a_/1"):
            audit.record(session, at=NOON, actor="ana", action="x", subject=subject)
    with store.database.reading() as session:
        assert [line.subject for line in audit.entries(session, below="a")] == ["a/2", "a/1"]
        assert [line.subject for line in audit.entries(session, below="a_")] == ["a_/1"]


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.database.writing() as session:
            numbering.reserve(session, "AC", 2026, 1, holder="h", at=NOON)
            audit.record(session, at=NOON, actor="ana", action="x", subject="y")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.database.reading() as session:
        assert session.get(SeriesRow, ("AC", 2026)) is None
        assert audit.entries(session) == ()


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x/y", "oracle+thin://x", "postgresql+psycopg://nobody@127.0.0.1:1/x"]
)
def test_an_address_that_will_not_do_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        open_store(url, tmp_path)
    assert refused.value.kind == "setup"


def test_a_database_of_the_first_release_keeps_its_rows(database_url: str) -> None:
    """0002 rebuilds the table of idempotency keys."""
    database = Database(database_url)
    with database.alone() as session:
        migrate.build(session, "0001")
    assert migrate.current(database) == "0001"
    sha = "'" + "a" * 64 + "'"
    document = {
        "id": "'d1'", "position": "1", "number": "'AC-2026-0001'", "series": "'AC'", "year": "2026", "sequence": "1",
        "case_number": "'CE-1'", "template": "'t'", "version": "1", "language": "'en'", "recipient_name": "'Pat'",
        "title": "'A'", "status": "'issued'", "issued_on": "'2026-06-01'", "pages": "1", "sha256": sha,
        "casefile_sha256": sha, "bundle_sha256": sha, "town_sha256": sha, "town_version": "'1'", "engine": "'e'",
        "fonts": "'f'", "verify_url": "'u'", "verify_code": "'c'", "findings": "'[]'", "notice": "'{}'",
        "created_at": "'2026-06-01 12:00:00.000000'", "created_by": "'ana'",
    }  # fmt: skip
    at = document["created_at"]
    with database.writing() as session:
        session.execute(text(f"INSERT INTO blob (sha256, size, created_at) VALUES ({sha}, 1, {at})"))
        session.execute(text(f"INSERT INTO document ({', '.join(document)}) VALUES ({', '.join(document.values())})"))
        columns = "actor, key, fingerprint, document_id, created_at"
        session.execute(text(f"INSERT INTO idempotency ({columns}) VALUES ('ana', 'k1', {sha}, 'd1', {at})"))
    assert migrate.migrate(database)
    with database.reading() as session:
        kept = session.get(IdempotencyRow, ("ana", "k1"))
        assert kept is not None
        assert (kept.document_id, kept.packet_id, kept.job_id) == ("d1", None, None)
    database.close()


def test_translations_that_count_keep_their_numbers(database_url: str) -> None:
    """0019: forms written in the order of Babel's Arabic rule (100 to 102 before 11 to 99) are read in CLDR's."""
    database = Database(database_url)
    with database.alone() as session:
        migrate.build(session, "0008")
    written = {
        ("ar", "%(n)s trees"): ["zero", "one", "two", "few", "hundred", "many"],
        ("es", "%(n)s trees"): ["un", "%(n)s"],
        ("lv", "%(n)s trees"): ["koks", "koki", "koku"],  # its form for 0 is CLDR's for 0 and 10 to 20 too
        ("ar", None): ["شجرة"],
    }
    with database.writing() as session:
        for position, ((language, plural), forms) in enumerate(written.items(), 1):
            row = {
                "position": position, "catalog": "c", "language": language, "message": "a" * 64, "kind": "saved",
                "text": "One tree", "plural": plural, "forms": json.dumps(forms), "template": "c", "number": 1,
                "reason": "", "author": "tia", "created_at": "2026-06-01 12:00:00.000000",
            }  # fmt: skip
            names = ", ".join(row)
            session.execute(
                text(f"INSERT INTO translation_entry ({names}) VALUES ({', '.join(':' + name for name in row)})"), row
            )
    assert migrate.migrate(database)
    with database.writing() as session:
        new = Sentence("Two trees", "%(n)s trees", "f", 1)
        at = NOON
        translated.add(session, "saved", [("c", new, ("0", "1", "2", "3", "11", "100"), None)], language="ar",
                       template="c", number=1, actor="tia", at=at)  # fmt: skip
        kept = {tag: [entry.forms for entry in translated.entries(session, ("c",), tag)] for tag in ("ar", "es", "lv")}
    assert kept == {
        "ar": [("zero", "one", "two", "few", "many", "hundred"), ("شجرة",), ("0", "1", "2", "3", "11", "100")],
        "es": [("un", "%(n)s")],
        "lv": [],
    }
    database.close()


def test_open_jobs_of_the_release_before_get_their_parts(database_url: str) -> None:
    """A mailing not begun is checked first; one begun goes on; a packet is one part; what ended has none."""
    database = Database(database_url)
    jobs = [
        ("a", "letters", "queued", 60, 0, "[]"), ("b", "letters", "running", 30, 1, '["d1"]'),
        ("c", "letters", "queued", 1, 0, "[]"), ("d", "packet", "running", 4, 2, "[]"),
        ("e", "letters", "done", 2, 1, '["d2", "d3"]'),
    ]  # fmt: skip
    at = bindparam("at", NOON.replace(tzinfo=None), DateTime())  # its type: SQLite's own writing of days is going away
    with database.alone() as session:
        migrate.build(session, "0009")
        session.execute(text("INSERT INTO blob VALUES ('x', 1, '2026-06-01 12:00:00')"))
        for position, (id, kind, state, total, attempts, results) in enumerate(jobs):
            given = {
                "id": id, "position": position, "kind": kind, "state": state, "total": total, "attempts": attempts,
                "results": results,
            }  # fmt: skip
            session.execute(
                text(
                    "INSERT INTO job (id, position, kind, state, title, request_sha256, attempts, claimable_at, done, "
                    "total, label, results, created_at, created_by) VALUES (:id, :position, :kind, :state, 'A', 'x', "
                    ":attempts, :at, 0, :total, '', :results, :at, 'ana')"
                ).bindparams(at),
                given,
            )
        session.execute(
            text(
                "INSERT INTO idempotency (actor, key, fingerprint, job_id, created_at) "
                "VALUES ('ana', 'k', 'f', 'a', :at)"
            ).bindparams(at)
        )
    assert migrate.migrate(database)
    queue = Queue(database, lambda: NOON)
    with database.reading() as session:
        rows = session.scalars(select(JobPartRow).order_by(JobPartRow.job_id, JobPartRow.n))
        parts = [(row.job_id, row.stage, row.first, row.last, row.attempts) for row in rows]
    assert parts == [
        ("a", "check", 0, 25, 0), ("a", "check", 25, 50, 0), ("a", "check", 50, 60, 0),
        ("b", "issue", 0, 25, 1), ("b", "issue", 25, 30, 1), ("c", "issue", 0, 1, 0), ("d", "whole", 0, 4, 2),
    ]  # fmt: skip
    assert [job.state for job in reversed(queue.jobs())] == [state for _, _, state, *_ in jobs]
    claimed = [part for part in (queue.claim("w") for _ in range(9)) if part is not None]
    assert sorted((part.job.id, part.n) for part in claimed) == sorted((id, n) for id, n in (
        ("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1), ("c", 0), ("d", 0)
    ))  # fmt: skip
    database.close()
