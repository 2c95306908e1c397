"""The faces of a document, as callers choose them; light, so that ``--help`` knows them without the engines."""

from __future__ import annotations

from typing import Literal, get_args

Face = Literal["pdf", "docx", "html"]
FACES: tuple[Face, ...] = get_args(Face)
