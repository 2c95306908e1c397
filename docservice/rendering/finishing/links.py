"""Links say where they lead by their text."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf

from docservice.rendering.finishing.reading import LinkMark, PrintedElement, PrintedReading


def describe(pdf: pikepdf.Pdf, reading: PrintedReading) -> None:
    """Each link annotation's ``Contents`` is the text of its link (WeasyPrint writes the address), and it prints.

    A spare annotation (WeasyPrint draws one for each inline box inside a link) goes. Nothing else about links changes:
    the text is not judged ("click here"), the address is not tried.
    """
    for mark, text in link_texts(reading.root, ""):
        annotation = pdf.get_object(mark.number, 0)
        if text:
            annotation.Contents = pikepdf.String(text)
        annotation.F = 4  # PDF/A: Print set; Hidden, Invisible, NoView clear
    spare = {(mark.number, 0) for mark in reading.spare}
    for number in {mark.page for mark in reading.spare}:
        page = pdf.pages[number].obj
        page.Annots = pikepdf.Array(link for link in page.Annots if link.objgen not in spare)
        if not len(page.Annots):
            del page.Annots


def link_texts(element: PrintedElement, text: str) -> Iterator[tuple[LinkMark, str]]:
    """Every link mark with the text of the ``a`` it belongs to (or the picture's alternative inside it)."""
    if element.tag == "a":
        text = element.text() or " ".join(_alternatives(element))
    for child in element.children:
        if isinstance(child, LinkMark):
            yield child, text
        elif isinstance(child, PrintedElement):
            yield from link_texts(child, text)


def _alternatives(element: PrintedElement) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, PrintedElement):
            if child.tag == "img":
                yield child.attributes.get("alt", "")
            yield from _alternatives(child)
