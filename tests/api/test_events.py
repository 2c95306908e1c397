"""A job's events: in order, each once, resumed by id, ended, bounded, and only so many streams."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docservice.api import events
from docservice.app import create_app
from tests.fake_office import NOW, FakeOffice
from tests.serving import serving

Key = Callable[..., dict[str, str]]
URL = "/api/v1/jobs"
PLAN = {"title": "A packet", "case": "CE-1", "parts": [{"generated": "cover"}, {"file": "a.pdf", "title": "A"}]}


@pytest.fixture
def app(office: FakeOffice) -> Flask:
    times = {"EVENT_SECONDS": 5.0, "EVENT_POLL_SECONDS": 0.01, "EVENT_HEARTBEAT_SECONDS": 0.1, "EVENT_STREAMS": 2}
    return create_app(office, **times)  # type: ignore[arg-type]


@pytest.fixture
def mine(key: Key) -> dict[str, str]:
    return key("packets")


@pytest.fixture
def job(client: FlaskClient, mine: dict[str, str]) -> str:
    asked = {"plan": PLAN, "files": {"a.pdf": "JVBERg=="}}
    answer = client.post("/api/v1/packets", json=asked, headers=mine | {"Prefer": "respond-async"})
    return str(answer.get_json()["id"])


def change(office: FakeOffice, id: str, **values: Any) -> None:
    old = office.jobs.find(id)
    office.queued[office.queued.index(old)] = replace(old, **values)


def read(stream: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The events of a stream: id, event, data. Comments come as the event “:”."""
    fields: dict[str, str] = {}
    for line in stream:
        text = line.decode().rstrip("\n")
        if text.startswith(":"):
            yield "", ":", {}
        elif text:
            name, _, value = text.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield fields["id"], fields["event"], json.loads(fields["data"])
            fields = {}


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    with serving(app) as bound:
        yield bound
        events.streams(app).closing.set()  # as the command does when it is told to stop


def opened(port: int, job: str, headers: dict[str, str]) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{URL}/{job}/events", headers=headers)
    return urllib.request.urlopen(request, timeout=10)


def test_events_come_in_order_while_the_work_is_done(
    port: int, office: FakeOffice, job: str, mine: dict[str, str], client: FlaskClient
) -> None:
    with opened(port, job, mine) as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.readline() == b"retry: 2000\n"
        told = (one for one in read(stream) if one[1] != ":")
        first = next(told)
        assert (first[1], first[2]["status"], first[2]["progress"]["total"]) == ("progress", "queued", 3)
        for done, label in ((0, "part 1 of 2: cover"), (1, "part 2 of 2: A"), (2, "putting the parts together")):
            change(office, job, state="running", attempts=1, done=done, label=label)
            id, kind, data = next(told)  # it comes at once, not when the stream ends
            assert (kind, data["progress"]["done"], data["progress"]["label"]) == ("progress", done, label)
        change(office, job, cancel_asked=True)
        assert next(told)[2]["cancel_asked"]
        change(office, job, state="canceled", finished_at=NOW)
        last, kind, data = next(told)
        assert (kind, data["status"]) == ("canceled", "canceled")
        assert next(told, None) is None, "the stream ends"
    over = client.get(f"{URL}/{job}/events", headers=mine | {"Last-Event-ID": last})
    assert (over.status_code, over.data) == (204, b""), "nothing will come: a browser stops asking"
    missed = client.get(f"{URL}/{job}/events", headers=mine | {"Last-Event-ID": id}, buffered=True)
    assert [kind for _, kind, _ in read(missed.data.splitlines(keepends=True))] == ["canceled"]


@pytest.mark.parametrize("state", ["done", "failed", "canceled"])
def test_the_last_event(client: FlaskClient, office: FakeOffice, job: str, mine: dict[str, str], state: str) -> None:
    office.end_job(job, state=state)
    answer = client.get(f"{URL}/{job}/events", headers=mine, buffered=True)
    ((_, kind, data),) = read(answer.data.splitlines(keepends=True))
    assert (kind, data) == (state, client.get(f"{URL}/{job}", headers=mine).get_json())


def test_a_quiet_stream_beats_and_ends_in_time(app: Flask, client: FlaskClient, job: str, mine: dict[str, str]) -> None:
    app.config["EVENT_SECONDS"] = 0.5
    begun = time.monotonic()
    answer = client.get(f"{URL}/{job}/events", headers=mine, buffered=True)
    told = list(read(answer.data.splitlines(keepends=True)))
    assert 0.4 < time.monotonic() - begun < 5
    assert [kind for _, kind, _ in told][:3] == ["progress", ":", ":"]
    again = client.get(f"{URL}/{job}/events", headers=mine | {"Last-Event-ID": told[0][0]}, buffered=True)
    assert {kind for _, kind, _ in read(again.data.splitlines(keepends=True))} == {":"}, "nothing is told twice"


def test_only_so_many_streams(app: Flask, client: FlaskClient, job: str, mine: dict[str, str]) -> None:
    first, second = (client.get(f"{URL}/{job}/events", headers=mine) for _ in range(2))
    assert client.head(f"{URL}/{job}/events", headers=mine).status_code == 200, "takes no place"
    third = client.get(f"{URL}/{job}/events", headers=mine)
    assert (third.status_code, third.get_json()["code"], third.headers["Retry-After"]) == (503, "events.busy", "5")
    first.close()
    first.close()
    assert client.get(f"{URL}/{job}/events", headers=mine).status_code == 200
    assert client.get(f"{URL}/{job}/events", headers=mine).status_code == 503
    second.close()


def test_who_leaves_gives_the_place_back(
    app: Flask, port: int, office: FakeOffice, job: str, mine: dict[str, str]
) -> None:
    streams = events.streams(app)
    for _ in range(3):
        stream = opened(port, job, mine)
        stream.readline()
        stream.close()
        until = time.monotonic() + 5
        while streams._open and time.monotonic() < until:  # noticed at the next heartbeat
            time.sleep(0.05)
        assert streams._open == 0


def test_a_job_of_another_key_and_another_media_type(client: FlaskClient, key: Key, job: str) -> None:
    assert client.get(f"{URL}/{job}/events", headers=key("issue", "packets")).status_code == 404
    assert client.get(f"{URL}/no/events", headers=key("read")).status_code == 404
    headers = key("read") | {"Accept": "application/json"}
    assert client.get(f"{URL}/{job}/events", headers=headers).status_code == 406


def test_the_end_of_the_service_ends_the_streams(app: Flask, port: int, job: str, mine: dict[str, str]) -> None:
    with opened(port, job, mine) as stream:
        threading.Timer(0.2, events.streams(app).closing.set).start()
        begun = time.monotonic()
        assert next(iter([kind for _, kind, _ in read(stream)])) == "progress"
        assert time.monotonic() - begun < 4
