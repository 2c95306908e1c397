"""What a language has for each string of a version, and in which state: values in, values out.

A translation belongs to the exact English it was made from (``message_id``). For each string the first of these counts:
what a person approved here; what came approved with a version (a release, wording approved on paper); the draft saved
last; what was frozen with this version, or else with another version of the template. English that has none of these is
*missing*, or *stale* when it is an edit of English that had a translation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.messages import Messages, Sentence
from docservice.wording.plurals import plural_rule, recast, recast_all

CLAUSES = "clauses"

RenditionState = Literal["missing", "stale", "draft", "approved"]
RenditionKind = Literal["saved", "approved", "reopened"]


@dataclass(frozen=True, slots=True)
class RenditionEntry:
    """One thing done to the translation of one string. ``catalog`` is the template's key, or ``clauses``."""

    position: int
    kind: RenditionKind
    catalog: str
    language: str
    message: str
    text: str
    forms: tuple[str, ...]
    author: str
    at: datetime
    was: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The translations frozen with one version. ``approved_by`` is None unless they came approved with it."""

    number: int
    messages: Messages
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """What a language has for one string.

    ``forms`` is what documents print: empty when there is nothing. ``working`` is what a translator sees: a newer
    draft, where there is one, beside an approved translation that stays in use.
    """

    forms: tuple[str, ...] = ()
    approved: bool = False
    approved_by: str | None = None
    approved_at: datetime | None = None
    working: tuple[str, ...] = ()
    working_by: str | None = None
    working_at: datetime | None = None

    @property
    def state(self) -> Literal["missing", "draft", "approved"]:
        if not self.working:
            return "missing"
        return "approved" if self.approved and self.working == self.forms else "draft"


NOTHING = Rendition()


@lru_cache(maxsize=128)
def strings_of(bundle: Bundle) -> tuple[Sentence, ...]:
    """Every string of a version once, where it stands first: the wording's own, then those of its clauses."""
    unique: dict[str, Sentence] = {}
    for sentence in sorted(used_sentences(bundle.files), key=lambda one: one.file.startswith("clauses/")):
        unique.setdefault(sentence.text, sentence)
    return tuple(unique.values())


def catalog_of(bundle: Bundle, sentence: Sentence) -> str:
    """The catalog that a string belongs to: what is shared by templates is translated once."""
    return CLAUSES if sentence.file.startswith("clauses/") else bundle.key


def renditions(
    bundle: Bundle, language: str, entries: Iterable[RenditionEntry], frozen: Sequence[Frozen]
) -> dict[str, Rendition]:
    """What ``language`` has for each string of a version, by message id.

    ``frozen``: the version's own translations first, then those of the template's other versions, the latest first.
    """
    done: dict[tuple[str, str], list[RenditionEntry]] = {}
    for entry in entries:
        done.setdefault((entry.catalog, entry.message), []).append(entry)
    found = {}
    for sentence in strings_of(bundle):
        own = done.get((catalog_of(bundle, sentence), sentence.id), [])
        found[sentence.id] = _rendition(sentence, language, own, frozen)
    return found


def _rendition(sentence: Sentence, language: str, own: Sequence[RenditionEntry], frozen: Sequence[Frozen]) -> Rendition:
    reopened = max((at for at, entry in enumerate(own) if entry.kind == "reopened"), default=-1)
    approval = next((entry for entry in reversed(own[reopened + 1 :]) if entry.kind == "approved"), None)
    held = [(one, forms) for one in frozen if (forms := _frozen_forms(one, sentence, language))]
    last = own[-1] if own else None
    if approval is not None:
        found = Rendition(approval.forms, True, approval.author, approval.at)
    elif reopened < 0 and (paper := next((pair for pair in held if pair[0].approved_by is not None), None)):
        found = Rendition(paper[1], True, paper[0].approved_by, paper[0].approved_at)
    elif last is not None:
        found = Rendition(last.forms)
    else:
        found = Rendition(held[0][1]) if held else NOTHING
    if last is None:
        return _working(found, found.forms, None, None)
    # Approving and reopening repeat the text; who wrote it is who saved it.
    wrote = next((e for e in reversed(own) if e.kind == "saved" and e.forms == last.forms), None)
    by, at = (wrote.author, wrote.at) if wrote is not None else (None, None)
    return _working(found, last.forms, by, at)


def _working(found: Rendition, forms: tuple[str, ...], by: str | None, at: datetime | None) -> Rendition:
    return Rendition(found.forms, found.approved, found.approved_by, found.approved_at, forms, by, at)


def _frozen_forms(one: Frozen, sentence: Sentence, language: str) -> tuple[str, ...]:
    found = one.messages.texts.get(sentence.text)
    if found is None:
        return ()
    forms = (found,) if isinstance(found, str) else found
    if sentence.plural is None:
        return forms if len(forms) == 1 else ()
    # A version may have been frozen with the forms in another order.
    return recast(forms, one.messages.plural, language, whole=False) or ()


def known_texts(bundle: Bundle, held: Mapping[str, Rendition]) -> dict[str, str | tuple[str, ...]]:
    """What documents would print for each English sentence of a version, of those that have a translation."""
    found: dict[str, str | tuple[str, ...]] = {}
    for sentence in strings_of(bundle):
        forms = held.get(sentence.id, NOTHING).forms
        if forms:
            found[sentence.text] = forms if sentence.plural is not None else forms[0]
    return found


def spoken(bundle: Bundle, language: str, held: Mapping[str, Rendition]) -> Bundle | None:
    """The version with what documents print in ``language``; None when a string has no translation.

    The bundle itself when that is what was frozen with it: the same content is the same bundle.
    """
    strings = strings_of(bundle)
    if not all(held.get(sentence.id, NOTHING).forms for sentence in strings):
        return None
    texts = known_texts(bundle, held)
    approved = all(held[sentence.id].approved for sentence in strings)
    before = bundle.messages(language) if language in bundle.languages else None
    review = before.review if before is not None and before.review != "approved" else "draft"
    messages = Messages(language, texts, plural_rule(language).expression, "approved" if approved else review)
    same_review = before is not None and before.review == messages.review and len(before.texts) == len(texts)
    if before is not None and same_review and recast_all(before.texts, before.plural, language) == texts:
        return bundle
    return Bundle.of({**bundle.files, f"messages/{language}.json": messages.to_json()})
