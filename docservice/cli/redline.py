"""``docservice templates redline``: what changed between two versions, in the terminal or as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.files import write
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, plain
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.wording.redlines import Redline

_FACES = ("html", "pdf", "docx", "json")


@click.command()
@click.argument("template")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--language", default="en", metavar="TAG", help="BCP 47: the wording in this language (default: en).")
@click.option("--face", type=click.Choice(_FACES), help="A file instead of lines; needs --out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--author", help="Whose tracked changes they are in Word, of a folder (default: you).")
@click.option("--only-changes", is_flag=True, help="In --face html and pdf: what changed, without what did not.")
@click.option("--sample", default="", metavar="NAME", help="The sample for --sheets (default: usual).")
@click.option(
    "--sheets", type=click.Path(file_okay=False, path_type=Path), help="Also: pages side by side, as PNG, HTML and PDF."
)
@json_option
def redline(
    template: str,
    old: str,
    new: str,
    language: str,
    face: str | None,
    out: Path | None,
    author: str | None,
    sample: str,
    sheets: Path | None,
    only_changes: bool,
) -> None:
    """Show what changed from version OLD of TEMPLATE to NEW.

    OLD and NEW are numbers of versions on record, or template folders. Clauses and translations are in place; fields
    and conditions are compared as what they are.

    \b
    Examples:
      docservice templates redline notice-of-violation 3 4
      docservice templates redline notice-of-violation 3 my-draft/ --face docx --out redline.docx
      docservice templates redline notice-of-violation 3 4 --sheets compare/
    """
    if (face is None) != (out is None):
        raise click.UsageError("--face and --out go together.")
    from docservice.wording.redlines import changes_alone

    with opened() as office:
        made = office.redline(template, _version(old), _version(new), language)
        written: list[Path] = []
        shown = changes_alone(made) if only_changes and face in ("html", "pdf") else made
        if out is not None:
            data = (
                (json.dumps(plain(made), ensure_ascii=False, indent=1) + "\n").encode()
                if face == "json"
                else office.redline_face(shown, face, author=author or actor())  # type: ignore[arg-type]
            )
            written.append(write(out, data))
        if sheets is not None:
            pages = office.redline_sheets(template, _version(old), _version(new), sample, language)
            for number, pair in enumerate(pages.pairs, 1):
                written.append(write(sheets / f"page-{number:02}.png", pair.png))
            written.append(write(sheets / "index.html", pages.html.encode()))
            written.append(write(sheets / "sheets.pdf", pages.pdf))
    lines = [f"Written: {path}" for path in written] or list(_lines(made))
    emit({"redline": made, "files": written} if written else {"redline": made}, lines)


def _version(given: str) -> int | Path:
    if given.isdecimal():
        return int(given)
    if not Path(given).is_dir():
        raise Refusal("file.missing", f"“{given}” is neither a version's number nor a folder.", kind="missing")
    return Path(given)


def _lines(made: Redline) -> Iterator[str]:
    """The redline for a terminal: ``[-what went-]``, ``{+what came+}``."""
    from docservice.rendering.redline import labels as words

    yield f"{made.title}: {made.old_name} → {made.new_name} ({made.language}). {words.headline(made)}"
    for topic in words.topics(made):
        yield f"{topic.title}{' (!)' if topic.urgent else ''}: {'; '.join(topic.lines)}"
    heading: Any = None
    for change in made.changes:
        label = words.LABELS[change.kind]
        where = change.block.within[-1] if change.block.within else ""
        if where != heading:
            yield f"\n{where.replace('-', ' ') or 'outside of blocks'}"
            heading = where
        yield f"  {change.number}. {words.role_name(change.block)} {label}: {words.marked(change)}"
        for one in change.attributes:
            yield f"     {words.attribute_text(one, change.block.role)}"
