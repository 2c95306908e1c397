"""``docservice numbers``: numbers that no document has, and why."""

from __future__ import annotations

import click

from docservice.cli.opening import opened
from docservice.cli.output import emit, json_option, table


@click.command()
@json_option
def numbers() -> None:
    """List the numbers that stand open, each with its reason.

    A number is reserved before its document is made. When the document is refused, or its process ends, the number
    stands open until the next document of its series takes it. Nothing is listed: no number is missing.
    """
    from docservice.office.issuing.missing_numbers import standing_open

    with opened() as office:
        found = list(standing_open(office.shop))
    rows = [(one.number, one.since.isoformat(timespec="seconds"), one.reason) for one in found]
    emit({"items": found}, table(("Number", "Since", "Why"), rows, "No number stands open."))
