"""Does the finished PDF say what it must about itself? (DOMAIN §5, §7.10, §7.15)

A quick look, not a validation: that is veraPDF's, in the tests. What is looked for here is what could go wrong in one
document among thousands that come from a proven engine.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding

_GPS = 0x8825
_CLAIMS = {
    "PDF/A-3A": (rb"pdfaid:part(?:>|=[\"'])3", rb"pdfaid:conformance(?:>|=[\"'])A"),
    "PDF/UA-1": (rb"pdfuaid:part(?:>|=[\"'])1",),
}


def pdf(sight: Sight) -> Iterator[Finding]:
    """The PDF claims PDF/A-3A and PDF/UA-1, is tagged, titled, in its language, and opens without a password."""
    rendered = sight.rendered
    if rendered is None:
        return
    try:
        with pikepdf.open(io.BytesIO(rendered.pdf)) as document:
            yield from _document(document, sight.language, rendered.pages)
            yield from _pictures(document)
    except pikepdf.PasswordError:
        yield error("pdf_encrypted", "The PDF asks for a password.")
    except pikepdf.PdfError as broken:
        yield error("pdf_broken", f"The PDF cannot be read: {broken}.")


def _document(document: pikepdf.Pdf, wanted: str, pages: int) -> Iterator[Finding]:
    root = document.Root
    if document.is_encrypted:
        yield error("pdf_encrypted", "The PDF is encrypted.")
    if "/StructTreeRoot" not in root or not _marked(root):
        yield error("pdf_not_tagged", "The PDF has no tags.")
    elif "/K" not in root.StructTreeRoot:
        yield error("pdf_not_tagged", "The PDF's tag tree is empty.")
    language = str(root.get("/Lang", ""))
    # Typst adds the region ("en-US"); what a voice needs to know is the first part.
    if language.partition("-")[0].casefold() != wanted.partition("-")[0].casefold():
        yield error("pdf_language", f"The PDF is marked as “{language}”, the text is in “{wanted}”.")
    metadata = bytes(root.Metadata.read_bytes()) if "/Metadata" in root else b""
    for standard, patterns in _CLAIMS.items():
        if not all(re.search(pattern, metadata) for pattern in patterns):
            yield error("pdf_standard", f"The PDF does not claim to be {standard}.")
    if not re.search(rb"<dc:title>.*?<rdf:li[^>]*>\s*[^\s<]", metadata, re.DOTALL):
        yield error("pdf_title", "The PDF has no title.")
    viewer = root.get("/ViewerPreferences")
    if viewer is None or not bool(viewer.get("/DisplayDocTitle", False)):
        yield error("pdf_title", "The PDF does not show its title in the window.")
    if len(document.pages) != pages:
        yield error("pdf_pages", f"The PDF has {len(document.pages)} pages, not {pages}.")
    # One action when it is opened, and one for each event (ISO 32000-1 §12.6.3).
    if any(map(_is_script, (root.get("/OpenAction"), *root.get("/AA", pikepdf.Dictionary()).values()))):
        yield error("pdf_script", "The PDF runs a script.")


def _marked(root: Any) -> bool:
    return "/MarkInfo" in root and bool(root.MarkInfo.get("/Marked", False))


def _is_script(action: Any) -> bool:
    return isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) in ("/JavaScript", "/Launch")


def _pictures(document: pikepdf.Pdf) -> Iterator[Finding]:
    """No picture tells where it was taken (DOMAIN §7.10)."""
    for number, page in enumerate(document.pages, start=1):
        for name, picture in page.get_images().items():
            if picture.get("/Filter") != pikepdf.Name.DCTDecode:  # alive: the bytes of others begin otherwise
                continue  # alive: likewise
            if has_gps(bytes(picture.read_raw_bytes())):
                yield error("photo_gps", f"The picture {name} tells where it was taken.", f"page {number}")


def has_gps(jpeg: bytes) -> bool:
    """Whether a JPEG carries a position, in its EXIF data or in XMP."""
    if b"Exif\x00\x00" not in jpeg[:65_536] and b"http://ns.adobe.com/xap" not in jpeg[:200_000]:  # alive: quick look
        return False
    from PIL import Image, UnidentifiedImageError  # few letters have photographs

    try:
        with Image.open(io.BytesIO(jpeg)) as image:
            return _GPS in image.getexif() or b"exif:GPS" in image.info.get("xmp", b"")
    except (UnidentifiedImageError, OSError):
        return False
