"""Running heads, page numbers, repeated table heads, decorative pictures and white space become artifacts."""

from __future__ import annotations

import re

import pikepdf

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.finishing.reading import Reading

_MARKED = re.compile(rb"/\w+\s*<</MCID (\d+)>>\s*BDC")


def set_aside(pdf: pikepdf.Pdf, reading: Reading) -> None:
    """Every piece among ``reading.artifacts`` is marked as an artifact in its page's content.

    It does not look for content outside of any mark (WeasyPrint marks backgrounds and borders itself), and it does not
    guess: what the reading neither tags nor sets aside is refused (``handout.untaggable``); that is what
    text inside a group with ``opacity`` comes to.
    """
    tagged: dict[int, set[int]] = {}
    aside: dict[int, set[int]] = {}
    for piece in reading.root.pieces():
        tagged.setdefault(piece.page, set()).add(piece.mcid)
    for piece in reading.artifacts:
        aside.setdefault(piece.page, set()).add(piece.mcid)
    problems: list[Finding] = []
    for number, page in enumerate(pdf.pages):
        artifacts, tags = aside.get(number, set()), tagged.get(number, set())
        found: set[int] = set()

        def mark(match: re.Match[bytes], artifacts: set[int] = artifacts, found: set[int] = found) -> bytes:
            mcid = int(match[1])
            found.add(mcid)
            return b"/Artifact BMC" if mcid in artifacts else match[0]

        content = _MARKED.sub(mark, page.Contents.read_bytes())
        page.Contents = pdf.make_stream(content)
        if found != artifacts | tags:
            problems.append(Finding.error("handout.untaggable", "has text that no tag can reach", f"page {number + 1}"))
    if problems:
        raise Refusal("handout.untaggable", "The handout cannot be made accessible.", problems)
