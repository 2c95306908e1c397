"""A database of any earlier release comes to the tables of today with every row in it, on both databases.

``ROWS`` holds a row or more of every table there ever was. At each earlier head those of its columns that it had are
written by plain SQL, as that release would have: the models of today know nothing of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, select, text
from sqlalchemy.orm import Session

from docservice import shipped
from docservice.config import Settings
from docservice.office import open_office
from docservice.pipeline.pinning import files_in
from docservice.storage import audit, migrate
from docservice.storage.blobs import Blobs
from docservice.storage.database import Database
from docservice.storage.models import Base, DocumentRow
from docservice.wording import container

AT = datetime(2026, 3, 4, 17, 30, 1, 250_000)
LATER = AT + timedelta(days=1)
CASEFILE = (shipped.folder("examples") / "CE-2026-0147" / "casefile.json").read_bytes()
TOWN = container.pack(files_in(shipped.folder("town") / "madrona-hills"))  # opening a home reads it
FILES = {"pdf": b"%PDF-1.7 a letter", "casefile": CASEFILE, "bundle": b"a bundle", "town": TOWN, "plan": b"{}"}
SHA = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
PROBLEM = {"code": "checks.failed", "message": "No.", "kind": "input", "problems": []}
ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)"  # Babel 2.18


def _document(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"document-{number}", "position": number, "number": f"NOV-2026-{number:04}", "series": "NOV",
        "year": 2026, "sequence": number, "case_number": "CE-2026-0147", "template": "notice-of-violation",
        "version": 1, "language": "en", "recipient": "owner", "recipient_name": "Adébáyọ̀ Ọlọ́runfẹ́mi", "about": None,
        "title": "Notice of Violation", "status": status, "issued_on": date(2026, 3, 4), "pages": 3,
        "sha256": SHA["pdf"], "casefile_sha256": SHA["casefile"], "bundle_sha256": SHA["bundle"],
        "town_sha256": SHA["town"], "town_version": "2026-01", "engine": "typst 0.15", "fonts": "f" * 64,
        "verify_url": "https://town.example/verify/ABCDEFGHJK", "verify_code": f"ABCDEFGHJ{number}",
        "findings": [{"code": "checks.look", "severity": "warning", "message": "Räumung", "place": "/case"}],
        "notice": {}, "original": None, "supersedes": None, "superseded_by": None, "reason": None,
        "created_at": AT, "created_by": "key:tracker", "dates": [{"name": "comply-by", "date": "2026-04-03"}],
        "case_key": "ce-2026-0147", "case_revision": None, "status_at": None, "speaks_of": None,
        "notice_number": f"NOV-2026-{number:04}", "copy": 1, "printing": 1, "correction": None, "body_sha256": None,
        "mail_on": None, "mailing": None,
        "mail_class": None, "window_lines": None, "enclosures": None, "envelope": None, **more,
    }  # fmt: skip


def _job(number: int, kind: str, state: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"job-{number}", "position": number, "kind": kind, "state": state, "title": "A mailing",
        "case_number": "CE-2026-0147", "request_sha256": SHA["plan"], "attempts": 0, "worker": None,
        "claimable_at": AT, "heartbeat_at": None, "cancel_asked_at": None, "turn": 0, "checked": 0, "done": 0,
        "total": 60, "label": "", "results": [], "problem": None, "created_at": AT, "created_by": "key:tracker",
        "started_at": None, "finished_at": None, **more,
    }  # fmt: skip


def _key(name: str, scopes: list[str], **more: Any) -> dict[str, Any]:
    return {
        "id": f"key-{name}", "name": name, "hint": "ds_abc", "secret_sha256": hashlib.sha256(name.encode()).hexdigest(),
        "scopes": scopes, "created_at": AT, "created_by": "cli:op", "revoked_at": None, "expires_at": LATER,
        "last_used_at": AT, "account_id": None, "officers": ["director"], **more,
    }  # fmt: skip


def _string(position: int, kind: str, language: str, plural: str | None) -> dict[str, Any]:
    return {
        "position": position, "catalog": "clauses", "language": language, "message": "m" * 64, "kind": kind,
        "text": "One day.", "plural": plural, "was": None, "forms": ["a", "b"] if plural else ["a"], "counted": None,
        "template": "notice-of-violation", "number": 1, "reason": "", "author": "account:tia", "created_at": AT,
    }  # fmt: skip


# In an order in which each finds the rows that it points at.
ROWS: dict[str, list[dict[str, Any]]] = {
    "blob": [{"sha256": SHA[name], "size": len(data), "created_at": AT} for name, data in FILES.items()],
    "series": [{"prefix": "NOV", "year": 2026, "last": 3}],
    "account": [
        {
            "id": "account-tia", "login": "tia", "name": "Tia Núñez", "roles": ["translator", "approver"],
            "password_hash": "$argon2id$v=19$", "password_changed_at": AT, "failures": 2, "failed_at": LATER,
            "created_at": AT, "created_by": "cli:op", "disabled_at": None, "issuer": "https://id.example",
            "subject": "248289761001", "linked_at": AT,
        },
    ],
    "desk_session": [{"secret_sha256": "5" * 64, "account_id": "account-tia", "started_at": AT, "seen_at": LATER}],
    "desk_draft": [
        {"account_id": "account-tia", "key": "case/CE-2026-0147/property", "title": "Räumung", "address": "/desk/",
         "fields": [["title", "Räumung"]], "saved_at": AT},
    ],
    "sign_in": [{"state_sha256": "6" * 64, "next": "/desk/translations", "started_at": AT}],
    "document": [
        _document(1, "superseded", superseded_by="document-2", reason="The parcel was wrong."),
        _document(2, "issued", supersedes="document-1", mail_class="certified_mail", window_lines=["1 Räumung St"],
                  envelope="flat-9x12"),
        _document(3, "void", original="document-2", reason="Sent to nobody.", language="es",
                  notice_number="NOV-2026-0002"),
    ],
    "document_index": [
        {"position": number, "name": "adebayo olorunfemi", "words": f"nov-2026-{number:04}", "whole": False}
        for number in (1, 2, 3)
    ],
    "attachment": [{"document_id": "document-2", "name": "IMG_0412.jpg", "sha256": SHA["pdf"]}],
    "packet": [
        {
            "id": "packet-1", "position": 1, "title": "Hearing packet", "case_number": "CE-2026-0147", "pages": 40,
            "sha256": SHA["pdf"], "plan_sha256": SHA["plan"], "certificate_sha256": SHA["pdf"], "copy": "full",
            "profile": "default", "supplements": None, "files": [], "entries": [{"title": "Notice"}], "findings": [],
            "created_at": AT, "created_by": "key:tracker",
        },
    ],
    "packet_plan": [
        {
            "id": "plan-1", "case_number": "CE-2026-0147", "case_key": "ce-2026-0147", "revision": 2,
            "sheet": {"title": "Hearing packet", "case": "CE-2026-0147", "rows": [{"id": "r1", "section": "Räumung"}]},
            "changes": [{"revision": 2, "by": "account:tia", "at": "2026-06-01", "said": "…", "before": {}}],
            "jobs": [], "created_at": AT, "created_by": "account:tia", "changed_at": LATER, "changed_by": "account:tia",
        },
    ],
    "job": [
        _job(1, "letters", "queued"),
        _job(2, "packet", "running", total=4, worker="host:1", heartbeat_at=AT, started_at=AT),
        _job(3, "letters", "done", results=["document-1"], done=60, finished_at=LATER),
        _job(4, "letters", "failed", problem=PROBLEM),
    ],
    "job_part": [
        {
            "job_id": "job-1", "n": 0, "stage": "check", "state": "queued", "first": 0, "last": 60, "attempts": 0,
            "worker": None, "claimable_at": AT, "outcomes": [],
        },
    ],
    "idempotency": [
        {"actor": "key:tracker", "key": made, "fingerprint": "7" * 64, "document_id": None, "packet_id": None,
         "job_id": None, "case_event": None, "created_at": AT,
         f"{made}_id": f"{made}-2" if made == "document" else f"{made}-1"}
        for made in ("document", "packet", "job")
    ],
    "template_version": [
        {
            "id": 1, "key": "a-letter", "number": 1, "state": "withdrawn", "title": "A letter",
            "document_type": "courtesy-letter", "face": "letter", "languages": ["en", "zh-Hant"],
            "sha256": SHA["bundle"], "effective_on": date(2026, 1, 1), "author": "account:cora",
            "approver": "account:ada", "created_at": AT, "approved_at": LATER, "withdrawn_at": LATER,
            "withdrawn_reason": "Wrong.", "withdrawn_by": "account:ada", "replacement": 0, "note": "First.",
            "based_on": None, "samples_sha256": SHA["casefile"], "submitted_at": AT, "reviewer": "ada",
        },
    ],
    "review_entry": [
        {"id": "entry-1", "position": 1, "key": "a-letter", "number": 1, "kind": "comment", "about": None, "path": "p1",
         "quote": "shall", "body": "“must”?", "author": "account:ada", "created_at": AT},
        {"id": "entry-2", "position": 2, "key": "a-letter", "number": 1, "kind": "resolved", "about": "entry-1",
         "path": "", "quote": "", "body": "", "author": "account:cora", "created_at": LATER},
    ],
    "translation_entry": [
        _string(1, "saved", "es", None), _string(2, "approved", "ar", "%(n)s days."), _string(3, "saved", "pl", "Days"),
    ],
    "exhibit": [
        {"owner": "key:tracker", "sha256": SHA["pdf"], "name": "Gespräch.pdf", "media_type": "application/pdf",
         "size": 17, "complete": True, "kept": True, "created_at": AT, "touched_at": LATER},
    ],
    "api_key": [
        _key("tracker", ["issue", "read"]), _key("viewer", ["read"]), _key("tia", ["translate"],
                                                                          account_id="account-tia"),
    ],
    "holder": [{"id": "holder-1", "name": "host:1", "alive_until": AT, "lost_at": LATER}],
    "town_edition": [
        {
            "number": 1, "key": "madrona-hills", "version": "2026-02", "sha256": SHA["town"], "state": "sent_back",
            "origin": "proposed", "note": "Higher fines.", "proposed_by": "account:cora", "proposed_at": AT,
            "effective_on": None, "decided_by": "account:ada", "decided_at": LATER, "reason": "Not yet adopted.",
        },
    ],
    "cases": [
        {
            "key": key, "number": key.upper(), "position": position, "revision": 2, "sha256": SHA["casefile"],
            "title": "Räumung", "opened_on": date(2026, 2, 2), "closed_on": date(2026, 3, 4), "merged_into": into,
            "words": "ce-2026-0147", "created_at": AT, "created_by": "key:tracker", "changed_at": LATER,
            "officer": "coordinator", "site": "1 Main St", "street": "Main St", "topics": "\nweeds\n",
        }
        for key, position, into in (("ce-2026-0147", 4, None), ("ce-2026-0148", 5, "ce-2026-0147"))
    ],
    "case_revisions": [
        {"key": "ce-2026-0147", "revision": number, "position": 5 + number, "sha256": SHA["casefile"], "at": AT,
         "actor": "key:tracker"}
        for number in (1, 2)
    ],
    "case_events": [
        {"position": 8, "key": "ce-2026-0147", "type": "lifted", "subject": "s1", "happened_on": date(2026, 3, 3),
         "at": AT, "actor": "account:tia", "data": {"reason": "Räumung"}, "corrects": None, "reason": None},
        {"position": 9, "key": "ce-2026-0147", "type": "lifted", "subject": "s1", "happened_on": date(2026, 3, 4),
         "at": LATER, "actor": "account:tia", "data": {}, "corrects": 8, "reason": None},
    ],
    "article": [
        {"number": "9407111899223197428490", "position": 1, "batch": "March", "state": "printed", "holder": None,
         "document_id": "document-2", "used_for": None, "why": None, "added_at": AT, "added_by": "account:tia",
         "state_at": LATER},
        {"number": "70192970000012345670", "position": 2, "batch": "March", "state": "spoiled", "holder": None,
         "document_id": None, "used_for": None, "why": "The label tore.", "added_at": AT, "added_by": "account:tia",
         "state_at": LATER},
    ],
    "deadline": [
        {"key": "ce-2026-0147", "id": f"NOV-2026-0002/{name}", "name": name, "title": "Räumung", "state": "open",
         "due": day, "printed": date(2026, 4, 3), "legal": day, "differs": None, "lapses": name == "contest-by",
         "document": "NOV-2026-0002", "party": "owner", "about": None, "rule": "cure", "cause": "service",
         "caused_on": date(2026, 3, 4), "do": None, "done_by": None, "explained": "14 days", "officer": "coordinator",
         "sequence": 1, "previous": None, "changed_at": LATER}
        for name, day in (("contest-by", date(2026, 4, 3)), ("comply-by/v1", None))
    ],
    "due_head": [{"id": 1, "position": 0, "rules": SHA["town"], "day": date(2026, 3, 4), "after_case": 4}],
    "calendar": [
        {"id": "calendar-1", "token_sha256": "8" * 64, "scope": "office", "subject": "", "name": "Wand",
         "created_at": AT, "created_by": "cli:op", "revoked_at": None},
        {"id": "calendar-2", "token_sha256": "9" * 64, "scope": "case", "subject": "ce-2026-0147", "name": "Wand",
         "created_at": AT, "created_by": "cli:op", "revoked_at": LATER},
    ],
    "number_open": [
        {"prefix": "NOV", "year": 2026, "sequence": 4, "holder": None, "why": "checks.failed", "since": AT},
    ],
}  # fmt: skip
CHAIN = ("audit", "audit_head")  # written by the trail itself: it seals


@cache
def _heads() -> list[str]:
    """Every revision before the head, the oldest first."""
    chain = ScriptDirectory(str(migrate._MIGRATIONS)).walk_revisions()
    return [one.revision for one in reversed([*chain])][:-1]


def _tables(session: Session) -> dict[str, Table]:
    held = MetaData()
    held.reflect(session.connection())
    return {name: table for name, table in held.tables.items() if name != "alembic_version"}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def _write(session: Session) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that there is, as they were written."""
    tables = _tables(session)
    written: dict[str, list[dict[str, Any]]] = {}
    for name, rows in ROWS.items():
        if name not in tables:
            continue
        columns = {column.name for column in tables[name].columns}
        known = [{column: value for column, value in row.items() if column in columns} for row in rows]
        if name == "idempotency":  # at first only documents had keys
            known = [row for row in known if len([v for c, v in row.items() if c.endswith("_id") and v]) == 1]
        for row in known:
            session.execute(tables[name].insert().values(**row))
        written[name] = known
    for number in range(3):
        audit.record(session, at=AT.replace(tzinfo=UTC), actor="ana", action="document.issued", subject=str(number),
                     detail={"title": "Räumung", "n": number})  # fmt: skip
    return written


def _as_promised(head: str, name: str, row: dict[str, Any], present: set[str]) -> dict[str, Any]:
    """What is left of a row on purpose: docs/storage.md and the migrations say why."""
    kept = {column: value for column, value in row.items() if column in present}
    order = _heads()
    if name == "api_key" and order.index(head) < order.index("0011") and {"issue", "read"} <= {*kept["scopes"]}:
        kept["scopes"] = [*kept["scopes"], "records"]
    if name == "translation_entry" and order.index(head) < order.index("0019"):
        kept["counted"] = ARABIC if kept["language"] == "ar" else None
    return kept


def test_every_table_and_column_of_today_has_a_row_here() -> None:
    for name, table in Base.metadata.tables.items():
        if name not in CHAIN:
            assert name in ROWS, f"a new table: give {name} a row in tests/storage/test_rows_kept.py"
            assert {column.name for column in table.columns} <= {*ROWS[name][0]}, name


@pytest.mark.parametrize("head", _heads())
def test_rows_of_an_earlier_release_are_kept(head: str, database: Database) -> None:
    with database.alone() as session:
        migrate.build(session, head)
        written = _write(session)
    assert migrate.current(database) == head
    assert migrate.migrate(database)
    with database.reading() as session:
        tables = _tables(session)
        for name, rows in written.items():
            table = tables[name]
            present = {column.name for column in table.columns}
            found = [dict(row) for row in session.execute(select(table)).mappings()]
            for row in rows:
                wanted = _as_promised(head, name, row, present)
                same = [one for one in found if {column: one[column] for column in wanted} == wanted]
                assert len(same) == 1, (name, wanted, found)
            if name not in ("job_part", "document_index"):  # these are made for rows that had none
                assert len(found) == len(rows), name
        assert audit.verify(session) is None
        for mapper in Base.registry.mappers:  # and the models read them
            assert len(session.scalars(select(mapper.class_)).all()) == len(
                session.execute(select(mapper.local_table)).all()  # type: ignore[arg-type]
            )
        stages = {(one["job_id"], one["stage"]) for one in session.execute(select(tables["job_part"])).mappings()}
    assert "job" not in written or ("job-1", "check") in stages


def test_documents_of_before_are_found_by_case_and_know_since_when_they_are_void(database: Database) -> None:
    with database.alone() as session:
        migrate.build(session, "0012")
        _write(session)
        audit.record(session, at=LATER.replace(tzinfo=UTC), actor="ana", action="document.voided", subject="document-3")
        session.execute(text("UPDATE document SET case_number = 'Ce–2026 0147' WHERE id = 'document-1'"))
    assert migrate.migrate(database)
    with database.reading() as session:
        held = select(DocumentRow.id, DocumentRow.case_key, DocumentRow.status_at).order_by(DocumentRow.id)
        assert [tuple(row) for row in session.execute(held)] == [
            ("document-1", "ce-20260147", None),
            ("document-2", "ce-2026-0147", None),
            ("document-3", "ce-2026-0147", LATER.replace(tzinfo=UTC)),
        ]


def test_each_document_of_before_is_a_notice_with_one_copy_in_its_first_printing(database: Database) -> None:
    with database.alone() as session:
        migrate.build(session, "0014")
        _write(session)
    assert migrate.migrate(database)
    with database.reading() as session:
        held = select(DocumentRow.number, DocumentRow.notice_number, DocumentRow.copy, DocumentRow.printing)
        assert [tuple(row) for row in session.execute(held.order_by(DocumentRow.position))] == [
            ("NOV-2026-0001", "NOV-2026-0001", 1, 1),
            ("NOV-2026-0002", "NOV-2026-0002", 1, 1),
            ("NOV-2026-0003", "NOV-2026-0002", 1, 1),  # a translation of the second
        ]


@pytest.mark.parametrize("head", ["0001", "0002", "0009"])  # jobs, their parts and the index are made anew from rows
def test_the_office_reads_what_an_earlier_release_wrote(head: str, tmp_path: Path, fonts_folder: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    database = Database(url)
    with database.alone() as session:
        migrate.build(session, head)
        written = _write(session)
    database.close()
    home = tmp_path / "home"
    for sha256, data in zip(SHA.values(), FILES.values(), strict=True):
        blob = Blobs(home / "blobs").path(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
    (home / "fonts").symlink_to(fonts_folder)
    with open_office(Settings(home=home, database_url=url)) as office:
        assert [one.number for one in office.issuing.documents().items] == [
            row["number"] for row in reversed(ROWS["document"])
        ]
        assert office.issuing.documents(q="olorunfemi").total == 3
        assert office.issuing.document("NOV-2026-0001").superseded_by == "document-2"
        keys = office.people.keys.listed()
        assert {key.name for key in keys} == {row["name"] for row in ROWS["api_key"]}
        assert len(office.binding.packets()) == 1
        assert len(office.jobs.listed()) == len(written.get("job", ()))
        assert [one.login for one in office.people.accounts.listed()] == [
            row["login"] for row in written.get("account", ())
        ]
        assert office.verify_audit() is None
