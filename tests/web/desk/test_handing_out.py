"""Handing out at the desk: a language, a topic, what can be done with a handout, and its line in a case's record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html
from playwright.sync_api import Page, expect

from tests.web.desk.conftest import Client, Desk, refuse_barriers

CASE = "CE-2026-0203"


@pytest.fixture
def case(desk: Desk, example: Callable[[str], Any]) -> str:
    casefile, _ = example(CASE)
    desk.clock.wait(days=120)  # it was opened on August 14
    desk.office.cases.put(CASE, casefile, actor="cora", saw="new")
    return CASE


def test_a_handout_is_found_in_the_language_that_somebody_reads(desk: Desk) -> None:
    client = Client(desk.app.test_client())
    client.sign_in("cora")
    answer = client.get("/desk/hand-out", query_string={"language": "es", "q": "CERCAS"})
    card, *others = html.document_fromstring(answer.text).xpath("//li[@class='card']")
    assert len(others) < 12  # of 18
    assert card.find(".//h3").get("lang") == "es"
    assert "Fences and hedges" in card.text_content()
    assert "Draft translation" in card.text_content()
    assert card.xpath(".//a/@href")[0] == "/handouts/fences-and-hedges/es.pdf"
    page = html.document_fromstring(client.get("/desk/hand-out?language=es&handout=fences-and-hedges").text)
    address = f"{desk.office.town.identity.public_address}/handouts/fences-and-hedges/es"
    mail, text = page.xpath("//ul[@class='ways']//a[starts-with(@href, 'mailto:') or starts-with(@href, 'sms:')]/@href")
    assert address in unquote(mail)
    assert address in unquote(text)
    cards = html.document_fromstring(client.get("/desk/hand-out/fences-and-hedges/es/card?copies=4").text)
    assert len(cards.xpath("//ul[@class='qr-cards']/li")) == 4
    code = client.get("/desk/hand-out/fences-and-hedges/es/code.svg")
    assert (code.mimetype, code.text[:5]) == ("image/svg+xml", "<svg ")
    assert client.get("/desk/hand-out/x/es/card").status_code == 404


def test_what_was_given_is_told_on_its_case_once(desk: Desk, case: str) -> None:
    client = Client(desk.app.test_client())
    client.sign_in("cora")
    page = html.document_fromstring(client.get(f"/desk/hand-out?language=vi&handout=tenants-rights&case={case}").text)
    party = page.xpath("//select[@name='party']/option/@value")[1]
    once = page.xpath("//input[@name='once']/@value")[0]
    given = {"language": "vi", "handout": "tenants-rights", "once": once, "copies": "2", "case": case, "party": party,
             "way": "visit"}  # fmt: skip
    for _ in range(2):  # a double click
        answer = client.post("/desk/hand-out", given)
        assert answer.status_code == 303
    assert f"See {case}" in client.get(answer.headers["Location"]).text
    (event,) = desk.office.cases.events(case)
    assert (event.type, event.subject) == ("handout-given", case)
    assert event.data == {"handout": "tenants-rights", "title": "Tenants’ rights", "language": "vi", "copies": 2,
                          "party": party, "way": "visit"}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Say which case."), ("CE-2031-9999", "There is no case"), ("CE-2026-0203", "no party")]
)
def test_what_cannot_be_told_is_said_and_nothing_typed_is_lost(desk: Desk, case: str, typed: str, said: str) -> None:
    client = Client(desk.app.test_client())
    client.sign_in("cora")
    given = {"language": "vi", "handout": "trees", "copies": "3", "case": typed, "party": "nobody", "way": "letter"}
    answer = client.post("/desk/hand-out", given)
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert said in page.xpath("//div[@role='alert']")[0].text_content()
    assert page.xpath("//input[@name='copies']/@value") == ["3"]
    assert page.xpath("//input[@name='way'][@checked]/@value") == ["letter"]
    assert desk.office.cases.events(case) == ()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_has_no_barriers(visit: Callable[..., Page], width: int) -> None:
    page = visit("cora", width)
    page.goto("/desk/hand-out?language=ar&handout=trees")
    expect(page.get_by_role("heading", name="Hand out")).to_be_visible()
    refuse_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=f"/tmp/dpublic-handout-desk-{width}.png", full_page=True)
    page.goto("/desk/hand-out/trees/ar/card")
    refuse_barriers(page)
    page.screenshot(path=f"/tmp/dpublic-cards-{width}.png", full_page=True)
    assert page.complaints == []  # type: ignore[attr-defined]
