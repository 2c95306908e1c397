"""Foreign PDFs: examined, cleaned, and brought into pages that a packet can carry.

A page whose fonts, colors and operators are known to be PDF/A-clean (:mod:`cleanliness`) goes in as it is; any other
page becomes a picture of itself with its text laid invisibly over it. Runs in the process of :mod:`examine`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from pikepdf import Array, Name
from PIL import Image

from docservice.finding import Finding
from docservice.pdf.foreign import boxes, cleanliness, covered, forms, glyphs, layers, sanitize, soundness
from docservice.pdf.foreign.forms import Value
from docservice.pdf.foreign.glyphs import PageGlyph
from docservice.pdf.foreign.intake import Frame, Intake, PageInfo, not_searchable, refused
from docservice.pdf.foreign.kept_links import Lain, Links
from docservice.pdf.foreign.pages import form_page, image, is_gray, picture_page, place_page
from docservice.pdf.foreign.textlayer import TextLayer, TextRun
from docservice.pdf.foreign.typefaces import Fonts

_MOST_PIXELS = 40_000_000  # of one page that becomes a picture
_MOST_PIXELS_TOGETHER = 220_000_000  # 60 letter pages at 200 dpi; what has more gets coarser, down to
_COARSEST = 96.0  # dots per inch
_LOOK_DPI = 72
_MOST_LOOKED_AT = 2600  # pixels a side
_WHITE = 245
_COLORLESS = 3  # levels of difference; a thin red line is faint in a coarse look


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page as it was looked at: what a reader sees of it, what it says, and why it cannot go in as it is."""

    size: tuple[float, float]
    ink_at_foot: bool
    said: tuple[TextRun, ...]  # of a page that becomes a picture
    searchable: bool
    fault: str | None
    gray: bool = False  # not a trace of color on it


def take(data: bytes, frame: Frame) -> Intake:
    """The intake of a PDF."""
    source = soundness.opened(data)
    if isinstance(source, Intake):
        return source
    untidy: list[Finding] = []
    problem = soundness.unusable(data, source, untidy)
    if problem:
        return problem
    try:
        cleaned = _cleaned(source, frame)
        source.close()
        return _converted(cleaned, [*untidy, *cleaned.findings], frame)
    except (*soundness.BROKEN, pdfium.PdfiumError) as error:
        why = soundness.reason(error)
        return refused("intake.damaged", f"It is damaged: its pages cannot all be recovered ({why}).")


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """A file without what may not stay, its boxes and rotations mended; what was found, and what it said and did."""

    data: bytes
    findings: list[Finding]
    values: tuple[Value, ...]
    links: Links


def _cleaned(source: pikepdf.Pdf, frame: Frame) -> _Cleaned:
    findings = layers.flatten(source)
    links = Links(source)
    findings += forms.undrawn(source)
    filled, values = forms.drawn(source)
    findings += sanitize.sanitize(source, links)
    if filled is not source:
        sanitize.sanitize(filled)
    for number, page in enumerate(filled.pages, 1):
        note = boxes.normalize(page)
        page.obj.Rotate = (int(page.obj.Rotate) + frame.turn(number)) % 360
        if note:
            findings.append(Finding.warning("intake.page_box", note, page=number))
    buffer = io.BytesIO()
    filled.save(buffer, encryption=False, deterministic_id=True)
    return _Cleaned(buffer.getvalue(), findings, values, links)


def _converted(cleaned: _Cleaned, findings: list[Finding], frame: Frame) -> Intake:
    source = pikepdf.open(io.BytesIO(cleaned.data))
    drawing = pdfium.PdfDocument(cleaned.data)
    try:
        sheets = _looked_at(cleaned.data, source, drawing, findings, cleaned, frame)
        dpi = _resolution(sheets, frame)
        out = pikepdf.new()
        layer = TextLayer(out)
        infos: list[PageInfo] = []
        lain: list[Lain] = []
        for number, (page, sheet) in enumerate(zip(source.pages, sheets, strict=True), 1):
            place = place_page(*sheet.size, frame, ink_at_foot=sheet.ink_at_foot)
            scale = (place.box[2] - place.box[0]) / sheet.size[0]
            lain.append(Lain(boxes.upright_matrix(page), scale, place))
            if sheet.fault is None:
                form_page(out, out.copy_foreign(_form(source, page)), place, sheet.size)
                infos.append(PageInfo(place.width, place.height, "vector", searchable=sheet.searchable))
                continue
            text = layer.content(run.placed(scale, place.box[0], place.box[1]) for run in sheet.said)
            shown_at, picture = _picture(drawing, number - 1, sheet, dpi)
            picture_page(out, image(out, picture), place, (text, layer.font) if text else None)
            note = f"It is shown as a picture at {shown_at:g} dpi ({sheet.fault})"
            findings.append(
                Finding.warning(
                    "intake.rasterized", note + ("; its text can be searched." if text else "."), page=number
                )
            )
            infos.append(PageInfo(place.width, place.height, "raster", bool(text), bool(text)))
        layer.finish()
        cleaned.links.lay(out, lain)
        findings += not_searchable(infos)
        buffer = io.BytesIO()
        out.save(buffer, deterministic_id=True, compress_streams=True)
        changed = any(finding.code != "intake.not_searchable" for finding in findings)
        return Intake("converted" if changed else "usable", tuple(infos), tuple(findings), buffer.getvalue())
    finally:
        drawing.close()


def _looked_at(
    data: bytes, source: pikepdf.Pdf, drawing: Any, findings: list[Finding], cleaned: _Cleaned, frame: Frame
) -> list[_Sheet]:
    """Every page as a reader sees it; what is hidden from readers goes to ``findings``."""
    fonts = Fonts(source)
    bare = _Bare(data)
    sheets: list[_Sheet] = []
    texts: dict[int, str] = {}
    filled = {value.page for value in cleaned.values}
    for number, page in enumerate(source.pages, 1):
        size = boxes.upright_size(page)
        fault = cleanliness.fault(page, fonts)
        sheet = drawing[number - 1]
        try:
            seen = _seen(sheet, size)
            gray = seen.convert("L")
            text = glyphs.PageText(sheet, boxes.upright_matrix(page))
            try:
                words = text.words()
                if number in filled:
                    texts[number] = words
                doubtful = bool(words) and covered.suspicious(text.stretches(), gray, size)
                said = text.glyphs() if doubtful or (words and fault is not None) else []
            finally:
                text.close()
        finally:
            sheet.close()
        if doubtful:
            drawn = bare.read(number - 1, page) if any(glyph.stated for glyph in said) else said
            hidden, outside = _unsaid(drawn, seen, size)
            fault = _told(number, said, drawn, hidden, outside, (gray, size), fault, findings)
            cleaned.links.forget(number, boxes.upright_matrix(page), [drawn[place].box for place in hidden])
            if hidden or outside:
                said = [glyph for place, glyph in enumerate(drawn) if place not in hidden and place not in outside]
        runs = tuple(glyphs.runs(said)) if fault is not None else ()
        searchable = bool(runs) if fault is not None else bool(words.strip())
        colorless = fault is not None and is_gray(seen, _COLORLESS)
        sheets.append(_Sheet(size, _ink_at_foot(gray, size, frame), runs, searchable, fault, colorless))
    findings += forms.missing(cleaned.values, texts)
    return sheets


def _unsaid(drawn: list[PageGlyph], seen: Image.Image, size: tuple[float, float]) -> tuple[set[int], set[int]]:
    """The places of the characters under dark boxes, and of those beyond the edges."""
    outside = glyphs.outside(drawn, size)
    return set(covered.covered(drawn, seen, size)), outside


def _told(
    number: int, said: list[PageGlyph], drawn: list[PageGlyph], hidden: set[int], outside: set[int],
    shown: tuple[Image.Image, tuple[float, float]], fault: str | None, findings: list[Finding],
) -> str | None:  # fmt: skip
    """Say what cannot be seen of a page; why the page becomes a picture, if it does."""
    if hidden:
        findings.append(Finding.warning("intake.bad_redaction", covered.warning(sorted(hidden)), page=number))
        fault = "text lay under a black box"
    if outside:
        note = f"Text outside the visible page was left out ({len(outside)} characters)."
        findings.append(Finding.warning("intake.outside_text", note, page=number))
        return fault or "it has text outside its edges"
    if count := covered.unseen(said, *shown):
        note = f"It has text that cannot be seen, in the color of its ground ({count} characters)."
        findings.append(Finding.warning("intake.unseen_text", note, page=number))
    return fault


def _form(source: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Object:
    """The page as a form whose upright content starts at the origin."""
    cleanliness.strip_marks(source, page)
    form = source.make_indirect(page.as_form_xobject(handle_transformations=False))
    form.Matrix = Array(boxes.upright_matrix(page))
    if Name.StructParents in form:
        del form.StructParents
    return form


def _seen(sheet: Any, size: tuple[float, float]) -> Image.Image:
    """The page as a reader sees it, coarse."""
    scale = min(_LOOK_DPI / 72, _MOST_LOOKED_AT / max(size))
    bitmap = sheet.render(scale=scale * size[0] / sheet.get_width(), rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    return picture


class _Bare:
    """The characters of a file as they are drawn, whatever an ActualText says they are; made when asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._drawing: Any = None

    def read(self, number: int, page: pikepdf.Page) -> list[PageGlyph]:
        if self._drawing is None:
            with pikepdf.open(io.BytesIO(self._data)) as pdf:
                for each in pdf.pages:
                    cleanliness.strip_marks(pdf, each)
                buffer = io.BytesIO()
                pdf.save(buffer)
            self._drawing = pdfium.PdfDocument(buffer.getvalue())
        sheet = self._drawing[number]
        try:
            return glyphs.read(sheet, boxes.upright_matrix(page))
        finally:
            sheet.close()


def _ink_at_foot(seen: Image.Image, size: tuple[float, float], frame: Frame) -> bool:
    height = max(1, round(frame.band / size[1] * seen.height))
    darkest = seen.crop((0, seen.height - height, seen.width, seen.height)).getextrema()[0]
    return bool(darkest < _WHITE)  # type: ignore[operator]


def _resolution(sheets: list[_Sheet], frame: Frame) -> float:
    """Dots per inch for all pages that become pictures: less for many, so that a long file can be read at all."""
    area = sum(sheet.size[0] * sheet.size[1] for sheet in sheets if sheet.fault is not None) / 72**2
    if area * frame.dpi**2 <= _MOST_PIXELS_TOGETHER:
        return float(frame.dpi)
    return max(_COARSEST, float(round((_MOST_PIXELS_TOGETHER / area) ** 0.5)))


def _picture(drawing: Any, number: int, look: _Sheet, dpi: float) -> tuple[float, Image.Image]:
    pixels = look.size[0] * look.size[1] * (dpi / 72) ** 2
    if pixels > _MOST_PIXELS:
        dpi = round(dpi * (_MOST_PIXELS / pixels) ** 0.5)
    sheet = drawing[number]
    try:
        scale = dpi / 72 * look.size[0] / sheet.get_width()
        bitmap = sheet.render(scale=scale, rev_byteorder=not look.gray, grayscale=look.gray)
        return dpi, bitmap.to_pil().convert("L" if look.gray else "RGB")
    finally:
        sheet.close()
