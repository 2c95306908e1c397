from __future__ import annotations

from typing import Any

import pytest

from docservice.rendering.composing.values import Fact
from docservice.rendering.letters.tree_text import trim

PARCEL = "012-455-020-000-00123456-00123456-00123456"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("APN 012-455-020", ["APN 012-455-020"]),
        (PARCEL, [PARCEL.replace("-", "-\u200b")]),
        (f"https://town.example/{PARCEL}", [f"https://town.example/{PARCEL}"]),
        ("a" * 64, [["token", {}, ["a" * 64]]]),
        ("X" * 48, [["token", {}, ["\u200b".join(["X" * 16] * 3)]]]),
        ("Call (555) 555-0100", ["Call ", ["phone", {}, ["(555) 555-0100"]]]),
    ],
)
def test_what_is_longer_than_its_column_may_break(text: str, expected: list[Any]) -> None:
    assert trim([text]) == expected


def test_a_line_break_of_the_casefile_starts_a_new_line() -> None:
    assert "one.<br/>two &lt;b&gt;" in Fact("one.\ntwo <b>", "/x").__html__()
