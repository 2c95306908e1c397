"""What an envelope's window may show: the ways to put a name and address into it, and which of them came out.

The letterhead takes the first that fits, and keeps that to itself. What it took decides what the proof of service
swears to, so it is found out: a letter that may show one way only, and is the same to the byte, shows that one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from docservice.refusal import Refusal
from docservice.rendering.letters.tree import AddressLine
from docservice.rendering.textlayer import runs
from docservice.rendering.typst_objects import Objects, UnreadableError, unpacked
from docservice.town.pack import Box

_C_O = ("C/O ", "C/O:", "ATTN", "ATTENTION")
_PAPER = 792.0  # points: US Letter
_CONTENTS = re.compile(rb"/Contents(?:\[| )(\d+) 0 R")
_BLOCK = re.compile(rb"q 1 0 0 -1 (-?[\d.]+) (-?[\d.]+) cm[^()<>\n]{0,200}\nBT.*?\nET\nQ", re.DOTALL)
# What a face may draw as fewer glyphs than letters, or more: ligatures, marks, scripts that join or reorder.
_JOINS = re.compile("f[fijlt]|[\u0300-\u036f\u0590-\u10ff\u1200-\u1dff\u20d0-\u20ff\ua800-\uabff\ufb00-\ufdff]")
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


def form_shown(
    forms: Sequence[AddressForm],
    came_out: bytes,
    window: Box,
    with_only: Callable[[Iterable[AddressForm]], bytes],
) -> AddressForm | None:
    """The form that a letter shows that ``came_out`` with a choice of ``forms``.

    Where each letter is one glyph, the glyphs on each line of the ``window`` tell; typesetting again costs a fifth of a
    letter.
    """
    if len(forms) > 1 and not any(_JOINS.search(line) for form in forms for line in form.text):
        counted = glyphs_drawn(came_out, window)
        alike = [form for form in forms if tuple(map(len, form.text)) == counted]
        if len(alike) == 1:
            return alike[0]
    for form in forms[:-1]:
        try:
            if with_only((form,)) == came_out:
                return form
        except Refusal:  # it does not fit
            continue
    return forms[-1] if forms else None


class _AnyFont:
    """A font of which nothing has to be known to count its glyphs."""

    meanings: Mapping[int, str] = MappingProxyType({})
    widths: Mapping[int, float] = MappingProxyType({})
    troubled = True


def glyphs_drawn(pdf: bytes, window: Box) -> tuple[int, ...]:
    """How many glyphs stand on each line inside the window of the first page, from the top; of a PDF by Typst.

    None at all where it is written otherwise.
    """
    try:
        objects = Objects(pdf)
        found = _CONTENTS.search(objects.body(objects.pages()[0]))
        content = unpacked(objects.body(int(found[1]))) if found is not None else b""
    except UnreadableError:
        return ()
    left, right = float(window.left) * 72 - 1, float(window.right) * 72 + 1
    low, high = (_PAPER - float(edge) * 72 for edge in (window.bottom, window.top))
    lines: dict[float, int] = {}
    for block in _BLOCK.finditer(content):
        x, y = float(block[1]), float(block[2])
        if left <= x <= right and low - 4 <= y <= high:
            for run in runs.read(content[block.start() : block.end()], defaultdict(_AnyFont)):
                lines[y] = lines.get(y, 0) + sum(len(cluster.glyphs) for cluster in run.clusters)
    return tuple(count for _, count in sorted(lines.items(), reverse=True))
