"""Nothing half-written survives a kill, whenever it comes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def test_a_kill_at_every_step_leaves_all_or_nothing(tmp_path: Path) -> None:
    """No gap, no duplicate, no orphan, no half-made row; at every step, and at some random moments."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    command = [sys.executable, str(HERE / "killed.py"), str(tmp_path / "home"), "5"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    assert json.loads(run.stdout)["kills"] > 50
