"""Long work over HTTP: 202 with a job, its progress, results and problem, who sees it, and requests sent twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.finding import Finding
from docservice.jobs.job import Outcome
from docservice.refusal import Refusal
from tests.fake_office import FakeOffice

Key = Callable[..., dict[str, str]]
URL = "/api/v1"
PLAN = {
    "title": "Hearing packet",
    "case": "CE-2026-0001",
    "parts": [{"generated": "cover"}, {"file": "log.pdf", "title": "Noise log"}],
}
PACKET = {"plan": PLAN, "files": {"log.pdf": "JVBERg=="}}
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def mailing(order: dict[str, Any]) -> dict[str, Any]:
    order["casefile"]["parties"] = [{"id": "o1"}, {"id": "t1"}]
    return {**order, "recipients": "all"}


def test_a_mailing_is_a_job(client: FlaskClient, key: Key, office: FakeOffice, mailing: dict[str, Any]) -> None:
    answer = client.post(f"{URL}/documents", json=mailing, headers=key("issue"))
    body = answer.get_json()
    assert (answer.status_code, body["status"], body["kind"]) == (202, "queued", "letters")
    assert answer.headers["Location"] == body["href"] == f"{URL}/jobs/{body['id']}"
    assert "Preference-Applied" not in answer.headers, "nobody asked"
    assert body["progress"] == {"checked": 0, "done": 0, "total": 2, "label": ""}
    assert not office.records


@pytest.mark.parametrize(
    ("prefer", "honored"),
    [
        ("respond-async", True),
        ("wait=10, Respond-Async", True),
        ("respond-async; x=1", True),
        ("wait=10", False),
        ("", False),
    ],
)
def test_prefer(client: FlaskClient, key: Key, prefer: str, honored: bool) -> None:
    answer = client.post(f"{URL}/packets", json=PACKET, headers=key("packets") | {"Prefer": prefer})
    assert answer.status_code == (202 if honored else 201)
    assert answer.headers.get("Preference-Applied") == ("respond-async" if honored else None)
    if honored:
        assert answer.get_json()["kind"] == "packet"


def test_one_letter_may_be_a_job_too(client: FlaskClient, key: Key, order: dict[str, Any]) -> None:
    answer = client.post(f"{URL}/documents", json=order, headers=key("issue") | ASYNC)
    assert (answer.status_code, answer.get_json()["progress"]["total"]) == (202, 1)
    wrong = client.post(f"{URL}/documents", json={**order, "recipients": "some"}, headers=key("issue"))
    assert wrong.get_json()["errors"][0]["pointer"] == "/recipients"
    broken = client.post(f"{URL}/packets", json={"plan": {}}, headers=key("packets") | ASYNC)
    assert broken.status_code == 422, "what is known at once is said at once"


def test_a_job_tells_what_came_of_it(
    client: FlaskClient, key: Key, office: FakeOffice, mailing: dict[str, Any]
) -> None:
    mine = key("issue")
    url = client.post(f"{URL}/documents", json=mailing, headers=mine).headers["Location"]
    waiting = client.get(url, headers=mine)
    assert waiting.headers["Retry-After"]
    assert waiting.headers["Cache-Control"] == "no-store"
    refusal = Refusal("checks.failed", "No.", [Finding.error("checks.cap", "Over its cap.", "/citations/0/fine")])
    office.end_job(office.queued[0].id, state="failed", results=("d1",), problem=refusal)
    failed = client.get(url, headers=mine)
    assert "Retry-After" not in failed.headers
    body = failed.get_json()
    assert body["results"] == [{"type": "document", "id": "d1", "href": f"{URL}/documents/d1"}]
    assert body["problem"]["code"] == "checks.failed"
    assert body["problem"]["errors"][0]["pointer"] == "/casefile/citations/0/fine"


def test_a_packet_job_points_into_the_plan(client: FlaskClient, key: Key, office: FakeOffice) -> None:
    mine = key("packets")
    url = client.post(f"{URL}/packets", json=PACKET, headers=mine | ASYNC).headers["Location"]
    refusal = Refusal("packet.file", "No.", [Finding.error("packet.file", "Not sent.", "/parts/1/file")])
    office.end_job(office.queued[0].id, state="failed", problem=refusal)
    assert client.get(url, headers=mine).get_json()["problem"]["errors"][0]["pointer"] == "/plan/parts/1/file"
    office.end_job(office.queued[0].id, state="done", problem=None, results=("p1",))
    assert client.get(url, headers=mine).get_json()["results"][0]["href"] == f"{URL}/packets/p1"


def test_a_key_sees_its_own_jobs(client: FlaskClient, key: Key, mailing: dict[str, Any]) -> None:
    mine = key("issue")
    url = client.post(f"{URL}/documents", json=mailing, headers=mine).headers["Location"]
    for headers, sees in ((mine, 200), (key("read"), 200), (key("admin"), 200), (key("packets", "issue"), 404)):
        assert client.get(url, headers=headers).status_code == sees
    for headers, may in ((key("packets", "issue"), 404), (key("read"), 403), (mine, 200), (key("admin"), 409)):
        answer = client.post(f"{url}/cancel", headers=headers)
        assert answer.status_code == may
        if may == 200:
            assert answer.get_json()["status"] == "canceled"


def test_a_correction_sent_twice_is_made_once(
    client: FlaskClient, key: Key, office: FakeOffice, order: dict[str, Any]
) -> None:
    issued = client.post(f"{URL}/documents", json=order, headers=key("issue"))
    headers = key("issue") | {"If-Match": issued.headers["ETag"], "Idempotency-Key": "k1"}
    body = {**order, "reason": "corrected parcel"}
    url = f"{URL}/documents/{issued.get_json()['id']}/supersede"
    made = client.post(url, json=body, headers=headers)
    again = client.post(url, json=body, headers=headers)
    assert (made.status_code, again.status_code) == (201, 201), "the If-Match of then holds for the request of then"
    assert again.get_json()["id"] == made.get_json()["id"]
    assert client.post(url, json=body, headers=headers | {"Idempotency-Key": "k2"}).status_code == 412
    assert len(office.records) == 2


def test_it_is_all_in_the_openapi_document(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").get_json()["paths"]
    for path in ("documents", "packets"):
        operation = paths[f"{URL}/{path}"]["post"]
        assert "202" in operation["responses"]
        assert {"Prefer", "Idempotency-Key"} <= {p["name"] for p in operation["parameters"] if "name" in p}
    assert {"get"} <= set(paths[f"{URL}/jobs/{{id}}"])
    supersede = paths[f"{URL}/documents/{{id}}/supersede"]["post"]["parameters"]
    assert {"If-Match", "Idempotency-Key"} <= {p["name"] for p in supersede if "name" in p}


def test_what_became_of_each_letter(client: FlaskClient, key: Key, office: FakeOffice, mailing: dict[str, Any]) -> None:
    """The order says how; the answer names each recipient's number, or what refused the letter, where in the order."""
    headers = key("issue")
    answer = client.post(f"{URL}/documents", json={**mailing, "mode": "each"}, headers=headers)
    assert office.modes == ["each"]
    said = Refusal("checks.failed", "No.", [Finding.error("checks.cap", "Over its cap.", "/citations/0/fine")])
    outcomes = (Outcome("o1", "d1", "NOV-2026-0001"), Outcome("t1", problem=said))
    office.end_job(answer.get_json()["id"], state="done", results=("d1",), outcomes=outcomes)
    first, second = client.get(answer.headers["Location"], headers=headers).get_json()["outcomes"]
    assert first == {
        "recipient": "o1", "number": "NOV-2026-0001", "problem": None,
        "result": {"type": "document", "id": "d1", "href": f"{URL}/documents/d1"},
    }  # fmt: skip
    assert (second["recipient"], second["result"], second["number"]) == ("t1", None, None)
    assert second["problem"]["errors"][0]["pointer"] == "/casefile/citations/0/fine"
    assert client.post(f"{URL}/documents", json={**mailing, "mode": "some"}, headers=headers).status_code == 422


def test_jobs_are_listed_to_who_may_see_them(
    client: FlaskClient, key: Key, office: FakeOffice, mailing: dict[str, Any]
) -> None:
    """Newest first, by filters, and page by page while others are queued."""
    mine, reader = key("issue"), key("read")
    ids = [client.post(f"{URL}/documents", json=mailing, headers=mine).get_json()["id"] for _ in range(3)]
    ids.append(client.post(f"{URL}/packets", json=PACKET, headers=key("packets") | ASYNC).get_json()["id"])
    office.end_job(ids[0], state="done")

    def listed(headers: dict[str, str], query: str = "") -> list[str]:
        answer = client.get(f"{URL}/jobs{query}", headers=headers)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.get_json()["items"]]

    assert listed(reader) == ids[::-1]
    assert listed(mine) == ids[2::-1]
    assert listed(reader, "?kind=packet") == [ids[3]]
    assert listed(reader, "?status=done&case=CE-2026-0001") == [ids[0]]
    assert listed(reader, "?case=CE-1") == []
    page = client.get(f"{URL}/jobs?per_page=2", headers=reader)
    following = page.get_json()["links"]["next"]
    assert page.headers["Link"] == f'<{following}>; rel="next"'
    client.post(f"{URL}/documents", json=mailing, headers=mine)
    rest = client.get(following, headers=reader).get_json()
    assert ([one["id"] for one in rest["items"]], rest["links"]) == (ids[1::-1], {})
    for wrong in ("?status=lost", "?kind=x", "?cursor=no", "?per_page=0"):
        assert client.get(f"{URL}/jobs{wrong}", headers=reader).status_code == 422
    assert client.get(f"{URL}/jobs", headers=key("preview")).status_code == 403
