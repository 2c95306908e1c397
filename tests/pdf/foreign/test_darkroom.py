"""Photographs are made ready elsewhere, and one bad photograph costs only itself."""

from __future__ import annotations

import pytest

from docservice.pdf.foreign import darkroom, jpegs
from docservice.refusal import Refusal
from docservice.rendering import pictures
from tests.packets.making import picture

BOX = (1950, 1320)


def test_the_process_makes_what_the_caller_would_have_made() -> None:
    photos = {"a.jpg": picture(), "b.png": picture("PNG"), "broken.jpg": picture()[:300]}
    found = darkroom.develop(photos, BOX)
    assert found["a.jpg"] == jpegs.read(photos["a.jpg"])
    assert found["b.png"] == pictures.prepare(photos["b.png"], name="b.png", max_pixels=BOX)
    refusal = found["broken.jpg"]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.problems[0].place) == ("photo.broken", "broken.jpg")
    assert darkroom.develop({}, BOX) == {}


def test_a_process_that_ends_early_names_the_one_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_process = darkroom._in_a_process

    def fragile(photos, box):  # type: ignore[no-untyped-def]
        return None if "bomb.jpg" in photos else in_a_process(photos, box)

    monkeypatch.setattr(darkroom, "_in_a_process", fragile)
    found = darkroom.develop({"a.jpg": picture(), "bomb.jpg": picture()}, BOX)
    assert isinstance(found["a.jpg"], jpegs.Jpeg)
    assert isinstance(found["bomb.jpg"], Refusal)
    assert found["bomb.jpg"].code == "photo.limits"


def test_a_process_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "SECONDS", 0.01)
    found = darkroom.develop({"a.jpg": picture()}, BOX)
    assert isinstance(found["a.jpg"], Refusal)


def test_photographs_of_many_megabytes_go_into_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = {f"{n}.jpg": picture(size=(300 + n, 200)) for n in range(5)}
    at_once = darkroom.develop(photos, BOX)
    monkeypatch.setattr(darkroom, "_TOGETHER", 2 * len(photos["0.jpg"]) + 50)
    assert darkroom.develop(photos, BOX) == at_once
    assert list(at_once) == list(photos)
