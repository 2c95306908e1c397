"""The other commands, and what holds for all of them: help, documentation, lazy imports."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from docservice.cli import main
from tests.fake_office import FakeOffice
from tests.places import ROOT

Run = Callable[..., Result]
DOCS = ROOT / "docs" / "cli.md"
HEAVY = {
    "flask", "sqlalchemy", "marshmallow", "babel", "lxml", "yaml", "typst", "weasyprint", "docxtpl", "docx", "pypdf",
    "pikepdf", "PIL", "waitress", "jinja2", "holidays", "docservice.office.facade", "docservice.town",
    "docservice.casefile", "docservice.rendering", "docservice.app",
}  # fmt: skip


def commands(
    command: click.Command = main, path: tuple[str, ...] = ("docservice",)
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    else:
        yield " ".join(path), command


COMMANDS = dict(commands())


def test_the_commands_of_the_issue_are_there() -> None:
    names = """preview issue packet.bind packet.verify packet.profiles exhibit languages doctor serve documents.list
    documents.show documents.reproduce documents.void documents.supersede
    notice.issue notice.show notice.copy notice.print notice.supersede notice.void jobs.list jobs.show jobs.cancel
    jobs.watch worker templates.list templates.show templates.lint templates.add handouts.build keys.add
    keys.list keys.rotate keys.revoke case.put case.import case.list case.show case.next case.ledger case.events
    case.tell case.export case.due due.list due.rebuild calendars.new calendars.list calendars.revoke
    service.record service.result service.list casefile.check casefile.schema town.show town.deadline templates.propose
    templates.submit templates.assess templates.consequences templates.approve templates.send-back
    templates.withdraw accounts.add
    accounts.list accounts.roles accounts.disable accounts.enable accounts.unlink accounts.password
    audit.list audit.verify numbers articles.add articles.list articles.spoil mail.list backup restore templates.redline
    translations.status translations.show translations.export translations.import
    translations.approve translations.reopen translations.update templates.from-word templates.to-word
    town.propose town.editions town.review town.diff town.approve town.send-back
    templates.outdated templates.new templates.check"""
    assert set(COMMANDS) == {"docservice " + name.replace(".", " ") for name in names.split()}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from docservice.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "docservice doctor" in done.stdout
    assert not HEAVY & set(done.stderr.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_help_teaches(name: str) -> None:
    done = CliRunner().invoke(main, [*name.split()[1:], "--help"])
    assert done.exit_code == 0
    command = COMMANDS[name]
    wanting = [p.name for p in command.params if isinstance(p, click.Option) and not p.help and p.name not in (
        "case", "template", "status", "page", "per_page", "port")]  # fmt: skip
    assert not wanting
    takes_something = any(isinstance(p, click.Argument) or p.required for p in command.params)
    if takes_something and name not in ("docservice documents reproduce", "docservice keys revoke"):
        assert f"{name} " in done.stdout, "an example"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json(name: str) -> None:
    options = {option for p in COMMANDS[name].params for option in p.opts}
    assert ("--json" in options) == (name != "docservice serve")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    section = re.search(rf"^### `{re.escape(name)}[^\n]*`\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    assert section, f"docs/cli.md has no section on {name}"
    shared = text.split("## Options that return")[1].split("\n## ")[0]
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[0] in section[0] or parameter.opts[0] in shared, parameter.opts[0]


def test_documented_exit_codes() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for code in (0, 1, 2, 3, 4, 5, 70):
        assert f"| {code} |" in text


def test_keys(run: Run, office: FakeOffice) -> None:
    added = json.loads(run("keys", "add", "tracker", "--scope", "issue", "--scope", "read", "--json").stdout)
    record = office.people.keys.working(added["secret"])
    assert record is not None
    assert record.scopes == ("issue", "read")
    listed = run("keys", "list").stdout
    assert "tracker" in listed
    assert added["secret"] not in listed
    assert run("keys", "revoke", added["key"]["id"]).exit_code == 0
    assert office.people.keys.working(added["secret"]) is None
    assert run("keys", "revoke", "x").exit_code == 4
    assert run("keys", "add", "tracker").exit_code == 2


def test_templates_and_languages(run: Run, tmp_path: Path) -> None:
    assert "courtesy-letter" in run("templates", "list").stdout
    assert json.loads(run("templates", "show", "courtesy-letter", "--json").stdout)["versions"][0]["number"] == 1
    assert run("templates", "show", "nothing").exit_code == 4
    (tmp_path / "letter").mkdir()
    assert run("templates", "lint", "letter").exit_code == 0
    assert run("templates", "lint", "absent").exit_code == 4
    assert "version 2" in run("templates", "add", "letter", "--effective-on", "2026-07-01").stdout
    assert "Arabic" in run("languages").stdout
    assert {item["tag"] for item in json.loads(run("languages", "--json").stdout)["items"]} >= {"en", "es"}


def test_handouts(run: Run, tmp_path: Path) -> None:
    assert run("handouts", "build", "--out", "all").exit_code == 0
    assert len(list((tmp_path / "all").iterdir())) == 4 * 2
    one = run("handouts", "build", "fences-and-hedges", "--language", "ar", "--face", "pdf", "--out", "one", "--json")
    assert [Path(item["file"]).name for item in json.loads(one.stdout)["items"]] == ["fences-and-hedges-ar.pdf"]
    assert run("handouts", "build", "nothing", "--out", "x").exit_code == 4
    assert run("handouts", "build", "--language", "ko", "--out", "x").exit_code == 4
    assert run("handouts", "build", "fences-and-hedges", "--language", "ko", "--out", "x").exit_code == 4


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_packet(run: Run, tmp_path: Path, suffix: str) -> None:
    plan = {"title": "Packet", "case": "CE-1", "parts": [{"generated": "cover"}, {"file": "log.pdf", "title": "Log"}]}
    text = json.dumps(plan)
    if suffix == "yaml":
        text = "title: Packet\ncase: CE-1\nparts:\n- generated: cover\n- file: log.pdf\n  title: Log\n"
    (tmp_path / f"plan.{suffix}").write_text(text)
    missing = run("packet", f"plan.{suffix}", "--out", "packet.pdf")
    assert (missing.exit_code, "log.pdf" in missing.stderr) == (3, True)
    (tmp_path / "log.pdf").write_bytes(b"%PDF")
    done = run("packet", f"plan.{suffix}", "--out", "packet.pdf", "--json")
    assert json.loads(done.stdout)["packet"]["pages"] == 3
    assert (tmp_path / "packet.pdf").read_bytes().startswith(b"%PDF")


def test_casefile(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("casefile", "schema").stdout)["$schema"]
    (tmp_path / "case.json").write_text('{"case": {"number": ""}, "inspections": [{"photos": [{"file": "a.jpg"}]}]}')
    done = run("casefile", "check", "case.json")
    assert done.exit_code == 3
    for place in ("/property", "/case/opened_on", "/inspections/0/photos/0/file: There is no file “a.jpg”"):
        assert place in done.stderr


@pytest.mark.parametrize(
    ("rule", "trigger", "extra", "expected"),
    [
        ("contest-citation", "2026-05-29", [], "2026-06-29"),
        ("court-review-fine", "2026-08-18", [], "2026-09-08"),
        ("staff-report", "2026-07-16", [], "2026-07-10"),
    ],
)
def test_a_date_is_explained(run: Run, rule: str, trigger: str, extra: list[str], expected: str) -> None:
    done = json.loads(run("town", "deadline", rule, trigger, *extra, "--json").stdout)
    assert done["date"] == expected
    said = run("town", "deadline", rule, trigger, *extra).stdout
    assert expected in said
    assert "Rule: " in said


def test_town(run: Run) -> None:
    assert "contest-citation" in run("town", "show", "--on", "2026-07-01").stdout
    assert run("town", "deadline", "lunch", "2026-07-01").exit_code == 4
    assert run("town", "show", "--on", "1950-01-01").exit_code == 4


def test_doctor_reports_all_and_fails_for_one(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from docservice.cli import doctor
    from docservice.cli.probes import Probe

    monkeypatch.setattr(doctor, "typst", lambda: Probe("Typst", "ok", "fine"))
    monkeypatch.setattr(doctor, "pango", lambda fontconfig: Probe("Pango", "ok", "fine"))
    monkeypatch.setenv("DOCSERVICE_FONTS", str(tmp_path / "no-fonts"))
    for name, value in {"ISSUER": "http://127.0.0.1:1", "CLIENT_ID": "desk", "CLIENT_SECRET": "hidden"}.items():
        monkeypatch.setenv(f"DOCSERVICE_OIDC_{name}", value)
    monkeypatch.setenv("DOCSERVICE_PUBLIC_URL", "https://docs.town.example")
    done = run("--home", tmp_path / "home", "doctor", "--json")
    assert done.exit_code == 5
    report = json.loads(done.stdout)
    states = {probe["name"]: probe["state"] for probe in report["probes"]}
    assert not report["ready"]
    assert states["Fonts"] == states["Pango"] == "fail"
    assert states["Typst"] == states["Town"] == states["OCR"] == "ok"
    refused = next(probe for probe in report["probes"] if probe["name"] == "Sign-on")
    assert (refused["state"], "Connection refused" in refused["message"]) == ("fail", True)
    assert "hidden" not in done.stdout
    assert not (tmp_path / "home").exists()
    assert "en, es" in next(probe["message"] for probe in report["probes"] if probe["name"] == "OCR")


def test_a_crashing_engine_is_a_line_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    from docservice.cli import probes

    monkeypatch.setattr(probes, "_TYPST", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    probe = probes.typst()
    assert probe.state == "fail"
    assert "SIGSEGV" in probe.message
