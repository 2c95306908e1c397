"""Real letters of the example cases, to be spoiled in one way at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from docservice import casefile, checks
from docservice.finding import Finding
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.town.loading import load_pack
from docservice.town.pack import TownPack
from docservice.town.reckoning import Reckoning, reckon
from docservice.wording.bundle import Bundle
from tests.places import ROOT
from tests.shipped_wording import LETTERS as ALL
from tests.shipped_wording import bundle_of, folder_of, sample_of


@dataclass(frozen=True)
class Paper:
    """A letter with everything the checks ask for."""

    casefile: casefile.Casefile
    pack: TownPack
    bundle: Bundle
    reckoning: Reckoning
    composition: Composition

    def findings(self, **more: Any) -> list[tuple[str, str]]:
        return [(finding.code.removeprefix("checks."), finding.place) for finding in self.run(**more)]

    def codes(self, **more: Any) -> set[str]:
        return {code for code, _ in self.findings(**more)}

    def run(self, **more: Any) -> tuple[Finding, ...]:
        return checks.run(
            casefile=self.casefile,
            pack=self.pack,
            bundle=self.bundle,
            reckoning=self.reckoning,
            composition=self.composition,
            **more,
        )

    def spoiled(self, spoil: Callable[[Any], object]) -> Paper:
        """The same letter after ``spoil(root)``."""
        root = copy.deepcopy(self.composition.root)
        spoil(root)
        return replace(self, composition=replace(self.composition, root=root))


@cache
def pack() -> TownPack:
    return load_pack(ROOT / "town" / "madrona-hills")


@cache
def bundle(key: str) -> Bundle:
    return bundle_of(key)


@cache
def example(case: str) -> str:
    """The casefile of an example; of a letter's usual sample, where the letter's key stands for it."""
    if case in ALL:
        return json.dumps({name: value for name, value in usual(case).items() if name != "_order"})
    return (ROOT / "examples" / case / "casefile.json").read_text("utf-8")


def usual(key: str) -> dict[str, Any]:
    return sample_of(folder_of(key) / "samples" / "usual.json")


# letter, case, date, what it is about, recipient
LETTERS = [
    ("courtesy-letter", "CE-2026-0147", "2026-03-04", None, "owner-trust"),
    ("notice-of-violation", "CE-2026-0147", "2026-06-16", None, "owner-trust"),
    ("notice-of-violation", "CE-2026-0203", "2026-09-01", None, "owner-chen"),
    ("stop-work-order", "CE-2026-0147", "2026-04-17", None, "foreman"),
    ("construction-time-limit", "CE-2026-0147", "2026-04-17", None, "owner-trust"),
    ("inspection-report", "CE-2026-0203", "2026-08-20", "i1", ""),
    ("memorandum", "CE-2026-0231", "2026-07-08", None, ""),
    ("proof-of-service", "CE-2026-0231", "2026-07-02", "s4", ""),
    ("administrative-citation", "CE-2026-0231", "2026-05-29", "c1", "owner"),
    ("administrative-citation", "CE-2026-0231", "2026-06-30", "c3", "owner"),
    ("notice-of-hearing", "CE-2026-0231", "2026-07-02", "h1", "owner"),
]


def write(
    key: str,
    case: str,
    on: str,
    about: str | None,
    recipient: str,
    *changes: tuple[str, Any],
    number: str | None = "N-1",
    rules: TownPack | None = None,
    served_on: date | None = None,
) -> Paper:
    """One letter; ``changes`` (JSON pointer, value) are made to its casefile first; by other ``rules`` than shipped."""
    made = (key, case, on, about, recipient, json.dumps(changes), number)
    return _remembered(*made) if rules is None and served_on is None else _written(*made, rules, served_on)


def _written(
    key: str,
    case: str,
    on: str,
    about: str | None,
    recipient: str,
    changes: str,
    number: str | None,
    rules: TownPack | None = None,
    served_on: date | None = None,
) -> Paper:
    rules = rules or pack()
    data = json.loads(example(case))
    for pointer, value in json.loads(changes):
        node: Any = data
        *steps, last = pointer.strip("/").split("/")
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[int(last) if isinstance(node, list) else last] = value
        if steps[:1] == ["violations"] and isinstance(node, dict):
            node.pop("phrase", None)  # which says what the example says
    facts, frozen, day = casefile.load(data), bundle(key), date.fromisoformat(on)
    kind = frozen.meta.document_type
    reckoning = reckon(rules, facts, kind, on=day, recipient=recipient, about=about, served_on=served_on)
    seen = assemble(
        facts, rules, frozen.meta, reckoning, recipient=recipient or None, on=day, number=number, language="en",
        about=about, verify_url="https://www.madronahills.example/verify/1",
    )  # fmt: skip
    return Paper(facts, rules, frozen, reckoning, compose(frozen, seen, "en"))


_remembered = cache(_written)


def in_language(key: str, language: str) -> Paper:
    """A letter's usual sample, translated."""
    rules, frozen, data = pack(), bundle(key), usual(key)
    order = data.pop("_order")
    facts, day, kind = casefile.load(data), date.fromisoformat(order["on"]), frozen.meta.document_type
    about, recipient = order.get("about"), order.get("recipient", "")
    reckoning = reckon(rules, facts, kind, on=day, recipient=recipient, about=about, language=language)
    seen = assemble(
        facts, rules, frozen.meta, reckoning, recipient=recipient or None, on=day, number="N-1", language=language,
        about=about, verify_url="https://www.madronahills.example/verify/1",
    )  # fmt: skip
    return Paper(facts, rules, frozen, reckoning, compose(frozen, seen, language))


@pytest.fixture(scope="session")
def letter() -> Callable[..., Paper]:
    """``letter("notice-of-violation")`` is the first good letter of that kind, with ``changes`` to its casefile.

    Of a kind that has none above it is the letter's own usual sample: a new folder is checked like the others.
    """

    def made(key: str, *changes: tuple[str, Any], about: str | None = None, **more: Any) -> Paper:
        chosen = [row for row in LETTERS if row[0] == key and (about is None or row[3] == about)]
        order = usual(key)["_order"] if not chosen else {}
        chosen += [(key, key, order["on"], order.get("about"), order.get("recipient", ""))] if order else []
        return write(*chosen[0], *changes, **more)

    return made
