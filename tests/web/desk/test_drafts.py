"""Forms keep themselves: what was typed is there again, for its person alone, until it is sent or thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import g
from playwright.sync_api import Page, expect

from docservice.casefile.schema_people import PartySchema
from docservice.web.desk import access, drafts, forms
from docservice.web.desk.access import signed_in
from docservice.web.desk.forms import DeskForm
from tests.web.desk.conftest import Desk, settle

KEY, AT = "case/CE-2026-0001/parties/owner", "/desk/password"


def form() -> DeskForm:
    asked = forms.ask(PartySchema(), only=("name/text", "attention"))
    return DeskForm(asked, draft=KEY, title="Owner of CE-2026-0001")


@contextmanager
def asking(desk: Desk, login: str) -> Iterator[None]:
    """Within a request of somebody."""
    account = desk.office.people.accounts.find(login)
    with desk.app.test_request_context("/desk/"):
        g.desk = desk.office.people.sessions.find(desk.office.people.sessions.begin(account))
        assert access.person().login == login
        yield


def keep(desk: Desk, login: str, **fields: str) -> str:
    sent = {"draft": KEY, "draft-title": "Owner", "draft-at": AT, "seen": '"1"', **fields}
    answer = desk.client(login).post("/desk/drafts", sent)
    assert answer.status_code == 200
    return str(answer.text)


def test_what_was_typed_comes_back_to_its_person_alone(desk: Desk) -> None:
    assert "Kept by itself at" in keep(desk, "cora", **{"name/text": "Ann <Lee>", "form_token_": "x"})
    with asking(desk, "cora"):
        shown = drafts.restored(form().filled({"name": {"text": "Ann"}}, seen='"2"'))
        assert (shown["name/text"].value, shown.seen, shown.kept_at) == ("Ann <Lee>", '"1"', desk.clock.now)
        assert [one.title for one in drafts.mine()] == ["Owner"]
        assert not any(name == "form_token" for name, _ in drafts.mine()[0].fields)
    with asking(desk, "ian"):
        assert drafts.restored(form()).kept_at is None
    with asking(desk, "cora"):
        drafts.forget(form())
        assert drafts.mine() == ()


def test_a_draft_that_is_on_record_by_now_is_none(desk: Desk) -> None:
    keep(desk, "cora", **{"name/text": "Ann"})
    with asking(desk, "cora"):
        assert drafts.restored(form().filled({"name": {"text": "Ann"}})).kept_at is None


def test_it_is_thrown_away_by_hand_and_by_time(desk: Desk) -> None:
    keep(desk, "cora", **{"name/text": "Ann"})
    answer = desk.client("cora").post("/desk/drafts/forget", {"draft": KEY, "draft-at": AT})
    assert (answer.status_code, answer.headers["Location"]) == (303, AT)
    keep(desk, "cora", **{"name/text": "Ann"})
    desk.clock.wait(days=61)
    desk.office.people.drafts.sweep()
    with asking(desk, "cora"):
        assert drafts.mine() == ()


def test_addresses_elsewhere_and_what_is_too_long_are_not_kept(desk: Desk) -> None:
    client = desk.client("cora")
    refused = client.post("/desk/drafts", {"draft": KEY, "draft-at": "https://elsewhere.example/"})
    assert refused.status_code == 422
    assert "too long to be kept" in keep(desk, "cora", **{"name/text": "x" * 400_001})


def test_typing_keeps_and_the_page_shows_it_again(desk: Desk, visit: Callable[..., Page]) -> None:
    """In a browser: type, leave by the menu, come back; then throw it away."""

    @signed_in
    def trial() -> str:
        from flask import render_template_string

        shown = drafts.restored(form().filled({"name": {"text": "On record"}}, seen='"1"'))
        return render_template_string(
            '{% extends "desk/page.html" %}{% block main %}<h1>Trial</h1>{{ fields.kept(form) }}'
            '{% call fields.form(form, request.path) %}{{ fields.each(form, ()) }}<p><button>Save</button></p>'
            "{% endcall %}{% endblock %}",
            form=shown,
        )  # fmt: skip

    desk.app.add_url_rule("/desk/trial", "desk.trial", trial)
    desk.app.view_functions["desk.trial"] = trial
    page = visit("cora")
    page.goto("/desk/trial")
    page.get_by_label("Text").fill("Half a na")
    expect(page.get_by_text("Kept by itself at")).to_be_visible()
    page.get_by_role("link", name="Today").click()
    page.goto("/desk/trial")
    settle(page)
    expect(page.get_by_label("Text")).to_have_value("Half a na")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_label("Text")).to_have_value("On record")
    assert page.complaints == []  # type: ignore[attr-defined]
