"""The marks between sentences and facts, as each language writes them.

A wording joins translated sentences and facts with a space, a comma or a point, as English does. Chinese and Japanese
put no space after a full-width mark and use full-width marks of their own, Arabic has its own comma; and in
right-to-left text a figure such as 2½ or 8–17 is read from the wrong end unless it is isolated (UAX #9). Facts in
another language are left as they are.
"""

from __future__ import annotations

import re

from docservice.rendering.language import direction

_CLOSED = r"(?:</(?:bdi|time|data|span|strong|em|a)>)"
_TWO_POINTS = re.compile(rf"((?<=\w)\.{_CLOSED}+)\.(?!\.)")

_FULL_WIDTH = {",": "，", ".": "。", ";": "；", ":": "："}
_IDEOGRAPH = "[\u3040-\u30ff\u3400-\u9fff]"
_HALF_WIDTH_MARK = re.compile(rf"((?:{_IDEOGRAPH}{_CLOSED}*|</time>))([,.;:]) ")
_SPACE_AFTER_MARK = re.compile(rf"([。，、；：！？）」』]{_CLOSED}*) +")

_LATIN_COMMA = re.compile(rf"([\u0620-\u06ff]{_CLOSED}*|</time>),(?= )")
_FIGURE = re.compile(r"<[^>]*>|\d[\d.,]*(?:[\u00bc-\u00be\u2150-\u215e]|–[\d.,]*\d)")


def tidy(html: str, language: str) -> str:
    """``html`` in ``language`` (BCP 47) with its joints mended; tags and attributes stay as they are."""
    # A sentence that ends in "3:30 p.m." or "Builders, Inc." has one point, not two.
    html = _TWO_POINTS.sub(r"\1", html)
    if language.split("-")[0] in ("zh", "ja"):
        html = _HALF_WIDTH_MARK.sub(lambda found: found[1] + _FULL_WIDTH[found[2]], html)
        return _SPACE_AFTER_MARK.sub(r"\1", html)
    if direction(language) == "rtl":
        return _FIGURE.sub(_isolated, _LATIN_COMMA.sub(r"\1،", html))
    return html


def _isolated(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f"\u2066{found[0]}\u2069"
