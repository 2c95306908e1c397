from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from docservice.rendering import font_files

NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
ABC = frozenset(range(0x20, 0x7F))


def is_big5(point: int) -> bool:
    return bool(chr(point).encode("big5", "ignore"))


@pytest.fixture(scope="module")
def collection() -> bytes:
    return NOTO.read_bytes()


@pytest.fixture(scope="module")
def taken(collection: bytes) -> bytes:
    return font_files.take_apart(collection, "Noto Sans CJK TC", is_big5)


def test_a_face_keeps_the_wanted_characters_and_their_shapes(taken: bytes) -> None:
    with TTFont(NOTO, fontNumber=3, lazy=True) as before, TTFont(io.BytesIO(taken), checkChecksums=2) as after:
        assert after["name"].getDebugName(1) == "Noto Sans CJK TC"
        was, now = before.getBestCmap(), after.getBestCmap()
        assert now == {point: glyph for point, glyph in was.items() if is_big5(point)}
        old, new = before.getGlyphSet(), after.getGlyphSet()
        for point in random.Random(7).sample(sorted(now), 60):
            pens = RecordingPen(), RecordingPen()
            old[was[point]].draw(pens[0])
            new[now[point]].draw(pens[1])
            assert pens[0].value == pens[1].value
            assert old[was[point]].width == new[now[point]].width


def test_what_cannot_be_reached_is_empty(taken: bytes, collection: bytes) -> None:
    assert len(taken) < len(collection) / 3
    outside = next(point for point in range(0x4E00, 0x9FFF) if not is_big5(point))
    pen = RecordingPen()
    with TTFont(NOTO, fontNumber=3, lazy=True) as before, TTFont(io.BytesIO(taken)) as after:
        after.getGlyphSet()[before.getBestCmap()[outside]].draw(pen)
        assert after["maxp"].numGlyphs == 65535
    assert pen.value == []


def test_the_checksum_of_the_file_is_right(taken: bytes) -> None:
    words = struct.unpack(f">{len(taken) // 4}I", taken)
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA


@pytest.mark.parametrize(
    "name", ["NotoSerif-Regular", "NotoSansArabic-Bold", "NotoSansKhmer-Regular", "NotoSansMath-Regular"]
)
def test_characters_of_a_file(name: str) -> None:
    path = Path(f"/usr/share/fonts/truetype/noto/{name}.ttf")
    with TTFont(path, lazy=True) as font:
        assert font_files.characters(path) == set(font.getBestCmap())


@pytest.mark.parametrize("data", [b"OTTO\0\1", b"ttcf\0\1\0\0\0\0\0\0"])
def test_not_a_collection_with_that_face(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"collection|face"):
        font_files.take_apart(data, "Noto Sans CJK TC", ABC.__contains__)
