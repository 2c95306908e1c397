"""Which ways a name and address may go into the window: who is served is never left out for a C/O line (L8)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from docservice.rendering.letters.address_forms import address_forms, form_shown
from docservice.rendering.letters.tree import AddressLine

NAME, LATIN, ATTN = (AddressLine(kind, [text], text) for kind, text in (
    ("name", "陳美玲"), ("latin", "Mei-Ling Chen"), ("attention", "ATTN Desk"),
))  # fmt: skip
REST = [AddressLine("line", [text], text) for text in ("C/O ADA", "5 ELM ST", "LA CA 90001")]


def texts(lines: Iterable[AddressLine], *, of_before: bool = False) -> list[tuple[str, bool]]:
    return [(" / ".join(form.text), form.complete) for form in address_forms([*lines, *REST], of_before=of_before)]


@pytest.mark.parametrize(
    ("names", "heads", "before"),
    [
        ([NAME], ["陳美玲"], ["陳美玲", ""]),
        ([NAME, LATIN], ["陳美玲 / Mei-Ling Chen", "陳美玲 · Mei-Ling Chen", "Mei-Ling Chen"],
         ["陳美玲 / Mei-Ling Chen", "陳美玲 · Mei-Ling Chen", "Mei-Ling Chen", ""]),
        ([NAME, ATTN], ["陳美玲 / ATTN Desk", "陳美玲 · ATTN Desk", "陳美玲", "ATTN Desk"],
         ["陳美玲 / ATTN Desk", "陳美玲 · ATTN Desk", "ATTN Desk", ""]),
    ],
)  # fmt: skip
def test_the_forms(names: list[AddressLine], heads: list[str], before: list[str]) -> None:
    rest = " / ".join(line.text for line in REST)
    assert [text for text, _ in texts(names)] == [f"{head} / {rest}" for head in heads]
    assert [text for text, _ in texts(names, of_before=True)] == [
        f"{head} / {rest}".removeprefix(" / ") for head in before
    ]
    assert [complete for _, complete in texts(names)][: min(2, len(names))] == [True] * min(2, len(names))


def test_isolates_are_no_part_of_what_an_envelope_says() -> None:
    [form] = address_forms([AddressLine("name", ["\u2067عبد\u2069"], "\u2067عبد\u2069")])
    assert form.text == ("عبد",)


ALL = address_forms([NAME, LATIN, ATTN, *REST])


@pytest.mark.parametrize(
    ("shown", "form"),
    [
        (("陳美玲", "Mei-Ling Chen", "ATTN Desk", "C/O ADA", "5 ELM ST", "LA CA 90001"), 0),
        (("陳美玲 · Mei-Ling Chen · ATTN", "Desk", "C/O ADA", "5 ELM ST", "LA CA 90001"), 1),  # a line is broken
        (("玲美陳", "Chen Mei-Ling", "C/O ADA", "5 ELM ST", "LA CA 90001"), 2),  # in the order in which it is drawn
        (("Mei-Ling Chen", "ATTN Desk", "C/O ADA", "5 ELM ST", "LA CA 90001"), 3),
        (("Mei-Ling Chen", "A\ufffdN Desk", "C/O ADA", "5 ELM S\ufffd", "LA CA 90001"), 3),  # what is told wrong
    ],
)
def test_the_form_is_known_by_what_can_be_read_in_the_window(shown: tuple[str, ...], form: int) -> None:
    assert form_shown(ALL, shown) == ALL[form]


def test_nothing_is_guessed_where_nothing_can_be_read() -> None:
    assert form_shown(ALL, ()) is None
    assert form_shown(ALL[:1], ()) == ALL[0]
    assert form_shown((), ("A",)) is None
