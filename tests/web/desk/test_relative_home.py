"""A home that is named relative to the working folder, as in the README: what lies on disk is still found and sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.config import Settings
from docservice.packets import plan as plans
from tests.api.test_packets import LOG
from tests.web.desk.conftest import Clock, opened

PLAN = {
    "title": "Hearing packet",
    "case": "CE-1",
    "parts": [{"file": "log.pdf", "title": "Log", "alt": ["a", "b", "c"]}],
}


def test_every_path_of_the_settings_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = {"HOME": "data", "TOWN": "../town", "LAW": "l", "FONTS": "a:/b", "SEAL_KEY": "k.pem"}
    found = Settings.from_env({f"DOCSERVICE_{name}": value for name, value in given.items()})
    paths = [found.home, found.town, found.law, *found.fonts, found.seal_key, found.blobs,
             found.uploads, found.shelf, found.fonts_home]  # fmt: skip
    assert all(path is not None and path.is_absolute() for path in paths)
    assert found.fonts == (tmp_path / "a", Path("/b"))
    assert Settings().home == tmp_path / "docservice-data"


def test_packets_are_sent_from_a_relative_home(
    tmp_path: Path, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path("docservice-data"), fonts_folder, Clock()) as desk:
        packet = desk.office.bind(plans.load(PLAN), {"log.pdf": LOG}, actor="key:test")
        _, secret = desk.office.add_key("test", ("packets",), "test")
        staff = desk.client("staff")
        monkeypatch.chdir("/")  # a service that went elsewhere since
        name = packet.files[0]["name"]
        key = {"Authorization": f"Bearer {secret}", "Accept": "application/pdf"}
        client = desk.app.test_client()
        for answer in (
            client.get(f"/api/v1/packets/{packet.id}", headers=key, buffered=True),
            client.get(f"/api/v1/packets/{packet.id}/files/{name}", headers=key, buffered=True),
            staff.get(f"/desk/packets/{packet.id}/files/{name}", buffered=True),
        ):
            assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
        assert client.get("/api/v1/packets", headers=key | {"Accept": "*/*"}).get_json()["total"] == 1
