"""Does a decision on more time say what was decided of each violation, and give no less time? (DOMAIN §1)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.casefile.history import ExtensionRequest
from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.checks.people import officers
from docservice.finding import Finding


def decided(sight: Sight) -> Iterator[Finding]:
    """A request for more time was decided, by somebody and by the letter's day; each new date is later than the old."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, ExtensionRequest):
        return
    request, place = sight.reckoning.subject, sight.reckoning.subject_place
    if request.decision == "pending":
        yield error("undecided", f"Nothing is decided on the request {request.id} yet.", f"{place}/decision")
        return
    for field, what in (("decided_on", "when"), ("decided_by", "by whom")):
        if getattr(request, field) is None:
            yield error("undecided", f"The casefile does not say {what} it was decided.", f"{place}/{field}")
    officer = officers(sight).get(request.decided_by or "")
    if officer is not None and sight.kind is not None and officer.role not in sight.kind.signers:
        yield error("signer", f"{officer.name}, {officer.title}, may not decide this.", f"{place}/decided_by")
    if request.decided_on is not None and request.decided_on > sight.reckoning.on:
        message = f"The document is dated {sight.reckoning.on}, before the decision of {request.decided_on}."
        yield error("date_ahead", message, f"{place}/decided_on")
    yield from _dates(sight.casefile, request, place, sight.reckoning.violations)


def _dates(casefile: Casefile, request: ExtensionRequest, place: str, asked: tuple[str, ...]) -> Iterator[Finding]:
    said = {one.violation: (index, one) for index, one in enumerate(request.dates)}
    old = {one.id: one.comply_by for one in casefile.violations}
    granted: list[bool] = []
    for violation in asked:
        index, row = said.get(violation, (None, None))
        where = f"{place}/dates/{index}/until" if row is not None else f"{place}/granted_until"
        until = row.until if row is not None else request.granted_until
        denied = row.outcome == "denied" if row is not None else request.decision == "denied"
        granted.append(not denied)
        yield from _date(violation, until, old.get(violation), denied, where)
    fits = {"granted": all(granted), "denied": not any(granted), "in_part": any(granted)}
    if asked and not fits[request.decision]:
        message = (
            f"It is decided as “{request.decision.replace('_', ' ')}”, and the dates of the violations say otherwise."
        )
        yield error("decision_differs", message, f"{place}/decision")


def _date(violation: str, until: date | None, old: date | None, denied: bool, where: str) -> Iterator[Finding]:
    if denied:
        if until is not None:
            yield error("decision_differs", f"“{violation}” got no more time, and has a new date.", where)
    elif until is None:
        yield error("new_date", f"“{violation}” got more time, and no new date.", where)
    elif old is not None and until < old:
        yield error("new_date", f"The new date of “{violation}”, {until}, is before the one it has, {old}.", where)
