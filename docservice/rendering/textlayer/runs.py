"""The runs of text on a page, read from the content stream that Typst wrote.

Typst draws text in one way: a block ``q 1 0 0 -1 x y cm … BT … ET Q`` for each run of one font, inside the marked
content that its tag owns, and in it one string for each stretch of glyphs whose text needs the same explanation
(``ActualText``; ``ReversedChars`` where text runs from right to left). Anything drawn in another way, such as the
turned draft mark, is no run and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

# Brackets that pair inside of a string stand there bare, in one another as well.
_INSIDE = rb"(?:[^()\\]|\\.)*"
for _ in range(4):
    _INSIDE = rb"(?:[^()\\]|\\.|\(%b\))*" % _INSIDE
_STRING = rb"\(%b\)|<[0-9A-Fa-f]*>" % _INSIDE
_NUMBER = rb"-?[\d.]+"
_TAG = re.compile(rb"/MCID (?P<mcid>\d+)[^<>]*>>\s*BDC|/Artifact\b")
_PLACE = re.compile(rb"q 1 0 0 -1 (?P<x>%b) (?P<y>%b) cm" % (_NUMBER, _NUMBER))
_HEAD = re.compile(rb"%b(?P<paint>[^()<>]{0,200})" % _PLACE.pattern)
_SHORT = 80  # bytes: the text of a block with a character or two
_START, _END = b"\nBT", b"\nET\nQ"  # of the text in a block; strings have no bare line ends
_SHOW = re.compile(
    rb"\s*(?:/Span<</ActualText\s*(?P<said>%b)>>\s*BDC\s*)?(?P<reversed>/ReversedChars BMC\s*)?"
    rb"0 Tr/(?P<font>\w+) (?P<size>[\d.]+) Tf 1 0 0 -1 (?P<x>%b) 0 Tm\s*"
    rb"(?:\[(?P<array>(?:%b|[-\d. \n]+)*)\]\s*TJ|(?P<string>%b)\s*Tj)(?P<ends>(?:\s*EMC)*)"
    % (_STRING, _NUMBER, _STRING, _STRING),
    re.DOTALL,
)
_ITEM = re.compile(rb"(?P<string>%b)|%b" % (_STRING, _NUMBER), re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class RunFont(Protocol):
    """What reading needs of an embedded font."""

    @property
    def meanings(self) -> Mapping[int, str]: ...
    @property
    def widths(self) -> Mapping[int, float]: ...
    @property
    def troubled(self) -> bool: ...


@dataclass(slots=True)
class Glyph:
    """One glyph as it is drawn: its code, how far from the run's origin, in thousandths of the size, how high."""

    code: int
    x: float
    rise: float = 0.0


@dataclass(slots=True)
class Cluster:
    """Glyphs that together stand for one text, as the shaper made them of it."""

    text: str
    glyphs: list[Glyph]


@dataclass(slots=True)
class GlyphRun:
    """One block of text: where it lies in the stream, where on the page, and its glyphs with their text."""

    start: int
    end: int
    x: float
    y: float
    mcid: int | None
    paint: bytes
    font: str
    size: float
    reversed: bool
    pieces: int
    clusters: list[Cluster] = field(repr=False)
    width: float

    @property
    def text(self) -> str:
        return "".join(cluster.text for cluster in self.clusters)


def blocks(content: bytes, inside: Callable[[float, float], bool]) -> Iterator[bytes]:
    """What draws the runs that begin ``inside``, out of the content of a page."""
    for place in _PLACE.finditer(content):
        if inside(float(place["x"]), float(place["y"])):
            start = content.find(_START, place.end())
            end = content.find(_END, start)
            if 0 <= start < end and b"\nQ" not in content[place.end() : start]:  # else it draws something else
                yield content[place.start() : end + len(_END)]


def read(content: bytes, faces: Mapping[str, RunFont]) -> list[GlyphRun]:
    """The runs of a page in the order in which they are drawn. ``faces`` are its fonts by resource name.

    Runs that are not written in Typst's way, in the whole or in part, are left out; so are those of faces without
    trouble, but for single characters, on a page that runs from left to right.
    """
    runs = []
    names = [name.encode() for name, face in faces.items() if not face.troubled]
    passed = re.compile(rb" ?0 Tr/(?:%b) " % b"|".join(names)) if names and b"/ReversedChars" not in content else None
    mcid: int | None = None
    at = 0
    while (end := content.find(_END, at)) >= 0:
        start = content.rfind(_START, at, end)
        opening = content.rfind(b"q 1 0 0 -1 ", at, start)
        if b"BDC" in content[at : max(at, opening)]:
            for tag in _TAG.finditer(content, at, opening):
                mcid = None if tag["mcid"] is None else int(tag["mcid"])
        head = _HEAD.fullmatch(content, opening, start) if at <= opening < start else None
        at = end + len(_END)
        easy = passed and end - start > _SHORT and passed.match(content, start + len(_START))
        if head is not None and not (easy and content.find(b"/ActualText", start, end) < 0):
            run = _run(head, content[start + len(_START) : end], at, mcid, faces)
            if run is not None:
                runs.append(run)
    return runs


def _run(
    head: re.Match[bytes], text: bytes, end: int, mcid: int | None, faces: Mapping[str, RunFont]
) -> GlyphRun | None:
    clusters: list[Cluster] = []
    font, size, right_to_left = b"", b"", False
    at, pieces, pen = 0, 0, 0.0
    while at < len(text):
        show = _SHOW.match(text, at)
        if show is None or (font and (show["font"], show["size"]) != (font, size)):
            return None
        font, size = show["font"], show["size"]
        right_to_left = right_to_left or show["reversed"] is not None
        explained = show["said"]
        if show["ends"].count(b"EMC") != (explained is not None) + (show["reversed"] is not None):
            return None
        face = faces[font.decode()]
        start = float(show["x"]) / float(size) * 1000
        glyphs, pen = _glyphs(show["array"] if show["string"] is None else show["string"], start, face)
        if explained is None:
            meanings = face.meanings
            clusters += [Cluster(meanings.get(glyph.code, ""), [glyph]) for glyph in glyphs]
        elif glyphs:
            clusters.append(Cluster(_text(explained), glyphs))
        at = show.end()
        pieces += 1
    if not clusters:
        return None
    return GlyphRun(
        head.start(), end, float(head["x"]), float(head["y"]), mcid, head["paint"], font.decode(), float(size),
        right_to_left, pieces, clusters, pen,
    )  # fmt: skip


def _glyphs(shown: bytes, pen: float, face: RunFont) -> tuple[list[Glyph], float]:
    """The glyphs of the operand of ``Tj`` or ``TJ``, from where the pen is, and where it is afterwards."""
    glyphs = []
    widths = face.widths
    for item in _ITEM.finditer(shown):
        string = item["string"]
        if string is None:
            pen -= float(item[0])
        else:
            for code in _codes(string):
                glyphs.append(Glyph(code, pen))
                pen += widths.get(code, 0.0)
    return glyphs, pen


@lru_cache(maxsize=1024)
def _codes(string: bytes) -> tuple[int, ...]:
    """The glyph codes of a string: two bytes each."""
    data = _bytes(string)
    return tuple(high << 8 | low for high, low in zip(data[::2], data[1::2], strict=False))


@lru_cache(maxsize=1024)
def _text(string: bytes) -> str:
    data = _bytes(string)
    return data[2:].decode("utf-16-be") if data[:2] == b"\xfe\xff" else data.decode("latin-1")


def _bytes(string: bytes) -> bytes:
    if string[:1] == b"<":
        return bytes.fromhex(string[1:-1].decode())
    return _ESCAPE.sub(_unescaped, string[1:-1].replace(b"\\000", b"\0"))


def _unescaped(escape: re.Match[bytes]) -> bytes:
    given = escape[1]
    return bytes([int(given, 8) & 255]) if given[:1] in b"01234567" else _ESCAPED.get(given, given)


def whole(runs: list[GlyphRun]) -> Iterator[list[tuple[GlyphRun, Cluster]]]:
    """The clusters of consecutive runs, those put together that Typst drew in several pieces.

    Where a glyph is raised, Typst ends the run, and each piece then tells the whole cluster's text. What comes out is
    the pieces of one cluster each time, with their runs.
    """
    pieces = [(run, cluster) for run in runs for cluster in run.clusters]
    texts = [cluster.text for _, cluster in pieces]
    texts.append("")
    at = 0
    while at < len(pieces):
        end = at + 1
        text = texts[at]
        if text == texts[end] and (len(text) > 1 or not text.isascii()):
            while end < len(pieces) and _goes_on(pieces[end - 1], pieces[end]):
                end += 1
        if end - at > 1 and pieces[end - 1][0] is not pieces[at][0]:
            yield from _repeats(pieces[at:end])
        else:
            yield from ([piece] for piece in pieces[at:end])
        at = end


def _goes_on(piece: tuple[GlyphRun, Cluster], then: tuple[GlyphRun, Cluster]) -> bool:
    run, cluster = piece
    later, follower = then
    if cluster.text != follower.text:
        return False
    if run is later:
        return True
    same = (run.font, run.size, run.paint) == (later.font, later.size, later.paint)
    across = abs(later.x - run.x + (follower.glyphs[0].x - cluster.glyphs[-1].x) * run.size / 1000)
    return same and abs(later.y - run.y) < run.size and across < 3 * run.size


def _repeats(pieces: list[tuple[GlyphRun, Cluster]]) -> Iterator[list[tuple[GlyphRun, Cluster]]]:
    """Pieces of one text, as often as the text stands there: the shortest series of glyphs that the rest repeats."""
    drawn = [tuple(glyph.code for glyph in cluster.glyphs) for _, cluster in pieces]
    count = len(drawn)
    for period in range(1, count // 2 + 1):
        if count % period == 0 and drawn == drawn[:period] * (count // period):
            for at in range(0, count, period):
                yield pieces[at : at + period]
            return
    yield pieces
