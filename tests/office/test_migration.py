"""Records of the release before: a database at 0004 comes to the tables of today, and every record is what it was.

Also every letter: a sample under each version that was ever approved, superseded and withdrawn ones too, gives the same
bytes after the migration.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from docservice import shipped
from docservice.config import Settings
from docservice.office import Order, open_office
from docservice.office.facade import Office
from docservice.office.means import enclosing
from docservice.office.people.roles import Actor
from docservice.office.review import sampling
from docservice.refusal import Refusal
from docservice.storage import migrate
from docservice.storage.database import Database
from docservice.wording.catalog.freezing import folders_in
from tests.shipped_wording import sample_of


def downgrade(database: Database, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate._MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.rebuilding() as session:
        config.attributes["connection"] = session.connection()
        command.downgrade(config, to)


def letters(office: Office) -> dict[tuple[str, int, str], str]:
    """What every version gives for a sample, in English and in one more language: its SHA-256."""
    found = {}
    for folder in folders_in(office.means.path):
        sample = next(iter(sorted(folder.glob("samples/*.json"), key=lambda path: path.stem != "usual")), None)
        facts = sample_of(sample) if sample is not None else {}
        for version in office.review.records(folder.name):
            bundle = office.means.bundle(version.sha256)
            spoken = bundle.languages
            for language in {"en", spoken[version.number % len(spoken)]} & {*bundle.languages}:
                if facts:
                    pdf = sampling.letter(office.means, bundle, sampling.read(facts), language).content
                else:
                    pdf = sampling.handout(office.means, bundle, language).content
                found[folder.name, version.number, language] = hashlib.sha256(pdf).hexdigest()
    return found


@pytest.mark.usefixtures("samples_anew")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_old_versions_stay_as_they_were(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, fonts_folder: Path, citation: Order,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(enclosing, "forms_of", lambda *_: ((), ()))  # the release before enclosed nothing
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    settings = Settings(home=home, database_url=url)
    with open_office(settings) as office:
        first = office.issuing.issue(citation, actor="ana")
        for key in ("administrative-citation", "stop-work-order"):
            draft = Path(shutil.copytree(shipped.folder("law") / "us" / "letters" / key, tmp_path / "drafts" / key))
            wording = draft / "letter.html"
            wording.write_text(wording.read_text().replace("</h1>", ", as amended</h1>", 1))
            office.review.add_template(draft, effective_on=date(2026, 6, 1), actor="ana")
        office.review.withdraw("stop-work-order", 2, reason="Wrong.", actor=Actor("ana"), replacement=1)
        listed = {template.key: office.review.records(template.key) for template in office.review.templates()}
        _, secret = office.people.keys.add("tracker", ["read"], "ana")
        rights = {"issuer": ("issue",), "both": ("issue", "read"), "mighty": ("admin",)}
        held = {name: office.people.keys.add(name, scopes, "ana")[1] for name, scopes in rights.items()}
        # A version withdrawn in the old way, without a word on what takes its place.
        office.review.withdraw("memorandum", 1, reason="Not used.", actor=Actor("ana"), replacement="none")
        before = letters(office)
        assert len(before) > 20
    database = Database(url)
    downgrade(database, "0004")
    assert migrate.current(database) == "0004"
    database.close()
    with open_office(settings) as office:
        assert office.issuing.reproduce(first.id).identical
        assert office.verify_audit() is None
        assert letters(office) == before
        for key, versions in listed.items():
            unknown = {"samples_sha256": None, "replacement": None, "withdrawn_by": None}  # to the release before
            kept = [replace(v, **unknown) for v in versions]
            now = office.review.records(key)
            if key == "memorandum":
                assert (now[0].status, now[0].withdrawn_reason, now[0].replacement) == ("withdrawn", "Not used.", None)
                continue
            assert list(now) == kept
            assert all(office.means.bundle(v.sha256).sha256 == v.sha256 for v in now)
        found = office.people.keys.working(secret)
        assert found is not None
        assert (found.name, found.account) == ("tracker", None)
        # Who might read and void what others issued may do so still; nobody may do more than before.
        assert {name: found.scopes for name, one in held.items() if (found := office.people.keys.working(one))} == {
            "issuer": ("issue",), "both": ("issue", "read", "records"), "mighty": ("admin",),
        }  # fmt: skip
        assert [one.number for one in office.issuing.documents(q="fillmore").items] == [first.number]
        assert office.issuing.describe([first])[0].dates
        again = office.issuing.issue(citation, actor="ana")
        assert office.issuing.reproduce(again.id).identical
        with pytest.raises(Refusal) as refused:
            office.review.withdraw("administrative-citation", 2, reason="Wrong.", actor=Actor("ana"))
        assert refused.value.code == "template.replacement"
