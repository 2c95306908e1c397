"""Dates are counted twice, by code that shares nothing but the calendar: the two agree, whatever the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice import shipped
from docservice.casefile.facts import (
    Address,
    Case,
    Casefile,
    Citation,
    Hearing,
    Name,
    Party,
    Permit,
    PermitExtension,
    Property,
    Violation,
)
from docservice.checks import deadlines, recount
from docservice.checks.recount import Counted, Ordered
from docservice.town import load_pack, reckoning
from docservice.town.pack import Closure, DeadlineRule, Source, TownPack

PACK = load_pack(shipped.folder("town") / "madrona-hills")
SOURCE = Source("Rule 1", "P")
DAYS = st.dates(date(2025, 12, 1), date(2027, 2, 10))
MAYBE = st.none() | DAYS


def _rule(name: str) -> str:
    """A rule for a date; that of the date to comply means cure, by its name."""
    return "cure" if name == "comply-by" else f"r-{name}"


NAMES = ("contest-by", "pay-by", "comply-by", "hearing-notice-by", "review-by", "decision-by")


@st.composite
def rules(draw: Any) -> DeadlineRule:
    return DeadlineRule(
        "A rule",
        draw(st.sampled_from(("service", "issue", "hearing"))),
        draw(st.integers(1, 100)),
        draw(st.sampled_from(("days", "months"))),
        draw(st.sampled_from(("after", "before"))),
        SOURCE,
        rolls=draw(st.booleans()),
        extends=draw(st.booleans()),
        calendar=draw(st.sampled_from(("town", "court"))),
    )


@st.composite
def packs(draw: Any) -> TownPack:
    pack = PACK
    first = draw(DAYS)
    storm = Closure(first, first + timedelta(days=draw(st.integers(0, 6))), "Storm")
    sections = tuple(replace(one, cure_days=draw(st.none() | st.integers(1, 40))) for one in pack.sections[:3])
    subject = draw(st.sampled_from(("case", "citation", "hearing", "permit")))
    kind = replace(
        pack.document_types["administrative-citation"],
        subject=subject,
        deadlines={name: _rule(name) for name in draw(st.sets(st.sampled_from(NAMES), min_size=1))},
    )
    return replace(
        pack,
        sections=sections,
        deadlines={_rule(name): draw(rules()) for name in NAMES},
        calendar=replace(pack.calendar, closures=(storm,) if draw(st.booleans()) else ()),
        court_calendar=draw(st.sampled_from((pack.court_calendar, None))),
        mail_extension=replace(pack.mail_extension, adopted=draw(st.booleans())),
        time_limit=replace(pack.time_limit, limit_rolls=draw(st.booleans())),
        document_types={"a-letter": kind},
    )


ADDRESSES = st.sampled_from(
    (
        None,
        Address("street", ("A", "B CA 95999"), region="CA"),
        Address("street", ("A", "B NV 89001"), region="NV"),
        Address("street", ("A", "B"), region=None),
        Address("foreign", ("A", "B", "MEXICO"), country="MX"),
        Address("military", ("A", "APO AE 09012"), region="AE"),
        Address("post_on_site", ()),
    )
)


@st.composite
def casefiles(draw: Any, pack: TownPack) -> Casefile:
    codes = [section.code for section in pack.sections]
    violations = tuple(
        Violation(
            id=f"v{n}",
            section=draw(st.sampled_from(codes)),
            observed_on=draw(DAYS),
            facts="Seen.",
            correction="Mend it.",
            comply_by=draw(MAYBE),
            immediate_danger=draw(st.booleans()),
            danger_reason="Live wires.",
        )
        for n in range(draw(st.integers(0, 3)))
    )
    named = tuple(one.id for one in violations)
    citations = tuple(Citation(id=f"c{n}", violations=named, violation_on=draw(DAYS), ordinal=1) for n in range(2))
    permits = tuple(
        Permit(
            number=f"P{n}",
            issued_on=draw(DAYS),
            limit_months=draw(st.none() | st.integers(1, 24)),
            extensions=tuple(
                PermitExtension(to=draw(DAYS), granted_on=draw(MAYBE)) for _ in range(draw(st.integers(0, 2)))
            ),
            completed_on=draw(MAYBE),
        )
        for n in range(draw(st.integers(0, 2)))
    )
    return Casefile(
        case=Case("CE-1", "A case", date(2025, 12, 1), "coordinator"),
        property=Property("1-2", "8 Timber Lane"),
        parties=(Party("owner", ("owner",), Name("Ada Vale"), draw(ADDRESSES)),),
        violations=violations,
        citations=citations if draw(st.booleans()) else (),
        hearings=tuple(a_hearing(f"h{n}", draw(DAYS)) for n in range(draw(st.integers(0, 2)))),
        permits=permits,
    )


def a_hearing(name: str, on: date) -> Hearing:
    return Hearing(name, on, time(10), ("Town Hall",), "appeal", "hearing_officer")


@st.composite
def orders(draw: Any) -> Ordered:
    on = draw(DAYS)
    served = on + timedelta(days=draw(st.integers(0, 9)))
    method = draw(st.sampled_from(("first_class_mail", "certified_mail", "personal", "posting")))
    recipient, about = st.sampled_from(("owner", "nobody")), st.sampled_from((None, "c0", "h0", "P0", "v1"))
    return Ordered(on, served, method, draw(recipient), draw(about))


def both(pack: TownPack, facts: Casefile, order: Ordered) -> tuple[dict[str, Counted], dict[str, Counted]]:
    """The dates as they are computed, and counted again."""
    made = reckoning.reckon(
        pack, facts, "a-letter", on=order.on, recipient=order.recipient, about=order.about, served_on=order.served_on,
        method=order.method,
    )  # fmt: skip
    first = {name: deadlines._basis(one) for name, one in made.deadlines.items() if name != "comply-by"}
    return first, dict(recount.recount(pack, facts, pack.document_types["a-letter"], order))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_two_countings_agree(data: st.DataObject) -> None:
    pack = data.draw(packs())
    first, second = both(pack, data.draw(casefiles(pack)), data.draw(orders()))
    assert first == second


# --- a mutant of either counting is caught on this table of orders ---

RULE = DeadlineRule("A rule", "service", 30, "days", "after", SOURCE)
TABLE: list[tuple[str, DeadlineRule]] = [
    ("contest-by", RULE),
    ("contest-by", replace(RULE, extends=True)),
    ("contest-by", replace(RULE, rolls=False, count=2)),
    ("contest-by", replace(RULE, count=2)),
    ("contest-by", replace(RULE, count=1, unit="months")),
    ("contest-by", replace(RULE, count=1, unit="months", extends=True)),
    ("contest-by", replace(RULE, trigger="issue")),
    ("contest-by", replace(RULE, trigger="hearing", direction="before", count=5)),
    ("contest-by", replace(RULE, trigger="hearing", direction="before", count=10, extends=True)),
    ("contest-by", replace(RULE, calendar="court", count=7)),
    ("comply-by", RULE),
    ("comply-by", replace(RULE, trigger="issue", count=3)),
]  # fmt: skip
NEVADA = Address("street", ("A", "B NV 89001"), region="NV")


def _table() -> list[tuple[dict[str, Counted], dict[str, Counted]]]:
    pack = PACK
    kind = replace(pack.document_types["notice-of-hearing"], subject="hearing")
    found = []
    for name, rule in TABLE:
        changed = replace(
            pack, deadlines={_rule(name): rule},
            document_types={"a-letter": replace(kind, deadlines={name: _rule(name)})},
            mail_extension=replace(pack.mail_extension, adopted=True),
        )  # fmt: skip
        facts = Casefile(
            case=Case("CE-1", "A case", date(2025, 12, 1), "coordinator"),
            property=Property("1-2", "8 Timber Lane"),
            parties=(Party("owner", ("owner",), Name("Ada Vale"), NEVADA),),
            violations=(
                Violation("v1", pack.sections[0].code, date(2026, 12, 1), "Seen.", "Mend it."),
                Violation("v2", pack.sections[0].code, date(2026, 12, 1), "Seen.", "Mend it.", date(2027, 1, 3)),
            ),
            hearings=(a_hearing("h0", date(2027, 1, 21)), a_hearing("h1", date(2027, 1, 28))),
        )  # fmt: skip
        order = Ordered(date(2026, 12, 16), date(2026, 12, 17), "first_class_mail", "owner", "h0")
        found.append(both(changed, facts, order))
    return found


def test_the_table_agrees() -> None:
    assert all(first == second and first for first, second in _table())


def _shifted(**more: Any) -> Callable[..., Any]:
    real = reckoning.compute

    def compute(rule: DeadlineRule, trigger: date, calendar: Any, extension: int = 0, *, name: str = "") -> Any:
        changes = {key: value(rule) if callable(value) else value for key, value in more.items()}
        moved = changes.pop("trigger", 0)
        extension = changes.pop("extension", extension)
        return real(replace(rule, **changes), trigger + timedelta(days=moved), calendar, extension, name=name)

    return compute


FIRST = {
    "a day more": _shifted(count=lambda rule: rule.count + 1),
    "the day of service counted": _shifted(trigger=-1),
    "no rolling": _shifted(rolls=False),
    "always rolling": _shifted(rolls=True),
    "no extension": _shifted(extension=0),
    "an extension that shortens": _shifted(extension=-10),
    "always extending": _shifted(extends=True),
    "the other way": _shifted(direction=lambda rule: "after" if rule.direction == "before" else "before"),
    "months as days": _shifted(unit="days"),
    "the town's calendar for a court's day": lambda rule, trigger, calendar, extension=0, *, name="": reckoning_compute(
        rule, trigger, reckoning.Calendar(PACK.calendar), extension, name=name
    ),
}  # fmt: skip
reckoning_compute = reckoning.compute


@pytest.mark.parametrize("mutant", FIRST)
def test_a_mutant_of_the_first_counting_is_caught(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reckoning, "compute", FIRST[mutant])
    assert any(first != second for first, second in _table())


def _by_rule(**more: Any) -> Callable[..., Any]:
    real = recount._Recount._by_rule
    return lambda self, rule, count, months: real(self, replace(rule, **more), count, months)


SECOND: dict[str, tuple[str, Any]] = {
    "no extension": ("_mail_days", lambda self: 0),
    "an extension that shortens": ("_mail_days", lambda self: -10),
    "always the last hearing": ("_hearing", lambda self: self.casefile.hearings[-1].on),
    "always rolling": ("_by_rule", _by_rule(rolls=True)),
    "no rolling": ("_by_rule", _by_rule(rolls=False)),
    "always from service": ("_by_rule", _by_rule(trigger="service")),
    "always after": ("_by_rule", _by_rule(direction="after")),
    "always the town's calendar": ("_by_rule", _by_rule(calendar="town")),
    "always extending": ("_by_rule", _by_rule(extends=True)),
}


@pytest.mark.parametrize("mutant", SECOND)
def test_a_mutant_of_the_second_counting_is_caught(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, function = SECOND[mutant]
    monkeypatch.setattr(recount._Recount, name, function)
    assert any(first != second for first, second in _table())


def test_months_of_the_second_counting_end_where_the_month_ends() -> None:
    assert recount._months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert recount._months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert recount._months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert recount._months(date(2026, 12, 31), 2) == date(2027, 2, 28)


# --- as a check of a letter ---


def _with(paper: Any, **rule: Any) -> Any:
    """The same letter of a town whose rule for contesting a citation is another."""
    pack = replace(
        paper.pack,
        deadlines={
            **paper.pack.deadlines,
            "contest-citation": replace(paper.pack.deadlines["contest-citation"], **rule),
        },
    )  # fmt: skip
    made = paper.reckoning
    made = reckoning.reckon(
        pack, paper.casefile, made.document_type, on=made.on, recipient=made.recipient, about=made.about
    )
    return replace(paper, pack=pack, reckoning=made)


RULES = [{"rolls": False}, {"trigger": "issue"}, {"unit": "months", "count": 1}, {"calendar": "court"}]


@pytest.mark.parametrize("rule", RULES)
def test_a_town_with_another_rule_can_issue(letter: Any, rule: dict[str, Any]) -> None:
    """With ``rolls: false`` no letter could be issued: the second counting rolled always."""
    changed = _with(letter("administrative-citation"), **rule)
    places = [place for code, place in changed.findings() if code == "deadline_differs"]
    # The text was composed under the old rule: where it prints another date, that is all there is to say.
    said = next(one for one in changed.run() if one.place == "deadline contest-by") if places else None
    assert said is None or said.message.startswith("The text says")


def test_every_date_of_the_reckoning_is_held(letter: Any) -> None:
    for key, about in (
        ("administrative-citation", None),
        ("notice-of-hearing", None),
        ("construction-time-limit", None),
    ):
        good = letter(key, about=about)
        assert good.reckoning.deadlines
        for name, right in good.reckoning.deadlines.items():
            for wrong in (replace(right, date=right.date + timedelta(days=7)), None):
                changed = {**good.reckoning.deadlines, name: wrong}
                kept = MappingProxyType({key: value for key, value in changed.items() if value is not None})
                found = replace(good, reckoning=replace(good.reckoning, deadlines=kept)).run()
                assert "checks.deadline_differs" in {one.code for one in found if one.place == f"deadline {name}"}, name


def test_what_a_date_was_counted_from_is_held_too(letter: Any) -> None:
    """The letter's own date to comply by no less than those of its violations."""
    good = letter("notice-of-violation")
    assert "comply-by" in good.reckoning.deadlines
    for name, right in good.reckoning.deadlines.items():
        kept = {**good.reckoning.deadlines, name: replace(right, trigger=right.trigger - timedelta(days=1))}
        found = replace(good, reckoning=replace(good.reckoning, deadlines=kept)).findings()
        assert found == [("deadline_differs", f"deadline {name}")]


def test_a_date_that_no_rule_gives_is_caught(letter: Any) -> None:
    good = letter("administrative-citation")
    more = {**good.reckoning.deadlines, "review-by": good.reckoning.deadlines["contest-by"]}
    found = replace(good, reckoning=replace(good.reckoning, deadlines=MappingProxyType(more))).findings()
    assert ("deadline_differs", "deadline review-by") in found


# --- corners that chance may miss ---

ON = date(2026, 12, 16)


def _facts(**parts: Any) -> Casefile:
    given: dict[str, Any] = {
        "case": Case("CE-1", "A case", date(2025, 12, 1), "coordinator"),
        "property": Property("1-2", "8 Timber Lane"),
        "parties": (Party("other", ("owner",), Name("Bea Vale")), Party("owner", ("owner",), Name("Ada Vale"), NEVADA)),
    }
    return Casefile(**{**given, **parts})


def _town(subject: Any, rule: DeadlineRule, *, adopted: bool = True, **more: Any) -> TownPack:
    kind = replace(PACK.document_types["notice-of-hearing"], subject=subject)
    names = {"contest-by": "r", "comply-by": "cure"}
    extension = replace(PACK.mail_extension, adopted=adopted)
    return replace(
        PACK, deadlines={"r": rule, "cure": rule}, document_types={"a-letter": replace(kind, deadlines=names)},
        mail_extension=extension, **more,
    )  # fmt: skip


ADDRESS: list[Address | None] = [
    None, NEVADA, Address("street", ("A", "B CA 95999"), region="CA"), Address("street", ("A", "B"), region=None),
    Address("street", ("A", "B"), country="MX"), Address("foreign", ("A", "B"), country="US"),
    Address("military", ("A", "APO AE 09012"), region="AE"), Address("post_on_site", ()),
    Address("post_on_site", (), region="NV"),
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESS)
@pytest.mark.parametrize("method", ["first_class_mail", "personal"])
def test_mail_is_counted_alike(address: Address | None, method: Any) -> None:
    parties = (Party("other", ("owner",), Name("Bea Vale"), NEVADA), Party("owner", ("owner",), Name("Ada"), address))
    for rule in (replace(RULE, extends=True), replace(RULE, extends=True, unit="months", count=1, direction="before")):
        for recipient in ("owner", "nobody"):
            order = Ordered(ON, ON, method, recipient, None)
            first, second = both(_town("case", rule), _facts(parties=parties), order)
            assert first == second


@pytest.mark.parametrize("subject", ["case", "citation"])
@pytest.mark.parametrize("about", [None, "c0", "c1"])
@pytest.mark.parametrize("comply_by", [ON - timedelta(days=1), ON, ON + timedelta(days=1)])
def test_a_date_that_a_person_set_is_taken_alike(subject: Any, about: str | None, comply_by: date) -> None:
    code = PACK.sections[0].code
    violations = (
        Violation("v1", code, date(2026, 12, 1), "Seen.", "Mend it.", comply_by),
        Violation(
            "v2", code, date(2026, 12, 1), "Seen.", "Mend it.", comply_by, immediate_danger=True, danger_reason="x"
        ),
    )
    citations = tuple(Citation(f"c{n}", 1, ("v1",), date(2026, 12, 1)) for n in range(2))
    for listed in (citations, ()):
        facts = _facts(violations=violations, citations=listed)
        first, second = both(_town(subject, RULE), facts, Ordered(ON, ON, "personal", "owner", about))
        assert first == second


def test_a_section_with_a_cure_period_of_its_own_is_counted_alike() -> None:
    (section, *_) = PACK.sections
    until, since = date(2026, 11, 30), date(2026, 12, 1)
    editions = (
        replace(section, cure_days=3, in_force_from=date(2020, 1, 1), in_force_until=until),
        replace(section, cure_days=5, in_force_from=since, in_force_until=None),
    )
    for observed in (until, since, date(2019, 1, 1)):
        for unit in ("days", "months"):
            violations = (Violation("v1", section.code, observed, "Seen.", "Mend it."),)
            pack = _town("case", replace(RULE, unit=unit, count=2), sections=editions)
            first, second = both(pack, _facts(violations=violations), Ordered(ON, ON, "personal", "owner", None))
            assert first == second


PERMITS = [
    Permit("P0", date(2026, 1, 31), limit_months=10),
    Permit("P0", date(2026, 1, 31), limit_months=None),
    Permit("P0", date(2026, 6, 19), limit_months=6),  # a Saturday
    Permit("P0", date(2026, 1, 31), limit_months=10, extensions=(PermitExtension(date(2026, 11, 30)),)),
    Permit("P0", date(2026, 1, 31), limit_months=10, extensions=(PermitExtension(date(2026, 12, 5), ON),)),
    Permit("P0", date(2026, 1, 31), limit_months=10,
           extensions=(PermitExtension(date(2026, 12, 5), ON + timedelta(days=1)),)),
    Permit("P0", date(2026, 1, 31), limit_months=10,
           extensions=(PermitExtension(date(2026, 12, 9), None), PermitExtension(date(2026, 12, 5), ON))),
    *(Permit("P0", date(2026, 1, 16), limit_months=10, completed_on=ON + timedelta(days=n)) for n in (-1, 0, 1)),
    Permit("P0", date(2026, 1, 15), limit_months=10),  # thirty-one days past: a tier starts today
]  # fmt: skip


@pytest.mark.parametrize("permit", PERMITS)
@pytest.mark.parametrize("rolls", [True, False])
def test_a_time_limit_is_counted_alike(permit: Permit, rolls: bool) -> None:
    pack = _town("permit", RULE, time_limit=replace(PACK.time_limit, limit_rolls=rolls))
    without = Permit("P1", date(2026, 3, 1))
    for permits, about in (
        ((permit,), None),
        ((permit, without), None),
        ((permit, without), "P0"),
        ((permit, without), "P1"),
    ):
        first, second = both(pack, _facts(permits=permits), Ordered(ON, ON, "personal", "owner", about))
        assert first == second
        none, neither = both(
            replace(pack, time_limit=None), _facts(permits=permits), Ordered(ON, ON, "personal", "owner", about)
        )
        assert none == neither
        assert "time-limit" not in neither


def test_what_is_counted_from_a_hearing_needs_one() -> None:
    rule = replace(RULE, trigger="hearing", direction="before", count=5)
    for subject in ("case", "hearing"):
        for hearings in ((), (a_hearing("h0", date(2027, 1, 21)),)):
            seen = (Violation("v1", PACK.sections[0].code, date(2026, 12, 1), "Seen.", "Mend it."),)
            facts = _facts(hearings=hearings, violations=seen, permits=(PERMITS[0],))
            first, second = both(_town(subject, rule), facts, Ordered(ON, ON, "personal", "owner", None))
            assert first == second
            assert bool(second) is (subject == "hearing" and bool(hearings))
