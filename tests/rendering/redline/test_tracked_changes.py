"""The Word face of a redline: accept all changes and it is the new wording, reject all and it is the old one."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docservice.rendering.redline.labels import token_text
from docservice.rendering.redline.tracked_changes import to_docx
from docservice.wording.redlines import redline
from docservice.wording.redlines.tokens import folded
from docservice.wording.redlines.values import Block, Redline, Token
from tests.rendering.redline.tracked import W, document, settled
from tests.wording.redlines.edits import between, bundle
from tests.wording.redlines.test_redline import edited, offered, shipped_bundle
from tests.wording.redlines.test_redline_edits import EDITS

AT = datetime(2026, 6, 29, 9, 30, tzinfo=UTC)
STYLES = {"h1": "Title", "h2": "Heading2", "h3": "Heading3", "dt": "Term", "dd": "Description", "caption": "Caption",
          "figcaption": "Caption", "row": "TableText"}  # fmt: skip


def made(found: Redline) -> bytes:
    return to_docx(found, author="Ana Reyes & Co", at=AT)


def said(tokens: tuple[Token, ...]) -> str:
    parts = [
        " / " if token.kind == "break" else (" " if token.space and at else "") + token_text(token)
        for at, token in enumerate(tokens)
    ]
    return " ".join("".join(parts).split())


def expected(blocks: list[Block]) -> list[tuple[str, str]]:
    found = []
    for block in blocks:
        if block.structural:
            continue
        style = STYLES.get(block.role, "Normal")
        if block.role == "li":
            style = "ListNumber" if dict(block.attributes)["list"] == "ol" else "ListBullet"
        cells: list[list[Token]] = [[]]
        for token in block.tokens:
            if token.kind == "cell":
                cells.append([])
            else:
                cells[-1].append(token)
        found += [(style, said(tuple(cell))) for cell in cells if said(tuple(cell))]
    return found


def seen(paragraphs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without markers, and without what the eye cannot tell apart, which a redline does not mark."""
    return [(style, folded(text)) for style, text in paragraphs if style != "Marker"]


def assert_settles(found: Redline) -> None:
    file = made(found)
    assert seen(settled(file, accept=True)) == seen(expected(list(found.new_blocks())))
    assert seen(settled(file, accept=False)) == seen(expected(list(found.old_blocks())))


@pytest.mark.parametrize(("language", "old", "new", "_marks"), EDITS)
def test_accepted_it_is_the_new_wording_and_rejected_the_old(
    language: str, old: str, new: str, _marks: list[str]
) -> None:
    assert_settles(between(old, new, language))


CELL = st.lists(st.sampled_from(["fine", "$100", "{{ a.b }}", "罰款", "rule", "غرامة"]), max_size=3).map(" ".join)
ROW = st.lists(st.tuples(st.sampled_from(["td", "th", "td colspan='2'"]), CELL), min_size=1, max_size=5).map(
    lambda cells: "".join(f"<{tag}>{said}</{tag[:2]}>" for tag, said in cells)
)
TABLE = st.lists(ROW, max_size=4).map(lambda rows: "".join(f"<tr>{row}</tr>" for row in rows))


@example(  # a row that moved, and lost words on the way
    "<tr><td>fine fine fine</td></tr><tr><td></td></tr><tr><td></td></tr>",
    "<tr><td></td></tr><tr><td></td></tr><tr><td>fine fine</td></tr>",
    "en",
)
@settings(max_examples=150, deadline=None)
@given(TABLE, TABLE, st.sampled_from(["en", "zh-Hant", "ar"]))
def test_so_for_any_two_tables(old: str, new: str, language: str) -> None:
    assert_settles(between(f"<table>{old}</table>", f"<table>{new}</table>", language))


@pytest.mark.parametrize(("key", "language"), list(offered()))
def test_so_for_every_shipped_template_and_language(key: str, language: str) -> None:
    original = shipped_bundle(key)
    assert_settles(redline(original, edited(original, 1), language))


def test_it_opens_in_word_and_says_whose_changes_they_are() -> None:
    found = between("<h2>Do</h2><p>Ten days.</p>", "<h3>Do</h3><p data-part='facts'>Nine days.</p>")
    file = made(found)
    opened = docx.Document(io.BytesIO(file))
    assert opened.core_properties.author == "Ana Reyes & Co"
    assert opened.core_properties.created.isoformat()[:16] == "2026-06-29T09:30"
    root = document(file)
    tracked = [e for name in ("ins", "del", "pPrChange") for e in root.iter(f"{W}{name}")]
    assert tracked
    assert {(e.get(f"{W}author"), e.get(f"{W}date")) for e in tracked} == {("Ana Reyes & Co", "2026-06-29T09:30:00Z")}
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        assert "data-part: none is now facts" in archive.read("word/comments.xml").decode()


def test_a_version_that_lacks_the_language_is_named_in_the_header() -> None:
    lacks, has = (
        bundle(
            "<p>{% trans %}Pay.{% endtrans %}</p>",
            messages={"es": {"Pay.": "Pague."}},
            meta="key: demo\ntitle: D\n",
            languages=languages,
        )
        for languages in ((), ("es",))
    )
    found = redline(lacks, has, "es")
    assert_settles(found)
    with zipfile.ZipFile(io.BytesIO(made(found))) as archive:
        assert "Old version has no Spanish translation: all of it is new." in archive.read("word/header1.xml").decode()


def test_what_changed_about_the_cells_of_a_row_is_a_comment() -> None:
    row = "<table><tr>{}<td>6 feet</td></tr></table>"
    file = made(between(row.format("<td>Fence</td>"), row.format("<th scope='row'>Fence</th>")))
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert "cells: cell; now heading of its row, cell" in archive.read("word/comments.xml").decode()


def test_every_id_is_given_once_and_moves_come_in_pairs() -> None:
    original = shipped_bundle("notice-of-violation")
    root = document(made(redline(original, edited(original, 3), "en")))
    marks = [e for e in root.iter() if e.tag.startswith(W) and e.tag[len(W) :] in (
        "ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart", "pPrChange", "cellIns", "cellDel",
    )]  # fmt: skip
    ids = [e.get(f"{W}id") for e in marks]
    assert len(ids) == len(set(ids))
    names = {side: sorted(e.get(f"{W}name") for e in root.iter(f"{W}move{side}RangeStart")) for side in ("From", "To")}
    assert names["From"] == names["To"]
    assert len(set(names["From"])) == len(names["From"])


def test_the_same_values_give_the_same_bytes() -> None:
    found = between("<p>One.</p>", "<p>Two.</p>")
    assert made(found) == made(found)
