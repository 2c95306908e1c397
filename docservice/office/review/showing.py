"""A version as it will look: one of its samples as a letter, page by page. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from docservice.office.means import languages, versions
from docservice.office.means.means import Means
from docservice.office.review import sampling
from docservice.refusal import Refusal

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version's letter: ``samples`` are those it has, ``sample`` the one shown (empty for a handout); ``languages``
    those of the town that it speaks today."""

    sample: str
    samples: tuple[str, ...]
    language: str
    languages: tuple[str, ...]
    pdf: bytes = field(repr=False)
    pictures: tuple[bytes, ...] = field(repr=False)  # PNG, one a page


def shown(means: Means, key: str, number: int, sample: str = "", language: str = "en") -> ShownVersion:
    """A version's letter for one of its samples (the usual one), numbered SAMPLE; in English when it does not speak
    ``language``.

    Raises ``Refusal``: ``template.unknown``, ``sample.none`` for a letter that has no sample, ``sample.unknown``,
    and what rendering refuses.
    """
    with means.store.database.reading() as session:
        version, listed = versions.version(session, key, number), versions.versions(session, key)
    bundle = languages.whole(means, version, listed)  # with the translations that hold today
    spoken = languages.shown_in(means, bundle)
    language = language if language in spoken else "en"
    held = sampling.held(means, version)
    names = tuple(sorted((PurePosixPath(name).stem for name in held), key=lambda name: (name != "usual", name)))
    if version.face == "handout":
        names, sample = (), ""
        product = sampling.handout(means, bundle, language)
    else:
        if not names:
            message = f"{version.title} version {number} has no sample, so nobody can see what it looks like."
            raise Refusal("sample.none", message, kind="missing")
        sample = sample or names[0]
        if sample not in names:
            raise Refusal("sample.unknown", f"There is no sample “{sample}”.", kind="missing")
        product = sampling.letter(means, bundle, sampling.read(held[f"{sample}.json"]), language)
    pictures = means.make_within(_SECONDS, _pictures, {}, product.content)
    return ShownVersion(sample, names, language, spoken, product.content, pictures)


def _pictures(_: Mapping[str, bytes], pdf: bytes) -> tuple[bytes, ...]:
    from docservice.rendering.page_pictures import page_pictures

    return page_pictures(pdf)
