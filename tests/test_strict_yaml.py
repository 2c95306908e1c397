"""YAML that is put on record has no key twice, wherever it is read."""

from __future__ import annotations

import pytest
import yaml

from docservice import strict_yaml
from docservice.packets import plan
from docservice.refusal import Refusal
from docservice.wording.meta import load_meta

META = "key: a-letter\ntitle: A letter\n"


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3\n", "a:\n  b: 1\n  b: 2\n", "- {a: 1, a: 2}\n", "{1: a, 1: b}"])
def test_a_key_twice_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError, match="is given twice") as refused:
        strict_yaml.read(text)
    assert refused.value.problem_mark is not None


def test_what_has_each_key_once_is_read_as_ever() -> None:
    text = "base: &base {a: 1}\nmore:\n  <<: *base\n  a: 2\nlist: [{a: 1}, {a: 2}]\n"
    assert strict_yaml.read(text) == yaml.safe_load(text)


def test_a_template_that_says_something_twice_is_refused_and_a_frozen_one_stays() -> None:
    twice = META + "face: letter\ntitle: Another\n"
    with pytest.raises(Refusal) as refused:
        load_meta(twice)
    assert [one.place for one in refused.value.problems] == ["template.yaml:4"]
    assert load_meta(twice, frozen=True).title == "Another"


def test_a_plan_that_says_something_twice_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        plan.parse("title: A\ncase: CE-1\ntitle: B\nparts: [{generated: cover}]\n")
    assert refused.value.code == "packet.syntax"
    assert "line 3" in refused.value.message
