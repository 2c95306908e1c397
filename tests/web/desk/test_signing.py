"""Signing in and out at the desk: cookies, waits, sessions that end, forms that were sent too late."""

from __future__ import annotations

import re

import pytest

from docservice.web.desk.signing import ours
from tests.office.reviewed import KEY
from tests.web.desk.conftest import PASSWORD, Desk, token_of


def test_the_cookie_is_for_this_site_alone(desk: Desk) -> None:
    answer = desk.client().sign_in("staff")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-desk="))
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/", "/desk/nothing", "/desk/assets/desk.css", "/desk/keys"])
def test_the_headers_are_strict(desk: Desk, path: str) -> None:
    answer = desk.client("staff").get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if answer.mimetype == "text/html":
        assert not re.search(
            r"<script(?! src=\"/desk/assets/)|<style|\son\w+=|\sstyle=|(src|href)=\"(https?:)?//", answer.text
        )
        if "/desk" in answer.text and answer.status_code != 404:
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("login", "password"),
    [("staff", "wrong"), ("nobody", PASSWORD), ("", ""), ("staff\x00", PASSWORD), ("a" * 999, "b")],
)  # fmt: skip
def test_a_wrong_sign_in_says_nothing_of_what_was_wrong(desk: Desk, login: str, password: str) -> None:
    answer = desk.client().sign_in(login, password)
    assert answer.status_code == 401
    assert "The login or the password is not right." in answer.text
    assert password not in answer.text or not password.strip() or password == "b"
    assert "__Host-desk=" not in " ".join(answer.headers.getlist("Set-Cookie"))


def test_guessing_is_slowed(desk: Desk) -> None:
    client = desk.client()
    statuses = [client.sign_in("staff", "wrong").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    answer = client.sign_in("staff")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 31
    assert "Too many failed attempts" in answer.text
    desk.clock.wait(seconds=31)
    assert client.sign_in("staff").status_code == 303


def test_nobody_signs_another_person_in(desk: Desk) -> None:
    """A sign-in form that another site sends, without the cookie of ours, is refused."""
    client = desk.client()
    answer = client.flask.post("/desk/sign-in", data={"login": "staff", "password": PASSWORD, "form_token": "0" * 64})
    assert answer.status_code == 403
    answer = client.flask.post(
        "/desk/sign-in",
        data={"login": "staff", "password": PASSWORD, "form_token": token_of(client.get("/desk/sign-in").text)},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_a_page_asked_for_is_where_one_goes(desk: Desk) -> None:
    client = desk.client()
    address = f"/desk/templates/{KEY}/1?against=1"
    location = client.get(address).headers["Location"]
    assert location.startswith("/desk/sign-in?next=")
    assert client.sign_in("staff", next=address).headers["Location"] == address


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/desk/", "/desk/../", "/desk//evil.example", "/desk\\evil", "/handouts/",
     "/desk/sign-out", "/desk/\nSet-Cookie: x"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(address: str) -> None:
    found = ours(address)
    assert found in ("", "/desk/../")  # the browser makes of it the front page, which is ours


def test_signing_out(desk: Desk) -> None:
    client = desk.client("staff")
    answer = client.post("/desk/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/sign-in?bye=1")
    assert client.get("/desk/").status_code == 303


def test_a_session_that_ended_asks_again(desk: Desk) -> None:
    client = desk.client("staff")
    desk.clock.wait(minutes=31)
    assert "/desk/sign-in" in client.get("/desk/").headers["Location"]
    picture = client.get(f"/desk/templates/{KEY}/1/letter/1.png", headers={"Sec-Fetch-Dest": "image"})
    assert (picture.status_code, picture.headers.getlist("Set-Cookie")) == (401, [])
    quiet = client.get(
        f"/desk/templates/{KEY}/1/letter", headers={"HX-Request": "true", "HX-Current-URL": "http://x/desk/"}
    )
    assert (quiet.status_code, quiet.headers["HX-Redirect"]) == (401, "/desk/sign-in?next=/desk/")


def test_what_was_typed_before_the_session_ended_is_not_lost(desk: Desk) -> None:
    """Not through the expired session, not through a wrong password, not in its line breaks."""
    client = desk.client("cora")
    address = f"/desk/templates/{KEY}/1/edit"
    text = desk.office.review.bundle(KEY, 1).files["letter.html"].decode()
    form = {
        "file:letter.html": text.replace("gladly come", "“gladly” & <soon> come").replace("\n", "\r\n"),
        "note": "First line.\r\nSecond line.", "latest": "1",
    }  # fmt: skip
    desk.clock.wait(hours=1)
    answer = client.post(address, form)
    assert answer.status_code == 401
    assert "What you typed is kept" in answer.text
    for password, status in (("wrong", 401), (PASSWORD, 200)):
        sent = fields(answer.text) | {"login": "cora", "password": password}
        answer = client.flask.post("/desk/sign-in", data=sent)
        assert answer.status_code == status
    assert "Nothing was lost" in answer.text
    action = re.search(rf'<form class="card stack" action="({re.escape(address)})"', answer.text)
    assert action is not None
    done = client.flask.post(action[1], data=fields(answer.text))
    assert done.status_code == 303, done.text
    kept = desk.office.review.bundle(KEY, 2).files["letter.html"].decode()
    assert kept == text.replace("gladly come", "“gladly” & <soon> come")
    assert desk.office.version(KEY, 2).note == "First line.\nSecond line."


def test_a_form_sent_too_late_by_htmx_takes_the_whole_page(desk: Desk) -> None:
    client = desk.client("cora")
    desk.clock.wait(hours=1)
    answer = client.post(
        f"/desk/templates/{KEY}/1/comments", {"path": "", "body": "A long comment that nobody wants to type twice."},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "body")
    assert "A long comment that nobody wants to type twice." in answer.text


def test_a_new_password_ends_every_other_session(desk: Desk) -> None:
    here, there = desk.client("staff"), desk.client("staff")
    new = "another horse battery"
    for given, said in (
        ({"old": PASSWORD, "new": new, "again": "x"}, "in two ways"),
        ({"old": "wrong", "new": new, "again": new}, "is not right"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "was not changed"),
    ):
        answer = here.post("/desk/password", given)
        assert answer.status_code == 422
        assert said in answer.text
    assert here.post("/desk/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert here.get("/desk/").status_code == 200
    assert there.get("/desk/").status_code == 303
    assert desk.client().sign_in("staff", new).status_code == 303


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the first form with ``card`` on a page, as a browser sends them."""
    from lxml import html

    form = html.fromstring(page).xpath("//form[contains(@class, 'card')]")[0]
    return {field.get("name"): field.get("value") or "" for field in form.xpath(".//input[@type='hidden']")}
