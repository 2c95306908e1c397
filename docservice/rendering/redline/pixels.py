"""What two pages draw differently where their words are the same: a rule, a seal, a typeface, a tint.

The page is cut into strips, one for each line. A strip whose words all stand at one distance from where they stood is
laid over the old strip and the difference is taken; lines that flowed anew are left out, since every letter in them has
moved. The room between two lines belongs to them when both moved alike. What is left is gathered into connected cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

_Box = tuple[float, float, float, float]
_CELL = 6  # pixels
_DARKER = 70  # of 255, after blurring: edges that fall between pixels stay below
_LEAST = 3  # cells: less is a speck
_EDGE = 1
_STRAIGHT = 1.6  # pixels by which the words of one line may stand apart


def differing(
    old: Image.Image, new: Image.Image, matched: Sequence[tuple[_Box, _Box]], others: Sequence[_Box] = ()
) -> Iterator[tuple[_Box, _Box]]:
    """Regions that differ, as (box in the old page, box in the new page).

    ``matched`` are words that both pages have (old box, new box), ``others`` those that only the new page has.
    """
    if old.size != new.size:
        return
    before, after = (picture.convert("L").filter(ImageFilter.BoxBlur(1)) for picture in (old, new))
    for top, bottom, (across, down) in _strips(_lines(matched, others), new.height):
        here = (0, top, new.width, bottom)
        there = (-across, top - down, new.width - across, bottom - down)
        if there[1] < 0 or there[3] > old.height:
            continue
        difference = ImageChops.difference(before.crop(there), after.crop(here)).point(lambda v: 255 * (v > _DARKER))
        for box in _connected(difference):
            now = (box[0], box[1] + top, box[2], box[3] + top)
            yield (now[0] - across, now[1] - down, now[2] - across, now[3] - down), now


@dataclass(slots=True)
class _Line:
    """A line of the new page: its extent, and how far it has moved (across, down); None when it flowed anew."""

    top: float
    bottom: float
    moved: tuple[int, int] | None


def _lines(matched: Sequence[tuple[_Box, _Box]], others: Sequence[_Box]) -> list[_Line]:
    placed: list[tuple[_Box, _Box | None]] = [(after, before) for before, after in matched]
    placed += [(box, None) for box in others]
    rows: list[list[tuple[_Box, _Box | None]]] = []
    for word in sorted(placed, key=lambda word: (word[0][1] + word[0][3]) / 2):
        middle = (word[0][1] + word[0][3]) / 2
        if rows and middle < max(box[3] for box, _ in rows[-1][-3:]):
            rows[-1].append(word)
        else:
            rows.append([word])
    found = []
    for row in rows:
        across = [after[0] - before[0] for after, before in row if before is not None]
        down = [after[1] - before[1] for after, before in row if before is not None]
        straight = len(across) == len(row) and _spread(across) <= _STRAIGHT and _spread(down) <= _STRAIGHT
        moved = (round(sum(across) / len(across)), round(sum(down) / len(down))) if straight else None
        found.append(_Line(min(box[1] for box, _ in row), max(box[3] for box, _ in row), moved))
    return found


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def _strips(lines: Sequence[_Line], height: int) -> Iterator[tuple[int, int, tuple[int, int]]]:
    for at, line in enumerate(lines):
        if line.moved is None:
            continue
        above = lines[at - 1] if at else _Line(0, 0, (0, 0))
        below = lines[at + 1] if at + 1 < len(lines) else _Line(height, height, (0, 0))
        top = line.top - _EDGE
        if above.moved == line.moved:
            top = (above.bottom + line.top) / 2 if at else 0
        bottom = line.bottom + _EDGE
        if below.moved == line.moved:
            bottom = (line.bottom + below.top) / 2 if at + 1 < len(lines) else height
        if round(bottom) > round(top):
            yield max(round(top), 0), min(round(bottom), height), line.moved


def _connected(difference: Image.Image) -> Iterator[_Box]:
    """Boxes around cells that touch and are not empty."""
    if difference.getbbox() is None:
        return
    width, height = -(-difference.width // _CELL), -(-difference.height // _CELL)
    whole = Image.new("L", (width * _CELL, height * _CELL))
    whole.paste(difference)
    cells = whole.resize((width, height), Image.Resampling.BOX).tobytes()
    waiting = {at for at, value in enumerate(cells) if value > 40}
    while waiting:
        group = [waiting.pop()]
        for at in group:
            x, y = at % width, at // width
            near = {
                (y + dy) * width + x + dx
                for dx in (-2, -1, 0, 1, 2)
                for dy in (-2, -1, 0, 1, 2)
                if 0 <= x + dx < width and 0 <= y + dy < height
            } & waiting
            waiting -= near
            group += near
        if len(group) >= _LEAST:
            xs, ys = [at % width for at in group], [at // width for at in group]
            yield min(xs) * _CELL, min(ys) * _CELL, (max(xs) + 1) * _CELL, (max(ys) + 1) * _CELL
