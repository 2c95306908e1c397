"""Does a decision decide what was contested, and no more; does an order about a building give the time it must?

MHMC 1.20.130; Gov. Code § 53069.4(b); Health & Saf. Code §§ 17980, 17980.6 (DOMAIN §1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from docservice.casefile.facts import BuildingOrder, HardshipRequest, Hearing, ItemDecision
from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.finding import Finding
from docservice.town.decided import DecidedItem, decided_of, recounted
from docservice.town.deposits import due_after, is_of
from docservice.town.effects import effect_of
from docservice.town.fines import charged
from docservice.town.subjects import is_tenant

_FINISHED = {"to finish": "finish_by", "to start": "start_by", "to have the permits": "permit_by",
             "to be empty": "vacate_by", "to choose": "choose_by"}  # fmt: skip


def decided(sight: Sight) -> Iterator[Finding]:
    """A decision says of everything that was contested what became of it, and raises no fine."""
    made = sight.reckoning
    if made is None or sight.casefile is None or not isinstance(made.subject, Hearing):
        return
    if effect_of(sight.pack, made.document_type) != "decided":
        return
    hearing, place = made.subject, made.subject_place
    found = decided_of(sight.pack, sight.casefile, hearing, made.on)
    known = {one.id for listed in (sight.casefile.citations, sight.casefile.violations,
                                   sight.casefile.stop_work_orders) for one in listed}  # fmt: skip
    for item in found.items:
        if item.decision is None:
            yield error("decision_lacking", f"Nothing is decided of “{item.id}”, which is contested.",
                        f"{place}/decisions")  # fmt: skip
            continue
        where = f"{place}/decisions/{hearing.decisions.index(item.decision)}"
        if item.id not in known:
            message = f"There is no “{item.id}” among the citations, violations or stop work orders."
            yield error("decision_unknown", message, f"{where}/item")
        yield from _amount(item, item.decision, where)
        citation = next((one for one in sight.casefile.citations if one.id == item.id), None)
        if citation is not None and item.amount and item.charged is not None:
            counted = recounted(sight.pack, sight.casefile, hearing, citation)
            if counted and counted < item.amount:
                message = f"With those set aside, the fine of “{item.id}” is at most ${counted:,.2f}: modify it."
                yield error("decision_recount", message, f"{where}/amount")
    orders = hearing.decision.orders if hearing.decision is not None else ()
    if not found.items and not orders:
        yield error("decision_lacking", "The decision decides nothing and orders nothing.", f"{place}/decision/orders")
    for index, order in enumerate(orders):
        if order.by is not None and order.by < made.on:
            message = f"What is ordered is to be done by {order.by}, before the decision of {made.on}."
            yield error("decision_past", message, f"{place}/decision/orders/{index}/by")
    owing = [one for one in found.items if one.amount and one.decision is not None and one.decision.comply_by is None]
    if found.owed and owing:
        index = hearing.decisions.index(owing[0].decision)
        message = f"${found.owed:,.2f} is still to be paid, and the decision says no day for it."
        yield error("decision_pay_day", message, f"{place}/decisions/{index}/comply_by")


def _amount(item: DecidedItem, said: ItemDecision, where: str) -> Iterator[Finding]:
    if item.charged is None:
        if said.amount is not None:
            yield error("decision_amount", f"“{item.id}” is no citation and has no fine.", f"{where}/amount")
    elif said.outcome == "modified" and said.amount is None:
        message = f"The fine of “{item.id}” was modified: to which amount?"
        yield error("decision_amount", message, f"{where}/amount")
    elif said.amount is not None and said.amount > item.charged:
        message = f"A decision does not raise a fine: that of “{item.id}” is ${item.charged:,.2f}."
        yield error("decision_amount", message, f"{where}/amount")
    elif said.amount is not None and said.outcome != "modified" and said.amount != item.amount:
        message = f"“{item.id}” was {said.outcome}, so its fine is ${item.amount:,.2f}, not ${said.amount:,.2f}."
        yield error("decision_amount", message, f"{where}/amount")


def hardship(sight: Sight) -> Iterator[Finding]:
    """A request of who cannot pay is decided, by what it asked, and in time (MHMC 1.20.095; Gov. Code § 36900)."""
    made = sight.reckoning
    if made is None or sight.casefile is None or not isinstance(made.subject, HardshipRequest):
        return
    asked, place, casefile = made.subject, made.subject_place, sight.casefile
    if asked.decision == "pending":
        yield error("hardship_undecided", "The request is not decided.", f"{place}/decision")
        return
    whole = sum((charged(sight.pack, casefile, one) for one in casefile.citations if one.id in asked.citations),
                Decimal(0))  # fmt: skip
    reduces = asked.decision == "granted_in_part" or (
        asked.decision == "granted" and asked.remedy == "fine_reduction"
    )  # fmt: skip
    if reduces and asked.amount is not None and asked.amount >= whole:
        message = f"${asked.amount:,.2f} is not less than ${whole:,.2f}: that grants nothing."
        yield error("hardship_amount", message, f"{place}/amount")
    elif not reduces and asked.amount:
        message = "An amount belongs to a fine that was reduced, or to a deposit of which a part was waived."
        yield error("hardship_amount", message, f"{place}/amount")
    if asked.remedy == "fine_reduction" and len(asked.citations) > 1:
        message = "A fine is reduced by a decision of its own: one citation for each request."
        yield error("hardship_amount", message, f"{place}/citations/1")
    counted = due_after(sight.pack, casefile, asked, made.on, 0, stated=False)
    if asked.pay_by is not None and counted is not None and asked.pay_by < counted.date:
        message = f"The deposit is not due before {counted.date}. {counted.explain()}"
        yield error("hardship_early", message, f"{place}/pay_by")
    for index, appeal in enumerate(casefile.appeals):
        said = "granted" if asked.decision == "granted" else "denied"
        if is_of(asked, appeal) and appeal.hardship_waiver != said:
            message = f"“{appeal.id}” says that the waiver was {appeal.hardship_waiver}; the request, {said}."
            yield error("hardship_differs", message, f"/appeals/{index}/hardship_waiver")


def building_order(sight: Sight) -> Iterator[Finding]:
    """An order about a building asks for nothing before the time that the town gives, and moves nobody by silence."""
    if sight.kind is None or sight.reckoning is None or sight.casefile is None:
        return
    lead = next(iter(sight.pack.printed(sight.kind, "order_lead")), None)
    if lead is None:
        return
    found = [(one.on, index) for index, one in enumerate(sight.casefile.building_orders)
             if one.on <= sight.reckoning.on]  # fmt: skip
    if not found:
        yield error("order_lacking", "The casefile has no order about the building by this date.", "/building_orders")
        return
    index = max(found)[1]
    order, place = sight.casefile.building_orders[index], f"/building_orders/{index}"
    first = sight.reckoning.deadlines.get(lead)
    spoken = set(sight.reckoning.violations)
    danger = any(one.immediate_danger for one in sight.casefile.violations if one.id in spoken)
    for what, name in _FINISHED.items() if first is not None else ():
        day: date | None = getattr(order, name)
        if day is not None and first is not None and day < first.date and not danger:
            message = f"{day} {what} is too early: {first.explain()}"
            yield error("order_lead_time", message, f"{place}/{name}")
    yield from _moving(sight, order, place)


def _moving(sight: Sight, order: BuildingOrder, place: str) -> Iterator[Finding]:
    assert sight.casefile is not None
    lives = [one for one in sight.casefile.parties if is_tenant(one)]
    if order.vacates and order.vacate_by is None:
        yield error("order_vacate", "By when must it be empty?", f"{place}/vacate_by")
    if not order.vacates and order.vacate_by is not None:
        message = f"{order.vacate_by} is a day to be empty by, and what is ordered is “{order.action}”."
        yield error("order_vacate", message, f"{place}/vacate_by")
    if order.action == "demolish" and lives:
        message = f"{lives[0].name.latin or lives[0].name.text} lives there: a building that is taken down is emptied."
        yield error("order_vacate", message, f"{place}/action")
    dwelling = sight.casefile.property.accessory_dwelling
    known = {one.unit for one in sight.casefile.parties} | set(sight.casefile.property.vacant_units)
    known |= {dwelling.unit if dwelling is not None else None}
    for index, unit in enumerate(order.units):
        if unit not in known:
            message = f"Nobody lives in a unit {unit}, and it is not among the vacant ones."
            yield error("order_unit", message, f"{place}/units/{index}")
    if order.action.endswith("demolish") and not order.choice and sight.casefile.property.residential_rental:
        message = "The owner of housing has the choice to repair or to demolish; this order leaves none."
        yield warning("order_choice", message, f"{place}/choice")


def other_units(sight: Sight) -> Iterator[Finding]:
    """What goes to tenants alone tells none of them of another's rooms, as far as the facts say whose they are."""
    reader, made = sight.recipient, sight.reckoning
    if reader is None or made is None or sight.kind is None or sight.casefile is None or not is_tenant(reader):
        return
    if not sight.kind.served or not set(sight.kind.served) <= {"tenant", "occupant"}:
        return
    units = {one.unit for one in sight.casefile.parties if one.unit is not None}
    for index, violation in enumerate(sight.casefile.violations):
        if violation.id not in made.violations or violation.units:
            continue
        named = units & set((violation.location or "").replace(",", " ").split())
        if named and reader.unit not in named:
            message = (
                f"“{violation.location}” may be another tenant's rooms. If so, name the units that they are of: who "
                "lives elsewhere is then not told."
            )
            yield warning("other_unit", message, f"/violations/{index}/units")
