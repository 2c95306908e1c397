"""What cannot be seen is no part of a name; what a script needs is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile
from docservice.casefile.invisible import invisible
from docservice.refusal import Refusal

PLACES = [
    "/parties/0/name/text", "/parties/0/name/latin", "/parties/0/attention", "/parties/0/address/lines/0",
    "/property/situs", "/case/title",
]  # fmt: skip
HIDDEN = {
    "soft hyphen": "\u00ad", "joiner": "\u034f", "zero width space": "\u200b", "non-joiner": "\u200c",
    "zero width joiner": "\u200d", "left-to-right mark": "\u200e", "right-to-left mark": "\u200f",
    "Arabic letter mark": "\u061c", "word joiner": "\u2060", "function application": "\u2061",
    "invisible times": "\u2062", "invisible plus": "\u2064", "inhibit swapping": "\u206a",
    "Hangul filler": "\u3164", "half filler": "\uffa0", "choseong filler": "\u115f", "jungseong filler": "\u1160",
    "Khmer inherent vowel": "\u17b4", "Mongolian selector": "\u180b", "vowel separator": "\u180e",
    "selector": "\ufe00", "emoji selector": "\ufe0f", "ideographic selector": "\U000e0101",
    "tag letter": "\U000e0041", "language tag": "\U000e0001", "blank Braille": "\u2800",
    "null notehead": "\U0001d159", "shorthand overlap": "\U0001bca0", "beam": "\U0001d173",
}  # fmt: skip
NEEDED = [
    "می\u200cآیند", "علی\u200cرضا کتاب\u200cفروش", "श्री\u200dकृष्ण", "क्\u200dष क्\u200cष",
    "ශ්\u200dරී ප්\u200dරියන්ත", "ര\u200dമ", "র\u200d্যাম", "葛\U000e0100飾", "㐂\ufe00", "ᠪᠠ\u180bᠲᠤ",
    "ᠪ\u180eᠠ", "សុខ\u200bចាន់ដារ៉ា", "สม\u200bชาย", "ဧ\ufe00", "☎\ufe0f 5550100",
]  # fmt: skip
Fresh = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


def refused(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    try:
        casefile.load(data)
    except Refusal as refusal:
        return [(problem.code, problem.place, problem.message) for problem in refusal.problems]
    return []


def put(data: dict[str, Any], place: str, value: str) -> dict[str, Any]:
    node: Any = data
    *steps, last = place.strip("/").split("/")
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[int(last) if isinstance(node, list) else last] = value
    return data


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("what", HIDDEN)
def test_what_cannot_be_seen_is_refused_by_character_and_place(example: Fresh, place: str, what: str) -> None:
    character = HIDDEN[what]
    for at, text in ((3, f"Ann{character}a"), (4, f"Anna{character}"), (0, f"{character}Anna"), (0, character * 2)):
        ((code, found, message),) = refused(put(example("CE-2026-0147")[0], place, text))
        assert (code, found) == ("casefile.invisible_character", place)
        assert f"Character {at + 1} (U+{ord(character):04X}" in message


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_script_needs_passes(example: Fresh, name: str) -> None:
    assert refused(put(example("CE-2026-0147")[0], "/parties/0/name/text", name)) == []


@pytest.mark.parametrize(
    "blank", ["\u200b\u200b", "\u2060 \u200b", "\u00ad", "\u3164", "\u2800", "a\U000e0041", "5\u2062x"]
)
def test_running_text_of_nothing_is_refused(example: Fresh, blank: str) -> None:
    ((code, place, _),) = refused(put(example("CE-2026-0147")[0], "/violations/0/facts", blank))
    assert (code, place) == ("casefile.invisible_character", "/violations/0/facts")


def test_running_text_may_have_what_a_word_processor_leaves(example: Fresh) -> None:
    text = "The re\u00adtaining wall\u200b leans\u2060 out; see ☎\ufe0f\u200e."
    assert refused(put(example("CE-2026-0147")[0], "/violations/0/facts", text)) == []


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20))
def test_letters_are_seen(text: str) -> None:
    fillers = "\u115f\u1160\u3164\uffa0\U00013441\U00013442"
    assert invisible("".join(character for character in text if character not in fillers)) is None


@given(st.text(st.sampled_from("aÅक्م漢가\u0301 '"), max_size=6), st.characters(categories=("Cf",)))
def test_a_format_character_never_stands_alone(before: str, character: str) -> None:
    """At the beginning of a text none has anything to act on, but for those that are drawn (Arabic number signs …)."""
    drawn = {chr(point) for point in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)}
    drawn |= {chr(point) for point in (*range(0x13430, 0x13441), *range(0xFFF9, 0xFFFC))}
    if character not in drawn and unicodedata.category(character) == "Cf":
        assert invisible(character + before) == (0, character)
