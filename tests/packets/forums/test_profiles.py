"""Profiles are data: what ships is complete and cites its sources; what is wrong is said all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice import shipped
from docservice.layers import Layer, SearchPath, law_path
from docservice.packets.forums.profile_loading import load_profile, profile_keys
from docservice.packets.forums.profiles import PROFILES, Profile, Profiles, exhibit_label
from docservice.packets.forums.rules import CertificateWording, FirstPage, Margins, in_words
from docservice.refusal import Refusal
from tests.places import ROOT

GOOD = """
title: T
about: A
settings: {exhibit_labels: numbers, paper: a4, raster_dpi: 150, band: 36}
rules:
  most_bytes: {value: 25000000, citation: "Rule 1", confidence: H}
  searchable: {value: text, citation: "Rule 2", confidence: M, severity: warning, note: "N"}
"""


def written(folder: Path, **files: str) -> SearchPath:
    (folder / "forums").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / "forums" / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return SearchPath((Layer(folder.name, folder),))


def wrong(path: SearchPath, key: str = "p") -> list[str]:
    with pytest.raises(Refusal) as refused:
        load_profile(path, key)
    assert refused.value.code == "profile.invalid"
    return [f"{problem.place}: {problem.message}" for problem in refused.value.problems]


def test_what_ships() -> None:
    assert list(PROFILES) == [
        "default", "california-appeals", "california-trial", "florida-appendix", "ninth-circuit", "recorded",
        "texas-efiling", "uk-bundle",
    ]  # fmt: skip
    for key, profile in PROFILES.items():
        assert (profile.key, bool(profile.title), bool(profile.about)) == (key, True, True)
        for row in profile.explain():
            assert row.citation, (key, row)
            assert row.value, (key, row)


def test_the_default_is_what_packets_have_always_been() -> None:
    default = PROFILES["default"]
    assert (default.exhibit_labels, default.page_number, default.paper) == ("letters", "Packet page {page}", (612, 792))
    assert (default.band, default.raster_dpi, default.service_gaps) == (30, 200, "first-page")
    assert default.bookmark("Exhibit A: Log", 12) == "Exhibit A: Log"
    assert exhibit_label(default, 27) == "AB"


def test_a_rule_that_was_read_says_so_and_one_that_was_not_too() -> None:
    """H is only for texts that were read: each profile's ``about`` or note says what was not."""
    appeals = {row.rule: row for row in PROFILES["california-appeals"].explain()}
    assert appeals["first_number"][1:5] == ("1", "Cal. Rules of Court, rule 8.74(a)(2)", "H", "error")
    assert appeals["most_bytes"][1:4] == (
        "25,000,000",
        "Cal. Rules of Court, rule 8.74(a)(5); "
        "Cal. Ct. App., Second District, Electronic Formatting Requirements, no. 5",
        "M",
    )
    for profile in PROFILES.values():
        assert {row.confidence for row in profile.explain()} <= {"H", "M", "P"}
        practice = [row for row in profile.explain() if row.citation.startswith("Office practice")]
        assert {row.confidence for row in practice} <= {"P"}


def test_a_profile_takes_from_another_what_it_does_not_give(tmp_path: Path) -> None:
    child = """
title: C
about: A
extends: p
settings: {raster_dpi: 100}
rules:
  searchable: null
  most_pages: {value: 300, citation: "Rule 3", confidence: P}
"""
    profile = load_profile(written(tmp_path, p=GOOD, c=child), "c")
    assert (profile.key, profile.title, profile.exhibit_labels) == ("c", "C", "numbers")
    assert (profile.paper, profile.band, profile.raster_dpi) == ((595.28, 841.89), 36, 100)
    assert [name for name, _ in profile.rules] == ["most_bytes", "most_pages"]
    assert profile.rules.most_bytes is not None
    assert (profile.rules.most_bytes.value, profile.rules.most_bytes.severity) == (25_000_000, "error")


def test_everything_wrong_is_said_at_once_with_file_and_pointer(tmp_path: Path) -> None:
    bad = """
title: ""
colour: red
extends: p
settings: {exhibit_labels: roman, page_number: "Page", band: 10, volume_cover: "{volume} {nr}"}
rules:
  most_bytes: {value: "25 MB", citation: "", confidence: X}
  searchable: {value: text, confidence: H}
  forbidden: {value: [scripts, scripts], citation: R, confidence: H}
  margins: {value: {left: wide, inside: 2}, citation: R, confidence: H}
  certificate: {value: {title: T, paragraphs: ["{who}"], declaration: D}, citation: R, confidence: H}
  contents: {value: false, citation: R, confidence: H}
  stapled: {value: true, citation: R, confidence: H}
"""
    found = wrong(written(tmp_path, bad=bad, p="title: T\nabout: A\nsettings: {paper: foolscap}"), "bad")
    assert found == [
        "bad.yaml#/title: This must be text, and not empty; put it in quotation marks.",
        "bad.yaml#/about: Missing data for required field.",
        "bad.yaml#/settings/exhibit_labels: Must be one of: letters, numbers.",
        "bad.yaml#/settings/page_number: {page} must stand in it.",
        "bad.yaml#/settings/band: This must be a number of points (1/72 inch) from 26, which the stamps need, to 72.",
        "bad.yaml#/settings/volume_cover: {nr} is not known here; known are {volume}, {volumes}, {first}, {last}, "
        "{total}.",
        "bad.yaml#/rules/most_bytes/value: This must be a whole number, 1 or more.",
        "bad.yaml#/rules/most_bytes/citation: This must be text, and not empty; put it in quotation marks.",
        "bad.yaml#/rules/most_bytes/confidence: Must be one of: H, M, P.",
        "bad.yaml#/rules/forbidden/value: Something stands here twice.",
        "bad.yaml#/rules/searchable/citation: Missing data for required field.",
        "bad.yaml#/rules/margins/value/left: This must be a number of inches, such as 2.5.",
        "bad.yaml#/rules/margins/value/inside: Unknown field.",
        "bad.yaml#/rules/certificate/value/paragraphs/0: {who} is not known here; known are {title}, {case}, {pages}, "
        "{volumes}, {parts}, {office}, {town}, {name}, {position}, {place}, {on}.",
        "bad.yaml#/rules/contents/value: This rule is either true or left out.",
        "bad.yaml#/rules/stapled: Unknown field.",
        "bad.yaml#/colour: Unknown field.",
        "p.yaml#/settings/paper: Must be one of: letter, legal, tabloid, a4, a3.",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: A\ntitle: B\n", "p.yaml:2: This is not YAML: the key 'title' is given twice."),
        ("title: [", "p.yaml:1: This is not YAML: "),
        ("- title", "p.yaml#: Invalid input type."),
        ("", "p.yaml#: Invalid input type."),
        (GOOD + "extends: nowhere\n", "p.yaml#/extends: There is no packet profile 'nowhere'."),
        (GOOD + "extends: p\n", "p.yaml#/extends: There is no packet profile 'p'."),
    ],
)
def test_files_that_are_no_profile(text: str, said: str, tmp_path: Path) -> None:
    found = wrong(written(tmp_path, p=text))
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("setting", "rule", "said"),
    [
        ("exhibit_labels: letters", "exhibit_labels: numbers", "The rule demands numbers."),
        ("paper: a3", "paper: a4", "The rule paper demands a4."),
        ("paper: letter", "paper: a4", "The rule paper demands a4."),
        ("paper: tabloid", "largest_paper: legal", "The rule largest_paper demands legal."),
        ("raster_dpi: 400", "most_scan_dpi: 300", "The rule allows at most 300 dpi."),
        ("raster_dpi: 100", "least_scan_dpi: 200", "The rule demands at least 200 dpi."),
        ('volume_cover: "{volume}"', 'volume_cover: "no. {volume}"', "The rule demands another wording."),
        ('late_number: "{page}-{n}"', 'late_numbers: "{page}.{n}"', "The rule demands another form."),
    ],
)
def test_settings_that_the_rules_forbid(setting: str, rule: str, said: str, tmp_path: Path) -> None:
    name, value = rule.split(": ")
    ruled = f"{name}: {{value: {value}, citation: R, confidence: H}}"
    found = wrong(written(tmp_path, p=f"title: T\nabout: A\nsettings: {{{setting}}}\nrules:\n  {ruled}\n"))
    assert found == [f"p.yaml#/settings/{setting.split(':')[0]}: {said}"]


@pytest.mark.parametrize("key", ["nowhere", "../default", "default.yaml", "", "Default"])
def test_a_profile_that_is_not_there(key: str) -> None:
    with pytest.raises(Refusal) as refused:
        load_profile(law_path(shipped.folder("law"), "us-ca"), key)
    assert (refused.value.code, refused.value.kind) == ("profile.missing", "missing")


def test_a_town_may_keep_profiles_of_its_own(tmp_path: Path) -> None:
    own = Profiles(written(tmp_path, default=GOOD, a_broken_one="title: ["))
    assert list(own) == ["default", "a-broken-one"]
    assert own["default"].rules.most_bytes is not None
    assert own["default"] is own["default"], "read once"
    assert "elsewhere" not in own
    with pytest.raises(Refusal):
        own["a-broken-one"]  # and only now
    with pytest.raises(KeyError):
        own["elsewhere"]
    assert profile_keys(SearchPath((Layer("none", tmp_path / "nothing"),))) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"), (25_000_000, "25,000,000"), ("a4", "a4"), (("cover", "contents"), "cover, contents"),
        (Margins(left=0.5, right=0.5), "right 0.5 in, left 0.5 in"),
        (Margins(left=1.25, pages="own"), "left 1.25 in (pages the office makes)"),
        (FirstPage(2.5, 3.5, True), "top 2.5 in clear, but for 3.5 in at the left, title directly below"),
        (CertificateWording("C", ("P",), "I declare."), "“I declare.”"),
    ],
)  # fmt: skip
def test_values_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_a_profile_needs_no_file() -> None:
    bare = Profile("n", "N", exhibit_labels="numbers")
    assert (exhibit_label(bare, 2), bare.bookmark("T", 3), bare.explain()) == ("3", "T", ())


def test_the_page_about_profiles_lists_them_all() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
    for key in PROFILES:
        assert f"| `{key}` |" in page
    from docservice.packets.forums.conformity import CHECKS

    assert [name for name in CHECKS if f"`{name}`" not in page] == []
