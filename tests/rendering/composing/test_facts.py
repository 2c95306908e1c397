"""What a wording sees of a case: everything with its place, nothing that is confidential."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from docservice import casefile
from docservice.casefile.facts import Casefile
from docservice.rendering.composing.facts import Facts, assemble
from docservice.rendering.composing.values import Clock, Day, Fact, Missing, Money, Record
from docservice.town import TownPack, load_pack
from docservice.town.reckoning import reckon
from docservice.wording.meta import TemplateMeta, load_meta
from tests.places import ROOT
from tests.shipped_wording import folder_of


@cache
def pack() -> TownPack:
    return load_pack(ROOT / "town/madrona-hills")


@cache
def raw(case: str) -> str:
    return (ROOT / f"examples/{case}/casefile.json").read_text(encoding="utf-8")


@cache
def case_of(case: str) -> Casefile:
    return casefile.load(json.loads(raw(case)))


def meta(key: str) -> TemplateMeta:
    return load_meta((folder_of(key) / "template.yaml").read_bytes())


def facts(
    case: str, key: str, recipient: str | None, on: str, about: str | None = None, language: str = "en", **more: Any
) -> Facts:
    day, made = date.fromisoformat(on), meta(key)
    reckoning = reckon(pack(), case_of(case), made.document_type, on=day, recipient=recipient or "", about=about)
    given = {"number": "X-2026-0001", "about": about} | more
    return assemble(case_of(case), pack(), made, reckoning, recipient=recipient, on=day, language=language, **given)


NOTICE = ("CE-2026-0203", "notice-of-violation", "tenant-216", "2026-09-01")
CITATION = ("CE-2026-0231", "administrative-citation", "owner", "2026-06-17", "c2")


def walk(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, Record):
        for name in value.names():
            yield from walk(value.get(name))
    elif isinstance(value, tuple):
        for item in value:
            yield from walk(item)


def everything(seen: Facts) -> Iterator[Any]:
    for value in seen.names.values():
        yield from walk(value)


@pytest.mark.parametrize("order", [NOTICE, CITATION])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_fact_points_at_its_very_text(order: Any, language: str) -> None:
    data = asdict(case_of(order[0]))
    pointed = [f for f in everything(facts(*order, language=language)) if isinstance(f, Fact) and f.pointer[0] == "/"]
    assert len(pointed) > 100
    for fact in pointed:
        node: Any = data
        for step in fact.pointer.split("/")[1:]:
            node = node[int(step)] if isinstance(node, tuple) else node[step]
        assert str(fact) == node


def test_only_values_with_provenance_are_seen() -> None:
    kinds = (Fact, Day, Clock, Money, Record, Missing, tuple, int, bool, str)
    assert all(isinstance(value, kinds) for value in everything(facts(*NOTICE)))


def test_nothing_confidential_is_seen() -> None:
    for order in (NOTICE, CITATION):
        secret = json.loads(raw(order[0]))["confidential"]
        seen = "\n".join(str(value) for value in everything(facts(*order)) if isinstance(value, str))
        assert "confidential" not in facts(*order).names
        for text in (secret.get("complaint"), *secret.get("privileged_notes", ())):
            assert text is None or text not in seen


def test_a_citation_speaks_of_its_own_violation_and_fine() -> None:
    names = facts(*CITATION).names
    assert [str(v.get("id")) for v in names["violations"]] == ["v2"]
    assert names["citation"].get("ordinal") == 2
    fine = names["fine"]
    assert str(fine.get("total")) == "$3,000.00"
    assert [str(day) for day in fine.get("earlier")] == ["May 23, 2026"]


def test_deadlines_are_found_by_their_names_with_hyphen_or_underscore() -> None:
    deadlines = facts(*CITATION).names["deadlines"]
    assert deadlines.get("contest_by") == deadlines.get("contest-by")
    assert deadlines.get("contest_by").__html__() == (
        '<time datetime="2026-07-17" data-deadline="contest-by">July 17, 2026</time>'
    )


def test_every_violation_has_its_own_date() -> None:
    seen = facts(*NOTICE).names["violations"]
    assert len(seen) == 17  # of 23: six are in the rooms of other units alone
    assert {v.get("comply_by").deadline for v in seen} == {f"comply-by/{v.get('id')}" for v in seen}


def test_penalty_of_the_time_limit() -> None:
    penalty = facts("CE-2026-0147", "construction-time-limit", "owner-llc", "2026-04-17").names["penalty"]
    assert (penalty.get("days_late"), str(penalty.get("total"))) == (48, "$3,600.00")
    assert [t.get("days") for t in penalty.get("tiers")] == [30, 18, 0, 0]
    assert penalty.get("next").get("from_day") == 61


def test_what_a_case_does_not_have_is_absent_not_misspelled() -> None:
    names = facts("CE-2026-0147", "courtesy-letter", "owner-llc", "2026-03-05").names
    for name in ("hearing", "appeal", "citation"):
        assert isinstance(names[name], Missing)
        assert names[name].known


def test_a_letter_may_do_without_the_dates_that_its_folder_names() -> None:
    """Templates of before name none: they may do without those that every letter knew then."""
    case, made = case_of(CITATION[0]), meta("administrative-citation")
    on = date(2026, 6, 17)
    reckoning = reckon(pack(), case, made.document_type, on=on, recipient="owner", about="c2")

    def known(dates: tuple[str, ...] | None, name: str) -> bool:
        seen = assemble(case, pack(), replace(made, dates=dates), reckoning, recipient="owner", on=on,
                        number=None, language="en", about="c2")  # fmt: skip
        found = seen.names["deadlines"].get(name)
        return not isinstance(found, Missing) or found.known

    assert known((), "contest_by")
    assert known(("decision-by",), "decision_by")
    assert not known((), "decision_by")
    assert known(None, "decision_by")
    assert not known(None, "decission_by")


def test_later_events_and_costs_are_not_seen() -> None:
    names = facts("CE-2026-0231", "inspection-report", None, "2026-05-23", "i1").names
    assert [str(cost.get("id")) for cost in names["costs"]] == ["k1"]
    assert all(event.get("on").value <= date(2026, 5, 23) for event in names["chronology"])


@pytest.mark.parametrize(
    ("order", "signer"),
    [
        (NOTICE, "Rosalind Achterberg"),
        (("CE-2026-0147", "stop-work-order", "contractor", "2026-04-17", "swo1"), "Winifred Okonkwo-Hale, CBO"),
        (("CE-2026-0147", "inspection-report", None, "2026-03-03", "i1"), "Teodoro Quintanilla"),
        (("CE-2026-0231", "notice-of-hearing", "owner", "2026-07-02", "h1"), "Ansel Bjornstad"),
    ],
)
def test_who_signs(order: Any, signer: str) -> None:
    assert facts(*order).names["officer"].get("name") == signer


def test_help_fits_the_recipient() -> None:
    tenant = {str(r.get("id")) for r in facts(*NOTICE).names["help"]}
    owner = {
        str(r.get("id")) for r in facts("CE-2026-0203", "notice-of-violation", "owner-chen", "2026-09-01").names["help"]
    }
    assert "tenant-help" in tenant - owner
    assert "counter" in owner - tenant
    # She owns the building and lives in another city: no loan for a home, no fine, no quarrel with a neighbor.
    assert owner == {"counter"}
    fined = facts("CE-2026-0231", "administrative-citation", "owner", "2026-06-17", "c2").names["help"]
    assert {str(one.get("id")) for one in fined} == {"counter", "hardship"}


def test_english_is_marked_in_a_translation_and_names_in_their_own_script() -> None:
    names = facts(*NOTICE, language="vi").names
    assert 'lang="en"' in names["violations"][0].get("facts").__html__()
    assert 'lang="ar"' in names["recipient"].get("name").__html__()
    assert "lang=" not in names["property"].get("apn").__html__()
    assert 'lang="en"' not in facts(*NOTICE).names["violations"][0].get("facts").__html__()


@dataclass(frozen=True)
class Earlier:
    number: str
    issued_on: date


def test_a_correction_names_what_it_supersedes() -> None:
    earlier = Earlier("NOV-2026-0001", date(2026, 8, 28))
    document = facts(*NOTICE, supersedes=earlier, reason="The parcel number was wrong.").names["document"]
    shown = document.get("supersedes")
    assert (str(shown.get("number")), str(shown.get("date"))) == ("NOV-2026-0001", "August 28, 2026")
    assert shown.get("reason") == "The parcel number was wrong."


def test_a_proof_of_service_takes_what_is_on_record_over_what_was_typed() -> None:
    known = {"title": "Notice", "number": "AC-2026-0009", "pages": 4, "sha256": "ab" * 32}
    served = facts("CE-2026-0231", "proof-of-service", None, "2026-05-29", "s1", served=known).names["served"]
    assert [served.get(n) for n in ("title", "document", "pages", "sha256")] == ["Notice", "AC-2026-0009", 4, "ab" * 32]


def test_a_period_is_printed_in_the_unit_of_its_rule() -> None:
    """What a town gives in months is not printed in days."""
    rules = {**pack().deadlines, "cure": replace(pack().deadlines["cure"], count=2, unit="months")}
    other = replace(pack(), deadlines=rules)
    case = case_of("CE-2026-0203")
    reckoning = reckon(pack(), case, "notice-of-violation", on=date(2026, 9, 1), recipient="tenant-216")
    names = assemble(
        case, other, meta("notice-of-violation"), reckoning, recipient="tenant-216",
        on=date(2026, 9, 1), number=None, language="en",
    ).names  # fmt: skip
    periods = [names["periods"].get(name) for name in ("cure", "contest_notice", "look_back")]
    assert [(int(one), one.unit) for one in periods] == [(2, "month"), (10, "day"), (12, "month")]
