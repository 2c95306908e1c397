"""What Word does with tracked changes: accept all, or reject all, and give the paragraphs that are left."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CAME = ("ins", "moveTo")
_WENT = ("del", "moveFrom")


def document(docx: bytes) -> Any:
    """The root of the document part."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def settled(docx: bytes, *, accept: bool) -> list[tuple[str, str]]:
    """Style and text of every paragraph that is left, cells one by one; empty ones left out."""
    body = document(docx).find(f"{W}body")
    gone = _WENT if accept else _CAME
    for row in list(body.iter(f"{W}tr")):
        if any(row.find(f"{W}trPr/{W}{name}") is not None for name in gone):
            row.getparent().remove(row)
    cells = "cellDel" if accept else "cellIns"
    for cell in list(body.iter(f"{W}tc")):
        if cell.find(f"{W}tcPr/{W}{cells}") is not None:
            cell.getparent().remove(cell)
    found: list[tuple[str, str]] = []
    held = ""
    for paragraph in body.iter(f"{W}p"):
        held += _text(paragraph, gone)
        properties = paragraph.find(f"{W}pPr")
        mark = properties.find(f"{W}rPr")
        if mark is not None and any(mark.find(f"{W}{name}") is not None for name in gone):
            continue  # without its mark it runs into the next
        old = properties.find(f"{W}pPrChange/{W}pPr")
        style = (properties if accept or old is None else old).find(f"{W}pStyle").get(f"{W}val")
        if held.strip():
            found.append((style, " ".join(held.split())))
        held = ""
    return found


def _text(element: Any, gone: tuple[str, ...]) -> str:
    parts = []
    for child in element:
        name = etree.QName(child).localname
        if name in gone:
            continue
        if name in ("t", "delText"):
            parts.append(child.text or "")
        elif name == "br":
            parts.append(" / ")
        elif name != "pPr":
            parts.append(_text(child, gone))
    return "".join(parts)
