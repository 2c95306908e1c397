"""Nothing confidential reaches the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checks.spoiling import add, of_type

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


def test_what_is_said_of_a_picture_is_read_too(letter: Letter) -> None:
    good = letter("notice-of-violation")
    assert "confidential" not in good.spoiled(add("<p><img alt='The wall'/></p>")).codes()
    told = good.spoiled(add("<p><img alt='From the drive of Philippa Vandersloot'/></p>"))
    assert ("confidential", "/confidential/complainant/name") in told.findings()


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


@pytest.mark.parametrize(
    ("words", "leaks"),
    [
        ("A final liability.", False),
        ("The final Li we saw.", False),
        ("Al Lister saw it.", False),
        ("Al Li saw it.", True),
        ("Seen by Al Li", True),
        ("A final liability, said _Al Li_.", True),
        ("(Al Li)", True),
    ],
)
def test_short_names_are_whole_words(letter: Letter, words: str, leaks: bool) -> None:
    change = ("/confidential/complainant", {"id": "c", "roles": ["interested"], "name": {"text": "Al Li"}})
    assert (("confidential", "complainant/name") in findings(letter, words, change)) is leaks


PHONE = "/confidential/complainant/phone"


@pytest.mark.parametrize(
    ("phone", "words", "leaks"),
    [
        ("1-555-555-0187", "Call 555-555-0187.", True),
        ("555-0187", "Call 555-0187.", True),
        ("555-018", "Call 555-018 or 81555-018.", False),  # too few digits to be anybody's
        ("(555) 555-0187", "Call 555-0187.", False),
        (None, "Call (555) 555-0187.", False),
    ],
)
def test_a_telephone_number_is_known_by_its_last_ten_digits(
    letter: Letter, phone: str | None, words: str, leaks: bool
) -> None:
    assert (("confidential", "complainant/phone") in findings(letter, words, (PHONE, phone))) is leaks


@pytest.mark.parametrize(
    ("lines", "words", "leaks"),
    [
        (["C/O ADA LOVE", "9 RIDGE RD", "MADRONA HILLS CA 95999"], "Seen from 9 Ridge Rd.", True),
        (["C/O ADA LOVE", "9 RIDGE RD", "MADRONA HILLS CA 95999"], "It is in Madrona Hills CA 95999.", False),
        (["MADRONA HILLS CA 95999"], "It is in Madrona Hills CA 95999.", False),
    ],
)
def test_every_line_of_an_address_but_the_town_is_a_secret(
    letter: Letter, lines: list[str], words: str, leaks: bool
) -> None:
    address = {"kind": "street", "lines": lines, "region": "CA"}
    found = findings(letter, words, ("/confidential/complainant/address", address))
    assert (("confidential", "complainant/address") in found) is leaks


@pytest.mark.parametrize(
    ("field", "value", "words", "message"),
    [
        (
            "complaint",
            "It is loud. They park in front of my driveway.",
            "They park in front of my driveway.",
            "The text quotes the complaint.",
        ),
        (
            "privileged_notes",
            ["Wait.", "We have a weak case there. Settle with them by the summer."],
            "Settle with them by the summer.",
            "The text quotes a privileged note.",
        ),
        ("complaint", "It is loud. They park in front of my driveway.", "It is loud.", None),
        ("complaint", "It is loud.", "It is loud.", "The text quotes the complaint."),  # nothing longer to know it by
        ("complaint", None, "They park in front of my driveway.", None),
        ("complainant", None, "Philippa Vandersloot.", None),
    ],
)
def test_any_long_sentence_gives_it_away(
    letter: Letter, field: str, value: Any, words: str, message: str | None
) -> None:
    changes = [("/violations/0/facts", words), (f"/confidential/{field}", value)]
    found = [one for one in letter("notice-of-violation", *changes).run() if "confidential" in one.code]
    assert [(one.place, one.message) for one in found] == ([(f"/confidential/{field}", message)] if message else [])


def test_a_name_that_is_found_is_not_hinted_at_too(letter: Letter) -> None:
    found = findings(letter, "Philippa Vandersloot called.")
    assert found == [("confidential", "complainant/name")]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("陳美玲 called.", "name"),
        ("Meiling Chenowitz called.", "name"),
        ("Seen from 9 Ridge Rd.", "address"),
        ("Write to mei@mail.example.", "e-mail address"),
        ("Call 555-555-0187.", "telephone number"),
    ],
)
def test_it_is_said_what_gives_the_complainant_away(letter: Letter, words: str, what: str) -> None:
    complainant = {
        "id": "c",
        "roles": ["interested"],
        "name": {"text": "陳美玲", "language": "zh-Hant", "latin": "Meiling Chenowitz"},
        "address": {"kind": "street", "lines": ["9 RIDGE RD", "MADRONA HILLS CA 95999"]},
        "email": "Mei@mail.example",
        "phone": "(555) 555-0187",
    }
    told = letter("notice-of-violation", ("/violations/0/facts", words), ("/confidential/complainant", complainant))
    assert [one.message for one in told.run()] == [f"The text has the complainant's {what}."]


@pytest.mark.parametrize(
    ("id", "name", "words", "found"),
    [
        # A tenant who complained is written to as a tenant; elsewhere the name gives them away.
        ("contractor", "Philippa Vandersloot", "The wall.", []),
        ("c", "Philippa Vandersloot", "The wall.", []),
        ("c", "Philippa Vandersloot", "Philippa Vandersloot called.", [("confidential", "complainant/name")]),
        ("contractor", "P. Vandersloot", "The Vandersloot wall.", [("confidential_hint", "complainant/name")]),
        ("c", "Philippa Vandersloot", "The Vandersloot wall.", [("confidential_hint", "complainant/name")]),
        # Another party of that surname: whoever reads it thinks of them.
        ("c", "P. Vandersloot", "The Vandersloot wall.", []),
    ],
)
def test_a_complainant_who_is_a_party(
    letter: Letter, id: str, name: str, words: str, found: list[tuple[str, str]]
) -> None:
    changes = [("/parties/3/name", {"text": name}), ("/confidential/complainant/id", id)]
    assert findings(letter, words, *changes) == found
    # The same of whom the letter is to, whose name it prints.
    ids = {"contractor": "owner-trust"}
    changes = [("/parties/0/name", {"text": name}), ("/confidential/complainant/id", ids.get(id, id))]
    assert findings(letter, words, *changes) == found


@pytest.mark.parametrize(
    ("name", "words", "hinted"),
    [
        ({"text": "Ada Fosss"}, "The Fosss wall.", True),
        ({"text": "Ada Foss"}, "The Foss wall.", False),  # too short to be told from any word
        ({"text": "Ada Fosss"}, "The Fosssen wall.", False),
        ({"text": "Ada Rancho"}, "The rancho.", False),  # the site lies in that street
        ({"text": "陳美玲", "latin": "Meiling Chenowitz"}, "The Chenowitz wall.", True),
    ],
)
def test_a_part_of_a_name_is_a_hint_where_it_is_nobody_else_s(
    letter: Letter, name: dict[str, str], words: str, hinted: bool
) -> None:
    situs = ("/property/situs", "12 Rancho Way")
    found = findings(letter, words, ("/confidential/complainant/name", name), situs)
    assert (("confidential_hint", "complainant/name") in found) is hinted


@pytest.mark.parametrize(
    ("sentence", "leaks"), [("Wait until he is angry.", False), ("Wait until she is angry.", True)]
)
def test_a_short_sentence_is_not_looked_for_beside_a_long_one(letter: Letter, sentence: str, leaks: bool) -> None:
    note = f"{sentence} We have a weak case there."
    found = findings(letter, sentence, ("/confidential/privileged_notes", [note]))
    assert (("confidential", "privileged_notes") in found) is leaks


def test_what_stays_in_the_office_may_name_the_complainant(letter: Letter) -> None:
    told = letter("notice-of-violation", ("/violations/0/facts", "Philippa Vandersloot called."))
    assert "confidential" in of_type(told, public=True).codes()
    assert "confidential" not in of_type(told, public=False).codes()


def test_a_complaining_tenant_is_a_tenant_like_others(letter: Letter) -> None:
    owner = letter("inspection-report")
    assert owner.casefile.confidential.complainant is not None
    assert owner.codes() == set()
    from dataclasses import replace

    told = replace(owner.casefile.inspections[0], observations=("Nguyễn Thị Phương Thảo called us.",))
    changed = letter("inspection-report", ("/inspections/0/observations", list(told.observations)))
    assert "confidential" in changed.codes()
