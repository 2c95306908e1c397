"""Wording edited where it is read: paragraphs in words, fields by name, moved, added, taken out."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from docservice.wording.catalog.paragraph_texts import paragraph_texts
from tests.office.reviewed import KEY
from tests.web.desk.conftest import Desk, picture, refuse_barriers


def test_a_lawyer_changes_a_sentence(desk: Desk, visit: Callable[..., Page]) -> None:
    ada = visit("ada")
    ada.goto(f"/desk/templates/{KEY}/1/paragraphs")
    expect(ada.locator(".fill").first).to_be_visible()
    expect(ada.locator(".only").first).to_contain_text("Only if")
    assert not re.search(r"\{[{%]", ada.locator(".paras").inner_text())
    row = ada.locator(".paras > li").filter(has_text="If we have made a mistake")
    row.get_by_role("link").click()
    ada.get_by_label("The words").fill("If we are wrong, & you know better, tell us about {the moon}.")
    ada.get_by_label("Why is it changed?").fill("Shorter.")
    ada.get_by_role("button", name="Keep").click()
    expect(ada.get_by_text("There is no field “the moon” here.").first).to_be_visible()
    ada.get_by_label("The words").fill("If we are wrong about {property}, & you know better, tell us **soon**.")
    picture(ada, "80-paragraph")
    refuse_barriers(ada)
    ada.get_by_role("button", name="Keep").click()
    expect(ada.get_by_role("status")).to_contain_text("Saved as a new draft.")
    source = desk.office.review.bundle(KEY, 2).wording
    assert (
        "<p>{% trans property=property.situs|default(property.legal_description) %}If we are wrong about "
        "{{ property }}, &amp; you know better, tell us <strong>soon</strong>.{% endtrans %}</p>" in source
    )
    refuse_barriers(ada)


def test_moving_adding_taking_out(desk: Desk) -> None:
    client = desk.client("cora")
    number = 1

    def step(words: str, **more: str) -> int:
        bundle = desk.office.review.bundle(KEY, number)
        one = next(each for each in paragraph_texts(bundle) if words in each.text)
        given = {"at": one.id, "note": "Better.", "latest": str(number), **more}
        answer = client.post(f"/desk/templates/{KEY}/{number}/paragraphs", given)
        return int(answer.headers["Location"].split("/")[4]) if answer.status_code == 303 else answer.status_code

    number = step("If we have made a mistake", step="up")
    source = desk.office.review.bundle(KEY, number).wording
    assert source.index("If we have made a mistake") < source.index("If you have already taken care")
    number = step("If we have made a mistake", step="add", added="We mean it.")
    assert "<p>{% trans %}We mean it.{% endtrans %}</p>" in desk.office.review.bundle(KEY, number).wording
    number = step("We mean it.", step="out")
    source = desk.office.review.bundle(KEY, number).wording
    assert "We mean it." not in source
    assert step("If we have made a mistake", step="up") == 422
    assert step("If we have made a mistake", step="keep") == 422  # nothing was changed
    assert client.post(f"/desk/templates/{KEY}/{number}/paragraphs", {"at": "letter.html:999"}).status_code == 404
