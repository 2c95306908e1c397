"""What a voice reads in a PDF: the text of its tag tree, element by element, in the order of the tree."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from docservice.rendering.textlayer import characters

INLINE = frozenset({"Span", "Strong", "Em", "Link", "Sub", "Reference"})
_LEFT_TO_RIGHT = re.compile(r"([0-9A-Za-z](?:[\0.,:/$%&@#'() -]*[0-9A-Za-z])*)")
_HEX = re.compile(r"<([0-9A-Fa-f]+)>")


@dataclass(slots=True)
class Element:
    """A tag (``S`` without its slash; "" for the root): ``kids`` are elements and pieces of text, in order."""

    role: str
    kids: list[Element | str] = field(default_factory=list)

    def text(self) -> str:
        """All that it says; where an element that is not inline ends, a line ends."""
        said = ""
        for kid in self.kids:
            if isinstance(kid, str):
                said += kid
            else:
                said += kid.text() + ("" if kid.role in INLINE else "\n")
        return said

    def all(self) -> Iterator[Element]:
        """It and all in it, in order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.all()


def read(pdf: bytes) -> Element:
    """The tag tree. Glyphs say what their fonts' ToUnicode says; what is drawn backwards is turned around."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        texts = [_by_content(sheet) for sheet in document.pages]
        places = {sheet.obj.objgen: at for at, sheet in enumerate(document.pages)}

        def element(tag: pikepdf.Object, sheet: int) -> Element:
            made = Element(str(tag.get("/S", "/"))[1:])
            if "/Pg" in tag:
                sheet = places[tag.Pg.objgen]
            if "/ActualText" in tag:
                made.kids.append(str(tag.ActualText))
                return made
            kids = tag.get("/K", [])
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, int):
                    made.kids.append(texts[sheet].get(kid, ""))
                elif kid.get("/Type") == "/MCR":
                    made.kids.append(texts[places[kid.Pg.objgen] if "/Pg" in kid else sheet].get(int(kid.MCID), ""))
                elif "/S" in kid:
                    made.kids.append(element(kid, sheet))
            return made

        return element(document.Root.StructTreeRoot, 0)


def spoken(pdf: bytes) -> str:
    """The words in the order of the tag tree."""
    return read(pdf).text()


def _by_content(sheet: pikepdf.Page) -> dict[int, str]:
    """The text of each marked content."""
    maps = {name: _meanings(font) for name, font in sheet.resources.get("/Font", {}).items()}
    found: dict[int, str] = {}
    stack: list[tuple[int | None, bool]] = []  # the content that is open, and whether its text is said already
    current: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(sheet):
        match str(operator):
            case "BDC" | "BMC":
                own, said = stack[-1] if stack else (None, False)
                properties = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
                own = int(properties["/MCID"]) if "/MCID" in properties else own
                if "/ActualText" in properties and own is not None and not said:
                    found[own] = found.get(own, "") + str(properties["/ActualText"])
                    said = True
                stack.append((own, said))
            case "EMC":
                stack.pop()
            case "Tf":
                current = maps[str(operands[0])]
            case "Tj" | "TJ":
                own, said = stack[-1] if stack else (None, False)
                if own is None or said:
                    continue
                strings = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                codes = b"".join(bytes(piece) for piece in strings if isinstance(piece, pikepdf.String))
                letters = [current.get(a << 8 | b, "") for a, b in zip(codes[::2], codes[1::2], strict=True)]
                found[own] = found.get(own, "") + _in_reading_order(letters)
    return found


def _in_reading_order(letters: list[str]) -> str:
    """What one string draws: from right to left where it has such letters, but for numbers and Latin words."""
    if not any(characters.RIGHT_TO_LEFT.search(letter) for letter in letters):
        return "".join(letters)
    runs = _LEFT_TO_RIGHT.split("\0".join(reversed(letters)))
    return "".join("".join(run.split("\0")[::-1]) if at % 2 else run.replace("\0", "") for at, run in enumerate(runs))


def _meanings(font: pikepdf.Object) -> dict[int, str]:
    """What the codes of a composite font mean, by its ToUnicode."""
    meanings: dict[int, str] = {}
    if "/ToUnicode" not in font:
        return meanings
    table = font.ToUnicode.read_bytes().decode("latin-1")
    for kind, entries in re.findall(r"beginbf(char|range)(.*?)endbf", table, re.DOTALL):
        if kind == "char":
            codes = _HEX.findall(entries)
            for code, text in zip(codes[::2], codes[1::2], strict=True):
                meanings[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
            continue
        for first, last, listed, text in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:\[(.*?)\]|<([0-9A-Fa-f]+)>)", entries, re.DOTALL
        ):
            start = int(first, 16)
            if listed:
                for at, each in enumerate(_HEX.findall(listed)):
                    meanings[start + at] = bytes.fromhex(each).decode("utf-16-be")
                continue
            begun = bytes.fromhex(text).decode("utf-16-be")
            for at in range(int(last, 16) - start + 1):
                meanings[start + at] = begun[:-1] + chr(ord(begun[-1]) + at)
    return meanings
