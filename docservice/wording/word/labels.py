"""How a Word file says what wording says by attributes: tags of content controls, and paragraphs in double brackets.

``block:appeal-rights`` is ``<section data-block="appeal-rights">``; ``aside block:payment-stub`` names the element too;
``clause:help`` is the clause ``clauses/help.html``. ``[[block: appeal-rights]]`` … ``[[end]]`` around paragraphs say
the same without a control.
"""

from __future__ import annotations

import re

from docservice.wording.elements import ELEMENTS, may_have
from docservice.wording.word.tree import Element

LONGEST = 64  # characters that Word lets a control's tag have
_SHORT = {
    "block": "data-block", "statement": "data-statement", "violation": "data-violation", "part": "data-part",
}  # fmt: skip
_NAMES = {name: short for short, name in _SHORT.items()}
_PAIR = re.compile(r"([a-z][a-z-]*)\s*:\s*(\"[^\"]*\"|(?:\{\{.*?\}\}|[^\s{])+)")
_MARKER = re.compile(r"\s*\[\[\s*(.+?)\s*\]\]\s*\Z", re.S)
CLAUSE = "clause"


def label(element: Element) -> str:
    """The tag of a control that stands for an element; its children are what the control holds."""
    words = [] if element.tag == "section" and set(element.attributes) & set(_NAMES) else [element.tag]
    for name, value in element.attributes.items():
        quoted = f'"{value}"' if not value or re.sub(r"\{\{.*?\}\}", "", value).strip() != re.sub(
            r"\{\{.*?\}\}|\s", "", value) else value  # fmt: skip
        words.append(f"{_NAMES.get(name, name)}:{quoted}")
    return " ".join(words)


def title(element: Element) -> str:
    """What a control is called on the page."""
    for name in ("data-block", "data-statement", "data-part"):
        if name in element.attributes:
            return f"{_NAMES[name].title()}: {element.attributes[name].replace('-', ' ')}"[:LONGEST]
    return element.tag


def element_of(text: str | None, *, inline: bool = False) -> Element | str | None:
    """The element that a tag means, the name of its clause as a string, or None when the tag is not ours."""
    text = (text or "")[:300].strip().translate(str.maketrans("“”‘’\u00a0", "\"\"'' "))
    pairs = list(_PAIR.finditer(text))
    head = _PAIR.sub("", text).split()
    if len(head) > 1 or (head and head[0] not in ELEMENTS) or not (head or pairs):
        return None
    given = {match[1]: match[2].strip('"') if match[2].startswith('"') else match[2] for match in pairs}
    if CLAUSE in given:
        return given[CLAUSE] if re.fullmatch(r"[a-z0-9-]{1,80}", given[CLAUSE]) else None
    tag = head[0] if head else "section" if set(given) & {"block", "statement", "violation"} else ""
    if not tag:
        tag = ("span" if inline else "p") if "part" in given else ""
    attributes = {_SHORT.get(name, name): value for name, value in given.items()}
    if not tag or not all(may_have(tag, name, "letter") for name in attributes):
        return None
    return Element(tag, attributes)


def marker(text: str) -> str | None:
    """What stands in double brackets, if that is all a paragraph has: ``block: order``, ``end``."""
    found = _MARKER.match(text)
    return found[1] if found else None


def ends(text: str) -> bool:
    """Whether a marker ends what the last one began."""
    return re.match(r"(end\b|/)", text.strip().lower()) is not None
