"""Casefiles in, facts out: what is read, and every way of saying no."""

from __future__ import annotations

import copy
import json
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice.casefile import canonical, dump, load
from docservice.casefile.fields import language_tag
from docservice.refusal import Refusal
from tests.places import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*/casefile.json"))


def full() -> dict[str, Any]:
    """A casefile with one of everything that cross-checks look at."""
    return {
        "case": {"number": "CE-1", "title": "t", "opened_on": "2026-05-01", "officer": "coordinator"},
        "property": {"apn": "1-2", "situs": "1 Main Street"},
        "parties": [
            {
                "id": "owner",
                "roles": ["owner"],
                "name": {"text": "Ann O'Hara"},
                "address": {"kind": "street", "lines": ["1 MAIN ST", "MADRONA HILLS CA 95999"]},
            },
            {"id": "tenant", "roles": ["tenant"], "name": {"text": "陳美玲", "language": "zh-Hant"}},
        ],
        "permits": [{"number": "B1", "issued_on": "2020-01-02", "extensions": [{"to": "2021-01-01"}]}],
        "violations": [
            {
                "id": "v1",
                "section": "X 1",
                "observed_on": "2026-05-03",
                "facts": "a",
                "correction": "b",
                "inspection": "i1",
            },
            {"id": "v2", "section": "X 2", "observed_on": "2026-05-03", "facts": "a", "correction": "b"},
        ],
        "inspections": [
            {
                "id": "i1",
                "on": "2026-05-03",
                "at": "09:30",
                "inspector": "inspector",
                "basis_of_entry": "consent",
                "observations": ["o"],
                "photos": [
                    {"file": "a.jpg", "caption": "c", "alt": "d", "taken_on": "2026-05-03", "taken_by": "inspector"},
                    {"file": "b.jpg", "caption": "c", "alt": "d", "taken_on": "2026-05-03", "taken_by": "inspector"},
                ],
            }
        ],
        "citations": [
            {"id": "c1", "ordinal": 1, "violations": ["v1"], "violation_on": "2026-05-03", "fine": 100,
             "issued_on": "2026-05-10", "served_on": "2026-05-11"}
        ],
        "stop_work_orders": [
            {"id": "w1", "on": "2026-05-04", "reason": "r", "conditions": ["c"], "violations": ["v2"]},
        ],
        "appeals": [{"id": "a1", "filed_on": "2026-05-20", "by": "owner", "of": ["c1"], "grounds": "g"}],
        "hearings": [
            {"id": "h1", "on": "2026-06-20", "at": "10:00", "place": ["Hall"], "kind": "appeal",
             "officer": "hearing_officer", "appeal": "a1", "noticed_on": "2026-06-01", "decided_on": "2026-07-01"}
        ],
        "payments": [{"id": "p1", "on": "2026-06-01", "amount": "50.00", "ledger": "fines", "citation": "c1"}],
        "service": [
            {"id": "s1", "document": "D-1", "title": "T", "party": "owner", "method": "certified_mail",
             "served_on": "2026-05-11", "place": "P", "article_number": "9414 8118 9956 0000 0000 16",
             "result_on": "2026-05-12", "declarant": {"name": "N", "address": ["A"], "over_18_and_not_a_party": True}}
        ],
    }  # fmt: skip


def at(data: Any, pointer: str) -> tuple[Any, Any]:
    """The container and the last key of a JSON pointer."""
    *steps, last = pointer.strip("/").split("/")
    for step in steps:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data, int(last) if isinstance(data, list) else last


GONE = object()


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    data = full()
    for pointer, value in changes:
        container, key = at(data, pointer)
        if value is GONE:
            del container[key]
        else:
            container[key] = value
    return data


def problems(data: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load(data)
    assert caught.value.code == "casefile.invalid"
    return [(problem.code.removeprefix("casefile."), problem.place) for problem in caught.value.problems]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_load_and_come_back(path: Path) -> None:
    casefile = load(path.read_bytes())
    assert casefile.case.number == path.parent.name
    assert load(dump(casefile)) == casefile
    assert load(canonical(casefile)) == casefile
    photos = {photo.file for inspection in casefile.inspections for photo in inspection.photos}
    assert photos == {file.name for file in (path.parent / "photos").iterdir()}


def test_values_become_python_values() -> None:
    casefile = load(json.dumps(changed(("/citations/0/fine", 1500.5))))
    assert casefile.citations[0].fine == Decimal("1500.50")
    assert casefile.hearings[0].at == time(10)
    assert casefile.violations[0].observed_on == date(2026, 5, 3)
    assert casefile.parties[0].address is not None
    assert casefile.parties[0].address.region == "CA"
    assert casefile.parties[1].language == "en"
    assert casefile.memoranda == ()


def test_null_is_left_out() -> None:
    assert load(changed(("/costs", None), ("/case/closed_on", None), ("/parties/0/language", None))) == load(full())


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/case", GONE, "missing"),
        ("/case", None, "type"),
        ("/case", [], "type"),
        ("/case/number", 7, "type"),
        ("/case/number", "  ", "blank"),
        ("/case/number", "CE\n1", "line_break"),
        ("/case/title", "x" * 1001, "too_long"),
        ("/case/title", "a\x00b", "control_character"),
        ("/case/title", "a\u202eb", "control_character"),
        ("/case/title", "a\ud800b", "control_character"),
        ("/case/officer", "the officer", "id"),
        ("/case/colour", "red", "unknown_field"),
        ("/case/a~1b", "red", "unknown_field"),
        ("/parties", [], "too_few"),
        ("/parties", {}, "type"),
        ("/parties/0", "owner", "type"),
        ("/parties/0/roles", [], "too_few"),
        ("/parties/0/roles/0", "king", "choice"),
        ("/parties/0/language", "english", "language"),
        ("/parties/0/language", "zh_Hant", "language"),
        ("/parties/0/email", "nobody", "email"),
        ("/parties/0/address/country", "XX", "country"),
        ("/property/year_built", "1938", "type"),
        ("/property/year_built", True, "type"),
        ("/property/year_built", 38, "range"),
        ("/property/residential_rental", 1, "type"),
        ("/violations/1/observed_on", "2026-02-30", "type"),
        ("/violations/1/observed_on", "20260503", "type"),
        ("/violations/1/observed_on", "5/3/2026", "type"),
        ("/violations/1/observed_on", "0026-05-03", "range"),
        ("/hearings/0/at", "24:00", "type"),
        ("/citations/0/fine", -1, "money"),
        ("/citations/0/fine", "1.005", "money"),
        ("/citations/0/fine", float("nan"), "money"),
        ("/citations/0/fine", 1e300, "money"),
        ("/citations/0/fine", 10**400, "money"),
        ("/citations/0/fine", Decimal("1E+999999"), "money"),
        ("/citations/0/fine", True, "type"),
        ("/citations/0/violations", "v1", "type"),
        ("/inspections/0/observations/0", None, "type"),
        ("/inspections/0/photos/0/file", "../a.jpg", "file_name"),
        ("/inspections/0/photos/0/file", "a.exe", "file_name"),
        ("/service/0/article_number", "9414", "article_number"),
        ("/service/0/article_number", "0" * 22, "article_number"),  # FAULTS L12: "in order"
        ("/service/0/article_number", "9407111899223197428491", "article_number"),  # the last digit is 0
        ("/service/0/declarant/name", GONE, "missing"),
    ],
)
def test_a_wrong_field_is_named(pointer: str, value: Any, code: str) -> None:
    place = "/case/a~01b" if pointer == "/case/a~1b" else pointer
    assert problems(changed((pointer, value)))[0] == (code, place)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("/property/situs", GONE)], [("site_missing", "/property/situs")]),
        ([("/property/situs", GONE), ("/property/legal_description", "Lot 1")], []),
        (
            [("/violations/1/id", "v1"), ("/stop_work_orders/0/violations", ["v1"])],
            [("duplicate_id", "/violations/1/id")],
        ),
        ([("/inspections/0/photos/1/file", "a.jpg")], [("duplicate_id", "/inspections/0/photos/1/file")]),
        ([("/violations/0/inspection", "i9")], [("dangling_reference", "/violations/0/inspection")]),
        ([("/citations/0/violations", ["v1", "v9"])], [("dangling_reference", "/citations/0/violations/1")]),
        ([("/stop_work_orders/0/violations", ["v9"])], [("dangling_reference", "/stop_work_orders/0/violations/0")]),
        ([("/appeals/0/by", "nobody")], [("dangling_reference", "/appeals/0/by")]),
        ([("/appeals/0/of", ["x"])], [("dangling_reference", "/appeals/0/of/0")]),
        ([("/hearings/0/appeal", "a9")], [("dangling_reference", "/hearings/0/appeal")]),
        ([("/payments/0/citation", "c9")], [("dangling_reference", "/payments/0/citation")]),
        ([("/service/0/party", "nobody")], [("dangling_reference", "/service/0/party")]),
        ([("/service/0/article_number", GONE)], [("article_number", "/service/0/article_number")]),
        ([("/violations/1/observed_on", "2026-04-30")], [("date_before_opening", "/violations/1/observed_on")]),
        ([("/payments/0/on", "2026-04-30")], [("date_before_opening", "/payments/0/on")]),
        ([("/permits/0/extensions/0/to", "2019-01-01")], [("date_order", "/permits/0/extensions/0/to")]),
        ([("/citations/0/served_on", "2026-05-09")], [("date_order", "/citations/0/served_on")]),
        ([("/hearings/0/decided_on", "2026-06-19")], [("date_order", "/hearings/0/decided_on")]),
        ([("/service/0/result_on", "2026-05-10")], [("date_order", "/service/0/result_on")]),
        ([("/case/closed_on", "2026-04-01")], [("date_order", "/case/closed_on")]),
        # What follows from an unreadable field is not told again.
        ([("/property/situs", 7)], [("type", "/property/situs")]),
        ([("/parties/0/address/lines", [7])], [("type", "/parties/0/address/lines/0")]),
    ],
)
def test_contradictions_are_named(changes: list[tuple[str, Any]], expected: list[tuple[str, str]]) -> None:
    data = changed(*changes)
    if expected:
        assert problems(data) == expected
    else:
        load(data)


def test_everything_is_told_at_once_in_reading_order() -> None:
    data = changed(
        ("/violations/1/facts", 3), ("/violations/0/observed_on", "2025-01-01"), ("/case/number", GONE),
        ("/service/0/party", "nobody"), ("/parties/0/address/lines", ["1 MAIN ST", "NOWHERE"]),
    )  # fmt: skip
    assert problems(data) == [
        ("missing", "/case/number"),
        ("address_last_line", "/parties/0/address/lines/1"),
        ("dangling_reference", "/service/0/party"),
        ("date_before_opening", "/violations/0/observed_on"),
        ("type", "/violations/1/facts"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b'{"case": ', "line 1, column 10"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b'{"a": "\xff"}', "byte 8"),
        (b"", "line 1"),
        (b"[]", "curly brackets"),
        (b'"x"', "curly brackets"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": ' + b"9" * 5000 + b"}", "30 digits"),
        (b'{"a": 0.' + b"9" * 5000 + b"}", "40 digits"),
        (b"[" * 200_000, "deeply"),
        (b'{"a":' * 100_000, "deeply"),
    ],
)
def test_malformed_json(text: bytes, says: str) -> None:
    with pytest.raises(Refusal, match="malformed") as caught:
        load(text)
    assert caught.value.kind == "malformed"
    assert says in str(caught.value)


def test_a_repeated_key_is_refused() -> None:
    text = json.dumps(full())[:-1] + ', "case": {"a": 1, "a": 2}}'
    with pytest.raises(Refusal) as caught:
        load(text)
    assert caught.value.code == "casefile.malformed"
    assert [problem.code for problem in caught.value.problems] == ["casefile.duplicate_key"] * 2


def test_a_byte_order_mark_is_harmless() -> None:
    assert load(b"\xef\xbb\xbf" + json.dumps(full()).encode()) == load(full())


def test_too_large() -> None:
    with pytest.raises(Refusal) as caught:
        load(b" " * (9 * 2**20))
    assert (caught.value.code, caught.value.kind) == ("casefile.too_large", "too-large")


def test_canonical_does_not_depend_on_the_order_of_keys() -> None:
    data = full()
    turned = dict(reversed(list(data.items())))
    assert canonical(data) == canonical(turned)
    assert canonical(data) != canonical(changed(("/case/title", "u")))
    with pytest.raises(Refusal, match="malformed"):
        canonical({"a": float("nan")})
    with pytest.raises(Refusal, match="malformed"):
        canonical({"a": {1, 2}})


def test_load_does_not_change_its_input() -> None:
    data = full()
    before = copy.deepcopy(data)
    load(data)
    assert data == before


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"), ("zh-hant", "zh-Hant"), ("ZH-Hant-TW", "zh-Hant-TW"), ("pa", "pa"), ("mix", "mix"),
        ("es-419", "es-419"),
        ("english", None), ("e", None), ("", None), ("qq", None), ("zh_Hant", None), ("en-", None), ("-en", None),
    ],
)  # fmt: skip
def test_language_tags(text: str, tag: str | None) -> None:
    assert language_tag(text) == tag


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_but_a_refusal_ever_comes_out(data: st.DataObject) -> None:
    """Whatever one puts into whatever field: either it loads, and comes back the same, or it is refused."""
    casefile = full()
    node: Any = casefile
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(node[key], dict | list) and node[key]
        if not deeper or data.draw(st.booleans()):
            node[key] = data.draw(anything)
            break
        node = node[key]
    try:
        loaded = load(casefile)
    except Refusal:
        return
    assert load(dump(loaded)) == loaded


def test_a_field_named_by_a_raised_digit_is_only_unknown() -> None:
    with pytest.raises(Refusal) as refused:
        load({"case": {"¹": None}})
    assert "/case/¹" in {one.place for one in refused.value.findings}
