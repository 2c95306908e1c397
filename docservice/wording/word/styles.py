"""What the styles and numberings of a Word file mean for wording: headings, lists, quotes.

Names decide, as Word keeps them in English whatever language it speaks ("heading 1", "List Bullet"); then the style
that one is based on; then its outline level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docservice.wording.word.package import Package, W

_HEADING = re.compile(r"heading ([1-9])\Z")
_LIST = re.compile(r"list (bullet|number)(?: ([1-9]))?\Z")
_MEANINGS = {
    "title": "title", "quote": "blockquote", "intense quote": "blockquote", "block text": "blockquote",
    "caption": "caption", "reference": "reference", "address": "address", "envelope address": "address",
    "inside address": "address", "wording bare": "bare", "table header": "table header", "table text": "table text",
    "wording tag": "tag",
}  # fmt: skip
_USUAL = re.compile(r"\s*\(?%\d[.)]?\s*\Z")
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What numbers a paragraph: which list, how deep, ``ul`` or ``ol``."""

    list: str
    level: int
    kind: str
    ordinal: int | None = None  # the number that Word shows; none for a bullet and a list that the file does not define
    looks: str = ""  # how Word writes the number, where that is not “1.” (“a)” inside another list)


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
        self._levels, self._nums, self._overrides = _numberings(package)
        self._counted: dict[str, dict[int, int]] = {}  # by abstract numbering, by level: the number given last
        self._begun: set[tuple[str, int]] = set()

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
        if found is not None and (number == "0" or (number == "" and named is None)):
            return None  # 0 takes away what the style gives
        level = count(_value(found, "ilvl"), 8) if found is not None else 0
        if named is not None and level == 0 and named[2]:
            level = max(count(named[2], 9) - 1, 0)
        known = self._levels.get((self._nums.get(number, ""), level))
        format = known.format if known else "bullet" if named is not None and named[1] == "bullet" else "decimal"
        kind = "ul" if format in ("bullet", "none") else "ol"
        ordinal = self._next(number, level, known) if known is not None else None
        looks = known.looks(level) if known is not None and kind == "ol" else ""
        name = number or (named[0].split(" ")[1] if named else "")
        return Numbering(name, min(level, 8), kind, ordinal if kind == "ol" else None, looks)

    def _next(self, number: str, level: int, known: _Level) -> int:
        """The number of the next paragraph of a list: lists of one abstract numbering go on, unless they begin anew."""
        counted = self._counted.setdefault(self._nums[number], {})
        if (number, level) not in self._begun:
            self._begun.add((number, level))
            anew = self._overrides.get((number, level))
            if anew is not None:
                counted[level] = anew - 1
        counted[level] = counted.get(level, known.start - 1) + 1
        for deeper in [one for one in counted if one > level]:
            below = self._levels.get((self._nums[number], deeper))
            # Begins anew below each item above it, unless it says below which (w:lvlRestart; 0 is none).
            if below is None or below.restart is None or level < below.restart:
                del counted[deeper]
        return counted[level]

    def is_numbered(self, properties: Any | None, style: str | None) -> bool:
        """Whether Word shows a number before a paragraph, whatever the paragraph is."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        holders = [own] if own is not None else [e.find(f"{W}pPr/{W}numPr") for _, e in self._chain(style)]
        found = next((one for one in holders if one is not None), None)
        return found is not None and _value(found, "numId") not in ("", "0")

    def emphasis(self, properties: Any | None) -> tuple[bool, bool, str]:
        """Whether a run's own properties make it bold and italic, and the name of its character style."""
        if properties is None:
            return False, False, ""
        style = _value(properties, "rStyle")
        names = [name for name, _ in self._chain(style)] if style else []
        twin = "Cs" if _on(properties, "rtl") else ""  # right-to-left text heeds bCs and iCs
        bold = _on(properties, f"b{twin}")
        italic = _on(properties, f"i{twin}")
        if bold is None:
            bold = "strong" in names or "intense emphasis" in names
        if italic is None:
            italic = "emphasis" in names or "subtle emphasis" in names
        return bold, italic, names[0] if names else ""

    def shift(self, properties: Any | None, paragraph_style: str) -> str:
        """``sup`` or ``sub`` for a run that is raised or lowered, by itself or by its styles; empty for any other."""
        for holder in self._holders(properties, paragraph_style):
            aligned = _value(holder, "vertAlign")
            if aligned:
                return {"superscript": "sup", "subscript": "sub"}.get(aligned, "")
            moved = _value(holder, "position")  # half points, as LibreOffice writes what was raised by hand
            if moved.removeprefix("-").isdecimal() and int(moved) != 0:
                return "sup" if int(moved) > 0 else "sub"
        return ""

    def sets(self, properties: Any | None, paragraph_style: str, *names: str) -> bool:
        """Whether a run has one of these properties (``strike``, ``vanish``), by itself or by its styles."""
        for holder in self._holders(properties, paragraph_style):
            said = [on for name in names if (on := _on(holder, name)) is not None]
            if said:
                return any(said)
        return False

    def _holders(self, properties: Any | None, paragraph_style: str) -> Iterator[Any]:
        """The properties that decide how a run is set, the nearest first."""
        if properties is not None:
            yield properties
        style = _value(properties, "rStyle") if properties is not None else ""
        for _, element in (*self._chain(style), *self._chain(paragraph_style or self._default)):
            found = element.find(f"{W}rPr")
            if found is not None:
                yield found

    def table_sets(self, style: str, *names: str) -> bool:
        """Whether a table style sets one of these (``strike``, ``vanish``), for the whole table or a part of it."""
        return any(
            _on(part, name)
            for _, element in self._chain(style)
            for part in element.iter(f"{W}rPr")
            for name in names
        )  # fmt: skip

    def sets_first_column(self, style: str) -> bool:
        """Whether a table style sets the first column otherwise than the rest."""
        return any(
            part.get(f"{W}type") == "firstCol" and len(part)
            for _, element in self._chain(style)
            for part in element.iter(f"{W}tblStylePr")
        )

    def _chain(self, style: str | None) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        while style and style in self._styles and len(found) < 12:
            element = self._styles[style]
            found.append((_value(element, "name").lower(), element))
            style = _value(element, "basedOn")
        return found


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a numbering: its format, where it starts, and how the number is written (``%1.``)."""

    format: str
    start: int
    text: str
    restart: int | None = None

    def looks(self, level: int) -> str:
        """What is lost of the number when it is written as the letterhead does."""
        usual = self.format == "decimal" or (level > 0 and self.format == "lowerLetter")
        return "" if usual and _USUAL.match(self.text) else f"{self.text} ({self.format})"


def _numberings(
    package: Package,
) -> tuple[dict[tuple[str, int], _Level], dict[str, str], dict[tuple[str, int], int]]:
    """The levels of each abstract numbering, the abstract numbering of each list, and where a list begins anew."""
    levels: dict[tuple[str, int], _Level] = {}
    nums: dict[str, str] = {}
    overrides: dict[tuple[str, int], int] = {}
    root = package.xml(package.beside("numbering"))
    if root is None:
        return levels, nums, overrides
    for abstract in root.iter(f"{W}abstractNum"):
        for level in abstract.iter(f"{W}lvl"):
            depth = count(level.get(f"{W}ilvl"), 9)
            levels[abstract.get(f"{W}abstractNumId") or "", depth] = _level_of(level)
    for num in root.iter(f"{W}num"):
        number = num.get(f"{W}numId") or ""
        nums[number] = _value(num, "abstractNumId")
        for override in num.iter(f"{W}lvlOverride"):
            depth = count(override.get(f"{W}ilvl"), 9)
            written = override.find(f"{W}lvl")
            if written is not None:  # a level of its own
                nums[number] = _own(nums[number], number, depth, _level_of(written), levels)
            anew = _value(override, "startOverride")
            if anew:
                overrides[number, depth] = count(anew, 32767, 1)
    return levels, nums, overrides


def _own(
    abstract: str, number: str, depth: int, level: _Level, levels: dict[tuple[str, int], _Level]
) -> str:  # fmt: skip
    """A numbering of a list's own: the abstract one with one level written otherwise."""
    name = f"{abstract}/{number}"
    for (other, at), known in list(levels.items()):
        if other == abstract:
            levels.setdefault((name, at), known)
    levels[name, depth] = level
    return name


def _level_of(element: Any) -> _Level:
    restart = _value(element, "lvlRestart")
    return _Level(
        _value(element, "numFmt") or "decimal", count(_value(element, "start"), 32767, 1), _value(element, "lvlText"),
        count(restart, 9) if restart else None,
    )  # fmt: skip


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
