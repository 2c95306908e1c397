"""A plan and everything it names become one packet.

``assemble`` takes values only: the shell has looked up the issued documents and read the files. Foreign files go
through :mod:`intake` (in a process of their own), the service's own pages through :mod:`front`, all of it through
:mod:`merge`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.packets.front import Front, Line
from docservice.packets.intake import Finding
from docservice.packets.links import Target
from docservice.packets.merge import Bookmark, Source, merge, open_source
from docservice.packets.pieces import Kind, Piece, Pieces, ResolvedDocument
from docservice.packets.plan import DocumentPart, FilePart, GeneratedPart, IssuedPart, PhotosPart, Plan
from docservice.packets.profiles import PROFILES
from docservice.refusal import Problem, Refusal
from docservice.rendering.fonts import FontSet
from docservice.town.pack import TownPack

__all__ = ["Entry", "Packet", "ResolvedDocument", "assemble"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents and a bookmark. ``first_page`` counts from 1; a section has the pages of its parts."""

    title: str
    first_page: int
    pages: int
    label: str | None = None
    level: int = 0
    kind: Kind = "generated"
    sha256: str | None = None  # of the source, where there is one


@dataclass(frozen=True, slots=True)
class Packet:
    """A finished packet. ``findings`` are warnings; whatever is an error has been refused."""

    pdf: bytes = field(repr=False)
    pages: int
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def assemble(
    plan: Plan,
    *,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, bytes],
    pack: TownPack,
    fonts: FontSet,
    on: date,
    casefile: Casefile | None = None,
) -> Packet:
    """The packet of ``plan``, dated ``on``.

    ``documents`` by number and ``files`` by path hold at least what the plan names; ``casefile`` gives the cover its
    facts and is needed for the generated chronology, costs and photographs. Raises ``Refusal``: ``packet.missing``
    (documents or files that are not there), ``packet.changed`` (a document that is not the one on record),
    ``packet.unusable`` (files that cannot go in, each by name), with a problem per part. Same values, same bytes.
    """
    profile = PROFILES[plan.profile]
    _refuse_missing(plan, documents, files, casefile)
    front = Front(pack, fonts, on, plan.title, plan.case)
    maker = Pieces(plan, profile, front, documents, files, casefile)
    pieces = maker.make()
    if maker.problems:
        named = "; ".join(dict.fromkeys(problem.message for problem in maker.problems))
        raise Refusal("packet.unusable", f"The packet cannot be made: {named}", maker.problems)
    entries, targets = _set_front_matter(plan, front, maker, pieces)
    pdf = merge(
        [source for piece in pieces for source in piece.sources],
        title=f"{plan.title}, {plan.case}",
        language=plan.language,
        on=on,
        bookmarks=[Bookmark(entry.title, entry.first_page, entry.level) for entry in entries],
        targets=targets,
        stamp_left=plan.case,
        page_number=profile.page_number,
        font=fonts.folder / "NotoSans-Regular.ttf",
    )
    return Packet(pdf, sum(piece.pages for piece in pieces), entries, tuple(maker.findings))


def _refuse_missing(
    plan: Plan, documents: Mapping[str, ResolvedDocument], files: Mapping[str, bytes], casefile: Casefile | None
) -> None:
    problems: list[Problem] = []
    for place, part in enumerate(plan.parts):
        at = f"/parts/{place}"
        if isinstance(part, IssuedPart):
            raise ValueError("resolve the plan first: Plan.resolved")
        if isinstance(part, DocumentPart):
            if part.number not in documents:
                problems.append(Problem("packet.document", f"There is no document {part.number}.", f"{at}/document"))
                continue
            known = {proof.number for proof in documents[part.number].proofs} | set(documents)
            problems += [
                Problem("packet.document", f"There is no proof of service {number}.", f"{at}/proofs/{n}")
                for n, number in enumerate(part.proofs or ())
                if number not in known
            ]
        elif isinstance(part, FilePart) and part.path not in files:
            problems.append(Problem("packet.file", f"The file {part.path} is not there.", f"{at}/file"))
        elif isinstance(part, PhotosPart):
            problems += [
                Problem("packet.file", f"The photograph {photo.file} is not there.", f"{at}/photos/{n}/file")
                for n, photo in enumerate(part.photos)
                if photo.file not in files
            ]
        elif isinstance(part, GeneratedPart) and part.kind in ("chronology", "costs", "photographs"):
            if casefile is None:
                message = f"The {part.kind} cannot be made without the casefile."
                problems.append(Problem("packet.casefile", message, f"{at}/generated"))
            elif part.kind == "photographs":
                problems += [
                    Problem("packet.file", f"The photograph {photo.file} is not there.", f"{at}/generated")
                    for inspection in casefile.inspections
                    for photo in inspection.photos
                    if photo.file not in files
                ]
    if plan.hearing and casefile and plan.hearing not in {hearing.id for hearing in casefile.hearings}:
        problems.append(Problem("packet.hearing", f"The casefile has no hearing {plan.hearing}.", "/hearing"))
    if problems:
        raise Refusal("packet.missing", "The packet plan names what is not there.", problems)


def _set_front_matter(
    plan: Plan, front: Front, maker: Pieces, pieces: list[Piece]
) -> tuple[tuple[Entry, ...], dict[str, Target]]:
    """Set cover and contents, whose text depends on everybody's page numbers; entries and link targets."""
    cover = next((piece for piece in pieces if piece.late == "cover"), None)
    contents = next((piece for piece in pieces if piece.late == "contents"), None)
    cover_pages, contents_pages = int(cover is not None), int(contents is not None)
    total = sum(piece.pages for piece in pieces)
    for _ in range(4):  # page numbers decide the length of the contents, which decides the page numbers
        sizes = [
            cover_pages if piece is cover else contents_pages if piece is contents else piece.pages for piece in pieces
        ]
        entries = _entries(pieces, sizes)
        if cover is not None:
            page = front.cover(
                title=plan.title,
                casefile=maker.casefile,
                hearing=plan.hearing,
                pages=total + cover_pages + contents_pages,
            )
            cover.sources = [maker.own(page, "Cover")]
        if contents is not None:
            lines = [
                Line(str(n), entry.title, entry.first_page, entry.level, entry.kind == "section")
                for n, entry in enumerate(entries)
            ]
            document = open_source(front.contents(lines), "Contents")
            contents.sources = [Source(document, "Contents", plan.language, contents=True)]
        now = (cover.pages if cover else 0, contents.pages if contents else 0)
        if now == (cover_pages, contents_pages):
            break
        cover_pages, contents_pages = now
    else:
        raise Refusal("packet.contents", "The contents do not settle; shorten a title of the plan.")
    targets = {
        str(n): Target(entry.first_page, f"{entry.title}, page {entry.first_page}") for n, entry in enumerate(entries)
    }
    return entries, targets


def _entries(pieces: Sequence[Piece], sizes: Sequence[int]) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    first = 1
    for place, (piece, size) in enumerate(zip(pieces, sizes, strict=True)):
        pages = size
        if piece.kind == "section":
            after = range(place + 1, len(pieces))
            end = next((n for n in after if pieces[n].kind == "section"), len(pieces))
            pages = sum(sizes[place + 1 : end])
        entries.append(Entry(piece.title, first, pages, piece.label, piece.level, piece.kind, piece.sha256))
        first += size
    return tuple(entries)
