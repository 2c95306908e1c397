"""Making the pieces of a packet from the parts of its plan.

In the public-records copy (``public``) a confidential part is a page that says so, redactions are burned in, and the
confidential words of the case are taken out wherever they stand, titles included.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from docservice.casefile.facts import Casefile
from docservice.finding import Finding
from docservice.packets import photos
from docservice.packets.forums.profiles import Profile, exhibit_label
from docservice.packets.front import Front
from docservice.packets.pieces import Pair, Piece, PieceKind, ResolvedDocument, Slot, page_labels
from docservice.packets.plan import (
    Copy,
    DocumentPart,
    FilePart,
    GeneratedPart,
    Handling,
    IssuedPart,
    PhotosPart,
    Plan,
    SectionPart,
)
from docservice.packets.public_copy import PublicCopy, certified, missing
from docservice.pdf.foreign.intake import noted
from docservice.pdf.preparing import Exhibit, Exhibits
from docservice.pdf.shelf import Held, kept, key_of, read, sha256_of
from docservice.pdf.splicing.part import Part
from docservice.pdf.splicing.prepare import PageLook, prepare
from docservice.refusal import Refusal

Progress = Callable[[int, int, str], None]
WholePart = DocumentPart | IssuedPart | FilePart | PhotosPart | GeneratedPart
_PHOTOS_TOGETHER = 12
_LATE = {"exhibit-list": "List of exhibits", "service-list": "Service list"}
_OWN = {"chronology": "Chronology", "costs": "Cost sheet", "photographs": "Photographs of the inspections",
        "declaration": "Declaration"}  # fmt: skip


@dataclass
class Maker:
    """Makes the pieces of one packet; collects what is wrong (``problems``) and what to know (``findings``)."""

    plan: Plan
    profile: Profile
    front: Front
    exhibits: Exhibits
    documents: Mapping[str, ResolvedDocument]
    files: Mapping[str, Held]
    casefile: Casefile | None
    public: PublicCopy | None = None  # of the full packet
    progress: Progress | None = None
    taken_labels: set[str] = field(default_factory=set)  # of an earlier packet
    problems: list[Finding] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _at: int = -1  # the place in the plan of the part that is being made
    _owned: dict[bytes, Part] = field(default_factory=dict)  # pages are set again until their numbers settle
    _proven: set[str] = field(default_factory=set)  # proofs of several services that have their place already

    @property
    def copy(self) -> Copy:
        """Which copy it is."""
        return "full" if self.public is None else "public"

    def make(self, where: Mapping[int, str] | None = None) -> list[Piece]:
        """Every part as pieces, in order; what is wrong goes to ``problems``.

        ``where``: for each part's place in the plan, which pages of the full packet it has.
        """
        found: list[Piece] = []
        level = 0
        parts = self.plan.parts
        for place, (part, label) in enumerate(zip(parts, self.labels(), strict=True)):
            self._at = place
            if self.progress is not None:
                self.progress(place, len(parts), _called(part))
            if isinstance(part, SectionPart):
                found.append(Piece(part.title, "section", 0, place=place))
                level = 1
                continue
            try:
                if self.public is not None and part.handling.confidential is not None:
                    pieces = [self._withheld(part, label, level, (where or {}).get(place, ""))]
                elif isinstance(part, DocumentPart):
                    pieces = self._document(part, label, level)
                elif isinstance(part, FilePart):
                    pieces = [self._file(part, label, level)]
                elif isinstance(part, PhotosPart):
                    pieces = [self._photos(part, label, level)]
                elif isinstance(part, GeneratedPart):
                    pieces = [self._generated(part, label, level)]
                else:
                    raise ValueError("resolve the plan first: Plan.resolved")
            except Refusal as refusal:
                self.problems += [replace(one, place=f"/parts/{place}") for one in refusal.findings]
                continue
            for piece in pieces:
                piece.place, piece.after = place, part.handling.after
                piece.notes = tuple(map(self.veiled, piece.notes))
            found += pieces
        self._at = -1
        return found

    def labels(self) -> list[str | None]:
        """The exhibit label of each part; ``auto`` takes the next one that no part has claimed."""
        claimed = {*self.taken_labels, *(p.exhibit for p in self.plan.parts if not isinstance(p, SectionPart))}
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

    def own(self, pdf: bytes, title: str, *, labels: tuple[str, ...] = (), sheet: bool = False) -> Slot:
        """Pages of our own, which may link to entries of the packet; without confidential words in a public copy."""
        if self.public is not None:
            pdf, title = self.public.pages(pdf, self.public.own_veil(), title)[0], self.veiled(title)
        digest = hashlib.sha256(pdf).digest()
        part = self._owned.get(digest)
        if part is None:
            part = self._owned[digest] = Part(prepare(pdf, title, contents=True))
        return Slot(part, title, "en", labels, sheet=sheet)

    def veiled(self, text: str) -> str:
        """A text about the part that is being made, or about the packet, as this copy may print it."""
        return self.public.text(text, self._at) if self.public is not None else text

    # --- documents ---

    def _document(self, part: DocumentPart, label: str | None, level: int) -> list[Piece]:
        document = self.documents[part.number]
        title, name = self._named(document), self.veiled(document.title)
        if label:
            title = f"Exhibit {label}: {title}"
        missed: list[frozenset[int]] = []
        first = self._issued(document, title, level, part.handling, label, missed)
        if label:
            sheet = self.front.exhibit_sheet(label=label, name=name, description="", pages=first.pages,
                                             notes=first.notes)  # fmt: skip
            first.slots.insert(0, self.own(sheet, f"Exhibit {label}", sheet=True))
            first.kind, first.name = "exhibit", name
        proofs = document.proofs
        if part.proofs is not None:
            known = {**self.documents, **{proof.number: proof for proof in document.proofs}}
            proofs = tuple(known[number] for number in part.proofs)
        followers = []
        for proof in proofs:
            if proof.proves and part.proofs is None:
                if proof.number in self._proven:  # it follows the first of those whom it tells of
                    continue
                self._proven.add(proof.number)
            text = f"{proof.title} {proof.number}"
            text += "" if proof.proves else f", for {document.number}"
            if proof.recipient:
                text += f", on {proof.recipient}"
            follower = self._issued(proof, self.veiled(text), level + 1, part.handling, None, missed)
            follower.kind = "proof"
            followers.append(follower)
        if self.public is not None:
            self.public.refuse_missed(document.number, part.handling, missed)
        return [first, *followers]

    def _named(self, document: ResolvedDocument) -> str:
        title = f"{document.title} {document.number}"
        return self.veiled(f"{title}, to {document.recipient}" if document.recipient else title)

    def _issued(
        self, document: ResolvedDocument, title: str, level: int, handling: Handling, label: str | None,
        missed: list[frozenset[int]],
    ) -> Piece:  # fmt: skip
        """The piece of one document. What its part redacts and it does not have goes to ``missed``."""
        if sha256_of(document.pdf) != document.sha256:
            message = f"{document.number} is not the document on record: its SHA-256 differs."
            raise Refusal("packet.changed", message, [Finding.error("packet.changed", message)])
        notes: tuple[str, ...] = ()
        key = key_of("document", document.sha256)
        make: Callable[[], bytes] = lambda: prepare(read(document.pdf), document.number)  # noqa: E731 - made when asked for
        if self.public is not None:
            veil = self.public.veil(handling, first=not missed)
            pdf, notes, lacking = self.public.pages(read(document.pdf), veil, document.number)
            missed.append(lacking)
            if notes:
                key = key_of("redacted document", document.sha256, [str(one) for one in veil.redactions], veil.terms)
                make = lambda: prepare(pdf, document.number)  # noqa: E731
        part = kept(self.exhibits.shelf, key, make, Part)
        labels = page_labels(label, len(part.head.sheets))
        pair: Pair = "certified" if document.original in self.documents else "none"
        return Piece(
            title, "document", level, [Slot(part, title, document.language, labels)], label, document.sha256,
            number=document.number, verdict="as_issued", notes=notes, language=document.language, pair=pair,
            packet_part=document.packet_part,
        )  # fmt: skip

    # --- files ---

    def _file(self, part: FilePart, label: str | None, level: int) -> Piece:
        name = part.title
        title = f"Exhibit {label}: {name}" if label else name
        language = part.language or self.plan.language
        missed: list[frozenset[int]] = []
        exhibit = self._taken(part.path, part, language, missed)
        digest = exhibit.sha256
        if exhibit.taken.verdict == "refused":
            return self._unusable(part, exhibit, title, label, level, digest)
        alts = self._alts(part, exhibit)
        self.findings += [self._noted(finding, part.path) for finding in exhibit.taken.findings]
        slots = [self._slot(exhibit, alts, title, language, label)]
        notes = self._notes(exhibit)
        converted = exhibit.taken.verdict == "converted"
        for path, what in ((part.english, "English text"), (part.translator, "Translator’s certificate")):
            if path is None:
                continue
            more = self._taken(path, part, "en", missed)
            if more.taken.verdict == "refused":
                reasons = " ".join(f.message for f in more.taken.findings if f.severity == "error")
                message = f"{path} ({what} of {part.title}): {reasons}"
                raise Refusal("packet.unusable", message, [Finding.error("packet.unusable", message)])
            self.findings += [self._noted(finding, path) for finding in more.taken.findings]
            told = [f"{what} of {name}, page {n}" for n in range(1, more.pages + 1)]
            slots.append(self._slot(more, told, f"{what}: {name}", "en", label, slots))
            notes += [f"{what}: {note}" for note in self._notes(more)]
            converted |= more.taken.verdict == "converted"
        if self.public is not None:
            self.public.refuse_missed(part.path, part.handling, missed)
        if label:
            pages = sum(slot.pages for slot in slots)
            sheet = self.front.exhibit_sheet(label=label, name=name, description=part.description, pages=pages,
                                             notes=notes)  # fmt: skip
            slots.insert(0, self.own(sheet, f"Exhibit {label}", sheet=True))
        return Piece(
            title, "exhibit" if label else "file", level, slots, label, digest,
            verdict="converted" if converted else "usable", notes=tuple(notes), language=language,
            pair="certified" if part.translator else "translation" if part.english else "none", name=name,
            description=part.description,
        )  # fmt: skip

    def languages(self, language: str) -> list[str]:
        """In which languages text is recognized in a file of one language (BCP 47)."""
        return list(dict.fromkeys((language, self.plan.language, "en")))

    def _taken(self, path: str, part: FilePart, language: str, missed: list[frozenset[int]]) -> Exhibit:
        """One file of a part. What the part redacts and the file does not have goes to ``missed``."""
        languages, own = self.languages(language), path == part.path
        veil = self.public.veil(part.handling, first=own) if self.public is not None else None
        exhibit = self.exhibits.taken(self.files[path], path, languages, veil, part.turned if own else ())
        if self.public is not None:
            if exhibit.taken.verdict != "refused":
                missed.append(missing(exhibit.taken.findings))
            exhibit = self.public.exhibit(exhibit)
        return self.exhibits.chosen(exhibit, part.pages) if own and part.pages else exhibit

    def _notes(self, exhibit: Exhibit) -> list[str]:
        """What was done to a file, as its sheet says it; where to look for what is redacted is for the office alone."""
        return [self.veiled(note) for note in noted([one for one in exhibit.taken.findings if certified(one)])]

    def _slot(
        self, exhibit: Exhibit, alts: Sequence[str], title: str, language: str, label: str | None,
        before: Sequence[Slot] = (),
    ) -> Slot:  # fmt: skip
        first = 1 + sum(slot.pages for slot in before)
        return Slot(
            self.exhibits.part(exhibit, alts), title, language, page_labels(label, exhibit.pages, first), own=False,
            cut=lambda start, count: self.exhibits.part(exhibit, alts[start : start + count], start),
        )  # fmt: skip

    def _alts(self, part: FilePart, exhibit: Exhibit) -> list[str]:
        pages = exhibit.pages
        if len(part.alt) > pages:
            message = f"{part.path} has {pages} pages, but {len(part.alt)} alternative texts are given."
            raise Refusal("packet.alt", message, [Finding.error("packet.alt", message)])
        if len(part.alt) < pages:
            first, last = len(part.alt) + 1, pages
            lacking = f"Page {last} has" if first == last else f"Pages {first} to {last} have"
            message = f"{lacking} no alternative text; say in the plan (alt) what is to be seen."
            self.findings.append(Finding.warning("packet.alt_missing", message, place=self.veiled(part.path)))
        return [*part.alt, *(f"Page {n} of {part.title}" for n in range(len(part.alt) + 1, pages + 1))]

    def _unusable(
        self, part: FilePart, exhibit: Exhibit, title: str, label: str | None, level: int, digest: str
    ) -> Piece:
        reasons = [finding.message for finding in exhibit.taken.findings if finding.severity == "error"]
        if part.unusable == "refuse":
            message = f"{part.path} ({part.title}): {' '.join(reasons)}"
            raise Refusal("packet.unusable", message, [Finding.error("packet.unusable", message)])
        reasons = list(map(self.veiled, reasons))
        note, path = f"A page stands for this file: {' '.join(reasons)}", self.veiled(part.path)
        self.findings.append(Finding.warning("packet.placeholder", note, place=path))
        page = self.front.placeholder(title=title, file=path, sha256=digest, reasons=reasons)
        slot = self.own(page, title, labels=page_labels(label, 1), sheet=True)
        return Piece(title, "placeholder", level, [slot], label, digest, verdict="placeholder", notes=tuple(reasons),
                     name=part.title)  # fmt: skip

    def _noted(self, finding: Finding, path: str) -> Finding:
        place = self.veiled(f"{path} page {finding.page}" if finding.page else path)
        return replace(finding, message=self.veiled(finding.message), place=place)

    # --- photographs and generated parts ---

    def _photos(self, part: PhotosPart, label: str | None, level: int) -> Piece:
        if self.public is not None and part.handling.redactions:
            message = "A photograph is blacked out as a file of its own (file), not on a photo sheet."
            raise Refusal("packet.redaction", message, [Finding.error("packet.redaction", message)])
        shown = photos.planned(part)
        return self._photo_piece(part.title, part.description, shown, label, level)

    def _photo_piece(
        self, name: str, description: str, shown: Sequence[photos.ShownPhoto], label: str | None, level: int
    ) -> Piece:
        """Photo sheets, some photographs at a time, so that never all of them are in memory."""
        title = f"Exhibit {label}: {name}" if label else name
        slots: list[Slot] = []
        for start in range(0, len(shown), _PHOTOS_TOGETHER):
            some = shown[start : start + _PHOTOS_TOGETHER]
            inputs = [[sha256_of(self.files[one.file]), *map(self.veiled, one.said())] for one in some]
            front, veil = self.front, str(self.public.own_veil()) if self.public is not None else ""
            looks = [str(front.paper), front.fonts.identity, front.case, front.packet, front.on]
            key = key_of("photographs", name, start, inputs, looks, veil)
            make = partial(self._sheets, name, some, start)
            part = kept(self.exhibits.shelf, key, make, Part)
            first = 1 + sum(slot.pages for slot in slots)
            slots.append(Slot(part, title, "en", page_labels(label, len(part.head.sheets), first)))
        if label:
            pages = sum(slot.pages for slot in slots)
            cover = self.front.exhibit_sheet(label=label, name=name, description=description, pages=pages)
            slots.insert(0, self.own(cover, f"Exhibit {label}", sheet=True))
        kind: PieceKind = "exhibit" if label else "generated"
        return Piece(
            title, kind, level, slots, label, generated="photographs", name=name, description=description
        )  # fmt: skip

    def _sheets(self, name: str, some: Sequence[photos.ShownPhoto], start: int) -> bytes:
        mounted = photos.mounted(some, self.files, self.veiled)
        sheets = self.front.photographs(name, mounted, start + 1)
        if self.public is not None:
            sheets = self.public.pages(sheets, self.public.own_veil(), name)[0]
        count = (len(some) + 1) // 2
        return prepare(sheets, name, looks=[PageLook(pictorial=True)] * count)

    def _generated(self, part: GeneratedPart, label: str | None, level: int) -> Piece:
        kind = part.kind
        if kind in ("cover", "contents", "exhibit-list", "service-list", "declaration", "certificate"):
            title = _LATE.get(kind, kind.capitalize())
            return Piece(title, "generated", level, late=kind, generated=kind)
        assert self.casefile is not None  # whoever assembles has seen to it
        name = _OWN[kind]
        if kind == "photographs":
            officers = {officer.id: officer.name for officer in (*self.front.pack.officers, *self.casefile.officers)}
            return self._photo_piece(name, "", photos.of_inspections(self.casefile, officers), label, level)
        made = {"chronology": self.front.chronology, "costs": self.front.costs}[kind](self.casefile)
        title = f"Exhibit {label}: {name}" if label else name
        slot = self.own(made, title)
        slot.labels = page_labels(label, slot.pages)
        return Piece(title, "exhibit" if label else "generated", level, [slot], label, generated=kind, name=name)

    # --- the public-records copy ---

    def _withheld(
        self, part: WholePart, label: str | None, level: int, where: str
    ) -> Piece:  # fmt: skip
        if isinstance(part, DocumentPart):
            document = self.documents[part.number]
            name, digest = self.veiled(f"{document.title} {document.number}"), document.sha256
        else:
            name, digest = _called(part), None
        title = f"Exhibit {label}: {name}" if label else name
        assert part.handling.confidential is not None
        page = self.front.withheld(title=title, pages=None, where=where, reason=part.handling.confidential)
        slot = self.own(page, title, labels=page_labels(label, 1), sheet=True)
        return Piece(title, "withheld", level, [slot], label, digest, verdict="withheld", name=name,
                     notes=(part.handling.confidential,))  # fmt: skip


def _called(part: WholePart | SectionPart) -> str:
    """A part in few words, for progress and refusals."""
    if isinstance(part, DocumentPart):
        return part.number
    if isinstance(part, FilePart | PhotosPart | SectionPart):
        return part.title
    return _OWN.get(part.kind, part.kind.capitalize()) if isinstance(part, GeneratedPart) else ""
