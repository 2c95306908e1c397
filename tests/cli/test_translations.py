"""Translations from a terminal, on a real register."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docservice import shipped
from docservice.cli import main

PASSWORD = "correct horse battery"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts_folder)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments], input=typed)

    return invoke


def test_out_and_back_and_approved(run: Run, tmp_path: Path) -> None:
    assert run("accounts", "add", "tia", "--name", "Tia", "--role", "translator", typed=f"{PASSWORD}\n").exit_code == 0
    assert "memorandum" in run("translations", "status", "--language", "es").stdout
    shown = run("translations", "show", "memorandum", "es", "--state", "draft")
    assert (shown.exit_code, "Informe del personal" in shown.stdout) == (0, True), shown.stdout[:500]
    written = run("translations", "export", "memorandum", "es", "--format", "xliff")
    assert written.stdout == "memorandum-1.es.xlf\n", written.stderr
    path = tmp_path / "memorandum-1.es.xlf"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(">Informe del personal<", ">Informe nuevo<"), encoding="utf-8")
    took = run("translations", "import", "memorandum", "es", path.name)
    assert took.stdout.startswith("1 drafts saved, "), took.stderr
    path.write_text(text.replace(">Informe del personal<", ">Informe 7<"), encoding="utf-8")
    refused = run("translations", "import", "memorandum", "es", path.name)
    assert refused.exit_code == 3
    assert "memorandum-1.es.xlf:" in refused.stderr
    assert run("translations", "import", "memorandum", "es", "nothing.po").exit_code == 4
    strings = json.loads(run("translations", "show", "memorandum", "es", "--json").stdout)["strings"]
    (one,) = [s for s in strings if s["translation"] == ["Informe nuevo"]]
    approve = ("translations", "approve", "memorandum", "es", "--as", "tia")
    assert run(*approve, typed="wrong password\n").exit_code == 3
    first = run(*approve, "--string", one["id"][:12], typed=f"{PASSWORD}\n")
    assert first.stdout.startswith("1 approved; 1 of "), first.stderr
    assert run(*approve, "--string", "ffffffffffff", typed=f"{PASSWORD}\n").exit_code == 4
    rest = json.loads(run(*approve, "--json", typed=f"{PASSWORD}\n").stdout)
    assert (len(rest["approved"]), rest["progress"]["approved"]) == (len(strings) - 1, len(strings))
    reopen = ("translations", "reopen", "memorandum", "es", "--as", "tia", "--reason", "Wrong word")
    assert run(*reopen, "--string", one["id"][:12], typed=f"{PASSWORD}\n").stdout == "1 are drafts again.\n"
    assert run("audit", "verify").exit_code == 0


def test_the_catalogs_follow_the_wording(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(shipped.folder("law"), tmp_path / "law")
    monkeypatch.setenv("DOCSERVICE_LAW", str(tmp_path / "law"))
    assert run("translations", "update").exit_code == 0
    assert run("translations", "update", "--language", "../es").exit_code == 4
    letter = tmp_path / "law" / "us" / "letters" / "memorandum" / "letter.html"
    old = "Recommendation"
    text = letter.read_text(encoding="utf-8")
    assert f"{{% trans %}}{old}{{% endtrans %}}" in text
    letter.write_text(text.replace(f"{{% trans %}}{old}", f"{{% trans %}}{old} now"), encoding="utf-8")
    (found,) = [
        i
        for i in json.loads(run("translations", "update", "--language", "es", "--json").stdout)["items"]
        if i["written"]
    ]
    assert (found["changed"], found["new"], found["obsolete"]) == ([[old, f"{old} now"]], [], [old])
    assert (found["language"], found["untranslated"]) == ("es", 1)
    assert f"#. Earlier English: {old}\n" in Path(found["path"]).read_text(encoding="utf-8")
