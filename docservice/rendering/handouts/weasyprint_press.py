"""WeasyPrint, held tight: HTML and a bundle in, PDF bytes and a reading out.

It loads nothing but the bundle's files and ``data:`` URLs, sees no font but those of a private fontconfig
file, and turns what WeasyPrint only logs (a missing picture, a missing glyph) into refusals. It does not make the
PDF accessible or archivable: ``rendering.finishing`` does, from the reading taken here.
"""

from __future__ import annotations

import gc
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files as resources
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import lxml.etree
import lxml.html

from docservice.finding import Finding
from docservice.media_types import media_type_of
from docservice.refusal import Refusal
from docservice.rendering.finishing.reading import PrintedReading
from docservice.rendering.handouts.box_reader import POINTS, BoxReader, note_marks
from docservice.rendering.handouts.drawn_pictures import Pictures
from docservice.rendering.handouts.drawn_text import noted
from docservice.rendering.textlayer.characters import needs_mending

_BASE = "bundle:/"
_INTENT = "sRGB"
_lock = Lock()  # Pango, the shared font configuration and the log capture serve one print at a time.


@dataclass(frozen=True, slots=True)
class Printed:
    """WeasyPrint's PDF as it came out, and what it says."""

    pdf: bytes
    reading: PrintedReading


def print_html(
    html: str,
    *,
    stylesheet: str,
    files: Mapping[str, bytes],
    fontconfig: str,
    created: str,
    spelled: bool = True,
) -> Printed:
    """Print ``html`` on paper with ``stylesheet``.

    ``files`` are those that ``bundle:name`` may mean; ``fontconfig`` is the text of a fontconfig file; ``created`` the
    W3C date that goes into the file; with ``spelled`` the reading says which glyphs stand for which letters, where the
    text needs it. Raises ``Refusal("handout.unprintable")`` with every picture that is
    missing or broken, every letter without a glyph, every word that a style tears apart and every line that runs off
    the sheet.
    """
    with _lock, _no_collection(), _listening() as heard:
        weasyprint = _weasyprint()
        fetcher = _fetcher(files)
        source = _parsed(html, fetcher)
        try:
            document = source.render(
                stylesheets=[_sheet(stylesheet, fontconfig)],
                font_config=_fonts(fontconfig),
                color_profiles={_INTENT: _srgb()},
                pdf_variant="pdf/a-3a",
                output_intent=_INTENT,
                cache=Pictures(),
            )
        except weasyprint.urls.FatalURLFetchingError as error:
            raise Refusal(
                "handout.unprintable", "The handout uses a file that is not part of it.", [_outside(error)]
            ) from error
        document.metadata.created = document.metadata.modified = created
        marks = [note_marks(page) for page in document.pages]
        taken: list[PrintedReading] = []

        def take(_document: Any, _pdf: Any) -> None:
            taken.append(reader.read(document.pages, marks))

        with noted(spelled and needs_mending(html)) as clusters:
            reader = BoxReader(source.etree_element, clusters.glyphs)
            pdf = document.write_pdf(
                pdf_variant="pdf/a-3a", output_intent=_INTENT, uncompressed_pdf=True, finisher=take
            )  # fmt: skip
    nameless = [
        Finding.error("handout.picture", "has no text that describes it (alt)", place) for place in reader.nameless
    ]
    torn = [
        Finding.error("handout.cluster", f"“{text[:60]}”: a style tears its letters apart (letter-spacing does)")
        for text in clusters.torn
    ]
    problems = [*_complaints(heard), *nameless, *torn, *_off_the_sheet(taken[0], document.pages)]
    if problems:
        raise Refusal("handout.unprintable", f"The handout cannot be printed: {len(problems)} error(s).", problems)
    return Printed(pdf, taken[0])


# --- the engine ---


def _weasyprint() -> Any:
    with warnings.catch_warnings():
        # Its import looks at the system's fonts, which we do not use.
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        import weasyprint
        import weasyprint.pdf
    # The finishing pass writes the tags; building WeasyPrint's first takes a tenth of a print for nothing.
    weasyprint.pdf.add_tags = _no_tags
    return weasyprint


def _parsed(html: str, fetcher: Any) -> Any:
    """A page as WeasyPrint's HTML. lxml parses it: WeasyPrint's own parser takes as long as painting the pages."""
    weasyprint = _weasyprint()
    import cssselect2  # type: ignore[import-untyped]

    class Page(weasyprint.HTML):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            root = lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(remove_comments=True))
            tree = ElementTree.fromstring(lxml.etree.tostring(root, encoding="utf-8"))
            self.base_url, self.url_fetcher, self.media_type = _BASE, fetcher, "print"
            self.wrapper_element = cssselect2.ElementWrapper.from_html_root(tree, content_language=None)
            self.etree_element = tree

    return Page()


@contextmanager
def _no_collection() -> Iterator[None]:
    """A print makes many objects that live until its end; looking for garbage among them takes an eighth of it."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _no_tags(*_: Any) -> None:
    pass


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


@lru_cache(maxsize=1)
def _srgb() -> Any:
    """The profile of the output intent, read once; WeasyPrint opens its file for each print and leaves it open.

    Its bytes are the file's. Little CMS writes a profile otherwise once its name was read, so that the first print of
    a process would differ from the next.
    """
    from weasyprint.css import ColorProfile

    data = (resources("weasyprint.pdf") / "sRGB2014.icc").read_bytes()

    class Profile(ColorProfile):  # type: ignore[misc]
        content = data

    return Profile(BytesIO(data), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


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
            return URLFetcherResponse(url, files[name], {"Content-Type": media_type_of(name)})

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
    # rules for screens that paper does not know
    r"Ignored `|Expected a media type|Invalid media type|Invalid or unsupported selector|Unknown rule|"
    # said of alt="" too, which is right for decoration; the reader looks for pictures without any alt
    r"Image .* has no required alt"
)


def _complaints(heard: list[str]) -> Iterator[Finding]:
    for message in dict.fromkeys(heard):
        if glyph := _GLYPH.match(message):
            yield Finding.error("handout.glyph", f"no font has the character “{glyph[1]}” ({glyph[2]})")
        elif not _HARMLESS.match(message):
            yield Finding.error("handout.print", message)


def _outside(error: BaseException) -> Finding:
    match = re.search(r'"(.*)"', str(error), re.S)
    return Finding.error("handout.picture", f"{(match[1] if match else str(error))[:120]} cannot be loaded")


def _off_the_sheet(reading: PrintedReading, pages: list[Any]) -> Iterator[Finding]:
    """Lines that are not wholly on their page."""
    for piece in reading.root.pieces():
        page = pages[piece.page]
        left, bottom, right, top = piece.box
        width, height = page.width * POINTS, page.height * POINTS
        if left < -0.5 or bottom < -0.5 or right > width + 0.5 or top > height + 0.5:
            what = f"“{piece.text.strip()[:60]}”" if piece.text else "a picture"
            yield Finding.error("handout.overflow", f"{what} runs off the sheet", f"page {piece.page + 1}")
