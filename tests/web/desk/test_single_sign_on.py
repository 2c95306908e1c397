"""Single sign-on against a provider that lies in every way we know of: told clearly, on record, never signed in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from docservice.office.people import fetching, single_sign_on
from tests.office.reviewed import KEY
from tests.web.desk.conftest import Client, Clock, Desk, opened, token_of
from tests.web.desk.lying_provider import SECRET, Provider, key, lying, mac, signed, slowly, text, unsigned

HERE, CORA = "http://localhost:8000", "cora@town.example"
ROLES = {"oidc_roles_claim": "groups", "oidc_roles": (("Compliance staff", ("staff",)), ("legal", ("approver",)))}


@contextmanager
def desk_of(provider: Provider, home: Path, fonts: Path, clock: Clock, **settings: Any) -> Iterator[Desk]:
    given = {"public_url": HERE, "oidc_issuer": provider.issuer, "oidc_client_id": "desk", "oidc_client_secret": SECRET}
    with opened(home, fonts, clock, **given, **settings) as one:
        one.office.accounts.add(CORA, "Cora Reyes", ["staff"], actor="cli:op")
        yield one


@pytest.fixture(scope="module")
def both_of_them(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[tuple[Desk, Provider]]:
    """One office and one provider for all that is told here: opening an office takes a second."""
    clock, home = Clock(), tmp_path_factory.mktemp("single") / "home"
    with lying(clock) as provider, desk_of(provider, home, fonts_folder, clock) as desk:
        yield desk, provider


@pytest.fixture
def provider(both_of_them: tuple[Desk, Provider]) -> Provider:
    """It tells the truth until told otherwise, and nobody remembers what it said before."""
    desk, provider = both_of_them
    provider.tell_the_truth()
    desk.clock.wait(hours=2)
    return provider


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, both_of_them: tuple[Desk, Provider], provider: Provider, tmp_path: Path,
    fonts_folder: Path,
) -> Iterator[Desk]:  # fmt: skip
    """The office; of its own for other settings. Cora has an account that is not linked."""
    if hasattr(request, "param"):
        clock = both_of_them[0].clock
        with desk_of(provider, tmp_path / "home", fonts_folder, clock, **request.param) as one:
            yield one
        return
    desk = both_of_them[0]
    desk.office.accounts.enable(CORA, actor="cli:op")
    if desk.office.accounts.find(CORA).link is not None:
        desk.office.accounts.unlink(CORA, actor="cli:op")
    yield desk


@pytest.fixture
def clock(desk: Desk) -> Clock:
    return desk.clock


def away(client: Client, next: str = "") -> str:
    """Where the desk sends somebody who signs in."""
    answer = client.get("/desk/sign-in/provider", query_string={"next": next} if next else None)
    assert answer.status_code == 303, answer.text
    location: str = answer.headers["Location"]
    return location


def back(client: Client, address: str):  # type: ignore[no-untyped-def]
    """What the desk answers when somebody comes back."""
    assert address.startswith(f"{HERE}/desk/sign-in/callback?")
    return client.get(address.removeprefix(HERE))


def through(client: Client, provider: Provider, next: str = "", **instead: str | None):  # type: ignore[no-untyped-def]
    return back(client, provider.answer(away(client, next), **instead))


def is_in(client: Client) -> bool:
    return bool(client.get("/desk/").status_code == 200)


def test_signed_in_and_where_one_wanted_to_go(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    answer = through(client, provider, f"/desk/templates/{KEY}/1?against=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/templates/{KEY}/1?against=1")
    assert is_in(client)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-desk="))
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert through(desk.client(), provider, "https://evil.example/").headers["Location"] == "/desk/"
    assert provider.asked["/.well-known/openid-configuration"] == 1  # kept for an hour
    assert provider.asked["/jwks"] == 1
    assert provider.asked["/userinfo"] == 0


def test_each_sign_in_has_its_own_secrets(desk: Desk) -> None:
    client = desk.client()
    seen = [parse_qs(urlsplit(away(client)).query) for _ in range(3)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name][0] for one in seen}) == 3


def test_tabs_do_not_get_into_each_others_way(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    first, second = away(client, "/desk/password"), away(client)
    assert back(client, provider.answer(second)).headers["Location"] == "/desk/"
    assert back(client, provider.answer(first)).headers["Location"] == "/desk/password"


Lie = Callable[[Provider], Any]
NOT_PROOF = "does not prove who you are"
CLOCKS = "do not agree"
SILENT = "cannot sign anybody in at the moment"


def claim(**changed: Any) -> Lie:
    """An ID token with other claims; None leaves one out."""

    def change(claims: dict[str, Any]) -> None:
        claims.update(changed)
        for name in [name for name, value in changed.items() if value is None]:
            del claims[name]

    return lambda provider: setattr(provider, "change", change)


def sign(by: Callable[[dict[str, Any]], str]) -> Lie:
    return lambda provider: setattr(provider, "sign", by)


def answers(path: str, reply: Any) -> Lie:
    return lambda provider: provider.instead.update({path: reply})


def says(**metadata: Any) -> Lie:
    return lambda provider: provider.metadata.update(metadata)


def publishes(*published: Any) -> Lie:
    return lambda provider: setattr(provider, "published", list(published))


def both(*lies: Lie) -> Lie:
    return lambda provider: [lie(provider) for lie in lies]


def public(name: str) -> bytes:
    pem: bytes = key(name).as_pem(private=False)
    return pem


DISCOVERY = "/.well-known/openid-configuration"
# name → (the lie, status, what the page says, what the log says)
LIES: dict[str, tuple[Lie, int, str, str]] = {
    "unsigned": (sign(unsigned), 403, NOT_PROOF, "no proof"),
    "MAC with our own secret": (sign(mac(SECRET.encode())), 403, NOT_PROOF, "not allowed"),
    "MAC with the public key": (sign(lambda c: mac(public("one"))(c)), 403, NOT_PROOF, "not allowed"),
    "signed by another": (sign(lambda c: signed(c, {"alg": "RS256", "kid": "one"}, key("two"))), 403, NOT_PROOF,
                          "BadSignature"),
    "unknown key": (sign(lambda c: signed(c, {"alg": "RS256", "kid": "two"}, key("two"))), 403, NOT_PROOF,
                    "InvalidKeyId"),
    "no token": (sign(lambda c: None), 403, NOT_PROOF, "no ID token"),  # type: ignore[arg-type,return-value]
    "garbage for a token": (sign(lambda c: "a.b.c"), 403, NOT_PROOF, "no proof"),
    "another issuer": (claim(iss="https://evil.example"), 403, NOT_PROOF, "iss"),
    "no issuer": (claim(iss=None), 403, NOT_PROOF, "iss"),
    "for another client": (claim(aud="another"), 403, NOT_PROOF, "aud"),
    "for nobody": (claim(aud=None), 403, NOT_PROOF, "aud"),
    "for us and another": (claim(aud=["desk", "another"]), 403, NOT_PROOF, "azp"),
    "by way of another": (claim(azp="another"), 403, NOT_PROOF, "azp"),
    "of another sign-in": (claim(nonce="another"), 403, NOT_PROOF, "nonce"),
    "of any sign-in": (claim(nonce=None), 403, NOT_PROOF, "nonce"),
    "of another access token": (claim(at_hash="bm90IHRoaXM"), 403, NOT_PROOF, "at_hash"),
    "expired": (claim(exp=1_000_000_000, iat=999_999_000), 403, CLOCKS, "expired"),
    "without end": (claim(exp=None), 403, NOT_PROOF, "exp"),
    "of tomorrow": (claim(iat=4_000_000_000, exp=4_000_000_300), 403, CLOCKS, "iat"),
    "not yet": (claim(nbf=4_000_000_000), 403, CLOCKS, "nbf"),
    "end in words": (claim(exp="tomorrow"), 403, NOT_PROOF, "exp"),
    "of nobody": (claim(sub=None), 403, NOT_PROOF, "sub"),
    "of an empty one": (claim(sub=""), 403, NOT_PROOF, "sub"),
    "of a number": (claim(sub=7), 403, NOT_PROOF, "sub"),
    "of a long one": (claim(sub="x" * 256), 403, NOT_PROOF, "sub"),
    "of a control character": (claim(sub="a\x00b"), 403, NOT_PROOF, "sub"),
    "userinfo of another": (both(claim(email=None), lambda p: p.userinfo.update(sub="another")), 403, NOT_PROOF,
                            "somebody else"),
    "userinfo fails": (both(claim(email=None), answers("/userinfo", text("no", 500))), 503, SILENT, "500"),
    "code refused": (answers("/token", text('{"error": "invalid_grant"}', 400)), 403, NOT_PROOF, "invalid_grant"),
    "client refused": (answers("/token", text('{"error": "invalid_client"}', 401)), 503, SILENT, "invalid_client"),
    "token endpoint broken": (answers("/token", text("<h1>Sorry</h1>", 502, "text/html")), 503, SILENT, "502"),
    "token endpoint a page": (answers("/token", text("<h1>Hi</h1>", 200, "text/html")), 503, SILENT, "token endpoint"),
    "token endpoint a list": (answers("/token", text("[]")), 503, SILENT, "token endpoint"),
    "token endpoint deep": (answers("/token", text("[" * 90_000)), 503, SILENT, "token endpoint"),
    "token endpoint strange": (answers("/token", text('{"expires_in": []}')), 403, NOT_PROOF, "no ID token"),
    "token endpoint huge": (answers("/token", text('{"a": "' + "x" * 2**20)), 503, SILENT, "more than"),
    "token endpoint elsewhere": (answers("/token", text("", 307, Location="http://127.0.0.1:1/")), 503, SILENT, "307"),
    "keys are none": (publishes(), 503, SILENT, "keys"),
    "keys are garbage": (answers("/jwks", text('{"keys": [{"kty": "RSA", "n": 5}]}')), 503, SILENT, "keys"),
    "keys are no list": (answers("/jwks", text('{"keys": 7}')), 503, SILENT, "keys"),
    "keys are gone": (answers("/jwks", text("", 404)), 503, SILENT, "404"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_signs_nobody_in(desk: Desk, provider: Provider, name: str, caplog: pytest.LogCaptureFixture) -> None:
    lie, status, said, logged = LIES[name]
    lie(provider)
    client = desk.client()
    with caplog.at_level(logging.INFO):
        answer = through(client, provider, "/desk/password")
    assert answer.status_code == status, answer.text
    refused(desk, client, provider, answer, said)
    assert logged in caplog.text
    assert SECRET not in caplog.text
    assert not any(secret and secret in caplog.text for secret in provider.told)
    # The way is open for another try, to where one wanted to go.
    assert 'href="/desk/sign-in/provider?next=/desk/password"' in answer.text


def refused(desk: Desk, client: Client, provider: Provider, answer: Any, said: str) -> None:
    """Told why, signed in nowhere, shown nothing that is secret."""
    assert said in answer.text
    assert "__Host-desk=" not in " ".join(answer.headers.getlist("Set-Cookie"))
    assert not is_in(client)
    for secret in (SECRET, *provider.told):
        assert not secret or secret not in answer.text
    assert desk.office.accounts.find(CORA).link is None


@pytest.mark.parametrize(
    ("lie", "said", "logged"),
    [
        (says(issuer="https://evil.example"), SILENT, "calls itself"),
        (says(issuer=None), SILENT, "calls itself"),
        (says(token_endpoint=None), SILENT, "token_endpoint"),
        (says(token_endpoint="http://provider.example/token"), SILENT, "token_endpoint"),
        (says(authorization_endpoint="javascript:alert(1)"), SILENT, "authorization_endpoint"),
        (says(jwks_uri="file:///etc/passwd"), SILENT, "jwks_uri"),
        (says(userinfo_endpoint=["x"]), SILENT, "userinfo_endpoint"),
        (answers(DISCOVERY, text("<h1>Hello</h1>", 200, "text/html")), SILENT, "no JSON object"),
        (answers(DISCOVERY, text("{}", 404)), SILENT, "404"),
        (answers(DISCOVERY, text("", 301, Location="http://127.0.0.1:1/")), SILENT, "301"),
        (answers(DISCOVERY, slowly(2)), "does not answer in time", "nothing for"),
    ],
)  # fmt: skip
def test_a_provider_that_is_not_what_it_should_be(
    desk: Desk, provider: Provider, lie: Lie, said: str, logged: str, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(fetching, "SECONDS", 1.0)
    lie(provider)
    client = desk.client()
    answer = client.get("/desk/sign-in/provider?next=/desk/password")
    assert answer.status_code in (503, 504)
    refused(desk, client, provider, answer, said)
    assert logged in caplog.text
    # By password it goes on, and when the provider is well again, so it does through it.
    assert desk.client().sign_in("staff").status_code == 303
    provider.metadata.clear()
    provider.instead.clear()
    assert through(client, provider).status_code == 303


@pytest.mark.parametrize(
    ("instead", "status", "said"),
    [
        ({"code": None, "error": "access_denied"}, 403, "did not let you in"),
        ({"code": None, "error": "server_error", "error_description": "<script>alert(1)</script>"}, 503, "could not"),
        ({"code": None, "error": "access_denied", "error_description": "AADSTS65004\r\nTrace: 1"}, 403, "did not let"),
        ({"code": "a\x00b\r\n"}, 403, NOT_PROOF),
        ({"state": "a\x00.b"}, 403, "was not begun in this browser"),
        ({"code": None, "error": "x" * 9000}, 503, "could not sign you in"),
        ({"code": None}, 503, "could not sign you in"),
        ({"code": ""}, 503, "could not sign you in"),
        ({"code": "of-another-client"}, 403, NOT_PROOF),
        ({"code": "x" * 50_000}, 403, NOT_PROOF),
        ({"iss": "https://evil.example"}, 403, NOT_PROOF),
        ({"state": None}, 403, "was not begun in this browser"),
        ({"state": ""}, 403, "was not begun in this browser"),
        ({"state": "made.up"}, 403, "was not begun in this browser"),
        ({"state": "é.ü"}, 403, "was not begun in this browser"),
    ],
)  # fmt: skip
def test_an_answer_that_signs_nobody_in(
    desk: Desk, provider: Provider, instead: dict[str, str | None], status: int, said: str
) -> None:
    client = desk.client()
    answer = through(client, provider, **instead)
    assert answer.status_code == status
    refused(desk, client, provider, answer, said)
    assert "<script>alert" not in answer.text


def test_where_answers_say_whose_they_are_one_that_does_not_is_refused(desk: Desk, provider: Provider) -> None:
    provider.metadata["authorization_response_iss_parameter_supported"] = True
    client = desk.client()
    assert through(client, provider).status_code == 403
    assert through(client, provider, iss=provider.issuer).status_code == 303


def test_an_answer_counts_once(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    address = provider.answer(away(client))
    code = parse_qs(urlsplit(address).query)["code"][0]
    kept = dict(provider.codes[code])
    assert back(client, address).status_code == 303
    client.token = token_of(client.get("/desk/").text)
    assert client.post("/desk/sign-out").status_code == 303
    provider.codes[code] = kept  # even for a provider that takes a code twice
    answer = back(client, address)
    assert answer.status_code == 403
    assert not is_in(client)


def test_a_refused_answer_does_not_count_again(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    going = away(client)
    assert back(client, provider.answer(going, code=None, error="access_denied")).status_code == 403
    answer = back(client, provider.answer(going))
    assert answer.status_code == 403
    assert "it was done already" in answer.text


def test_a_sign_in_that_took_too_long(desk: Desk, provider: Provider, clock: Clock) -> None:
    client = desk.client()
    address = provider.answer(away(client))
    clock.wait(minutes=15)
    answer = back(client, address)
    assert answer.status_code == 403
    refused(desk, client, provider, answer, "took too long")


def test_nobody_is_signed_in_as_another(desk: Desk, provider: Provider) -> None:
    """An answer to one browser's sign-in is worth nothing in another, with or without a sign-in of its own."""
    attacker, victim, third = desk.client(), desk.client(), desk.client()
    address = provider.answer(away(attacker))
    away(third)
    for other in (victim, third):
        answer = back(other, address)
        assert answer.status_code == 403
        refused(desk, other, provider, answer, "was not begun in this browser")
    assert back(attacker, address).status_code == 303  # nor did anybody use it up


def test_a_session_from_before_is_not_taken_over(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    client.flask.set_cookie("__Host-desk", "known-to-another", domain="localhost", secure=True, path="/")
    answer = through(client, provider)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-desk="))
    assert "known-to-another" not in cookie


def test_the_database_holds_nothing_to_sign_in_with(desk: Desk, provider: Provider) -> None:
    from sqlalchemy import text as sql

    client = desk.client()
    asked = parse_qs(urlsplit(away(client)).query)
    with desk.office.shop.store.database.engine.connect() as connection:
        (row,) = connection.execute(sql("SELECT * FROM sign_in")).all()
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name][0] not in str(row)


def test_the_oldest_give_way(desk: Desk, provider: Provider, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_sign_on, "MOST", 3)
    client = desk.client()
    addresses = []
    for _ in range(4):
        addresses.append(provider.answer(away(client)))
        clock.wait(seconds=1)
    assert "took too long, or it was done already" in back(client, addresses[0]).text
    assert [back(client, address).status_code for address in addresses[1:]] == [303, 303, 303]


def test_new_keys_are_fetched_once(desk: Desk, provider: Provider) -> None:
    assert through(desk.client(), provider).status_code == 303
    provider.published = [key("one"), key("two")]
    provider.sign = lambda claims: signed(claims, {"alg": "RS256", "kid": "two"}, key("two"))
    assert through(desk.client(), provider).status_code == 303
    assert provider.asked["/jwks"] == 2
    provider.sign = lambda claims: signed(claims, {"alg": "RS256", "kid": "three"}, key("three"))
    assert through(desk.client(), provider).status_code == 403
    assert provider.asked["/jwks"] == 3


def test_clocks_may_disagree_a_little(desk: Desk, provider: Provider) -> None:
    now = int(desk.clock().timestamp())
    claim(iat=now + 110, exp=now + 400)(provider)
    assert through(desk.client(), provider).status_code == 303
    claim(iat=now - 400, exp=now - 110)(provider)
    assert through(desk.client(), provider).status_code == 303


@pytest.mark.parametrize(
    ("claims", "userinfo", "said"),
    [
        ({"email": "stan@town.example", "email_verified": True}, {}, "“stan@town.example”, and the desk has"),
        ({"email": "cora@town.example", "email_verified": False}, {}, "did not say for certain who you are"),
        ({"email": "cora@town.example"}, {}, "did not say for certain who you are"),
        ({"email": "cora@town.example"}, {"email": "cora@town.example"}, "did not say for certain"),
        ({"email_verified": True}, {"email": "cora@town.example"}, "did not say for certain"),
        ({"email": ["cora@town.example"], "email_verified": True}, {}, "did not say for certain"),
        ({"email": "<b>cora\x00", "email_verified": True}, {}, "has no account of that login"),
        ({}, {}, "did not say for certain"),
        ({"email": "Cora@Town.Example", "email_verified": True}, {}, ""),
        ({}, {"email": "cora@town.example", "email_verified": "true"}, ""),
    ],
)  # fmt: skip
def test_whose_account_it_is(
    desk: Desk, provider: Provider, claims: dict[str, Any], userinfo: dict[str, Any], said: str
) -> None:
    provider.claims, provider.userinfo = claims, userinfo
    client = desk.client()
    answer = through(client, provider)
    if said:
        assert answer.status_code == 403
        refused(desk, client, provider, answer, said)
        assert "Sign in there as somebody else" in answer.text
        assert "prompt=login" in client.get("/desk/sign-in/provider?again=1").headers["Location"]
        assert len(desk.office.accounts.listed()) == 10
    else:
        assert answer.status_code == 303
        assert desk.office.accounts.find(CORA).link is not None


def test_linked_it_is_the_subjects_alone(desk: Desk, provider: Provider) -> None:
    assert through(desk.client(), provider).status_code == 303
    provider.claims = {"email": "renamed@town.example", "email_verified": True}
    assert through(desk.client(), provider).status_code == 303  # the same person
    provider.subject, provider.claims = "another", {"email": "cora@town.example", "email_verified": True}
    client = desk.client()
    answer = through(client, provider)
    assert answer.status_code == 403
    assert "linked to somebody else" in answer.text
    assert not is_in(client)
    admin = desk.client("administrator")
    assert admin.post("/desk/accounts/cora@town.example/unlink").status_code == 303
    assert admin.post("/desk/accounts/cora@town.example/unlink").status_code == 409
    assert through(client, provider).status_code == 303


def test_disabled_is_disabled(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    assert through(client, provider).status_code == 303
    desk.office.accounts.disable(CORA, actor="cli:op")
    assert not is_in(client)
    answer = through(client, provider)
    assert answer.status_code == 403
    assert "is disabled" in answer.text
    line = desk.office.audit(subject=f"account/{CORA}", last=1)[0]
    assert (line.action, line.detail["reason"]) == ("account.sign_in_failed", "sign_in.disabled")


@pytest.mark.parametrize("desk", [ROLES], indirect=True)
def test_roles_follow_the_provider(desk: Desk, provider: Provider) -> None:
    def arrives(groups: Any) -> tuple[int, tuple[str, ...]]:
        provider.claims = {"email": "cora@town.example", "email_verified": True, "groups": groups}
        if groups is None:
            del provider.claims["groups"]
        status = through(desk.client(), provider).status_code
        return status, desk.office.accounts.find(CORA).roles

    assert arrives(["legal", "Compliance staff", "fishing"]) == (303, ("staff", "approver"))
    assert arrives("legal") == (303, ("approver",))
    assert arrives(None) == (403, ("approver",))  # it does not say: nothing is changed
    assert arrives({"legal": 1}) == (403, ("approver",))
    assert arrives(["fishing", {"legal": 1}, 7]) == (403, ())
    assert arrives(["Compliance staff"]) == (303, ("staff",))
    changed = [e for e in desk.office.audit(subject=f"account/{CORA}") if e.action == "account.roles"]
    assert {line.actor for line in changed} == {"single sign-on"}
    assert desk.office.verify_audit() is None


@pytest.mark.parametrize("desk", [{"oidc_only": True}], indirect=True)
def test_where_only_the_provider_counts_no_password_does(desk: Desk, provider: Provider) -> None:
    client = desk.client()
    answer = client.sign_in("staff")
    page = client.get("/desk/sign-in").text
    assert 'name="password"' not in page
    assert answer.status_code == 403
    form = {"login": "staff", "password": "correct horse battery", "form_token": desk_token(desk, client)}
    answer = client.flask.post("/desk/sign-in", data=form)
    assert answer.status_code == 403
    assert "People sign in with Town of Madrona Hills here." in answer.text
    assert not is_in(client)
    assert through(client, provider).status_code == 303


def desk_token(desk: Desk, client: Client) -> str:
    """The token of the sign-in form, which a page without the form does not show."""
    from docservice.office.people.sessions import form_token

    client.get("/desk/sign-in")
    cookie = client.flask.get_cookie("__Host-desk-form", domain="localhost", path="/")
    assert cookie is not None
    return form_token(cookie.value)


def test_what_was_typed_waits_for_who_signs_in_elsewhere(desk: Desk, provider: Provider, clock: Clock) -> None:
    client = desk.client("cora")
    clock.wait(hours=1)
    comment = "A long comment\r\nthat nobody wants to type twice."
    page = client.post(f"/desk/templates/{KEY}/1/comments", {"path": "", "body": comment})
    assert page.status_code == 401
    assert 'target="_blank" rel="noopener"' in page.text
    sent = {"form_token": token_of(page.text), "kept-body": comment, "kept-path": "",
            "kept_to": f"/desk/templates/{KEY}/1/comments"}  # fmt: skip
    early = client.flask.post("/desk/sign-in/kept", data=sent)
    assert early.status_code == 401
    assert "Your text is still here" in early.text
    assert "that nobody wants to type twice." in early.text
    forged = client.flask.post("/desk/sign-in/kept", data={**sent, "form_token": "0" * 64})
    assert forged.status_code == 403
    assert through(client, provider, "/desk/?done=kept").headers["Location"] == "/desk/?done=kept"
    assert "waits in the other tab" in client.get("/desk/?done=kept").text
    ready = client.flask.post("/desk/sign-in/kept", data=sent)
    assert ready.status_code == 200
    assert "Nothing was lost" in ready.text
    assert f'action="/desk/templates/{KEY}/1/comments"' in ready.text
    done = client.flask.post(
        f"/desk/templates/{KEY}/1/comments", data={"form_token": token_of(ready.text), "body": comment, "path": ""}
    )
    assert done.status_code == 303
    (said,) = desk.office.review.comments(KEY, 1)
    assert said.author == "account:cora@town.example"


def test_signing_out_offers_the_provider_too(desk: Desk, provider: Provider, clock: Clock) -> None:
    client = desk.client()
    through(client, provider)
    client.token = token_of(client.get("/desk/").text)
    assert client.post("/desk/sign-out").headers["Location"] == "/desk/sign-in?bye=1"
    assert not is_in(client)
    assert "sign out there" not in client.get("/desk/sign-in?bye=1").text  # it has no such place
    provider.metadata["end_session_endpoint"] = f"{provider.issuer}/end?theme=town"
    clock.wait(hours=2)
    page = client.get("/desk/sign-in?bye=1").text
    assert f'href="{provider.issuer}/end?theme=town&amp;client_id=desk&amp;post_logout_redirect_uri=' in page


def test_not_configured_nothing_of_it_shows(shared_desk: Desk) -> None:
    client = shared_desk.client()
    assert shared_desk.office.single_sign_on is None
    assert "Sign in with" not in client.get("/desk/sign-in").text
    for address in ("/desk/sign-in/provider", "/desk/sign-in/callback?code=x&state=y"):
        assert client.get(address).status_code == 404
    admin = shared_desk.client("administrator")
    for address in ("/desk/accounts", "/desk/accounts/staff"):
        assert "ingle sign-on" not in admin.get(address).text
