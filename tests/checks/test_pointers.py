"""A value that is missing is told where in the casefile it is to be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

Letter = Callable[..., Any]


@pytest.mark.parametrize(
    ("key", "about", "path", "place"),
    [
        ("notice-of-violation", None, "case.title", "/case/title"),
        ("notice-of-violation", None, "property.situs", "/property/situs"),
        ("notice-of-violation", None, "parties.1.name", "/parties/1/name"),
        ("notice-of-violation", None, "violations.0.facts", "/violations/0/facts"),
        ("notice-of-violation", None, "violations.0.section_title", "/violations/0/section"),
        ("notice-of-violation", None, "case.title_confirmed", "/case/title"),
        ("notice-of-violation", None, "case.officer.name", "/case/officer"),
        ("notice-of-violation", None, "town.motto", "value town.motto"),
        ("notice-of-violation", None, "violation", "/violations"),
        ("notice-of-violation", None, "violation.facts", "/violations"),
        ("notice-of-violation", None, "recipient.phone", "/parties/0/phone"),
        ("notice-of-violation", None, "recipient.latin", "/parties/0/name/latin"),
        ("notice-of-violation", None, "officer.phone", "/case/officer"),
        ("notice-of-violation", None, "permit.number", "/permits/0/number"),
        ("notice-of-violation", None, "hearing.place", "/hearings/place"),
        ("inspection-report", None, "officer.phone", "/inspections/0/inspector"),
        ("inspection-report", None, "inspection.inspector.title", "/inspections/0/inspector"),
        ("memorandum", None, "officer.title", "/memoranda/0/sender"),
        ("administrative-citation", "c1", "citation.fine", "/citations/0/fine"),
        ("administrative-citation", "c3", "citation.fine", "/citations/2/fine"),
        ("administrative-citation", "c1", "hearing.place", "/hearings/0/place"),
        ("administrative-citation", "c1", "served.party.name", "/service/4/party"),
        ("proof-of-service", None, "served.address", "/service/3/address"),
    ],
)
def test_where_a_missing_value_is_to_be_given(letter: Letter, key: str, about: Any, path: str, place: str) -> None:
    good = letter(key, about=about)
    lacking = replace(good, composition=replace(good.composition, unresolved=(path,)))
    assert lacking.findings() == [("unresolved", place)]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("recipient.phone", "/parties/phone"),
        ("officer.phone", "/case/officer"),
        ("hearing.place", "/hearings/place"),
        ("case.title", "/case/title"),
    ],
)
def test_a_handout_has_no_casefile_to_give_it_in(letter: Letter, path: str, place: str) -> None:
    good = letter("notice-of-violation")
    meta = replace(good.bundle.meta, document_type="a-handout", required_blocks=())
    handout = replace(good, casefile=None, reckoning=None, bundle=replace(good.bundle, meta=meta))
    lacking = replace(handout, composition=replace(handout.composition, unresolved=(path,)))
    assert lacking.findings() == [("unresolved", place)]
