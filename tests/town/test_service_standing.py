"""What serving a paper amounts to: by leg, by rung, by copy; and that nothing told later makes it served earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from functools import cache
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile.attempts import FAILED
from docservice.casefile.evidence import Evidence, Photo
from docservice.casefile.service import Declarant, ServiceRecord, ServiceTry
from docservice.town import load_pack
from docservice.town.service_rules import ServiceRules
from docservice.town.service_standing import (
    CopyStanding,
    attempt_standing,
    copy_standing,
    grouped,
)
from tests.places import ROOT

SWORN = Declarant("D. Varga", "Mail clerk", ("1 Civic Plaza",), True)
END = date(2026, 12, 1)


@cache
def rules() -> ServiceRules:
    found = load_pack(ROOT / "town" / "madrona-hills").service
    assert found is not None
    return found


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


PHOTO = Photo("door.jpg", "Door", "A paper on a door", day("06-01"), "inspector")
TRIES = tuple(ServiceTry(day(f"05-2{n}"), time(9), "Door", "Nobody") for n in (5, 6, 7))
# What each way needs, all of it.
WHOLE: dict[str, dict[str, Any]] = {
    "personal": {"at": time(9), "to_whom": "Amparo Quiñones"},
    "substituted": {
        "to_whom": "L. Quiñones", "relation": "spouse", "at": time(9), "mailed_on": day("06-02"), "tries": TRIES,
    },
    "first_class_mail": {"address": ("AMPARO QUIÑONES", "79 RIDGELINE TERRACE")},
    "certified_mail": {"address": ("AMPARO QUIÑONES",), "article_number": "9407111899223197428490"},
    "express": {"address": ("AMPARO QUIÑONES",), "article_number": "9407111899223197428490"},
    "posting_site": {"at": time(9), "photos": (PHOTO, PHOTO)},
    "posting_unit": {"at": time(9), "unit": "4", "photos": (PHOTO,)},
    "posting_site_10_days": {"at": time(9), "photos": (PHOTO, PHOTO), "seen_on": day("06-11")},
    "publication": {
        "newspaper": "The Herald", "county": "Alder", "issues": (day("06-03"), day("06-10")),
        "evidence": (Evidence("affidavit.pdf"),),
    },
    "electronic": {},
}  # fmt: skip


def leg(
    method: str, on: str = "06-01", attempt: str | None = "a", rung: int | None = None, **more: Any
) -> ServiceRecord:
    given = {"place": "Post office", **WHOLE[method], **more}
    return ServiceRecord(
        id=f"{attempt}-{method}-{on}", document="N", title="Notice", party="owner", method=method,  # type: ignore[arg-type]
        served_on=day(on), declarant=SWORN, attempt=attempt, rung=rung, **given,
    )  # fmt: skip


def came(one: ServiceRecord, result: str, reason: str | None = None, on: str = "06-20") -> ServiceRecord:
    return replace(one, result=result, reason=reason, result_on=day(on))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "holds_from"),
    [
        ("personal", "06-01"), ("substituted", "06-12"), ("first_class_mail", "06-01"), ("certified_mail", "06-01"),
        ("express", "06-01"), ("posting_site", "06-01"), ("posting_unit", "06-01"), ("posting_site_10_days", "06-11"),
        ("publication", "06-10"), ("electronic", "06-01"),
    ],
)  # fmt: skip
def test_each_way_is_complete_when_its_rule_says(method: str, holds_from: str) -> None:
    found = attempt_standing(
        rules(), "memorandum", [leg(method)], consent=day("05-01"), failed_before=True
    )  # fmt: skip
    assert (found.state, found.on, found.lacks) == ("holds", day(holds_from), ())


@pytest.mark.parametrize(
    ("method", "gone", "field"),
    [
        ("personal", {"at": None}, "at"), ("personal", {"to_whom": None}, "to_whom"),
        ("personal", {"place": "Not told"}, "place"), ("substituted", {"tries": TRIES[:2]}, "tries"),
        ("substituted", {"mailed_on": None}, "mailed_on"), ("substituted", {"relation": None}, "relation"),
        ("first_class_mail", {"address": ()}, "address"),
        ("certified_mail", {"article_number": None}, "article_number"),
        ("posting_site", {"photos": (PHOTO,)}, "photos"), ("posting_unit", {"unit": None}, "unit"),
        ("posting_site_10_days", {"seen_on": day("06-10")}, "seen_on"), ("publication", {"issues": ()}, "issues"),
        ("publication", {"newspaper": None}, "newspaper"), ("publication", {"county": None}, "county"),
        ("publication", {"evidence": ()}, "evidence"),
    ],
)  # fmt: skip
def test_what_lacks_something_does_not_hold_and_says_what(method: str, gone: dict[str, Any], field: str) -> None:
    found = attempt_standing(
        rules(), "memorandum", [leg(method, **gone)], consent=day("05-01"), failed_before=True
    )  # fmt: skip
    assert (found.state, found.on, [lack.field for lack in found.lacks]) == ("lacking", None, [field])
    assert found.why


@pytest.mark.parametrize("consent", [None, day("06-02")])
def test_electronic_service_needs_consent_that_came_before_it(consent: date | None) -> None:
    found = attempt_standing(rules(), "memorandum", [leg("electronic")], consent=consent)
    assert (found.state, found.lacks[0].field) == ("lacking", "method")


def test_publication_comes_after_another_way_failed() -> None:
    mailed = [leg("certified_mail", "05-01", "a"), leg("first_class_mail", "05-01", "a")]
    back = [came(one, "returned", "Attempted - not known", "05-20") for one in mailed]
    printed = [leg("publication", "05-25", "b")]
    assert copy_standing(rules(), "notice-of-violation", [printed], END).state == "failed"
    assert copy_standing(rules(), "notice-of-violation", [printed, back], END).on == day("06-10")


NOTICE, ORDER = "notice-of-violation", "substandard-notice-and-order"
C, F = leg("certified_mail"), leg("first_class_mail", "06-03")


@pytest.mark.parametrize(
    ("type", "legs", "state", "on"),
    [
        (NOTICE, [C, F], "holds", "06-03"),  # both, so from the later
        (NOTICE, [F], "lacking", None),  # the ladder asks for certified mail beside it
        (NOTICE, [came(C, "unclaimed", "Unclaimed"), F], "holds", "06-03"),  # the first-class letter stands
        (NOTICE, [came(C, "returned", "Attempted–Not Known"), F], "holds", "06-03"),
        (NOTICE, [came(C, "unclaimed"), came(F, "returned", "Vacant")], "failed", None),
        (NOTICE, [C, came(F, "returned", "Vacant")], "failed", None),
        (NOTICE, [came(C, "returned", "Returned for postage"), F], "failed", None),  # our fault: never served
        (NOTICE, [came(C, "returned", "DECEASED"), F], "failed", None),
        (NOTICE, [came(C, "delivered"), F], "holds", "06-03"),
        (NOTICE, [leg("personal", "06-07")], "holds", "06-07"),  # good for every paper
        (NOTICE, [came(C, "unclaimed"), came(F, "returned"), leg("personal", "06-07")], "holds", "06-07"),
        (NOTICE, [leg("posting_site"), F], "holds", "06-03"),
        (NOTICE, [leg("posting_site", photos=()), F], "lacking", None),
        (NOTICE, [replace(C, rung=2), replace(F, rung=2)], "lacking", None),  # it says rung 2, which is another
        (ORDER, [leg("posting_site"), C], "holds", "06-01"),
        (ORDER, [leg("posting_site"), came(C, "unclaimed")], "failed", None),  # no first-class letter stands beside it
        (ORDER, [leg("posting_site"), C, came(F, "returned")], "holds", "06-01"),  # more than was asked for
        (ORDER, [C, F], "holds", "06-03"),  # not as its ladder says, but whole
        (ORDER, [came(C, "unclaimed"), F], "holds", "06-03"),
        (ORDER, [came(C, "unclaimed"), came(F, "returned")], "failed", None),
        (ORDER, [C], "lacking", None),
        ("lien-notice", [C, F], "lacking", None),  # as a summons, or not at all
        ("tenant-notice", [F], "lacking", None),
        ("memorandum", [came(C, "unclaimed"), F], "holds", "06-03"),  # no ladder: any way will do
        ("memorandum", [came(C, "unclaimed")], "failed", None),
        (NOTICE, [replace(leg("posting_site"), method="posting"), F], "holds", "06-03"),  # the name of before
        (NOTICE, [replace(C, result="not_required"), F], "holds", "06-03"),
    ],
)  # fmt: skip
def test_the_legs_of_an_attempt(type: str, legs: Sequence[ServiceRecord], state: str, on: str | None) -> None:
    for shuffled in permutations(legs):
        found = attempt_standing(rules(), type, shuffled)
        assert (found.state, found.on) == (state, day(on) if on else None)


@pytest.mark.parametrize(
    ("said", "state"), [("first_class_stands", "holds"), ("posting", "failed"), ("person", "unknown")]
)
def test_what_a_certified_letter_that_came_back_leaves_is_the_towns_to_say(said: str, state: str) -> None:
    other = replace(rules(), certified_came_back=said)  # type: ignore[arg-type]
    assert attempt_standing(other, NOTICE, [came(C, "unclaimed"), F]).state == state


def test_what_is_complete_later_is_coming_until_then() -> None:
    made = [[leg("substituted")]]
    assert copy_standing(rules(), "lien-notice", made, day("06-11")) == CopyStanding(
        "coming", day("06-12"), "substituted"
    )
    assert copy_standing(rules(), "lien-notice", made, day("06-12")).state == "served"


def test_of_what_nobody_swears_to_here_nothing_is_asked() -> None:
    bare = leg("posting_site", attempt=None, photos=(), at=None)
    assert copy_standing(rules(), NOTICE, grouped([bare]), END).on == day("06-01")
    assert copy_standing(rules(), NOTICE, grouped([came(bare, "returned")]), END).state == "failed"


def test_without_rules_whatever_did_not_come_back_was_served() -> None:
    assert copy_standing(None, NOTICE, [[F], [came(C, "unclaimed")]], END).on == day("06-03")
    assert copy_standing(None, NOTICE, [[came(C, "unclaimed")]], END).state == "failed"


_METHODS = st.sampled_from(sorted(WHOLE))
_RESULTS = st.sampled_from(["pending", "delivered", "unclaimed", "refused", "returned", "posted", "not_required"])
_REASONS = st.sampled_from([None, "Unclaimed", "Vacant", "Deceased", "Returned for Postage", "Who knows"])


@st.composite
def _attempts(draw: st.DrawFn) -> list[list[ServiceRecord]]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        begun = day("06-01") + timedelta(days=draw(st.integers(0, 40)))
        legs = []
        for method in draw(st.lists(_METHODS, min_size=1, max_size=3, unique=True)):
            one = leg(method, f"{begun:%m-%d}", f"a{number}")
            result = draw(_RESULTS)
            legs.append(came(one, result, draw(_REASONS)) if result != "pending" else one)
        found.append(legs)
    return found


@given(_attempts(), st.sampled_from([NOTICE, ORDER, "lien-notice", "memorandum"]), st.integers(0, 60), st.randoms())
def test_no_order_of_telling_changes_what_it_amounts_to(
    made: list[list[ServiceRecord]], type: str, days: int, chance: Any
) -> None:
    on = day("06-01") + timedelta(days=days)
    found = copy_standing(rules(), type, made, on)
    shuffled = [chance.sample(legs, len(legs)) for legs in chance.sample(made, len(made))]
    again = copy_standing(rules(), type, shuffled, on)
    assert (again.state, again.on) == (found.state, found.on)
    if found.on is not None:
        assert found.on >= min(one.served_on for legs in made for one in legs)
        assert (found.state == "served") == (found.on <= on)


@given(_attempts(), st.sampled_from([NOTICE, ORDER, "memorandum"]))
def test_a_copy_that_all_came_back_is_never_served(made: list[list[ServiceRecord]], type: str) -> None:
    back = [[came(one, "returned", "Unclaimed") for one in legs] for legs in made]
    assert copy_standing(rules(), type, back, END).state in ("failed", "unknown")


@given(_attempts(), st.sampled_from([NOTICE, ORDER, "memorandum"]), st.data())
def test_a_letter_that_comes_back_makes_nothing_served_earlier(
    made: list[list[ServiceRecord]], type: str, data: st.DataObject
) -> None:
    if not made:
        return
    before = copy_standing(rules(), type, made, END, consent=day("05-01"))
    which = data.draw(st.integers(0, len(made) - 1))
    leg_of_it = data.draw(st.integers(0, len(made[which]) - 1))
    other = [list(legs) for legs in made]
    other[which][leg_of_it] = came(other[which][leg_of_it], "returned", "Vacant")
    after = copy_standing(rules(), type, other, END, consent=day("05-01"))
    published = any(one.method == "publication" for legs in made for one in legs)  # for which a failure makes room
    excused = made[which][leg_of_it].result in ("not_required", *FAILED)
    if after.on is not None and not published and not excused:
        assert before.on is not None
        assert before.on <= after.on
