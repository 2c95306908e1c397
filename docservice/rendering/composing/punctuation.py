"""The marks between sentences and facts, as each language writes them.

A wording joins translated sentences and facts with a space, a comma or a point, as English does. Chinese and Japanese
put no space after a full-width mark and use full-width marks of their own, Arabic has its own comma, Armenian, Hindi,
Khmer and Punjabi their own full stop; and in right-to-left text a figure such as 2½ or 8–17 is read from the wrong end
unless it is isolated (UAX #9). Facts in another language are left as they are, and so are lines of an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from docservice.rendering.language import direction

_CLOSED = r"(?:</(?:bdi|time|data|span|strong|em|a)>)"
_TWO_POINTS = re.compile(rf"((?<=\w)\.{_CLOSED}+)\.(?!\.)")

_CHINESE = {",": "，", ".": "。", ";": "；", ":": "："}
_ARABIC = {",": "،", ";": "؛"}
# What stands between two parts of a text, by language: the catalogs' own marks.
_JOINTS = {
    "zh": _CHINESE, "ja": {**_CHINESE, ",": "、"}, "ar": _ARABIC, "fa": _ARABIC, "ur": _ARABIC, "ps": _ARABIC,
    "hi": {".": "।"}, "pa": {".": "।"}, "km": {".": "។"}, "hy": {".": "։"},
}  # fmt: skip
# After an element, or brackets around one, and before a space or the end.
_JOINT = re.compile(r"(\)?)([,.;:])(?= |\n|$)")
_JOINT_AFTER_WORD = re.compile(r"(?<=[^\x00-\x7f])(\))([,.;:])(?= |\n|$)")
_TAG = re.compile(r"(<[^>]*>)")
_LABEL = re.compile(r"[A-Z]{0,3}-?\d{1,3}")
_VOID = ("<br", "<img")
_LANGUAGE = re.compile(r'\slang="([^"]+)"')
_IDEOGRAPH = "[\u3040-\u30ff\u3400-\u9fff]"
_HALF_WIDTH_MARK = re.compile(rf"((?:{_IDEOGRAPH}{_CLOSED}*|</time>))([,.;:]) ")
_SPACE_AFTER_MARK = re.compile(rf"([。，、；：！？）」』]{_CLOSED}*) +")

_LATIN_COMMA = re.compile(rf"([\u0620-\u06ff]{_CLOSED}*|</time>),(?= )")
_FIGURE = re.compile(r"<[^>]*>|\d[\d.,]*(?:[\u00bc-\u00be\u2150-\u215e]|–[\d.,]*\d)")


def tidy(html: str, language: str, *, own_joints: bool = True) -> str:
    """``html`` in ``language`` (BCP 47) with its joints mended; tags and attributes stay as they are.

    Without ``own_joints`` as documents were made before the step ``joints 1`` of their engine.
    """
    # A sentence that ends in "3:30 p.m." or "Builders, Inc." has one point, not two.
    html = _TWO_POINTS.sub(r"\1", html)
    first = language.split("-")[0]
    if own_joints and first in _JOINTS:
        html = _joined(html, language, _JOINTS[first])
    if first in ("zh", "ja"):
        marks = _JOINTS[first] if own_joints else _CHINESE
        html = _HALF_WIDTH_MARK.sub(lambda found: found[1] + marks[found[2]], html)
        return _SPACE_AFTER_MARK.sub(r"\1", html)
    if direction(language) == "rtl":
        return _FIGURE.sub(_isolated, _LATIN_COMMA.sub(r"\1،", html))
    return html


def _joined(html: str, language: str, marks: Mapping[str, str]) -> str:
    """Marks directly after an element as the language writes them, but inside of what is in another one."""
    foreign: list[bool] = []
    pieces: list[str] = []
    closed = ""  # what the element said that has just ended
    for piece in _TAG.split(html):
        if piece.startswith("</"):
            foreign = foreign[:-1]
        elif piece.startswith("<") and not piece.startswith(_VOID):
            lang = _LANGUAGE.search(piece)
            another = (lang is not None and lang[1] != language) or ('dir="ltr"' in piece and "<article" not in piece)
            foreign.append(another or (bool(foreign) and foreign[-1]))
        elif piece and not piece.startswith("<"):
            said, closed = closed, piece
            if not any(foreign[-1:]):
                if pieces and pieces[-1].startswith("</") and _JOINT.match(piece):
                    piece = _JOINT.sub(partial(_as_written, marks, said), piece, count=1)
                piece = _JOINT_AFTER_WORD.sub(partial(_as_written, marks, ""), piece)
        pieces.append(piece)
    return "".join(pieces)


def _as_written(marks: Mapping[str, str], closed: str, found: re.Match[str]) -> str:
    label = _LABEL.fullmatch(closed) is not None  # of an item: T-1. and what it says
    return found[0] if label else found[1] + marks.get(found[2], found[2])


def _isolated(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f"\u2066{found[0]}\u2069"
