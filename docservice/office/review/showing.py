"""A version as it will look: one of its samples as a letter, page by page. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from docservice.office.means import versions, working_folders
from docservice.office.means.means import Shop
from docservice.office.review import sampling
from docservice.refusal import Refusal

_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A version's letter: ``samples`` are those it has, ``sample`` the one shown (empty for a handout)."""

    sample: str
    samples: tuple[str, ...]
    language: str
    pdf: bytes = field(repr=False)
    pictures: tuple[bytes, ...] = field(repr=False)  # PNG, one a page


def shown(shop: Shop, key: str, number: int, sample: str = "", language: str = "en") -> Shown:
    """A version's letter for one of its samples (the usual one), numbered SAMPLE.

    Raises ``Refusal``: ``template.unknown``, ``sample.none`` for a letter that has no sample, ``sample.unknown``,
    ``language.unavailable``, and what rendering refuses.
    """
    with shop.store.database.reading() as session:
        version = versions.version(session, key, number)
    held = sampling.held(shop, version)
    names = tuple(sorted((PurePosixPath(name).stem for name in held), key=lambda name: (name != "usual", name)))
    if version.face == "handout":
        names, sample = (), ""
        product = sampling.handout(shop, shop.bundle(version.sha256), language)
    else:
        if not names:
            message = f"{version.title} version {number} has no sample, so nobody can see what it looks like."
            raise Refusal("sample.none", message, kind="missing")
        sample = sample or names[0]
        if sample not in names:
            raise Refusal("sample.unknown", f"There is no sample “{sample}”.", kind="missing")
        product = sampling.letter(
            shop, shop.bundle(version.sha256), sampling.read(held[f"{sample}.json"]), language
        )  # fmt: skip
    pictures: tuple[bytes, ...] = working_folders.work(shop, _SECONDS, _pictures, {}, product.content)
    return Shown(sample, names, language, product.content, pictures)


def _pictures(_: Mapping[str, bytes], pdf: bytes) -> tuple[bytes, ...]:
    from docservice.rendering.page_pictures import page_pictures

    return page_pictures(pdf)
