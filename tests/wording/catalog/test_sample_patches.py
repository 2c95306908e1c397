"""Samples by reference: RFC 7396, and what is no example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import shipped
from docservice.wording.catalog import sample_patches
from docservice.wording.catalog.sample_patches import difference, merged, resolved, shortened

# RFC 7396, appendix A.
TABLE: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
JSON = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


@pytest.mark.parametrize(("base", "patch", "wanted"), TABLE)
def test_the_table_of_the_standard(base: Any, patch: Any, wanted: Any) -> None:
    assert merged(base, patch) == wanted


@given(OBJECTS, OBJECTS)
def test_a_difference_makes_the_one_of_the_other(base: Any, wanted: Any) -> None:
    assert merged(base, difference(base, wanted)) == wanted


def test_a_sample_is_the_example_with_its_patch() -> None:
    example = json.loads((shipped.folder("examples") / "CE-2026-0147" / "casefile.json").read_text("utf-8"))
    said = {"_extends": "CE-2026-0147", "_order": {"on": "2026-06-25"}, "case": {"title": "Wall"}, "memoranda": None}
    whole = json.loads(resolved(json.dumps(said).encode()))
    example["case"]["title"] = "Wall"
    example.pop("memoranda", None)
    assert whole == {**example, "_order": {"on": "2026-06-25"}}


def test_a_whole_sample_is_said_as_how_it_differs_from_the_nearest_example() -> None:
    said = json.dumps({"_extends": "CE-2026-0203", "_order": {"on": "2026-09-01"}, "case": {"title": "Roof"}}).encode()
    whole = resolved(said)
    assert json.loads(shortened(whole)) == json.loads(said)
    assert resolved(shortened(whole)) == whole
    for strange in (b'{"case": null}', b'{"_order": {}}'):
        assert shortened(strange) == strange, "no patch says it, or none is shorter"


@pytest.mark.parametrize("name", ["CE-1999-0001", "../town", "..", "", 7, None, ["CE-2026-0147"]])
def test_what_is_no_example_stays_for_lint_to_name(name: Any) -> None:
    content = json.dumps({"_extends": name, "_order": {}}).encode()
    assert resolved(content) == content


def test_every_name_is_an_example() -> None:
    assert all((shipped.folder("examples") / name / "casefile.json").is_file() for name in sample_patches.names())
    assert Path(shipped.folder("examples"), "make_photos.py").stem not in sample_patches.names()
