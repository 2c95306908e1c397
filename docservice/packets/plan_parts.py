"""What a plan is made of, as values; :mod:`plan` reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from docservice.finding import Finding
from docservice.refusal import Refusal

GeneratedKind = Literal[
    "cover", "contents", "photographs", "chronology", "costs", "exhibit-list", "service-list", "declaration",
    "certificate",
]  # fmt: skip
Unusable = Literal["refuse", "placeholder"]
Gaps = Literal["refuse", "first-page"]
Copy = Literal["full", "public"]


_SPAN = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?", re.ASCII)
_MOST_PAGES = 2000  # of a file, as intake takes it


def pages_of(text: str) -> tuple[int, ...]:
    """The pages of a file that ``1-4, 7`` means, in order. Raises ``ValueError`` with a sentence."""
    found: set[int] = set()
    for span in text.split(","):
        match = _SPAN.fullmatch(span.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 0 < first <= last <= _MOST_PAGES:
            raise ValueError("These are no pages of a file. Write them like 1-4, 7.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class PlanRedaction:
    """What is blacked out in the public-records copy: a ``box`` on ``page`` (points from the lower left of the page as
    a viewer shows it: left, bottom, right, top), or a ``text`` (on ``page``, or wherever it stands)."""

    reason: str
    text: str | None = None
    page: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What a part asks for besides being there.

    ``confidential``: why it is left out of the public-records copy, where a page stands for it; ``None``: it is not.
    ``after``: the printed number of the page of the earlier packet that it follows (in a supplement only).
    """

    confidential: str | None = None
    redactions: tuple[PlanRedaction, ...] = ()
    after: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """An issued document by number, followed by its proofs of service (``None``: all on record)."""

    number: str
    proofs: tuple[str, ...] | None = None
    exhibit: str | None = None
    handling: Handling = Handling()


@dataclass(frozen=True, slots=True)
class IssuedPart:
    """All documents issued in the case from one template; :meth:`Plan.resolved` turns it into document parts."""

    template: str
    about: str | None = None
    recipient: str | None = None
    exhibit: str | None = None
    handling: Handling = Handling()


@dataclass(frozen=True, slots=True)
class FilePart:
    """A foreign file. ``alt`` has one text per page; ``exhibit`` is a label, ``"auto"`` or ``None`` (no exhibit).

    One in another language is followed by its English text (``english``, a file) and by the translator's certificate
    (``translator``, a file). ``pages`` are those that go in (from 1; none: all), ``turned`` those that are turned, by
    how many degrees clockwise; boxes of redactions are on the pages as they are turned.
    """

    path: str
    title: str
    description: str = ""
    exhibit: str | None = "auto"
    alt: tuple[str, ...] = ()
    language: str | None = None
    unusable: Unusable = "refuse"
    english: str | None = None
    translator: str | None = None
    handling: Handling = Handling()
    pages: tuple[int, ...] = ()
    turned: tuple[tuple[int, int], ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Its files, in order."""
        return tuple(path for path in (self.path, self.english, self.translator) if path is not None)


@dataclass(frozen=True, slots=True)
class PlanPhoto:
    file: str
    caption: str
    alt: str
    taken_by: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class PhotosPart:
    title: str
    photos: tuple[PlanPhoto, ...]
    description: str = ""
    exhibit: str | None = "auto"
    handling: Handling = Handling()


@dataclass(frozen=True, slots=True)
class SectionPart:
    """A heading in contents and bookmarks; it stands for the parts that follow, up to the next section."""

    title: str


@dataclass(frozen=True, slots=True)
class GeneratedPart:
    kind: GeneratedKind
    exhibit: str | None = None
    handling: Handling = Handling()


PlanPart = DocumentPart | IssuedPart | FilePart | PhotosPart | SectionPart | GeneratedPart


def named(part: PlanPart) -> str:
    """What a person calls a part: its title, or the number of a document."""
    match part:
        case DocumentPart():
            return part.number
        case IssuedPart():
            return part.template
        case GeneratedPart():
            return part.kind
        case _:
            return part.title


@dataclass(frozen=True, slots=True)
class Plan:
    """A valid plan. ``hearing`` is the id of the hearing (in the casefile) that the cover announces.

    ``service``: what gaps in the service of notices do; ``None``: as the profile says. ``supplements``: the id of the
    packet on record that the parts are late additions to. ``declarant``: the officer (id) who declares.
    """

    title: str
    case: str
    parts: tuple[PlanPart, ...]
    profile: str = "default"
    language: str = "en"
    hearing: str | None = None
    service: Gaps | None = None
    certificate: bool = True
    seal: bool = False
    redactions: tuple[PlanRedaction, ...] = ()
    supplements: str | None = None
    declarant: str | None = None

    def paths(self) -> tuple[str, ...]:
        """Every file the plan needs, in order, once each."""
        found: dict[str, None] = {}
        for part in self.parts:
            if isinstance(part, FilePart):
                found.update(dict.fromkeys(part.paths))
            elif isinstance(part, PhotosPart):
                found.update((photo.file, None) for photo in part.photos)
        return tuple(found)

    def resolved(self, find: Callable[[IssuedPart], Sequence[str]]) -> Plan:
        """The plan with every ``issued`` part replaced by the documents that ``find`` names, in its order.

        Raises ``Refusal("packet.plan")`` when nothing was issued for one of them.
        """
        parts: list[PlanPart] = []
        problems: list[Finding] = []
        for place, part in enumerate(self.parts):
            if not isinstance(part, IssuedPart):
                parts.append(part)
                continue
            numbers = find(part)
            if not numbers:
                what = f"No {part.template} has been issued in case {self.case}"
                what += "".join(f", {k} {v}" for k, v in (("about", part.about), ("to", part.recipient)) if v)
                problems.append(Finding.error("packet.document", what + ".", f"/parts/{place}/issued"))
            parts += [DocumentPart(number, exhibit=part.exhibit, handling=part.handling) for number in numbers]
        if problems:
            raise Refusal("packet.plan", "The packet plan names documents that are not there.", problems)
        return replace(self, parts=tuple(parts))
