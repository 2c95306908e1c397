"""What of a letter shows through the window of its envelope, read on the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from docservice.rendering.textlayer.reading import TypstLetter
from docservice.rendering.typst_objects import UnreadableError
from docservice.town.pack import Box

_INCH = 72
_HEIGHT = 11 * _INCH  # US Letter
# Points. The last line may stand on the lower edge; lines stand further apart than letters are raised.
_TOLERANCE, _RAISED = 4.0, 3.0


def window_lines(pdf: bytes, window: Box) -> tuple[str, ...]:
    """The lines of text in the window of a letter's first page; of a letter by Typst, at issue or on record.

    None at all where it is not written in Typst's way.
    """
    left, right = (float(edge) * _INCH for edge in (window.left, window.right))
    low, high = (_HEIGHT - float(edge) * _INCH for edge in (window.bottom, window.top))

    def inside(x: float, y: float) -> bool:
        return left - 1 <= x <= right and low - _TOLERANCE <= y <= high

    try:
        pieces = TypstLetter(pdf, [0]).placed(0, inside)
    except UnreadableError:
        return ()
    lines: list[tuple[float, list[tuple[float, str]]]] = []
    for x, y, text in sorted(pieces, key=lambda piece: -piece[1]):
        if not lines or lines[-1][0] - y > _RAISED:
            lines.append((y, []))
        lines[-1][1].append((x, text))
    read = (" ".join("".join(text for _, text in sorted(line)).split()) for _, line in lines)
    return tuple(filter(None, read))


def not_shown(lines: Sequence[str], shown: Sequence[str]) -> tuple[int, ...]:
    """Places of those of ``lines`` with a word that is not among what a window ``shown``; capitals do not matter.

    By words, since a long line is broken in the window, and a reader gives text from right to left in another order.
    """
    known = {word for one in shown for word in _words(one)}
    return tuple(place for place, line in enumerate(lines) if not known.issuperset(_words(line)))


def _words(text: str) -> list[str]:
    """Letters with their marks, and figures; what stands between them parts words."""
    even = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in even).split()
