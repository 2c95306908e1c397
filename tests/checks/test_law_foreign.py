"""A document goes out only in words of its own town and law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from docservice.wording.bundle import LAYERS, Bundle
from tests.checks.conftest import Paper


def foreign(paper: Paper) -> set[str]:
    return {place for code, place in paper.findings() if code == "law_foreign"}


def test_it_is_its_own(letter: Callable[..., Paper]) -> None:
    assert foreign(letter("administrative-citation")) == set()


def test_clauses_of_another_law(letter: Callable[..., Paper]) -> None:
    paper = letter("administrative-citation")
    for law in ("us", "us-fl"):
        places = foreign(replace(paper, pack=replace(paper.pack, law=law)))
        assert {"clauses/judicial-review.html", "clauses/retaliation.html"} <= places
        assert not any(place in places for place in ("letter.html", "clauses/payment.html"))  # law/us, everybody's


def test_wording_of_another_town(letter: Callable[..., Paper]) -> None:
    paper = letter("administrative-citation")
    layers = paper.bundle.files[LAYERS].replace(b'"clauses/payment.html": "us"', b'"clauses/payment.html": "elsewhere"')
    files = {**paper.bundle.files, LAYERS: layers}
    assert foreign(replace(paper, bundle=Bundle.of(files))) == {"clauses/payment.html"}


@pytest.mark.parametrize(("law", "found"), [("us-ca", False), ("us-fl", True), ("us", True)])
def test_a_version_from_before_layers_is_judged_by_what_it_names(
    letter: Callable[..., Paper], law: str, found: bool
) -> None:
    paper = letter("administrative-citation")
    old = Bundle.of({path: data for path, data in paper.bundle.files.items() if path != LAYERS})
    places = foreign(replace(paper, bundle=old, pack=replace(paper.pack, law=law)))
    assert ("clauses/judicial-review.html:3" in places) == found
    assert bool(places) == found
