"""Previews, templates, languages, handouts, packets, OpenAPI, health and metrics."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.api.negotiation import DOCX, PDF
from tests.fake_office import FakeOffice

Key = Callable[..., dict[str, str]]
PLAN = {
    "title": "Hearing packet",
    "case": "CE-2026-0001",
    "parts": [{"generated": "cover"}, {"file": "log.pdf", "title": "Noise log"}],
}


def test_a_preview_as_json_tells_findings_pages_and_text(
    client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice
) -> None:
    order["casefile"]["refuse"] = True
    body = client.post("/api/v1/previews", json=order, headers=key("preview")).get_json()
    assert (body["pages"], body["html"], body["version"]) == (1, "<article>draft</article>", 1)
    assert body["findings"][0]["severity"] == "error"
    assert not office.records


@pytest.mark.parametrize("media_type", [PDF, DOCX, "text/html"])
def test_a_preview_in_every_face(client: FlaskClient, key: Key, order: dict[str, Any], media_type: str) -> None:
    answer = client.post("/api/v1/previews", json=order, headers=key("preview") | {"Accept": media_type})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Type"].count("charset") == (1 if media_type == "text/html" else 0)
    assert answer.headers["Docservice-Findings"] == "errors=0, warnings=1"
    assert answer.headers["Cache-Control"] == "no-store"
    if media_type == "text/html":
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_templates_and_versions(client: FlaskClient, key: Key) -> None:
    headers = key("preview")
    items = client.get("/api/v1/templates", headers=headers).get_json()["items"]
    assert "courtesy-letter" in [item["key"] for item in items]
    one = client.get("/api/v1/templates/courtesy-letter", headers=headers).get_json()
    assert one["languages"] == ["en", "es"]
    versions = client.get("/api/v1/templates/courtesy-letter/versions", headers=headers).get_json()["items"]
    assert versions == [client.get("/api/v1/templates/courtesy-letter/versions/1", headers=headers).get_json()]
    for path in (
        "/nothing",
        "/nothing/versions",
        "/courtesy-letter/versions/2",
        "/courtesy-letter/versions/x",
        f"/courtesy-letter/versions/{10**30}",
    ):
        assert client.get(f"/api/v1/templates{path}", headers=headers).status_code == 404


def test_languages_say_what_is_offered(client: FlaskClient) -> None:
    items = {item["tag"]: item for item in client.get("/api/v1/languages").get_json()["items"]}
    assert items["ar"]["direction"] == "rtl"
    assert items["ar"]["templates"] == ["fences-and-hedges"]


def test_handouts_for_everybody(client: FlaskClient) -> None:
    (item,) = client.get("/api/v1/handouts").get_json()["items"]
    url = item["links"]["zh-Hant"]
    assert client.get(url).mimetype == "text/html"
    assert client.get(url, headers={"Accept": PDF}).data.startswith(b"%PDF")
    assert client.get(url, headers={"Accept": DOCX}).status_code == 406
    assert client.get("/api/v1/handouts/fences-and-hedges/ko").get_json()["code"] == "language.unavailable"


@pytest.mark.parametrize("how", ["json", "multipart"])
def test_packets(client: FlaskClient, key: Key, how: str) -> None:
    headers = key("packets")
    if how == "json":
        made = client.post("/api/v1/packets", json={"plan": PLAN, "files": {"log.pdf": "JVBERg=="}}, headers=headers)
    else:
        data = {"plan": json.dumps(PLAN), "files": (io.BytesIO(b"%PDF"), "log.pdf")}
        made = client.post("/api/v1/packets", data=data, headers=headers)
    assert made.status_code == 201
    body = made.get_json()
    assert body["entries"][0]["label"] == "A"
    url = made.headers["Location"]
    assert client.get(url, headers=headers).get_json() == body
    assert client.get(url, headers=headers | {"Accept": PDF}, buffered=True).data.startswith(b"%PDF")
    assert len(client.get("/api/v1/packets", headers=headers).get_json()["items"]) == 1


def test_a_wrong_plan_points_into_the_plan(client: FlaskClient, key: Key) -> None:
    headers = key("packets")
    broken = {"plan": {**PLAN, "parts": [{"file": "log.pdf"}]}}
    error = client.post("/api/v1/packets", json=broken, headers=headers).get_json()
    assert error["errors"][0]["pointer"] == "/plan/parts/0/title"
    absent = client.post("/api/v1/packets", json={"plan": PLAN}, headers=headers).get_json()
    assert absent["errors"][0]["pointer"] == "/plan/parts/1/file"


def test_health_and_metrics(client: FlaskClient, office: FakeOffice) -> None:
    assert client.get("/health/live").get_json()["status"] == "ok"
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.get_json()["rendering"]) == (200, {"processes": 2, "warm": 1})
    client.get("/api/v1/templates/secret-name")  # no key
    text = client.get("/metrics").text
    assert 'docservice_requests_total{method="GET",route="/health/live",status="200"} 1.0' in text
    assert "docservice_request_seconds_bucket" in text
    assert 'docservice_refusals_total{code="access.key_missing"} 1.0' in text
    assert "secret-name" not in text
    assert "docservice_numbers_open 3.0" in text
    assert "docservice_rendering_processes_warm 1.0" in text
    office.warmth.under_way = True
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "service.warming")
    assert answer.headers["Retry-After"] == "1"
    office.warmth.under_way = False

    def broken() -> None:
        raise OSError("disk on fire")

    office.archive.ready = broken
    answer = client.get("/health/ready")
    assert (answer.status_code, "fire" in answer.text) == (503, False)
