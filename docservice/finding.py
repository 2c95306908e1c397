"""The one shape of everything that is wrong: with a request, a wording, a document, a foreign file, a packet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where: an error stops what is being made, a warning is to be known.

    ``code`` is stable (``area.what``), ``message`` a sentence a clerk understands. ``place`` is a JSON pointer into the
    casefile or request (``/violations/2/observed_on``), ``file:line`` of a template folder, ``block NAME`` of a text,
    ``page N`` of a PDF, the name of a file, or empty; ``page`` (from 1) is a page of that file, or of the packet.
    """

    code: str
    severity: Severity
    message: str
    place: str = ""
    page: int | None = None

    @classmethod
    def error(cls, code: str, message: str, place: str = "", page: int | None = None) -> Finding:
        return cls(code, "error", message, place, page)

    @classmethod
    def warning(cls, code: str, message: str, place: str = "", page: int | None = None) -> Finding:
        return cls(code, "warning", message, place, page)

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_plain(cls, value: Mapping[str, Any]) -> Finding:
        """What ``to_plain`` made; records of earlier releases say no page, and of an error no severity."""
        return cls(**{"severity": "error", **value})

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message
