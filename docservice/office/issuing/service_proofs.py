"""Proofs of service: what the register knows of the document that was served."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.casefile.article_numbers import article_digits, grouped
from docservice.casefile.facts import Casefile, ServiceRecord
from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.means.means import Means, Prepared
from docservice.refusal import Refusal
from docservice.storage.articles import known_articles
from docservice.storage.models import DocumentRow


def with_register(means: Means, prepared: Prepared) -> Prepared:
    """For a proof of service: what the register knows of the document served.

    Raises ``Refusal("service.mismatch")`` when the casefile says other bytes or pages were served than were issued.
    """
    if prepared.kind.subject != "service":
        return prepared
    index = _service(prepared.casefile, prepared.task.about)
    if index is None:
        return prepared
    record: ServiceRecord = prepared.casefile.service[index]
    with means.store.database.reading() as session:
        row = session.scalar(select(DocumentRow).where(DocumentRow.number == record.document))
        _refuse_other_envelope(session, record, case_key(prepared.casefile.case.number), f"/service/{index}")
    if row is None:
        return prepared
    problems = []
    if record.sha256 and record.sha256.lower() != row.sha256:
        message = f"is not that of {row.number}, which has {row.sha256[:12]}…"
        problems.append(Finding.error("service.mismatch", message, f"/service/{index}/sha256"))
    if record.pages is not None and record.pages != row.pages:
        message = f"{row.number} has {row.pages} pages, not {record.pages}"
        problems.append(Finding.error("service.mismatch", message, f"/service/{index}/pages"))
    if row.case_key != case_key(prepared.casefile.case.number):
        message = f"{row.number} is of case {row.case_number}"
        problems.append(Finding.error("service.mismatch", message, f"/service/{index}/document"))
    if problems:
        raise Refusal("service.mismatch", "What was served is not what was issued.", problems)
    served = {"title": row.title, "number": row.number, "pages": row.pages, "sha256": row.sha256}
    return replace(prepared, task=replace(prepared.task, served=served))


def _refuse_other_envelope(session: Session, record: ServiceRecord, case: str, place: str) -> None:
    """Raise ``Refusal("article.used")`` for an article number that is printed on a letter to somebody else."""
    digits = article_digits(record.article_number or "")
    one = known_articles(session, [digits]).get(digits) if digits else None
    if one is None or one.document is None:
        return
    other = session.scalar(select(DocumentRow).where(DocumentRow.number == one.document))
    if other is not None and (other.case_key, other.recipient) != (case, record.party):
        message = f"The article number {grouped(digits)} is printed on {other.number}, another envelope."
        raise Refusal("article.used", message, [Finding.error("article.used", message, f"{place}/article_number")])


def _service(casefile: Casefile, about: str | None) -> int | None:
    for index, record in enumerate(casefile.service):
        if record.id == about:
            return index
    return len(casefile.service) - 1 if casefile.service else None
