"""What a check has to say."""

from __future__ import annotations

from docservice.finding import Finding


def error(code: str, message: str, place: str = "") -> Finding:
    return Finding(f"checks.{code}", "error", message, place)


def warning(code: str, message: str, place: str = "") -> Finding:
    return Finding(f"checks.{code}", "warning", message, place)
