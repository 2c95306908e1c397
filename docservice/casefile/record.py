"""The case on record, as frozen values: what was issued under its number, and what happened in it.

The register owns these facts, whatever a casefile says (``casefile.folding``). Nothing here reads a database: the
office builds a ``CaseRecord`` from its rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from docservice.casefile.service import ServiceRecord

IssuedStatus = Literal["issued", "void", "superseded"]
Effect = Literal["cited", "ordered", "noticed", "decided", "lifted", "closed", "billed"]
EventType = Literal[
    "served",
    "returned",
    "attempted",
    "service-result",
    "lifted",
    "extension-granted",
    "extension-denied",
    "hearing-held",
    "hearing-continued",
    "decided",
    "appeal-withdrawn",
    "hardship-decided",
    "withdrawn",
    "mail-extension-decided",
    "guard-answered",
    "guard-waived",
    "closed",
    "reopened",
    "handout-given",
]

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


def case_key(number: str) -> str:
    """A case number as cases are found by it, however it was typed: ``ce–2026–0231`` and ``CE-2026-0231`` are one.

    Capitals, kinds of dash, widths of characters and white space make no other case.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", number).translate(_DASHES).casefold())
    return re.sub(r"\s+", "", plain)


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """One document of the case, as the register has it.

    ``about`` is the id that its order named, ``recipient`` a party id. ``original`` is the number of the English text
    that it translates, ``replaced_by`` the number of the document that superseded it. ``dates`` are those it printed,
    by their names (``contest-by``, ``comply-by/v1``). ``imported`` is one of before this register, without bytes:
    ``served_on`` is what the import says of its service. ``puts`` is what it does to its subject: a citation is
    ``cited``, a stop work order ``ordered`` or ``lifted``, a hearing ``noticed`` or ``decided``, the case ``closed``.
    ``position`` is its place in the order of record, that of events too; ``title``, ``sha256`` and ``pages`` are of
    its PDF.

    It is one printing of one ``copy`` of a ``notice``: copies of a notice say the same to several persons, and a
    second ``printing`` takes the place of the first. ``notice`` is the notice's number, ``mail_on`` the day from which
    the dates that it printed were counted, where that is not its own. ``window`` are the lines that its envelope shows,
    ``article`` the digits of the certified mail article number that it bears; documents of earlier releases have none.
    """

    number: str
    document_type: str
    template: str
    issued_on: date
    position: int = 0
    puts: Effect | None = None
    about: str | None = None
    recipient: str | None = None
    language: str = "en"
    original: str | None = None
    status: IssuedStatus = "issued"
    status_reason: str | None = None
    status_on: date | None = None
    replaced_by: str | None = None
    dates: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    imported: bool = False
    served_on: date | None = None
    title: str = ""
    sha256: str | None = None
    pages: int | None = None
    notice: str = ""
    copy: int = 1
    printing: int = 1
    mail_on: date | None = None
    window: tuple[str, ...] = ()
    article: str | None = None

    def __post_init__(self) -> None:
        if not self.notice:
            object.__setattr__(self, "notice", self.original or self.number)

    @property
    def in_force(self) -> bool:
        """Neither void nor superseded."""
        return self.status == "issued"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened in a case. Never edited: another ``corrects`` it, by its position, and takes its place.

    ``position`` is its place in the order of record, ``on`` the day it happened, ``at`` when it was told. ``subject``
    is what it is about: the id of a citation, order, hearing, appeal, violation or party, or the number of a document.
    What ``data`` holds follows from the type (``casefile.happenings``).
    """

    position: int
    on: date
    at: datetime
    actor: str
    type: EventType
    subject: str
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    corrects: int | None = None


# Of a paper, the attempts to serve it on one party (the legs of each), a day, and the day on which that party agreed to
# be served electronically → the day from which it is served, if it is by then.
ServiceJudge = Callable[[IssuedDocument, Sequence[Sequence[ServiceRecord]], date, date | None], date | None]


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What cases that went into this one bring: items of its lists, as JSON, and when the first was opened."""

    opened_on: str
    items: Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What the register holds of one case, in whatever order it was read. ``number`` as it was first written.

    ``on_record``: the register keeps its facts too, not only what was issued under its number. ``judge`` says by the
    town's rules whether a service holds; without one, whatever did not come back does. Documents and events are also
    those of cases that went into it (``casefile.merging``), which ``brought`` their facts.
    """

    number: str
    documents: tuple[IssuedDocument, ...] = ()
    events: tuple[CaseEvent, ...] = ()
    on_record: bool = False
    judge: ServiceJudge | None = field(default=None, compare=False, repr=False)
    brought: BroughtIn | None = None

    def standing(self) -> Iterator[CaseEvent]:
        """The events that hold, in the order of record: corrected ones are left out."""
        corrected = {event.corrects for event in self.events if event.corrects is not None}
        for event in sorted(self.events, key=lambda event: event.position):
            if event.position not in corrected:
                yield event


def beside(record: CaseRecord, notice: str) -> CaseRecord:
    """The record without the copies of a notice: what an order finds that is one more copy of it."""
    return replace(record, documents=tuple(one for one in record.documents if one.notice != notice))


def without(record: CaseRecord, number: str, by: str = "") -> CaseRecord:
    """The record with a document, or all copies of a notice, superseded: what an order finds that takes its place."""
    return replace(
        record,
        documents=tuple(
            replace(one, status="superseded", replaced_by=by or one.replaced_by)
            if number in (one.number, one.original, one.notice) and one.in_force else one
            for one in record.documents
        ),
    )  # fmt: skip
