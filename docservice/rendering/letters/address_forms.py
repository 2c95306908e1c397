"""What an envelope's window may show: the ways to put a name and address into it, and which of them came out.

The letterhead takes the first that fits, and keeps that to itself. What it took decides what the proof of service
swears to, so it is read on the page (``letters.window``); how it was written, the forms say.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docservice.rendering.letters.tree import AddressLine

_C_O = ("C/O ", "C/O:", "ATTN", "ATTENTION")
_ISOLATES = re.compile("[\u2066-\u2069\u200b]")


@dataclass(frozen=True, slots=True)
class AddressForm:
    """One way to put an address into the window. ``complete``: the whole name is in it."""

    lines: tuple[AddressLine, ...]
    complete: bool

    def plain(self) -> dict[str, Any]:
        """It as the letterhead reads it."""
        words = sorted({word for line in self.lines for word in line.text.split()}, key=lambda word: (-len(word), word))
        return {"lines": [line.nodes for line in self.lines], "words": words[:3], "complete": self.complete}

    @property
    def text(self) -> tuple[str, ...]:
        """Its lines as they read."""
        return tuple(" ".join(_ISOLATES.sub("", line.text).split()) for line in self.lines)


def address_forms(lines: Sequence[AddressLine], *, of_before: bool = False) -> tuple[AddressForm, ...]:
    """The ways to put an address into the window, the most complete first.

    Complete forms show the whole name with all that was given: every line as written; then the lines of the name joined
    on one. Then the name without the attention line; and last the mailing form that a person gave for a name too long
    for any window: its Latin form, an attention line. What these leave out is printed in the letter. Who is served is
    never left out for the sake of a C/O line. ``of_before``: documents of earlier releases were not so careful, and are
    made again as they were.
    """
    if not lines:
        return ()
    names = [line for line in lines if line.kind != "line"]
    rest = [line for line in lines if line.kind == "line"]
    forms = [AddressForm(tuple(lines), True)]
    if len(names) > 1:
        joined: list[Any] = []
        for line in names:
            joined += [*([" · "] if joined else []), *line.nodes]
        text = " · ".join(line.text for line in names)
        forms.append(AddressForm((AddressLine("name", joined, text), *rest), True))
    unattended = [line for line in names if line.kind != "attention"]
    if not of_before and unattended and len(unattended) < len(names):
        forms.append(AddressForm((*unattended, *rest), False))
    short = [line for line in names if line.kind in ("latin", "attention")]
    if short and rest:
        forms.append(AddressForm((*short, *rest), False))
    if of_before and rest and rest[0].text.upper().startswith(_C_O):
        forms.append(AddressForm(tuple(rest), False))
    return tuple(forms)


def form_shown(forms: Sequence[AddressForm], lines: Sequence[str]) -> AddressForm | None:
    """The form that a window shows which reads ``lines``: the one whose characters are those that stand there.

    Lines may be broken there, and characters told in another spelling or order. None where nothing could be read and
    there is a choice.
    """
    if len(forms) < 2:
        return next(iter(forms), None)
    if not lines:
        return None
    shown = _characters(lines)

    def apart(form: AddressForm) -> int:
        own = _characters(form.text)
        return ((own - shown) + (shown - own)).total()

    return min(forms, key=apart)


def _characters(lines: Sequence[str]) -> Counter[str]:
    return Counter("".join(unicodedata.normalize("NFKC", "".join(lines)).split()))
