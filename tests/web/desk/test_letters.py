"""A letter at the desk: from its kind to its service; issued once; two people; what cannot go out says why."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from docservice import shipped
from docservice.web.desk.forms import DeskForm
from docservice.web.desk.letter_questions import answered, question, questions, unsaid
from tests.web.desk.conftest import Client, Desk

CASE = "CE-2026-0203"
SEPTEMBER = datetime(2026, 9, 1, 17, tzinfo=UTC)
KIND = "notice-of-violation"
WRITE = f"/desk/cases/{CASE}/write"


def facts() -> dict[str, Any]:
    path = shipped.folder("examples") / CASE / "casefile.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name in ("service", "hearings"):
        told.pop(name, None)
    return told


@pytest.fixture
def cora(desk: Desk) -> Iterator[Client]:
    desk.clock.now = SEPTEMBER
    desk.office.cases.put(CASE, facts(), actor="account:cora", saw="new")
    yield desk.client("cora")
    desk.office.jobs.worker.stop()


def sent(page: str) -> dict[str, Any]:
    """What the form of a page holds."""
    made: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = given.get("type", "text")
        if (
            "name" in given
            and given["name"] != "form_token"
            and (kind not in ("checkbox", "radio") or " checked" in tag)
        ):
            made.setdefault(given["name"], []).append(given.get("value", ""))
    for name, inner in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', inner) or re.findall(r'<option value="([^"]*)"', inner)
        made.setdefault(name, []).append(chosen[0] if chosen else "")
    return made


def last(client: Client, change: dict[str, Any] | None = None, kind: str = KIND) -> Any:
    page = client.get(f"{WRITE}?kind={kind}").text
    return client.post(f"{WRITE}/last", {**sent(page), **(change or {})})


def issue_one(client: Client) -> str:
    """Issue the notice to the estate alone; the number."""
    page = last(client, {"to": ["owner-estate"]}).text
    answer = client.post(f"{WRITE}/issue", sent(page))
    assert answer.status_code == 303, answer.text
    found = re.search(r"/desk/documents/([^?]+)\?done=issued", answer.location)
    assert found, answer.location
    return found[1]


def test_the_rules_say_which_kinds_and_to_whom(cora: Client) -> None:
    page = cora.get(WRITE).text
    assert page.index("Notice of violation</strong></a>") < page.index("Not today: 6 kinds, and why")
    assert "Case closure letter" in page
    assert "23 things are open." in page
    form = cora.get(f"{WRITE}?kind={KIND}").text
    assert sent(form)["to"] == ["owner-chen", "owner-estate"]
    assert "English and Chinese (Traditional)" in form
    assert "Draft translation" in form
    assert "no rule asks" in form
    assert "All else the law asks for is there." in form


def test_pressed_twice_it_is_issued_once(desk: Desk, cora: Client) -> None:
    page = last(cora, {"to": ["owner-estate"], "mail_on": "2026-09-03"}).text
    assert "Issue 1 copy?" in page
    assert "September 14, 2026" in page
    assert "10 days after Thursday, September 3" in page
    given = sent(page)
    first, second = (cora.post(f"{WRITE}/issue", given) for _ in range(2))
    assert first.location.endswith("?done=issued")
    assert second.location.endswith("?done=again")
    assert desk.office.issuing.documents().total == 1
    assert "Nothing was done twice." in cora.get(second.location).text
    again = last(cora, {"to": ["owner-estate"]}).text  # Back, and another last look
    assert "It cannot go out yet" in again
    assert "NOV-2026-0001" in again


def test_several_copies_are_a_job_that_leads_to_the_letter(desk: Desk, cora: Client) -> None:
    page = last(cora).text
    assert "Issue 2 copies?" in page
    answer = cora.post(f"{WRITE}/issue", sent(page))
    assert "0 of 2 copies are out" in cora.get(answer.location).text
    assert cora.post(f"{WRITE}/issue", sent(page)).location == answer.location
    desk.office.jobs.worker.start()
    for _ in range(600):
        done = cora.get(answer.location)
        if done.status_code == 303:
            break
        time.sleep(0.1)
    assert done.location == "/desk/documents/NOV-2026-0001?done=issued"
    letter = cora.get(done.location).text
    assert "0 of 2 served" in letter
    assert "English, Chinese (Traditional)" in letter
    pdf = cora.get("/desk/documents/NOV-2026-0001/print.pdf")
    assert pdf.mimetype == "application/pdf"
    for made in ("labels.pdf", "envelopes.pdf", "mail-list.pdf", "mail-list.csv"):
        assert cora.get(f"/desk/documents/NOV-2026-0001/{made}").status_code == 200, made


def test_nobody_ticked_and_no_day_are_said_at_the_field(cora: Client) -> None:
    answer = last(cora, {"to": []})
    assert answer.status_code == 422
    assert "Tick at least one person." in answer.text
    answer = last(cora, {"mail_on": "2026-12-31"})
    assert "at most 30 days later" in answer.text


def test_a_case_that_moved_is_looked_at_again(desk: Desk, cora: Client) -> None:
    page = last(cora, {"to": ["owner-estate"]}).text
    told = facts()
    told["case"]["title"] = "Substandard fourplex"
    desk.office.cases.put(CASE, told, actor="account:ian", saw=1)
    answer = cora.post(f"{WRITE}/issue", sent(page))
    assert answer.status_code == 422
    assert "Somebody changed the case while you looked." in answer.text
    assert desk.office.issuing.documents().total == 0


def test_what_is_missing_is_asked_and_saved_into_the_case(desk: Desk, cora: Client) -> None:
    kind = "substandard-notice-and-order"
    page = cora.get(f"{WRITE}?kind={kind}").text
    assert 'name="building_orders/0/findings"' in page
    assert "Somebody must decide" in page
    answers = {
        "building_orders/0/on": "2026-09-01", "building_orders/0/action": "repair",
        "building_orders/0/findings": "The wiring is exposed.\n\nThere is no heat.",
        "decide/procedure.unknown/by": "building_official", "decide/procedure.unknown/answer": "yes",
        "decide/procedure.unknown/reason": "The report is here.",
    }  # fmt: skip
    answer = cora.post(f"{WRITE}/last", {**sent(page), **answers})
    case = desk.office.cases.read(CASE)
    assert case.summary.revision == 2, answer.text[:3000]
    assert case.casefile["building_orders"][0]["findings"] == ["The wiring is exposed.", "There is no heat."]
    assert "The casefile does not say that the title report was made. Is it so?" not in "".join(
        re.findall(r'class="finding bad".*?</div>', answer.text, re.S)
    )


def test_two_people_at_one_question(desk: Desk, cora: Client) -> None:
    kind = "substandard-notice-and-order"
    page = cora.get(f"{WRITE}?kind={kind}").text
    other = facts()
    other["building_orders"] = [{"id": "order-1", "on": "2026-08-30", "action": "repair", "findings": ["No heat."]}]
    desk.office.cases.put(CASE, other, actor="account:ian", saw=1)
    mine = {"building_orders/0/on": "2026-09-01", "building_orders/0/action": "repair",
            "building_orders/0/findings": "Wiring."}  # fmt: skip
    answer = cora.post(f"{WRITE}/last", {**sent(page), **mine})
    assert answer.status_code == 412
    assert "Wiring." in answer.text
    assert "No heat." in answer.text


def test_service_is_recorded_with_what_became_of_it(desk: Desk, cora: Client) -> None:
    number = issue_one(cora)
    address = f"/desk/documents/{number}"
    page = cora.get(address).text
    wrong = cora.post(f"{address}/service", {"copies": number, "on": "2026-09-01"})
    assert wrong.status_code == 422
    assert "What was done?: Please fill this in." in wrong.text
    given = {**sent(page), "ways": ["first_class_mail"], "place": "Post office, Madrona Hills", "adult": "yes"}
    told = [cora.post(f"{address}/service", given) for _ in range(2)]
    assert [one.status_code for one in told] == [303, 303], told[0].text
    found = desk.office.cases.service(CASE, number)
    assert len(found.items) == 1
    page = cora.get(address).text
    result = re.search(rf'href="({address}/service/\d+/1)"', page)
    assert result
    assert cora.post(result[1], {"result": "returned", "on": "2026-09-01", "reason": "Vacant"}).status_code == 303
    page = cora.get(address).text
    assert "came to nothing" in page
    assert "Make another printing" in page
    posted = cora.post(f"{address}/service", {**given, "key": "k2", "ways": ["posting_site"]})
    assert "A posting needs photographs" in posted.text


def test_void_and_replace_say_what_follows(desk: Desk, cora: Client) -> None:
    number = issue_one(cora)
    address = f"/desk/documents/{number}"
    page = cora.get(f"{address}/replace").text
    assert "A new letter with its own number" in page
    answer = cora.post(
        f"{address}/replace", {**sent(page), "reason": "The day was wrong.", "correction": "substantive"}
    )
    assert answer.status_code == 303, answer.text
    new = re.search(r"/documents/([^?]+)\?", answer.location)
    assert new
    assert "Another letter took its place" in cora.get(address).text
    void = f"/desk/documents/{new[1]}/void"
    assert "Whoever got it must be told." in cora.get(void).text
    assert "Please fill this in." in cora.post(void, {"reason": ""}).text
    assert cora.post(void, {"reason": "Sent to the wrong house."}).location.endswith("?done=void")
    assert "This letter is void." in cora.get(f"/desk/documents/{new[1]}").text
    assert cora.post(void, {"reason": "Again."}).status_code == 303  # pressed twice


def test_a_letter_that_was_begun_is_a_draft(desk: Desk, cora: Client) -> None:
    page = cora.get(f"{WRITE}?kind={KIND}").text
    answer = cora.post(WRITE, {**sent(page), "mail_on": "2026-09-04", "keep": "1"})
    assert answer.status_code == 303
    assert "Notice of violation" in cora.get("/desk/").text
    back = cora.get(f"{WRITE}?kind={KIND}").text
    assert 'value="2026-09-04"' in back
    assert "as you left it" in back


def test_questions_come_from_the_schema() -> None:
    told = facts()
    one = question("/violations/4/correction", told)
    assert one is not None
    assert (one.name, one.label, one.kind) == (
        "violations/4/correction",
        "Number 5: what is to be done",
        "text",
    )
    assert question("/violations/99/correction", told) is None
    assert question("/service/0/place", told) is None
    assert question("/violations/0/id", told) is None
    assert question("value hearing.place", told) is None
    found = questions(["/building_orders"], told)
    assert [each.name for each in found] == [f"building_orders/0/{name}" for name in ("on", "action", "findings")]
    assert unsaid("/property/zone/x", told)
    assert not unsaid("/property/apn", told)
    form = DeskForm(found).filled({"building_orders/0/action": "repair"})
    assert answered(told, form, form.names)["building_orders"] == [{"id": "order-1", "action": "repair"}]


def test_one_letter_for_many_cases(desk: Desk, cora: Client) -> None:
    other = facts()
    other["case"]["number"] = "CE-2026-0204"
    desk.office.cases.put("CE-2026-0204", other, actor="account:cora", saw="new")
    assert "Please fill this in." in cora.post("/desk/letters/batch", {"cases": CASE}).text
    table = (io.BytesIO(b"Street,Case\nMolino,CE-2026-0204\nNowhere,CE-1\n,\n"), "cases.csv")
    page = cora.post("/desk/letters/batch", {"kind": KIND, "cases": CASE.lower(), "file": table}).text
    assert "Issue in 2 cases" in page
    assert "There is no case “CE-1” on record." in page
    given = {name: value for name, value in sent(page).items() if name in ("kind", "key", "case")}
    answers = [cora.post("/desk/letters/batch/issue", given) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert "0 of 2 cases are done." in cora.get(answers[0].location).text
    desk.office.jobs.worker.start()
    for _ in range(900):
        page = cora.get(answers[0].location).text
        if "2 of 2 cases are done." in page:
            break
        time.sleep(0.1)
    assert page.count(">Issued</span>") == 2
