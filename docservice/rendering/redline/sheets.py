"""Two renderings of one letter, page by page: what a reader sees differ, outlined.

Words are compared over the whole letter, so that a paragraph that runs on to the next page is no difference; then pages
are paired by the words they share, and a page that has no partner stands alone. A passage that moved is said to have
moved, and what was edited inside it is said, and marked, by itself. Lines whose words did not change are
compared as pictures, each with its own old place, which finds a rule, a seal or a typeface that changed without
outlining everything below an insertion. What differs is outlined in connected regions: dashed in the old page, solid in
the new one.

Pure: PDF bytes in, pictures and sentences out.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from docservice.rendering.redline.labels import shown
from docservice.rendering.redline.moves import moved
from docservice.rendering.redline.pixels import differing
from docservice.wording.redlines import words
from docservice.wording.redlines.values import Token, TokenRun

SCALE = 1.5  # pixels per point: 108 dpi
_PAD = 3.0
_GAP = 24  # pixels between the pages
_MOST_PAGES = 60
_BEFORE, _AFTER = frozenset("([{“‘«¿¡"), frozenset(".,;:!?)]}”’»،؛؟")
_OLD, _NEW = (163, 18, 31), (11, 79, 138)

_Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels of the page's picture


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word on a page, or a mark; ``space`` when white space precedes it."""

    text: str
    page: int
    box: _Box
    space: bool


@dataclass(frozen=True, slots=True)
class PagePair:
    """An old page beside the new one that it became; None where there is none. ``png`` shows both, outlined.

    ``differences`` say in words what is outlined.
    """

    old: int | None
    new: int | None
    png: bytes = field(repr=False)
    differences: tuple[str, ...]

    @property
    def alt(self) -> str:
        """What a picture of this pair says to those who do not see it."""
        pages = " and ".join(
            f"page {page} of the {which} version"
            for page, which in ((self.old, "old"), (self.new, "new"))
            if page is not None
        )
        count = len(self.differences)
        return f"{pages[:1].upper()}{pages[1:]}; " + (
            "no difference." if not count else f"{count} difference{'s' if count > 1 else ''} outlined, listed below."
        )


def compare(old: bytes, new: bytes) -> tuple[PagePair, ...]:
    """The pages of two PDFs in pairs, in order, at most 60 of each."""
    before, after = _Rendering(old), _Rendering(new)
    try:
        return tuple(_pairs(before, after))
    finally:
        before.close()
        after.close()


class _Rendering:
    """A PDF opened: its words with their places, its pages as pictures."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)
        self.count = min(len(self.document), _MOST_PAGES)
        self.words = [word for page in range(self.count) for word in self._words(page)]
        self.marked: dict[int, list[_Box]] = {page: [] for page in range(self.count)}
        self.edited: dict[int, list[_Box]] = {page: [] for page in range(self.count)}  # inside a passage that moved
        self._pictures: dict[int, Image.Image] = {}

    def close(self) -> None:
        self.document.close()

    def picture(self, number: int) -> Image.Image:
        """The page as a picture."""
        if number not in self._pictures:
            self._pictures[number] = self.document[number].render(scale=SCALE).to_pil().convert("RGB")
        return self._pictures[number]

    def forget(self) -> None:
        """Let go of pictures: sixty pages would be 200 MB."""
        self._pictures.clear()

    def _words(self, number: int) -> Iterator[PlacedWord]:
        page = self.document[number]
        height = page.get_height()
        text = page.get_textpage()
        held: list[tuple[str, _Box]] = []
        space = True
        for at, character in enumerate(text.get_text_range()):
            if at >= text.count_chars():
                break
            if character.isspace() or not character.isprintable():
                yield from _word(held, number, space)
                held, space = [], True
                continue
            left, bottom, right, top = text.get_charbox(at)
            box = (left * SCALE, (height - top) * SCALE, right * SCALE, (height - bottom) * SCALE)
            if held and (_alone(character) or _alone(held[-1][0]) or abs(box[1] - held[-1][1][1]) > 30 * SCALE):
                yield from _word(held, number, space)
                held, space = [], False
            held.append((character, box))
        yield from _word(held, number, space)
        text.close()
        page.close()


def _alone(character: str) -> bool:
    return "\u0e00" <= character <= "\u0eff" or "\u3040" <= character <= "\u9fff"


def _word(held: Sequence[tuple[str, _Box]], page: int, space: bool) -> Iterator[PlacedWord]:
    """A word, and the marks before and after it as words of their own: a full stop is no part of what it ends."""
    start, end = 0, len(held)
    while start < end - 1 and held[start][0] in _BEFORE:
        start += 1
    while end > start + 1 and held[end - 1][0] in _AFTER:
        end -= 1
    for part in (held[:start], held[start:end], held[end:]):
        if part:
            yield PlacedWord("".join(one for one, _ in part), page, _around(box for _, box in part), space)
            space = False


def _around(boxes: Iterable[_Box]) -> _Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


# Words and pages -----------------------------------------------------------------------------------------------


def _pairs(old: _Rendering, new: _Rendering) -> Iterator[PagePair]:
    runs = words.compare(_tokens(old.words), _tokens(new.words))
    matched = [
        (int(a.source), int(b.source))
        for run in runs
        if run.operation == "equal"
        for a, b in zip(run.old, run.new, strict=True)
    ]
    said: dict[tuple[str, int], list[str]] = {}
    _mark_words(runs, old, new, said)
    paired = _paired_pages(matched, old, new)
    known = {j for _, j in matched}
    for a, b in paired:
        if a is not None and b is not None:
            here = [(i, j) for i, j in matched if (old.words[i].page, new.words[j].page) == (a, b)]
            boxes = [(old.words[i].box, new.words[j].box) for i, j in here]
            strange = [word.box for j, word in enumerate(new.words) if word.page == b and j not in known]
            strange += [new.words[j].box for i, j in matched if new.words[j].page == b and old.words[i].page != a]
            for before, after in differing(old.picture(a), new.picture(b), boxes, strange):
                old.marked[a].append(before)
                new.marked[b].append(after)
                where = _where(after, new.picture(b))
                said.setdefault(("new", b), []).append(f"what is drawn {where} looks different")
        lines = said.get(("old", -1 if a is None else a), []) + said.get(("new", -1 if b is None else b), [])
        first, second = (None if page is None else page + 1 for page in (a, b))
        yield PagePair(first, second, _drawn(old, a, new, b), tuple(dict.fromkeys(lines)))
        old.forget()
        new.forget()


def _tokens(placed: Sequence[PlacedWord]) -> list[Token]:
    return [Token("word", word.text, word.text, word.space, str(at)) for at, word in enumerate(placed)]


def _mark_words(
    runs: Sequence[TokenRun], old: _Rendering, new: _Rendering, said: dict[tuple[str, int], list[str]]
) -> None:
    gone, come = _MovedWords(), _MovedWords()
    for run in runs:
        if run.operation != "equal":
            side, words_of = (old, gone) if run.operation == "deleted" else (new, come)
            words_of.runs.append([int(token.source) for token in run.shown])
            for token in run.shown:
                word = side.words[int(token.source)]
                side.marked[word.page].append(word.box)
    _mark_moves(gone, come, old, new, said)
    for at, run in enumerate(runs):
        if run.operation == "equal":
            continue
        before = runs[at - 1] if at else None
        after = runs[at + 1] if at + 1 < len(runs) else None
        if run.operation == "deleted" and after is not None and after.operation == "inserted":
            if not (gone.touch(run) or come.touch(after)):
                there = new.words[int(after.new[0].source)].page
                said.setdefault(("new", there), []).append(f"“{shown(run.old)}” is now “{shown(after.new)}”")
                continue
            _say_rest(after, come, "new", new, said)
        elif run.operation == "inserted" and before is not None and before.operation == "deleted":
            continue  # said with what it takes the place of
        name, words_of, side = ("old", gone, old) if run.operation == "deleted" else ("new", come, new)
        _say_rest(run, words_of, name, side, said)


@dataclass
class _MovedWords:
    """The words of one side that went or came, by runs; ``taken`` are those of passages that moved."""

    runs: list[list[int]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def touch(self, run: TokenRun) -> bool:
        """Whether some of a run moved."""
        return any(int(token.source) in self.taken for token in run.shown)


def _mark_moves(
    gone: _MovedWords, come: _MovedWords, old: _Rendering, new: _Rendering, said: dict[tuple[str, int], list[str]]
) -> None:
    """Passages that moved are said as such, and what was edited in them by itself: a number must not hide in a move."""
    before, after = ([at for run in side.runs for at in run] for side in (gone, come))
    sides = ((old, gone.runs), (new, come.runs))
    texts = [[[side.words[at].text for at in run] for run in runs] for side, runs in sides]
    found = moved(*texts)
    for one in found:
        was, now = before[one.old[0] : one.old[1]], after[one.new[0] : one.new[1]]
        gone.taken.update(was)
        come.taken.update(now)
        here, there = old.words[was[0]].page, new.words[now[0]].page
        place = f" from page {here + 1} to page {there + 1}" if here != there else ""
        lines = said.setdefault(("new", there), [])
        begins = next((at for at, word in enumerate(now) if new.words[word].text[:1].isalnum()), 0)
        lines.append(f"“{shown(_tokens([new.words[at] for at in now[begins:]]))}” moved{place}")
        for first, second in one.edits:
            left, right = (
                [old.words[at] for at in before[slice(*first)]],
                [new.words[at] for at in after[slice(*second)]],
            )
            for side, words_there in ((old, left), (new, right)):
                for word in words_there:
                    side.edited[word.page].append(word.box)
            lines.append(f"{_became(left, right)}, in what moved")


def _became(left: Sequence[PlacedWord], right: Sequence[PlacedWord]) -> str:
    was, now = shown(_tokens(left)), shown(_tokens(right))
    if was and now:
        return f"“{was}” is now “{now}”"
    return f"“{now}” is new" if now else f"“{was}” is gone"


def _say_rest(
    run: TokenRun, moved_words: _MovedWords, name: str, side: _Rendering, said: dict[tuple[str, int], list[str]]
) -> None:
    """What a run has besides passages that moved."""
    for taken, group in groupby(run.shown, key=lambda token: int(token.source) in moved_words.taken):
        tokens = tuple(group)
        if not taken and (any(token.text.isalnum() for token in tokens) or not moved_words.touch(run)):
            page = side.words[int(tokens[0].source)].page
            said.setdefault((name, page), []).append(f"“{shown(tokens)}” is {'gone' if name == 'old' else 'new'}")


def _paired_pages(
    matched: Sequence[tuple[int, int]], old: _Rendering, new: _Rendering
) -> list[tuple[int | None, int | None]]:
    """Pages in order, paired so that the pairs share the most words."""
    shared = [[0] * new.count for _ in range(old.count)]
    for i, j in matched:
        shared[old.words[i].page][new.words[j].page] += 1
    best = [[0] * (new.count + 1) for _ in range(old.count + 1)]
    for a in range(old.count - 1, -1, -1):
        for b in range(new.count - 1, -1, -1):
            # One more than the words: two pages of pictures may belong together.
            best[a][b] = max(best[a + 1][b], best[a][b + 1], best[a + 1][b + 1] + 4 * shared[a][b] + 1)
    found: list[tuple[int | None, int | None]] = []
    a = b = 0
    while a < old.count or b < new.count:
        if a < old.count and b < new.count and best[a][b] == best[a + 1][b + 1] + 4 * shared[a][b] + 1:
            found.append((a, b))
            a, b = a + 1, b + 1
        elif b == new.count or (a < old.count and best[a][b] == best[a + 1][b]):
            found.append((a, None))
            a += 1
        else:
            found.append((None, b))
            b += 1
    return found


# Pictures ------------------------------------------------------------------------------------------------------


def _drawn(old: _Rendering, a: int | None, new: _Rendering, b: int | None) -> bytes:
    size = (old.picture(a) if a is not None else new.picture(b or 0)).size
    sheet = Image.new("RGB", (2 * size[0] + _GAP, size[1]), (226, 224, 216))
    for side, page, left, color, dashed in ((old, a, 0, _OLD, True), (new, b, size[0] + _GAP, _NEW, False)):
        if page is None:
            continue
        picture = side.picture(page).copy()
        pen = ImageDraw.Draw(picture, "RGBA")
        for region in regions(side.marked[page]):
            pen.rectangle(region, fill=(*color, 28))
            _outline(pen, region, color, dashed)
        for region in regions(side.edited[page]):
            pen.rectangle(region, fill=(*color, 70))
            pen.rectangle(region, outline=color, width=3)
        sheet.paste(picture, (left, 0))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _outline(pen: Any, box: _Box, color: tuple[int, int, int], dashed: bool) -> None:
    if not dashed:
        pen.rectangle(box, outline=color, width=2)
        return
    left, top, right, bottom = box
    for x in range(int(left), int(right), 10):
        for y in (top, bottom):
            pen.line((x, y, min(x + 6, right), y), fill=color, width=2)
    for y in range(int(top), int(bottom), 10):
        for x in (int(left), int(right)):
            pen.line((x, y, x, min(y + 6, bottom)), fill=color, width=2)


def regions(boxes: Sequence[_Box]) -> list[_Box]:
    """Boxes, padded, those that touch as one; what holds more stands for what it holds."""
    found: list[_Box] = []
    for box in sorted(_padded(box) for box in boxes):
        whole = box
        while True:
            touching = [other for other in found if _touch(whole, other)]
            if not touching:
                break
            found = [other for other in found if other not in touching]
            whole = _around([whole, *touching])
        found.append(whole)
    return sorted(found, key=lambda box: (box[1], box[0]))


def _padded(box: _Box) -> _Box:
    # A space's width to both sides, so that the words of a phrase are one region.
    return box[0] - _PAD * SCALE, box[1] - _PAD * SCALE / 2, box[2] + _PAD * SCALE, box[3] + _PAD * SCALE / 2


def _touch(one: _Box, other: _Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _where(box: _Box, picture: Image.Image) -> str:
    height = (box[1] + box[3]) / 2 / picture.height
    return (
        "at the head" if height < 0.15 else "at the foot" if height > 0.87 else f"{round(height * 100)} % down the page"
    )
