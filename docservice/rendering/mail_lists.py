"""What goes into the mail, as a list for the mail room: CSV for its systems, and a firm mailing book on paper.

The layout is the office's own; what has to be in it follows from what the post office signs for: sender, addressee,
article number, class, number of pieces, and room for postage, fees and the postmark. Pure: values in, bytes out.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby

from docservice import shipped
from docservice.casefile.article_numbers import grouped
from docservice.rendering.fonts import FontSet
from docservice.town.look import Colors
from docservice.town.pack import TownIdentity

_ZIP = re.compile(r"\b(\d{5})(?:-\d{4})?\s*\Z")
_CLASSES = {
    "certified_mail": "Certified mail", "first_class_mail": "First-class mail", "": "Class of mail not said",
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "line", "class", "article_number", "addressee", "address", "zip", "pieces", "document", "notice", "case", "mail_on",
    "postage", "fees", "sheets", "envelope",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MailItem:
    """One envelope. ``lines`` are those that it shows, the addressee's first; ``mail_class`` is empty if nobody said.

    ``article`` are the digits of its article number, ``sheets`` those of paper that are in it (0: not known),
    ``envelope`` the town's name for it, empty where it is not on record.
    """

    document: str
    notice: str
    case: str
    mail_on: date
    mail_class: str
    lines: tuple[str, ...]
    article: str | None = None
    sheets: int = 0
    envelope: str = ""

    @property
    def addressee(self) -> str:
        return self.lines[0] if self.lines else ""

    @property
    def zip(self) -> str:
        """The five digits of its ZIP Code; none abroad."""
        found = _ZIP.search(self.lines[-1]) if self.lines else None
        return found[1] if found else ""


def in_mail_order(items: Iterable[MailItem]) -> tuple[MailItem, ...]:
    """By class, and within it by ZIP Code, as trays are filled; then by the number of the document."""
    ranks = list(_CLASSES)
    return tuple(
        sorted(
            items,
            key=lambda one: (ranks.index(one.mail_class), not one.zip, one.zip, _natural(one.document), one.lines),
        )
    )


def _natural(number: str) -> list[tuple[int, str]]:
    """By which copy 10 comes after copy 2."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", number)]


def counted_pieces(items: Iterable[MailItem]) -> dict[str, int]:
    """How many pieces there are of each class."""
    listed = [one.mail_class for one in items]
    return {name: listed.count(name) for name in _CLASSES if name in listed}


def as_csv(items: Sequence[MailItem]) -> bytes:
    """The list with a heading, in UTF-8 with the mark by which spreadsheets know it; no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for line, one in enumerate(items, 1):
        writer.writerow(
            map(
                _cell,
                (
                    line, one.mail_class, grouped(one.article) if one.article else "", one.addressee,
                    "; ".join(one.lines[1:]), one.zip, 1, one.document, one.notice, one.case, one.mail_on.isoformat(),
                    "", "", one.sheets or "", one.envelope,
                ),
            )
        )  # fmt: skip
    return buffer.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_firm_book(
    items: Sequence[MailItem], *, title: str, town: TownIdentity, on: date, fonts: FontSet, colors: Colors | None = None
) -> bytes:
    """The list as PDF/A-3a and PDF/UA-1, in parts by class. ``on`` dates the file."""
    # The engine is loaded where something is rendered: who serves the API reads this module too.
    from docservice.rendering import textlayer

    numbered = list(enumerate(items, 1))
    data = {
        "title": title,
        "town": town.name,
        "look": asdict(colors or Colors()),
        "stamp": [on.year, on.month, on.day],
        "sender": [f"{town.name}, {town.office}", ", ".join(town.address)],
        "before": [_spoken(len(items))],
        "parts": [
            {
                "title": _CLASSES[name],
                "rows": [
                    {
                        "line": line,
                        "article": grouped(one.article) if one.article else "",
                        "addressee": one.addressee,
                        "address": list(one.lines[1:]),
                        "document": one.document,
                        "put": _put(one),
                    }
                    for line, one in part
                ],
            }
            for name, part in groupby(numbered, key=lambda pair: pair[1].mail_class)
        ],
        "totals": [[_CLASSES[name], count] for name, count in counted_pieces(items).items()],
    }
    from docservice.rendering.letters.typst_press import typst_pdf  # the web process loads no engine

    folder = shipped.folder("law") / "us" / "letterhead"
    sources = {name: (folder / name).read_bytes() for name in ("mail-list.typ", "faces.typ")}
    written = json.dumps(data, ensure_ascii=False)
    pdf = typst_pdf(
        sources, "mail-list.typ", data, fonts=fonts, stamp=on, setting={"marks": textlayer.has_marks_elsewhere(written)}
    )
    return textlayer.mend(pdf) if textlayer.needs_mending(written) else pdf


def _put(item: MailItem) -> str:
    """How many sheets go into what."""
    sheets = "" if not item.sheets else "1 sheet" if item.sheets == 1 else f"{item.sheets} sheets"
    return ", ".join(filter(None, (sheets, item.envelope)))


def _spoken(count: int) -> str:
    return "1 piece." if count == 1 else f"{count} pieces."
