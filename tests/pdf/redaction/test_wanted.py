"""Words are recognized however they are set, and not where they are part of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docservice.pdf.redaction.wanted import LABEL, WantedTerms, confidential_terms
from tests.packets.making import case

PHONE = "(831) 555-0142"


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("Jane Doe", "by JANE  DOE.", "by #."),
        ("Jane Doe", "by Jane\nDoe, and Ja-\nne Doe", "by #, and #"),
        ("Jane Doe", "J a n e   D o e", "#"),
        ("Jane Doe", "JaneDoe's, JanetDoe", "#'s, JanetDoe"),
        ("Jane Doe", "Jane Do", "Jane Do"),
        ("José Núñez", "JOSE NUNEZ, José\u0301 Nu\u0301n\u0303ez", "#, #"),
        ("Effie Flynn", "Eﬃe Flynn", "#"),
        ("Łukasz Øre", "Lukasz Ore", "#"),
        ("Ann Li", "planning an Ann Liability", "planning an Ann Liability"),
        ("Jane Roe", "JaneRoeLetter, janeroesmith", "#, #"),
        ("Ann", "planning, Ann", "planning, #"),
        ("Rob Martin", "ask RobMartinez", "ask #"),  # long enough not to be there by chance
        ("12 Oak Street", "112 Oak Street, 12  Oak\nStreet", "112 Oak Street, #"),
        ("jane.doe@example.org", "<Jane.Doe@example.org>", "<#>"),
        ("陳美玲", "投訴人陳美玲女士", "投訴人#女士"),
        ("محمد علي", "ولمحمد عليّ قال", "# قال"),
        ("محمد", "قال دمحم", "قال #"),  # in the order of its ink
        ("Nguyễn Thị Ánh", "NGUYEN THI ANH", "#"),
        ("§ 4", "§ 4, § 45", "§ #, § 45"),
        ("§§", "a § § b", "a # b"),
        (PHONE, "831.555.0142 or +18315550142", "# or +#"),
        (PHONE, "call 555-0142, not (510) 555-0142", "call #, not (510) 555-0142"),
        (PHONE, "9983155501425", "9983155501425"),
        ("+44 20 7946 0958", "020 7946 0958", "#"),
        ("", "anything", "anything"),
    ],
)
def test_words_are_found_however_they_are_set(term: str, text: str, expected: str) -> None:
    assert WantedTerms([term]).scrubbed(text) == expected.replace("#", LABEL)


def test_the_complainant_gives_the_terms() -> None:
    given = case()
    complainant = given.confidential.complainant
    assert complainant is not None
    terms = confidential_terms(given)
    assert complainant.name.text in terms
    first, _, last = complainant.name.text.rpartition(" ")
    assert f"{last}, {first}" in terms
    assert confidential_terms(replace(given, confidential=replace(given.confidential, complainant=None))) == ()
