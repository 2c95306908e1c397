"""A letter read back by what every reader of a PDF believes: each glyph's own text, and the order of the tags.

``ActualText`` is not believed: half of the readers do not know it. What is read is what ``mend`` writes or Typst wrote
(``typst_objects``); words outside of their way of writing are not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from docservice.rendering.textlayer import outlines, runs
from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT, needs_mending, said
from docservice.rendering.textlayer.embedded_font import read_map, read_widths
from docservice.rendering.typst_objects import Objects, number_of, numbers_of, unpacked

_KID = re.compile(rb"<<[^>]*>>|\d+ 0 R|\d+")
KIDS = re.compile(rb"/K\[((?:<<[^>]*>>|[\dR ])*)\]")
_WITHIN = re.compile(rb"/S/(?:Span|Strong|Em|Link|Datetime)\b")


@dataclass(frozen=True, slots=True)
class Said:
    """What one string on a page says, in the order of reading.

    ``dotted`` are the texts of glyphs that draw a dotted circle, ``bare`` those of glyphs that tell a letter and take
    no room: a mark was drawn without it.
    """

    mcid: int | None
    text: str
    dotted: tuple[str, ...]
    bare: tuple[str, ...]


@dataclass(frozen=True)
class _Face:
    """A font as far as reading needs it: all of it is read."""

    meanings: Mapping[int, str]
    dotted: frozenset[int]
    widths: Mapping[int, float]
    troubled: bool = True


class _Faces(dict[str, _Face]):
    """Fonts that are read when they are met."""

    def __init__(self, read: Callable[[str], _Face]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, name: str) -> _Face:
        face = self[name] = self._read(name)
        return face


class TypstLetter:
    """Pages (from 0; all of them if nothing is said) of a PDF that Typst wrote, mended or not.

    Raises ``UnreadableError`` for any other.
    """

    def __init__(self, pdf: bytes, pages: Iterable[int] | None = None) -> None:
        self._objects = Objects(pdf)
        every = self._objects.pages()
        self._pages = every if pages is None else [every[page] for page in pages if page < len(every)]

    def maps(self) -> Iterator[Mapping[int, str]]:
        """What the glyphs of each font mean."""
        fonts = {font for page in self._pages for _, font in self._fonts(page)}
        for font in sorted(fonts):
            yield self._meanings(font)

    def said(self, page: int) -> list[Said]:
        """The strings of a page (from 0), in the order in which they are drawn."""
        faces = {}
        for name, font in self._fonts(self._pages[page]):
            meanings = self._meanings(font)
            troubled = any(needs_mending(text) for text in meanings.values())
            dotted = self._dotted(font) if troubled else frozenset[int]()
            faces[name.decode()] = _Face(meanings, dotted, self._widths(font) if troubled else {})
        return [_said(run, faces[run.font]) for run in runs.read(self._drawn(self._pages[page]), faces)]

    def placed(self, page: int, inside: Callable[[float, float], bool]) -> list[tuple[float, float, str]]:
        """The text of a page that begins ``inside``, piece by piece: where (points from the lower left) and what.

        Nothing else of the page is read. ``ActualText`` is believed here: so a letter reads alike before the mend.
        """
        fonts = dict(self._fonts(self._pages[page]))
        drawn = self._drawn(self._pages[page])
        faces = _Faces(lambda name: _Face(self._meanings(fonts[name.encode()]), frozenset(), {}))
        found = runs.read(b"\n".join(runs.blocks(drawn, inside)), faces)
        pieces: dict[int, list[str]] = {id(run): [] for run in found}
        for whole in runs.whole(found):
            pieces[id(whole[0][0])].append(said(whole[0][1].text))
        for run in found:
            if run.reversed or any(map(RIGHT_TO_LEFT.search, pieces[id(run)])):
                pieces[id(run)].reverse()
        return [(run.x, run.y, "".join(pieces[id(run)])) for run in found]

    @property
    def pages(self) -> int:
        return len(self._pages)

    def aloud(self, said: list[list[Said]]) -> str:
        """What a voice reads: the text of ``said``, page for page, by the tags. Blocks are on lines of their own."""
        texts: dict[tuple[int, int], str] = {}
        for page, strings in zip(self._pages, said, strict=True):
            for string in strings:
                if string.mcid is not None:
                    texts[page, string.mcid] = texts.get((page, string.mcid), "") + string.text
        tree = self._objects.body(number_of(b"StructTreeRoot", self._objects.body(self._objects.root)))
        return "".join(piece for number in numbers_of(b"K", tree) for piece in self._read_out(number, texts))

    def _read_out(self, element: int, texts: Mapping[tuple[int, int], str]) -> Iterator[str]:
        body = self._objects.body(element)
        kids = KIDS.search(body)
        own = re.search(rb"/Pg (\d+) 0 R", body)
        for kid in _KID.findall(kids[1]) if kids else ():
            if kid.isdigit():
                yield texts.get((int(own[1]) if own else 0, int(kid)), "")
            elif kid.startswith(b"<<"):
                content = re.search(rb"/MCID (\d+)", kid)
                if content is not None:
                    yield texts.get((number_of(b"Pg", kid), int(content[1])), "")
            else:
                yield from self._read_out(int(kid[:-4]), texts)
        if not _WITHIN.search(body):
            yield "\n"

    def _drawn(self, page: int) -> bytes:
        contents = re.search(rb"/Contents(?:\[([^]]*)\]| (\d+) 0 R)", self._objects.body(page))
        if contents is None:
            return b""
        numbers = re.findall(rb"(\d+) 0 R", contents[1]) if contents[1] else [contents[2]]
        return b"\n".join(unpacked(self._objects.body(int(number))) for number in numbers)

    def _fonts(self, page: int) -> list[tuple[bytes, int]]:
        resources = re.search(rb"/Resources (\d+) 0 R", self._objects.body(page))
        named = re.search(rb"/Font<<(.*?)>>", self._objects.body(int(resources[1]))) if resources else None
        return [(name, int(font)) for name, font in re.findall(rb"/(\w+) (\d+) 0 R", named[1])] if named else []

    def _meanings(self, font: int) -> Mapping[int, str]:
        return _meanings(self._objects.body(number_of(b"ToUnicode", self._objects.body(font))))

    def _widths(self, font: int) -> Mapping[int, float]:
        return read_widths(self._objects.body(numbers_of(b"DescendantFonts", self._objects.body(font))[0]))

    def _dotted(self, font: int) -> frozenset[int]:
        descendant = self._objects.body(numbers_of(b"DescendantFonts", self._objects.body(font))[0])
        descriptor = self._objects.body(number_of(b"FontDescriptor", descendant))
        if b"/FontFile2 " not in descriptor:
            return frozenset()
        return _dotted(self._objects.body(number_of(b"FontFile2", descriptor)))


@lru_cache(maxsize=64)
def _meanings(stream: bytes) -> Mapping[int, str]:
    return read_map(unpacked(stream))[1]


@lru_cache(maxsize=64)
def _dotted(program: bytes) -> frozenset[int]:
    return outlines.dotted_circles(unpacked(program))


def _said(run: runs.GlyphRun, face: _Face) -> Said:
    """The text of a run by its glyphs. Whatever Typst or the mend say besides is passed over."""
    codes = [glyph.code for cluster in run.clusters for glyph in cluster.glyphs]
    texts = [face.meanings.get(code, "") for code in codes]
    right_to_left = any(RIGHT_TO_LEFT.search(text) for text in texts)
    dotted = tuple(text for code, text in zip(codes, texts, strict=True) if code in face.dotted)
    # From right to left a letter may well have no width: the alef of lam-alef stands on the lam.
    placed = face.widths and not right_to_left
    bare = tuple(
        text
        for code, text in zip(codes, texts, strict=True)
        if placed and not face.widths.get(code) and unicodedata.category(text[:1] or " ")[0] == "L"
    )
    return Said(run.mcid, "".join(reversed(texts) if right_to_left else texts), dotted, bare)
