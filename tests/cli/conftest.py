"""The command line on the fake office."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from docservice.cli import main
from docservice.office import opening
from tests.fake_office import FakeOffice


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> FakeOffice:
    """The office that every command of this test opens."""
    fake = FakeOffice()
    monkeypatch.setattr(opening, "open_office", lambda settings, **_: fake)
    return fake


@pytest.fixture
def run(tmp_path: Path, office: FakeOffice) -> Callable[..., Result]:
    """``run("issue", "courtesy-letter", "case.json")`` in a folder of its own."""

    def invoke(*arguments: str | Path) -> Result:
        with working_in(tmp_path):
            return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return invoke


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


@pytest.fixture
def case(tmp_path: Path) -> Callable[..., Path]:
    """A small casefile with two parties, written to disk; keywords are added to it."""

    def write(**more: Any) -> Path:
        path = tmp_path / "case.json"
        raw = {"case": {"number": "CE-2026-0001"}, "parties": [{"id": "o1"}, {"id": "t1"}], **more}
        path.write_text(json.dumps(raw), encoding="utf-8")
        return path

    return write
