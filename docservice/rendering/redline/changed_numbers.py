"""The numbers that a redline changes: money, periods, sections, telephone numbers, and what else is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from docservice.rendering.redline.labels import in_line, shown
from docservice.wording.catalog.quantities import IN_WORDS, quantities
from docservice.wording.redlines.values import BlockChange, Redline, Token, TokenRun

NumberKind = Literal["money", "period", "section", "telephone", "number"]
ORDER: tuple[NumberKind, ...] = ("money", "period", "section", "telephone", "number")

_FIGURE = re.compile(rf"\d|\b(?:{IN_WORDS})\b", re.I)
_PERIOD = re.compile(r"\b(?:hour|day|week|month|year)s?\b", re.I)
_MONEY = re.compile(r"\$|\bdollars?\b", re.I)
_PHONE = re.compile(r"\(\d{3}\)\s?\d{3}-\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b|\b\d{3}-\d{4}\b")
_SECTION = re.compile(
    r"(?:§|\bsections?\b|\bcode\b|\bord\.|\bordinance\b|(?-i:\b[A-Z]{2,5}\b))\W+(?:\w+\W+){0,2}$", re.I
)  # fmt: skip
_WHOLE = re.compile(rf"(?:§ ?)?{_PHONE.pattern}|\d[\d.,:/-]*\d|\d")
_LONG = 8
_REACH = 4  # words beside a change that say what is counted


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A number that ``was`` and what it is ``now``, each with what it counts; empty where there was or is none.

    ``sentence`` holds the words around it, ``where`` the block of the trade; ``change`` is the number of the change in
    the redline, 0 for a value of ``template.yaml``.
    """

    kind: NumberKind
    was: str
    now: str
    sentence: str
    where: str
    change: int


def changed_numbers(redline: Redline) -> tuple[ChangedNumber, ...]:
    """What changed in numbers: money first, then periods, sections, telephone numbers and the rest."""
    found = [one for change in redline.changes for one in _of(change)]
    found += [
        ChangedNumber("number", one.old, one.new, one.name.replace("_", " "), "about the template", 0)
        for one in redline.meta
        if _FIGURE.search(one.old) or _FIGURE.search(one.new)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: ORDER.index(one.kind)))


def _of(change: BlockChange) -> Iterator[ChangedNumber]:
    block = change.block
    if block.structural or change.kind == "moved-from":
        return  # the other half of a move has the edit
    where = block.within[-1].replace("-", " ") if block.within else ""
    runs = change.runs
    for at, run in enumerate(runs):
        if run.operation == "equal" or (run.operation == "inserted" and at and runs[at - 1].operation == "deleted"):
            continue
        both = run.operation == "deleted" and at + 1 < len(runs) and runs[at + 1].operation == "inserted"
        gone = run.old if run.operation == "deleted" else ()
        come = runs[at + 1].new if both else run.new if run.operation == "inserted" else ()
        last = at + 1 if both else at
        if not (_counts(gone) or _counts(come)):
            continue
        if gone and come and in_line(gone) == in_line(come):
            continue  # only its markup
        before, after = _beside(runs, at - 1, -1), _beside(runs, last + 1, 1)
        was, now = (_said(before, side, after) for side in (gone, come))
        kind = _kind(before, (*gone, *come), after)
        yield ChangedNumber(kind, was, now, _sentence(change), where, change.number)


def _counts(tokens: Sequence[Token]) -> bool:
    text = in_line(tokens)
    # "a year" says a number without one.
    return bool(_FIGURE.search(text)) or bool(quantities(text)) or any(t.kind == "number" for t in tokens)


def _beside(runs: Sequence[TokenRun], at: int, way: int) -> tuple[Token, ...]:
    if not 0 <= at < len(runs) or runs[at].operation != "equal":
        return ()
    return runs[at].new[:_REACH] if way > 0 else runs[at].new[-_REACH:]


def _said(before: Sequence[Token], own: Sequence[Token], after: Sequence[Token]) -> str:
    """The words that changed, with the unit that follows a bare number ("14" of "14 days")."""
    if not own:
        return ""
    held = list(own)
    if len(held) > _LONG or not (before or after):  # of a whole paragraph its numbers
        text = in_line(held)
        counted = quantities(text)
        said = [(one.start, one.text) for one in counted]
        said += [
            (found.start(), found.group()) for found in _WHOLE.finditer(text)
            if not any(one.start <= found.start() < one.end for one in counted)
        ]  # fmt: skip
        return ", ".join(dict.fromkeys(words for _, words in sorted(said)))
    for token in after:
        if _PERIOD.search(in_line(held)) or _MONEY.search(in_line(held)) or token.kind != "word":
            break
        if _PERIOD.fullmatch(token.text) or _MONEY.fullmatch(token.text):
            held.append(token)
            break
    return shown(held)


def _kind(before: Sequence[Token], own: Sequence[Token], after: Sequence[Token]) -> NumberKind:
    text = in_line(own)
    if _MONEY.search(text) or _MONEY.match(in_line(after[:1])):
        return "money"
    if _PHONE.search(text):
        return "telephone"
    if _PERIOD.search(text) or any(_PERIOD.fullmatch(token.text) for token in after[:2]):
        return "period"
    if _SECTION.search(in_line(before) + " ") or _SECTION.search(text.rpartition(" ")[0] + " "):
        return "section"
    return "number"


def _sentence(change: BlockChange) -> str:
    tokens = change.new[0].tokens if change.new else change.old[0].tokens
    return shown(tokens, 240)
