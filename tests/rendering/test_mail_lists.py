"""The mail list: its order, what a spreadsheet makes of it, and the firm book on paper."""

from __future__ import annotations

import csv
import io
from datetime import date

from docservice.rendering.fonts import FontSet
from docservice.rendering.mail_lists import MailItem, as_csv, as_firm_book, counted_pieces, in_mail_order
from docservice.town.pack import TownPack
from tests.verapdf import validate

DAY = date(2026, 6, 3)
ARTICLE = "9407111899223197428490"


def item(document: str, mail_class: str, *lines: str, article: str | None = None) -> MailItem:
    return MailItem(document, "NOV-2026-0007", "CE-2026-0203", DAY, mail_class, lines, article)


ITEMS = (
    item("NOV-2026-0007.10", "certified_mail", "Ten", "1 ST", "MADRONA HILLS CA 95999", article=ARTICLE),
    item("NOV-2026-0007.2", "certified_mail", "عبد الرحمن", "2 ST", "MADRONA HILLS CA 95999-1234", article=ARTICLE),
    item("NOV-2026-0007.4", "first_class_mail", '=HYPERLINK("x")', "4 ST", "ALBANY NY 12201"),
    item("NOV-2026-0007.3", "certified_mail", "陳美玲", "3 ST", "ALBANY NY 12201", article=ARTICLE),
    item("NOV-2026-0007.5", "certified_mail", "Abroad", "5 RUE", "75001 PARIS", "FRANCE", article=ARTICLE),
    item("CL-2026-0001", "", "Nobody said", "6 ST", "MADRONA HILLS CA 95999"),
)


def test_the_order_is_that_of_the_trays() -> None:
    assert [one.document for one in in_mail_order(ITEMS)] == [
        "NOV-2026-0007.3", "NOV-2026-0007.2", "NOV-2026-0007.10", "NOV-2026-0007.5", "NOV-2026-0007.4", "CL-2026-0001",
    ]  # fmt: skip
    assert counted_pieces(ITEMS) == {"certified_mail": 4, "first_class_mail": 1, "": 1}


def test_a_spreadsheet_runs_nothing_and_rounds_nothing() -> None:
    data = as_csv(in_mail_order(ITEMS))
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0]["article_number"] == "9407 1118 9922 3197 4284 90"
    assert [row["zip"] for row in rows] == ["12201", "95999", "95999", "", "12201", "95999"]
    assert rows[4]["addressee"] == '\'=HYPERLINK("x")'
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_firm_book_is_archival_and_accessible(pack: TownPack, font_set: FontSet) -> None:
    made = [
        as_firm_book(in_mail_order(items), title="Mail list", town=pack.identity, on=DAY, fonts=font_set)
        for items in (ITEMS, ())
    ]
    assert validate(made) == []
