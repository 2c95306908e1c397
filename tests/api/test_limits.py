"""How often the API may be asked: problem+json with a wait, headers with what is left, keys that are not mixed up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.app import create_app
from docservice.config import Settings
from docservice.limiting.counting import RateLimits
from tests.fake_office import FakeOffice

Key = Callable[..., dict[str, str]]


@pytest.fixture
def client(office: FakeOffice) -> FlaskClient:
    settings = Settings(
        limit_work="3/minute", limit_costly="2/minute", limit_public="4/minute", limit_verify="2/minute",
        limit_stranger="3/minute",
    )  # fmt: skip
    return create_app(office, limits=RateLimits.of(settings, lambda: 0.0)).test_client()  # type: ignore[arg-type]


def test_costly_work_of_a_key(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    mine, other = key("preview"), key("preview", "read")
    answers = [client.post("/api/v1/previews", json=order, headers=mine) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit"] for answer in answers] == [f'"costly";r={r};t=60' for r in (1, 0, 0)]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"costly";q=2;w=60'}
    problem = answers[2].get_json()
    assert (answers[2].mimetype, problem["code"]) == ("application/problem+json", "limit.costly")
    assert answers[2].headers["Retry-After"] == "60"
    assert "Try again in 60 seconds" in problem["detail"]
    # Of another kind, or of another key, or from another address: nobody else is stopped.
    assert client.get("/api/v1/templates", headers=mine).status_code == 200
    assert client.post("/api/v1/previews", json=order, headers=other).status_code == 200
    away = client.post("/api/v1/previews", json=order, headers=mine, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert away.status_code == 429


def test_what_was_refused_for_now_is_made_when_it_is_sent_again(
    office: FakeOffice, key: Key, order: dict[str, Any]
) -> None:
    """A limit uses up no idempotency key, and a replay counts as the first did, not more."""
    now = [0.0]
    limits = RateLimits.of(Settings(limit_work="2/minute"), lambda: now[0])
    client, mine = create_app(office, limits=limits).test_client(), key("issue")  # type: ignore[arg-type]
    send = {"json": order, "headers": {**mine, "Idempotency-Key": "one"}}
    other = {"json": order, "headers": {**mine, "Idempotency-Key": "two"}}
    first, replay, refused = (client.post("/api/v1/documents", **given) for given in (send, send, other))  # type: ignore[arg-type]
    assert [first.status_code, replay.status_code, refused.status_code] == [201, 201, 429]
    assert first.get_json()["id"] == replay.get_json()["id"]
    now[0] = int(refused.headers["Retry-After"])
    again = client.post("/api/v1/documents", **other)  # type: ignore[arg-type]
    assert (again.status_code, len(office.records)) == (201, 2)


def test_the_body_of_a_request_past_the_limit_is_not_read(client: FlaskClient, key: Key) -> None:
    mine = key("preview")
    for status in (400, 400, 429):
        answer = client.post("/api/v1/previews", data=b"{", headers=mine, content_type="application/json")
        assert answer.status_code == status


def test_who_has_no_key_is_counted_by_address_and_stops_nobody_who_has_one(client: FlaskClient, key: Key) -> None:
    wrong = [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}]
    statuses = [client.get("/api/v1/documents", headers=wrong[n % 3]).status_code for n in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    answer = client.get("/api/v1/documents")
    assert answer.get_json()["code"] == "limit.stranger"
    assert "WWW-Authenticate" not in answer.headers
    assert client.get("/api/v1/documents", headers=key("read")).status_code == 200
    elsewhere = client.get("/api/v1/documents", environ_base={"REMOTE_ADDR": "2001:db8::1"})
    assert elsewhere.status_code == 401


@pytest.mark.parametrize(
    ("path", "free"),
    [("/api/v1/languages", 4), ("/openapi.json", 4), ("/", 4), ("/handouts/", 4), ("/verify/CODE0000", 2)],
)
def test_what_everybody_may_read_is_counted_by_address(client: FlaskClient, path: str, free: int) -> None:
    statuses = [client.get(path).status_code for _ in range(free + 1)]
    assert 429 not in statuses[:-1]
    answer = client.get(path)
    assert answer.status_code == statuses[-1] == 429
    assert answer.headers["Retry-After"] == "60"
    # An address of the same IPv6 network is the same, another network is not.
    for address, expected in (("2001:db8::1", False), ("2001:db8:0:1::1", False)):
        answer = client.get(path, environ_base={"REMOTE_ADDR": address})
        assert (answer.status_code == 429) is expected
    for _ in range(free - 1):
        client.get(path, environ_base={"REMOTE_ADDR": "2001:db8::2"})
    assert client.get(path, environ_base={"REMOTE_ADDR": "2001:db8::3"}).status_code == 429


def test_a_page_past_the_limit_says_so_in_words(client: FlaskClient) -> None:
    for _ in range(2):
        client.get("/verify/CODE0000")
    page = client.get("/verify/CODE0000")
    assert "Too many codes were asked for from this address. Try again in 60 seconds." in page.text
    assert page.mimetype == "text/html"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/health/live", "/health/ready", "/metrics", "/assets/site.css", "/desk/assets/desk.css"]
)
def test_what_is_never_limited(client: FlaskClient, path: str) -> None:
    assert {client.get(path).status_code for _ in range(30)} == {200}
    assert client.get(path).status_code == 200
    assert "RateLimit" not in client.get(path).headers
