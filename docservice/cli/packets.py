"""``docservice packet``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice.cli import files
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, finding_lines, json_option


@click.command()
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="The PDF to write."
)
@json_option
def packet(plan: Path, out: Path) -> None:
    """Bind the documents and exhibits of PLAN into one PDF.

    PLAN is JSON or YAML (docs/packets.md). Issued documents are named by number; exhibits and photographs are read
    from the plan's folder.

    \b
    Example:
      docservice packet hearing.yaml --out CE-2026-0231-packet.pdf
    """
    from docservice.packets.plan import parse

    read = parse(files.read(plan, "plan"))
    exhibits = files.beside(plan.parent, [(path, "") for path in read.paths()])
    with opened() as office:
        record = office.bind(read, exhibits, actor=actor())
        files.write(out, office.packet_pdf(record.id))
    lines = [f"{out}  {record.pages} pages", *finding_lines(record.findings)]
    emit({"packet": record, "file": out}, lines)
