"""What all copies of a notice must say alike, out of the semantic text of one.

Left out is what belongs to one recipient: name and address, salutation, the number of the copy, the demand of who owes,
statements that are owed to some only, whoever helps some only; and the values of dates that are counted, and of the
document's own day. What a piece says of a party is left out whoever they are: that an appeal was filed by who gets this
copy is no other text than that it was filed by them in the copies of the others.
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
    supersedes printing why-you at-a-glance
    """.split()  # noqa: SIM905
)
_PIECES = ("h1", "h2", "h3", "p", "li", "dt", "dd", "tr", "caption", "figcaption")


def said(text: Any, on: date | None, bound: Collection[str] = ()) -> list[tuple[str, str]]:
    """Each piece of text with its place (``appeal-rights/p[2]``), in order.

    ``text`` is the semantic text, as HTML or its root element; ``on`` the document's own day (None: it
    is left in), ``bound`` the statements owed to some recipients only.
    """
    root = html_reader.fromstring(text) if isinstance(text, str) else text
    return list(_pieces(root, on, frozenset(bound)))


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


def with_days_alike(
    one: list[tuple[str, str]],
    other: list[tuple[str, str]],
    dated: list[tuple[str, str]],
    other_dated: list[tuple[str, str]],
) -> list[tuple[str, str]]:
    """``one``, and what the other says where only the own day of either made the difference: the day that something was
    seen may be a copy's own, and is left out of that copy alone. ``dated`` are the same texts with their days."""
    if not len(one) == len(other) == len(dated) == len(other_dated):
        return one
    pairs = zip(one, other, dated, other_dated, strict=True)
    return [theirs if mine_dated == theirs_dated else mine for mine, theirs, mine_dated, theirs_dated in pairs]


def _pieces(root: Any, on: date | None, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    counted: dict[tuple[str, str], int] = {}
    skipped: set[Any] = set()
    for element in root.iter():
        if element.getparent() in skipped or _is_own(element, bound):
            skipped.add(element)
            continue
        if element.tag not in _PIECES or any(child.tag in _PIECES for child in element.iterdescendants()):
            continue
        if _of_some(element):
            continue
        around = (each.get("data-block") for each in (element, *element.iterancestors()))
        block = next(filter(None, around), "")
        key = block, element.tag
        counted[key] = counted.get(key, 0) + 1
        text = " ".join("".join(_text(element, on)).split())
        if text:
            yield f"{block or 'text'}/{element.tag}[{counted[key]}]", text


def _is_own(element: Any, bound: frozenset[str]) -> bool:
    return element.get("data-block") in _OWN or element.get("data-statement") in bound


def _of_some(element: Any) -> bool:
    """Whether it prints nothing but facts of a party, or who helps some only, or leads to that."""
    following = element.getnext()
    helped = [element, *([following] if element.tag == "p" and following is not None and following.tag == "ul" else [])]
    facts = {fact.get("data-fact") for one in helped for fact in one.iter("bdi") if fact.get("data-fact")}
    return any(fact.startswith("town/help/") for fact in facts) or (bool(facts) and all(map(_of_a_party, facts)))


def _of_a_party(fact: str) -> bool:
    return fact.startswith("/parties/")


def _text(element: Any, on: date | None) -> Iterator[str]:
    if element.tag == "bdi" and _of_a_party(element.get("data-fact") or ""):
        yield "⟨party⟩"
        return
    if element.tag == "time":
        if element.get("data-deadline"):
            yield f"⟨{element.get('data-deadline')}⟩"
            return
        if (element.get("data-fact") or "").startswith("reckoned/"):  # counted from a date that is a copy's own
            yield f"⟨{element.get('data-fact')}⟩"
            return
        if on is not None and element.get("datetime") == on.isoformat():
            yield "⟨day⟩"
            return
    yield element.text or ""
    for child in element:
        yield from _text(child, on)
        yield child.tail or ""
