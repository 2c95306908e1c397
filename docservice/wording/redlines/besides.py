"""What else a new version changes: statutory blocks, clauses, other files, ``template.yaml``, translations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields as fields_of
from typing import Any

from docservice.wording.bundle import LAYERS, Bundle
from docservice.wording.meta import TemplateMeta
from docservice.wording.redlines.likeness import ALIKE, bag, share
from docservice.wording.redlines.reading import english
from docservice.wording.redlines.tokens import tokens
from docservice.wording.redlines.values import (
    Block,
    BlockChange,
    Change,
    FileChange,
    MetaChange,
    StaleTranslation,
    StatutoryChange,
)


def statutory(old: Bundle, new: Bundle, changes: Sequence[BlockChange]) -> tuple[StatutoryChange, ...]:
    """Statutory blocks and statements gained, lost, or with other words inside them."""
    before = _contents(block for change in changes for block in change.old)
    after = _contents(block for change in changes for block in change.new)
    required = {name for meta in (old.meta, new.meta) for name in (*meta.required_blocks, *meta.must_contain)}
    return tuple(
        StatutoryChange(name, change, name in required)
        for name, change in _compared({k: tuple(v) for k, v in before.items()}, {k: tuple(v) for k, v in after.items()})
    )


def _contents(blocks: Iterator[Block]) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for block in blocks:
        for name in dict.fromkeys(block.within):
            found.setdefault(name, []).append(block.identity)
    return found


def _compared(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[tuple[str, Change]]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield name, "lost"
        elif name not in old:
            yield name, "gained"
        elif old[name] != new[name]:
            yield name, "changed"


def clauses(old: Bundle, new: Bundle) -> tuple[FileChange, ...]:
    """Clauses included now, no longer, or rewritten."""
    return _files(old, new, lambda path: path.startswith("clauses/"))


def other_files(old: Bundle, new: Bundle) -> tuple[FileChange, ...]:
    """Pictures, letterhead, stylesheet: what a redline of words does not show."""
    return _files(
        old,
        new,
        lambda p: not p.startswith(("clauses/", "messages/")) and not p.endswith((".html", "template.yaml", LAYERS)),
    )


def _files(old: Bundle, new: Bundle, meant: Any) -> tuple[FileChange, ...]:
    sides = ({path: data for path, data in bundle.files.items() if meant(path)} for bundle in (old, new))
    return tuple(FileChange(path, change) for path, change in _compared(*sides))


def meta(old: Bundle, new: Bundle) -> tuple[MetaChange, ...]:
    """Lines of ``template.yaml`` that differ; of lists, what came and went."""
    found: list[MetaChange] = []
    for one in fields_of(TemplateMeta):
        before, after = getattr(old.meta, one.name), getattr(new.meta, one.name)
        if before == after or one.name == "languages":  # which is not read any more
            continue
        if isinstance(before, tuple):
            gone, come = [v for v in before if v not in after], [v for v in after if v not in before]
            if gone or come:
                found.append(MetaChange(one.name, ", ".join(gone), ", ".join(come)))
            else:
                found.append(MetaChange(f"{one.name} (order)", ", ".join(before), ", ".join(after)))
        elif isinstance(before, Mapping):
            names = dict.fromkeys([*before, *after])
            found += [
                MetaChange(f"{one.name}.{name}", _said(before.get(name)), _said(after.get(name)))
                for name in names
                if before.get(name) != after.get(name)
            ]
        else:
            found.append(MetaChange(one.name, _said(before), _said(after)))
    return tuple(found)


def _said(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def stale(old: Bundle, new: Bundle, languages: Iterable[str] = ()) -> tuple[StaleTranslation, ...]:
    """English sentences that are new or changed, with what each other language has for them: of ``languages``, and of
    those that one of the two versions speaks."""
    before, after = english(old.files), english(new.files)
    come = [text for text in after if text not in before]
    was = _predecessors([text for text in before if text not in after], come)
    found = []
    for language in dict.fromkeys((*languages, *old.languages[1:], *new.languages[1:])):
        held: Mapping[str, str | tuple[str, ...]] = new.messages(language).texts if language in new.languages else {}
        for text in come:
            said = held.get(text)
            shown = said if said is None or isinstance(said, str) else " / ".join(said)
            found.append(StaleTranslation(language, text, was.get(text), shown))
    return tuple(found)


def _predecessors(gone: Sequence[str], come: Sequence[str]) -> dict[str, str]:
    """The old sentence that each new one is an edit of, where there is one."""
    bags = {text: bag(tuple(tokens(text, "en"))) for text in (*gone, *come)}
    pairs = sorted(((-share(bags[a], bags[b]), a, b) for a in gone for b in come), key=lambda pair: pair[0])
    found: dict[str, str] = {}
    for alike, a, b in pairs:
        if -alike >= ALIKE and b not in found and a not in found.values():
            found[b] = a
    return found
