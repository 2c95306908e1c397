"""What stands there empty: lists without a line, tables without a row, headings with nothing under them."""

from __future__ import annotations

from typing import Any

from docservice.casefile.invisible import says_something
from docservice.checks.examined import HEADINGS, substance

LISTS = {"ul": "list", "ol": "numbered list", "dl": "list of terms", "table": "table"}
_ROOMS = frozenset(("section", "aside", "article", "blockquote", "li", "td", "dd"))


def is_empty(element: Any, *, forms: bool = False) -> bool:
    """Whether a list or table has nothing in it; with ``forms``, rows of blank cells are there to be filled in."""
    if element.tag == "table":
        cells = [cell for cell in element.iter("td") if cell.getparent().getparent().tag not in ("thead", "tfoot")]
        return not cells if forms else not any(map(substance, cells))
    return not any(substance(item) for item in element.iterchildren("dd" if element.tag == "dl" else "li"))


def anything_under(heading: Any) -> bool:
    """Whether anything is said under a heading, in its own section and before the next heading of its rank."""
    node = heading
    while node.tag not in _ROOMS:
        if node.tail and says_something(node.tail):
            return True
        for following in node.itersiblings():
            says = _says(following, heading.tag)
            if says is not None:
                return says
            if following.tail and says_something(following.tail):
                return True
        node = node.getparent()
    return False


def _says(element: Any, rank: str) -> bool | None:
    """Whether an element says something; ``None``: not yet, ``False``: a heading of that rank or above comes first."""
    if element.tag in HEADINGS:
        return False if element.tag <= rank else None
    if element.tag == "img" or (element.text and says_something(element.text)):
        return True
    for child in element:
        says = _says(child, rank)
        if says is not None:
            return says
        if child.tail and says_something(child.tail):
            return True
    return None
