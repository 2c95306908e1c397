"""Where each string of a version stands: the block paths of the paragraphs that print it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache

from docservice.wording.bundle import Bundle
from docservice.wording.catalog.outline import outline
from docservice.wording.catalog.renditions import strings_of

_CODE = re.compile(r"(%\(\w+\)s|%%|<[^<>]*>)")


@lru_cache(maxsize=32)
def contexts(bundle: Bundle) -> Mapping[str, tuple[str, ...]]:
    """Block paths (``penalties/p[2]``) by message id; a string that is found nowhere has none."""
    paragraphs = outline(bundle).paragraphs
    found = {}
    for sentence in strings_of(bundle):
        pattern = _pattern(sentence.text)
        found[sentence.id] = tuple(dict.fromkeys(p.path for p in paragraphs if pattern.search(p.text)))
    return found


def _pattern(text: str) -> re.Pattern[str]:
    """The string as an outline shows it: blanks as fields by whatever name, without tags."""
    parts = []
    for part in _CODE.split(text):
        if part.startswith("%("):
            parts.append(r"\{[^{}]*\}")
        elif not part.startswith("<"):
            plain = html.unescape(part.replace("%%", "%"))
            parts.append(re.sub(r"(\\?\s)+", r"\\s+", re.escape(plain)))
    return re.compile(r"(?<!\w)" + "".join(parts) + r"(?!\w)")
