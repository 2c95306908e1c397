"""What the readers of PDFs find in a page: the words, and whether they come in order."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Callable, Mapping

import pypdf
import pypdfium2

# Not searched for, not copied on purpose: what divides lines and directions, joiners, selectors of a form.
_UNSAID = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
Reader = Callable[[bytes], str]


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", _UNSAID.sub("", text)))


def words(text: str) -> list[str]:
    """The words of a text without their punctuation; marks belong to a word."""
    bare = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in plain(text))
    return bare.split()


def poppler(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def pdfium(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def pypdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


READERS: Mapping[str, Reader] = {"poppler": poppler, "PDFium": pdfium, "pypdf": pypdf_text}


def lost(source: str, text: str) -> list[str]:
    """The words of ``source`` that ``text`` does not have, or not in their order."""
    found = words(text)
    missing, at = [], 0
    for word in words(source):
        try:
            at = found.index(word, at) + 1
        except ValueError:
            missing.append(word)
    return missing
