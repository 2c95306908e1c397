"""Every contradiction of a pack is found where it stands, and what is allowed is not called one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docservice.town.closed_days import Closure, OwnDay
from docservice.town.coherence import incoherences
from docservice.town.pack import Box, TownPack

MAY = date(2026, 5, 4)
ZERO, TWO, FIVE = map(Decimal, (0, 2, 5))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same, with another value at the end of ``path``."""
    if not path:
        return new
    step, *rest = path
    if isinstance(value, Mapping):
        return {**value, step: changed(value.get(step), tuple(rest), new)}
    if isinstance(value, tuple):
        return tuple(changed(one, tuple(rest), new) if n == step else one for n, one in enumerate(value))
    return replace(value, **{step: changed(getattr(value, step), tuple(rest), new)})


def found(pack: TownPack, *changes: tuple[tuple[Any, ...], Any]) -> list[tuple[tuple[Any, ...], str]]:
    for path, new in changes:
        pack = changed(pack, path, new)
    return list(incoherences(pack))


NOTICE = ("document_types", "notice-of-violation")
OWN = ("calendar", "own_days", 0)
WINDOW = ("envelopes", "window-10")
DAY_OR_NTH = "Say either the day"
NO_DAY = "There is no such day."
NOBODY = "Somebody must be able to approve"
PATTERN = "The number pattern has {year} and {n}"


def own(month: int, **when: Any) -> OwnDay:
    return OwnDay("A day of ours", month, **when)


@pytest.mark.parametrize(
    ("path", "new", "place", "says"),
    [
        (("version",), "1" * 60, None, ""),
        (("version",), "1" * 61, ("version",), "A version is one line of at most 60 characters."),
        (("version",), "2026\n1", ("version",), "A version is one line"),
        (("identity", "time_zone"), "../etc", ("identity", "time_zone"), "There is no time zone ../etc."),
        (("look", "seal"), "coat.svg", ("look", "seal"), "The pack has no picture coat.svg."),
        (("look", "seal_alt"), None, ("look", "seal"), "The seal needs an alternative text"),
        (("look", "colors", "strong"), "#1F4A3F", ("look", "colors", "strong"), "A color is written"),
        (("look", "colors", "accent"), "#eeeeee", ("look", "colors", "accent"), "#eeeeee cannot be read on #ffffff"),
        (("look", "colors", "quiet"), "#747474", ("look", "colors", "quiet"), "#747474 cannot be read on #f5f2ea"),
        (("look", "head"), ("A line",) * 7, ("look", "head"), "The head of a letter has room for 6 lines"),
        (("look", "head"), ("A line",) * 6, None, ""),
        (("officers", 2, "id"), "coordinator", ("officers", 2), "coordinator is listed twice."),
        (("languages", 0, "tag"), "cy", ("languages",), "English controls"),
        (("languages", 2, "tagline"), "Call 5", ("languages", 2, "tagline"), "A tagline has {phone} in it"),
        (("sections", 1, "fine_class"), "felony", ("sections", 1, "fine_class"), "There is no fine class felony."),
        (("sections", 1, "in_force_until"), date(1901, 1, 1), ("sections", 1, "in_force_until"), "MHMC"),
        (("time_limit", "section"), "MHMC 99", ("time_limit", "section"), "There is no section MHMC 99."),
        (("time_limit", "tiers"), (), ("time_limit", "tiers"), "The first tier starts on day 1"),
        (("time_limit", "tiers", 0, "from_day"), 2, ("time_limit", "tiers"), "The first tier starts on day 1"),
        (("time_limit", "tiers", 1, "from_day"), 1, ("time_limit", "tiers"), "The first tier starts on day 1"),
        (("time_limit", "tiers", 1, "from_day"), 62, ("time_limit", "tiers"), "The first tier starts on day 1"),
        (
            ("deadlines", "cure", "count"),
            0,
            ("deadlines", "cure", "count"),
            "The rule cure (Correct the violation) counts 0 days",
        ),
        (
            ("calendar", "closed_weekdays"),
            ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
            ("calendar", "closed_weekdays"),
            "There must be an open weekday.",
        ),
        (("calendar", "closures"), (Closure(MAY, date(2026, 5, 3), "Storm"),), ("calendar", "closures", 0), "The clos"),
        (("court_calendar", "closed_weekdays"), ("monday",) * 7, None, ""),
        (("calendar", "closures"), (Closure(MAY, MAY, "Storm"),), None, ""),
        ((*NOTICE, "deadlines", "contest-by"), "cure", (*NOTICE, "deadlines"), "With the block appeal-rights"),
        (("time_limit",), None, ("document_types", "construction-time-limit"), "construction-time-limit speaks of a"),
        (
            ("document_types", "stop-work-order", "shows"),
            "all",
            ("document_types", "stop-work-order", "shows"),
            "What this is about has violations of its own",
        ),
        (("document_types", "notice-of-hearing", "shows"), "all", None, ""),
        (("roles", "wizard"), "coordinator", ("roles", "wizard"), "No officer has the role wizard."),
        (("roles", "clerk"), "coordinator", None, ""),
        (("calendar", "adopted", 0), "Lammas", ("calendar", "adopted", 0), "US-CA has no holiday called Lammas."),
        (("court_calendar", "adopted", 0), "Lammas", ("court_calendar", "adopted", 0), "US-CA has no holiday called"),
        (
            ("calendar", "subdivision"),
            "XX",
            ("calendar", "subdivision"),
            "No public holidays are known for US-XX.",
        ),
        (OWN, own(5), OWN, DAY_OR_NTH),
        (OWN, own(5, day=4, nth=1, weekday="monday"), OWN, DAY_OR_NTH),
        (OWN, own(5, day=4, weekday="monday"), OWN, DAY_OR_NTH),
        (OWN, own(5, nth=1), OWN, DAY_OR_NTH),
        (OWN, own(0, day=1), OWN, NO_DAY),
        (OWN, own(13, day=1), OWN, NO_DAY),
        (OWN, own(5, day=0), OWN, NO_DAY),
        (OWN, own(5, day=32), OWN, NO_DAY),
        (OWN, own(2, day=30), OWN, NO_DAY),
        (OWN, own(2, day=29), None, ""),  # closed in leap years
        (OWN, own(1, day=1), None, ""),
        (OWN, own(12, day=31), None, ""),
        (OWN, own(5, nth=0, weekday="monday"), OWN, NO_DAY),
        (OWN, own(5, nth=6, weekday="monday"), OWN, NO_DAY),
        (OWN, own(5, nth=1, weekday="monday"), None, ""),
        (OWN, own(5, nth=5, weekday="monday"), None, ""),
        ((*NOTICE, "required_blocks", 1), "nave", (*NOTICE, "required_blocks", 1), "The pack knows no nave."),
        ((*NOTICE, "statements"), ("creed",), (*NOTICE, "statements", 0), "The pack knows no creed."),
        ((*NOTICE, "signers"), ("wizard",), (*NOTICE, "signers", 0), "The pack knows no wizard."),
        ((*NOTICE, "deadlines", "x-by"), "x", (*NOTICE, "deadlines", "x-by"), "There is no deadline rule x."),
        ((*NOTICE, "envelope"), "balloon", (*NOTICE, "envelope"), "There is no envelope profile balloon."),
        ((*NOTICE, "number"), "NOV-{year}", (*NOTICE, "number"), PATTERN),
        ((*NOTICE, "number"), "NOV-{n:q}", (*NOTICE, "number"), PATTERN),
        ((*NOTICE, "number"), "NOV-{}", (*NOTICE, "number"), PATTERN),
        ((*NOTICE, "number"), "NOV-{n}-{month}", (*NOTICE, "number"), PATTERN),
        ((*NOTICE, "number"), "NOV-{n.x}", (*NOTICE, "number"), PATTERN),
        ((*WINDOW, "address"), Box(TWO, ZERO, TWO, FIVE), (*WINDOW, "address"), "The box is empty"),
        ((*WINDOW, "address"), Box(ZERO, TWO, TWO, TWO), (*WINDOW, "address"), "The box is empty"),
        ((*WINDOW, "return_block"), Box(FIVE, ZERO, TWO, FIVE), (*WINDOW, "return_block"), "The box is empty"),
        ((*WINDOW, "clear"), (Box(ZERO, FIVE, TWO, TWO),), (*WINDOW, "clear"), "The box is empty"),
        ((*WINDOW, "address"), None, WINDOW, "A window envelope needs its safe area"),
        ((*WINDOW, "max_lines"), None, WINDOW, "A window envelope needs its safe area"),
        (("approval", "otherwise"), (), ("approval", "otherwise"), NOBODY),
        (("approval", "handouts"), (), ("approval", "handouts"), NOBODY),
        (("approval", "rules"), (), ("approval", "rules"), NOBODY),
        (
            ("approval", "document_types", "memorandum"),
            (),
            ("approval", "document_types", "memorandum"),
            NOBODY,
        ),
        (
            ("approval", "document_types", "memo"),
            ("approver",),
            ("approval", "document_types", "memo"),
            "There is no document type memo.",
        ),
        (
            ("translations", "document_types", "memo"),
            "refuse",
            ("translations", "document_types", "memo"),
            "There is no document type memo.",
        ),
        (("translations", "document_types", "memorandum"), "refuse", None, ""),
        (("deadlines", "cure", "count"), 1, None, ""),
    ],
)
def test_a_contradiction_is_found_where_it_stands(
    pack: TownPack, path: tuple[Any, ...], new: Any, place: tuple[Any, ...] | None, says: str
) -> None:
    said = found(pack, (path, new))
    assert [where for where, _ in said] == ([place] if place else [])
    assert all(message.startswith(says) for _, message in said)


def test_a_rule_of_the_court_needs_its_calendar(pack: TownPack) -> None:
    ruled = [key for key, rule in pack.deadlines.items() if rule.calendar == "court"]
    assert ruled
    said = found(pack, (("court_calendar",), None))
    assert [where for where, _ in said] == [("deadlines", key, "calendar") for key in ruled]


def test_editions_of_a_section_follow_one_another(pack: TownPack) -> None:
    earlier, later = pack.editions("MHMC 9.40.020")[-2:]
    first, second = pack.sections.index(earlier), pack.sections.index(later)
    until, begins = ("sections", first, "in_force_until"), ("sections", second, "in_force_from")
    assert found(pack, (until, earlier.in_force_from)) == []  # in force for a day
    for last in (later.in_force_from, None):
        (said,) = found(pack, (until, last))
        assert said == (begins, f"Two editions of MHMC 9.40.020 are in force on {later.in_force_from}.")


@pytest.mark.parametrize(("amounts", "caps"), [((), ()), ((FIVE,), ()), ((), (FIVE,)), ((TWO,), (TWO, FIVE))])
def test_a_fine_class_has_as_many_caps_as_amounts(pack: TownPack, amounts: Any, caps: Any) -> None:
    path = ("fine_classes", "infraction")
    said = found(pack, ((*path, "amounts"), amounts), ((*path, "caps"), caps))
    assert [where for where, _ in said] == [(*path, "amounts")]
    assert said[0][1].startswith("A fine class has as many caps as amounts")


def test_the_shipped_pack_contradicts_itself_nowhere(pack: TownPack) -> None:
    assert found(pack) == []
    assert found(pack, (("look", "seal"), None), (("look", "seal_alt"), None)) == []


def test_nobody_is_listed_twice(pack: TownPack) -> None:
    said = found(pack, (("help", 1, "id"), pack.help[0].id))[0]
    assert said == (("help", 1), f"{pack.help[0].id} is listed twice.")


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [("sections", ("MHMC 99.1",), 0), ("periods", {"long": "never"}, "long"), ("help", ("nobody",), 0)],
)
def test_what_a_handout_repeats_is_there(pack: TownPack, field: str, value: object, place: object) -> None:
    (said,) = found(pack, (("handouts", "trees", field), value))
    assert said[0] == ("handouts", "trees", field, place)


def test_no_language_is_listed_twice(pack: TownPack) -> None:
    (said,) = found(pack, (("languages", 3, "tag"), "es"), (("placards",), {}))  # whose words would lack their language
    assert said == (("languages", 3), "es is listed twice.")


def test_a_town_may_have_no_time_limit(pack: TownPack) -> None:
    assert not any(where[0] == "time_limit" for where, _ in found(pack, (("time_limit",), None)))


def test_the_seal_stands_under_look_or_as_of_old_in_the_identity(pack: TownPack) -> None:
    of_old = [(("identity", key), getattr(pack.look, key)) for key in ("seal", "seal_alt")]
    assert found(pack, *of_old) == [(("identity", "seal"), "The seal stands under look; say it once.")]
    alone = [*of_old, (("look", "seal"), None), (("look", "seal_alt"), None)]
    assert found(pack, *alone) == []
    said = found(pack, *alone, (("identity", "seal"), "coat.svg"), (("identity", "seal_alt"), None))
    assert [where for where, _ in said] == [("identity", "seal")] * 2


@pytest.mark.parametrize("shows", ["corrected", "all"])
def test_what_has_violations_of_its_own_does_not_say_which_it_shows(pack: TownPack, shows: str) -> None:
    said = found(pack, *((("document_types", key, "shows"), shows) for key in pack.document_types))
    assert {place[:2] for place, _ in said} == {
        ("document_types", key)
        for key, kind in pack.document_types.items()
        if kind.subject in ("citation", "inspection", "stop_work")
    }
    assert {place[2:] for place, _ in said} == {("shows",)}


def test_who_cites_has_a_time_to_correct(pack: TownPack) -> None:
    cites = [key for key, kind in pack.document_types.items() if kind.subject == "citation"]
    assert cites
    said = found(pack, (("deadlines", "cure", "means"), None))
    assert said == [(("deadlines",), f"{key} comes after a time to correct: no rule means cure.") for key in cites]


EVERY = (
    "Cesar Chavez Day, Christmas Day, Day After Thanksgiving, Diwali, Independence Day, Juneteenth National "
    "Independence Day, Labor Day, Martin Luther King Jr. Day, Memorial Day, New Year's Day, Presidents' Day, Susan B. "
    "Anthony Day, Thanksgiving Day, Veterans Day"
)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Thanksgiving", "Thanksgiving Day, Day After Thanksgiving"),
        ("Labour Day", "Labor Day, Memorial Day"),
        ("King Day", "Thanksgiving Day, Presidents' Day, Martin Luther King Jr. Day"),
        ("Day After Christmas", "Day After Thanksgiving, Christmas Day"),
        (
            "Christmas Labor Memorial Veterans King Day",
            "Christmas Day, Labor Day, Martin Luther King Jr. Day, Memorial Day",
        ),
        ("Lammas", EVERY),
    ],
)
def test_who_adopts_no_holiday_is_told_which_are_meant(pack: TownPack, name: str, near: str) -> None:
    ((_, said),) = found(pack, (("calendar", "adopted", 0), name))
    assert said == (
        f"US-CA has no holiday called {name}. There is: {near}. A day of the town's own stands under own_days."
    )


@pytest.mark.parametrize(
    ("year", "name", "known"),
    [
        (2011, "Lincoln's Birthday", True),  # last kept in 2009
        (2012, "Lincoln's Birthday", False),
        (2015, "Juneteenth National Independence Day", True),  # first kept in 2021
        (2014, "Juneteenth National Independence Day", False),
    ],
)
def test_a_holiday_is_known_from_two_years_before_the_rules_to_six_after(
    pack: TownPack, year: int, name: str, known: bool
) -> None:
    said = found(pack, (("effective_on",), date(year, 7, 1)), (("calendar", "adopted"), (name,)))
    assert ((("calendar", "adopted", 0)) not in [where for where, _ in said]) is known


@pytest.mark.parametrize(
    ("path", "least", "most"),
    [
        (("deadlines", "cure", "count"), 1, 3653),
        (("look_back", "count"), 1, 120),
        (("mail_extension", "same_state"), 0, 366),
        (("mail_extension", "other_state"), 0, 366),
        (("mail_extension", "abroad"), 0, 366),
        (("sections", 0, "cure_days"), 1, 3653),
        (("hearing", "request_days"), 0, 366),
        (("dating", "ahead"), 0, 366),
    ],
)
def test_lengths_have_their_bounds(pack: TownPack, path: tuple[Any, ...], least: int, most: int) -> None:
    """That none is negative the schema holds already."""
    wrong = {0, least, most, most + 1} - {least, most}
    for count in sorted({0, least, most, most + 1}):
        assert [place for place, _ in found(pack, (path, count))] == ([path] if count in wrong else []), count


def test_months_have_theirs(pack: TownPack) -> None:
    path = ("deadlines", "cure", "count")
    months = (("deadlines", "cure", "unit"), "months")
    assert found(pack, months, (path, 120)) == []
    ((place, said),) = found(pack, months, (path, 121))
    assert place == path
    assert said.endswith("counts 121 months: at least 1, at most 120.")


@pytest.mark.parametrize(
    ("rule", "changes", "key", "says"),
    [
        ("cure", {"direction": "before"}, "direction", "ends before the day of service"),
        ("cure", {"trigger": "issue"}, None, ""),
        ("cure", {"trigger": "hearing"}, "trigger", "means cure and is counted from a hearing"),
        ("contest-notice", {"trigger": "hearing"}, "trigger", "means contest and is counted from a hearing"),
        ("pay-fine", {"trigger": "hearing"}, "trigger", "means pay and is counted from a hearing"),
        ("pay-costs", {"trigger": "hearing"}, "trigger", "means pay_costs and is counted from a hearing"),
        ("court-review-fine", {"trigger": "hearing"}, "trigger", "means court_review and is counted from a hearing"),
        ("staff-report", {"direction": "after"}, "direction", "means staff_report and ends after the hearing"),
        (
            "access-request",
            {"direction": "after", "trigger": "issue"},
            "trigger",
            "means access_request and is counted from issue",
        ),
        ("decision", {"trigger": "hearing"}, None, ""),
        ("decision", {"trigger": "hearing", "direction": "before"}, None, ""),
    ],
)
def test_a_rule_is_counted_from_a_day_that_there_is(
    pack: TownPack, rule: str, changes: dict[str, Any], key: str | None, says: str
) -> None:
    said = found(pack, *((("deadlines", rule, name), value) for name, value in changes.items()))
    assert [place for place, _ in said] == ([("deadlines", rule, key)] if key else [])
    assert all(f") {says}" in text for _, text in said)


def test_a_rule_that_two_letters_count_from_a_hearing_that_they_are_not_about_is_told_once(pack: TownPack) -> None:
    added = [
        ((*("document_types", key, "deadlines"), "report-by"), "staff-report")
        for key in ("courtesy-letter", "lien-notice")
    ]
    ((place, said),) = found(pack, *added)
    assert place == ("deadlines", "staff-report", "trigger")
    assert said.endswith("is counted from a hearing, and courtesy-letter is about none: say service or issue.")
