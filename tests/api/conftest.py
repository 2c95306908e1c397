"""An app on the fake office, with one key per scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from docservice import api
from docservice.api import description
from docservice.app import create_app
from tests.fake_office import FakeOffice

SCOPES = ("preview", "issue", "read", "records", "packets", "review", "approve", "translate", "admin")


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
def app(office: FakeOffice) -> Flask:
    return create_app(office, max_body_megabytes=1)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def key(office: FakeOffice) -> Callable[..., dict[str, str]]:
    """``key("issue")`` gives the Authorization header of a new key with that scope."""

    def make(*scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {office.people.keys.add('+'.join(scopes), scopes, 'test')[1]}"}

    return make


@pytest.fixture
def order() -> dict[str, Any]:
    return {"template": "courtesy-letter", "casefile": {"case": {"number": "CE-2026-0001"}}}


@pytest.fixture(scope="session", autouse=True)
def _told() -> Iterator[list[str]]:
    """What applications of these tests answered that their OpenAPI document does not say."""
    untold: list[str] = []
    described: dict[str, Any] = {}  # once: every application has the same routes
    real = api.register

    def register(app: Flask, office: Any) -> None:
        real(app, office)

        @app.after_request
        def look(response: Response) -> Response:
            rule = request.url_rule
            if rule is None or not rule.rule.startswith(("/api/", "/health/", "/metrics")):
                return response
            if not described:
                # Not through the test client: another request would end this one's context.
                (held,) = app.extensions["flask-smorest"]["apis"].values()
                described.update(held["ext_obj"].openapi(app, "/")["paths"])
            method = "get" if request.method == "HEAD" else request.method.lower()
            operation = described.get(description._path_of(rule), {}).get(method)
            if operation is None:  # OPTIONS, and routes that a test made up
                return response
            told = operation["responses"].get(str(response.status_code))
            if told is None:
                untold.append(f"{request.method} {rule.rule}: {response.status_code}")
            elif response.status_code < 300 and response.mimetype not in (
                told.get("content") or {response.mimetype: 1}
            ):
                untold.append(f"{request.method} {rule.rule}: {response.status_code} as {response.mimetype}")
            return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "register", register)
        yield untold


@pytest.fixture(autouse=True)
def _every_answer_is_told(_told: list[str]) -> Iterator[None]:
    """A status that an operation gives and its description does not name fails the test that met it."""
    _told.clear()
    yield
    assert not _told
