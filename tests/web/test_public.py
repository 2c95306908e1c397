"""The public pages: what they say, what they must not say, and how they are protected."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from lxml import html

from docservice.pipeline.order import Order
from docservice.web.public import clean_code
from tests.fake_office import FakeOffice, Record

PAGES = ("/", "/handouts/", "/verify/", "/verify/CODE0000", "/verify/NOPE", "/nowhere")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_html(client: FlaskClient, issued: Record, path: str) -> None:
    page = html.document_fromstring(client.get(path).text)
    assert page.get("lang") == "en"
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
        assert not re.search(r"<script|\son\w+=|\sstyle=|(src|href)=\"(https?:)?//", answer.text)


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    for path in ("/", "/handouts/", "/verify/"):
        for element, _, link, _ in html.fromstring(client.get(path).text).iterlinks():
            if link.startswith("/") and element.tag != "form":
                assert client.get(link).status_code == 200, link


def test_handouts_are_listed_by_need_and_asked_in_a_language(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/handouts/?language=ar").text)
    (topic,) = page.find_class("topic")
    asked = topic.find(".//h3/a")
    assert (asked.get("href"), asked.get("lang"), asked.get("dir")) == ("/handouts/fences-and-hedges/ar", "ar", "rtl")
    assert [link.get("hreflang") for link in topic.findall(".//details//a")] == ["en", "es", "zh-Hant", "ar"]
    (current,) = page.xpath("//nav[@class='tongues']//a[@aria-current='page']")
    assert current.get("lang") == "ar"
    picture = client.get(topic.find("img").get("src"))
    assert (picture.mimetype, picture.headers["X-Content-Type-Options"]) == ("image/svg+xml", "nosniff")
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert client.get("/handouts/?language=xx").status_code == 200
    assert client.get("/handouts/x/picture").status_code == 404


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
    for said in ("genuine", issued.number, "June 1, 2026", "Notice of violation", "English", "In effect"):
        assert said in answer.text
    for secret in (issued.recipient_name, issued.case, issued.title, issued.id, issued.sha256):
        assert secret not in answer.text
    assert "noindex" in answer.text


def test_verify_tells_what_became_of_it(client: FlaskClient, office: FakeOffice, issued: Record) -> None:
    order = Order("notice-of-violation", {"case": {"number": "CE-2026-0001"}})
    newer = office.issuing.supersede(issued.id, order, reason="typo", actor="test")
    page = client.get(f"/verify/{issued.verify_code}").text
    assert "replaced" in page
    assert newer.number in page
    office.issuing.void(newer.id, reason="Mr. Owner complained", actor="test")
    page = client.get(f"/verify/{newer.verify_code}").text
    assert "no longer valid" in page
    assert "complained" not in page


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
