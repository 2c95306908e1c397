"""Whom a template goes to: the parties of a casefile, and an order for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.office.means.preparing import recipients_of
from docservice.refusal import Refusal
from docservice.town import subjects

if TYPE_CHECKING:
    from docservice.pipeline.order import Order


def recipients(means: Means, order: Order) -> tuple[str, ...]:
    """The ids of the parties that an order's template goes to, in the casefile's order.

    Tenants whom it would tell nothing, since all of it is in other tenants' rooms, are not among them.
    """
    casefile, _ = means.read(order.casefile)
    on = order.on or means.today()
    with means.store.database.reading() as session:
        version = means.version(session, order.template, order.version, on)
    bundle = means.bundle(version.sha256)
    kind = means.rules_of(on).document_types.get(bundle.meta.document_type)
    found = recipients_of(casefile, bundle, kind)
    if kind is None or kind.addressee == "complainant":
        return found
    subject = subjects.find(casefile, kind.subject, order.about).subject
    spoken = subjects.violations_of(casefile, subject, order.about, on, shows=kind.shows)
    told = {one.id for one in casefile.parties if not spoken or any(subjects.may_read(one, each) for each in spoken)}
    return tuple(one for one in found if one in told)


def to_everyone(means: Means, order: Order) -> tuple[Order, ...]:
    """An order for each party the template goes to, in the casefile's order.

    Raises ``Refusal``: ``order.no_recipient`` when there is nobody, ``order.recipients`` when one is named already.
    """
    if order.recipient is not None:
        message = "Name one recipient or all of them, not both."
        raise Refusal("order.recipients", message, [Finding.error("order.recipients", message, "/recipient")])
    parties = recipients(means, order)
    if not parties:
        raise Refusal("order.no_recipient", f"Nobody in this casefile is one that {order.template} goes to.")
    return tuple(replace(order, recipient=party) for party in parties)
