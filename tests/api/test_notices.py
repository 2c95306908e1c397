"""Notices over HTTP, on a real register; letters are a stub. What each does is proven in tests/office/issuing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import open_office
from docservice.pipeline import producing
from tests.homes import furnish
from tests.office.killed import stub

Send = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def send(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(producing, "produce", stub)
        with open_office(Settings(home=furnish(tmp_path_factory.mktemp("notices") / "home"))) as office:
            keys = {name: office.people.keys.add(name, ("issue", "read"), "test")[1] for name in ("tracker", "other")}
            keys["desk"] = office.people.keys.add("desk", ("issue", "records"), "test")[1]
            reader = office.people.keys.add("reader", ("issue",), "test")[1]
            client = create_app(office).test_client()

            def sent(method: str, path: str, body: Any = None, who: str = "tracker", **headers: str) -> TestResponse:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                secret = {**keys, "reader": reader}[who]
                return client.open(
                    f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {secret}", **named}
                )

            yield sent


@pytest.fixture
def order(example: Any) -> dict[str, Any]:
    facts, _ = example("CE-2026-0231")
    return {"casefile": facts, "template": "administrative-citation", "about": "c1", "on": "2026-05-29",
            "dated_back": "A test."}  # fmt: skip


def test_a_notice_is_issued_once_and_read(send: Send, order: dict[str, Any]) -> None:
    dry = send("POST", "/notices", {**order, "dry_run": True})
    assert (dry.status_code, [one["may"] for one in dry.get_json()["recipients"]]) == (200, [True, True])
    made = send("POST", "/notices", order, Idempotency_Key="n1")
    assert made.status_code == 201, made.get_json()
    told = made.get_json()
    assert [(one["copy"], one["recipient"], one["printings"][0]["number"]) for one in told["copies"]] == [
        (1, "owner", f"{told['number']}.1"), (2, "local-contact", f"{told['number']}.2"),
    ]  # fmt: skip
    assert told["refused"] == []
    again = send("POST", "/notices", order, Idempotency_Key="n1")
    assert (again.get_json()["number"], again.headers["Idempotent-Replayed"]) == (told["number"], "true")
    read = send("GET", made.headers["Location"].removeprefix("/api/v1"))
    assert (read.status_code, read.headers["ETag"]) == (200, made.headers["ETag"])
    assert send("GET", f"/notices/{told['number']}", who="reader").status_code == 404, "another's is not there"
    assert send("GET", "/notices/AC-2026-0999").get_json()["code"] == "notice.unknown"


def test_copies_printings_corrections_and_voids(send: Send, order: dict[str, Any]) -> None:
    by_type = {**order, "template": None, "type": "administrative-citation", "recipients": ["owner"]}
    lone = send("POST", "/notices", by_type).get_json()
    number = lone["number"]
    assert lone["copies"][0]["printings"][0]["number"] == number, "one copy prints no suffix"
    facts = {name: order[name] for name in ("casefile", "on", "dated_back")}
    had = send("POST", f"/notices/{number}/copies", {**facts, "recipient": "owner"})
    assert (had.status_code, had.get_json()["code"]) == (409, "notice.has_copy")
    added = send("POST", f"/notices/{number}/copies", {**facts, "recipient": "local-contact"})
    assert (added.status_code, added.get_json()["number"]) == (201, f"{number}.2")
    foreign = send("POST", f"/notices/{number}/copies", {**facts, "recipient": "local-contact"}, who="other")
    assert foreign.status_code == 403
    dates = {"on": "2026-06-02", "dated_back": "A test.", "mail_on": "2026-06-03", "reason": "It came back."}
    printed = send("POST", f"/notices/{number}/copies/2/printings", dates)
    assert printed.status_code == 201, printed.get_json()
    assert (printed.get_json()["number"], printed.get_json()["mail_on"]) == (f"{number}.2.2", "2026-06-03")
    wrong = send("POST", f"/notices/{number}/copies/2/printings", {**dates, "mail_on": "2026-06-01"})
    assert [one["pointer"] for one in wrong.get_json()["errors"]] == ["/mail_on"]
    dove = send("POST", f"/notices/{number}/copies/2/printings", {**dates, "envelope": "pigeon"})
    assert (dove.status_code, dove.get_json()["code"]) == (422, "order.envelope")
    assert [one["pointer"] for one in dove.get_json()["errors"]] == ["/envelope"]

    correction = {**order, "on": "2026-06-02", "reason": "A slip.", "correction": "substantive"}
    assert send("POST", f"/notices/{number}/supersede", correction).status_code == 428
    assert send("POST", f"/notices/{number}/supersede", correction, If_Match='"x"').status_code == 412
    etag = send("GET", f"/notices/{number}").headers["ETag"]
    corrected = send("POST", f"/notices/{number}/supersede", correction, If_Match=etag)
    assert corrected.status_code == 201, corrected.get_json()
    assert send("GET", f"/notices/{number}").get_json()["status"] == "superseded"
    new = corrected.get_json()["number"]
    gone = send("POST", f"/notices/{new}/void", {"reason": "Withdrawn."}, If_Match=corrected.headers["ETag"])
    assert (gone.status_code, gone.get_json()["status"]) == (200, "void")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"recipients": []}, "/recipients"),
        ({"recipients": ["owner", "owner"]}, "/recipients"),
        ({"recipients": "some"}, "/recipients"),
        ({"recipient": "owner"}, "/recipient"),
        ({"type": "administrative-citation"}, "/template"),
        ({"mode": "maybe"}, "/mode"),
    ],
)
def test_what_is_asked_wrongly_is_named(
    said: dict[str, Any], pointer: str, send: Send, order: dict[str, Any]
) -> None:  # fmt: skip
    answer = send("POST", "/notices", {**order, **said})
    assert answer.status_code == 422
    assert pointer in [one.get("pointer") for one in answer.get_json()["errors"]]


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("copies", {"template": "notice-of-violation", "recipient": "local-contact"}, "document.other_paper"),
        ("copies", {"about": "c2", "recipient": "local-contact"}, "document.other_paper"),
        ("copies/1/printings", {"template": "notice-of-violation"}, "document.other_paper"),
        ("copies/1/printings", {"recipient": "local-contact"}, "document.other_paper"),
        ("copies", {"case": {"number": "CE-2026-0999"}, "recipient": "local-contact"}, "document.other_case"),
        ("copies/1/printings", {"case": {"number": "CE-2026-0999"}}, "document.other_case"),
    ],
)
def test_a_notice_takes_no_paper_of_another(
    path: str, said: dict[str, Any], code: str, send: Send, order: dict[str, Any]
) -> None:
    order["casefile"]["case"]["number"] = f"CE-{path}-{code}-{len(said)}-{'about' in said}-{'recipient' in said}"
    number = send("POST", "/notices", {**order, "recipients": ["owner"]}).get_json()["number"]
    facts = {**order["casefile"], "case": {**order["casefile"]["case"], **said.get("case", {})}}
    told = {name: value for name, value in said.items() if name != "case"}
    body = {"casefile": facts, "on": order["on"], "dated_back": "A test.", **told}
    if "printings" in path:
        body["reason"] = "It came back."
    answer = send("POST", f"/notices/{number}/{path}", body)
    assert (answer.status_code, answer.get_json()["code"]) == (409, code), answer.get_json()
    assert len(send("GET", f"/notices/{number}").get_json()["copies"]) == 1


def test_clerks_who_add_a_copy_at_one_moment(
    send: Send, order: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    order["casefile"]["case"]["number"] = "CE-2026-0777"
    number = send("POST", "/notices", {**order, "recipients": ["owner"]}).get_json()["number"]
    body = {"casefile": order["casefile"], "on": order["on"], "dated_back": "A test.", "recipient": "local-contact"}
    answers = []

    def between(*args: Any) -> Any:  # the letter is made, and another is on record before it is kept
        monkeypatch.setattr(producing, "produce", stub)
        answers.append(send("POST", f"/notices/{number}/copies", body))
        return stub(*args)

    monkeypatch.setattr(producing, "produce", between)
    late = send("POST", f"/notices/{number}/copies", body)
    assert (answers[0].status_code, answers[0].get_json()["number"]) == (201, f"{number}.2")
    assert (late.status_code, late.get_json()["code"]) == (409, "notice.has_copy"), late.get_json()


def test_a_correction_goes_to_all_and_keeps_its_day(send: Send, order: dict[str, Any]) -> None:
    order["casefile"]["case"]["number"] = "CE-2026-0778"
    made = send("POST", "/notices", order)
    url = f"/notices/{made.get_json()['number']}/supersede"
    body = {**order, "reason": "A slip.", "correction": "clerical"}
    one = send("POST", url, {**body, "recipient": "owner"}, If_Match=made.headers["ETag"])
    later = send("POST", url, {**body, "mail_on": "2026-06-05"}, If_Match=made.headers["ETag"])
    assert [each["pointer"] for each in one.get_json()["errors"]] == ["/recipient"]
    assert "/mail_on" in [each["pointer"] for each in later.get_json()["errors"]], later.get_json()


def test_a_copy_that_the_desk_adds_takes_the_notice_from_nobody(send: Send, order: dict[str, Any]) -> None:
    order["casefile"]["case"]["number"] = "CE-2026-0780"
    number = send("POST", "/notices", {**order, "recipients": ["owner"]}, who="reader").get_json()["number"]
    body = {"casefile": order["casefile"], "on": order["on"], "dated_back": "A test.", "recipient": "local-contact"}
    assert send("POST", f"/notices/{number}/copies", body, who="desk").status_code == 201
    read = send("GET", f"/notices/{number}", who="reader")
    assert (read.status_code, len(read.get_json()["copies"])) == (200, 2)
    void = send("POST", f"/notices/{number}/void", {"reason": "x"}, who="reader", If_Match=read.headers["ETag"])
    assert void.status_code == 403, "the desk's copy is the desk's"


def test_another_kind_of_correction_is_another_request(send: Send, order: dict[str, Any]) -> None:
    order["casefile"]["case"]["number"] = "CE-2026-0779"
    made = send("POST", "/notices", {**order, "recipients": ["owner"]}).get_json()
    paper = made["copies"][0]["printings"][0]
    asked = {"If_Match": f'"{paper["etag"]}"', "Idempotency_Key": "kind"}
    body = {**order, "recipient": "owner", "reason": "A slip."}
    first = send("POST", f"/documents/{paper['id']}/supersede", {**body, "correction": "substantive"}, **asked)
    assert first.status_code == 201, first.get_json()
    other = send("POST", f"/documents/{paper['id']}/supersede", {**body, "correction": "clerical"}, **asked)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency.mismatch")


def test_who_is_unknown_stops_all(send: Send, order: dict[str, Any]) -> None:
    before = send("GET", "/documents").get_json()["total"]
    answer = send("POST", "/notices", {**order, "recipients": ["owner", "nobody"]})
    assert answer.status_code == 422
    assert send("GET", "/documents").get_json()["total"] == before
