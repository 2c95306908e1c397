"""A handout is made once for what decides its bytes, whoever asks; and never served when one of these has changed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.issuing import kept_handouts
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontPlaces
from tests.homes import ungoverned

KEY, PDF = "fences-and-hedges", {"Accept": "application/pdf"}
Opened = Callable[..., Office]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Path:
    home = tmp_path_factory.mktemp("kept") / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    return home


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is really made, as (language, face)."""
    found: list[tuple[str, str]] = []
    real = kept_handouts.produce_handout

    def produce(parts, task, face):  # type: ignore[no-untyped-def]
        found.append((task.language, face))
        return real(parts, task, face)

    monkeypatch.setattr(kept_handouts, "produce_handout", produce)
    return found


@pytest.fixture
def restarted(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """``restarted()`` is an office that has just begun on the same home; ``more`` are its other settings."""
    offices: list[Office] = []

    def open_it(**more: object) -> Office:
        monkeypatch.setattr(kept_handouts, "_lately", RecentShelf(64))
        if (home / "docservice.db").exists():
            ungoverned(home)  # the town may be another one
        offices.append(open_office(Settings(home=home, **more)))  # type: ignore[arg-type]
        return offices[-1]

    yield open_it
    for office in offices:
        office.close()
    shutil.rmtree(home / "handouts", ignore_errors=True)


def test_it_is_made_once_for_api_pages_desk_and_restarts(restarted: Opened, made: list[tuple[str, str]]) -> None:
    office = restarted()
    client = create_app(office).test_client()
    first = client.get(f"/api/v1/handouts/{KEY}/es", headers=PDF)
    again = client.get(f"/api/v1/handouts/{KEY}/es", headers=PDF)
    public = client.get(f"/handouts/{KEY}/es.pdf")
    assert first.data.startswith(b"%PDF")
    assert first.data == again.data == public.data == office.issuing.handout(KEY, "es", "pdf").content
    assert len({answer.headers["ETag"] for answer in (first, again, public)}) == 1
    client = create_app(restarted()).test_client()
    assert client.get(f"/api/v1/handouts/{KEY}/es", headers=PDF).data == first.data
    same = client.get(f"/api/v1/handouts/{KEY}/es", headers=PDF | {"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert made == [("es", "pdf")]


def test_what_decides_its_bytes_decides_what_is_kept(
    restarted: Opened, made: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    restarted().issuing.handout(KEY, "en", "html")
    restarted().issuing.handout(KEY, "es", "html")  # another language
    office = restarted(public_url="https://documents.town.example")  # another address in its code
    assert "documents.town.example" in office.issuing.handout(KEY, "en", "html").content.decode()
    monkeypatch.setattr(kept_handouts, "_made_by", lambda: "another release")
    restarted().issuing.handout(KEY, "en", "html")
    real = FontPlaces.prepared
    monkeypatch.setattr(FontPlaces, "prepared", lambda places: replace(real(places), identity="other"))
    restarted().issuing.handout(KEY, "en", "html")
    town = tmp_path / "town"
    shutil.copytree(Settings().town, town)
    for path in town.rglob("*.y*ml"):
        path.write_text(path.read_text(encoding="utf-8").replace("555-0100", "555-0199"), encoding="utf-8")
    changed = restarted(town=town).issuing.handout(KEY, "en", "html").content
    assert changed != restarted().issuing.handout(KEY, "en", "html").content  # the town's telephone is another
    assert len(made) == 6


def test_what_makes_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another engine, another package, another line of our own code: each is another maker."""
    seen = {kept_handouts._made_by.__wrapped__()}
    monkeypatch.setattr(kept_handouts.engines, "engine", lambda press: f"{press} 999")
    seen.add(kept_handouts._made_by.__wrapped__())
    monkeypatch.setattr(kept_handouts, "_version", lambda library, function: f"{library} 999")
    seen.add(kept_handouts._made_by.__wrapped__())
    monkeypatch.setattr(kept_handouts.sys, "path", [])
    seen.add(kept_handouts._made_by.__wrapped__())
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: real(path) + (b"#" if path.name == "handout.py" else b""))
    seen.add(kept_handouts._made_by.__wrapped__())
    assert len(seen) == 5


@pytest.mark.parametrize("damage", ["cut", "one byte", "empty", "other words", "a folder"])
def test_what_is_damaged_is_made_anew(restarted: Opened, made: list[tuple[str, str]], damage: str) -> None:
    office = restarted()
    right = office.issuing.handout(KEY, "en", "html").content
    (path,) = (p for p in (office.settings.handouts).glob("*/*"))
    data = path.read_bytes()
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(
            {"cut": data[:-100], "one byte": data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "empty": b"",
             "other words": b"hello"}[damage]
        )  # fmt: skip
    assert restarted().issuing.handout(KEY, "en", "html").content == right
    assert restarted().issuing.handout(KEY, "en", "html").content == right
    assert len(made) == (3 if damage == "a folder" else 2)  # and what could be mended is


def test_the_folder_does_not_grow_without_end(restarted: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    office = restarted()
    folder = office.settings.handouts
    office.issuing.handout(KEY, "en", "html")
    (first,) = folder.glob("*/*")
    long_ago = time.time() - 10 * 24 * 3600
    os.utime(first, (long_ago, long_ago))
    monkeypatch.setattr(kept_handouts, "ROOM", int(first.stat().st_size * 2.5))
    office.issuing.handout(KEY, "es", "html")
    (second,) = set(folder.glob("*/*")) - {first}
    os.utime(second, (long_ago + 10, long_ago + 10))
    restarted().issuing.handout(KEY, "en", "html")  # asked for again: it is the other one that nobody asks for
    office.issuing.handout(KEY, "vi", "html")
    assert first.exists()
    assert not second.exists()
    assert sum(path.stat().st_size for path in folder.glob("*/*")) <= kept_handouts.ROOM


def test_where_nothing_can_be_written_handouts_are_served_all_the_same(
    restarted: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = restarted()
    office.settings.handouts.write_text("no folder")
    try:
        assert b"<html" in office.issuing.handout(KEY, "en", "html").content
    finally:
        office.settings.handouts.unlink()


def test_what_is_refused_is_not_kept(restarted: Opened) -> None:
    office = restarted()
    for _ in range(2):
        with pytest.raises(Refusal, match="no Word file"):
            office.issuing.handout(KEY, "en", "docx")
    assert not list(office.settings.handouts.glob("*/*"))
