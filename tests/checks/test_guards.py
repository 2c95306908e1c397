"""Who is looked at and who is not, what is known without being printed twice: guards that a broken check would pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from docservice.finding import Finding
from docservice.rendering.language import weekday_date
from tests.checks.spoiling import add
from tests.shipped_wording import LETTERS

Letter = Callable[..., Any]
ABROAD = {"kind": "foreign", "lines": ["CALLE 1", "28004 MADRID", "SPAIN"], "country": "ES"}
OPENED = ("/case/opened_on", "2024-01-01")
LATER = ("/hearings/0/on", "2026-08-20")


# --- what is not there ---


@pytest.mark.parametrize("key", LETTERS)
def test_what_a_document_is_not_made_of_is_not_asked_for(letter: Letter, key: str) -> None:
    """A handout has no casefile; an old document's type may be gone from the pack. Nothing else is said of it then."""
    good = letter(key)
    untyped = replace(good.bundle, meta=replace(good.bundle.meta, document_type="of-old"))
    lacks = {"casefile": {"casefile": None}, "reckoning": {"reckoning": None}, "kind": {"bundle": untyped}}
    for count in (1, 2, 3):
        for lacking in combinations(lacks, count):
            lack = {field: value for name in lacking for field, value in lacks[name].items()}
            # Which violations it speaks of, the reckoning says.
            unknown = {("violation_missing", "/violations")} if lacking[0] == "reckoning" else set()
            assert set(replace(good, **lack).findings()) <= unknown, lacking


# --- amounts that are printed once are held against ledgers and schedule ---


@pytest.mark.parametrize(
    ("key", "about", "name"),
    [
        ("administrative-citation", "c3", "fines-charged"),
        ("administrative-citation", "c3", "fines-paid"),
        ("administrative-citation", "c3", "fines-balance"),
        ("administrative-citation", "c3", "costs-charged"),
        ("administrative-citation", "c3", "costs-paid"),
        ("administrative-citation", "c3", "costs-balance"),
        ("administrative-citation", "c1", "fine-total"),
        ("construction-time-limit", None, "penalty-rate/31"),
        ("construction-time-limit", None, "penalty-rate/1"),
    ],
)
def test_an_amount_that_nothing_else_prints_is_known(letter: Letter, key: str, about: Any, name: str) -> None:
    good = letter(key, about=about)
    wrong = good.spoiled(add(f"<p><data value='7654.00' data-amount='{name}'>$7,654.00</data></p>"))
    assert ("amount_differs", f"amount {name}") in wrong.findings()


def test_the_fine_of_each_section_is_known(letter: Letter) -> None:
    good = letter("administrative-citation", about="c1")
    for line in good.reckoning.fines.lines:
        right = f"<p><data value='{line.amount:.2f}' data-amount='fine/{line.section}'>${line.amount:,.2f}</data></p>"
        assert "amount_differs" not in good.spoiled(add(right)).codes()
        wrong = f"<p><data value='7654.00' data-amount='fine/{line.section}'>$7,654.00</data></p>"
        assert ("amount_differs", f"amount fine/{line.section}") in good.spoiled(add(wrong)).findings()


def test_an_amount_without_a_value_is_told_once(letter: Letter) -> None:
    """And is not taken for the amount before it."""
    markup = "<p><data value='5.00' data-amount='x'>$5.00</data><data value='' data-amount='y'>$6.00</data></p>"
    found = letter("notice-of-violation").spoiled(add(markup)).run()
    assert [(one.place, one.message) for one in found] == [("amount y", "The amount “y” has no value.")]


def test_a_town_may_have_no_penalty_for_lapsed_time_limits(letter: Letter) -> None:
    good = letter("notice-of-violation")
    without = replace(good, pack=replace(good.pack, time_limit=None), reckoning=replace(good.reckoning, penalty=None))
    assert not {"amount_differs", "penalty_total"} & without.codes()


def test_an_amount_of_another_name_is_no_fine(letter: Letter) -> None:
    deposit = add("<p><data value='5.00' data-amount='deposit'>$5.00</data></p>")
    assert letter("administrative-citation").spoiled(deposit).run() == ()


def test_a_penalty_counts_from_its_first_day(letter: Letter) -> None:
    """Also where the first tier costs something, and after sixty years."""
    good = letter("construction-time-limit")
    first, *others = good.pack.time_limit.tiers
    pack = replace(good.pack, time_limit=replace(good.pack.time_limit, tiers=(replace(first, per_day=7), *others)))
    reckoned = good.reckoning.penalty
    for days in (1, 22_000):
        limit = reckoned.counted_to - timedelta(days=days)
        total = Decimal(sum(_per_day(pack, day) for day in range(1, days + 1)))
        for told, right in ((total, True), (total + 7, False)):
            penalty = replace(reckoned, limit=limit, total=told)
            paper = replace(good, pack=pack, reckoning=replace(good.reckoning, penalty=penalty))
            paper = paper.spoiled(lambda root: [one.getparent().remove(one) for one in _totals(root)])
            assert ("penalty_total" not in paper.codes()) is right, (days, told)


def _per_day(pack: Any, day: int) -> int:
    return int([tier.per_day for tier in pack.time_limit.tiers if tier.from_day <= day][-1])


def _totals(root: Any) -> list[Any]:
    return list(root.findall(".//data[@data-amount='penalty-total']"))


# --- dates ---


def test_a_date_is_read_in_the_language_of_its_own_part(letter: Letter) -> None:
    good = letter("notice-of-violation")
    day = good.reckoning.deadlines["contest-by"].date
    shown = {language: weekday_date(day, language) for language in ("en", "es")}
    made = f"<time datetime='{day}' data-deadline='contest-by'>"
    for language, written, right in (("es", "es", True), ("es", "en", False), ("en", "es", False)):
        part = add(f"<section lang='{language}'><p>{made}{shown[written]}</time></p></section>")
        assert ("deadline_differs" not in good.spoiled(part).codes()) is right, (language, written)
        own = add(f"<p>{made.replace('<time', f'<time lang={language!r}')}{shown[written]}</time></p>")
        assert ("deadline_differs" not in good.spoiled(own).codes()) is right, (language, written)
    unmarked = good.spoiled(lambda root: root.attrib.pop("lang"))
    assert unmarked.codes() == {"language_mark"}


@pytest.mark.parametrize("lacking", ["deadline", "block"])
def test_a_date_that_the_document_type_does_not_promise_may_be_left_out(letter: Letter, lacking: str) -> None:
    def undated(root: Any) -> None:
        for one in root.findall(".//*[@data-deadline='contest-by']"):
            del one.attrib["data-deadline"]

    good = letter("administrative-citation").spoiled(undated)
    place = ("deadline_missing", "block appeal-rights")
    assert place in good.findings()
    assert place not in replace(good, reckoning=None).findings()
    kind = good.pack.document_types["administrative-citation"]
    if lacking == "deadline":
        deadlines = {name: rule for name, rule in kind.deadlines.items() if name != "contest-by"}
        kind = replace(kind, deadlines=deadlines)
    else:
        kind = replace(kind, required_blocks=tuple(one for one in kind.required_blocks if one != "appeal-rights"))
        blocks = tuple(one for one in good.bundle.meta.required_blocks if one != "appeal-rights")
        good = replace(good, bundle=replace(good.bundle, meta=replace(good.bundle.meta, required_blocks=blocks)))
    pack = replace(good.pack, document_types={**good.pack.document_types, "administrative-citation": kind})
    assert place not in replace(good, pack=pack).findings()


def test_a_date_that_was_forgotten_is_told_as_it_should_be(letter: Letter) -> None:
    good = letter("administrative-citation")
    right = good.reckoning.deadlines["pay-by"].date
    kept = {name: one for name, one in good.reckoning.deadlines.items() if name != "pay-by"}
    found = replace(good, reckoning=replace(good.reckoning, deadlines=kept)).run()
    said = {one.message for one in found if one.place == "deadline pay-by"}
    assert f"“pay-by” is given as nothing; counting gives {right}." in said
    more = {**good.reckoning.deadlines, "decide-by": good.reckoning.deadlines["pay-by"]}
    found = replace(good, reckoning=replace(good.reckoning, deadlines=more)).run()
    assert [one.message for one in found] == [f"“decide-by” is given as {right}; counting gives none."]


@pytest.mark.parametrize("counted", [0, 1])
def test_violations_that_end_on_one_day_though_some_were_set(letter: Letter, counted: int) -> None:
    """The letter's own date to comply by is that of either."""
    count = range(len(letter("notice-of-violation").casefile.violations))
    unset = letter("notice-of-violation", *((f"/violations/{n}/comply_by", None) for n in count))
    assert unset.run() == ()
    day = unset.reckoning.deadlines[f"comply-by/{unset.casefile.violations[counted].id}"].date
    same = letter(
        "notice-of-violation",
        *((f"/violations/{n}/comply_by", None if n == counted else f"{day}") for n in count),
    )
    days = {one.date for name, one in same.reckoning.deadlines.items() if name.startswith("comply-by")}
    assert days == {day}
    assert same.run() == ()


def test_marks_of_direction_and_spaces_change_no_date(letter: Letter) -> None:
    """Rendering sets them around figures of right-to-left lines; a date may be broken over two lines."""

    def steered(root: Any) -> None:
        for element in root.findall(".//*[@data-deadline]"):
            element.text = "\u2066" + element.text.replace(" ", "\n ") + "\u2069"

    assert letter("notice-of-violation").spoiled(steered).run() == ()


# --- the lead time of a hearing ---


def _adopted(paper: Any, **kind: Any) -> Any:
    """The same letter in a town that has adopted the mail extension, with another document type."""
    pack = paper.pack
    changed = replace(pack.document_types["notice-of-hearing"], **kind)
    pack = replace(
        pack,
        mail_extension=replace(pack.mail_extension, adopted=True),
        document_types={**pack.document_types, "notice-of-hearing": changed},
    )
    return replace(paper, pack=pack)


def test_somebody_who_is_not_to_be_served_delays_no_hearing(letter: Letter) -> None:
    on = ("/hearings/0/on", "2026-07-24")  # in time for mail within the state, and too late for mail abroad
    good = letter("notice-of-hearing", ("/parties/1/address", ABROAD), ("/parties/1/roles", ["interested"]), on)
    assert good.casefile.parties[1].id != good.reckoning.recipient
    assert "hearing_lead_time" not in _adopted(good).codes()
    served = letter("notice-of-hearing", ("/parties/1/address", ABROAD), ("/parties/1/roles", ["owner"]), on)
    assert "hearing_lead_time" in _adopted(served).codes()


def test_the_recipient_counts_whatever_their_role(letter: Letter) -> None:
    good = letter("notice-of-hearing", ("/parties/0/address", ABROAD))
    assert good.casefile.parties[0].id == good.reckoning.recipient
    assert "hearing_lead_time" in _adopted(good, served=("agent",)).codes()


def test_a_document_that_announces_no_hearing_has_no_lead_time(letter: Letter) -> None:
    """A decision is about a hearing too, and goes out after it."""
    late = letter("notice-of-hearing", ("/hearings/0/on", "2026-07-10"))
    assert "hearing_lead_time" in late.codes()
    deadlines = {n: r for n, r in late.pack.document_types["notice-of-hearing"].deadlines.items() if "notice" not in n}
    kept = {name: one for name, one in late.reckoning.deadlines.items() if name in deadlines}
    problems = tuple(one for one in late.reckoning.problems if one.code != "hearing.notice_late")
    silent = replace(late, reckoning=replace(late.reckoning, deadlines=kept, problems=problems))
    changed = replace(late.pack.document_types["notice-of-hearing"], deadlines=deadlines)
    pack = replace(late.pack, document_types={**late.pack.document_types, "notice-of-hearing": changed})
    assert "hearing_lead_time" not in replace(silent, pack=pack).codes()


def test_the_last_day_to_give_notice_is_in_time(letter: Letter) -> None:
    """Ten days before Thursday, July 16 is Monday, July 6."""
    good = letter("notice-of-hearing")
    rule = good.pack.deadlines["hearing-notice"]
    assert "hearing_lead_time" not in good.codes()
    days = (good.reckoning.subject.on - good.reckoning.served_on).days
    for count, late in ((days, False), (days + 1, True)):
        deadlines = {**good.pack.deadlines, "hearing-notice": replace(rule, count=count, rolls=False)}
        found = replace(good, pack=replace(good.pack, deadlines=deadlines)).findings()
        assert (("hearing_lead_time", "/hearings/0/on") in found) is late


def test_mail_that_a_person_must_judge_is_said_and_delays_nothing(letter: Letter) -> None:
    military = {"kind": "military", "lines": ["PSC 1", "APO AE 09012"], "region": "AE"}
    found = _adopted(letter("notice-of-hearing", ("/parties/0/address", military), LATER)).run()
    said = [(one.severity, one.message) for one in found if one.code == "checks.hearing_lead_time"]
    assert [severity for severity, _ in said] == ["warning"]
    assert "must be decided by a person" in said[0][1]


# --- who may sign ---


def _signed(paper: Any, *roles: str, name: str) -> Any:
    """The letter under a template that names these signers, signed by somebody."""

    def sign(root: Any) -> None:
        block = root.find(".//*[@data-block='signature']")
        for child in list(block):
            block.remove(child)
        block.text = name

    meta = replace(paper.bundle.meta, signers=roles)
    return replace(paper.spoiled(sign), bundle=replace(paper.bundle, meta=meta))


def test_a_template_may_narrow_who_signs_and_not_widen_it(letter: Letter) -> None:
    good = letter("notice-of-violation")
    kind = replace(good.pack.document_types["notice-of-violation"], signers=("coordinator", "director"))
    pack = replace(good.pack, document_types={**good.pack.document_types, "notice-of-violation": kind})
    good = replace(good, pack=pack)
    named = {officer.role: officer.name for officer in (*pack.officers, *good.casefile.officers)}
    assert "signer" not in _signed(good, "coordinator", "director", name=named["director"]).codes()
    assert "signer" in _signed(good, "coordinator", name=named["director"]).codes()
    assert "signer" not in _signed(good, "coordinator", name=named["coordinator"]).codes()
    assert "signer" in _signed(good, "coordinator", "clerk", name=named["clerk"]).codes()
    assert "signer" in _signed(good, "coordinator", "clerk", name=named["director"]).codes()
    assert (
        "signer" not in _signed(good, "clerk", name=named["director"]).codes()
    )  # the town's own, where nobody is left


def test_where_no_signature_is_asked_for_nobody_is_asked(letter: Letter) -> None:
    good = letter("notice-of-violation")
    kind = good.pack.document_types["notice-of-violation"]
    blocks = tuple(name for name in kind.required_blocks if name != "signature")
    changed = replace(kind, required_blocks=blocks)
    pack = replace(good.pack, document_types={**good.pack.document_types, "notice-of-violation": changed})
    signed = _signed(replace(good, pack=pack), "coordinator", name="Somebody")
    meta = replace(signed.bundle.meta, required_blocks=blocks)
    assert "signer" not in replace(signed, bundle=replace(signed.bundle, meta=meta)).codes()
    handout = replace(good.bundle.meta, document_type="a-handout", required_blocks=("signature",))
    assert (
        "signer" not in replace(good, casefile=None, reckoning=None, bundle=replace(good.bundle, meta=handout)).codes()
    )


def test_a_missing_signature_is_said_once(letter: Letter) -> None:
    empty = letter("notice-of-violation").spoiled(
        lambda root: [one.getparent().remove(one) for one in root.findall(".//*[@data-block='signature']")]
    )
    assert {code for code, place in empty.findings() if place == "block signature"} == {"block_missing"}


def test_a_proof_of_service_is_signed_by_its_declarant(letter: Letter) -> None:
    proof = letter("proof-of-service", ("/service/3/declarant/name", "Pat Doe"))
    assert "signer" not in _signed(proof, *proof.bundle.meta.signers, name="Pat Doe").codes()
    assert "signer" in _signed(proof, *proof.bundle.meta.signers, name="Robin Roe").codes()
    notice = letter("notice-of-violation")
    assert "signer" in _signed(notice, *notice.bundle.meta.signers, name="Pat Doe").codes()


@pytest.mark.parametrize(
    ("key", "place", "also"),
    [
        ("inspection-report", "/inspections/0/inspector", True),
        ("memorandum", "/memoranda/0/sender", True),
        ("inspection-report", "block signature", False),
        ("notice-of-violation", "/case/officer", True),
    ],
)
def test_who_may_not_sign_is_told_where_they_are_named(letter: Letter, key: str, place: str, also: bool) -> None:
    """The nearest to the signature, though they are named as the case's officer too."""
    hearer = next(one for one in letter(key).pack.officers if one.role == "hearing_officer")
    named = [(one, hearer.id) for one in dict.fromkeys((place, "/case/officer")) if also]
    good = letter(key, *named)
    found = _signed(good, *good.bundle.meta.signers, name=hearer.name).run()
    said = [(one.place, one.message.partition("by: ")[2]) for one in found if one.code == "checks.signer"]
    roles = sorted({*good.bundle.meta.signers} & {*good.pack.document_types[key].signers})
    assert said == [(place, ", ".join(roles).replace("building_official", "building official") + ".")]


# --- officers by id ---


@pytest.mark.parametrize(
    ("key", "change", "place"),
    [
        ("notice-of-violation", ("/case/officer", "nobody"), "/case/officer"),
        ("inspection-report", ("/inspections/0/inspector", "nobody"), "/inspections/0/inspector"),
        ("memorandum", ("/memoranda/0/sender", "nobody"), "/memoranda/0/sender"),
    ],
)
def test_an_officer_whom_nobody_knows_is_named_where_they_stand(
    letter: Letter, key: str, change: tuple[str, str], place: str
) -> None:
    assert ("officer_unknown", place) in letter(key, change).findings()


def test_the_casefiles_own_officers_are_known(letter: Letter) -> None:
    good = letter("notice-of-violation")
    named = next(officer for officer in good.pack.officers if officer.id == good.casefile.case.officer)
    own = replace(named, id="visiting", name="Val Visitor")
    facts = replace(good.casefile, officers=(own,), case=replace(good.casefile.case, officer="visiting"))
    assert "officer_unknown" not in replace(good, casefile=facts).codes()
    assert "officer_unknown" in replace(good, casefile=replace(facts, officers=())).codes()


# --- who hears, and who is reached last ---


def test_who_inspected_or_cited_cannot_hear(letter: Letter) -> None:
    officer = letter("notice-of-hearing").reckoning.subject.officer
    place = ("hearing_officer", "/hearings/0/officer")
    assert place not in letter("notice-of-hearing").findings()
    assert place in letter("notice-of-hearing", ("/inspections/0/inspector", officer)).findings()
    found = letter("notice-of-hearing", ("/case/officer", officer)).run()
    assert "cited or inspected in this case" in next(
        one.message for one in found if one.code == "checks.hearing_officer"
    )


def test_the_slowest_decides_wherever_they_stand_in_the_list(letter: Letter) -> None:
    on = ("/hearings/0/on", "2026-07-24")
    for party in (0, 1):
        found = _adopted(letter("notice-of-hearing", (f"/parties/{party}/address", ABROAD), on)).run()
        said = [one.message for one in found if one.code == "checks.hearing_lead_time"]
        name = letter("notice-of-hearing").casefile.parties[party].name
        assert len(said) == 1
        assert f"to reach {name.latin or name.text};" in said[0]


@pytest.mark.parametrize(("hears", "called"), [("coordinator", "Rosalind Achterberg"), ("nobody", "nobody")])
def test_who_cited_and_would_hear_is_called_by_name(letter: Letter, hears: str, called: str) -> None:
    found = letter("notice-of-hearing", ("/hearings/0/officer", hears), ("/case/officer", hears)).run()
    assert [one.message for one in found if "cannot hear it" in one.message] == [
        f"{called} cited or inspected in this case, and cannot hear it."
    ]


def test_the_first_of_two_who_are_reached_last_is_named_in_latin_letters(letter: Letter) -> None:
    chen = ("/parties/0/name", {"text": "陳美玲", "language": "zh-Hant", "latin": "Mei-Ling Chen"})
    abroad = [(f"/parties/{n}/address", ABROAD) for n in (0, 1)]
    found = _adopted(letter("notice-of-hearing", chen, *abroad, ("/hearings/0/on", "2026-07-24"))).run()
    (said,) = [one.message for one in found if one.code == "checks.hearing_lead_time"]
    assert "to reach Mei-Ling Chen;" in said


def test_the_recipient_is_reached_in_time_whatever_their_role(letter: Letter) -> None:
    good = letter("notice-of-hearing")
    index = next(n for n, one in enumerate(good.casefile.parties) if one.id == good.reckoning.recipient)
    changes = [(f"/parties/{index}/roles", ["interested"]), (f"/parties/{index}/address", ABROAD)]
    late = _adopted(letter("notice-of-hearing", *changes, ("/hearings/0/on", "2026-07-24")))
    assert "hearing_lead_time" in late.codes()


def test_where_a_person_judges_all_mail_nothing_is_late(letter: Letter) -> None:
    military = {"kind": "military", "lines": ["PSC 1", "APO AE 09012"], "region": "AE"}
    count = len(letter("notice-of-hearing").casefile.parties)
    everybody = [(f"/parties/{n}/address", military) for n in range(count)]
    found = _adopted(letter("notice-of-hearing", *everybody, LATER)).run()
    assert {one.severity for one in found if one.code == "checks.hearing_lead_time"} == {"warning"}


def test_a_document_without_an_address_block_prints_no_full_name(letter: Letter) -> None:
    good = letter("notice-of-violation")
    untold = good.spoiled(lambda root: root.find(".//*[@data-block='recipient']").clear())
    assert ("name_cut", "/parties/0/name") in untold.findings()
    kind = good.pack.document_types["notice-of-violation"]
    kind = replace(kind, required_blocks=tuple(one for one in kind.required_blocks if one != "recipient"))
    pack = replace(good.pack, document_types={**good.pack.document_types, "notice-of-violation": kind})
    blocks = tuple(one for one in good.bundle.meta.required_blocks if one != "recipient")
    bundle = replace(good.bundle, meta=replace(good.bundle.meta, required_blocks=blocks))
    assert "name_cut" not in replace(untold, pack=pack, bundle=bundle).codes()
    nobody = replace(good.reckoning, recipient="")
    assert "name_cut" not in replace(untold, reckoning=nobody).codes()


# --- the checks find by themselves what the reckoning has found too ---


def _alone(paper: Any) -> Any:
    """The same letter when the reckoning has noticed nothing: what is found then, the checks have found."""
    return replace(paper, reckoning=replace(paper.reckoning, problems=()))


@pytest.mark.parametrize(
    ("key", "about", "changes", "code", "place"),
    [
        ("administrative-citation", "c1", [("/citations/0/fine", "1600.00")], "fine_over_cap", "/citations/0/fine"),
        ("administrative-citation", "c1", [("/citations/0/fine", "1400.00")], "fine_total", "/citations/0/fine"),
        ("administrative-citation", "c1", [("/citations/0/ordinal", 2)], "ordinal", "/citations/0/ordinal"),
        ("administrative-citation", "c1", [("/violations/0/section", "MHMC 99.1")], "fine_none", "/citations/0"),
        ("administrative-citation", "c3", [("/citations/1/status", "dismissed")], "ordinal", "/citations/2/ordinal"),
        (
            "administrative-citation",
            "c3",
            [OPENED, ("/citations/0/violation_on", "2024-05-23"), ("/violations/0/observed_on", "2024-05-23")],
            "ordinal",
            "/citations/2/ordinal",
        ),
        ("notice-of-hearing", None, [("/hearings/0/on", "2026-07-18")], "hearing_closed_day", "/hearings/0/on"),
        ("notice-of-hearing", None, [("/hearings/0/on", "2026-07-10")], "hearing_lead_time", "/hearings/0/on"),
        (
            "notice-of-violation",
            None,
            [("/violations/1/section", "MHMC 99.1")],
            "section_unknown",
            "/violations/1/section",
        ),
    ],
)  # fmt: skip
def test_the_checks_see_it_too(letter: Letter, key: str, about: Any, changes: Any, code: str, place: str) -> None:
    assert (code, place) not in _alone(letter(key, about=about)).findings()
    assert (code, place) in _alone(letter(key, *changes, about=about)).findings()


@pytest.mark.parametrize(("first", "counts"), [("2025-06-27", True), ("2025-06-26", False)])
def test_the_look_back_of_the_check_is_a_year_to_the_day(letter: Letter, first: str, counts: bool) -> None:
    changes = [OPENED, ("/citations/0/violation_on", first), ("/violations/0/observed_on", first)]
    found = _alone(letter("administrative-citation", *changes, about="c3")).findings()
    assert (("ordinal", "/citations/2/ordinal") not in found) is counts


def test_amounts_that_a_letter_does_not_print_are_known(letter: Letter) -> None:
    good = letter("notice-of-violation")
    (line, *_) = good.reckoning.fines.lines
    printed = {name for name, _ in _amounts(good)}
    for name in ("fine-total", f"fine/{line.section}", "penalty-rate/121", "fines-balance", "costs-balance"):
        assert name not in printed
        wrong = good.spoiled(add(f"<p><data value='7654.00' data-amount='{name}'>$7,654.00</data></p>"))
        assert ("amount_differs", f"amount {name}") in wrong.findings(), name


def _amounts(paper: Any) -> list[tuple[str, Any]]:
    return [(one.get("data-amount"), one) for one in paper.composition.root.iter("data")]


@pytest.mark.parametrize(
    ("markup", "empty"),
    [
        ("<table><thead><tr><td>What</td></tr></thead><tbody/></table>", True),
        ("<table><tbody><tr><td> </td></tr></tbody><tfoot><tr><td>In all</td></tr></tfoot></table>", True),
        ("<section><h2>One</h2><ul/>said</section>", False),
    ],
)
def test_heads_and_feet_fill_no_table(letter: Letter, markup: str, empty: bool) -> None:
    found = letter("courtesy-letter").spoiled(add(f"<section><p>Said.</p>{markup}</section>")).run()
    said = [one.message for one in found if one.code == "checks.list_empty" and "table" in one.message]
    assert bool(said) is empty


def test_a_danger_says_at_once_and_needs_no_date(letter: Letter) -> None:
    danger = (("immediate_danger", True), ("danger_reason", "Live wires."), ("comply_by", None))
    count = len(letter("notice-of-violation").casefile.violations)
    dangers = [(f"/violations/{n}/{key}", value) for n in range(count) for key, value in danger]

    def undated(root: Any) -> None:
        for one in root.findall(".//*[@data-deadline]"):
            if one.get("data-deadline").startswith("comply-by"):
                one.getparent().remove(one)

    missing = ("deadline_missing", "block violations")
    assert missing not in letter("notice-of-violation", *dangers).spoiled(undated).findings()
    assert missing in letter("notice-of-violation", *dangers[:3]).spoiled(undated).findings()


def test_what_only_the_reckoning_finds_is_said_too(letter: Letter) -> None:
    """An overpaid ledger is no reason to hold a letter back; whatever else it finds, is. Errors come first."""
    problems = (Finding.error("ledger.overpaid", "Too much.", "/costs"), Finding.error("new.kind", "Oh.", "/case"))
    good = letter("notice-of-violation")
    found = replace(good, reckoning=replace(good.reckoning, problems=problems)).run()
    assert [(one.code, one.severity, one.message, one.place) for one in found] == [
        ("checks.new_kind", "error", "Oh.", "/case"),
        ("checks.ledger_overpaid", "warning", "Too much.", "/costs"),
    ]


# --- nobody reports what has not happened; an envelope is compared with its own party ---


@pytest.mark.parametrize(
    ("key", "about", "field", "day"),
    [
        ("inspection-report", None, "/inspections/0/on", "2026-08-21"),
        ("stop-work-order", None, "/stop_work_orders/0/on", "2026-04-18"),
        ("administrative-citation", "c1", "/citations/0/violation_on", "2026-05-30"),
        ("proof-of-service", None, "/service/3/served_on", "2026-07-03"),
    ],
)
def test_a_document_is_not_ahead_of_its_subject(letter: Letter, key: str, about: Any, field: str, day: str) -> None:
    good = letter(key, about=about)
    assert good.reckoning.on.isoformat() < day
    after = {
        "inspection-report": [("/inspections/0/reinspection_on", None)],
        "administrative-citation": [("/citations/0/issued_on", None), ("/citations/0/served_on", None)],
    }.get(key, [])
    assert ("date_ahead", field) in letter(key, (field, day), *after, about=about).findings()
    same = letter(key, (field, good.reckoning.on.isoformat()), *after, about=about)
    assert "date_ahead" not in same.codes()


def test_an_envelope_is_compared_with_the_address_of_its_own_party(letter: Letter) -> None:
    good = letter("proof-of-service")
    record = good.reckoning.subject
    index = next(n for n, one in enumerate(good.casefile.parties) if one.id == record.party)
    place = ("service_address_differs", "/service/3/address")
    other = {"kind": "street", "lines": ["1 OTHER ST", "FAR AWAY CA 95000"], "region": "CA"}
    assert place in letter("proof-of-service", (f"/parties/{index}/address", other)).findings()
    elsewhere = next(n for n in range(len(good.casefile.parties)) if n != index)
    assert place not in letter("proof-of-service", (f"/parties/{elsewhere}/address", other)).findings()
    assert place not in letter("proof-of-service", (f"/parties/{index}/address", None)).findings()
    unlike = (f"/parties/{index}/address", other)
    assert place not in letter("proof-of-service", unlike, ("/service/3/method", "posting")).findings()
    bare = list(good.casefile.parties[index].address.lines)  # without a name
    assert place not in letter("proof-of-service", ("/service/3/address", bare)).findings()
    another = good.casefile.parties[elsewhere].id  # sworn to with the first one's envelope
    assert place in letter("proof-of-service", ("/service/3/party", another)).findings()
    assert place not in letter("proof-of-service", ("/service/3/address", [])).findings()
    assert place in letter("proof-of-service", ("/service/3/address", [*record.address[:1]])).findings()
    nobody = good.casefile.confidential.complainant.id  # whose address the parties do not have
    assert place not in letter("proof-of-service", ("/service/3/party", nobody)).findings()
    more = [*record.address, "ATTN. MAIL ROOM"]
    assert place not in letter("proof-of-service", ("/service/3/address", more)).findings()


@pytest.mark.parametrize(
    ("roles", "agent", "says"),
    [
        (["interested"], "local-contact", "agent for service"),
        (["owner"], "local-contact", "owner and agent for service"),
        (["owner", "local_contact"], None, "owner and local contact"),
    ],
)
def test_who_cannot_be_reached_is_said_with_why(letter: Letter, roles: Any, agent: Any, says: str) -> None:
    name = {"text": "陳美玲", "language": "zh-Hant", "latin": "Mei-Ling Chen"}
    changes = [("/parties/1/roles", roles), ("/parties/0/agent", agent), ("/parties/1/name", name)]
    unreached = letter("administrative-citation", *changes, ("/parties/1/address", None))
    kind = replace(unreached.pack.document_types["administrative-citation"], served=("owner", "agent", "local_contact"))
    pack = replace(unreached.pack, document_types={**unreached.pack.document_types, "administrative-citation": kind})
    found = [(one.place, one.message) for one in replace(unreached, pack=pack).run()]
    reason = f"must be served ({says}), but has no address and is not to be posted."
    assert ("/parties/1/address", f"Mei-Ling Chen {reason}") in found
