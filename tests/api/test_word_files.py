"""Wording in Word files over HTTP, on a real office."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.api.negotiation import DOCX
from docservice.app import create_app
from docservice.office import Office
from tests.office.reviewed import KEY, an_office, people
from tests.wording.word.making import TITLE, docx, field, p, tracked

URL = f"/api/v1/templates/{KEY}"
CHANGE = ("We hope this letter helps you put it right.", "Please put it right.")


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:  # type: ignore[override]
    with an_office(tmp_path / "home", fonts_folder) as opened:
        people(opened)
        yield opened


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return create_app(office).test_client()


@pytest.fixture
def headers(office: Office) -> dict[str, str]:
    return {"Authorization": f"Bearer {office.add_key('tool', ['review', 'read'], 'cli:op', 'cora')[1]}"}


def sent(data: bytes) -> dict[str, str]:
    return {"letter.docx": base64.b64encode(data).decode()}


def test_out_and_in(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.get(f"{URL}/versions/1/word", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, DOCX)
    assert "courtesy-letter-1.docx" in answer.headers["Content-Disposition"]
    assert client.get(f"{URL}/versions/1/word", headers={**headers, "Accept": "application/pdf"}).status_code == 406
    data = tracked(answer.data, *CHANGE)
    read = client.post(f"{URL}/word", json={"files": sent(data)}, headers=headers).get_json()
    assert CHANGE[1] in read["files"]["letter.html"]
    assert [finding["code"] for finding in read["findings"]] == ["word.tracked"]
    assert read["pictures"] == []
    proposed = client.post(f"{URL}/versions/from-word", json={"note": "x", "files": sent(data)}, headers=headers)
    assert proposed.status_code == 201, proposed.text
    body = proposed.get_json()
    assert (body["number"], body["author"], body["based_on"], body["status"]) == (2, "account:cora", 1, "draft")
    assert body["findings"][0]["place"] == "letter.docx:1"
    assert proposed.headers["ETag"] == f'"{body["etag"]}"'
    assert proposed.headers["Location"].endswith("/versions/2")


def test_as_multipart(client: FlaskClient, headers: dict[str, str]) -> None:
    data = tracked(client.get(f"{URL}/versions/1/word", headers=headers).data, *CHANGE)
    form: dict[str, Any] = {"proposal": json.dumps({"note": "x", "keep": True}), "file": (io.BytesIO(data), "a.docx")}
    assert client.post(f"{URL}/versions/from-word", data=form, headers=headers).get_json()["number"] == 2


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"note": "x", "files": {}}, 422, "request.invalid", "/files"),
        ({"note": "x", "files": {"a": "", "b": ""}}, 422, "request.invalid", "/files"),
        ({"files": sent(docx(TITLE))}, 422, "request.invalid", "/note"),
        ({"note": "x", "keep": "yes", "files": sent(docx(TITLE))}, 422, "request.invalid", "/keep"),
        ({"note": "x", "based_on": 7, "files": sent(docx(TITLE))}, 404, "template.unknown", None),
        ({"note": "x", "files": sent(docx(TITLE, p(field("DDEAUTO x"))))}, 422, "word.refused", None),
        ({"note": "x", "files": sent(docx(TITLE, p("{{ case. }}")))}, 422, "word.invalid", None),
        ({"note": "x", "files": sent(docx(TITLE, p("a" * 60_000)))}, 413, "word.too_large", None),
    ],
)  # fmt: skip
def test_what_will_not_do(
    client: FlaskClient, headers: dict[str, str], body: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    answer = client.post(f"{URL}/versions/from-word", json=body, headers=headers)
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (status, code), answer.text
    if pointer is not None:
        assert told["errors"][0]["pointer"] == pointer
