"""The mend, page by page: read the runs, spell them, join them, put their tags in order, write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docservice.rendering.textlayer import lines, runs, spelling
from docservice.rendering.textlayer.embedded_font import EmbeddedFont
from docservice.rendering.textlayer.tags import LetterTags
from docservice.rendering.typst_objects import Objects, UnreadableError, number_of, packed, unpacked

_OPENING = re.compile(rb"/\w+<<[^<>]*?/MCID \d+[^<>]*>>BDC\n\Z")
_CLOSING = re.compile(rb"\nEMC")


@dataclass(slots=True)
class _Page:
    number: int
    contents: int
    content: bytes
    fonts: Mapping[str, EmbeddedFont]
    runs: list[runs.GlyphRun]


def mend(pdf: bytes) -> bytes:
    """``pdf``, written by Typst, with a right text layer.

    It is ``pdf`` itself when there is nothing to mend, or when it is not spelled as Typst spells a PDF: nothing is
    guessed, and what its words look like to readers is for the checks to say.
    """
    try:
        return _mended(pdf)
    except UnreadableError:
        return pdf


def _mended(pdf: bytes) -> bytes:
    file = Objects(pdf)
    fonts: dict[int, EmbeddedFont] = {}
    pages = [page for number in file.pages() if (page := _read(file, number, fonts)) is not None]
    if not pages:
        return pdf
    tags = LetterTags(file)
    # Glyphs take their meanings over all pages before anything is written.
    spelled = [spelling.spelled(page.runs, page.fonts) for page in pages]
    for page, glyphs in zip(pages, spelled, strict=True):
        stretches = [lines.RunStretch.of(run, row) for run, row in zip(page.runs, glyphs, strict=True)]
        owners = tags.owners(page.number)
        misplaced = tags.put_in_order(page.number, page.runs, owners)
        lines.joined(stretches, page.fonts, owners.get)
        blocks = {}
        for stretch in stretches:
            font = page.fonts[stretch.run.font]
            lines.closed_up(stretch, font)
            lines.begun_from_right(stretch, font)
            lines.told_as_one(stretch, font)
            if stretch.changed:
                blocks[stretch.run.start, stretch.run.end] = lines.written(stretch, font)
        content = _replaced(page.content, blocks, misplaced)
        if content != page.content:
            file.change(page.contents, packed(content))
    for number in sorted(fonts):
        fonts[number].write()
    return file.written(b"text 1")


def _replaced(content: bytes, blocks: dict[tuple[int, int], bytes], misplaced: list[list[runs.GlyphRun]]) -> bytes:
    """The content with these blocks instead of what stood there, and misplaced ones in the order of reading."""
    moved: dict[tuple[int, int], bytes] = {}
    for part in misplaced:
        places = sorted(_marked(content, run) for run in part)
        if all(end for _, end in places) and len({run.mcid for run in part}) == len(part):
            for place, run in zip(places, part, strict=True):
                start, end = _marked(content, run)
                block = blocks.pop((run.start, run.end), content[run.start : run.end])
                moved[place] = content[start : run.start] + block + content[run.end : end]
    pieces, at = [], 0
    for (start, end), block in sorted((moved | blocks).items()):
        pieces += [content[at:start], block]
        at = end
    return b"".join([*pieces, content[at:]])


def _marked(content: bytes, run: runs.GlyphRun) -> tuple[int, int]:
    """Where the marked content lies that holds this run and nothing else; at no place when it holds more."""
    opening = _OPENING.search(content, max(0, run.start - 120), run.start)
    closed = _CLOSING.match(content, run.end)
    return (opening.start(), closed.end()) if opening and closed else (0, 0)


def _read(file: Objects, number: int, fonts: dict[int, EmbeddedFont]) -> _Page | None:
    """The page with its runs, or None when nothing on it needs mending."""
    body = file.body(number)
    named = re.search(rb"/Font<<(.*?)>>", file.body(number_of(b"Resources", body)))
    if named is None or b"/Contents" not in body:
        return None
    faces = {}
    for name, font in re.findall(rb"/(\w+) (\d+) 0 R", named[1]):
        if int(font) not in fonts:
            fonts[int(font)] = EmbeddedFont(file, int(font))
        faces[name.decode()] = fonts[int(font)]
    contents = number_of(b"Contents", body)
    content = unpacked(file.body(contents))
    if b"/ActualText" not in content and not any(face.troubled for face in faces.values()):
        return None
    return _Page(number, contents, content, faces, runs.read(content, faces))
