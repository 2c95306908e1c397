"""``docservice articles`` and ``docservice mail``: article numbers of certified mail, and what goes into the mail."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docservice.cli import files
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, table
from docservice.cli.types import DAY

if TYPE_CHECKING:
    from docservice.storage.articles import ArticleState

_STATES = ("free", "reserved", "printed", "mailed", "spoiled")


@click.group()
def articles() -> None:
    """Article numbers for certified mail: add, list, spoil. Each is used once."""


@articles.command("add")
@click.argument("numbers", nargs=-1, required=True, metavar="FILE|NUMBER...")
@click.option(
    "--batch", metavar="NAME", help="The roll or file that they came in (default: the file's name, or today)."
)
@json_option
def add_articles(numbers: tuple[str, ...], batch: str | None) -> None:
    """Take article numbers in, from a FILE with one a line or as they are; all or none.

    \b
    Examples:
      docservice articles add usps-2026-03.txt
      docservice articles add "9407 1118 9922 3197 4284 90" --batch counter
    """
    from docservice.office.issuing.article_stock import numbers_in

    found: list[str] = []
    named = ""
    for one in numbers:
        path = Path(one)
        if path.is_file():
            found += numbers_in(files.read(path, "file of numbers").decode("utf-8", "replace"))
            named = named or path.name
        else:
            found += numbers_in(one) or [one]
    with opened() as office:
        batch = batch or named or office.means.today().isoformat()
        count = office.issuing.articles.add(found, batch=batch, actor=actor())
        counts = office.issuing.articles.counts()
    emit(
        {"added": count, "batch": batch, "counts": counts}, [f"{count} added as “{batch}”; {counts['free']} are free."]
    )


@articles.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those.")
@click.option("--batch", metavar="NAME", help="Only of this roll or file.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="The newest so many.")
@json_option
def list_articles(state: ArticleState | None, batch: str | None, limit: int) -> None:
    """List article numbers, the newest first, and how many there are of each state."""
    from docservice.casefile.article_numbers import grouped

    with opened() as office:
        found = office.issuing.articles.listed(state=state, batch=batch, limit=limit)
        counts = office.issuing.articles.counts()
    rows = [(grouped(one.number), one.state, one.document or "", one.batch, one.why or "") for one in found]
    lines = table(("Number", "State", "Document", "Batch", "Why"), rows, "There is no such number.")
    emit({"items": found, "counts": counts}, [*lines, ", ".join(f"{count} {name}" for name, count in counts.items())])


@articles.command("spoil")
@click.argument("number")
@click.option("--reason", required=True, metavar="WHY", help="Why it is not to be used; kept.")
@json_option
def spoil_article(number: str, reason: str) -> None:
    """Say that an article NUMBER is not to be used: its label tore, its letter was never mailed. It never is again.

    \b
    Example:
      docservice articles spoil "9407 1118 9922 3197 4284 90" --reason "Printed twice; the first was torn up."
    """
    with opened() as office:
        spoiled = office.issuing.articles.spoil(number, reason=reason, actor=actor())
    emit(spoiled, [f"{spoiled.number} is spoiled."])


@click.group()
def mail() -> None:
    """What goes into the mail."""


@mail.command("list")
@click.option("--on", type=DAY, metavar="DATE", help="What is mailed on this day.")
@click.option("--case", metavar="NUMBER", help="Of this case.")
@click.option("--notice", metavar="NUMBER", help="All copies of this notice.")
@click.option("--document", "documents", multiple=True, metavar="NUMBER", help="This document; repeatable.")
@click.option(
    "--csv", "as_csv", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it as CSV."
)
@click.option(
    "--pdf", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it for the post office."
)
@json_option
def list_mail(
    on: date | None,
    case: str | None,
    notice: str | None,
    documents: tuple[str, ...],
    as_csv: Path | None,
    pdf: Path | None,
) -> None:
    """List the envelopes of a day, a case, a notice or documents: by class of mail, then by ZIP Code.

    \b
    Example:
      docservice mail list --on 2026-06-03 --csv mail.csv --pdf firm-book.pdf
    """
    from docservice.casefile.article_numbers import grouped
    from docservice.office.issuing.mail_lists import MailQuery, csv_of

    with opened() as office:
        listed = office.issuing.mail_list(MailQuery(on, case, notice, documents))
        written = [files.write(as_csv, csv_of(listed))] if as_csv else []
        written += [files.write(pdf, office.issuing.firm_book(listed))] if pdf else []
    rows = [
        (one.mail_class, grouped(one.article) if one.article else "", one.zip, one.addressee, one.document)
        for one in listed.items
    ]
    lines = [*table(("Class", "Article number", "ZIP", "Addressee", "Document"), rows, "Nothing is mailed so.")]
    if listed.unsaid:
        lines.append(f"Nothing was said of the mailing of {', '.join(listed.unsaid)}.")
    emit({"items": listed.items, "unsaid": listed.unsaid, "files": written}, [*lines, *map(str, written)])
