"""Article numbers of certified mail, wherever one is read (FAULTS L12)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile import load
from docservice.casefile.article_numbers import article_fault, check_digit, grouped
from docservice.casefile.happenings import read_data
from docservice.refusal import Refusal
from tests.casefile.test_loading import changed

RIGHT = "9407111899223197428490"
STOCK = st.one_of(
    st.builds(lambda rest: f"94{rest:019}", st.integers(0, 10**19 - 1)),
    st.builds(lambda rest: f"70{rest:017}", st.integers(0, 10**17 - 1)),
).map(lambda digits: digits + check_digit(digits))


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (RIGHT, None),
        ("9407 1118 9922 3197 4284 90", None),
        ("9407\u00a01118\u00a09922\u00a03197\u00a04284\u00a090", None),
        ("7019 2970 0000 1234 5671", None),
        ("9407111899223197428491", "last digit"),
        ("9414 8118 9956 0231 0000 17", "last digit"),
        ("7019 2970 0000 1234 5678", "last digit"),
        ("0" * 22, "begins with"),
        ("0" * 20, "begins with"),
        ("9414", "22 digits"),
        ("9407-1118-9922-3197-4284-90", "22 digits"),
        ("٩407111899223197428490", "22 digits"),
    ],
)
def test_what_an_article_number_is(number: str, fault: str | None) -> None:
    found = article_fault(number)
    assert found is None if fault is None else fault in (found or "")


@given(STOCK, st.integers(0, 21), st.integers(1, 9))
def test_one_digit_misread_is_found(number: str, place: int, by: int) -> None:
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert article_fault(number) is None
    assert article_fault(grouped(number)) is None
    assert article_fault(wrong) is not None


def test_a_casefile_is_held_to_it_and_one_on_record_is_not() -> None:
    place = "/service/0/article_number"
    wrong = changed((place, "9414 8118 9956 0231 0000 17"))
    with pytest.raises(Refusal) as refused:
        load(wrong)
    assert [(one.code, one.place) for one in refused.value.findings] == [("casefile.article_number", place)]
    assert load(wrong, on_record=True).service[0].article_number == "9414 8118 9956 0231 0000 17"


@pytest.mark.parametrize(
    ("party", "served_on", "codes"),
    [
        ("owner", "2026-05-11", []),  # two papers in one envelope
        ("tenant", "2026-05-11", ["article.used"]),
        ("owner", "2026-05-12", ["article.used"]),
    ],
)
def test_two_envelopes_do_not_have_one_number(party: str, served_on: str, codes: list[str]) -> None:
    data = changed()
    first = data["service"][0]
    again = {**first, "id": "s2", "document": "D-2", "party": party, "served_on": served_on}
    again["article_number"] = first["article_number"].replace(" ", "")  # however it is spaced
    again.pop("result_on")
    data["service"].append(again)
    if not codes:
        assert load(data)
        return
    with pytest.raises(Refusal) as refused:
        load(data)
    assert [(one.code, one.place) for one in refused.value.findings] == [
        (code, "/service/1/article_number") for code in codes
    ]


@pytest.mark.parametrize(
    ("type", "data", "place"),
    [
        ("served", {"party": "owner", "method": "certified_mail", "article_number": "9" * 22}, "/data/article_number"),
        (
            "attempted",
            {
                "party": "owner",
                "declarant": {"name": "N", "address": ["A"], "over_18_and_not_a_party": True},
                "legs": [{"method": "certified_mail", "place": "P", "article_number": RIGHT[:-1] + "1"}],
            },
            "/data/legs/0/article_number",
        ),
    ],
)
def test_an_event_is_held_to_it(type: str, data: dict[str, Any], place: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_data(type, data)
    assert ("casefile.article_number", place) in [(one.code, one.place) for one in refused.value.findings]
