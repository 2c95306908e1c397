"""Addresses on paper: a sheet of labels, or envelopes without a window. Pure: values in, bytes out.

Labels are 2⅝ × 1 in, thirty on a US letter sheet (the layout sold as Avery 5160); envelopes are #10, 9½ × 4⅛ in.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Literal

from docservice import shipped
from docservice.rendering.fonts import FontSet
from docservice.town.pack import TownIdentity

SheetForm = Literal["labels", "envelopes"]


def as_addresses(
    kind: SheetForm, addresses: Sequence[Sequence[str]], *, title: str, town: TownIdentity, on: date, fonts: FontSet
) -> bytes:
    """The addresses as PDF, each by its lines, the addressee's first; ``on`` dates the file."""
    # The engine is loaded where something is rendered: who serves the desk reads this module too.
    from docservice.rendering import textlayer
    from docservice.rendering.letters.typst_press import typst_pdf

    data = {
        "kind": kind,
        "title": title,
        "town": town.name,
        "stamp": [on.year, on.month, on.day],
        "sender": [town.name, town.office, *town.address],
        "addresses": [list(lines) for lines in addresses],
    }
    folder = shipped.folder("law") / "us" / "letterhead"
    sources = {name: (folder / name).read_bytes() for name in ("address-forms.typ", "faces.typ")}
    written = json.dumps(data, ensure_ascii=False)
    setting = {"marks": textlayer.has_marks_elsewhere(written)}
    return typst_pdf(sources, "address-forms.typ", data, fonts=fonts, stamp=on, setting=setting)
