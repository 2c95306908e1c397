"""The sheet of languages, made once and put in: the letter is the one that has it in its own compile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from docservice.rendering.fonts import FontSet
from docservice.rendering.letters import sheet_store
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.letters.sheet import Sheet
from docservice.rendering.typst_objects import Objects, UnreadableError
from tests.catalogue.made import DocumentChecker
from tests.packets import structure
from tests.rendering.letters.test_letter import (
    IDENTIFICATION,
    SHORT,
    STUB,
    TABLE,
    TAGLINES,
    article,
    letter,
    violation,
)
from tests.verapdf import validate

Set = Callable[..., Rendered]

APART, WITHIN = "typst x + sheet 1", "typst x"  # engines: the road of today, without "text 1", and the one of before
ARABIC = article(
    SHORT, IDENTIFICATION, "<h1>إشعار بمخالفة</h1><p>أصلح السياج.</p>", TAGLINES, language="ar", direction="rtl"
)
LONG = TAGLINES.replace("</aside>", "".join(f'<p lang="vi">Trợ giúp miễn phí, {n}</p>' for n in range(30)) + "</aside>")


def outline(pdf: pikepdf.Pdf) -> list[tuple[int, str, int, float]]:
    """Every entry: depth, title, page, height."""
    pages = [page.obj.objgen for page in pdf.pages]

    def below(items: Any, depth: int) -> Iterator[tuple[int, str, int, float]]:
        for item in items:
            place = item.destination
            yield depth, item.title, pages.index(place[0].objgen), float(place[3])
            yield from below(item.children, depth + 1)

    with pdf.open_outline() as found:
        return list(below(found.root, 0))


@pytest.mark.parametrize(
    ("html", "draft"),
    [
        (letter(*map(violation, range(1, 5)), TAGLINES), False),
        (letter(TABLE, TAGLINES), False),  # tables have an IDTree beside the ParentTree
        (letter('<p>See <a href="https://town.example">our page</a>.</p>', TAGLINES), True),  # a draft mark behind it
        (letter(LONG), False),  # two pages
        (letter(TAGLINES.replace("h2>", "h1>")), False),
        (ARABIC, False),
    ],
    ids=["notice", "tables", "draft", "two pages", "heading on top", "arabic"],
)
def test_it_is_the_page_of_a_letter_that_has_it_inside(set_letter: Set, html: str, draft: bool) -> None:
    apart, within = (set_letter(html, draft=draft, pinned=pinned) for pinned in (APART, WITHIN))
    assert (apart.pages, apart.pdf != within.pdf) == (within.pages, True)
    assert validate([apart.pdf]) == []
    assert structure.source_fingerprint(apart.pdf) == structure.source_fingerprint(within.pdf)
    # The checker of packets finds that these are none, and that each tag has its content on its page.
    assert structure.Checker(apart.pdf).run() == structure.Checker(within.pdf).run()
    with pikepdf.open(BytesIO(apart.pdf)) as one, pikepdf.open(BytesIO(within.pdf)) as other:
        assert outline(one) == outline(other)
        assert one.check_pdf_syntax() == []
    for one, other in zip(pypdfium2.PdfDocument(apart.pdf), pypdfium2.PdfDocument(within.pdf), strict=True):
        shown = ImageChops.difference(one.render(scale=100 / 72).to_pil(), other.render(scale=100 / 72).to_pil())
        assert shown.getbbox() is None
        assert one.get_textpage().get_text_bounded() == other.get_textpage().get_text_bounded()


@pytest.mark.parametrize(
    "more",
    ['<p lang="es"><a href="https://town.example/es">es</a></p>', TABLE, "<h3>More</h3><p>More.</p>"],
    ids=["link", "table", "a heading below"],
)
def test_what_cannot_be_carried_over_stays_in_the_letter(set_letter: Set, more: str) -> None:
    html = letter(TAGLINES.replace("</aside>", f"{more}</aside>"))
    assert set_letter(html, pinned=APART).pdf == set_letter(html, pinned=WITHIN).pdf


def test_a_letterhead_that_leaves_no_page_for_it_holds_it_itself(set_letter: Set, letterhead: Any) -> None:
    files = dict(letterhead.files)
    main = files["letterhead/letter.typ"]
    files["letterhead/letter.typ"] = main.replace(b"for _ in range(data.sheets) { pagebreak() }", b"")
    assert files["letterhead/letter.typ"] != main
    html = letter(TAGLINES)
    assert set_letter(html, pinned=APART, files=files).pdf == set_letter(html, pinned=WITHIN, files=files).pdf


def test_the_same_bytes_cold_warm_and_beside_a_spoiled_store(
    set_letter: Set, font_set: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = letter(TAGLINES)
    monkeypatch.setattr(sheet_store, "_sheets", {})
    made = set_letter(html).pdf
    assert set_letter(html).pdf == made
    (key,) = sheet_store._sheets
    path = font_set.folder.parent / "sheets" / key
    held = path.read_bytes()
    for spoiled in (held, held[:-1], held[:50] + b"?" + held[51:], b"", None):
        path.unlink()
        if spoiled is not None:
            path.write_bytes(spoiled)
        sheet_store._sheets.clear()
        assert set_letter(html).pdf == made
        assert path.read_bytes() == held


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pdf: pdf[: len(pdf) // 2],
        lambda pdf: pdf.replace(b"xref\n0 ", b"xref\n1 "),
        lambda pdf: pdf.replace(b"/Kids[", b"/Kids ["),
        lambda pdf: pdf.replace(b"/ParentTreeNextKey", b"/Parent"),
        lambda pdf: b"%PDF-1.7\n%%EOF\n",
    ],
)
def test_nothing_is_guessed(set_letter: Set, spoil: Callable[[bytes], bytes]) -> None:
    pdf = set_letter(letter(TAGLINES), pinned=WITHIN).pdf
    with pytest.raises(UnreadableError):
        Sheet.of(spoil(pdf))


def test_the_pages_for_it_have_to_be_empty(set_letter: Set, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_store, "_sheets", {})
    full = set_letter(letter(), pinned=WITHIN).pdf
    set_letter(letter(TAGLINES))
    (sheet,) = sheet_store._sheets.values()
    assert sheet is not None
    with pytest.raises(UnreadableError):
        sheet.into(full)


def test_a_payment_stub_keeps_its_tags_where_the_sheet_comes_above_it(set_letter: Set) -> None:
    html = letter(*map(violation, range(1, 13)), STUB, TAGLINES)
    made = set_letter(html)
    assert made.apart == (made.pages - 1,)
    assert validate([made.pdf]) == []
    assert DocumentChecker(made.pdf).run() == []
    last = pypdfium2.PdfDocument(made.pdf)[made.pages - 1].get_textpage().get_text_bounded()
    assert "Help in your language" in last
    assert "Amount due" in last


def test_objects_are_changed_and_added() -> None:
    """A text that looks like a table, a reference or an end is a text."""
    bodies = [b"<</Type/Catalog/T(5 0 R endobj xref)>>", b"<</Length 8>>\nstream\n\nendobj\n\nendstream", b"[1 0 R]"]
    pdf, offsets = b"%PDF-1.7\n\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n\n" % (number, body)
    table = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    start = len(pdf)
    pdf += b"xref\n0 4\n0000000000 65535 f\r\n%btrailer\n<</Size 4/Root 1 0 R/ID[(a)(b)]>>\n" % table
    pdf += b"startxref\n%d\n%%%%EOF\n" % start
    objects = Objects(pdf)
    assert [objects.body(number) for number in (1, 2, 3)] == bodies
    objects.change(1, b"<</Type/Catalog/More true>>")
    assert objects.add(b"(new)") == 4
    again = Objects(objects.written(b"mark"))
    assert [again.body(number) for number in (1, 2, 3, 4)] == [b"<</Type/Catalog/More true>>", *bodies[1:], b"(new)"]
    assert again.written() != Objects(objects.written(b"other mark")).written()
    with pytest.raises(UnreadableError):
        objects.body(9)
