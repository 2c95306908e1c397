"""The pages that close a packet or a supplement: who vouches for it, what was verified, where pages went.

Wording that a forum or a lawyer decides comes in as text; numbers and names come in as values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.packets.front import Front, day_text
from docservice.packets.spans import Content, digits, in_language, linked, small, strong, table

Verdict = Literal["as_issued", "own", "usable", "converted", "placeholder", "withheld"]

_VERDICTS: dict[Verdict, str] = {
    "as_issued": "As issued",
    "own": "Made for this packet",
    "usable": "As received",
    "converted": "Converted",
    "placeholder": "Not usable; a page stands for it",
    "withheld": "Left out of this copy; a page stands for it",
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the custodian of records or preparer swears to. ``perjury`` is the clause (Code Civ. Proc. § 2015.5)."""

    title: str  # "Declaration of the custodian of records"
    paragraphs: tuple[str, ...]
    perjury: str
    name: str
    office: tuple[str, ...] = ()  # title and office, printed below the name


@dataclass(frozen=True, slots=True)
class CertifiedPart:
    """One part of the finished packet. ``first`` and ``last`` are what is printed on its pages ("301", "45.1").

    ``notes`` say in words what was done to it; ``sha256`` is that of the source, where there is one.
    """

    first: str
    last: str
    title: str
    verdict: Verdict
    sha256: str | None = None
    notes: tuple[str, ...] = ()
    language: str | None = None  # BCP 47 of the title, if not English
    key: str | None = None  # of the link to it


@dataclass(frozen=True, slots=True)
class CertifiedPage:
    """What the last page certifies. ``verified`` are pairs: what ("Links"), and what was found ("412, each …")."""

    paragraphs: tuple[str, ...]  # wording of the profile
    verified: tuple[tuple[str, str], ...]
    parts: tuple[CertifiedPart, ...]
    fingerprint: str  # SHA-256 of the packet's content, 64 digits
    title: str = "Certificate of this packet"
    closing: tuple[str, ...] = ()  # below the table of parts


@dataclass(frozen=True, slots=True)
class Added:
    """Pages that a supplement adds: ``pages`` as printed ("45.1–45.3")."""

    key: str
    pages: str
    title: str
    description: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Supplement:
    """A supplement and where every page now is: ``table`` pairs printed pages with pages of this file."""

    number: int
    on: date
    added: tuple[Added, ...]
    table: tuple[tuple[str, str], ...]  # ("46–120", "49–123")
    paragraphs: tuple[str, ...] = ()


def declaration(front: Front, sworn: Declaration) -> bytes:
    """A declaration to be signed by hand, with lines for date, place and signature."""
    values = {
        "paragraphs": list(sworn.paragraphs),
        "perjury": sworn.perjury,
        "signer": [strong(sworn.name), *map(small, sworn.office)],
    }
    return front.typeset("declaration", sworn.title, values)


def certificate(front: Front, certified: CertifiedPage, *, seal: bool = False) -> bytes:
    """What was verified on the finished file, and every part with its pages, source, verdict and conversions.

    With ``seal`` the rectangle x 72–306, y 72–126 (points from the lower left) of the last page is free, below the
    words "Electronic seal of the town". Parts that have a ``key`` are links of the packet.
    """
    summary = table(("Verified on the finished file", "Found"), (2.1, 0), certified.verified)
    parts = table(
        ("Pages", "Part", "SHA-256 of the source"),
        (0.85, 0, 2.2),
        [[_span(part.first, part.last), _part(part), digits(part.sha256) if part.sha256 else "–"]
         for part in certified.parts],
        title="Parts",
        after=certified.closing,
    )  # fmt: skip
    content = {
        "title": "Fingerprint of the content",
        "rows": [],
        "after": [digits(certified.fingerprint, 10)],
    }
    blocks = [*([summary] if certified.verified else []), *([content] if certified.fingerprint else []), parts]
    values = {"before": list(certified.paragraphs), "blocks": blocks, "seal": seal}
    return front.typeset("certificate", certified.title, values)


def supplement(front: Front, added: Supplement) -> bytes:
    """The first page of a supplement: what was added, each a link to ``packet:<key>``, and the old → new table."""
    rows: list[list[Content]] = [
        [
            one.pages,
            [linked(one.key, in_language(one.title, one.language))]
            + ([small(in_language(one.description, one.language))] if one.description else []),
        ]
        for one in added.added
    ]
    moved = table(
        ("Printed page", "Page of this file"), (2.2, 2.2), added.table, title="Where every page is in this file"
    )
    blocks = [table(("Pages", "Added"), (1.25, 0), rows), moved]
    title = f"Supplement {added.number} of {day_text(added.on)}"
    return front.typeset("tables", title, {"before": list(added.paragraphs), "blocks": blocks})


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _part(part: CertifiedPart) -> list[Content]:
    title = in_language(part.title, part.language)
    lines: Sequence[Content] = [linked(part.key, title) if part.key else title, small(_VERDICTS[part.verdict] + ".")]
    return [*lines, *map(small, part.notes)]
