"""What a check has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the checks: an error refuses the document, a warning is shown to who issues it.

    ``place`` is a JSON pointer into the casefile, ``block NAME`` of the text, ``page N`` of the PDF, or empty.
    """

    code: str
    severity: Severity
    message: str
    place: str = ""


def error(code: str, message: str, place: str = "") -> Finding:
    return Finding(f"checks.{code}", "error", message, place)


def warning(code: str, message: str, place: str = "") -> Finding:
    return Finding(f"checks.{code}", "warning", message, place)
