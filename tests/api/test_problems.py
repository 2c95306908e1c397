"""Errors are problem+json with a stable code, and tell nothing of the machine."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docservice.api.problems import STATUS_OF_KIND, describe
from docservice.finding import Finding
from docservice.refusal import Refusal

Key = Callable[..., dict[str, str]]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "request.not_found"),
        ("DELETE", "/api/v1/documents", 405, "request.method_not_allowed"),
        ("GET", "/api/v1/handouts/%00/en", 404, "request.not_found"),
        ("GET", "/api/v1/languages?x=%00", 400, "request.control_character"),
        ("GET", "/health/nothing", 404, "request.not_found"),
    ],
)
def test_http_errors(client: FlaskClient, method: str, path: str, status: int, code: str) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    body = answer.get_json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:docservice:problem:{code}")
    assert len(body["trace_id"]) == 32
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_a_defect_shows_a_trace_id_and_nothing_else(
    client: FlaskClient, key: Key, order: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    order["casefile"]["crash"] = True
    with caplog.at_level(logging.ERROR, logger="docservice.api"):
        answer = client.post("/api/v1/previews", json=order, headers=key("preview"))
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.get_json()["trace_id"] in caplog.text


def test_the_callers_trace_goes_on(client: FlaskClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = client.get("/api/v1/nothing", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.get_json()["trace_id"] == answer.headers["Trace-Id"] == trace


@pytest.mark.parametrize("kind", [*STATUS_OF_KIND, "something new"])
def test_every_kind_of_refusal_has_its_status(app: Flask, kind: str) -> None:
    def refuse() -> None:
        raise Refusal("a.b", "No.", kind=kind)

    refuse.access = frozenset()  # type: ignore[attr-defined]
    app.add_url_rule("/api/v1/refuse", view_func=refuse)
    answer = app.test_client().get("/api/v1/refuse")
    assert answer.status_code == STATUS_OF_KIND.get(kind, 422)
    assert answer.get_json()["code"] == "a.b"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/violations/2/observed_on", {"pointer": "/casefile/violations/2/observed_on"}),
        ("/casefile", {"pointer": "/casefile"}),
        ("/recipient/mailing_name", {"place": "/recipient/mailing_name"}),
        ("/town/phone", {"place": "/town/phone"}),
        ("/attachments/a.jpg", {"pointer": "/attachments/a.jpg"}),
        ("/recipient", {"pointer": "/recipient"}),
        ("?page", {"parameter": "page"}),
        ("page 3", {"place": "page 3"}),
        ("", {}),
    ],
)
def test_places(app: Flask, place: str, expected: dict[str, str]) -> None:
    with app.test_request_context("/"):
        assert describe(Finding.error("c", "m", place)) == {"code": "c", "detail": "m", **expected}
