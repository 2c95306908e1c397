"""What is printed leads where it says: one public address, a code that can be typed, a page that keeps its contrast."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from pypdfium2 import PdfDocument

from docservice.cli.probes import public_address
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from tests.homes import furnish
from tests.serving import serving
from tests.shipped_wording import LETTERS
from tests.web.desk.conftest import Desk

TOWNS = "https://www.madronahills.example"


@pytest.fixture(params=["", "https://papers.town.example"])
def addressed(request: pytest.FixtureRequest, tmp_path: Path, fonts_folder: Path) -> Iterator[tuple[Office, str]]:
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home, public_url=request.param)) as office:
        yield office, request.param or TOWNS


def test_one_address_decides_every_printed_link(addressed: tuple[Office, str], citation: Order) -> None:
    office, address = addressed
    handout = office.issuing.handout("fences-and-hedges", "en", "html").content.decode()
    assert f"It opens {address}/handouts/fences-and-hedges/en" in handout
    record = office.issuing.issue(citation, actor="cora")
    letter = office.issuing.face(record.id, "html")[0].decode()
    assert re.findall(r'data-qr="([^"]+/verify/[^"]+)"', letter) == [f"{address}/verify/{record.verify_code}"]


@pytest.mark.parametrize("key", LETTERS)
def test_every_letter_shows_its_code_and_a_square_on_its_first_page(shared_desk: Desk, key: str) -> None:
    """In the drafts of all samples; the code of a draft says DRAFT."""
    template = next(one for one in shared_desk.office.review.templates() if one.key == key)
    shown = shared_desk.office.review.shown(key, template.version)
    document = PdfDocument(shown.pdf)
    try:
        first = document[0].get_textpage().get_text_bounded()
    finally:
        document.close()
    assert re.search(r"[Cc]ode\s+SAMPLE", first), first


def test_the_code_is_typed_as_it_is_printed(shared_desk: Desk, example: Callable[[str], Any]) -> None:
    casefile, photos = example("CE-2026-0231")
    order = Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", attachments=photos)
    record = shared_desk.office.issuing.issue(order, actor="cora")
    page = shared_desk.office.issuing.face(record.id, "html")[0].decode()
    printed = re.search(r"Is this letter real\?</strong><br/?>Code (?:<[^>]*>)*([A-Z0-9-]+)", page)
    assert printed
    assert printed[1] != record.verify_code  # in halves
    answer = shared_desk.app.test_client().get(
        "/verify/", query_string={"code": printed[1].lower()}, follow_redirects=True
    )
    assert "This paper is genuine" in answer.text


def test_doctor_asks_the_address(shared_desk: Desk) -> None:
    with serving(shared_desk.app) as port:
        assert public_address(f"http://127.0.0.1:{port}").state == "ok"
    assert "does not answer" in public_address(f"http://127.0.0.1:{port}").message
    with serving(Flask("another")) as port:
        other = public_address(f"http://127.0.0.1:{port}")
    assert (other.state, "does not answer" in other.message) == ("warning", True)
    elsewhere = Flask("welcome")
    elsewhere.add_url_rule("/verify/", view_func=lambda: "<html>Welcome to our town</html>")
    with serving(elsewhere) as port:
        assert "it is not docservice" in public_address(f"http://127.0.0.1:{port}").message


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_handout_printed_from_a_browser_keeps_its_panel(shared_desk: Desk, chromium: Browser, language: str) -> None:
    """Browsers leave out grounds unless asked; white text on no ground is read by nobody."""
    page = chromium.new_page()
    page.set_content(shared_desk.office.issuing.handout("fences-and-hedges", language, "html").content.decode())
    assert page.locator("main").count() == 1
    document = PdfDocument(page.pdf(print_background=False, format="Letter"))
    page.close()
    green = 0
    for sheet in document:
        colors = sheet.render(scale=0.5).to_pil().convert("RGB").getcolors(1 << 20)
        green += sum(count for count, color in colors if color == (0x14, 0x41, 0x3A))
    document.close()
    assert green > 5_000
