"""The API in five minutes (docs/api.md), run as written: a real office, a real server, real HTTP."""

from __future__ import annotations

import json
import re
import shlex
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import EnvironBuilder

from docservice import shipped
from docservice.app import create_app
from docservice.config import Settings
from docservice.office import open_office
from tests.homes import furnish
from tests.places import ROOT
from tests.serving import serving

DOCS = ROOT / "docs" / "api.md"


@pytest.fixture
def live(tmp_path: Path, fonts_folder: Path) -> Iterator[dict[str, str]]:
    """The variables of the tutorial: $URL and $KEY."""
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home)) as office:
        _, secret = office.people.keys.add("permit-tracker", ("preview", "issue", "read"), "test")
        with serving(create_app(office)) as port:
            yield {"URL": f"http://127.0.0.1:{port}/api/v1", "KEY": secret}


def commands(section: str = "## The API in five minutes\n") -> list[str]:
    """The commands of a section of the page, one line each."""
    tutorial = DOCS.read_text(encoding="utf-8").split(section)[1].split("\n## ")[0]
    blocks = re.findall(r"```console\n(.*?)```", tutorial, re.S)
    return [line[2:] for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.startswith("$ ")]


def curl(arguments: list[str], folder: Path) -> tuple[int, bytes]:
    """What curl does, as far as the tutorial uses it."""
    headers: dict[str, str] = {}
    form: dict[str, Any] = {}
    body: bytes | None = None
    url, out, method = "", None, None
    rest = iter(arguments)
    for argument in rest:
        if argument == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif argument == "-d":
            value = next(rest)
            body = (folder / value[1:]).read_bytes() if value.startswith("@") else value.encode()
        elif argument == "-T":
            body, method = (folder / next(rest)).read_bytes(), "PUT"
            headers.setdefault("Content-Type", "")  # or urllib says that it is a form
        elif argument == "-F":
            name, _, value = next(rest).partition("=")
            path = folder / value[1:]
            form[name] = path.read_text() if value[0] == "<" else FileStorage(path.open("rb"), path.name)
        elif argument == "-o":
            out = next(rest)
        elif not argument.startswith("-"):
            url = argument
    if form:
        builder = EnvironBuilder(method="POST", data=form)
        environ = builder.get_environ()
        body, headers["Content-Type"] = environ["wsgi.input"].read(), environ["CONTENT_TYPE"]
        builder.close()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method)) as answer:
        content: bytes = answer.read()
        if out:
            (folder / out).write_bytes(content)
        return int(answer.status), content


def test_the_api_in_five_minutes(
    live: dict[str, str], tmp_path: Path, example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
) -> None:
    (tmp_path / "examples").symlink_to(shipped.folder("examples"))
    casefile, _ = example("CE-2026-0231")
    answers: list[tuple[int, Any]] = []
    for command in commands():
        if command.startswith("jq "):
            order = re.match(r"jq '\{(.*), casefile: \.\}'.* > (\S+)$", command)
            assert order, command
            fields = json.loads("{" + re.sub(r"(\w+): ", r'"\1": ', order[1]) + "}")
            (tmp_path / order[2]).write_text(json.dumps({**fields, "casefile": casefile}))
        elif command.startswith("curl "):
            for name, value in live.items():
                command = command.replace(f"${name}", value)
            status, content = curl(shlex.split(command)[1:], tmp_path)
            body = json.loads(content) if content.startswith(b"{") else content
            answers.append((status, body))
            if isinstance(body, dict) and "etag" in body:
                live |= {"ID": body["id"], "ETAG": body["etag"]}
    statuses = [status for status, _ in answers]
    assert statuses == [200, 200, 201, 200, 200, 200, 200, 201]
    preview, draft, issued, record, pdf, found, void, report = (body for _, body in answers)
    assert not [finding for finding in preview["findings"] if finding["severity"] == "error"]
    assert draft.startswith(b"%PDF")
    assert issued["number"] == "AC-2026-0001"
    assert record["id"] == issued["id"]
    assert pdf == (tmp_path / "citation.pdf").read_bytes()
    assert [item["id"] for item in found["items"]] == [issued["id"]]
    assert (void["status"], void["void_reason"]) == ("void", "Issued to the wrong party")
    assert report["template"] == "inspection-report"
