"""Backup and restore, tried while letters are being issued; and an archive that is not whole is never called so."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from docservice import shipped
from docservice.cli.root import main
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.upkeep.backing_up import MANIFEST, back_up, read_manifest
from docservice.office.upkeep.restoring import restore
from docservice.refusal import Refusal
from tests.homes import furnish

SECRETS = {"DOCSERVICE_SEAL_PASSPHRASE": "hush", "DOCSERVICE_DATABASE_URL": "postgresql://u:hush@h/d"}


@pytest.fixture
def other_url(postgres: str) -> Iterator[str]:
    """An empty PostgreSQL database to restore into."""
    schema = f"docservice_restored_{os.getpid()}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{postgres}{'&' if '?' in postgres else '?'}options=-csearch_path%3D{schema}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_while_letters_go_out(
    kind: str, tmp_path: Path, fonts_folder: Path, citation: Order, request: pytest.FixtureRequest
) -> None:
    """Nothing that was acknowledged before it began is missing, and what came after is there whole or not at all."""
    town = Path(shutil.copytree(shipped.folder("town"), tmp_path / "own-town"))
    home, again, folder = tmp_path / "home", tmp_path / "again", tmp_path / "backup"
    urls = ["", ""]
    if kind == "postgresql":
        urls = [request.getfixturevalue("postgres_url"), request.getfixturevalue("other_url")]
        home.mkdir()
    else:
        furnish(home)
    (home / "fonts").symlink_to(fonts_folder)
    settings = Settings(home=home, database_url=urls[0], town=town)
    acknowledged: list[str] = []
    stop, going = threading.Event(), threading.Semaphore(0)
    order = replace(citation, attachments={"a.jpg": b"a"})
    with open_office(settings) as office:

        def issue() -> None:
            while not stop.is_set():
                acknowledged.append(office.issuing.issue(order, actor="ana").id)
                going.release()

        _, secret = office.people.keys.add("tracker", ["read"], "op")
        job = office.jobs.queue_letters(order, everyone=False, actor="ana")
        thread = threading.Thread(target=issue)
        thread.start()
        for _ in range(3):
            assert going.acquire(timeout=60)
        before = list(acknowledged)
        made = back_up(settings, folder, {"DOCSERVICE_WORKERS": "3", **SECRETS})
        assert going.acquire(timeout=60)  # nobody was held up
        stop.set()
        thread.join()
        seal = next(line.sha256 for line in office.audit(last=1000) if line.sequence == made.line)
    assert (made.kind, made.seal, made.own, made.lacking) == (kind, seal, ("town",), ())
    assert "hush" not in (folder / MANIFEST).read_text()
    assert (made.settings, set(made.secrets)) == ({"DOCSERVICE_WORKERS": "3"}, set(SECRETS))

    restored, found = restore(Settings(home=again, database_url=urls[1]), folder)
    assert restored == read_manifest(folder) == made
    assert found.whole, found.sentences()
    assert "DOCSERVICE_WORKERS=3" in (again / "settings.env").read_text()
    (again / "fonts").symlink_to(fonts_folder)
    with open_office(Settings(home=again, database_url=urls[1], town=again / "town")) as office:
        there = {record.id for record in office.issuing.documents(per_page=500).items}
        assert set(before) <= there
        assert len(there) == made.documents
        assert all(office.issuing.reproduce(id).identical for id in sorted(there)[:2])
        assert office.people.keys.working(secret) is not None
        assert office.jobs.find(job.id).state == "queued"
        assert [done.state for done in office.jobs.worker.finished(drain=True)] == ["done"]
        assert office.issuing.issue(order, actor="ana").number.endswith(
            f"{made.documents + 2:04d}"
        )  # the job's, then this
        assert office.archive.whole(read=True).whole
        office.review.add_template(
            shipped.folder("law") / "us" / "letters" / "courtesy-letter", effective_on=order.on, actor="op"
        )  # a row that is counted by the database
    with pytest.raises(Refusal) as caught:
        restore(Settings(home=again, database_url=urls[1]), folder)
    assert caught.value.code == "restore.not_empty"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an office without documents."""
    folder = tmp_path_factory.mktemp("kept")
    back_up(Settings(home=furnish(folder / "home")), folder / "backup", {})
    return folder / "backup"


def a_blob(folder: Path) -> Path:
    return next(path for path in sorted((folder / "blobs").rglob("*")) if path.is_file())


def a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def a_lie(folder: Path) -> None:
    """A manifest that names another size, without its own sum being made anew."""
    given = json.loads((folder / MANIFEST).read_text())
    given["documents"] = 7
    (folder / MANIFEST).write_text(json.dumps(given))


@pytest.mark.parametrize(
    ("spoil", "code", "place"),
    [
        (lambda folder: a_byte(a_blob(folder)), "backup.damaged", "blobs/"),
        (lambda folder: a_blob(folder).unlink(), "backup.damaged", "blobs/"),
        (lambda folder: a_byte(folder / "database" / "docservice.db"), "backup.damaged", "database/docservice.db"),
        (lambda folder: (folder / "database" / "docservice.db").unlink(), "backup.damaged", "database/docservice.db"),
        (lambda folder: os.truncate(a_blob(folder), 5), "backup.damaged", "blobs/"),
        (lambda folder: (folder / MANIFEST).unlink(), "backup.incomplete", MANIFEST),
        (lambda folder: os.truncate(folder / MANIFEST, 500), "backup.damaged", MANIFEST),
        (lambda folder: a_byte(folder / MANIFEST), "backup.damaged", MANIFEST),
        (a_lie, "backup.damaged", MANIFEST),
    ],
)  # fmt: skip
def test_a_backup_that_is_not_what_it_was_is_refused_by_the_name_of_the_file(
    kept: Path, tmp_path: Path, spoil: Callable[[Path], None], code: str, place: str
) -> None:
    folder = Path(shutil.copytree(kept, tmp_path / "backup"))
    spoil(folder)
    with pytest.raises(Refusal) as caught:
        restore(Settings(home=tmp_path / "home"), folder)
    assert caught.value.code == code
    assert caught.value.problems[0].place.startswith(place)
    assert not (tmp_path / "home").exists()


def test_where_a_backup_does_not_go(kept: Path, tmp_path: Path) -> None:
    """Into a home that is not empty, beside another backup, into a database of another kind; nor from nowhere."""
    filled = furnish(tmp_path / "filled")
    other = Settings(home=tmp_path / "new", database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    for attempt, code in (
        (lambda: restore(Settings(home=filled), kept), "restore.not_empty"),
        (lambda: restore(other, kept), "restore.database"),
        (lambda: back_up(Settings(home=filled), kept), "backup.not_empty"),
        (lambda: back_up(Settings(home=tmp_path / "nowhere"), tmp_path / "b"), "backup.nothing"),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == code
    assert not (tmp_path / "nowhere").exists()


def test_an_archive_that_lacks_a_file_is_backed_up_all_the_same_and_says_so(tmp_path: Path) -> None:
    home = furnish(tmp_path / "home")
    gone, changed = sorted(path for path in (home / "blobs").glob("??/*") if path.is_file())[:2]
    gone.unlink()
    a_byte(changed)
    run = CliRunner().invoke(main, ["--home", str(home), "backup", str(tmp_path / "backup"), "--json"])
    assert run.exit_code == 1, run.output
    lacking = [f"blobs/{path.parent.name}/{path.name}" for path in (gone, changed)]
    assert json.loads(run.stdout)["lacking"] == lacking
    run = CliRunner().invoke(main, ["--home", str(tmp_path / "new"), "restore", str(tmp_path / "backup")])
    assert run.exit_code == 1
    assert "2 files that records name are not there." in run.output


def verify(home: Path, *more: str) -> tuple[int, str]:
    run = CliRunner().invoke(main, ["--home", str(home), "audit", "verify", *more])
    return run.exit_code, run.output


def test_a_database_that_is_not_of_its_files_is_not_called_whole(
    tmp_path: Path, fonts_folder: Path, citation: Order
) -> None:
    """Copied without its log it is a register of nothing, or an older one: the files say so."""
    home, short, none = furnish(tmp_path / "home", fonts_folder), tmp_path / "short", tmp_path / "none"
    with open_office(Settings(home=home)) as office:
        office.issuing.issue(replace(citation, attachments={}), actor="ana")
        assert office.archive.whole().whole
        for copy in (short, none):
            shutil.copytree(home / "blobs", copy / "blobs")
        shutil.copyfile(home / "docservice.db", short / "docservice.db")  # without -wal
    code, words = verify(short)
    assert code == 1
    assert "named by no record, with 0 documents on record" in words.replace("\n", " ")
    code, words = verify(none)
    assert (code, "files of earlier records" in words) == (5, True)
    assert verify(home)[0] == 0


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("DELETE FROM document", "0 documents are on record; the trail tells of 1."),
        ("file gone", "1 files that records name are not there."),
        ("file changed", "1 files are not what they were."),
    ],
)
def test_what_is_lost_beside_the_trail_shows(
    spoil: str, words: str, tmp_path: Path, fonts_folder: Path, citation: Order
) -> None:
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home)) as office:
        path = blob(office, office.issuing.issue(replace(citation, attachments={}), actor="ana").sha256)
        if spoil.startswith("DELETE"):
            with closing(sqlite3.connect(home / "docservice.db", isolation_level=None)) as other:
                other.execute(spoil)  # by other means than ours, which hold to what points at it
        elif spoil == "file gone":
            path.unlink()
        else:
            a_byte(path)
    code, said = verify(home, "--files")
    assert (code, words in said) == (1, True), said


def blob(office: Office, sha256: str) -> Path:
    return office.means.store.blobs.path(sha256)


def test_a_case_comes_back_with_its_revisions_its_events_and_their_files(tmp_path: Path, fonts_folder: Path) -> None:
    number, data = "CE-2026-0231", b"%PDF-1.7 the green card"
    facts = json.loads((shipped.folder("examples") / number / "casefile.json").read_text("utf-8"))
    facts |= {"service": [], "citations": [], "appeals": [], "hearings": []}
    party = facts["parties"][0]["id"]
    settings = Settings(home=furnish(tmp_path / "home", fonts_folder))
    declarant = {"name": "A Clerk", "title": "Clerk", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    leg = {"method": "personal", "on": "2026-05-30", "at": "10:00", "place": "79 Ridgeline Terrace",
           "to_whom": "The owner", "evidence": [{"file": "card.pdf"}]}  # fmt: skip
    with open_office(settings) as office:
        notice = {"document_type": "notice-of-violation", "recipient": party}
        told = {"type": "notice-imported", "on": "2026-05-29", "subject": "NOV-1999-0007", "data": notice}
        office.cases.take_over({"casefile": facts, "events": [told]}, actor="ana")
        facts["case"]["title"] = "Another title"
        office.cases.put(number, facts, actor="ana", saw=1)
        office.cases.attempt(
            number, "NOV-1999-0007", date(2026, 5, 30),
            {"party": party, "declarant": declarant, "legs": [leg]}, actor="ana", files={"card.pdf": data},
        )  # fmt: skip
        before = office.cases.read(number), office.cases.events(number), office.cases.feed(0, limit=100)
        back_up(settings, tmp_path / "backup", {})
    again = Settings(home=tmp_path / "again")
    _, found = restore(again, tmp_path / "backup")
    assert found.whole, found.sentences()
    (again.home / "fonts").symlink_to(fonts_folder)
    with open_office(again) as office:
        assert (office.cases.read(number), office.cases.events(number), office.cases.feed(0, limit=100)) == before
        assert office.cases.read(number, revision=1).summary.revision == 1
        sha256 = hashlib.sha256(data).hexdigest()
        assert office.cases.evidence(number, sha256) == ("card.pdf", data)
        assert office.archive.whole(read=True).whole
