"""What a letter must contain: the site, its statements, each violation in full; and what it need not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from docservice.town.pack import TownPack
from tests.checks.conftest import Paper, in_language, write
from tests.checks.spoiling import add, drop, find, of_type, say

Letter = Callable[..., Any]


# --- the site ---


@pytest.mark.parametrize(
    ("situs", "legal", "printed", "named"),
    [
        ("8 Timber Lane", None, "8 Timber Lane", True),
        ("8 Timber Lane", "Lot 4, Tract 12", "Lot 4, Tract  12", True),
        (None, "Lot 4, Tract 12", "Lot 4, Tract 12", True),
        ("8 Timber Lane", "Lot 4, Tract 12", "the house", False),
        (None, "Lot 4, Tract 12", "8 Timber Lane", False),
        (None, None, "the house", False),
    ],
)
def test_a_formal_notice_names_the_site(
    letter: Letter, situs: str | None, legal: str | None, printed: str, named: bool
) -> None:
    good = letter("notice-of-violation")
    site = replace(good.casefile.property, situs=situs, legal_description=legal, apn="031-220")
    other = replace(good, casefile=replace(good.casefile, property=site)).spoiled(add(f"<p>{printed}, 031-220</p>"))
    assert (("site_missing", "/property/situs") not in other.findings()) is named
    assert ("site_missing", "/property/apn") not in other.findings()


def test_what_is_no_formal_notice_need_not_name_the_site(letter: Letter) -> None:
    good = letter("notice-of-violation")
    site = replace(good.casefile.property, situs="8 Timber Lane", legal_description=None, apn="031-220")
    elsewhere = replace(good, casefile=replace(good.casefile, property=site))
    assert "site_missing" in of_type(elsewhere, formal=True).codes()
    assert "site_missing" not in of_type(elsewhere, formal=False).codes()


# --- blocks, statements, headings ---


def test_a_block_may_stand_there_twice_and_once_empty(letter: Letter) -> None:
    twice = letter("notice-of-violation").spoiled(add("<section data-block='solution'/>"))
    assert "block_missing" not in twice.codes()


def test_a_statement_may_be_a_block(letter: Letter) -> None:
    def renamed(root: Any) -> None:
        for one in root.findall(".//*[@data-statement='hardship-waiver']"):
            del one.attrib["data-statement"]
            one.set("data-block", "hardship-waiver")

    good = letter("administrative-citation")
    assert good.spoiled(renamed).codes() == set()
    empty = add("<section data-block='hardship-waiver'><h2>Hardship</h2></section>")
    spoiled = good.spoiled(drop("*[@data-statement='hardship-waiver']")).spoiled(empty)
    assert ("statement_missing", "statement hardship-waiver") in spoiled.findings()


def test_the_first_heading_is_of_the_first_or_second_level(letter: Letter) -> None:
    good = letter("courtesy-letter").spoiled(drop("h1")).spoiled(drop("h2"))
    good = good.spoiled(lambda root: [setattr(one, "tag", "p") for one in [*root.iter("h1", "h2", "h3")]])
    for level, skipped in ((1, False), (2, False), (3, True)):
        headed = good.spoiled(add(f"<section><h{level}>Head</h{level}><p>Said.</p></section>"))
        assert ("heading_skipped" in headed.codes()) is skipped, level


# --- values that are missing ---


@pytest.mark.parametrize(
    ("path", "draft", "found"),
    [
        ("hearing.place", False, False),
        ("hearing", False, False),
        ("case.title", False, True),
        ("document.number", False, True),
        ("document.number", True, False),
        ("case.title", True, True),
    ],
)
def test_where_the_casefile_has_no_hearing_its_values_are_not_missed_one_by_one(
    letter: Letter, path: str, draft: bool, found: bool
) -> None:
    without = letter("notice-of-hearing", ("/hearings", []))
    lacking = replace(without, composition=replace(without.composition, unresolved=(path,)))
    lacking = lacking.spoiled(lambda root: [one.attrib.pop("data-unresolved") for one in root.iter("mark")])
    assert ("unresolved" in lacking.codes(draft=draft)) is found
    good = letter("notice-of-hearing")
    missed = replace(good, composition=replace(good.composition, unresolved=("hearing.place",)))
    assert missed.findings() == [("unresolved", "/hearings/0/place")]


# --- violations ---

OPEN = ("violation_missing", "/violations")
UNSEEN = (("observed_on", "2026-06-30"), ("comply_by", None), ("corrected_on", None), ("inspection", None))


def test_a_notice_without_an_open_violation_is_none(letter: Letter) -> None:
    good = letter("notice-of-violation")
    corrected = [(f"/violations/{n}/corrected_on", "2026-06-15") for n in range(len(good.casefile.violations))]
    assert OPEN in letter("notice-of-violation", *corrected).findings()
    assert OPEN not in letter("notice-of-violation", *corrected[1:]).findings()


def closure(day: str, *changes: tuple[str, Any], about: str | None = None) -> Paper:
    """A closure letter of a case of four violations, dated July 15, all of them corrected by ``day``."""
    corrected = [(f"/violations/{n}/corrected_on", day) for n in range(4)]
    return write("closure-letter", "CE-2026-0147", "2026-07-15", about, "owner-llc", *corrected, *changes)


@pytest.mark.parametrize(
    ("day", "changes", "about", "found"),
    [
        ("2026-07-14", (), None, []),
        ("2026-07-15", (), None, []),
        ("2026-07-14", (("/violations/1/corrected_on", None),), None, [1]),
        ("2026-07-14", (("/violations/1/corrected_on", "2026-07-16"),), None, [1]),
        ("2026-07-14", (("/violations/1/corrected_on", None), ("/violations/1/observed_on", "2026-07-16")), None, []),
        ("2026-07-14", (("/violations/1/corrected_on", None), ("/violations/1/observed_on", "2026-07-15")), None, [1]),
        ("2026-07-14", (("/violations/1/corrected_on", None),), "v1", [1]),
        ("2026-07-16", (), None, [0, 1, 2, 3]),
    ],
)
def test_a_case_is_closed_when_nothing_seen_in_it_is_open(
    day: str, changes: tuple[tuple[str, Any], ...], about: str | None, found: list[int]
) -> None:
    made = closure(day, *changes, about=about)
    assert [place for code, place in made.findings() if code == "violation_open"] == [
        f"/violations/{n}/corrected_on" for n in found
    ]
    assert set(made.reckoning.violations) == {
        violation.id
        for index, violation in enumerate(made.casefile.violations)
        if index not in found and violation.observed_on <= made.reckoning.on and about in (None, violation.id)
    }
    assert (OPEN in made.findings()) is (len(found) == 4)


def test_what_is_corrected_is_open_for_no_other_letter() -> None:
    made = closure("2026-07-14")
    assert "violation_open" not in made.codes()
    assert ("violation_open" in replace(made, pack=shows(made.pack, "all")).codes()) is False
    late = closure("2026-07-16")
    assert "violation_open" not in replace(late, pack=shows(late.pack, "all")).codes()


def test_what_has_no_case_or_is_not_reckoned_closes_none() -> None:
    made = closure("2026-07-16")
    assert "violation_open" in made.codes()
    for lacking in ({"casefile": None}, {"reckoning": None}, {"casefile": None, "reckoning": None}):
        assert "violation_open" not in replace(made, **lacking).codes()


def test_it_is_said_which_violation_is_not_known_and_which_there_is_not(letter: Letter) -> None:
    good = letter("notice-of-violation")
    corrected = [(f"/violations/{n}/corrected_on", "2026-06-15") for n in range(len(good.casefile.violations))]
    stranger = add("<section data-violation='v99'><p>Said.</p></section>")
    said = {one.message for one in letter("notice-of-violation", *corrected).spoiled(stranger).run()}
    assert "The text has a violation “v99”, the casefile has not." in said
    assert "There is no open violation, seen by the date of this letter, that it could speak of." in said


def shows(pack: TownPack, which: Any) -> TownPack:
    kinds = pack.document_types
    return replace(pack, document_types={**kinds, "closure-letter": replace(kinds["closure-letter"], shows=which)})


def test_a_letter_shows_no_violation_that_it_does_not_speak_of(letter: Letter) -> None:
    """A wording that spells one out by its id, or a text changed afterwards."""
    good = letter("notice-of-violation", ("/violations/0/corrected_on", "2026-06-15"))
    corrected = good.casefile.violations[0].id
    assert corrected not in good.reckoning.violations
    spoiled = good.spoiled(add(f'<section data-violation="{corrected}"><p>It is still there.</p></section>'))
    assert ("violation_unknown", "block violations") in spoiled.findings()
    assert ("violation_unknown", "block violations") not in good.findings()


def test_where_the_citation_is_missing_its_violations_are_not_missed_too(letter: Letter) -> None:
    without = [("/citations", []), ("/appeals", []), ("/hearings", [])]
    unseen = [(f"/violations/{n}/{key}", value) for n in (0, 1, 2) for key, value in UNSEEN]
    found = letter("administrative-citation", *without, *unseen)
    assert found.reckoning.violations == ()
    assert "reckoning_subject" in found.codes()
    assert "violation_missing" not in found.codes()


def test_a_date_to_comply_by_is_asked_for_where_the_document_type_has_one(letter: Letter) -> None:
    undated = letter("notice-of-violation").spoiled(drop("*[@data-part='comply-by']"))
    kind = undated.pack.document_types["notice-of-violation"]
    rules = {name: rule for name, rule in kind.deadlines.items() if name != "comply-by"}
    assert ("violation_incomplete", "/violations/0") in of_type(undated, required_blocks=("violations",)).findings()
    without = of_type(undated, required_blocks=("violations",), deadlines=rules)
    assert "violation_incomplete" not in without.codes()


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (drop("*[@data-part='facts']"), [("violation_incomplete", "/violations/0")]),
        (say("*[@data-part='facts']", " "), [("violation_incomplete", "/violations/0")]),
        (say("*[@data-part='correction']", "Stop"), [("violation_cut", "/violations/0/correction")]),
        (say("*[@data-part='section']", "MHMC"), [("violation_cut", "/violations/0/section")]),
    ],
)
def test_what_a_violation_lacks_is_said_once(letter: Letter, spoil: Any, found: list[tuple[str, str]]) -> None:
    good = letter("administrative-citation", about="c1")
    said = [one for one in good.spoiled(spoil).findings() if one[0].startswith("violation")]
    assert said == found


@pytest.mark.parametrize("language", ["fa", "ko"])
def test_what_staff_wrote_in_the_words_of_the_library_is_looked_for_in_its_translation(language: str) -> None:
    """A sentence without blanks is typed, not picked; the town has it in the language, and so it is printed."""
    translated = in_language("citation-warning", language)
    assert "violation_cut" not in translated.codes()
    cut = translated.spoiled(say("*[@data-part='correction']", "허가"))
    assert ("violation_cut", "/violations/0/correction") in cut.findings()
    english = translated.casefile.violations[0].correction
    assert ("violation_cut", "/violations/0/correction") in translated.spoiled(
        say("*[@data-part='correction']", english)
    ).findings()


@pytest.mark.parametrize("printed", [None, "- The wall.\n- The deck.", "The wall. The deck.", "The wall."])
def test_facts_pasted_as_a_list_are_printed_with_or_without_its_signs(letter: Letter, printed: str | None) -> None:
    made = letter("administrative-citation", ("/violations/0/facts", "- The wall.\n- The deck."), about="c1")
    shown = made if printed is None else made.spoiled(say("*[@data-part='facts']", printed))
    assert (("violation_cut", "/violations/0/facts") in shown.findings()) is (printed == "The wall.")


@pytest.mark.parametrize(
    ("issued", "cure_days", "ripe"),
    [
        # Observed on Saturday, May 23; the letter is of May 29.
        ("2026-05-29", 5, True),
        ("2026-05-28", 5, False),  # issued on the last day
        ("2026-05-29", 6, False),
        (None, 5, True),
        (None, 6, False),
        ("2026-05-29", None, False),  # the town's own month
    ],
)
def test_the_time_to_correct_is_the_section_s_or_the_town_s(
    letter: Letter, issued: str | None, cure_days: int | None, ripe: bool
) -> None:
    changes = [("/violations/0/comply_by", None), ("/citations/0/issued_on", issued), ("/citations/0/served_on", None)]
    cited = letter("administrative-citation", *changes, about="c1")
    sections = tuple(replace(one, cure_days=cure_days) for one in cited.pack.sections)
    rules = {**cited.pack.deadlines, "cure": replace(cited.pack.deadlines["cure"], count=1, unit="months")}
    found = replace(cited, pack=replace(cited.pack, sections=sections, deadlines=rules)).findings()
    assert (("cure_period", "/violations/0") not in found) is ripe


# --- the envelope ---


@pytest.mark.parametrize(
    ("method", "address", "found"),
    [
        ("first_class_mail", [], True),
        ("certified_mail", [], True),
        ("personal", [], False),
        ("posting", [], False),
        ("first_class_mail", ["X Æ PARK", "1 MAIN ST"], False),
    ],
)
def test_who_swears_to_a_mailing_says_what_stood_on_the_envelope(
    letter: Letter, method: str, address: list[str], found: bool
) -> None:
    proof = letter("proof-of-service", ("/service/3/method", method), ("/service/3/address", address))
    assert (("service_address", "/service/3/address") in proof.findings()) is found


# --- the marks of a language ---


@pytest.mark.parametrize(
    ("language", "direction", "found"),
    [
        ("ar", "rtl", False),
        ("ar", "ltr", True),
        ("ar", None, True),
        ("es", None, False),
        ("cy", None, False),  # the town does not offer it, and does not know which way it reads
    ],
)
def test_a_text_from_right_to_left_says_so(letter: Letter, language: str, direction: str | None, found: bool) -> None:
    def marked(root: Any) -> None:
        root.set("lang", language)
        root.attrib.pop("dir", None)
        if direction:
            root.set("dir", direction)

    spoken = letter("notice-of-violation").spoiled(marked)
    spoken = replace(spoken, composition=replace(spoken.composition, language=language))
    assert ("language_mark" in spoken.codes()) is found


@pytest.mark.parametrize(
    ("language", "held", "found"),
    [
        ("en", b'{"en": {}}', set()),
        ("vi", b'{"en": {}}', {("letterhead_words", "letterhead/words.json")}),
        ("vi", b'{"en": {}, "vi": {}}', set()),
        ("vi", None, set()),
        ("ht", b'{"ht": {}}', set()),  # its months are ours
        ("kar", b'{"kar": {}}', {("language_words", "")}),
    ],
)
def test_a_language_has_words_for_dates_and_for_the_letterhead(
    letter: Letter, language: str, held: bytes | None, found: set[tuple[str, str]]
) -> None:
    good = letter("notice-of-violation")
    files = {path: data for path, data in good.bundle.files.items() if path != "letterhead/words.json"}
    bundle = replace(good.bundle, files={**files, **({"letterhead/words.json": held} if held else {})})
    spoken = replace(good, bundle=bundle, composition=replace(good.composition, language=language))
    assert {one for one in spoken.findings() if one[0].endswith("_words")} == found


def test_that_a_translation_is_a_draft_is_said_in_the_wording_not_beside_it(letter: Letter) -> None:
    good = letter("notice-of-violation")
    files = {
        path: data.replace(b"translation.review", b"document.formal") if path.endswith(".html") else data
        for path, data in good.bundle.files.items()
    }
    files["letterhead/notes.txt"] = b"translation.review"
    spanish = replace(good, composition=replace(good.composition, language="es"))
    assert "translation_unmarked" in replace(spanish, bundle=replace(good.bundle, files=files)).codes()


def test_a_town_without_a_time_to_correct_cites_at_once(letter: Letter) -> None:
    hasty = letter("administrative-citation", ("/violations/0/comply_by", "2026-05-29"))
    assert "cure_period" in hasty.codes()
    rules = {key: rule for key, rule in hasty.pack.deadlines.items() if key != "cure"}
    kind = hasty.pack.document_types["administrative-citation"]
    kept = {name: rule for name, rule in kind.deadlines.items() if rule != "cure"}
    made = {name: one for name, one in hasty.reckoning.deadlines.items() if not name.startswith("comply-by")}
    free = of_type(hasty, deadlines=kept)
    free = replace(free, pack=replace(free.pack, deadlines=rules), reckoning=replace(hasty.reckoning, deadlines=made))
    assert "cure_period" not in free.codes()


def test_a_danger_is_not_told_in_a_friendly_letter(letter: Any) -> None:
    paper = letter("courtesy-letter")
    first = paper.casefile.violations[0]
    told = replace(first, immediate_danger=True, danger_reason="It can fall.")
    spoiled = replace(paper, casefile=replace(paper.casefile, violations=(told, *paper.casefile.violations[1:])))
    assert ("danger_informal", "/violations/0/immediate_danger") in spoiled.findings()


@pytest.mark.parametrize(
    ("correction", "warned"),
    [
        ("Remove it today.", True),
        ("Remove it at once.", True),
        ("Remove it within seven days.", True),
        ("Remove it within 3 weeks.", True),
        ("Keep the lid closed at all times.", False),
    ],
)
def test_a_correction_that_names_another_day_is_asked_about(letter: Any, correction: str, warned: bool) -> None:
    paper = letter("notice-of-violation")
    first = replace(paper.casefile.violations[0], correction=correction)
    facts = replace(paper.casefile, violations=(first, *paper.casefile.violations[1:]))
    found = replace(paper, casefile=facts).findings()
    assert (("correction_day", "/violations/0/correction") in found) is warned


def test_a_fine_to_come_is_that_of_the_schedule(letter: Any) -> None:
    def other(root: Any) -> None:
        amount = find(root, "data[@data-amount='to-come/building/second']")
        amount.set("value", "7.00")
        amount.text = "$7.00"

    paper = letter("notice-of-violation")
    assert ("amount_differs", "amount to-come/building/second") in paper.spoiled(other).findings()
