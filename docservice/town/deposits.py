"""By when a deposit is due whose waiver was denied, as the town's procedure says."""

from __future__ import annotations

from datetime import date, timedelta

from docservice.casefile.facts import Appeal, Casefile, Citation, HardshipRequest
from docservice.town.calendar import Calendar
from docservice.town.deadlines import ComputedDate, compute, fixed
from docservice.town.follow_ups import DepositAfterDenial
from docservice.town.pack import TownPack

DEPOSIT_BY = "deposit-by"


def denial_rule(pack: TownPack) -> DepositAfterDenial | None:
    """What the town says of a deposit whose waiver was denied."""
    types = pack.procedure.types.values() if pack.procedure is not None else ()
    return next((one.deposit_after_denial for one in types if one.deposit_after_denial is not None), None)


def deposit_by(pack: TownPack, denied: date, contest: date | None) -> date | None:
    """By when a deposit is due whose waiver was denied on a day; None where the town's rules do not say."""
    rule = denial_rule(pack)
    if rule is None:
        return None
    day = Calendar(pack.calendar).roll(denied + timedelta(days=rule.days), "after")
    return max(day, contest) if rule.not_before is not None and contest is not None else day


def is_of(request: HardshipRequest, appeal: Appeal) -> bool:
    """Whether a request is to waive the deposit of an appeal."""
    if request.remedy != "deposit_waiver":
        return False
    return request.appeal == appeal.id if request.appeal is not None else set(request.citations) <= set(appeal.of)


def appeals_meant(casefile: Casefile, about: str | None) -> list[Appeal]:
    """The appeals that a decision on a deposit is about: of a request, or, in older packs, of a citation."""
    asked = [one for one in casefile.hardship_requests if one.id == about]
    return [each for each in casefile.appeals if about in each.of or any(is_of(one, each) for one in asked)]


def is_due(request: HardshipRequest) -> bool:
    """Whether a decision on a request leaves a deposit to be paid."""
    return request.remedy == "deposit_waiver" and request.decision in ("denied", "granted_in_part")


def due_after(
    pack: TownPack, casefile: Casefile, request: HardshipRequest, on: date, extension: int, *, stated: bool = True
) -> ComputedDate | None:
    """The date that a letter prints which denies a waiver, or grants a part of it: as a person set it, else counted
    from the decision, and not before the time to contest. ``extension``: days that mail adds to that time. ``stated``:
    whether the day that a person set is asked for."""
    rule = denial_rule(pack)
    if not is_due(request) or rule is None:
        return None
    denied = request.decided_on or on
    title, cited = "Pay the deposit for an appeal", rule.source.citation
    if request.pay_by is not None and stated:
        return fixed(DEPOSIT_BY, title, request.pay_by, trigger=denied, reason="set by the officer who decided.",
                     citation=cited)  # fmt: skip
    contest = max(
        (day for one in casefile.citations if one.id in request.citations
         and (day := _contest(pack, one, extension)) is not None), default=None,
    )  # fmt: skip
    day = deposit_by(pack, denied, contest)
    if day is None:
        return None
    reason = f"{rule.days} days after the decision of {denied}"
    if rule.not_before and contest is not None:
        reason += f", and not before the time to contest, {contest}"
    return fixed(DEPOSIT_BY, title, day, trigger=denied, reason=f"{reason}.", citation=cited)


def _contest(pack: TownPack, citation: Citation, extension: int) -> date | None:
    """The last day to contest a citation, from its service as the casefile has it."""
    served = citation.served_on or citation.issued_on
    for kind in pack.document_types.values():
        if kind.subject == "citation" and served is not None:
            for rule in pack.printed(kind, "contest").values():
                return compute(rule, served, Calendar(pack.closed_days(rule)), extension).date
    return None
