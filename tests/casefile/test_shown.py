"""What a paper shows of the facts: what moves it, and what does not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from docservice.casefile import shown

FACTS: dict[str, Any] = {
    "property": {"apn": "012", "situs": "79 Ridgeline Terrace", "zone": "R-1"},
    "parties": [
        {"id": "owner", "roles": ["owner"], "name": {"text": "Amparo"}, "address": {"lines": ["1 A"]}, "phone": "1"},
        {"id": "tenant", "roles": ["tenant"], "name": {"text": "Lee"}},
    ],
    "violations": [
        {"id": "v1", "section": "MHMC 1", "facts": "High.", "correction": "Lower.", "observed_on": "2026-05-06"},
        {"id": "v2", "section": "MHMC 2", "facts": "Loud.", "correction": "Hush.", "observed_on": "2026-05-06"},
    ],
}


def _rename(facts: Any) -> None:
    facts["parties"][0]["name"]["text"] = "Amparo Q."


def _move(facts: Any) -> None:
    facts["parties"].insert(0, {"id": "new", "name": {"text": "New"}})
    facts["violations"].reverse()


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (_rename, ("/parties/0/name",)),
        (lambda f: f["violations"][0].update(facts="Higher."), ("/violations/0/facts",)),
        (lambda f: f["property"].update(situs="80 Ridgeline Terrace"), ("/property/situs",)),
        (lambda f: f["violations"].pop(0), ("/violations",)),
        (lambda f: f["parties"][0].update(phone="2"), ()),
        (lambda f: f["parties"][1]["name"].update(text="Leigh"), ()),
        (lambda f: f["violations"][1].update(facts="Louder."), ()),
        (lambda f: f["violations"][0].update(corrected_on="2026-06-01"), ()),
        (lambda f: f["property"].update(zone="R-2"), ()),
        (_move, ()),
    ],
)
def test_only_what_is_shown_moves_a_paper(change: Callable[[Any], object], places: tuple[str, ...]) -> None:
    now = copy.deepcopy(FACTS)
    change(now)
    assert shown.moved(FACTS, now, "owner", ["v1"]) == places
    same = shown.digest(FACTS, "owner", ["v1"]) == shown.digest(now, "owner", ["v1"])
    assert same is (places == ())


def test_every_difference_has_its_place() -> None:
    now = copy.deepcopy(FACTS)
    now["parties"].append({"id": "x"})
    del now["property"]["zone"]
    assert set(shown.differing(FACTS, now)) == {"/parties/2", "/property/zone"}
