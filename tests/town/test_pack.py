from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docservice.town import TownPack
from docservice.town.translations import TranslationPolicy

# DOMAIN §2, value for value.
COUNTS = {
    "cure": 14,
    "contest-notice": 10,
    "contest-citation": 30,
    "pay-fine": 30,
    "hearing-notice": 10,
    "staff-report": 5,
    "decision": 30,
    "court-review-fine": 20,
    "court-review-other": 90,
    "pay-costs": 45,
}
# DOMAIN §1, the column "signed by".
SIGNERS = {
    "complaint-acknowledgement": "coordinator",
    "courtesy-letter": "coordinator",
    "notice-of-violation": "coordinator",
    "reinspection-notice": "coordinator",
    "extension-decision": "building_official",
    "citation-warning": "coordinator",
    "administrative-citation": "coordinator",
    "stop-work-order": "building_official",
    "construction-time-limit": "building_official",
    "notice-to-abate": "coordinator",
    "substandard-notice-and-order": "building_official",
    "tenant-notice": "building_official",
    "notice-of-hearing": "clerk",
    "hearing-decision": "hearing_officer",
    "hearing-minutes": "clerk",
    "hardship-decision": "director",
    "cost-invoice": "finance",
    "lien-notice": "attorney",
    "closure-letter": "coordinator",
    "hearing-request": None,  # the party signs
    "hardship-request": None,
    "placard-stop-work": "building_official",
    "placard-unsafe": "building_official",
    "proof-of-service": "mailer",
    "proof-of-service-list": "mailer",
    "declaration-of-posting": "inspector",
    "declaration-of-attempts": "mailer",
    "inspection-report": "inspector",
    "memorandum": "coordinator",
    "stop-work-release": "building_official",
    "withdrawal": "coordinator",
    "appeal-receipt": "clerk",
    "hearing-continuance": "clerk",
    "payment-reminder": "finance",
    "lien-release": "attorney",
}
# DOMAIN §4.
LANGUAGES = {"es", "zh-Hant", "zh-Hans", "vi", "tl", "ko", "fa", "ar", "ru", "hi", "pa", "hy", "ja", "km"}


@pytest.mark.parametrize(("key", "count"), COUNTS.items())
def test_counts(pack: TownPack, key: str, count: int) -> None:
    assert pack.deadlines[key].count == count


def test_other_rules(pack: TownPack) -> None:
    extension = pack.mail_extension
    assert (extension.adopted, extension.same_state, extension.other_state, extension.abroad) == (False, 5, 10, 20)
    assert (pack.look_back.count, pack.look_back.unit) == (12, "months")
    assert [(tier.from_day, tier.per_day) for tier in pack.time_limit.tiers] == [
        (1, 0),
        (31, 200),
        (61, 400),
        (121, 1000),
    ]
    assert pack.fine_classes["infraction"].amounts == (100, 200, 500)
    assert pack.fine_classes["building"].amounts == (130, 700, 1300)
    assert pack.fine_classes["short-term-rental"].amounts == (1500, 3000, 5000)


def test_every_document_type_and_its_signer(pack: TownPack) -> None:
    assert pack.document_types.keys() == SIGNERS.keys()
    for key, role in SIGNERS.items():
        assert (role in pack.document_types[key].signers) is (role is not None), key


def test_formal_notices_carry_taglines_and_go_out_in_an_envelope(pack: TownPack) -> None:
    for key, kind in pack.document_types.items():
        if kind.formal and kind.envelope != "recorder":
            assert kind.taglines, key
            assert "taglines" in kind.required_blocks, key
            assert kind.envelope == "window-10", key
            assert kind.served, key


def test_the_block_that_says_how_to_contest_comes_with_a_date(pack: TownPack) -> None:
    for key, kind in pack.document_types.items():
        assert ("appeal-rights" in kind.required_blocks) == ("contest-by" in kind.deadlines), key


def test_number_series_are_told_apart(pack: TownPack) -> None:
    numbers = {kind.number.format(year=2026, n=7) for kind in pack.document_types.values()}
    assert len(numbers) == len(pack.document_types)
    spelled = [pack.document_types["notice-of-violation"].number.format(year=2026, n=n) for n in (7, 10000)]
    assert spelled == ["NOV-2026-0007", "NOV-2026-10000"]  # a long series grows a digit


def test_taglines(pack: TownPack) -> None:
    found = pack.taglines()
    assert found.keys() == LANGUAGES
    assert all(pack.identity.phone in text for text in found.values())
    assert found["ar"].endswith(f"\u2066{pack.identity.phone}\u2069")
    assert "\u2066" not in found["es"]
    assert {known.tag for known in pack.languages if known.letters} == {"en", "es", "zh-Hant", "vi", "ar"}


@pytest.mark.parametrize(
    "verify_url", ["https://town.example/verify", "https://town.example/verify/", "https://town.example/"]
)
def test_the_public_address_is_that_of_the_page_that_verifies(pack: TownPack, verify_url: str) -> None:
    assert replace(pack.identity, verify_url=verify_url).public_address == "https://town.example"


def test_only_slashes_are_taken_off_a_public_address(pack: TownPack) -> None:
    assert replace(pack.identity, verify_url="https://town.example/x/").public_address == "https://town.example/x"


@pytest.mark.parametrize("court", [True, False])
def test_a_rule_is_counted_on_the_closed_days_of_its_calendar(pack: TownPack, court: bool) -> None:
    assert pack.court_calendar is not None
    known = pack if court else replace(pack, court_calendar=None)
    kinds: dict[Any, Any] = {"town": pack.calendar, "court": pack.court_calendar if court else pack.calendar}
    for kind, calendar in kinds.items():
        assert known.closed_days(replace(pack.deadlines["cure"], calendar=kind)) == calendar
    assert known.closed_days() == pack.calendar


def test_a_language_is_known_by_its_tag(pack: TownPack) -> None:
    vietnamese = pack.language("vi")
    assert vietnamese is not None
    assert vietnamese.name == "Vietnamese"
    assert pack.language("cy") is None


@pytest.mark.parametrize(
    ("said", "known", "refused"),
    [
        ({}, {}, set()),
        ({"incomplete": "refuse"}, {}, {"notice", "memo", "handout", "stranger"}),
        ({"handouts": "refuse"}, {}, {"handout"}),
        ({"document_types": {"notice-of-violation": "refuse"}}, {}, {"notice", "stranger"}),
        ({}, {"incomplete": "refuse"}, {"notice", "memo", "handout"}),
    ],
)
def test_one_refusal_is_enough(pack: TownPack, said: Any, known: Any, refused: set[str]) -> None:
    """Of a translation that is not approved: by the town, the face, the document type or the language."""
    languages = tuple(replace(one, **known) if one.tag == "vi" else one for one in pack.languages)
    town = replace(pack, languages=languages, translations=TranslationPolicy(**said))
    asked = {
        "notice": ("vi", "notice-of-violation", "letter"),
        "memo": ("vi", "memorandum", "letter"),
        "handout": ("vi", "notice-of-violation", "handout"),
        "stranger": ("cy", "notice-of-violation", "letter"),
    }
    found = {name: town.incomplete(*each) for name, each in asked.items()}
    assert found == {name: "refuse" if name in refused else "draft-mark" for name in asked}


def test_the_window_of_the_envelope(pack: TownPack) -> None:
    safe = pack.envelopes["window-10"].address
    assert safe is not None
    assert (safe.left, safe.top, safe.right, safe.bottom) == tuple(map(Decimal, ("1.00", "2.625", "4.25", "3.042")))


@pytest.mark.parametrize(
    ("code", "on", "says"),
    [
        ("MHMC 9.40.020", "2026-05-31", "and Saturday, 9 a.m. to 5 p.m."),
        ("MHMC 9.40.020", "2026-06-01", "not allowed on Saturdays"),
        ("MHMC 9.40.020", "2009-12-31", None),
        ("MHMC 5.60.070", "2025-05-31", "two people for each bedroom"),
        ("MHMC 5.60.070", "2026-06-13", "keep fire lanes and exits open"),
        ("CBC 105.1", "2026-04-17", "retaining wall"),
        ("CBC 105.1", "2022-12-31", None),
        ("MHMC 1.1.1", "2026-04-17", None),
    ],
)
def test_the_edition_of_a_section_in_force(pack: TownPack, code: str, on: str, says: str | None) -> None:
    section = pack.section(code, date.fromisoformat(on))
    assert (section is None) if says is None else (section is not None and says in section.text)


def test_every_statement_is_used_and_every_legal_value_has_its_source(pack: TownPack) -> None:
    used = {key for kind in pack.document_types.values() for key in kind.statements}
    assert used == pack.statements.keys()
    sourced = [
        *pack.sections,
        *pack.deadlines.values(),
        *pack.fine_classes.values(),
        *pack.statements.values(),
        *pack.document_types.values(),
        *pack.envelopes.values(),
    ]
    assert all(value.source.citation for value in sourced)


def test_the_part_of_a_packet_stands_with_the_type_and_older_packs_keep_theirs(pack: TownPack) -> None:
    assert pack.packet_part("memorandum") == "staff-report"
    assert pack.packet_part("reinspection-notice") == "notices"
    assert pack.packet_part("proof-of-service") is None
    assert pack.packet_part("nothing-like-it") is None
    silent = {key: replace(kind, packet_part=None) for key, kind in pack.document_types.items()}
    before = replace(pack, document_types=silent)
    assert before.packet_part("memorandum") == "staff-report"
    assert before.packet_part("notice-of-violation") == "notices"
    assert before.packet_part("reinspection-notice") is None


def test_officers_are_known_by_their_id_and_roles_by_their_name_or_by_what_the_town_says_they_are(
    pack: TownPack,
) -> None:
    clerk = pack.officer("clerk")
    assert clerk is not None
    assert clerk.id == "clerk"
    assert pack.officer("nobody") is None
    town = replace(pack, roles={"planner": "coordinator"})
    plays = {role: town.plays(role, "coordinator") for role in ("coordinator", "planner", "clerk")}
    assert plays == {"coordinator": True, "planner": True, "clerk": False}


def test_the_meaning_of_a_rule_stands_with_it_and_in_older_packs_its_name_says_it(pack: TownPack) -> None:
    assert pack.means("contest-citation") == "contest"
    assert pack.means("nothing-like-it") is None
    silent = {key: replace(rule, means=None) for key, rule in pack.deadlines.items()}
    before = replace(pack, deadlines={**silent, "ours": silent["cure"]})
    assert (before.means("cure"), before.means("contest-notice"), before.means("ours")) == ("cure", "contest", None)
    one_says_it = replace(before, deadlines={**silent, "ours": replace(silent["cure"], means="cure")})
    assert (one_says_it.means("cure"), one_says_it.means("ours")) == (None, "cure")
    gone = {key: rule for key, rule in silent.items() if key != "cure"}
    assert replace(pack, deadlines=gone).means("cure") is None


def test_a_rule_is_found_by_its_meaning(pack: TownPack) -> None:
    assert pack.rule("pay") == pack.deadlines["pay-fine"]
    assert pack.rule("contest") == pack.deadlines["contest-notice"]  # the first
    assert replace(pack, deadlines={"pay-fine": pack.deadlines["pay-fine"]}).rule("cure") is None
    citation = pack.document_types["administrative-citation"]
    assert pack.printed(citation, "contest") == {"contest-by": pack.deadlines["contest-citation"]}
    assert pack.printed(citation, "hearing_lead") == {}


@pytest.mark.parametrize(
    ("ordinal", "amount", "cap"), [(1, 100, 150), (2, 200, 250), (3, 500, 550), (4, 500, 550), (9, 500, 550)]
)
def test_the_last_amount_holds_for_all_later_violations(pack: TownPack, ordinal: int, amount: int, cap: int) -> None:
    made = replace(pack.fine_classes["infraction"], caps=tuple(map(Decimal, (150, 250, 550))))
    assert (made.amount(ordinal), made.cap(ordinal)) == (amount, cap)


def test_the_sections_of_a_town_by_its_own_spelling_oldest_first(pack: TownPack) -> None:
    assert "MHMC 9.40.020" in pack.codes
    turned = replace(pack, sections=tuple(reversed(pack.sections)))
    days = [one.in_force_from.isoformat() for one in turned.editions("mhmc 9.40.020(b)")]
    assert days == ["2010-01-01", "2026-06-01"]
    assert pack.editions("MHMC 1.1.1") == ()
