"""Pasted lists (``pasted``) in a composed text: the lines of a fact become ``ul`` and ``ol``, wherever it is printed.

A paragraph that holds the fact ends before the list and goes on after it; an item, a cell or a description takes the
list inside. What is around the fact (``data-part``, a language) is said of each piece. Every item keeps the provenance
of the fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from docservice.casefile.direction import direction
from docservice.rendering.composing.pasted import Listed, PastedItem, parts

_INLINE = frozenset(("bdi", "span", "strong", "em"))
_HOLDS_LISTS = frozenset(("li", "td", "dd", "section", "aside", "blockquote", "article"))
_NUMBERING = b'attributes.at("numbering"'


def prints_lists(files: Mapping[str, bytes]) -> bool:
    """Whether the letterhead of a bundle knows pasted lists: one from before prints lines, as it always did."""
    return any(_NUMBERING in data for path, data in files.items() if path.endswith(".typ"))


def make_lists(root: Any) -> None:
    """Turn the pasted lists of the facts in ``root`` (an lxml ``article``) into elements, in place."""
    for fact in [one for one in root.iter("bdi") if (one.get("data-fact") or "").startswith("/")]:
        found = parts(_text(fact))
        if any(isinstance(one, Listed) for one in found):
            _replace(fact, found)


def _text(fact: Any) -> str:
    return "".join([fact.text or "", *("\n" + (line.tail or "") for line in fact.iterchildren("br"))])


def _replace(fact: Any, found: Sequence[str | Listed]) -> None:
    wrappers = []
    holder = fact.getparent()
    while holder is not None and holder.tag in _INLINE:
        wrappers.append(holder)
        holder = holder.getparent()
    if holder is None or (holder.tag != "p" and holder.tag not in _HOLDS_LISTS):
        return
    single = found[0] if len(found) == 1 else None
    if holder.tag == "li" and isinstance(single, Listed) and _is_one_line(single) and _is_all(fact, holder, wrappers):
        _fill(fact, single.items[0].text)  # the item of our own list is the item that was pasted
        return
    pieces = _around(holder, fact, wrappers, found)
    if holder.tag == "p":
        _split(holder, pieces)
    else:
        _refill(holder, pieces)


def _is_one_line(listed: Listed) -> bool:
    return listed.numbering is None and len(listed.items) == 1 and not listed.items[0].below


def _is_all(fact: Any, holder: Any, wrappers: Sequence[Any]) -> bool:
    return not wrappers and len(holder) == 1 and not (holder.text or "").strip() and not (fact.tail or "").strip()


def _around(holder: Any, fact: Any, wrappers: Sequence[Any], found: Sequence[str | Listed]) -> list[Any]:
    """What ``holder`` holds, as runs of inline content (``p`` elements without attributes) and lists."""
    before, after = _cut(etree.Element("p"), etree.Element("p"), holder, fact, wrappers)
    pieces: list[Any] = [before]
    for one in found:
        if isinstance(one, str):
            run = etree.Element("p")
            run.append(_wrapped(wrappers, _fill(_shell(fact), one)))
            pieces.append(run)
        else:
            pieces.append(_list(one, fact, wrappers))
    return _joined([*pieces, after])


def _cut(before: Any, after: Any, holder: Any, fact: Any, wrappers: Sequence[Any]) -> tuple[Any, Any]:
    """What stands before the fact and after it, each within its own copy of what is around the fact."""
    left = right = None
    at = fact
    for around in (*wrappers, holder):
        first = before if around is holder else _shell(around)
        second = after if around is holder else _shell(around)
        first.text = around.text
        side = first
        for child in list(around):
            if child is not at:
                side.append(child)  # lxml brings the tail with it
                continue
            if left is not None and _says(left):
                first.append(left)
            side = second
            if right is not None and _says(right):
                second.append(right)
                right.tail = child.tail
            else:
                second.text = child.tail
        left, right, at = first, second, around
    return before, after


def _shell(element: Any) -> Any:
    return etree.Element(element.tag, dict(element.attrib))


def _says(element: Any) -> bool:
    return len(element) > 0 or bool((element.text or "").strip())


def _joined(pieces: Sequence[Any]) -> list[Any]:
    """Runs that follow one another as one; empty ones left out."""
    found: list[Any] = []
    for piece in pieces:
        if piece.tag == "p" and not _says(piece):
            continue
        if piece.tag == "p" and found and found[-1].tag != "p" and piece.text:
            piece.text = piece.text.lstrip()
        if piece.tag == "p" and found and found[-1].tag == "p":
            last = found[-1]
            if len(last):
                last[-1].tail = (last[-1].tail or "") + (piece.text or "")
            else:
                last.text = (last.text or "") + (piece.text or "")
            last.extend(list(piece))
        else:
            found.append(piece)
    return found


def _fill(made: Any, text: str) -> Any:
    for child in list(made):
        made.remove(child)
    made.text, *more = text.split("\n")
    for line in more:
        etree.SubElement(made, "br").tail = line
    return made


def _wrapped(wrappers: Sequence[Any], inner: Any) -> Any:
    for wrapper in wrappers:
        outer = _shell(wrapper)
        outer.append(inner)
        inner = outer
    return inner


def _list(listed: Listed, fact: Any, wrappers: Sequence[Any]) -> Any:
    made = etree.Element("ul" if listed.numbering is None else "ol")
    language = fact.get("lang")
    if language:  # the marks stand on the side where its lines begin
        made.set("lang", language)
        made.set("dir", direction(language))
    if listed.numbering is not None:
        if listed.start != 1:
            made.set("start", str(listed.start))
        if listed.numbering != "1.":
            made.set("data-numbering", listed.numbering)
    for wrapper in wrappers:
        if wrapper.get("data-part"):
            made.set("data-part", wrapper.get("data-part"))
    for item in listed.items:
        made.append(_item(item, fact))
    return made


def _item(item: PastedItem, fact: Any) -> Any:
    made = etree.Element("li")
    made.append(_fill(_shell(fact), item.text))
    for below in item.below:
        made.append(_list(below, fact, ()))
    return made


def _split(paragraph: Any, pieces: Sequence[Any]) -> None:
    """Put the pieces in the place of a paragraph; each says what the paragraph said."""
    parent, at, tail = paragraph.getparent(), paragraph.getparent().index(paragraph), paragraph.tail
    for piece in pieces:
        for name, value in paragraph.attrib.items():
            piece.set(name, value)
    parent.remove(paragraph)
    for offset, piece in enumerate(pieces):
        piece.tail = None
        parent.insert(at + offset, piece)
    pieces[-1].tail = tail


def _refill(holder: Any, pieces: Sequence[Any]) -> None:
    """Put the pieces into an item or a cell: text bare before its first list, in paragraphs where more follows."""
    for child in list(holder):
        holder.remove(child)
    holder.text = None
    for piece in pieces:
        piece.tail = None
        if piece.tag == "p" and piece is pieces[0]:
            holder.text = piece.text
            holder.extend(list(piece))
        else:
            holder.append(piece)
