from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.fonts import FontSet


def test_one_file_per_face(font_set: FontSet) -> None:
    faces = set()
    for path in font_set.folder.iterdir():
        with TTFont(path, lazy=True) as font:
            names = font["name"]
            faces.add(
                (names.getDebugName(16) or names.getDebugName(1), names.getDebugName(17) or names.getDebugName(2))
            )
    assert len(faces) == len(list(font_set.folder.iterdir()))
    assert set(font_set.families) == {family for family, _ in faces}


def test_the_fontconfig_file_names_only_the_private_folder(font_set: FontSet) -> None:
    text = font_set.fontconfig_file.read_text()
    assert text.count("<dir>") == 1
    assert f"<dir>{font_set.folder}</dir>" in text


def test_preparing_again_finds_the_same(fonts_folder: Path, font_set: FontSet) -> None:
    assert fonts.prepare(fonts_folder) == font_set


def test_a_folder_that_was_moved_still_names_itself(fonts_folder: Path, font_set: FontSet, tmp_path: Path) -> None:
    moved = tmp_path / font_set.identity[:16]
    moved.mkdir()
    (moved / "faces").symlink_to(font_set.folder)
    for name in ("fonts.conf", "coverage.json"):
        (moved / name).write_bytes((font_set.folder.parent / name).read_bytes())
    assert f"<dir>{moved.resolve()}/faces</dir>" in fonts.prepare(tmp_path).fontconfig_file.read_text()


def test_a_link_to_the_folder_is_not_remembered(fonts_folder: Path, font_set: FontSet, tmp_path: Path) -> None:
    link = tmp_path / "fonts"
    link.symlink_to(fonts_folder)
    before = font_set.fontconfig_file.read_text()
    assert fonts.prepare(link).fontconfig_file.read_text() == before


def test_many_processes_at_once(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(fonts.prepare, [tmp_path] * 2))
    assert made[0] == made[1]
    assert [path.name for path in tmp_path.iterdir()] == [made[0].identity[:16]]


def test_missing_fonts_name_the_package(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        fonts.prepare(tmp_path / "into", [tmp_path])
    assert (refused.value.code, refused.value.kind) == ("setup.fonts", "setup")
    assert "apt-get install fonts-noto-cjk fonts-noto-core" in refused.value.message
    assert "NotoSerif-Regular.ttf" in {problem.place for problem in refused.value.problems}
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Plain ASCII.", ""),
        ("陳美玲 عبد الرحمن ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ Nguyễn Thị Phương Thảo", ""),
        ("Château Nº 9 · X Æ · Søn · 김민준 · さくら · Ակոբ · ខ្មែរ · हिन्दी · русский", ""),
        ("\u2068isolated\u2069\u00a0\u200d\ufe0f", ""),
        ("smile 😀 and 😀", "😀"),
        ("bell\x07 private\ue000", "\x07\ue000"),
    ],
)
def test_covers(font_set: FontSet, text: str, missing: str) -> None:
    assert font_set.covers(text) == missing
