"""A section is found however it is typed, and printed as the pack spells it."""

from __future__ import annotations

from datetime import date

import pytest

from docservice import shipped
from docservice.town import citing, load_pack

PACK = load_pack(shipped.folder("town") / "madrona-hills")
CODES = PACK.codes


@pytest.mark.parametrize(
    ("text", "code", "below"),
    [
        ("MHMC 9.40.020", "MHMC 9.40.020", ""),
        *((text, "MHMC 9.40.020", "") for text in (
            "MHMC\u00a09.40.020", "MHMC  9.40.020", " MHMC 9.40.020 ", "mhmc 9.40.020", "Mhmc 9.40.020",
            "M.H.M.C. 9.40.020", "MHMC. 9.40.020", "M H M C 9.40.020", "MHMC, 9.40.020", "MHMC9.40.020",
            "MHMC § 9.40.020",
            "MHMC §9.40.020", "MHMC Sec. 9.40.020", "MHMC section 9.40.020", "MHMC 9.40.020.", "MHMC\u202f9.40.020",
        )),
        *((text, "MHMC 9.40.020", "(b)(2)") for text in (
            "MHMC 9.40.020(b)(2)", "MHMC 9.40.020 (b)(2)", "mhmc 9.40.020 (b) (2)", "M.H.M.C. § 9.40.020(b)(2)",
            "MHMC 9.40.020, subd. (b)(2)", "MHMC 9.40.020, subdivision (b)(2).", "MHMC\u00a09.40.020\u00a0( b )( 2 )",
        )),
        ("MHMC 9.40.020(B)", "MHMC 9.40.020", "(B)"),
        ("MHMC 9.40.020(a)-(c)", "MHMC 9.40.020", "(a)-(c)"),
        ("MHMC 9.40.020(a) – (c)", "MHMC 9.40.020", "(a)–(c)"),
        ("MHMC 9.40.020(a),(c)", "MHMC 9.40.020", "(a), (c)"),
        ("HSC 17920.3(a), (b)", "HSC 17920.3", "(a), (b)"),
        ("HSC 17920.3(a)-(b)", "HSC 17920.3", "(a)-(b)"),
        ("HSC 17920.3(a)–(b)", "HSC 17920.3", "(a)–(b)"),
        ("MHMC 9.40.020 (a) and (c)", "MHMC 9.40.020", "(a) and (c)"),
        ("HSC 17920.3(a)(1)", "HSC 17920.3(a)(1)", ""),
        ("hsc 17920.3 (a) (1)", "HSC 17920.3(a)(1)", ""),
        ("HSC 17920.3(A)(1)", "HSC 17920.3(a)(1)", ""),
        ("HSC 17920.3(a)(1)(A)", "HSC 17920.3(a)(1)", "(A)"),
        ("HSC 17920.3(a)(99)", "HSC 17920.3(a)", "(99)"),
        ("HSC 17920.3(a) and (b)", "HSC 17920.3", "(a) and (b)"),
        ("crc r105.1(a)", "CRC R105.1", "(a)"),
    ],
)  # fmt: skip
def test_a_section_is_found(text: str, code: str, below: str) -> None:
    found = citing.find(text, CODES)
    assert found == citing.Cited(code, below)
    assert citing.canonical(text, CODES) == code + below
    assert citing.code_of(text, CODES) == code
    assert citing.find(code + below, CODES) == found  # what is printed cites the same


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("MHMC 9.40.021", "MHMC 9.40.020"), ("MHMC 9.40.20", "MHMC 9.40.020"), ("9.40.020", "MHMC 9.40.020"),
        ("CBC 9.40.020", "MHMC 9.40.020"), ("CBC 105.1.2", "CBC 105.1"), ("MHMC 9.40.020b", "MHMC 9.40.020"),
        ("CBC 9.40.020(b)", "MHMC 9.40.020"),
        ("FOO 1.2", "CBC, CRC, HSC and MHMC"), ("MHMC", "CBC, CRC, HSC and MHMC"), ("MHMC 9.4O.020", "MHMC 9.40.020"),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_found_and_the_near_ones_are_named(text: str, near: str) -> None:
    assert citing.find(text, CODES) is None
    assert near in citing.unknown(text, CODES)
    assert citing.canonical(text, CODES) == text
    assert citing.code_of(text, CODES) == text


@pytest.mark.parametrize(
    ("text", "codes", "says"),
    [
        ("MHMC  9.9", (), "The town has no section MHMC 9.9."),
        ("FOO 1", ("MHMC 9.9",), "The town has no section FOO 1. Its sections are those of MHMC."),
        ("MHMC 9.8", ("M.H.M.C. 9.9",), "The town has no section MHMC 9.8. It has M.H.M.C. 9.9."),
        ("FOO 9.9", ("MHMC 9.9", "CBC 9.9"), "The town has no section FOO 9.9. It has CBC 9.9 and MHMC 9.9."),
        ("F" * 120, (), f"The town has no section {'F' * 100}."),
    ],
)
def test_it_is_said_which_sections_there_are(text: str, codes: tuple[str, ...], says: str) -> None:
    assert citing.unknown(text, frozenset(codes)) == says


def test_what_a_pack_calls_a_section_is_found_as_it_stands() -> None:
    """Though it is no abbreviation and number."""
    assert citing.find("General Plan", frozenset({"General Plan"})) == citing.Cited("General Plan")


@pytest.mark.parametrize(("length", "found"), [(200, True), (201, False)])
def test_a_citation_has_an_end(length: int, found: bool) -> None:
    below = "(b)" * 62
    text = "MHMC 9.40.020" + below[: -3 * 2] + "(" + "c" * (length - 195) + ")"
    assert len(text) == length
    assert (citing.find(text, frozenset({"MHMC 9.40.020"})) is not None) is found


def test_every_code_of_the_pack_is_found_as_itself() -> None:
    for code in CODES:
        assert citing.find(code, CODES) == citing.Cited(code)
        assert citing.find(code.lower().replace(" ", "\u00a0\u00a0"), CODES) == citing.Cited(code)


def test_the_edition_in_force_is_that_of_the_section() -> None:
    before, after = (PACK.section("mhmc 9.40.020(b)(2)", day) for day in (date(2026, 5, 31), date(2026, 6, 1)))
    assert before is not None
    assert after is not None
    assert (before.ordinance, after.ordinance) == ("Ord. 2009-07", "Ord. 2026-03")
    assert PACK.editions("M.H.M.C. 9.40.020") == (before, after)


@pytest.mark.parametrize("below", [" (b)", " , and (b)", "( b )", ",,", "(b) to "])
def test_a_long_row_of_subsections_is_read_at_once_and_refused(below: str) -> None:
    """Each space could once be read in three ways: sixty characters took seconds, seventy minutes."""
    for many in (40, 4000):
        assert citing.find("MHMC 9.40.020" + below * many + "!", frozenset({"MHMC 9.40.020"})) is None


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("MHMC\u200b 9.40.020\u00ad(b)", "MHMC 9.40.020(b)"),
        ("MHMC 9.40.020 (a) through (c)", "MHMC 9.40.020(a) through (c)"),
        ("MHMC 9.40.020(\u0430)", None),  # a Cyrillic letter is no subsection
        ("MHMC 9.40.020(_)", None),
    ],
)
def test_what_is_pasted_with_a_section(text: str, printed: str | None) -> None:
    found = citing.find(text, frozenset({"MHMC 9.40.020"}))
    assert (found.printed if found else None) == printed
