"""States of a case, or of what a document is about, in which it may not go out; each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from docservice.casefile.facts import Casefile, Citation, Hearing, Permit, Placard, StopWorkOrder, Violation
from docservice.town.procedure import CaseState
from docservice.town.subjects import Subject, is_corrected


def forbids(
    casefile: Casefile, subject: Subject | None, violations: Sequence[Violation], state: CaseState, on: date
) -> str | None:
    """Why a state forbids a document on a day; ``None`` where the case is not in it."""
    return _STATES[state](_Case(casefile, subject, violations, on))


def listed(names: Iterable[str]) -> str:
    """Names in a sentence, each once."""
    return ", ".join(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class _Case:
    casefile: Casefile
    subject: Subject | None
    violations: Sequence[Violation]
    on: date

    def closed(self) -> str | None:
        closed = self.casefile.case.closed_on
        return f"The case was closed on {closed}." if closed is not None and closed <= self.on else None

    def lifted(self) -> str | None:
        lifted = self.subject.lifted_on if isinstance(self.subject, StopWorkOrder | Placard) else None
        return f"The order was lifted on {lifted}." if lifted is not None and lifted <= self.on else None

    def dismissed(self) -> str | None:
        # A void paper is no dismissal: the citation may be issued anew.
        if isinstance(self.subject, Citation) and self.subject.status == "dismissed":
            return f"The citation {self.subject.id} was dismissed."
        if isinstance(self.subject, Citation) and self.subject.taken_back is not None:
            return f"The citation {self.subject.id} was taken back on {self.subject.taken_back.on}."
        return None

    def corrected(self) -> str | None:
        if not isinstance(self.subject, Citation):
            return None
        day = self.subject.violation_on
        early = [one.id for one in self.violations if one.corrected_on is not None and one.corrected_on < day]
        return f"{listed(early)} was corrected before the day cited, {day}." if early else None

    def decided(self) -> str | None:
        decided = self.subject.decided_on if isinstance(self.subject, Hearing) else None
        return f"The hearing was decided on {decided}." if decided is not None and decided <= self.on else None

    def permit_completed(self) -> str | None:
        done = self.subject.completed_on if isinstance(self.subject, Permit) else None
        return f"The work was completed on {done}." if done is not None and done <= self.on else None

    def immediate_danger(self) -> str | None:
        dangers = [one.id for one in self.violations if one.immediate_danger and not is_corrected(one, self.on)]
        return f"{listed(dangers)} is an immediate danger." if dangers else None

    def hearing_pending(self) -> str | None:
        gone = {one.id for one in self.casefile.appeals if one.withdrawn_on is not None and one.withdrawn_on <= self.on}
        pending = [one.id for one in self.casefile.hearings
                   if (one.decided_on is None or one.decided_on > self.on) and one.appeal not in gone]  # fmt: skip
        return f"The hearing {listed(pending)} is not decided." if pending else None

    def recorded_lien(self) -> str | None:
        liens = [one.instrument for one in self.casefile.liens
                 if one.recorded_on <= self.on and (one.released_on is None or one.released_on > self.on)]  # fmt: skip
        return f"The lien {listed(liens)} is on record." if liens else None


_STATES: Mapping[CaseState, Callable[[_Case], str | None]] = {
    "closed": _Case.closed,
    "lifted": _Case.lifted,
    "dismissed": _Case.dismissed,
    "corrected": _Case.corrected,
    "decided": _Case.decided,
    "permit_completed": _Case.permit_completed,
    "immediate_danger": _Case.immediate_danger,
    "hearing_pending": _Case.hearing_pending,
    "recorded_lien": _Case.recorded_lien,
}
