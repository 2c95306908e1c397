"""The public pages: what they say, what they must not say, and how they are protected."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from lxml import html

from docservice.pipeline.order import Order
from docservice.web.public import clean_code
from docservice.web.site import words
from script import site_words
from tests.fake_office import FakeOffice, Record

PAGES = ("/", "/handouts/", "/handouts/?q=fences", "/letters/", "/letters/notice-of-violation", "/help/", "/verify/",
         "/verify/CODE0000", "/verify/NOPE", "/nowhere")  # fmt: skip
TONGUES = ("en", "es", "zh-Hant", "ar")  # of the town of the fake office


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_html(client: FlaskClient, issued: Record, path: str) -> None:
    page = html.document_fromstring(client.get(path).text)
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert page.findtext(".//title")
    assert len(page.findall(".//h1")) == 1
    assert len(page.findall(".//main")) == 1
    assert page.find(".//a[@class='skip']").get("href") == "#main"
    levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for field in page.findall(".//input"):
        assert page.find(f".//label[@for='{field.get('id')}']") is not None
    for picture in page.iter("img", "svg"):
        assert picture.get("alt") is not None or picture.get("aria-hidden") == "true"
    ids = [element.get("id") for element in page.iterfind(".//*[@id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", [*PAGES, "/handouts/fences-and-hedges/es", "/handouts/x/en", "/assets/site.css"])
def test_pages_run_nothing_and_load_nothing_from_elsewhere(client: FlaskClient, issued: Record, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    if answer.mimetype == "text/html":
        assert not re.search(r"<script|\son\w+=|\sstyle=|src=\"(https?:)?//", answer.text)
        loaded = html.document_fromstring(answer.text).xpath("//link[@rel!='alternate']/@href")
        assert not [address for address in loaded if not address.startswith("/assets/")]


@pytest.mark.parametrize("tongue", ["", "/es", "/ar"])
def test_every_link_leads_somewhere(client: FlaskClient, issued: Record, tongue: str) -> None:
    for path in PAGES[:-2]:
        for element, _, link, _ in html.fromstring(client.get(tongue + path).text).iterlinks():
            if link.startswith("/") and element.tag != "form":
                assert client.get(link).status_code == 200, link


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("tag", TONGUES)
def test_every_page_is_in_every_language(client: FlaskClient, issued: Record, path: str, tag: str) -> None:
    answer = client.get(f"/{tag}{path}")
    page = html.document_fromstring(answer.text)
    assert (page.get("lang"), page.get("dir")) == (tag, "rtl" if tag == "ar" else "ltr")
    assert answer.headers["Content-Language"] == tag
    (current,) = page.xpath("//nav[@class='tongues']//a[@aria-current]")
    assert current.get("lang") == tag
    links = page.xpath("//nav[@class='tongues' or @class='site-menu']//a/@href")
    assert len(links) == 4 + len(TONGUES)
    assert all(link.split("/")[1] in TONGUES for link in links)
    asked = client.get(f"{path}{'&' if '?' in path else '?'}language={tag}")
    assert html.document_fromstring(asked.text).get("lang") == tag


def test_a_page_without_a_language_is_in_the_readers_own(client: FlaskClient) -> None:
    answer = client.get("/letters/", headers={"Accept-Language": "ar;q=0.9, fr"})
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("ar", "Accept-Language")
    page = html.document_fromstring(answer.text)
    assert page.xpath("//nav[@class='site-menu']//a/@href")[0] == "/handouts/"  # and so are the pages that it leads to
    lost = client.get("/nowhere", headers={"Accept-Language": "es"})
    assert (lost.status_code, html.document_fromstring(lost.text).get("lang")) == (404, "es")
    assert client.get("/xx/").status_code == client.get("/vi/handouts/").status_code == 404  # none of the town's
    assert client.get("/api/handouts/").status_code == 404


def test_a_page_names_itself_in_the_other_languages(client: FlaskClient, office: FakeOffice) -> None:
    public = office.town.identity.public_address
    page = html.document_fromstring(client.get("/es/letters/notice-of-violation").text)
    listed = {link.get("hreflang"): link.get("href") for link in page.xpath("//link[@rel='alternate']")}
    assert set(listed) == {*TONGUES, "x-default"}
    assert listed["ar"] == f"{public}/ar/letters/notice-of-violation"
    assert listed["x-default"] == f"{public}/letters/notice-of-violation"
    assert page.xpath("//meta[@name='description']/@content")[0]
    assert f"{public}/sitemap.xml" in client.get("/robots.txt").text
    mapped = client.get("/sitemap.xml")
    assert (mapped.mimetype, mapped.text.count(f"<loc>{public}/es/letters/")) == ("application/xml", 27)
    assert f"<loc>{public}/handouts/fences-and-hedges/ar</loc>" in mapped.text


def test_handouts_are_listed_by_need_and_asked_in_a_language(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/handouts/?language=ar").text)
    (topic,) = page.find_class("topic")
    asked = topic.find(".//h3/a")
    assert (asked.get("href"), asked.get("hreflang")) == ("/handouts/fences-and-hedges/ar", "ar")
    assert asked.get("lang") is None  # the page is
    assert page.xpath("//nav[@class='topics']//a/@href") == ["/ar/handouts/", "/ar/handouts/?need=yard"]
    picture = client.get(topic.find("img").get("src"))
    assert (picture.mimetype, picture.headers["X-Content-Type-Options"]) == ("image/svg+xml", "nosniff")
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert client.get("/handouts/?language=xx&need=xx").status_code == 200
    assert client.get("/handouts/x/picture").status_code == 404


def test_handouts_are_found_without_a_script(client: FlaskClient) -> None:
    found = html.document_fromstring(client.get("/handouts/?q=fences").text)
    assert len(found.find_class("topic")) == 1
    assert found.xpath("//input[@name='q']/@value") == ["fences"]
    none = html.document_fromstring(client.get("/handouts/?q=%3Cb%3Ezebra").text)
    assert not none.find_class("topic")
    assert "<b>zebra" in none.xpath("//h2[@role='status']")[0].text_content()


@pytest.mark.parametrize(
    ("wanted", "led"),
    [("ar;q=0.9, fr", "ar"), ("fr", "en"), ("", "en"), ("es-MX, en;q=0.5", "es"), ("zh-TW", "zh-Hant")],
)
def test_a_handout_without_a_language_is_in_the_readers_own(client: FlaskClient, wanted: str, led: str) -> None:
    answer = client.get("/handouts/fences-and-hedges", headers={"Accept-Language": wanted} if wanted else {})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/handouts/fences-and-hedges/{led}")
    assert answer.headers["Vary"] == "Accept-Language"
    assert client.get("/handouts/x").status_code == 404


def test_links_between_handouts_stay_where_the_reader_is(client: FlaskClient, office: FakeOffice) -> None:
    page, public = client.get("/handouts/fences-and-hedges/es").text, office.town.identity.public_address
    assert 'href="/handouts/fences-and-hedges/ar"' in page
    assert f">{public}/handouts/fences-and-hedges/ar<" in page  # what is read, and scanned, is the public address


def test_a_handouts_own_style_is_allowed_by_hash(client: FlaskClient) -> None:
    answer = client.get("/handouts/fences-and-hedges/ar")
    digest = base64.b64encode(hashlib.sha256(b"p{color:#111}").digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Language"] == "ar"


def test_a_handout_as_pdf_and_unchanged(client: FlaskClient) -> None:
    answer = client.get("/handouts/fences-and-hedges/zh-Hant.pdf")
    assert answer.mimetype == "application/pdf"
    assert 'filename="fences-and-hedges-zh-Hant.pdf"' in answer.headers["Content-Disposition"]
    again = client.get("/handouts/fences-and-hedges/zh-Hant.pdf", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/handouts/x/en", "/handouts/fences-and-hedges/ko", "/handouts/fences-and-hedges/en.docx",
             "/handouts/courtesy-letter/en"],
)  # fmt: skip
def test_what_is_no_handout_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_verify_tells_the_document_and_nothing_of_a_person(client: FlaskClient, issued: Record) -> None:
    answer = client.get(f"/verify/{issued.verify_code}")
    assert answer.status_code == 200
    for said in ("genuine", issued.number, "June 1, 2026", "Notice of violation", "English", "It is not a fine."):
        assert said in answer.text
    for secret in (issued.recipient_name, issued.case, issued.title, issued.id, issued.sha256):
        assert secret not in answer.text
    assert "noindex" in answer.text


def test_verify_tells_what_became_of_it(client: FlaskClient, office: FakeOffice, issued: Record) -> None:
    order = Order("notice-of-violation", {"case": {"number": "CE-2026-0001"}})
    newer = office.issuing.supersede(issued.id, order, reason="typo", actor="test")
    page = client.get(f"/verify/{issued.verify_code}").text
    assert "Genuine, but replaced" in page
    assert newer.number in page
    office.issuing.void(newer.id, reason="Mr. Owner complained", actor="test")
    page = client.get(f"/verify/{newer.verify_code}").text
    assert "no longer valid" in page
    assert "complained" not in page


def test_behind_a_code_stand_the_dates_of_its_reader(client: FlaskClient, office: FakeOffice, issued: Record) -> None:
    office.dates = {"comply-by": "2026-06-15", "contest-by": "2026-05-30", "hearing-notice-by": "2026-06-10"}
    page = html.document_fromstring(client.get("/es/verify/CODE0000").text)
    shown = [(one.find(".//time").get("datetime"), one.get("class")) for one in page.xpath("//ul[@class='dates']/li")]
    assert shown == [("2026-05-30", "past"), ("2026-06-15", None)]  # not the office's own
    (link,) = page.xpath("//a[@type='text/calendar']/@href")
    answer = client.get(link)
    assert (answer.mimetype, answer.headers["X-Robots-Tag"]) == ("text/calendar", "noindex")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert (event["DTSTART"].dt, event["URL"]) == (date(2026, 6, 15), f"https://docs.testing.example{link[:-10]}")
    for secret in (issued.recipient_name, issued.case, issued.title, issued.id):
        assert secret not in answer.text
    assert client.get(link).text == answer.text  # the same ids: taken twice, it adds nothing
    assert client.get("/verify/NOPE/dates.ics").status_code == 404
    office.issuing.void(issued.id, reason="typo", actor="test")
    assert client.get(link).status_code == 404
    assert 'datetime="2026-06-15' not in client.get("/verify/CODE0000").text


def test_a_kind_of_paper_says_what_it_asks(client: FlaskClient) -> None:
    notice, citation = (
        client.get(f"/letters/{key}").text for key in ("notice-of-violation", "administrative-citation")
    )
    assert "14 days" in notice
    assert "A hearing about a notice costs nothing." in notice
    assert "How to pay" not in notice
    assert "How to pay" in citation
    assert "as a deposit" in citation
    assert client.get("/letters/proof-of-service").status_code == client.get("/letters/x").status_code == 404


@pytest.mark.parametrize("tag", sorted(words.spoken() - {"en"}))
def test_the_site_has_every_sentence_in_every_language(tag: str) -> None:
    wanted, held = site_words.sentences(), words.texts(tag)
    assert set(held) == set(wanted), "script/site_words.py"
    for english, text in held.items():
        assert re.findall(r"%\(\w+\)s", english) == sorted(re.findall(r"%\(\w+\)s", text), key=english.index)
        assert not re.search(r"[<>&]", text)


@pytest.mark.parametrize("typed", ["code0000", "CODE-0000", " code 0000 ", "cOdE–0000"])
def test_a_code_may_be_typed_loosely(client: FlaskClient, issued: Record, typed: str) -> None:
    answer = client.get("/verify/", query_string={"code": typed})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/verify/CODE0000")
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("typed", ["NOPE1234", "<script>alert(1)</script>", "'", "a" * 500])
def test_an_unknown_code_is_404_and_harmless(client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/verify/{typed.replace('/', '')}")
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "do not know this code" in answer.text


def test_codes() -> None:
    assert clean_code("abc") == ""
    assert clean_code("ab cd-12") == "ABCD12"


@pytest.mark.parametrize(
    "mark",
    ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\u00ad", "\u200b", "\u200c", "\u200d", "\u200e",
     "\u202f", "\u2060", "\ufeff", "\u00a0", "\uff0d", "\u2068", "\u2069", "\n", "\t", "."],
    ids=lambda mark: f"U+{ord(mark):04X}",
)  # fmt: skip
def test_a_pasted_code_brings_marks_along(mark: str) -> None:
    assert clean_code(f"{mark}code{mark}00{mark}00{mark}") == "CODE0000"


@pytest.mark.parametrize("address", ["/verify/?code=AB%00CD", "/handouts/?q=%00", "/?a%1Fb=1", "/verify/?code=%7F"])
def test_a_control_character_that_is_asked_for(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "has a control character" in answer.text


def test_errors_are_pages(client: FlaskClient, office: FakeOffice, caplog: pytest.LogCaptureFixture) -> None:
    assert client.post("/").status_code == 405
    office.templates = lambda: 1 / 0  # type: ignore[assignment, return-value]
    answer = client.get("/handouts/")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "ZeroDivision" not in answer.text
    assert "ZeroDivision" in caplog.text
