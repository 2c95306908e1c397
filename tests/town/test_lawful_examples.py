"""What is shipped as an example is lawful by the shipped rules: every sample, and every letter of the three stories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from docservice import casefile as casefiles
from docservice.casefile import folding
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.town import load_pack
from docservice.town.effects import effect_of
from docservice.town.guards import may
from docservice.town.pack import TownPack
from tests.places import ROOT

LETTERS = {path.parent.name: path.parent for path in sorted(ROOT.glob("law/*/letters/*/template.yaml"))}


@cache
def town() -> TownPack:
    return load_pack(ROOT / "town" / "madrona-hills")


@cache
def meta(template: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((LETTERS[template] / "template.yaml").read_text(encoding="utf-8"))
    return read


def example(number: str) -> Any:
    return json.loads((ROOT / "examples" / number / "casefile.json").read_text(encoding="utf-8"))


def merged(whole: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    found = dict(whole) if isinstance(whole, dict) else {}
    for key, value in patch.items():
        found[key] = merged(found.get(key), value)
    return {key: value for key, value in found.items() if value is not None}


def refused(facts: Any, record: CaseRecord, template: str, order: dict[str, Any]) -> list[str]:
    on, type = date.fromisoformat(order["on"]), meta(template)["document_type"]
    held = folding.apart_from(record, effect_of(town(), type), facts, order.get("about"))
    loaded = casefiles.load(folding.fold(facts, held, on).facts)
    answer = may(town(), loaded, record, type, order.get("about"), order.get("recipient"), on)
    return [f"{one.code}: {one.message}" for one in answer.reasons if one.refuses(town().procedure, record)]


def samples() -> Iterator[Any]:
    for template, folder in LETTERS.items():
        for path in sorted(folder.glob("samples/*.json")):
            yield pytest.param(template, path, id=f"{template}-{path.stem}")


@pytest.mark.parametrize(("template", "path"), list(samples()))
def test_every_sample_may_go_out(template: str, path: Path) -> None:
    sample = json.loads(path.read_text(encoding="utf-8"))
    order, base = sample.pop("_order"), sample.pop("_extends", None)
    facts = merged(example(base), sample) if base else sample
    assert refused(facts, CaseRecord(""), template, order) == []


@pytest.mark.parametrize("number", sorted(path.parent.name for path in ROOT.glob("examples/*/letters.json")))
def test_every_letter_of_a_story_may_go_out_after_those_before_it(number: str) -> None:
    facts, record = example(number), CaseRecord(number)
    for line in json.loads((ROOT / "examples" / number / "letters.json").read_text(encoding="utf-8")):
        type, roles = meta(line["template"])["document_type"], set(meta(line["template"]).get("recipients", ()))
        meant = [party["id"] for party in facts["parties"] if roles & set(party["roles"])] or [None]
        for recipient in line.get("recipients", meant):
            assert refused(facts, record, line["template"], {**line, "recipient": recipient}) == [], (line, recipient)
            paper = IssuedDocument(
                f"{type}-{len(record.documents)}", type, line["template"], date.fromisoformat(line["on"]),
                position=len(record.documents) + 1, about=line.get("about"), puts=effect_of(town(), type),
                recipient=recipient,
            )  # fmt: skip
            record = CaseRecord(number, (*record.documents, paper))


def test_the_shipped_rules_refuse_whoever_sends_the_facts() -> None:
    procedure = town().procedure
    assert procedure is not None
    assert (procedure.mode, procedure.unrecorded) == ("enforce", "enforce")
