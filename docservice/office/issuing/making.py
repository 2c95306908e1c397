"""Making what goes out under one number: the English text, and its translation where one is ordered.

Nothing here takes a number, locks or writes: a set is rendered and checked while nobody waits for it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docservice.office.means.means import Means, Prepared
from docservice.pipeline.producing import Earlier, Product, Task
from docservice.refusal import Refusal
from docservice.storage.blobs import Stage

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, no U
_CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Unmade:
    """One document of a set, before it is rendered."""

    prepared: Prepared
    task: Task
    number: str
    code: str
    verify_url: str
    original: Earlier | None

    def made(self, product: Product) -> Made:
        """The same with what was rendered."""
        sha256 = hashlib.sha256(product.content).hexdigest()
        return Made(
            self.prepared, self.task, product, sha256, self.number, self.code, self.verify_url, self.original
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """One document of a set, rendered: the English text, or its translation."""

    prepared: Prepared
    task: Task
    product: Product
    sha256: str  # of the PDF
    number: str
    code: str
    verify_url: str
    original: Earlier | None


def make(
    means: Means, prepared: Prepared, sequence: int, *, supersedes: Earlier | None = None, reason: str | None = None
) -> list[Made]:
    """The English text, then the translation if one is ordered, under the ``sequence``-th number of their series.

    Raises ``Refusal``: ``checks.failed`` with every error of the set, and whatever the rooms below refuse.
    """
    made = [
        one.made(means.produce(one.prepared.parts, one.task, "pdf", one.prepared))
        for one in unmade(means, prepared, sequence, supersedes=supersedes, reason=reason)
    ]
    errors = [finding for one in made for finding in one.product.errors]
    if errors:
        problems = dict.fromkeys(errors)
        count = "One check refuses" if len(problems) == 1 else f"{len(problems)} checks refuse"
        raise Refusal("checks.failed", f"{count} this document. Nothing was issued.", problems)
    return made


def unmade(
    means: Means,
    prepared: Prepared,
    sequence: int,
    *,
    codes: Sequence[str] = (),
    supersedes: Earlier | None = None,
    reason: str | None = None,
) -> list[Unmade]:
    """What ``make`` renders: the English text, and its translation. Verify codes are new but for those given."""
    kind = prepared.edition.pack.document_types[prepared.bundle.meta.document_type]
    number = kind.number.format(year=prepared.on.year, n=sequence)
    english = _english(means, prepared) if prepared.language != "en" else prepared
    wanted: list[tuple[Prepared, str, Earlier | None]] = [(english, number, None)]
    if prepared.language != "en":
        wanted.append((prepared, f"{number}-{prepared.language}", Earlier(number, prepared.on)))
    found: list[Unmade] = []
    for place, (one, its_number, original) in enumerate(wanted):
        code = codes[place] if codes else "".join(secrets.choice(_CODE) for _ in range(_CODE_LENGTH))
        url = means.verify_url(one.edition, code)
        task = means.task(
            one, number=its_number, verify_url=url, supersedes=supersedes, reason=reason, original=original
        )
        found.append(Unmade(one, task, its_number, code, url, original))
    return found


def _english(means: Means, prepared: Prepared) -> Prepared:
    """The same order in English, from the version as it was frozen."""
    bundle = means.bundle(prepared.version.sha256)
    return replace(
        prepared, language="en", bundle=bundle, parts={**prepared.parts, bundle.sha256: bundle.to_bytes()}
    )  # fmt: skip


def stage_set(stage: Stage, made: Sequence[Made]) -> None:
    """Stage every file that a set pins."""
    for one in made:
        stage.put(one.product.content, one.sha256)
        task = one.task
        for sha256 in (task.bundle, task.pack, task.casefile, *task.attachments.values()):
            stage.put(one.prepared.parts[sha256], sha256)
