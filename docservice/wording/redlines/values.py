"""What a redline is: frozen values, in reading order, from which every face is drawn.

A wording is a row of ``Block`` values (a heading, a paragraph, a list item, a row of a table, or a marker such as the
start of a statutory block or of a condition), a block a row of ``Token`` values. A ``Redline`` sets two such rows
against each other. It holds both sides whole: ``old_blocks`` and ``new_blocks`` give them back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TokenKind = Literal["word", "number", "mark", "field", "condition", "break", "cell", "picture", "attribute"]
BlockKind = Literal["equal", "changed", "inserted", "deleted", "moved-from", "moved-to", "split", "merged"]
Operation = Literal["equal", "inserted", "deleted"]
Change = Literal["gained", "lost", "changed"]


@dataclass(frozen=True, slots=True)
class Token:
    """The smallest thing that can change.

    ``text`` is what a reader sees, ``source`` what the wording says where that differs (``{{ violation.facts }}``).
    ``key`` decides equality: the text without what the eye cannot tell (white space, no-break hyphens, invisible
    marks), or the source of a field or condition, with the markup around it. ``space`` says that white space precedes
    it; it is kept, and never compared. ``style`` is the markup it stands in: ``strong``, ``em``, ``a=https://…``.
    """

    kind: TokenKind
    text: str
    key: str
    space: bool = False
    source: str = ""
    style: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes two tokens the same."""
        return (self.kind, self.key, self.style)

    @property
    def language(self) -> str | None:
        """The language that its markup gives it (BCP 47), where that is not the wording's."""
        return language_of(self.style)


def language_of(style: tuple[str, ...]) -> str | None:
    """The language in a row of markup: ``span lang=vi``."""
    said = [word[5:] for one in style if " " in one for word in one.split(" ") if word.startswith("lang=")]
    return said[-1] if said else None


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a wording.

    ``role`` is its element (``h1`` … ``h3``, ``p``, ``li``, ``dt``, ``dd``, ``row``, ``caption``, ``figcaption``,
    ``figure``, ``address``) or ``section``, ``section-end``, ``condition``. ``attributes`` are those of the wording
    (``data-part``, ``class`` …) and its kind of list, ``within`` the statutory blocks and statements around it,
    outermost first, ``depth`` the lists around it, ``origin`` the file that it comes from.
    """

    role: str
    tokens: tuple[Token, ...]
    attributes: tuple[tuple[str, str], ...] = ()
    within: tuple[str, ...] = ()
    depth: int = 0
    table: bool = False
    origin: str = ""

    @property
    def structural(self) -> bool:
        """Whether it is a marker, not text."""
        return self.role in ("section", "section-end", "condition")

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two blocks the same."""
        return (self.role, self.attributes, tuple(token.identity for token in self.tokens))

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        return joined(self.tokens)


def joined(tokens: tuple[Token, ...]) -> str:
    """The text of tokens, with the white space that was there."""
    return "".join((" " if token.space and at else "") + token.text for at, token in enumerate(tokens))


@dataclass(frozen=True, slots=True)
class TokenRun:
    """Tokens with one fate. An equal run has both sides: they may differ in what is not compared."""

    operation: Operation
    old: tuple[Token, ...]
    new: tuple[Token, ...]

    @property
    def shown(self) -> tuple[Token, ...]:
        """The tokens that a face shows: the new ones, or those deleted."""
        return self.old if self.operation == "deleted" else self.new


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """An attribute of a block that is not what it was; ``name`` is ``element`` for the element itself."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What became of a block.

    ``old`` and ``new`` are the blocks at this place in each version: one each when it is equal or changed, one and two
    or more when a paragraph was split, none on one side when it was inserted, deleted or moved. A move is two changes
    with one ``move`` number: ``moved-from`` where it was (``old``), ``moved-to`` where it is (``new``), and there
    ``was`` is the old block and ``runs`` the edit made on the way.

    ``number`` is that of the change in the list of changes, from 1 without a gap; 0 for an equal block. What is one
    change to a reader has one number: blocks that moved together, here and there, a section with its end. ``part``
    counts its blocks; the first stands for the change.
    """

    kind: BlockKind
    old: tuple[Block, ...]
    new: tuple[Block, ...]
    runs: tuple[TokenRun, ...]
    attributes: tuple[AttributeChange, ...] = ()
    number: int = 0
    part: int = 0
    move: int = 0
    was: Block | None = None

    @property
    def anchor(self) -> str:
        """What a link to this block is called."""
        return f"change-{self.number}" if self.part <= 1 else f"change-{self.number}-{self.part}"

    @property
    def block(self) -> Block:
        """The block to show: the new one where there is one."""
        return (self.new or self.old)[0]

    @property
    def edited(self) -> bool:
        """Whether words or attributes changed inside it."""
        return bool(self.attributes) or any(run.operation != "equal" for run in self.runs)


@dataclass(frozen=True, slots=True)
class StatutoryChange:
    """A statutory block (``data-block``) or statement that came, went or reads otherwise."""

    name: str
    change: Change
    required: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that the wording asks for now, or no longer.

    ``required``: the letter cannot be issued without it (it is printed, and no condition asks for it first).
    ``breaking``: required, new, and supplied by whoever sends the casefile.
    """

    name: str
    change: Literal["gained", "lost", "now required"]
    required: bool
    breaking: bool


@dataclass(frozen=True, slots=True)
class FileChange:
    """A clause, a picture, a letterhead file or a stylesheet of the bundle."""

    path: str
    change: Change


@dataclass(frozen=True, slots=True)
class MetaChange:
    """A line of ``template.yaml``."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class StaleTranslation:
    """An English sentence that is new or changed (``was``: what it was), and what a language has for it.

    ``translation`` is the new version's translation, None while there is none: the language is then not offered.
    """

    language: str
    english: str
    was: str | None
    translation: str | None


@dataclass(frozen=True, slots=True)
class RedlineLanguage:
    """How far a version speaks the language of a redline: ``missing`` of its ``total`` sentences it says in English."""

    total: int = 0
    missing: int = 0
    offered: bool = True

    @property
    def none(self) -> bool:
        """Whether the version has nothing in the language."""
        return not self.offered and self.missing == self.total


@dataclass(frozen=True, slots=True)
class Redline:
    """Everything that differs between two versions of a template, in one language (BCP 47).

    A version that has nothing in that language (``Speech.none``) has no text here, only its blocks and conditions.
    ``author`` wrote the newer version at ``written_at``, where it is on record.
    """

    key: str
    title: str
    language: str
    old_name: str
    new_name: str
    old_sha256: str
    new_sha256: str
    blocks: tuple[BlockChange, ...]
    statutory: tuple[StatutoryChange, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    clauses: tuple[FileChange, ...] = ()
    files: tuple[FileChange, ...] = ()
    meta: tuple[MetaChange, ...] = ()
    stale: tuple[StaleTranslation, ...] = ()
    old_speech: RedlineLanguage = RedlineLanguage()
    new_speech: RedlineLanguage = RedlineLanguage()
    author: str = ""
    written_at: datetime | None = None

    @property
    def changes(self) -> tuple[BlockChange, ...]:
        """The blocks that are not equal, in order."""
        return tuple(change for change in self.blocks if change.kind != "equal")

    @property
    def count(self) -> int:
        """How many changes the list of changes has."""
        return max((change.number for change in self.blocks), default=0)

    @property
    def empty(self) -> bool:
        """Whether a reader would find no difference."""
        found = (self.changes, self.statutory, self.fields, self.clauses, self.files, self.meta, self.stale)
        return not any(found)

    @property
    def breaking(self) -> tuple[FieldChange, ...]:
        """The fields that callers must begin to send."""
        return tuple(change for change in self.fields if change.breaking)

    def old_blocks(self) -> Iterator[Block]:
        """The old wording, by undoing every change."""
        for change in self.blocks:
            yield from change.old

    def new_blocks(self) -> Iterator[Block]:
        """The new wording, by applying every change."""
        for change in self.blocks:
            yield from change.new
