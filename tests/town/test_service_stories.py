"""Service in the stories of the trade: attempts and their results, what they let out, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.casefile.article_numbers import check_digit
from docservice.casefile.attempts import attempts
from docservice.casefile.believing import contradictions
from docservice.casefile.folding import fold
from docservice.casefile.happenings import read_data
from docservice.casefile.record import CaseRecord
from docservice.town.service_following import flagged_mailings, next_rung, service_findings
from docservice.town.service_standing import judge_of
from docservice.town.service_telling import refused
from tests.casefile.test_attempts import SWORN
from tests.town.test_guards import Story, citation, day, facts, inspection, twelve_units, violation, with_hearing

PHOTO = {
    "file": "door.jpg",
    "caption": "Door",
    "alt": "A paper on a door",
    "taken_on": "2026-06-24",
    "taken_by": "inspector",
}
ENVELOPE = ["AMPARO QUIÑONES", "79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"]
CERTIFIED = {"method": "certified_mail", "place": "Post office", "address": ENVELOPE,
             "article_number": "9407111899223197428490"}  # fmt: skip
MAILED = {"method": "first_class_mail", "place": "Post office", "address": ENVELOPE}
POSTED = {
    "method": "posting_site",
    "at": "09:10",
    "place": "Front door",
    "photos": [PHOTO, {**PHOTO, "file": "lot.jpg"}],
}
TODAY = day("12-01")


class Served(Story):
    """A story in which papers are served by attempts."""

    @property
    def record(self) -> CaseRecord:
        return replace(super().record, judge=judge_of(self.pack.service))

    def attempt(self, number: str, on: str, *legs: dict[str, Any], party: str = "owner", **more: Any) -> int:
        self.tell("attempted", number, on, party=party, declarant=SWORN, legs=list(legs), **more)
        return self.position

    def result(self, attempt: int, leg: int, on: str, said: str, reason: str | None = None) -> None:
        number = next(one.subject for one in self.events if one.position == attempt)
        why = {"reason": reason} if reason else {}
        self.tell("service-result", number, on, attempt=attempt, leg=leg, result=said, **why)

    def refusals(self, type: str, number: str, on: str, today: date = TODAY, **data: Any) -> list[tuple[str, str]]:
        """Codes and places of what speaks against an event."""
        said, known = read_data(type, data), fold(self.facts, self.record, today).facts
        found = [*contradictions(type, number, day(on), said, known, self.record, today),
                 *refused(self.pack, known, self.record, type, number, day(on), said, today)]  # fmt: skip
        return [(one.code, one.place) for one in found]

    def findings(self) -> list[Any]:
        made = attempts(self.record, TODAY)
        types = {one.number: one.document_type for one in self.documents}
        return list(service_findings(self.pack.service, made, types, fold(self.facts, self.record, TODAY).facts))

    def attempting(self, number: str, on: str, *legs: dict[str, Any], party: str = "owner", **more: Any) -> Any:
        sworn = {**SWORN, **more}
        return self.refusals("attempted", number, on, party=party, declarant=sworn, legs=list(legs))


def units() -> Served:
    made = twelve_units()
    return Served(made.facts, made.pack)


def test_a_twelve_units() -> None:
    story = units()
    everyone = [party["id"] for party in story.facts["parties"]]
    numbers = {who: story.issue("substandard-notice-and-order", "06-01", None, who) for who in everyone}
    labels = {who: f"940711189922319742{n:03}" for n, who in enumerate(everyone)}
    made = {
        who: story.attempt(numbers[who], "06-03", {**CERTIFIED, "article_number": label + check_digit(label)}, MAILED,
                           party=who)
        for who, label in labels.items()
    }  # fmt: skip
    assert story.effective(numbers["owner"], "contest-by") == day("06-15")  # from Saturday 06-13
    assert story.effective(numbers["owner"], "comply-by", violation="v1") == day("06-17")
    # Certified mail that nobody took, and a first-class letter that did not come back: still served on 06-03.
    story.result(made["owner"], 1, "06-12", "unclaimed", "Unclaimed")
    assert story.codes("cost-invoice", "06-18") == []
    # That came back as well: the owner was not served, the other fourteen were.
    story.result(made["owner"], 2, "06-12", "returned", "Attempted–Not Known")
    [gone] = story.ask("cost-invoice", "06-20").reasons
    assert gone.code == "procedure.requires"
    assert "was not served on Amparo Quiñones" in gone.message
    assert numbers["owner"] in gone.message
    assert {tuple(story.codes("cost-invoice", "06-20", None, who)) for who in everyone if who != "owner"} == {()}
    # The old bytes on a door are no notice: they say “by June 11”.
    assert story.attempting(numbers["owner"], "06-24", POSTED, MAILED) == [("service.stale_dates", "/on")] * 2
    # A second printing takes its place, and is posted.
    again = story.issue("substandard-notice-and-order", "06-24")
    first = story.documents[0]
    story.documents[0] = replace(first, status="superseded", replaced_by=again)
    assert story.codes("cost-invoice", "07-10") == ["service_unknown"]
    story.attempt(again, "06-24", POSTED, MAILED)
    assert story.effective(again, "contest-by") == day("07-06")  # from Saturday 07-04
    assert story.effective(again, "comply-by", violation="v1") == day("07-08")
    assert story.codes("substandard-notice-and-order", "06-25") == ["once"]
    # What comes back of the first printing counts for nothing; it is kept when somebody says that they know so.
    late = {"attempt": made["owner"], "leg": 2, "result": "delivered"}
    assert story.refusals("service-result", first.number, "06-26", **late) == [("service.replaced", "/data/attempt")]
    assert story.refusals("service-result", first.number, "06-26", **late, after_replacement=True) == []
    assert ("service.replaced", "/subject") in story.attempting(first.number, "06-10", MAILED)
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-06", "by": "owner", "of": ["v1", "v2"], "grounds": "It was mended."}
    ]  # fmt: skip
    with_hearing(story)
    assert story.codes("notice-of-hearing", "07-06", "h1") == []
    assert story.codes("notice-of-hearing", "07-07", "h1") == ["lead"]
    assert story.codes("cost-invoice", "07-10") == ["stayed"]


def fence() -> Served:
    made = facts(
        violations=[violation("v1", "MHMC 9.40.020", "05-20")], inspections=[inspection("i1", "05-20")],
        citations=[citation("c1", 1, ["v1"], "05-23")],
    )  # fmt: skip
    made["parties"][1]["electronic_consent_on"] = "2026-06-02"
    return Served(made)


def test_a_citation_is_served_from_the_attempt_that_holds() -> None:
    story = fence()
    number = story.issue("administrative-citation", "06-01", "c1")
    made = story.attempt(number, "06-02", CERTIFIED, {**MAILED, "on": "2026-06-03"})
    assert story.casefile(TODAY).citations[0].served_on == day("06-03")
    story.result(made, 2, "06-20", "returned", "Vacant")
    assert story.casefile(day("06-19")).citations[0].served_on == day("06-03"), "nobody could know"
    assert story.casefile(TODAY).citations[0].served_on is None
    story.attempt(number, "06-24", POSTED, MAILED)
    assert story.casefile(TODAY).citations[0].served_on == day("06-24")
    story.events.pop()
    story.attempt(number, "06-24", {**POSTED, "photos": [PHOTO]}, MAILED)
    assert story.casefile(TODAY).citations[0].served_on is None, "one photograph is none"
    place = len(story.casefile(TODAY).service) - 2
    assert [(one.code, one.place) for one in story.findings()] == [
        ("service.address_bad", f"/service/{place - 1}/reason"), ("service.lacking", f"/service/{place}/photos"),
        ("service.address_bad", f"/service/{place - 2}"), ("service.address_bad", f"/service/{place + 1}"),
    ]  # fmt: skip


REFUSED: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    ("06-02", MAILED, {}, []),
    ("05-31", MAILED, {}, [("event.date", "/on")]),
    ("06-02", {**MAILED, "on": "2026-06-01"}, {}, [("event.date", "/data/legs/0/on")]),
    ("06-02", {**MAILED, "on": "2026-12-02"}, {}, [("event.date", "/data/legs/0/on"),
                                                  ("service.stale_dates", "/data/legs/0/on")]),
    ("06-02", {**POSTED, "seen_on": "2026-12-02"}, {}, [("event.date", "/data/legs/0/seen_on")]),
    ("06-02", {**POSTED, "photos": [{**PHOTO, "taken_on": "2026-05-31"}]}, {},
     [("event.date", "/data/legs/0/photos/0/taken_on")]),
    ("06-02", {"method": "substituted", "mailed_on": "2026-06-01"}, {}, [("event.date", "/data/legs/0/mailed_on")]),
    ("06-02", {"method": "publication", "issues": ["2026-06-03", "2026-12-02"]}, {},
     [("event.date", "/data/legs/0/issues/1")]),
    ("06-02", {"method": "personal", "tries": [{"on": "2026-06-03", "at": "09:00", "place": "Door", "what": "Nobody"}]},
     {}, [("event.date", "/data/legs/0/tries/0/on")]),
    ("06-02", {"method": "electronic"}, {}, [("service.no_consent", "/data/legs/0/method")]),
    ("06-02", {"method": "electronic"}, {"party": "agent"}, []),
    ("06-01", {"method": "electronic"}, {"party": "agent"}, [("service.no_consent", "/data/legs/0/method")]),
    ("06-02", {**POSTED, "result": "unclaimed"}, {}, [("service.result", "/data/legs/0/result")]),
    ("06-02", MAILED, {"name": " nia  PARK"}, [("service.declarant", "/data/declarant/name")]),
    ("06-02", MAILED, {"over_18_and_not_a_party": False},
     [("service.declarant", "/data/declarant/over_18_and_not_a_party")]),
    ("06-02", MAILED, {"party": "nobody"}, [("event.subject", "/data/party")]),
]  # fmt: skip


@pytest.mark.parametrize(("on", "leg", "said", "found"), REFUSED)
def test_what_cannot_be_told(on: str, leg: dict[str, Any], said: dict[str, Any], found: list[tuple[str, str]]) -> None:
    story = fence()
    number = story.issue("administrative-citation", "06-01", "c1")
    leg = (
        {**leg, "photos": [{**one, "taken_on": one["taken_on"].replace("06-24", "06-02")} for one in leg["photos"]]}
        if "photos" in leg
        else leg
    )
    sworn = {name: value for name, value in said.items() if name != "party"}
    assert story.attempting(number, on, leg, party=said.get("party", "owner"), **sworn) == found


def test_nothing_is_told_of_a_void_paper() -> None:
    story = fence()
    number = story.issue("administrative-citation", "06-01", "c1")
    story.void(number)
    assert story.attempting(number, "06-02", MAILED) == [("service.replaced", "/subject")]


def test_a_translation_has_no_service_of_its_own() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    story.documents.append(replace(story.documents[0], number=f"{number}-es", language="es", original=number))
    assert story.attempting(f"{number}-es", "06-02", MAILED) == [("service.translation", "/subject")]


def test_the_short_form_does_not_serve_old_bytes_either() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    said = {"party": "owner", "method": "posting"}
    assert story.refusals("served", number, "06-05", **said) == []
    assert story.refusals("served", number, "06-24", **said) == [("service.stale_dates", "/on")]


def test_an_article_number_is_on_one_envelope() -> None:
    story = fence()
    number = story.issue("administrative-citation", "06-01", "c1")
    other = story.issue("notice-of-violation", "06-01")
    twice = story.attempting(number, "06-02", CERTIFIED, CERTIFIED)
    assert twice == [("article.used", "/data/legs/1/article_number")]
    made = story.attempt(number, "06-02", CERTIFIED, MAILED)
    there = [("article.used", "/data/legs/0/article_number")]
    spaced = {**CERTIFIED, "article_number": "9407 1118 9922 3197 4284 90"}
    assert story.attempting(number, "06-04", spaced, MAILED) == there
    assert story.attempting(other, "06-04", CERTIFIED, MAILED) == there
    assert story.attempting(other, "06-02", CERTIFIED, MAILED) == [], "two papers in one envelope"
    assert story.attempting(other, "06-02", CERTIFIED, MAILED, party="agent") == there
    # Corrected, the number is free for the attempt that takes its place.
    event = next(one for one in story.events if one.position == made)
    story.events.append(replace(event, position=99, corrects=made, data={**event.data, "legs": [MAILED]}))
    assert story.attempting(other, "06-04", CERTIFIED, MAILED) == []


def test_results_that_cannot_be_told() -> None:
    story = fence()
    number = story.issue("administrative-citation", "06-01", "c1")
    made = story.attempt(number, "06-02", POSTED, {**MAILED, "on": "2026-06-05"})
    for attempt, leg, on, said, found in (
        (made, 2, "06-05", "returned", []),
        (made, 2, "06-04", "returned", [("event.date", "/on")]),
        (made, 1, "06-04", "returned", [("service.result", "/data/result")]),
        (made, 1, "06-04", "posted", []),
        (made, 3, "06-04", "returned", [("event.subject", "/data/leg")]),
        (77, 1, "06-04", "returned", [("event.subject", "/data/attempt")]),
    ):  # fmt: skip
        assert story.refusals("service-result", number, on, attempt=attempt, leg=leg, result=said) == found


def test_the_next_rung_comes_when_one_has_failed() -> None:
    story = fence()
    rules = story.pack.service
    number = story.issue("notice-of-violation", "06-01")

    def following(on: str) -> tuple[int, tuple[str, ...], date] | None:
        found = next_rung(rules, "notice-of-violation", attempts(story.record, day(on)), day(on))
        return (found.rung, found.ways, found.since) if found is not None else None

    assert following("06-01") is None
    made = story.attempt(number, "06-02", CERTIFIED, MAILED)
    assert following("07-30") is None, "it is served"
    story.result(made, 1, "06-12", "unclaimed")
    assert following("06-20") is None
    story.result(made, 2, "06-15", "returned", "Vacant")
    assert following("06-14") is None
    assert following("06-20") == (2, ("posting_site", "first_class_mail"), day("06-15"))
    story.attempt(number, "06-24", POSTED, MAILED)
    assert following("06-24") is None


def test_other_mailings_to_an_address_that_is_no_good_are_flagged() -> None:
    story = fence()
    first = story.issue("notice-of-violation", "06-01")
    second = story.issue("administrative-citation", "06-01", "c1")
    made = story.attempt(first, "06-02", MAILED)
    story.attempt(
        second, "06-02", {**MAILED, "address": ["A. QUIÑONES", "79 Ridgeline Terrace", "Madrona Hills, CA 95999"]}
    )
    story.attempt(
        second, "06-03", {**MAILED, "address": ["NIA PARK", "1 MAIN ST", "MADRONA HILLS CA 95999"]}, party="agent"
    )
    story.result(made, 1, "06-10", "unclaimed", "Unclaimed")

    def flagged() -> list[str]:
        found = flagged_mailings(story.pack.service, attempts(story.record, TODAY), {})
        return [f"{one.leg.document} {one.leg.served_on}" for one in found]

    assert flagged() == [], "nobody took it; the address is good"
    story.result(made, 1, "06-11", "returned", "ATTEMPTED - NOT KNOWN")
    assert flagged() == [f"{second} 2026-06-02"]


def test_a_corrected_attempt_takes_effect() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    made = story.attempt(number, "06-02", CERTIFIED, {**MAILED, "on": "2026-06-04"})
    assert story.effective(number, "contest-by") == day("06-15")  # ten days, from Sunday
    event = story.events[-1]
    legs = [CERTIFIED, {**MAILED, "on": "2026-06-09"}]
    story.events.append(replace(event, position=98, corrects=made, data={**event.data, "legs": legs}))
    assert story.effective(number, "contest-by") == day("06-22")  # from Friday 06-19, a holiday
