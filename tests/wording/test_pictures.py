"""Pictures put into a wording and taken out of it. What can be used is in tests/office/review/test_starting.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.catalog.freezing import freeze
from docservice.wording.catalog.lint import lint_version
from docservice.wording.messages import sentences
from docservice.wording.pictures import is_picture, put, spots, taken_out, uses
from tests.shipped_wording import FOLDERS, PATH, folder_of

WORDINGS = sorted(path for folder in FOLDERS for path in folder.glob("*.html"))


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: path.parent.name)
def test_put_and_taken_out_is_as_before(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = spots(text)
    assert len(found) > 3
    assert found[-1].words == "at the end"
    for spot in found:
        changed = put(text, "map.png", "A map.", spot.line)
        assert uses({"letter.html": changed.encode()}, "map.png") == (f"letter.html:{spot.line}",)
        assert uses({"letter.html": changed.encode()}, "ap.png") == ()
        assert taken_out(changed, "other.png") == changed
        assert taken_out(changed, "map.png") == text


@pytest.mark.parametrize("key", ["notice-of-violation", "memorandum", "fences-and-hedges"])
def test_wherever_it_is_put_lint_finds_nothing(tmp_path: Path, key: str) -> None:
    source = folder_of(key)
    folder = tmp_path / source.name
    folder.mkdir()
    for path in source.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    (folder / "map.png").write_bytes(b"-")
    wording = next(folder.glob("*.html"))
    text = wording.read_text(encoding="utf-8")
    for spot in spots(text):
        wording.write_text(put(text, "map.png", "A map.", spot.line), encoding="utf-8")
        bundle = freeze(folder, PATH)
        assert [f for f in lint_version(bundle, {}, vocabulary()) if f.severity == "error"] == [], spot
        assert "map.png" in bundle.files


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
def test_what_it_shows_is_words_and_nothing_else(words: str) -> None:
    text = "<article>\n<p>{% trans %}One.{% endtrans %}</p>\n</article>\n"
    changed = put(text, "map.png", words, 2)
    assert [one.text for one in sentences(changed.encode(), "letter.html")][-1] == "One."
    assert len(sentences(changed.encode(), "letter.html")) in (1, 2)  # one without a word says nothing
    assert changed.count("<") == text.count("<") + 3
    assert taken_out(changed, "map.png") == text


def test_a_picture_in_a_sentence_leaves_the_sentence() -> None:
    image = '<img src="bundle:a.png" alt="A > b"/>'
    text = f"<p>See {image} there.</p>\n<figure>{image}<figcaption>A</figcaption></figure>\n"
    assert taken_out(text, "a.png") == text.replace(image, "")


@pytest.mark.parametrize(
    ("name", "answer"),
    [("a.png", True), ("b/c.JPEG", True), ("x.svg", True), ("x.svg.html", False), ("png", False), ("a.gif", False)],
)
def test_by_its_name(name: str, answer: bool) -> None:
    assert is_picture(name) == answer
