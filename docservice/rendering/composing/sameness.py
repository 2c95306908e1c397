"""What all copies of a notice must say alike, out of the semantic text of one.

Left out is what belongs to one recipient: name and address, salutation, the number of the copy, the demand of who owes,
statements that are owed to some only, whoever helps some only; and the values of dates that are counted, and of the
document's own day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from lxml import html as html_reader

_OWN = frozenset(
    """
    recipient salutation identification sent-to verify payment payment-stub for-your-information taglines translation
    supersedes printing
    """.split()  # noqa: SIM905
)
_PIECES = ("h1", "h2", "h3", "p", "li", "dt", "dd", "tr", "caption", "figcaption")


def said(text: Any, on: date, bound: Collection[str] = (), party: str = "") -> list[tuple[str, str]]:
    """Each piece of text with its place (``appeal-rights/p[2]``), in order.

    ``text`` is the semantic text, as HTML or its root element; ``on`` the document's own day, ``bound`` the statements
    owed to some recipients only, ``party`` the JSON pointer of the recipient.
    """
    root = html_reader.fromstring(text) if isinstance(text, str) else text
    return list(_pieces(root, on, frozenset(bound), party))


def digest(pieces: list[tuple[str, str]]) -> str:
    """The SHA-256 of what is said."""
    return hashlib.sha256("\n".join(text for _, text in pieces).encode()).hexdigest()


def difference(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> tuple[str, str, str] | None:
    """The first place where two say something else, and what each says there."""
    for (place, mine), (_, theirs) in zip(one, other, strict=False):
        if mine != theirs:
            return place, mine, theirs
    if len(one) != len(other):
        longer = one if len(one) > len(other) else other
        place, text = longer[min(len(one), len(other))]
        return (place, text, "") if longer is one else (place, "", text)
    return None


def _pieces(root: Any, on: date, bound: frozenset[str], party: str) -> Iterator[tuple[str, str]]:
    counted: dict[tuple[str, str], int] = {}
    inmost: list[tuple[Any, str]] = []

    def walk(element: Any, block: str) -> bool:
        """Whether there are pieces in or below the element; those that hold no other are put on the list."""
        if _is_own(element, bound):
            return next(element.iter(*_PIECES), None) is not None
        block = element.get("data-block") or block
        holds = False
        for child in element:
            holds = walk(child, block) or holds
        if not holds and element.tag in _PIECES:
            inmost.append((element, block))
            return True
        return holds

    walk(root, "")
    for element, block in inmost:
        if _of_some(element, party):
            continue
        key = block, element.tag
        counted[key] = counted.get(key, 0) + 1
        text = " ".join("".join(_text(element, on)).split())
        if text:
            yield f"{block or 'text'}/{element.tag}[{counted[key]}]", text


def _is_own(element: Any, bound: frozenset[str]) -> bool:
    return element.get("data-block") in _OWN or element.get("data-statement") in bound


def _of_some(element: Any, party: str) -> bool:
    """Whether it prints the recipient's own facts, or who helps some only, or leads to that."""
    theirs = ("town/help/", f"{party}/") if party else ("town/help/",)
    following = element.getnext() if element.tag == "p" else None
    helped = (element, following) if following is not None and following.tag == "ul" else (element,)
    return any((fact.get("data-fact") or "").startswith(theirs) for one in helped for fact in one.iter("bdi"))


def _text(element: Any, on: date) -> Iterator[str]:
    if element.tag == "time":
        if element.get("data-deadline"):
            yield f"⟨{element.get('data-deadline')}⟩"
            return
        if element.get("datetime") == on.isoformat():
            yield "⟨day⟩"
            return
    yield element.text or ""
    for child in element:
        yield from _text(child, on)
        yield child.tail or ""
