"""The task of a document comes back from its record as it was: nothing that it is made from is written down twice."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from docservice.office.issuing import pinned
from docservice.office.means.means import Means
from docservice.pipeline.notices import Earlier, NoticeCopy
from docservice.pipeline.producing import Task
from docservice.rendering.fonts import FontPlaces
from docservice.storage.models import DocumentRow

FONTS = FontPlaces(Path("/fonts"))
PLAIN = Task(
    bundle="b" * 64, pack="c" * 64, casefile="d" * 64, recipient="owner", language="es", on=date(2026, 9, 1),
    about="c1", number="NOV-2026-0001", verify_url="https://town.example/verify/ABCDEFGHJK", fonts=FONTS,
)  # fmt: skip
FULL = replace(
    PLAIN, attachments={"a.jpg": "e" * 64}, supersedes=Earlier("NOV-2026-0000", date(2026, 8, 1)), reason="A name.",
    original=Earlier("NOV-2026-0001", date(2026, 9, 1)), served={"title": "Notice", "pages": 2}, engine="typst 1",
    copy=NoticeCopy("NOV-2026-0001", 2, ("owner", "agent"), 2, Earlier("NOV-2026-0001.2", date(2026, 8, 1))),
    mail_on=date(2026, 9, 3), mailing="certified_mail", article="9407111899223197428490",
    enclosures={"hearing-request": "f" * 64}, envelope="flat-9x12",
)  # fmt: skip


@pytest.mark.parametrize("task", [PLAIN, FULL])
def test_a_task_comes_back_from_its_row(task: Task) -> None:
    enclosures = [{"key": key, "bundle": sha256} for key, sha256 in task.enclosures.items()]
    row = DocumentRow(**pinned.columns(task), engine=task.engine, enclosures=enclosures or None)
    means = cast(Means, SimpleNamespace(fonts=FONTS))
    assert pinned.task_of(means, row, task.attachments) == task


def test_the_full_one_has_every_field() -> None:
    """A field that is added to the task, and that no row keeps, is seen here."""
    empty: dict[str, Any] = {field.name: getattr(PLAIN, field.name) for field in fields(Task)}
    assert {name for name, value in empty.items() if getattr(FULL, name) != value} == {
        "attachments", "supersedes", "reason", "original", "served", "engine", "copy", "mail_on", "mailing", "article",
        "enclosures", "envelope",
    }  # fmt: skip
    assert all(getattr(FULL, name) for name in empty)


def test_the_code_is_the_end_of_the_address() -> None:
    assert pinned.columns(PLAIN)["verify_code"] == "ABCDEFGHJK"
