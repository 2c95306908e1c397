"""What the reckoning itself found wrong, as findings; what a check here has found independently is not said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.finding import Finding

_CODES = {
    "section.unknown": "section_unknown",
    "section.not_in_force": "section_not_in_force",
    "fine.none": "fine_none",
    "fine.ordinal": "ordinal",
    "fine.over_cap": "fine_over_cap",
    "fine.total": "fine_total",
    "hearing.closed_day": "hearing_closed_day",
    "hearing.notice_late": "hearing_lead_time",
    "penalty.completion_due": "completion_due",
    "deadline.past": "deadline_past",
    "deadline.person_decides": "deadline_person",
    "reckoning.recipient": "recipient",
    "reckoning.before_case": "date_before_case",
}
# Worth a look, no reason to hold a letter back.
_WARNINGS = frozenset({"ledger.overpaid", "penalty.under_order"})


def problems(sight: Sight, found: Iterable[Finding]) -> Iterator[Finding]:
    """The reckoning's problems that are not among ``found`` (DOMAIN §7.2, 7.5, 7.6, 7.9)."""
    if sight.reckoning is None:
        return
    said = {(finding.code, finding.place) for finding in found}
    for problem in sight.reckoning.problems:
        code = _CODES.get(problem.code, problem.code.replace(".", "_"))
        make = warning if problem.code in _WARNINGS else error
        finding = make(code, problem.message, problem.place)
        if (finding.code, finding.place) not in said:
            yield finding
