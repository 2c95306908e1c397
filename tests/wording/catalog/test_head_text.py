"""``template.yaml`` written and changed: what it says is what was meant, and what was not meant stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice import shipped
from docservice.wording.catalog.head_text import revised, written

HEADS = sorted(shipped.folder("law").glob("*/*/*/template.yaml"))
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
VALUES = st.one_of(WORDS, st.lists(WORDS, max_size=4), st.booleans())
NAMES = ("title", "audience", "signers", "not_in", "envelope", "taglines")


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_what_is_written_is_read(values: dict[str, Any]) -> None:
    assert (yaml.safe_load(written(values)) or {}) == values


@pytest.mark.parametrize("path", HEADS, ids=lambda path: path.parent.name)
@settings(max_examples=15)  # of each of the shipped heads
@given(changes=st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, st.none()), max_size=4))
def test_what_is_changed_is_changed_and_nothing_else(path: Path, changes: dict[str, Any]) -> None:
    text = path.read_text(encoding="utf-8")
    made = revised(text, changes)
    before, after = yaml.safe_load(text), yaml.safe_load(made)
    expected = {**before, **{name: value for name, value in changes.items() if value is not None}}
    assert after == {name: value for name, value in expected.items() if changes.get(name, "") is not None}
    own = [line for line in text.splitlines() if not line.startswith(tuple(f"{name}:" for name in changes))]
    assert [line for line in made.splitlines() if line in own] == own


def test_a_value_in_several_lines() -> None:
    text = "signers:\n  - a  # first\n  - b\n\n# of the envelope\nenvelope: plain\ntitle: >-\n  Long\n  title\n"
    made = revised(text, {"signers": ["c"], "title": "Short"})
    assert made == "signers: [c]\n\n# of the envelope\nenvelope: plain\ntitle: Short\n"
