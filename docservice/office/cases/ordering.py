"""Orders by the number of a case: the facts of its revision take the place of a casefile."""

from __future__ import annotations

from dataclasses import replace

from docservice.casefile.service import is_leg_id
from docservice.office.cases import evidence, keeping, photographs, reading
from docservice.office.means.means import Means
from docservice.pipeline.order import CaseReference, Order


def by_case(means: Means, number: str, revision: int | None, order: Order) -> Order:
    """``order``, whose casefile is empty, with the facts of a case: of ``revision``, or of the newest.

    Whether that still is the newest is looked at when it is issued, and again when its number is used. Raises
    ``Refusal``: ``case.unknown``, ``case.unknown_revision`` (kind ``missing``), ``case.merged`` (kind ``conflict``).
    """
    with means.store.database.reading() as session:
        one = reading.found(means, session, number, revision)
    keeping.refuse_merged(one)
    reference = CaseReference(one.row.number, revision or one.row.revision, asked=revision)
    if is_leg_id(order.about):  # its pictures are on record; who orders a paper about it need not send them again
        held = evidence.pictures_of(one.record, str(order.about))
        lacking = {name: sha256 for name, sha256 in held.items() if name not in order.attachments}
        pictures = {name: means.store.blobs.read(sha256) for name, sha256 in lacking.items()}
        order = replace(order, attachments={**pictures, **order.attachments})
    held_photographs = photographs.with_photographs(means, order, one.facts)
    if held_photographs:
        order = replace(order, attachments={**held_photographs, **order.attachments})
    return replace(order, casefile=one.facts, case=reference)
