"""The handouts as the public finds them: by need, each with the question that it answers and its picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docservice.media_types import media_type_of
from docservice.office.means import languages, versions
from docservice.office.means.means import Means
from docservice.office.review.templates import templates
from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from docservice.wording.messages import ReviewState

# What people come with, in the order in which it is listed; a handout says it in its head (``data.need``).
NEEDS = ("building", "yard", "renting", "office")
OTHER = "other"
_HEADLINE = re.compile(r"<h1[^>]*>\s*\{%-?\s*trans\s*-?%\}(.*?)\{%-?\s*endtrans\s*-?%\}\s*</h1>", re.S)
_PICTURE = re.compile(r'data-block="illustration"[^>]*>\s*<img[^>]*\bsrc="bundle:([^"]+)"', re.S)


@dataclass(frozen=True, slots=True)
class ListedHandout:
    """A handout that the public is offered. ``question`` is its headline in ``language``: the one asked for, or English
    where it is not offered in that."""

    key: str
    title: str
    question: str
    language: str
    need: str
    languages: tuple[str, ...]
    picture: str | None  # its name in the bundle
    review: ReviewState = "approved"  # of its translation


def handouts(means: Means, language: str = "en") -> tuple[ListedHandout, ...]:
    """Every handout in force today, by need and then by its question."""
    found = []
    for one in templates(means):
        if one.face != "handout" or one.version is None:
            continue
        said = language if language in one.languages else "en"
        bundle = spoken(means, one.key, said)
        need = bundle.meta.data.get("need")
        found.append(
            ListedHandout(
                one.key, one.title, _question(bundle, said), said, need if need in NEEDS else OTHER, one.languages,
                _picture(bundle), "approved" if said == "en" else bundle.messages(said).review,
            )
        )  # fmt: skip
    order = (*NEEDS, OTHER)
    return tuple(sorted(found, key=lambda one: (order.index(one.need), one.question.casefold())))


def picture(means: Means, key: str) -> tuple[bytes, str]:
    """The picture of a handout in force today, and its media type. Raises ``Refusal`` (kind ``missing``) where there is
    none."""
    bundle = spoken(means, key, "en")
    name = _picture(bundle) if bundle.meta.face == "handout" else None
    if name is None:
        raise Refusal("handout.picture", "There is no such picture.", kind="missing")
    return bundle.picture(name), media_type_of(name)


def spoken(means: Means, key: str, language: str) -> Bundle:
    """A handout in force today, with its translation into a language in which it is offered."""
    with means.store.database.reading() as session:
        listed = versions.versions(session, key)
        version = versions.in_force_of(listed, means.today())
        held = languages.spoken(means, session, version, language, listed)
    assert held is not None  # it is offered
    return held.bundle


def _question(bundle: Bundle, language: str) -> str:
    found = _HEADLINE.search(bundle.files[bundle.wording_path].decode())
    if found is None:
        return bundle.meta.title
    english = " ".join(found[1].split())
    try:
        return bundle.messages(language).gettext(english)
    except KeyError:
        return english


def _picture(bundle: Bundle) -> str | None:
    found = _PICTURE.search(bundle.files[bundle.wording_path].decode())
    return found[1] if found is not None and found[1] in bundle.files else None
