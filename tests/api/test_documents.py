"""Issuing, reading and changing documents over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.api.negotiation import DOCX, PDF
from tests.fake_office import FakeOffice

Key = Callable[..., dict[str, str]]
URL = "/api/v1/documents"


@pytest.fixture
def issued(client: FlaskClient, key: Key, order: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = client.post(URL, json=order, headers=key("issue")).get_json()
    return body


def test_issue_answers_with_ids_and_status_in_the_body_too(
    client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice
) -> None:
    answer = client.post(URL, json={**order, "language": "es", "on": "2026-06-02"}, headers=key("issue"))
    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["number"], body["status"], body["issued_on"]) == ("NOV-2026-0001", "issued", "2026-06-02")
    assert (body["pages"], body["sheets"], body["duplex"]) == (1, 1, False)
    assert answer.headers["Location"] == f"{URL}/{body['id']}"
    assert answer.headers["ETag"] == f'"{body["etag"]}"'
    assert office.orders[-1].language == "es"


def test_failed_checks_refuse_with_code_and_pointer(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    order["casefile"]["refuse"] = True
    answer = client.post(URL, json=order, headers=key("issue"))
    assert answer.status_code == 422
    body = answer.get_json()
    assert body["code"] == "checks.failed"
    assert body["errors"] == [
        {"code": "checks.cap", "detail": "The fine is over its cap.", "pointer": "/casefile/citations/0/fine"}
    ]


@pytest.mark.parametrize("by", ["header", "field"])
def test_the_same_idempotency_key_gives_the_same_document(
    client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice, by: str
) -> None:
    headers = key("issue") | ({"Idempotency-Key": "k1"} if by == "header" else {})
    body = order | ({"idempotency_key": "k1"} if by == "field" else {})
    first, second = (client.post(URL, json=body, headers=headers) for _ in range(2))
    assert first.get_json()["id"] == second.get_json()["id"]
    assert len(office.records) == 1
    assert [one.headers.get("Idempotent-Replayed") for one in (first, second)] == [None, "true"]
    other = client.post(URL, json={**body, "language": "es"}, headers=headers)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency.reused")


def test_two_different_idempotency_keys_are_refused(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    headers = key("issue") | {"Idempotency-Key": "a"}
    answer = client.post(URL, json={**order, "idempotency_key": "b"}, headers=headers)
    assert answer.get_json()["errors"][0]["pointer"] == "/idempotency_key"


@pytest.mark.parametrize("empty", ["", "   ", "\t"])
@pytest.mark.parametrize("path", [URL, f"{URL}/x/supersede", "/api/v1/packets"])
def test_an_empty_idempotency_key_is_refused(
    client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice, path: str, empty: str
) -> None:
    headers = key("admin") | {"Idempotency-Key": empty, "If-Match": "*"}
    body = {"plan": {}} if path.endswith("packets") else order | ({"reason": "r"} if path.endswith("sede") else {})
    answer = client.post(path, json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == "Idempotency-Key"
    assert not office.records


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        (PDF, PDF),
        (DOCX, DOCX),
        ("text/html", "text/html"),
        ("text/html;q=0.5, application/pdf", PDF),
    ],
)
@pytest.mark.parametrize("by", ["id", "number"])
def test_accept_decides_the_face(
    client: FlaskClient, key: Key, issued: dict[str, Any], accept: str | None, media_type: str, by: str
) -> None:
    answer = client.get(f"{URL}/{issued[by]}", headers=key("read") | ({"Accept": accept} if accept else {}))
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Type"].count("charset") == (1 if media_type == "text/html" else 0)
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["ETag"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", URL), ("GET", f"{URL}/x"), ("POST", URL), ("POST", "/api/v1/previews"), ("GET", "/api/v1/packets")],
)
def test_what_cannot_be_had_is_406_before_any_work(
    client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice, method: str, path: str
) -> None:
    headers = key("admin") | {"Accept": "image/png"}
    answer = client.open(path, method=method, json=order if method == "POST" else None, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (406, "request.not_acceptable")
    assert not office.orders


def test_if_none_match(client: FlaskClient, key: Key, issued: dict[str, Any]) -> None:
    headers = key("read")
    for accept in ("application/json", PDF):
        first = client.get(f"{URL}/{issued['id']}", headers=headers | {"Accept": accept})
        match = {"Accept": accept, "If-None-Match": first.headers["ETag"]}
        again = client.get(f"{URL}/{issued['id']}", headers=headers | match)
        assert (again.status_code, again.data) == (304, b"")


def test_void_needs_the_state_that_was_seen(client: FlaskClient, key: Key, issued: dict[str, Any]) -> None:
    headers, url, body = key("issue"), f"{URL}/{issued['id']}/void", {"reason": "wrong address"}
    assert client.post(url, json=body, headers=headers).status_code == 428
    assert client.post(url, json=body, headers=headers | {"If-Match": '"stale"'}).status_code == 412
    match = headers | {"If-Match": f'"{issued["etag"]}"'}
    done = client.post(url, json=body, headers=match)
    assert (done.status_code, done.get_json()["status"]) == (200, "void")
    assert done.get_json()["void_reason"] == "wrong address"
    assert client.post(url, json=body, headers=match).status_code == 412
    fresh = headers | {"If-Match": done.headers["ETag"]}
    assert client.post(url, json=body, headers=fresh).status_code == 409


def test_supersede(client: FlaskClient, key: Key, issued: dict[str, Any], order: dict[str, Any]) -> None:
    url, headers = f"{URL}/{issued['number']}/supersede", key("issue")
    body = {**order, "reason": "corrected parcel"}
    assert client.post(url, json=body, headers=headers).status_code == 428
    made = client.post(url, json=body, headers=headers | {"If-Match": "*"})
    assert made.status_code == 201
    assert made.get_json()["supersedes"] == issued["id"]
    old = client.get(f"{URL}/{issued['id']}", headers=key("read"))
    assert old.get_json()["status"] == "superseded"
    assert old.headers["Link"] == f'<{URL}/{made.get_json()["id"]}>; rel="successor-version"'


def test_reproduce(client: FlaskClient, key: Key, issued: dict[str, Any]) -> None:
    answer = client.post(f"{URL}/{issued['number']}/reproduce", headers=key("read"))
    assert answer.get_json() == {"identical": True, "expected": issued["sha256"], "actual": issued["sha256"]}


def test_pages_are_linked_in_header_and_body(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    headers = key("issue", "read")
    for _ in range(5):
        client.post(URL, json=order, headers=headers)
    answer = client.get(f"{URL}?page=2&per_page=2&case=CE-2026-0001", headers=headers)
    body = answer.get_json()
    assert [d["number"] for d in body["items"]] == ["NOV-2026-0003", "NOV-2026-0002"]
    assert (body["total"], body["page"], body["pages"]) == (5, 2, 3)
    assert body["links"]["next"] == f"{URL}?case=CE-2026-0001&page=3&per_page=2"
    for relation in ("first", "prev", "next", "last"):
        assert f'<{body["links"][relation]}>; rel="{relation}"' in answer.headers["Link"]
    last = client.get(body["links"]["last"], headers=headers).get_json()
    assert "next" not in last["links"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("page=0", "page"), ("per_page=1000", "per_page"), ("status=lost", "status"), ("colour=red", "colour")],
)
def test_a_wrong_query_names_the_parameter(client: FlaskClient, key: Key, query: str, parameter: str) -> None:
    answer = client.get(f"{URL}?{query}", headers=key("read"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == parameter


def test_unknown_document(client: FlaskClient, key: Key) -> None:
    answer = client.get(f"{URL}/NOV-2026-9999", headers=key("read"))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "document.unknown")


def test_a_document_is_its_issuers(client: FlaskClient, office: FakeOffice, key: Key, order: dict[str, Any]) -> None:
    """A key that may only issue sees and changes what was issued under its name; more takes a scope that says so."""
    made = {name: office.people.keys.add(name, scopes, "test")[1] for name, scopes in {
        "permits": ("issue",), "parking": ("issue",), "auditor": ("read",), "desk": ("issue", "read"),
        "registrar": ("issue", "records"), "reader": ("records",),
    }.items()}  # fmt: skip

    def ask(name: str, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {made[name]}", "If-Match": "*"}
        return client.open(f"{URL}{path}", method=method, headers=headers, **more)

    one = ask("permits", "POST", "", json=order).get_json()
    other = ask("parking", "POST", "", json=order).get_json()
    again = office.people.keys.add("permits", ("issue",), "test")[1]  # another key of the same name: its successor
    assert client.get(f"{URL}/{one['id']}", headers={"Authorization": f"Bearer {again}"}).status_code == 200
    for path in (f"/{one['id']}", f"/{one['number']}"):
        assert ask("permits", "GET", path).status_code == 200
        assert (ask("parking", "GET", path).status_code, ask("parking", "GET", path).get_json()["code"]) == (
            404, "document.unknown",
        )  # fmt: skip
        for name in ("auditor", "desk", "registrar", "reader"):
            assert ask(name, "GET", path).status_code == 200, name
    for name, seen in (("permits", 1), ("parking", 1), ("auditor", 2), ("desk", 2), ("registrar", 2), ("reader", 2)):
        assert ask(name, "GET", "").get_json()["total"] == seen, name
    assert ask("parking", "POST", f"/{one['id']}/reproduce").status_code == 404
    assert ask("permits", "POST", f"/{one['id']}/reproduce").status_code == 200
    steps = (("void", {"reason": "wrong"}), ("supersede", {**order, "reason": "wrong"}))
    for step, body in steps:
        path = f"/{one['id']}/{step}"
        assert ask("parking", "POST", path, json=body).status_code == 404
        assert ask("desk", "POST", path, json=body).get_json()["code"] == "access.not_own"
        assert ask("desk", "POST", path, json=body).status_code == 403
        assert ask("auditor", "POST", path, json=body).status_code == 403  # it may not issue
        assert ask("reader", "POST", path, json=body).status_code == 403
    assert [record.status for record in office.records] == ["issued", "issued"]
    assert ask("registrar", "POST", f"/{one['id']}/supersede", json=steps[1][1]).status_code == 201
    assert ask("parking", "POST", f"/{other['id']}/void", json={"reason": "mine"}).status_code == 200


def test_a_list_by_its_cursor(client: FlaskClient, key: Key, order: dict[str, Any], office: FakeOffice) -> None:
    headers = key("issue", "read")
    for _ in range(5):
        client.post(URL, json=order, headers=headers)
    seen: list[str] = []
    url: str | None = f"{URL}?case=CE-2026-0001&per_page=2"
    while url is not None:
        answer = client.get(url, headers=headers)
        body = answer.get_json()
        seen += [item["number"] for item in body["items"]]
        url = body["links"].get("next")
        assert (url is None) is (body["cursor"] is None)
        assert url is None or f'<{url}>; rel="next"' in answer.headers["Link"]
        client.post(URL, json=order, headers=headers)  # one more goes out meanwhile
    assert seen == [f"NOV-2026-{number:04d}" for number in (5, 4, 3, 2, 1)]
    assert "page" not in body
    both = client.get(
        f"{URL}?cursor={client.get(URL, headers=headers).get_json()['cursor'] or 'x'}&page=2", headers=headers
    )
    assert both.get_json()["errors"][0]["parameter"] in ("page", "cursor")
    for cursor in ("x", "", "MTI", "é", "YmVmb3JlOng", "bmFtZTo1", "a" * 2000):
        answer = client.get(URL, query_string={"cursor": cursor}, headers=headers)
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["parameter"] == "cursor"


def test_a_record_tells_what_it_is_about(client: FlaskClient, key: Key, issued: dict[str, Any]) -> None:
    body = client.get(f"{URL}/{issued['id']}", headers=key("read")).get_json()
    assert {"about", "dates", "copies", "documents_of_case"} <= set(body)
