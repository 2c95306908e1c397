"""What the public-records copy does not say: the case's confidential words, and what plan and parts redact.

Three nets, one behind the other. Everything that the packet says in its own words (titles, descriptions, captions,
alternative texts, notes, its own pages) is scrubbed before it is set; pages are redacted
(:mod:`pdf.redaction.redact`); the finished files are searched once more (:mod:`pdf.redaction.last_look`). A redaction
that is asked for and found nowhere stops the copy: it is a misspelling more often than not, and then the word is still
there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from docservice.finding import Finding
from docservice.packets.plan_parts import (
    DocumentPart,
    FilePart,
    Handling,
    PhotosPart,
    Plan,
    PlanPart,
    PlanRedaction,
    SectionPart,
    named,
)
from docservice.pdf.foreign.intake import noted
from docservice.pdf.preparing import Exhibit, Veil, redaction_notes, refuse_missed
from docservice.pdf.redaction.asked import CONFIDENTIAL, NOT_HERE
from docservice.pdf.redaction.redact import Redaction, redact
from docservice.pdf.redaction.wanted import WantedTerms
from docservice.refusal import Refusal

_FEW_DIGITS = re.compile(r"[\W_]*(\d[\W_]*){1,4}|[\W_]*[A-Za-z][\W_]*")  # too little to be told from a page number
_FOR_READERS = ("redact.done", "redact.attachment", "redact.seal")
_LINE = 5  # letters of a line under a box, to be taken out of all titles
_WORD = re.compile(r"[^\W_][\w'’-]*")
_COMMON = frozenset(  # written with a capital letter where they begin a line
    """a an and are as at be been but by did do for from had has have he her his i if in is it its me my no not of on or
    our page she so that the their they this to up us was we were what when where who will with you your""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Secret:
    """Words that the copy must not say. ``part`` (its place in the plan) asked for it; nothing: plan or case did.

    ``name`` says which redaction it is without its words, ``place`` where it stands in the plan.
    """

    text: str
    name: str
    place: str
    part: int | None = None
    page: int | None = None


class PublicCopy:
    """One public copy while it is made. ``terms`` are the confidential words of the case."""

    def __init__(self, terms: Sequence[str], plan: Plan) -> None:
        self.terms = tuple(terms)
        self._plan = plan
        self._reasons = WantedTerms([*(one.text or "" for one in plan.redactions), *terms, *_texts(plan)])
        self.everywhere = tuple(self._asked(one, required=False) for one in plan.redactions)
        self.secrets = tuple(_secrets(plan, terms))
        # The plan's own come first: their numbers say which of them were met.
        self._spread = [secret for secret in self.secrets if secret.part is not None and _tells(secret.text)]
        self._lines: list[str] = []
        self._words = WantedTerms([*(one.text or "" for one in self.everywhere), *self.terms, *self._of_parts()])
        self._titles = self._words
        self._near: dict[int, WantedTerms] = {}
        for place, part in enumerate(plan.parts):
            self._near[place] = WantedTerms([one.text for one in _handled(part).redactions if one.text is not None])
        self.findings: list[Finding] = []
        self._unmet = set(range(len(self.everywhere)))

    # --- what the packet says in its own words ---

    def learn(self, place: int, lines: Iterable[str]) -> None:
        """Take up the words that lie under the boxes of a part: its titles and texts do not say them either."""
        known = [line for line in lines if line.strip()]
        self._near[place] = WantedTerms([*self._near[place].terms, *known, *_telling(known)])
        self._lines += [line for line in known if sum(map(str.isalnum, line)) >= _LINE]
        self._titles = WantedTerms([*self._words.terms, *self._lines])

    def text(self, text: str, place: int | None = None) -> str:
        """What a text that plan or register have for a title may say; of the part at ``place`` where one is given."""
        self._unmet -= {match.which for match in self._titles.find(text)}
        said = self._titles.scrubbed(text)
        return said if place is None or place < 0 else self._near[place].scrubbed(said)

    def page_text(self, text: str) -> str:
        """What a text on a page of our own may say."""
        self._unmet -= {match.which for match in self._words.find(text)}
        return self._words.scrubbed(text)

    def plan(self) -> Plan:
        """The plan as this copy prints it. Raises ``Refusal("packet.redaction")`` for what cannot be left out of it."""
        self._refuse_told()
        parts = tuple(_said(part, partial(self.text, place=place)) for place, part in enumerate(self._plan.parts))
        return replace(self._plan, title=self.text(self._plan.title), parts=parts)

    def _refuse_told(self) -> None:
        """Case and document numbers and exhibit labels name files, pages and parts; nothing can stand for them."""
        told = [("/case", "the case number", self._plan.case)]
        for place, part in enumerate(self._plan.parts):
            at = f"/parts/{place}"
            if isinstance(part, DocumentPart):
                told.append((f"{at}/document", f"the document number {named(part)}", part.number))
                told += [(f"{at}/proofs/{n}", "the number of a proof of service", one)
                         for n, one in enumerate(part.proofs or ())]  # fmt: skip
            if not isinstance(part, SectionPart) and part.exhibit not in (None, "auto"):
                told.append((f"{at}/exhibit", "the label of an exhibit", str(part.exhibit)))
        problems = []
        for place_, what, text in told:
            if self._words.find(text):
                message = f"{what.capitalize()} says what this copy leaves out, and a packet cannot go without it."
                problems.append(Finding.error("packet.redaction", message, place_))
        if problems:
            raise Refusal("packet.redaction", " ".join(problem.message for problem in problems), problems)

    def finding(self, finding: Finding) -> Finding:
        """A finding as this copy's certificate may say it."""
        return replace(finding, message=self.text(finding.message), place=self.text(finding.place))

    def can_be_sought(self, secret: Secret) -> bool:
        """Whether the finished copy can be searched for it; a short number of a part stands for anything."""
        return any(map(str.isalnum, secret.text)) and _tells(secret.text)

    # --- pages ---

    def veil(self, handling: Handling = Handling(), *, first: bool = True) -> Veil:  # noqa: B008 - a frozen value
        """What is to be taken out of a file of a part. Only the ``first`` of several has its boxes and page numbers."""
        anywhere = [
            one for one in handling.redactions if one.page is None
        ]  # first, so that all files number them alike
        placed = [one for one in handling.redactions if one.page is not None] if first else []
        own = [self._asked(one, required=one.page is not None) for one in (*anywhere, *placed)]
        return Veil((*self.everywhere, *own), self.terms)

    def own_veil(self) -> Veil:
        """What is to be taken out of pages of our own: what any part redacts, too."""
        own = (Redaction(text=one.text, required=False) for one in self._spread)
        return Veil((*self.everywhere, *own), self.terms)

    def pages(self, pdf: bytes, veil: Veil, name: str) -> tuple[bytes, tuple[str, ...], frozenset[int]]:
        """A document of our own without what is not for the public, what to say of it, and which of the veil's
        redactions it does not have; as it is if nothing goes."""
        if not veil.redactions and not veil.terms:
            return pdf, (), frozenset()
        done = redact(pdf, veil.redactions, veil.terms)
        refuse_missed(done.findings, name)
        findings, missed = self._told(done.findings), missing(done.findings)
        if not done.replaced and not done.elsewhere:
            return pdf, (), missed
        self.findings += [replace(finding, place=name) for finding in findings]
        notes = noted(redaction_notes(done)) if done.why else (f"Parts of it are redacted ({CONFIDENTIAL}).",)
        return done.pdf, tuple(notes), missed

    def exhibit(self, exhibit: Exhibit) -> Exhibit:
        """A file that was taken in with a veil, without what its findings say to this copy alone."""
        taken = exhibit.taken
        if taken.verdict == "refused":  # nobody has looked for anything in it
            return exhibit
        return replace(exhibit, taken=replace(taken, findings=tuple(self._told(taken.findings))))

    def refuse_missed(self, name: str, handling: Handling, missed: Sequence[frozenset[int]]) -> None:
        """Refuse a text of a part that none of its files has. ``missed``: what each does not have, by number of the
        veil that the part's first file got."""
        lost = frozenset.intersection(*missed) if missed else frozenset()
        problems = [
            Finding.error(
                "redact.nothing", f"{name}: Redaction {n + 1} ({self._reason(one.reason)}) matches nothing.", name
            )
            for at, (n, one) in enumerate(both for both in enumerate(handling.redactions) if both[1].page is None)
            if at + len(self.everywhere) in lost
        ]
        if problems:
            raise Refusal("packet.redaction", " ".join(problem.message for problem in problems), problems)

    def refuse_unmet(self) -> None:
        """Raise ``Refusal("packet.redaction")`` for what the plan redacts and no part, title or caption has."""
        problems = [
            Finding.error(
                "packet.redaction",
                f"Redaction {n + 1} of the plan ({self.everywhere[n].reason}) matches nothing in this copy. Write it as"
                " the files do, or take it out of the plan.",
                f"/redactions/{n}",
            )
            for n in sorted(self._unmet)
        ]
        if problems:
            raise Refusal("packet.redaction", " ".join(problem.message for problem in problems), problems)

    def _told(self, findings: Sequence[Finding]) -> list[Finding]:
        missed = missing(findings)
        self._unmet -= {n for n in range(len(self.everywhere)) if n not in missed}
        return [finding for finding in findings if finding.code != NOT_HERE]

    def _asked(self, one: PlanRedaction, *, required: bool) -> Redaction:
        return Redaction(one.page, one.box, one.text, self._reason(one.reason), required)

    def _reason(self, text: str) -> str:
        return self._reasons.scrubbed(text)

    def _of_parts(self) -> list[str]:
        return [secret.text for secret in self._spread]


def missing(findings: Sequence[Finding]) -> frozenset[int]:
    """The numbers of the redactions that match nothing in a file that need not have them."""
    return frozenset(int(one.place.rpartition("/")[2]) for one in findings if one.code == NOT_HERE)


def certified(finding: Finding) -> bool:
    """Whether a finding is for whoever reads the packet; where redacted words may still stand is for the office."""
    return not finding.code.startswith("redact.") or finding.code in _FOR_READERS


def _secrets(plan: Plan, terms: Sequence[str]) -> Iterator[Secret]:
    for n, one in enumerate(plan.redactions):
        if one.text is not None:
            yield Secret(one.text, f"redaction {n + 1} of the plan", f"/redactions/{n}")
    for term in terms:
        yield Secret(term, "the case’s confidential part", "/confidential")
    for place, part in enumerate(plan.parts):
        for n, one in enumerate(_handled(part).redactions):
            if one.text is not None:
                name = f"redaction {n + 1} of part {place + 1}"
                yield Secret(one.text, name, f"/parts/{place}/redactions/{n}", place, one.page)


def _texts(plan: Plan) -> list[str]:
    return [one.text for part in plan.parts for one in _handled(part).redactions if one.text is not None]


def _handled(part: PlanPart) -> Handling:
    return Handling() if isinstance(part, SectionPart) else part.handling


def _tells(text: str) -> bool:
    """Whether a text of one part says something elsewhere: "12" is a page, a day and a number of pages."""
    return _FEW_DIGITS.fullmatch(text) is None


def _telling(lines: Iterable[str]) -> Iterator[str]:
    """The words under a box that name somebody or something: with a capital letter, a digit, or in a script without
    capitals."""
    for line in lines:
        for word in _WORD.findall(line):
            first = next((char for char in word if char.isalnum()), "")
            if word.casefold() not in _COMMON and (not first.islower() or any(map(str.isdigit, word))):
                yield word


def _said(part: PlanPart, say: Callable[[str], str]) -> PlanPart:
    """A part with everything that is printed of it as ``say`` says it."""
    if isinstance(part, SectionPart):
        return replace(part, title=say(part.title))
    handling = part.handling
    if handling.confidential is not None:
        handling = replace(handling, confidential=say(handling.confidential))
    part = replace(part, handling=handling)
    if isinstance(part, FilePart):
        return replace(part, title=say(part.title), description=say(part.description), alt=tuple(map(say, part.alt)))
    if isinstance(part, PhotosPart):
        photos = tuple(
            replace(one, caption=say(one.caption), alt=say(one.alt), taken_by=say(one.taken_by)) for one in part.photos
        )
        return replace(part, title=say(part.title), description=say(part.description), photos=photos)
    return part
