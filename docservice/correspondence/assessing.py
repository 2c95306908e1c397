"""Is a version fit to be approved? Lint, the statutory checklist, its samples in every language and face, and what it
would break.

The samples go through the same pipeline as every order (``correspondence.production``), under the rules in force on the
day the version is to take force. Nothing is kept: a version is frozen, so the answer can be had again.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.catalog import container
from docservice.catalog.breaking import Break, breaks
from docservice.catalog.bundle import Bundle
from docservice.catalog.checklist import Checklist, checklist
from docservice.catalog.lint import LintFinding
from docservice.catalog.standing import pick_in_force
from docservice.catalog.versions import VersionRecord
from docservice.checks.translation import UNAPPROVED
from docservice.correspondence import freezing, languages, pinning, production
from docservice.correspondence.choices import Face
from docservice.correspondence.pinning import PinnedPack
from docservice.correspondence.production import HandoutTask, Task
from docservice.correspondence.shop import Shop
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow

LETTER_FACES: tuple[Face, ...] = ("pdf", "docx", "html")
HANDOUT_FACES: tuple[Face, ...] = ("pdf", "html")
_NUMBER = "SAMPLE-0000"
_NO_USE = ("render.timeout", "render.memory")  # the next sample would end there too


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample in one language and face; ``findings`` are errors and warnings, empty when it came out well."""

    name: str
    language: str
    face: Face
    findings: tuple[LintFinding, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who issued from a template: ``key:NAME``, ``account:LOGIN``, ``cli:USER``."""

    actor: str
    documents: int
    last_issued_at: datetime


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is to be said about a version before it is approved. ``against`` is the version in force it was held to."""

    template: str
    number: int
    sha256: str
    findings: tuple[LintFinding, ...]  # of lint, checklist and samples; errors first
    checklist: Checklist
    samples: tuple[Sample, ...]
    against: int | None
    breaks: tuple[Break, ...]
    clients: tuple[Client, ...]
    milliseconds: float
    open_comments: int = 0  # said and not resolved; the approver weighs them

    @property
    def errors(self) -> tuple[LintFinding, ...]:
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[LintFinding, ...]:
        return tuple(f for f in self.findings if f.severity == "warning")


def assess(shop: Shop, version: VersionRecord, listed: tuple[VersionRecord, ...], on: date) -> Assessment:
    """Assess ``version``, one of ``listed`` of its template, as if it took force on ``on``."""
    started = time.perf_counter()
    edition = pinning.edition_in_force(shop.editions, on)
    # With the translations that hold today: they are approved apart from the English.
    bundle = languages.whole(shop, version, listed)
    held = samples_of(shop, version)
    wanted = checklist(bundle, edition.pack)
    rendered = tuple(_render(shop, bundle, edition, held, on))
    findings = [*freezing.judged(shop, bundle, held), *_missing(wanted), *_without_samples(bundle, held)]
    findings += [finding for sample in rendered for finding in sample.findings]
    unique = sorted(dict.fromkeys(findings), key=lambda f: f.severity != "error")
    current = pick_in_force([v for v in listed if v.number != version.number], on)
    broken = breaks(languages.whole(shop, current, listed), bundle) if current is not None else ()
    with shop.store.database.reading() as session:
        found = clients(session, version.template)
    elapsed = (time.perf_counter() - started) * 1000
    return Assessment(
        version.template, version.number, version.sha256, tuple(unique), wanted, rendered,
        current.number if current is not None else None, broken, found, elapsed,
    )  # fmt: skip


def standing_findings(shop: Shop, version: VersionRecord, on: date) -> tuple[LintFinding, ...]:
    """What lint and the checklist find, without rendering anything; errors first."""
    bundle, edition = shop.bundle(version.sha256), pinning.edition_in_force(shop.editions, on)
    found = (*freezing.judged(shop, bundle, samples_of(shop, version)), *_missing(checklist(bundle, edition.pack)))
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def standing_errors(shop: Shop, version: VersionRecord, on: date) -> tuple[LintFinding, ...]:
    """What lint and the checklist refuse, without rendering anything."""
    return tuple(finding for finding in standing_findings(shop, version, on) if finding.severity == "error")


def clients(session: Session, template: str) -> tuple[Client, ...]:
    """Who issued documents from a template, the latest first."""
    query = (
        select(DocumentRow.created_by, func.count(), func.max(DocumentRow.created_at).label("last"))
        .where(DocumentRow.template == template)
        .group_by(DocumentRow.created_by)
    )
    found = [Client(actor, count, last) for actor, count, last in session.execute(query)]
    return tuple(sorted(found, key=lambda client: client.last_issued_at, reverse=True))


def samples_of(shop: Shop, version: VersionRecord) -> Mapping[str, bytes]:
    """The samples that a version came with, by file name."""
    if version.samples_sha256 is None:
        return {}
    return container.unpack(shop.store.blobs.read(version.samples_sha256))


def _missing(wanted: Checklist) -> Iterator[LintFinding]:
    for item in wanted.missing:
        if item.kind == "block":
            message = f"the required block “{item.name}” is nowhere in the wording"
            yield LintFinding("checklist.block", "error", message, "template.yaml:1")
        else:
            message = f"the statement “{item.title}” is nowhere in the wording ({item.citation})"
            yield LintFinding("checklist.statement", "error", message, "template.yaml:1")


def _without_samples(bundle: Bundle, held: Mapping[str, bytes]) -> Iterator[LintFinding]:
    if bundle.meta.face == "letter" and not held:
        message = "there is no sample casefile, so nobody can see what this letter looks like"
        yield LintFinding("sample.none", "error", message, "samples:1")


def _render(shop: Shop, bundle: Bundle, edition: PinnedPack, held: Mapping[str, bytes], on: date) -> Iterator[Sample]:
    if bundle.meta.face == "handout":
        for language in bundle.languages:
            for face in HANDOUT_FACES:
                yield Sample("", language, face, _handout(shop, bundle, edition, language, face, on))
        return
    for name, content in sorted(held.items()):
        try:
            order, snapshot, case = _order(content)
        except (Refusal, ValueError, AttributeError):
            continue  # lint says so
        for language in bundle.languages:
            for face in LETTER_FACES:
                findings = _letter(shop, bundle, edition, name, order, snapshot, case, language, face, on)
                yield Sample(name, language, face, findings)
                if any(finding.code in _NO_USE for finding in findings):
                    return


def _order(content: bytes) -> tuple[dict[str, Any], bytes, Casefile]:
    data = json.loads(content)
    order = dict(data.pop("_order", {}))
    return order, casefiles.canonical(data), casefiles.load(data)


def _letter(
    shop: Shop, bundle: Bundle, edition: PinnedPack, name: str, order: Mapping[str, Any], snapshot: bytes,
    case: Casefile, language: str, face: Face, on: date,
) -> tuple[LintFinding, ...]:  # fmt: skip
    photos = {photo: _gray() for photo in _photos(json.loads(snapshot))}
    attachments = {photo: hashlib.sha256(data).hexdigest() for photo, data in photos.items()}
    sha256 = hashlib.sha256(snapshot).hexdigest()
    given = order.get("on")
    try:
        task = Task(
            bundle=bundle.sha256, pack=edition.sha256, casefile=sha256, recipient=order.get("recipient"),
            language=language, on=date.fromisoformat(given) if given else on, about=order.get("about"),
            number=_NUMBER, verify_url=shop.verify_url(edition, "SAMPLE"), fonts_home=shop.settings.fonts_home,
            fonts_search=shop.settings.fonts, attachments=attachments,
        )  # fmt: skip
        if bundle.meta.document_type not in edition.pack.document_types:
            message = f"the town's rules ({edition.pack.version}) know no document type {bundle.meta.document_type}"
            return (LintFinding("template.document_type", "error", message, "template.yaml:1"),)
        parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data, sha256: snapshot}
        parts |= {attachments[photo]: data for photo, data in photos.items()}
        if (pool := shop.pool_for(bundle, face)) is not None:
            product = pool.call(production.produce, parts, task, face)
        else:
            production.keep_parsed(bundle=bundle, pack=(edition.sha256, edition.pack), casefile=(sha256, case))
            product = production.produce(parts, task, face)
    except (Refusal, ValueError, TypeError) as error:
        return _refused(error, f"samples/{name} ({language}, {face})")
    where = f"samples/{name} ({language}, {face})"
    # A translation that has to wait for its approval keeps nobody from approving the English.
    return tuple(
        LintFinding(f.code, "warning" if f.code == UNAPPROVED else f.severity, f.message, where)
        for f in product.findings
    )


def _handout(
    shop: Shop, bundle: Bundle, edition: PinnedPack, language: str, face: Face, on: date
) -> tuple[LintFinding, ...]:
    task = HandoutTask(
        bundle=bundle.sha256, pack=edition.sha256, language=language,
        url=f"{edition.pack.identity.website.rstrip('/')}/handouts/{bundle.key}/{language}", revised_on=on,
        fonts_home=shop.settings.fonts_home, fonts_search=shop.settings.fonts,
    )  # fmt: skip
    parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data}
    try:
        if shop.pool is not None:
            shop.pool.call(production.produce_handout, parts, task, face)
        else:
            production.keep_parsed(bundle=bundle, pack=(edition.sha256, edition.pack))
            production.produce_handout(parts, task, face)
    except Refusal as refusal:
        return _refused(refusal, f"handout ({language}, {face})")
    return ()


def _refused(error: Refusal | ValueError | TypeError, where: str) -> tuple[LintFinding, ...]:
    if not isinstance(error, Refusal):
        return (LintFinding("sample.order", "error", f"its _order cannot be read: {error}", where),)
    problems = error.problems or ()
    if not problems:
        return (LintFinding(error.code, "error", error.message, where),)
    return tuple(LintFinding(p.code, "error", str(p), where) for p in problems)


def _photos(value: Any) -> Iterator[str]:
    """The picture files that a casefile names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "file" and isinstance(inner, str):
                yield inner
            else:
                yield from _photos(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _photos(inner)


@cache
def _gray() -> bytes:
    """What stands in for a photograph: a sample brings none."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (640, 480), (200, 200, 200)).save(stream, "JPEG")
    return stream.getvalue()
