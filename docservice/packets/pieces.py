"""The parts of a plan as pieces of a packet: each an entry of the contents, with the sources it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from docservice.casefile.facts import Casefile
from docservice.packets import intake, photos
from docservice.packets.front import Front, SheetPhoto
from docservice.packets.intake import Finding
from docservice.packets.merge import Source, open_source
from docservice.packets.plan import DocumentPart, FilePart, GeneratedPart, PhotosPart, Plan, SectionPart
from docservice.packets.profiles import Profile, exhibit_label
from docservice.packets.tagging import tagged
from docservice.refusal import Problem, Refusal

Kind = Literal["section", "document", "proof", "exhibit", "file", "generated", "placeholder"]


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


@dataclass
class Piece:
    """One entry of the packet while it is made: the sources it is made of, in order."""

    title: str
    kind: Kind
    level: int
    sources: list[Source] = field(default_factory=list)
    label: str | None = None
    sha256: str | None = None
    late: Literal["cover", "contents"] | None = None  # set last, when all page numbers are known

    @property
    def pages(self) -> int:
        return sum(len(source.document.pages) for source in self.sources)


@dataclass
class Pieces:
    """Makes the pieces of one packet; collects what is wrong (``problems``) and what to know (``findings``)."""

    plan: Plan
    profile: Profile
    front: Front
    documents: Mapping[str, ResolvedDocument]
    files: Mapping[str, bytes]
    casefile: Casefile | None
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def make(self) -> list[Piece]:
        """Every part as pieces, in order; what is wrong goes to ``problems``."""
        found: list[Piece] = []
        labels = self._labels()
        level = 0
        examined = intake.examine_all(
            {part.path: self.files[part.path] for part in self.plan.parts if isinstance(part, FilePart)},
            intake.Frame(self.profile.band, self.profile.paper, self.profile.raster_dpi),
        )
        for place, (part, label) in enumerate(zip(self.plan.parts, labels, strict=True)):
            try:
                if isinstance(part, SectionPart):
                    found.append(Piece(part.title, "section", 0))
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

    def _document(self, part: DocumentPart, label: str | None, level: int) -> list[Piece]:
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
            first.sources.insert(0, self.own(sheet, f"Exhibit {label}"))
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
    ) -> Piece:
        digest = hashlib.sha256(document.pdf).hexdigest()
        if digest != document.sha256:
            message = f"{document.number} is not the document on record: its SHA-256 differs."
            raise Refusal("packet.changed", message, [Problem("packet.changed", message)])
        opened = open_source(document.pdf, document.number)
        labels = page_labels(label, len(opened.pages))
        source = Source(opened, title, document.language, labels)
        return Piece(title, kind, level, [source], label, document.sha256)

    def _file(self, part: FilePart, label: str | None, level: int, taken: intake.Intake) -> Piece:
        digest = hashlib.sha256(self.files[part.path]).hexdigest()
        title = f"Exhibit {label}: {part.title}" if label else part.title
        if taken.verdict == "refused":
            reasons = [finding.message for finding in taken.findings if finding.severity == "error"]
            if part.unusable == "refuse":
                message = f"{part.path} ({part.title}): {' '.join(reasons)}"
                raise Refusal("packet.unusable", message, [Problem("packet.unusable", message)])
            self.findings.append(
                Finding("packet.placeholder", f"A page stands for this file: {' '.join(reasons)}", place=part.path)
            )
            page = self.front.placeholder(title=title, file=part.path, sha256=digest, reasons=reasons)
            source = self.own(page, title, page_labels(label, 1))
            return Piece(title, "placeholder", level, [source], label, digest)
        if len(part.alt) > len(taken.pages):
            message = f"{part.path} has {len(taken.pages)} pages, but {len(part.alt)} alternative texts are given."
            raise Refusal("packet.alt", message, [Problem("packet.alt", message)])
        if len(part.alt) < len(taken.pages):
            first, last = len(part.alt) + 1, len(taken.pages)
            lacking = f"Page {last} has" if first == last else f"Pages {first} to {last} have"
            message = f"{lacking} no alternative text; say in the plan (alt) what is to be seen."
            self.findings.append(Finding("packet.alt_missing", message, place=part.path))
        self.findings += [_noted(finding, part.path) for finding in taken.findings]
        language = part.language or self.plan.language
        alts = [*part.alt, *(f"Page {n} of {part.title}" for n in range(len(part.alt) + 1, len(taken.pages) + 1))]
        document = tagged(taken, alts, on_behalf_of=part.path)
        sources = [Source(document, title, language, page_labels(label, len(taken.pages)))]
        if label:
            sheet = self.front.exhibit_sheet(
                label=label,
                name=part.title,
                description=part.description,
                pages=len(taken.pages),
                notes=_sheet_notes(taken.findings),
            )
            sources.insert(0, self.own(sheet, f"Exhibit {label}"))
        return Piece(title, "exhibit" if label else "file", level, sources, label, digest)

    def _photos(self, part: PhotosPart, label: str | None, level: int) -> Piece:
        prepared = photos.planned(part, self.files)
        return self._photo_piece(part.title, part.description, prepared, label, level)

    def _photo_piece(
        self, name: str, description: str, prepared: Sequence[SheetPhoto], label: str | None, level: int
    ) -> Piece:
        title = f"Exhibit {label}: {name}" if label else name
        sheets = self.front.photographs(name, prepared)
        source = self.own(sheets, title)
        count = len(source.document.pages)
        sources = [Source(source.document, title, source.language, page_labels(label, count))]
        if label:
            cover = self.front.exhibit_sheet(label=label, name=name, description=description, pages=count)
            sources.insert(0, self.own(cover, f"Exhibit {label}"))
        return Piece(title, "exhibit" if label else "generated", level, sources, label)

    def _generated(self, part: GeneratedPart, label: str | None, level: int) -> Piece:
        if part.kind == "cover" or part.kind == "contents":
            return Piece(part.kind.capitalize(), "generated", level, late=part.kind)
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
        source = self.own(make(self.casefile), title)
        labeled = Source(source.document, title, source.language, page_labels(label, len(source.document.pages)))
        return Piece(title, "exhibit" if label else "generated", level, [labeled], label)

    def own(self, pdf: bytes, title: str, labels: tuple[str, ...] = ()) -> Source:
        return Source(open_source(pdf, title), title, self.plan.language, labels)


def _noted(finding: Finding, path: str) -> Finding:
    return replace(finding, place=f"{path} page {finding.page}" if finding.page else path)


def _sheet_notes(findings: Sequence[Finding]) -> list[str]:
    """What was done to a file, for its exhibit sheet: each thing once, with its pages."""
    pages: dict[str, list[int]] = {}
    for finding in findings:
        if finding.code != "intake.not_searchable":
            pages.setdefault(finding.message, []).extend([finding.page] if finding.page else [])
    return [f"{intake.spoken(numbers)}: {message}" if numbers else message for message, numbers in pages.items()]


def page_labels(label: str | None, pages: int) -> tuple[str, ...]:
    return tuple(f"{label}-{page}" for page in range(1, pages + 1)) if label else ()
