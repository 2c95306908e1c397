"""``docservice handouts``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli import files
from docservice.cli.letters import out_option
from docservice.cli.opening import opened
from docservice.cli.output import emit, json_option
from docservice.finding import Finding
from docservice.pipeline.faces import FACES
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.pipeline.faces import Face


@click.group()
def handouts() -> None:
    """Handouts for the public."""


@handouts.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--language", "languages", multiple=True, metavar="L", help="Only this language; repeatable.")
@click.option("--face", "faces", type=click.Choice(FACES["handout"]), multiple=True, help="Both unless given.")
@out_option(required=True)
@json_option
def build(keys: tuple[str, ...], languages: tuple[str, ...], faces: tuple[Face, ...], out: Path) -> None:
    """Write handouts as KEY-LANGUAGE.pdf and .html: all of them, or those named.

    \b
    Examples:
      docservice handouts build --out handouts/
      docservice handouts build fences-and-hedges --language es --out handouts/
    """
    built: list[dict[str, Any]] = []
    with opened() as office:
        offered = {t.key: t for t in office.review.templates() if t.face == "handout" and t.version}
        unknown = [key for key in keys if key not in offered]
        if unknown:
            problems = [Finding.error("template.unknown", f"There is no handout “{key}”.") for key in unknown]
            message = f"Some handouts are not there. There are: {', '.join(sorted(offered)) or 'none'}."
            raise Refusal("template.unknown", message, problems, kind="missing")
        chosen = [
            (key, tag)
            for key in keys or sorted(offered)
            for tag in languages or offered[key].languages
            if tag in offered[key].languages or keys or not languages
        ]
        if not chosen:
            raise Refusal("language.unavailable", f"No handout is offered in {', '.join(languages)}.", kind="missing")
        steps = [(key, tag, face) for key, tag in chosen for face in faces or FACES["handout"]]
        with click.progressbar(steps, label="Handouts", file=sys.stderr) as bar:
            for key, tag, face in bar:
                made = office.issuing.handout(key, tag, face)
                path = files.write(out / f"{files.safe(key)}-{files.safe(tag)}.{face}", made.content)
                built.append({"key": key, "language": tag, "face": face, "pages": made.pages, "file": path})
    emit({"items": built}, [str(entry["file"]) for entry in built])
