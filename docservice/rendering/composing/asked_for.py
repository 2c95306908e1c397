"""What was asked for, as records that a wording prints: more time, a visit, and that somebody looks at a place."""

from __future__ import annotations

from docservice.rendering.composing.values import Day, Money, Record
from docservice.rendering.composing.view import View
from docservice.town.more_time import due_on
from docservice.town.reckoning import Reckoning
from docservice.town.visits import visits_before


def visit(view: View, index: int | None) -> Record | None:
    """A planned visit; ``fee`` is what it costs, ``next_fee`` what the one after it will."""
    if index is None:
        return None
    planned, rule = view.casefile.visits[index], view.pack.visit_fee
    inspector = view.officer_named(planned.inspector, "visit.inspector")
    fee, later = None, None
    if rule is not None:
        amount, left = Money(rule.amount, "visit-fee"), rule.free - visits_before(view.casefile, planned)
        fee, later = amount if left <= 0 else None, amount if left <= 1 else None
    return view.chosen("visits", index, "visit", inspector=inspector, fee=fee, next_fee=later)


def request(view: View, index: int | None, reckoning: Reckoning) -> Record | None:
    """A request for more time, with who asked and who decided; ``first_on``, the first of the new dates, and whether it
    is the only one (``one_day``)."""
    if index is None:
        return None
    asked = view.casefile.extension_requests[index]
    by = next((view.party(one, "request.by") for one in view.casefile.parties if one.id == asked.by), None)
    officer = view.officer_named(asked.decided_by, "request.decided_by") if asked.decided_by else None
    spoken = set(reckoning.violations)
    days = {due for one in view.casefile.violations if one.id in spoken and asked.granted_for(one.id) is not None
            and (due := due_on(view.casefile, one)) is not None}  # fmt: skip
    pointer = f"/extension_requests/{index}"
    return view.chosen(
        "extension_requests", index, "request", by=by, decided_by=officer, one_day=len(days) == 1,
        first_on=Day(min(days), view.language, pointer=f"{pointer}/granted_until") if days else None,
    )  # fmt: skip


def complaint(view: View) -> Record:
    """What somebody complained of, for a letter to them alone."""
    told = view.casefile.confidential
    values = {
        "received_on": view.value(told.complaint_received_on, "/confidential/complaint_received_on", ""),
        "text": view.value(told.complaint, "/confidential/complaint", ""),
        "updates_wanted": told.updates_wanted,
    }
    return Record("complaint", values)
