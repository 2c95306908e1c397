"""Papers about service: each of them spoiled in one way, and what the checks say; what they tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.checks.every import CHECKS
from docservice.checks.sworn import consent
from docservice.rendering.composing.facts import Facts, assemble
from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.letters.window import not_shown
from docservice.town.subjects import covered, told_together
from tests.checks.conftest import Paper, pack, usual, write
from tests.shipped_wording import bundle_of, folder_of, sample_of

LIST, POSTING, ATTEMPTS = "proof-of-service-list", "declaration-of-posting", "declaration-of-attempts"
OF = {LIST: "s1", POSTING: "s1", ATTEMPTS: "s1"}
ON = {LIST: "2026-09-01", POSTING: "2026-09-15", ATTEMPTS: "2026-06-18"}


def paper(key: str, *changes: tuple[str, Any], about: str | None = None) -> Paper:
    return write(key, key, ON[key], about or OF[key], "", *changes)


@pytest.mark.parametrize("key", OF)
def test_a_good_one_is_good(key: str) -> None:
    assert paper(key).findings() == []


CASES: list[tuple[str, str, list[tuple[str, Any]], tuple[str, str]]] = [
    ("one of several envelopes is not told", LIST, [("/service/4/address", [])],
     ("service_address", "/service/4/address")),
    ("another declarant's age stands for all of them", LIST,
     [(f"/service/{n}/declarant/over_18_and_not_a_party", False) for n in range(6)],
     ("declarant", "/service/5/declarant/over_18_and_not_a_party")),
    ("one envelope bears another address", LIST, [("/service/2/address", ["SAN YSABEL", "PO BOX 1901"])],
     ("service_address_differs", "/service/2/address")),
    ("publication is proven by the newspaper", LIST, [("/service/0/method", "publication")],
     ("service_method", "/service/0/method")),
    ("electronic without a consent", LIST, [("/service/3/method", "electronic")],
     ("service_consent", "/parties/0/electronic_consent_on")),
    ("electronic before the consent", LIST,
     [("/service/3/method", "electronic"), ("/parties/0/electronic_consent_on", "2026-09-02")],
     ("service_consent", "/parties/0/electronic_consent_on")),
    ("dated before it", LIST, [("/service/0/served_on", "2026-09-02")], ("date_ahead", "/service/0/served_on")),
    ("nobody posts by mail", POSTING, [("/service/0/method", "personal")], ("service_method", "/service/0/method")),
    ("no hour of posting", POSTING, [("/service/0/at", None)], ("unresolved", "/service/0/at")),
    ("a picture of the next morning", POSTING, [("/service/0/photos/1/taken_on", "2026-09-02")],
     ("posting_hour", "/service/0/photos/1/taken_at")),
    ("a picture 61 minutes later", POSTING, [("/service/0/photos/0/taken_at", "11:06")],
     ("posting_hour", "/service/0/photos/0/taken_at")),
    ("a picture of no hour", POSTING, [("/service/0/photos/0/taken_at", None)],
     ("posting_hour", "/service/0/photos/0/taken_at")),
    ("no second picture of the site", POSTING, [("/service/0/photos", [])],
     ("service_lacking", "/service/0/photos")),
    ("nobody tries by mail", ATTEMPTS, [("/service/0/method", "express")], ("service_method", "/service/0/method")),
    ("no place", LIST, [("/service/1/place", "Not told")], ("service_place", "/service/1/place")),
    ("in person, into whose hands", LIST, [("/service/1/method", "personal"), ("/service/1/at", "10:00")],
     ("service_lacking", "/service/1/to_whom")),
    ("nobody tried", ATTEMPTS, [("/service/0/tries", [])], ("unresolved", "/service/0/tries")),
    ("it was handed over after all", ATTEMPTS, [("/service/0/result", "handed_over")],
     ("unresolved", "/service/0/result")),
]  # fmt: skip


@pytest.mark.parametrize(("key", "changes", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_spoiled_one_is_told(key: str, changes: list[tuple[str, Any]], expected: tuple[str, str]) -> None:
    assert expected in paper(key, *changes).findings()


def test_within_the_hour_is_in_time() -> None:
    assert paper(POSTING, ("/service/0/photos/0/taken_at", "11:05")).findings() == []


def test_a_consent_of_the_day_holds_and_is_printed() -> None:
    agreed = paper(
        LIST, ("/service/3/method", "electronic"), ("/parties/0/electronic_consent_on", "2026-09-01"),
    )  # fmt: skip
    assert "service_consent" not in agreed.codes()
    printed = agreed.composition.root.xpath(".//time[@data-fact='/parties/0/electronic_consent_on']")
    assert [one.get("datetime") for one in printed] == ["2026-09-01"]


def test_a_proof_of_one_electronic_service_prints_its_consent(letter: Any) -> None:
    index = next(i for i, one in enumerate(letter("proof-of-service").casefile.parties) if one.id == "owner")
    electronic = ("/service/3/method", "electronic"), ("/service/3/address", [])
    without = letter("proof-of-service", *electronic)
    assert ("service_consent", f"/parties/{index}/electronic_consent_on") in without.findings()
    with_it = letter("proof-of-service", *electronic, (f"/parties/{index}/electronic_consent_on", "2026-05-01"))
    assert with_it.composition.root.xpath(f".//time[@data-fact='/parties/{index}/electronic_consent_on']")
    assert consent in CHECKS


# --- what a paper tells of ---


def told(key: str, about: str, on: date, **changes: Any) -> list[str]:
    """Ids of the services that a paper about one of them tells of, in a case whose records are changed by id."""
    case = paper(LIST).casefile
    records = tuple(replace(one, **changes.get(one.id, {})) for one in case.service)
    case = replace(case, service=records)
    subject = next(one for one in records if one.id == about)
    return [records[i].id for i in covered(case, pack().document_types[key], subject, on)]


DAY, NEXT = date(2026, 9, 1), date(2026, 9, 2)
ALL = ["s1", "s2", "s3", "s4", "s5", "s6"]


@pytest.mark.parametrize(
    ("what", "key", "on", "changes", "expected"),
    [
        ("all of the day", LIST, DAY, {}, ALL),
        ("not those of the next day", LIST, NEXT, {"s5": {"served_on": NEXT}}, ["s1", "s2", "s3", "s4", "s6"]),
        ("not what somebody else did", LIST, DAY, {"s2": "other"}, ["s1", "s3", "s4", "s5", "s6"]),
        ("not what a newspaper did", LIST, DAY, {"s3": {"method": "publication"}}, ["s1", "s2", "s4", "s5", "s6"]),
        ("one", "proof-of-service", DAY, {}, ["s1"]),
        ("of a posting, no mailing", POSTING, DAY, {"s1": {"method": "posting"}, "s4": {"method": "posting_unit"}},
         ["s1", "s4"]),
        ("the same paper on the same person", ATTEMPTS, DAY, {}, ["s1", "s4"]),
        ("in the order of service, and none of later", ATTEMPTS, DAY,
         {"s4": {"served_on": date(2026, 8, 30)}, "s5": {"party": "owner-chen", "document": "NOV-2026-0007.1",
                                                         "served_on": NEXT}}, ["s4", "s1"]),
    ],
)  # fmt: skip
def test_what_a_paper_tells_of(what: str, key: str, on: date, changes: dict[str, Any], expected: list[str]) -> None:
    first = paper(LIST).casefile.service[0].declarant
    fields = {k: {"declarant": replace(first, name="Jo Doe")} if v == "other" else v for k, v in changes.items()}
    assert told(key, "s1", on, **fields) == expected


# --- what a window showed ---

SHOWN = ("Khatib-Al Abdulrahman · عبد الرحمن الخطيب", "C/O PINNACLE FIDUCIARY", "SVCS", "95999 CA HILLS MADRONA")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Abdulrahman Al-Khatib", True),
        ("عبد الرحمن الخطيب", True),
        ("c/o Pinnacle Fiduciary Svcs", True),  # a line that the window broke
        ("Madrona Hills, CA 95999", True),
        ("Madrona Hills, CA 95998", False),
        ("The Hernández Family Trust", False),
        ("", True),
    ],
)
def test_a_line_is_looked_for_by_its_words(line: str, shown: bool) -> None:
    assert (not_shown([line], SHOWN) == ()) is shown


@pytest.mark.parametrize(
    ("key", "about", "other", "together"),
    [
        (LIST, "s4", "s1", True),
        (LIST, "s4", "s9", False),
        ("proof-of-service", "s4", "s1", False),
        (ATTEMPTS, "s4", "s1", False),  # later tries of the same person are another declaration
    ],
)
def test_a_list_is_once_for_all_of_its_day(key: str, about: str, other: str, together: bool) -> None:
    case = paper(LIST).casefile
    subject = next(one for one in case.service if one.id == about)
    assert told_together(case, pack().document_types[key], subject, other, DAY) is together


# --- what is no finding, and how findings name people ---

POSTED_LATE = {"photos": [{"file": "a.jpg", "caption": "A", "alt": "A", "taken_on": "2026-09-05", "taken_at": "10:00",
                           "taken_by": "inspector"}]}  # fmt: skip


def record(number: int, **changes: Any) -> tuple[str, Any]:
    """A change of one service record of the list: some of its fields."""
    return f"/service/{number}", {**usual(LIST)["service"][number], **changes}


@pytest.mark.parametrize(
    ("what", "changes", "absent"),
    [
        ("the register may know an envelope", [record(0, address=[])], "service_lacking"),
        ("what came back lacks nothing any more", [record(0, method="personal", result="refused")], "service_lacking"),
        ("what was handed over has no pictures to be late", [record(0, method="personal", at="10:00", **POSTED_LATE)],
         "posting_hour"),
        ("a list shows no pictures", [record(0, method="posting_site", at="10:00", **POSTED_LATE)], "posting_hour"),
        ("what was handed over went in no envelope", [record(0, method="posting_site", address=["X"])],
         "service_address_differs"),
        ("electronic with consent lacks nothing", [record(0, method="electronic", article_number=None),
         ("/parties/0/electronic_consent_on", "2026-08-01")], "service_lacking"),
    ],
)  # fmt: skip
def test_what_is_no_finding(what: str, changes: list[tuple[str, Any]], absent: str) -> None:
    told = [place for code, place in paper(LIST, *changes).findings() if code == absent]
    assert [place for place in told if place.startswith(("/service/0", "/parties"))] == []


@pytest.mark.parametrize(("attempt", "told"), [(None, False), ("attempt-412", True)])
def test_of_one_service_the_town_asks_where_the_register_was_told_of_an_attempt(
    letter: Any, attempt: str | None, told: bool
) -> None:
    bare = letter("proof-of-service", ("/service/3/method", "personal"), ("/service/3/attempt", attempt))
    assert ("service_lacking" in bare.codes()) is told


def test_what_was_mailed_and_came_back_stands_beside_the_tries() -> None:
    order = sample_of(folder_of(ATTEMPTS) / "samples" / "awkward.json")
    changes = [(f"/{name}", value) for name, value in order.items() if name in ("service",)]
    both = write(ATTEMPTS, ATTEMPTS, "2026-07-02", "s2", "", *changes)
    assert both.findings() == []
    assert "Attempted–Not Known" in both.composition.html


def test_an_envelope_that_the_register_knows_is_enough(letter: Any) -> None:
    bare = letter("proof-of-service", ("/service/3/address", []))
    assert "service_address" in bare.codes()
    seen = assemble(
        bare.casefile, bare.pack, bare.bundle.meta, bare.reckoning, recipient=None, on=bare.reckoning.on, number="N-1",
        language="en", about="s4", served={"address": ["FROM THE WINDOW"]},
    )  # fmt: skip
    known = replace(bare, composition=compose(bare.bundle, seen, "en"))
    assert "service_address" not in known.codes()


def test_of_several_each_envelope_is_known_or_told() -> None:
    records = {"s1": {"address": ["FROM THE WINDOW"]}}
    bare = paper(LIST, record(0, address=[]), record(1, address=[]))
    seen = assemble(
        bare.casefile, bare.pack, bare.bundle.meta, bare.reckoning, recipient=None, on=DAY, number="N-1",
        language="en", about="s1", served={"records": records},
    )  # fmt: skip
    one = replace(bare, composition=compose(bare.bundle, seen, "en"))
    assert ("service_address", "/service/1/address") in one.findings()
    both = assemble(
        bare.casefile, bare.pack, bare.bundle.meta, bare.reckoning, recipient=None, on=DAY, number="N-1",
        language="en", about="s1", served={"records": {**records, "s2": {"address": ["ANOTHER"]}}},
    )  # fmt: skip
    assert "service_address" not in replace(bare, composition=compose(bare.bundle, both, "en")).codes()


def test_of_tries_that_came_to_nothing_nothing_is_lacking() -> None:
    assert "service_lacking" not in paper(ATTEMPTS, ("/service/0/method", "substituted")).codes()


def test_findings_name_people_as_mail_does() -> None:
    electronic = paper(LIST, record(3, method="electronic"), record(5, method="electronic"))
    said = " ".join(one.message for one in electronic.run() if one.code == "checks.service_consent")
    assert "that Mei-Ling Chen agreed" in said
    assert "that San Ysabel Savings and Loan Association agreed" in said
    other = paper(LIST, record(0, address=["X"]), record(2, address=["X"]))
    said = " ".join(one.message for one in other.run() if one.code == "checks.service_address_differs")
    assert "says for Mei-Ling Chen." in said
    assert "says for San Ysabel Savings and Loan Association." in said
    (late,) = [
        one for one in paper(POSTING, ("/service/0/photos/0/taken_at", "12:00")).run() if "hour" in one.code
    ]  # fmt: skip
    assert late.message == (
        "“posted-near.jpg” was taken at 2026-09-01 12:00, not within an hour of the posting at 2026-09-01 10:05."
    )


def test_nobody_swears_where_nobody_is_on_record() -> None:
    nobody = {"name": "", "title": None, "address": [], "over_18_and_not_a_party": False}
    case = paper(LIST).casefile
    first = replace(case.service[0], declarant=replace(case.service[0].declarant, **nobody))
    made = replace(paper(LIST), casefile=replace(case, service=(first, *case.service[1:])))
    made = replace(made, reckoning=replace(made.reckoning, subject=first))
    assert [one.message for one in made.run() if one.code == "checks.declarant"] == [
        "Nobody is on record who can swear to the service s1."
    ]


# --- what the wording is given ---


def given(*changes: tuple[str, Any], served: dict[str, Any] | None = None) -> Any:
    made = paper(LIST, *changes)
    seen = assemble(
        made.casefile, made.pack, made.bundle.meta, made.reckoning, recipient=None, on=DAY, number="N-1",
        language="en", about="s1", served=served,
    )  # fmt: skip
    return seen.names


def test_rounds_are_by_method_and_have_what_all_legs_share() -> None:
    other = {**usual(LIST)["service"][4], "place": "Main Street"}
    html = paper(LIST, ("/service/4", other)).composition.html
    assert html.index("By certified mail") < html.index("By first-class mail")
    assert html.count("<table>") == 2
    assert html.count("I did so at this place") == 1  # certified mail; first-class mail went from two places
    assert html.count("given to the carrier at") == 3  # said of each of its three
    assert html.count("Main Street") == 1


def test_what_the_register_knows_is_printed_for_each() -> None:
    known = {
        f"s{n}": {"title": "Notice as issued", "number": f"NOV-2026-000{n}", "pages": 70 + n, "sha256": f"{n}" * 64}
        for n in (1, 2, 4)
    }
    known["s4"]["address"] = ["FROM THE WINDOW", "PO BOX 1"]
    names = given(served={**known["s1"], "records": known})
    html = compose(bundle_of(LIST), Facts(names, "en"), "en").html
    for said in ("Notice as issued", "NOV-2026-0001", "71 pages", "NOV-2026-0004", "74 pages", "FROM THE WINDOW"):
        assert said in html, said
    assert html.count("2" * 64) == 1
    assert 'data-fact="record/address/0"' in html
    assert "9 pages" in html  # of those that the register does not know, what was typed


def test_a_paper_that_went_two_ways_has_one_fingerprint() -> None:
    records = [record(n, sha256="a" * 64) for n in (0, 3)]
    assert paper(LIST, *records).composition.html.count("a" * 64) == 1
