"""What is to be redacted, as it was asked for: boxes and texts one by one, terms everywhere.

Every request is answered: it was burned in, or a finding names it and says why not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docservice.finding import Finding
from docservice.pdf.redaction.wanted import WantedTerms

if TYPE_CHECKING:  # a plan names boxes, and needs no PDF library for it
    from docservice.pdf.foreign.glyphs import Rectangle

CONFIDENTIAL = "confidential"  # the reason of what the terms find
NOT_HERE = "redact.not_here"  # a redaction of several files matches nothing in this one


@dataclass(frozen=True, slots=True)
class Redaction:
    """What to blacken: a ``box`` (left, bottom, right, top) or a ``text``; on ``page`` (from 1), a text also on all.

    The box is in points of the page as a viewer shows it, from its lower left corner. Unless ``required``, it may match
    nothing: it is asked of several files, and whoever asks sees to it that one has it.
    """

    page: int | None = None
    box: Rectangle | None = None
    text: str | None = None
    reason: str = CONFIDENTIAL
    required: bool = True


class RedactionsAsked:
    """The redactions and terms for one file. Texts and terms together are ``wanted``, texts first."""

    def __init__(self, redactions: Sequence[Redaction], terms: Sequence[str]) -> None:
        self.redactions = tuple(redactions)
        self._texts = [number for number, item in enumerate(redactions) if item.text is not None]
        self._terms = tuple(terms)
        self.wanted = WantedTerms([*(redactions[number].text or "" for number in self._texts), *terms])
        self.findings: list[Finding] = []
        self._answered: set[int] = set()

    def everywhere(self) -> list[str]:
        """What may stand nowhere in the file: terms, and texts for all pages."""
        own = [self.redactions[number].text or "" for number in self._texts if self.redactions[number].page is None]
        return [*own, *self._terms]

    def on(self, page: int) -> Callable[[int], bool]:
        """Tells for each of ``wanted`` whether it is asked for on a page."""

        def asked(which: int) -> bool:
            return which >= len(self._texts) or self.redactions[self._texts[which]].page in (None, page)

        return asked

    def reason(self, which: int) -> str:
        """Why one of ``wanted`` goes."""
        return self.redactions[self._texts[which]].reason if which < len(self._texts) else CONFIDENTIAL

    def met(self, which: int) -> None:
        """One of ``wanted`` was found."""
        if which < len(self._texts):
            self._answered.add(self._texts[which])

    def boxes(self, sizes: Sequence[tuple[float, float]]) -> dict[int, list[tuple[int, Rectangle]]]:
        """The boxes of each page with their numbers, given the pages' sizes; what cannot be done becomes a finding."""
        found: dict[int, list[tuple[int, Rectangle]]] = {}
        for which, term in enumerate(self.wanted.terms):
            if not self.wanted.can_find(which):
                number = self._texts[which] if which < len(self._texts) else None
                name = "A confidential term" if number is None else self._name(number)
                self._error("redact.empty", f"{name} has nothing that could be looked for ({term!r}).", number)
        for number, item in enumerate(self.redactions):
            page, box = item.page, item.box
            if (box is None) == (item.text is None):
                self._error("redact.unclear", f"{self._name(number)} needs either a box or a text.", number)
            elif page is None:
                if box is not None:
                    self._error("redact.unclear", f"{self._name(number)} does not say which page.", number)
            elif not 1 <= page <= len(sizes):
                message = f"{self._name(number)}: there is no such page; the file has {len(sizes)}."
                self._error("redact.no_page", message, number)
            elif box is not None:
                clipped = _clipped(box, sizes[page - 1])
                if clipped is None:
                    size = "{:g} × {:g}".format(*sizes[page - 1])
                    message = f"{self._name(number)} covers nothing of the page ({size} points)."
                    self._error("redact.outside", message, number)
                else:
                    found.setdefault(page, []).append((number, clipped))
                    self._answered.add(number)
        return found

    def unanswered(self) -> None:
        """Make a finding of every redaction that has matched nothing."""
        for number in range(len(self.redactions)):
            if number in self._answered:
                continue
            message = f"{self._name(number)} matches nothing."
            if self.redactions[number].required:
                self._error("redact.nothing", message, number)
            else:
                self.findings.append(Finding.warning(NOT_HERE, message, place=f"/redactions/{number}"))

    def _name(self, number: int) -> str:
        item = self.redactions[number]
        what = "a box" if item.box is not None else "a text"
        where = "any page" if item.page is None else f"page {item.page}"
        return f"Redaction {number + 1} ({item.reason}: {what} on {where})"

    def _error(self, code: str, message: str, number: int | None) -> None:
        place = "/terms" if number is None else f"/redactions/{number}"
        self.findings.append(Finding.error(code, message, place=place))
        if number is not None:
            self._answered.add(number)


def _clipped(box: Rectangle, size: tuple[float, float]) -> Rectangle | None:
    """The part of a box that lies on the page, if any."""
    if not all(map(math.isfinite, box)):
        return None
    left, right = sorted((box[0], box[2]))
    bottom, top = sorted((box[1], box[3]))
    left, bottom, right, top = max(left, 0.0), max(bottom, 0.0), min(right, size[0]), min(top, size[1])
    return (left, bottom, right, top) if right > left and top > bottom else None
