from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from docservice.casefile.facts import Casefile, Citation, Violation
from docservice.town import TownPack
from docservice.town.fines import fine_problems, fines_of, ordinal_word, prospective_fines

STR = "MHMC 5.60.070"


def case(make: Any, *cited: tuple[str, str] | tuple[str, str, str], section: str = STR) -> Casefile:
    """One citation per (violation date, stated fine[, status])."""
    violations, citations = [], []
    for i, (on, fine, *status) in enumerate(cited, start=1):
        day = date.fromisoformat(on)
        violations.append(Violation(f"v{i}", section, day, "Seen.", "Stop."))
        stated = Decimal(fine) if fine else None
        citations.append(Citation(f"c{i}", i, (f"v{i}",), day, stated, issued_on=day, status=(status or ["open"])[0]))  # type: ignore[arg-type]
    made: Casefile = make(violations=tuple(violations), citations=tuple(citations))
    return made


def test_three_citations_within_a_year(pack: TownPack, make: Any) -> None:
    # Shared case CE-2026-0231.
    casefile = case(make, ("2026-05-23", "1500"), ("2026-06-13", "3000"), ("2026-06-27", "5000"))
    found = [fines_of(pack, casefile, citation) for citation in casefile.citations]
    assert [(f.lines[0].ordinal, f.total) for f in found] == [(1, 1500), (2, 3000), (3, 5000)]
    assert found[2].lines[0].earlier == ("c1", "c2")
    for index, citation in enumerate(casefile.citations):
        assert not list(fine_problems(citation, found[index], f"/citations/{index}"))
    assert found[1].explain() == (
        "MHMC 5.60.070, short-term rental, threat to health or safety, second violation, after 1 within the year "
        "before: $3,000.00 (at most $3,000.00; Gov. Code § 36900(d); MHMC 5.60.140).",
        "Total: $3,000.00.",
    )


@pytest.mark.parametrize(
    ("first", "second", "ordinal"),
    [
        ("2025-06-13", "2026-06-13", 2),  # one year to the day is within one year
        ("2025-06-12", "2026-06-13", 1),
        ("2024-02-29", "2025-02-28", 2),
        ("2026-06-13", "2026-06-13", 2),
    ],
)
def test_the_look_back_is_one_year(pack: TownPack, make: Any, first: str, second: str, ordinal: int) -> None:
    casefile = case(make, (first, ""), (second, ""), section="MHMC 17.52.030")
    assert fines_of(pack, casefile, casefile.citations[1]).lines[0].ordinal == ordinal


def test_the_order_in_the_list_does_not_matter_the_dates_do(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-06-27", ""), ("2026-05-23", ""))
    assert [fines_of(pack, casefile, c).lines[0].ordinal for c in casefile.citations] == [2, 1]


def test_a_dismissed_citation_and_another_section_do_not_count(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", "", "dismissed"), ("2026-06-13", ""))
    assert fines_of(pack, casefile, casefile.citations[1]).lines[0].ordinal == 1
    casefile = case(make, ("2026-05-23", ""), ("2026-06-13", ""))
    other = replace(casefile.violations[0], section="MHMC 5.60.060")
    casefile = replace(casefile, violations=(other, casefile.violations[1]))
    assert fines_of(pack, casefile, casefile.citations[1]).lines[0].ordinal == 1


@pytest.mark.parametrize(
    ("section", "amounts"),
    [("MHMC 17.52.030", [100, 200, 500, 500]), ("CBC 105.1", [130, 700, 1300, 1300]), (STR, [1500, 3000, 5000, 5000])],
)
def test_the_schedule_by_class_and_ordinal(pack: TownPack, make: Any, section: str, amounts: list[int]) -> None:
    casefile = case(make, *((f"2026-0{month}-02", "") for month in range(2, 6)), section=section)
    assert [fines_of(pack, casefile, c).total for c in casefile.citations] == amounts


def test_one_fine_per_section_and_several_sections_add_up(pack: TownPack, make: Any) -> None:
    day = date(2026, 6, 13)
    sections = ("HSC 17920.3(d)", "HSC 17920.3(d)", "MHMC 9.40.020", "MHMC 15.30.040", "MHMC 1.1.1")
    seen = tuple(Violation(f"v{i}", section, day, "Seen.", "Stop.") for i, section in enumerate(sections))
    citation = Citation("c1", 1, tuple(v.id for v in seen), day)
    found = fines_of(pack, make(violations=seen, citations=(citation,)), citation)
    assert [(line.section, line.violations, line.amount) for line in found.lines] == [
        ("HSC 17920.3(d)", ("v0", "v1"), 130),
        ("MHMC 9.40.020", ("v2",), 100),
    ]
    assert (found.total, found.cap) == (230, 230)


@pytest.mark.parametrize(
    ("ordinal", "fine", "codes"),
    [
        (2, "3000", []),
        (2, None, []),
        (1, "3000", ["fine.ordinal"]),
        (3, "5000", ["fine.ordinal", "fine.over_cap"]),
        (2, "3000.01", ["fine.over_cap"]),
        (2, "1500", ["fine.total"]),
    ],
)
def test_what_a_citation_states_is_checked(
    pack: TownPack, make: Any, ordinal: int, fine: str | None, codes: list[str]
) -> None:
    casefile = case(make, ("2026-05-23", "1500"), ("2026-06-13", "3000"))
    stated = replace(casefile.citations[1], ordinal=ordinal, fine=Decimal(fine) if fine else None)
    casefile = replace(casefile, citations=(casefile.citations[0], stated))
    found = list(fine_problems(stated, fines_of(pack, casefile, stated), "/citations/1"))
    assert [problem.code for problem in found] == codes
    assert all(problem.place.startswith("/citations/1/") for problem in found)


def test_a_citation_without_a_known_section_has_no_fine(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", "100"), section="MHMC 1.1.1")
    found = fines_of(pack, casefile, casefile.citations[0])
    assert [p.code for p in fine_problems(casefile.citations[0], found, "/citations/0")] == ["fine.none"]


def test_what_a_fine_would_be(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", "1500"))
    found = prospective_fines(pack, casefile, casefile.violations, date(2026, 6, 1))
    assert found.prospective
    assert (found.lines[0].ordinal, found.total) == (2, 3000)
    assert found.lines[0].schedule == (1500, 3000, 5000)


def test_a_first_violation_comes_after_nothing(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", "1500"))
    assert (
        fines_of(pack, casefile, casefile.citations[0])
        .explain()[0]
        .startswith("MHMC 5.60.070, short-term rental, threat to health or safety, first violation: $1,500.00")
    )


@pytest.mark.parametrize(
    ("ordinal", "word"), [(1, "first"), (2, "second"), (3, "third"), (10, "tenth"), (11, "no. 11")]
)
def test_ordinals_in_words(ordinal: int, word: str) -> None:
    assert ordinal_word(ordinal) == word


@pytest.mark.parametrize(("on", "ordinal"), [("2026-06-12", 1), ("2026-06-13", 2), ("2026-06-14", 2)])
def test_what_it_would_cost_counts_what_was_cited_by_then(pack: TownPack, make: Any, on: str, ordinal: int) -> None:
    casefile = case(make, ("2026-06-13", "1500"))
    found = prospective_fines(pack, casefile, casefile.violations, date.fromisoformat(on))
    assert found.lines[0].ordinal == ordinal


def test_a_citation_of_several_sections_counts_for_each(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", ""), ("2026-06-13", ""))
    other = Violation("v9", "MHMC 17.52.030", date(2026, 5, 23), "Seen.", "Stop.")
    first = replace(casefile.citations[0], violations=("v9", "v1"))
    casefile = replace(casefile, violations=(*casefile.violations, other), citations=(first, casefile.citations[1]))
    assert fines_of(pack, casefile, casefile.citations[1]).lines[0].ordinal == 2


def test_a_fine_follows_the_edition_of_its_day(pack: TownPack, make: Any) -> None:
    """A section that is amended to another fine class: cited under the old edition, threatened under the new."""
    (old,) = pack.editions("MHMC 17.52.030")
    ends, begins = date(2026, 6, 30), date(2026, 7, 1)
    new = replace(old, in_force_from=begins, fine_class="short-term-rental")
    kept = tuple(one for one in pack.sections if one != old)
    amended = replace(pack, sections=(*kept, replace(old, in_force_until=ends), new))
    casefile = case(make, ("2026-06-13", ""), section="MHMC 17.52.030")
    assert fines_of(amended, casefile, casefile.citations[0]).lines[0].fine_class == old.fine_class
    later = prospective_fines(amended, casefile, casefile.violations, date(2026, 7, 2))
    assert later.lines[0].fine_class == "short-term-rental"


def test_what_is_wrong_with_an_ordinal_says_after_what(pack: TownPack, make: Any) -> None:
    casefile = case(make, ("2026-05-23", ""), ("2026-06-13", ""))
    other = Violation("v9", "MHMC 17.52.030", date(2026, 6, 13), "Seen.", "Stop.")
    second = replace(casefile.citations[1], violations=("v9", "v2"), ordinal=1)
    casefile = replace(casefile, violations=(*casefile.violations, other), citations=(casefile.citations[0], second))
    (wrong,) = fine_problems(second, fines_of(pack, casefile, second), "/citations/1")
    assert wrong.message == "Stated as the first citation, but it is the second (after c1)."
    first = replace(casefile.citations[0], ordinal=2)
    (wrong,) = fine_problems(first, replace(fines_of(pack, casefile, first), stated=None), "/citations/0")
    assert (
        wrong.message == "Stated as the second citation, but it is the first (there is no earlier one within the year)."
    )


def test_a_fine_is_of_the_edition_that_was_in_force_when_it_was_seen(pack: TownPack, make: Any) -> None:
    """The section changed between; what a citation would cost now is told by the edition of the day."""
    earlier, later = pack.editions("MHMC 9.40.020")[-2:]
    dearer = replace(later, fine_class="short-term-rental")
    town = replace(pack, sections=tuple(dearer if one == later else one for one in pack.sections))
    seen, cited_on = later.in_force_from - timedelta(days=1), later.in_force_from + timedelta(days=1)
    facts = make(
        violations=(Violation("v1", "MHMC 9.40.020", seen, "Noise.", "Stop."),),
        citations=(Citation("c1", 1, ("v1",), cited_on),),
    )
    assert fines_of(town, facts, facts.citations[0]).lines[0].fine_class == earlier.fine_class
    assert prospective_fines(town, facts, facts.violations, cited_on).lines[0].fine_class == "short-term-rental"


def test_a_town_without_a_time_limit_fines_what_is_built_past_it(pack: TownPack, make: Any) -> None:
    assert pack.time_limit is not None
    facts = case(make, ("2026-05-23", ""), section=pack.time_limit.section)
    assert fines_of(pack, facts, facts.citations[0]).lines == ()
    assert len(fines_of(replace(pack, time_limit=None), facts, facts.citations[0]).lines) == 1
