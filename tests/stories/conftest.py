"""An office whose day the story sets, and a town's clerk who works with it over HTTP: real letters, real PDFs."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from tests.homes import furnish
from tests.serving import serving

Send = Callable[..., tuple[int, str, bytes]]

SWORN = {"name": "Pilar Everhart", "title": "Office Assistant", "over_18_and_not_a_party": True,
         "address": ["1 Town Hall Way", "Madrona Hills, CA 95999"]}  # fmt: skip
POST_OFFICE = "U.S. Post Office, 200 Depot Street, Madrona Hills, California"


class Clerk:
    """Who tells the office what happened, and has it write letters. Every answer is a real one of the API."""

    def __init__(self, office: Office, send: Send) -> None:
        self.office, self._send = office, send
        self.case, self.now = "", datetime(2026, 5, 23, 18, 0, tzinfo=UTC)
        scopes = ["preview", "issue", "read", "records", "packets"]
        officers = ["director", "coordinator", "attorney", "hearing_officer", "building_official"]
        self._key = office.people.keys.add("clerk", scopes, "cli:op", officers=officers)[1]

    def day(self, day: str) -> None:
        """It is noon of this day in the town."""
        self.now = datetime.fromisoformat(f"{day}T19:00:00+00:00")
        self.office.means.store.holding._renew_at = 0.0  # leases of the day before are over

    def ask(self, method: str, url: str, expect: int | None = None, **more: Any) -> Any:
        """The answer's JSON (its bytes, where it is none); ``expect`` is its status."""
        headers = {"Authorization": f"Bearer {self._key}", **more.pop("headers", {})}
        status, media_type, body = self._send(method=method, path=f"/api/v1{url}", headers=headers, **more)
        told = json.loads(body) if media_type.endswith("json") else body
        assert expect is None or status == expect, (status, told.get("errors") or told)
        return told

    def put(self, casefile: Mapping[str, Any]) -> Any:
        """A new case on record."""
        self.case = casefile["case"]["number"]
        return self.ask("PUT", f"/cases/{self.case}", 201, json=casefile, headers={"If-None-Match": "*"})

    def add(self, items: str, item: Mapping[str, Any]) -> Any:
        """One more item of a list of the case, or the item of this id as it is now."""
        seen = self.ask("GET", f"/cases/{self.case}", 200)["etag"]
        name = item.get("id") or item["number"]
        url = f"/cases/{self.case}/{items}/{name}"
        return self.ask("PUT", url, json=item, headers={"If-Match": f'"{seen}"'})

    def drop(self, items: str, name: str) -> Any:
        """An item of a list of the case that was a mistake."""
        seen = self.ask("GET", f"/cases/{self.case}", 200)["etag"]
        return self.ask("DELETE", f"/cases/{self.case}/{items}/{name}", headers={"If-Match": f'"{seen}"'})

    def happened(self, type: str, on: str, subject: str, expect: int = 201, **data: Any) -> Any:
        event = {"type": type, "on": on, "subject": subject, "data": data}
        return self.ask("POST", f"/cases/{self.case}/events", expect, json=event)

    def issue(self, template: str, about: str | None = None, expect: int = 201, **more: Any) -> Any:
        order = {"template": template, "case": self.case, "about": about, **more}
        return self.ask("POST", "/documents", expect, json={k: v for k, v in order.items() if v is not None})

    def notice(self, template: str, recipients: Any, expect: int = 201, **more: Any) -> Any:
        order = {"template": template, "case": self.case, "recipients": recipients, **more}
        return self.ask("POST", "/notices", expect, json=order)

    def served(self, number: str, on: str, *legs: Mapping[str, Any], party: str | None = None, expect: int = 201,
               files: Mapping[str, bytes] | None = None) -> Any:  # fmt: skip
        attempt: dict[str, Any] = {"on": on, "declarant": SWORN, "legs": [*legs]}
        if party is not None:
            attempt["party"] = party
        data = {"attempt": (io.BytesIO(json.dumps(attempt).encode()), "attempt.json", "application/json"),
                "files": [(io.BytesIO(content), name) for name, content in (files or {}).items()]}  # fmt: skip
        url = f"/documents/{self.found(number)['id']}/attempts"
        return self.ask("POST", url, expect, data=data, content_type="multipart/form-data")

    def result(self, number: str, attempt: int, leg: int, result: str, on: str, expect: int = 200, **more: Any) -> Any:
        url = f"/documents/{self.found(number)['id']}/attempts/{attempt}/legs/{leg}/result"
        return self.ask("PUT", url, expect, json={"result": result, "on": on, **more})

    def found(self, number: str) -> Any:
        return self.ask("GET", f"/documents?number={number}", 200)["items"][0]

    def text(self, number: str) -> str:
        """What a reader finds in the PDF of a document, as one line."""
        data = self.ask("GET", f"/documents/{self.found(number)['id']}/files/pdf", 200)
        self.keep(number, data)
        return words(data)

    def keep(self, name: str, data: bytes) -> None:
        """For who wants to look at it (``pytest --basetemp``)."""

    def due(self) -> list[Any]:
        found: list[Any] = self.ask("GET", f"/cases/{self.case}/due", 200)["items"]
        return found

    def next(self, type: str, about: str | None = None, on: str | None = None) -> dict[str, tuple[str, str | None]]:
        """By recipient: the verdict, or the first reason's code where it is no, and the day from which it may."""
        steps = self.ask("GET", f"/cases/{self.case}/next{'' if on is None else f'?on={on}'}", 200)["items"]
        found = [one for one in steps if one["document_type"] == type and about in (None, one["about"])]
        return {
            one["recipient"]: (one["reasons"][0]["code"] if one["verdict"] == "no" else one["verdict"], one["starts"])
            for one in found
        }

    def why(self, type: str, about: str | None = None) -> set[str]:
        """Every reason why a document may not go out, in words."""
        steps = self.ask("GET", f"/cases/{self.case}/next", 200)["items"]
        found = [one for one in steps if one["document_type"] == type and about in (None, one["about"])]
        return {reason["message"] for one in found for reason in one["reasons"]}

    def ledger(self) -> Any:
        return self.ask("GET", f"/cases/{self.case}/ledger", 200)

    def row(self, name: str, document: str | None = None, about: str | None = None) -> tuple[str, str | None]:
        """State and day of the one row of what is due that has this name, for a document or a subject."""
        found = [
            one for one in self.due()
            if one["name"] == name and document in (None, one["document"]) and about in (None, one["about"])
        ]  # fmt: skip
        assert len(found) == 1, [(one["document"], one["about"]) for one in found]
        return found[0]["state"], found[0]["due"]


def words(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = unicodedata.normalize("NFKC", " ".join(page.extract_text() for page in pages))
    return re.sub(r"\s+", " ", re.sub("[\u200b\u2068\u2069]", "", text))


@contextmanager
def _at_work(folder: Path, fonts: Path, connect: Callable[[Flask], AbstractContextManager[Send]]) -> Iterator[Clerk]:
    """A clerk of a new office, whose day is the clerk's."""
    began = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
    box: list[Clerk] = []
    home = furnish(folder / "home", fonts, began)
    with (
        open_office(Settings(home=home), clock=lambda: box[0].now if box else began) as office,
        connect(create_app(office)) as send,
    ):
        box.append(Clerk(office, send))
        yield box[0]


@contextmanager
def _directly(app: Flask) -> Iterator[Send]:
    client = app.test_client()

    def send(**request: Any) -> tuple[int, str, bytes]:
        with client.open(**request) as answer:  # closed: it may hold a file of the archive
            return answer.status_code, answer.mimetype or "", answer.data

    yield send


@contextmanager
def _by_wire(app: Flask) -> Iterator[Send]:
    """Over a socket, to the server that ``docservice serve`` runs."""
    with serving(app) as port:

        def send(**request: Any) -> tuple[int, str, bytes]:
            builder = EnvironBuilder(**request)
            asked = builder.get_request()
            url = f"http://127.0.0.1:{port}{asked.full_path.rstrip('?')}"
            headers = {name: value for name, value in asked.headers.items() if name not in ("Host", "Content-Length")}
            body = asked.get_data() or None
            builder.close()
            try:
                answer = urllib.request.urlopen(urllib.request.Request(url, body, headers, method=asked.method))
            except urllib.error.HTTPError as refused:
                answer = refused
            with answer:
                return answer.status, answer.headers.get_content_type(), answer.read()

        yield send


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Clerk]:
    with _at_work(tmp_path_factory.mktemp("story"), fonts_folder, _directly) as found:
        yield found


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Clerk]:
    with _at_work(tmp_path_factory.mktemp("story"), fonts_folder, _by_wire) as found:
        yield found
