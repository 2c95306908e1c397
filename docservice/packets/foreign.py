"""Foreign PDFs: examined, cleaned, and brought into pages that a packet can carry.

A page whose fonts, colors and operators are known to be PDF/A-clean (:mod:`cleanliness`) goes in as it is; any other
page becomes a picture of itself with its text laid invisibly over it. Runs in the process of :mod:`examine`.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from pikepdf import Array, Name

from docservice.packets import cleanliness, sanitize
from docservice.packets.intake import Finding, Frame, Intake, PageInfo, refused
from docservice.packets.pages import Place, form_page, image, picture_page, place_page
from docservice.packets.textlayer import Run, TextLayer
from docservice.packets.typefaces import Fonts

MOST_PAGES = 2000
_SMALLEST_SIDE = 9.0  # points
_LARGEST_SIDE = 14_400.0  # 200 inches, ISO 32000-1, annex C
_MOST_PIXELS = 40_000_000
_INK_DPI = 36
_WHITE = 245


def take(data: bytes, frame: Frame) -> Intake:
    """The intake of a PDF."""
    try:
        source = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        return refused("intake.password", "It needs a password to open.")
    except (pikepdf.PdfError, ValueError) as error:
        return refused("intake.damaged", f"It is damaged and cannot be read ({_first_line(error)}).")
    problem = _unusable(source)
    if problem:
        return problem
    try:
        findings, visible = _cleaned(source)
        return _converted(visible, findings, frame)
    except (pikepdf.PdfError, pikepdf.PdfParsingError, pdfium.PdfiumError, ValueError, TypeError, KeyError,
            AttributeError, IndexError, RecursionError) as error:  # fmt: skip
        return refused("intake.damaged", f"It is damaged: its pages cannot all be recovered ({_first_line(error)}).")


def _first_line(error: Exception) -> str:
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return re.sub(r"^(stream )?<_io\.BytesIO[^>]*>(, )?[^:]*: ", "", text)[:120]  # an address in memory says nothing


def _unusable(source: pikepdf.Pdf) -> Intake | None:
    if sanitize.is_dynamic_form(source):
        return refused("intake.xfa", "It is a dynamic form (XFA), which no packet can show; print it to PDF first.")
    try:
        count = len(source.pages)
        if 0 < count <= MOST_PAGES:
            warnings: list[object] = [*source.get_warnings(), *source.check_pdf_syntax()]
        else:
            warnings = list(source.get_warnings())
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError) as error:
        return refused("intake.damaged", f"It is damaged: its pages cannot be counted ({_first_line(error)}).")
    if warnings:
        return refused(
            "intake.damaged",
            f"It is damaged; reading it would mean to guess ({_first_line(Exception(str(warnings[0])))}).",
        )
    if not count:
        return refused("intake.no-pages", "It has no pages.")
    if count > MOST_PAGES:
        return refused("intake.too-many-pages", f"It has {count:,} pages; {MOST_PAGES:,} are the most.")
    return None


def _cleaned(source: pikepdf.Pdf) -> tuple[list[Finding], bytes]:
    """The file without what may not stay, saved; its boxes and rotations mended."""
    if sanitize.needs_viewer_appearance(source):
        buffer = io.BytesIO()
        source.save(buffer, encryption=False)
        with pikepdf.open(io.BytesIO(_drawn_by_pdfium(buffer.getvalue()))) as drawn:
            findings = [Finding("intake.form", "It is a form: its fields were fixed as they stand.")]
            findings += sanitize.sanitize(drawn)
            return findings, _saved(drawn, findings)
    findings = sanitize.sanitize(source)
    return findings, _saved(source, findings)


def _saved(pdf: pikepdf.Pdf, findings: list[Finding]) -> bytes:
    for number, page in enumerate(pdf.pages, 1):
        note = _normalize(page)
        if note:
            findings.append(Finding("intake.page-box", note, page=number))
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=False, deterministic_id=True)
    return buffer.getvalue()


def _drawn_by_pdfium(data: bytes) -> bytes:
    """The file with its form fields drawn into its pages by pdfium, which has fonts for every value."""
    document = pdfium.PdfDocument(data)
    try:
        document.init_forms()
        for number in range(len(document)):
            page = document[number]
            page.flatten()
            page.close()
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()
    finally:
        document.close()


def _normalize(page: pikepdf.Page) -> str | None:
    """One sane box, a rotation that is a right angle; says what was odd."""
    note = None
    media = _box(page.obj.get(Name.MediaBox) or page.mediabox)
    if media is None:
        note, media = "Its page size was unusable; letter size was assumed.", (0.0, 0.0, 612.0, 792.0)
    crop = _box(page.obj.get(Name.CropBox) or page.cropbox) or media
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if min(shown[2] - shown[0], shown[3] - shown[1]) < _SMALLEST_SIDE:
        shown = media
    unit = float(page.obj.get(Name.UserUnit, 1))
    if unit <= 0 or max(shown[2] - shown[0], shown[3] - shown[1]) * unit > _LARGEST_SIDE:
        unit = min(1.0, _LARGEST_SIDE / max(shown[2] - shown[0], shown[3] - shown[1]))
        note = "It is larger than a PDF page may be and was scaled down."
    for name in (Name.TrimBox, Name.BleedBox, Name.ArtBox, Name.UserUnit):
        if name in page.obj:
            del page.obj[name]
    if unit != 1:
        page.obj.UserUnit = unit
    page.obj.MediaBox = Array(shown)
    page.obj.CropBox = Array(shown)
    rotation = page.obj.get(Name.Rotate, 0)
    angle = float(rotation) if isinstance(rotation, int) or not isinstance(rotation, pikepdf.Object) else 0.0
    if angle % 90:
        note = f"Its rotation ({angle:g} degrees) is not a right angle and was ignored, as viewers do."
        angle = 0.0
    page.obj.Rotate = int(angle) % 360
    return note


def _box(value: Any) -> tuple[float, float, float, float] | None:
    try:
        a, b, c, d = (float(item) for item in value)
    except (TypeError, ValueError):
        return None
    left, bottom, right, top = min(a, c), min(b, d), max(a, c), max(b, d)
    if right - left < _SMALLEST_SIDE or top - bottom < _SMALLEST_SIDE or max(map(abs, (a, b, c, d))) > 1e6:
        return None
    return left, bottom, right, top


def _converted(data: bytes, findings: list[Finding], frame: Frame) -> Intake:
    source = pikepdf.open(io.BytesIO(data))
    drawing = pdfium.PdfDocument(data)
    try:
        out = pikepdf.new()
        layer = TextLayer(out)
        fonts = Fonts()
        infos: list[PageInfo] = []
        for number, page in enumerate(source.pages):
            sheet = drawing[number]
            try:
                size = _upright(page)
                place = place_page(*size, frame, ink_at_foot=_ink_at_foot(sheet, size, frame))
                fault = cleanliness.fault(page, fonts)
                runs = _runs(sheet, page, size, place)
                if fault is None:
                    form_page(out, out.copy_foreign(_form(source, page)), place, size)
                    infos.append(PageInfo(place.width, place.height, "vector", searchable=bool(runs)))
                else:
                    dpi, picture = _picture(sheet, size, frame)
                    text = layer.content(runs)
                    picture_page(out, image(out, picture), place, (text, layer.font) if text else None)
                    note = f"It is shown as a picture at {dpi:g} dpi ({fault})" + (
                        "; its text can be searched." if text else "."
                    )
                    findings.append(Finding("intake.rasterized", note, page=number + 1))
                    infos.append(PageInfo(place.width, place.height, "raster", bool(text), bool(text)))
            finally:
                sheet.close()
        layer.finish()
        silent = [str(n) for n, info in enumerate(infos, 1) if not info.searchable]
        if silent:
            which = "All pages" if len(silent) == len(infos) else f"Pages {', '.join(silent)}"
            findings.append(Finding("intake.not-searchable", f"{which} have no text that could be searched."))
        buffer = io.BytesIO()
        out.save(buffer, deterministic_id=True, compress_streams=True)
        changed = any(finding.code != "intake.not-searchable" for finding in findings)
        return Intake("converted" if changed else "usable", tuple(infos), tuple(findings), buffer.getvalue())
    finally:
        drawing.close()


def _upright(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points as a viewer shows the page."""
    left, bottom, right, top = (float(value) for value in page.obj.MediaBox)
    unit = float(page.obj.get(Name.UserUnit, 1))
    width, height = (right - left) * unit, (top - bottom) * unit
    return (height, width) if int(page.obj.Rotate) in (90, 270) else (width, height)


def _form(source: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Object:
    """The page as a form whose upright content starts at the origin."""
    cleanliness.strip_marks(source, page)
    form = source.make_indirect(page.as_form_xobject(handle_transformations=False))
    form.Matrix = Array(_upright_matrix(page))
    if Name.StructParents in form:
        del form.StructParents
    return form


def _upright_matrix(page: pikepdf.Page) -> list[float]:
    left, bottom, right, top = (float(value) for value in page.obj.MediaBox)
    unit = float(page.obj.get(Name.UserUnit, 1))
    rows = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[int(page.obj.Rotate)]
    return [value * unit for value in rows]


def _ink_at_foot(sheet: Any, size: tuple[float, float], frame: Frame) -> bool:
    scale = min(_INK_DPI / 72, 1500 / max(size))
    picture = sheet.render(scale=scale * size[0] / sheet.get_width(), grayscale=True).to_pil()
    height = max(1, round(frame.band / size[1] * picture.height))
    darkest, _ = picture.crop((0, picture.height - height, picture.width, picture.height)).getextrema()
    return bool(darkest < _WHITE)


def _picture(sheet: Any, size: tuple[float, float], frame: Frame) -> tuple[float, Any]:
    dpi = float(frame.dpi)
    pixels = size[0] * size[1] * (dpi / 72) ** 2
    if pixels > _MOST_PIXELS:
        dpi = round(dpi * (_MOST_PIXELS / pixels) ** 0.5)
    return dpi, sheet.render(scale=dpi / 72 * size[0] / sheet.get_width(), rev_byteorder=True).to_pil().convert("RGB")


def _runs(sheet: Any, page: pikepdf.Page, size: tuple[float, float], place: Place) -> list[Run]:
    """The text of a page as runs, where it stands on the packet's page."""
    a, b, c, d, e, f = _upright_matrix(page)
    scale = (place.box[2] - place.box[0]) / size[0]
    runs: list[Run] = []
    text = sheet.get_textpage()
    try:
        for index in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(index)
            words = text.get_text_bounded(left, bottom, right, top).replace("\r\n", " ")
            if not words.strip():
                continue
            xs = sorted((a * left + c * bottom + e, a * right + c * top + e))
            ys = sorted((b * left + d * bottom + f, b * right + d * top + f))
            x, y = place.box[0], place.box[1]
            runs.append(Run(words, x + xs[0] * scale, y + ys[0] * scale, x + xs[1] * scale, y + ys[1] * scale))
    finally:
        text.close()
    return runs
