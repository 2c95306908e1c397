"""What is made and kept nowhere: drafts of letters, and handouts."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

from docservice.finding import Finding
from docservice.media_types import MEDIA_TYPES
from docservice.office.issuing import kept_handouts
from docservice.office.issuing.service_proofs import with_register
from docservice.office.means import languages, versions
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import prepare
from docservice.office.means.records import Preview
from docservice.office.means.versions import VersionRecord
from docservice.pipeline import pinning
from docservice.pipeline.faces import Face
from docservice.pipeline.order import Order
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.rendering.handouts.handout_facts import lacking_facts


def draft(means: Means, order: Order, face: Face) -> Preview:
    """What issuing the order would make, watermarked, with the same findings."""
    return drafted(means, order, face)[0]


def drafted(means: Means, order: Order, face: Face) -> tuple[Preview, Prepared]:
    """The same, with the order as it was read."""
    started = time.perf_counter()
    prepared = with_register(means, prepare(means, order))
    task = prepared.task
    product = means.produce(prepared.parts, task, face, prepared.casefile)
    findings = tuple(sorted((*product.findings, *prepared.told), key=lambda one: one.severity != "error"))
    made = _preview(product, prepared.version, face, task.language, task.recipient, started)
    return replace(made, findings=findings), prepared


def handout(means: Means, key: str, language: str, face: Face, on: date) -> Preview:
    """A handout as it is in force on a day.

    Raises ``Refusal`` (kind ``missing``): ``template.unknown``, ``template.no_handout`` for a letter,
    ``language.unknown``, ``handout.no_word``, ``handout.facts`` where the town does not say what it would print.
    """
    started = time.perf_counter()
    with means.store.database.reading() as session:
        listed = versions.versions(session, key)
        version = versions.in_force_of(listed, on)
        spoken = languages.spoken(means, session, version, language, listed)
        edition = pinning.edition_in_force(means.editions, on)
        # Only its page links to it in other languages.
        others = languages.offered(means, session, listed, version, edition.pack) if face == "html" else ()
    if version.face != "handout":
        raise Refusal("template.no_handout", f"“{version.title}” is a letter, not a handout.", kind="missing")
    _refuse_lacking(means, version, edition)
    if spoken is None or not languages.is_offered(edition.pack, version, language, spoken):
        raise Refusal("language.unknown", f"“{version.title}” is not available in “{language}”.", kind="missing")
    made = kept_handouts.handout(
        means, spoken.bundle, edition, language, face,
        url=f"{means.public_address(edition)}/handouts/{key}/{language}", revised_on=version.effective_on or on,
        languages=others,
    )  # fmt: skip
    return _preview(made, version, face, language, None, started)


def _refuse_lacking(means: Means, version: VersionRecord, edition: PinnedPack) -> None:
    lacking = lacking_facts(means.bundle(version.sha256), edition.pack)
    if lacking:
        message = f"“{version.title}” is not published: the town's rules do not say {', '.join(lacking)}."
        problems = [
            Finding.error("handout.facts", f"is not said for {version.template}", f"handouts.yaml: {name}")
            for name in lacking
        ]
        raise Refusal("handout.facts", message, problems, kind="missing")


def _preview(
    product: Product, version: VersionRecord, face: Face, language: str, recipient: str | None, started: float
) -> Preview:
    return Preview(
        content=product.content,
        media_type=MEDIA_TYPES[face],
        pages=product.pages,
        findings=product.findings,
        html=product.html,
        title=product.title,
        language=language,
        recipient=recipient,
        recipient_name=product.recipient_name,
        template=version.template,
        version=version.number,
        milliseconds=(time.perf_counter() - started) * 1000,
        sha256=product.sha256,
    )
