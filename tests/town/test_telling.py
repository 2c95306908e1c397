"""What a town attorney reads of an edition, and of what another edition says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docservice.town import TownPack
from docservice.town.closed_days import Closure
from docservice.town.source import Source
from docservice.town.telling import changes, marked, sentences

RULES = [
    ("key", "", "madrona-hills"),
    ("effective_on", "", "2026-01-01"),
    ("identity", "short_name", "Madrona Hills"),
    ("calendar", "closed_weekdays", "saturday, sunday"),
    ("calendar", "own_days", "name: Christmas Eve; month: 12; day: 24; moves: earlier"),
    ("calendar", "closures", "none"),
    ("mail_extension", "adopted", "no"),
    ("mail_extension", "abroad", "20"),
    ("courier", "outgoing", "none"),
    ("payment", "plan_offered", "yes"),
    ("translations", "document_types", "none"),
    ("look_back", "source", "Gov. Code § 36900(b), (c), (d); MHMC 1.20.070(b) (H)"),
    (
        "statements",
        "judicial-review",
        "title: Review by a court; trigger: always; clause: judicial-review; source: Gov. Code § 53069.4(b); "
        "Code Civ. Proc. § 1094.6 (H)",
    ),
    (
        "officers",
        "mailer",
        "id: mailer; name: Pilar Everhart; title: Office Assistant; role: mailer; phone: (555) 555-0100",
    ),
    (
        "deadlines",
        "contest-notice",
        "Contest a notice: 10 days after service; a closed last day moves to the next open day of the office;"
        " an adopted mail extension is added. MHMC 1.20.080 (M). It means contest.",
    ),
    (
        "deadlines",
        "hearing-notice",
        "Give notice of a hearing: 10 days before hearing; a closed last day moves to the previous open day "
        "of the office; an adopted mail extension is added. MHMC 1.20.110(a) (M). It means hearing lead.",
    ),
    (
        "deadlines",
        "court-review-fine",
        "Ask the court to review a fine: 20 days after service; a closed last day moves to the next open day "
        "of the court; mail adds nothing. Gov. Code § 53069.4(b)(1) (H). It means court review.",
    ),
    (
        "fine_classes",
        "building",
        "Building and safety code: $130, $700, $1,300 for the first, second, third violation (at most $130, "
        "$700, $1,300). Gov. Code § 36900(c); MHMC 1.20.070 (H).",
    ),
    (
        "time_limit",
        "",
        "Past the limit of MHMC 15.30.040: from day 1 $0 a day; from day 31 $200 a day; from day 61 $400 a "
        "day; from day 121 $1,000 a day; a limit on a closed day does not move; no order to stop work holds it. "
        "MHMC 15.30.060 (M).",
    ),
    (
        "document_types",
        "closure-letter",
        "Case closure letter: signed by coordinator; served on none; prints no date; statements: courtesy-"
        "translation. Office practice (P).",
    ),
    (
        "document_types",
        "hearing-minutes",
        "Hearing minutes: signed by clerk; served on none; prints decision-by (decision); statements: none. "
        "Office practice (P).",
    ),
    (
        "document_types",
        "cost-invoice",
        "Invoice for abatement costs: signed by finance; served on owner; prints pay-by (pay-costs), "
        "contest-by (contest-notice); statements: costs-lien, courtesy-translation. MHMC 1.20.180; Gov. Code "
        "§§ 38773.1, 38773.5 (H): Costs only. That the owner may object, and is heard, is the statute's (H); the ten "
        "days are those of a notice (MHMC 1.20.080, M).",
    ),
    ("pictures", "seal.svg", "a picture (e66d19a43d03)"),
]


def told(pack: TownPack) -> dict[tuple[str, str], str]:
    found = sentences(pack)
    made = {(one.group, one.name): one.text for one in found}
    assert len(made) == len(found)
    return made


@pytest.mark.parametrize(("group", "name", "text"), RULES, ids=lambda value: str(value)[:24])
def test_a_rule_is_a_sentence(pack: TownPack, group: str, name: str, text: str) -> None:
    assert told(pack)[group, name] == text


def test_everything_is_told_in_the_order_of_the_pack_and_nothing_of_the_machine(pack: TownPack) -> None:
    groups = list(dict.fromkeys(group for group, _ in told(pack)))
    assert groups[:5] == ["key", "version", "effective_on", "adopted_by", "identity"]
    assert groups[-1] == "pictures"
    assert not {"sha256", "folder"} & set(groups)
    assert [name for group, name in told(pack) if group == "officers"] == [one.id for one in pack.officers]
    assert [name for group, name in told(pack) if group == "languages"][:2] == ["en", "es"]


CURE: dict[str, Any] = {
    "means": None, "rolls": False, "count": 1, "unit": "months", "source": Source("MHMC 1", "H", "A note. Of two."),
}  # fmt: skip


def test_a_rule_without_a_meaning_that_does_not_move(pack: TownPack) -> None:
    town = replace(pack, deadlines={"cure": replace(pack.deadlines["cure"], **CURE)})
    assert told(town)["deadlines", "cure"] == (
        "Correct the violation: 1 month after service; a closed last day does not move; mail adds nothing. "
        "MHMC 1 (H): A note. Of two."
    )


def test_a_section_says_its_days_and_its_years(pack: TownPack) -> None:
    noise = replace(pack.sections[0], cure_days=1, in_force_until=date(2026, 5, 31), text="Be quiet.")
    named = ("sections", f"{noise.code}, from 2020-03-01")
    assert told(replace(pack, sections=(noise,)))[named] == (
        f"{noise.code}, {noise.title}: Be quiet. Fines: infraction. From 2020-03-01 until 2026-05-31. 1 day to correct."
    )
    forever = replace(noise, cure_days=None, in_force_until=None)
    assert told(replace(pack, sections=(forever,)))[named].endswith("Fines: infraction. From 2020-03-01.")


def test_a_limit_may_move_and_money_has_its_cents(pack: TownPack) -> None:
    assert pack.time_limit is not None
    tier = replace(pack.time_limit.tiers[0], per_day=Decimal("1234.50"))
    limit = replace(pack.time_limit, limit_rolls=True, tiers=(tier,))
    assert "from day 1 $1,234.50 a day; a limit on a closed day moves to the next open day;" in told(
        replace(pack, time_limit=limit)
    )["time_limit", ""]  # fmt: skip


def test_two_of_one_name_are_both_told(pack: TownPack) -> None:
    """A pack on record may have been taken before names had to be told apart."""
    twin = replace(pack.officers[0], name="Ada Vale")
    found = told(replace(pack, officers=(pack.officers[0], twin)))
    assert sum("Ada Vale" in text for (group, _), text in found.items() if group == "officers") == 1
    assert sum(group == "officers" for group, _ in found) == 2


def changed(pack: TownPack, **parts: Any) -> list[tuple[str, str, str, str]]:
    made = {
        name: {**getattr(pack, name), **part} if isinstance(getattr(pack, name), Mapping) else part
        for name, part in parts.items()
    }
    found = changes(pack, replace(pack, **made))
    return [(one.group, one.name, one.old, one.new) for one in found]


def test_what_is_the_same_is_no_change(pack: TownPack) -> None:
    assert changes(pack, replace(pack, sha256="x", folder="elsewhere")) == ()


def test_what_is_new_has_nothing_before_and_what_is_gone_nothing_after(pack: TownPack) -> None:
    cure, phrase = pack.deadlines["cure"], {"en": "the council"}
    rules = {key: rule for key, rule in pack.deadlines.items() if key != "cure"} | {"warn": replace(cure, count=3)}
    found = changes(pack, replace(pack, deadlines=rules, phrases={**pack.phrases, "body": phrase}, version="2"))
    assert [(one.group, one.name) for one in found] == [
        ("version", ""), ("deadlines", "warn"), ("deadlines", "cure"), ("phrases", "body"),
    ]  # fmt: skip
    version, warn, gone, body = found
    assert (version.old, version.new) == (pack.version, "2")
    assert (warn.old, gone.new) == ("", "")
    assert warn.new.startswith("Correct the violation: 3 days")
    assert gone.old.startswith("Correct the violation: 14 days")
    assert (body.old, body.new) == ("", "en: the council")


def test_a_group_that_is_gone_stands_behind_those_that_are_left(pack: TownPack) -> None:
    found = changes(pack, replace(pack, time_limit=None, version="2", handouts={}))
    assert list(dict.fromkeys(one.group for one in found)) == ["version", "time_limit", "handouts"]
    (limit,) = [one for one in found if one.group == "time_limit"]
    assert limit.new == "none"


def test_what_the_sentence_leaves_out_is_told_by_its_parts(pack: TownPack) -> None:
    kind = replace(pack.document_types["lien-notice"], envelope="plain")
    ((group, name, old, new),) = changed(pack, document_types={"lien-notice": kind})
    assert (group, name) == ("document_types", "lien-notice")
    assert "envelope: recorder" in old
    assert "envelope: plain" in new
    (said,) = changed(pack, document_types={"lien-notice": replace(kind, envelope="recorder", title="Lien")})
    assert said[3].startswith("Lien: signed by ")


def test_a_list_of_parts_is_told_by_their_parts(pack: TownPack) -> None:
    storm = Closure(date(2026, 8, 10), date(2026, 8, 12), "Storm")
    (found,) = changed(pack, calendar=replace(pack.calendar, closures=(storm,)))
    assert found == ("calendar", "closures", "none", "first: 2026-08-10; last: 2026-08-12; reason: Storm")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a b c", "a b c", [("same", "a b c")]),
        ("a b c", "a x c", [("same", "a"), ("old", "b"), ("new", "x"), ("same", "c")]),
        ("a b", "a", [("same", "a"), ("old", "b")]),
        ("a", "a b", [("same", "a"), ("new", "b")]),
        ("", "a  b", [("new", "a b")]),
        ("a", "", [("old", "a")]),
    ],
)
def test_two_sentences_word_by_word(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert list(marked(old, new)) == expected


def test_words_that_stand_everywhere_are_compared_too() -> None:
    long = "the " * 300
    assert list(marked(f"fence {long}", f"wall {long}")) == [("old", "fence"), ("new", "wall"), ("same", long.strip())]
