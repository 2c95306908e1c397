"""What the office hands out: previews, and records of what was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from docservice.finding import Finding
from docservice.jobs.job import Job
from docservice.office.means.choices import Correction, DocumentStatus, Role, Scope
from docservice.storage.models import AccountRow, ApiKeyRow, CaseEventRow, DocumentRow, PacketRow
from docservice.town.envelopes import sheets_of

T = TypeVar("T")

JobRecord = Job  # queued work: as the queue knows it


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``total`` counts all pages' items. ``following`` is the place to go on from, if there is."""

    items: tuple[T, ...]
    total: int
    following: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft, kept nowhere. ``html`` is the semantic text; ``pages`` is None for faces without pages."""

    content: bytes = field(repr=False)
    media_type: str
    pages: int | None
    findings: tuple[Finding, ...]
    html: str = field(repr=False)
    title: str
    language: str
    recipient: str | None
    recipient_name: str
    template: str
    version: int
    milliseconds: float
    sha256: str  # of the content


@dataclass(frozen=True, slots=True)
class EnclosureRecord:
    """A form that went with a document. ``sha256`` is the PDF's."""

    key: str
    title: str
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """An issued document: one printing of one copy of a notice. ``sha256`` is the PDF's; ``original`` the id of the
    English document it translates; ``mail_on`` the day from which its dates count, where that is not its own."""

    id: str
    number: str
    case: str
    template: str
    version: int
    language: str
    recipient: str | None
    recipient_name: str
    about: str | None
    title: str
    status: DocumentStatus
    issued_on: date
    pages: int
    sha256: str
    casefile_sha256: str
    bundle_sha256: str
    town_sha256: str
    town_version: str
    engine: str
    supersedes: str | None
    superseded_by: str | None
    original: str | None
    void_reason: str | None
    created_at: datetime
    created_by: str
    findings: tuple[Finding, ...]
    verify_code: str
    notice: str  # the number of the notice that it is a copy of: its own, where there is one copy
    copy: int
    printing: int
    correction: Correction | None
    body_sha256: str | None  # of what all copies of the notice say
    mail_on: date | None
    envelope: str | None = None  # the profile that it was set for; None of earlier releases
    enclosures: tuple[EnclosureRecord, ...] = ()
    replayed: bool = field(default=False, compare=False)  # it was made before, by the same request

    @property
    def sheets(self) -> int:
        """Sheets of paper, printed on both sides: its own and those of its enclosures."""
        return sheets_of(self.pages) + sum(sheets_of(one.pages) for one in self.enclosures)

    @property
    def duplex(self) -> bool:
        """Whether both sides of the paper are printed: they are, of whatever has more than a page."""
        return self.pages > 1


@dataclass(frozen=True, slots=True)
class CaseEventRecord:
    """Something that happened in a case. ``position`` is its place in the order of record; ``corrects`` and
    ``corrected_by`` are those of others."""

    position: int
    case: str
    type: str
    on: date
    subject: str
    data: Mapping[str, Any]
    at: datetime
    actor: str
    corrects: int | None = None
    reason: str | None = None  # of a correction
    corrected_by: int | None = None
    replayed: bool = field(default=False, compare=False)

    def corrected(self, by: int | None) -> CaseEventRecord:
        """It, with the event that took its place."""
        return replace(self, corrected_by=by)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A document rendered again: ``expected`` and ``actual`` are SHA-256 of the PDF."""

    identical: bool
    expected: str
    actual: str
    engine: str
    engine_now: str


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """A template of the catalog, by the version in force today (else its latest; then ``version`` is None)."""

    key: str
    title: str
    document_type: str
    face: Literal["letter", "handout"]
    languages: tuple[str, ...]
    version: int | None


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """A language of the town, and the templates offered in it."""

    tag: str
    name: str
    own_name: str
    direction: Literal["ltr", "rtl"]
    templates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PacketRecord:
    """A bound packet. ``entries`` are its contents as plain values, ``files`` its files (``name, sha256, bytes, pages,
    first, last``); ``sha256`` is that of the first."""

    id: str
    title: str
    case: str | None
    pages: int
    sha256: str
    entries: tuple[Any, ...]
    findings: tuple[Finding, ...]
    created_at: datetime
    created_by: str
    files: tuple[Any, ...] = ()
    certificate_sha256: str | None = None
    copy: str = "full"
    profile: str = "default"
    supplements: str | None = None
    pdf: bytes | None = field(default=None, repr=False)  # there only when it was bound without being kept
    replayed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Link:
    """Who somebody is at the identity provider: the only one there who signs in with the account."""

    issuer: str
    subject: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A person who may sign in: by a password, or through the identity provider. ``login`` is lower-case and never
    changes."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    has_password: bool
    password_changed_at: datetime | None
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class ApiKeyRecord:
    """An API key, without its secret; ``hint`` is the secret's beginning. ``account`` is the person it acts for.

    It works until ``expires_at`` (None: for good), unless it is revoked. ``last_used_at`` is right to the hour.
    """

    id: str
    name: str
    hint: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    account: AccountRecord | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = field(default=None, compare=False)
    officers: tuple[str, ...] = ()  # whose decisions it may bring

    def state(self, now: datetime) -> Literal["in use", "expired", "revoked"]:
        """Whether it works at a moment, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "in use"


def document_record(row: DocumentRow) -> DocumentRecord:
    """The record of a row."""
    return DocumentRecord(
        id=row.id,
        number=row.number,
        case=row.case_number,
        template=row.template,
        version=row.version,
        language=row.language,
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        about=row.about,
        title=row.title,
        status=row.status,  # type: ignore[arg-type]
        issued_on=row.issued_on,
        pages=row.pages,
        sha256=row.sha256,
        casefile_sha256=row.casefile_sha256,
        bundle_sha256=row.bundle_sha256,
        town_sha256=row.town_sha256,
        town_version=row.town_version,
        engine=row.engine,
        supersedes=row.supersedes,
        superseded_by=row.superseded_by,
        original=row.original,
        void_reason=row.reason if row.status == "void" else None,
        created_at=row.created_at,
        created_by=row.created_by,
        findings=tuple(map(Finding.from_plain, row.findings)),
        verify_code=row.verify_code,
        notice=row.notice_number,
        copy=row.copy,
        printing=row.printing,
        correction=row.correction,  # type: ignore[arg-type]
        body_sha256=row.body_sha256,
        mail_on=row.mail_on,
        envelope=row.envelope,
        enclosures=tuple(
            EnclosureRecord(one["key"], one["title"], one["pages"], one["sha256"]) for one in row.enclosures or ()
        ),
    )


def case_event_record(row: CaseEventRow, number: str) -> CaseEventRecord:
    """The record of a row; ``number`` is its case's."""
    return CaseEventRecord(
        row.position, number, row.type, row.on, row.subject, row.data, row.at, row.actor, row.corrects, row.reason
    )  # fmt: skip


def packet_record(row: PacketRow) -> PacketRecord:
    """The record of a row."""
    return PacketRecord(
        row.id, row.title, row.case_number, row.pages, row.sha256, tuple(row.entries),
        tuple(map(Finding.from_plain, row.findings)), row.created_at, row.created_by,
        tuple(row.files) or (_only_file(row),), row.certificate_sha256, row.copy, row.profile, row.supplements,
    )  # fmt: skip


def _only_file(row: PacketRow) -> dict[str, Any]:
    """The file of a packet of before there were volumes."""
    return {"name": f"packet-{row.id}.pdf", "sha256": row.sha256, "bytes": None, "pages": row.pages, "first": "1",
            "last": str(row.pages)}  # fmt: skip


def key_record(row: ApiKeyRow, account: AccountRow | None = None) -> ApiKeyRecord:
    """The record of a row."""
    return ApiKeyRecord(
        row.id, row.name, row.hint, tuple(row.scopes), row.created_at, row.created_by, row.revoked_at,
        account_record(account) if account is not None else None, row.expires_at, row.last_used_at,
        tuple(row.officers or ()),
    )  # fmt: skip


def account_record(row: AccountRow) -> AccountRecord:
    """The record of a row."""
    link = None
    if row.issuer is not None and row.subject is not None and row.linked_at is not None:
        link = Link(row.issuer, row.subject, row.linked_at)
    return AccountRecord(
        row.id, row.login, row.name, tuple(row.roles), row.password_hash is not None, row.password_changed_at,
        row.created_at, row.created_by, row.disabled_at, link,
    )  # fmt: skip
