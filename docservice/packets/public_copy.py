"""What the public-records copy takes out: the case's confidential words, and what the plan redacts.

The words go wherever they stand, in titles and captions too. A redaction that is asked for and found nowhere stops the
copy: it is a misspelling more often than not, and then the word is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docservice.packets.foreign.exhibits import Exhibit, Veil, refuse_missed, told
from docservice.packets.foreign.intake import Finding, noted
from docservice.packets.plan_parts import Handling, PlanRedaction
from docservice.packets.redaction.asked import CONFIDENTIAL, NOT_HERE
from docservice.packets.redaction.redact import Redaction, redact
from docservice.packets.redaction.wanted import Wanted
from docservice.refusal import Problem, Refusal


class PublicCopy:
    """One public copy while it is made. ``terms`` are confidential; ``everywhere`` are the redactions of the plan."""

    def __init__(self, terms: Sequence[str], everywhere: Sequence[PlanRedaction]) -> None:
        self.terms = tuple(terms)
        self.everywhere = tuple(Redaction(text=one.text, reason=one.reason, required=False) for one in everywhere)
        self.findings: list[Finding] = []
        self._wanted = Wanted([*(one.text or "" for one in self.everywhere), *self.terms])
        self._unmet = set(range(len(self.everywhere)))

    def text(self, text: str) -> str:
        """A text of the plan as this copy may print it."""
        self._unmet -= {match.which for match in self._wanted.find(text)}
        return self._wanted.scrubbed(text)

    def veil(self, handling: Handling = Handling()) -> Veil:  # noqa: B008 - a frozen value
        """What is to be taken out of a part."""
        own = (Redaction(one.page, one.box, one.text, one.reason) for one in handling.redactions)
        return Veil((*self.everywhere, *own), self.terms)

    def pages(self, pdf: bytes, veil: Veil, name: str) -> tuple[bytes, tuple[str, ...]]:
        """A document of our own without what is not for the public, and what to say of it; as it is if nothing goes."""
        if not veil.redactions and not veil.terms:
            return pdf, ()
        done = redact(pdf, veil.redactions, veil.terms)
        refuse_missed(done.findings, name)
        findings = self._told(done.findings)
        if not done.replaced and not done.elsewhere:
            return pdf, ()
        self.findings += [replace(finding, place=name) for finding in findings]
        notes = noted(told(done)) if done.why else (f"Parts of it are redacted ({CONFIDENTIAL}).",)
        return done.pdf, tuple(notes)

    def exhibit(self, exhibit: Exhibit) -> Exhibit:
        """A file that was taken in with a veil, without what its findings say to this copy alone."""
        taken = exhibit.taken
        if taken.verdict == "refused":  # nobody has looked for anything in it
            return exhibit
        return replace(exhibit, taken=replace(taken, findings=tuple(self._told(taken.findings))))

    def _told(self, findings: Sequence[Finding]) -> list[Finding]:
        missed = {finding.place for finding in findings if finding.code == NOT_HERE}
        self._unmet -= {n for n in range(len(self.everywhere)) if f"/redactions/{n}" not in missed}
        return [finding for finding in findings if finding.code != NOT_HERE]

    def refuse_unmet(self) -> None:
        """Raise ``Refusal("packet.redaction")`` for what the plan redacts and no part, title or caption has."""
        problems = [
            Problem(
                "packet.redaction",
                f"Redaction {n + 1} of the plan ({self.everywhere[n].reason}) matches nothing in this copy. Write it as"
                " the files do, or take it out of the plan.",
                f"/redactions/{n}",
            )
            for n in sorted(self._unmet)
        ]
        if problems:
            raise Refusal("packet.redaction", " ".join(problem.message for problem in problems), problems)
