"""The sentences of a template and their translations.

Wording is English; ``{% trans %}`` marks each sentence, gettext catalogs (``.po``, read and written by
Babel) translate it. The msgid is the English sentence, so a changed sentence is an untranslated one: that
is how a translation is locked to the exact English text. A language is offered when every sentence that a
template uses (its own and those of the clauses it includes) has a translation that is not marked fuzzy.

Extraction and rendering must agree on how a sentence is spelled: Jinja's i18n extension with *new-style*
gettext and *trimmed* blocks (``wording_environment`` sets both).
"""

from __future__ import annotations

import gettext
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from docservice.finding import Finding
from docservice.layers import SearchPath
from docservice.refusal import Refusal
from docservice.wording.plurals import plural_rule, recast, recast_all

ReviewState = Literal["draft", "in_review", "approved"]
REVIEWS: tuple[ReviewState, ...] = ("draft", "in_review", "approved")

_REVIEW_HEADER = re.compile(r'^"X-Review-State:\s*([a-z_]+)', re.M)
_EXTRACT = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def wording_environment(**options: Any) -> Environment:
    """A plain Jinja environment that reads wording as extraction and rendering must."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True, **options)
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    return environment


@dataclass(frozen=True, slots=True)
class Sentence:
    """One translatable sentence: ``plural`` when it counts, ``file:line`` where it stands."""

    text: str
    plural: str | None = None
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def id(self) -> str:
        """The stable id of the message: the SHA-256 of its exact English, so another English is another message."""
        return message_id(self.text, self.plural)


def message_id(text: str, plural: str | None = None) -> str:
    """The stable id of an English sentence, or of one that counts (singular, plural)."""
    return hashlib.sha256(f"{text}\0{plural or ''}".encode()).hexdigest()


@lru_cache(maxsize=512)  # a lint asks five times for those of every clause
def sentences(source: bytes, file: str) -> tuple[Sentence, ...]:
    """Every translatable sentence of a wording file, in order of appearance. Jinja's syntax errors pass through."""
    found: list[Sentence] = []
    for line, _function, message, _comments in babel_extract(BytesIO(source), list(_KEYWORDS), [], _EXTRACT):
        given = (message,) if isinstance(message, str) else tuple(message or ())
        parts = [part for part in given if part is not None]
        if parts and parts[0]:
            found.append(Sentence(parts[0], parts[1] if len(parts) > 1 else None, file, line))
    return tuple(found)


@dataclass(frozen=True)
class Messages:
    """The translations one bundle uses in one language (``messages/<language>.json``).

    ``texts`` maps the English sentence to its translation, or to the tuple of its plural forms;
    ``plural`` is gettext's plural expression (``n != 1``).
    """

    language: str
    texts: Mapping[str, str | tuple[str, ...]]
    plural: str = "n != 1"
    review: ReviewState = "draft"
    _english: bool = field(default=False, repr=False)

    def gettext(self, text: str) -> str:
        """The translation of ``text``; English gives the text itself. KeyError when there is none."""
        if self._english:
            return text
        found = self.texts[text]
        return found if isinstance(found, str) else found[0]

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The plural form for ``n``."""
        if self._english:
            return singular if n == 1 else plural
        found = self.texts[singular]
        return found if isinstance(found, str) else found[min(self._form(n), len(found) - 1)]

    @cached_property
    def _rule(self) -> Any:
        return gettext.c2py(self.plural)

    def _form(self, n: int) -> int:
        return int(self._rule(abs(int(n))))

    def to_json(self) -> bytes:
        """Canonical JSON: sorted, UTF-8, one line per message."""
        value = {"language": self.language, "plural": self.plural, "review": self.review, "messages": dict(self.texts)}
        return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0) + "\n").encode()

    @staticmethod
    def from_json(data: bytes) -> Messages:
        value = json.loads(data)
        texts = {k: v if isinstance(v, str) else tuple(v) for k, v in value["messages"].items()}
        return Messages(value["language"], texts, value["plural"], value["review"])


ENGLISH = Messages("en", {}, review="approved", _english=True)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a language is for one template."""

    language: str
    total: int
    missing: tuple[Sentence, ...]
    fuzzy: tuple[Sentence, ...]
    review: ReviewState
    messages: Messages

    @property
    def complete(self) -> bool:
        return not self.missing and not self.fuzzy


def folder_of(language: str) -> str:
    """``zh-Hant`` → ``zh_Hant``, as locale folders are named."""
    return language.replace("-", "_")


def tag_of(folder: str) -> str:
    """``zh_Hant`` → ``zh-Hant``, as data names languages."""
    return folder.replace("_", "-")


@dataclass(frozen=True, slots=True)
class PoFile:
    """A catalog read from a file, with its ``X-Review-State`` (Babel drops headers it does not know)."""

    catalog: Catalog
    review: ReviewState


def read_catalog(path: Path, language: str) -> PoFile:
    """A ``.po`` file. Raises ``Refusal("template.invalid")`` naming file and line when it is broken."""
    return catalog_of(path.read_bytes(), path.name, language)


def catalog_of(data: bytes, name: str, language: str) -> PoFile:
    """The same of a file's bytes."""
    try:
        catalog = read_po(BytesIO(data), locale=folder_of(language), abort_invalid=True)
        found = _REVIEW_HEADER.search(data.decode())
        state = found.group(1) if found else "draft"
        return PoFile(catalog, next((review for review in REVIEWS if review == state), "draft"))
    except (PoFileError, ValueError, TypeError, LookupError, AssertionError, AttributeError) as error:  # as Babel does
        problem = Finding.error("translation.broken", str(error), f"{name}:{getattr(error, 'lineno', 0)}")
        raise Refusal("template.invalid", f"{name} is not a readable catalog.", [problem]) from None


def languages_in(path: SearchPath) -> tuple[str, ...]:
    """The languages, BCP 47, that some layer has catalogs of."""
    homes = (home for layer in path.layers for home in (layer.folder / "locales").glob("*/LC_MESSAGES"))
    return tuple(sorted({tag_of(home.parent.name) for home in homes if next(home.glob("*.po"), None)}))


def completeness(
    used: Iterable[Sentence],
    path: SearchPath,
    language: str,
    key: str,
    catalogs: dict[Path, PoFile] | None = None,
    known: Messages | None = None,
) -> Completeness:
    """What ``language`` has of the sentences ``used`` by template ``key``: its own catalog first, then the clauses'.

    Sentence by sentence, in every layer of ``path``: a town that rewords one clause translates that clause.
    ``catalogs`` keeps the clauses' files, for callers that freeze many templates. ``known`` are translations that come
    before those of the catalogs.
    """
    folder = f"locales/{folder_of(language)}/LC_MESSAGES"
    cache = {} if catalogs is None else catalogs
    own = [read_catalog(found.path, language) for found in path.all(f"{folder}/{key}.po")]
    for found in path.all(f"{folder}/clauses.po"):
        if found.path not in cache:
            cache[found.path] = read_catalog(found.path, language)
        own.append(cache[found.path])
    missing: list[Sentence] = []
    fuzzy: list[Sentence] = []
    texts: dict[str, str | tuple[str, ...]] = {}
    reviews: set[ReviewState] = set()
    kept = recast_all(known.texts, known.plural, language) if known is not None else {}
    unique = {s.text: s for s in used}
    for sentence in unique.values():
        if known is not None and sentence.text in kept:
            texts[sentence.text] = kept[sentence.text]
            reviews.add(known.review)
            continue
        message, translated, review = _find(own, sentence, language)
        if message is None or translated is None:
            missing.append(sentence)
        elif message.fuzzy:
            fuzzy.append(sentence)
        else:
            texts[sentence.text] = translated
            reviews.add(review)
    # The least reviewed sentence decides.
    least: ReviewState = next((state for state in REVIEWS if state in reviews), "draft")
    messages = Messages(language, texts, plural_rule(language).expression, least)
    return Completeness(language, len(unique), tuple(missing), tuple(fuzzy), least, messages)


def _find(
    files: Iterable[PoFile], sentence: Sentence, language: str
) -> tuple[Message | None, str | tuple[str, ...] | None, ReviewState]:
    for po in files:
        message = po.catalog.get(sentence.text)
        found = _translation(message, po.catalog.plural_expr, language) if message is not None else None
        if found is not None:
            return message, found, po.review
    return None, None, "draft"


def _translation(message: Message, expression: str, language: str) -> str | tuple[str, ...] | None:
    """What a message has, its plural forms in the order of ``language``; the file counts by ``expression``."""
    if isinstance(message.string, (list, tuple)):
        return recast(message.string, expression, language, whole=False) if all(message.string) else None
    return message.string or None
