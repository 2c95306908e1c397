"""Whether all copies of a notice say the same, to those of one audience. Dates may differ, by mail extension."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select

from docservice import casefile as casefiles
from docservice.finding import Finding
from docservice.office.issuing.making import MadeSet
from docservice.office.issuing.reproducing import semantic_text
from docservice.office.means.means import Means
from docservice.pipeline import producing
from docservice.pipeline.notices import audience_of
from docservice.refusal import Refusal
from docservice.rendering.composing import sameness
from docservice.storage.models import DocumentRow


def differing(means: Means, made: Sequence[MadeSet | Refusal]) -> dict[int, Refusal]:
    """Of letters that are copies of one notice, those that say something else than the first to their audience, or
    than a copy on record, by their places; each with the place of the text."""
    found: dict[int, Refusal] = {}
    first: dict[tuple[str, str], tuple[str | None, MadeSet | DocumentRow]] = {}  # by notice and audience
    for place, one in enumerate(made):
        if isinstance(one, Refusal) or (copy := one[0][0].task.copy) is None:
            continue
        key, own = (copy.number, copy.audience), one[0][1].body_sha256
        if key not in first:
            first[key] = _on_record(means, *key) or (own, one)
        wanted, whose = first[key]
        if own is not None and wanted != own and (refusal := _refusal(means, one, whose)) is not None:
            found[place] = refusal
    return found


def _on_record(means: Means, number: str, audience: str) -> tuple[str, DocumentRow] | None:
    """A copy in force that an audience has."""
    with means.store.database.reading() as session:
        rows = session.scalars(
            select(DocumentRow).where(
                DocumentRow.notice_number == number, DocumentRow.original.is_(None), DocumentRow.status == "issued"
            )
        ).all()
    for row in rows:
        if row.body_sha256 is not None and _audience(means, row) == audience:
            return row.body_sha256, row
    return None


def _audience(means: Means, row: DocumentRow) -> str:
    if "copy" in row.notice:
        return str(row.notice["copy"]["audience"])
    casefile = casefiles.load(json.loads(means.store.blobs.read(row.casefile_sha256)), on_record=True)
    return next((audience_of(one) for one in casefile.parties if one.id == row.recipient), "")


def _refusal(means: Means, one: MadeSet, whose: MadeSet | DocumentRow) -> Refusal | None:
    """What one says otherwise than another; None where only the
    way of summing up their text has changed since, or the day of one is a day that both name."""
    mine, dated = _texts(one)
    if isinstance(whose, DocumentRow):
        (theirs, theirs_dated), number = semantic_text(means, whose), whose.number
    else:
        (theirs, theirs_dated), number = _texts(whose), whose[0][0].task.number or ""
    mine = sameness.with_days_alike(mine, theirs, dated, theirs_dated)
    different = sameness.difference(mine, theirs)
    if different is None:
        return None
    place, said, there = different
    message = f"It says “{_short(said)}” where {number} says “{_short(there)}”. All copies of a notice say the same."
    return Refusal(
        "notice.copies_differ", f"{message} Correct the notice for all.",
        [Finding.error("notice.copies_differ", message, place)], kind="conflict",
    )  # fmt: skip


def _texts(one: MadeSet) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a letter says that all copies say, without its own day, and with it."""
    letter, product = one[0]
    pack, kind, task = letter.edition.pack, letter.kind, letter.task
    without, dated = (producing.body(product.html, pack, kind, task, days=days) for days in (False, True))
    return without, dated


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
