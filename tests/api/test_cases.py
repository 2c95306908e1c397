"""Cases on record over HTTP, on a real office: only typesetting is replaced, by a stub."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from docservice.app import create_app
from docservice.casefile.happenings import DATA
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.cases.happening import TYPES
from docservice.pipeline import producing
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow
from tests.homes import furnish
from tests.office.killed import stub

URL = "/api/v1/cases"
NUMBER = "CE-2026-0231"
NOW = datetime(2026, 7, 1, 17, 0, tzinfo=UTC)
Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
Send = Callable[..., Any]


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:  # type: ignore[override]
    monkeypatch.setattr(producing, "produce", stub)
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home), clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return create_app(office).test_client()


@pytest.fixture
def send(client: FlaskClient, office: Office) -> Send:
    """``send("tracker", "PUT", url, etag, json=…)``: by a key of that name; ``desk`` has the scope records too."""
    made: dict[str, str] = {}

    def act(name: str, method: str, url: str, seen: str | None = None, **more: Any) -> Any:
        if name not in made:
            scopes = {"desk": ["issue", "records"], "reader": ["read"]}.get(name, ["issue"])
            made[name] = office.people.keys.add(name, scopes, "cli:op", officers=["director", "clerk"])[1]
        headers = {"Authorization": f"Bearer {made[name]}", **more.pop("headers", {})}
        if seen is not None:
            headers |= {"If-None-Match": "*"} if seen == "*" else {"If-Match": f'"{seen}"'}
        return client.open(URL + url if url.startswith("/CE") or not url else url, method=method, headers=headers,
                           **more)  # fmt: skip

    return act


@pytest.fixture
def facts(example: Example) -> dict[str, Any]:
    """The example as its tracker knows it before anything was issued here."""
    casefile, _ = example(NUMBER)
    casefile["service"] = []
    for citation in casefile["citations"]:
        for name in ("number", "issued_on", "served_on", "status"):
            citation.pop(name, None)
    return casefile


@pytest.fixture
def put(send: Send, facts: dict[str, Any]) -> dict[str, Any]:
    answer = send("tracker", "PUT", f"/{NUMBER}", "*", json=facts)
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def issue(send: Send, about: str = "c1", on: str = "2026-05-29", name: str = "tracker", **more: Any) -> Any:
    order = {"template": "administrative-citation", "case": NUMBER, "about": about, "on": on,
             "dated_back": "A test.", **more}  # fmt: skip
    return send(name, "POST", "/api/v1/documents", json=order)


def test_a_case_is_put_on_record_and_read_as_it_was_told(send: Send, put: Any, facts: dict[str, Any]) -> None:
    assert (put["outcome"], put["revision"], put["status"], put["casefile"]) == ("created", 1, "open", facts)
    read = send("tracker", "GET", f"/{NUMBER}")
    assert read.headers["ETag"] == f'"{put["etag"]}"'
    assert {**read.get_json(), "outcome": "created", "changes": put["changes"]} == put
    unchanged = send("tracker", "GET", f"/{NUMBER}", headers={"If-None-Match": f'"{put["etag"]}"'})
    assert unchanged.status_code == 304


@pytest.mark.parametrize("typed", ["ce-2026-0231", "CE–2026–0231", " CE-2026-0231", "ＣＥ-2026-0231"])
def test_a_number_in_another_spelling_finds_the_same_case(send: Send, put: Any, facts: Any, typed: str) -> None:
    assert send("tracker", "GET", f"{URL}/{typed}").get_json()["number"] == NUMBER
    facts["case"] |= {"number": typed.strip(), "title": "Another"}
    again = send("tracker", "PUT", f"{URL}/{typed}", "*", json=facts)
    assert again.status_code == 412  # it is there, and this is not the same
    assert again.get_json()["code"] == "case.exists"


def test_who_has_not_seen_the_case_changes_nothing(send: Send, put: Any, facts: dict[str, Any]) -> None:
    assert send("tracker", "PUT", f"/{NUMBER}", json=facts).status_code == 428
    star = send("tracker", "PUT", f"/{NUMBER}", json=facts, headers={"If-Match": "*"})
    assert star.status_code == 428
    facts["parties"][0]["phone"] = "(555) 555-0123"
    first = send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts).get_json()
    assert (first["outcome"], first["revision"]) == ("changed", 2)
    facts["parties"][0]["phone"] = "(555) 555-0999"
    facts["case"]["title"] = "Another"
    stale = send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts)
    assert stale.status_code == 412
    assert stale.headers["ETag"] == f'"{first["etag"]}"'
    assert {one["pointer"] for one in stale.get_json()["errors"]} == {"/parties/0/phone", "/case/title"}
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["revision"] == 2


def test_the_same_facts_again_make_no_revision(send: Send, put: Any, facts: dict[str, Any]) -> None:
    for seen in (put["etag"], "*", "7.0123456789abcdef"):
        again = send("tracker", "PUT", f"/{NUMBER}", seen, json=facts)
        assert (again.status_code, again.get_json()["outcome"]) == (200, "unchanged")


def test_everything_wrong_is_told_by_its_place_and_nothing_kept(send: Send, facts: dict[str, Any]) -> None:
    facts["parties"][0]["name"] = {}
    facts["violations"][0]["observed_on"] = "yesterday"
    facts["case"]["number"] = "CE-2026-0999"
    answer = send("tracker", "PUT", f"/{NUMBER}", "*", json=facts)
    assert answer.status_code == 422
    assert {"/parties/0/name/text", "/violations/0/observed_on"} <= {
        one["pointer"] for one in answer.get_json()["errors"]
    }
    assert send("tracker", "GET", f"/{NUMBER}").status_code == 404
    other = send("tracker", "PUT", "/CE-2026-0777", "*", json=json.loads(json.dumps(facts)) | {"violations": []})
    assert other.status_code == 422


def test_the_number_in_the_address_is_that_of_the_casefile(send: Send, facts: dict[str, Any]) -> None:
    answer = send("tracker", "PUT", "/CE-2026-0777", "*", json=facts)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "case.number")
    assert answer.get_json()["errors"][0]["pointer"] == "/case/number"


def test_a_patch_changes_objects_and_refuses_lists(send: Send, put: Any) -> None:
    patch = {"property": {"zone": "R-1", "use": None}, "case": {"title": "Late"}}
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = send("tracker", "PATCH", f"/{NUMBER}", put["etag"], data=json.dumps(patch), headers=headers)
    now = answer.get_json()
    assert (answer.status_code, now["title"], now["casefile"]["property"]["zone"]) == (200, "Late", "R-1")
    assert "use" not in now["casefile"]["property"]
    for lists in ({"violations": []}, {"parties": None}, {"case": {"topics": ["noise"]}}):
        answer = send("tracker", "PATCH", f"/{NUMBER}", now["etag"], data=json.dumps(lists), headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "case.list_in_patch"), lists
        assert answer.get_json()["errors"][0]["pointer"].startswith("/")


def test_items_of_lists_are_put_and_removed_by_their_ids(send: Send, put: Any, facts: dict[str, Any]) -> None:
    payment = {"on": "2026-06-30", "amount": "100.00", "ledger": "fines"}
    added = send("tracker", "PUT", f"/{NUMBER}/payments/pay9", put["etag"], json=payment).get_json()
    assert added["casefile"]["payments"][-1] == {**payment, "id": "pay9"}
    wrong = send("tracker", "PUT", f"/{NUMBER}/payments/pay9", added["etag"], json={**payment, "amount": "much"})
    assert wrong.get_json()["errors"][0]["pointer"] == "/amount"
    other = send("tracker", "PUT", f"/{NUMBER}/payments/pay9", added["etag"], json={**payment, "id": "pay8"})
    assert (other.status_code, other.get_json()["code"]) == (422, "case.item")
    assert other.get_json()["errors"][0]["pointer"] == "/id"
    gone = send("tracker", "DELETE", f"/{NUMBER}/payments/pay9", added["etag"]).get_json()
    assert gone["casefile"] | {"payments": facts.get("payments", [])} == facts | {
        "payments": gone["casefile"].get("payments", [])
    }
    assert send("tracker", "DELETE", f"/{NUMBER}/payments/pay9", gone["etag"]).status_code == 404
    stale = send("tracker", "DELETE", f"/{NUMBER}/parties/{facts['parties'][0]['id']}", put["etag"])
    assert stale.status_code == 412


def test_another_systems_case_is_not_there_and_cannot_be_changed(send: Send, put: Any, facts: Any) -> None:
    assert send("other", "GET", f"/{NUMBER}").status_code == 404
    assert send("other", "GET", "").get_json()["total"] == 0
    assert send("other", "GET", f"/{NUMBER}/events").status_code == 404
    assert send("other", "PUT", f"/{NUMBER}", put["etag"], json=facts).status_code == 404
    assert issue(send, name="other").status_code == 404
    sent = {"template": "inspection-report", "casefile": {**facts, "case": {**facts["case"], "number": "ce–2026–0231"}}}
    for url in ("documents", "previews", "notices"):
        answer = send("other", "POST", f"/api/v1/{url}", json=sent)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "case.unknown"), "nor a paper put into it"
    told = {"type": "closed", "on": "2026-06-30", "subject": NUMBER, "data": {"reason": "Done."}}
    assert send("other", "POST", f"/{NUMBER}/events", json=told).status_code == 404
    assert send("reader", "PUT", f"/{NUMBER}", put["etag"], json=facts).status_code == 403
    facts["case"]["title"] = "By the desk"
    assert send("desk", "PUT", f"/{NUMBER}", put["etag"], json=facts).status_code == 200
    seen = send("other", "GET", "/api/v1/events").get_json()
    assert seen["events"] == []
    assert seen["next"] > 0


def test_what_is_confidential_is_for_who_owns_the_case(send: Send, facts: dict[str, Any]) -> None:
    facts["confidential"] = {"complaint": "They are loud."}
    assert send("tracker", "PUT", f"/{NUMBER}", "*", json=facts).status_code == 201
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]["confidential"]
    assert send("desk", "GET", f"/{NUMBER}").get_json()["casefile"]["confidential"]
    assert "confidential" not in send("reader", "GET", f"/{NUMBER}").get_json()["casefile"]
    assert "loud" not in send("reader", "GET", "/api/v1/events").get_data(as_text=True)


def test_an_order_by_case_number_pins_its_revision(send: Send, put: Any, office: Office) -> None:
    made = issue(send, revision=1)
    assert made.status_code == 201, made.get_json()
    with office.means.store.database.reading() as session:
        row = session.get(DocumentRow, made.get_json()["id"])
        assert row is not None
        assert (row.case_revision, row.case_key) == (1, "ce-2026-0231")
    preview = send("tracker", "POST", "/api/v1/previews",
                   json={"template": "administrative-citation", "case": "ce-2026-0231", "about": "c2",
                         "on": "2026-06-17"})  # fmt: skip
    assert preview.status_code == 200
    both = send("tracker", "POST", "/api/v1/previews", json={"template": "x", "case": NUMBER, "casefile": {}})
    assert both.status_code == 422
    none = send("tracker", "POST", "/api/v1/previews", json={"template": "x", "revision": 1})
    assert {one["pointer"] for one in none.get_json()["errors"]} == {"/casefile"}


def test_a_stale_revision_is_refused_and_a_repeated_request_is_not(send: Send, put: Any, facts: Any) -> None:
    keyed = {"Idempotency-Key": "k1"}
    order = {"template": "administrative-citation", "case": NUMBER, "revision": 1, "about": "c1", "on": "2026-05-29",
             "dated_back": "A test."}  # fmt: skip
    first = send("tracker", "POST", "/api/v1/documents", json=order, headers=keyed).get_json()
    facts["case"]["title"] = "Moved on"
    assert send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts).status_code == 200
    again = send("tracker", "POST", "/api/v1/documents", json=order, headers=keyed)
    assert (again.status_code, again.get_json()["id"]) == (201, first["id"])
    stale = send("tracker", "POST", "/api/v1/documents", json={**order, "about": "c2", "on": "2026-06-17"})
    assert (stale.status_code, stale.get_json()["code"]) == (409, "case.moved_on")
    mailing = send("tracker", "POST", "/api/v1/documents", json={**order, "recipients": "all"})
    assert (mailing.status_code, mailing.get_json()["code"]) == (409, "case.moved_on")


def test_a_case_that_moves_while_its_letter_is_made_stops_it(
    send: Send, put: Any, facts: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*arguments: Any) -> Any:
        facts["case"]["title"] = "Moved meanwhile"
        office.cases.put(NUMBER, facts, actor="key:tracker", saw=1)
        return stub(*arguments)

    monkeypatch.setattr(producing, "produce", slow)
    answer = issue(send)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "case.moved_on")
    assert office.issuing.documents().total == 0
    assert [entry.action for entry in office.audit(last=2)] == ["case.changed", "case.created"]


def test_what_the_register_owns_is_ignored_when_equal_and_refused_when_not(send: Send, put: Any, facts: Any) -> None:
    number = issue(send).get_json()["number"]
    read = send("tracker", "GET", f"/{NUMBER}").get_json()
    citation = read["casefile"]["citations"][0]
    assert (citation["number"], citation["issued_on"]) == (number, "2026-05-29")
    back = read["casefile"]
    back["case"]["title"] = "As it was read"
    now = send("tracker", "PUT", f"/{NUMBER}", read["etag"], json=back)
    assert now.status_code == 200
    assert now.get_json()["casefile"]["citations"][0]["number"] == number
    back["citations"][0]["number"] = "AC-1999-0001"
    wrong = send("tracker", "PUT", f"/{NUMBER}", now.get_json()["etag"], json=back)
    assert (wrong.status_code, wrong.get_json()["code"]) == (409, "case.differs")
    (error,) = wrong.get_json()["errors"]
    assert error["pointer"] == "/citations/0/number"
    assert number in error["detail"]
    assert "AC-1999-0001" in error["detail"]


def test_what_was_equal_once_does_not_hold_against_the_register_later(send: Send, put: Any, facts: Any) -> None:
    """A value that was read and sent back is the register's still: voided, it is not told as the tracker's own."""
    made = issue(send).get_json()
    read = send("tracker", "GET", f"/{NUMBER}").get_json()
    read["casefile"]["case"]["title"] = "As it was read"
    assert send("tracker", "PUT", f"/{NUMBER}", read["etag"], json=read["casefile"]).status_code == 200
    void = send("tracker", "POST", f"/api/v1/documents/{made['id']}/void", made["etag"], json={"reason": "Wrong."})
    assert void.status_code == 200
    citation = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]["citations"][0]
    assert citation.get("status") == "void"
    assert citation["number"] == made["number"]  # who is told that it is void is told its number
    early = send("tracker", "GET", f"/{NUMBER}?on=2026-05-01").get_json()["casefile"]["citations"][0]
    assert early.get("status") != "void"


def test_a_paper_in_force_keeps_its_party_and_its_violations(send: Send, put: Any, facts: Any) -> None:
    made = issue(send).get_json()
    etag = send("tracker", "GET", f"/{NUMBER}").get_json()["etag"]
    (cited,) = {v for c in facts["citations"] if c["id"] == "c1" for v in c["violations"]}
    for url, code in (
        (f"/{NUMBER}/parties/{made['recipient']}", "case.party_served"),
        (f"/{NUMBER}/citations/c1", "case.subject_issued"),
    ):
        answer = send("tracker", "DELETE", url, etag)
        assert answer.status_code in (409, 422), url  # 422: something else in the facts points at it
        assert answer.status_code == 422 or answer.get_json()["code"] == code
    less = {**facts, "violations": [v for v in facts["violations"] if v["id"] != cited]}
    less["citations"] = [{**c, "violations": [v["id"] for v in less["violations"]][:1]} for c in facts["citations"]]
    for name in ("appeals", "hearings", "inspections", "stop_work_orders"):
        less[name] = []
    for violation in less["violations"]:
        violation.pop("inspection", None)
        violation.pop("photographs", None)
    answer = send("tracker", "PUT", f"/{NUMBER}", etag, json=less)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "case.violation_cited")
    assert made["number"] in answer.get_json()["errors"][0]["detail"]


def test_facts_that_a_paper_in_force_shows_may_move_and_are_told(send: Send, put: Any, facts: Any) -> None:
    made = issue(send).get_json()
    seen = send("tracker", "GET", f"/{NUMBER}").get_json()
    assert seen["findings"] == []
    place = next(n for n, party in enumerate(facts["parties"]) if party["id"] == made["recipient"])
    facts["parties"][place]["name"]["text"] += " and Sons"
    facts["parties"][place]["phone"] = "(555) 555-0100"  # no letter shows that
    now = send("tracker", "PUT", f"/{NUMBER}", seen["etag"], json=facts).get_json()
    assert [(one["code"], one["place"]) for one in now["findings"]] == [
        ("notice.facts_moved", f"/parties/{place}/name")
    ]
    assert made["number"] in now["findings"][0]["message"]
    assert "revision 1" in now["findings"][0]["message"]
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["findings"] == now["findings"]


def event(
    send: Send, type: str, subject: str, on: str, name: str = "tracker", key: str | None = None, **more: Any
) -> Any:
    data = more.pop("data", {})
    body = {"type": type, "on": on, "subject": subject, "data": data, **more}
    headers = {"Idempotency-Key": key} if key else {}
    return send(name, "POST", f"/{NUMBER}/events", json=body, headers=headers)


def test_events_are_told_once_and_corrected_by_others(send: Send, put: Any, office: Office) -> None:
    number = issue(send).get_json()["number"]
    data = {"party": "owner", "method": "first_class_mail"}
    party = put["casefile"]["parties"][0]["id"]
    data["party"] = party
    first = event(send, "served", number, "2026-05-30", key="e1", data=data)
    assert first.status_code == 201, first.get_json()
    again = event(send, "served", number, "2026-05-30", key="e1", data=data)
    assert (again.get_json()["position"], again.headers["Idempotent-Replayed"]) == (
        first.get_json()["position"],
        "true",
    )
    assert event(send, "served", number, "2026-05-31", key="e1", data=data).get_json()["code"] == "idempotency.mismatch"
    casefile = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]
    assert casefile["citations"][0]["served_on"] == "2026-05-30"
    position = first.get_json()["position"]
    no_reason = event(send, "served", number, "2026-06-01", data=data, corrects=position)
    assert no_reason.get_json()["errors"][0]["pointer"] == "/reason"
    right = event(send, "served", number, "2026-06-01", data=data, corrects=position, reason="Read the stamp wrongly.")
    assert right.status_code == 201
    twice = event(send, "served", number, "2026-06-02", data=data, corrects=position, reason="Again.")
    assert (twice.status_code, twice.get_json()["code"]) == (409, "event.corrected")
    listed = send("tracker", "GET", f"/{NUMBER}/events").get_json()["items"]
    assert [(one["on"], one["corrects"], one["corrected_by"]) for one in listed] == [
        ("2026-05-30", None, right.get_json()["position"]), ("2026-06-01", position, None),
    ]  # fmt: skip
    casefile = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]
    assert casefile["citations"][0]["served_on"] == "2026-06-01"
    gone = event(send, "retracted", number, "2026-06-03", corrects=right.get_json()["position"], reason="Not so.")
    assert gone.status_code == 201
    casefile = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]
    assert casefile["citations"][0]["served_on"] == "2026-05-30"  # the correction was the mistake
    assert office.verify_audit() is None


@pytest.mark.parametrize(
    ("type", "subject", "on", "data", "pointer", "code"),
    [
        ("served", "AC-2026-0001", "2026-07-02", {"method": "personal"}, "/on", "event.date"),
        ("served", "AC-2026-0001", "2026-05-28", {"method": "personal"}, "/on", "event.date"),
        ("served", "AC-2026-0009", "2026-06-01", {"method": "personal"}, "/subject", "event.subject"),
        ("served", "AC-2026-0001", "2026-06-01", {"method": "by pigeon"}, "/data/method", "casefile.choice"),
        ("returned", "AC-2026-0001", "2026-06-01", {"result": "returned"}, "/subject", "event.not_served"),
        ("lifted", "s9", "2026-06-01", {}, "/subject", "event.subject"),
        ("decided", "h9", "2026-06-01", {"items": [{"id": "c1", "outcome": "upheld"}]}, "/subject", "event.subject"),
        ("reopened", NUMBER, "2026-06-30", {"reason": "New facts."}, "/type", "event.not_closed"),
        ("guard-waived", "love-letter", "2026-06-15",
         {"guard": "procedure.once", "role": "director", "reason": "x"}, "/subject", "event.subject"),
        ("guard-waived", "notice-of-violation", "2026-06-15",
         {"guard": "procedure.closed", "role": "director", "reason": "x"}, "/data/role", "event.role"),
        ("guard-waived", "notice-of-violation", "2026-06-15",
         {"guard": "once", "role": "director", "reason": "x"}, "/data/guard", "event.guard"),
        ("guard-answered", "notice-of-violation", "2026-06-15",
         {"guard": "procedure.unknown", "role": "clerk", "reason": "x", "answer": "yes"}, "/data/role", "event.role"),
        ("extension-granted", "v1", "2026-06-15", {"to": "2026-05-22", "reason": "x"}, "/data/to", "event.date"),
        ("extension-granted", NUMBER, "2026-06-15", {"to": "2026-05-22", "reason": "x"}, "/data/to", "event.date"),
        ("extension-granted", "v1", "2026-06-15", {"to": "2026-06-14", "reason": "x"}, "/data/to", "event.date"),
        ("hearing-continued", "h1", "2026-06-30", {"to": "2026-06-29"}, "/data/to", "event.date"),
        ("merged", "CE-2026-0999", "2026-06-30", {"reason": "One site."}, None, None),
        ("notice-imported", "NOV-1", "2026-05-30", {"document_type": "love-letter"}, "/data/document_type", None),
        ("retracted", NUMBER, "2026-06-30", {}, "/corrects", "event.corrects"),
        ("danced", NUMBER, "2026-06-30", {}, "/type", "request.invalid"),
    ],
)  # fmt: skip
def test_what_contradicts_the_record_is_refused(
    send: Send, put: Any, type: str, subject: str, on: str, data: Any, pointer: str | None, code: str | None
) -> None:
    assert issue(send).get_json()["number"] == "AC-2026-0001"
    if type in ("served", "returned"):
        data = {**data, "party": put["casefile"]["parties"][0]["id"]}
    before = send("tracker", "GET", "/api/v1/events").get_json()["next"]
    answer = event(send, type, subject, on, data=data)
    assert answer.status_code == (404 if pointer is None else 422), answer.get_json()
    if pointer is not None:
        found = {(one["pointer"], one["code"]) for one in answer.get_json()["errors"]}
        assert any(place == pointer and code in (None, said) for place, said in found), found
    assert send("tracker", "GET", f"/{NUMBER}/events").get_json()["items"] == []
    assert send("tracker", "GET", "/api/v1/events").get_json()["next"] == before


def test_a_case_is_closed_reopened_and_found_by_that(send: Send, put: Any) -> None:
    reason = {"reason": "All corrected."}
    assert event(send, "closed", NUMBER, "2026-06-30", data=reason).status_code == 201
    assert [one["number"] for one in send("tracker", "GET", f"{URL}?status=closed").get_json()["items"]] == [NUMBER]
    assert event(send, "closed", NUMBER, "2026-06-30", data=reason).get_json()["errors"][0]["code"] == "event.closed"
    assert event(send, "reopened", NUMBER, "2026-06-29", data=reason).get_json()["errors"][0]["pointer"] == "/on"
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["closed_on"] == "2026-06-30"
    assert event(send, "reopened", NUMBER, "2026-07-01", data=reason).status_code == 201
    assert send("tracker", "GET", f"{URL}?status=closed").get_json()["items"] == []
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["status"] == "open"
    as_of = send("tracker", "GET", f"/{NUMBER}?on=2026-06-30").get_json()
    assert as_of["casefile"]["case"]["closed_on"] == "2026-06-30"


def test_notices_of_before_are_imported(send: Send, put: Any, facts: Any) -> None:
    data = {"document_type": "administrative-citation", "about": "c1", "served_on": "2026-05-30",
            "recipient": put["casefile"]["parties"][0]["id"], "dates": {"contest-by": "2026-06-29"}}  # fmt: skip
    assert event(send, "notice-imported", "AC-1999-0007", "2026-05-29", data=data).status_code == 201
    citation = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]["citations"][0]
    assert (citation["number"], citation["issued_on"], citation["served_on"]) == (
        "AC-1999-0007", "2026-05-29", "2026-05-30",
    )  # fmt: skip
    for ahead in ("AC-9000-0300", "AC-9000-0300.2", "ac-9000-0300-es"):
        answer = event(send, "notice-imported", ahead, "2026-05-29", data=data)
        assert [(one["code"], one["pointer"]) for one in answer.get_json()["errors"]] == [("event.number", "/subject")]
    twice = event(send, "notice-imported", "AC-1999-0007", "2026-05-29", data=data)
    elsewhere = {"template": "inspection-report", "casefile": {**facts, "case": {**facts["case"], "number": "CE-1"}}}
    number = send("tracker", "POST", "/api/v1/documents", json=elsewhere).get_json()["number"]
    ours = event(send, "notice-imported", number, "2026-05-29", data=data)
    assert [one["code"] for one in ours.get_json()["errors"]] == ["event.twice"], "it was issued here, in another case"
    assert twice.get_json()["errors"][0]["code"] == "event.twice"


def test_a_case_that_went_into_another_points_there_and_stays_as_it_is(send: Send, put: Any, facts: Any) -> None:
    facts["case"]["number"] = "CE-2026-0500"
    assert send("tracker", "PUT", "/CE-2026-0500", "*", json=facts).status_code == 201
    told = event(send, "merged", "CE-2026-0500", "2026-06-30", data={"reason": "One site."})
    assert told.status_code == 201, told.get_json()
    seen = send("tracker", "GET", f"/{NUMBER}")
    assert seen.get_json()["merged_into"] == "CE-2026-0500"
    assert "CE-2026-0500" in seen.headers["Link"]
    for answer in (
        issue(send),
        send("tracker", "PATCH", f"/{NUMBER}", seen.get_json()["etag"], json={"case": {"title": "x"}}),
        event(send, "closed", NUMBER, "2026-06-30", data={"reason": "Done."}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (409, "case.merged")
    gone = event(send, "retracted", NUMBER, "2026-06-30", corrects=told.get_json()["position"], reason="Two sites.")
    assert gone.status_code == 201
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["merged_into"] is None
    assert issue(send).status_code == 201


def test_cases_are_found_by_words(send: Send, put: Any, facts: Any) -> None:
    for number in ("CE-2026-0501", "CE-2026-0502"):
        facts["case"] |= {"number": number, "title": f"A fence at {number}"}
        facts["property"]["situs"] = "1 Nowhere Lane"
        assert send("tracker", "PUT", f"/{number}", "*", json=facts).status_code == 201

    def found(query: str) -> list[str]:
        return [one["number"] for one in send("tracker", "GET", f"{URL}?{query}").get_json()["items"]]

    assert found("q=nowhere") == ["CE-2026-0502", "CE-2026-0501"]
    assert found("q=NOWHERE+0501") == ["CE-2026-0501"]
    assert found("number=ce-2026-0231") == [NUMBER]
    assert found(f"q={facts['property']['apn']}") == ["CE-2026-0502", "CE-2026-0501", NUMBER]
    first = send("tracker", "GET", f"{URL}?per_page=2").get_json()
    second = send("tracker", "GET", first["links"]["next"]).get_json()
    assert [one["number"] for one in (*first["items"], *second["items"])] == ["CE-2026-0502", "CE-2026-0501", NUMBER]
    assert second["cursor"] is None


def test_two_clerks_at_once_and_one_of_them_is_told(send: Send, put: Any, facts: Any, office: Office) -> None:
    outcomes: list[int] = []
    start = threading.Barrier(2)

    def clerk(title: str) -> None:
        mine = {**facts, "case": {**facts["case"], "title": title}}
        app = create_app(office).test_client()
        secret = office.people.keys.add(title, ["issue", "records"], "cli:op")[1]
        start.wait()
        answer = app.put(f"{URL}/{NUMBER}", json=mine, headers={"If-Match": f'"{put["etag"]}"',
                         "Authorization": f"Bearer {secret}"})  # fmt: skip
        outcomes.append(answer.status_code)

    threads = [threading.Thread(target=clerk, args=(name,)) for name in ("Ana", "Ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200, 412]
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["revision"] == 2


def test_the_feed_tells_everything_in_order_and_goes_on_where_it_was(send: Send, put: Any, office: Office) -> None:
    made = issue(send).get_json()
    send("tracker", "POST", f"/api/v1/documents/{made['id']}/void", made["etag"], json={"reason": "Wrong."})
    event(send, "closed", NUMBER, "2026-06-30", data={"reason": "All corrected."})
    everything = send("reader", "GET", "/api/v1/events").get_json()
    assert [one["type"] for one in everything["events"]] == [
        "case.created", "document.issued", "document.voided", "event.closed",
    ]  # fmt: skip
    assert {one["case"] for one in everything["events"]} == {NUMBER}
    assert everything["events"][1]["number"] == made["number"]
    assert not everything["more"]
    piece, position, read = {"more": True}, 0, []
    while piece["more"]:
        piece = send("reader", "GET", f"/api/v1/events?after={position}&limit=1").get_json()
        read += piece["events"]
        position = piece["next"]
    assert read == everything["events"]
    assert position == everything["next"]
    assert send("reader", "GET", f"/api/v1/events?after={position}").get_json() == {
        "events": [], "next": position, "more": False,
    }  # fmt: skip
    with open_office(office.settings) as again:  # after a restart
        assert again.cases.feed(position, limit=10).lines == ()
        assert again.cases.feed(read[1]["position"], limit=10).lines[0].type == "document.voided"


def test_a_case_is_exported_as_one_folder(send: Send, put: Any) -> None:
    number = issue(send).get_json()["number"]
    assert send("tracker", "GET", f"/{NUMBER}/export").status_code == 403
    answer = send("desk", "GET", f"/{NUMBER}/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    answer.close()
    assert packed.testzip() is None
    assert {
        "case.json", "casefile.json", "revisions/0001.json", "events.json", "service.json", "documents.json",
        f"documents/{number}.pdf", f"documents/{number}.casefile.json", "audit.json",
    } <= set(packed.namelist())  # fmt: skip
    assert packed.read(f"documents/{number}.pdf").startswith(b"%PDF")
    assert [line["action"] for line in json.loads(packed.read("audit.json"))] == ["case.created", "document.issued"]
    assert json.loads(packed.read("casefile.json"))["citations"][0]["number"] == number


def test_every_type_of_event_can_be_told() -> None:
    assert set(DATA) < set(TYPES)


def test_next_steps_say_what_may_go_out_and_from_when(send: Send, put: Any) -> None:
    answer = send("tracker", "GET", f"/{NUMBER}/next?on=2026-06-30")
    assert answer.status_code == 200
    steps = answer.get_json()["items"]
    assert {one["verdict"] for one in steps} <= {"yes", "no", "ask"}
    assert all(one["reasons"] for one in steps if one["verdict"] != "yes")
    yes = send("tracker", "GET", f"/{NUMBER}/next?on=2026-06-30&verdict=yes").get_json()["items"]
    assert yes == [one for one in steps if one["verdict"] == "yes"]
    event(send, "closed", NUMBER, "2026-06-30", data={"reason": "All corrected."})
    after = send("tracker", "GET", f"/{NUMBER}/next?on=2026-07-01").get_json()["items"]
    notices = [one for one in after if one["document_type"] == "notice-of-violation"]
    assert notices
    assert all("procedure.closed" in {reason["code"] for reason in one["reasons"]} for one in notices)
    assert send("other", "GET", f"/{NUMBER}/next").status_code == 404


def test_a_mailing_goes_out_by_the_facts_of_when_it_was_sent_in(
    send: Send, put: Any, facts: Any, office: Office
) -> None:
    order = {"template": "notice-of-violation", "case": NUMBER, "revision": 1, "on": "2026-05-29",
             "dated_back": "A test.", "recipients": "all", "mode": "each"}  # fmt: skip
    queued = send("tracker", "POST", "/api/v1/documents", json=order)
    assert queued.status_code == 202, queued.get_json()
    facts["parties"][0]["name"]["text"] = "Somebody Else"
    assert send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts).status_code == 200
    done = office.jobs.worker.run_one()
    assert done is not None
    assert (done.state, done.done) == ("done", done.total), done.problem
    with office.means.store.database.reading() as session:
        assert {row.case_revision for row in session.scalars(select(DocumentRow))} == {1}
    codes = {one["code"] for one in send("tracker", "GET", f"/{NUMBER}").get_json()["findings"]}
    assert codes == {"notice.facts_moved"}


def test_papers_of_an_earlier_release_are_held_against_the_facts_too(
    send: Send, put: Any, facts: Any, office: Office
) -> None:
    """They did not keep what they speak of: it is read from their casefiles."""
    number = issue(send).get_json()["number"]
    with office.means.store.database.writing() as session:
        session.execute(update(DocumentRow).values(speaks_of=None, case_revision=None, dates=None))
    seen = send("tracker", "GET", f"/{NUMBER}").get_json()
    assert seen["findings"] == []
    assert seen["casefile"]["citations"][0]["number"] == number
    facts["violations"][0]["facts"] = "Seen otherwise."
    now = send("tracker", "PUT", f"/{NUMBER}", seen["etag"], json=facts).get_json()
    assert [(one["code"], one["place"]) for one in now["findings"]] == [("notice.facts_moved", "/violations/0/facts")]


def test_documents_are_found_by_their_case_however_it_is_typed(send: Send, put: Any, facts: Any) -> None:
    made = issue(send).get_json()
    for typed in (NUMBER, "ce-2026-0231", "CE–2026–0231"):
        assert send("tracker", "GET", f"/api/v1/documents?case={typed}").get_json()["total"] == 1
    facts["case"]["number"] = "ce-2026-0231"
    order = {"template": "notice-of-violation", "casefile": facts, "on": "2026-05-29", "dated_back": "A test."}
    assert send("tracker", "POST", "/api/v1/documents", json=order).status_code == 201
    assert send("tracker", "GET", f"/api/v1/documents/{made['id']}").get_json()["documents_of_case"] == 2


def _title(send: Send, title: str, name: str = "tracker") -> Any:
    etag = send("tracker", "GET", f"/{NUMBER}").get_json()["etag"]
    return send(name, "PATCH", f"/{NUMBER}", etag, json={"case": {"title": title}})


def test_a_part_changes_beside_what_the_register_decided_since(send: Send, put: Any, facts: Any) -> None:
    """What the tracker told before is no other word on what was decided later; it holds again if that is taken back."""
    facts["violations"][0]["comply_by"] = "2026-06-19"
    facts["citations"][0]["status"] = "appealed"
    read = send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts).get_json()
    more = event(send, "extension-granted", "v1", "2026-06-15", data={"to": "2026-07-10", "reason": "Parts are late."})
    less = event(send, "extension-granted", "v1", "2026-06-15", data={"to": "2026-07-09", "reason": "Less."})
    assert [(one["code"], one["pointer"]) for one in less.get_json()["errors"]] == [("event.date", "/data/to")]
    later = event(send, "hearing-continued", "h1", "2026-06-30", data={"to": "2026-08-06", "announced": True})
    assert event(send, "withdrawn", "c1", "2026-06-30", data={"reason": "The count was wrong."}).status_code == 201
    unchanged = send("tracker", "PATCH", f"/{NUMBER}", read["etag"], json={"case": {"title": facts["case"]["title"]}})
    assert unchanged.get_json()["outcome"] == "unchanged", unchanged.get_json()
    assert _title(send, "A new title").status_code == 200
    read = send("tracker", "GET", f"/{NUMBER}").get_json()
    assert read["casefile"]["violations"][0]["comply_by"] == "2026-07-10"
    assert read["casefile"]["citations"][0]["status"] == "dismissed"
    assert read["casefile"]["hearings"][0]["on"] == "2026-08-06"
    back = send("tracker", "PUT", f"/{NUMBER}", read["etag"], json=read["casefile"])
    assert back.get_json()["outcome"] == "unchanged", back.get_json()
    stale = send("tracker", "PUT", f"/{NUMBER}/citations/c1", read["etag"],
                 json={**facts["citations"][0], "status": "upheld"})  # fmt: skip
    assert (stale.status_code, stale.get_json()["code"]) == (409, "case.differs")
    for one in (more, later):
        told = one.get_json()
        gone = event(send, "retracted", told["subject"], "2026-07-01", corrects=told["position"], reason="Not so.")
        assert gone.status_code == 201
    casefile = send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]
    assert casefile["violations"][0]["comply_by"] == "2026-06-19"
    assert casefile["hearings"][0]["on"] == "2026-07-16"


def test_what_was_never_in_the_facts_is_not_left_out(send: Send, facts: Any) -> None:
    """Papers that went out before the case was on record may speak of ids that its tracker does not have."""
    order = {"template": "administrative-citation", "casefile": facts, "about": "c1", "on": "2026-05-29",
             "dated_back": "A test."}  # fmt: skip
    assert send("tracker", "POST", "/api/v1/documents", json=order).status_code == 201
    told = json.loads(json.dumps(facts).replace('"c1"', '"first"').replace('"v1"', '"noise"'))
    created = send("tracker", "PUT", f"/{NUMBER}", "*", json=told)
    assert created.status_code == 201
    assert "case.lacks" in {one["code"] for one in created.get_json()["findings"]}
    assert _title(send, "A new title").status_code == 200
    told["violations"][0]["location"] = "The deck"
    etag = send("tracker", "GET", f"/{NUMBER}").get_json()["etag"]
    told["case"]["title"] = "A new title"
    assert send("tracker", "PUT", f"/{NUMBER}", etag, json=told).status_code == 200


def test_an_imported_notice_is_corrected_and_what_was_taken_back_stays_so(send: Send, put: Any) -> None:
    data = {"document_type": "administrative-citation", "about": "c1", "recipient": "owner"}
    first = event(send, "notice-imported", "AC-1999-0007", "2026-05-28", data=data).get_json()["position"]
    right = event(send, "notice-imported", "AC-1999-0007", "2026-05-29", data=data, corrects=first, reason="A slip.")
    assert right.status_code == 201, right.get_json()

    def issued() -> Any:
        return send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]["citations"][0].get("issued_on")

    assert issued() == "2026-05-29"
    second = right.get_json()["position"]
    gone = event(send, "retracted", "AC-1999-0007", "2026-06-01", corrects=second, reason="It was the 28th.")
    assert gone.status_code == 201
    assert issued() == "2026-05-28"  # the correction was the mistake
    last = gone.get_json()["position"]
    again = event(send, "retracted", "AC-1999-0007", "2026-06-01", corrects=last, reason="It was not.")
    assert (again.status_code, again.get_json()["code"]) == (422, "event.contradicts")
    assert again.get_json()["errors"][0]["pointer"] == "/corrects"
    twice = event(send, "retracted", "AC-1999-0007", "2026-06-01", corrects=second, reason="It was not.")
    assert (twice.status_code, twice.get_json()["code"]) == (409, "event.corrected")
    assert "anew" in twice.get_json()["detail"]


@pytest.mark.parametrize(("scopes", "seen"), [(["issue", "read"], False), (["issue", "records"], True)])
def test_an_order_of_another_is_made_without_what_is_confidential(
    send: Send, put: Any, office: Office, client: FlaskClient, scopes: list[str], seen: bool
) -> None:
    assert put["casefile"]["confidential"]["complainant"]
    key = office.people.keys.add("window", scopes, "cli:op")[1]
    order = {"template": "notice-of-violation", "case": NUMBER, "on": "2026-05-29", "dated_back": "A test."}
    made = client.post("/api/v1/documents", json=order, headers={"Authorization": f"Bearer {key}"})
    assert made.status_code == 201, made.get_json()
    pinned = json.loads(office.means.store.blobs.read(made.get_json()["casefile_sha256"]))
    assert ("confidential" in pinned) is seen


def test_a_case_goes_into_no_case_that_its_teller_may_not_read(send: Send, put: Any, facts: Any) -> None:
    facts["case"]["number"] = "CE-2026-0500"
    assert send("other", "PUT", "/CE-2026-0500", "*", json=facts).status_code == 201
    answer = event(send, "merged", "CE-2026-0500", "2026-06-30", data={"reason": "One site."})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "case.unknown")
    for reason in (None, 7, {"a": "b"}):
        answer = event(send, "merged", "CE-2026-0500", "2026-06-30", name="desk", data={"reason": reason})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "event.invalid")


@pytest.mark.parametrize("position", [0, -1, 2**31, 2**63, 10**29, "1", 1.5, True])
def test_a_correction_of_no_event_is_refused(send: Send, put: Any, position: Any) -> None:
    answer = event(send, "retracted", NUMBER, "2026-06-30", corrects=position, reason="Not so.")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/corrects"


def test_who_read_an_earlier_revision_has_not_seen_the_newest(send: Send, put: Any) -> None:
    assert _title(send, "A new title").status_code == 200
    old = send("tracker", "GET", f"/{NUMBER}?revision=1").get_json()
    assert (old["revision"], old["casefile"]["case"]["title"]) == (1, put["casefile"]["case"]["title"])
    back = send("tracker", "PUT", f"/{NUMBER}", old["etag"], json=old["casefile"])
    assert (back.status_code, back.get_json()["code"]) == (412, "case.changed")
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["casefile"]["case"]["title"] == "A new title"


def test_a_document_is_superseded_in_its_own_case(send: Send, put: Any, facts: Any) -> None:
    made = issue(send).get_json()
    facts["case"]["number"] = "CE-2026-0500"
    assert send("tracker", "PUT", "/CE-2026-0500", "*", json=facts).status_code == 201
    order = {"template": "administrative-citation", "case": "CE-2026-0500", "about": "c1", "on": "2026-05-29",
             "dated_back": "A test.", "reason": "Another house."}  # fmt: skip
    url = f"/api/v1/documents/{made['id']}"
    answer = send("tracker", "POST", f"{url}/supersede", made["etag"], json=order)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "document.other_case")
    assert send("tracker", "GET", url).get_json()["status"] == "issued"
    order["case"] = "ce–2026–0231"
    for place, other in (("/about", {"about": "c2"}), ("/template", {"template": "courtesy-letter", "about": None}),
                         ("/recipient", {"recipient": put["casefile"]["parties"][1]["id"]})):  # fmt: skip
        answer = send("tracker", "POST", f"{url}/supersede", made["etag"], json=order | other)
        if place == "/recipient" and answer.get_json()["code"] == "recipient.role":
            continue
        assert (answer.status_code, answer.get_json()["code"]) == (409, "document.other_paper"), answer.get_json()
        assert [one["pointer"] for one in answer.get_json()["errors"]] == [place]
    assert send("tracker", "POST", f"{url}/supersede", made["etag"], json=order).status_code == 201


def test_who_may_go_past_a_guard_is_told_as_an_event(send: Send, put: Any) -> None:
    assert issue(send).status_code == 201
    assert issue(send).get_json()["code"] == "procedure.once"
    data = {"guard": "procedure.once", "role": "director", "reason": "The first burnt."}
    assert event(send, "guard-waived", "administrative-citation", "2026-05-29", data=data).status_code == 201
    assert issue(send).status_code == 201


def test_a_key_brings_the_decisions_of_those_for_whom_it_speaks(send: Send, put: Any, office: Office) -> None:
    client = create_app(office).test_client()
    assert issue(send).status_code == 201
    for officers, status in ((["clerk"], 403), ([], 403), (["director", "clerk"], 201)):
        secret = office.people.keys.add("tracker", ["issue"], "cli:op", officers=officers)[1]
        headers = {"Authorization": f"Bearer {secret}"}
        decision = {"guard": "procedure.once", "answer": "yes", "by": "director", "reason": "The first burnt."}
        order = {"template": "administrative-citation", "case": NUMBER, "about": "c1", "on": "2026-05-29"}
        answer = client.post("/api/v1/documents", json=order | {"decisions": [decision]}, headers=headers)
        assert answer.status_code == status, answer.get_json()
        if status == 403:
            problem = answer.get_json()
            assert problem["code"] == "access.officer"
            assert [one["pointer"] for one in problem["errors"]] == ["/decisions/0/by"]
            told = {"type": "guard-waived", "subject": "administrative-citation", "on": "2026-05-29",
                    "data": {"guard": "procedure.once", "role": "director", "reason": "It burnt."}}  # fmt: skip
            refused = client.post(f"/api/v1/cases/{NUMBER}/events", json=told, headers=headers)
            assert (refused.status_code, refused.get_json()["code"]) == (403, "access.officer")
    with pytest.raises(Refusal) as unknown:
        office.people.keys.add("window", ["issue"], "cli:op", officers=["mayor"])
    assert [(one.code, one.place) for one in unknown.value.problems] == [("key.officer", "/officers/0")]


def test_a_date_in_the_past_is_no_way_out_of_a_closed_case(send: Send, put: Any) -> None:
    told = event(send, "closed", NUMBER, "2026-06-30", data={"reason": "All corrected."})
    assert told.status_code == 201
    refused = issue(send)  # dated before the closing
    assert (refused.status_code, refused.get_json()["code"]) == (422, "procedure.closed")
    assert event(send, "retracted", NUMBER, "2026-06-30", corrects=told.get_json()["position"], reason="No.")
    assert issue(send).status_code == 201


def test_a_number_belongs_to_who_issued_the_first_letter_under_it(send: Send, facts: Any) -> None:
    order = {"template": "administrative-citation", "casefile": facts, "about": "c1", "on": "2026-05-29",
             "dated_back": "A test."}  # fmt: skip
    made = send("tracker", "POST", "/api/v1/documents", json=order)
    assert made.status_code == 201, made.get_json()
    taken = send("other", "PUT", f"/{NUMBER}", "*", json=facts)
    assert (taken.status_code, taken.get_json()["code"]) == (404, "case.unknown")
    assert send("desk", "PUT", f"/{NUMBER}", "*", json=facts).status_code == 201
    assert send("tracker", "GET", f"/{NUMBER}").status_code == 200, "whose the number was before"
    assert send("other", "GET", f"/{NUMBER}").status_code == 404


@pytest.mark.parametrize("same", [True, False])
def test_who_asks_for_a_new_case_learns_nothing_of_anothers(send: Send, put: Any, facts: Any, same: bool) -> None:
    if not same:
        facts["case"]["title"] = "Another"
    answer = send("other", "PUT", f"/{NUMBER}", "*", json=facts)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "case.unknown")
    assert "ETag" not in answer.headers


def test_what_rests_on_an_event_holds_it(send: Send, put: Any, facts: Any) -> None:
    number, party = issue(send).get_json()["number"], put["casefile"]["parties"][0]["id"]
    served = event(send, "served", number, "2026-05-29", data={"party": party, "method": "first_class_mail"})
    back = event(send, "returned", number, "2026-06-08", data={"party": party, "result": "returned"})
    assert (served.status_code, back.status_code) == (201, 201)
    before = send("tracker", "GET", "/api/v1/events").get_json()["next"]
    refused = event(
        send, "retracted", number, "2026-06-30", corrects=served.get_json()["position"], reason="Another's."
    )
    assert (refused.status_code, refused.get_json()["code"]) == (422, "event.contradicts")
    assert [one["pointer"] for one in refused.get_json()["errors"]] == ["/corrects"]
    assert send("tracker", "GET", "/api/v1/events").get_json()["next"] == before, "nothing is half told"
    for told in (back, served):  # the other way it goes
        position = told.get_json()["position"]
        assert event(send, "retracted", number, "2026-06-30", corrects=position, reason="No.").status_code == 201


def test_days_that_the_facts_contradict_are_told(send: Send, put: Any, facts: Any) -> None:
    more = {"to": "2026-06-20", "reason": "Rain."}
    assert event(send, "extension-granted", "v1", "2026-06-01", data=more).status_code == 201
    facts["violations"][0]["observed_on"] = "2026-06-25"
    facts["citations"] = facts["appeals"] = facts["hearings"] = []
    changed = send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts)
    assert changed.status_code == 200, changed.get_json()
    found = send("tracker", "GET", f"/{NUMBER}").get_json()["findings"]
    assert [(one["code"], one["place"]) for one in found] == [("case.differs", "/violations/0/comply_by")]


def test_a_closing_letter_closes_the_case_in_lists_too(send: Send, facts: Any) -> None:
    facts |= {"appeals": [], "hearings": [], "citations": []}
    for violation in facts["violations"]:
        violation["corrected_on"] = "2026-06-30"
    made = send("tracker", "PUT", f"/{NUMBER}", "*", json=facts)
    assert made.status_code == 201, made.get_json()

    def listed(status: str) -> list[str]:
        return [one["number"] for one in send("tracker", "GET", f"{URL}?status={status}").get_json()["items"]]

    letter = send("tracker", "POST", "/api/v1/documents", json={"template": "closure-letter", "case": NUMBER})
    assert letter.status_code == 201, letter.get_json()
    assert (listed("closed"), listed("open")) == ([NUMBER], [])
    url = f"/api/v1/documents/{letter.get_json()['id']}/void"
    assert send("tracker", "POST", url, letter.get_json()["etag"], json={"reason": "Too early."}).status_code == 200
    assert (listed("closed"), listed("open")) == ([], [NUMBER])
    again = send("tracker", "POST", "/api/v1/notices", json={"template": "closure-letter", "case": NUMBER})
    assert (again.status_code, listed("open")) == (201, [])
    url = f"/api/v1/notices/{again.get_json()['number']}/void"
    assert send("tracker", "POST", url, again.get_json()["etag"], json={"reason": "Too early."}).status_code == 200
    assert (listed("closed"), listed("open")) == ([], [NUMBER]), "so it is when the notice is voided"


def test_what_is_owed_is_told_by_the_case(send: Send, put: Any) -> None:
    number, party = issue(send).get_json()["number"], put["casefile"]["parties"][0]["id"]
    told = event(send, "served", number, "2026-05-29", data={"party": party, "method": "personal"})
    assert told.status_code == 201
    found = send("reader", "GET", f"/{NUMBER}/ledger").get_json()
    [debt] = [one for one in found["debts"] if one["citation"] == "c1"]
    assert (debt["number"], debt["liable"], debt["charged"]) == (number, [party], "1500.00")
    assert debt["entries"][0] | {"why": ""} == {
        "on": "2026-05-29", "kind": "charge", "amount": "1500.00", "balance": "1500.00", "why": "", "id": "c1",
    }  # fmt: skip
    assert send("tracker", "GET", f"/{NUMBER}/next").get_json()["owed"] == []
    assert event(send, "withdrawn", "c1", "2026-06-20", data={"reason": "No."}).status_code == 201
    owed = send("tracker", "GET", f"/{NUMBER}/next").get_json()["owed"]
    assert [(one["code"], one["recipient"], one["number"]) for one in owed] == [("withdrawal.due", party, number)]
    before = send("tracker", "GET", f"/{NUMBER}/ledger?on=2026-06-19").get_json()["debts"]
    assert [one["balance"] for one in before if one["citation"] == "c1"] == ["1500.00"]
    [debt] = [one for one in send("tracker", "GET", f"/{NUMBER}/ledger").get_json()["debts"] if one["citation"] == "c1"]
    assert (debt["owed"], debt["refund"]) == ("0.00", "1500.00"), "its deposit goes back"
    assert send("other", "GET", f"/{NUMBER}/ledger").status_code == 404


def test_a_refused_letter_of_a_mailing_by_case_points_into_the_case(send: Send, put: Any, office: Office) -> None:
    order = {"template": "administrative-citation", "case": NUMBER, "about": "c2", "on": "2026-06-17",
             "dated_back": "A test.", "recipients": "all", "mode": "each"}  # fmt: skip
    assert event(send, "closed", NUMBER, "2026-06-30", data={"reason": "Done."}).status_code == 201
    direct = send("tracker", "POST", "/api/v1/documents",
                  json={key: value for key, value in order.items() if key not in ("recipients", "mode")})  # fmt: skip
    queued = send("tracker", "POST", "/api/v1/documents", json=order)
    assert queued.status_code == 202, queued.get_json()
    office.jobs.worker.run_one()
    job = send("tracker", "GET", queued.get_json()["href"]).get_json()
    assert direct.status_code == 422, direct.get_json()
    assert job["outcomes"][0]["problem"]["errors"] == direct.get_json()["errors"]
    assert not any("pointer" in one for one in job["problem"]["errors"]), "there was no casefile in the request"


def test_who_asks_past_the_end_of_the_feed_is_told(send: Send, put: Any) -> None:
    end = send("reader", "GET", "/api/v1/events").get_json()["next"]
    assert send("reader", "GET", f"/api/v1/events?after={end}").status_code == 200
    answer = send("reader", "GET", f"/api/v1/events?after={end + 1}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "feed.position")
    assert answer.get_json()["errors"][0]["parameter"] == "after"


def test_papers_of_a_merged_case_are_counted_in_the_one_that_goes_on(send: Send, put: Any, facts: Any) -> None:
    made = issue(send).get_json()
    party, into = put["casefile"]["parties"][0]["id"], "CE-2026-0500"
    facts["case"]["number"] = into
    assert send("tracker", "PUT", f"/{into}", "*", json=facts).status_code == 201

    def due() -> set[str]:
        listed = send("reader", "GET", "/api/v1/due?until=2027-12-31&per_page=200").get_json()["items"]
        return {one["case"] for one in listed if made["number"] in str(one)}

    assert due() == {NUMBER}
    merger = event(send, "merged", into, "2026-06-30", data={"reason": "One site.", "ids": {"v1": "v1"}})
    assert merger.status_code == 201, merger.get_json()
    assert due() == {into}
    read = send("tracker", "GET", f"/{into}").get_json()
    assert read["casefile"]["citations"][0]["number"] == made["number"]
    assert send("tracker", "PUT", f"/{into}", read["etag"], json=read["casefile"]).get_json()["outcome"] == "unchanged"
    order = {"template": "administrative-citation", "case": into, "about": "c1", "on": "2026-05-29",
             "dated_back": "A test."}  # fmt: skip
    again = send("tracker", "POST", "/api/v1/documents", json=order)
    assert (again.status_code, again.get_json()["code"]) == (422, "procedure.once")
    told = {"type": "served", "on": "2026-05-29", "subject": made["number"],
            "data": {"party": party, "method": "personal"}}  # fmt: skip
    assert send("tracker", "POST", f"/{into}/events", json=told).status_code == 201
    assert send("tracker", "GET", f"/{into}").get_json()["casefile"]["citations"][0]["served_on"] == "2026-05-29"
    read = send("tracker", "GET", f"/{into}").get_json()
    read["casefile"]["case"]["title"] = "Two in one"
    read["casefile"]["citations"] += [{**read["casefile"]["citations"][0], "id": "c9", "violation_on": "2026-06-28"}]
    for name in ("number", "issued_on", "served_on"):
        del read["casefile"]["citations"][-1][name]
    changed = send("tracker", "PUT", f"/{into}", read["etag"], json=read["casefile"])
    assert changed.status_code == 200, changed.get_json()
    # The one that was merged takes no more, also not by a casefile of its number.
    order = {**order, "case": None, "casefile": facts | {"case": {**facts["case"], "number": NUMBER}}}
    refused = send("tracker", "POST", "/api/v1/documents", json=order)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "case.merged")
    assert send("tracker", "GET", f"/{NUMBER}/next").get_json()["items"] == []
    assert send("tracker", "GET", f"/{NUMBER}/ledger").get_json()["debts"] == []
    # A correction goes out in the one that goes on.
    order = {"template": "administrative-citation", "case": into, "about": "c1", "on": "2026-05-29",
             "dated_back": "A test.", "reason": "A word."}  # fmt: skip
    instead = send("tracker", "POST", f"/api/v1/documents/{made['id']}/supersede", made["etag"], json=order)
    assert instead.status_code == 201, instead.get_json()


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({}, "/data"), ({"reason": "x", "ids": []}, "/data/ids"), ({"reason": "x", "ids": {"v1": 1}}, "/data/ids"),
        ({"reason": "x", "ids": {"v1": "c1"}}, "/data/ids/v1"), ({"reason": "x", "ids": {"q": "v1"}}, "/data/ids/q"),
        ({"reason": "x", "why": "y"}, "/data/why"),
    ],
)  # fmt: skip
def test_a_merger_says_why_and_names_things_that_there_are(
    send: Send, put: Any, facts: Any, data: Any, place: str
) -> None:
    facts["case"]["number"] = "CE-2026-0500"
    assert send("tracker", "PUT", "/CE-2026-0500", "*", json=facts).status_code == 201
    answer = event(send, "merged", "CE-2026-0500", "2026-06-30", data=data)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [place]


def test_a_case_that_closes_while_a_letter_dated_back_is_made_stops_it(
    send: Send, put: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked again in the transaction that uses the number, also of the day of issue."""
    made = producing.produce

    def closing(*arguments: Any, **more: Any) -> Any:
        told = event(send, "closed", NUMBER, "2026-06-30", data={"reason": "Done."})
        assert told.status_code == 201, told.get_json()
        return made(*arguments, **more)

    monkeypatch.setattr(producing, "produce", closing)
    refused = issue(send)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "procedure.closed"), refused.get_json()
