"""Making what goes out under one number: the English text, and its translation where one is ordered.

Nothing here takes a number, locks or writes: a set is rendered and checked while nobody waits for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from docservice.finding import Finding
from docservice.office.means.means import Means, Prepared
from docservice.pipeline.notices import Earlier
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.storage.blobs import Stage

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, no U
_CODE_LENGTH = 10
_PRINTED = 'data-fact="record/article_number"'

MadeSet = list[tuple[Prepared, Product]]  # the English text, then its translation, under one number


def make(means: Means, prepared: Prepared, sequence: int, article: str | None = None) -> MadeSet:
    """The English text, then the translation if one is ordered, under the ``sequence``-th number of their series.

    ``article`` is the article number of certified mail that both bear.

    Raises ``Refusal``: ``checks.failed`` with every error of the set, and whatever the rooms below refuse.
    """
    made = [
        (one, means.produce(one.parts, one.task, "pdf", one.casefile))
        for one in numbered(means, prepared, sequence, article=article)
    ]
    if article is not None and any(_PRINTED not in product.html for _, product in made):
        message = (
            "This wording prints no article number, and a certified letter must bear its own. Approve a version with "
            "the shipped identification clause, or choose another class of mail. Nothing was issued."
        )
        raise Refusal("article.not_printed", message, [Finding.error("article.not_printed", message, "/mailing")])
    errors = [finding for _, product in made for finding in product.errors]
    if errors:
        problems = dict.fromkeys(errors)
        count = "One check refuses" if len(problems) == 1 else f"{len(problems)} checks refuse"
        raise Refusal("checks.failed", f"{count} this document. Nothing was issued.", problems)
    return made


def numbered(
    means: Means, prepared: Prepared, sequence: int, codes: Sequence[str] = (), article: str | None = None
) -> list[Prepared]:
    """What goes out under a number: the order in English, and as it is where that is a translation.

    Verify codes are new but for those given.
    """
    number, copy = notice_number(prepared, sequence), prepared.copy
    if copy is not None:
        copy = replace(copy, number=number)
        number = copy.printed
    wanted: list[tuple[Prepared, str, Earlier | None]] = [(_english(means, prepared), number, None)]
    if (language := prepared.task.language) != "en":
        wanted.append((prepared, f"{number}-{language}", Earlier(number, prepared.task.on)))
    found = list[Prepared]()
    for place, (one, its_number, original) in enumerate(wanted):
        code = codes[place] if codes else "".join(secrets.choice(_CODE) for _ in range(_CODE_LENGTH))
        url = means.verify_url(one.edition, code)
        found.append(
            replace(
                one,
                task=replace(
                    one.task, number=its_number, verify_url=url, original=original, copy=copy, article=article
                ),
            )
        )
    return found


def notice_number(prepared: Prepared, sequence: int) -> str:
    """The number of a notice, whatever copies there are of it."""
    return prepared.kind.number.format(year=prepared.series[1], n=sequence)


def _english(means: Means, prepared: Prepared) -> Prepared:
    """The same order in English, from the version as it was frozen."""
    if prepared.task.language == "en":
        return prepared
    bundle = means.bundle(prepared.version.sha256)
    forms = {form.template: means.bundle(form.sha256) for form in prepared.forms}
    enclosures = {key: form.sha256 for key, form in forms.items()}
    return replace(
        prepared,
        bundle=bundle,
        task=replace(prepared.task, language="en", bundle=bundle.sha256, enclosures=enclosures),
        parts={**prepared.parts, **{one.sha256: one.to_bytes() for one in (bundle, *forms.values())}},
    )


def stage_set(stage: Stage, made: MadeSet) -> None:
    """Stage every file that a set pins."""
    for one, product in made:
        stage.put(product.content, product.sha256)
        task = one.task
        for form in product.enclosures:
            stage.put(form.content, form.sha256)
        for sha256 in (
            task.bundle, task.pack, task.casefile, *task.attachments.values(), *task.enclosures.values(),
        ):  # fmt: skip
            stage.put(one.parts[sha256], sha256)
