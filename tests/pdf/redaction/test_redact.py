"""What is redacted is gone: from the pixels, the text, the tags, the strings and the bytes; the rest stays."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageChops

from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame
from docservice.pdf.foreign.tagging import tagged
from docservice.pdf.redaction.redact import Redacted, Redaction, redact, redacted_intake
from docservice.pdf.sealing.field import with_field
from docservice.refusal import Refusal
from docservice.rendering.letters.typst_press import typst_pdf
from tests.packets import structure
from tests.packets.making import ON, content, font_set, foreign, letter, merged, plain
from tests.verapdf import validate

REPORT = """
#set document(title: "Case of Jane Doe", author: "Jane Doe", keywords: ("Jane Doe",))
#set page(paper: "us-letter", margin: 1in)
#set text(font: "Noto Serif", lang: "en", region: none)
= Report on Jane Doe <jane-doe>
Complaint by *Jane* #text(tracking: 3pt)[Doe], of 12 Oak Street; telephone 831-555-0142. #lorem(60) She, Jane
Doe, said so. #link("https://example.org/")[The code].
#rotate(90deg, reflow: true)[Jane Doe turned]
#text(font: "Noto Sans Arabic", lang: "ar")[المشتكي محمد علي قال]
#pagebreak()
== The facts
#lorem(30) #link("mailto:jane@example.org")[Write to her] or #link(<jane-doe>)[see above].
#table(columns: 2, table.header[What][How], [One], [Two], [Three], [Four])
#figure(rect(width: 2in, height: 1in)[x], alt: "Jane Doe behind a fence")
- One
- Two
#pagebreak()
== More
#lorem(30) Bob Roe was there.
"""
TERMS = ("Jane Doe", "12 Oak Street", "(831) 555-0142", "jane@example.org", "محمد علي")


@cache
def report() -> bytes:
    return _typeset(REPORT)


def _typeset(text: str) -> bytes:
    return typst_pdf({"report.typ": text.encode()}, "report.typ", {}, fonts=font_set(), stamp=ON)


def _everything(pdf: bytes, folder: Path) -> str:
    """All that can be got out of a file: its strings, names, unpacked streams, and its text as two readers see it."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) != Name.Image:
                found.append(item.read_bytes().decode("latin-1"))
                found.append(item.read_bytes().decode("utf-8", "replace"))
            found.append(repr(item))
        found.append(repr(document.docinfo))
    drawing = pdfium.PdfDocument(pdf)
    for page in drawing:
        found.append(page.get_textpage().get_text_range())
    drawing.close()
    path = folder / "searched.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return "\n".join([*found, done.stdout.decode()])


def _codes(done: Redacted) -> list[str]:
    return [finding.code for finding in done.findings]


def _text(pdf: bytes, page: int = 1) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        return " ".join(document[page - 1].get_textpage().get_text_range().split())
    finally:
        document.close()


def _render(pdf: bytes, page: int = 1, scale: float = 200 / 72) -> Image.Image:
    document = pdfium.PdfDocument(pdf)
    try:
        picture: Image.Image = document[page - 1].render(scale=scale).to_pil().convert("L")
        return picture
    finally:
        document.close()


# --- an issued document ---


def test_confidential_terms_are_nowhere_in_the_file(tmp_path: Path) -> None:
    before = _everything(report(), tmp_path)
    assert "Jane Doe" in before
    done = redact(report(), [Redaction(3, text="Bob Roe", reason="witness")], TERMS)
    assert done.replaced == (1, 3)
    assert done.by_page == {1: 7, 3: 1}
    assert done.by_reason == {"confidential": 7, "witness": 1}
    assert done.elsewhere > 4
    after = _everything(done.pdf, tmp_path)
    for gone in ("Jane", "Doe", "jane", "Oak Street", "0142", "محمد", "Bob Roe", b"Jane Doe".hex(), "J\x00a\x00n\x00e"):
        assert gone not in after, gone
    assert "[redacted]" in _text(done.pdf)
    assert "Complaint by [redacted]" in _text(done.pdf)
    assert "turned" in _text(done.pdf)


def test_a_redacted_document_goes_into_a_valid_packet() -> None:
    done = redact(report(), [Redaction(3, text="Bob Roe")], TERMS)
    packet = merged(done.pdf, letter("Other"))
    assert structure.check(packet) == []
    assert validate([packet, done.pdf]) == []


def test_other_pages_stay_as_they_are() -> None:
    done = redact(letter("First", 3), [Redaction(1, box=(72, 700, 200, 712))])
    assert done.replaced == (1,)
    for page in (2, 3):
        assert _render(done.pdf, page).tobytes() == _render(letter("First", 3), page).tobytes()
    with pikepdf.open(io.BytesIO(done.pdf)) as after, pikepdf.open(io.BytesIO(letter("First", 3))) as before:
        for old, new in zip(before.pages, after.pages, strict=True):
            assert old.obj.MediaBox == new.obj.MediaBox
        assert before.pages[1].Contents.read_bytes() == after.pages[1].Contents.read_bytes()
    prints = {str(page): structure.source_fingerprint(pdf) for page, pdf in ((0, letter("First", 3)), (1, done.pdf))}
    kept = [[e for e in found if e[4] in ("1", "2")] for found in prints.values()]
    for old, new in zip(*kept, strict=True):
        assert old[1:] == new[1:]
    # The first heading is gone, so the others move up; nothing else changes.
    assert {(old[0], new[0]) for old, new in zip(*kept, strict=True) if old[0] != new[0]} == {("/H2", "/H1")}


def test_the_same_redaction_gives_the_same_bytes() -> None:
    assert redact(report(), [], TERMS).pdf == redact(report(), [], TERMS).pdf


def test_a_file_without_hits_stays_byte_for_byte() -> None:
    done = redact(letter("First", 2), [], ["Jane Doe"])
    assert done.pdf == letter("First", 2)
    assert (done.replaced, done.elsewhere, done.findings) == ((), 0, ())


def test_links_outside_the_bars_still_work() -> None:
    done = redact(letter("First", 2), [Redaction(1, text="Part 1")])
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        links = pdf.pages[0].Annots
        assert len(links) == 2
        roles = [str(e.S) for e in structure._below(pdf.Root.StructTreeRoot) if str(e.S) == "/Link"]
        assert len(roles) == 4
    assert structure.check(merged(done.pdf)) == []
    covered = redact(letter("First", 2), [Redaction(1, box=(60, 60, 552, 740))])
    with pikepdf.open(io.BytesIO(covered.pdf)) as pdf:
        assert len(pdf.pages[0].get(Name.Annots, Array())) == 0
    assert structure.check(merged(covered.pdf)) == []


def test_a_link_to_a_secret_address_goes_though_its_page_stays() -> None:
    done = redact(report(), [], ["jane@example.org"])
    assert done.replaced == ()
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert [str(a.get(Name.A, Dictionary()).get(Name.URI, "")) for a in pdf.pages[1].Annots] == [""]
    assert "Write to her" in _text(done.pdf, 2)
    assert structure.check(merged(done.pdf)) == []
    assert validate([merged(done.pdf)]) == []


LONG_TABLE = """
#set document(title: "Table")
#set page(width: 6in, height: 3.2in, margin: 0.5in)
#set text(font: "Noto Serif", lang: "en", region: none)
= Table
#table(columns: 3, table.header[What][How][When], %s
)
After.
"""


@pytest.mark.parametrize("page", [1, 2, 3, 4])
@pytest.mark.parametrize("span", [False, True])
def test_a_table_that_goes_on_elsewhere_keeps_its_grid(page: int, span: bool) -> None:
    cells = [f"[What {n}], [How {n}], [When {n}]" for n in range(1, 19)]
    if span:
        cells[4] = "table.cell(rowspan: 3)[Span], [How 5], [When 5]"
        cells[5], cells[6] = "[How 6], [When 6]", "[How 7], [When 7]"
    pdf = _typeset(LONG_TABLE % ", ".join(cells))
    done = redact(pdf, [Redaction(page, box=(100, 100, 200, 120))])
    packet = merged(done.pdf)
    assert structure.check(packet) == []
    assert validate([packet]) == []


def test_the_picture_comes_where_the_page_was_read() -> None:
    done = redact(letter("First", 3), [Redaction(2, text="Part 2", reason="privilege")])
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        elements = list(structure._below(pdf.Root.StructTreeRoot))
        roles = [str(e.S) for e in elements]
        figure = elements[roles.index("/Figure")]
        assert str(figure.Alt) == "Page 2 with redactions: privilege."
        pages = [structure._id(e.Pg) for e in elements if Name.Pg in e]
        order = {structure._id(page.obj): number for number, page in enumerate(pdf.pages)}
        assert [order[p] for p in pages] == sorted(order[p] for p in pages)


def test_what_an_actual_text_says_is_found_too(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        draw = (
            "/Span <</ActualText (Jane Doe)>> BDC BT /F1 18 Tf 90 600 Td (J.D.) Tj ET EMC "
            "/Span <</Alt (Bob Roe)>> BDC EMC BT /F1 18 Tf 90 500 Td (Other) Tj ET"
        )
        content(draw)(pdf)

    done = redact(foreign(change), [], ["Jane Doe", "Bob Roe"])
    assert done.replaced == (1,)
    after = _everything(done.pdf, tmp_path)
    assert "Jane" not in after
    assert "Bob" not in after
    assert "Other" in _text(done.pdf)
    assert _black(done.pdf, (92, 602, 110, 610))


# --- however the words are drawn ---


def _black(pdf: bytes, box: tuple[float, float, float, float], page: int = 1) -> bool:
    picture = _render(pdf, page)
    scale = 200 / 72
    area = picture.crop(
        (round(box[0] * scale), picture.height - round(box[3] * scale), round(box[2] * scale),
         picture.height - round(box[1] * scale))
    )  # fmt: skip
    return bool(area.getextrema()[1] == 0)


def _ink_is_black(before: bytes, without: bytes, after: bytes, most: int = 24) -> None:
    """Every pixel that differs when the words are not drawn is black; and not much else is."""
    ink = ImageChops.difference(_render(before), _render(without)).point(lambda d: 255 if d > 8 else 0)
    assert ink.getbbox() is not None
    picture = _render(after)
    left = ImageChops.multiply(picture.point(lambda gray: 255 if gray > 0 else 0), ink)
    assert left.getbbox() is None
    spoiled = ImageChops.difference(picture, _render(without)).point(lambda d: 255 if d > 64 else 0)
    bounds = ink.getbbox()
    assert bounds is not None
    spread = spoiled.getbbox()
    assert spread is not None
    assert all(abs(a - b) < most for a, b in zip(bounds, spread, strict=True)), (bounds, spread)


WAYS = {
    "plain": "BT /F1 18 Tf 90 600 Td (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "kerned": "BT /F1 18 Tf 90 600 Td (From ) Tj # [(J) 40 (an) -30 (e) -300 (D) 20 (oe)] TJ @ ( here) Tj ET",
    "letter-spaced": "BT /F1 18 Tf 90 600 Td # 9 Tc (Jane Doe) Tj @ 0 Tc ( here) Tj ET",
    "split": "BT /F1 18 Tf 90 600 Td # (Ja) Tj (ne) Tj ( D) Tj (oe) Tj @ ( here) Tj ET",
    "out of order": "BT /F1 18 Tf # 1 0 0 1 200 600 Tm (Doe) Tj 1 0 0 1 155 600 Tm (Jane) Tj @ 1 0 0 1 90 600 Tm (by) "
    "Tj ET",
    "two lines": "BT /F1 18 Tf 300 600 Td (By ) Tj # (Jane) Tj @ ET BT /F1 18 Tf 90 575 Td # (Doe) Tj @ ( here) Tj ET",
    "hyphen": "BT /F1 18 Tf 300 600 Td (From ) Tj # (Jane D-) Tj @ ET BT /F1 18 Tf 90 575 Td # (oe) Tj @ ( here) Tj ET",
    "up": "BT /F1 18 Tf 0 1 -1 0 300 300 Tm (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "down": "BT /F1 18 Tf 0 -1 1 0 300 500 Tm (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "over head": "BT /F1 18 Tf -1 0 0 -1 500 300 Tm (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "squeezed": "BT /F1 18 Tf 60 Tz 90 600 Td (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "slanted": "BT /F1 18 Tf 1 0 0.3 1 90 600 Tm (From ) Tj # (Jane Doe) Tj @ ( here) Tj ET",
    "twice": "BT /F1 18 Tf 90 600 Td # (Jane Doe) Tj @ ET BT /F1 18 Tf 90.4 600 Td # (Jane Doe) Tj @ ( here) Tj ET",
    "leaning": "BT /F1 18 Tf 0.8 0.6 -0.6 0.8 90 300 Tm # (Jane Doe) Tj @ ( here) Tj ET",
}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("way", WAYS)
def test_words_are_found_however_they_are_drawn(way: str, rotate: int, tmp_path: Path) -> None:
    def page(draw: str) -> bytes:
        def change(pdf: pikepdf.Pdf) -> None:
            content(draw)(pdf)
            pdf.pages[0].obj.Rotate = rotate
            pdf.pages[0].obj.MediaBox = Array([10, 20, 622, 812])

        return foreign(change)

    before = page(WAYS[way].replace("#", "").replace("@", ""))
    without = page(WAYS[way].replace("#", "3 Tr").replace("@", "0 Tr"))
    done = redact(before, [], ["Jane Doe"])
    assert done.findings == ()
    after = _everything(done.pdf, tmp_path)
    assert "Jane" not in after
    assert "Doe" not in after
    assert {"out of order": "by", "leaning": "ere"}.get(way, "here") in _text(done.pdf)
    _ink_is_black(before, without, done.pdf, 40 if way == "leaning" else 24)


def test_a_box_blackens_what_the_viewer_shows_there() -> None:
    for rotate in (0, 90, 180, 270):
        before = plain((50, 60, 450, 660), rotate, "0.9 g 50 60 400 600 re f")
        size = (400, 600) if rotate % 180 == 0 else (600, 400)
        done = redact(before, [Redaction(1, box=(30, 40, 130, 90))])
        picture = _render(done.pdf, scale=1)
        assert picture.size == size
        black = picture.point(lambda gray: 255 if gray < 50 else 0).getbbox()
        assert black == pytest.approx((30, size[1] - 90, 130, size[1] - 40), abs=1)


def test_what_another_page_drew_is_not_kept_in_shared_resources(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        shared = pdf.make_indirect(Dictionary(Font=pdf.pages[0].Resources.Font, XObject=Dictionary()))
        for number, page in enumerate(pdf.pages):
            form = pdf.make_stream(f"BT /F1 18 Tf 90 600 Td (Secret {'Jane' if not number else 'none'}) Tj ET".encode())
            form.Type, form.Subtype, form.BBox, form.Resources = (
                Name.XObject,
                Name.Form,
                Array([0, 0, 612, 792]),
                shared,
            )
            shared.XObject[f"/X{number}"] = form
            page.obj.Contents = pdf.make_stream(f"/X{number} Do".encode())
            del page.obj.Resources
        pdf.Root.Pages.Resources = shared

    done = redact(foreign(change, pages=2), [], ["Secret Jane"])
    assert done.replaced == (1,)
    assert "Jane" not in _everything(done.pdf, tmp_path)
    assert "Secret none" in _text(done.pdf, 2)


def test_embedded_files_go() -> None:
    with pikepdf.open(io.BytesIO(letter("First"))) as pdf:
        pdf.attachments["case.json"] = b'{"complainant": "Jane Doe"}'
        buffer = io.BytesIO()
        pdf.save(buffer)
    done = redact(buffer.getvalue(), [], ["Jane Doe"])
    assert _codes(done) == ["redact.attachment"]
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert not pdf.attachments


# --- files that were taken in ---


def test_the_pages_of_an_intake_before_and_after_tagging(tmp_path: Path) -> None:
    taken = examine.look(letter("Report on Jane Doe", 2), Frame())
    assert [page.kind for page in taken.pages] == ["vector", "vector"]
    changed, done = redacted_intake(taken, [], ["Jane Doe"])
    assert done.replaced == (1,)
    assert [page.kind for page in changed.pages] == ["raster", "vector"]
    packet = merged(_saved(tagged(changed, ["One", "Two"], on_behalf_of="it")))
    assert structure.check(packet) == []
    assert validate([packet]) == []
    after = redact(_saved(tagged(taken, ["Jane Doe's letter", "Two"], on_behalf_of="it")), [], ["Jane Doe"])
    packet = merged(after.pdf)
    assert structure.check(packet) == []
    assert validate([packet]) == []
    for pdf in (changed.pdf, after.pdf):
        assert "Jane" not in _everything(pdf, tmp_path)
    with pikepdf.open(io.BytesIO(packet)) as pdf:
        alts = [str(e.Alt) for e in structure._below(pdf.Root.StructTreeRoot) if Name.Alt in e]
    assert alts == ["Page 1 with redactions: confidential.", "Two"]


def test_on_a_scan_the_line_goes_since_words_stand_only_about_there() -> None:
    draw = "BT /F1 18 Tf 90 600 Td (Illilli MWMWMW Jane Doe said) Tj ET BT /F1 18 Tf 90 500 Td (Other line) Tj ET"
    taken = examine.look(foreign(content(draw)), Frame())
    assert taken.pages[0].kind == "raster"
    changed, done = redacted_intake(taken, [], ["Jane Doe"])
    assert "redact.scan" in _codes(done)
    _ink_is_black(
        taken.pdf,
        examine.look(foreign(content(draw.replace("Illilli MWMWMW Jane Doe said", ""))), Frame()).pdf,
        changed.pdf,
        40,
    )
    assert "Other line" in _text(changed.pdf)
    assert "[redacted]" in _text(changed.pdf)


def test_pages_with_pictures_and_no_text_are_named() -> None:
    picture = io.BytesIO()
    Image.effect_noise((300, 200), 50).save(picture, "JPEG")
    taken = examine.look(picture.getvalue(), Frame())
    done = redact(taken.pdf, [], ["Jane Doe"])
    assert [(f.code, f.page) for f in done.findings] == [("redact.picture_only", 1)]


# --- what is asked for ---


@pytest.mark.parametrize(
    ("redaction", "code"),
    [
        (Redaction(None, text="Nobody"), "redact.nothing"),
        (Redaction(2, text="Part 1"), "redact.nothing"),  # which stands on page 1
        (Redaction(3, box=(1, 1, 9, 9)), "redact.no_page"),
        (Redaction(0, text="Part 1"), "redact.no_page"),
        (Redaction(1, box=(700, 100, 800, 200)), "redact.outside"),
        (Redaction(1, box=(100, 100, 100, 200)), "redact.outside"),
        (Redaction(1, box=(float("nan"), 100, 100, 200)), "redact.outside"),
        (Redaction(None, box=(1, 1, 9, 9)), "redact.unclear"),
        (Redaction(1, box=(1, 1, 9, 9), text="Part"), "redact.unclear"),
        (Redaction(1), "redact.unclear"),
        (Redaction(1, text=" \n"), "redact.empty"),
    ],
)
def test_a_redaction_that_cannot_be_done_is_named(redaction: Redaction, code: str) -> None:
    done = redact(letter("First", 2), [Redaction(1, text="First"), redaction])
    errors = [f for f in done.findings if f.severity == "error"]
    assert [(f.code, f.place) for f in errors] == [(code, "/redactions/1")]
    assert "Redaction 2" in errors[0].message
    assert done.replaced == (1,)


def test_a_box_over_nothing_is_said() -> None:
    assert _codes(redact(letter("First"), [Redaction(1, box=(100, 100, 200, 120))])) == ["redact.blank"]


def test_words_under_a_box_that_stand_elsewhere_are_said_and_leave_titles() -> None:
    with pikepdf.open(io.BytesIO(letter("Surname", 2))) as pdf:
        rect = pdf.pages[0].MediaBox
    height = float(rect[3])
    done = redact(letter("Surname", 2), [Redaction(1, box=(70, height - 95, 300, height - 70), reason="name")])
    assert "Surname" not in _text(done.pdf)
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert "Surname" not in str(pdf.docinfo.get(Name.Title, ""))
        assert b"Surname" not in pdf.Root.Metadata.read_bytes()
    twice = redact(letter("Part 2", 2), [Redaction(1, box=(70, height - 95, 300, height - 70))])
    assert [(f.code, f.message) for f in twice.findings] == [
        ("redact.elsewhere", "Words that lie under a box of page 1 can be read elsewhere: page 2.")
    ]


def test_a_text_for_one_page_stays_on_the_others() -> None:
    done = redact(foreign(pages=3), [Redaction(2, text="Foreign page")])
    assert done.replaced == (2,)
    assert "Foreign page 1" in _text(done.pdf, 1)
    assert "Foreign" not in _text(done.pdf, 2)


@pytest.mark.parametrize(
    "spoil",
    [lambda pdf: pdf[:900], lambda pdf: b"", lambda pdf: foreign(encryption=pikepdf.Encryption(owner="o", user=""))],
)
def test_what_cannot_be_read_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refusal) as refused:
        redact(spoil(letter("First")), [], ["Jane"])
    assert refused.value.code == "redact.unusable"


def test_what_is_left_somewhere_odd_refuses_the_file() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[Name("/Jane Doe")] = pdf.make_indirect(Dictionary(A=1))

    with pytest.raises(Refusal) as refused:
        redact(foreign(change), [], ["Jane Doe"])
    assert refused.value.code == "redact.left"


def _saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def test_bookmarks_and_anchors_with_a_term_are_changed_alike() -> None:
    with pikepdf.open(io.BytesIO(letter("First", 2))) as pdf:
        names = {key: Array([pdf.pages[1].obj, Name.Fit]) for key in ("jane-doe-b", "jane-doe-a", "zz")}
        flat: list[Any] = [item for key in sorted(names) for item in (String(key), names[key])]
        pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=Array(flat))))
        pdf.pages[0].Annots[0].Dest = String("jane-doe-b")
        data = _saved(pdf)
    done = redact(data, [], ["Jane Doe"])
    packet = merged(done.pdf)
    assert structure.check(packet) == []
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert str(pdf.pages[0].Annots[0].Dest) == "[redacted]-b"


@pytest.mark.parametrize("word", ["Part", "Span", "Table", "Adobe", "Identity", "Title", "Page", "3", "en"])
def test_words_of_the_format_are_words_like_others(word: str) -> None:
    done = redact(letter("Part 3 Span Table Adobe Identity Title Page en", 2), [Redaction(None, text=word)])
    assert 1 in done.replaced
    assert f" {word} " not in f" {_text(done.pdf)} "
    packet = merged(done.pdf)
    assert structure.check(packet) == []
    assert validate([packet, done.pdf]) == []


def test_a_form_is_to_be_taken_in_first() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("name"), V=String("Jane Doe")))
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    with pytest.raises(Refusal) as refused:
        redact(foreign(change), [], ["Jane Doe"])
    assert refused.value.code == "redact.unusable"


def test_text_in_a_pattern_is_said() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        content("/Pattern cs /P1 scn 100 100 300 300 re f")(pdf)
        resources = pdf.pages[0].Resources
        tile = pdf.make_stream(b"BT /F1 18 Tf 2 10 Td (Jane Doe) Tj ET")
        tile.update(Dictionary(Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, XStep=90, YStep=30))
        tile.BBox, tile.Resources = Array([0, 0, 90, 30]), Dictionary(Font=resources.Font)
        resources.Pattern = Dictionary(P1=tile)

    with pytest.raises(Refusal) as refused:
        redact(foreign(change), [], ["Jane Doe"])
    assert refused.value.code == "redact.left"
    assert "redact.unreadable" in _codes(redact(foreign(change), [Redaction(1, box=(90, 90, 410, 410))], []))


@pytest.mark.parametrize("page", [1, 2])
def test_a_seal_is_taken_off_and_its_field_stays_unless_its_page_is_replaced(page: int) -> None:
    with pikepdf.open(io.BytesIO(with_field(letter("First", 2), page=2, box=(72, 100, 252, 160)))) as pdf:
        pdf.Root.AcroForm.Fields[0].V = pdf.make_indirect(Dictionary(Type=Name.Sig, Name=String("Jane Doe")))
        data = _saved(pdf)
    done = redact(data, [Redaction(page, text=f"Part {page}")], ["Jane Doe"])
    assert _codes(done) == ["redact.seal"]
    assert validate([done.pdf]) == []
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        assert (Name.AcroForm in pdf.Root) is (page == 1)
        assert all(Name.V not in annotation for annotation in pdf.pages[1].Annots)


def test_the_words_of_a_line_share_one_bar() -> None:
    done = redact(
        foreign(content("BT /F1 18 Tf 90 600 Td (Cornelius van der Voss) Tj ET")), [], ["Cornelius van der Voss"]
    )
    picture = _render(done.pdf)
    assert picture.getbbox() is not None
    bounds = picture.point(lambda gray: 255 if gray < 128 else 0).getbbox()
    assert bounds is not None
    assert picture.crop(bounds).getextrema() == (0, 0)
