"""The tags of words that run from right to left, in the order in which they are read.

Typst draws a line piece by piece in reading order, but cuts a piece at every change of font and draws those parts from
left to right. Each part is marked content of its own, so that the tag (``/K`` of a structure element, ISO 32000-1,
14.7.2) lists the words of an Arabic line backwards, and a voice reads them so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import bidirectional

from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT
from docservice.rendering.textlayer.runs import GlyphRun
from docservice.rendering.typst_objects import Objects, number_of

_INLINE = re.compile(rb"/S/(?:Span|Strong|Em|Link|Datetime|Quote|Code|Lbl|Reference|Sub)\b")
_LANGUAGE = re.compile(rb"/Lang\((?P<tag>[A-Za-z]+)")
_KID = re.compile(rb"<<[^>]*>>|\d+ 0 R|\d+")
_RIGHT_TO_LEFT_LANGUAGES = frozenset({b"ar", b"fa", b"he", b"ur", b"ps", b"sd", b"ug", b"ckb", b"yi", b"dv"})
_NEAR = 0.15  # of the size: how far the parts of one piece may stand from each other


class LetterTags:
    """The structure tree of a file that Typst wrote, as far as the order of words is concerned."""

    def __init__(self, file: Objects) -> None:
        self._file = file
        catalog = file.body(file.root)
        self._root = number_of(b"StructTreeRoot", catalog)
        nums = re.search(rb"/ParentTree<</Nums\[(.*?)\]", file.body(self._root))
        self._parents = {int(key): int(row) for key, row in re.findall(rb"(\d+) (\d+) 0 R", nums[1])} if nums else {}
        language = _LANGUAGE.search(catalog)
        self._language = language["tag"] if language else b"en"

    def owners(self, page: int) -> dict[int | None, int]:
        """Marked content of a page → the number of the element that it belongs to."""
        key = re.search(rb"/StructParents (\d+)", self._file.body(page))
        if key is None or int(key[1]) not in self._parents:
            return {}
        listed = re.findall(rb"(\d+) 0 R|null", self._file.body(self._parents[int(key[1])]))
        return {mcid: int(number) for mcid, number in enumerate(listed) if number}

    def put_in_order(self, page: int, runs: list[GlyphRun], owners: Mapping[int | None, int]) -> list[list[GlyphRun]]:
        """Turn around, in the elements of a page, what is listed from left to right and read the other way.

        Gives the runs that are not drawn in the order of reading, in that order.
        """
        misplaced = list(self._misplaced(runs, owners))
        for part in misplaced:
            wanted = {run.mcid: place for place, run in enumerate(part)}
            for element in sorted({number for run in part for number in self._line_of(owners[run.mcid])}):
                self._sort(element, page, wanted)
        return misplaced

    def _misplaced(self, runs: list[GlyphRun], owners: Mapping[int | None, int]) -> Iterator[list[GlyphRun]]:
        """Runs that are drawn after each other in another order than they are read in: in the order of reading."""
        before: list[GlyphRun] = []
        for piece in self._pieces(runs, owners):
            # The space that ends a line of Latin words stands at its left edge there, and is drawn first.
            if len(before) == 1 and before[0].text.isspace() and abs(before[0].x - piece[0].x) < _NEAR:
                yield [*piece, *before]
            before = piece
            if not any(map(is_right_to_left, piece)):
                continue
            block = self._line_of(owners[piece[0].mcid])[-1]
            if not self._reads_from_right(block) or any(map(has_latin, piece)):
                piece = self._between(piece, owners)
            for part in _apart(piece):
                if len({run.mcid for run in part}) > 1:
                    yield part[::-1]

    def _between(self, piece: list[GlyphRun], owners: Mapping[int | None, int]) -> list[GlyphRun]:
        """From the first to the last run that is certainly read from right to left."""
        certain = [at for at, run in enumerate(piece) if is_right_to_left(run) or self._is_embedded(owners[run.mcid])]
        return piece[certain[0] : certain[-1] + 1]

    def _pieces(self, runs: list[GlyphRun], owners: Mapping[int | None, int]) -> Iterator[list[GlyphRun]]:
        piece: list[GlyphRun] = []
        for run in runs:
            if run.mcid not in owners:
                continue
            if piece and not self._follows(piece[-1], run, owners):
                yield piece
                piece = []
            piece.append(run)
        if piece:
            yield piece

    def _follows(self, run: GlyphRun, then: GlyphRun, owners: Mapping[int | None, int]) -> bool:
        end = run.x + run.width * run.size / 1000
        level = abs(run.y - then.y) < 0.5 * run.size
        near = abs(then.x - end) < _NEAR * run.size
        return level and near and self._line_of(owners[run.mcid])[-1] == self._line_of(owners[then.mcid])[-1]

    def _line_of(self, element: int) -> list[int]:
        """The element and those around it, up to the block that holds the line."""
        chain = [element]
        while _INLINE.search(body := self._file.body(chain[-1])) and len(chain) < 20:
            parent = number_of(b"P", body)
            if parent == self._root:
                break
            chain.append(parent)
        return chain

    def _reads_from_right(self, element: int) -> bool:
        number: int | None = element
        while number is not None and number != self._root:
            body = self._file.body(number)
            language = _LANGUAGE.search(body)
            if language is not None:
                return language["tag"] in _RIGHT_TO_LEFT_LANGUAGES
            number = number_of(b"P", body)
        return self._language in _RIGHT_TO_LEFT_LANGUAGES

    def _is_embedded(self, element: int) -> bool:
        """Whether the element is words of such a language inside of a line."""
        languages = (_LANGUAGE.search(self._file.body(number)) for number in self._line_of(element)[:-1])
        return any(found is not None and found["tag"] in _RIGHT_TO_LEFT_LANGUAGES for found in languages)

    def _sort(self, element: int, page: int, wanted: Mapping[int | None, int]) -> None:
        body = self._file.body(element)
        kids = re.search(rb"/K\[((?:<<[^>]*>>|[\dR ])*)\]", body)
        if kids is None:
            return
        listed = _KID.findall(kids[1])
        own = re.search(rb"/Pg (\d+) 0 R", body)
        places: dict[int, int] = {}
        for at, kid in enumerate(listed):
            place = self._place(kid, page, wanted, own is not None and int(own[1]) == page)
            if place is not None:
                places[at] = place
        turned = [listed[at] for at in sorted(places, key=places.__getitem__)]
        if turned == [listed[at] for at in places]:
            return
        for at, kid in zip(places, turned, strict=True):
            listed[at] = kid
        self._file.change(element, body[: kids.start(1)] + b" ".join(listed) + body[kids.end(1) :])

    def _place(self, kid: bytes, page: int, wanted: Mapping[int | None, int], same_page: bool) -> int | None:
        """Where a kid of an element belongs among the ``wanted``; None for one that begins elsewhere."""
        if kid.isdigit():
            return wanted.get(int(kid)) if same_page else None
        if kid.startswith(b"<<"):
            content = re.search(rb"/MCID (\d+)", kid)
            return wanted.get(int(content[1])) if content and number_of(b"Pg", kid) == page else None
        body = self._file.body(int(kid[:-4]))
        kids = re.search(rb"/K\[((?:<<[^>]*>>|[\dR ])*)\]", body)
        own = re.search(rb"/Pg (\d+) 0 R", body)
        inside = [
            self._place(inner, page, wanted, own is not None and int(own[1]) == page)
            for inner in (_KID.findall(kids[1]) if kids else ())
            if b"/OBJR" not in inner
        ]
        # One that began on a line before stays where it is.
        return None if not inside or None in inside[:1] else min(place for place in inside if place is not None)


def is_right_to_left(run: GlyphRun) -> bool:
    """Whether the run is drawn from its end to its beginning."""
    return run.reversed or any(RIGHT_TO_LEFT.search(cluster.text) for cluster in run.clusters)


def has_latin(run: GlyphRun) -> bool:
    """Whether it has letters or digits that keep their order in such a line."""
    return not is_right_to_left(run) and any(bidirectional(character) in ("L", "EN", "AN") for character in run.text)


def _apart(runs: list[GlyphRun]) -> Iterator[list[GlyphRun]]:
    """The runs in parts that are read from right to left each: letters of the other direction divide them."""
    part: list[GlyphRun] = []
    for run in runs:
        if has_latin(run):
            yield part
            part = []
        else:
            part.append(run)
    yield part
