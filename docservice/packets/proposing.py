"""Which parts a packet for a hearing would have by what is on record, in the order in which its forum wants them.

The order is the forum's (``part_order``), or that of :data:`docservice.town.meanings.PacketPart`, which is the habit of
offices (docs/domain.md, section 8). Proofs of service follow their documents by themselves and have no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from docservice.casefile.facts import Casefile
from docservice.packets.forums.profiles import Profile, exhibit_label
from docservice.packets.worksheet import EXHIBITS, Worksheet
from docservice.town.meanings import PacketPart

FRONT = ("cover", "contents", "exhibit-list")
_HEADINGS: Mapping[PacketPart, str] = {
    "staff-report": "Staff report",
    "notices": "Notices, each with its proof of service",
    "inspection-reports": "Inspections",
    "ownership": "Ownership",
    "code-text": "The code",
    "appeal": "Appeal",
    "proposed-order": "Proposed order",
    "costs": "Costs",
    "declarations": "Declaration",
}


@dataclass(frozen=True, slots=True)
class PaperOnRecord:
    """A document in force, as a packet sees it. ``part`` is what its type is in a packet, None: nothing by itself;
    ``of_hearing``: it speaks of a hearing; ``proof``: a proof of service, which goes with its document."""

    number: str
    title: str
    notice: str
    recipient: str = ""
    part: PacketPart | None = None
    of_hearing: bool = False
    proof: bool = False
    language: str = "en"


def proposed(papers: Sequence[PaperOnRecord], casefile: Casefile | None, profile: Profile) -> list[dict[str, Any]]:
    """Rows for a new worksheet (:mod:`worksheet`)."""
    rule = profile.rules.part_order
    order = rule.value if rule is not None else get_args(PacketPart)
    rows: list[dict[str, Any]] = [{"front": list(FRONT)}]
    for part in order:
        rows += _of(part, papers, casefile, profile)
    return rows


def offered(papers: Sequence[PaperOnRecord]) -> list[dict[str, Any]]:
    """Rows for documents that are on record and have no place of their own in a packet; they may be put in."""
    return _rows([paper for paper in papers if paper.part is None and not paper.proof])


def labels(sheet: Worksheet, profile: Profile) -> dict[str, str]:
    """The label of each row that is an exhibit, by the id of the row: as it will be printed."""
    claimed = {row.get("exhibit") for row in sheet.rows}
    found: dict[str, str] = {}
    position = 0
    for row in sheet.rows:
        wanted = row.get("exhibit", "none")
        if wanted == "auto":
            while (wanted := exhibit_label(profile, position)) in claimed:
                position += 1
            position += 1
        if wanted != "none":
            found[row["id"]] = wanted
    return found


def _of(
    part: PacketPart, papers: Sequence[PaperOnRecord], casefile: Casefile | None, profile: Profile
) -> Iterator[dict[str, Any]]:
    mine = [paper for paper in papers if paper.part == part and not paper.proof]
    if part == "notices":
        yield from _section(_HEADINGS[part], _rows([paper for paper in mine if not paper.of_hearing]))
        heard = _rows([paper for paper in mine if paper.of_hearing])
        if mine and casefile is not None:
            heard.append({"generated": "service-list"})
        yield from _section("Notice of hearing and service" if len(heard) > 1 else "Service", heard)
        return
    if part == "photographs":
        if casefile is not None and any(inspection.photos for inspection in casefile.inspections):
            yield from _section(EXHIBITS, [{"generated": "photographs", "exhibit": "auto"}])
        return
    if part == "chronology":
        if casefile is not None:
            yield {"generated": "chronology"}
        return
    made: list[dict[str, Any]] = []
    if part == "costs" and casefile is not None and casefile.costs:
        made.append({"generated": "costs"})
    if part == "declarations" and casefile is not None and profile.rules.certificate is not None:
        made.append({"generated": "declaration"})
    if part in _HEADINGS:
        yield from _section(_HEADINGS[part], [*_rows(mine), *made])


def _section(title: str, rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    if rows:
        yield {"section": title}
        yield from rows


def _rows(papers: Sequence[PaperOnRecord]) -> list[dict[str, Any]]:
    """A row for each notice: all its copies, in order of issue."""
    found: dict[str, list[PaperOnRecord]] = {}
    for paper in papers:
        found.setdefault(paper.notice or paper.number, []).append(paper)
    return [
        {"documents": [copy.number for copy in copies], "title": f"{copies[0].title} {number}"}
        for number, copies in found.items()
    ]
