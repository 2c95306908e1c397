"""A plan and everything it names become one packet.

``assemble`` takes values only: the shell has looked up the issued documents and read the files. Foreign files go
through :mod:`intake` (in a process of their own), the service's own pages through :mod:`front`,
all of it through :mod:`merge`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from docservice.casefile.facts import Casefile
from docservice.checks.finding import Finding
from docservice.packets import intake, photos
from docservice.packets.front import Front, Line, SheetPhoto
from docservice.packets.links import Target
from docservice.packets.merge import Bookmark, Source, merge, open_source
from docservice.packets.plan import (
    DocumentPart,
    FilePart,
    GeneratedPart,
    IssuedPart,
    PhotosPart,
    Plan,
    SectionPart,
)
from docservice.packets.profiles import PROFILES, Profile, exhibit_label
from docservice.packets.tagging import tagged
from docservice.refusal import Problem, Refusal
from docservice.rendering.fonts import FontSet
from docservice.town.pack import TownPack


@dataclass(frozen=True, slots=True)
class ResolvedDocument:
    """An issued document from the register. ``sha256`` (hex) is the record's; ``pdf`` must match it.

    ``title`` is the document's own ("Administrative Citation"), ``recipient`` the name it went to; ``proofs`` are its
    proofs of service, in the order in which they follow it.
    """

    number: str
    pdf: bytes = field(repr=False)
    title: str
    sha256: str
    recipient: str | None = None
    language: str = "en"
    proofs: tuple[ResolvedDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents and a bookmark. ``first_page`` counts from 1; a section has the pages of its parts."""

    title: str
    first_page: int
    pages: int
    label: str | None = None
    level: int = 0
    kind: Literal["section", "document", "proof", "exhibit", "file", "generated", "placeholder"] = "generated"
    sha256: str | None = None  # of the source, where there is one


@dataclass(frozen=True, slots=True)
class Packet:
    """A finished packet. ``findings`` are warnings; whatever is an error has been refused."""

    pdf: bytes = field(repr=False)
    pages: int
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


@dataclass
class _Piece:
    """One entry of the packet while it is made: the sources it is made of, in order."""

    title: str
    kind: Literal["section", "document", "proof", "exhibit", "file", "generated", "placeholder"]
    level: int
    sources: list[Source] = field(default_factory=list)
    label: str | None = None
    sha256: str | None = None
    late: Literal["cover", "contents"] | None = None  # set last, when all page numbers are known

    @property
    def pages(self) -> int:
        return sum(len(source.document.pages) for source in self.sources)


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
    bench = _Bench(plan, profile, front, documents, files, casefile)
    pieces = bench.pieces()
    if bench.problems:
        named = "; ".join(dict.fromkeys(problem.message for problem in bench.problems))
        raise Refusal("packet.unusable", f"The packet cannot be made: {named}", bench.problems)
    entries, targets = bench.set_front_matter(pieces)
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
    return Packet(pdf, sum(piece.pages for piece in pieces), entries, tuple(bench.findings))


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


@dataclass
class _Bench:
    """Where the pieces lie while the packet is made."""

    plan: Plan
    profile: Profile
    front: Front
    documents: Mapping[str, ResolvedDocument]
    files: Mapping[str, bytes]
    casefile: Casefile | None
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def pieces(self) -> list[_Piece]:
        """Every part as pieces, in order; what is wrong goes to ``problems``."""
        found: list[_Piece] = []
        labels = self._labels()
        level = 0
        examined = intake.examine_all(
            {part.path: self.files[part.path] for part in self.plan.parts if isinstance(part, FilePart)},
            intake.Frame(self.profile.band, self.profile.paper, self.profile.raster_dpi),
        )
        for place, (part, label) in enumerate(zip(self.plan.parts, labels, strict=True)):
            try:
                if isinstance(part, SectionPart):
                    found.append(_Piece(part.title, "section", 0))
                    level = 1
                elif isinstance(part, DocumentPart):
                    found += self._document(part, label, level)
                elif isinstance(part, FilePart):
                    found.append(self._file(part, label, level, examined[part.path]))
                elif isinstance(part, PhotosPart):
                    found.append(self._photos(part, label, level))
                elif isinstance(part, GeneratedPart):
                    found.append(self._generated(part, label, level))
            except Refusal as refusal:
                self.problems += [
                    Problem(problem.code, problem.message, f"/parts/{place}")
                    for problem in refusal.problems or (Problem(refusal.code, refusal.message),)
                ]
        return found

    def _labels(self) -> list[str | None]:
        """The exhibit label of each part; ``auto`` takes the next one that no part has claimed."""
        claimed = {part.exhibit for part in self.plan.parts if not isinstance(part, SectionPart)}
        labels: list[str | None] = []
        position = 0
        for part in self.plan.parts:
            wanted = None if isinstance(part, SectionPart) else part.exhibit
            if wanted == "auto":
                while (wanted := exhibit_label(self.profile, position)) in claimed:
                    position += 1
                position += 1
            labels.append(wanted)
        return labels

    def _document(self, part: DocumentPart, label: str | None, level: int) -> list[_Piece]:
        document = self.documents[part.number]
        title = f"{document.title} {document.number}"
        if document.recipient:
            title += f", to {document.recipient}"
        if label:
            title = f"Exhibit {label}: {title}"
        first = self._issued(document, title, "exhibit" if label else "document", level, label)
        if label:
            count = first.pages
            sheet = self.front.exhibit_sheet(label=label, name=document.title, description="", pages=count)
            first.sources.insert(0, self._own(sheet, f"Exhibit {label}"))
        proofs = document.proofs
        if part.proofs is not None:
            known = {**self.documents, **{proof.number: proof for proof in document.proofs}}
            proofs = tuple(known[number] for number in part.proofs)
        followers = []
        for proof in proofs:
            text = f"{proof.title} {proof.number}, for {document.number}"
            if proof.recipient:
                text += f", on {proof.recipient}"
            followers.append(self._issued(proof, text, "proof", level + 1, None))
        return [first, *followers]

    def _issued(
        self,
        document: ResolvedDocument,
        title: str,
        kind: Literal["document", "proof", "exhibit"],
        level: int,
        label: str | None,
    ) -> _Piece:
        digest = hashlib.sha256(document.pdf).hexdigest()
        if digest != document.sha256:
            message = f"{document.number} is not the document on record: its SHA-256 differs."
            raise Refusal("packet.changed", message, [Problem("packet.changed", message)])
        opened = open_source(document.pdf, document.number)
        labels = _page_labels(label, len(opened.pages))
        source = Source(opened, title, document.language, labels)
        return _Piece(title, kind, level, [source], label, document.sha256)

    def _file(self, part: FilePart, label: str | None, level: int, taken: intake.Intake) -> _Piece:
        digest = hashlib.sha256(self.files[part.path]).hexdigest()
        title = f"Exhibit {label}: {part.title}" if label else part.title
        if taken.verdict == "refused":
            reasons = [finding.message for finding in taken.findings if finding.severity == "error"]
            if part.unusable == "refuse":
                message = f"{part.path} ({part.title}): {' '.join(reasons)}"
                raise Refusal("packet.unusable", message, [Problem("packet.unusable", message)])
            self.findings.append(
                Finding("packet.placeholder", "warning", f"A page stands for this file: {' '.join(reasons)}", part.path)
            )
            page = self.front.placeholder(title=title, file=part.path, sha256=digest, reasons=reasons)
            source = self._own(page, title, _page_labels(label, 1))
            return _Piece(title, "placeholder", level, [source], label, digest)
        if len(part.alt) > len(taken.pages):
            message = f"{part.path} has {len(taken.pages)} pages, but {len(part.alt)} alternative texts are given."
            raise Refusal("packet.alt", message, [Problem("packet.alt", message)])
        if len(part.alt) < len(taken.pages):
            first, last = len(part.alt) + 1, len(taken.pages)
            lacking = f"Page {last} has" if first == last else f"Pages {first} to {last} have"
            message = f"{lacking} no alternative text; say in the plan (alt) what is to be seen."
            self.findings.append(Finding("packet.alt-missing", "warning", message, part.path))
        self.findings += [_noted(finding, part.path) for finding in taken.findings]
        language = part.language or self.plan.language
        alts = [*part.alt, *(f"Page {n} of {part.title}" for n in range(len(part.alt) + 1, len(taken.pages) + 1))]
        document = tagged(taken, alts, on_behalf_of=part.path)
        sources = [Source(document, title, language, _page_labels(label, len(taken.pages)))]
        if label:
            sheet = self.front.exhibit_sheet(
                label=label,
                name=part.title,
                description=part.description,
                pages=len(taken.pages),
                notes=_sheet_notes(taken.findings),
            )
            sources.insert(0, self._own(sheet, f"Exhibit {label}"))
        return _Piece(title, "exhibit" if label else "file", level, sources, label, digest)

    def _photos(self, part: PhotosPart, label: str | None, level: int) -> _Piece:
        prepared = photos.planned(part, self.files)
        return self._photo_piece(part.title, part.description, prepared, label, level)

    def _photo_piece(
        self, name: str, description: str, prepared: Sequence[SheetPhoto], label: str | None, level: int
    ) -> _Piece:
        title = f"Exhibit {label}: {name}" if label else name
        sheets = self.front.photographs(name, prepared)
        source = self._own(sheets, title)
        count = len(source.document.pages)
        sources = [Source(source.document, title, source.language, _page_labels(label, count))]
        if label:
            cover = self.front.exhibit_sheet(label=label, name=name, description=description, pages=count)
            sources.insert(0, self._own(cover, f"Exhibit {label}"))
        return _Piece(title, "exhibit" if label else "generated", level, sources, label)

    def _generated(self, part: GeneratedPart, label: str | None, level: int) -> _Piece:
        if part.kind == "cover" or part.kind == "contents":
            return _Piece(part.kind.capitalize(), "generated", level, late=part.kind)
        assert self.casefile is not None  # _refuse_missing has seen to it
        if part.kind == "photographs":
            officers = {officer.id: officer.name for officer in (*self.front.pack.officers, *self.casefile.officers)}
            prepared = photos.of_inspections(self.casefile, self.files, officers)
            return self._photo_piece("Photographs of the inspections", "", prepared, label, level)
        make, name = {
            "chronology": (self.front.chronology, "Chronology"),
            "costs": (self.front.costs, "Cost sheet"),
        }[part.kind]
        title = f"Exhibit {label}: {name}" if label else name
        source = self._own(make(self.casefile), title)
        labeled = Source(source.document, title, source.language, _page_labels(label, len(source.document.pages)))
        return _Piece(title, "exhibit" if label else "generated", level, [labeled], label)

    def set_front_matter(self, pieces: list[_Piece]) -> tuple[tuple[Entry, ...], dict[str, Target]]:
        """Set cover and contents, whose text depends on everybody's page numbers; entries and link targets."""
        cover = next((piece for piece in pieces if piece.late == "cover"), None)
        contents = next((piece for piece in pieces if piece.late == "contents"), None)
        cover_pages, contents_pages = int(cover is not None), int(contents is not None)
        total = sum(piece.pages for piece in pieces)
        for _ in range(4):  # page numbers decide the length of the contents, which decides the page numbers
            sizes = [
                cover_pages if piece is cover else contents_pages if piece is contents else piece.pages
                for piece in pieces
            ]
            entries = _entries(pieces, sizes)
            if cover is not None:
                page = self.front.cover(
                    title=self.plan.title,
                    casefile=self.casefile,
                    hearing=self.plan.hearing,
                    pages=total + cover_pages + contents_pages,
                )
                cover.sources = [self._own(page, "Cover")]
            if contents is not None:
                lines = [
                    Line(str(n), entry.title, entry.first_page, entry.level, entry.kind == "section")
                    for n, entry in enumerate(entries)
                ]
                document = open_source(self.front.contents(lines), "Contents")
                contents.sources = [Source(document, "Contents", self.plan.language, contents=True)]
            now = (cover.pages if cover else 0, contents.pages if contents else 0)
            if now == (cover_pages, contents_pages):
                break
            cover_pages, contents_pages = now
        else:
            raise Refusal("packet.contents", "The contents do not settle; shorten a title of the plan.")
        targets = {
            str(n): Target(entry.first_page, f"{entry.title}, page {entry.first_page}")
            for n, entry in enumerate(entries)
        }
        return entries, targets

    def _own(self, pdf: bytes, title: str, labels: tuple[str, ...] = ()) -> Source:
        return Source(open_source(pdf, title), title, self.plan.language, labels)


def _noted(finding: intake.Finding, path: str) -> Finding:
    place = f"{path} page {finding.page}" if finding.page else path
    return Finding(finding.code, finding.severity, finding.message, place)


def _sheet_notes(findings: Sequence[intake.Finding]) -> list[str]:
    """What was done to a file, for its exhibit sheet: each thing once, with its pages."""
    pages: dict[str, list[int]] = {}
    for finding in findings:
        if finding.code != "intake.not-searchable":
            pages.setdefault(finding.message, []).extend([finding.page] if finding.page else [])
    return [f"{_spoken(numbers)}: {message}" if numbers else message for message, numbers in pages.items()]


def _spoken(numbers: Sequence[int]) -> str:
    """Page numbers as people write them: "Page 3", "Pages 1–4, 7"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    text = ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in spans)
    return f"Page {text}" if len(numbers) == 1 else f"Pages {text}"


def _page_labels(label: str | None, pages: int) -> tuple[str, ...]:
    return tuple(f"{label}-{page}" for page in range(1, pages + 1)) if label else ()


def _entries(pieces: Sequence[_Piece], sizes: Sequence[int]) -> tuple[Entry, ...]:
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
