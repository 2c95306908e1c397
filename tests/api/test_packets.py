"""A packet from its uploads to its verification: a real office with its worker, a real server, real HTTP."""

from __future__ import annotations

import hashlib
import io
import json
import shlex
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.packets.forums.profiles import PROFILES
from tests.api.test_events import read
from tests.api.test_live import commands, curl
from tests.homes import furnish
from tests.serving import serving

PDF = "application/pdf"


def pdf(pages: int, note: str) -> bytes:
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(612, 792))
        made.docinfo["/Subject"] = note
        buffer = io.BytesIO()
        made.save(buffer)
    return buffer.getvalue()


LOG, MAP = pdf(3, "log"), pdf(1, "map")
PLAN = {
    "title": "Hearing packet",
    "case": "CE-2026-0231",
    "parts": [
        {"generated": "cover"},
        {"generated": "contents"},
        {"section": "Exhibits"},
        {"file": "log.pdf", "title": "Call log", "alt": ["a", "b", "c"]},
        {"file": "map.pdf", "title": "Map", "alt": ["A map"], "confidential": "Shows where the complainant lives."},
    ],
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    data: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.data)


@dataclass(frozen=True)
class Service:
    """A client of a service that runs."""

    office: Office
    port: int
    key: str

    def call(self, method: str, path: str, data: Any = None, **headers: str) -> Answer:
        url = path if path.startswith("/") else f"/api/v1/{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {self.key}", **named}
        if isinstance(data, dict):
            data, given["Content-Type"] = json.dumps(data).encode(), "application/json"
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{url}", data, given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def form(self, path: str, files: dict[str, bytes], **fields: str) -> Answer:
        lines: list[bytes] = []
        for name, value in fields.items():
            lines.append(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        for name, content in files.items():
            head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
            lines.append(head.encode() + content + b"\r\n")
        return self.call("POST", path, b"".join(lines) + b"--x--\r\n", Content_Type="multipart/form-data; boundary=x")

    def follow(self, job: str) -> list[tuple[str, str, dict[str, Any]]]:
        headers = {"Authorization": f"Bearer {self.key}"}
        url = f"http://127.0.0.1:{self.port}/api/v1/jobs/{job}/events"
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=120) as stream:
            return [event for event in read(stream) if event[1] != ":"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Service]:
    home = furnish(tmp_path_factory.mktemp("home"), fonts_folder)
    with open_office(Settings(home=home, isolated_rendering=True, workers=1)) as office:
        _, secret = office.people.keys.add("tracker", ("packets",), "test")
        app = create_app(office, EVENT_POLL_SECONDS=0.02)
        with serving(app) as port:
            office.jobs.worker.start()
            yield Service(office, port, secret)


@pytest.fixture(scope="module")
def bound(service: Service) -> dict[str, Any]:
    """The packet, bound as a job of uploaded exhibits; as its last event and its record tell it."""
    for content in (LOG, MAP):
        sha256 = hashlib.sha256(content).hexdigest()
        assert service.call("PUT", f"exhibits/{sha256}", content, Content_Type=PDF).status in (200, 201)
    order = {"plan": PLAN, "exhibits": {"log.pdf": hashlib.sha256(LOG).hexdigest(), "map.pdf": _sha(MAP)}}
    queued = service.call("POST", "packets", order, Prefer="respond-async", Idempotency_Key="once")
    assert queued.status == 202, queued.data
    told = service.follow(queued.body["id"])
    assert told[-1][1] == "done", told[-1]
    again = service.call("POST", "packets", order, Prefer="respond-async", Idempotency_Key="once")
    assert again.body["id"] == queued.body["id"]
    record = service.call("GET", told[-1][2]["results"][0]["href"]).body
    return {"told": told, "record": record, "order": order}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_progress_counts_the_parts_and_the_writing(bound: dict[str, Any]) -> None:
    told = bound["told"]
    assert [kind for _, kind, _ in told] == ["progress"] * (len(told) - 1) + ["done"]
    steps = [data["progress"] for _, _, data in told]
    assert {step["total"] for step in steps} == {6}
    done = [step["done"] for step in steps]
    assert done == sorted(done)
    assert done[-1] == 6
    labels = [step["label"] for step in steps]
    assert labels[-1] == ""
    assert set(labels) <= {
        "", "part 1 of 5: cover", "part 2 of 5: contents", "part 3 of 5: Exhibits", "part 4 of 5: Call log",
        "part 5 of 5: Map", "putting the parts together",
    }  # fmt: skip
    assert len({id for id, _, _ in told}) == len(told)


def test_a_connection_that_breaks_costs_one_piece(service: Service) -> None:
    content = pdf(2, "x" * 5000)
    sha256, url = _sha(content), f"exhibits/{_sha(content)}"
    size, half = len(content), len(content) // 2

    def put(first: int, last: int) -> Answer:
        span = f"bytes {first}-{last - 1}/{size}"
        return service.call("PUT", url, content[first:last], Content_Type=PDF, Content_Range=span)

    assert put(0, half).status == 202
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        head = f"PUT /api/v1/{url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
        head += f"Content-Range: bytes {half}-{size - 1}/{size}\r\nContent-Length: {size - half}\r\n\r\n"
        connection.sendall(head.encode() + content[half : half + 50])
    told = service.call("HEAD", url)
    assert (told.headers["Range"], told.headers["Upload-Complete"]) == (f"bytes=0-{half - 1}", "?0")
    made = put(half, size)
    assert (made.status, made.body["sha256"], made.body["intake"]["pages"]) == (201, sha256, 2)


def test_the_record_names_files_and_certificate(service: Service, bound: dict[str, Any]) -> None:
    record = bound["record"]
    (described,) = record["files"]
    assert (record["copy"], record["profile"], record["supplements"]) == ("full", "default", None)
    assert [entry["title"] for entry in record["entries"]][:3] == ["Cover", "Contents", "Exhibits"]
    whole = service.call("GET", described["href"], Accept=PDF)
    assert whole.data.startswith(b"%PDF")
    assert (_sha(whole.data), len(whole.data)) == (described["sha256"], described["bytes"])
    assert whole.headers["Accept-Ranges"] == "bytes"
    some = service.call("GET", described["href"], Range="bytes=5-104")
    assert (some.status, some.data) == (206, whole.data[5:105])
    assert some.headers["Content-Range"] == f"bytes 5-104/{len(whole.data)}"
    rest = service.call("GET", described["href"], Range="bytes=100-", If_Range=whole.headers["ETag"])
    assert (rest.status, rest.data) == (206, whole.data[100:])
    assert service.call("GET", described["href"], Range=f"bytes={len(whole.data)}-").status == 416
    same = service.call("GET", described["href"], If_None_Match=whole.headers["ETag"])
    assert (same.status, same.data) == (304, b"")
    assert service.call("GET", record["href"], Accept=PDF).data == whole.data
    unknown = service.call("GET", f"{record['href']}/files/other.pdf")
    assert (unknown.status, unknown.body["code"]) == (404, "packet.file_unknown")
    certificate = service.call("GET", record["certificate"])
    assert certificate.headers["Content-Type"] == "application/json"
    assert certificate.body["files"] == [{k: v for k, v in described.items() if k != "href"}]
    assert certificate.headers["ETag"].strip('"') == _sha(certificate.data), "as it is in the archive"


def test_packets_are_found_by_case_page_by_page(service: Service, bound: dict[str, Any]) -> None:
    found = service.call("GET", "packets?case=CE-2026-0231&per_page=1")
    assert found.body["total"] >= 1
    assert found.headers["Link"].startswith("</api/v1/packets?case=CE-2026-0231&page=1&per_page=1>")
    assert service.call("GET", "packets?case=other").body["items"] == []
    assert service.call("GET", "packets?kase=x").body["errors"][0]["parameter"] == "kase"


def test_a_supplement(service: Service, bound: dict[str, Any]) -> None:
    record = bound["record"]
    last = record["entries"][-1]
    late = {"file": "map.pdf", "title": "Late map", "alt": ["A map"], "after": str(last["first_page"] - 1)}
    plan = {"title": "Hearing packet", "case": PLAN["case"], "supplements": record["id"], "parts": [late]}
    answer = service.call("POST", "packets", {"plan": plan, "exhibits": {"map.pdf": _sha(MAP)}})
    assert answer.status == 201, answer.data
    assert answer.body["supplements"] == record["id"]
    added = next(entry for entry in answer.body["entries"] if "Late map" in entry["title"])
    assert added["printed"] == f"{late['after']}.1"
    order = {"plan": {**plan, "supplements": "no-such-packet"}, "exhibits": {"map.pdf": _sha(MAP)}}
    unknown = service.call("POST", "packets", order)
    assert (unknown.status, unknown.body["code"]) == (422, "packet.supplement")
    assert unknown.body["errors"][0]["pointer"] == "/plan/supplements"


def test_the_public_copy(service: Service, bound: dict[str, Any]) -> None:
    answer = service.call("POST", "packets", {**bound["order"], "copy": "public"})
    assert answer.status == 201, answer.data
    assert answer.body["copy"] == "public"
    assert answer.body["id"] != bound["record"]["id"]
    assert "Map" not in [entry["title"] for entry in answer.body["entries"] if entry["kind"] == "exhibit"]


def spoiled(content: bytes) -> bytes:
    """A packet in which somebody exchanged two pages, and which is well made otherwise."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        first, second = opened.pages[-2], opened.pages[-3]
        first.obj["/Contents"], second.obj["/Contents"] = second.obj["/Contents"], first.obj["/Contents"]
        buffer = io.BytesIO()
        opened.save(buffer)
    return buffer.getvalue()


def test_verification(service: Service, bound: dict[str, Any]) -> None:
    record = bound["record"]
    name = record["files"][0]["name"]
    whole = service.call("GET", record["files"][0]["href"]).data
    certificate = service.call("GET", record["certificate"]).data.decode()
    path = "packets/verifications"
    archived = service.call("POST", path, {"packet": record["id"]})
    assert (archived.status, archived.body["verdict"], archived.body["packet"]) == (200, "verified", record["id"])
    assert archived.body["pages"] == record["pages"]
    for right in (
        service.form(path, {"renamed.pdf": whole}),  # found by its SHA-256
        service.form(path, {name: whole}, packet=record["id"]),
        service.form(path, {name: whole}, certificate=certificate),
    ):
        assert (right.status, right.body["verdict"], right.body["on_record"]) == (200, "verified", True), right.data
        assert right.body["findings"] == []
    bad = spoiled(whole)
    wrong = service.form(path, {name: bad}, packet=record["id"])
    assert (wrong.status, wrong.body["verdict"]) == (200, "different")
    assert {"packet.bytes", "packet.content"} <= {one["code"] for one in wrong.body["findings"]}
    # Who forges the bytes may forge the certificate too; that one is not on record here.
    forged = json.loads(certificate)
    forged["files"][0]["sha256"] = _sha(bad)
    told = service.form(path, {name: bad}, certificate=json.dumps(forged))
    assert (told.body["verdict"], told.body["on_record"], told.body["packet"]) == ("different", False, None)
    for garbage in (b"%PDF-1.7 garbage", b"", whole[: len(whole) // 2], b"not a PDF at all"):
        answer = service.form(path, {name: garbage}, certificate=certificate)
        assert (answer.status, answer.body["verdict"]) == (200, "different"), answer.data
    unknown = service.form(path, {"other.pdf": LOG})
    assert (unknown.status, unknown.body["code"]) == (422, "certificate.missing")
    assert not list(service.office.settings.home.glob("working-*")), "nothing is kept"


@pytest.mark.parametrize(
    ("form", "code", "pointer"),
    [
        ({}, "request.invalid", "/packet"),
        ({"packet": "x", "certificate": "{}"}, "request.invalid", "/packet"),
        ({"colour": "red"}, "request.invalid", "/colour"),
        ({"certificate": "{}"}, "certificate.format", "/certificate/certificate"),
        ({"certificate": "[1]"}, "certificate.format", None),
        ({"certificate": "{"}, "request.malformed", None),
        ({"packet": "no-such-packet"}, "packet.unknown", None),
    ],
)
def test_what_cannot_be_verified(service: Service, form: dict[str, str], code: str, pointer: str | None) -> None:
    answer = service.form("packets/verifications", {}, **form)
    assert answer.body["code"] == code
    assert answer.status == {"packet.unknown": 404, "request.malformed": 400}.get(code, 422)
    if pointer:
        assert pointer in [error["pointer"] for error in answer.body["errors"]]
    wrong = service.call("POST", "packets/verifications", b"x", Content_Type="text/plain")
    assert (wrong.status, wrong.body["code"]) == (415, "request.unsupported_media_type")


def test_a_hostile_certificate_is_no_program(service: Service, bound: dict[str, Any]) -> None:
    certificate = service.call("GET", bound["record"]["certificate"]).body
    for change in (
        {"page_number": "{page.__class__}"}, {"page_number": "{page:>9999999999}"}, {"sheets": []},
        {"bookmarks": [[1]]}, {"files": [{"name": "../x", "sha256": "x", "pages": 1}]}, {"sheets": "x" * 10},
    ):  # fmt: skip
        answer = service.form("packets/verifications", {"a.pdf": LOG}, certificate=json.dumps(certificate | change))
        assert (answer.status, answer.body["code"]) == (422, "certificate.format"), change


def test_a_job_that_fails_points_into_the_plan(service: Service) -> None:
    plan = {**PLAN, "parts": [{"file": "log.pdf", "title": "Log"}]}
    queued = service.call("POST", "packets", {"plan": plan}, Prefer="respond-async")
    last = service.follow(queued.body["id"])[-1]
    assert (last[1], last[2]["problem"]["code"]) == ("failed", "packet.missing")
    assert last[2]["problem"]["errors"][0]["pointer"] == "/plan/parts/0/file"
    missing = {**PLAN, "parts": [{"document": "AC-1"}, {"document": "AC-2", "proofs": ["PS-1"]}]}
    answer = service.call("POST", "packets", {"plan": missing})
    assert (answer.status, answer.body["code"]) == (422, "packet.document")
    assert [error["pointer"] for error in answer.body["errors"]] == [
        "/plan/parts/0/document", "/plan/parts/1/document", "/plan/parts/1/proofs/0",
    ]  # fmt: skip
    many = {**PLAN, "parts": [{"file": "log.pdf", "title": "Log"}] * 2001}
    answer = service.call("POST", "packets", {"plan": many})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/plan/parts")
    assert "2000" in answer.body["errors"][0]["detail"]


def test_the_page_tells_how(service: Service, bound: dict[str, Any], tmp_path: Path) -> None:
    """The commands of docs/api.md on exhibits, run as written."""
    (tmp_path / "log.pdf").write_bytes(LOG)
    plan = {**PLAN, "parts": [{"file": "log.pdf", "title": "Log"}]}
    (tmp_path / "packet.json").write_text(json.dumps({"plan": plan, "exhibits": {"log.pdf": _sha(LOG)}}))
    known = {"URL": f"http://127.0.0.1:{service.port}/api/v1", "KEY": service.key, "SHA": _sha(LOG)}
    answers = []
    for command in commands("## Exhibits\n"):
        for name, value in known.items():
            command = command.replace(f"${name}", value)
        if command.startswith("curl "):
            answers.append(curl(shlex.split(command)[1:], tmp_path))
    (uploaded, body), (queued, job) = answers
    assert (uploaded, queued) == (200, 202)
    assert json.loads(body)["sha256"] == _sha(LOG)
    assert service.follow(json.loads(job)["id"])[-1][1] == "done"


def test_profiles_and_their_sources(service: Service) -> None:
    items = service.call("GET", "packets/profiles").body["items"]
    assert [item["key"] for item in items] == list(PROFILES)
    for item in items:
        one = service.call("GET", item["href"]).body
        assert len(one["rules"]) == len(PROFILES[item["key"]].explain())
        assert all(rule["severity"] and rule["value"] for rule in one["rules"])
    assert service.call("GET", "packets/profiles/nowhere").body["code"] == "profile.missing"


def test_a_waiting_job_is_canceled_and_told(service: Service) -> None:
    order = {"plan": {**PLAN, "title": "Another"}}
    first = [service.call("POST", "packets", order, Prefer="respond-async").body["id"] for _ in range(3)]
    canceled = service.call("POST", f"jobs/{first[-1]}/cancel")
    told = service.follow(first[-1])
    assert told[-1][1] in ("canceled", "failed")
    assert canceled.status in (200, 409)
    until = time.monotonic() + 60
    while any(not service.office.jobs.find(id).finished_at for id in first) and time.monotonic() < until:
        time.sleep(0.1)
