"""What was decided at a hearing or on a hardship request, and what a building order asks, as a wording prints it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from docservice.casefile.facts import HardshipRequest, Hearing, Party
from docservice.rendering.composing.values import Day, Money, Record
from docservice.rendering.composing.view import View
from docservice.town.deposits import DEPOSIT_BY
from docservice.town.fines import charged
from docservice.town.reckoning import Reckoning


def decision(view: View, reckoning: Reckoning) -> Record | None:
    """What the decision of a hearing comes to; None of what is about no hearing."""
    found, subject = reckoning.decided, reckoning.subject
    if found is None or not isinstance(subject, Hearing):
        return None
    place = reckoning.subject_place
    by = (subject.decision.by if subject.decision else None) or subject.officer
    days = [one.by for one in (subject.decision.orders if subject.decision else ()) if one.by is not None]
    money = {name: Money(getattr(found, name), f"decision/{name}") for name in ("charged", "total", "paid", "owed")}
    due = [line.decision.comply_by for line in found.items
           if line.charged is not None and line.decision is not None and line.decision.comply_by]  # fmt: skip
    return Record("decision", {
        **money,
        "returned": Money(found.returned, "decision/returned"),
        "fined": found.fined,
        "not_only_fines": not found.fined or any(one.charged is None for one in found.items) or bool(days),
        "lines": tuple(_line(view, reckoning, subject, index) for index in range(len(found.items))),
        "officer": view.officer_named(by, "decision.officer"),
        "held_on": Day(subject.held_on or subject.on, view.language, pointer=f"{place}/held_on"),
        "first_order_by": Day(min(days), view.language, pointer=f"{place}/decision/orders") if days else None,
        "pay_by": Day(max(due), view.language, pointer=f"{place}/decisions") if due else None,
    })  # fmt: skip


def _line(view: View, reckoning: Reckoning, hearing: Hearing, index: int) -> Record:
    assert reckoning.decided is not None
    item, place = reckoning.decided.items[index], f"{reckoning.subject_place}/decisions"
    casefile, path = view.casefile, f"decision.lines.{index}"
    more: dict[str, Any] = dict.fromkeys(("outcome", "comply_by", "reason", "number", "ordered_on", "title"))
    if item.decision is not None:
        at = f"{place}/{hearing.decisions.index(item.decision)}"
        more |= {name: view.value(getattr(item.decision, name), f"{at}/{name}", f"{path}.{name}")
                 for name in ("outcome", "comply_by", "reason")}  # fmt: skip
    for where, citation in enumerate(casefile.citations):
        if citation.id == item.id:
            more["number"] = view.value(citation.number or item.id, f"/citations/{where}/number", f"{path}.number")
    for where, order in enumerate(casefile.stop_work_orders):
        if order.id == item.id:
            more["ordered_on"] = Day(order.on, view.language, pointer=f"/stop_work_orders/{where}/on")
    for violation in casefile.violations:
        if violation.id == item.id:
            section = reckoning.sections.get(violation.id)
            if section is not None:
                more["title"] = view.text(section.title, f"town/sections/{section.code}/title")
    for name in ("charged", "amount"):
        value = getattr(item, name)
        more[name] = Money(value, f"decision/{item.id}/{name}") if value is not None else None
    return Record(path, more)


def hardship(view: View, reckoning: Reckoning) -> Record | None:
    """A request of who cannot pay, and what was decided; None of what is about none."""
    subject, place = reckoning.subject, reckoning.subject_place
    if not isinstance(subject, HardshipRequest):
        return None
    by = next((view.party(one, "hardship.by") for one in view.casefile.parties if one.id == subject.by), None)
    fines = {one.id: charged(view.pack, view.casefile, one) for one in view.casefile.citations}
    asked = [(i, one) for i, one in enumerate(view.casefile.citations) if one.id in subject.citations]
    whole = sum((fines[one.id] for _, one in asked), Decimal(0))
    due = reckoning.deadlines.get(DEPOSIT_BY)
    when = Day(due.date, view.language, deadline=DEPOSIT_BY) if due is not None else None
    if when is None and subject.pay_by is not None and subject.remedy == "fine_reduction":
        when = Day(subject.pay_by, view.language, pointer=f"{place}/pay_by")
    return view.record(
        subject, place, "hardship",
        by=by,
        decided_by=view.officer_named(subject.decided_by, "hardship.decided_by") if subject.decided_by else None,
        citations=tuple(
            view.chosen("citations", i, f"hardship.citations.{i}", amount=Money(fines[one.id], f"hardship/{one.id}"))
            for i, one in asked
        ),
        charged=Money(whole, "hardship/charged"),
        to_pay=_to_pay(subject, whole),
        due=when,
    )  # fmt: skip


def _to_pay(request: HardshipRequest, whole: Decimal) -> Money | None:
    """What is still to be paid: nothing of a deposit that was waived, all where it was denied, else as decided."""
    if request.decision == "denied":
        return Money(whole, "hardship/to-pay")
    if request.decision == "granted" and request.remedy == "deposit_waiver":
        return Money(Decimal(0), "hardship/to-pay")
    return Money(request.amount, "hardship/to-pay") if request.amount is not None else None


def building_order(view: View, reader: Party | None) -> Record | None:
    """The last order about the building by the document's day; ``must_leave``: whether it empties the reader's home."""
    orders = [(one.on, i) for i, one in enumerate(view.casefile.building_orders) if one.on <= view.on]
    if not orders:
        return None
    index = max(orders)[1]
    order = view.casefile.building_orders[index]
    leaves = order.vacates and (not order.units or (reader is not None and reader.unit in order.units))
    return view.chosen("building_orders", index, "building_order", must_leave=leaves)
