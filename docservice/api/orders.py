"""The order in a body: with its casefile, or by the number of a case on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from flask import g

from docservice.api.access import acts_on, refuse_speaking_for, refuse_unseen_case
from docservice.api.wiring import office
from docservice.casefile.facts import Casefile
from docservice.pipeline.order import Order, OrderDecision

_MEMBERS = (
    "template",
    "recipient",
    "language",
    "on",
    "about",
    "version",
    "attachments",
    "dated_back",
    "mailing",
    "mail_on",
    "envelope",
)
_OF_CASEFILE = {field.name for field in fields(Casefile)}


def order_of(body: dict[str, Any]) -> Order:
    """The order in a loaded body. Raises ``Refusal("case.unknown")`` for a case that the caller may not read."""
    decisions = tuple(OrderDecision(**one) for one in body["decisions"])
    refuse_speaking_for([one.by for one in decisions])
    members = {name: body[name] for name in _MEMBERS}
    order = Order(casefile=body["casefile"] or {}, decisions=decisions, **members)
    number = body["case"]
    if number is None:
        _refuse_unseen_case_of(order.casefile)
        return order
    owner = office().cases.summary(number).created_by
    refuse_unseen_case(owner, number)
    g.place_in_body = place_in_case_order
    order = office().cases.order(number, body["revision"], order)
    if not acts_on(owner):  # a letter shows no more of a case than reading it does
        order = replace(order, casefile={key: told for key, told in order.casefile.items() if key != "confidential"})
    return order


def _refuse_unseen_case_of(facts: Mapping[str, Any]) -> None:
    """A paper under the number of a case counts in it: who sends the facts must be one who may read it."""
    case = facts.get("case")
    number = case.get("number") if isinstance(case, dict) else None
    if isinstance(number, str) and (owner := office().cases.put_by(number)) is not None:
        refuse_unseen_case(owner, number)


def place_in_case_order(place: str) -> str | None:
    """The facts are not in the body: their pointers lead into the case."""
    return None if place[1:].partition("/")[0] in _OF_CASEFILE else place
