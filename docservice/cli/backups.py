"""``docservice backup`` and ``docservice restore``."""

from __future__ import annotations

from pathlib import Path

import click

from docservice.cli.opening import settings
from docservice.cli.output import REFUSED, emit, json_option


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@click.pass_context
def backup(ctx: click.Context, folder: Path) -> None:
    """Back up records, files, uploads, and the town's own rules and wording into FOLDER, while the service works.

    What was acknowledged before this began is in it. Secrets are not: keys and passwords are kept elsewhere. Exit code
    1 when a file of the archive is missing or was changed; the rest is backed up all the same.

    \b
    Example:
      docservice backup /backups/docservice-$(date +%F)
    """
    from docservice.office.upkeep.backing_up import back_up

    made = back_up(settings(), folder)
    size = sum(size for size, _ in made.files.values())
    counts = f"{made.documents} documents, {made.packets} packets, {len(made.files)} files"
    lines = [
        f"{counts}, {size / 2**20:.1f} MB in {folder}.",
        f"The audit trail had {made.line} lines. Seal of the last: {made.seal}",
    ]
    if made.secrets:
        lines.append(f"Not in it, because they are secret: {', '.join(made.secrets)}.")
    lines += [f"Missing or changed in the archive, and so not in it: {name}" for name in made.lacking]
    emit({"folder": folder, "whole": not made.lacking, "bytes": size, **_told(made)}, lines)
    if made.lacking:
        ctx.exit(REFUSED)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@click.pass_context
def restore(ctx: click.Context, folder: Path) -> None:
    """Restore the backup in FOLDER into an empty home (--home) and, of PostgreSQL, an empty database.

    Every file is checked before anything is written, and the whole afterwards, as by `docservice audit verify`. Exit
    code 1 when something that the backup lacked is missing.

    \b
    Example:
      docservice --home /srv/docservice restore /backups/docservice-2026-11-28
    """
    from docservice.office.upkeep.restoring import SETTINGS_FILE, restore

    config = settings()
    made, found = restore(config, folder)
    lines = [
        f"{found.documents} documents, {found.packets} packets restored to {config.home.absolute()}, as they were on "
        f"{made.made_at:%Y-%m-%d %H:%M} UTC.",
        f"The audit trail has {found.lines} lines. Seal of the last: {found.seal}",
        f"The settings at that time are in {config.home / SETTINGS_FILE}."
        + (f" Bring the secrets: {', '.join(made.secrets)}." if made.secrets else ""),
        *(f"The town's own {name}: set DOCSERVICE_{name.upper()}={config.home.absolute() / name}" for name in made.own),
        "What was issued after the backup is not in it, and its numbers will be given again: see docs/operating.md.",
        *found.sentences(),
    ]
    emit({"home": config.home, "whole": found.whole, "problems": found.sentences(), **_told(made)}, lines)
    if not found.whole:
        ctx.exit(REFUSED)


def _told(made: object) -> dict[str, object]:
    names = ("made_at", "release", "documents", "packets", "line", "seal", "own", "secrets", "lacking")
    return {name: getattr(made, name) for name in names}
