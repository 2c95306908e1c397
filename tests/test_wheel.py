"""An installed wheel works outside the checkout: its law, town pack and migrations travel in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys, docservice; from docservice.cli import main; assert sys.argv.pop(1) in docservice.__file__; main()"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed), "DOCSERVICE_HOME": str(cwd / "data")}
    return subprocess.run(
        [sys.executable, "-c", code, str(installed), *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_packet_profiles_travel_too(installed: Path, tmp_path: Path) -> None:
    code = "from docservice.packets.forums.profiles import PROFILES; print(len([p.title for p in PROFILES.values()]))"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(len({path.name for path in (ROOT / "law").glob("*/forums/*.yaml")})), done.stderr


def test_a_letter_is_issued_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    casefile = installed / "docservice" / "_shipped" / "examples" / "CE-2026-0231" / "casefile.json"
    issued = run(
        installed, tmp_path,
        "issue", "administrative-citation", str(casefile), "--about", "c1", "--on", "2026-05-29", "--out", "letters",
        "--json",
    )  # fmt: skip
    assert issued.returncode == 0, issued.stderr
    assert "AC-2026-0001" in issued.stdout
    json.loads(issued.stdout)
    assert list((tmp_path / "letters").glob("*.pdf"))
