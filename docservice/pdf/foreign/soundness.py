"""Whether a PDF can be read whole, without guessing what it may have said.

qpdf repairs what is broken and warns. Here its warnings decide: what it had to guess refuses the file; a few oddities
after which nothing was guessed are let pass. A table of objects that is wrong or missing can be made anew by reading
the file from its beginning, which is no guess where every object is there, once, and every page that was announced.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

import pikepdf
from pikepdf import Name, PikepdfError

from docservice.finding import Finding
from docservice.pdf.foreign import bounds, jpegs, sanitize
from docservice.pdf.foreign.intake import Intake, refused
from docservice.text import printable

_HARMLESS = (
    "reported number of objects",  # a wrong count in the trailer
    "extraneous whitespace seen before xref",
    "accepting invalid xref table entry",  # blanks where others are prescribed
    "object has offset 0",  # an unused object marked as used
    "Resources is missing",  # a page that names nothing
    "MediaBox is undefined",  # said as intake.page_box
    "is direct; converting to indirect",  # a page that is not an object of its own
)
_OF_THE_TABLE = (
    "file is damaged",
    "xref not found",
    "can't find startxref",
    "invalid xref entry",
    "invalid xref table",
    "xref table",
    "trailer dictionary lacks /Size key",
    "Attempting to reconstruct cross-reference table",
)
_DEFINED = re.compile(rb"(?:^|[\r\n\s])(\d{1,7})\s+(\d{1,5})\s+obj\b")
_NAMED = re.compile(rb"(?<![\d.])(\d{1,7})\s+(\d{1,5})\s+R(?![A-Za-z0-9])")
_STREAMS = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_DECODING = re.compile(r"error decoding stream data for object (\d+) (\d+)")
_NO_ROOM = "std::bad_alloc"
BROKEN = (
    PikepdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, NotImplementedError,
    ArithmeticError, RuntimeError,
)  # fmt: skip


def opened(data: bytes) -> pikepdf.Pdf | Intake:
    """The PDF, or why it cannot be opened."""
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        return refused("intake.password", "It needs a password to open.")
    except BROKEN as error:
        if "unsupported encryption filter" in str(error):
            return refused("intake.password", "It is encrypted for certain readers; ask for a copy that is not.")
        return refused("intake.damaged", f"It is damaged and cannot be read ({reason(error)}).")


def unusable(data: bytes, source: pikepdf.Pdf, untidy: list[Finding]) -> Intake | None:
    """Why no packet can take the file. What is odd but harmless goes to ``untidy``."""
    try:
        if sanitize.is_dynamic_form(source):
            return refused("intake.xfa", "It is a dynamic form (XFA), which no packet can show; print it to PDF first.")
        if _cut_off(data):
            return refused("intake.damaged", "It is cut off: its last changes are not there in full.")
        problem = bounds.too_many_pages(len(source.pages))
        first = source.get_warnings()
        if any("MediaBox is undefined" in str(warning) for warning in first):
            untidy.append(Finding.warning("intake.page_box", "It has pages without a size; letter size was assumed."))
        warnings = _serious(first)
        if warnings and not problem and _only_its_table(warnings) and _whole(data, source):
            warnings = []
            message = "Its table of objects was wrong and was made anew; nothing is missing."
            untidy.append(Finding.warning("intake.repaired", message))
        if not problem and not warnings:
            problem = bounds.bomb(source)
        if not problem and not warnings:
            warnings = _serious([*source.check_pdf_syntax(), *source.get_warnings()])
            warnings = _without_large_pictures(warnings, source)
            if any(_NO_ROOM in text for text in warnings):
                return refused("intake.limits", "Reading it needs too much memory.")
            if any(finding.code == "intake.repaired" for finding in untidy):
                warnings = [text for text in warnings if not _of_the_table(text)]
    except BROKEN as error:
        return refused("intake.damaged", f"It is damaged: its pages cannot all be read ({reason(error)}).")
    if problem or not warnings:
        return problem
    return refused("intake.damaged", f"It is damaged; reading it would mean to guess ({reason(warnings[0])}).")


def reason(error: object) -> str:
    """The first line of an error, without what means nothing outside this process."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    text = re.sub(r"^(WARNING: )?(stream )?<_io\.BytesIO[^>]*>[^:]*: ", "", text)
    return printable(text)[:120]


def _serious(warnings: Iterable[object]) -> list[str]:
    """The warnings but for those after which nothing has been guessed."""
    return [text for text in map(str, warnings) if not any(phrase in text for phrase in _HARMLESS)]


def _without_large_pictures(warnings: list[str], source: pikepdf.Pdf) -> list[str]:
    """The warnings but for those that qpdf had no room to unpack a JPEG which is whole: an E-size sheet in color."""
    large = {match.groups() for text in warnings if (match := _DECODING.search(text)) and _NO_ROOM in text}
    for number, generation in large:
        picture = source.get_object(int(number), int(generation))
        packing = picture.get(Name.Filter)
        if packing not in (Name.DCTDecode, [Name.DCTDecode]) or not jpegs.whole(picture.read_raw_bytes()):
            return warnings
    return [text for text in warnings if not (large and (_NO_ROOM in text or "will be re-processed" in text))]


def _cut_off(data: bytes) -> bool:
    """Whether objects follow the last end of the file: changes were being added to it, or it was to be shown while it
    was still coming. A reader that goes by that end shows what the file was before.
    """
    end = data.rfind(b"%%EOF")
    return end >= 0 and _DEFINED.search(data, end + 5) is not None


def _only_its_table(warnings: Iterable[str]) -> bool:
    return all(map(_of_the_table, warnings))


def _of_the_table(warning: str) -> bool:
    return any(phrase in warning for phrase in _OF_THE_TABLE) or bool(re.search(r"expected \d+ \d+ obj", warning))


def _whole(data: bytes, source: pikepdf.Pdf) -> bool:
    """Whether a file without a right table of objects lacks nothing: it ends, every object is defined once, whatever is
    referred to is there, and there are as many pages as it says.
    """
    if not data.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF") or b"/ObjStm" in data:
        return False
    bare = _STREAMS.sub(b"", data)
    defined = _DEFINED.findall(bare)
    if not defined or len({number for number, _ in defined}) != len(defined):
        return False
    if not {number for number, _ in _NAMED.findall(bare)} <= {number for number, _ in defined}:
        return False
    pages = source.Root.Pages
    return int(pages.get(Name.Count, -1)) == len(source.pages)
