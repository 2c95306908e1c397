"""What goes out to a translator and what comes back, whatever the format of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from babel.core import get_global

from docservice.finding import Finding
from docservice.refusal import Refusal

Format = Literal["po", "xliff"]
FORMATS: tuple[Format, ...] = get_args(Format)
MOST_BYTES = 5 * 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """One string as a translator gets it.

    ``forms`` is empty when there is nothing; ``doubtful`` when it is the translation of earlier English, which ``was``
    holds: it is never taken as it is. ``approved`` says by whom and when, as a sentence.
    """

    id: str
    text: str
    plural: str | None
    forms: tuple[str, ...] = ()
    doubtful: bool = False
    approved: str = ""
    was: str | None = None
    files: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A file for a translator: every string of one version of a template, in one language (BCP 47)."""

    template: str
    title: str
    version: int
    sha256: str
    language: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """One string as it came back. ``id`` as far as the file tells; ``sources`` is the English that stands there.

    ``place`` is where it stands in the file: ``name:line``. ``counts``: its forms are plurals, in the file's order.
    """

    id: str
    sources: tuple[str, ...]
    forms: tuple[str, ...]
    doubtful: bool
    place: str
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came back. ``language`` as it says itself (BCP 47), None when it does not; ``plural`` its rule."""

    language: str | None
    plural: str | None
    entries: tuple[Taken, ...]


def same_language(one: str, other: str) -> bool:
    """Whether two BCP 47 tags mean one language in one script: ``zh-TW`` is ``zh-Hant``, ``es-US`` is ``es``."""
    return _written_language(one) == _written_language(other)


def _written_language(tag: str) -> tuple[str, str]:
    language, *more = tag.replace("_", "-").split("-")
    script = next((part.title() for part in more if len(part) == 4), None)
    region = next((part.upper() for part in more if len(part) in (2, 3)), None)
    if script is None:
        likely = get_global("likely_subtags")
        full = likely.get(f"{language.lower()}_{region}") or likely.get(language.lower()) or ""
        script = next((part for part in full.split("_") if len(part) == 4), "")
    return language.lower(), script


def broken(name: str, message: str, line: int = 0) -> Refusal:
    """The refusal of a file that cannot be read."""
    problem = Finding.error("translation.broken", message, f"{name}:{line}" if line else name)
    return Refusal("translation.broken", f"{name} cannot be read: {message}.", [problem])


def refuse_size(name: str, data: bytes) -> None:
    """Raise ``Refusal("translation.size", kind="too-large")`` for a file that no translator writes."""
    if len(data) > MOST_BYTES:
        message = f"{name} is larger than {MOST_BYTES // 2**20} MB."
        raise Refusal("translation.size", message, kind="too-large")
