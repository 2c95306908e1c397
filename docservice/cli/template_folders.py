"""``docservice templates new`` and ``check``: template folders for those who keep wording as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli import files
from docservice.cli.letters import out_option
from docservice.cli.opening import opened
from docservice.cli.output import REFUSED, emit, has_errors, json_option

if TYPE_CHECKING:
    from docservice.finding import Finding


@click.command()
@click.argument("key")
@click.option("--handout", is_flag=True, help="A handout for the public instead of a letter.")
@click.option("--type", "document_type", metavar="TYPE", help="The town's document type (default: KEY).")
@click.option("--title", metavar="TITLE", help="Its title (default: its type's, or from KEY).")
@click.option("--to", "to", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Write DIR/KEY.")
@json_option
def new(key: str, handout: bool, document_type: str | None, title: str | None, to: Path | None) -> None:
    """Begin a template folder: head, wording from a skeleton, samples that refer to the shipped examples.

    It is written into the town's own folder (letters/KEY or handouts/KEY), or with --to into DIR. What is to be written
    stands in it as {{ document.data.to_write… }}; until then no version of it can be approved.

    \b
    Examples:
      docservice templates new closure-letter
      docservice templates new tenant-closure --type closure-letter --to town/madrona-hills/letters
      docservice templates new rain-barrels --handout
    """
    from docservice.office.review import folders
    from docservice.office.review.starting import Start

    head = {"document_type": document_type} if document_type else {}
    begun = Start(key, title or "", "", "handout" if handout else "letter", head)
    with opened() as office:
        folder = folders.begin(office.means, begun, to)
    begun_with = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    emit({"folder": str(folder), "files": begun_with}, [f"{folder}:", *(f"  {name}" for name in begun_with)])


@click.command()
@click.argument("template", required=False, metavar="[KEY|FOLDER]")
@out_option(required=False)
@json_option
@click.pass_context
def check(ctx: click.Context, template: str | None, out: Path | None) -> None:
    """Check template folders: lint, the town's rules, every sample in every language and face.

    Without an argument, every folder of the town and its law. One line for each kind of finding; --json has all of
    them. --out keeps what was made of the samples, to be looked at. Exit code 1 when there is an error.

    \b
    Examples:
      docservice templates check closure-letter --out drafts/
      docservice templates check my-letters/closure-letter
    """
    from docservice.office.review import folders

    def keep(name: str, content: bytes) -> None:
        if out is not None:
            files.write(out / name, content)

    with opened() as office:
        found = [folders.check(office.means, folder, keep) for folder in folders.found_by(office.means, template)]
    lines = [line for one in found for line in (_head(one), *kinds(one.findings))]
    emit({"items": found}, lines)
    if any(has_errors(one.findings) for one in found):
        ctx.exit(REFUSED)


def _head(one: Any) -> str:
    return f"{one.key}: {one.renderings} samples rendered{'' if one.findings else ', nothing to complain about'}."


def kinds(findings: Sequence[Finding]) -> Iterator[str]:
    """One line for each kind of finding: how often, and the first of them with its place."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.severity, finding.code), []).append(finding)
    for (severity, code), same in grouped.items():
        first = same[0]
        place = f"{first.place}: " if first.place else ""
        more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        yield f"  {severity}: {place}{first.message} [{code}]{more}"
