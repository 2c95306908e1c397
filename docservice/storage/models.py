"""The tables. Rows of records are added and change their status; they are never rewritten or removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.article_models import ArticleRow as ArticleRow
from docservice.storage.audit_models import AuditHeadRow as AuditHeadRow
from docservice.storage.audit_models import AuditRow as AuditRow
from docservice.storage.case_models import CaseEventRow as CaseEventRow
from docservice.storage.case_models import CaseRevisionRow as CaseRevisionRow
from docservice.storage.case_models import CaseRow as CaseRow
from docservice.storage.desk_models import DeskDraftRow as DeskDraftRow
from docservice.storage.desk_models import DeskSessionRow as DeskSessionRow
from docservice.storage.due_models import CalendarRow as CalendarRow
from docservice.storage.due_models import DeadlineRow as DeadlineRow
from docservice.storage.due_models import DueHeadRow as DueHeadRow
from docservice.storage.number_models import HolderRow as HolderRow
from docservice.storage.number_models import OpenNumberRow as OpenNumberRow
from docservice.storage.number_models import SeriesRow as SeriesRow
from docservice.storage.packet_models import PacketPlanRow as PacketPlanRow
from docservice.storage.tables import Base as Base
from docservice.storage.town_models import TownEditionRow as TownEditionRow

_SHA = String(64)


class BlobRow(Base):
    """That a file with this content belongs to a record. The bytes lie in ``storage.blobs``."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(_SHA, primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]


class TemplateVersionRow(Base):
    """One version of one template: numbered 1, 2, 3; its bundle is a blob, and so are its samples."""

    __tablename__ = "template_version"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        Index("ix_template_version_sha256", "key", "sha256"),
        CheckConstraint("state IN ('draft', 'in_review', 'approved', 'withdrawn')", name="template_version_state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    document_type: Mapped[str] = mapped_column(String(100))
    face: Mapped[str] = mapped_column(String(20))
    languages: Mapped[list[Any]]
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    effective_on: Mapped[date | None] = mapped_column(Date)
    author: Mapped[str] = mapped_column(String(200))
    approver: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[str | None] = mapped_column(String(200))
    replacement: Mapped[int | None] = mapped_column(Integer)  # the version that took its place when it was withdrawn
    note: Mapped[str] = mapped_column(Text)  # why it was proposed
    based_on: Mapped[int | None] = mapped_column(Integer)  # the version it was made from
    samples_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    submitted_at: Mapped[datetime | None]
    reviewer: Mapped[str | None] = mapped_column(String(200))  # the account asked to look at it


class ReviewEntryRow(Base):
    """One thing said about a version, in order. Never changed: a comment is resolved by another entry about it."""

    __tablename__ = "review_entry"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('comment', 'reply', 'resolved', 'reopened', 'submitted', 'sent_back')", name="review_entry_kind"
        ),
        Index("ix_review_entry_version", "key", "number"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, unique=True)
    key: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str | None] = mapped_column(ForeignKey("review_entry.id"))  # the comment replied to, resolved …
    path: Mapped[str] = mapped_column(String(300))  # the paragraph's block path; empty: about the whole version
    quote: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class TranslationRow(Base):
    """One thing done to the translation of one string, in order. Never changed: an approval is reopened by another.

    ``message`` is the id of the exact English (``wording.messages``), so another English has none of these.
    """

    __tablename__ = "translation_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('saved', 'approved', 'reopened')", name="translation_entry_kind"),
        Index("ix_translation_entry", "language", "catalog", "position"),
    )

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    catalog: Mapped[str] = mapped_column(String(100))  # the template's key, or "clauses"
    language: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(_SHA)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    plural: Mapped[str | None] = mapped_column(Text)
    was: Mapped[str | None] = mapped_column(Text)  # the earlier English whose translation this one takes over
    forms: Mapped[list[Any]]
    counted: Mapped[str | None] = mapped_column(Text)  # plural forms: the gettext expression whose order they are in
    template: Mapped[str] = mapped_column(String(100))  # the version that was looked at
    number: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class AccountRow(Base):
    """A person who may sign in. Only a hash of the password is kept.

    ``issuer`` and ``subject`` are who they are at the identity provider, once they have signed in through it.
    """

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_identity", "issuer", "subject", unique=True),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[Any]]
    password_hash: Mapped[str | None] = mapped_column(String(300))
    password_changed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer)  # failed sign-ins in a row
    failed_at: Mapped[datetime | None]  # the last of them
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    issuer: Mapped[str | None] = mapped_column(String(500))
    subject: Mapped[str | None] = mapped_column(String(255))
    linked_at: Mapped[datetime | None]


class SignInRow(Base):
    """A sign-in that has been begun and is at the identity provider. No record: it is forgotten when it ends.

    What it takes to end it follows from the browser's cookie, of which nothing is here.
    """

    __tablename__ = "sign_in"

    state_sha256: Mapped[str] = mapped_column(_SHA, primary_key=True)
    next: Mapped[str] = mapped_column(String(2000))  # where the person wanted to go
    started_at: Mapped[datetime] = mapped_column(index=True)


class DocumentRow(Base):
    """An issued document with all that is needed to make it again: one printing of one copy of a notice.

    What has the same ``notice_number`` (that is: series, year and sequence) is one notice.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("series", "year", "sequence", "copy", "printing", "language", name="document_printing"),
        CheckConstraint("status IN ('issued', 'superseded', 'void')", name="document_status"),
        Index("ix_document_case", "case_number"),
        Index("ix_document_case_key", "case_key"),
        Index("ix_document_original", "original"),
        Index("ix_document_notice", "notice_number"),
        Index("ix_document_mailing", "mailing"),
        Index("ix_document_template", "template", "created_by"),
        Index("ix_document_created_by", "created_by", "position"),
        Index("ix_document_issued_on", "issued_on", "position"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, unique=True)  # order of issue, over all series
    number: Mapped[str] = mapped_column(String(60), unique=True)
    series: Mapped[str] = mapped_column(String(100))
    year: Mapped[int] = mapped_column(Integer)
    sequence: Mapped[int] = mapped_column(Integer)
    case_number: Mapped[str] = mapped_column(String(100))
    template: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str | None] = mapped_column(String(100))
    recipient_name: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    issued_on: Mapped[date] = mapped_column(Date)
    pages: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    casefile_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    bundle_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    town_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    town_version: Mapped[str] = mapped_column(String(60))
    engine: Mapped[str] = mapped_column(String(200))
    fonts: Mapped[str] = mapped_column(String(64))  # identity of the font folder
    verify_url: Mapped[str] = mapped_column(Text)
    verify_code: Mapped[str] = mapped_column(String(20), unique=True)
    findings: Mapped[list[Any]]
    notice: Mapped[dict[str, Any]]  # other facts of the office that the document prints (what it supersedes)
    original: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    superseded_by: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None] = mapped_column(Text)  # why it was superseded or voided
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    dates: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # that it sets; None of earlier releases
    case_key: Mapped[str] = mapped_column(Text, server_default="")  # the number, however it is typed
    case_revision: Mapped[int | None] = mapped_column(Integer)  # of the case on record that it was ordered by
    status_at: Mapped[datetime | None]  # when it was superseded or voided
    speaks_of: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None of earlier releases
    notice_number: Mapped[str] = mapped_column(String(60), server_default="")  # without copy, printing, language
    copy: Mapped[int] = mapped_column(Integer, server_default="1")
    printing: Mapped[int] = mapped_column(Integer, server_default="1")
    correction: Mapped[str | None] = mapped_column(String(20))  # clerical, substantive: of what it supersedes
    body_sha256: Mapped[str | None] = mapped_column(_SHA)  # of what all copies say; None of earlier releases
    mail_on: Mapped[date | None] = mapped_column(Date)  # from which its dates count; None: from its own
    mailing: Mapped[str | None] = mapped_column(String(36))  # the mailing it came of, or job
    mail_class: Mapped[str | None] = mapped_column(String(60))  # the class of mail it was ordered for
    window_lines: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # what the envelope shows
    envelope: Mapped[str | None] = mapped_column(String(60))  # profile it was set for; None of earlier releases
    enclosures: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  # ``pipeline.product.Enclosure``


class DocumentIndexRow(Base):
    """What a document is found by. No record: it follows from what is on record, and what is missing or not
    ``whole`` is made from that (``office.issuing.document_index``). Narrow: it is read through for every search."""

    __tablename__ = "document_index"

    position: Mapped[int] = mapped_column(ForeignKey("document.position"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)  # of the recipient, folded
    words: Mapped[str] = mapped_column(Text)  # number, case, name, address, code, folded
    whole: Mapped[bool] = mapped_column(index=True)  # not so for documents of an earlier release: no address yet


class AttachmentRow(Base):
    """A picture that a document was made with."""

    __tablename__ = "attachment"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))


class IdempotencyRow(Base):
    """That a request with this key made that document, packet, job or event of a case."""

    __tablename__ = "idempotency"

    actor: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(_SHA)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    packet_id: Mapped[str | None] = mapped_column(ForeignKey("packet.id"))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("job.id"))
    case_event: Mapped[int | None] = mapped_column(Integer)  # its position
    created_at: Mapped[datetime]


class PacketRow(Base):
    """A packet that was bound and kept. ``sha256`` is that of its first file; ``files`` lists all (name, sha256, …)."""

    __tablename__ = "packet"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, unique=True)
    title: Mapped[str] = mapped_column(Text)
    case_number: Mapped[str | None] = mapped_column(String(100))
    pages: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    plan_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    certificate_sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))  # none before certificates
    copy: Mapped[str] = mapped_column(String(20))
    profile: Mapped[str] = mapped_column(String(60))
    supplements: Mapped[str | None] = mapped_column(String(36))  # id of the packet that this one adds to
    files: Mapped[list[Any]]
    entries: Mapped[list[Any]]
    findings: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))


class JobRow(Base):
    """Long work: waiting, being done, or done. See ``jobs.queue``."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'canceled')", name="job_state"),
        Index("ix_job_state", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, unique=True)  # the order in which jobs were queued
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    case_number: Mapped[str | None] = mapped_column(String(100))
    request_sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    attempts: Mapped[int] = mapped_column(Integer)  # the most of any part
    worker: Mapped[str | None] = mapped_column(String(200))  # the last that took a part
    heartbeat_at: Mapped[datetime | None]
    cancel_asked_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(Integer)  # rises with each part that is begun, over all jobs
    checked: Mapped[int] = mapped_column(Integer)  # letters of ``total``
    done: Mapped[int] = mapped_column(Integer)  # letters, or parts of a plan, of ``total``
    total: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)  # what is being done
    results: Mapped[list[Any]]  # ids of what was made, in order
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobPartRow(Base):
    """A part of a job: what a worker claims. ``outcomes`` are those of its letters, once it is done."""

    __tablename__ = "job_part"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done')", name="job_part_state"),
        CheckConstraint("stage IN ('whole', 'check', 'issue')", name="job_part_stage"),
        Index("ix_job_part_state", "state", "claimable_at"),
    )

    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    first: Mapped[int] = mapped_column(Integer)  # of the job's letters, from 0
    last: Mapped[int] = mapped_column(Integer)  # the one after the last
    attempts: Mapped[int] = mapped_column(Integer)
    worker: Mapped[str | None] = mapped_column(String(200))
    claimable_at: Mapped[datetime]  # queued: not before; running: the end of the lease
    outcomes: Mapped[list[Any]]


class ExhibitRow(Base):
    """A file that was uploaded for packets, wholly or in part; see ``office.binding.kept_exhibits``.

    The one table whose rows are removed: what no job and no packet has used (``kept``) is forgotten after some days.
    """

    __tablename__ = "exhibit"
    __table_args__ = (Index("ix_exhibit_touched", "kept", "touched_at"),)

    owner: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(_SHA, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)  # bytes of the whole file
    complete: Mapped[bool]
    kept: Mapped[bool]
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]  # uploaded, or named by a packet


class ApiKeyRow(Base):
    """An API key: only the hash of its secret is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    hint: Mapped[str] = mapped_column(String(20))  # the first characters, to tell keys apart
    secret_sha256: Mapped[str] = mapped_column(_SHA, unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # from which moment on it works no longer
    last_used_at: Mapped[datetime | None]  # to the hour
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))  # the person it acts for
    officers: Mapped[list[Any] | None]  # ids of the town's officers whose decisions it may bring
