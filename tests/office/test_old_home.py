"""A home of before ``sheet 1`` and ``text 1``: its records come to today's tables, its documents are made again.

``old_home/897d9ab.zip`` was written by ``tests/office/old_home/make.py`` in that commit's checkout: a citation and the
one that superseded it, notices with the sheet of languages, two translations, photographs, a memorandum, a proof of
service.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docservice import casefile as casefiles
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.means.records import document_record
from docservice.pipeline import producing
from docservice.refusal import Refusal
from docservice.rendering import engines
from docservice.rendering.composing.phrasing import PARTS, expected
from docservice.storage.models import DocumentRow
from docservice.town import load_pack
from tests.office.old_home.make import font_files
from tests.shipped_wording import TOWN

HOME = Path(__file__).parent / "old_home" / "897d9ab.zip"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("old")
    with zipfile.ZipFile(HOME) as archive:
        archive.extractall(folder)
    (folder / "fonts").symlink_to(fonts_folder)
    here = font_files()
    if any(
        here.get(name, sha256) != sha256 for name, sha256 in json.loads((folder / "fonts.json").read_text()).items()
    ):
        pytest.skip("this machine has other releases of the fonts than the documents were made with")
    return folder


@pytest.fixture(scope="module")
def old(home: Path) -> Iterator[Office]:
    with open_office(Settings(home=home)) as opened:
        yield opened


def test_every_document_is_made_again_by_the_road_it_pins(old: Office) -> None:
    with old.means.store.database.reading() as session:
        records = [document_record(row) for row in session.scalars(select(DocumentRow))]
    assert len(records) == 11
    assert {record.language for record in records} == {"en", "ar", "zh-Hant"}
    assert old.verify_audit() is None
    for record in records:
        assert record.engine == "typst 0.15.2"
        if version("typst") != "0.15.2":
            pytest.skip("the documents were made by another Typst")
        again = old.issuing.reproduce(record.id)
        assert (again.identical, again.engine_now) == (True, record.engine), record.number


def write_out(casefile: dict[str, Any]) -> None:
    """Put the words of today's phrases into a casefile that names them."""
    pack = load_pack(TOWN)
    for raw, violation in zip(casefile["violations"], casefiles.load(casefile).violations, strict=True):
        raw.update({part: text for part in PARTS if (text := expected(violation, part, pack, "en", {}))})
        raw.pop("phrase", None)


def test_what_is_issued_now_from_an_old_version_takes_the_road_of_today(old: Office, example: Any) -> None:
    """Its letterhead knows no sheet of languages made apart, and its town no phrases."""
    casefile, _ = example("CE-2026-0203")
    write_out(casefile)
    order = Order("notice-of-violation", casefile, recipient="owner-chen", language="en", on=date(2026, 9, 1))
    record = old.issuing.issue(order, actor="ana")
    assert record.engine == engines.engine("typst")
    assert old.issuing.reproduce(record.id).identical


def test_handouts_too(old: Office, home: Path) -> None:
    for one in json.loads((home / "handouts.json").read_text()):
        if one["engine"] != f"weasyprint {version('weasyprint')}":
            pytest.skip("the handouts were made by another WeasyPrint")
        task = producing.HandoutTask(
            one["bundle"], one["pack"], one["language"], one["url"], date.fromisoformat(one["revised_on"]),
            old.means.fonts, engine=one["engine"],
        )  # fmt: skip
        parts = {sha256: old.means.store.blobs.read(sha256) for sha256 in (one["bundle"], one["pack"])}
        made = producing.produce_handout(parts, task, "pdf")
        assert (hashlib.sha256(made.content).hexdigest(), made.engine) == (one["sha256"], one["engine"])


def test_the_pinned_engine_chooses_the_road() -> None:
    press = f"typst {version('typst')}"
    assert engines.engine("typst") == f"{press} + sheet 1 + text 1 + look 1 + window 1 + joints 1"
    assert engines.engine("typst", "typst 0.1") == press
    assert engines.engine("typst", "typst 0.1 + text 1") == f"{press} + text 1"
    assert engines.takes(f"{press} + text 1", "text 1")
    assert not engines.takes(f"{press} + text 1", "sheet 1")
    with pytest.raises(Refusal) as refused:
        engines.engine("weasyprint", "weasyprint 70.0 + sheet 1")
    assert refused.value.code == "engine.unknown"
