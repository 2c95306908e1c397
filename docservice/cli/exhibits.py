"""``docservice exhibit``: may these files go into a packet, and as what?"""

from __future__ import annotations

import json
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.files import MAX_FILE
from docservice.cli.output import REFUSED, json_option, wants_json

if TYPE_CHECKING:
    from concurrent.futures import Future

    from docservice.pdf.foreign.intake import Intake

_AT_ONCE = 2  # files


@click.command()
@click.argument("exhibits", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--recognize", is_flag=True, help="Recognize the text of pages that have none (Tesseract).")
@click.option(
    "--language", "languages", multiple=True, default=("en",), show_default=True, metavar="LANGUAGE",
    help="With --recognize: a language of the text, BCP 47; may be repeated.",
)  # fmt: skip
@json_option
@click.pass_context
def exhibit(context: click.Context, exhibits: tuple[Path, ...], recognize: bool, languages: tuple[str, ...]) -> None:
    """Say whether foreign files can go into a packet, and what would be changed.

    Each FILE (PDF, JPEG, PNG, HEIC, TIFF …) is looked at in a process of its own, for at most 20 seconds and with at
    most 1 GB. It is usable, converted (the findings say how) or refused (and why). Nothing is written. With
    --recognize, pages without text are read as well, for at most a minute each.

    \b
    Examples:
      docservice exhibit exhibits/*.pdf --json
      docservice exhibit scan.pdf --recognize --language es
    """
    all_good = True
    for path, taken in _answers(exhibits, languages if recognize else ()):
        all_good &= taken.verdict != "refused"
        name = str(path).encode("utf-8", "backslashreplace").decode()
        if wants_json():
            click.echo(json.dumps(_record(name, taken), ensure_ascii=False))
            continue
        pages = f", {len(taken.pages)} page{'s' * (len(taken.pages) != 1)}" if taken.pages else ""
        click.echo(f"{_printable(name)}: {taken.verdict}{pages}")
        for finding in taken.findings:
            where = f"page {finding.page}: " if finding.page else ""
            click.echo(f"  {where}{finding.message} [{finding.code}]")
    if not all_good:
        context.exit(REFUSED)


def _answers(paths: Sequence[Path], languages: Sequence[str]) -> Iterator[tuple[Path, Intake]]:
    """The intake of every file, in order, two at a time; never more than a few files in memory."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        waiting: deque[tuple[Path, Future[Intake]]] = deque()
        for path in paths:
            waiting.append((path, pool.submit(_taken, path, languages)))
            if len(waiting) > _AT_ONCE:
                first, future = waiting.popleft()
                yield first, future.result()
        for path, future in waiting:
            yield path, future.result()


def _taken(path: Path, languages: Sequence[str]) -> Intake:
    taken = _examined(path)
    if languages:
        from docservice.pdf.foreign.recognize import recognize

        taken = recognize(taken, languages=languages)
    return taken


def _printable(name: str) -> str:
    """A file's name on one line, whatever is in it."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name)


def _record(name: str, taken: Intake) -> dict[str, Any]:
    findings = [{"code": each.code, "message": each.message, "page": each.page} for each in taken.findings]
    return {"file": name, "verdict": taken.verdict, "pages": len(taken.pages), "findings": findings}


def _examined(path: Path) -> Intake:
    """The intake of a file; what cannot be read is refused like what cannot be used."""
    from docservice.pdf.foreign import intake

    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return intake.refused("intake.unreadable", "It is not a file.")
        if status.st_size > MAX_FILE:
            return intake.refused("intake.too_large", f"It is larger than {MAX_FILE // 2**20} MB.")
        data = path.read_bytes()
    except FileNotFoundError:
        return intake.refused("intake.missing", "There is no such file.")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        return intake.refused("intake.unreadable", f"It cannot be read: {reason}.")
    return intake.examine(data)
