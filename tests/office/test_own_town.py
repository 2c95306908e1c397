"""Another town's rules, as it would write them: its own names mean what they say, its languages bound what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docservice.checks import translation
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.refusal import Refusal
from docservice.town import load_pack, load_packs
from tests.homes import furnish, ungoverned
from tests.other_town import Change, heron_pass

Opened = Callable[..., Any]


@pytest.fixture
def opened(tmp_path: Path, fonts_folder: Path) -> Opened:
    @contextmanager
    def office(*changes: Change) -> Iterator[Office]:
        home = ungoverned(furnish(tmp_path / "home", fonts_folder))
        town = heron_pass(tmp_path / "town", *changes)
        with open_office(Settings(home=home, town=town)) as made:
            yield made

    return office


def order(example: Any, case: str, template: str, on: date, **more: Any) -> Order:
    casefile, photos = example(case)
    return Order(template, casefile, on=on, attachments=photos, **more)


def codes(work: Callable[[], Any]) -> set[str]:
    with pytest.raises(Refusal) as refused:
        work()
    return {refused.value.code, *(problem.code for problem in refused.value.problems)}


def problems(folder: Path) -> list[str]:
    with pytest.raises(Refusal) as refused:
        load_pack(folder)
    return [str(problem) for problem in refused.value.problems]


MAGISTRATE: tuple[Change, ...] = (
    ("rules.yaml", "  hearing-notice:", "  magistrate-notice:"),
    ("documents.yaml", "hearing-notice-by: hearing-notice", "notice-by: magistrate-notice"),
    ("procedure.yaml", "lead: hearing-notice-by", "lead: notice-by"),
    ("handouts.yaml", "hearing_notice: hearing-notice", "hearing_notice: magistrate-notice"),
)


def test_a_rule_is_what_it_means_whatever_it_is_called(opened: Opened, example: Any) -> None:
    """A hearing on October 14 that is noticed two days before goes out under no name of the rule."""
    with opened(*MAGISTRATE) as office:
        late = order(example, "CE-2026-0203", "notice-of-hearing", date(2026, 10, 12), about="h1")
        assert "checks.hearing_lead_time" in codes(lambda: office.issuing.issue(late, actor="ana"))


def test_a_pack_that_does_not_say_what_its_rule_means_is_refused(tmp_path: Path) -> None:
    (found,) = problems(heron_pass(tmp_path / "t", *MAGISTRATE, ("rules.yaml", "    means: hearing_lead\n", "")))
    assert "documents.yaml:" in found
    assert "hearing-rights" in found
    assert "hearing_lead" in found


def test_the_date_to_comply_may_have_another_name(opened: Opened, example: Any) -> None:
    changes = (
        ("rules.yaml", "  cure:", "  repair-time:"),
        ("documents.yaml", "comply-by: cure", "repair-by: repair-time"),
        ("procedure.yaml", "comply-by", "repair-by"),
    )
    with opened(*changes) as office:
        # The shipped wording prints comply_by; here only what the pack and the checks make of it is looked at.
        from docservice import casefile as casefiles
        from docservice.town.reckoning import reckon

        casefile = casefiles.load(example("CE-2026-0231")[0])
        found = reckon(office.town, casefile, "administrative-citation", on=date(2026, 5, 29), recipient="owner",
                       about="c1")  # fmt: skip
        assert found.cure == "repair-by"
        assert {f"repair-by/{one}" for one in found.violations} <= set(found.deadlines)


def test_a_role_is_what_the_town_says_it_is(opened: Opened, example: Any) -> None:
    magistrate = (
        ("town.yaml", "role: hearing_officer", "role: special_magistrate"),
        ("town.yaml", "payment:", "roles: {special_magistrate: hearing_officer}\n\npayment:"),
        ("documents.yaml", "[hearing_officer]", "[special_magistrate]"),
    )
    with opened(*magistrate) as office:
        found = office.issuing.preview(
            order(example, "CE-2026-0203", "notice-of-hearing", date(2026, 9, 1), about="h1")
        )
        assert "checks.hearing_officer" not in {one.code for one in found.findings}
        assert "checks.signer" not in {one.code for one in found.findings}


def without_letters(name: str) -> Change:
    tagged = {"vi": ("Vietnamese", "Tiếng Việt"), "ar": ("Arabic", "العربية")}[name]
    head = f"    name: {tagged[0]}\n    own_name: {tagged[1]}\n    letters: "
    return ("languages.yaml", f"{head}true", f"{head}false")


def test_letters_go_out_in_the_languages_of_the_town(opened: Opened, example: Any) -> None:
    renamed = [("languages.yaml", f"{before}zh-Hant", f"{before}zh-Hant-TW") for before in ("  - tag: ", "    ")]
    with opened(without_letters("vi"), *renamed) as office:
        assert {one.tag for one in office.review.languages()} == {"en", "es", "ar"}
        made = order(example, "CE-2026-0203", "notice-of-violation", date(2026, 9, 1), recipient="owner-chen")
        for language in ("vi", "zh-Hant", "tl"):
            wanted = replace(made, language=language)
            assert "language.not_offered" in codes(lambda wanted=wanted: office.issuing.issue(wanted, actor="ana"))
        assert codes(lambda: office.issuing.handout("received-a-notice", "vi", "html")) == {"language.unknown"}
        assert office.issuing.preview(replace(made, language="es")).language == "es"
        assert office.issuing.preview(made).language == "en"  # her own is not offered


def test_a_tagline_of_a_language_that_nobody_knows_stops_nothing(opened: Opened, example: Any) -> None:
    renamed = [("languages.yaml", f"{before}{old}", f"{before}{new}") for old, new in (("tl", "hmn"), ("ja", "kar"))
               for before in ("  - tag: ", "    ")]  # fmt: skip
    with opened(*renamed) as o:
        made = o.issuing.preview(order(example, "CE-2026-0203", "notice-of-violation", date(2026, 9, 1), language="en"))
        assert {one.code for one in made.findings if one.severity == "error"} == set()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("kar", {("error", "checks.language_words"), ("warning", "checks.letterhead_words")}),
        ("ht", {("warning", "checks.letterhead_words")}),
        ("es", set()),
    ],
)
def test_a_language_without_words_for_dates_does_not_go_out(language: str, said: set[tuple[str, str]]) -> None:
    sight: Any = SimpleNamespace(
        language=language, bundle=SimpleNamespace(files={"letterhead/words.json": b'{"es": {}}'})
    )
    assert {(one.severity, one.code) for one in translation.worded(sight)} == said


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [
        ("subdivision: CA", "subdivision: FL", "Friday After Thanksgiving"),
        ("    - Christmas Day\n", "    - Xmas Day\n", "Christmas Day"),
        ("    - Labor Day\n", "    - Labour Day\n", "Labor Day"),
        ("subdivision: CA", "subdivision: Madrona", "No public holidays are known for US-Madrona"),
    ],
)
def test_a_holiday_that_the_library_does_not_know_is_told(tmp_path: Path, old: str, new: str, near: str) -> None:
    found = problems(heron_pass(tmp_path / "t", ("calendar.yaml", old, new)))
    assert all("calendar.yaml:" in one for one in found)
    assert any(near in one for one in found)


def test_rolls_false_leaves_a_date_where_it_falls(opened: Opened, example: Any) -> None:
    unrolled = ("rules.yaml", "    count: 14\n    unit: days\n", "    count: 18\n    unit: days\n    rolls: false\n")
    with opened(unrolled) as office:
        made = office.issuing.preview(
            order(example, "CE-2026-0231", "administrative-citation", date(2026, 5, 29), about="c1")
        )
        assert "checks.deadline_differs" not in {one.code for one in made.findings}


def test_a_town_may_have_no_time_limit(tmp_path: Path, opened: Opened, example: Any) -> None:
    text = (heron_pass(tmp_path / "before") / "rules.yaml").read_text(encoding="utf-8")
    limit = ("rules.yaml", text[text.index("\ntime_limit:") :], "\n")
    (found,) = problems(heron_pass(tmp_path / "t", limit))
    assert "construction-time-limit speaks of a time limit" in found
    kept = ("documents.yaml", "      - penalty-tiers\n", "")
    with opened(limit, kept) as office:
        made = office.issuing.preview(
            order(example, "CE-2026-0231", "administrative-citation", date(2026, 5, 29), about="c1")
        )
        assert {one.code for one in made.findings if one.severity == "error"} == set()


def test_two_towns_in_one_folder_are_refused(tmp_path: Path) -> None:
    heron_pass(tmp_path / "a", ("town.yaml", "effective_on: 2026-01-01", "effective_on: 2026-06-01"))
    heron_pass(tmp_path / "b", ("town.yaml", "key: heron-pass", "key: ibis-bay"))
    with pytest.raises(Refusal) as refused:
        load_packs(tmp_path)
    assert refused.value.code == "town.ambiguous"
    for said in ("heron-pass", "ibis-bay", "folder a", "folder b"):
        assert said in refused.value.message


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("heron.svg", b"<svg", "heron.svg"),
        ("heron.svg", b"<p/>", "heron.svg"),
        ("counter.png", b"\x89PNG\r\n\x1a\nbroken", "counter.png"),
    ],
)
def test_a_broken_picture_in_a_fresh_homes_town_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    folder = heron_pass(tmp_path / "town")
    (folder / name).write_bytes(data)
    with pytest.raises(Refusal) as refused, open_office(Settings(home=tmp_path / "home", town=folder)):
        pass
    assert refused.value.code == "town.invalid"
    assert [(one.code, one.place) for one in refused.value.problems] == [("town.picture", f"town/{said}")]


@pytest.mark.parametrize("place", ["handouts/received-a-notice", "letterhead"])
def test_a_broken_picture_of_the_towns_own_wording_is_named(tmp_path: Path, place: str) -> None:
    folder = heron_pass(tmp_path / "town")
    (folder / place).mkdir(parents=True)
    name = "illustration.svg" if place != "letterhead" else "seal.svg"
    (folder / place / name).write_bytes(b"<svg")
    with pytest.raises(Refusal) as refused, open_office(Settings(home=tmp_path / "home", town=folder)):
        pass
    assert {one.code for one in refused.value.problems} == {"template.picture"}
    assert all(name in one.place for one in refused.value.problems)
