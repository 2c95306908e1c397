"""A town's rules as sentences that an attorney reads, and what one edition says otherwise than another.

Every value of a pack stands in some sentence: those that decide about dates, money and who signs have a sentence of
their own, all others are told by their names. A difference is found in the values, never in the sentences.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from docservice.town.pack import DeadlineRule, DocumentType, FineClass, Section, TimeLimit, TownPack
from docservice.town.source import Source

_NAMED_BY = ("id", "tag", "code", "name")
_LATER = {"after": "next", "before": "previous"}


@dataclass(frozen=True, slots=True)
class RuleSentence:
    """One thing that the rules say: ``group`` ("deadlines"), ``name`` ("cure") and a sentence."""

    group: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What one edition says otherwise; ``old`` is empty for what is new, ``new`` for what is gone."""

    group: str
    name: str
    old: str
    new: str


def sentences(pack: TownPack) -> tuple[RuleSentence, ...]:
    """Everything that the rules say, group by group in the order of the pack."""
    return tuple(RuleSentence(group, name, _text(value)) for (group, name), value in _things(pack).items())


def changes(old: TownPack, new: TownPack) -> tuple[RuleChange, ...]:
    """What ``new`` says otherwise than ``old``, in the order of ``new``; what is gone stands last in its group."""
    before, after = _things(old), _things(new)
    order = {group: n for n, group in enumerate(dict.fromkeys(group for group, _ in (*after, *before)))}
    keys = sorted(dict.fromkeys((*after, *before)), key=lambda key: order[key[0]])
    found = []
    for key in keys:
        was, now = before.get(key, _NOTHING), after.get(key, _NOTHING)
        if was == now:
            continue
        texts = [_text(one) if one is not _NOTHING else "" for one in (was, now)]
        if texts[0] == texts[1]:  # its sentence leaves out what differs
            texts = [_said(one) for one in (was, now)]
        found.append(RuleChange(*key, *texts))
    return tuple(found)


_NOTHING = object()


def _things(pack: TownPack) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for one in fields(TownPack):
        value = getattr(pack, one.name)
        if one.metadata.get("computed"):
            continue
        if isinstance(value, Mapping):
            found |= {(one.name, str(key)): item for key, item in value.items()}
        elif isinstance(value, tuple):
            for item in value:
                name = _name(item)
                found[(one.name, name if (one.name, name) not in found else f"{name} ({len(found)})")] = item
        elif is_dataclass(value) and _text(value) == _said(value):  # none of its own: field by field
            found |= {(one.name, part.name): getattr(value, part.name) for part in fields(value)}
        else:
            found[(one.name, "")] = value
    marks = {name: hashlib.sha256(data).hexdigest()[:12] for name, data in pack.pictures.items()}
    return found | {("pictures", name): f"a picture ({mark})" for name, mark in marks.items()}


def _name(item: Any) -> str:
    if isinstance(item, Section):
        return f"{item.code}, from {item.in_force_from}"
    return str(next((getattr(item, name) for name in _NAMED_BY if hasattr(item, name)), item))


def _text(value: Any) -> str:
    own = _SENTENCES.get(type(value))
    return own(value) if own is not None else _said(value)


def _said(value: Any) -> str:
    """Any value, told by the names of its parts; what is empty is left out."""
    if isinstance(value, Source):
        return f"{value.citation} ({value.confidence})" + (f": {value.note}" if value.note else "")
    if is_dataclass(value):
        parts = ((one.name, getattr(value, one.name)) for one in fields(value))
        return "; ".join(
            f"{name.replace('_', ' ')}: {_said(part)}" for name, part in parts if part not in (None, (), {})
        )
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_said(item)}" for key, item in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(_said(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _sourced(source: Source) -> str:
    """A source as a sentence of its own; its note may be one already."""
    return f"{_said(source).removesuffix('.')}."


def _rule(rule: DeadlineRule) -> str:
    whose = "court" if rule.calendar == "court" else "office"
    rolls = f"moves to the {_LATER[rule.direction]} open day of the {whose}" if rule.rolls else "does not move"
    mail = "an adopted mail extension is added" if rule.extends else "mail adds nothing"
    means = f" It means {rule.means.replace('_', ' ')}." if rule.means else ""
    return (
        f"{rule.title}: {_count(rule.count, rule.unit)} {rule.direction} {rule.trigger}; a closed last day {rolls}; "
        f"{mail}. {_sourced(rule.source)}{means}"
    )


def _count(count: int, unit: str) -> str:
    return f"{count} {unit.removesuffix('s') if count == 1 else unit}"


def _fines(one: FineClass) -> str:
    amounts, caps = (", ".join(_dollars(a) for a in values) for values in (one.amounts, one.caps))
    return f"{one.title}: {amounts} for the first, second, third violation (at most {caps}). {_sourced(one.source)}"


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}".removesuffix(".00")


def _limit(limit: TimeLimit) -> str:
    tiers = "; ".join(f"from day {tier.from_day} {_dollars(tier.per_day)} a day" for tier in limit.tiers)
    rolls = "moves to the next open day" if limit.limit_rolls else "does not move"
    held = "an order to stop work without fault holds it" if limit.tolled_by else "no order to stop work holds it"
    moved = f"a limit on a closed day {rolls}; {held}"
    return f"Past the limit of {limit.section}: {tiers}; {moved}. {_sourced(limit.source)}"


def _kind(kind: DocumentType) -> str:
    dates = ", ".join(f"{name} ({rule})" for name, rule in kind.deadlines.items()) or "no date"
    return (
        f"{kind.title}: signed by {_said(kind.signers)}; served on {_said(kind.served)}; prints {dates}; "
        f"statements: {_said(kind.statements)}. {_sourced(kind.source)}"
    )


def _section(one: Section) -> str:
    until = f" until {one.in_force_until}" if one.in_force_until else ""
    cure = f" {_count(one.cure_days, 'days')} to correct." if one.cure_days is not None else ""
    return f"{one.code}, {one.title}: {one.text} Fines: {one.fine_class}. From {one.in_force_from}{until}.{cure}"


_SENTENCES: Mapping[type, Callable[[Any], str]] = {
    DeadlineRule: _rule,
    FineClass: _fines,
    TimeLimit: _limit,
    DocumentType: _kind,
    Section: _section,
}


def marked(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Two sentences word by word: ``("same" | "old" | "new", words)``, for a redline."""
    from difflib import SequenceMatcher

    before, after = old.split(), new.split()
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(before[a:b])
            continue
        if b > a:
            yield "old", " ".join(before[a:b])
        if d > c:
            yield "new", " ".join(after[c:d])
