"""Making what goes out under one number: the English text, and its translation where one is ordered.

Nothing here takes a number, locks or writes: a set is rendered and checked while nobody waits for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docservice.office.issuing import document_index
from docservice.office.means.means import Prepared, Shop
from docservice.pipeline.producing import Earlier, Product, Task
from docservice.refusal import Problem, Refusal
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
        return Made(
            self.prepared, product, self.number, self.code, self.verify_url, self.original, _dates(self.prepared)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """One document of a set, rendered: the English text, or its translation."""

    prepared: Prepared
    product: Product
    number: str
    code: str
    verify_url: str
    original: Earlier | None
    dates: Sequence[Mapping[str, Any]]  # that it sets, as JSON values


def make(
    shop: Shop, prepared: Prepared, sequence: int, *, supersedes: Earlier | None = None, reason: str | None = None
) -> list[Made]:
    """The English text, then the translation if one is ordered, under the ``sequence``-th number of their series.

    Raises ``Refusal``: ``checks.failed`` with every error of the set, and whatever the rooms below refuse.
    """
    made = [
        one.made(shop.produce(one.prepared.parts, one.task, "pdf", one.prepared))
        for one in unmade(shop, prepared, sequence, supersedes=supersedes, reason=reason)
    ]
    errors = [finding for one in made for finding in one.product.errors]
    if errors:
        problems = dict.fromkeys(Problem(finding.code, finding.message, finding.place) for finding in errors)
        count = "One check refuses" if len(problems) == 1 else f"{len(problems)} checks refuse"
        raise Refusal("checks.failed", f"{count} this document. Nothing was issued.", problems)
    return made


def unmade(
    shop: Shop,
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
    english = _english(shop, prepared) if prepared.language != "en" else prepared
    wanted: list[tuple[Prepared, str, Earlier | None]] = [(english, number, None)]
    if prepared.language != "en":
        wanted.append((prepared, f"{number}-{prepared.language}", Earlier(number, prepared.on)))
    found: list[Unmade] = []
    for place, (one, its_number, original) in enumerate(wanted):
        code = codes[place] if codes else "".join(secrets.choice(_CODE) for _ in range(_CODE_LENGTH))
        url = shop.verify_url(one.edition, code)
        task = shop.task(
            one, number=its_number, verify_url=url, supersedes=supersedes, reason=reason, original=original
        )
        found.append(Unmade(one, task, its_number, code, url, original))
    return found


def _dates(prepared: Prepared) -> list[dict[str, Any]]:
    recipient = prepared.recipient.id if prepared.recipient else None
    return document_index.dates(
        prepared.edition.pack, prepared.casefile, prepared.bundle.meta.document_type, on=prepared.on,
        recipient=recipient, about=prepared.about, language=prepared.language,
    )  # fmt: skip


def _english(shop: Shop, prepared: Prepared) -> Prepared:
    """The same order in English, from the version as it was frozen."""
    bundle = shop.bundle(prepared.version.sha256)
    return replace(
        prepared, language="en", bundle=bundle, parts={**prepared.parts, bundle.sha256: bundle.to_bytes()}
    )  # fmt: skip


def stage_set(stage: Stage, made: Sequence[Made]) -> None:
    """Stage every file that a set pins."""
    for one in made:
        stage.put(one.product.content)
        stage.put(one.prepared.bundle.to_bytes())
    prepared = made[0].prepared
    for data in (prepared.snapshot, prepared.edition.data):
        stage.put(data)
    for sha256 in prepared.attachments.values():
        stage.put(prepared.parts[sha256])
