"""``docservice templates`` and ``docservice languages``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, has_errors, json_option, plain, table
from docservice.cli.review import approve, assess, consequences, propose, send_back, submit, withdraw
from docservice.cli.template_folders import check, new
from docservice.cli.types import DAY
from docservice.cli.word_files import from_word, to_word
from docservice.refusal import Refusal


@click.group()
def templates() -> None:
    """Templates and their versions: list, show, new, check, lint; propose, review, approve; in and out of Word; add."""


for _command in (propose, submit, assess, consequences, approve, send_back, withdraw, to_word, from_word, new, check):
    templates.add_command(_command)


@templates.command("list")
@json_option
def list_() -> None:
    """List the templates in force."""
    with opened() as office:
        found = list(office.review.templates())
    rows = [(t.key, t.face, ", ".join(t.languages), t.title) for t in found]
    emit({"items": found}, table(("Key", "Face", "Languages", "Title"), rows, "No templates."))


@templates.command()
@click.argument("template")
@json_option
def show(template: str) -> None:
    """Show a template and all its versions.

    \b
    Example:
      docservice templates show notice-of-violation
    """
    with opened() as office:
        versions = list(office.review.versions(template))
        entry = next((t for t in office.review.templates() if t.key == template), None)
    head = [] if entry is None else [f"{entry.title} ({entry.key})", f"Languages: {', '.join(entry.languages)}", ""]
    rows = [
        (v.number, standing, v.effective_on, v.sha256[:12], v.approver or "")
        for v, standing in ((one.version, one.standing) for one in versions)
    ]
    lines = [*head, *table(("Version", "Status", "In force from", "SHA-256", "Approved by"), rows, "No versions.")]
    listed = [{**plain(one.version), "standing": one.standing} for one in versions]
    emit({"template": entry, "versions": listed}, lines)


@templates.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@click.pass_context
def lint(ctx: click.Context, folder: Path) -> None:
    """Check a template folder: fields, blocks, clauses, translations, samples.

    Every message names file and line. Exit code 1 when there is an error.

    \b
    Example:
      docservice templates lint law/us/letters/notice-of-violation
    """
    with opened() as office:
        findings = list(office.review.lint_folder(_folder(folder)))
    emit({"findings": findings}, list(finding_lines(findings)) or [f"{folder}: nothing to complain about."])
    if has_errors(findings):
        ctx.exit(REFUSED)


@templates.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--effective-on", type=DAY, required=True, metavar="DATE", help="The day the version takes force.")
@click.option("--approved-by", metavar="NAME", default=None, help="Who approved it (default: approved on paper).")
@click.option("--confirm", "confirmed", multiple=True, metavar="ID", help="Something that the refusal names.")
@json_option
def add(folder: Path, effective_on: date, approved_by: str | None, confirmed: tuple[str, ...]) -> None:
    """Freeze FOLDER, approved elsewhere, into the next version of its template, in force at once.

    Everything it uses (clauses, letterhead, pictures, translations) is frozen with it. Documents already issued keep
    their version. Refused while it takes away what another version changed, until that is confirmed. What is to be
    reviewed here is proposed instead: docservice templates propose.

    \b
    Example:
      docservice templates add law/us/letters/courtesy-letter --effective-on 2026-07-01
    """
    with opened() as office:
        by: dict[str, Any] = {"approved_by": approved_by} if approved_by is not None else {}
        by |= {"confirmed": confirmed} if confirmed else {}
        version: Any = office.review.add_template(_folder(folder), effective_on=effective_on, actor=actor(), **by)
    emit({"version": version}, [f"{version.template} version {version.number}, in force from {effective_on}."])


@templates.command()
@click.argument("names", nargs=-1)
@click.option("--note", "noting", is_flag=True, help="Write down that what they hide was looked at, as it is now.")
@json_option
@click.pass_context
def outdated(ctx: click.Context, names: tuple[str, ...], noting: bool) -> None:
    """List files of the town's folder that hide a shipped one; which of these is newer than when it was looked at.

    Exit code 1 when one is newer. With --note, the files NAMES (all without any) count as looked at.

    \b
    Example:
      docservice templates outdated
      docservice templates outdated --note clauses/help.html
    """
    from docservice.office.review import hiding

    with opened() as office:
        found = hiding.note(office.means.path, names) if noting else hiding.hidden(office.means.path)
    rows = [(one.name, f"law/{one.layer}", one.state) for one in found if noting or not names or one.name in names]
    listed = [{"name": name, "hides": layer, "state": state} for name, layer, state in rows]
    emit({"items": listed}, table(("File", "Hides that of", "What it hides is"), rows, "No file hides a shipped one."))
    if any(state == "newer" for _, _, state in rows):
        ctx.exit(REFUSED)


@click.command()
@json_option
def languages() -> None:
    """List the languages offered, and in how many templates."""
    with opened() as office:
        found = list(office.review.languages())
    rows = [(each.tag, each.name, each.own_name, each.direction, len(each.templates)) for each in found]
    emit({"items": found}, table(("Tag", "Name", "Own name", "Direction", "Templates"), rows, "No languages."))


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise Refusal("file.missing", f"There is no folder {folder}.", kind="missing")
    return folder
