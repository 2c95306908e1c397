"""What the form of a translator's page holds: for each string the state that it shows, and what was typed.

The page is one form, so whatever is done with one string, what was typed at another comes along and is not lost. The
fields of a string carry its id: ``seen:ID`` (its etag), ``shown:ID`` (what its fields began with), ``text:ID`` (every
plural form), ``reason:ID``.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import request

from docservice.refusal import Refusal


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """What is shown again of a string: what was typed, and why it was refused, if it was."""

    forms: tuple[str, ...]
    reason: str = ""
    refusal: Refusal | None = None


def acted_on() -> str:
    """The string whose button was pressed."""
    return request.form.get("string", "")


def listed() -> tuple[str, ...]:
    """Every string that the form shows."""
    return tuple(name.removeprefix("seen:") for name in request.form if name.startswith("seen:"))


def chosen() -> tuple[str, ...]:
    """The strings whose box is ticked."""
    return tuple(dict.fromkeys(request.form.getlist("chosen")))


def seen(id: str) -> str:
    """The etag that the form shows of a string."""
    return request.form.get(f"seen:{id}", "")


def reason(id: str) -> str:
    """Why an approval is taken back."""
    return request.form.get(f"reason:{id}", "").replace("\r\n", "\n").strip()


def typed(id: str) -> tuple[str, ...]:
    """What was typed, every plural form; nothing where the page has no fields."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n") for text in request.form.getlist(f"text:{id}"))


def is_unsaved(id: str) -> bool:
    """Whether the fields hold something else than what they began with."""
    return bool(typed(id)) and mark(typed(id)) != request.form.get(f"shown:{id}", "")


def unsaved(*, but: str = "") -> dict[str, KeptEntry]:
    """What was typed and not saved, by string."""
    return {id: KeptEntry(typed(id), reason(id)) for id in listed() if id != but and is_unsaved(id)}


def mark(forms: tuple[str, ...]) -> str:
    """What stands for the text of a string's fields."""
    return hashlib.sha256("\0".join(forms).encode()).hexdigest()[:16]
