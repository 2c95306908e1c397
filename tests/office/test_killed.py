"""Nothing half-written survives a kill, whenever it comes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.places import ROOT

HERE = Path(__file__).resolve().parent


def killed(tmp_path: Path, *arguments: str, **environment: str) -> None:
    command = [sys.executable, str(HERE / "killed.py"), str(tmp_path / "home"), *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    run = subprocess.run(command, capture_output=True, text=True, env=variables, timeout=900, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    outcome = json.loads(run.stdout)
    assert outcome["left over"] == []
    assert outcome["kills"] * int(arguments[0]) > 60


def test_a_kill_at_every_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """No gap, no duplicate, no orphan, no half-made row; at every step, and at random while another one issues."""
    killed(tmp_path, "1", "3")


def test_a_kill_leaves_cases_as_they_were_or_as_they_were_to_be(tmp_path: Path) -> None:
    """No revision without its facts and its line of the trail, no event half told; at every other step."""
    killed(tmp_path, "2", "0", "cases")


def test_a_kill_leaves_cases_whole_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    killed(tmp_path, "7", "0", "cases", DOCSERVICE_DATABASE_URL=postgres_url)


def test_a_kill_leaves_all_or_nothing_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """Here the server may do the last that a killed client sent; and others' writes go on beside it."""
    killed(tmp_path, "5", "3", DOCSERVICE_DATABASE_URL=postgres_url)
