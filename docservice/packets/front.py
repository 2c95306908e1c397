"""The pages that the service adds to a packet, typeset by Typst in the letterhead's family.

Each function gives one tagged PDF (PDF/A-3a and PDF/UA-1). Looks are in ``templates/letterhead/packet.typ``; here the
facts are brought into the shape it sets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from docservice import shipped
from docservice.casefile.facts import Casefile, Hearing
from docservice.packets import mounting
from docservice.packets.jpegs import Jpeg
from docservice.rendering.fonts import FontSet
from docservice.rendering.pictures import Picture
from docservice.rendering.typst_press import typst_pdf
from docservice.town.pack import TownPack

_LOCALE = "en_US"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the contents; ``key`` names its link (see :mod:`docservice.packets.links`)."""

    key: str
    title: str
    page: int
    level: int
    section: bool = False


@dataclass(frozen=True, slots=True)
class SheetPhoto:
    """A photograph ready to print (its own metadata removed), with what is said about it."""

    picture: Jpeg | Picture  # as the camera wrote it, or converted
    caption: str
    alt: str
    taken_by: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class Front:
    """Makes the front matter of one packet. ``on`` is the packet's date."""

    pack: TownPack
    fonts: FontSet
    on: date
    packet: str  # the packet's title
    case: str

    def cover(self, *, title: str, casefile: Casefile | None, hearing: str | None, pages: int | None = None) -> bytes:
        """The cover: whose packet, which case, which hearing."""
        identity = self.pack.identity
        return self._set(
            "cover",
            title,
            {
                "case-title": casefile.case.title if casefile else None,
                "facts": [[label, lines] for label, lines in self._case_facts(casefile, hearing, pages) if lines],
                "contact": [identity.office, ", ".join(identity.address), identity.phone, identity.email],
            },
        )

    def contents(self, lines: Sequence[Line]) -> bytes:
        """The contents, each line a tagged link to ``packet:<key>``."""
        return self._set("contents", "Contents", {"entries": _nested(lines)})

    def exhibit_sheet(self, *, label: str, name: str, description: str, pages: int, notes: Sequence[str] = ()) -> bytes:
        """The sheet before an exhibit of ``pages`` pages; ``notes`` say what was done to the file."""
        numbers = {0: None, 1: f"One page, {label}-1"}.get(pages, f"{pages} pages, {label}-1 to {label}-{pages}")
        values = {"label": label, "name": name, "description": description, "range": numbers, "notes": list(notes)}
        return self._set("exhibit", f"Exhibit {label}", values)

    def placeholder(self, *, title: str, file: str, sha256: str, reasons: Sequence[str]) -> bytes:
        """The page that stands for a part which cannot be used: which one, why, and how to recognize the file."""
        facts = [["File", [file]], ["Why", list(reasons)], ["SHA-256", [sha256[:32], sha256[32:]]]]
        closing = f"The file itself is kept in the case and may be seen at the {self.pack.identity.office}."
        return self._set("placeholder", title, {"facts": facts, "closing": closing})

    def photographs(self, title: str, photos: Sequence[SheetPhoto]) -> bytes:
        """Photo sheets, two to a page, captioned with who took each picture and when. JPEGs keep their pixels."""
        mounted: dict[bytes, Jpeg] = {}
        pictures: dict[str, bytes] = {}
        for n, photo in enumerate(photos, 1):
            if isinstance(photo.picture, Jpeg):
                shown = pictures[f"photo-{n}.jpg"] = mounting.stand_in(photo.picture)
                mounted[shown] = photo.picture
            else:
                pictures[f"photo-{n}.{photo.picture.media_type.removeprefix('image/')}"] = photo.picture.data
        items = [
            {
                "file": file,
                "alt": photo.alt,
                "number": f"Photograph {n}",
                "caption": photo.caption,
                "taken": f"Taken by {photo.taken_by}, {_day(photo.taken_on)}",
            }
            for n, (file, photo) in enumerate(zip(pictures, photos, strict=True), 1)
        ]
        sheets = self._set("photographs", title, {"photos": items, "photo-height": 3.3}, pictures)
        return mounting.mount(sheets, mounted) if mounted else sheets

    def chronology(self, casefile: Casefile) -> bytes:
        """What happened, day by day."""
        rows = [[_day(event.on), event.text] for event in sorted(casefile.events, key=lambda event: event.on)]
        table = _table(("Date", "Event"), (1.45, 0), ("start", "start"), rows)
        return self._set(
            "tables", "Chronology", {"blocks": [table | {"after": [] if rows else ["Nothing is recorded."]}]}
        )

    def costs(self, casefile: Casefile) -> bytes:
        """The cost sheet: the costs ledger and what was paid toward it. Fines are another ledger and not here."""
        total = sum((cost.amount for cost in casefile.costs), Decimal(0))
        paid = [payment for payment in casefile.payments if payment.ledger == "costs"]
        received = sum((payment.amount for payment in paid), Decimal(0))
        rows = [
            [_day(cost.on), cost.description, cost.vendor or "", cost.kind.capitalize(), _money(cost.amount)]
            for cost in sorted(casefile.costs, key=lambda cost: cost.on)
        ]
        columns = ("Date", "What", "By", "Kind", "Amount")
        table = _table(columns, (1.25, 0, 1.3, 1.05, 0.9), ("start", "start", "start", "start", "end"), rows)
        after = [f"Costs in total: {_money(total)}. Paid: {_money(received)}. Outstanding: {_money(total - received)}."]
        blocks = [table | {"after": after}]
        if paid:
            payments = [[_day(payment.on), _money(payment.amount)] for payment in paid]
            ledger = _table(("Date", "Amount"), (1.45, 1.2), ("start", "end"), payments)
            blocks.append(ledger | {"title": "Payments toward costs"})
        blocks[-1]["after"] = [
            *blocks[-1]["after"],
            "Fines are kept in a ledger of their own and are not part of these costs.",
        ]
        return self._set("tables", "Cost sheet", {"blocks": blocks})

    def _case_facts(
        self, casefile: Casefile | None, hearing_id: str | None, pages: int | None
    ) -> list[tuple[str, list[str]]]:
        prepared = ("Prepared", [_day(self.on)])
        extent = ("Extent", [f"{pages} pages"] if pages else [])
        if casefile is None:
            return [prepared, extent]
        place = casefile.property
        appellants = [p.name.text for p in casefile.parties if "appellant" in p.roles]
        owners = [p.name.text for p in casefile.parties if "owner" in p.roles and p.name.text not in appellants]
        hearing = _hearing(casefile, hearing_id)
        officers = {officer.id: officer for officer in (*self.pack.officers, *casefile.officers)}
        facts = [
            ("Property", [line for line in (place.situs, place.city_line) if line]),
            ("Assessor’s parcel", [place.apn]),
            ("Owner", owners),
            ("Appellant", appellants),
        ]
        if hearing is not None:
            presiding = officers.get(hearing.officer)
            facts += [
                ("Hearing", [f"{_day(hearing.on, 'full')}, {_clock(hearing)}", *hearing.place]),
                ("Docket", [hearing.docket] if hearing.docket else []),
                ("Hearing officer", [presiding.name] if presiding else []),
            ]
        author = officers.get(casefile.case.officer)
        by = [f"{author.name}, {author.title}"] if author else []
        return [*facts, ("Prepared by", [*by, _day(self.on)]), extent]

    def _set(
        self, kind: str, title: str, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        identity = self.pack.identity
        data = {
            "kind": kind,
            "title": title,
            "packet": self.packet,
            "case": self.case,
            "town": identity.name,
            "office": identity.office,
            "seal-alt": identity.seal_alt or f"Seal of the {identity.name}",
            "on": [self.on.year, self.on.month, self.on.day],
            **values,
        }
        return typst_pdf(_sources(), "packet.typ", data, fonts=self.fonts, stamp=self.on, pictures=pictures)


@lru_cache(maxsize=1)
def _sources() -> Mapping[str, bytes]:
    folder = shipped.folder("templates") / "letterhead"
    return {name: (folder / name).read_bytes() for name in ("packet.typ", "faces.typ", "seal.svg")}


def _nested(lines: Sequence[Line]) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    stack: list[tuple[int, list[dict[str, Any]]]] = [(-1, top)]
    for line in lines:
        while stack[-1][0] >= line.level:
            stack.pop()
        item: dict[str, Any] = {
            "key": line.key,
            "title": line.title,
            "page": line.page,
            "level": line.level,
            "section": line.section,
            "children": [],
        }
        stack[-1][1].append(item)
        stack.append((line.level, item["children"]))
    return top


def _table(
    header: Sequence[str], columns: Sequence[float], align: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """A table for packet.typ; a column of width 0 takes what is left."""
    return {
        "title": None,
        "header": list(header),
        "columns": list(columns),
        "align": list(align),
        "rows": [list(row) for row in rows],
        "after": [],
    }


def _hearing(casefile: Casefile, wanted: str | None) -> Hearing | None:
    """The hearing that is meant: the one named, or else the last one listed (docs/house.md)."""
    if wanted is not None:
        return next((hearing for hearing in casefile.hearings if hearing.id == wanted), None)
    return casefile.hearings[-1] if casefile.hearings else None


def _day(day: date, form: str = "long") -> str:
    return format_date(day, format=form, locale=_LOCALE)


def _clock(hearing: Hearing) -> str:
    text = format_time(hearing.at, format="short", locale=_LOCALE)
    return text.replace("\u202f", " ").replace("AM", "a.m.").replace("PM", "p.m.")


def _money(amount: Decimal) -> str:
    return str(format_currency(amount, "USD", locale=_LOCALE))
