"""``docservice exhibit``: one answer per file, whatever the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
from click.testing import Result

Run = Callable[..., Result]


def test_every_file_gets_its_answer(run: Run, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(tmp_path / "blank.pdf")
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "folder.pdf").mkdir()
    result = run("exhibit", "blank.pdf", "empty.pdf", "folder.pdf", "gone.pdf", "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(a["file"], a["verdict"], a["pages"], a["findings"][0]["code"]) for a in answers] == [
        ("blank.pdf", "usable", 1, "intake.not_searchable"),
        ("empty.pdf", "refused", 0, "intake.empty"),
        ("folder.pdf", "refused", 0, "intake.unreadable"),
        ("gone.pdf", "refused", 0, "intake.missing"),
    ]
    assert all(set(f) == {"code", "message", "page"} for a in answers for f in a["findings"])
    assert result.exit_code == 1
    lines = run("exhibit", "blank.pdf")
    assert lines.exit_code == 0
    assert lines.stdout.startswith("blank.pdf: usable, 1 page\n  ")
