"""What the register has of a case for its packet: the facts of today, its papers, what still lacks of their service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.office.binding.case_facts import facts_on_record, photographs_of
from docservice.office.binding.packet_plans import PacketPlan, PacketPlans
from docservice.office.binding.packet_register import documents_for, is_public, of_case, served
from docservice.office.means.means import Means
from docservice.packets import plan as plans
from docservice.packets.forums.profiles import Profile
from docservice.packets.proposing import PaperOnRecord
from docservice.packets.worksheet import Row, chosen_pages, named, plan_of, turns_of
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow

Weight = Literal["stops", "gap", "look"]
_GENERATED_PARTS = {"cover": "cover", "contents": "contents", "chronology": "chronology", "costs": "costs",
                    "photographs": "photographs", "declaration": "declarations"}  # fmt: skip
_PARTS = {"staff-report": "staff report", "inspection-reports": "inspection reports", "declarations": "declaration",
          "code-text": "text of the code", "proposed-order": "proposed order"}  # fmt: skip
_OF_PHOTO = {"caption": "a caption", "alt": "what it shows", "taken_by": "who took it", "taken_on": "the day"}


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a packet still lacks. ``stops``: it cannot be bound; ``gap``: it can, and says so; ``look``: a
    person should look. ``row`` is the part that it is about, ``document`` the paper."""

    weight: Weight
    message: str
    row: str = ""
    code: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class CasePapers:
    """A case as its packet sees it. ``rows`` are its documents in force, ``photos`` the pictures filed with them."""

    casefile: Casefile | None
    rows: tuple[DocumentRow, ...]
    papers: tuple[PaperOnRecord, ...]
    photos: Mapping[str, str]

    @property
    def inspection_photos(self) -> tuple[str, ...]:
        """The SHA-256 of each photograph of an inspection whose picture is on record, in order."""
        inspections = self.casefile.inspections if self.casefile is not None else ()
        named = [photo.file for inspection in inspections for photo in inspection.photos]
        return tuple(self.photos[file] for file in named if file in self.photos)

    def pages(self, row: Row) -> int | None:
        """How many pages the documents of a row have, their proofs not counted; None for other rows."""
        if "documents" not in row:
            return None
        return sum(one.pages for one in self.rows if one.number in row["documents"])

    def proofs(self, row: Row) -> int:
        """How many papers prove the service of the documents of a row."""
        return len(self.proof_rows(set(row.get("documents", ()))))

    def proof_rows(self, numbers: set[str]) -> tuple[DocumentRow, ...]:
        """The papers that prove the service of these documents."""
        return tuple(one for one in self.rows if one.status == "issued" and numbers & served(one))


def case_papers(means: Means, case: str) -> CasePapers:
    """Everything on record of a case that a packet may have.

    Raises ``Refusal("packet.case_unknown", kind="missing")`` where nothing is on record.
    """
    rows, photos = of_case(means, case)
    snapshot = facts_on_record(means, case, rows)
    if snapshot is None:
        message = f"Nothing is on record of a case “{case}”. Open the case first."
        raise Refusal("packet.case_unknown", message, kind="missing")
    papers = tuple(_paper(means, row) for row in rows if row.status == "issued" and is_public(means, row))
    photos = {**photographs_of(means, snapshot), **photos}
    return CasePapers(casefiles.load(snapshot, on_record=True), tuple(rows), papers, photos)


def _paper(means: Means, row: DocumentRow) -> PaperOnRecord:
    type = means.bundle(row.bundle_sha256).meta.document_type
    pack = means.rules_of(row.issued_on)
    kind = pack.document_types.get(type)
    return PaperOnRecord(
        row.number, row.title, row.notice_number, row.recipient_name or "", pack.packet_part(type),
        kind is not None and kind.subject == "hearing", bool(served(row)), row.language,
    )  # fmt: skip


def wants(means: Means, kept: PacketPlans, plan: PacketPlan, papers: CasePapers) -> tuple[Want, ...]:
    """What the packet still lacks: what stops it first, then gaps, then what to look at."""
    profile = means.forums[plan.sheet.forum]
    found = [*_of_rows(kept, plan, papers), *_of_plan(means, plan, papers), *_of_forum(plan, papers, profile)]
    weights: tuple[Weight, ...] = ("stops", "gap", "look")
    return tuple(sorted(dict.fromkeys(found), key=lambda one: weights.index(one.weight)))


def _of_rows(kept: PacketPlans, plan: PacketPlan, papers: CasePapers) -> Iterator[Want]:
    on_record = {row.number for row in papers.rows if row.status == "issued"}
    for row in plan.sheet.rows:
        called = named(row)
        gone = [number for number in row.get("documents", ()) if number not in on_record]
        if gone:
            yield Want("stops", f"{', '.join(gone)} is void or was replaced since. Take it out.", row["id"])
        for n, photo in enumerate(row.get("photos", ()), 1):
            lacks = [words for name, words in _OF_PHOTO.items() if not photo.get(name)]
            if lacks:
                yield Want("stops", f"{called}, photograph {n}: say {_and(lacks)}.", row["id"], "packet.photo")
        if "file" in row:
            if not row.get("title"):
                yield Want("stops", f"{row['file']}: give it a title.", row["id"])
            examined = kept.examined(plan, row["file"], turns_of(row))
            if examined.verdict == "refused" and row.get("unusable") == "placeholder":
                continue  # a sheet stands for it
            if examined.verdict == "refused":
                reasons = " ".join(one.message for one in examined.findings)
                yield Want("stops", f"{called}: {reasons}", row["id"])
            pages = chosen_pages(row, examined.pages)
            beyond = [page for page in pages if page > examined.pages]
            if beyond:
                yield Want(
                    "stops", f"{called}: the file has {examined.pages} pages, and no page {beyond[0]}.", row["id"]
                )
            told = {n for n, text in enumerate(row.get("alt", ()), 1) if text}
            lacking = len(set(pages) - told)
            if lacking > 0:
                which = "its page shows" if len(pages) == 1 else f"its pages show ({lacking} of {len(pages)})"
                yield Want("look", f"{called}: say what {which}, for people who cannot see it.", row["id"])
        if row.get("generated") == "photographs" and papers.casefile is not None:
            held = {*papers.photos, *plan.sheet.files}
            for inspection in papers.casefile.inspections:
                for taken in inspection.photos:
                    if taken.file not in held:
                        message = f"The photograph {taken.file} is in the case and its picture is not. Add the file."
                        yield Want("stops", message, row["id"], "packet.file")
    for row in plan.sheet.waiting:
        yield Want("look", f"{row['file']} waits below the list: put it in, or leave it out.", row["id"])


def _of_plan(means: Means, plan: PacketPlan, papers: CasePapers) -> Iterator[Want]:
    """What reading the plan refuses, and the gaps in the service of its notices."""
    values, rows = plan_of(plan.sheet)
    try:
        read = plans.load(values, means.forums)
    except Refusal as refusal:
        for problem in refusal.findings:
            if "/photos/" in problem.place:  # said already, in words of its own
                continue
            steps = problem.place.split("/")
            at = rows[int(steps[2])] if len(steps) > 2 and steps[1] == "parts" and steps[2].isdigit() else ""
            said = f"{named(plan.sheet.row(at))}: {problem.message}" if at else problem.message
            yield Want("stops", said, at, problem.code)
        values, rows = plan_of(plan.sheet, draft=True)
        try:
            read = plans.load(values, means.forums)
        except Refusal:
            return
    try:
        documents = documents_for(means, papers.rows, read)
    except Refusal:  # a document that is void since: said with its row
        return
    from docservice.packets import requirements  # which loads what packets are made with

    chain = requirements.chain(read, documents, papers.casefile, means.current(), means.today())
    of_row = {number: row["id"] for row in plan.sheet.rows for number in row.get("documents", ())}
    for gap in chain.gaps if chain is not None else ():
        number = gap.notice or ""
        weight: Weight = "gap" if gap.severity == "error" else "look"
        yield Want(weight, gap.message, of_row.get(number, ""), gap.code, number)


def _of_forum(plan: PacketPlan, papers: CasePapers, profile: Profile) -> Iterator[Want]:
    rule = profile.rules.required_parts
    if rule is None:
        return
    by_number = {paper.number: paper.part for paper in papers.papers}
    there: set[str] = set()
    for row in plan.sheet.rows:
        there |= {part for number in row.get("documents", ()) if (part := by_number.get(number)) is not None}
        kinds = [*row.get("front", ()), *([row["generated"]] if "generated" in row else [])]
        there |= {_GENERATED_PARTS[kind] for kind in kinds if kind in _GENERATED_PARTS}
    for part in rule.value:
        if part not in there:
            weight: Weight = "stops" if rule.severity == "error" else "look"
            yield Want(weight, f"The {_PARTS.get(part, part)} is missing ({rule.citation}).", code="forum.part")


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
