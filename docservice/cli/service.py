"""``docservice service``: attempts to serve a document, what became of them, whom it is served on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docservice import strict_json
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, finding_lines, json_option
from docservice.cli.types import DAY

_FILES = click.option(
    "--file", "paths", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, metavar="FILE",
    help="A picture or scan that it names; may be given several times.",
)  # fmt: skip
_KEY = click.option("--idempotency-key", metavar="KEY", help="The same key again tells nothing a second time.")


@click.group()
def service() -> None:
    """Serving papers: put attempts on record, tell their results, list them.

    DOCUMENT is a document's number or id.
    """


@service.command()
@click.argument("document")
@click.option("--on", type=DAY, required=True, metavar="DATE", help="The day on which it began.")
@click.option("--data", metavar="JSON", required=True, help="party, declarant, legs: docs/service.md.")
@click.option("--corrects", type=click.IntRange(1, 2**53), metavar="POSITION", help="The attempt in whose place it is.")
@click.option("--reason", metavar="WHY", help="Of a correction.")
@_FILES
@_KEY
@json_option
def record(
    document: str, on: date, data: str, corrects: int | None, reason: str | None, paths: tuple[Path, ...],
    idempotency_key: str | None,
) -> None:  # fmt: skip
    """Put an attempt to serve DOCUMENT on record.

    Without a party in the data it is its recipient. What lacks something is kept, and does not hold.

    \b
    Example:
      docservice service record NOV-2026-0007 --on 2026-07-01 --data "$(cat attempt.json)" \\
          --file door.jpg --file lot.jpg
    """
    said = _object(data)
    if said.pop("on", on.isoformat()) != on.isoformat():  # the file is that of the API, where the day stands in it
        raise click.UsageError("--on and --data name two days.")
    with opened() as office:
        found = office.issuing.document(document)
        told = office.cases.attempt(
            found.case, found.number, on, {"party": found.recipient, **said}, actor=actor(), files=_read(paths),
            idempotency_key=idempotency_key, corrects=corrects, reason=reason,
        )  # fmt: skip
    emit({"attempt": told}, [*_lines(told), *finding_lines(told.findings)])


@service.command()
@click.argument("document")
@click.argument("position", type=click.IntRange(1, 2**53))
@click.argument("leg", type=click.IntRange(1, 100))
@click.argument("result")
@click.option("--on", type=DAY, required=True, metavar="DATE", help="The day on which that was known.")
@click.option("--reason", metavar="TEXT", help="The reason on the envelope that came back.")
@click.option("--evidence", metavar="TEXT", help="What the files are: green card, returned envelope.")
@click.option("--after-replacement", is_flag=True, help="Told knowing that the paper was replaced since.")
@click.option("--correction", metavar="WHY", help="Why the word before it was wrong.")
@_FILES
@_KEY
@json_option
def result(
    document: str, position: int, leg: int, result: str, on: date, reason: str | None, evidence: str | None,
    after_replacement: bool, correction: str | None, paths: tuple[Path, ...], idempotency_key: str | None,
) -> None:  # fmt: skip
    """Tell what became of a LEG (from 1) of the attempt at POSITION: delivered, unclaimed, returned …

    The last word counts; the same again changes nothing.

    \b
    Example:
      docservice service result NOV-2026-0007 412 2 returned --on 2026-06-12 --reason Vacant --file envelope.pdf
    """
    named = [{"file": path.name, **({"what": evidence} if evidence else {})} for path in paths]
    said = {"result": result, "reason": reason, "evidence": named, "after_replacement": after_replacement}
    with opened() as office:
        found = office.issuing.document(document)
        told = office.cases.service_result(
            found.case, found.number, position, leg, on, {name: value for name, value in said.items() if value},
            actor=actor(), files=_read(paths), idempotency_key=idempotency_key, correction=correction,
        )  # fmt: skip
    emit({"attempt": told}, [*_lines(told), *finding_lines(told.findings)])


@service.command("list")
@click.argument("document")
@json_option
def list_(document: str) -> None:
    """List the attempts to serve DOCUMENT, and whom it is served on.

    \b
    Example:
      docservice service list NOV-2026-0007
    """
    with opened() as office:
        found = office.issuing.document(document)
        listed = office.cases.service(found.case, found.number)
    lines = []
    for one in listed.served:
        since = f" from {one.on}" if one.on is not None else ""
        lines.append(f"{one.party}: {one.state}{since}. {one.why}".rstrip())
        if one.next is not None:
            lines.append(f"    next: {', '.join(one.next.ways)} (rung {one.next.rung})")
    for item in listed.items:
        lines += [*_lines(item), *finding_lines(item.findings)]
    emit(listed, lines or ["Nothing was tried yet."])


def _lines(one: Any) -> list[str]:
    since = f" from {one.holds_from}" if one.holds_from is not None else ""
    lines = [f"{one.position}  {one.on}  {one.party}  {one.state}{since}  {one.why}".rstrip()]
    for leg in one.legs:
        result = leg.told.get("result", "pending")
        lines.append(f"    {leg.leg}  {leg.told['method']}  {leg.told['served_on']}  {result}  {leg.state}")
    return lines


def _object(data: str) -> dict[str, Any]:
    said = strict_json.read(data, what="--data", area="event")
    if not isinstance(said, dict):
        raise click.UsageError("--data is a JSON object.")
    return said


def _read(paths: tuple[Path, ...]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path in paths:
        if path.name in files:
            raise click.UsageError(f"Two files are called {path.name}.")
        files[path.name] = path.read_bytes()
    return files
