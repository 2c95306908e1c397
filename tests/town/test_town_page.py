"""docs/town.md tells the attorney what the pack says: its tables are the pack's values, its example runs."""

from __future__ import annotations

import re

import pytest

from docservice.town import TownPack
from docservice.town.loading import FILES
from tests.places import ROOT

CASES = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "town.md").read_text(encoding="utf-8")
ROWS = {row.split("|")[1].strip().strip("`"): row for row in PAGE.splitlines() if row.startswith("| `")}


@pytest.mark.parametrize("part", ["deadlines", "fine_classes", "statements", "document_types"])
def test_every_rule_has_its_row_with_source_and_confidence(pack: TownPack, part: str) -> None:
    for key, value in getattr(pack, part).items():
        assert ROWS[key].endswith(f"| {value.source.citation} | {value.source.confidence} |"), key


def test_the_rows_say_what_the_pack_says(pack: TownPack) -> None:
    for key, rule in pack.deadlines.items():
        assert f" {rule.count} {rule.unit} | {rule.direction} {rule.trigger} |" in ROWS[key]
    for key, fine_class in pack.fine_classes.items():
        assert " | ".join(f"${amount:,}" for amount in fine_class.amounts) in ROWS[key]
    for key, statement in pack.statements.items():
        assert f"`{statement.trigger}`" in ROWS[key]
    for tier in pack.time_limit.tiers:
        assert re.search(rf"\| {tier.from_day}\b.*\| \${tier.per_day:,}", PAGE), tier


def test_every_file_is_described() -> None:
    assert all(f"| `{name}` |" in PAGE for name in FILES)


def test_every_problem_is_described() -> None:
    room = ROOT / "docservice" / "town"
    sources = (path.read_text(encoding="utf-8") for path in room.glob("*.py") if path.name != "loading.py")
    codes = {code for source in sources for code in re.findall(r'Finding\.error\(\s*"([\w.]+)"', source)}
    assert codes
    told = {code for code in codes if code.partition(".")[0] in ("event", "service", "article")}  # of events in a case
    assert {code for code in codes - told if f"`{code}`" not in PAGE} == set()
    assert {code for code in told if f"`{code}`" not in CASES} == set()


def test_the_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example, "docs/town.md", "exec"), {})
