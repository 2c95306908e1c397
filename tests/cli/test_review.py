"""Accounts, the review and the audit trail from a terminal, on a real register."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docservice import shipped
from docservice.cli import main
from docservice.config import Settings
from docservice.office import open_office
from docservice.office.people.linking import arrive

PASSWORD = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path) -> Run:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts_folder)

    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments], input=typed)

    return invoke


def test_a_review_from_a_terminal(run: Run, tmp_path: Path) -> None:
    added = run("accounts", "add", "ada", "--name", "Ada Byron", "--role", "approver", typed=f"{PASSWORD}\n")
    assert added.stdout == "ada: approver.\n"
    assert run("accounts", "add", "rae", "--name", "Rae", "--role", "reviewer", "--no-password").exit_code == 0
    assert "Ada Byron" in run("accounts", "list").stdout
    folder = Path(shutil.copytree(shipped.folder("law") / "us" / "letters" / "memorandum", tmp_path / "memorandum"))
    text = (folder / "letter.html").read_text(encoding="utf-8")
    (folder / "letter.html").write_text(text.replace("</article>", "<p>Contest it within 15 days.</p></article>"))
    propose = ("templates", "propose", str(folder), "--note", "The number at the end", "--based-on", "1")
    assert run(*propose).exit_code == 2  # who sits at a terminal is nobody yet
    assert run("accounts", "add", "cora", "--name", "Cora", "--role", "staff", typed=f"{PASSWORD}\n").exit_code == 0
    proposed = run(*propose, "--as", "cora", typed=f"{PASSWORD}\n")
    assert proposed.stdout == "memorandum version 2 is a draft.\n", proposed.stderr
    assert run("templates", "submit", "memorandum", "2", "--reviewer", "rae").exit_code == 0
    assert "analysis" in run("templates", "assess", "memorandum", "2").stdout
    approve = ("templates", "approve", "memorandum", "2", "--effective-on", "2199-01-01", "--as", "ada")
    wrong = run(*approve, typed="wrong password\n")
    assert (wrong.exit_code, "account.sign_in" in wrong.stderr) == (3, True)
    unconfirmed = run(*approve, typed=f"{PASSWORD}\n")
    assert (unconfirmed.exit_code, "“15 days”: the town’s rules say" in unconfirmed.stderr) == (3, True)
    told = run("templates", "consequences", "memorandum", "2", "--on", "2199-01-01").stdout
    assert "It takes the place of version 1." in told
    assert "none → 15 days" in told
    asked = json.loads(run("templates", "consequences", "memorandum", "2", "--json").stdout)["consequences"][
        "to_confirm"
    ]
    approved = run(*approve, "--confirm", asked[0]["id"], typed=f"{PASSWORD}\n")
    assert approved.stdout.startswith("memorandum version 2, in force from 2199-01-01."), approved.stderr
    assert "scheduled" in run("templates", "show", "memorandum").stdout
    assert run("templates", "send-back", "memorandum", "2", "--reason", "x").exit_code == 3
    assert run("templates", "withdraw", "memorandum", "1", "--reason", "x").exit_code == 3
    assert run("templates", "withdraw", "memorandum", "1", "--reason", "x", "--replacement", "all").exit_code == 2
    assert run("templates", "withdraw", "memorandum", "1", "--reason", "x", "--replacement", "none").exit_code == 0
    for command in (("roles", "rae", "--role", "staff"), ("disable", "rae"), ("enable", "rae")):
        assert run("accounts", *command).exit_code == 0
    assert run("accounts", "password", "rae", typed=f"{PASSWORD}\n").exit_code == 0
    assert run("accounts", "disable", "nobody").exit_code == 4
    assert run("accounts", "unlink", "nobody").exit_code == 4
    assert run("accounts", "unlink", "rae").exit_code == 3
    with open_office(Settings(home=tmp_path / "home")) as office:
        arrive(office.means, "https://id.town.example", "r-1", "rae", roles=None, provider="Town")
    assert "linked" in run("accounts", "list").stdout
    assert run("accounts", "unlink", "rae").stdout == "rae is no longer linked.\n"
    lines = json.loads(run("audit", "list", "--template", "memorandum", "--json").stdout)["items"]
    assert [line["action"] for line in lines][:2] == ["template.withdrawn", "template.approved"]
    whole = json.loads(run("audit", "verify", "--json").stdout)
    assert whole["whole"]
    kept = run("audit", "verify", "--seal", whole["seal"].upper())
    assert (kept.exit_code, f"Up to line {whole['lines']} it is" in kept.stdout) == (0, True)
    gone = run("audit", "verify", "--seal", "0" * 64)
    assert (gone.exit_code, "it was rewritten or cut off" in gone.stdout) == (1, True)
    connection = sqlite3.connect(tmp_path / "home" / "docservice.db", isolation_level=None)
    connection.execute("UPDATE audit SET actor = 'account:ade' WHERE sequence = 3")
    connection.close()
    found = run("audit", "verify")
    assert (found.exit_code, found.stdout) == (1, "Line 3 is not as it was written, or is missing.\n")
