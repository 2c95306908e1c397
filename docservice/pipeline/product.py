"""What the pipeline makes: one face of a document, as a value, and as the bytes in which it is put aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docservice.finding import Finding


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A form that goes with a letter, in the letter's language: made of the same order, with the letter's number.

    ``bundle`` is the SHA-256 of what it was made from.
    """

    key: str
    title: str
    pages: int
    bundle: str
    content: bytes = field(repr=False)
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())

    def to_plain(self) -> dict[str, Any]:
        """As a record keeps it, without the content."""
        return {name: getattr(self, name) for name in ("key", "title", "pages", "sha256", "bundle")}


_HEAD = (
    "title", "recipient_name", "pages", "engine", "fonts", "milliseconds", "body_sha256", "envelope", "window", "dates",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """What was made. ``content`` is the face asked for, ``sha256`` its own; ``html`` the semantic text."""

    content: bytes = field(repr=False)
    html: str = field(repr=False)
    title: str
    recipient_name: str
    pages: int | None
    findings: tuple[Finding, ...]
    engine: str
    fonts: str
    milliseconds: float
    dates: tuple[Mapping[str, Any], ...] = ()  # that a numbered letter sets, as JSON values
    body_sha256: str | None = None  # of what all copies of a numbered letter say (``producing.body``)
    window: tuple[str, ...] = ()  # the lines that the envelope's window shows
    envelope: str | None = None  # the profile that it was set for
    enclosures: tuple[Enclosure, ...] = ()
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def to_bytes(self) -> bytes:
        """All of it, under a seal."""
        html = self.html.encode()
        head = {name: getattr(self, name) for name in _HEAD} | {
            "html": len(html), "findings": [one.to_plain() for one in self.findings],
            "enclosures": [{**one.to_plain(), "bytes": len(one.content)} for one in self.enclosures],
        }  # fmt: skip
        files = b"".join(one.content for one in self.enclosures) + self.content
        body = json.dumps(head, ensure_ascii=False).encode() + b"\n" + html + files
        return hashlib.sha256(body).hexdigest().encode() + b"\n" + body

    @staticmethod
    def from_bytes(data: bytes) -> Product:
        """What ``to_bytes`` wrote. ValueError when the bytes are damaged, or those of another release."""
        seal, _, body = data.partition(b"\n")
        if seal != hashlib.sha256(body).hexdigest().encode():
            raise ValueError("damaged")
        line, _, rest = body.partition(b"\n")
        head = json.loads(line)
        if not isinstance(head, dict) or {*head} != {*_HEAD, "html", "findings", "enclosures"}:
            raise ValueError("of another release")
        html, rest = rest[: head["html"]].decode(), rest[head["html"] :]
        enclosures = list[Enclosure]()
        for one in head["enclosures"]:
            file, rest = rest[: one["bytes"]], rest[one["bytes"] :]
            enclosures.append(Enclosure(one["key"], one["title"], one["pages"], one["bundle"], file))
        findings = tuple(Finding.from_plain(one) for one in head["findings"])
        return Product(
            rest, html, findings=findings, dates=tuple(head["dates"]), window=tuple(head["window"]),
            enclosures=tuple(enclosures),
            **{name: head[name] for name in _HEAD[:-2]},
        )  # fmt: skip
