"""The mend, page by page: read the runs, spell them, join them, put their tags in order, write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docservice.rendering.textlayer import lines, runs, spelling
from docservice.rendering.textlayer.embedded_font import EmbeddedFont
from docservice.rendering.textlayer.tags import Tags
from docservice.rendering.typst_objects import Objects, UnreadableError, number_of, packed, unpacked


@dataclass(slots=True)
class _Page:
    number: int
    contents: int
    content: bytes
    fonts: Mapping[str, EmbeddedFont]
    runs: list[runs.Run]


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
    tags = Tags(file)
    # Glyphs take their meanings over all pages before anything is written.
    spelled = [spelling.spelled(page.runs, page.fonts) for page in pages]
    for page, glyphs in zip(pages, spelled, strict=True):
        stretches = [lines.Stretch.of(run, row) for run, row in zip(page.runs, glyphs, strict=True)]
        owners = tags.owners(page.number)
        tags.put_in_order(page.number, page.runs, owners)
        lines.joined(stretches, page.fonts, owners.get)
        pieces, at = [], 0
        for stretch in stretches:
            lines.told_as_one(stretch, page.fonts[stretch.run.font])
            if stretch.changed:
                run = stretch.run
                pieces += [page.content[at : run.start], lines.written(stretch, page.fonts[run.font])]
                at = run.end
        if pieces:
            file.change(page.contents, packed(b"".join([*pieces, page.content[at:]])))
    for number in sorted(fonts):
        fonts[number].write()
    return file.written(b"text 1")


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
