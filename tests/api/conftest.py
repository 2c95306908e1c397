"""An app on the fake office, with one key per scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

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
        return {"Authorization": f"Bearer {office.add_key('+'.join(scopes), scopes, 'test')[1]}"}

    return make


@pytest.fixture
def order() -> dict[str, Any]:
    return {"template": "courtesy-letter", "casefile": {"case": {"number": "CE-2026-0001"}}}
