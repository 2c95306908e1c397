"""A real office behind the desk, people with passwords, and a browser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect, sync_playwright

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.means.choices import ROLES
from docservice.office.people.roles import Actor
from docservice.office.review.proposing import Proposal
from tests.homes import furnish, ungoverned
from tests.office.reviewed import FOLDER, KEY, NOON
from tests.serving import serving

PASSWORD = "correct horse battery"
# One person of each role, and those of the story; they share a password.
PEOPLE = {role: ("", (role,)) for role in ROLES} | {
    "cora": ("Cora Reyes", ("staff",)),
    "ada": ("Ada Byron", ("approver",)),
    "ian": ("Ian Cho", ("approver", "staff")),
}
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()  # noqa: SIM905
PATIENCE = 60_000  # milliseconds: only what never comes is a fault, the machine may be busy
AXE = Path(__file__).parent.parent / "axe" / "axe.min.js"


@dataclass
class Clock:
    """The office's time, which a test moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class Desk:
    """An office with its clock, its people and its application."""

    office: Office
    clock: Clock
    app: Flask
    who: dict[str, Actor] = field(default_factory=dict)

    def client(self, login: str | None = None) -> Client:
        """A browser without eyes, signed in as somebody."""
        client = Client(self.app.test_client())
        if login is not None:
            client.sign_in(login)
        return client

    def draft(self, text: str = "<p>{{ case.number }}</p>", author: str = "cora", **more: object) -> int:
        """A draft of the courtesy letter with something at its end."""
        given = {"note": "A better ending.", "based_on": 1, **more}
        files = {"letter.html": wording(text).encode()}
        return self.office.review.propose(Proposal(KEY, files, **given), actor=self.who[author]).number  # type: ignore[arg-type]

    def under_review(self, text: str = "<p>{{ case.number }}</p>", author: str = "cora") -> int:
        """The same, submitted."""
        number = self.draft(text, author)
        self.office.review.submit(KEY, number, actor=self.who[author], reviewer="ada")
        return number


def wording(addition: str) -> str:
    text = (FOLDER / "letter.html").read_text(encoding="utf-8")
    return text.replace("</article>", f"{addition}\n</article>")


class Client:
    """A test client that fills in the tokens of forms, unless told otherwise."""

    def __init__(self, flask: FlaskClient) -> None:
        self.flask = flask
        self.get = flask.get
        self.token = ""

    def sign_in(self, login: str, password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
        page = self.flask.get("/desk/sign-in")
        data = {"login": login, "password": password, "form_token": token_of(page.text), **more}
        answer = self.flask.post("/desk/sign-in", data=data)
        if answer.status_code == 303:
            self.token = token_of(self.flask.get("/desk/password").text)  # what comes first is a page of much work
        return answer

    def post(self, address: str, data: dict[str, object] | None = None, **more: object):  # type: ignore[no-untyped-def]
        return self.flask.post(address, data={"form_token": self.token, **(data or {})}, **more)  # type: ignore[arg-type]

    def hidden(self, address: str) -> dict[str, str]:
        """The hidden fields of a page's forms."""
        found = re.findall(r'<input type="hidden" name="([\w:]+)" value="([^"]*)"', self.get(address).text)
        return dict(found)


def token_of(page: str) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', page)
    return found[1] if found else ""


def employ(office: Office) -> None:
    for login, (name, roles) in PEOPLE.items():
        office.people.accounts.add(login, name or login.title(), roles, password=PASSWORD, actor="cli:op")


@contextmanager
def opened(home: Path, fonts: Path, clock: Clock, **settings: object) -> Iterator[Desk]:
    """The office with its people; ``settings`` are further ones of its installation."""
    ungoverned(furnish(home, fonts, clock.now, employ))
    with open_office(Settings(home=home, **settings), clock=clock) as office:  # type: ignore[arg-type]
        desk = Desk(office, clock, create_app(office))
        desk.who = {account.login: Actor.person(account) for account in office.people.accounts.listed()}
        yield desk


@pytest.fixture
def desk(tmp_path: Path, fonts_folder: Path) -> Iterator[Desk]:
    with opened(tmp_path / "home", fonts_folder, Clock()) as one:
        yield one


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Desk]:
    """One office for all tests of a module that only look."""
    with opened(tmp_path_factory.mktemp("desk") / "home", fonts_folder, Clock()) as one:
        yield one


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(desk: Desk, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """``visit("cora")`` opens a window in which she is signed in; ``visit()`` one in which nobody is."""
    with visiting(desk, chromium) as open_window:
        yield open_window


@contextmanager
def visiting(desk: Desk, chromium: Browser, port: int = 0) -> Iterator[Callable[..., Page]]:
    """``visit`` for any desk; at a port, for who must know it before."""
    with serving(desk.app, port=port) as port:
        contexts = []

        def open_window(login: str | None = None, width: int = 1280, height: int = 900) -> Page:
            context = chromium.new_context(
                base_url=f"http://localhost:{port}", viewport={"width": width, "height": height}
            )
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.complaints = []  # type: ignore[attr-defined]
            page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
            page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
            if login is not None:
                page.goto("/desk/")
                sign_in(page, login)
            return page

        yield open_window
        for context in contexts:
            context.close()


def sign_in(page: Page, login: str) -> None:
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def settle(page: Page) -> None:
    """Wait until the parts that come later are there."""
    page.wait_for_load_state("load")
    expect(page.locator("[hx-trigger=load], .htmx-request")).to_have_count(0)


def refuse_barriers(page: Page) -> None:
    """axe-core finds nothing at WCAG 2.1 A and AA, and the page has not complained (blocked scripts, styles)."""
    settle(page)
    # Given to the page from outside: its own policy lets no script in that is not the desk's.
    page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", tags)
    said = [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:4]]}" for one in found["violations"]
    ]
    assert not said, f"{page.url}: {said}"


def picture(page: Page, name: str) -> None:
    """Keep a picture to look at, where ``DOCSERVICE_SCREENSHOTS`` names a folder."""
    folder = os.environ.get("DOCSERVICE_SCREENSHOTS")
    if folder:
        settle(page)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
