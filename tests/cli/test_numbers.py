"""``docservice numbers`` on a real register: what stands open, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from docservice.cli import main
from docservice.config import Settings
from docservice.office import open_office
from docservice.storage import numbering
from tests.homes import furnish

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_what_stands_open_is_listed_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCSERVICE_HOME", str(furnish(tmp_path / "home")))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["numbers", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert run() == "No number stands open.\n"
    with open_office(Settings(home=tmp_path / "home")) as office:
        store = office.shop.store
        with store.holding.held() as holder:
            with store.database.writing() as session:
                first, second, third = numbering.reserve(
                    session, "notice-of-violation", 2026, 3, holder=holder, at=NOON
                )
                numbering.use(session, "notice-of-violation", 2026, [second], holder=holder)
            with store.database.writing() as session:
                numbering.release(
                    session, "notice-of-violation", 2026, [first], holder=holder, why="checks.failed", at=NOON
                )
            found = json.loads(run("--json"))["items"]
            assert [(one["number"], one["why"], one["holder"] is None) for one in found] == [
                ("NOV-2026-0001", "checks.failed", True), (f"NOV-2026-000{third}", "reserved", False),
            ]  # fmt: skip
    words = " ".join(run().split())
    assert "NOV-2026-0001 2026-06-01T12:00:00+00:00 its document was refused (checks.failed)" in words
    assert "NOV-2026-0003" not in words  # nobody holds it, and it was the last: it was never given
