"""What stands in a cell or a line of a page of our own, as data for ``law/us/letterhead/packet.typ`` (``say``).

A ``Content`` is text, a list of contents that stand one below the other, or an object with one of the keys ``link``,
``strong``, ``small``, ``row``, ``digits`` or ``said``. It is data: nothing of it is ever evaluated as markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docservice.casefile.direction import RTL_CHARACTERS
from docservice.casefile.facts import Name
from docservice.rendering.letters.typst_language import split_language

Content = Any
"""JSON data: text, a list of lines, or an object that :func:`linked`, :func:`strong` … make."""

_RTL = re.compile(f"[{RTL_CHARACTERS}]")
_ISOLATE, _END = "\u2068", "\u2069"


def linked(key: str, body: Content) -> Content:
    """A link to the packet's entry ``key`` (see :mod:`docservice.pdf.splicing.links`)."""
    return {"link": key, "body": body}


def strong(body: Content) -> Content:
    return {"strong": body}


def small(body: Content) -> Content:
    """A quiet line of small print."""
    return {"small": body}


def row(*parts: Content) -> Content:
    """Contents that stand one behind the other."""
    return {"row": list(parts)}


def digits(text: str, size: float = 7.5) -> Content:
    """A hash or an article number: figures of one width, wrapped anywhere. ``size`` is in points."""
    return {"digits": text, "size": size}


def in_language(text: str, language: str | None) -> Content:
    """Text in its own language, if it is known; text that runs right to left cannot disturb its neighbors."""
    isolated = f"{_ISOLATE}{text}{_END}" if _RTL.search(text) else text
    return isolated if language is None else {"said": isolated, **split_language(language)}


def person(name: Name) -> Content:
    """A legal name in its own script, with the Latin form beside it where there is one."""
    own = in_language(name.text, name.language)
    return row(own, f" ({name.latin})") if name.latin and name.latin != name.text else own


def table(
    header: Sequence[str],
    columns: Sequence[float],
    rows: Sequence[Sequence[Content]],
    *,
    align: Sequence[str] = (),
    title: Content = None,
    after: Sequence[Content] = (),
) -> dict[str, Any]:
    """A table; ``columns`` in inches, 0 takes what is left; ``align`` is ``start`` unless ``end`` is given."""
    return {
        "title": title,
        "header": list(header),
        "columns": list(columns),
        "align": list(align) or ["start"] * len(columns),
        "rows": [list(one) for one in rows],
        "after": list(after),
    }
