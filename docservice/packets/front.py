"""The pages that the service adds to a packet, typeset by Typst in the letterhead's family.

Each function gives one tagged PDF (PDF/A-3a and PDF/UA-1). Looks are in ``law/us/letterhead/packet.typ``; here the
facts are brought into the shape it sets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from docservice import shipped
from docservice.casefile.facts import Casefile, Hearing
from docservice.packets.spans import Content, in_language, linked, person, small, strong, table
from docservice.pdf.foreign import mounting
from docservice.pdf.foreign.jpegs import Jpeg
from docservice.rendering import seal_picture, textlayer
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters.typst_press import typst_pdf
from docservice.rendering.pictures import Picture
from docservice.town.books import debts_by_facts
from docservice.town.look import Seal
from docservice.town.pack import TownPack

_LOCALE = "en_US"
_LETTER = (612.0, 792.0)  # points
_NOT_SAID = (
    "kind",
    "key",
    "look",
    "link",
    "file",
    "align",
    "columns",
    "digits",
    "lang",
    "region",
    "dir",
    "paper",
    "on",
)


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """One line of the contents; ``key`` names its link (see :mod:`docservice.pdf.splicing.links`).

    ``where`` is printed in place of the bare page number ("Vol. 2, p. 312").
    """

    key: str
    title: str
    page: int
    level: int
    section: bool = False
    where: str | None = None


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """What the cover of one volume says: ``text`` is "Volume 2 of 3, pages 301–598 of 890".

    ``index_key`` names the link to the master index; volume 1, which has it, goes without.
    """

    text: str
    index_key: str | None = None
    index_text: str = "Index of all volumes (in volume 1)"


@dataclass(frozen=True, slots=True)
class ExhibitLine:
    """One line of the list of exhibits. ``language`` (BCP 47) is that of title and description, if not English."""

    key: str
    label: str
    title: str
    pages: str  # "12–18"
    description: str = ""
    language: str | None = None


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
    """Makes the front matter of one packet. ``on`` is the packet's date, ``paper`` its size in points.

    ``worded`` is applied to every text that is set, so that no page of ours says what a public copy leaves out.
    """

    pack: TownPack
    fonts: FontSet
    on: date
    packet: str  # the packet's title
    case: str
    paper: tuple[float, float] = _LETTER
    worded: Callable[[str], str] | None = None  # what a text may say in this copy
    _set: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def cover(
        self,
        *,
        title: str,
        casefile: Casefile | None,
        hearing: str | None,
        pages: int | None = None,
        volume: VolumeFacts | None = None,
        gaps: Sequence[str] = (),
        copy: Literal["full", "public"] = "full",
        lines: Sequence[tuple[str, str]] = (),
    ) -> bytes:
        """The cover: whose packet, which case, which hearing; which volume and copy of it; gaps in service.

        One page, whatever its length, unless the ``gaps`` (sentences) need more. ``lines`` are further facts, label
        and text ("Edition", "Seal"). With ``volume.index_key`` it has a link of the packet.
        """
        identity = self.pack.identity
        extent = [*([volume.text] if volume else []), *([f"{pages} pages" + _in_all(volume)] if pages else [])]
        if volume and volume.index_key:
            extent.append(linked(volume.index_key, volume.index_text))
        reached = (", ".join(identity.address), identity.phone, identity.email)
        facts = [*self._case_facts(casefile, hearing), ("Extent", extent), *((label, [text]) for label, text in lines)]
        return self.typeset(
            "cover",
            title,
            {
                "case-title": casefile.case.title if casefile else None,
                "facts": [[label, lines] for label, lines in facts if lines],
                "contact": [identity.office, *(self.pack.look.head or reached)],
                "gaps": list(gaps),
                "public": copy == "public",
            },
        )

    def contents(self, lines: Sequence[ContentsLine], heading: str = "Contents") -> bytes:
        """The contents of the packet, or of the volume that ``heading`` names; each line a link to ``packet:<key>``."""
        return self.typeset("contents", heading, {"entries": _nested(lines)})

    def exhibit_list(self, rows: Sequence[ExhibitLine], heading: str = "List of exhibits") -> bytes:
        """Every exhibit, a link to ``packet:<key>``, with columns in which the hearing officer notes the rulings."""
        cells = [
            [
                strong(one.label),
                [linked(one.key, in_language(one.title, one.language))]
                + ([small(in_language(one.description, one.language))] if one.description else []),
                one.pages,
                "",
                "",
            ]
            for one in rows
        ]
        columns = (0.7, 0, 0.85, 0.85, 0.85)
        listed = table(("Exhibit", "Description", "Pages", "Offered", "Admitted"), columns, cells)
        after = [] if rows else ["The packet has no exhibits."]
        return self.typeset("tables", heading, {"blocks": [listed | {"after": after, "ruled": True}]})

    def withheld(self, *, title: str, pages: int | None, where: str, reason: str, notes: Sequence[str] = ()) -> bytes:
        """The page that stands for a part left out of the public-records copy.

        ``where`` says which pages of the full packet it has ("45–52"), ``reason`` the exemption ("Gov. Code
        § 7927.705").
        """
        identity = self.pack.identity
        extent = {None: [], 1: ["One page"]}.get(pages, [f"{pages} pages"])
        facts = [
            ["Extent", extent],
            ["Pages in full packet", [where] if where else []],
            ["Why", [reason, *notes]],
        ]
        banner = "This page stands for a part left out of the public-records copy"
        closing = (
            "The full packet is on record. Questions about this copy, or a request to see what was left out, go to the "
            f"{identity.office}, {', '.join(identity.address)}, {identity.phone}, {identity.email}."
        )
        values = {"facts": [fact for fact in facts if fact[1]], "closing": closing, "banner": banner}
        return self.typeset("placeholder", title, values)

    def exhibit_sheet(self, *, label: str, name: str, description: str, pages: int, notes: Sequence[str] = ()) -> bytes:
        """The sheet before an exhibit of ``pages`` pages; ``notes`` say what was done to the file."""
        numbers = {0: None, 1: f"One page, {label}-1"}.get(pages, f"{pages} pages, {label}-1 to {label}-{pages}")
        values = {"label": label, "name": name, "description": description, "range": numbers, "notes": list(notes)}
        return self.typeset("exhibit", f"Exhibit {label}", values)

    def placeholder(self, *, title: str, file: str, sha256: str, reasons: Sequence[str]) -> bytes:
        """The page that stands for a part which cannot be used: which one, why, and how to recognize the file."""
        facts = [["File", [file]], ["Why", list(reasons)], ["SHA-256", [sha256[:32], sha256[32:]]]]
        banner = "This page stands for a part that could not be included"
        closing = f"The file itself is kept in the case and may be seen at the {self.pack.identity.office}."
        return self.typeset("placeholder", title, {"facts": facts, "closing": closing, "banner": banner})

    def photographs(self, title: str, photos: Sequence[SheetPhoto], first: int = 1) -> bytes:
        """Photo sheets, two to a page, captioned with who took each picture and when. JPEGs keep their pixels.

        ``first`` is the number of the first photograph; later sheets of a series say so in their heading.
        """
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
                "number": f"Photograph {first + n - 1}",
                "caption": photo.caption,
                "taken": f"Taken by {photo.taken_by}, {day_text(photo.taken_on)}",
            }
            for n, (file, photo) in enumerate(zip(pictures, photos, strict=True), 1)
        ]
        heading = title if first == 1 else f"{title} (continued)"
        sheets = self.typeset("photographs", heading, {"photos": items, "photo-height": 3.3}, pictures)
        return mounting.mount(sheets, mounted) if mounted else sheets

    def chronology(self, casefile: Casefile) -> bytes:
        """What happened, day by day."""
        rows = [[day_text(event.on), event.text] for event in sorted(casefile.events, key=lambda event: event.on)]
        listed = table(("Date", "Event"), (1.45, 0), rows, after=[] if rows else ["Nothing is recorded."])
        return self.typeset("tables", "Chronology", {"blocks": [listed]})

    def costs(self, casefile: Casefile) -> bytes:
        """The cost sheet: the costs ledger and what was paid toward it. Fines are another ledger and not here."""
        ledger = debts_by_facts(self.pack, casefile, self.on).costs
        paid = [line for line in ledger.lines if line.kind in ("payment", "refund")]
        rows = [
            [day_text(cost.on), cost.description, cost.vendor or "", cost.kind.capitalize(), _money(cost.amount)]
            for cost in sorted(casefile.costs, key=lambda cost: cost.on) if cost.on <= self.on
        ]  # fmt: skip
        columns = ("Date", "What", "By", "Kind", "Amount")
        align = ("start", "start", "start", "start", "end")
        after = [
            f"Costs in total: {_money(ledger.charged)}. Paid: {_money(ledger.paid)}. "
            f"Outstanding: {_money(ledger.balance)}."
        ]
        blocks = [table(columns, (1.25, 0, 1.3, 1.05, 0.9), rows, align=align, after=after)]
        if paid:
            payments = [[day_text(line.on), line.why, _money(-line.amount)] for line in paid]
            heading = "Payments toward costs"
            blocks.append(table(("Date", "What", "Amount"), (1.45, 0, 1.2), payments, align=align[2:], title=heading))
        blocks[-1]["after"] = [
            *blocks[-1]["after"],
            "Fines are kept in a ledger of their own and are not part of these costs.",
        ]
        return self.typeset("tables", "Cost sheet", {"blocks": blocks})

    def _case_facts(self, casefile: Casefile | None, hearing_id: str | None) -> list[tuple[str, list[Content]]]:
        if casefile is None:
            return [("Prepared", [day_text(self.on)])]
        place = casefile.property
        appellants = [person(p.name) for p in casefile.parties if "appellant" in p.roles]
        owners = [person(p.name) for p in casefile.parties if "owner" in p.roles and person(p.name) not in appellants]
        hearing = _hearing(casefile, hearing_id)
        officers = {officer.id: officer for officer in (*self.pack.officers, *casefile.officers)}
        facts: list[tuple[str, list[Content]]] = [
            ("Property", [line for line in (place.situs, place.city_line) if line]),
            ("Assessor’s parcel", [place.apn]),
            ("Owner", owners),
            ("Appellant", appellants),
        ]
        if hearing is not None:
            presiding = officers.get(hearing.officer)
            facts += [
                ("Hearing", [f"{day_text(hearing.on, 'full')}, {clock_text(hearing.at)}", *hearing.place]),
                ("Docket", [hearing.docket] if hearing.docket else []),
                ("Hearing officer", [presiding.name] if presiding else []),
            ]
        author = officers.get(casefile.case.officer)
        by = [f"{author.name}, {author.title}"] if author else []
        return [*facts, ("Prepared by", [*by, day_text(self.on)])]

    def typeset(
        self, kind: str, title: str, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """One part of ``kind`` (a function of packet.typ) with its ``values``; the modules of further pages use it.

        The same values are set once: page numbers settle by setting everything again and again.
        """
        identity, seal = self.pack.identity, self.pack.appearance.seal
        data = {
            "kind": kind,
            "title": title,
            "packet": self.packet,
            "case": self.case,
            "town": identity.name,
            "office": identity.office,
            "seal-alt": seal.alt if seal else None,
            "look": asdict(self.pack.look.colors),
            "on": [self.on.year, self.on.month, self.on.day],
            "paper": list(self.paper),
            **values,
        }
        if self.worded is not None:
            data = _worded(data, self.worded)
        key = json.dumps(data, sort_keys=True, default=str) if pictures is None else None
        made = self._set.get(key) if key is not None else None
        if made is None:
            made = typst_pdf(_sources(seal), "packet.typ", data, fonts=self.fonts, stamp=self.on, pictures=pictures)
            if textlayer.needs_mending(json.dumps(data, ensure_ascii=False, default=str)):
                made = textlayer.mend(made)
            if key is not None:
                self._set[key] = made
        return made


def _worded(value: Any, say: Callable[[str], str]) -> Any:
    """Data for a page with every text in it as ``say`` says it; what names and measures is no text."""
    if isinstance(value, str):
        return say(value)
    if isinstance(value, dict):
        return {key: one if key in _NOT_SAID else _worded(one, say) for key, one in value.items()}
    return [_worded(one, say) for one in value] if isinstance(value, list | tuple) else value


@lru_cache(maxsize=4)
def _sources(seal: Seal | None) -> Mapping[str, bytes]:
    folder = shipped.folder("law") / "us" / "letterhead"
    pages = {name: (folder / name).read_bytes() for name in ("packet.typ", "faces.typ")}
    return pages | {"seal.svg": seal_picture.as_svg(seal)}


def _nested(lines: Sequence[ContentsLine]) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    stack: list[tuple[int, list[dict[str, Any]]]] = [(-1, top)]
    for line in lines:
        while stack[-1][0] >= line.level:
            stack.pop()
        item: dict[str, Any] = {
            "key": line.key,
            "title": line.title,
            "level": line.level,
            "section": line.section,
            "where": line.where or str(line.page),
            "children": [],
        }
        stack[-1][1].append(item)
        stack.append((line.level, item["children"]))
    return top


def _hearing(casefile: Casefile, wanted: str | None) -> Hearing | None:
    """The hearing that is meant: the one named, or else the last one listed (docs/house.md)."""
    if wanted is not None:
        return next((hearing for hearing in casefile.hearings if hearing.id == wanted), None)
    return casefile.hearings[-1] if casefile.hearings else None


def _in_all(volume: VolumeFacts | None) -> str:
    return " in all volumes" if volume else ""


def day_text(day: date, form: str = "long") -> str:
    """The day as the pages print it: July 10, 2026."""
    return format_date(day, format=form, locale=_LOCALE)


def clock_text(at: time) -> str:
    """The time of day as the pages print it: 10:05 a.m."""
    text = format_time(at, format="short", locale=_LOCALE)
    return text.replace("\u202f", " ").replace("AM", "a.m.").replace("PM", "p.m.")


def _money(amount: Decimal) -> str:
    return str(format_currency(amount, "USD", locale=_LOCALE))
