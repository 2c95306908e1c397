"""Translations over HTTP, on a real office: the same rules for a translator's own tool as for the desk."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docservice.app import create_app
from docservice.office import Office
from tests.office.reviewed import KEY, an_office, people

URL = f"/api/v1/translations/{KEY}/es"
Send = Callable[..., Any]


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:  # type: ignore[override]
    with an_office(tmp_path / "home", fonts_folder) as opened:
        people(opened)
        yield opened


@pytest.fixture
def send(office: Office) -> Send:
    """``send("tia", "POST", url, json=…)`` acts by a key of tia's; ``tool`` by one of nobody's."""
    client = create_app(office).test_client()
    made: dict[str, str] = {}

    def act(login: str, method: str, url: str, **more: Any) -> Any:
        if login not in made:
            made[login] = office.people.keys.add(login, ["translate"], "cli:op", None if login == "tool" else login)[1]
        return client.open(url, method=method, headers={"Authorization": f"Bearer {made[login]}"}, **more)

    return act


def test_the_whole_way(send: Send, office: Office) -> None:
    listed = send("tool", "GET", "/api/v1/translations?language=es").get_json()["items"]
    one = next(item for item in listed if item["template"] == KEY)
    assert (one["version"], one["draft"], one["approved"], one["offered"]) == (1, one["total"], 0, True)
    sheet = send("tool", "GET", URL).get_json()
    first = sheet["strings"][0]
    assert (first["state"], first["english"], sheet["direction"]) == (
        "draft",
        "A friendly letter about your property",
        "ltr",
    )
    assert (first["paths"], first["redline"], first["findings"]) == (["h1[1]"], [], [])
    draft = {"id": first["id"], "seen": first["etag"], "translation": ["Una carta amable sobre su propiedad"]}
    saved = send("tool", "POST", f"{URL}/drafts", json={"strings": [draft]})
    assert saved.status_code == 200, saved.text
    now = saved.get_json()["strings"][0]
    assert (now["translation"], now["translated_by"]) == (draft["translation"], "key:tool")
    assert send("tool", "POST", f"{URL}/drafts", json={"strings": [draft]}).status_code == 409  # it has changed since
    order = {"on_behalf_of": "tia", "strings": [{"id": now["id"], "seen": now["etag"]}]}
    approved = send("tia", "POST", f"{URL}/approvals", json=order).get_json()
    assert (approved["progress"]["approved"], approved["strings"][0]["approved_by"]) == (1, "account:tia")
    assert [s["id"] for s in send("tia", "GET", f"{URL}?state=approved").get_json()["strings"]] == [now["id"]]
    order["strings"][0]["seen"] = approved["strings"][0]["etag"]
    again = send("tia", "POST", f"{URL}/reopenings", json={**order, "reason": "Too friendly."})
    assert again.get_json()["progress"]["approved"] == 0
    assert office.verify_audit() is None


def test_an_approval_needs_the_person_the_key_acts_for(send: Send) -> None:
    one = send("tia", "GET", URL).get_json()["strings"][0]
    strings = [{"id": one["id"], "seen": one["etag"]}]
    for login, named, code in (
        ("tool", "tia", "approval.person"), ("rae", "tia", "approval.person"), ("cora", "cora", "access.role"),
    ):  # fmt: skip
        answer = send(login, "POST", f"{URL}/approvals", json={"on_behalf_of": named, "strings": strings})
        assert (answer.status_code, answer.get_json()["code"]) == (403, code)
    assert send("rae", "POST", f"{URL}/approvals", json={"on_behalf_of": "rae", "strings": strings}).status_code == 200


@pytest.mark.parametrize(
    ("format", "media_type"), [("po", "text/x-gettext-translation"), ("xliff", "application/x-xliff+xml")]
)
@pytest.mark.parametrize("multipart", [True, False])
def test_files(send: Send, format: str, media_type: str, multipart: bool) -> None:
    made = send("tool", "GET", f"{URL}/file?format={format}")
    assert (made.status_code, made.mimetype) == (200, media_type)
    assert made.headers["Content-Disposition"].startswith(f'attachment; filename="{KEY}-1.es.')
    text = made.data.decode().replace("Lo que vimos", "Lo que hemos visto")
    name, details = f"back.{format}", {"version": 1}

    def back(content: str) -> Any:
        if multipart:
            data = {"details": json.dumps(details), "file": (io.BytesIO(content.encode()), name)}
            return send("tool", "POST", f"{URL}/file", data=data)
        files = {name: base64.b64encode(content.encode()).decode()}
        return send("tool", "POST", f"{URL}/file", json={**details, "files": files})

    taken = back(text)
    assert taken.status_code == 200, taken.text
    assert (len(taken.get_json()["saved"]), taken.get_json()["foreign"]) == (1, [])
    refused = back(text.replace("Lo que hemos visto", "Lo que vimos en 3 días"))
    assert (refused.status_code, refused.get_json()["code"]) == (422, "translation.unsound")
    (error,) = refused.get_json()["errors"]
    assert error["code"] == "translation.figure"
    assert "back." in json.dumps(error)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/nothing/es", None, 404, "template.unknown"),
        ("GET", f"/{KEY}/fr", None, 404, "language.unknown"),
        ("GET", f"/{KEY}/es?version=9", None, 404, "template.unknown"),
        ("GET", f"/{KEY}/es?state=fine", None, 422, "request.invalid"),
        ("POST", f"/{KEY}/es/drafts", {"strings": []}, 422, "request.invalid"),
        ("POST", f"/{KEY}/es/drafts", {"strings": [{"id": "x", "translation": ["y"]}]}, 422, "request.invalid"),
        (
            "POST", f"/{KEY}/es/drafts", {"strings": [{"id": "x", "seen": "z", "translation": ["y"]}]}, 422,
            "translation.unknown",
        ),
        ("POST", f"/{KEY}/es/file", {"files": {"a.po": "eA=="}}, 422, "translation.broken"),
        ("POST", f"/{KEY}/es/file", {"files": {}}, 422, "request.invalid"),
    ],
)  # fmt: skip
def test_what_is_refused(send: Send, method: str, path: str, body: Any, status: int, code: str) -> None:
    answer = send("tool", method, f"/api/v1/translations{path}", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
