"""What the checks look at: the inputs of a document, and its text indexed in one pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from docservice.casefile.facts import Casefile, Party, ServiceRecord
from docservice.casefile.invisible import says_something
from docservice.town import subjects
from docservice.town.addressees import addressee, place_of
from docservice.town.calendar import Calendar
from docservice.town.pack import DocumentType, TownPack
from docservice.town.readers import only_told
from docservice.town.reckoning import Reckoning
from docservice.wording.bundle import Bundle

# What a letter asks, threatens and grants those who must act: who is only told of it reads words for their information.
_OF_WHO_MUST_ACT = frozenset(("penalties", "consequences", "appeal-rights"))
HEADINGS = frozenset(("h1", "h2", "h3"))


class Composed(Protocol):
    """A composed text (``rendering.composing.semantic_text.Composition``)."""

    @property
    def root(self) -> Any: ...
    @property
    def language(self) -> str: ...
    @property
    def unresolved(self) -> tuple[str, ...]: ...


class PrintedLetter(Protocol):
    """A finished PDF (``rendering.letters.letter.Rendered``)."""

    @property
    def pdf(self) -> bytes: ...
    @property
    def pages(self) -> int: ...
    @property
    def apart(self) -> tuple[int, ...]: ...
    @property
    def sheet(self) -> bytes: ...


class MarkedText:
    """The marks of docs/house.md in a semantic HTML tree. Elements are lxml's; nothing is changed."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.blocks: dict[str, list[Any]] = {}
        self.violations: dict[str, list[Any]] = {}
        self.deadlines: list[tuple[str, Any]] = []
        self.amounts: list[tuple[str, Any]] = []
        self.unresolved: list[str] = []
        self.statements: set[str] = set()
        self.headings: list[Any] = []
        # Every text with the pointer of the fact it prints, if it prints one.
        self.texts: list[tuple[str | None, str]] = []
        self._read(root)

    def _read(self, root: Any) -> None:
        texts = self.texts
        for element in root.iter():
            attributes = element.attrib
            if element.tag in HEADINGS:
                self.headings.append(element)
            if element.text:
                fact = attributes.get("data-fact") if attributes else None  # alive: asking first is quicker
                texts.append((fact, element.text))
            if element.tail:
                texts.append((None, element.tail))
            if not attributes:  # alive: there are none to go through
                continue  # alive: nor here
            for name, value in attributes.items():
                if name == "data-block":
                    self.blocks.setdefault(value, []).append(element)
                elif name == "data-violation":
                    self.violations.setdefault(value, []).append(element)
                elif name == "data-deadline":
                    self.deadlines.append((value, element))
                elif name == "data-amount":
                    self.amounts.append((value, element))
                elif name == "data-unresolved":
                    self.unresolved.append(value)
                elif name == "data-statement":
                    self.statements.add(value)
                elif name == "alt":
                    texts.append((None, value))

    @cached_property
    def text(self) -> str:
        """All of the text, spaces made even."""
        return even(" ".join(text for _, text in self.texts))

    def block_text(self, name: str) -> str:
        """The text of all blocks of that name."""
        return even(" ".join(" ".join(block.itertext()) for block in self.blocks.get(name, ())))


def even(text: str) -> str:
    """Text as it is compared: every run of white space one space, and without the marks that steer direction.

    CLDR puts such marks into dates, rendering around figures in right-to-left text.
    """
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())  # alive: ASCII has none of them


def plain(element: Any) -> str:
    """The text of an element, as it is compared."""
    return even("".join(element.itertext()))


_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2066-\u2069]")


def substance(element: Any) -> bool:
    """Whether a block says anything beside its headings. A picture does; a dash, or what cannot be seen, does not."""
    if element.tag == "img":
        return True
    if element.tag not in HEADINGS:
        if element.text and says_something(element.text):
            return True
        for child in element:
            if substance(child) or (child.tail and says_something(child.tail)):
                return True
    return False


@dataclass(frozen=True)
class Sight:
    """One document as the checks see it. A handout has no casefile, reckoning or document type."""

    pack: TownPack
    bundle: Bundle
    page: MarkedText
    language: str
    casefile: Casefile | None = None
    reckoning: Reckoning | None = None
    kind: DocumentType | None = None
    unresolved: tuple[str, ...] = ()
    rendered: PrintedLetter | None = None
    draft: bool = False
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", Calendar(self.pack.calendar))

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Blocks that the town's document type or the template requires."""
        own = self.kind.required_blocks if self.kind else ()
        wanted = dict.fromkeys((*own, *self.bundle.meta.required_blocks, *self.bundle.meta.must_contain))
        return tuple(name for name in wanted if not (name in _OF_WHO_MUST_ACT and self._only_told))

    @cached_property
    def _only_told(self) -> bool:
        """Whether the letter tells its reader what somebody else was ordered, and says so."""
        if self.recipient is None or self.casefile is None or "for-your-information" not in self.page.blocks:
            return False
        return only_told(self.recipient, self.casefile.parties)

    @property
    def lacks_subject(self) -> bool:
        """Whether the casefile has no citation, hearing … that a document of this type is about."""
        return self.reckoning is not None and any(p.code == "reckoning.subject" for p in self.reckoning.problems)

    def place(self, party: Party) -> str:
        """The JSON pointer of a party of the casefile."""
        assert self.casefile is not None
        return place_of(self.casefile, self.kind if party is self.recipient else None, party)

    @cached_property
    def sworn(self) -> tuple[tuple[str, ServiceRecord], ...]:
        """The service records that a paper about service tells of, with their JSON pointers."""
        if self.casefile is None or self.reckoning is None or self.kind is None:
            return ()
        told = subjects.covered(self.casefile, self.kind, self.reckoning.subject, self.reckoning.on)
        return tuple((f"/service/{index}", self.casefile.service[index]) for index in told)

    @cached_property
    def recipient(self) -> Party | None:
        if self.casefile is None or self.reckoning is None:
            return None
        return addressee(self.casefile, self.kind, self.reckoning.recipient)
