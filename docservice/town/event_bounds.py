"""What the town's rules say against an event: no decision raises a fine, no case closes before its papers,
no extension takes time away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord, case_key
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


def less_time(casefile: Casefile, subject: str, on: date, to: date) -> Iterator[Finding]:
    """What an extension would shorten. ``casefile`` has the record folded in as of the day on which it was given."""
    whole = case_key(subject) == case_key(casefile.case.number)
    for one in casefile.violations:
        meant = one.id == subject or (whole and one.corrected_on is None and one.observed_on <= on)
        if meant and one.comply_by is not None and to < one.comply_by:
            yield Finding.error("event.date", f"“{one.id}” has until {one.comply_by} already.", "/data/to")


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
