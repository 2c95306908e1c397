"""Certified mail from the stock to the proof: one office, one story after another (issue 11 item 5; FAULTS L7, L12)."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from docservice.app import create_app
from docservice.casefile.article_numbers import check_digit, grouped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.issuing import making
from docservice.office.issuing.mail_lists import MailQuery, csv_of
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow
from tests.homes import furnish

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
DAY = date(2026, 5, 29)
NUMBERS = [body + check_digit(body) for body in (f"9407111899223197{n:05}" for n in range(12))]
OTHER = "70192970000012345671"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Office]:
    """One office; what a test does stays for the next."""
    home = furnish(tmp_path_factory.mktemp("certified") / "home", fonts_folder)
    with open_office(Settings(home=home)) as opened:
        yield opened


@pytest.fixture
def trust(example: Example) -> Order:
    """A notice to a trust whose name fits no window."""
    casefile, photos = example("CE-2026-0147")
    casefile["service"] = []
    on = date.fromisoformat(casefile["inspections"][-1]["on"])
    return Order("notice-of-violation", casefile, recipient="owner-trust", on=on, attachments=photos)


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        work()
    return caught.value


def states(office: Office) -> dict[str, int]:
    return {name: count for name, count in office.issuing.articles.counts().items() if count}


def window_of(office: Office, number: str) -> list[str]:
    with office.means.store.database.reading() as session:
        row = session.scalar(select(DocumentRow).where(DocumentRow.number == number))
        assert row is not None
        return list(row.window_lines or ())


def test_none_left_is_said_and_nothing_is_numbered(office: Office, citation: Order) -> None:
    why = refused(lambda: office.issuing.issue(replace(citation, mailing="certified_mail"), actor="ana"))
    assert (why.code, [one.place for one in why.findings]) == ("article.none_left", ["/mailing"])
    assert office.issuing.documents().total == 0
    assert office.issuing.issue(citation, actor="ana").number == "AC-2026-0001"


def test_the_stock_takes_all_or_none(office: Office) -> None:
    why = refused(lambda: office.issuing.articles.add(
        [NUMBERS[0], NUMBERS[1][:-1] + "x", grouped(NUMBERS[0])], batch="May", actor="ana"
    ))  # fmt: skip
    assert {(one.code, one.place) for one in why.findings} == {
        ("article.number", "/numbers/1"), ("article.twice", "/numbers/2"),
    }  # fmt: skip
    assert states(office) == {}
    assert office.issuing.articles.add(NUMBERS, batch="May", actor="ana") == 12
    assert refused(lambda: office.issuing.articles.add(NUMBERS[:1], batch="x", actor="ana")).code == "article.invalid"


def test_the_letter_bears_its_number_and_bar_code_and_is_made_again_with_it(office: Office, trust: Order) -> None:
    issued = office.issuing.issue(replace(trust, mailing="certified_mail"), actor="ana")
    pdf = office.issuing.face(issued.id, "pdf")[0]
    with pypdfium2.PdfDocument(pdf) as document:
        assert grouped(NUMBERS[0]) in document[0].get_textpage().get_text_range()
        picture = document[0].render(scale=300 / 72).to_pil()
    read = [one.text for one in zxingcpp.read_barcodes(picture) if one.format == zxingcpp.BarcodeFormat.Code128]
    assert ["".join(filter(str.isdigit, text)) for text in read] == [NUMBERS[0]]
    assert f"Bar code of article number {grouped(NUMBERS[0])}".encode() in office.issuing.face(issued.id, "html")[0]
    assert office.issuing.face(issued.id, "docx")[0]
    assert office.issuing.reproduce(issued.id).identical
    assert window_of(office, issued.number) == [
        "ATTN Trust Administration", "C/O PINNACLE FIDUCIARY SVCS", "PO BOX 7", "MADRONA HILLS CA 95999",
    ]  # fmt: skip


def test_without_a_class_of_mail_nothing_is_taken(office: Office, trust: Order) -> None:
    before = states(office)
    plain = office.issuing.preview(trust).html
    assert ">Certified<" not in plain
    assert ">Certified<" not in office.issuing.preview(replace(trust, mailing="first_class_mail")).html
    draft = office.issuing.preview(replace(trust, mailing="certified_mail")).html
    assert ">Certified<" in draft
    assert "barcode" not in draft
    assert states(office) == before


def test_what_the_checks_refuse_frees_its_number(office: Office, citation: Order) -> None:
    before = states(office)
    spoiled = copy.deepcopy(dict(citation.casefile))
    spoiled["violations"][0] |= {"facts": "\ue000", "phrase": None}  # no font has it
    why = refused(lambda: office.issuing.issue(
        replace(citation, casefile=spoiled, about="c1", mailing="certified_mail"), actor="ana"
    ))  # fmt: skip
    assert why.code == "text.glyph_missing"
    assert states(office) == before


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"mailing": "pigeon"}, "order.mailing"),
        ({"template": "proof-of-service", "mailing": "certified_mail", "about": "s1"}, "order.mailing"),
    ],
)
def test_what_cannot_be_mailed_is_refused(office: Office, example: Example, order: dict[str, Any], code: str) -> None:
    casefile, _ = example("CE-2026-0231")
    one = replace(Order("administrative-citation", casefile, on=date(2026, 6, 30), about="c1"), **order)
    assert refused(lambda: office.issuing.preview(one)).code == code


def test_the_proof_swears_to_the_window_not_to_the_casefile(office: Office, trust: Order) -> None:
    [notice] = office.issuing.documents(case="CE-2026-0147").items
    casefile = copy.deepcopy(dict(trust.casefile))
    casefile["service"] = [{
        "id": "s1", "document": notice.number, "title": notice.title, "party": "owner-trust",
        "method": "certified_mail",
        "served_on": notice.issued_on.isoformat(), "place": "Post office, Madrona Hills",
        "declarant": {"name": "Ana Diaz", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True},
    }]  # fmt: skip
    proof = Order("proof-of-service", casefile, on=notice.issued_on, about="s1")
    draft = office.issuing.preview(proof)
    assert "ATTN Trust Administration" in draft.html
    assert "Featherstonehaugh and" not in draft.html
    assert grouped(NUMBERS[0]) in draft.html
    assert "case.differs" not in {one.code for one in draft.findings}
    for wrong, code, place in (
        ({"address": ["The trust", "9 Elsewhere Rd"]}, "service.mismatch", "/service/0/address/0"),
        ({"article_number": OTHER}, "service.mismatch", "/service/0/article_number"),
    ):
        other = {**casefile, "service": [{**casefile["service"][0], **wrong}]}
        why = refused(lambda facts=other: office.issuing.preview(replace(proof, casefile=facts)))
        assert (why.code, why.findings[0].place) == (code, place)


def test_one_envelope_one_number_in_events(office: Office, trust: Order, example: Example) -> None:
    [notice] = office.issuing.documents(case="CE-2026-0147").items
    office.cases.put("CE-2026-0147", trust.casefile, actor="ana", saw="new")
    neighbor = replace(trust, recipient="contractor")
    other = office.issuing.issue(neighbor, actor="ana")

    def served(number: str, party: str, article: str, on: date = notice.issued_on, **more: Any) -> Any:
        data = {"party": party, "method": "certified_mail", "article_number": article}
        return office.cases.tell("CE-2026-0147", CaseEventOrder("served", on, number, data, **more), actor="ana")

    def codes(number: str, party: str, article: str, **more: Any) -> list[tuple[str, str]]:
        why = refused(lambda: served(number, party, article, **more))
        return [(one.code, one.place) for one in why.findings]

    place = "/data/article_number"
    assert codes(notice.number, "owner-trust", OTHER) == [("article.differs", place)]
    assert codes(other.number, "contractor", NUMBERS[0]) == [("article.used", place)]
    assert codes(other.number, "contractor", OTHER[:-1] + "2") == [("casefile.article_number", place)]
    unsaid = {"party": "owner-trust", "method": "certified_mail"}  # it went under the number that its paper bears
    event = CaseEventOrder("served", notice.issued_on, notice.number, unsaid)
    position = office.cases.tell("CE-2026-0147", event, actor="ana").position
    assert states(office)["mailed"] == 1
    assert refused(lambda: office.issuing.articles.spoil(NUMBERS[0], reason="x", actor="ana")).code == "article.used"
    first = served(notice.number, "owner-trust", grouped(NUMBERS[0]), corrects=position, reason="With its number.")
    told = served(other.number, "contractor", OTHER)
    assert states(office)["mailed"] == 2
    assert refused(lambda: office.issuing.articles.spoil(NUMBERS[0], reason="x", actor="ana")).code == "article.used"
    # Misread: another label. The wrong one is given back, the right one is the contractor's now.
    served(other.number, "contractor", NUMBERS[5], corrects=told.position, reason="Misread.")
    known = {one.number: one.state for one in office.issuing.articles.listed()}
    assert OTHER not in known
    assert (known[NUMBERS[0]], known[NUMBERS[5]]) == ("mailed", "mailed")

    # Told without the number: the letter went under the one that it bears.
    def state() -> str:
        return next(one.state for one in office.issuing.articles.listed() if one.number == NUMBERS[0])

    def tell(type: str, data: Any, **more: Any) -> Any:
        told = CaseEventOrder(type, notice.issued_on, notice.number, data, **more)
        return office.cases.tell("CE-2026-0147", told, actor="ana")

    tell("retracted", {}, corrects=first.position, reason="Not yet.")
    assert state() == "printed"
    declarant = {"name": "Ana Ruiz", "title": "Clerk", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    attempt = {"party": "owner-trust", "declarant": declarant, "legs": [{"method": "certified_mail", "place": "Here"}]}
    for type, data in (("served", {"party": "owner-trust", "method": "certified_mail"}), ("attempted", attempt)):
        told = tell(type, data)
        assert state() == "mailed"
        assert refused(lambda: office.issuing.articles.spoil(NUMBERS[0], reason="x", actor="ana")).code == (
            "article.used"
        )
        tell("retracted", {}, corrects=told.position, reason="Not yet.")
        assert state() == "printed"
    tell("served", {"party": "owner-trust", "method": "first_class_mail"})
    assert state() == "printed"
    tell("served", {"party": "owner-trust", "method": "certified_mail"})
    assert states(office)["mailed"] == 2


def test_what_was_printed_and_not_mailed_a_person_spoils(office: Office, citation: Order) -> None:
    second = replace(citation, about="c2", on=date(2026, 6, 17), mailing="certified_mail+first_class_mail")
    issued = office.issuing.issue(second, actor="ana")
    office.issuing.void(issued.id, reason="Another house.", actor="ana")
    [printed] = office.issuing.articles.listed(state="printed")
    assert (printed.number, printed.document) == (NUMBERS[1], issued.number)
    spoiled = office.issuing.articles.spoil(grouped(printed.number), reason="Its letter was void.", actor="ana")
    assert (spoiled.state, spoiled.why) == ("spoiled", "Its letter was void.")
    assert refused(lambda: office.issuing.articles.spoil(printed.number, reason="x", actor="ana")).code == (
        "article.spoiled"
    )
    again = office.issuing.issue(second, actor="ana")
    [printed] = office.issuing.articles.listed(state="printed")
    assert (printed.number, printed.document) == (NUMBERS[2], again.number)


def test_the_mail_list_of_a_day(office: Office) -> None:
    listed = office.issuing.mail_list(MailQuery(on=date(2026, 6, 17)))
    assert [(one.mail_class, one.article, one.lines[0]) for one in listed.items] == [
        ("certified_mail", NUMBERS[2], "Château Nº 9 Vacation Rentals, LLC"),
        ("first_class_mail", None, "Château Nº 9 Vacation Rentals, LLC"),
    ]
    assert office.issuing.mail_list(MailQuery(on=DAY)).unsaid == ("AC-2026-0001",)
    [named] = office.issuing.mail_list(MailQuery(documents=("AC-2026-0001",))).items
    assert (named.mail_class, named.zip) == ("", "94115")
    assert len(list(csv.reader(io.StringIO(csv_of(listed).decode("utf-8-sig"))))) == 3
    assert office.issuing.firm_book(listed).startswith(b"%PDF")
    assert refused(lambda: office.issuing.mail_list(MailQuery())).code == "mail.query"
    why = refused(lambda: office.issuing.mail_list(MailQuery(documents=("AC-2026-0001", "AC-2026-9999"))))
    assert (why.code, why.findings[0].place) == ("document.unknown", "/document/1")
    for query, code in ((MailQuery(case="CE-9"), "case.unknown"), (MailQuery(notice="ZZ"), "notice.unknown")):
        why = refused(lambda query=query: office.issuing.mail_list(query))
        assert (why.code, why.kind) == (code, "missing")


def test_the_api(office: Office) -> None:
    client = create_app(office).test_client()
    key = {"Authorization": f"Bearer {office.people.keys.add('mailroom', ('records',), 'test')[1]}"}
    answer = client.get("/api/v1/articles?state=free&limit=2", headers=key)
    assert answer.status_code == 200
    assert len(answer.json["items"]) == 2
    sent = {"numbers": ["7019 2970 0000 1234 5678"], "batch": "counter"}
    wrong = client.post("/api/v1/articles", json=sent, headers=key)
    assert (wrong.status_code, wrong.json["code"]) == (422, "article.invalid")
    sent["numbers"] = [OTHER]
    assert client.post("/api/v1/articles", json=sent, headers=key).json["added"] == 1
    spoil = f"/api/v1/articles/{OTHER}/spoil"
    assert client.post(spoil, json={"reason": "Torn."}, headers=key).json["state"] == "spoiled"
    assert client.post(spoil, json={"reason": "Torn."}, headers=key).status_code == 409
    address = "/api/v1/mail-list?on=2026-06-17"
    assert [one["article"] for one in client.get(address, headers=key).json["items"]] == [NUMBERS[2], None]
    for media_type, begins in (("text/csv", b"\xef\xbb\xbfline,"), ("application/pdf", b"%PDF")):
        answer = client.get(address, headers={**key, "Accept": media_type})
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        assert answer.data.startswith(begins)
    named = client.get("/api/v1/mail-list?document=AC-2026-0001&document=AC-2026-0003", headers=key)
    assert len(named.json["items"]) == 3


def test_a_mailing_of_which_one_lacks_a_number_is_none(office: Office, example: Example) -> None:
    """All or none: what was reserved for the others is free again; with each, those that have one go."""
    free = [one.number for one in office.issuing.articles.listed(state="free")]
    for number in free[1:]:
        office.issuing.articles.spoil(number, reason="For this test.", actor="ana")
    casefile, photos = example("CE-2026-0203")
    on = date.fromisoformat(casefile["inspections"][-1]["on"])
    order = Order("notice-of-violation", casefile, on=on, mailing="certified_mail", language="en", attachments=photos)
    orders = [replace(order, recipient=party) for party in office.issuing.recipients(order)[:2]]
    before = office.issuing.documents().total
    assert _mailed(office, orders, "all_or_none") == ["checks.failed"]
    assert (office.issuing.documents().total, states(office)["free"]) == (before, 1)
    first, second = _mailed(office, orders, "each")
    assert not isinstance(first, Refusal)
    assert isinstance(second, Refusal)
    assert second.code == "article.none_left"


def _mailed(office: Office, orders: list[Order], mode: Any) -> list[Any]:
    try:
        return office.jobs.mailings.issue(orders, mode=mode, actor="ana")
    except Refusal as refusal:
        return [refusal.code]


def test_a_wording_of_before_refuses_what_it_cannot_bear(office: Office, citation: Order, monkeypatch: Any) -> None:
    """An approved wording whose references print no article number: the letter would go out without it."""
    office.issuing.articles.add([OTHER[:-2] + "6" + check_digit(OTHER[:-2] + "6")], batch="late", actor="ana")
    before = states(office)
    monkeypatch.setattr(making, "_PRINTED", "no such mark")
    wanted = replace(citation, about="c3", on=date(2026, 6, 30), mailing="certified_mail")
    assert refused(lambda: office.issuing.issue(wanted, actor="ana")).code == "article.not_printed"
    assert states(office) == before
