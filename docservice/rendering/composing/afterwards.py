"""What became of papers, as a wording sees it: released, taken back, moved, received, overdue."""

from __future__ import annotations

from typing import Any

from docservice.casefile.facts import Appeal, Citation, Party, StopWorkOrder
from docservice.rendering.composing.values import Day, Fact, Money, Record
from docservice.rendering.composing.view import View, officer_of
from docservice.town.appeal_standing import standing
from docservice.town.debts import ZERO
from docservice.town.overdue import overdue
from docservice.town.reckoning import Reckoning
from docservice.town.withdrawing import withdrawn

NAMES = ("release", "withdrawn", "receipt", "overdue", "overdue_costs", "overdue_total", "overdue_pay_at", "abatement")


def names(view: View, reckoning: Reckoning, party: Party | None) -> dict[str, Any]:
    """``release``, ``withdrawn``, ``receipt``, ``overdue`` and ``abatement``; None for what the document has not."""
    subject, place = reckoning.subject, reckoning.subject_place
    told = view.casefile.abatement
    found: dict[str, Any] = dict.fromkeys(NAMES)
    found["overdue"] = ()
    found["abatement"] = view.record(told, "/abatement", "abatement") if told is not None else None
    if isinstance(subject, StopWorkOrder):
        found["release"] = _release(view, subject, place)
    elif isinstance(subject, Citation):
        found["withdrawn"] = _withdrawn(view, subject, place)
    elif isinstance(subject, Appeal):
        found["receipt"] = _receipt(view, subject)
    elif party is not None:
        found |= _overdue(view, party)
    return found


def _release(view: View, order: StopWorkOrder, place: str) -> Record | None:
    """The last release by the document's day; ``whole``: nothing stays stopped."""
    index = max((i for i, one in enumerate(order.releases) if one.on <= view.on), default=None)
    if index is None:
        return None
    release, pointer = order.releases[index], f"{place}/releases/{index}"
    verified = tuple(
        view.record(
            one, f"{pointer}/verified/{i}", f"release.verified.{i}",
            by=view.officer_named(one.by or view.casefile.case.officer, f"release.verified.{i}.by"),
        )
        for i, one in enumerate(release.verified)
    )  # fmt: skip
    return view.record(release, pointer, "release", verified=verified, whole=release.whole)


def _withdrawn(view: View, citation: Citation, place: str) -> Record | None:
    told = citation.taken_back
    if told is None:
        return None
    left = withdrawn(view.pack, view.casefile, citation, view.on)
    listed = {one.id: index for index, one in enumerate(view.casefile.citations)}
    later = tuple(
        view.record(
            one.citation, f"/citations/{listed[one.citation.id]}", f"withdrawn.later.{i}",
            was=Money(one.was, f"withdrawn/{one.citation.id}/was"), now=Money(one.now, f"withdrawn/{one.citation.id}"),
            lower=one.now < one.was,
        )
        for i, one in enumerate(left.later)
    )  # fmt: skip
    heard = view.casefile.hearings.index(left.hearing) if left.hearing is not None else None
    hearing = view.chosen("hearings", heard, "withdrawn.hearing")
    return view.record(
        told, f"{place}/taken_back", "withdrawn",
        refund=Money(left.refund, "withdrawn-refund"), later=later, hearing=hearing, alone=left.alone,
    )  # fmt: skip


def _receipt(view: View, appeal: Appeal) -> Record:
    how = standing(view.pack, view.casefile, appeal, view.on)
    return Record(
        "receipt",
        {
            "last_day": Day(how.last_day, view.language) if how.last_day is not None else None,
            "late": how.late,
            "deposit": how.deposit,
            "needed": Money(how.needed, "deposit-needed"),
            "deposit_by": Day(how.deposit_by, view.language) if how.deposit_by is not None else None,
            "holds_fines": "fines" in how.holds,
            "holds_time": bool(how.holds & {"notice", "order"}),
            "holds_costs": "costs" in how.holds,
            "order_stands": how.order,
            "danger": how.danger,
            "of_costs": bool({one.id for one in view.casefile.costs} & set(appeal.of)),
        },
    )


def continuance(view: View, index: int | None) -> Record | None:
    """That a hearing was moved; ``asked_by`` is the name of a party or an officer."""
    told = view.casefile.hearings[index].continuance if index is not None else None
    if told is None:
        return None
    by: Fact | None = None
    for place, party in enumerate(view.casefile.parties):
        if party.id == told.asked_by:
            by = view.name(party.name, f"/parties/{place}/name")
    if by is None and told.asked_by is not None and (officer := officer_of(view.casefile, view.pack, told.asked_by)):
        by = Fact(officer[0].name, f"{officer[1]}/name")
    return view.record(told, f"/hearings/{index}/continuance", "hearing.continuance", asked_by=by)


def _overdue(view: View, party: Party) -> dict[str, Any]:
    debts = overdue(view.pack, view.casefile, party.id, view.on)
    found = tuple(
        Record(
            f"overdue.{i}",
            {
                "number": Fact(one.number, f"overdue/{one.number}/number"),
                "fine": one.debt.ledger == "fines",
                "charged": Money(one.debt.charged, f"overdue/{one.number}/charged"),
                "owed": Money(one.debt.owed, f"overdue/{one.number}/owed"),
                "paid": Money(one.debt.paid, f"overdue/{one.number}/paid"),
                "balance": Money(one.debt.balance, f"overdue/{one.number}/balance"),
                "due": Day(one.due, view.language),
            },
        )
        for i, one in enumerate(debts)
    )
    total = sum((one.debt.balance for one in debts), ZERO)
    costs = any(one.debt.ledger == "costs" for one in debts)
    number = debts[0].number if len(debts) == 1 else None  # of several, the stub names them all
    return {
        "overdue": found,
        "overdue_costs": costs,
        "overdue_total": Money(total, "overdue-total") if found else None,
        "overdue_pay_at": Fact(view.pack.payment.at(number), "town/payment/link"),
    }
