"""What is due over HTTP, and the addresses at which calendar programs read it."""

from __future__ import annotations

from typing import Any

import icalendar
from flask.testing import FlaskClient

from docservice.app import create_app
from docservice.config import Settings
from docservice.limiting.counting import RateLimits
from docservice.office import Office
from docservice.office.means.choices import DUE_STATES
from docservice.town.recorded_dates import DeadlineState
from tests.api.test_cases import NUMBER, URL, Send, client, facts, office, put, send  # noqa: F401  # fixtures

DUE = "/api/v1/due"


def test_the_list_goes_on_by_a_cursor_and_is_the_owners(send: Send, put: Any) -> None:  # noqa: F811
    told = {"type": "notice-imported", "on": "2026-06-20", "subject": "OLD-1",
            "data": {"document_type": "notice-of-violation", "recipient": "owner", "served_on": "2026-06-25",
                     "dates": {"contest-by": "2026-07-06"}}}  # fmt: skip
    assert send("tracker", "POST", f"{URL}/{NUMBER}/events", json=told).status_code == 201
    whole = send("tracker", "GET", DUE).get_json()
    assert (whole["complete"], whole["cursor"], whole["on"]) == (True, None, "2026-07-01")
    assert [one["due"] for one in whole["items"]] == sorted(one["due"] for one in whole["items"])
    assert len(whole["items"]) > 3
    read: list[Any] = []
    cursor = None
    while not read or cursor is not None:
        piece = send("reader", "GET", DUE, query_string={"per_page": 2, **({"cursor": cursor} if cursor else {})})
        read += piece.get_json()["items"]
        cursor = piece.get_json()["cursor"]
    assert read == whole["items"]
    [contest] = [one for one in whole["items"] if one["name"] == "contest-by"]
    assert (contest["id"], contest["printed"], contest["legal"], contest["due"], contest["case"]) == (
        "OLD-1/contest-by", "2026-07-06", "2026-07-06", "2026-07-06", NUMBER,
    )  # fmt: skip
    assert send("stranger", "GET", DUE).get_json()["items"] == []
    assert send("tracker", "GET", DUE, query_string={"cursor": "x"}).status_code == 422
    assert send("tracker", "GET", DUE, query_string={"state": "soon"}).status_code == 422
    one = send("tracker", "GET", f"/{NUMBER}/due")
    assert {each["id"] for each in one.get_json()["items"]} >= {each["id"] for each in whole["items"]}
    assert send("stranger", "GET", f"/{NUMBER}/due").status_code == 404


def test_a_write_says_what_it_changed_in_due_dates_and_next_steps(send: Send, put: Any, facts: Any) -> None:  # noqa: F811
    assert {one["state_before"] for one in put["changes"]["due"]} == {None}, "all of it is new"
    assert all(one["verdict"] != "no" or one["starts"] for one in put["changes"]["next"])
    facts["hearings"][0]["on"] = "2026-08-20"
    moved = send("tracker", "PUT", f"/{NUMBER}", put["etag"], json=facts).get_json()
    by_name = {one["name"]: one for one in moved["changes"]["due"]}
    assert by_name["staff-report-by"]["due"] == "2026-08-14"  # from Saturday 08-15
    assert by_name["staff-report-by"]["due_before"] != "2026-08-14"
    assert "Saturday" in by_name["staff-report-by"]["explain"]
    same = send("tracker", "PUT", f"/{NUMBER}", moved["etag"], json=facts).get_json()
    assert (same["outcome"], same["changes"]) == ("unchanged", {"due": [], "next": []})
    assert send("tracker", "GET", f"/{NUMBER}").get_json()["changes"] is None


def test_a_calendar_is_made_read_and_ended(send: Send, client: FlaskClient, put: Any) -> None:  # noqa: F811
    order = {"scope": "case", "subject": NUMBER, "name": "Nia"}
    made = send("tracker", "POST", "/api/v1/calendars", json=order)
    assert made.status_code == 201
    path = "/calendars/" + made.get_json()["url"].rpartition("/")[2]
    first = client.get(path)
    assert (first.status_code, first.mimetype) == (200, "text/calendar")
    assert icalendar.Calendar.from_ical(first.data).walk("VEVENT")
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Set-Cookie" not in first.headers
    id = made.get_json()["calendar"]["id"]
    assert "token_sha256" not in made.get_json()["calendar"]
    assert [one["id"] for one in send("tracker", "GET", "/api/v1/calendars").get_json()["items"]] == [id]
    assert send("stranger", "GET", "/api/v1/calendars").get_json()["items"] == []
    assert send("stranger", "DELETE", f"/api/v1/calendars/{id}").status_code == 404
    assert send("desk", "DELETE", f"/api/v1/calendars/{id}").status_code == 200
    assert client.get(path).status_code == 404
    assert send("stranger", "POST", "/api/v1/calendars", json=order).status_code == 404
    office_wide = {"scope": "office", "name": "Wall"}
    assert send("tracker", "POST", "/api/v1/calendars", json=office_wide).status_code == 403
    assert send("reader", "POST", "/api/v1/calendars", json=office_wide).status_code == 201


def test_who_guesses_addresses_is_stopped_and_who_has_one_is_not_counted(office: Office) -> None:  # noqa: F811
    _, token = office.cases.due.make_calendar("office", "", "Wall", actor="cli:op")
    guesser = create_app(office, limits=RateLimits.of(Settings(limit_verify="3/minute"))).test_client()
    for _ in range(5):
        assert guesser.get(f"/calendars/{token}.ics").status_code == 200
    assert [guesser.get(f"/calendars/cal_{n}.ics").status_code for n in range(4)] == [404, 404, 404, 429]


def test_the_words_for_states_are_one_list() -> None:
    from typing import get_args

    assert set(DUE_STATES) == set(get_args(DeadlineState))
