"""A document goes out only in words of its own town and law."""

from __future__ import annotations

import json
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


def worded(paper: Paper, said: str, *, layer: str = "madrona-hills", path: str = "clauses/payment.html") -> Paper:
    """The letter with a clause of that layer that says so in its third line."""
    layers = json.loads(paper.bundle.files[LAYERS])
    layers = {**layers, path: layer} if path in layers else layers
    assert path in layers
    made = {**paper.bundle.files, LAYERS: json.dumps(layers).encode(), path: f"<p>\n\n{said}</p>\n".encode()}
    return replace(paper, bundle=Bundle.of(made))


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("as in Texas", {"clauses/payment.html:3"}),
        ("as in California", set()),
        ("as the Superior Court has it", set()),
        ("as Texas and California have it", {"clauses/payment.html:3"}),
    ],
)
def test_what_a_town_worded_itself_names_no_other_state(
    letter: Callable[..., Paper], said: str, found: set[str]
) -> None:
    paper = letter("administrative-citation")
    assert foreign(worded(paper, said)) == found
    (*message,) = (one.message for one in worded(paper, said).run() if one.code == "checks.law_foreign")
    assert message == ["“Texas” is not the state of Town of Madrona Hills (California)."] * len(found)


def test_of_other_wording_the_states_are_not_looked_for(letter: Callable[..., Paper]) -> None:
    """What everybody shares is looked at before it ships, and letters are no wording alone."""
    paper = letter("administrative-citation")
    for layer in ("us", "us-ca"):
        assert foreign(worded(paper, "as in Texas", layer=layer)) == set()
    nowhere = replace(paper.pack, identity=replace(paper.pack.identity, state="ZZ"))
    assert foreign(replace(worded(paper, "as in Texas"), pack=nowhere)) == set()


def test_of_a_version_from_before_layers_only_its_wording_is_read(letter: Callable[..., Paper]) -> None:
    paper = letter("administrative-citation")
    path = "letterhead/faces.typ"
    files = {**paper.bundle.files, path: paper.bundle.files[path] + b"\nTexas\n"}
    old = Bundle.of({name: data for name, data in files.items() if name != LAYERS})
    florida = replace(paper, bundle=old, pack=replace(paper.pack, law="us-fl"))
    assert not any(place.startswith(path) for place in foreign(florida))


def test_a_town_of_another_state_names_its_own_law(letter: Callable[..., Paper]) -> None:
    paper = worded(letter("administrative-citation"), "ask the Circuit Court (§ 162.11)", layer="us-fl")
    places = foreign(replace(paper, pack=replace(paper.pack, law="us-fl")))
    assert "clauses/judicial-review.html" in places
    assert not any(place.startswith("clauses/payment.html") for place in places)
