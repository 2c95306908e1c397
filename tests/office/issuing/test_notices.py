"""One notice, many copies: mailed, one found later, printed again, corrected, voided; and what is refused of each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.issuing.mail_lists import MailQuery
from docservice.office.means.records import DocumentRecord
from docservice.refusal import Refusal
from docservice.storage import numbering
from tests.homes import furnish

DAY, LATER = date(2026, 6, 1), date(2026, 6, 24)
Changed = Callable[..., Order]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Office]:
    home = furnish(tmp_path_factory.mktemp("notices") / "home", fonts_folder)
    with open_office(Settings(home=home)) as opened:
        yield opened


@pytest.fixture(scope="module")
def order(example: Any) -> Order:
    """A notice of violation in a case with two owners, their agent, and a lender who is found later."""
    facts, pictures = example("CE-2026-0147")
    facts["parties"] = [one for one in facts["parties"] if one["id"] != "lienholder-dangelo"]
    facts["violations"] = [one for one in facts["violations"] if one["observed_on"] <= DAY.isoformat()]
    return Order("notice-of-violation", facts, on=DAY, attachments=pictures, dated_back="A test.")


def changed(order: Order, change: Callable[[dict[str, Any]], object], **more: Any) -> Order:
    facts = copy.deepcopy(dict(order.casefile))
    change(facts)
    return replace(order, casefile=facts, **more)


def without(*gone: str) -> Callable[[dict[str, Any]], None]:
    def change(facts: dict[str, Any]) -> None:
        facts["parties"] = [one for one in facts["parties"] if one["id"] not in gone]

    return change


def mailed(office: Office, order: Order, *recipients: str) -> list[DocumentRecord]:
    orders = [replace(order, recipient=one) for one in recipients]
    outcomes = office.jobs.mailings.issue(orders, mode="all_or_none", actor="ana")
    return [one for one in outcomes if isinstance(one, DocumentRecord)]


def text(office: Office, id: str) -> str:
    from lxml import html

    page = html.fromstring(office.issuing.face(id, "html")[0].decode())
    return " ".join(page.text_content().split())


def dates(office: Office, record: DocumentRecord) -> dict[str, str]:
    (described,) = office.issuing.describe([record])
    return {one["name"]: one["date"] for one in described.dates}


@pytest.fixture(scope="module")
def notice(office: Office, order: Order) -> str:
    first, *rest = mailed(office, order, "owner-trust", "owner-llc", "agent")
    assert [one.copy for one in (first, *rest)] == [1, 2, 3]
    return first.notice


def test_a_mailing_is_one_notice_and_each_copy_says_so(office: Office, notice: str) -> None:
    found = office.issuing.notices.find(notice)
    assert [(one.copy, one.recipient, one.status) for one in found.copies] == [
        (1, "owner-trust", "issued"), (2, "owner-llc", "issued"), (3, "agent", "issued"),
    ]  # fmt: skip
    assert [one.number for one in found.documents] == [f"{notice}.{n}" for n in (1, 2, 3)]
    assert len({one.body_sha256 for one in found.documents}) == 1
    copied = "\u200b".join(notice)  # as it is copied from the narrow column of a letter
    assert office.issuing.notices.find(copied) == found
    for typed in (copied, notice.lower(), notice.replace("-", "–"), f" {notice.lower()} "):
        assert office.issuing.notices.find(typed) == found
        assert office.issuing.document(f"{typed}.2".strip()).copy == 2
        assert office.issuing.documents(number=f"{typed}.2").total == 1
        assert office.issuing.mail_list(MailQuery(notice=typed)).unsaid
    for one in found.documents:
        said = text(office, one.id)
        assert f"Notice {notice} · copy {one.copy}" in said
        sent_to = said[said.index("Sent to") :]
        assert all(other.recipient_name in sent_to for other in found.documents), "by name"
        assert "owner" in sent_to
        assert "agent" in sent_to
        assert office.issuing.reproduce(one.id).identical
    with office.means.store.database.reading() as session:
        assert numbering.standing_open(session) == []


def test_a_party_found_later_gets_the_next_copy(office: Office, order: Order, notice: str) -> None:
    later = replace(order, recipient="lienholder-bank", on=LATER)
    added = office.issuing.notices.add_copy(notice.lower(), later, actor="ana", idempotency_key="k1")
    assert (added.number, added.copy, added.issued_on) == (f"{notice}.4", 4, LATER)
    assert office.issuing.notices.add_copy(notice, later, actor="ana", idempotency_key="k1").id == added.id
    assert office.issuing.notices.find(notice).sent_to == ("owner-trust", "owner-llc", "agent", "lienholder-bank")
    with pytest.raises(Refusal) as caught:
        office.issuing.notices.add_copy(notice, later, actor="ana")
    assert (caught.value.code, caught.value.problems[0].place) == ("notice.has_copy", "/recipient")


def test_a_copy_that_says_something_else_is_refused_with_its_place(
    office: Office, order: Order, notice: str
) -> None:  # fmt: skip
    def other(facts: dict[str, Any]) -> None:
        facts["violations"][0] |= {"facts": "Something else was seen.", "phrase": None}

    with pytest.raises(Refusal) as caught:
        office.issuing.notices.add_copy(notice, changed(order, other, recipient="contractor"), actor="ana")
    assert caught.value.code == "notice.copies_differ"
    assert caught.value.problems[0].place.startswith("violations/")
    assert "Something else was seen." in caught.value.problems[0].message


def test_what_is_made_for_a_notice_is_of_its_case_and_is_what_it_is(
    office: Office, order: Order, notice: str
) -> None:  # fmt: skip
    def elsewhere(facts: dict[str, Any]) -> None:
        facts["case"]["number"] = "CE-2026-0999"

    notices, before = office.issuing.notices, office.issuing.notices.find(notice)
    other = changed(order, elsewhere)
    # another house: the copy of this one must not give way to it
    for make, code, place in (
        (lambda: notices.print_again(notice, 2, other, reason="No.", actor="ana"), "document.other_case", None),
        (lambda: notices.add_copy(notice, replace(other, recipient="contractor"), actor="ana"),
         "document.other_case", None),
        (lambda: notices.print_again(notice, 2, replace(order, recipient="agent"), reason="No.", actor="ana"),
         "document.other_paper", "/recipient"),
        (lambda: notices.print_again(notice, 2, replace(order, template="courtesy-letter"), reason="No.", actor="ana"),
         "document.other_paper", "/template"),
        (lambda: notices.add_copy(
            notice, replace(order, template="courtesy-letter", recipient="contractor"), actor="ana"),
         "document.other_paper", "/template"),
        (lambda: notices.correct(notice, replace(order, recipient="contractor"), reason="No.", actor="ana"),
         "document.other_paper", "/recipient"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as caught:
            make()
        assert (caught.value.code, caught.value.kind) == (code, "conflict")
        assert place in [None, *(one.place for one in caught.value.problems)]
    assert notices.find(notice) == before


def test_a_second_printing_takes_the_place_of_the_first(office: Office, order: Order, notice: str) -> None:
    again = replace(order, recipient=None, on=LATER, mail_on=date(2026, 6, 25), mailing="first_class_mail")
    printed = office.issuing.notices.print_again(notice, 2, again, reason="It came back.", actor="ana")
    assert (printed.number, printed.copy, printed.printing) == (f"{notice}.2.2", 2, 2)
    assert printed.recipient == "owner-llc"
    first = office.issuing.document(f"{notice}.2")
    assert (first.status, first.superseded_by) == ("superseded", printed.id)
    assert office.issuing.document(f"{notice}.2.2").id == printed.id
    assert min(dates(office, printed).values()) > min(dates(office, first).values())
    said = text(office, printed.id)
    assert "Second printing, June 24, 2026." in said
    assert "The copy of June 1, 2026 no longer counts. The dates on this one count." in said
    assert office.issuing.reproduce(printed.id).identical
    assert printed.body_sha256 == first.body_sha256
    third = office.issuing.notices.print_again(
        notice, 2, replace(again, casefile={}, mail_on=None, mailing=None), reason="Again.", actor="ana"
    )
    said = text(office, third.id)
    assert "Printing number 3, June 24, 2026." in said, "by the facts of the one before"
    assert f"The copy numbered {notice}.2.2 no longer counts. The dates on this one count." in said, "of the same day"
    assert "The copy of June 24, 2026" not in said, "nobody could tell which of the two"
    [envelope] = office.issuing.mail_list(MailQuery(documents=(third.number,))).items
    assert envelope.mail_class == "first_class_mail", "as the one before"
    found = office.issuing.notices.find(notice)
    assert [one.number for one in found.copies[1].printings] == [f"{notice}.2", f"{notice}.2.2", f"{notice}.2.3"]
    assert found.copies[1].status == "issued"
    with pytest.raises(Refusal) as caught:
        office.issuing.notices.print_again(notice, 9, again, reason="No.", actor="ana")
    assert caught.value.code == "notice.copy_unknown"


def test_a_copy_of_another_day_than_that_on_which_it_was_seen(office: Office, order: Order) -> None:
    seen = max(one["observed_on"] for one in order.casefile["violations"])
    [one] = mailed(office, replace(order, on=date.fromisoformat(seen)), "owner-trust")
    later = office.issuing.notices.add_copy(one.notice, replace(order, recipient="owner-llc"), actor="ana")
    assert later.number == f"{one.notice}.2"
    office.issuing.notices.void(one.notice, reason="A test.", actor="ana")


def test_a_clerical_correction_keeps_what_binds(office: Office, order: Order) -> None:
    old = mailed(office, order, "owner-trust", "owner-llc")
    number = old[0].notice

    def late(facts: dict[str, Any]) -> None:
        facts["violations"][0]["observed_on"] = "2026-03-05"

    with pytest.raises(Refusal) as caught:
        office.issuing.notices.correct(
            number, changed(order, late, on=LATER), reason="A slip.", correction="clerical", actor="ana"
        )
    assert caught.value.code == "correction.not_clerical"
    assert "text/day" in [one.place for one in caught.value.problems]
    for words, place in ((" Pay $500.", "text/amount"), (" We come on June 30, 2026.", "text/day")):

        def written(facts: dict[str, Any], words: str = words) -> None:
            told = facts["violations"][0]
            facts["violations"][0] = {**told, "facts": told["facts"] + words, "phrase": None}

        with pytest.raises(Refusal) as caught:
            office.issuing.notices.correct(
                number, changed(order, written, on=LATER), reason="A slip.", correction="clerical", actor="ana"
            )
        assert {one.place for one in caught.value.problems} == {place}, "also where nothing marks it"

    def elsewhere(facts: dict[str, Any]) -> None:
        facts["property"]["situs"] = "79 Ridgeline Terrace"

    with pytest.raises(Refusal) as caught:
        office.issuing.notices.correct(
            number, changed(order, elsewhere, on=LATER), reason="A slip.", correction="clerical", actor="ana"
        )
    assert {one.place for one in caught.value.problems} == {"text/site"}
    assert office.issuing.notices.find(number).status == "issued"

    def word(facts: dict[str, Any]) -> None:
        told = facts["violations"][0]
        told |= {"correction": told["correction"] + " Call us first.", "phrase": {"facts": told["phrase"]["facts"]}}

    made = office.issuing.notices.correct(
        number, changed(order, word, on=LATER), reason="A slip.", correction="clerical", actor="ana"
    )
    assert [(one.recipient, one.copy) for one in made.documents] == [("owner-trust", 1), ("owner-llc", 2)]
    assert {one.correction for one in made.documents} == {"clerical"}
    assert dates(office, made.documents[0]) == dates(office, old[0]), "the dates that were printed stay"
    gone = office.issuing.notices.find(number)
    assert gone.status == "superseded"
    assert [one.superseded_by for one in gone.documents] == [one.id for one in made.documents]
    assert f"This document replaces {number} of June 1, 2026." in text(office, made.documents[0].id)

    counted = office.issuing.notices.correct(made.number, replace(order, on=LATER), reason="Anew.", actor="ana")
    anew = min(dates(office, counted.documents[0]).values())
    assert anew > min(dates(office, old[0]).values()), "a substantive one counts anew"


def test_superseding_one_copy_corrects_the_notice(office: Office, order: Order) -> None:
    old = mailed(office, order, "owner-trust", "owner-llc")
    made = office.issuing.supersede(old[1].id, replace(order, recipient="owner-llc"), reason="A slip.", actor="ana")
    assert (made.recipient, made.supersedes, made.copy) == ("owner-llc", old[1].id, 2)
    assert office.issuing.document(old[0].id).status == "superseded"


def test_void_of_one_copy_and_of_all(office: Office, order: Order) -> None:
    first, second = mailed(office, order, "owner-trust", "owner-llc")
    office.issuing.void(first.id, reason="It burnt.", actor="ana")
    found = office.issuing.notices.find(first.notice)
    assert [one.status for one in found.copies] == ["void", "issued"]
    gone = office.issuing.notices.void(first.notice, reason="Withdrawn.", actor="ana")
    assert (gone.status, [one.void_reason for one in gone.documents]) == ("void", ["It burnt.", "Withdrawn."])
    assert office.issuing.document(second.id).status == "void"
    for act in (
        lambda: office.issuing.notices.void(first.notice, reason="Again.", actor="ana"),
        lambda: office.issuing.notices.correct(first.notice, order, reason="Again.", actor="ana"),
        lambda: office.issuing.notices.add_copy(first.notice, replace(order, recipient="agent"), actor="ana"),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "notice.not_in_force"


def test_who_was_refused_gets_their_own_copy_later(office: Office, order: Order) -> None:
    def unnamed(facts: dict[str, Any]) -> None:
        facts["parties"][1]["address"] = None

    wrong = changed(order, unnamed)
    orders = [replace(wrong, recipient=one) for one in ("owner-trust", "owner-llc", "agent")]
    outcomes = office.jobs.mailings.issue(orders, mode="each", actor="ana")
    issued = [one for one in outcomes if isinstance(one, DocumentRecord)]
    assert [one.copy for one in issued] == [1, 3]
    added = office.issuing.notices.add_copy(issued[0].notice, replace(order, recipient="owner-llc"), actor="ana")
    assert added.number == f"{issued[0].notice}.2"


def test_a_notice_with_one_copy_prints_no_suffix_and_gets_a_second(office: Office, order: Order) -> None:
    alone = office.issuing.issue(replace(order, recipient="owner-trust"), actor="ana")
    assert alone.number == alone.notice
    assert office.issuing.document(f"{alone.notice}.1").id == alone.id
    assert "Sent to" not in text(office, alone.id)
    second = office.issuing.notices.add_copy(alone.notice, replace(order, recipient="owner-llc"), actor="ana")
    assert (second.number, second.body_sha256) == (f"{alone.notice}.2", alone.body_sha256)
    assert f"Notice {alone.notice} · copy 2" in text(office, second.id)


def test_one_debt_is_owed_once_and_who_owes_nothing_is_told_so(office: Office, order: Order, example: Any) -> None:
    facts, pictures = example("CE-2026-0231")
    facts["parties"].insert(1, {**facts["parties"][0], "id": "owner-2", "name": {"text": "Sam Second"}})
    facts["parties"][1]["roles"] = ["owner"]
    citation = Order(
        "administrative-citation", facts, on=date(2026, 5, 29), about="c1", attachments=pictures, dated_back="A test."
    )
    first, second, agent = mailed(office, citation, "owner", "owner-2", "local-contact")
    for one in (first, second):
        page = office.issuing.face(one.id, "html")[0].decode()
        stub = page[page.index('<aside data-block="payment-stub"') :]
        stub = stub[: stub.index("</aside>")]
        assert first.notice in stub
        assert f"{first.notice}." not in stub, "the debt has the notice's number"
        assert "This fine is owed once, by all who are named here together." in stub
        assert "Sam Second" in stub
    said = text(office, agent.id)
    assert "payment-stub" not in office.issuing.face(agent.id, "html")[0].decode().split("<body", 1)[1]
    assert "For your information" in said
    assert "Please pay" not in said


def test_nothing_is_dated_before_what_it_replaces(office: Office, order: Order) -> None:
    [one] = mailed(office, replace(order, on=LATER), "owner-trust")
    early = replace(order, on=one.issued_on - timedelta(days=1))
    for ask in (
        lambda: office.issuing.notices.correct(one.notice, early, reason="A slip.", actor="ana"),
        lambda: office.issuing.supersede(
            one.id, replace(early, recipient="owner-trust"), reason="A slip.", actor="ana"
        ),
        lambda: office.issuing.notices.print_again(one.notice, 1, early, reason="A slip.", actor="ana"),
    ):
        with pytest.raises(Refusal) as caught:
            ask()
        assert [(each.code, each.place) for each in caught.value.problems] == [("order.date", "/on")]
    assert office.issuing.notices.find(one.notice).status == "issued"
    office.issuing.notices.void(one.notice, reason="A test.", actor="ana")
