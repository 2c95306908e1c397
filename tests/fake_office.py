"""A small office for tests of the API, the pages and the command line: records in a list, no typesetting.

It keeps the contract of ``docservice.office.facade`` as far as those rooms use it. The letter it makes says
what was ordered; a casefile with ``"refuse": true`` fails its checks; one with ``"crash": true`` is a defect of ours.
"""

from __future__ import annotations

import atexit
import hashlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from docservice import shipped
from docservice.finding import Finding
from docservice.jobs.job import Job
from docservice.media_types import MEDIA_TYPES
from docservice.office.cases.values import Feed
from docservice.office.means.records import Page
from docservice.office.means.versions import VersionRecord
from docservice.office.review.handout_list import ListedHandout
from docservice.office.review.handout_search import FoundHandout
from docservice.office.review.looking import Standings
from docservice.packets import plan as plans
from docservice.packets.forums.profiles import PROFILES
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.town import load_pack
from docservice.town.look import Appearance, Colors, TownLook
from docservice.town.pack import TownPack

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Template:
    key: str
    title: str
    face: str = "letter"
    document_type: str = "letter"
    languages: tuple[str, ...] = ("en", "es")
    version: int = 1


@cache
def rules() -> TownPack:
    """The rules of the town that ships, read once."""
    return load_pack(shipped.folder("town") / "madrona-hills")


def version_record(template: str, number: int, effective_on: date = date(2026, 1, 1)) -> VersionRecord:
    return VersionRecord(
        template=template, number=number, status="approved", title="A letter", document_type="letter", face="letter",
        languages=("en",), sha256="b" * 64, effective_on=effective_on, author="ana", approver="ben", created_at=NOW,
        approved_at=NOW, withdrawn_at=None, withdrawn_reason=None,
    )  # fmt: skip


class FakeReview:
    """Versions can be looked at; every step finds no such version (tests/api/test_reviews.py has a real office)."""

    def __init__(self, office: FakeOffice) -> None:
        self.office = office

    @property
    def translations(self) -> FakeTranslations:
        return FakeTranslations()

    def versions(self, key: str, on: date | None = None) -> tuple[Standings, ...]:
        return (Standings(self.office.version(key, 1), "in_force"),)

    def version(self, key: str, number: int, on: date | None = None) -> Standings:
        return Standings(self.office.version(key, number), "in_force")

    def record(self, key: str, number: int) -> VersionRecord:
        return self.office.version(key, number)

    def records(self, key: str) -> tuple[VersionRecord, ...]:
        return self.office.versions(key)

    def templates(self) -> tuple[Template, ...]:
        return self.office.templates()

    def handouts(self, language: str = "en") -> tuple[ListedHandout, ...]:
        return tuple(
            ListedHandout(t.key, t.title, f"{t.title}?", language if language in t.languages else "en", "yard",
                          t.languages, "illustration.svg")
            for t in self.office.templates() if t.face == "handout"
        )  # fmt: skip

    def found_handouts(self, words: str, language: str = "en") -> tuple[FoundHandout, ...]:
        found = (one for one in self.handouts(language) if words.casefold() in one.title.casefold())
        return tuple(FoundHandout(one, "") for one in found)

    def handout_picture(self, key: str) -> tuple[bytes, str]:
        if not any(one.key == key for one in self.handouts()):
            raise Refusal("handout.picture", "There is no such picture.", kind="missing")
        return b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"

    def languages(self) -> tuple[Any, ...]:
        return self.office.languages()

    def add_template(self, folder: Path, **given: Any) -> VersionRecord:
        return self.office.add_template(folder, **given)

    def lint_folder(self, folder: Path) -> tuple[Finding, ...]:
        return self.office.lint(folder)

    def __getattr__(self, step: str) -> Any:
        def missing(*arguments: Any, **more: Any) -> Any:
            raise Refusal("template.unknown", f"There is no such version to {step}.", kind="missing")

        return missing


class FakeTranslations:
    """Nothing is translated; every step finds no such version (tests/api/test_translations.py has a real office)."""

    def overview(self, template: str | None = None, language: str | None = None) -> tuple[Any, ...]:
        return ()

    def __getattr__(self, step: str) -> Any:
        return getattr(FakeReview(None), step)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Key:
    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime = NOW
    revoked_at: datetime | None = None
    account: Any = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    officers: tuple[str, ...] = ()

    def state(self, now: datetime) -> str:
        return "revoked" if self.revoked_at else "in use"


@dataclass(frozen=True)
class Record:
    id: str
    number: str
    case: str
    template: str
    language: str
    recipient: str | None
    recipient_name: str
    title: str
    issued_on: date
    sha256: str
    version: int = 1
    status: str = "issued"
    pages: int = 1
    sheets: int = 1
    duplex: bool = False
    casefile_sha256: str = "c" * 64
    bundle_sha256: str = "b" * 64
    town_version: str = "2026"
    town_sha256: str = "e" * 64
    engine: str = "fake 1"
    supersedes: str | None = None
    superseded_by: str | None = None
    original: str | None = None
    void_reason: str | None = None
    created_at: datetime = NOW
    findings: tuple[Finding, ...] = ()
    verify_code: str = ""
    notice: str = ""
    copy: int = 1
    printing: int = 1
    correction: str | None = None
    body_sha256: str | None = None
    mail_on: date | None = None
    enclosures: tuple[Any, ...] = ()
    replayed: bool = False
    about: str | None = None
    created_by: str = "test"


class Room:
    """A room of the office: its names, and the methods of the fake that answer to them."""

    def __init__(self, office: FakeOffice, names: Mapping[str, str] = MappingProxyType({}), **parts: Any) -> None:
        self._office, self._names = office, names
        self.__dict__.update(parts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._office, self._names.get(name, name))


class NoCases:
    """There is no case on record; ``test_cases`` has a real office."""

    def search(self, **_: Any) -> Any:
        return Page((), 0)

    def feed(self, position: int, **_: Any) -> Any:
        return Feed((), position, False)

    def put_by(self, number: str) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        def missing(*_: Any, **__: Any) -> Any:
            raise Refusal("case.unknown", "There is no such case.", kind="missing")

        return missing


class NoExhibits:
    """Nobody has uploaded anything, and nobody can; ``test_exhibits`` has a real office."""

    def __getattr__(self, name: str) -> Any:
        def missing(*_: Any, **__: Any) -> Any:
            raise Refusal("exhibit.unknown", "There is no exhibit.", kind="missing")

        return missing


@dataclass
class FakeOffice:
    """Everything in memory."""

    single_sign_on: Any = None
    first_start: Any = field(default_factory=lambda: SimpleNamespace(waiting=False))
    exhibits: Any = field(default_factory=NoExhibits)
    cases: Any = field(default_factory=NoCases)
    archive: Any = field(default_factory=lambda: SimpleNamespace(ready=lambda: None, numbers_open=lambda: 3))
    warmth: Any = field(default_factory=lambda: SimpleNamespace(processes=2, warm=1, under_way=False))

    records: list[Record] = field(default_factory=list)
    bytes_of: dict[tuple[str, str], bytes] = field(default_factory=dict)
    kept_keys: dict[str, Key] = field(default_factory=dict)
    idempotency: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    bound: list[Any] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    identical: bool = True
    public_url: str = ""
    dates: dict[str, str] = field(default_factory=dict)  # that every document sets, by name
    means: Any = field(default_factory=lambda: SimpleNamespace(today=lambda: TODAY, clock=lambda: NOW))
    queued: list[Any] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    town: Any = field(
        default_factory=lambda: SimpleNamespace(
            identity=SimpleNamespace(
                name="Town of Testing", office="Code Compliance Office", address=("1 Test Way", "Testing, CA 95999"),
                phone="(555) 555-0100", tty="711", hours="Monday to Friday, 9 to 4.", email="code@testing.example",
                time_zone="America/Los_Angeles", public_address="https://docs.testing.example",
            ),
            look=TownLook(), appearance=Appearance(None, Colors(), ()), catalogs={},
            languages=tuple(one for one in rules().languages if one.tag in ("en", "es", "zh-Hant", "ar")),
            **{name: getattr(rules(), name) for name in ("document_types", "deadlines", "help", "payment", "hearing")},
        )
    )  # fmt: skip

    @property
    def settings(self) -> Any:
        return SimpleNamespace(public_url=self.public_url, per_page=50)

    def templates(self) -> tuple[Template, ...]:
        return (
            Template("courtesy-letter", "Courtesy letter"),
            Template("notice-of-violation", "Notice of violation", document_type="notice-of-violation"),
            Template("fences-and-hedges", "Fences and hedges", "handout", "handout", ("en", "es", "zh-Hant", "ar")),
        )

    def template(self, key: str) -> Template:
        for template in self.templates():
            if template.key == key:
                return template
        raise Refusal("template.unknown", f"There is no template “{key}”.", kind="missing")

    def languages(self) -> tuple[Any, ...]:
        names = {"en": "English", "es": "Spanish", "zh-Hant": "Traditional Chinese", "ar": "Arabic"}
        return tuple(
            SimpleNamespace(
                tag=tag, name=name, own_name=name, direction="rtl" if tag == "ar" else "ltr",
                templates=tuple(t.key for t in self.templates() if tag in t.languages),
            )
            for tag, name in names.items()
        )  # fmt: skip

    @property
    def issuing(self) -> Any:
        return Room(self)

    @cached_property
    def binding(self) -> Any:
        names = {
            "find": "find_packets",
            "file": "packet_file",
            "pdf": "packet_pdf",
            "certificate": "packet_certificate",
        }
        return Room(self, {**names, "verify": "verify_packet"}, exhibits=self.exhibits, forums=PROFILES)

    @property
    def jobs(self) -> Any:
        names = {"listed": "queued_jobs", "find": "queued_job", "cancel": "cancel_job", "is_by_case": "queued_by_case"}
        return Room(self, names, mailings=SimpleNamespace(issue=self._mail))

    @property
    def people(self) -> Any:
        names = {
            "add": "add_key",
            "rotate": "rotate_key",
            "working": "key_for",
            "listed": "every_key",
            "revoke": "revoke_key",
        }
        return Room(self, keys=Room(self, names))

    @property
    def review(self) -> FakeReview:
        return FakeReview(self)

    def versions(self, key: str) -> tuple[VersionRecord, ...]:
        return (version_record(self.template(key).key, 1),)

    def version(self, key: str, number: int) -> VersionRecord:
        if number != 1:
            raise Refusal("template.unknown_version", f"{key} has no version {number}.", kind="missing")
        return self.versions(key)[0]

    def add_template(self, folder: Path, *, effective_on: date, actor: str, approved_by: str = "") -> VersionRecord:
        return version_record(folder.name, 2, effective_on)

    def lint(self, folder: Path) -> tuple[Finding, ...]:
        return ()

    def recipients(self, order: Order) -> tuple[str, ...]:
        return tuple(str(party["id"]) for party in order.casefile.get("parties", ()))

    def to_everyone(self, order: Order) -> tuple[Order, ...]:
        return tuple(replace(order, recipient=one) for one in self.recipients(order))

    def _check(self, order: Order) -> tuple[Finding, ...]:
        self.template(order.template)
        if order.casefile.get("crash"):
            raise RuntimeError("/secret/path leaked")
        problems = [
            Finding.error("casefile.required", "Missing data for required field.", f"/{name}")
            for name in ("case",)
            if name not in order.casefile
        ]
        if problems:
            raise Refusal("casefile.invalid", "One thing is wrong with the casefile.", problems)
        if order.casefile.get("refuse"):
            return (Finding("checks.cap", "error", "The fine is over its cap.", "/citations/0/fine"),)
        return (Finding("checks.note", "warning", "TownLook at this.", ""),)

    def preview(self, order: Order, face: str = "pdf") -> Any:
        self.orders.append(order)
        findings = self._check(order)
        content = self._render(order, face, "draft")
        return SimpleNamespace(
            content=content, sha256=hashlib.sha256(content).hexdigest(), media_type=MEDIA_TYPES[face], pages=1,
            findings=findings, html="<article>draft</article>", language=order.language or "en",
            recipient=order.recipient or "p1", template=order.template, version=1, milliseconds=1.5,
        )  # fmt: skip

    def _render(self, order: Order, face: str, number: str) -> bytes:
        text = f"{number} {order.template} to {order.recipient} in {order.language}"
        return {"pdf": b"%PDF-1.7 ", "docx": b"PK\x03\x04 ", "html": b"<!doctype html>"}[face] + text.encode()

    def issue(self, order: Order, *, actor: str, idempotency_key: str | None = None, **more: Any) -> Record:
        self.orders.append(order)
        if idempotency_key is not None and (actor, idempotency_key) in self.idempotency:
            fingerprint, known = self.idempotency[actor, idempotency_key]
            if fingerprint != order.fingerprint():
                raise Refusal("idempotency.reused", "This key was used for another order.")
            return replace(self.document(known), replayed=True)
        findings = self._check(order)
        errors = [f for f in findings if f.severity == "error"]
        if errors:
            problems = [Finding.error(f.code, f.message, f.place) for f in errors]
            raise Refusal("checks.failed", "The checks refuse this document.", problems)
        number = f"NOV-2026-{len(self.records) + 1:04d}"
        content = {face: self._render(order, face, number) for face in ("pdf", "docx", "html")}
        record = Record(
            id=str(uuid.uuid4()), number=number, case=str(order.casefile["case"].get("number", "")),
            template=order.template, language=order.language or "en", recipient=order.recipient or "p1",
            recipient_name="Pat Owner", title="Notice about Pat Owner", issued_on=order.on or TODAY,
            sha256=hashlib.sha256(content["pdf"]).hexdigest(), notice=number,
            verify_code=f"CODE{len(self.records):04d}",
            findings=findings, created_by=actor, **more,
        )  # fmt: skip
        self.records.append(record)
        self.bytes_of.update({(record.id, face): data for face, data in content.items()})
        if idempotency_key is not None:
            self.idempotency[actor, idempotency_key] = (order.fingerprint(), record.id)
        return record

    def _mail(self, orders: Any, *, mode: str, actor: str) -> list[Any]:
        made: list[Any] = []
        if mode == "all_or_none" and any(f.severity == "error" for order in orders for f in self._check(order)):
            raise Refusal("checks.failed", "The checks refuse a letter of this mailing; none was issued.")
        for order in orders:
            try:
                made.append(self.issue(order, actor=actor))
            except Refusal as refusal:
                made.append(refusal)
        return made

    def _change(self, id: str, **values: Any) -> Record:
        old = self.document(id)
        if old.status != "issued":
            raise Refusal("document.not_issued", f"{old.number} is {old.status}.", kind="conflict")
        new = replace(old, **values)
        self.records[self.records.index(old)] = new
        return new

    def void(self, id: str, *, reason: str, actor: str) -> Record:
        return self._change(id, status="void", void_reason=reason)

    def supersede(
        self, id: str, order: Order, *, reason: str, actor: str, idempotency_key: str | None = None,
        precondition: Any = None, correction: str | None = None,
    ) -> Record:  # fmt: skip
        if (actor, idempotency_key) not in self.idempotency and precondition is not None:
            precondition(self.document(id))
        elif (actor, idempotency_key) in self.idempotency:
            return self.issue(order, actor=actor, idempotency_key=idempotency_key)
        new = self.issue(order, actor=actor, idempotency_key=idempotency_key, supersedes=self.document(id).id)
        self._change(id, status="superseded", superseded_by=new.id)
        return new

    def documents(self, *, page: int = 1, per_page: int = 50, before: int | None = None, **wanted: Any) -> Any:
        exact = {"issued_by": "created_by"}
        named = {k: v for k, v in wanted.items() if v is not None and k not in ("q", "name")}
        found = [
            (place, record)
            for place, record in reversed(list(enumerate(self.records)))
            if all(getattr(record, exact.get(k, k)) == v for k, v in named.items())
            and (wanted.get("q") or "").casefold() in f"{record.number} {record.case}".casefold()
        ]
        rest = [one for one in found if one[0] < before] if before is not None else found[(page - 1) * per_page :]
        shown = rest[:per_page]
        following = shown[-1][0] if len(rest) > per_page else None
        return SimpleNamespace(items=tuple(record for _, record in shown), total=len(found), following=following)

    def describe(self, records: Any, issued_by: str | None = None) -> Any:
        dates = tuple({"name": name, "title": name, "date": day} for name, day in self.dates.items())
        return [SimpleNamespace(record=record, dates=dates, copies=1, documents_of_case=1) for record in records]

    def document(self, id_or_number: str) -> Record:
        for record in self.records:
            if id_or_number in (record.id, record.number):
                return record
        raise Refusal("document.unknown", f"There is no document “{id_or_number}”.", kind="missing")

    def verify(self, code: str) -> Record:
        for record in self.records:
            if record.verify_code == code:
                return record
        raise Refusal("document.unknown", "No document carries this code.", kind="missing")

    def face(self, id: str, face: str) -> tuple[bytes, str]:
        return self.bytes_of[self.document(id).id, face], MEDIA_TYPES[face]

    def reproduce(self, id: str) -> Any:
        expected = self.document(id).sha256
        return SimpleNamespace(identical=self.identical, expected=expected, actual=expected if self.identical else "0")

    def handout(self, key: str, language: str, face: str, on: date | None = None) -> Any:
        if self.template(key).face != "handout":
            raise Refusal("template.no_handout", f"{key} is no handout.", kind="missing")
        if language not in self.template(key).languages:
            raise Refusal("language.unavailable", f"{key} is not offered in {language}.", kind="missing")
        public = self.town.identity.public_address
        content = {
            "html": f"<!doctype html><html lang={language}><style>p{{color:#111}}</style><p>Fences</p>"
            f'<a href="{public}/handouts/{key}/ar">{public}/handouts/{key}/ar</a>',
            "pdf": "%PDF-1.7 handout",
            "docx": "PK\x03\x04 handout",
        }[face].encode()
        return SimpleNamespace(
            content=content, media_type=MEDIA_TYPES[face], pages=1, findings=(), language=language,
            template=key, version=1, milliseconds=1.0, recipient=None, html="",
            sha256=hashlib.sha256(content).hexdigest(),
        )  # fmt: skip

    def bind(
        self, plan: Any, files: Mapping[str, Any], *, actor: str, keep: bool = True, copy: str = "full",
        exhibits: Mapping[str, str] | None = None, progress: Any = None, idempotency_key: str | None = None,
    ) -> Any:  # fmt: skip
        absent = [path for path in plan.paths() if path not in {**files, **(exhibits or {})}]
        if absent:
            problems = [
                Finding.error("packet.file", f"The file {path} was not sent.", "/parts/1/file") for path in absent
            ]
            raise Refusal("packet.file", "Files are missing.", problems)
        packet = SimpleNamespace(
            id=str(uuid.uuid4()), title=plan.title, case=plan.case, pages=3, sha256="d" * 64, findings=(),
            entries=({"title": "Noise log", "first_page": 3, "pages": 1, "label": "A", "kind": "exhibit"},),
            created_at=NOW, replayed=False, copy=copy, profile="default", supplements=None, certificate_sha256="c" * 64,
            files=({"name": "CE-1.pdf", "sha256": "d" * 64, "bytes": 52, "pages": 3, "first": "1", "last": "3"},),
        )  # fmt: skip
        self.bound.append(packet)
        return packet

    def packets(self) -> tuple[Any, ...]:
        return tuple(self.bound)

    def find_packets(self, *, case: str | None = None, page: int = 1, per_page: int = 50) -> Any:
        found = [packet for packet in reversed(self.bound) if case in (None, packet.case)]
        start = (page - 1) * per_page
        return SimpleNamespace(items=tuple(found[start : start + per_page]), total=len(found))

    def packet(self, id: str) -> Any:
        for packet in self.bound:
            if packet.id == id:
                return packet
        raise Refusal("packet.unknown", f"There is no packet “{id}”.", kind="missing")

    def packet_pdf(self, id: str) -> bytes:
        return b"%PDF-1.7 packet " + self.packet(id).id.encode()

    def packet_file(self, id: str, name: str | None = None) -> Path:
        path = Path(tempfile.gettempdir()) / f"docservice-fake-{id}.pdf"
        path.write_bytes(self.packet_pdf(id))
        atexit.register(path.unlink, missing_ok=True)
        return path

    def packet_certificate(self, id: str) -> dict[str, Any]:
        return {"certificate": 1, "files": list(self.packet(id).files)}

    def verify_packet(self, files: Mapping[str, Path], *, certificate: Any = None, packet: str | None = None) -> Any:
        if packet is not None:
            self.packet(packet)
        return SimpleNamespace(
            sound=True, pages=3, links=0, bookmarks=1, labels=0, findings=(), packet=packet,
            certificate={"title": "", "case": "", "on": "", "fingerprint": ""},
        )  # fmt: skip

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)

    def _queue(self, kind: str, title: str, total: int, actor: str) -> Any:
        job = Job(
            id=str(uuid.uuid4()), kind=kind, state="queued", title=title, case="CE-2026-0001", request="e" * 64,  # type: ignore[arg-type]
            attempts=0, worker=None, heartbeat_at=None, cancel_asked=False, checked=0, done=0, total=total, label="",
            results=(), problem=None, created_at=NOW, created_by=actor, started_at=None, finished_at=None,
            position=len(self.queued) + 1,
        )  # fmt: skip
        self.queued.append(job)
        return job

    def queue_letters(
        self, order: Order, *, everyone: bool, actor: str, mode: str = "all_or_none", idempotency_key: str | None = None
    ) -> Any:  # fmt: skip
        self.orders.append(order)
        self.modes.append(mode)
        return self._queue("letters", "Notice", len(self.recipients(order)) if everyone else 1, actor)

    def queue_packet(
        self,
        plan: Mapping[str, Any],
        files: Mapping[str, bytes],
        *,
        actor: str,
        copy: str = "full",
        exhibits: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        read = plans.load(plan)
        return self._queue("packet", read.title, len(read.parts) + 1, actor)

    def queued_by_case(self, job: Any) -> bool:
        return False

    def queued_jobs(
        self, *, state: str | None = None, kind: str | None = None, case: str | None = None, by: str | None = None,
        before: int | None = None, last: int = 100,
    ) -> tuple[Any, ...]:  # fmt: skip
        return tuple(
            job
            for job in reversed(self.queued)
            if state in (None, job.state) and kind in (None, job.kind) and case in (None, job.case)
            and by in (None, job.created_by) and (before is None or job.position < before)
        )[:last]  # fmt: skip

    def queued_job(self, id: str) -> Any:
        for job in self.queued:
            if job.id == id:
                return job
        raise Refusal("job.unknown", f"There is no job “{id}”.", kind="missing")

    def cancel_job(self, id: str, *, actor: str) -> Any:
        job = self.queued_job(id)
        if job.finished_at is not None:
            raise Refusal("job.finished", f"The job is {job.state} already.", kind="conflict")
        return self.end_job(id, state="canceled")

    def end_job(self, id: str, **values: Any) -> Any:
        job = self.queued_job(id)
        self.queued[self.queued.index(job)] = replace(job, finished_at=NOW, **values)
        return self.queued_job(id)

    def add_key(
        self, name: str, scopes: tuple[str, ...], actor: str, account: str | None = None, expires: date | None = None,
        officers: tuple[str, ...] = (),
    ) -> tuple[Key, str]:  # fmt: skip
        secret = f"secret-{name}-{len(self.kept_keys)}"
        self.kept_keys[secret] = Key(str(uuid.uuid4()), name, tuple(scopes), officers=officers)
        return self.kept_keys[secret], secret

    def key_for(self, secret: str) -> Key | None:
        key = self.kept_keys.get(secret)
        return key if key and not key.revoked_at else None

    def every_key(self) -> tuple[Key, ...]:
        return tuple(self.kept_keys.values())

    def revoke_key(self, id: str, *, actor: str = "operator") -> Key:
        for secret, key in self.kept_keys.items():
            if key.id == id:
                self.kept_keys[secret] = replace(key, revoked_at=NOW)
                return self.kept_keys[secret]
        raise Refusal("key.unknown", f"There is no key “{id}”.", kind="missing")

    def close(self) -> None:
        pass
