"""Wording in Word files from a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docservice.cli import main
from tests.wording.word.making import TITLE, docx, p, tracked

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path) -> Run:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts_folder)
    home = str(tmp_path / "home")
    return lambda *arguments, typed="": CliRunner().invoke(main, ["--home", home, *arguments], input=typed)


def test_out_in_and_proposed(run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "letter.docx", tmp_path / "courtesy-letter"
    written = run("templates", "to-word", "courtesy-letter", "--out", str(file))
    assert written.stdout == f"courtesy-letter version 1: {file}\n", written.stderr
    file.write_bytes(tracked(file.read_bytes(), "Ask us before you start", "Ask us first"))
    read = run("templates", "from-word", str(file), "courtesy-letter", "--out", str(folder))
    assert read.exit_code == 0, read.stderr
    assert "1 tracked changes" in read.stdout or "tracked changes" in read.stdout
    assert "clauses/help.html, letter.html" in read.stdout
    assert {path.name for path in folder.iterdir()} == {"template.yaml", "letter.html", "clauses", "samples"}
    assert run("templates", "lint", str(folder)).exit_code == 0
    added = ("accounts", "add", "cora", "--name", "Cora", "--role", "staff")
    assert run(*added, typed="correct horse battery\n").exit_code == 0
    propose = ("templates", "propose", str(folder), "--as", "cora", "--note", "Shorter", "--based-on", "1")
    proposed = run(*propose, typed="correct horse battery\n")
    assert proposed.stdout == "courtesy-letter version 2 is a draft.\n", proposed.stderr


def test_what_is_wrong_is_listed_and_the_folder_made(run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "x.docx", tmp_path / "new-letter"
    file.write_bytes(docx(TITLE, p("Dear {{ recipient.nmae }}")))
    read = run("templates", "from-word", str(file), "new-letter", "--out", str(folder), "--json")
    assert read.exit_code == 1
    told = json.loads(read.stdout)
    assert told["files"] == ["letter.html", "template.yaml"]
    assert [(f["code"], f["place"]) for f in told["findings"]] == [("template.field", "letter.docx:2")]
    assert (folder / "template.yaml").read_text().startswith("key: new-letter\n")


def test_what_is_refused_makes_nothing(run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "x.docx", tmp_path / "new-letter"
    file.write_bytes(docx(TITLE, parts={"word/vbaProject.bin": b"x"}))
    read = run("templates", "from-word", str(file), "new-letter", "--out", str(folder))
    assert (read.exit_code, folder.exists()) == (3, False)
    assert "vbaProject.bin" in read.stderr
    assert run("templates", "from-word", str(tmp_path / "no.docx"), "x", "--out", str(folder)).exit_code == 4
    assert run("templates", "to-word", "nothing", "--out", str(file)).exit_code == 4
