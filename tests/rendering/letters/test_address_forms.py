"""Which ways a name and address may go into the window: who is served is never left out for a C/O line (L8)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest

from docservice.refusal import Refusal
from docservice.rendering.letters.address_forms import AddressForm, address_forms, form_shown
from docservice.rendering.letters.tree import AddressLine
from docservice.town.pack import Box

WINDOW = Box(Decimal("1"), Decimal("2.625"), Decimal("4.25"), Decimal("3.042"))
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


def test_the_form_that_came_out_is_the_one_that_makes_the_same_letter() -> None:
    forms = address_forms([NAME, ATTN, *REST])

    def only(these: Iterable[AddressForm]) -> bytes:
        [form] = these
        if len(form.lines) > 4:
            raise Refusal("address.overflow", "No.")
        return " / ".join(form.text).encode()

    for form in forms[1:]:
        assert form_shown(forms, only([form]), WINDOW, only) == form
    assert form_shown((), b"", WINDOW, only) is None
