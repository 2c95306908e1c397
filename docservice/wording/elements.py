"""The HTML of a wording (docs/house.md): what lint looks for in templates, and rendering in composed texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

ELEMENTS = frozenset(
    {
        "article", "section", "aside", "blockquote", "address", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "dt",
        "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "img", "figcaption",
        "strong", "em", "sup", "sub", "span", "bdi", "time", "data", "a", "br", "mark",
    }
)  # fmt: skip

_OWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "th": frozenset({"scope", "colspan", "rowspan"}),
        "td": frozenset({"colspan", "rowspan"}),
        "ol": frozenset({"start"}),
        "time": frozenset({"datetime"}),
        "data": frozenset({"value"}),
        "a": frozenset({"href"}),
        "img": frozenset({"src", "alt"}),
    }
)
_NONE: frozenset[str] = frozenset()
_EVERYWHERE = frozenset({"lang", "dir"})
_IN_HANDOUTS = frozenset({"class", "id"})
_DATA = re.compile(r"data-[a-z]+(-[a-z]+)*\Z")


def may_have(element: str, attribute: str, face: str) -> bool:
    """Whether ``element`` may have ``attribute`` in a wording of this face (``letter`` or ``handout``)."""
    return (
        attribute in _OWN.get(element, _NONE)
        or attribute in _EVERYWHERE
        or _DATA.match(attribute) is not None
        or (face == "handout" and attribute in _IN_HANDOUTS)
    )
