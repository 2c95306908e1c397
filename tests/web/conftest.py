"""The public pages on the fake office."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from docservice.app import create_app
from docservice.pipeline.order import Order
from tests.fake_office import FakeOffice, Record


@pytest.fixture
def office() -> FakeOffice:
    return FakeOffice()


@pytest.fixture
def client(office: FakeOffice) -> FlaskClient:
    return create_app(office).test_client()  # type: ignore[arg-type]


@pytest.fixture
def issued(office: FakeOffice) -> Record:
    return office.issue(Order("notice-of-violation", {"case": {"number": "CE-2026-0001"}}), actor="test")
