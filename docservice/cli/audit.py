"""``docservice audit``: what was done, by whom, and whether the trail is whole."""

from __future__ import annotations

import click

from docservice.cli.opening import opened
from docservice.cli.output import REFUSED, emit, json_option, table


@click.group()
def audit() -> None:
    """The audit trail: list, verify."""


@audit.command("list")
@click.option("--subject", help="Only lines about this: a document's id, KEY/NUMBER of a version, account/LOGIN.")
@click.option("--template", help="Only lines about versions of this template.")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many lines.")
@json_option
def list_(subject: str | None, template: str | None, last: int) -> None:
    """List the newest lines."""
    with opened() as office:
        found = list(office.audit(subject=subject, below=template, last=last))
    rows = [(e.sequence, e.at.isoformat(timespec="seconds"), e.actor, e.action, e.subject) for e in found]
    emit({"items": found}, table(("Line", "When", "Who", "What", "On"), rows, "No lines."))


@audit.command()
@click.option("--seal", help="The seal of a last line, kept from an earlier check: it must still be there.")
@click.option("--files", is_flag=True, help="Read every file too, and compare it with its name (slow).")
@json_option
@click.pass_context
def verify(ctx: click.Context, seal: str | None, files: bool) -> None:
    """Check the hash chain from its first line to its last, and hold rows and files against it.

    Exit code 1 when a line is not as it was written, when documents are lost, when a file is missing, or when the
    archive has files that no record names: then the database is not the one that they belong to.

    Keep the seal that it prints elsewhere, and give it back next time (--seal): that nobody rewrote the trail, or cut
    off its end, the trail alone cannot prove.
    """
    kept = seal.strip().lower() if seal is not None else None
    with opened() as office:
        found = office.archive.whole(read=files)
        line = office.archive.sealed_line(kept) if kept is not None else None
    if not found.whole:
        told = {
            name: getattr(found, name) for name in ("line", "documents", "packets", "unknown", "missing", "changed")
        }
        emit({"whole": False, **told, "named": found.named}, [*found.sentences(), *(f"  {one}" for one in found.named)])
        ctx.exit(REFUSED)
    if kept is not None and line is None:
        sentence = "The trail is whole in itself, but no line has that seal: it was rewritten or cut off."
        emit({"whole": False, "line": None, "seal": kept}, [sentence])
        ctx.exit(REFUSED)
    lines, last = found.lines, found.seal
    words = [f"The trail is whole: {lines} lines. Seal of the last: {last}"]
    if line is not None:
        words.append(f"Up to line {line} it is what it was when that seal was kept.")
    emit({"whole": True, "lines": lines, "seal": last}, words)
