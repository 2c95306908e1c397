"""Word files and pictures that somebody sent, looked at in a process of its own: the other end of ``Means.apart``.

Module-level functions for ``jobs.pool``. They import little: an office that renders in its own process starts one only
for this, and whoever sent the file waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docservice.finding import Finding
from docservice.layers import SearchPath
from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.rendering.composing import semantic_text
from docservice.wording import pictures
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import lint as linting
from docservice.wording.catalog.freezing import freeze
from docservice.wording.messages import Messages
from docservice.wording.word.reading import WordReading, read_word
from docservice.wording.word.writing import to_word

_Parts = Mapping[str, bytes]
WORDING = "letter.html"
BROKEN = frozenset(("word.tag", "word.unbalanced", "word.marker", "template.error", "template.syntax"))


def read(parts: _Parts, sha256: str, key: str, known: Mapping[str, str]) -> WordReading:
    """A Word file as wording, held to the sandbox that fills every wording."""
    reading = read_word(parts[sha256], key, known=known, vocabulary=vocabulary())
    files = {path: text.encode() for path, text in known.items()} | dict(reading.files)
    if any(one.code in BROKEN for one in reading.errors):
        return reading  # it does not parse; the paragraph is named already
    try:
        semantic_text.compiled(files, WORDING)
    except Refusal as refusal:
        found = [replace(one, message=_where(files, one.place, one.message)) for one in refusal.findings]
        return replace(reading, findings=(*found, *reading.findings))
    return reading


def _where(files: Mapping[str, bytes], place: str, message: str) -> str:
    """A message with the words of the paragraph that it is about."""
    name, _, number = place.rpartition(":")
    lines = files.get(name, b"").decode().splitlines()
    if not number.isdecimal() or not 0 < int(number) <= len(lines):
        return message
    words = " ".join(re.sub(r"<[^>]*>", "", lines[int(number) - 1]).split())[:60]
    return f"“{words}”: {message}"


def write(parts: _Parts, sha256: str) -> bytes:
    """A version as a Word file to edit."""
    return to_word(Bundle.from_bytes(parts[sha256]))


def frozen(
    _: _Parts, folder: Path, path: SearchPath, known: Mapping[str, Messages] | None, origins: Mapping[str, str] | None
) -> Bundle:
    """``wording.catalog.freezing.freeze``, of a folder whose wording is a Word file."""
    return freeze(folder, path, known=known, origins=origins)


def linted(_: _Parts, folder: Path, path: SearchPath) -> tuple[Finding, ...]:
    """``wording.catalog.lint.lint``, of such a folder."""
    return linting.lint(folder, path, vocabulary())


def judged(parts: _Parts, sha256: str, samples: Mapping[str, bytes], languages: tuple[str, ...]) -> tuple[Finding, ...]:
    """``wording.catalog.lint.lint_version``, of a version that is written in Word."""
    return linting.lint_version(Bundle.from_bytes(parts[sha256]), samples, vocabulary(), languages)


def complaints(_: _Parts, files: Mapping[str, bytes]) -> dict[str, str]:
    """What is wrong with each picture, by its name."""
    return pictures.complaints(files)
