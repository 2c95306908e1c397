"""Vector pictures are drawn once per process, not once per print.

Drawing an illustration of some hundred shapes takes WeasyPrint as long as setting the page around it, and every
language of a handout shows the same one. ``Pictures`` is the image cache of one print; pictures that came as ``data:``
URLs, which name their whole content, stay for the next. What is kept are PDF operators, the same bytes that drawing
again would give. Pictures with text, gradients, groups or pictures inside are drawn anew each time.
"""

from __future__ import annotations

import base64
import re
from collections import OrderedDict
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

_KEPT = 64
_SIZES = 4
_NEEDY = re.compile(rb"<(?:\w+:)?(?:text|image|use|foreignObject)\b|<!ENTITY|href")
_kept: OrderedDict[str, _Drawn] = OrderedDict()


class Pictures(dict[str, Any]):
    """WeasyPrint's image cache for one print."""

    def __contains__(self, url: object) -> bool:
        return super().__contains__(url) or (isinstance(url, str) and _drawn(url) is not None)

    def __getitem__(self, url: str) -> Any:
        return super().__getitem__(url) if super().__contains__(url) else _drawn(url)


def _drawn(url: str) -> _Drawn | None:
    """The picture of a ``data:`` URL, if it is a vector picture that needs nothing of the page around it."""
    if url in _kept:
        _kept.move_to_end(url)
        return _kept[url]
    if not url.startswith("data:image/svg+xml"):
        return None
    from weasyprint.images import SVGImage

    try:
        head, _, packed = url.partition(",")
        content = unquote_to_bytes(packed)
        if head.endswith(";base64"):
            content = base64.decodebytes(content)
        if _NEEDY.search(content):
            return None
        image = _Drawn(SVGImage(ElementTree.fromstring(content), url, None, None))
        image.get_intrinsic_size(1, 16)
    except Exception:
        return None  # WeasyPrint, which then tries itself, says what is wrong
    _kept[url] = image
    while len(_kept) > _KEPT:
        _kept.popitem(last=False)
    return image


class _Drawn:
    """A picture that remembers how it was drawn at a size."""

    def __init__(self, image: Any) -> None:
        self.image = image
        self.sizes: dict[tuple[float, float], tuple[bytes, dict[str, Any]]] = {}

    def get_intrinsic_size(self, resolution: float, font_size: float) -> Any:
        return self.image.get_intrinsic_size(resolution, font_size)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        known = self.sizes.get((width, height))
        _forget_state(stream)
        if known is None:
            self._draw(stream, width, height, style)
        else:
            operators, states = known
            stream.stream.append(operators)
            stream._resources["ExtGState"].update(states)
        _forget_state(stream)

    def _draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        resources = stream._resources
        before, states = _counts(resources), set(resources["ExtGState"])
        start = len(stream.stream)
        self.image.draw(stream, width, height, style)
        operators = b"\n".join(_bytes(part) for part in stream.stream[start:])
        used = {name: resources["ExtGState"][name] for name in resources["ExtGState"]}
        added = set(used) - states
        if _counts(resources) == before and all(name[0] in "Aa" for name in added) and len(self.sizes) < _SIZES:
            self.sizes[width, height] = operators, {n: s for n, s in used.items() if f"/{n} gs".encode() in operators}


def _counts(resources: Any) -> tuple[int, ...]:
    return tuple(len(resources.get(kind, ())) for kind in ("XObject", "Pattern", "Shading"))


def _bytes(part: Any) -> bytes:
    return part if isinstance(part, bytes) else part.encode() if isinstance(part, str) else part.data


def _forget_state(stream: Any) -> None:
    """Colors and opacities are said anew: what is remembered must not lean on what stood before it."""
    stream._current_color = stream._current_color_stroke = None
    stream._current_alpha = stream._current_alpha_stroke = None
