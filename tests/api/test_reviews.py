"""The review over HTTP, on a real office: the same rules for another system's tool as for the desk."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from docservice.app import create_app
from docservice.office import Office
from tests.office.reviewed import FOLDER, KEY, an_office, people, wording

URL = f"/api/v1/templates/{KEY}/versions"
MORE = "<p>{{ case.number }}</p>"
Send = Callable[..., Any]


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:  # type: ignore[override]
    with an_office(tmp_path / "home", fonts_folder) as opened:
        people(opened)
        yield opened


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return create_app(office).test_client()


@pytest.fixture
def send(client: FlaskClient, office: Office) -> Send:
    """``send("ada", "POST", url, json=…)`` acts by a key of ada's; ``tracker`` by one of nobody's."""
    made: dict[str, str] = {}

    def act(
        login: str, method: str, url: str, seen: str | None = None, *, raw: str | None = None, **more: Any
    ) -> Any:  # fmt: skip
        if login not in made:
            scopes = ["review", "read"] if login == "tracker" else ["review", "approve", "read"]
            made[login] = office.add_key(f"{login}'s", scopes, "cli:op", None if login == "tracker" else login)[1]
        tag = f'"{seen}"' if seen else raw
        headers = {"Authorization": f"Bearer {made[login]}"} | ({"If-Match": tag} if tag is not None else {})
        return client.open(url, method=method, headers=headers, **more)

    return act


def propose(send: Send, login: str = "cora", addition: str = MORE, **more: Any) -> dict[str, Any]:
    files = {name: base64.b64encode(data).decode() for name, data in wording(addition).items()}
    answer = send(login, "POST", URL, json={"note": "Why not?", "based_on": 1, "files": files, **more})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"].endswith(f"/versions/{body['number']}")
    assert answer.headers["ETag"] == f'"{body["etag"]}"'
    return body


def submitted(send: Send, login: str = "cora", addition: str = MORE) -> dict[str, Any]:
    draft = propose(send, login, addition)
    answer = send(login, "POST", f"{URL}/{draft['number']}/submit", draft["etag"], json={})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def test_the_whole_way(send: Send, office: Office) -> None:
    version = submitted(send)
    url = f"{URL}/{version['number']}"
    assert (version["author"], version["standing"], version["note"]) == ("account:cora", "in_review", "Why not?")
    found = send("ada", "GET", f"{url}/assessment?on=2026-07-01").get_json()
    assert [f for f in found["findings"] if f["severity"] == "error"] == []
    assert {item["name"]: item["path"] for item in found["checklist"]["items"]}["informal"] == "informal"
    assert len(found["samples"]) == 2 * 5 * 3
    assert found["against"] == 1
    outline = send("ada", "GET", f"{url}/outline").get_json()
    where = next(p for p in outline["paragraphs"] if p["path"].startswith("solution/p"))
    said = send("ada", "POST", f"{url}/comments", json={"path": where["path"], "body": "Kinder?"}).get_json()
    (comment,) = send("cora", "GET", f"{url}/comments").get_json()["items"]
    assert (comment["id"], comment["how"], comment["now_at"], comment["resolved"]) == (
        said["id"], "same", where["path"], False,
    )  # fmt: skip
    answered = send("cora", "POST", f"{url}/comments/{said['id']}/answers", json={"kind": "resolved"})
    assert answered.status_code == 201
    assert send("ada", "GET", f"{url}/comments?within=1").get_json()["items"][0]["resolved"]
    approved = send("ada", "POST", f"{url}/approve", version["etag"], json={
        "effective_on": "2026-07-01", "on_behalf_of": "ADA",
    })  # fmt: skip
    assert approved.status_code == 200, approved.text
    body = approved.get_json()
    assert (body["warnings"], body["open_comments"]) == ([], 0)
    assert (body["status"], body["standing"], body["approver"]) == ("approved", "scheduled", "account:ada")
    assert approved.headers["ETag"] != f'"{version["etag"]}"'
    withdrawn = send("ada", "POST", f"{url}/withdraw", body["etag"], json={"reason": "No.", "on_behalf_of": "ada"})
    assert withdrawn.get_json()["standing"] == "withdrawn"
    lines = send("tracker", "GET", f"/api/v1/templates/{KEY}/audit?last=3").get_json()["items"]
    assert [line["action"] for line in lines] == ["template.withdrawn", "template.approved", "review.resolved"]
    assert lines[1]["detail"]["via"] == "ada's"
    assert [one["standing"] for one in send("tracker", "GET", URL).get_json()["items"]] == ["in_force", "withdrawn"]
    assert office.verify_audit() is None


def test_an_approval_needs_the_person_the_key_acts_for(send: Send, client: FlaskClient, office: Office) -> None:
    version = submitted(send)
    url, etag = f"{URL}/{version['number']}", version["etag"]
    order = {"effective_on": "2026-07-01", "on_behalf_of": "ada"}

    def code(login: str, seen: str | None = etag, **more: Any) -> tuple[int, str]:
        answer = send(login, "POST", f"{url}/approve", seen, json={**order, **more})
        return answer.status_code, answer.get_json()["code"]

    assert code("tracker") == (403, "access.scope_missing")
    assert code("cora") == (403, "approval.person")
    assert code("cora", on_behalf_of="cora") == (403, "access.role")
    assert code("rae", on_behalf_of="rae") == (403, "approval.role")
    assert code("ada", None) == (428, "precondition.required")
    assert code("ada", "0" * 32) == (412, "precondition.failed")
    assert code("ada", effective_on="2026-05-31") == (422, "template.effective_past")
    assert code("ada", effective_on="2026-01-01", backdated=True) == (409, "template.effective_taken")
    assert code("ada", effective_on="31.12.2026")[1] == "request.invalid"
    _, secret = office.add_key("root", ["admin"], "cli:op")
    headers = {"Authorization": f"Bearer {secret}", "If-Match": f'"{etag}"'}
    answer = client.post(f"{url}/approve", json=order, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "approval.person")
    assert answer.get_json()["errors"][0]["pointer"] == "/on_behalf_of"
    assert send("ada", "POST", f"{url}/approve", version["sha256"], json=order).status_code == 200
    assert code("ian", on_behalf_of="ian") == (412, "precondition.failed")  # who comes second is told


def test_a_decision_names_the_state_that_was_seen(send: Send) -> None:
    """A tag that stands for any state, or for something like it, has seen nothing."""
    version = submitted(send)
    url, etag = f"{URL}/{version['number']}/send-back", version["etag"]
    many = ", ".join(f'"{n:032x}"' for n in range(100))
    for tag, status in (
        ("*", 428), ("", 412), ("garbage", 412), (f'W/"{etag}"', 412), (f'"x", W/"{etag}"', 412), (f'"{etag}x"', 412),
        (f'{many}, "{etag}"', 200),
    ):  # fmt: skip
        answer = send("rae", "POST", url, raw=tag, json={"reason": "No."})
        assert answer.status_code == status, (tag, answer.text)


NO_ANSWERS: tuple[tuple[str, object], ...] = (
    ("backdated", 1), ("backdated", 0), ("backdated", "true"), ("backdated", None), ("effective_on", "2026-W27-3"),
    ("effective_on", "20260701"), ("effective_on", "2026-02-30"), ("effective_on", "9999-12-31"),
    ("effective_on", "0001-01-01"), ("effective_on", "2026-07-01T00:00:00Z"), ("effective_on", " 2026-07-01"),
    ("effective_on", "２０２６-07-01"), ("effective_on", 20260701), ("effective_on", None), ("on_behalf_of", 7),
    ("on_behalf_of", None),
)  # fmt: skip


def test_what_is_no_answer_to_the_question_approves_nothing(send: Send) -> None:
    version = submitted(send)
    for field, value in NO_ANSWERS:
        order = {"effective_on": "2026-07-01", "on_behalf_of": "ada", field: value}
        answer = send("ada", "POST", f"{URL}/{version['number']}/approve", version["etag"], json=order)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "request.invalid"), (field, value)
        assert answer.get_json()["errors"][0]["pointer"] == f"/{field}"


def test_a_login_that_only_looks_like_the_persons_is_another(send: Send) -> None:
    version = submitted(send)
    for login in ("аda", "ADА", "ada\x00", "ada@town.example", "", "a\u0301da"):
        order = {"effective_on": "2026-07-01", "on_behalf_of": login}
        answer = send("ada", "POST", f"{URL}/{version['number']}/approve", version["etag"], json=order)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "approval.person"), login


@pytest.mark.parametrize(
    ("moment", "day", "status", "standing"),
    [
        # The town is seven hours behind UTC in June: its day begins at 07:00.
        ("2026-06-02T06:59", "2026-06-01", 200, "in_force"),
        ("2026-06-02T06:59", "2026-06-02", 200, "scheduled"),
        ("2026-06-02T07:00", "2026-06-02", 200, "in_force"),
        ("2026-06-02T07:00", "2026-06-01", 422, ""),
        # And eight in winter.
        ("2026-12-02T07:59", "2026-12-01", 200, "in_force"),
        ("2026-12-02T08:00", "2026-12-01", 422, ""),
    ],
)
def test_days_are_the_towns(office: Office, send: Send, moment: str, day: str, status: int, standing: str) -> None:
    version = submitted(send)
    object.__setattr__(office.shop, "clock", lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC))
    order = {"effective_on": day, "on_behalf_of": "ada"}
    answer = send("ada", "POST", f"{URL}/{version['number']}/approve", version["etag"], json=order)
    assert (answer.status_code, answer.get_json().get("standing", "")) == (status, standing), answer.text


def test_who_leaves_while_the_assessment_runs_approves_nothing(
    send: Send, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assess = office.review.assess
    for leave, code in (
        (lambda: office.accounts.set_roles("ada", ["staff"], actor="cli:op"), "access.role"),
        (lambda: office.accounts.disable("ada", actor="cli:op"), "account.disabled"),
    ):
        office.accounts.set_roles("ada", ["approver"], actor="cli:op")
        version = submitted(send, addition=f"<p>{code}</p>")

        def meanwhile(*arguments: Any, leave: Callable[[], Any] = leave) -> Any:
            found = assess(*arguments)
            leave()
            return found

        monkeypatch.setattr(office.review, "assess", meanwhile)
        order = {"effective_on": "2026-07-01", "on_behalf_of": "ada"}
        answer = send("ada", "POST", f"{URL}/{version['number']}/approve", version["etag"], json=order)
        assert (answer.status_code, answer.get_json()["code"]) == (403, code)
        assert office.version(KEY, version["number"]).status == "in_review"


def test_a_number_that_no_version_has(send: Send) -> None:
    for number in (2**31, 10**12, 10**29, 0, -1):
        for answer in (
            send("ada", "GET", f"{URL}/1/comments?within={number}"),
            send("ada", "GET", f"/api/v1/translations/{KEY}/es?version={number}"),
            send("cora", "POST", URL, json={"note": "n", "based_on": number, "files": {}}),
        ):
            assert answer.status_code in (404, 422)


def test_what_was_sent_back_meanwhile_is_not_approved(send: Send) -> None:
    version = submitted(send)
    url = f"{URL}/{version['number']}"
    back = send("rae", "POST", f"{url}/send-back", version["etag"], json={"reason": "A word is wrong."})
    assert back.get_json()["status"] == "draft"
    order = {"effective_on": "2026-07-01", "on_behalf_of": "ada"}
    assert send("ada", "POST", f"{url}/approve", version["etag"], json=order).status_code == 412
    late = send("ada", "POST", f"{url}/approve", back.get_json()["etag"], json=order)
    assert (late.status_code, late.get_json()["code"]) == (409, "template.transition")


def test_withdrawing_says_what_takes_its_place(send: Send) -> None:
    version = send("ada", "GET", f"{URL}/1").get_json()
    reason = {"reason": "Repealed."}

    def code(login: str, body: dict[str, Any]) -> tuple[int, str]:
        answer = send(login, "POST", f"{URL}/1/withdraw", version["etag"], json={**reason, **body})
        return answer.status_code, answer.get_json().get("code", "")

    assert code("tracker", {}) == (403, "access.scope_missing")
    assert code("ada", {}) == (422, "template.replacement")
    assert code("ada", {"replacement": 7}) == (422, "template.replacement")
    assert code("ada", {"replacement": "all"}) == (422, "request.invalid")
    assert code("ada", {"replacement": True}) == (422, "request.invalid")
    assert code("ada", {"replacement": "none", "on_behalf_of": "cora"}) == (403, "approval.person")
    assert code("ada", {"replacement": "none"}) == (200, "")
    assert send("ada", "GET", f"{URL}/1").get_json()["withdrawn_by"] == "account:ada"


def test_a_proposal_as_multipart(send: Send) -> None:
    files = wording(MORE) | {"template.yaml": (FOLDER / "template.yaml").read_bytes()}
    for sample in (FOLDER / "samples").glob("*.json"):
        files[f"samples/{sample.name}"] = sample.read_bytes()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{KEY}/{name}", data)
    note = json.dumps({"note": "As a zip"})
    zipped = send("tracker", "POST", URL, data={"proposal": note, "files": (io.BytesIO(stream.getvalue()), "x.zip")})
    assert zipped.status_code == 201, zipped.text
    assert zipped.get_json()["author"] == "key:tracker's"
    parts = [(io.BytesIO(data), name) for name, data in files.items()]
    again = send("tracker", "POST", URL, data={"proposal": note, "files": parts})
    assert again.get_json() == zipped.get_json()  # the same text is the same version
    bad = send("tracker", "POST", URL, data={"proposal": note, "files": (io.BytesIO(b"PK"), "x.zip")})
    assert (bad.status_code, bad.get_json()["code"]) == (422, "proposal.files")


def test_what_cannot_be_frozen_is_refused_by_line(send: Send) -> None:
    broken = base64.b64encode(b"<article>\n{% if %}</article>").decode()
    answer = send("cora", "POST", URL, json={"note": "x", "based_on": 1, "files": {"letter.html": broken}})
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "template.invalid")
    assert body["errors"][0]["place"] == "letter.html:2"
    for more, pointer in (({"note": " "}, "/note"), ({"based_on": 0}, "/based_on"), ({"x": 1}, "/x")):
        answer = send("cora", "POST", URL, json={"note": "x", "files": {}, **more})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)
    assert send("cora", "GET", f"{URL}/9/assessment").status_code == 404
    assert (
        send("cora", "POST", f"{URL}/1/comments/nothing/answers", json={"kind": "reply", "body": "x"}).status_code
        == 404
    )


def test_a_disabled_persons_key_is_dead(send: Send, office: Office) -> None:
    assert send("ada", "GET", URL).status_code == 200
    office.accounts.disable("ada", actor="cli:op")
    assert send("ada", "GET", URL).get_json()["code"] == "access.key_unknown"


def test_a_template_may_begin_as_a_copy_of_approved_wording(send: Send) -> None:
    url = "/api/v1/templates/friendly-letter/versions"
    head = (FOLDER / "template.yaml").read_bytes().replace(KEY.encode(), b"friendly-letter", 1)
    body = {
        "note": "Friendlier still.", "new": True, "copy_of": {"template": KEY, "version": 1},
        "files": {"template.yaml": base64.b64encode(head).decode()},
    }  # fmt: skip
    answer = send("cora", "POST", url, json=body)
    assert answer.status_code == 201, answer.json
    assert (answer.json["template"], answer.json["number"]) == ("friendly-letter", 1)
    again = send("cora", "POST", url, json=body)
    assert (again.status_code, again.json["code"]) == (409, "template.exists")
    for key in ("new", "clauses"):
        refused = send("cora", "POST", f"/api/v1/templates/{key}/versions", json=body)
        assert (refused.status_code, refused.json["code"]) == (422, "proposal.key")
    unknown = {**body, "copy_of": {"template": "nothing", "version": 1}}
    assert send("cora", "POST", "/api/v1/templates/other/versions", json=unknown).status_code == 404


def test_a_sample_is_taken_away(send: Send, office: Office) -> None:
    names = sorted(office.shown(KEY, 1).samples)
    assert len(names) > 1
    body = {"note": "One too many.", "based_on": 1, "removes": [f"samples/{names[0]}.json"], "files": {}}
    answer = send("cora", "POST", URL, json=body)
    assert answer.status_code == 201, answer.json
    assert sorted(office.shown(KEY, 2).samples) == names[1:]


def test_what_approving_does_is_told_and_confirmed_by_id(send: Send, office: Office) -> None:
    version = submitted(send, addition="<p>{% trans %}You may contest this notice within 15 days.{% endtrans %}</p>")
    at = f"{URL}/{version['number']}"
    told = send("tracker", "GET", f"{at}/consequences?on=2026-07-01").get_json()
    assert (told["against"], told["effective_on"], told["undoes"]) == (1, "2026-07-01", [])
    assert [(one["kind"], one["now"]) for one in told["numbers"]] == [("period", "15 days")]
    assert {(one["language"], one["starts"], one["sentences"]) for one in told["languages"]} == {
        (tag, False, 1) for tag in ("es", "zh-Hant", "vi", "ar")
    }
    (asked,) = told["to_confirm"]
    assert (asked["code"], told["wrong_numbers"][0]["code"]) == ("wording.number", "wording.number")
    approval = {"effective_on": "2026-07-01", "on_behalf_of": "ada"}
    for confirmed in ([], ["0123456789ab"]):
        refused = send("ada", "POST", f"{at}/approve", version["etag"], json={**approval, "confirmed": confirmed})
        assert (refused.status_code, refused.get_json()["code"]) == (409, "template.unconfirmed")
    assert refused.get_json()["errors"][0]["pointer"] == "/confirmed"
    done = send("ada", "POST", f"{at}/approve", version["etag"], json={**approval, "confirmed": [asked["id"]]})
    assert (done.status_code, done.get_json()["standing"]) == (200, "scheduled")
    assert "wording.number" in {one["code"] for one in done.get_json()["warnings"]}
    assert office.review.trail(KEY)[0].detail["confirmed"] == [asked["message"]]
