"""Text pasted from Windows, Word and Outlook: what has one meaning is taken, and nothing that was pinned changes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile
from docservice.casefile.pasting import on_one_line, taken
from docservice.refusal import Refusal
from tests.places import ROOT

_EXAMPLE = (ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8")
_ENDS = ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n"]


def loaded(pointer: str, value: str) -> Any:
    data = json.loads(_EXAMPLE)
    node: Any = data
    *steps, last = pointer.strip("/").split("/")
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[int(last) if isinstance(node, list) else last] = value
    # As it comes: JSON in bytes, so that what a snapshot pins is read the same way.
    return casefile.load(json.dumps(data).encode())


_RUNNING = [
    ("/violations/0/facts", lambda c: c.violations[0].facts),
    ("/violations/0/correction", lambda c: c.violations[0].correction),
    ("/inspections/0/observations/0", lambda c: c.inspections[0].observations[0]),
    ("/stop_work_orders/0/conditions/0", lambda c: c.stop_work_orders[0].conditions[0]),
    ("/memoranda/0/analysis/0", lambda c: c.memoranda[0].analysis[0]),
    ("/events/0/text", lambda c: c.events[0].text),
]


@pytest.mark.parametrize(("pointer", "value"), _RUNNING, ids=[one[0] for one in _RUNNING])
def test_running_text_takes_what_is_pasted(pointer: str, value: Any) -> None:
    pasted = "\ufeffThe fence:\r\n\tis high;\vis old.\x85\u2022\tIt\u00a0leans.\u2028End.\r\n"
    assert value(loaded(pointer, pasted)) == "The fence:\n    is high;\nis old.\n\u2022 It\u00a0leans.\nEnd."


@pytest.mark.parametrize("end", _ENDS)
def test_every_line_end_ends_a_line(end: str) -> None:
    assert taken(f"one{end}two\t{end}") == "one\ntwo" or end == "\n"
    assert taken(f"one{end}{end}two\t.") == "one\n\ntwo ."


@given(
    st.text(
        st.characters(exclude_characters="\t\r\v\f\x85\u2028\u2029\ufeff\x07\x13\x14\x15", exclude_categories=["Cs"])
    )
)
def test_what_could_be_pinned_before_is_what_it_was(text: str) -> None:
    assert taken(text) == text
    assert on_one_line(text) == text


@given(st.lists(st.sampled_from([*_ENDS, "\t", "a", " ", "\u2022", "\ufeff"])).map("".join))
def test_pasting_twice_changes_nothing(text: str) -> None:
    once = taken(text)
    assert taken(once) == once
    assert not re.search("[\t\r\v\f\x85\u2028\u2029\ufeff]", once)
    assert once.replace("\n", "").replace(" ", "") == re.sub("[\\s\x85\ufeff]", "", text)


@pytest.mark.parametrize(("letter", "bullet"), [("§", "▪"), ("Ø", "➢"), ("ü", "•"), ("v", "❖"), ("q", "□")])
def test_a_bullet_of_wingdings_that_came_as_a_letter(letter: str, bullet: str) -> None:
    assert taken(f"See:\r\n{letter}\tone\r\n{letter}\ttwo") == f"See:\n{bullet} one\n{bullet} two"
    assert taken(f"{letter} 5\r\n{letter}5\ta") == f"{letter} 5\n{letter}5 a"


@pytest.mark.parametrize("around", ["{}\r\n", "\ufeff{}", "{}\x07", "\t{}", "{}\u2028"])
def test_a_name_is_taken_without_what_a_copied_cell_brings(around: str) -> None:
    assert loaded("/parties/0/name/text", around.format("Ana Ruiz")).parties[0].name.text == "Ana Ruiz"


def test_a_tab_in_a_line_is_a_space() -> None:
    assert loaded("/parties/0/name/text", "Ruiz,\tAna").parties[0].name.text == "Ruiz, Ana"


@pytest.mark.parametrize("end", _ENDS)
def test_a_name_on_two_lines_is_refused_and_says_where(end: str) -> None:
    with pytest.raises(Refusal) as refused:
        loaded("/parties/0/name/text", f"Ana{end}Ruiz")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == ("casefile.line_break", "/parties/0/name/text")
    assert "after “Ana”" in problem.message


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u2066", "\x80"])
def test_what_has_no_one_meaning_is_still_refused(character: str) -> None:
    for pointer in ("/violations/0/facts", "/parties/0/name/text"):
        with pytest.raises(Refusal) as refused:
            loaded(pointer, f"a{character}b")
        assert refused.value.problems[0].code == "casefile.control_character"


@pytest.mark.parametrize("raw", [b"\r\n", b"\n", b"\t", b"\x0b"])
def test_a_raw_line_end_in_json_is_refused_in_words(raw: bytes) -> None:
    """What is between quotation marks in JSON has its line ends written; a text that has not is no JSON."""
    with pytest.raises(Refusal, match="inside quotation marks at line 2, column") as refused:
        casefile.load(b'{\n"case": "a' + raw + b'b"}')
    assert refused.value.code == "casefile.malformed"


def test_only_marks_is_still_no_text() -> None:
    with pytest.raises(Refusal) as refused:
        loaded("/violations/0/facts", "\ufeff\r\n\t")
    assert refused.value.problems[0].code == "casefile.blank"
