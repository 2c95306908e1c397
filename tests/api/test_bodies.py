"""What a caller may send, and how each kind of nonsense is refused."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from docservice.api.bodies import parse
from docservice.refusal import Refusal
from tests.fake_office import FakeOffice

Key = Callable[..., dict[str, str]]
URL = "/api/v1/previews"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number"),
        (rb'{"a": "\ud800"}', "half a character"),
        (b"[1]", "object"),
        (b'"text"', "object"),
    ],
)
def test_malformed_json_is_400(client: FlaskClient, key: Key, body: bytes, detail: str) -> None:
    answer = client.post(URL, data=body, headers=key("preview"), content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "request.malformed")
    assert detail in answer.get_json()["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None])
def test_wrong_content_type_is_415(client: FlaskClient, key: Key, content_type: str | None) -> None:
    answer = client.post(URL, data=b"{}", headers=key("preview"), content_type=content_type)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "request.unsupported_media_type")


def test_every_wrong_field_is_named_at_once(client: FlaskClient, key: Key) -> None:
    body = {
        "template": 7,
        "on": "9999-01-01",
        "about": "\0",
        "version": "1",
        "attachments": {"a/b.jpg": "!"},
        "colour": "red",
    }
    answer = client.post(URL, json=body, headers=key("preview"))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == {
        "/template", "/casefile", "/on", "/about", "/version", "/attachments/a~1b.jpg", "/colour",
    }  # fmt: skip


def test_a_body_over_the_limit_is_413_by_its_length_alone(client: FlaskClient, key: Key) -> None:
    answer = client.post(
        URL,
        input_stream=io.BytesIO(b"not read"),
        environ_overrides={"CONTENT_LENGTH": str(50 * 2**20)},
        content_type="application/json",
        headers=key("preview"),
    )
    assert (answer.status_code, answer.get_json()["code"]) == (413, "request.too_large")
    assert "at most 1 MB" in answer.get_json()["detail"]


def test_a_packet_may_be_larger_than_an_order(client: FlaskClient, key: Key) -> None:
    body = b" " * (2 * 2**20) + b"{}"
    answer = client.post("/api/v1/packets", data=body, content_type="application/json", headers=key("packets"))
    assert answer.status_code == 422
    body = b" " * (11 * 2**20)
    answer = client.post("/api/v1/packets", data=body, content_type="application/json", headers=key("packets"))
    assert answer.status_code == 413


@pytest.mark.parametrize("how", ["base64", "field", "file"])
def test_attachments_inline_or_as_parts(
    client: FlaskClient, key: Key, office: FakeOffice, order: dict[str, Any], how: str
) -> None:
    photo = b"\xff\xd8 a photo"
    if how == "base64":
        sent: dict[str, Any] = {"json": {**order, "attachments": {"a.jpg": base64.b64encode(photo).decode()}}}
    else:
        text = json.dumps(order)
        part: Any = text if how == "field" else (io.BytesIO(text.encode()), "order.json", "application/json")
        sent = {"data": {"order": part, "photos": [(io.BytesIO(photo), "a.jpg"), (io.BytesIO(b"b"), "b.jpg")]}}
    assert client.post(URL, headers=key("preview"), **sent).status_code == 200
    assert office.orders[-1].attachments["a.jpg"] == photo


def test_multipart_that_is_not_whole(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    headers = key("preview")
    none = client.post(URL, data={"x": (io.BytesIO(b"1"), "a.jpg")}, headers=headers)
    assert (none.status_code, "“order”" in none.get_json()["detail"]) == (400, True)
    twice = {"order": json.dumps(order), "x": [(io.BytesIO(b"1"), "a.jpg"), (io.BytesIO(b"2"), "a.jpg")]}
    answer = client.post(URL, data=twice, headers=headers)
    assert answer.get_json()["errors"][0]["pointer"] == "/attachments/a.jpg"


texts = st.text(st.characters(exclude_categories=("Cs",)))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30) + 1, 10**30 - 1) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
)


@given(json_values)
def test_parse_reads_all_json(value: Any) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_parse_reads_or_refuses_any_bytes(data: bytes) -> None:
    refused = ""
    try:
        parse(data)
    except Refusal as refusal:
        refused = refusal.kind
    assert refused in ("", "malformed")
