"""What a document is made from, as its record keeps it: the task of the pipeline as columns of a row, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from docservice.office.means.means import Means
from docservice.pipeline.notices import Earlier, NoticeCopy
from docservice.pipeline.producing import Task
from docservice.storage.models import DocumentRow

# Field of the task → column. What is in neither list: ``attachments`` have a table of their own, ``enclosures`` and
# ``engine`` are known when the document is made, ``fonts`` lie where this installation has them.
_COLUMNS = {
    "bundle": "bundle_sha256", "pack": "town_sha256", "casefile": "casefile_sha256", "recipient": "recipient",
    "language": "language", "on": "issued_on", "about": "about", "number": "number", "verify_url": "verify_url",
    "mailing": "mail_class", "mail_on": "mail_on",
}  # fmt: skip
# In one column, as JSON: what few have. An envelope that nobody ordered follows from the sheets.
_NOTICE = ("supersedes", "reason", "original", "served", "copy", "article", "envelope")


def columns(task: Task) -> dict[str, Any]:
    """The columns that keep a task, all but its attachments."""
    said = {name: getattr(task, name) for name in _NOTICE}
    notice = {name: _plain(value) for name, value in said.items() if value is not None}
    return {column: getattr(task, name) for name, column in _COLUMNS.items()} | {
        "verify_code": task.verify_code, "notice": notice,
    }  # fmt: skip


def task_of(means: Means, row: DocumentRow, attachments: Mapping[str, str]) -> Task:
    """The task that made an issued document, from its record; ``attachments`` by name → SHA-256."""
    kept = {name: getattr(row, column) for name, column in _COLUMNS.items()}
    notice = {name: _value(name, row.notice[name]) for name in _NOTICE if row.notice.get(name)}
    enclosures = {one["key"]: one["bundle"] for one in row.enclosures or ()}
    return Task(
        **kept, **notice, fonts=means.fonts, attachments=attachments, engine=row.engine, enclosures=enclosures
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Earlier):
        return {"number": value.number, "issued_on": value.issued_on.isoformat()}
    if isinstance(value, NoticeCopy):
        return value.to_plain()
    return dict(value) if isinstance(value, Mapping) else value


def _value(name: str, plain: Any) -> Any:
    if name in ("supersedes", "original"):
        return Earlier(plain["number"], date.fromisoformat(plain["issued_on"]))
    return NoticeCopy.from_plain(plain) if name == "copy" else plain
