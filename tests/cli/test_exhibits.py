"""``docservice exhibit``: one answer per file, whatever the file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pikepdf
from click.testing import Result
from PIL import Image, ImageDraw, ImageFont

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


def test_whatever_is_named_there_is_an_answer_and_no_waiting(run: Run, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    odd = ["new\nline.pdf", "späte Blätter.pdf", os.fsdecode(b"latin-\xe9.pdf"), "-dash.pdf", "x" * 200 + ".pdf"]
    for name in odd:
        pdf.save(tmp_path / name)
    (tmp_path / "empty.pdf").touch()
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "loop.pdf").symlink_to("loop.pdf")
    with (tmp_path / "endless.pdf").open("wb") as file:
        file.truncate(300 * 2**20)
    refused = {
        "/dev/zero": "intake.unreadable", "pipe.pdf": "intake.unreadable", "loop.pdf": "intake.unreadable",
        ".": "intake.unreadable", "gone.pdf": "intake.missing", "x" * 300: "intake.unreadable",
        "endless.pdf": "intake.too_large", "empty.pdf": "intake.empty",
    }  # fmt: skip
    result = run("exhibit", "--json", "--", *odd, *refused)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["file"] for answer in answers] == [
        "new\nline.pdf", "späte Blätter.pdf", "latin-\\udce9.pdf", "-dash.pdf", "x" * 200 + ".pdf", *refused,
    ]  # fmt: skip
    assert [answer["verdict"] for answer in answers] == ["usable"] * len(odd) + ["refused"] * len(refused)
    assert [answer["findings"][0]["code"] for answer in answers[len(odd) :]] == list(refused.values())
    lines = run("exhibit", "--", *odd).stdout.splitlines()
    assert next(line for line in lines if not line.startswith("  ")) == "new\\nline.pdf: usable, 1 page"


def test_many_files_are_answered_in_order(run: Run, tmp_path: Path) -> None:
    names = [f"{n}.pdf" for n in range(2000)]
    result = run("exhibit", *names, "--json")
    assert [json.loads(line)["file"] for line in result.stdout.splitlines()] == names


def test_text_is_recognized_only_when_asked_for(run: Run, tmp_path: Path) -> None:
    page = Image.new("L", (1700, 2200), 255)
    font = ImageFont.load_default(size=60)
    ImageDraw.Draw(page).text((200, 300), "The owner parked in the fire lane", font=font, fill=0)
    page.save(tmp_path / "scan.png")
    (plain,) = map(json.loads, run("exhibit", "scan.png", "--json").stdout.splitlines())
    assert [finding["code"] for finding in plain["findings"]] == ["intake.not_searchable"]
    (read,) = map(json.loads, run("exhibit", "scan.png", "--recognize", "--json").stdout.splitlines())
    assert [finding["code"] for finding in read["findings"]] == ["intake.recognized"]
    (other,) = map(
        json.loads, run("exhibit", "scan.png", "--recognize", "--language", "ka", "--json").stdout.splitlines()
    )
    assert "intake.recognition_language" in [finding["code"] for finding in other["findings"]]
