"""Proofs of service: what the register knows of the documents that were served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.casefile.article_numbers import article_digits, grouped
from docservice.casefile.attempts import BY_MAIL
from docservice.casefile.facts import Casefile, ServiceRecord
from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.means.means import Means, Prepared
from docservice.pipeline.pinning import pinned_pack
from docservice.refusal import Refusal
from docservice.storage.articles import known_articles
from docservice.storage.models import ArticleRow, DocumentRow
from docservice.town import subjects
from docservice.town.pack import Envelope


def with_register(means: Means, prepared: Prepared) -> Prepared:
    """For a proof of service: what the register knows of the documents served.

    Raises ``Refusal("service.mismatch")`` when the casefile says other bytes or pages were served than were issued, or
    another envelope than the window showed; ``Refusal("picture.ambiguous")``.
    """
    if prepared.kind.subject != "service":
        return prepared
    casefile, task = prepared.casefile, prepared.task
    subject = subjects.find(casefile, "service", task.about).subject
    told = [(index, casefile.service[index]) for index in subjects.covered(casefile, prepared.kind, subject, task.on)]
    with means.store.database.reading() as session:
        numbers = {record.document for _, record in told}
        rows = {row.number: row for row in session.scalars(select(DocumentRow).where(DocumentRow.number.in_(numbers)))}
        ids = [row.id for row in rows.values()]
        printed = {
            one.document_id: one.number
            for one in session.scalars(select(ArticleRow).where(ArticleRow.document_id.in_(ids)))
        }
        for index, record in told:
            _refuse_other_envelope(session, record, case_key(casefile.case.number), f"/service/{index}")
    known: dict[str, Mapping[str, Any]] = {}
    problems: list[Finding] = []
    windows: dict[str, _Window] = {}
    for index, record in told:
        row = rows.get(record.document)
        if row is None:
            continue
        problems += _differing(casefile, record, row, f"/service/{index}")
        problems += _other_article(record, row, printed.get(row.id), f"/service/{index}/article_number")
        more: dict[str, Any] = {}
        if record.method in BY_MAIL:
            window = windows.setdefault(row.id, _Window(means, row))
            if window.shown and record.address:
                problems += window.differing(record.address, f"/service/{index}/address")
            elif window.shown:
                more = {"address": window.lines(casefile, record.party)}
        enclosed = tuple(dict.fromkeys((*(one["title"] for one in row.enclosures or ()), *record.enclosures)))
        if enclosed:
            more["enclosures"] = enclosed
        known[record.id] = {"title": row.title, "number": row.number, "pages": row.pages, "sha256": row.sha256, **more}
    if problems:
        raise Refusal("service.mismatch", "What was served is not what was issued.", problems)
    prepared = _with_pictures(means, prepared, told)
    if not known:
        return prepared
    served = dict(known.get(subject.id, {})) if isinstance(subject, ServiceRecord) else {}
    if prepared.kind.covers != "record":
        served["records"] = known
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


def _with_pictures(means: Means, prepared: Prepared, told: Sequence[tuple[int, ServiceRecord]]) -> Prepared:
    """With the photographs of postings that the register holds, where the order brought none of the name.

    Raises ``Refusal("picture.ambiguous")`` when two of one name are different pictures: one would stand for both.
    """
    if "photographs" not in prepared.kind.required_blocks:
        return prepared
    sent, held = prepared.task.attachments, dict[str, str]()
    problems = []
    for index, record in told:
        for place, photo in enumerate(record.photos):
            if photo.sha256 is None or photo.file in sent or not means.store.blobs.has(photo.sha256):
                continue
            if held.setdefault(photo.file, photo.sha256) != photo.sha256:
                message = f"is the name of two pictures that are not the same: {photo.file}"
                problems.append(Finding.error("picture.ambiguous", message, f"/service/{index}/photos/{place}/file"))
    if problems:
        raise Refusal("picture.ambiguous", "Two photographs have one name. Tell them anew by others.", problems)
    parts = {sha256: means.store.blobs.read(sha256) for sha256 in held.values()}
    task = replace(prepared.task, attachments=dict(sorted({**sent, **held}.items())))
    return replace(prepared, task=task, parts={**prepared.parts, **parts})


def _differing(casefile: Casefile, record: ServiceRecord, row: DocumentRow, place: str) -> Iterator[Finding]:
    if record.sha256 and record.sha256.lower() != row.sha256:
        message = f"is not that of {row.number}, which has {row.sha256[:12]}…"
        yield Finding.error("service.mismatch", message, f"{place}/sha256")
    if record.pages is not None and record.pages != row.pages:
        message = f"{row.number} has {row.pages} pages, not {record.pages}"
        yield Finding.error("service.mismatch", message, f"{place}/pages")
    if row.case_key != case_key(casefile.case.number):
        message = f"{row.number} is of case {row.case_number}"
        yield Finding.error("service.mismatch", message, f"{place}/document")


def _other_article(record: ServiceRecord, row: DocumentRow, printed: str | None, place: str) -> Iterator[Finding]:
    """The article number sworn to is the one on the letter, where the letter has one."""
    said = "".join((record.article_number or "").split())
    if record.method == "certified_mail" and printed is not None and said and said != printed:
        message = f"{row.number} bears the article number {printed}, not {said}"
        yield Finding.error("service.mismatch", message, place)


class _Window:
    """The window of an issued letter: nobody swears to an address block that it did not show."""

    def __init__(self, means: Means, row: DocumentRow) -> None:
        self.means, self.row = means, row

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Its lines; none where the letter was not made for one."""
        if self.row.window_lines:  # kept at issue; a document of before is read
            return tuple(self.row.window_lines)
        envelope = self._envelope()
        if envelope is None or envelope.kind != "window" or envelope.address is None or self.row.recipient is None:
            return ()
        from docservice.rendering.letters.window import window_lines  # few documents are proofs

        return window_lines(self.means.store.blobs.read(self.row.sha256), envelope.address)

    def _envelope(self) -> Envelope | None:
        pinned = self.row.town_sha256
        pack = pinned_pack(pinned, {pinned: self.means.store.blobs.read(pinned)})
        meta = self.means.bundle(self.row.bundle_sha256).meta
        kind = pack.document_types.get(meta.document_type)
        return pack.envelopes.get(meta.envelope or (kind.envelope if kind else ""))

    def differing(self, address: tuple[str, ...], place: str) -> Iterator[Finding]:
        from docservice.rendering.letters.window import not_shown

        for index in not_shown(address, self.shown):
            message = (
                f"“{address[index]}” did not show in the window of {self.row.number}, which showed: "
                f"{' · '.join(self.shown)}. The proof swears to what was on the envelope."
            )
            yield Finding.error("service.mismatch", message, f"{place}/{index}")

    def lines(self, casefile: Casefile, party_id: str) -> list[str]:
        """What showed, as the case writes it; as the page does where the case says otherwise by now."""
        if self.row.window_lines:
            return list(self.shown)
        from docservice.rendering.letters.window import not_shown

        party = next((one for one in casefile.parties if one.id == party_id), None)
        said: list[str] = []
        if party is not None and party.address is not None:
            attention = f"ATTN {party.attention}" if party.attention else None
            names = (party.name.text, party.name.latin, attention)
            said = [line for line in (*names, *party.address.lines) if line]
            said = [line for place, line in enumerate(said) if place not in not_shown(said, self.shown)]
        return said if said and not not_shown(self.shown, said) else list(self.shown)
