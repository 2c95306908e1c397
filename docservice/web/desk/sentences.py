"""A paragraph's sentences, so that a comment may mean one of them."""

from __future__ import annotations

import re

# After a full stop, a space and a capital: but not after an initial, "Mr.", "No." and their like.
_END = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b(?:Mr|Ms|Dr|St|No)\.)(?<!\bMrs\.)[\"”’)]*\s+(?=[\"“‘({A-Z0-9])")


def sentences(paragraph: str) -> tuple[str, ...]:
    """The sentences of a paragraph; empty when it is a single one. Each stands in the paragraph as it is."""
    found = tuple(part for part in _END.split(paragraph) if part.strip())
    return found if len(found) > 1 else ()
