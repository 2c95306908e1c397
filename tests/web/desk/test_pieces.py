"""Every piece of the pages of this hand on one page: for everybody, at any width; and the page of two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict

from docservice.casefile.schema_people import PartySchema
from docservice.finding import Finding
from docservice.web.desk import forms, two_people
from docservice.web.desk.access import signed_in
from docservice.web.desk.forms import DeskForm
from tests.web.desk.conftest import Desk, picture, refuse_barriers, visiting

PIECES = (Path(__file__).parent / "pieces.html").read_text(encoding="utf-8")


def with_page(app: Flask, name: str, view: Callable[[], object]) -> None:
    endpoint = f"desk.{name}"
    app.add_url_rule(f"/desk/{name}", endpoint, signed_in(view))


def party(**more: str) -> DeskForm:
    return DeskForm(forms.ask(PartySchema(), without=("id", "greeting")), at="/parties/0", **more)


@pytest.mark.parametrize("width", [1280, 320])
def test_every_piece_is_for_everybody(desk: Desk, chromium: Browser, width: int) -> None:
    def pieces() -> str:
        wrong = [Finding.error("x", "This is no e-mail address.", "/parties/0/email")]
        form = party(draft="trial", title="Trial").sent(MultiDict({"email": "no"})).refused(findings=wrong)
        findings = [Finding.error("x", "The lender gets no copy.", "/parties/2"), Finding.warning("y", "Look here.")]
        return render_template_string(PIECES, form=form, findings=findings, today=date(2026, 5, 20),
                                      address=lambda place: "#people" if place else "", seal_address="")  # fmt: skip

    with_page(desk.app, "pieces", pieces)
    with visiting(desk, chromium) as visit:
        page: Page = visit("cora", width=width)
        page.goto("/desk/pieces")
        refuse_barriers(page)
        picture(page, f"80-pieces-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.get_by_label("Email")).to_be_focused()
        page.emulate_media(forced_colors="active")
        picture(page, f"81-pieces-forced-{width}")
        page.emulate_media(forced_colors="none", media="print")
        picture(page, f"82-pieces-print-{width}")


def test_two_people_choose_side_by_side(desk: Desk, visit: Callable[..., Page]) -> None:
    texts = (
        "Two stringers are decayed.",
        "Two stringers are decayed; a screwdriver went in 2 inches.",
        "One is missing.",
    )

    def two() -> object:
        asked = (forms.Asked("facts", "What you saw", kind="text"), forms.Asked("place", "Place"))
        base, yours, theirs = (
            DeskForm(asked).filled({"facts": text, "place": place}, seen=seen)
            for text, place, seen in zip(texts, ("Unit 1", "Unit 1", "Unit 2"), '123', strict=True)
        )  # fmt: skip
        return two_people.page(yours, base, theirs, action="#", what="number 5", by="account:ian", at=desk.clock.now)

    with_page(desk.app, "two", two)
    page = visit("cora")
    page.goto("/desk/two")
    expect(page.get_by_role("alert")).to_contain_text("Ian Cho saved number 5 while you were typing")
    expect(page.locator("ins").first).to_contain_text("screwdriver")
    refuse_barriers(page)
    picture(page, "83-two-people")
    assert page.locator("input[name=place]").get_attribute("value") == "Unit 2"
