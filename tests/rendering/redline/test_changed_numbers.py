"""The numbers that a redline changes, by what they count."""

from __future__ import annotations

import pytest

from docservice.rendering.redline.changed_numbers import changed_numbers
from docservice.wording.redlines import redline
from tests.wording.redlines.edits import META, between, bundle


def p(text: str) -> str:
    return f"<p>{{% trans %}}{text}{{% endtrans %}}</p>"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Pay $100 by then.", "Pay $250 by then.", [("money", "$100", "$250")]),
        ("You have 14 days to do it.", "You have 10 days to do it.", [("period", "14 days", "10 days")]),
        ("Again within a year of it.", "Again within 18 months of it.", [("period", "a year", "18 months")]),
        ("You have ten days for it.", "You have twelve days for it.", [("period", "ten days", "twelve days")]),
        ("See section 9.40.020 of it.", "See section 9.40.030 of it.", [("section", "9.40.020", "9.40.030")]),
        ("By MHMC 9.40.020 it is so.", "By MHMC 9.40.021 it is so.", [("section", "9.40.020", "9.40.021")]),
        ("Call (555) 555-0100 now.", "Call (555) 555-0101 now.", [("telephone", "(555) 555-0100", "(555) 555-0101")]),
        ("It is 6 feet tall there.", "It is 8 feet tall there.", [("number", "6", "8")]),
        ("It is so in this town.", "It is so in our town.", []),
        ("Pay $100 in 30 days.", "Pay $200 in 21 days.", [("money", "$100", "$200"), ("period", "30 days", "21 days")]),
        ("Pay $100 by then.", "Pay <strong>$100</strong> by then.", []),
    ],
)
def test_a_changed_number(old: str, new: str, expected: list[tuple[str, str, str]]) -> None:
    found = changed_numbers(between(p(old), p(new)))
    assert [(one.kind, one.was, one.now) for one in found] == expected


def test_whole_paragraphs_moves_and_values_of_the_head() -> None:
    one, two = (
        p("A paragraph about a fence and all that."),
        p("Within 30 days or $500, they say; call us."),
    )
    (gone,) = changed_numbers(between(one + two, one))
    assert (gone.kind, gone.was, gone.now) == ("money", "30 days, $500", "")
    (edited,) = changed_numbers(between(one + two, two.replace("30", "20") + one))  # moved, and a number in it changed
    assert (edited.kind, edited.was, edited.now) == ("period", "30 days", "20 days")
    data = bundle(one, meta=META + "data: {height: 6}\n"), bundle(one, meta=META + "data: {height: 8}\n")
    (head,) = changed_numbers(redline(*data))
    assert (head.was, head.now, head.sentence) == ("6", "8", "data.height")
