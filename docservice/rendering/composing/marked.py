"""What a document says of itself: its number and date, its law, what it supersedes, how it is checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docservice.casefile.article_numbers import grouped
from docservice.rendering.composing.values import Day, Fact, Record
from docservice.rendering.composing.view import EarlierDocument, View
from docservice.rendering.language import direction
from docservice.town.pack import DocumentType
from docservice.wording.meta import TemplateMeta


def document(
    view: View,
    meta: TemplateMeta,
    kind: DocumentType | None,
    number: str | None,
    verify_url: str | None,
    supersedes: EarlierDocument | None,
    reason: str | None,
    original: EarlierDocument | None,
    mailing: str | None,
    article: str | None,
    **more: Any,
) -> Record:
    """``document`` of a wording (``docs/wording.md``); ``more`` are fields that others make."""
    values = {
        "key": meta.key,
        "type": meta.document_type,
        "language": view.language,
        "direction": direction(view.language),
        "number": Fact(number, "record/number") if number else None,
        "date": Day(view.on, view.language),
        "formal": bool(kind and kind.formal),
        "basis": view.text(kind.basis, f"town/document_types/{meta.document_type}/basis")
        if kind and kind.basis
        else None,
        "lists_violations": kind is not None and "violations" in kind.required_blocks,
        "source": Fact(kind.source.citation, f"town/document_types/{meta.document_type}/source") if kind else None,
        "verify_url": verify_url,
        "verify_code": Fact(printed_code(verify_url), "record/verify_code") if verify_url else None,
        "supersedes": _earlier(view, supersedes, "supersedes", reason),
        "original": _earlier(view, original, "original", None),
        "certified": "certified_mail" in (mailing or ""),
        "article_number": Fact(grouped(article), "record/article_number") if article else None,
        "article_digits": article,
        "data": _data(meta.data, view.language, "document.data"),
        **more,
    }
    return Record("document", values)


def _earlier(view: View, earlier: EarlierDocument | None, name: str, reason: str | None) -> Record | None:
    if earlier is None:
        return None
    given = {
        "number": Fact(earlier.number, f"record/{name}/number"),
        "date": Day(earlier.issued_on, view.language),
        "reason": view.text(reason, f"record/{name}/reason") if reason else None,
    }
    return Record(f"document.{name}", given)


def printed_code(verify_url: str) -> str:
    """The code at the end of ``verify_url`` as it is printed: in halves, since ten letters in a row are misread."""
    code = verify_url.rpartition("/")[2]
    half = (len(code) + 1) // 2
    return code if len(code) <= 6 else f"{code[:half]}-{code[half:]}"


def _data(value: Any, language: str, path: str) -> Any:
    """A template's own data: mappings as records, lists as tuples, dates as days."""
    if isinstance(value, Mapping):
        return Record(path, {name: _data(item, language, f"{path}.{name}") for name, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_data(item, language, f"{path}.{i}") for i, item in enumerate(value))
    return Day(value, language) if isinstance(value, date) else value
