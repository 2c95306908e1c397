"""Small templates to compare: a wording, its clauses and translations, as a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from docservice.rendering.redline.labels import attribute_text, marked
from docservice.wording.bundle import Bundle
from docservice.wording.redlines import redline
from docservice.wording.redlines.values import BlockChange, Redline

LANGUAGES = ("es", "zh-Hant", "ar", "ja", "km", "vi")
META = "key: demo\ntitle: Demo\nface: letter\n"


def bundle(
    wording: str,
    *,
    clauses: Mapping[str, str] | None = None,
    messages: Mapping[str, Mapping[str, str | list[str]]] | None = None,
    meta: str = META,
    files: Mapping[str, bytes] | None = None,
    languages: Iterable[str] = LANGUAGES,
) -> Bundle:
    """A bundle whose article holds ``wording``; it speaks ``languages``."""
    held = {
        "template.yaml": meta.encode(),
        "letter.html": f"<article>\n{wording}\n</article>".encode(),
        **(files or {}),
    }
    for name, text in (clauses or {}).items():
        held[f"clauses/{name}.html"] = text.encode()
    for language in languages:
        texts = (messages or {}).get(language, {})
        value = {"language": language, "plural": "n != 1", "review": "draft", "messages": texts}
        held[f"messages/{language}.json"] = json.dumps(value).encode()
    return Bundle.of(held)


def between(old: str, new: str, language: str = "en") -> Redline:
    """The redline of two wordings."""
    return redline(bundle(old), bundle(new), language)


def line(change: BlockChange) -> str:
    """A change in one line: ``changed p: After [-that-] {+this+} date``; moves carry their number."""
    move = f" #{change.move}" if change.move else ""
    also = "".join(f" ({attribute_text(one, change.block.role)})" for one in change.attributes)
    return f"{change.kind}{move} {change.block.role}: {marked(change)}{also}"


def lines(changes: Sequence[BlockChange]) -> list[str]:
    """All changes, but for the ends of sections, which come and go with their starts."""
    return [line(change) for change in changes if change.block.role != "section-end"]
