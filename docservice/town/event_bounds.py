"""What the town's rules say against an event: no decision raises a fine, no case closes before its papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord
from docservice.finding import Finding
from docservice.town.fines import fines_of
from docservice.town.pack import TownPack


def against_rules(
    pack: TownPack, casefile: Casefile, record: CaseRecord, type: str, on: date, data: Mapping[str, Any]
) -> Iterator[Finding]:
    """What speaks against an event, each with its place in the request. ``casefile`` has the record folded in."""
    if type == "decided":
        for place, item in enumerate(data["items"]):
            if item.get("amount") is not None:
                yield from _amount(pack, casefile, item, f"/data/items/{place}/amount")
    if type == "closed":
        yield from _before_papers(pack, record, on)


def _amount(pack: TownPack, casefile: Casefile, item: Mapping[str, Any], place: str) -> Iterator[Finding]:
    amount = Decimal(item["amount"])
    citation = next((one for one in casefile.citations if one.id == item["id"]), None)
    if citation is None:
        yield Finding.error("event.amount", f"“{item['id']}” is no citation and has no fine.", place)
        return
    fine = citation.fine if citation.fine is not None else fines_of(pack, casefile, citation).total
    if amount > fine:
        message = f"A decision does not raise a fine: that of “{citation.id}” is ${fine:,.2f}."
        yield Finding.error("event.amount", message, place)


def _before_papers(pack: TownPack, record: CaseRecord, on: date) -> Iterator[Finding]:
    """Papers of later days that no closed case sends."""
    types = pack.procedure.types if pack.procedure is not None else {}
    for one in record.documents:
        rules = types.get(one.document_type)
        sent_open = rules is not None and any(each.state == "closed" for each in rules.forbids)
        if sent_open and one.in_force and one.original is None and one.issued_on > on:
            message = f"{one.number} is of {one.issued_on}, later than that, and no closed case sends it."
            yield Finding.error("event.date", message, "/on")
