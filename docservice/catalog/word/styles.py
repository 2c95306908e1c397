"""What the styles and numberings of a Word file mean for wording: headings, lists, quotes.

Names decide, as Word keeps them in English whatever language it speaks ("heading 1", "List Bullet"); then the style
that one is based on; then its outline level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docservice.catalog.word.package import Package, W

_HEADING = re.compile(r"heading ([1-9])\Z")
_LIST = re.compile(r"list (bullet|number)(?: ([1-9]))?\Z")
_MEANINGS = {
    "title": "title", "quote": "blockquote", "intense quote": "blockquote", "block text": "blockquote",
    "caption": "caption", "reference": "reference", "address": "address", "envelope address": "address",
    "inside address": "address", "wording bare": "bare", "table header": "table header", "table text": "table text",
    "wording tag": "tag",
}  # fmt: skip
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What numbers a paragraph: which list, how deep, ``ul`` or ``ol``."""

    list: str
    level: int
    kind: str


class Styles:
    """The styles and numberings of one file."""

    def __init__(self, package: Package) -> None:
        self._styles: dict[str, Any] = {}
        self._default = ""
        root = package.xml(package.beside("styles"))
        for style in root.iter(f"{W}style") if root is not None else ():
            self._styles[style.get(f"{W}styleId") or ""] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._default = style.get(f"{W}styleId") or ""
        self._formats, self._nums = _numberings(package)

    def meaning(self, style: str | None) -> str:
        """What a paragraph style is to a wording: ``h1`` …, ``title``, ``blockquote``, ``toc``; ``p`` for any other."""
        for name, element in self._chain(style or self._default):
            if name in _MEANINGS:
                return _MEANINGS[name]
            if heading := _HEADING.match(name):
                return f"h{heading[1]}"
            if name.startswith("toc ") or name == "toc heading":
                return "toc"
            level = element.find(f"{W}pPr/{W}outlineLvl")
            if level is not None and (depth := count(level.get(f"{W}val"), 9, 9)) < 9:
                return f"h{depth + 1}"
        return "p"

    def numbering(self, properties: Any | None, style: str | None) -> Numbering | None:
        """The list that a paragraph with these properties and style is an item of."""
        found = properties.find(f"{W}numPr") if properties is not None else None
        named = next((m for name, _ in self._chain(style) if (m := _LIST.match(name))), None)
        if found is None:
            inherited = (e.find(f"{W}pPr/{W}numPr") for _, e in self._chain(style))
            found = next((one for one in inherited if one is not None), None)
            if found is not None and named is None and self.meaning(style) != "p":
                return None  # numbered headings are headings
        if found is None and named is None:
            return None
        number = _value(found, "numId") if found is not None else ""
        if found is not None and number in ("", "0") and named is None:
            return None
        level = count(_value(found, "ilvl"), 8) if found is not None else 0
        if named is not None and level == 0 and named[2]:
            level = max(count(named[2], 9) - 1, 0)
        format = self._formats.get((self._nums.get(number, ""), level))
        if format is None:
            format = "bullet" if named is not None and named[1] == "bullet" else "decimal"
        kind = "ul" if format in ("bullet", "none") else "ol"
        return Numbering(number or (named[0].split(" ")[1] if named else ""), min(level, 8), kind)

    def emphasis(self, properties: Any | None) -> tuple[bool, bool, str]:
        """Whether a run's own properties make it bold and italic, and the name of its character style."""
        if properties is None:
            return False, False, ""
        style = _value(properties, "rStyle")
        names = [name for name, _ in self._chain(style)] if style else []
        bold = _on(properties, "b")
        italic = _on(properties, "i")
        if bold is None:
            bold = "strong" in names or "intense emphasis" in names
        if italic is None:
            italic = "emphasis" in names or "subtle emphasis" in names
        return bold, italic, names[0] if names else ""

    def _chain(self, style: str | None) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        while style and style in self._styles and len(found) < 12:
            element = self._styles[style]
            found.append((_value(element, "name").lower(), element))
            style = _value(element, "basedOn")
        return found


def _numberings(package: Package) -> tuple[dict[tuple[str, int], str], dict[str, str]]:
    formats: dict[tuple[str, int], str] = {}
    nums: dict[str, str] = {}
    root = package.xml(package.beside("numbering"))
    if root is None:
        return formats, nums
    for abstract in root.iter(f"{W}abstractNum"):
        for level in abstract.iter(f"{W}lvl"):
            depth = count(level.get(f"{W}ilvl"), 9)
            formats[abstract.get(f"{W}abstractNumId") or "", depth] = _value(level, "numFmt") or "decimal"
    for num in root.iter(f"{W}num"):
        nums[num.get(f"{W}numId") or ""] = _value(num, "abstractNumId")
    return formats, nums


def count(text: str | None, most: int, otherwise: int = 0) -> int:
    """A number as a file gives it, of at most ``most``; ``otherwise`` when it is none."""
    digits = (text or "").strip()
    return min(int(digits[:9]), most) if digits.isascii() and digits.isdigit() else otherwise


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}{name}")
    return (found.get(f"{W}val") or "") if found is not None else ""


def _on(properties: Any, name: str) -> bool | None:
    found = properties.find(f"{W}{name}")
    return None if found is None else (found.get(f"{W}val") or "1").lower() not in _OFF
