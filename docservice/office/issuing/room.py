"""The room where documents are issued, as the doors see it: preview, issue, supersede, void, find, reproduce."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Unpack

from docservice.office.issuing import (
    addressing,
    issuing,
    mail_lists,
    notices_on_record,
    on_record,
    previewing,
    reproducing,
)
from docservice.office.issuing.article_stock import ArticleStock
from docservice.office.issuing.mail_lists import MailList, MailQuery
from docservice.office.issuing.notices import Notices
from docservice.office.issuing.on_record import Described, DocumentQuery
from docservice.office.means.choices import Correction
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, Page, Preview, Reproduction
from docservice.pipeline.faces import Face
from docservice.pipeline.order import Order


class Issuing:
    """Documents: made as drafts, issued, replaced, taken back, found and made again. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.notices = Notices(means)
        self.articles = ArticleStock(means)

    def preview(self, order: Order, face: Face = "pdf") -> Preview:
        """A draft of what ``issue`` would make, with the same findings; kept nowhere."""
        return previewing.draft(self._means, order, face)

    def handout(self, key: str, language: str, face: Face, on: date | None = None) -> Preview:
        """A handout as it is in force on a day (today)."""
        return previewing.handout(self._means, key, language, face, on or self._means.today())

    def recipients(self, order: Order) -> tuple[str, ...]:
        """The ids of the parties this template goes to, in the casefile's order."""
        return addressing.recipients(self._means, order)

    def to_everyone(self, order: Order) -> tuple[Order, ...]:
        """An order for each party this template goes to. See ``office.issuing.addressing``."""
        return addressing.to_everyone(self._means, order)

    def issue(self, order: Order, *, actor: str, idempotency_key: str | None = None) -> DocumentRecord:
        """Issue a document: numbered, recorded, archived. See ``office.issuing.issuing``."""
        return issuing.issue(self._means, order, actor=actor, idempotency_key=idempotency_key)

    def supersede(
        self,
        id: str,
        order: Order,
        *,
        reason: str,
        actor: str,
        correction: Correction = "substantive",
        idempotency_key: str | None = None,
        precondition: Callable[[DocumentRecord], None] | None = None,
    ) -> DocumentRecord:
        """Issue a document that takes an issued one's place and says so on its face.

        Of a notice of which several have a copy in force, all get a corrected one (``Notices.correct``).

        ``precondition`` sees the document to be replaced and may refuse, unless the request was done before.
        """
        reason = issuing.plain_reason(reason)
        old = self.document(id)
        if notices_on_record.is_shared(self._means, old.notice):
            corrected = self.notices.correct(
                old.notice, order, reason=reason, actor=actor, correction=correction, idempotency_key=idempotency_key,
                allowed=(lambda _: precondition(old)) if precondition is not None else None,
            )  # fmt: skip
            mine = [one for one in corrected.documents if one.recipient == old.recipient]
            return next((one for one in mine if one.language == old.language), mine[-1])
        return issuing.issue(
            self._means, order, actor=actor, idempotency_key=idempotency_key, replaces=old.id, reason=reason,
            correction=correction,
            precondition=partial(precondition, old) if precondition is not None else None,
        )  # fmt: skip

    def void(self, id: str, *, reason: str, actor: str) -> DocumentRecord:
        """Void a document; its bytes stay."""
        return issuing.void(self._means, self.document(id).id, reason=reason, actor=actor)

    def documents(
        self, *, page: int = 1, per_page: int | None = None, before: int | None = None, **wanted: Unpack[DocumentQuery]
    ) -> Page[DocumentRecord]:
        """Documents on record, newest first. See ``office.issuing.on_record``."""
        size = per_page or self._means.settings.per_page
        return on_record.documents(self._means, wanted, page=page, per_page=size, before=before)

    def describe(self, records: Sequence[DocumentRecord], issued_by: str | None = None) -> tuple[Described, ...]:
        """Documents with the dates that they set, and how many others there are."""
        return on_record.describe(self._means, records, issued_by)

    def document(self, id_or_number: str) -> DocumentRecord:
        """One document. Raises ``Refusal("document.unknown", kind="missing")``."""
        return on_record.document(self._means, id_or_number)

    def verify(self, code: str) -> DocumentRecord:
        """The document that carries this code. Raises ``Refusal("document.unknown", kind="missing")``."""
        return on_record.verify(self._means, code)

    def face(self, id: str, face: Face) -> tuple[bytes, str]:
        """A face of an issued document, and its media type."""
        return reproducing.face(self._means, self.document(id).id, face)

    def enclosure(self, id: str, key: str) -> bytes:
        """A form that went with a document, as PDF. Raises ``Refusal("enclosure.unknown", kind="missing")``."""
        return reproducing.enclosure(self._means, self.document(id).id, key)

    def mail_list(self, query: MailQuery) -> MailList:
        """The envelopes of a day, a case, a notice or documents. See ``office.issuing.mail_lists``."""
        return mail_lists.mail_list(self._means, query)

    def firm_book(self, listed: MailList) -> bytes:
        """A mail list on paper, for the post office to sign."""
        return mail_lists.firm_book_of(self._means, listed, self._means.today())

    def reproduce(self, id: str) -> Reproduction:
        """Render an issued document again from its pinned parts and compare bytes."""
        return reproducing.reproduce(self._means, self.document(id).id)
