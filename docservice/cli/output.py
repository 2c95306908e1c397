"""What commands print: sentences for people, or one JSON value with ``--json``; refusals; exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import click

from docservice.refusal import Refusal

OK, REFUSED, USAGE, BAD_INPUT, NOT_FOUND, SETUP, DEFECT = 0, 1, 2, 3, 4, 5, 70

_Command = TypeVar("_Command", bound=Callable[..., Any])
_KEY = "docservice.json"


def json_option(command: _Command) -> _Command:
    """Give a command ``--json``."""

    def remember(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
        ctx.find_root().meta[_KEY] = value

    return click.option(
        "--json", is_flag=True, expose_value=False, is_eager=True, callback=remember, help="Machine-readable output."
    )(command)


def wants_json() -> bool:
    """Whether the running command was given ``--json``."""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().meta.get(_KEY))


def emit(value: Any, lines: Iterable[str]) -> None:
    """Print ``value`` as JSON, or ``lines`` for a person."""
    if wants_json():
        click.echo(json.dumps(plain(value), ensure_ascii=False, indent=1))
    else:
        for line in lines:
            click.echo(line)


def plain(value: Any) -> Any:
    """``value`` as JSON knows it: dates as ISO 8601, money as strings, records as objects, bytes left out."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if not isinstance(v, bytes)}
    if is_dataclass(value):
        found = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: plain(v) for name, v in found.items() if not isinstance(v, bytes)}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return {k: plain(v) for k, v in vars(value).items() if not k.startswith("_") and not isinstance(v, bytes)}


def table(head: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> Iterable[str]:
    """Lines of a table for a terminal, columns aligned; ``empty`` when there are no rows."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not cells:
        return [empty]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [head, *cells]]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return [line.rstrip() for line in lines]


def finding_lines(findings: Iterable[Any]) -> Iterable[str]:
    """One line per finding of the checks or of lint, with its place."""
    for finding in findings:
        place = f"{finding.place}: " if finding.place else ""
        yield f"  {finding.severity}: {place}{finding.message} [{finding.code}]"


def has_errors(findings: Iterable[Any]) -> bool:
    """Whether a finding refuses."""
    return any(finding.severity == "error" for finding in findings)


def exit_code(refusal: Refusal) -> int:
    """What a refusal means to a script that called us."""
    if refusal.kind == "missing":
        return NOT_FOUND
    if refusal.kind == "setup":
        return SETUP
    return REFUSED if refusal.code.startswith("checks.") else BAD_INPUT


def report_refusal(refusal: Refusal) -> int:
    """Say no on standard error: a sentence, then every place. Returns the exit code."""
    code = exit_code(refusal)
    if wants_json():
        errors = [{"code": p.code, "message": p.message, "place": p.place} for p in refusal.problems]
        error = {"code": refusal.code, "message": refusal.message, "exit_code": code, "errors": errors}
        click.echo(json.dumps({"error": error}, ensure_ascii=False, indent=1), err=True)
    else:
        click.echo(str(refusal), err=True)
    return code


def report_defect(error: Exception) -> int:
    """Something is wrong with us, not with the input."""
    if os.environ.get("DOCSERVICE_DEBUG"):
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    message = f"docservice failed ({type(error).__name__}). Whether this step kept anything is not known: look first."
    if wants_json():
        click.echo(json.dumps({"error": {"code": "internal.error", "message": message, "exit_code": DEFECT}}), err=True)
    else:
        click.echo(f"{message} Set DOCSERVICE_DEBUG=1 to see where, and report it. [internal.error]", err=True)
    return DEFECT
