"""The faces of a document, as callers choose them; light, so that ``--help`` knows them without the engines.

A face goes by its suffix, by which ``media_types`` knows its media type. How each is made stands in ``producing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Face = Literal["pdf", "docx", "html"]
FACES: Mapping[Literal["letter", "handout"], tuple[Face, ...]] = MappingProxyType(
    {"letter": ("pdf", "docx", "html"), "handout": ("pdf", "html")}
)
