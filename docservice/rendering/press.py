"""WeasyPrint, held tight: HTML and a bundle in, PDF bytes and a reading out.

It loads nothing but the bundle's files and ``data:`` URLs, sees no font but those of a private fontconfig
file, and turns what WeasyPrint only logs (a missing picture, a missing glyph) into refusals. It does not make the
PDF accessible or archivable: ``rendering.finishing`` does, from the reading taken here.

The reading is taken from WeasyPrint's page boxes (``Page.paint`` is where a text box gets its marked-content
id); that part knows WeasyPrint's insides and is checked by the tests against every new version.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import unquote

from docservice.refusal import Problem, Refusal
from docservice.rendering.finishing.reading import Element, LinkMark, Piece, Reading

_POINTS = 0.75  # PDF points per CSS pixel
_SVG = "{http://www.w3.org/2000/svg}svg"
_BASE = "bundle:/"
_MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".css": "text/css"}
_lock = Lock()  # Pango, the shared font configuration and the log capture serve one print at a time.


@dataclass(frozen=True, slots=True)
class Printed:
    """WeasyPrint's PDF as it came out, and what it says."""

    pdf: bytes
    reading: Reading


def print_html(
    html: str,
    *,
    stylesheet: str,
    files: Mapping[str, bytes],
    fontconfig: str,
    created: str,
) -> Printed:
    """Print ``html`` on paper with ``stylesheet``.

    ``files`` are those that ``bundle:name`` may mean; ``fontconfig`` is the text of a fontconfig file; ``created`` the
    W3C date that goes into the file. Raises ``Refusal("handout.unprintable")`` with every picture that is
    missing or broken, every letter without a glyph and every line that runs off the sheet.
    """
    with _lock, _listening() as heard:
        weasyprint = _weasyprint()
        fetcher = _fetcher(files)
        source = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=fetcher)
        try:
            document = source.render(
                stylesheets=[_sheet(stylesheet, fontconfig)],
                font_config=_fonts(fontconfig),
                pdf_variant="pdf/a-3a",
            )
        except weasyprint.urls.FatalURLFetchingError as error:
            raise Refusal(
                "handout.unprintable", "The handout uses a file that is not part of it.", [_outside(error)]
            ) from error
        document.metadata.created = document.metadata.modified = created
        marks = [_note_marks(page) for page in document.pages]
        taken: list[Reading] = []

        def take(_document: Any, _pdf: Any) -> None:
            taken.append(_read(source.etree_element, document.pages, marks))

        pdf = document.write_pdf(pdf_variant="pdf/a-3a", uncompressed_pdf=True, finisher=take)
    problems = [*_complaints(heard), *_off_the_sheet(taken[0], document.pages)]
    if problems:
        raise Refusal("handout.unprintable", f"The handout cannot be printed: {len(problems)} error(s).", problems)
    return Printed(pdf, taken[0])


# --- the engine ---


def _weasyprint() -> Any:
    with warnings.catch_warnings():
        # Its import looks at the system's fonts, which we do not use.
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        import weasyprint
    return weasyprint


@lru_cache(maxsize=2)
def _fonts(fontconfig: str) -> Any:
    """One font configuration per process and font list, made from that list alone.

    WeasyPrint's own would read the system's fonts, or the file in an environment variable that belongs to the
    whole process; two files for one face give wrong glyphs.
    """
    _weasyprint()
    from weasyprint.text.ffi import ffi, gobject, pangoft2
    from weasyprint.text.ffi import fontconfig as fc
    from weasyprint.text.fonts import FontConfiguration

    ffi.cdef("FcConfig * FcConfigCreate (void); FcBool FcConfigBuildFonts (FcConfig *config);", override=True)

    class PrivateFonts(FontConfiguration):  # type: ignore[misc]
        def __init__(self) -> None:
            self._config = fc.FcConfigCreate()
            loaded = fc.FcConfigParseAndLoadFromMemory(self._config, fontconfig.encode(), True)
            built = fc.FcConfigBuildFonts(self._config)
            if not (loaded and built and fc.FcConfigGetFonts(self._config, fc.FcSetSystem).nfont):
                fc.FcConfigDestroy(self._config)
                # Printing without any font would end the process.
                raise Refusal("fonts.missing", "The fonts for handouts are not installed.", kind="setup")
            self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
            pangoft2.pango_fc_font_map_set_config(ffi.cast("PangoFcFontMap *", self.font_map), self._config)
            fc.FcConfigDestroy(self._config)  # the font map keeps its own reference
            self._folder = None
            self.strut_layouts: dict[Any, Any] = {}
            self.font_features: dict[Any, Any] = {}

    return PrivateFonts()


@lru_cache(maxsize=8)
def _sheet(stylesheet: str, fontconfig: str) -> Any:
    """A parsed stylesheet. What it warns about (rules for screens that paper ignores) is no error."""
    return _weasyprint().CSS(
        string=stylesheet, font_config=_fonts(fontconfig), url_fetcher=_fetcher({}), base_url=_BASE
    )


def _fetcher(files: Mapping[str, bytes]) -> Any:
    """Serves ``bundle:name`` and ``data:``; anything else stops the print."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class BundleFetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            name = unquote(url.removeprefix("bundle:").lstrip("/"))
            if not url.startswith("bundle:") or name not in files:
                raise ValueError(f"{url} is not part of the bundle")
            suffix = name[name.rfind(".") :].lower()
            kind = _MEDIA_TYPES.get(suffix, "application/octet-stream")
            return URLFetcherResponse(url, files[name], {"Content-Type": kind})

    return BundleFetcher(allowed_protocols=("data", "bundle"), allow_redirects=False, fail_on_errors=True)


# --- what it says on the way ---


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


class _listening:  # noqa: N801 - reads as a verb in "with _listening() as heard"
    """Collects WeasyPrint's warnings and errors; they are our problems, and no noise on standard error."""

    def __enter__(self) -> list[str]:
        self.ear = _Ear()
        self.logger = logging.getLogger("weasyprint")
        self.before = self.logger.handlers[:], self.logger.level, self.logger.propagate
        self.logger.handlers[:] = [self.ear]
        self.logger.setLevel(logging.WARNING)
        self.logger.propagate = False
        return self.ear.heard

    def __exit__(self, *_: object) -> None:
        self.logger.handlers[:], self.logger.level, self.logger.propagate = self.before


_GLYPH = re.compile(r'\.notdef glyph rendered .*: "(.*)" \((U\+[0-9A-F]+)\)', re.S)
_HARMLESS = re.compile(
    r"Ignored `|Expected a media type|Invalid media type|Invalid or unsupported selector|Unknown rule"
)


def _complaints(heard: list[str]) -> Iterator[Problem]:
    for message in dict.fromkeys(heard):
        if glyph := _GLYPH.match(message):
            yield Problem("handout.glyph", f"no font has the character “{glyph[1]}” ({glyph[2]})")
        elif not _HARMLESS.match(message):
            yield Problem("handout.print", message)


def _outside(error: BaseException) -> Problem:
    match = re.search(r'"(.*)"', str(error), re.S)
    return Problem("handout.picture", f"{(match[1] if match else str(error))[:120]} cannot be loaded")


# --- the reading ---


def _note_marks(page: Any) -> dict[Any, int]:
    """Have the page remember which box became which marked-content id when it is painted."""
    marks: dict[Any, int] = {}
    paint: Callable[..., None] = page.paint

    def noting(stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        marks.update((box, mark["mcid"]) for box, mark in stream._tags.items())

    page.paint = noting
    return marks


def _read(tree: Any, pages: list[Any], marks: list[dict[Any, int]]) -> Reading:
    return _Reader(tree).read(pages, marks)


class _Reader:
    """Walks the boxes of all pages in reading order, and hangs their pieces under their HTML elements."""

    def __init__(self, tree: Any) -> None:
        self.parents = {child: parent for parent in tree.iter() for child in parent}
        self.root = Element("body")
        self.elements: dict[Any, Element] = {tree: self.root}
        for child in tree:
            if child.tag == "body":
                self.elements[child] = self.root
        self.generated: dict[tuple[Any, str], Element] = {}
        self.first_page: dict[Any, int] = {}
        self.artifacts: list[Piece] = []

    def read(self, pages: list[Any], marks: list[dict[Any, int]]) -> Reading:
        for number, (page, mark) in enumerate(zip(pages, marks, strict=True)):
            self.page, self.height, self.marks = number, page.height, mark
            self._walk(page._page_box, furniture=False)
        return Reading(self.root, len(pages), tuple(self.artifacts))

    def _walk(self, box: Any, *, furniture: bool) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        furniture = furniture or isinstance(box, boxes.MarginBox) or self._repeats(box)
        if box.element_tag in ("td", "th") and not furniture:
            self._of(box.element)  # an empty cell has its place in its row
        annotation = getattr(box, "link_annotation", None)
        if annotation is not None and not furniture:
            number = int(annotation.reference.split()[0])
            self._element(box).children.append(LinkMark(self.page, number))
        if box in self.marks:
            self._piece(box, furniture)
        for child in getattr(box, "children", ()):
            self._walk(child, furniture=furniture)

    def _repeats(self, box: Any) -> bool:
        """A table head or foot that WeasyPrint prints again on a later page."""
        if box.element_tag not in ("thead", "tfoot"):
            return False
        return self.first_page.setdefault(box.element, self.page) != self.page

    def _piece(self, box: Any, furniture: bool) -> None:
        left, width = box.content_box_x(), box.width
        top, height = box.content_box_y(), box.height
        bottom = (self.height - top - height) * _POINTS
        place = (left * _POINTS, bottom, (left + width) * _POINTS, bottom + height * _POINTS)
        text = getattr(box, "text", "") or ""
        piece = Piece(self.page, self.marks[box], text, place)
        picture = not hasattr(box, "text")
        decorative = picture and not _alternative(box.element)
        if furniture or decorative or (not picture and not text.strip()):
            self.artifacts.append(piece)
        else:
            self._element(box).children.append(piece)

    def _element(self, box: Any) -> Element:
        tag = str(box.element_tag or "")
        name, _, pseudo = tag.partition("::")
        own = self._of(box.element)
        if not pseudo:
            return own
        key = (box.element, pseudo)
        if key not in self.generated:
            self.generated[key] = Element(f"{name}::{pseudo}")
            own.children.append(self.generated[key])
        return self.generated[key]

    def _of(self, element: Any) -> Element:
        if element not in self.elements:
            parent = self._of(self.parents[element])
            attributes = dict(element.attrib)
            tag = str(element.tag)
            if tag in ("img", _SVG):
                tag, attributes["alt"] = "img", _alternative(element)
            self.elements[element] = Element(tag, attributes, [], "".join(element.itertext()))
            parent.children.append(self.elements[element])
        return self.elements[element]


def _alternative(element: Any) -> str:
    """What stands for a picture: ``alt``, or an SVG's ``aria-label`` or ``title``."""
    if element is None:
        return ""
    title = element.find("{http://www.w3.org/2000/svg}title") if element.tag == _SVG else None
    found = element.get("alt") or element.get("aria-label") or (title.text if title is not None else "")
    return " ".join((found or "").split())


def _off_the_sheet(reading: Reading, pages: list[Any]) -> Iterator[Problem]:
    """Lines that are not wholly on their page."""
    for piece in reading.root.pieces():
        page = pages[piece.page]
        left, bottom, right, top = piece.box
        width, height = page.width * _POINTS, page.height * _POINTS
        if left < -0.5 or bottom < -0.5 or right > width + 0.5 or top > height + 0.5:
            what = f"“{piece.text.strip()[:60]}”" if piece.text else "a picture"
            yield Problem("handout.overflow", f"{what} runs off the sheet", f"page {piece.page + 1}")
