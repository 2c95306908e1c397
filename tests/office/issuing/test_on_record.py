"""Documents are found by what people know of them; a list read by its cursor neither skips nor doubles one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.issuing import document_index
from docservice.office.issuing.on_record import spellings
from docservice.storage.folding import fold
from docservice.storage.models import DocumentIndexRow, DocumentRow

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Château Nº 9", "chateau no 9"), ("GARCÍA-LÓPEZ", "garcia-lopez"), ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("Nguyễn Thị Đào", "nguyen thi dao"), ("Łukasz Ørsted Ægir", "lukasz orsted aegir"), ("Straße", "strasse"),
        ("NOV–2026‑0001", "nov-2026-0001"), ("  two\u00a0 \t words ", "two words"), ("陳美玲", "陳美玲"),
        ("Adébáyọ̀ Ọlọ́runfẹ́mi", "adebayo olorunfemi"), ("กี่ กา", fold("กี่ กา")), ("İstanbul", "istanbul"),
        ("\u200bzero\u00adwidth", "zerowidth"), ("ﬁne", "fine"), ("Ｗｉｄｅ", "wide"),
    ],
)  # fmt: skip
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(fold(typed)) == fold(typed)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nov-2026-0001", "NOV-2026-0001"), ("NOV–2026−0001.2", "NOV-2026-0001.2"), (" nov-2026-0001.2.3-ES ",
        "NOV-2026-0001.2.3-es"), ("N\u200bO\u200bV-2026-0001-ZH-hant", "NOV-2026-0001-zh-Hant"),
        ("7b0c-not-a-number", "7b0c-not-a-number"),
    ],
)  # fmt: skip
def test_a_number_however_typed(typed: str, written: str) -> None:
    assert written in spellings(typed)
    assert spellings(written) == (written,)


def test_vowel_signs_are_no_accents() -> None:
    assert len({fold(word) for word in ("กี", "กา", "กู", "कि", "की", "कु")}) == 6


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path, example: Example
) -> Iterator[Office]:
    """An office with one document that was really issued, and others beside it as a register has them."""
    url = "" if request.param == "sqlite" else f"{request.getfixturevalue('postgres')}"
    home = tmp_path_factory.mktemp("finding") / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    if url:
        from sqlalchemy import create_engine, text

        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS finding CASCADE"))
            connection.execute(text("CREATE SCHEMA finding"))
        admin.dispose()
        url = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3Dfinding"
    with open_office(Settings(home=home, database_url=url)) as opened:
        casefile, photos = example("CE-2026-0231")
        order = Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", attachments=photos)
        opened.issuing.issue(order, actor="key:tracker")
        names = ("María García-López", "Nguyễn Thị Đào", "O’Brien 100% Fences_Ltd")
        for number, name in enumerate(names, 2):
            beside(opened, number, name)
        yield opened


def beside(office: Office, number: int, name: str, **more: Any) -> None:
    """Another document in the register, like the first one."""
    with office.means.store.database.writing() as session:
        first = session.scalars(select(DocumentRow).order_by(DocumentRow.position)).first()
        assert first is not None
        last = session.scalars(select(DocumentRow).order_by(DocumentRow.position.desc())).first()
        values = {column.name: getattr(first, column.name) for column in DocumentRow.__table__.columns}
        values |= {
            "id": str(uuid.uuid4()), "position": last.position + 1, "number": f"AC-2026-{number:04d}",  # type: ignore[union-attr]
            "sequence": number, "recipient_name": name, "case_number": f"CE-2026-{number:04d}",
            "case_key": f"ce-2026-{number:04d}",
            "verify_code": f"CODE{number:06d}", "issued_on": date(2026, 5, 29) + timedelta(days=number),
            "created_by": "key:other", **more,
        }  # fmt: skip
        row = DocumentRow(**values)
        session.add(row)
        session.flush()
        session.add(DocumentIndexRow(**document_index.entry(row, {})))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"q": "ac-2026-0001"}, [1]), ({"q": "2026-000"}, [4, 3, 2, 1]), ({"q": "ce-2026-0231"}, [1]),
        ({"q": "0231"}, [1]), ({"q": "CHATEAU"}, [1]), ({"q": "château"}, [1]), ({"q": "vacation rentals"}, [1]),
        ({"q": "rentals vac"}, [1]), ({"q": "fillmore"}, [1]), ({"q": "ridge terr"}, [1]), ({"q": "012-455"}, [1]),
        ({"q": "code000003"}, [3]), ({"q": "CODE-0000-03"}, [3]), ({"q": "code0000 03"}, [3]),
        ({"q": "garcia lopez"}, [2]), ({"q": "GARCÍA"}, [2]), ({"q": "nguyen dao"}, [3]), ({"q": "đào"}, [3]),
        ({"q": "o'brien"}, [4]), ({"q": "OBrien"}, [4]), ({"q": "100%"}, [4]), ({"q": "%"}, [4]), ({"q": "_"}, [4]),
        ({"q": "garcia nguyen"}, []), ({"q": "nobody"}, []), ({"q": "'"}, [4, 3, 2, 1]),
        ({"name": "garcia"}, [2]), ({"name": "ridgeline"}, []), ({"number": "AC-2026-0002"}, [2]),
        ({"number": "ac-2026-0002"}, [2]), ({"number": "AC-2026"}, []), ({"case": "CE-2026-0003"}, [3]),
        ({"about": "c1"}, [4, 3, 2, 1]), ({"about": "c2"}, []), ({"recipient": "owner"}, [4, 3, 2, 1]),
        ({"language": "es"}, []), ({"language": "en", "template": "administrative-citation"}, [4, 3, 2, 1]),
        ({"issued_from": date(2026, 6, 1)}, [4, 3]), ({"issued_to": date(2026, 5, 31)}, [2, 1]),
        ({"issued_from": date(2026, 5, 31), "issued_to": date(2026, 6, 1)}, [3, 2]),
        ({"issued_by": "key:other", "q": "2026-000"}, [4, 3, 2]), ({"status": "void"}, []),
    ],
)  # fmt: skip
def test_what_is_found(office: Office, wanted: dict[str, Any], numbers: list[int]) -> None:
    found = office.issuing.documents(**wanted)
    assert [int(record.number[-4:]) for record in found.items] == numbers
    assert found.total == len(numbers)


def test_a_document_tells_its_dates_and_its_company(office: Office) -> None:
    first = office.issuing.document("AC-2026-0001")
    (told,) = office.issuing.describe([first])
    dates = {one["name"]: one for one in told.dates}
    assert dates["contest-by"]["date"] == "2026-06-29"  # 30 days after May 29 is a Sunday
    assert "30 days after Friday, May 29, 2026" in dates["contest-by"]["explained"]
    assert dates["contest-by"]["source"]
    assert (told.copies, told.documents_of_case) == (1, 1)
    with office.means.store.database.writing() as session:  # as an earlier release left it
        session.execute(update(DocumentRow).where(DocumentRow.id == first.id).values(dates=None))
    assert office.issuing.describe([first])[0].dates == told.dates


def test_an_entry_that_is_missing_is_made_from_what_is_on_record(office: Office) -> None:
    with office.means.store.database.writing() as session:
        before = session.scalars(select(DocumentIndexRow.words).order_by(DocumentIndexRow.position)).all()
        session.execute(delete(DocumentIndexRow))
    assert office.issuing.documents(q="fillmore").items == ()
    assert document_index.fill(office.means, 10) == 4
    assert document_index.fill(office.means, 10) == 0
    assert [record.number for record in office.issuing.documents(q="fillmore", name="chateau").items] == [
        "AC-2026-0001"
    ]
    with office.means.store.database.reading() as session:
        again = session.scalars(select(DocumentIndexRow.words).order_by(DocumentIndexRow.position)).all()
    assert again[0] == before[0]


def test_a_cursor_neither_skips_nor_doubles_while_letters_go_out(office: Office) -> None:
    there = [record.number for record in office.issuing.documents(per_page=200).items]
    seen: list[str] = []
    before, turn = None, 0
    while True:
        found = office.issuing.documents(per_page=2, before=before)
        seen += [record.number for record in found.items]
        if found.following is None:
            break
        before, turn = found.following, turn + 1
        beside(office, 100 + turn, "Somebody new")
    assert seen == there
    assert turn == len(there) // 2 - (len(there) % 2 == 0)
