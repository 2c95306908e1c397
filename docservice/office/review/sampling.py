"""A version's sample as the document that it makes: what is shown of a version, and what it is approved by, is one.

It goes through the pipeline of every order (``pipeline.producing``), numbered SAMPLE. Nothing is kept.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.office.issuing import kept_handouts
from docservice.office.means.means import Means
from docservice.office.means.preparing import addressed
from docservice.office.means.versions import VersionRecord
from docservice.pipeline import pinning
from docservice.pipeline.faces import Face
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.producing import Task
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.wording import container
from docservice.wording.bundle import Bundle

_NUMBER = "SAMPLE"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample, read. ``order`` is what its ``_order`` says: ``recipient``, ``on``, ``about``, each or none."""

    casefile: Casefile
    snapshot: bytes  # canonical JSON
    order: Mapping[str, str | None]


def held(means: Means, version: VersionRecord) -> Mapping[str, bytes]:
    """The samples that a version came with, by file name."""
    if version.samples_sha256 is None:
        return {}
    return container.unpack(means.store.blobs.read(version.samples_sha256))


def read(content: bytes | Mapping[str, Any]) -> Sample:
    """A sample from its file or its JSON value. Raises ``Refusal``: ``sample.casefile``, and what is wrong with it."""
    try:
        found = json.loads(content) if isinstance(content, bytes) else dict(content)
        order = dict(found.pop("_order", {}))
    except (ValueError, TypeError, AttributeError):
        raise Refusal("sample.casefile", "A sample is a casefile, a JSON object.", kind="input") from None
    return Sample(casefiles.load(found, on_record=True), casefiles.canonical(found), order)


def letter(
    means: Means, bundle: Bundle, sample: Sample, language: str, face: Face = "pdf", *, under: date | None = None
) -> Product:
    """The letter of a sample, dated as its order says, by the rules in force on the day ``under`` (today).

    Without a recipient in its order it goes to the first party that the template is for, as every order. Photographs
    are stood in for by a gray picture. Raises ``Refusal``: what ``Means.prepare`` and rendering refuse;
    ``sample.order`` for an ``on`` that is no date.
    """
    task, parts = asked(means, bundle, sample, language, under=under)
    return means.produce(parts, task, face, sample.casefile)


def asked(
    means: Means, bundle: Bundle, sample: Sample, language: str, *, under: date | None = None
) -> tuple[Task, Mapping[str, bytes]]:
    """What makes the letter of a sample, and the parts that it names. Raises as ``letter``, but for the rendering."""
    day = under or means.today()
    on, edition = _day(sample.order.get("on")) or day, rules(means, day)
    means.refuse_unknown_type(bundle.meta.document_type, edition)
    bundle.messages(language)  # refuses a language that it does not have
    recipient = addressed(
        sample.casefile, bundle, sample.order.get("recipient"),
        edition.pack.document_types[bundle.meta.document_type],
    )  # fmt: skip
    pictures = {name: _gray() for name in _photographs(json.loads(sample.snapshot))}
    attachments = {name: hashlib.sha256(data).hexdigest() for name, data in pictures.items()}
    identity = hashlib.sha256(sample.snapshot).hexdigest()
    task = Task(
        bundle=bundle.sha256, pack=edition.sha256, casefile=identity, recipient=recipient.id if recipient else None,
        language=language, on=on, about=sample.order.get("about"), number=_NUMBER,
        verify_url=means.verify_url(edition, _NUMBER), fonts=means.fonts, attachments=attachments,
    )  # fmt: skip
    parts = {bundle.sha256: bundle.to_bytes(), edition.sha256: edition.data, identity: sample.snapshot}
    parts |= {attachments[name]: data for name, data in pictures.items()}
    return task, parts


def handout(means: Means, bundle: Bundle, language: str, face: Face = "pdf", *, under: date | None = None) -> Product:
    """A handout in a language, by the rules in force on a day (today). Raises ``Refusal``: what rendering refuses."""
    on = under or means.today()
    edition = rules(means, on)
    bundle.messages(language)
    url = f"{means.public_address(edition)}/handouts/{bundle.key}/{language}"
    return kept_handouts.handout(means, bundle, edition, language, face, url=url, revised_on=on)


def rules(means: Means, on: date) -> PinnedPack:
    """The town's rules of a day; the first there were for a day before them."""
    return pinning.edition_in_force(means.editions, max(on, means.editions[0].pack.effective_on))


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except (ValueError, TypeError) as error:
        raise Refusal("sample.order", f"Its _order cannot be read: {error}.") from None


def _photographs(value: Any) -> Iterator[str]:
    """The picture files that a casefile names."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "file" and isinstance(inner, str):
                yield inner
            else:
                yield from _photographs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _photographs(inner)


@cache
def _gray() -> bytes:
    """What stands in for a photograph: a sample brings none."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (1200, 900), (205, 203, 196)).save(stream, "PNG")
    return stream.getvalue()
