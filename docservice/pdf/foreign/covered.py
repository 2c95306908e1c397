"""Bad redaction: text that lies under a black box, where a copy command still finds it.

No guess about which drawing covers which text: the page is looked at as a reader sees it. Where a character stands
and the picture is one even, dark surface, the character is there but not to be seen. Most pages are cleared by a look
at whole lines (:func:`suspicious`); only the others are looked at character by character.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops

from docservice.pdf.foreign.glyphs import PageGlyph, Rectangle

_EVEN = 24  # most difference of gray within a surface; scanned ink is not perfectly even
_PAPER = 225  # gray of what is not dark: white text on white paper covers nothing up
_LEAST = 3  # characters; a rule or a bullet may hide a full stop
_BLANK = 252  # gray of paper where nothing was drawn
_LEAST_UNSEEN = 8  # characters
_ENOUGH = 0.6  # of a character's width and height that must be even
_GAP = 1.2  # blank stretch within a line, in heights of the line: more than between two words
_WIDER = 0.4  # of a line's height: its characters' boxes reach beyond what they draw
_CROSS = ((2, 0), (-2, 0), (0, 2), (0, -2))
_NEAR = (*_CROSS, (1, 1), (1, -1), (-1, 1), (-1, -1))
_NONE = b"\1"
_BLANKS = bytes(1 if gray >= _BLANK else 0 for gray in range(256))


def suspicious(stretches: Sequence[Rectangle], picture: Image.Image, size: tuple[float, float]) -> bool:
    """Whether a page must be looked at character by character: any text near its edges, near what is evenly dark, or
    with a blank in its line where letters may be.

    ``stretches`` are the boxes of its lines, ``picture`` the page in gray, ``size`` its width and height in points.
    """
    across, down = picture.width / size[0], picture.height / size[1]
    surfaces = _surfaces(picture)
    for left, bottom, right, top in stretches:
        if left < 0 or bottom < 0 or right > size[0] or top > size[1]:
            return True
        more = _WIDER * min(right - left, top - bottom)
        box = (
            int((left - more) * across), int(picture.height - (top + more) * down),
            int((right + more) * across) + 1, int(picture.height - (bottom - more) * down) + 1,
        )  # fmt: skip
        if surfaces is not None and surfaces.crop(box).getbbox():
            return True
        if _has_blank(
            picture, left * across, picture.height - top * down, right * across, picture.height - bottom * down
        ):
            return True
    return False


def _has_blank(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> bool:
    """Whether a line shows nothing for longer than a space, or nothing at all."""
    if right - left < 2 or bottom - top < 2:
        return False  # too small for this picture to tell
    box = int(left), int(top), min(int(right) + 1, picture.width), min(int(bottom) + 1, picture.height)
    wide, high = box[2] - box[0], box[3] - box[1]
    longest = min(max(wide, high), max(4, int(_GAP * min(wide, high))))
    bar = picture.resize((wide, 1) if wide >= high else (1, high), Image.Resampling.BOX, box)
    return _NONE * longest in bar.tobytes().translate(_BLANKS)


def covered(glyphs: Sequence[PageGlyph], picture: Image.Image, size: tuple[float, float]) -> list[int]:
    """The places in ``glyphs`` of characters that cannot be seen for a surface over them.

    ``picture`` is the page in color as it is seen, ``size`` its width and height in points.
    """
    surfaces = _surfaces(picture.convert("L"))
    if surfaces is None:
        return []
    dark = surfaces.load()
    assert dark is not None
    wide, high = picture.size
    across, down = wide / size[0], high / size[1]
    found: list[int] = []
    for place, glyph in enumerate(glyphs):
        box = glyph[1]
        if box is None:
            continue
        left, bottom, right, top = box
        x, y = (left + right) / 2 * across, high - (bottom + top) / 2 * down
        if not (0 <= x < wide and 0 <= y < high) or not dark[int(x), int(y)] or not glyph[0].strip():
            continue
        broad = max(2.0, (right - left) * across * _ENOUGH) / 2
        tall = max(2.0, (top - bottom) * down * _ENOUGH) / 2
        area = picture.crop((int(x - broad), int(y - tall), int(x + broad) + 1, int(y + tall) + 1))
        if all(most - least <= _EVEN for least, most in area.getextrema()):  # type: ignore[misc]
            found.append(place)
    return found if len(found) >= _LEAST else []


def _surfaces(picture: Image.Image) -> Image.Image | None:
    """Where the page is evenly dark (gray 255), or nothing when it is so nowhere."""
    if picture.getextrema()[0] >= _PAPER:  # type: ignore[operator,unused-ignore]
        return None
    lightest = _around(picture, ImageChops.lighter, _NEAR)
    if lightest.getextrema()[0] >= _PAPER:  # type: ignore[operator,unused-ignore]
        return None
    darkest = _around(picture, ImageChops.darker, _NEAR)
    spread = ImageChops.subtract(lightest, darkest)
    even = ImageChops.multiply(
        lightest.point(lambda gray: 255 if gray < _PAPER else 0), spread.point(lambda d: 255 if d <= _EVEN else 0)
    )
    return even if even.getbbox() else None


def _around(
    picture: Image.Image,
    of: Callable[[Image.Image, Image.Image], Image.Image],
    places: Sequence[tuple[int, int]] = _CROSS,
) -> Image.Image:
    """The lightest or darkest of each pixel and those around it: a fraction of the cost of Pillow's rank filters."""
    found = picture
    for across, down in places:
        found = of(found, ImageChops.offset(picture, across, down))
    return found


def unseen(glyphs: Sequence[PageGlyph], picture: Image.Image, size: tuple[float, float]) -> int:
    """How many characters that should be seen leave no trace on the page: white on white, or under white paint."""
    wide, high = picture.size
    across, down = wide / size[0], high / size[1]
    near = _around(picture, ImageChops.darker).load()
    assert near is not None
    count = 0
    for char, box, _, invisible, stated in glyphs:
        if box is None or invisible or stated:
            continue
        left, bottom, right, top = box
        x, y = int((left + right) / 2 * across), int(high - (bottom + top) / 2 * down)
        if not (0 <= x < wide and 0 <= y < high) or near[x, y] < _BLANK or not char.isalnum():  # type: ignore[operator,unused-ignore]
            continue
        if (right - left) * across < 2 or (top - bottom) * down < 4:
            continue  # too small for this picture to tell
        area = picture.crop(
            (int(left * across), int(high - top * down), int(right * across) + 1, int(high - bottom * down) + 1)
        )
        least, most = area.getextrema()
        count += isinstance(least, int) and isinstance(most, int) and least >= _BLANK
    return count if count >= _LEAST_UNSEEN else 0


def warning(places: Sequence[int]) -> str:
    """What to say about covered characters; never what they are."""
    count, last = 0, -2
    for place in places:
        count += place != last + 1
        last = place
    words = "one place" if count == 1 else f"{count} places"
    return (
        f"BAD REDACTION: text lies under a dark box in {words} and can be copied from the original. Here the page "
        "became a picture without that text; ask for a copy that is properly redacted, and do not pass the original on."
    )
