"""A town takes up another language while its office runs: no new version of the English is made or approved."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from babel.messages.pofile import read_po, write_po

from docservice import shipped
from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.people.roles import Actor
from docservice.office.translating.translations import StringSeen
from docservice.refusal import Refusal
from tests.homes import furnish
from tests.office.reviewed import people

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)
TODAY = date(2026, 6, 1)
KEY, HANDOUT, TAG = "courtesy-letter", "received-a-notice", "pt"
PORTUGUESE = """  - tag: pt
    name: Portuguese
    own_name: Português
    letters: true
    incomplete: refuse
    tagline: "Importante: esta carta pode afetar os seus direitos. Contém um prazo. Ajuda gratuita: {phone}"
"""


@dataclass
class Town:
    office: Office
    who: dict[str, Actor]

    def take_up(self) -> None:
        """Portuguese, in an edition of the rules that one person proposes and another approves."""
        files = {}
        for path in (shipped.folder("town") / "madrona-hills").iterdir():
            if path.is_file():
                files[path.name] = path.read_bytes()
        files["languages.yaml"] = files["languages.yaml"].replace(
            b"  - tag: es\n", PORTUGUESE.encode() + b"  - tag: es\n"
        )
        files["town.yaml"] = files["town.yaml"].replace(b'version: "2026.4"', b'version: "2026.5"')
        edition = self.office.review.rules.propose(files, note="Resolution 2026-30", actor=self.who["ian"])
        self.office.review.rules.approve(edition.record.number, effective_on=TODAY, actor=self.who["ada"])

    def translate(self, key: str, *, without: int = 0) -> None:
        """A translator's file, as it comes back: every sentence but the last ``without``, with the English in it."""
        catalog = read_po(io.BytesIO(self.office.review.translations.export(key, TAG).content), locale=TAG)
        wanted = [message for message in catalog if message.id]
        for message in wanted[: len(wanted) - without]:
            if isinstance(message.id, str):
                message.string = message.string or f"Em português: {message.id}"
            else:
                message.string = tuple(f"Em português: {message.id[1]}" for _ in range(catalog.num_plurals))
        made = io.BytesIO()
        write_po(made, catalog)
        self.office.review.translations.take(key, TAG, made.getvalue(), actor=self.who["tom"])

    def approve(self, key: str) -> None:
        """Somebody else than the translator approves each sentence that has a translation."""
        strings = self.office.review.translations.sheet(key, TAG).strings
        seen = [StringSeen(one.id, one.etag) for one in strings if one.state == "draft"]
        self.office.review.translations.approve(key, TAG, seen, actor=self.who["tia"])

    def offered(self, key: str) -> bool:
        return TAG in next(one.languages for one in self.office.review.templates() if one.key == key)


@pytest.fixture
def town(tmp_path: Path, fonts_folder: Path) -> Iterator[Town]:
    with open_office(Settings(home=furnish(tmp_path / "home", fonts_folder, NOON)), clock=lambda: NOON) as office:
        tom = office.people.accounts.add("tom", "Tom", ("translator",), actor="cli:op")
        yield Town(office, {**people(office), "tom": Actor.person(tom)})


@pytest.fixture
def order(example: Example) -> Order:
    casefile, photos = example("CE-2026-0147")
    return Order(KEY, casefile, on=TODAY, attachments=photos)


def in_portuguese(order: Order) -> Order:
    return Order(KEY, order.casefile, on=TODAY, attachments=order.attachments, language=TAG)


def refused(office: Office, order: Order) -> Refusal:
    with pytest.raises(Refusal) as found:
        office.issuing.issue(order, actor="ana")
    return found.value


def test_a_language_is_added_and_issued_in_while_the_office_runs(town: Town, order: Order) -> None:
    office = town.office
    english = office.issuing.issue(order, actor="ana")
    before = office.review.records(KEY)
    assert refused(office, in_portuguese(order)).code == "language.not_offered"
    town.take_up()
    (progress,) = office.review.translations.overview(KEY, TAG)
    assert (progress.missing, progress.offered) == (progress.total, False)
    town.translate(KEY, without=1)
    town.approve(KEY)
    assert not town.offered(KEY)
    why = refused(office, in_portuguese(order))
    assert (why.code, f"1 of {progress.total} sentences are not translated" in why.message) == (
        "language.unknown",
        True,
    )
    town.translate(KEY)
    assert not town.offered(KEY)  # the last one is nobody's to send out yet
    assert [p.code for p in refused(office, in_portuguese(order)).problems] == ["checks.translation_unapproved"]
    town.approve(KEY)
    assert town.offered(KEY)
    made = office.issuing.issue(in_portuguese(order), actor="ana")
    assert (made.language, made.number != english.number, made.version) == (TAG, True, english.version)
    with pikepdf.open(io.BytesIO(office.issuing.face(made.id, "pdf")[0])) as pdf:
        assert str(pdf.Root.Lang).startswith(TAG)
    html = office.issuing.face(made.id, "html")[0].decode()
    assert f'lang="{TAG}"' in html
    assert "Em português: " in html
    assert office.review.records(KEY) == before  # the same English, once approved
    assert all(office.issuing.reproduce(one.id).identical for one in (english, made))


def test_a_handout_in_it_is_on_the_public_page(town: Town) -> None:
    town.take_up()
    client = create_app(town.office).test_client()
    address = f"/handouts/{HANDOUT}/{TAG}"
    assert client.get(address).status_code == 404
    town.translate(HANDOUT)
    town.approve(HANDOUT)
    assert "Em português: " in client.get(address).text
    assert address in client.get("/handouts/received-a-notice", follow_redirects=True).text
    assert len(town.office.review.records(HANDOUT)) == 1


def test_a_head_may_except_a_language_and_an_older_head_bounds_none(town: Town, tmp_path: Path) -> None:
    source = shipped.folder("law") / "us" / "letters" / KEY
    for number, line, there in ((2, "languages: [en, es]\n", True), (3, "not_in: [vi]\n", False)):
        folder = Path(shutil.copytree(source, tmp_path / str(number) / KEY))
        head = folder / "template.yaml"
        head.write_text(head.read_text(encoding="utf-8") + line, encoding="utf-8")
        town.office.review.add_template(folder, effective_on=TODAY, actor="cli:op")
        offered = next(one for one in town.office.review.templates() if one.key == KEY)
        assert (offered.version, "vi" in offered.languages, "es" in offered.languages) == (number, there, True)
