"""``docservice templates from-word`` and ``to-word``: wording in Word files, from a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from docservice.cli import files as file_room
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, has_errors, json_option
from docservice.refusal import Refusal


@click.command("from-word")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("key")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The template folder.")
@click.option("--based-on", type=click.IntRange(1, 10**6), help="The version it was made from (the one in force).")
@json_option
@click.pass_context
def from_word(ctx: click.Context, file: Path, key: str, out: Path, based_on: int | None) -> None:
    """Read the Word file FILE as the wording of template KEY, into a template folder.

    Tracked changes are read as accepted; what could not be kept is listed by paragraph. Look at the folder, then
    propose it: docservice templates propose FOLDER. Exit code 1 when something of the file is lost or a tag is wrong.

    \b
    Example:
      docservice templates from-word notice.docx notice-of-violation --out letters/notice-of-violation
    """
    from docservice.office.people.roles import Actor
    from docservice.office.review.word_files import folder_of

    data = file_room.read(file, "Word file")
    with opened() as office:
        reading = office.review.read_word(key, data, based_on=based_on, actor=Actor(actor()))
        made = folder_of(office.shop, key, reading, based_on)
    for name, content in made.items():
        file_room.write(out / name, content)
    lines = [*(finding_lines(reading.findings) or ()), f"{out}: {', '.join(sorted(reading.files))}."]
    emit({"files": sorted(made), "findings": reading.findings}, lines)
    if has_errors(reading.findings):
        ctx.exit(REFUSED)


@click.command("to-word")
@click.argument("key")
@click.argument("version", type=click.IntRange(1, 10**6), required=False)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The .docx to write.")
@json_option
def to_word(key: str, version: int | None, out: Path) -> None:
    """Write a version (the one in force) of template KEY as a Word file to edit.

    Fields and conditions are visible, blocks and clauses are content controls, and changes are tracked. What comes back
    is read by: docservice templates from-word.

    \b
    Example:
      docservice templates to-word notice-of-violation --out notice.docx
    """
    with opened() as office:
        listed = office.review.versions(key)
        number = version or next((one.version.number for one in listed if one.standing == "in_force"), None)
        if number is None:
            message = f"No version of {key} is in force today; name one: to-word {key} VERSION."
            raise Refusal("template.not_in_force", message, kind="missing")
        content = office.review.to_word(key, number)
    file_room.write(out, content)
    emit({"template": key, "version": number, "file": str(out)}, [f"{key} version {number}: {out}"])
