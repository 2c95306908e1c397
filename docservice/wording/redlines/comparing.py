"""Two versions of a template → one redline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from docservice.wording.bundle import Bundle
from docservice.wording.messages import Messages
from docservice.wording.redlines import besides, fields, words
from docservice.wording.redlines.aligning import Unit, align
from docservice.wording.redlines.numbering import numbered
from docservice.wording.redlines.parsing import parse
from docservice.wording.redlines.reading import english
from docservice.wording.redlines.resolving import resolve
from docservice.wording.redlines.values import (
    AttributeChange,
    Block,
    BlockChange,
    BlockKind,
    Redline,
    Run,
    Speech,
    Token,
)

_PARAGRAPH = Token("break", "¶", "¶")


def redline(
    old: Bundle, new: Bundle, language: str = "en", *, old_name: str = "old version", new_name: str = "new version",
    old_told: Messages | None = None, new_told: Messages | None = None, languages: Iterable[str] = (),
) -> Redline:  # fmt: skip
    """What changed from ``old`` to ``new``, in ``language`` (BCP 47).

    Clauses and translations are in place, fields and conditions stay what they are. ``old_name`` and ``new_name``
    are what the faces call the versions. ``old_told`` and ``new_told`` are what the language has for a version that
    does not offer it: its other sentences stand in English, marked; where there is nothing at all, no text stands.
    ``languages`` are those that the new version is to be offered in, besides those that it speaks. Raises
    ``Refusal``: ``language.unknown`` when neither has anything in the language, ``template.error`` for a wording
    that cannot be read.
    """
    speeches = speech(old, language, old_told), speech(new, language, new_told)
    if all(one.none for one in speeches):
        new.messages(language)  # refuses
    blocks = compare(wording(old, language, old_told), wording(new, language, new_told))
    # Blocks without their text are no changed blocks: of those, what the English says holds.
    untold = any(one.none for one in speeches)
    statutory = besides.statutory(old, new, compare(wording(old, "en"), wording(new, "en")) if untold else blocks)
    return Redline(
        key=new.key,
        title=new.meta.title,
        language=language,
        old_name=old_name,
        new_name=new_name,
        old_sha256=old.sha256,
        new_sha256=new.sha256,
        blocks=blocks,
        statutory=statutory,
        fields=fields.changes(old, new),
        clauses=besides.clauses(old, new),
        files=besides.other_files(old, new),
        meta=besides.meta(old, new),
        stale=besides.stale(old, new, languages),
        old_speech=speeches[0],
        new_speech=speeches[1],
    )


def wording(bundle: Bundle, language: str, told: Messages | None = None) -> tuple[Block, ...]:
    """The wording of a bundle as a redline sees it; without its text when the language has nothing for it."""
    if speech(bundle, language, told).none:
        return tuple(block for block in parse(resolve(bundle, "en"), "en") if block.structural)
    return parse(resolve(bundle, language, told), language)


def speech(bundle: Bundle, language: str, told: Messages | None = None) -> Speech:
    """How far a bundle speaks a language, with what is ``told`` where it does not offer it."""
    if language in bundle.languages:
        return Speech()
    sentences = english(bundle.files)
    texts = told.texts if told is not None else {}
    return Speech(len(sentences), sum(sentence not in texts for sentence in sentences), offered=False)


def compare(old: Sequence[Block], new: Sequence[Block]) -> tuple[BlockChange, ...]:
    """The changes that lead from one row of blocks to another, every block in exactly one."""
    return numbered([_change(unit, old, new) for unit in align(old, new)])


def changes_alone(redline: Redline) -> Redline:
    """Only what changed, each below the headings that it stands under. It does not give back the whole of a version."""
    kept: list[BlockChange] = []
    above: list[BlockChange] = []  # headings that nothing was said under yet, the highest first
    for change in redline.blocks:
        role = change.block.role
        if role in ("h1", "h2", "h3"):
            above = [one for one in above if one.block.role < role]
        if change.kind != "equal":
            kept += [*above, change]
            above = []
        elif role in ("h1", "h2", "h3"):
            above.append(change)
    return replace(redline, blocks=tuple(kept))


def _change(unit: Unit, old: Sequence[Block], new: Sequence[Block]) -> BlockChange:
    before, after = tuple(old[i] for i in unit.old), tuple(new[j] for j in unit.new)
    if not after:
        gone = (Run("deleted", before[0].tokens, ()),)
        return BlockChange("deleted" if unit.partner is None else "moved-from", before, (), gone, move=unit.group)
    if not before:
        if unit.partner is None:
            return BlockChange("inserted", (), after, (Run("inserted", (), after[0].tokens),))
        was = old[unit.partner]
        runs = words.compare(was.tokens, after[0].tokens)
        return BlockChange("moved-to", (), after, runs, _attributes(was, after[0]), move=unit.group, was=was)
    if len(before) == len(after) == 1 and before[0].identity == after[0].identity:
        return BlockChange("equal", before, after, (Run("equal", before[0].tokens, after[0].tokens),))
    kind: BlockKind = "split" if len(after) > 1 else "merged" if len(before) > 1 else "changed"
    runs = words.compare(_in_one(before), _in_one(after))
    return BlockChange(kind, before, after, runs, _attributes(before[0], after[0]))


def _in_one(blocks: Sequence[Block]) -> tuple[Token, ...]:
    """The tokens of blocks, with a sign where one ends and the next begins."""
    found: list[Token] = []
    for block in blocks:
        found += [_PARAGRAPH] if found else []
        found += block.tokens
    return tuple(found)


def _attributes(old: Block, new: Block) -> tuple[AttributeChange, ...]:
    was, now = dict(old.attributes), dict(new.attributes)
    found = [AttributeChange("element", old.role, new.role)] if old.role != new.role else []
    names = dict.fromkeys([*was, *now])
    return (*found, *(AttributeChange(n, was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n)))
