"""Serving papers over HTTP and from a terminal, on one real office: only typesetting is replaced, by a stub."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from docservice.app import create_app
from docservice.casefile.article_numbers import check_digit
from docservice.cli import main
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.pipeline import producing
from tests.api.test_cases import NUMBER
from tests.casefile.test_attempts import SWORN
from tests.homes import furnish
from tests.office.killed import stub
from tests.places import ROOT

NOW = datetime(2026, 7, 1, 17, 0, tzinfo=UTC)
Act = Callable[..., Any]
JPEG, PDF = b"\xff\xd8\xff\xe0 a picture", b"%PDF-1.7 a scan"
PHOTO = {"caption": "Door", "alt": "A paper on a door", "taken_on": "2026-07-01", "taken_by": "inspector"}
ENVELOPE = ["A. OWNER", "79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"]
CERTIFIED = {"method": "certified_mail", "place": "Post office", "address": ENVELOPE,
             "article_number": "9407111899223197428490"}  # fmt: skip
LABEL = "7019297000001234567" + check_digit("7019297000001234567")
MAILED = {"method": "first_class_mail", "place": "Post office", "address": ENVELOPE}
POSTED = {"method": "posting_site", "at": "09:10", "place": "Front door",
          "photos": [{**PHOTO, "file": "door.jpg"}, {**PHOTO, "file": "lot.jpg"}]}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Path:
    return furnish(tmp_path_factory.mktemp("served") / "home", fonts_folder)


@pytest.fixture(scope="module")
def office(home: Path) -> Iterator[Office]:  # type: ignore[override]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(producing, "produce", stub)
        with open_office(Settings(home=home), clock=lambda: NOW) as opened:
            yield opened


@pytest.fixture(scope="module")
def act(office: Office) -> Act:
    """``act("tracker", "PUT", url, json=…)``, by a key of that name; the case and a paper of it are on record."""
    client, made = create_app(office).test_client(), dict[str, str]()

    def send(name: str, method: str, url: str, **more: Any) -> Any:
        if name not in made:
            made[name] = office.people.keys.add(name, {"reader": ["read"]}.get(name, ["issue"]), "cli:op")[1]
        headers = {"Authorization": f"Bearer {made[name]}", **more.pop("headers", {})}
        return client.open(f"/api/v1{url}", method=method, headers=headers, **more)

    facts = json.loads((ROOT / f"examples/{NUMBER}/casefile.json").read_text("utf-8"))
    facts["service"] = []
    for citation in facts["citations"]:
        for name in ("number", "issued_on", "served_on", "status"):
            citation.pop(name, None)
    put = send("tracker", "PUT", f"/cases/{NUMBER}", json=facts, headers={"If-None-Match": "*"})
    assert put.status_code == 201, put.get_json()
    return send


@pytest.fixture
def paper(act: Act, office: Office) -> Iterator[str]:
    """The number of a citation of its own, issued today, and void when the test is over."""
    order = {"template": "administrative-citation", "case": NUMBER, "about": "c3"}
    answer = act("tracker", "POST", "/documents", json=order)
    assert answer.status_code == 201, answer.get_json()
    yield str(answer.get_json()["number"])
    office.issuing.void(answer.get_json()["id"], reason="The test is over.", actor="test")


def attempt(act: Act, paper: str, *legs: dict[str, Any], name: str = "tracker", **more: Any) -> Any:
    body = {"on": "2026-07-01", "declarant": SWORN, "legs": list(legs), **more}
    return act(name, "POST", f"/documents/{paper}/attempts", json=body)


def held_leg(attempt: dict[str, Any]) -> str:
    return str(attempt["legs"][0]["told"]["id"])


def multipart(part: str, body: dict[str, Any], **files: bytes) -> dict[str, Any]:
    parts = {name.replace("_", "."): (io.BytesIO(data), name.replace("_", ".")) for name, data in files.items()}
    return {"data": {part: json.dumps(body), **parts}, "content_type": "multipart/form-data"}


def test_an_attempt_its_result_and_what_it_amounts_to(act: Act, paper: str) -> None:
    told = attempt(act, paper, CERTIFIED, MAILED)
    assert told.status_code == 201, told.get_json()
    found = told.get_json()
    assert (found["state"], found["holds_from"], found["party"], found["rung"]) == ("holds", "2026-07-01", "owner", 1)
    assert [leg["told"]["id"] for leg in found["legs"]] == [f"attempt-{found['position']}-{n}" for n in (1, 2)]
    place = f"/documents/{paper}/attempts/{found['position']}/legs"
    body = {"on": "2026-07-01", "result": "returned", "reason": "Vacant"}
    for _ in range(2):  # the same again changes nothing
        back = act("tracker", "PUT", f"{place}/2/result", json=body)
        assert (back.status_code, back.get_json()["state"]) == (200, "failed"), back.get_json()
    assert "service.address_bad" in [one["code"] for one in back.get_json()["findings"]]
    events = act("tracker", "GET", f"/cases/{NUMBER}/events").get_json()["items"]
    assert [one["type"] for one in events[-2:]] == ["attempted", "service-result"]
    listed = act("reader", "GET", f"/documents/{paper}/attempts").get_json()
    assert [one["position"] for one in listed["items"]] == [found["position"]]
    [owner] = listed["served"]
    assert (owner["party"], owner["state"], owner["next"]["rung"]) == ("owner", "failed", 2)
    # It was read wrongly: corrected, it is served again.
    right = {"on": "2026-07-01", "result": "delivered", "correction": "Another envelope."}
    assert act("tracker", "PUT", f"{place}/2/result", json=right).get_json()["state"] == "holds"
    [owner] = act("reader", "GET", f"/documents/{paper}/attempts").get_json()["served"]
    assert (owner["on"], owner["settled_on"], owner["next"]) == ("2026-07-01", "2026-07-11", None)
    events = act("tracker", "GET", f"/cases/{NUMBER}/events").get_json()["items"]
    assert events[-1]["corrects"] == events[-2]["position"]
    assert act("reader", "PUT", f"{place}/2/result", json=right).status_code == 403
    assert act("another", "PUT", f"{place}/2/result", json=right).status_code == 404


def test_a_copy_of_a_notice_is_found_by_its_number(act: Act, paper: str) -> None:
    body = {
        "on": "2026-07-01",
        "declarant": SWORN,
        "legs": [{**CERTIFIED, "article_number": LABEL}, MAILED],
    }
    told = act("tracker", "POST", f"/notices/{paper}/copies/1/attempts", json=body)
    assert told.status_code == 201, told.get_json()
    place = f"/notices/{paper}/copies/1/attempts"
    assert act("tracker", "GET", place).get_json()["document"] == paper
    result = {"on": "2026-07-01", "result": "unclaimed"}
    answer = act("tracker", "PUT", f"{place}/{told.get_json()['position']}/legs/1/result", json=result)
    assert answer.get_json()["legs"][0]["told"]["result"] == "unclaimed"
    assert act("tracker", "GET", f"/notices/{paper}/copies/2/attempts").status_code == 404


def test_who_put_the_case_on_record_tells_of_what_the_desk_issued(act: Act, office: Office) -> None:
    facts, on = office.cases.read(NUMBER).casefile, NOW.date()
    issued = office.issuing.issue(Order("inspection-report", dict(facts), on=on, about="i1"), actor="web:ana")
    assert act("tracker", "GET", f"/documents/{issued.number}/attempts").status_code == 200
    assert act("other", "GET", f"/documents/{issued.number}/attempts").status_code == 404


def test_no_attempt_has_more_legs_than_can_have_results(act: Act, paper: str) -> None:
    answer = attempt(act, paper, *[MAILED] * 101)
    assert (answer.status_code, [one["pointer"] for one in answer.get_json()["errors"]]) == (422, ["/legs"])


def test_the_same_attempt_is_told_once(act: Act, paper: str) -> None:
    key = {"Idempotency-Key": f"mailing of {paper}"}
    body = {"on": "2026-07-01", "declarant": SWORN, "legs": [MAILED]}
    first, again = (act("tracker", "POST", f"/documents/{paper}/attempts", json=body, headers=key) for _ in range(2))
    assert (again.status_code, again.get_json()["position"]) == (201, first.get_json()["position"])
    assert len(act("tracker", "GET", f"/documents/{paper}/attempts").get_json()["items"]) == 1


def test_what_lacks_something_is_kept_and_does_not_hold(act: Act, paper: str) -> None:
    found = attempt(act, paper, {"method": "posting_site", "place": "Front door"}, MAILED).get_json()
    assert (found["state"], found["holds_from"]) == ("lacking", None)
    lacking = [one["place"] for one in found["findings"] if one["code"] == "service.lacking"]
    assert lacking == ["/legs/0/at", "/legs/0/photos"]
    read = act("tracker", "GET", f"/cases/{NUMBER}").get_json()
    service = next(n for n, one in enumerate(read["casefile"]["service"]) if one["document"] == paper)
    assert f"/service/{service}/photos" in [one["place"] for one in read["findings"]]
    # What was read may be put back; a tracker's own word of it is refused.
    seen = {"If-Match": f'"{read["etag"]}"'}
    assert (
        act("tracker", "PUT", f"/cases/{NUMBER}", json=read["casefile"], headers=seen).get_json()["outcome"]
        == "unchanged"
    )
    read["casefile"]["service"][service]["result"] = "delivered"
    other = act("tracker", "PUT", f"/cases/{NUMBER}", json=read["casefile"], headers=seen)
    assert (other.status_code, other.get_json()["errors"][0]["pointer"]) == (409, f"/service/{service}/result")


def test_refused_attempts_leave_nothing(act: Act, paper: str, office: Office) -> None:
    events = len(act("tracker", "GET", f"/cases/{NUMBER}/events").get_json()["items"])
    day_before = attempt(act, paper, MAILED, on="2026-06-30")
    assert (day_before.status_code, [one["pointer"] for one in day_before.get_json()["errors"]]) == (422, ["/on"])
    no_consent = attempt(act, paper, {"method": "electronic"}).get_json()["errors"]
    assert [(one["code"], one["pointer"]) for one in no_consent] == [("service.no_consent", "/legs/0/method")]
    missing = attempt(act, paper, POSTED).get_json()["errors"]
    assert [(one["code"], one["pointer"]) for one in missing] == [
        ("service.file_missing", f"/legs/0/photos/{n}/file") for n in (0, 1)
    ]  # fmt: skip
    body = {"on": "2026-07-01", "declarant": SWORN, "legs": [{**POSTED, "photos": []}]}
    unnamed = act("tracker", "POST", f"/documents/{paper}/attempts", **multipart("attempt", body, door_jpg=JPEG))
    assert [one["code"] for one in unnamed.get_json()["errors"]] == ["service.file_unnamed"]
    no_picture = act("tracker", "POST", f"/documents/{paper}/attempts",
                     **multipart("attempt", {**body, "legs": [POSTED]}, door_jpg=JPEG, lot_jpg=PDF))  # fmt: skip
    assert [one["code"] for one in no_picture.get_json()["errors"]] == ["service.file_type"]
    assert len(act("tracker", "GET", f"/cases/{NUMBER}/events").get_json()["items"]) == events


def test_pictures_and_scans_are_kept_as_they_were_sent(act: Act, paper: str, office: Office) -> None:
    photos: Any = POSTED["photos"]
    body = {"on": "2026-07-01", "declarant": SWORN, "legs": [POSTED, MAILED]}
    url = f"/documents/{paper}/attempts"
    told = act("tracker", "POST", url, **multipart("attempt", body, door_jpg=JPEG, lot_jpg=JPEG + b" from afar"))
    assert (told.status_code, told.get_json()["state"]) == (201, "holds"), told.get_json()
    position, held = told.get_json()["position"], told.get_json()["legs"][0]["told"]["photos"]
    scan = {
        "on": "2026-07-01",
        "result": "returned",
        "evidence": [{"file": "envelope.pdf", "what": "returned envelope"}],
    }
    back = act("tracker", "PUT", f"{url}/{position}/legs/2/result", **multipart("result", scan, envelope_pdf=PDF))
    [evidence] = back.get_json()["legs"][1]["told"]["evidence"]
    for sha256, content in ((held[0]["sha256"], JPEG), (evidence["sha256"], PDF)):
        got = act("reader", "GET", f"/cases/{NUMBER}/evidence/{sha256}")
        assert (got.status_code, got.data) == (200, content)
    assert act("tracker", "GET", f"/cases/{NUMBER}/evidence/{'0' * 64}").status_code == 404
    # A correction needs no picture sent anew; somebody else's SHA-256 is none of the case.
    again = {**body, "corrects": position, "reason": "It was at ten."}
    again["legs"] = [{**POSTED, "at": "10:10"}, MAILED]
    corrected = act("tracker", "POST", url, json=again)
    assert corrected.status_code == 201, corrected.get_json()
    assert corrected.get_json()["legs"][0]["told"]["photos"] == held
    assert corrected.get_json()["legs"][1]["told"]["result"] == "returned", "a correction does not make that go away"
    stolen = [{**one, "sha256": "0" * 64} for one in photos]
    none = attempt(act, paper, {**POSTED, "photos": stolen})
    assert [one["code"] for one in none.get_json()["errors"]] == ["service.file_missing"] * 2
    order = Order("declaration-of-posting", {}, about=held_leg(corrected.get_json()))
    shown = office.cases.order(NUMBER, None, order).attachments
    assert {"door.jpg": JPEG}.items() <= shown.items(), "a paper about it finds its pictures"
    clash = act("tracker", "POST", url, **multipart("attempt", body, door_jpg=JPEG + b" another", lot_jpg=JPEG))
    assert {one["code"] for one in clash.get_json()["errors"]} == {"service.file_name"}
    out = io.BytesIO()
    office.cases.export(NUMBER, out)
    with zipfile.ZipFile(out) as packed:
        assert packed.read(f"evidence/{position}/door.jpg") == JPEG
        assert {"attempted", "service-result"} <= {one.get("type") for one in json.loads(packed.read("service.json"))}


def test_the_attempt_that_the_docs_show_holds(act: Act, paper: str) -> None:
    shown = (ROOT / "docs/service.md").read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    sent = multipart("attempt", json.loads(shown), door_jpg=JPEG, lot_jpg=JPEG + b" from afar")
    told = act("tracker", "POST", f"/documents/{paper}/attempts", **sent)
    assert (told.status_code, told.get_json()["state"]) == (201, "holds"), told.get_json()


def test_the_attempt_that_the_docs_show_at_a_terminal(home: Path, act: Act, paper: str, tmp_path: Path) -> None:
    shown = (ROOT / "docs/service.md").read_text("utf-8").partition("```json\n")[2].partition("```")[0]
    files = []
    for name, data in (("door.jpg", JPEG), ("lot.jpg", JPEG + b" from afar")):
        (tmp_path / name).write_bytes(data)
        files += ["--file", str(tmp_path / name)]
    words = ("--on", "2026-07-01", "--data", shown, *files)
    done = CliRunner().invoke(main, ["--home", str(home), "service", "record", paper, *words, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["attempt"]["state"] == "holds"
    other = CliRunner().invoke(
        main, ["--home", str(home), "service", "record", paper, "--on", "2026-06-30", *words[2:]]
    )
    assert other.exit_code == 2, "two days"


def test_from_a_terminal(home: Path, act: Act, paper: str, tmp_path: Path) -> None:
    scan = tmp_path / "card.pdf"
    scan.write_bytes(PDF)

    def run(*words: str) -> Any:
        done = CliRunner().invoke(main, ["--home", str(home), "service", *words, "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    data = json.dumps({"declarant": SWORN, "legs": [MAILED]})
    made = run("record", paper, "--on", "2026-07-01", "--data", data)["attempt"]
    told = run("result", paper, str(made["position"]), "1", "delivered", "--on", "2026-07-01",
               "--file", str(scan), "--evidence", "receipt")["attempt"]  # fmt: skip
    assert told["legs"][0]["told"]["evidence"][0]["what"] == "receipt"
    assert [one["party"] for one in run("list", paper)["served"]] == ["owner"]
    lines = CliRunner().invoke(main, ["--home", str(home), "service", "list", paper]).output
    assert f"{made['position']}  2026-07-01  owner  " in lines
