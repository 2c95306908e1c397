"""A template folder begun and checked from a terminal, on a real register."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from docservice.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, fonts_folder: Path) -> Run:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts_folder)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path / "home"), *arguments])

    return invoke


def test_a_letter_is_begun_and_checked(run: Run, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    begun = run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(letters))
    assert begun.exit_code == 0, begun.stderr
    folder = letters / "all-clear"
    assert {path.name for path in folder.iterdir()} == {"template.yaml", "letter.html", "samples"}
    assert all(json.loads(sample.read_text())["_extends"] for sample in (folder / "samples").iterdir())
    checked = run("templates", "check", str(folder))
    assert checked.exit_code == 0, checked.output
    assert "all-clear: 6 samples rendered" in checked.stdout
    assert run("templates", "new", "all-clear", "--type", "courtesy-letter", "--to", str(letters)).exit_code != 0
    head = folder / "template.yaml"
    text = head.read_text()
    head.write_text(
        text.replace("[coordinator, inspector]", "[mayor]").replace(
            "courtesy-letter\n", "courtesy-letter\ndates: [doomsday]\n"
        )
    )
    (folder / "samples" / "usual.json").write_text('{\n "_order": {},\n "_extends": "CE-1999-0001"\n}\n')
    spoiled = run("templates", "check", str(folder), "--json")
    assert spoiled.exit_code == 1
    found = {f["place"]: f["message"] for one in json.loads(spoiled.stdout)["items"] for f in one["findings"]}
    signers = 1 + head.read_text().splitlines().index("signers: [mayor]")
    dates = 1 + head.read_text().splitlines().index("dates: [doomsday]")
    assert "mayor" in found[f"template.yaml:{signers}"]
    assert "doomsday" in found[f"template.yaml:{dates}"]
    assert "CE-1999-0001" in found["samples/usual.json:3"]
    lines = run("templates", "check", str(folder)).stdout.splitlines()
    kinds = [found.group() for line in lines if (found := re.search(r"\w+: .*\[([a-z._]+)\]", line))]
    assert sum("[template.town]" in kind for kind in kinds) == 1


def test_a_handout_is_begun(run: Run, tmp_path: Path) -> None:
    begun = run("templates", "new", "rain-barrels", "--handout", "--to", str(tmp_path), "--json")
    assert json.loads(begun.stdout)["files"] == ["handout.html", "template.yaml"]


@pytest.mark.parametrize("key", ["Closure", "closure letter", "../closure", "notice-of-violation"])
def test_a_key_that_cannot_be_or_is_taken_writes_nothing(run: Run, tmp_path: Path, key: str) -> None:
    (tmp_path / "to").mkdir()
    refused = run("templates", "new", key, "--type", "notice-of-violation", "--to", str(tmp_path / "to"))
    assert refused.exit_code != 0
    assert list((tmp_path / "to").iterdir()) == []
    assert not (tmp_path / "closure").exists()
