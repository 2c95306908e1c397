"""Photographs on their way to a photo sheet: what shows nothing is named, and not mounted."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image

from docservice.packets.photos import ShownPhoto, mounted
from docservice.refusal import Refusal


def photo(size: tuple[int, int], kind: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, "gray").save(data, kind)
    return data.getvalue()


def test_a_picture_too_small_to_show_anything_is_refused_by_its_name() -> None:
    files = {"dot.jpg": photo((1, 1), "JPEG"), "icon.png": photo((31, 16), "PNG"), "yard.jpg": photo((40, 30), "JPEG")}
    shown = [ShownPhoto(name, "A caption", "A picture", "R. Achterberg", date(2026, 6, 1)) for name in files]
    with pytest.raises(Refusal) as refused:
        mounted(shown, files)
    assert refused.value.code == "photo.unusable"
    assert [(one.code, one.place) for one in refused.value.problems] == [
        ("photo.tiny", "dot.jpg"),
        ("photo.tiny", "icon.png"),
    ]
    assert "1 × 1 pixels" in refused.value.problems[0].message
    assert len(mounted(shown[2:], files)) == 1
