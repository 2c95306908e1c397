"""``docservice due``: what is due in all cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.opening import opened
from docservice.cli.output import emit, json_option
from docservice.cli.types import DAY
from docservice.office.means.choices import DUE_STATES

if TYPE_CHECKING:
    from docservice.office.cases.due_list import DueItem


@click.group()
def due() -> None:
    """What is due: dates of papers, of hearings and appeals, and what is to be done after them."""


@due.command("list")
@click.option("--until", type=DAY, metavar="DATE", help="Up to that day, itself included.")
@click.option("--officer", metavar="ID", help="Of the cases of an officer.")
@click.option("--state", type=click.Choice(DUE_STATES), help="Of one state (default: open and late).")
@click.option("--case", metavar="NUMBER", help="Of one case.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True, metavar="N", help="At most.")
@click.option("--why", is_flag=True, help="How each day comes about.")
@json_option
def list_(
    until: date | None, officer: str | None, state: str | None, case: str | None, limit: int, why: bool
) -> None:  # fmt: skip
    """List what is due in all cases, the earliest first.

    \b
    Examples:
      docservice due list --until 2026-06-30
      docservice due list --state late --officer coordinator --why
    """
    with opened() as office:
        found = office.cases.due.listed(until=until, officer=officer, state=state, case=case, per_page=limit)
    lines = due_lines(found.items, why=why)
    if found.following is not None:
        lines.append(f"There is more than these {limit}.")
    if not found.complete:
        lines.append("Not every case is reckoned yet: docservice due rebuild")
    emit({"on": found.on, "complete": found.complete, "items": plain_items(found.items)}, lines or ["Nothing is due."])


@due.command()
@json_option
def rebuild() -> None:
    """Reckon what is due in every case again, from the record. Nothing of the record changes.

    \b
    Example:
      docservice due rebuild
    """
    with opened() as office:
        count = office.cases.due.rebuild()
    emit({"dates": count}, [f"{count} dates of all cases are reckoned."])


def due_lines(items: Iterable[DueItem], *, why: bool, case: bool = True) -> list[str]:
    """Dates as lines: the day, the state, what, for whom."""
    lines = []
    for item in items:
        one = item.deadline
        named = (item.case if case else None, one.title, f"({one.name})", one.document,
                 f"for {one.party}" if one.party else None)  # fmt: skip
        day = one.effective.isoformat() if one.effective is not None else "no day"
        was = f", before {item.previous}" if item.previous is not None else ""
        lines.append(f"{day:10} {one.state:7} {' '.join(part for part in named if part)}{was}")
        if one.done_by is not None:
            lines.append(f"{'':18} {one.done_by}")
        if why:
            lines.append(f"{'':18} {one.explain}")
    return lines


def plain_items(items: Iterable[DueItem]) -> list[dict[str, Any]]:
    """Dates as JSON values would have them."""
    from docservice.office.cases.due_list import plain

    return [plain(item) for item in items]
