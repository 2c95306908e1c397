"""Whose word on who asks is believed: the real server, with forged headers, with and without a proxy before it."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from flask import Flask, request

from docservice.app import create_app
from docservice.config import Settings
from docservice.limiting.counting import RateLimits
from tests.fake_office import FakeOffice
from tests.serving import serving

FORGED = [
    {"X-Forwarded-For": "203.0.113.{n}"},
    {"X-Forwarded-For": "203.0.113.{n}, 198.51.100.{n}"},
    {"Forwarded": "for=203.0.113.{n}"},
    {"X-Real-IP": "203.0.113.{n}", "Client-IP": "203.0.113.{n}", "True-Client-IP": "203.0.113.{n}"},
    {"X_Forwarded_For": "203.0.113.{n}"},
    {"X-Forwarded-By": "203.0.113.{n}"},
]


def an_app() -> Flask:
    app = create_app(FakeOffice(), limits=RateLimits.of(Settings(limit_verify="3/minute")))  # type: ignore[arg-type]

    @app.get("/who")
    def who() -> dict[str, str | None]:
        return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}

    return app


def ask(port: int, path: str, headers: dict[str, str], n: int = 0) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={name: value.replace("{n}", str(n)) for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def alone() -> Iterator[int]:
    with serving(an_app()) as port:
        yield port


@pytest.mark.parametrize("headers", FORGED, ids=lambda headers: next(iter(headers)))
def test_nobody_escapes_a_limit_by_a_header(alone: int, headers: dict[str, str]) -> None:
    statuses = [ask(alone, "/verify/CODE0000", headers, n)[0] for n in range(4)]
    assert statuses == [404, 404, 404, 429]


def test_without_a_proxy_no_header_is_believed(alone: int) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    said = json.loads(ask(alone, "/who", forged)[1])
    assert said == {"address": "127.0.0.1", "scheme": "http", "host": f"127.0.0.1:{alone}"}


def test_a_proxy_that_is_not_the_trusted_one_is_nobody() -> None:
    with serving(an_app(), trusted_proxy="192.0.2.1") as port:
        said = json.loads(ask(port, "/who", {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"})[1])
    assert (said["address"], said["scheme"]) == ("127.0.0.1", "http")


def test_behind_a_trusted_proxy_address_scheme_and_host_are_the_clients() -> None:
    with serving(an_app(), trusted_proxy="127.0.0.1") as port:
        headers = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "town.example"}
        assert json.loads(ask(port, "/who", headers)[1]) == {
            "address": "203.0.113.7", "scheme": "https", "host": "town.example",
        }  # fmt: skip
        assert json.loads(ask(port, "/who", {"X-Forwarded-For": "2001:db8::7"})[1])["address"] == "2001:db8::7"
        assert json.loads(ask(port, "/who", {"Forwarded": "for=203.0.113.7"})[1])["address"] == "127.0.0.1"


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_client_says_to_the_proxy_is_not_believed(count: int) -> None:
    """A proxy adds the address it sees at the end: what stands before that, the client has made up."""
    ours = ", 198.51.100.20" if count == 1 else ", 198.51.100.20, 192.0.2.8"
    with serving(an_app(), trusted_proxy="127.0.0.1", trusted_proxies=count) as port:
        made_up = {"X-Forwarded-For": "203.0.113.{n}" + ours}
        assert [ask(port, "/verify/CODE0000", made_up, n)[0] for n in range(4)] == [404, 404, 404, 429]
        assert json.loads(ask(port, "/who", made_up)[1])["address"] == "198.51.100.20"
        # And two people behind the proxy are two.
        other = {"X-Forwarded-For": ours.replace(".20", ".21").removeprefix(", ")}
        assert ask(port, "/verify/CODE0000", other)[0] == 404


def test_https_stays_https_where_the_trusted_proxy_says_so() -> None:
    """RFC 6797: the header is of answers over https alone, and nobody but the trusted proxy says that it is one."""
    header = "Strict-Transport-Security"
    for trusted, told in (("127.0.0.1", True), ("192.0.2.1", False), ("", False)):
        with serving(an_app(), trusted_proxy=trusted) as port:
            for path in ("/", "/assets/site.css", "/health/live", "/nowhere", "/api/v1/documents"):
                for scheme in ("https", "http"):
                    request = urllib.request.Request(
                        f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-Proto": scheme}
                    )
                    try:
                        answer = urllib.request.urlopen(request, timeout=10)
                    except urllib.error.HTTPError as error:
                        answer = error
                    with answer:
                        found = answer.headers.get(header)
                    assert (found is not None) is (told and scheme == "https"), (trusted, path, scheme)
                    assert found is None or int(found.removeprefix("max-age=")) > 180 * 24 * 3600
