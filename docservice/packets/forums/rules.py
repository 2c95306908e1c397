"""What a forum demands of a packet's form, as values: a profile and its rules.

A profile has *settings*, which tell the assembly how to make a packet (labels, paper, wording), and *rules*, against
which the finished packet is held (:mod:`conformity`). Every rule carries its source. The data lie in ``forums/``, one
YAML file per profile; :mod:`profile_loading` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Generic, Literal, NamedTuple, TypeVar

from docservice.finding import Severity
from docservice.town.meanings import PacketPart
from docservice.town.source import Confidence

T = TypeVar("T")
Labels = Literal["letters", "numbers"]
OpeningView = Literal["inherit", "100%"]
ServiceGaps = Literal["refuse", "first-page"]
PaperName = Literal["letter", "legal", "tabloid", "a4", "a3"]
Feature = Literal[
    "passwords", "scripts", "actions", "media", "embedded-files", "portfolios", "comments", "forms", "layers",
    "external-links", "email-links",
]  # fmt: skip

# Width and height in points, upright.
PAPERS: Mapping[PaperName, tuple[float, float]] = {
    "letter": (612.0, 792.0),
    "legal": (612.0, 1008.0),
    "tabloid": (792.0, 1224.0),
    "a4": (595.28, 841.89),
    "a3": (841.89, 1190.55),
}


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One demand: what (``value``), where it is written (``citation``), how sure we are, how strict the forum is.

    ``confidence``: ``H`` the text of the rule was read; ``M`` known from others' accounts of it; ``P`` practice.
    An ``error`` stops the packet, a ``warning`` is a finding. ``note`` says what the record leaves out.
    """

    value: T
    citation: str
    confidence: Confidence
    severity: Severity = "error"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Margins:
    """Clear inches at each side; ``pages``: of all pages, or of those that the office itself makes."""

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    pages: Literal["all", "own"] = "all"


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What a recorder keeps for itself: ``top`` inches of the first page, but for a block at the left for the return
    address, ``return_block`` inches wide; the title stands directly below."""

    top: float
    return_block: float = 0.0
    title_below: bool = False


@dataclass(frozen=True, slots=True)
class CertificateWording:
    """The wording of the certificate page: paragraphs, and the declaration over the signature.

    May use ``{title} {case} {pages} {volumes} {parts} {office} {town} {name} {position} {place} {on}``.
    """

    title: str
    paragraphs: tuple[str, ...]
    declaration: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a profile; what a forum does not speak of is ``None``."""

    # numbering
    first_number: Rule[int] | None = None  # printed on the first page, the cover included
    arabic: Rule[bool] | None = None
    consecutive: Rule[bool] | None = None  # no gap, no repetition, across volumes
    viewer_number: Rule[bool] | None = None  # the printed number is the one that the viewer shows
    late_numbers: Rule[str] | None = None  # "{page}.{n}"
    # getting around
    contents: Rule[bool] | None = None
    contents_links: Rule[bool] | None = None
    bookmarks: Rule[bool] | None = None  # one for every line of the contents, to its first page
    bookmark_wording: Rule[str] | None = None  # "{title}": as in the contents; also {page}
    bookmark_levels: Rule[int] | None = None  # at most
    bookmark_zoom: Rule[OpeningView] | None = None
    bookmark_panel: Rule[bool] | None = None  # shown when the file is opened
    default_view: Rule[OpeningView] | None = None
    # files
    most_bytes: Rule[int] | None = None  # per file
    most_pages: Rule[int] | None = None  # per file
    volume_cover: Rule[str] | None = None  # {volume} {volumes} {first} {last} {total}
    master_index: Rule[bool] | None = None  # volume 1 lists the contents of all
    name_length: Rule[int] | None = None  # characters of a file's name with its ending, at most
    name_characters: Rule[str] | None = None  # a regular expression for one character of the name
    forbidden: Rule[tuple[Feature, ...]] | None = None
    unwanted: Rule[tuple[Feature, ...]] | None = None  # what the forum minds less
    # pages
    paper: Rule[PaperName] | None = None  # of the pages that the office makes
    exhibit_paper: Rule[PaperName] | None = None  # of all other pages
    largest_paper: Rule[PaperName] | None = None  # of any page
    most_scan_dpi: Rule[int] | None = None
    least_scan_dpi: Rule[int] | None = None
    searchable: Rule[Literal["every-page", "text"]] | None = None  # "text": photographs and drawings need not be
    upright: Rule[bool] | None = None
    margins: Rule[Margins] | None = None
    first_page: Rule[FirstPage] | None = None
    # exhibits
    exhibit_labels: Rule[Labels] | None = None
    exhibit_order: Rule[bool] | None = None  # labels follow each other without a gap
    exhibit_page_label: Rule[str] | None = None  # "{label}-{n}" on every page of the exhibit
    exhibit_sheet: Rule[bool] | None = None  # a cover sheet with label and description
    translations: Rule[Literal["translation", "certified"]] | None = None  # of what is not in English
    # parts
    required_parts: Rule[tuple[PacketPart, ...]] | None = None
    part_order: Rule[tuple[PacketPart, ...]] | None = None
    certificate: Rule[CertificateWording] | None = None

    def __iter__(self) -> Iterator[tuple[str, Rule[object]]]:
        """Every rule that is given, by name, in the order above."""
        for each in fields(self):
            rule = getattr(self, each.name)
            if rule is not None:
                yield each.name, rule


class ExplainedRule(NamedTuple):
    """A line of :meth:`Profile.explain`."""

    rule: str
    value: str
    citation: str
    confidence: Confidence
    severity: Severity
    note: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The form of a packet. Lengths are in points (1/72 inch)."""

    key: str
    title: str
    exhibit_labels: Labels = "letters"
    page_number: str = "Packet page {page}"  # printed on every page; {page} is the viewer's page
    paper: tuple[float, float] = PAPERS["letter"]  # for generated pages and pictures
    band: float = 30.0  # kept clear at the foot of every page for the stamps
    raster_dpi: int = 200  # pages that cannot stay vector; forums allow at most 300
    late_number: str = "{page}.{n}"  # of pages that come later: 45.1 follows 45
    volume_cover: str = "Volume {volume} of {volumes}, pages {first}–{last} of {total}"
    file_name: str = "{case}-packet"  # of a packet in one file, without ".pdf"
    volume_name: str = "{case}-packet-volume-{volume}-of-{volumes}"
    service_gaps: ServiceGaps = "refuse"  # what becomes of a packet with a gap in its service, if the plan is silent
    about: str = ""
    rules: Rules = field(default_factory=Rules)

    def bookmark(self, title: str, page: int | str) -> str:
        """The text of the bookmark to the part ``title`` that begins on the printed ``page``."""
        rule = self.rules.bookmark_wording
        return (rule.value if rule else "{title}").format(title=title, page=page)

    def explain(self) -> tuple[ExplainedRule, ...]:
        """Every rule with its value in words, its source, and how sure and how strict it is."""
        return tuple(
            ExplainedRule(name, in_words(rule.value), rule.citation, rule.confidence, rule.severity, rule.note)
            for name, rule in self.rules
        )


def in_words(value: object) -> str:
    """A rule's value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Margins):
        sides = [f"{side} {inches:g} in" for side in ("top", "right", "bottom", "left")
                 if (inches := getattr(value, side))]  # fmt: skip
        return ", ".join(sides) + (" (pages the office makes)" if value.pages == "own" else "")
    if isinstance(value, FirstPage):
        block = f", but for {value.return_block:g} in at the left" if value.return_block else ""
        return f"top {value.top:g} in clear{block}" + (", title directly below" if value.title_below else "")
    if isinstance(value, CertificateWording):
        return f"“{value.declaration}”"
    return str(value)


def exhibit_label(profile: Profile, position: int) -> str:
    """The automatic label of the exhibit at ``position`` (from 0): A … Z, AA, AB …, or 1, 2, 3 …"""
    if profile.exhibit_labels == "numbers":
        return str(position + 1)
    label = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        label = chr(ord("A") + rest) + label
    return label
