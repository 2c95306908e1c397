"""``docservice templates redline`` on the real office."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docservice import shipped
from docservice.cli import main

KEY = "courtesy-letter"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path) -> Run:
    """``run("1", "draft/")`` compares versions of the courtesy letter; ``draft`` is an edited copy of it."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    folder = tmp_path / "draft"
    shutil.copytree(shipped.folder("law") / "us" / "letters" / KEY, folder)
    wording = folder / "letter.html"
    text = wording.read_text(encoding="utf-8")
    assert "for your help." in text
    wording.write_text(text.replace("for your help.", "for your patience."), encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        given = [argument.replace("DIR", str(tmp_path)) for argument in arguments]
        return CliRunner().invoke(main, ["--home", str(home), "templates", "redline", KEY, *given])

    return invoke


def test_in_the_terminal(run: Run) -> None:
    done = run("1", "DIR/draft")
    assert done.exit_code == 0, done.output
    assert "version 1 → the draft in draft (en). 1 change in the wording." in done.stdout
    assert "Thank you for your [-help-] {+patience+}." in done.stdout
    assert "Translations (!): Spanish: 1 sentence new or changed in English" in done.stdout


def test_as_json(run: Run) -> None:
    found = json.loads(run("1", "DIR/draft", "--json").stdout)["redline"]
    assert [block["kind"] for block in found["blocks"] if block["kind"] != "equal"] == ["changed"]
    assert found["stale"][0]["was"] == "Thank you for your help."


@pytest.mark.parametrize(
    ("face", "starts"), [("html", b"<!DOCTYPE"), ("docx", b"PK"), ("pdf", b"%PDF"), ("json", b"{")]
)
def test_as_a_file(run: Run, tmp_path: Path, face: str, starts: bytes) -> None:
    done = run("1", "DIR/draft", "--face", face, "--out", f"DIR/redline.{face}", "--author", "A. Reyes")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == f"Written: {tmp_path}/redline.{face}"
    assert (tmp_path / f"redline.{face}").read_bytes().startswith(starts)


def test_page_beside_page(run: Run, tmp_path: Path) -> None:
    done = run("1", "DIR/draft", "--sheets", "DIR/sheets")
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "sheets").iterdir())
    assert names[0] == "index.html"
    assert names[-1] == "sheets.pdf"
    assert "page-01.png" in names
    assert "“help” is now “patience”" in (tmp_path / "sheets" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("1", "9"), 4),
        (("1", "DIR/nowhere"), 4),
        (("1", "1", "--language", "fr"), 4),
        (("1", "1", "--face", "pdf"), 2),
        (("1",), 2),
    ],
)
def test_what_cannot_be_done_ends_with_its_code(run: Run, arguments: tuple[str, ...], code: int) -> None:
    done = run(*arguments)
    assert done.exit_code == code, done.output
