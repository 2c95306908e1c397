"""Is a version fit to be approved? Lint, the statutory checklist, its samples in every language and face, and what it
would break.

The samples (``office.review.sampling``) are rendered under the rules in force on the day the version is to take force.
Nothing is kept: a version is frozen, so the answer can be had again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Event

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.checks.translation import UNAPPROVED
from docservice.finding import Finding
from docservice.office.means import languages, template_folders
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.review import sampling
from docservice.pipeline import pinning
from docservice.pipeline.faces import FACES, Face
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.agreement import agreement
from docservice.wording.catalog.breaking import Break, breaks
from docservice.wording.catalog.checklist import Checklist, checklist
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.catalog.standing import pick_in_force

_NO_USE = ("render.timeout", "render.memory")  # the next sample would end there too


@dataclass(frozen=True, slots=True)
class AssessedSample:
    """One sample in one language and face; ``findings`` are errors and warnings, empty when it came out well."""

    name: str
    language: str
    face: Face
    findings: tuple[Finding, ...]


# What was found, in how many samples more (none: by lint and checklist), and how many samples there are to be.
SampleListener = Callable[[tuple[Finding, ...], int, int], None]


def _nobody(_: tuple[Finding, ...], __: int, ___: int) -> None:
    """Nobody is told."""


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
    findings: tuple[Finding, ...]  # of lint, checklist and samples; errors first
    checklist: Checklist
    samples: tuple[AssessedSample, ...]
    against: int | None
    breaks: tuple[Break, ...]
    clients: tuple[Client, ...]
    milliseconds: float
    open_comments: int = 0  # said and not resolved; the approver weighs them

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "warning")


def assess(
    means: Means, version: VersionRecord, listed: tuple[VersionRecord, ...], on: date, told: SampleListener = _nobody
) -> Assessment:
    """Assess ``version``, one of ``listed`` of its template, as if it took force on ``on``.

    The samples are rendered on all rendering processes; ``told`` hears of each, from the threads that wait for them.
    """
    started = time.perf_counter()
    edition = pinning.edition_in_force(means.editions, on)
    # With the translations that hold today: they are approved apart from the English.
    bundle = languages.whole(means, version, listed)
    held = sampling.held(means, version)
    wanted = checklist(bundle, edition.pack)
    findings = [*template_folders.judged(means, bundle, held), *lacking(wanted), *without_samples(bundle, held)]
    findings += [*agreement(bundle, edition.pack), *known_numbers(bundle, edition.pack)]
    to_render = tuple(renderings(bundle, held, languages.shown_in(means, bundle)))
    told(tuple(findings), 0, len(to_render))
    rendered = rendered_samples(
        means, bundle, to_render, on, lambda sample, _: told(sample.findings, 1, len(to_render))
    )
    findings += [finding for sample in rendered for finding in sample.findings]
    unique = sorted(dict.fromkeys(findings), key=lambda f: f.severity != "error")
    current = pick_in_force([v for v in listed if v.number != version.number], on)
    broken = _broken(means, languages.whole(means, current, listed), bundle) if current is not None else ()
    with means.store.database.reading() as session:
        found = clients(session, version.template)
    elapsed = (time.perf_counter() - started) * 1000
    return Assessment(
        version.template, version.number, version.sha256, tuple(unique), wanted, rendered,
        current.number if current is not None else None, broken, found, elapsed,
    )  # fmt: skip


def _broken(means: Means, before: Bundle, after: Bundle) -> tuple[Break, ...]:
    """What ``after`` breaks here: nobody orders a letter in a language that the town does not have."""
    here = languages.shown_in(means, before)
    return tuple(one for one in breaks(before, after) if one.kind != "language" or one.name in here)


def standing_findings(means: Means, version: VersionRecord, on: date) -> tuple[Finding, ...]:
    """What lint, agreement with the rules and the checklist find, without rendering anything; errors first."""
    bundle, edition = means.bundle(version.sha256), pinning.edition_in_force(means.editions, on)
    judged, missing = (
        template_folders.judged(means, bundle, sampling.held(means, version)),
        checklist(bundle, edition.pack),
    )
    found = (
        *judged, *agreement(bundle, edition.pack), *lacking(missing), *known_numbers(bundle, edition.pack),
    )  # fmt: skip
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def standing_errors(means: Means, version: VersionRecord, on: date) -> tuple[Finding, ...]:
    """What lint, agreement and the checklist refuse, without rendering anything."""
    return tuple(finding for finding in standing_findings(means, version, on) if finding.severity == "error")


def clients(session: Session, template: str) -> tuple[Client, ...]:
    """Who issued documents from a template, the latest first."""
    query = (
        select(DocumentRow.created_by, func.count(), func.max(DocumentRow.created_at).label("last"))
        .where(DocumentRow.template == template)
        .group_by(DocumentRow.created_by)
    )
    found = [Client(actor, count, last) for actor, count, last in session.execute(query)]
    return tuple(sorted(found, key=lambda client: client.last_issued_at, reverse=True))


def lacking(wanted: Checklist) -> Iterator[Finding]:
    """What is missing of a checklist."""
    for item in wanted.missing:
        if item.kind == "block":
            message = f"the required block “{item.name}” is nowhere in the wording"
            yield Finding("checklist.block", "error", message, "template.yaml:1")
        else:
            message = f"the statement “{item.title}” is nowhere in the wording ({item.citation})"
            yield Finding("checklist.statement", "error", message, "template.yaml:1")


def without_samples(bundle: Bundle, held: Mapping[str, bytes]) -> Iterator[Finding]:
    """That a letter has no sample."""
    if bundle.meta.face == "letter" and not held:
        message = "there is no sample casefile, so nobody can see what this letter looks like"
        yield Finding("sample.none", "error", message, "samples:1")


_Wanted = tuple[str, sampling.Sample | None, str, Face]


def renderings(bundle: Bundle, samples: Mapping[str, bytes], spoken: tuple[str, ...]) -> Iterator[_Wanted]:
    """What is to be rendered: the sample by name and read (none for a handout), the language, the face."""
    if bundle.meta.face == "handout":
        yield from (("", None, language, face) for language in spoken for face in FACES["handout"])
        return
    for name, content in sorted(samples.items()):
        try:
            sample = sampling.read(content)
        except Refusal:
            continue  # lint says so
        yield from ((name, sample, language, face) for language in spoken for face in FACES["letter"])


def rendered_samples(
    means: Means, bundle: Bundle, wanted: tuple[_Wanted, ...], on: date, made: Callable[[AssessedSample, bytes], None]
) -> tuple[AssessedSample, ...]:
    """The samples made, on all rendering processes; ``made`` gets each as it comes, with its content, if it has any."""
    of_no_use = Event()

    def render(one: _Wanted) -> AssessedSample | None:
        name, sample, language, face = one
        if of_no_use.is_set():
            return None
        if sample is None:
            findings, content = _handout(means, bundle, language, face, on)
        else:
            findings, content = _letter(means, bundle, name, sample, language, face, on)
        if any(finding.code in _NO_USE for finding in findings):
            of_no_use.set()
        assessed = AssessedSample(name, language, face, findings)
        made(assessed, content)
        return assessed

    return tuple(assessed for assessed in means.at_once(render, wanted) if assessed)


def _letter(
    means: Means, bundle: Bundle, name: str, sample: sampling.Sample, language: str, face: Face, on: date
) -> tuple[tuple[Finding, ...], bytes]:  # fmt: skip
    where = f"samples/{name} ({language}, {face})"
    try:
        product = sampling.letter(means, bundle, sample, language, face, under=on)
    except Refusal as refusal:
        return _refused(refusal, where), b""
    # A translation that has to wait for its approval keeps nobody from approving the English.
    found = (
        replace(f, severity="warning" if f.code == UNAPPROVED else f.severity, place=where) for f in product.findings
    )
    return tuple(found), product.content


def _handout(
    means: Means, bundle: Bundle, language: str, face: Face, on: date
) -> tuple[tuple[Finding, ...], bytes]:  # fmt: skip
    try:
        return (), sampling.handout(means, bundle, language, face, under=on).content
    except Refusal as refusal:
        return _refused(refusal, f"handout ({language}, {face})"), b""


def _refused(refusal: Refusal, where: str) -> tuple[Finding, ...]:
    return tuple(Finding.error(one.code, str(one), where) for one in refusal.findings)
