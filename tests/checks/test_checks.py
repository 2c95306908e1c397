"""Good letters pass; every way of spoiling one is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from lxml import etree

from docservice.checks.every import CHECKS
from docservice.checks.examined import MarkedText, substance
from docservice.rendering.language import weekday_date
from tests.checks.spoiling import add, drop, find, put, say
from tests.places import ROOT
from tests.shipped_wording import LETTERS

Letter = Callable[..., Any]


@pytest.mark.parametrize("key", LETTERS)
def test_a_good_letter_passes(letter: Letter, key: str) -> None:
    assert letter(key).run() == ()


def test_a_second_and_third_citation_pass(letter: Letter) -> None:
    assert letter("administrative-citation", about="c3").run() == ()


@pytest.mark.parametrize("key", LETTERS)
def test_no_required_block_can_be_left_out_or_empty(letter: Letter, key: str) -> None:
    good = letter(key)
    meta = good.bundle.meta
    required = {*good.pack.document_types[key].required_blocks, *meta.required_blocks, *meta.must_contain}
    assert len(required) >= 3
    for name in required:
        place = ("block_missing", f"block {name}")
        path = f"*[@data-block='{name}']"
        assert place in good.spoiled(drop(path)).findings(), name

        def empty(root: Any, path: str = path) -> None:
            for block in root.findall(f".//{path}"):
                for child in list(block):
                    if child.tag not in ("h2", "h3"):
                        block.remove(child)
                block.text = "  \n"

        assert place in good.spoiled(empty).findings(), name


SPOILED: list[tuple[str, Callable[[Any], object], str, str]] = [
    ("notice-of-violation", add("<p><mark data-unresolved='x.y'>?</mark></p>"), "unresolved", "value x.y"),
    ("notice-of-violation", drop("*[@data-block='identification']"), "site_missing", "/property/apn"),
    (
        "administrative-citation",
        drop("*[@data-statement='hardship-waiver']"),
        "statement_missing",
        "statement hardship-waiver",
    ),
    (
        "administrative-citation",
        drop("*[@data-statement='judicial-review']"),
        "statement_missing",
        "statement judicial-review",
    ),
    ("notice-of-violation", drop("section[@data-violation='v2']"), "violation_missing", "/violations/1"),
    (
        "notice-of-violation",
        put("section[@data-violation='v2']", "data-violation", "v9"),
        "violation_unknown",
        "block violations",
    ),
    ("notice-of-violation", drop("*[@data-part='facts']"), "violation_incomplete", "/violations/0"),
    ("notice-of-violation", drop("*[@data-part='comply-by']"), "violation_incomplete", "/violations/0"),
    (
        "notice-of-violation",
        say("*[@data-part='facts']", "The addition and the …"),
        "violation_cut",
        "/violations/0/facts",
    ),
    ("notice-of-violation", say("*[@data-part='section']", "MHMC"), "violation_cut", "/violations/0/section"),
    (
        "notice-of-violation",
        put("time[@data-deadline='contest-by']", "datetime", "2026-06-27"),
        "deadline_differs",
        "deadline contest-by",
    ),
    (
        "notice-of-violation",
        say("time[@data-deadline='contest-by']", "June 27, 2026"),
        "deadline_differs",
        "deadline contest-by",
    ),
    (
        "notice-of-violation",
        put("time[@data-deadline='contest-by']", "data-deadline", "x"),
        "deadline_unknown",
        "deadline x",
    ),
    ("administrative-citation", drop("*[@data-deadline='contest-by']"), "deadline_missing", "block appeal-rights"),
    ("administrative-citation", drop("*[@data-deadline='pay-by']"), "deadline_missing", "block payment"),
    (
        "administrative-citation",
        put("data[@data-amount='fine-total']", "value", "150.00"),
        "fine_total",
        "amount fine-total",
    ),
    (
        "administrative-citation",
        say("data[@data-amount='fine-total']", "$150.00"),
        "amount_differs",
        "amount fine-total",
    ),
    (
        "administrative-citation",
        put("data[@data-amount='fine-total']", "value", "much"),
        "amount_differs",
        "amount fine-total",
    ),
    (
        "construction-time-limit",
        put("data[@data-amount='penalty-total']", "value", "3700.00"),
        "penalty_total",
        "amount penalty-total",
    ),
    (
        "notice-of-violation",
        say("*[@data-block='signature']", "Ansel Bjornstad, Town Clerk"),
        "signer",
        "block signature",
    ),
    ("notice-of-violation", say("*[@data-block='signature']", "Somebody"), "signer", "block signature"),
    (
        "notice-of-violation",
        say("*[@data-block='recipient']", "Maximiliano Hernández-Villaseñor …"),
        "name_cut",
        "/parties/0/name",
    ),
    ("notice-of-violation", lambda root: root.set("lang", "es"), "language_mark", ""),
]


@pytest.mark.parametrize(("key", "spoil", "code", "place"), SPOILED)
def test_a_spoiled_letter_is_caught(letter: Letter, key: str, spoil: Any, code: str, place: str) -> None:
    found = letter(key).spoiled(spoil).findings()
    assert (code, place) in found


def test_a_skipped_heading_is_caught(letter: Letter) -> None:
    def skip(root: Any) -> None:
        for heading in root.findall(".//h2"):
            heading.tag = "h3"

    assert "heading_skipped" in letter("notice-of-violation").spoiled(skip).codes()


@pytest.mark.parametrize(
    ("key", "changes", "code", "place"),
    [
        ("notice-of-violation", [("/violations/1/section", "MHMC 99.1")], "section_unknown", "/violations/1/section"),
        ("notice-of-violation", [("/permits/0/completion_due", "2025-12-01")], None, ""),
        (
            "construction-time-limit",
            [("/permits/0/completion_due", "2025-12-01")],
            "completion_due",
            "/permits/0/completion_due",
        ),
        ("administrative-citation", [("/citations/0/fine", "1600.00")], "fine_over_cap", "/citations/0/fine"),
        ("administrative-citation", [("/citations/0/fine", "1400.00")], "fine_total", "/citations/0/fine"),
        ("administrative-citation", [("/citations/0/ordinal", 2)], "ordinal", "/citations/0/ordinal"),
        ("administrative-citation", [("/citations/0/fine", None)], None, ""),
        ("administrative-citation", [("/violations/0/comply_by", "2026-05-29")], "cure_period", "/violations/0"),
        ("notice-of-hearing", [("/hearings/0/officer", "coordinator")], "hearing_officer", "/hearings/0/officer"),
        ("notice-of-hearing", [("/hearings/0/officer", "clerk")], "hearing_officer", "/hearings/0/officer"),
        ("notice-of-hearing", [("/hearings/0/officer", "nobody")], "hearing_officer", "/hearings/0/officer"),
        ("notice-of-hearing", [("/hearings/0/on", "2026-07-18")], "hearing_closed_day", "/hearings/0/on"),
        ("notice-of-hearing", [("/hearings/0/on", "2026-07-10")], "hearing_lead_time", "/hearings/0/on"),
        (
            "proof-of-service",
            [("/service/3/declarant/over_18_and_not_a_party", False)],
            "declarant",
            "/service/3/declarant/over_18_and_not_a_party",
        ),
        ("proof-of-service", [("/service/3/declarant/name", "X Æ Park")], "declarant", "/service/3/declarant/name"),
        ("administrative-citation", [("/parties/1/address", None)], "service_set", "/parties/1/address"),
        ("administrative-citation", [("/parties/1/address", {"kind": "post_on_site"})], None, ""),
        ("administrative-citation", [("/parties/1/roles", ["local_contact"])], "service_set", "/parties/0/agent"),
        ("memorandum", [("/parties/1/address", None)], None, ""),
        ("notice-of-hearing", [("/parties/0/roles", ["appellant"])], "service_set", "/parties"),
        (
            "proof-of-service",
            [("/service/3/address/1", "2443 FILLMORE ST PMB 830")],
            "service_address_differs",
            "/service/3/address",
        ),
        ("proof-of-service", [("/service/3/address/2", "San Francisco  CA 94115")], None, ""),
    ],
)
def test_facts_that_forbid_a_letter(
    letter: Letter, key: str, changes: list[tuple[str, Any]], code: str | None, place: str
) -> None:
    found = letter(key, *changes).findings()
    assert (code, place) in found if code else found == []


def test_who_cannot_be_reached_is_a_matter_for_a_person(letter: Letter) -> None:
    found = letter("administrative-citation", ("/parties/1/address", None)).run()
    assert [(finding.code, finding.severity) for finding in found] == [("checks.service_set", "warning")]
    assert "X Æ Park" in found[0].message


def test_a_section_that_came_later(letter: Letter) -> None:
    good = letter("notice-of-violation")
    sections = tuple(replace(section, in_force_from=date(2026, 12, 1)) for section in good.pack.sections)
    found = replace(good, pack=replace(good.pack, sections=sections)).codes()
    assert "section_not_in_force" in found


def test_a_subsection_may_be_cited_in_any_spelling(letter: Letter) -> None:
    """The section is found, counts as it does, and the page has the pack's spelling with the subsection."""
    sloppy = ("/violations/0/section", "m.h.m.c.\u00a0§ 5.60.070 (b) (2)")
    assert letter("administrative-citation", sloppy, about="c3").findings() == []  # the third of its section still
    assert letter("notice-of-hearing", sloppy).findings() == []
    changed = letter("administrative-citation", sloppy)
    assert changed.findings() == []
    printed = " ".join(changed.composition.root.itertext())
    assert "MHMC 5.60.070(b)(2)" in printed
    assert "m.h.m.c." not in printed


def test_danger_needs_a_reason(letter: Letter) -> None:
    changes = ("/violations/1/immediate_danger", True)
    assert ("danger_reason", "/violations/1/danger_reason") in letter("notice-of-violation", changes).findings()


def test_danger_excuses_the_cure_period(letter: Letter) -> None:
    changes = [
        ("/violations/0/comply_by", "2026-05-29"),
        ("/violations/0/immediate_danger", True),
        ("/violations/0/danger_reason", "An engine could not have passed."),
    ]
    assert "cure_period" not in letter("administrative-citation", *changes).codes()


def test_a_date_that_was_counted_wrong(letter: Letter) -> None:
    good = letter("administrative-citation")
    right = good.reckoning.deadlines["contest-by"]
    for wrong in (
        replace(right, date=right.date + timedelta(days=1)),
        replace(right, date=right.raw),  # not rolled past Sunday
        replace(right, count=10),
    ):
        deadlines = MappingProxyType({**good.reckoning.deadlines, "contest-by": wrong})
        found = replace(good, reckoning=replace(good.reckoning, deadlines=deadlines)).findings()
        assert ("deadline_differs", "deadline contest-by") in found


def test_a_dismissed_citation_does_not_count(letter: Letter) -> None:
    assert "ordinal" in letter("administrative-citation", ("/citations/1/status", "dismissed"), about="c3").codes()


def test_the_slowest_recipient_decides(letter: Letter) -> None:
    good = letter("notice-of-hearing", ("/parties/0/address", {
        "kind": "foreign", "lines": ["CALLE 1", "28004 MADRID", "SPAIN"], "country": "ES"}))  # fmt: skip
    assert "hearing_lead_time" not in good.codes()
    adopted = replace(good.pack.mail_extension, adopted=True)
    assert "hearing_lead_time" in replace(good, pack=replace(good.pack, mail_extension=adopted)).codes()


def test_a_preview_may_lack_its_number(letter: Letter) -> None:
    good = letter("notice-of-violation")
    lacking = replace(good, composition=replace(good.composition, unresolved=("document.number",)))
    assert lacking.findings(draft=True) == []
    assert lacking.findings() == [("unresolved", "value document.number")]


def test_a_translation_that_nobody_approved(letter: Letter) -> None:
    good = letter("notice-of-violation")
    spanish = replace(good, composition=replace(good.composition, language="es"))
    states = {"translation_unapproved", "translation_unmarked"}
    assert not states & spanish.codes()  # a draft that says so, where the town issues drafts
    strict = replace(good.pack, translations=replace(good.pack.translations, incomplete="refuse"))
    assert states & replace(spanish, pack=strict).codes() == {"translation_unapproved"}
    silent = {
        path: data.replace(b"translation.review", b"document.formal") if path.endswith(".html") else data
        for path, data in good.bundle.files.items()
    }
    unmarked = replace(spanish, bundle=replace(good.bundle, files=silent))
    assert states & unmarked.codes() == {"translation_unmarked"}
    messages = replace(good.bundle.messages("es"), review="approved")
    approved = replace(good.bundle, files={**silent, "messages/es.json": messages.to_json()})
    assert not states & replace(spanish, bundle=approved, pack=strict).codes()


def test_a_language_without_translation(letter: Letter) -> None:
    good = letter("notice-of-violation")
    languages = replace(
        good.bundle, files={path: data for path, data in good.bundle.files.items() if "/es." not in path}
    )
    spanish = replace(good, bundle=languages, composition=replace(good.composition, language="es"))
    assert "translation_stale" in spanish.codes()


def test_a_handout_needs_no_case(letter: Letter) -> None:
    good = letter("notice-of-violation")
    meta = replace(good.bundle.meta, document_type="a-handout", required_blocks=("solution",))
    handout = replace(good, casefile=None, reckoning=None, bundle=replace(good.bundle, meta=meta))
    assert handout.findings() == []
    assert handout.spoiled(drop("*[@data-block='solution']")).codes() == {"block_missing"}


@pytest.mark.parametrize("language", ["en", "es", "zh-Hant", "vi", "ar", "fa"])
def test_dates_are_read_in_the_language_of_the_text(letter: Letter, language: str) -> None:
    good = letter("notice-of-violation")

    def translate(root: Any) -> None:
        root.set("lang", language)
        for element in root.findall(".//time[@data-deadline]"):
            day = date.fromisoformat(element.get("datetime"))
            element.text = weekday_date(day, language)
            for child in list(element):
                element.remove(child)

    spoken = replace(good.spoiled(translate))
    foreign = replace(spoken, composition=replace(spoken.composition, language=language))
    assert "deadline_differs" not in foreign.codes()
    if language != "en":
        assert "deadline_differs" in spoken.spoiled(lambda root: root.set("lang", "en")).codes()


def test_errors_come_first_and_nothing_is_said_twice(letter: Letter) -> None:
    found = letter("administrative-citation", ("/citations/0/fine", "1600.00")).run()
    assert len(found) == len(set(found))
    assert len([finding for finding in found if finding.code == "checks.fine_over_cap"]) == 1
    assert [finding.severity for finding in found] == sorted(finding.severity for finding in found)


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        ("<section><h2>Head</h2></section>", False),
        ("<section><h2>Head <bdi>name</bdi></h2> \u00a0\u2068\u2069 </section>", False),
        ("<section><h2>Head</h2>words</section>", True),
        ("<section><p>words</p></section>", True),
        ("<section><p><img alt='a'/></p></section>", True),
        ("<section/>", False),
    ],
)
def test_substance(markup: str, says: bool) -> None:
    assert substance(etree.fromstring(markup)) is says


def test_the_page_is_indexed_once() -> None:
    page = MarkedText(
        etree.fromstring(
            "<article><h1>T</h1><section data-block='fine'><data data-amount='a' value='1.00'>$1.00</data>"
            "<bdi data-fact='/x'>name</bdi> tail</section></article>"
        )
    )
    assert list(page.blocks) == ["fine"]
    assert [name for name, _ in page.amounts] == ["a"]
    assert page.text == "T $1.00 name tail"
    assert ("/x", "name") in page.texts
    assert Decimal(page.amounts[0][1].get("value")) == 1


def test_every_check_says_where_its_rule_comes_from() -> None:
    for check in CHECKS:
        assert check.__doc__
        assert "DOMAIN §" in check.__doc__ or "DOMAIN §" in (__import__(check.__module__, fromlist=["x"]).__doc__ or "")


def test_the_page_lists_every_code() -> None:
    root = ROOT
    page = (root / "docs" / "checks.md").read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in (root / "docservice" / "checks").glob("*.py"))
    codes = set(re.findall(r'\b(?:error|warning)\(\s*"([a-z_]+)"', source))
    codes |= set(re.findall(r'^    "[a-z_.]+": "([a-z_]+)",$', source, re.MULTILINE))
    assert len(codes) > 35
    assert {code for code in codes if f"`{code}`" not in page} == set()


# --- what stands there empty (a closure letter with nothing under "What we checked" was issued) ---

SAID = "<p>What we checked:</p>"


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        (f"<section>{SAID}<ul/></section>", "The list after “What we checked:” is empty."),
        (f"<section>{SAID}<ul>  </ul></section>", "The list after “What we checked:” is empty."),
        (f"<section>{SAID}<ul><li/></ul></section>", "The list after “What we checked:” is empty."),
        (
            f"<section>{SAID}<ol><li> \u2068\u2069 </li></ol></section>",
            "The numbered list after “What we checked:” is empty.",
        ),
        (
            f"<section>{SAID}<ul><li>The fence</li><li> </li></ul></section>",
            "A line of the list after “What we checked:”",
        ),
        (f"<section>{SAID}<ul><li>The fence<ul/></li></ul></section>", "The list after “The fence” is empty."),
        ("<section><p>Said.</p><dl/></section>", "The list of terms after “Said.” is empty."),
        ("<section><p>Said.</p><dl><dt>Fence</dt><dd/></dl></section>", "The list of terms after “Said.” is empty."),
        (
            "<section><p>Said.</p><table><thead><tr><th scope='col'>What</th></tr></thead><tbody/></table></section>",
            "The table after “Said.” is empty.",
        ),
        (
            "<section><p>Said.</p><table><tbody><tr><td> </td><td/></tr></tbody></table></section>",
            "The table after “Said.” is empty.",
        ),
        ("<section><h2>What we checked</h2></section>", "Nothing stands under the heading “What we checked”."),
        *(
            (f"<section>{SAID}<ul><li>{nothing}</li></ul></section>", "The list after “What we checked:” is empty.")
            for nothing in (
                "\u200d",
                "\ufeff\u00ad",
                "\u2060",
                "\u3164",
                "\u2800",
                "\u3000\u2003",
                "-",
                "—",
                "– –",
                "\u2212",
                "•",
                "…",
                "▪",
                "<p>—</p>",
                "<bdi>-</bdi>",
                "\u202f—.",
                "__",
            )
        ),
        (
            f"<section>{SAID}<ul><li>The fence</li><li>—</li></ul></section>",
            "A line of the list after “What we checked:”",
        ),
        (
            "<section><p>Said.</p><dl><dt>Fence</dt><dd>—</dd></dl></section>",
            "The list of terms after “Said.” is empty.",
        ),
        (
            "<section><p>Said.</p><table><tbody><tr><td>—</td><td>-</td></tr></tbody></table></section>",
            "The table after “Said.” is empty.",
        ),
        ("<section><h2>One</h2><p>—</p></section>", "Nothing stands under the heading “One”."),
        ("<section><h2>One</h2><h2>Two</h2><p>Said.</p></section>", "Nothing stands under the heading “One”."),
        ("<section><h2>One</h2><h3>Two</h3></section>", "Nothing stands under the heading “Two”."),
        (
            "<section><section><h2>One</h2></section><p>Said.</p></section>",
            "Nothing stands under the heading “One”.",
        ),
        (
            "<section><h2>One</h2> \u2068 <bdi/> <p><bdi/> </p> <h2>Two</h2>said</section>",
            "Nothing stands under the heading “One”.",
        ),
        ("<section><h2>One</h2><p><bdi/></p></section>", "Nothing stands under the heading “One”."),
        ("<section><h2>One</h2><ul> </ul></section>", "Nothing stands under the heading “One”."),
        ("<section><p><bdi/></p><h2>One</h2><p> \u2068\u2069</p></section>", "Nothing stands under the heading “One”."),
    ],
)
def test_what_is_empty_is_an_error(letter: Letter, markup: str, says: str) -> None:
    found = letter("courtesy-letter").spoiled(add(markup)).run()
    said = [(one.code, one.severity) for one in found if one.message.startswith(says)]
    assert said == [("checks.list_empty", "error")]


@pytest.mark.parametrize(
    "markup",
    [
        f"<section>{SAID}<ul><li><img alt='x'/></li></ul></section>",
        "<section><h2>One</h2><h3>Two</h3><p>Said.</p></section>",
        "<section><h2>One</h2><section><p>Said.</p></section></section>",
        "<section><h2>One</h2><img alt='x'/></section>",
        "<section><h2>One</h2>said</section>",
        *(
            f"<section>{SAID}<ul><li>{something}</li></ul></section>"
            for something in ("6", "柵", "✓", "☐ The gate", "سياج", "______", "— the fence", "क\u094d\u200dष")
        ),
        "<section><p>Said.</p><table><tbody><tr><td>—</td><td>x</td></tr></tbody></table></section>",
        "<section><h2>One</h2><bdi/>said</section>",
        "<section><h2>One</h2><p><bdi/>said</p></section>",
        "<section><p>Said.</p><table><tbody><tr><td/><td>x</td></tr></tbody></table></section>",
        "<section><p>Said.</p><dl><dt>Fence</dt><dd>six feet</dd></dl></section>",
    ],
)
def test_what_is_not_empty_is_no_error(letter: Letter, markup: str) -> None:
    assert "list_empty" not in letter("courtesy-letter").spoiled(add(markup)).codes()


def test_a_handout_may_have_rows_to_fill_in(letter: Letter) -> None:
    good = letter("courtesy-letter")
    table = "<table><thead><tr><th scope='col'>When</th></tr></thead><tbody><tr><td/></tr></tbody></table>"
    form = good.spoiled(add(f"<section><p>Said.</p>{table}</section>"))
    assert "list_empty" in form.codes()
    handout = replace(good.bundle, meta=replace(good.bundle.meta, face="handout"))
    assert "list_empty" not in replace(form, bundle=handout).codes()


def test_a_required_block_holds_what_it_is_there_for(letter: Letter) -> None:
    def empty(root: Any) -> None:
        block = find(root, "*[@data-block='solution']")
        block.append(etree.fromstring("<ul/>"))

    good = letter("notice-of-violation")
    found = good.spoiled(empty).findings()
    assert ("block_missing", "block solution") in found
    assert ("list_empty", "block solution") in found


def test_a_letter_must_contain_what_its_folder_says(letter: Letter) -> None:
    good = letter("notice-of-violation")
    asked = replace(good.bundle, meta=replace(good.bundle.meta, must_contain=("balances",)))
    assert ("block_missing", "block balances") in replace(good, bundle=asked).findings()
    there = good.spoiled(add('<section data-block="balances"><p>Nothing is owed.</p></section>'))
    assert ("block_missing", "block balances") not in replace(there, bundle=asked).findings()


# --- last days that are over before the paper is there ---


@pytest.mark.parametrize(
    ("key", "name", "rule"),
    [
        ("notice-of-violation", "contest-by", "contest-notice"),
        ("stop-work-order", "contest-by", "contest-notice"),
        ("construction-time-limit", "contest-by", "contest-notice"),
        ("administrative-citation", "contest-by", "contest-citation"),
        ("administrative-citation", "pay-by", "pay-fine"),
    ],
)
def test_a_last_day_before_the_paper_is_there(letter: Letter, key: str, name: str, rule: str) -> None:
    good = letter(key)
    assert "deadline_past" not in good.codes()
    for wrong in (
        {"rules": _counting(good.pack, rule, direction="before")},
        {"rules": _counting(good.pack, rule, trigger="issue"), "served_on": good.reckoning.on + timedelta(days=60)},
    ):
        late = letter(key, **wrong)
        assert late.reckoning.deadlines[name].date < late.reckoning.served_on
        assert ("deadline_past", f"deadline {name}") in late.findings(), wrong


def test_a_paper_that_is_served_on_the_last_day_is_in_time(letter: Letter) -> None:
    good = letter("notice-of-violation")
    rules = _counting(good.pack, "contest-notice", trigger="issue")
    last = good.reckoning.deadlines["contest-by"].date
    for served_on, past in ((last, False), (last + timedelta(days=1), True)):
        found = letter("notice-of-violation", rules=rules, served_on=served_on).findings()
        assert (("deadline_past", "deadline contest-by") in found) is past


def test_a_date_to_comply_that_is_over_is_said_once_where_it_was_set(letter: Letter) -> None:
    count = range(len(letter("notice-of-violation").casefile.violations))
    late = letter("notice-of-violation", *((f"/violations/{n}/comply_by", "2026-06-14") for n in count))
    assert f"{late.reckoning.deadlines['comply-by'].date}" == "2026-06-14"
    late = late.spoiled(add("<p><time data-deadline='comply-by' datetime='2026-06-14'>June 14, 2026</time></p>"))
    places = [place for code, place in late.findings() if code == "deadline_past"]
    spoken_of = set(late.reckoning.violations)
    assert places == [f"/violations/{n}/comply_by" for n in count if late.casefile.violations[n].id in spoken_of]


def test_what_a_hearing_letter_asks_for_by_a_day_that_is_over(letter: Letter) -> None:
    good = letter("notice-of-hearing")
    assert "deadline_past" not in good.codes()
    early = letter("notice-of-hearing", rules=_counting(good.pack, "access-request", count=90))
    assert ("deadline_past", "deadline access-request-by") in early.findings()
    decided = letter("notice-of-hearing", served_on=good.reckoning.on + timedelta(days=300))
    assert ("deadline_past", "deadline decision-by") not in decided.findings()  # a decision may tell of it


def _counting(pack: Any, rule: str, **changes: Any) -> Any:
    return replace(pack, deadlines={**pack.deadlines, rule: replace(pack.deadlines[rule], **changes)})
