"""One rule said otherwise: the files of an edition with other values in a few places, and every comment as it was.

What may be changed so are the numbers that a council sets; all else is changed in the files (docs/town.md). The result
is a proposal like any other: it is read as a whole, and somebody else approves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import yaml

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.town.told_rules import name_of

At = tuple[str | int, ...]
_WHOLE, _MONEY = re.compile(r"\d{1,4}", re.ASCII), re.compile(r"\d{1,7}(\.\d{2})?", re.ASCII)
_NUMBER = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)
_FIRST = ("First violation", "Second violation", "Third violation")


@dataclass(frozen=True, slots=True)
class RuleValue:
    """A value of a rule that may be said otherwise: its place in the file, what it is called, and what it is now."""

    at: At
    label: str
    kind: Literal["number", "money", "yes"]
    value: str

    @property
    def name(self) -> str:
        """What a form calls it."""
        return "/".join(str(step) for step in self.at)


@dataclass(frozen=True, slots=True)
class Amendable:
    """A rule whose values may be changed in place: the file, the place of its source, the values."""

    file: str
    source: At
    values: tuple[RuleValue, ...]


def amendable(pack: TownPack, files: Mapping[str, bytes], group: str, name: str) -> Amendable | None:
    """What may be changed of a rule; None where it is changed in the files alone."""
    at: At = (group, name) if name else (group,)
    if group == "sections":
        number = next((n for n, one in enumerate(_sections(files)) if _named(one) == name), None)
        section = next((one for one in pack.sections if name_of(one) == name), None)
        if number is None or section is None or section.cure_days is None:
            return None
        at = (group, number)
        return Amendable(
            "sections.yaml", (), (RuleValue((*at, "cure_days"), "Days to correct", "number", str(section.cure_days)),)
        )
    values: tuple[RuleValue, ...] = ()
    if group == "deadlines" and name in pack.deadlines:
        rule = pack.deadlines[name]
        values = (RuleValue((*at, "count"), rule.unit.capitalize(), "number", str(rule.count)),)
    elif group == "fine_classes" and name in pack.fine_classes:
        amounts = enumerate(pack.fine_classes[name].amounts)
        values = tuple(
            RuleValue((*at, "amounts", n), _FIRST[n] if n < 3 else f"{n + 1}th violation", "money", f"{one:f}")
            for n, one in amounts
        )
    elif group == "look_back":
        values = (RuleValue((*at, "count"), pack.look_back.unit.capitalize(), "number", str(pack.look_back.count)),)
    elif group == "time_limit" and pack.time_limit is not None:
        values = tuple(
            RuleValue((*at, "tiers", n, "per_day"), f"From day {one.from_day}, a day", "money", f"{one.per_day:f}")
            for n, one in enumerate(pack.time_limit.tiers)
        )
    elif group == "visit_fee" and pack.visit_fee is not None:
        values = (
            RuleValue((*at, "amount"), "Each further visit", "money", f"{pack.visit_fee.amount:f}"),
            RuleValue((*at, "free"), "Visits that are free", "number", str(pack.visit_fee.free)),
        )
    elif group == "mail_extension":
        mail = pack.mail_extension
        values = (
            RuleValue((*at, "adopted"), "An ordinance adds days for mail", "yes", "yes" if mail.adopted else "no"),
            RuleValue((*at, "same_state"), "Days in the state", "number", str(mail.same_state)),
            RuleValue((*at, "other_state"), "Days in another state", "number", str(mail.other_state)),
            RuleValue((*at, "abroad"), "Days abroad", "number", str(mail.abroad)),
        )
    elif group == "dating":
        values = (
            RuleValue((*at, "ahead"), "Days ahead", "number", str(pack.dating.ahead)),
            RuleValue((*at, "back"), "Days back", "number", str(pack.dating.back)),
        )
    if not values or "rules.yaml" not in files:
        return None
    text = files["rules.yaml"].decode()
    held = tuple(one for one in values if _scalar(text, one.at) is not None)
    return Amendable("rules.yaml", (*at, "source", "citation"), held) if held else None


def amended(
    files: Mapping[str, bytes],
    rule: Amendable,
    given: Mapping[str, str],
    *,
    citation: str,
    adopted_by: str,
    effective_on: date,
    version: str,
) -> dict[str, bytes]:
    """``files`` with the values of a form in a rule, the source that it now rests on, and an edition of its own.

    ``given`` is by ``RuleValue.name``. Raises ``Refusal("rule.value")`` with every value that is none, and
    ``rule.same`` where nothing changes.
    """
    wrong, spans = [], []
    for one in rule.values:
        text = given.get(one.name, one.value).replace("$", "").replace(",", "").strip()
        if not _fits(one, text):
            asked = {"number": "a whole number", "money": "an amount in dollars", "yes": "yes or no"}[one.kind]
            wrong.append(Finding.error("rule.value", f"{one.label} must be {asked}.", f"/{one.name}"))
        elif text != one.value:
            spans.append((one.at, {"yes": "true", "no": "false"}.get(text, text)))
    if wrong:
        raise Refusal("rule.value", "Something is no value.", wrong)
    if not spans:
        message = "Nothing is changed: this is what the rule says already."
        raise Refusal("rule.same", message, [Finding.error("rule.same", message, f"/{rule.values[0].name}")])
    made = dict(files)
    text = files[rule.file].decode()
    if rule.source and citation and _scalar(text, rule.source) is not None:
        spans.append((rule.source, json.dumps(citation, ensure_ascii=False)))
    made[rule.file] = _with(text, spans).encode()
    town = files["town.yaml"].decode()
    head: list[tuple[At, str]] = [
        (("version",), json.dumps(version)),
        (("effective_on",), effective_on.isoformat()),
        (("adopted_by",), json.dumps(adopted_by, ensure_ascii=False)),
    ]
    made["town.yaml"] = _with(
        town, [one for one in head if _scalar(town, one[0]) is not None], whole_line=True
    ).encode()
    return made


def next_version(version: str, taken: Iterable[str]) -> str:
    """A version of its own for what comes after ``version``: ``2026.4`` → ``2026.5``, or the next that is free."""
    known = set(taken)
    found = _NUMBER.match(version)
    before, number = (found[1], int(found[2])) if found else (f"{version}.", 0)
    while f"{before}{number}" in known or f"{before}{number}" == version:
        number += 1
    return f"{before}{number}"


def _fits(one: RuleValue, text: str) -> bool:
    if one.kind == "yes":
        return text in ("yes", "no")
    return bool((_WHOLE if one.kind == "number" else _MONEY).fullmatch(text))


def _sections(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return _read_sections(files.get("sections.yaml", b""))


@lru_cache(8)  # a page asks for each of its rules
def _read_sections(data: bytes) -> list[dict[str, Any]]:
    held = yaml.safe_load(data) or {}
    return list(held.get("sections", ()))


@lru_cache(8)
def _composed(text: str) -> yaml.Node | None:
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _named(one: Mapping[str, Any]) -> str:
    return f"{one.get('code')}, from {one.get('in_force_from')}"


def _scalar(text: str, at: At) -> yaml.ScalarNode | None:
    """The value that stands at a place of a YAML text, with where it stands."""
    node = _composed(text)
    for step in at:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node if isinstance(node, yaml.ScalarNode) else None


def _with(text: str, spans: Iterable[tuple[At, str]], *, whole_line: bool = False) -> str:
    """``text`` with other values at some places; ``whole_line`` takes a remark behind the old value away with it."""
    found = [(node, value) for at, value in spans if (node := _scalar(text, at)) is not None]
    for node, value in sorted(found, key=lambda each: each[0].start_mark.index, reverse=True):
        end = node.end_mark.index
        if whole_line:
            line_end = text.find("\n", end)
            end = len(text) if line_end < 0 else line_end
        text = text[: node.start_mark.index] + value + text[end:]
    return text
