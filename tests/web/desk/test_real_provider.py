"""Single sign-on against a real identity provider (canaille, a process of its own), in a real browser."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.office.reviewed import KEY
from tests.serving import free_port
from tests.web.desk.conftest import Clock, Desk, opened, picture, refuse_barriers, sign_in, visiting

SECRET = "of-the-client-and-nobody-else"
THEIRS = "a password at the provider"
NAME = "Madrona Identity"


@contextmanager
def provider(desk: str) -> Iterator[str]:
    """The issuer of a canaille that knows our client."""
    port = free_port()
    program = Path(__file__).with_name("real_provider.py")
    process = subprocess.Popen(
        [sys.executable, str(program), str(port), desk, SECRET], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        issuer, ends = f"http://localhost:{port}", time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5):
                    break
            except OSError:
                assert process.poll() is None, process.stderr and process.stderr.read().decode()[-2000:]
                assert time.monotonic() < ends, "the provider does not start"
                time.sleep(0.2)
        yield issuer
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def where() -> Iterator[tuple[int, str]]:
    port = free_port()
    with provider(f"http://localhost:{port}") as issuer:
        yield port, issuer


@contextmanager
def desk_of(where: tuple[int, str], home: Path, fonts: Path, **settings: object) -> Iterator[Desk]:
    port, issuer = where
    given = {
        "public_url": f"http://localhost:{port}", "oidc_issuer": issuer, "oidc_client_id": "desk",
        "oidc_client_secret": SECRET, "oidc_name": NAME, "oidc_claim": "preferred_username",
    }  # fmt: skip
    with opened(home, fonts, Clock(datetime.now(UTC)), **given | settings) as desk:
        desk.office.accounts.add("cora@town.example", "Cora Reyes", ["staff"], actor="cli:op")
        yield desk


def type_theirs(page: Page, login: str = "cora", password: str = THEIRS) -> None:
    """Sign in at the provider."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=login]").press("Enter")
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")


def consent(page: Page, answer: str) -> None:
    page.locator(f"button[name=answer][value={answer}]").click()


def consent_if_asked(page: Page) -> None:
    """Be told at the desk who signs in, which the provider asks only once."""
    accept, here = page.locator("button[name=answer][value=accept]"), page.locator("body.desk")
    accept.or_(here).first.wait_for()
    if accept.count():
        accept.click()


def cookies(context: BrowserContext) -> set[str]:
    return {cookie["name"] for cookie in context.cookies()}


def test_who_has_no_account_and_who_declines(
    where: tuple[int, str], tmp_path: Path, fonts_folder: Path, chromium: Browser
) -> None:
    with (
        desk_of(where, tmp_path / "home", fonts_folder) as desk,
        visiting(desk, chromium, where[0]) as visit,
    ):
        page = visit(None, 320, 700)
        page.goto("/desk/")
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        type_theirs(page, "stranger")
        consent(page, "deny")
        expect(page.get_by_role("alert")).to_contain_text("did not let you in")
        refuse_barriers(page)
        picture(page, "refused-declined")
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        consent(page, "accept")
        expect(page.get_by_role("alert")).to_contain_text("no account of that login. An administrator can make one.")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        refuse_barriers(page)
        picture(page, "refused-unknown")
        assert "__Host-desk" not in cookies(page.context)
        assert {account.login for account in desk.office.accounts.listed()} >= {"cora@town.example"}
        assert "stranger@town.example" not in {account.login for account in desk.office.accounts.listed()}
        # The provider would send the same person back at once; as somebody else it asks.
        page.get_by_role("link", name="Sign in there as somebody else").click()
        expect(page.locator("input[name=login], input[name=password]").first).to_be_visible()


def test_signing_in_and_out(where: tuple[int, str], tmp_path: Path, fonts_folder: Path, chromium: Browser) -> None:
    with (
        desk_of(where, tmp_path / "home", fonts_folder) as desk,
        visiting(desk, chromium, where[0]) as visit,
    ):
        page = visit()
        page.goto(f"/desk/templates/{KEY}/1")
        refuse_barriers(page)
        picture(page, "sign-in-both")
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        type_theirs(page)
        consent_if_asked(page)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert page.url.endswith(f"/desk/templates/{KEY}/1")
        assert "code=" not in page.evaluate("document.referrer")
        record = desk.office.accounts.find("cora@town.example")
        assert record.link is not None
        assert (record.link.issuer, record.link.subject) == (where[1], "cora")
        lines = desk.office.audit(subject="account/cora@town.example")
        assert [line.action for line in lines] == ["account.signed_in", "account.linked", "account.added"]
        assert lines[0].detail["means"] == "single sign-on"

        admin = visit("administrator")
        admin.goto("/desk/accounts")
        refuse_barriers(admin)
        picture(admin, "accounts-linked")
        admin.get_by_role("link", name="Cora Reyes").last.click()
        expect(admin.get_by_text("Linked since")).to_be_visible()
        refuse_barriers(admin)
        picture(admin, "account-linked")

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
        refuse_barriers(page)
        picture(page, "signed-out")
        assert "__Host-desk" not in cookies(page.context)
        # At the provider she is signed in still: it asks for nothing, and the account is hers.
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("link", name="sign out there, too").click()
        page.locator("button[name=answer][value=logout]").click()
        page.wait_for_load_state()
        page.goto("/desk/sign-in")  # this provider sends nobody back who brings no ID token
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        expect(page.locator("input[name=login]")).to_be_visible()

        admin.get_by_role("button", name="Unlink").click()
        expect(admin.get_by_text("Not linked yet.")).to_be_visible()
        picture(admin, "account-unlinked")
        refuse_barriers(admin)
        # Of the provider's pages we are not the judge; of ours nothing was blocked.
        assert not [said for said in page.complaints if "Content Security Policy" in said]  # type: ignore[attr-defined]


def test_a_text_is_sent_after_signing_in_in_another_tab(
    where: tuple[int, str], tmp_path: Path, fonts_folder: Path, chromium: Browser
) -> None:
    with (
        desk_of(where, tmp_path / "home", fonts_folder) as desk,
        visiting(desk, chromium, where[0]) as visit,
    ):
        page = visit("cora")
        page.goto(f"/desk/templates/{KEY}/1/edit")
        page.locator("textarea").first.press("Control+End")
        page.get_by_label("Why is it changed?").fill("Worth more than a minute of typing.")
        page.locator("textarea.source").first.evaluate(
            "field => field.value = field.value.replace('come', 'come soon')"
        )
        desk.clock.wait(hours=1)
        page.get_by_role("button", name="Save as a new draft").click()
        expect(page.get_by_text("What you typed is kept")).to_be_visible()
        refuse_barriers(page)
        picture(page, "kept-both")
        page.get_by_role("button", name="Send what I typed").click()
        expect(page.get_by_role("alert")).to_contain_text("You are not signed in yet. Your text is still here.")
        desk.clock.now = datetime.now(UTC)
        with page.context.expect_page() as came:
            page.get_by_role("link", name=f"Sign in with {NAME}").click()
        other = came.value
        type_theirs(other)
        consent_if_asked(other)
        expect(other.get_by_text("What you typed waits in the other tab")).to_be_visible()
        picture(other, "kept-other-tab")
        page.get_by_role("button", name="Send what I typed").click()
        expect(page.get_by_role("heading", name="Nothing was lost")).to_be_visible()
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_text("Saved as a new draft.")).to_be_visible()
        version = desk.office.version(KEY, 2)
        assert version.note == "Worth more than a minute of typing."
        assert version.author == "account:cora@town.example"
        assert b"come soon" in desk.office.review.bundle(KEY, 2).files["letter.html"]


def test_roles_from_groups_and_nothing_but_the_provider(
    where: tuple[int, str], tmp_path: Path, fonts_folder: Path, chromium: Browser
) -> None:
    roles = {"oidc_scopes": "openid email profile groups", "oidc_roles_claim": "groups", "oidc_only": True,
             "oidc_roles": (("code-compliance", ("staff", "translator")), ("legal", ("approver",)))}  # fmt: skip
    with (
        desk_of(where, tmp_path / "home", fonts_folder, **roles) as desk,
        visiting(desk, chromium, where[0]) as visit,
    ):
        page = visit()
        page.goto("/desk/")
        expect(page.get_by_label("Password")).to_have_count(0)
        refuse_barriers(page)
        picture(page, "sign-in-only")
        page.get_by_role("link", name=f"Sign in with {NAME}").click()
        type_theirs(page)
        consent_if_asked(page)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        record = desk.office.accounts.find("cora@town.example")
        assert record.roles == ("staff", "translator")
        page.goto("/desk/password")
        expect(page.get_by_text("You have no password here")).to_be_visible()
        refuse_barriers(page)
        assert desk.client().sign_in("staff").status_code == 403


def test_passwords_go_on(where: tuple[int, str], tmp_path: Path, fonts_folder: Path, chromium: Browser) -> None:
    with (
        desk_of(where, tmp_path / "home", fonts_folder) as desk,
        visiting(desk, chromium, where[0]) as visit,
    ):
        page = visit()
        page.goto("/desk/")
        sign_in(page, "staff")
