"""Is what stands on the page what a search finds, a copy has and a voice says? (DOMAIN §7.13, docs/checks.md)

Letters with marks, letters that join or move, and lines from right to left are drawn right long before they are told
right. So they are read back by what all readers of PDFs believe (``rendering.textlayer.reading``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from docservice.checks.examined import PrintedLetter, Sight
from docservice.checks.finding import error
from docservice.finding import Finding
from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT, is_mark, needs_mending
from docservice.rendering.textlayer.reading import Said, TypstLetter
from docservice.rendering.typst_objects import UnreadableError

# Signs that are circles of dots themselves: the circle, and those of the old Cyrillic numerals.
_CIRCLES = re.compile("[\u25cc\u0488\u0489\ua670]")

_SHEETS_KEPT = 32
_Text = tuple[str, str, Any]


def text(sight: Sight) -> Iterator[Finding]:
    """The words of the letter are spelled by its glyphs, in the order of reading, each sign on its letter."""
    rendered = sight.rendered
    if rendered is None or sight.casefile is None:
        return
    sheet = sight.page.root.find(".//*[@data-block='taglines']") if rendered.apart else None
    behind = frozenset() if sheet is None else frozenset(sheet.iter())
    try:
        letter = TypstLetter(rendered.pdf, [page for page in range(rendered.pages) if page not in rendered.apart])
        yield from _read(letter, [text for text in _printed(sight.page.root.iter()) if text[2] not in behind])
        if sheet is not None:
            yield from _read_once(rendered, list(_printed(sheet.iter())))
    except UnreadableError:
        return  # not a page of the letterhead's; ``paper.pdf`` says what is wrong with it


_READ: dict[tuple[bytes, tuple[str, ...]], tuple[Finding, ...]] = {}


def _read_once(rendered: PrintedLetter, printed: list[_Text]) -> tuple[Finding, ...]:
    """What is found of a sheet of languages, which is the same page in letter after letter."""
    key = (rendered.sheet, tuple(written for _, written, _ in printed))
    found = _READ.get(key)
    if found is None:
        while len(_READ) >= _SHEETS_KEPT:
            _READ.pop(next(iter(_READ)))
        found = _READ[key] = tuple(_read(TypstLetter(rendered.pdf, rendered.apart), printed))
    return found


def _read(letter: TypstLetter, printed: list[_Text]) -> Iterator[Finding]:
    wanted = [(place, written) for place, written, _ in printed if needs_mending(written)]
    if not wanted:
        yield from _foreign_marks(letter)
        return
    said = [letter.said(page) for page in range(letter.pages)]
    spelled = _bare("".join(string.text for page in said for string in page))
    aloud = ""
    for place, written in wanted:
        missing = [word for word in _words(written) if _bare(word) not in spelled]
        for word in missing:
            message = f"“{word}” is not in the text of the PDF as it is written: it cannot be searched or read aloud."
            yield error("pdf_text", message, place)
        if not missing and RIGHT_TO_LEFT.search(written):  # alive: from left to right, order is that of drawing
            aloud = aloud or _bare(letter.aloud(said))  # alive: once is enough
            if _bare(written) not in aloud:
                message = f"A voice would read “{_short(written)}” in another order than it is written."
                yield error("pdf_order", message, place)
    yield from _without_a_letter(wanted, said)
    for cluster in sorted({cluster for page in said for string in page for cluster in string.bare}):
        place = next((place for place, written in wanted if cluster in written), "")
        yield error("pdf_letter_missing", f"Of “{cluster}” only the mark is drawn, not the letter.", place)


def _printed(elements: Iterable[Any]) -> Iterator[_Text]:
    """Every text that is printed: the place of the fact that it is, the text, the element that it stands in."""
    for element in elements:
        if element.text:
            yield element.get("data-fact") or "", element.text, element
        if element.tail:
            yield "", element.tail, element.getparent()


def _foreign_marks(letter: TypstLetter) -> Iterator[Finding]:
    """Where no word has marks, no glyph means one: else every such letter of the page would be told with it."""
    for meanings in letter.maps():
        for meaning in meanings.values():
            if not meaning.isascii() and any(  # alive: of ASCII nothing is a mark, which is known sooner so
                map(is_mark, unicodedata.normalize("NFC", meaning))
            ):
                yield error("pdf_text", f"A letter of the PDF is told as “{meaning}”, which the text does not have.")
                return


def _without_a_letter(wanted: list[tuple[str, str]], said: list[list[Said]]) -> Iterator[Finding]:
    """A sign that has no letter to stand on is drawn on a dotted circle, which is not what somebody is called."""
    if any(_CIRCLES.search(written) for _, written in wanted):
        return
    dotted = {cluster for page in said for string in page for cluster in string.dotted}
    for cluster in sorted(dotted):
        place = next((place for place, written in wanted if cluster in written), "")
        shown = " ".join(f"U+{ord(character):04X}" for character in cluster)
        message = f"“{cluster}” ({shown}) has no letter to stand on; it is drawn on a dotted circle."
        yield error("pdf_dotted_circle", message, place)


def _words(written: str) -> list[str]:
    """The words that a plain reading could miss, each once."""
    return [word for word in dict.fromkeys(written.split()) if needs_mending(word)]


@lru_cache(maxsize=4096)
def _kept(character: str) -> bool:
    return unicodedata.category(character)[0] in ("L", "M", "N")


def _bare(written: str) -> str:
    """Letters, marks and digits alone: a PDF places words and does not space them, and one glyph stands for both
    brackets of a pair where lines run from right to left.
    """
    return "".join(filter(_kept, unicodedata.normalize("NFC", unicodedata.normalize("NFKC", written))))


def _short(written: str) -> str:
    return " ".join(written.split())[:60]
