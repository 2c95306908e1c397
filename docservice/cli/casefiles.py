"""``docservice casefile``: is a casefile right, and what may stand in one."""

from __future__ import annotations

import json
from pathlib import Path

import click

from docservice.cli import files
from docservice.cli.output import emit, json_option
from docservice.finding import Finding
from docservice.refusal import Refusal, things_are


@click.group()
def casefile() -> None:
    """Casefiles: check one, or print their JSON Schema."""


@casefile.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def check(file: Path) -> None:
    """Check a casefile and that its photographs are there. Nothing is made.

    Every error is listed at once, each at its place. Exit code 3 when there is one.

    \b
    Example:
      docservice casefile check case.json
    """
    from docservice.casefile import load

    raw = files.casefile(file)
    problems: list[Finding] = []
    try:
        facts = load(raw)
    except Refusal as refusal:
        problems += refusal.problems
    try:
        photographs = files.beside(file.parent, files.photos(raw), strict=True)
    except Refusal as refusal:
        problems += refusal.problems
    if problems:
        raise Refusal("casefile.invalid", f"{things_are(problems)} wrong with the casefile.", problems)
    counts = {
        name: len(getattr(facts, name))
        for name in ("parties", "violations", "inspections", "citations", "hearings", "service")
    }
    counted = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    summary = {"file": file, "case": facts.case.number, "valid": True, "photographs": len(photographs), **counts}
    emit(summary, [f"{file}: {facts.case.number} is in order ({counted}; {len(photographs)} photographs)."])


@casefile.command()
@json_option
def schema() -> None:
    """Print the JSON Schema of a casefile, for editors and other systems.

    \b
    Example:
      docservice casefile schema > casefile.schema.json
    """
    from docservice.casefile import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))
