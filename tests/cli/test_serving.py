"""waitress as we run it: bodies that are too large, and the process from start to end."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from docservice.app import create_app
from tests.fake_office import FakeOffice
from tests.homes import furnish
from tests.serving import serving


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = create_app(FakeOffice(), max_body_megabytes=1)  # type: ignore[arg-type]
    with serving(app, max_body_megabytes=1) as bound:
        yield bound


def test_a_client_that_sends_it_all_first_still_reads_the_answer(port: int) -> None:
    body = b"0" * (50 * 2**20)
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/documents", body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value as answer:
        assert answer.code == 413
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.load(answer)
    assert problem["code"] == "request.too_large"
    assert "at most 1 MB" in problem["detail"]


def raw(port: int, head: str, body: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        return connection.makefile("rb").readline()


def test_a_body_too_large_is_not_invited(port: int) -> None:
    head = "POST /api/v1/documents HTTP/1.1\nHost: x\nExpect: 100-continue\nContent-Length: "
    assert raw(port, head + "50000000").startswith(b"HTTP/1.1 413")
    assert raw(port, head + "50").startswith(b"HTTP/1.1 100")


def test_chunks_are_counted(port: int) -> None:
    head = "POST /api/v1/documents HTTP/1.1\nHost: x\nTransfer-Encoding: chunked"
    assert raw(port, head, b"100000\r\n" + b"0" * 2**20 + b"\r\n1000\r\n").startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(("path", "status"), [("documents", 413), ("packets", 401)])
def test_a_packet_may_be_larger(port: int, path: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", f"/api/v1/{path}", b"0" * (2 * 2**20), {"Content-Type": "application/json"})
    assert connection.getresponse().status == status
    connection.close()


def test_one_connection_serves_many_requests(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(3):
        connection.request("GET", "/health/live")
        assert json.load(connection.getresponse())["status"] == "ok"
    connection.close()


def test_serve_starts_answers_and_ends_in_order(tmp_path: Path, fonts_folder: Path) -> None:
    """It starts the rendering processes that the setting says, and is ready when each is warm."""
    furnish(tmp_path, fonts_folder)
    code = "from docservice.cli import main; main(['serve', '--port', '0', '--quiet'])"
    environment = {**os.environ, "DOCSERVICE_HOME": str(tmp_path), "DOCSERVICE_WORKERS": "3"}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        url = next(found[0] for line in process.stderr if (found := re.search(r"http://[\d.:]+", line)))
        answers = []
        while not answers or answers[-1][0] == 503:
            try:
                with urllib.request.urlopen(f"{url}/health/ready") as answer:
                    answers.append((answer.status, json.load(answer)))
            except urllib.error.HTTPError as refused:
                with refused as answer:
                    answers.append((answer.code, json.load(answer)))
            time.sleep(0.05)
        assert {body["code"] for _, body in answers[:-1]} == {"service.warming"}
        assert answers[-1][0] == 200
        assert answers[-1][1]["rendering"] == {"processes": 3, "warm": 3}
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        assert process.wait(20) == 0


def test_who_serves_loads_no_engine() -> None:
    """They are loaded in rendering processes; the web process is ready sooner, and smaller."""
    engines = ["typst", "weasyprint", "pikepdf", "pypdfium2", "PIL.Image", "docx", "holidays"]
    code = f"import sys, docservice.app, docservice.office.opening; print(*sys.modules.keys() & {engines})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
