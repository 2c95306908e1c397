"""What a pack says about its law, and that the clauses of its statements are there and say them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docservice.town import TownPack
from docservice.town.jurisdiction import incoherences, missing_clauses, own_layers

RECORDER = ("envelopes", "recorder")
ENGLISH = "English controls; the phrase is needed in it."


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({}, None, ""),
        ({"law": "us"}, None, ""),
        ({"law": "us-nv"}, ("law",), "The law us-nv is not that of CA: say us-ca where there is one, or us for"),
        ({"law": "madrona-hills"}, ("law",), "The law madrona-hills is not that of CA"),
        ({"key": "us"}, ("key",), "us is the name of a law"),
        ({"key": "us-xx"}, ("key",), "us-xx is the name of a law"),
        ({"key": "usher"}, None, ""),
        ({"phrases": {"body": {"es": "el consejo"}}}, ("phrases", "body"), ENGLISH),
        ({"phrases": {"body": {"en": "the council", "cy": "y cyngor"}}}, ("phrases", "body", "cy"), "cy is not a lang"),
        ({"phrases": {"body": {"en": "the council", "vi": "hội đồng"}}}, None, ""),
        (
            {"phrases": {"body": {"en": "the council"}}, "languages": (), "placards": {}},
            None,
            "",
        ),  # the languages' own check says it
        ({"placards": {"unsafe": {"es": "PELIGRO"}}}, ("placards", "unsafe"), ENGLISH),
        ({"placards": {"unsafe": {"en": "NO", "cy": "NA"}}}, ("placards", "unsafe", "cy"), "cy is not a language"),
    ],
)
def test_what_a_pack_says_of_its_law_and_bodies(
    pack: TownPack, changes: Any, place: tuple[Any, ...] | None, says: str
) -> None:
    said = list(incoherences(replace(pack, **changes)))
    assert [where for where, _ in said] == ([place] if place else [])
    assert all(text.startswith(says) for _, text in said)


def test_only_a_recorders_page_needs_the_place_of_the_return_address(pack: TownPack) -> None:
    bare = {key: replace(envelope, return_block=None) for key, envelope in pack.envelopes.items()}
    assert [where for where, _ in incoherences(replace(pack, envelopes=bare))] == [RECORDER]


def test_wording_comes_from_the_town_its_law_and_the_nation(pack: TownPack) -> None:
    assert own_layers(pack) == {"madrona-hills", "us-ca", "us"}
    assert own_layers(replace(pack, law="us")) == {"madrona-hills", "us"}


@pytest.mark.parametrize(
    ("clause", "says"),
    [
        ('<section data-statement="judicial-review"><p>Ask.</p></section>', None),
        ("<section data-statement = 'judicial-review'><p>Ask.</p></section>", None),
        ("<p data-statement='other'/><p data-statement='judicial-review'/>", None),
        (
            "<section data-statement='hardship-waiver'><p>Ask.</p></section>",
            "The clause judicial-review does not print",
        ),
        ("<section><p>judicial-review</p></section>", "The clause judicial-review does not print the statement jud"),
        (None, "There is no clause judicial-review in town/madrona-hills and law/us-ca and law/us."),
    ],
)
def test_the_clause_of_a_statement_is_there_and_prints_it(pack: TownPack, clause: str | None, says: str | None) -> None:
    town = replace(pack, statements={"judicial-review": pack.statements["judicial-review"]})
    clauses = {} if clause is None else {"clauses/judicial-review.html": clause}
    said = list(missing_clauses(town, clauses))
    assert [where for where, _ in said] == ([("statements", "judicial-review", "clause")] if says else [])
    assert all(text.startswith(says or "") for _, text in said)


def test_a_town_without_a_law_of_its_state_is_told_each_folder_once(pack: TownPack) -> None:
    town = replace(pack, law="us", statements={"judicial-review": pack.statements["judicial-review"]})
    ((_, said),) = missing_clauses(town, {})
    assert said == "There is no clause judicial-review in town/madrona-hills and law/us."
