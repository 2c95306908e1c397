"""Nothing confidential reaches the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Letter = Callable[..., Any]


def findings(letter: Letter, words: str, *changes: tuple[str, Any]) -> list[tuple[str, str]]:
    """What is found when an inspector writes ``words`` into the facts."""
    everything = letter("notice-of-violation", ("/violations/0/facts", words), *changes).findings()
    return [(code, place.removeprefix("/confidential/")) for code, place in everything]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Ms. Philippa Vandersloot called.", "complainant/name"),
        ("PHILIPPA  VANDERSLOOT called.", "complainant/name"),
        ("Phílippa Vandérsloot called.", "complainant/name"),
        ("Philippa\u200b Vander\u00adsloot called.", "complainant/name"),
        ("Seen from 18854 Rancho de las Golondrinas Encantadas Ct.", "complainant/address"),
        ("Write to PVandersloot@mail.example.", "complainant/email"),
        ("Call 555.555.0187 for more.", "complainant/phone"),
        ("Call +1 (555) 555-0187.", "complainant/phone"),
        ("The new wall is right below my  driveway and there are cracks in the asphalt.", "complaint"),
        ("Counsel advises against citing the lienholders at this stage.", "privileged_notes"),
    ],
)
def test_leaks_are_found(letter: Letter, words: str, place: str) -> None:
    assert ("confidential", place) in findings(letter, words)


@pytest.mark.parametrize(
    "words", ["The wall is too high.", "Philippa Street is closed.", "Call (555) 555-0188.", "MADRONA HILLS CA 95999"]
)
def test_harmless_words_pass(letter: Letter, words: str) -> None:
    assert "confidential" not in {code for code, _ in findings(letter, words)}


def test_a_surname_alone_is_shown_to_a_person(letter: Letter) -> None:
    assert ("confidential_hint", "complainant/name") in findings(letter, "The Vandersloot driveway is above the wall.")


def test_names_in_other_scripts_in_either_form(letter: Letter) -> None:
    secret = {
        "id": "c",
        "roles": ["interested"],
        "name": {"text": "陳美玲", "language": "zh-Hant", "latin": "Mei-Ling Chen"},
    }
    change = ("/confidential/complainant", secret)
    assert ("confidential", "complainant/name") in findings(letter, "The neighbor陳美玲called.", change)
    assert ("confidential", "complainant/name/latin") in findings(letter, "Mei-Ling CHEN called.", change)


def test_short_names_are_whole_words(letter: Letter) -> None:
    change = ("/confidential/complainant", {"id": "c", "roles": ["interested"], "name": {"text": "Al Li"}})
    assert "confidential" not in {code for code, _ in findings(letter, "A final liability.", change)}
    assert ("confidential", "complainant/name") in findings(letter, "Al Li saw it.", change)


def test_a_complaining_tenant_is_a_tenant_like_others(letter: Letter) -> None:
    owner = letter("inspection-report")
    assert owner.casefile.confidential.complainant is not None
    assert owner.codes() == set()
    from dataclasses import replace

    told = replace(owner.casefile.inspections[0], observations=("Nguyễn Thị Phương Thảo called us.",))
    changed = letter("inspection-report", ("/inspections/0/observations", list(told.observations)))
    assert "confidential" in changed.codes()
