"""What examples and samples say in words agrees with the dates and sections beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from docservice import casefile
from docservice.town import load_pack
from tests.places import ROOT
from tests.shipped_wording import sample_of

PACK = load_pack(ROOT / "town" / "madrona-hills")
# A period in the wording of one violation stands beside a date that is counted; the words must leave it to the date.
_PERIOD = re.compile(
    r"\b(within|in)\s+\S+\s+(\S+\s+)?(days?|weeks?|months?)\b|\b(today|tomorrow|tonight|by \w+day)\b", re.I
)


def _facts() -> Iterator[Any]:
    for path in sorted((*ROOT.glob("examples/*/casefile.json"), *ROOT.glob("law/*/letters/*/samples/*.json"))):
        data = sample_of(path)
        order = data.pop("_order", {})
        yield pytest.param(data, order, id="-".join(path.parts[-3:]))


@pytest.mark.parametrize(("data", "order"), list(_facts()))
def test_no_correction_names_a_period_of_its_own(data: dict[str, Any], order: dict[str, Any]) -> None:
    for violation in data.get("violations", ()):
        for name in ("facts", "correction", "danger_reason"):
            said = _PERIOD.search(violation.get(name) or "")
            assert said is None or violation.get("comply_by"), (violation["id"], violation[name])
        # "At once" is for a danger: every other violation has a date.
        at_once = re.search(r"\b(at once|immediately)\b(?! when)", violation["correction"])
        assert at_once is None or violation.get("immediate_danger"), (violation["id"], violation["correction"])


@pytest.mark.parametrize(("data", "order"), list(_facts()))
def test_every_section_was_in_force_and_nothing_is_seen_after_the_letter(
    data: dict[str, Any], order: dict[str, Any]
) -> None:
    facts = casefile.load(data)
    for violation in facts.violations:
        assert PACK.section(violation.section, violation.observed_on) is not None
    if order:
        assert min(v.observed_on for v in facts.violations) <= date.fromisoformat(order["on"])


def test_the_least_casefile_cites_the_section_for_a_fence() -> None:
    page = (ROOT / "docs" / "casefile.md").read_text("utf-8")
    (least,) = (json.loads(found) for found in re.findall(r"(?s)## The least.*?```json\n(.*?)```", page))
    (violation,) = casefile.load(least).violations
    section = PACK.section(violation.section, violation.observed_on)
    assert section is not None
    assert "fence" in section.title.lower()
    assert "fence" in violation.facts
