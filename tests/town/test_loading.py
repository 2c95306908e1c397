from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from inspect import unwrap
from pathlib import Path

import pytest

from docservice import shipped
from docservice.refusal import Refusal
from docservice.town import TownPack, in_force, load_packs, loading

load_pack = unwrap(loading.load_pack)  # in earnest, each time
SHIPPED = shipped.folder("town") / "madrona-hills"
Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "town"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def refusal(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as caught:
        load_pack(folder)
    assert caught.value.code == "town.invalid"
    return [(problem.place, problem.message) for problem in caught.value.problems]


def line_of(folder: Path, name: str, text: str) -> str:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return f"{name}:{next(i for i, line in enumerate(lines, start=1) if text in line)}"


@pytest.mark.parametrize(
    ("name", "old", "new", "marker", "says"),
    [
        ("town.yaml", "  county: County of San Ysabel\n", "", "identity:", "county"),
        ("town.yaml", "  plan_offered: true", "  plan_offered: often", "plan_offered: often", "true or false"),
        ("town.yaml", "  state: CA", "  state: CA\n  mayor: nobody", "mayor: nobody", "Unknown field"),
        ("town.yaml", "  state: CA", "  state: CA\n  state: NV", "state: NV", "given twice"),
        ("town.yaml", "America/Los_Angeles", "America/Madrona", "America/Madrona", "no time zone"),
        ("town.yaml", "  seal: seal.svg", "  seal: coat.svg", "coat.svg", "no picture coat.svg"),
        ("town.yaml", "  - id: clerk", "  - id: inspector", "  - id: clerk", "inspector is listed twice"),
        ("town.yaml", "key: madrona-hills", "key: madrona-hills\nstreets: 12", "streets", "no key"),
        ("town.yaml", "key: madrona-hills", "key: us-ca", "key: us-ca", "the name of a law"),
        ("town.yaml", "key: madrona-hills", "key: ../hills", "key: ../hills", "letters, digits"),
        ("town.yaml", '"2026.4"', f'"{"1" * 61}"', "1" * 61, "one line of at most 60"),
        ("town.yaml", "  county: County", '  county: "\\ud800"\n  #', "ud800", "U+D800 cannot be printed"),
        ("town.yaml", "  county: County", '  county: "a\\0b"\n  #', "county:", "U+0000 cannot be printed"),
        ("town.yaml", "  county: County", '  county: "a\\u202Eb"\n  #', "county:", "U+202E cannot be printed"),
        ("sections.yaml", "fine_class: infraction", "fine_class: felony", "fine_class: felony", "no fine class felony"),
        ("sections.yaml", "in_force_until: 2026-05-31", "in_force_until: 2026-06-01", "2026-06-01", "Two editions"),
        ("sections.yaml", "in_force_until: 2026-05-31", "in_force_until: 31.5.2026", "31.5.2026", "Not a valid date"),
        ("rules.yaml", "amounts: [130,", "amounts: [131,", "amounts: [131,", "over the cap"),
        ("rules.yaml", "confidence: H", "confidence: S", "confidence: S", "Must be one of"),
        ("rules.yaml", "direction: after", "direction: sideways", "direction: sideways", "Must be one of"),
        ("rules.yaml", "from_day: 1,", "from_day: 5,", "tiers:", "starts on day 1"),
        ("documents.yaml", "envelope: window-10", "envelope: balloon", "envelope: balloon", "no envelope"),
        ("documents.yaml", "NOV-{year}-{n:04d}", "NOV-{year}", '"NOV-{year}"', "number pattern"),
        ("documents.yaml", "contest-by: contest-notice", "contest-by: whenever", "whenever", "no deadline rule"),
        ("documents.yaml", "handouts: [reviewer, approver]", "handouts: []", "handouts: []", "at least one role"),
        ("documents.yaml", "    memorandum: [rev", "    memo: [rev", "    memo: [rev", "no document type memo"),
        ("documents.yaml", "otherwise: [approver]", "otherwise: [staff]", "otherwise: [staff]", "Must be one of"),
        ("documents.yaml", "signers: [clerk]", "signers: [wizard]", "signers: [wizard]", "knows no wizard"),
        ("documents.yaml", "      - appeal-rights\n", "      - apeal-rights\n", "apeal-rights", "knows no apeal"),
        ("procedure.yaml", "    once: [director]", "    onse: [director]", "onse: [dir", "no guard onse to go past"),
        ("procedure.yaml", "    once: [director]", "    once: [wizard]", "[wizard]", "the role wizard"),
        ("procedure.yaml", "    courtesy-letter:", "    courtesy-leter:", "courtesy-leter", "type courtesy-leter"),
        ("procedure.yaml", "{live: [notice-of-v", "{live: [notise-of-v", "notise-of-v", "type notise-of-violation"),
        ("procedure.yaml", "fact: complaint", "fact: gossip", "gossip", "Must be one of"),
        ("procedure.yaml", "fact: complaint", "fact: complaint\n          open: violations", "- fact: compl",
         "not fact and open"),
        ("procedure.yaml", "passed: comply-by}", "passed: comply-buy}", "comply-buy", "no date comply-buy"),
        ("procedure.yaml", "lead: hearing-notice-by", "lead: hearing-by", "lead: hearing-by", "no date hearing-by"),
        ("procedure.yaml", "once: [complaint, recipient]", "once: [recipient]", "once: [recipient]", "of what"),
        ("procedure.yaml", "mode: enforce", "mode: sometimes", "mode: sometimes", "Must be one of"),
        ("service.yaml", "    personal:", "    persnal:", "persnal:", "no way to serve called persnal"),
        ("service.yaml", "always: [personal]", "always: [by_pigeon]", "[by_pigeon]", "Must be one of"),
        ("service.yaml", "needs: [at, place, to_whom]", "needs: [at, plaice]", "plaice", "Must be one of"),
        ("service.yaml", "least: {tries: 3}", "least: {trys: 3}", "trys", "are counted"),
        ("service.yaml", "least: {tries: 3}", "least: {tries: 0}", "tries: 0", "From 1 to 100"),
        ("service.yaml", "complete: last_issue", "complete: full_moon", "full_moon", "Must be one of"),
        ("service.yaml", "relation, at, place, mailed_on]", "relation]", "complete: mailing", "needs mailed_on"),
        ("service.yaml", "rungs: [[first_class_mail]]", "rungs: [[]]", "rungs: [[]]", "one or several ways"),
        ("service.yaml", "closure-letter: plain", "closure-leter: plain", "closure-leter", "type closure-leter"),
        ("service.yaml", "    closure-letter: plain", "    closure-letter: plane", ": plane", "no ladder plane"),
        ("service.yaml", "says: [Refused]", "says: [UNCLAIMED]", "[UNCLAIMED]", "is a reason already"),
        ("service.yaml", "means: deceased", "means: dead", "means: dead", "Must be one of"),
        ("statements.yaml", "trigger: fined", "trigger: full_moon", "full_moon", "Must be one of"),
        ("calendar.yaml", "month: 12, day: 24", "month: 11, day: 31", "own_days", "no such day"),
        ("calendar.yaml", "weekday: friday, nth: 4", "weekday: friday", "Native American", "either the day"),
        ("calendar.yaml", "weekday: friday, nth: 4", "weekday: friday, nth: 6", "Native American", "no such day"),
        ("calendar.yaml", "nth: 4", "nth: 4, day: 2", "Native American", "either the day"),
    ],
)  # fmt: skip
def test_an_error_is_found_at_its_line(
    folder: Path, edit: Edit, name: str, old: str, new: str, marker: str, says: str
) -> None:
    edit(name, old, new)
    found = refusal(folder)
    assert any(says in message for _, message in found), found
    place = next(place for place, message in found if says in message)
    if old == "  - id: clerk":
        assert place.startswith("town.yaml:")
    elif says == "Two editions":
        assert place == line_of(folder, name, "in_force_from: 2026-06-01")
    elif marker == "own_days":
        assert place == line_of(folder, name, "month: 11")
    else:
        assert place == line_of(folder, name, marker)


def test_all_errors_are_told_at_once(folder: Path, edit: Edit) -> None:
    edit("town.yaml", "plan_offered: true", "plan_offered: often")
    edit("rules.yaml", "count: 14", "count: fourteen")
    edit("sections.yaml", "confidence: M", "confidence: maybe")
    assert {place.split(":")[0] for place, _ in refusal(folder)} == {"town.yaml", "rules.yaml", "sections.yaml"}


def test_files_missing_broken_or_unknown(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    (folder / "help.yaml").write_text("help: [", encoding="utf-8")
    (folder / "calendar.yaml").write_text("calendar: &a {b: *a}", encoding="utf-8")
    (folder / "statements.yaml").write_bytes(b"\xff\xfe")
    (folder / "streets.yaml").write_text("streets: []", encoding="utf-8")
    found = dict(refusal(folder))
    assert "no rules.yaml" in found["rules.yaml"]
    assert "not YAML" in found["help.yaml:1"]
    assert "aliases" in found["calendar.yaml:1"]
    assert "UTF-8" in found["statements.yaml"]
    assert "no file" in found["streets.yaml:1"]


@pytest.mark.parametrize(
    "value",
    [
        "\x01",
        "!!int x",
        "!!bool x",
        "!!timestamp x",
        "!!float x",
        "1" * 5000,
        "{? {a: b} : c}",
        "{? [a] : c}",
        "[" * 4000,
    ],
    ids=lambda value: value[:12],
)
def test_a_value_that_yaml_itself_stumbles_over_is_named(folder: Path, edit: Edit, value: str) -> None:
    edit("rules.yaml", "count: 14", f"count: {value}")
    ((place, _),) = refusal(folder)
    assert place.startswith("rules.yaml")


def test_no_such_pack(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        load_pack(tmp_path / "nowhere")
    assert (caught.value.code, caught.value.kind) == ("town.missing", "missing")


def test_identity_is_the_content_not_the_comments(folder: Path, edit: Edit, pack: TownPack) -> None:
    edit("rules.yaml", "# How long", "# How very long")
    assert load_pack(folder).sha256 == pack.sha256
    edit("rules.yaml", "count: 14", "count: 15")
    changed = load_pack(folder).sha256
    assert changed != pack.sha256
    edit("seal.svg", "#23403a", "#000000")
    assert load_pack(folder).sha256 != changed


def test_the_edition_in_force(folder: Path, edit: Edit, pack: TownPack, tmp_path: Path) -> None:
    edit("town.yaml", "effective_on: 2026-01-01", "effective_on: 2027-01-01")
    edit("town.yaml", '"2026.4"', '"2027.1"')
    shutil.copytree(SHIPPED, tmp_path / "older")
    packs = load_packs(tmp_path)
    assert [p.version for p in packs] == ["2026.4", "2027.1"]
    assert in_force(packs, date(2026, 12, 31)).version == "2026.4"
    assert in_force(packs, date(2027, 1, 1)).version == "2027.1"
    with pytest.raises(Refusal, match="No edition") as none:
        in_force(packs, date(2025, 12, 31))
    assert (none.value.code, none.value.kind) == ("town.no_pack", "missing")
    edit("town.yaml", "effective_on: 2027-01-01", "effective_on: 2026-01-01")
    with pytest.raises(Refusal, match="both take effect") as two:
        in_force(load_packs(tmp_path), date(2026, 6, 1))
    assert (two.value.code, two.value.kind) == ("town.ambiguous", "conflict")


@pytest.mark.parametrize(
    ("name", "data", "code", "place"),
    [
        ("streets.yaml", b"streets: []", "town.unknown_file", "streets.yaml:1"),
        ("help.yaml", b"- help\n", "town.malformed", "help.yaml:1"),
        ("help.yaml", b"", "town.malformed", "help.yaml:1"),
        ("help.yaml", b"help:\n- [", "town.malformed", "help.yaml:2"),
        ("help.yaml", b"\xff\xfe", "town.malformed", "help.yaml"),
        ("help.yaml", b"help:\n- \x01", "town.malformed", "help.yaml:2"),
        ("help.yaml", b"help: !!int x", "town.malformed", "help.yaml"),
        ("help.yaml", b"[" * 4000, "town.malformed", "help.yaml"),
        ("help.yaml", b"help: []\nhelp: []", "town.duplicate_key", "help.yaml:2"),
        ("help.yaml", b"help: []\nhelpers: []", "town.unknown_key", "help.yaml:2"),
        ("help.yaml", b"help: []\n? [a]\n: b", "town.malformed", "help.yaml:2"),
        ("help.yaml", b'help:\n- id: a\n  name: "a\\u202Eb"\n  helps_with: b', "town.invalid", "help.yaml:3"),
        ("help.yaml", b"help:\n- id: a\n  name: a", "town.invalid", "help.yaml:2"),
        ("help.yaml", b"{}", "town.invalid", "help.yaml:1"),
        ("help.yaml", None, "town.missing_file", "help.yaml"),
    ],
)
def test_every_problem_has_its_code_and_place(
    folder: Path, name: str, data: bytes | None, code: str, place: str
) -> None:
    (folder / name).unlink(missing_ok=True)
    if data is not None:
        (folder / name).write_bytes(data)
    with pytest.raises(Refusal) as caught:
        load_pack(folder)
    assert [(one.code, one.place) for one in caught.value.problems] == [(code, place)]


def test_what_is_no_thing_at_all_is_named_where_it_stands(folder: Path) -> None:
    (folder / "help.yaml").write_text("help:\n- somebody", encoding="utf-8")
    assert refusal(folder) == [("help.yaml:2", "help/0: Invalid input type.")]


def test_what_makes_no_sense_has_a_code_of_its_own_and_handouts_may_be_missing(folder: Path, edit: Edit) -> None:
    (folder / "handouts.yaml").unlink()
    assert load_pack(folder).handouts == {}
    edit("rules.yaml", "amounts: [130,", "amounts: [131,")
    with pytest.raises(Refusal) as caught:
        load_pack(folder)
    assert [one.code for one in caught.value.problems] == ["town.incoherent"]


@pytest.mark.parametrize(
    ("law", "state", "on_record", "read"),
    [
        ("", "CA", True, "us-ca"),  # before packs named their law, all wording that shipped was California's
        ("", "NV", True, "us"),
        ("", "CA", False, "us"),
        ("law: us", "CA", True, "us"),
        ("law: us-ca", "CA", True, "us-ca"),
    ],
)
def test_the_law_of_a_pack_that_names_none(
    folder: Path, edit: Edit, law: str, state: str, on_record: bool, read: str
) -> None:
    edit("town.yaml", "law: us-ca", law)
    edit("town.yaml", "state: CA", f"state: {state}")
    assert load_pack(folder, on_record=on_record).law == read


def test_what_is_on_record_is_read_and_not_judged_again(folder: Path, edit: Edit) -> None:
    edit("town.yaml", "  county: County", '  county: "a\\u202Eb"\n  #')
    edit("rules.yaml", "amounts: [130,", "amounts: [131,")
    assert load_pack(folder, on_record=True).identity.county == "a\u202eb"
    assert len(refusal(folder)) == 1  # what cannot be read is said before what makes no sense


def test_rivals_are_named_with_where_they_lie(pack: TownPack) -> None:
    """Two towns of one folder, wherever they stand in it, and two editions of one day; the same one twice is none."""
    other = replace(pack, key="heron-pass", sha256="h", folder="", effective_on=date(2027, 1, 1))
    later = replace(pack, version="2027", sha256="l", folder="later", effective_on=date(2028, 1, 1))
    twin = replace(later, version="2028", sha256="t", folder="twin")
    ours = f"madrona-hills, edition {pack.version} (folder madrona-hills)"
    for editions, says in (
        ((pack, other), f"There are rules of two towns: {ours} and heron-pass, edition {pack.version}. Give each"),
        ((pack, later, other), f"There are rules of two towns: {ours} and heron-pass, edition"),
        ((later, pack, twin), "edition 2027 (folder later) and madrona-hills, edition 2028 (folder twin) both take "
         "effect on 2028-01-01."),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=re.escape(says)) as caught:
            in_force(editions, date(2026, 6, 1))
        assert (caught.value.code, caught.value.kind) == ("town.ambiguous", "conflict")
    assert in_force((pack, pack, later), date(2026, 6, 1)) is pack


def test_a_folder_may_be_the_one_edition_itself(folder: Path, tmp_path: Path) -> None:
    assert [pack.sha256 for pack in load_packs(folder)] == [pack.sha256 for pack in load_packs(tmp_path)]
    assert load_packs(folder / "nothing") == ()


def test_a_pack_from_before_there_was_an_approval_still_loads(folder: Path) -> None:
    """Documents are pinned to such packs."""
    path = folder / "documents.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("approval:")
    path.write_text(text[:start] + text[text.index("\n\n", start) :], encoding="utf-8")
    approval = load_pack(folder).approval
    assert approval.roles("memorandum", "letter") == approval.roles("x", "handout") == ("approver",)
    either = replace(approval, handouts=("reviewer",))
    assert (either.roles("x", "handout"), either.roles("x", "letter")) == (("reviewer",), ("approver",))
    assert load_pack(SHIPPED).approval.roles("memorandum", "letter") == ("reviewer", "approver")
    assert load_pack(SHIPPED).approval.roles("lien-notice", "letter") == ("approver",)


# rule → key, the value it has, the wrong one, what is said. All in rules.yaml, at the line of the key.
SENSELESS = [
    ("contest-notice", "direction", "after", "before", "ends before the day of service"),
    ("pay-costs", "direction", "after", "before", "ends before the day of service"),
    ("cure", "trigger", "service", "hearing", "means cure and is counted from a hearing"),
    ("contest-notice", "trigger", "service", "hearing", "means contest and is counted from a hearing"),
    ("contest-citation", "trigger", "service", "hearing", "means contest and is counted from a hearing"),
    ("pay-costs", "trigger", "service", "hearing", "means pay_costs and is counted from a hearing"),
    ("hearing-notice", "direction", "before", "after", "means hearing_lead and ends after the hearing"),
    ("hearing-notice", "trigger", "hearing", "service", "means hearing_lead and is counted from service"),
    ("contest-citation", "count", "30", "50000", "counts 50000 days: at least 1, at most 3653"),
    ("decision", "count", "30", "0", "counts 0 days: at least 1"),
    ("staff-report", "count", "5", "4000", "counts 4000 days"),
]


@pytest.mark.parametrize(("rule", "key", "right", "wrong", "says"), SENSELESS)
def test_a_rule_that_counts_to_nowhere(folder: Path, rule: str, key: str, right: str, wrong: str, says: str) -> None:
    path = folder / "rules.yaml"
    head, found, tail = path.read_text(encoding="utf-8").partition(f"  {rule}:\n")
    assert found
    assert f"    {key}: {right}\n" in tail
    path.write_text(head + found + tail.replace(f"    {key}: {right}\n", f"    {key}: {wrong}\n", 1), encoding="utf-8")
    line = head.count("\n") + 1 + (found + tail)[: (found + tail).index(f"    {key}: ")].count("\n")
    place, message = next((place, message) for place, message in refusal(folder) if says in message)
    assert message.startswith(f"The rule {rule} (")
    assert place == f"rules.yaml:{line}"


def test_a_rule_counted_from_a_hearing_that_a_document_is_not_about(folder: Path, edit: Edit) -> None:
    edit("documents.yaml", "deadlines: {comply-by: cure}", "deadlines: {comply-by: cure, report-by: staff-report}")
    (_, message), *_ = refusal(folder)
    assert message.startswith("The rule staff-report (Send the staff report) is counted from a hearing, and ")
    assert "courtesy-letter is about none" in message


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("rules.yaml", "look_back:\n  count: 12", "look_back:\n  count: 0", "The look-back is at least 1"),
        ("rules.yaml", "look_back:\n  count: 12", "look_back:\n  count: 1200", "at most 120 months"),
        ("rules.yaml", "abroad: 20", "abroad: 20000", "Mailing adds at most 366 days"),
        ("rules.yaml", "  ahead: 0", "  ahead: 99999", "dated at most 366 days ahead"),
        ("sections.yaml", "cure_days: 5", "cure_days: 50000", "is corrected within 1 to 3653 days"),
        ("sections.yaml", "cure_days: 5", "cure_days: 0", "is corrected within 1 to 3653 days"),
        (
            "town.yaml",
            "deposit_required: true",
            "deposit_required: true\n  request_days: 3000",
            "at most 366 days before",
        ),
    ],
)
def test_other_numbers_that_cannot_be_meant(folder: Path, edit: Edit, name: str, old: str, new: str, says: str) -> None:
    edit(name, old, new)
    ((place, message),) = refusal(folder)
    assert says in message
    assert place.startswith(f"{name}:")


def test_what_was_called_otherwise_before_means_what_it_meant(folder: Path, edit: Edit) -> None:
    edit("documents.yaml", "shows: corrected", "violations: seen")
    assert load_pack(folder).document_types["closure-letter"].shows == "all"
    edit("documents.yaml", "violations: seen", "violations: open")
    assert load_pack(folder).document_types["closure-letter"].shows == "open"


def test_what_is_said_in_the_old_words_and_the_new_or_wrongly_is_refused(folder: Path, edit: Edit) -> None:
    edit("documents.yaml", "    shows: corrected", "    violations: seen\n    shows: corrected")
    ((place, message),) = refusal(folder)
    assert place == line_of(folder, "documents.yaml", "violations: seen")
    edit("documents.yaml", "    violations: seen\n    shows: corrected", "    shows: some")
    ((place, message),) = refusal(folder)
    assert place == line_of(folder, "documents.yaml", "shows: some")
    assert "document_types/closure-letter/shows" in message


def test_a_part_that_no_packet_has_is_refused_with_its_line(folder: Path, edit: Edit) -> None:
    edit("documents.yaml", "packet_part: staff-report", "packet_part: staff-reports")
    ((place, message),) = refusal(folder)
    assert place == line_of(folder, "documents.yaml", "staff-reports")
    assert "document_types/memorandum/packet_part" in message
