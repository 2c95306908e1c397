"""``docservice case``: cases on record: put, found, shown, what happened in them, exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice import strict_json
from docservice.cli import files
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, finding_lines, json_option, table
from docservice.cli.types import DAY
from docservice.office.means.choices import CASE_STATUSES
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.cases.values import CaseOnRecord
    from docservice.office.facade import Office


@click.group()
def case() -> None:
    """Cases on record: put, list, show, tell what happened, export.

    NUMBER is a case's number, however it is typed.
    """


@case.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--seen", type=click.IntRange(1), metavar="N", help="The revision that you saw; without it, a new case.")
@json_option
def put(file: Path, seen: int | None) -> None:
    """Put the case of a casefile on record, or its facts as they are now.

    The same facts again change nothing. Refused when the case has changed since revision N, and when the casefile says
    otherwise than the register what the register decides.

    \b
    Examples:
      docservice case put case.json
      docservice case put case.json --seen 7
    """
    facts = files.casefile(file)
    told = facts.get("case")
    number = told.get("number") if isinstance(told, dict) else None
    if not isinstance(number, str):
        raise Refusal("case.number", f"{file} names no case (case.number).")
    with opened() as office:
        found = office.cases.put(number, facts, actor=actor(), saw=seen if seen is not None else "new")
    line = f"{found.summary.number}: {found.outcome}, revision {found.summary.revision}."
    emit({**_plain(found), "outcome": found.outcome}, [line, *finding_lines(found.findings)])


@case.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def import_(file: Path) -> None:
    """Put a whole case of the time before on record: its facts, its notices and what happened in it.

    FILE is a JSON object: "casefile", and "events" as for tell, in their order; a notice of before is an event of the
    type notice-imported. All of its events are put on record, or none. What is there already is not told again.

    \b
    Example:
      docservice case import old-case.json
    """
    with opened() as office:
        found = office.cases.take_over(files.casefile(file), actor=actor())
    number = found.case.summary.number
    line = f"{number}: {found.case.outcome}; {found.told} events put on record, {found.before} were there."
    emit({**_plain(found.case), "told": found.told, "before": found.before},
         [line, *finding_lines(found.case.findings)])  # fmt: skip


@case.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--status", type=click.Choice(CASE_STATUSES))
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
def list_(words: tuple[str, ...], status: str | None, page: int, per_page: int) -> None:
    """List cases, newest first; with WORDs, those that have all of them.

    A WORD is a part of a number, title, site, parcel, or a party's name or address.

    \b
    Example:
      docservice case list ridgeline --status open
    """
    with opened() as office:
        found = office.cases.search(q=" ".join(words) or None, status=status, page=page, per_page=per_page)
    rows = [(one.number, one.status, one.opened_on, one.revision, one.title) for one in found.items]
    more = [f"{len(rows)} of {found.total}; see --page"] if found.total > len(rows) else []
    lines = table(("Number", "Status", "Opened", "Revision", "Title"), rows, "No cases.")
    emit({"items": found.items, "total": found.total}, [*lines, *more])


@case.command()
@click.argument("number")
@click.option("--on", type=DAY, metavar="DATE", help="With what the register knew on that day (default: today).")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="Facts of that revision (default: the newest).")
@json_option
def show(number: str, on: date | None, revision: int | None) -> None:
    """Show a case; with --json its casefile too, with what the register knows put in.

    \b
    Example:
      docservice case show CE-2026-0231 --json
    """
    with opened() as office:
        found = office.cases.read(number, on, revision)
    one = found.summary
    shown = {
        "Number": one.number, "Title": one.title, "Status": one.status, "Opened": one.opened_on,
        "Closed": one.closed_on, "Revision": one.revision, "Merged into": one.merged_into,
        "Put by": one.created_by, "Changed": one.changed_at,
    }  # fmt: skip
    lines = [f"{name:12} {value}" for name, value in shown.items() if value is not None]
    emit(_plain(found), [*lines, *finding_lines(found.findings)])


@case.command("next")
@click.argument("number")
@click.option("--on", type=DAY, metavar="DATE", help="On that day (default: today).")
@click.option("--all", "everything", is_flag=True, help="Also what may not go out, with the reasons.")
@json_option
def next_(number: str, on: date | None, everything: bool) -> None:
    """What may go out next in a case, and to whom; what a person must decide first; what is due.

    \b
    Examples:
      docservice case next CE-2026-0231
      docservice case next CE-2026-0231 --all --on 2026-06-17
    """
    from docservice.cli.due import plain_items

    with opened() as office:
        steps, owed = office.cases.next_steps(number, on), office.cases.owed_papers(number, on)
        waiting = [one for one in office.cases.due.of_case(number, on).items if one.deadline.waits]
        lines = _elsewhere(office, number)
    for step in steps:
        verdict, starts = step.answer.verdict, step.answer.starts
        if verdict == "no" and starts is None and not everything:
            continue
        named = (step.document_type, step.about, f"to {step.recipient}" if step.recipient else None)
        what = " ".join(part for part in named if part)
        lines.append(f"{'from ' + starts.isoformat() if verdict == 'no' and starts else verdict:15} {what}")
        lines += [f"{'':15} {reason.message}" for reason in step.answer.reasons]
    plain = [{"document_type": step.document_type, "about": step.about, "recipient": step.recipient,
              "verdict": step.answer.verdict, "starts": step.answer.starts, "reasons": step.answer.reasons}
             for step in steps]  # fmt: skip
    lines += [f"{'owed':15} {one.message}" for one in owed]
    lines += [f"{f'due {one.deadline.effective}' if one.deadline.effective else 'a person':15} {one.deadline.title} "
              f"({one.deadline.id})" for one in waiting]  # fmt: skip
    emit({"items": plain, "owed": owed, "due": plain_items(waiting)}, lines or ["Nothing may go out now."])


@case.command()
@click.argument("number")
@click.option("--on", type=DAY, metavar="DATE", help="At the end of that day (default: today).")
@json_option
def ledger(number: str, on: date | None) -> None:
    """What is owed in a case: a debt for each citation, and one for its costs; what is to be given back.

    \b
    Example:
      docservice case ledger CE-2026-0231
    """
    with opened() as office:
        found = office.cases.ledger(number, on)
        lines = _elsewhere(office, number)
    for debt in found.debts:
        lines.append(f"{debt.number or debt.citation or 'Costs'}  {', '.join(debt.liable)}")
        rows = [(one.on, one.kind, f"{one.amount:,.2f}", f"{one.balance:,.2f}", one.why) for one in debt.entries]
        lines += table(("Date", "What", "Dollars", "Owed then", "Why"), rows, "")
    lines.append(f"Owed: ${found.balance:,.2f}. To be given back: ${found.refund:,.2f}.")
    emit(found, [*lines, *finding_lines(found.findings)])


@case.command("due")
@click.argument("number")
@click.option("--on", type=DAY, metavar="DATE", help="On that day (default: today).")
@click.option("--all", "everything", is_flag=True, help="Also what is done, moot or held.")
@click.option("--why", is_flag=True, help="How each day comes about.")
@json_option
def due_(number: str, on: date | None, everything: bool, why: bool) -> None:
    """What is due in a case, when, to whom; what was printed otherwise than what holds.

    \b
    Examples:
      docservice case due CE-2026-0231
      docservice case due CE-2026-0231 --all --why --on 2026-06-17
    """
    from docservice.cli.due import due_lines, plain_items

    with opened() as office:
        found = office.cases.due.of_case(number, on)
        elsewhere = _elsewhere(office, number)
    shown = [one for one in found.items if everything or one.deadline.waits]
    lines = due_lines(shown, why=why, case=False)
    emit({"number": found.number, "on": found.on, "items": plain_items(found.items), "findings": found.findings},
         [*(lines or ["Nothing is due."]), *elsewhere, *finding_lines(found.findings)])  # fmt: skip


@case.command()
@click.argument("number")
@json_option
def events(number: str) -> None:
    """List what happened in a case, in the order of record, also what was corrected since.

    \b
    Example:
      docservice case events CE-2026-0231
    """
    with opened() as office:
        found = office.cases.events(number)
    rows = [
        (one.position, one.on, one.type, one.subject, f"corrected by {one.corrected_by}" if one.corrected_by else "",
         one.actor)
        for one in found
    ]  # fmt: skip
    emit({"items": found}, table(("Position", "Date", "What", "About", "", "By"), rows, "Nothing happened yet."))


@case.command()
@click.argument("number")
@click.argument("type")
@click.argument("subject")
@click.option("--on", type=DAY, required=True, metavar="DATE", help="The day on which it happened.")
@click.option("--data", metavar="JSON", default="{}", help="What the type asks for, as a JSON object.")
@click.option(
    "--corrects", type=click.IntRange(1, 2**53), metavar="POSITION", help="The event in whose place it is put."
)
@click.option("--reason", metavar="WHY", help="Of a correction.")
@click.option("--idempotency-key", metavar="KEY", help="The same key again tells nothing a second time.")
@json_option
def tell(
    number: str, type: str, subject: str, on: date, data: str, corrects: int | None, reason: str | None,
    idempotency_key: str | None,
) -> None:  # fmt: skip
    """Tell what happened in a case: TYPE (served, lifted, closed …) about SUBJECT, an id or a number.

    Refused where it contradicts what is on record. Never edited: what was wrong is corrected by another.

    \b
    Examples:
      docservice case tell CE-2026-0147 lifted swo1 --on 2026-05-20 --data '{"reason": "An engineer looked at it."}'
      docservice case tell CE-2026-0147 retracted swo1 --on 2026-05-21 --corrects 412 --reason "Another site."
    """
    from docservice.office.cases.happening import CaseEventOrder

    said = strict_json.read(data, what="--data", area="event")
    if not isinstance(said, dict):
        raise click.UsageError("--data is a JSON object.")
    order = CaseEventOrder(type, on, subject, said, corrects, reason)
    with opened() as office:
        told = office.cases.tell(number, order, actor=actor(), idempotency_key=idempotency_key)
    emit({"event": told}, [f"{told.case}: {told.type} of {told.on} is on record (position {told.position})."])


@case.command()
@click.argument("number")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
              help="The .zip to write.")  # fmt: skip
@json_option
def export(number: str, out: Path) -> None:
    """Write everything on record of a case as one .zip: facts, papers as issued, service, events, audit trail.

    \b
    Example:
      docservice case export CE-2026-0231 --out CE-2026-0231.zip
    """
    with opened() as office, files.writing(out) as stream:
        office.cases.export(number, stream)
    emit({"file": out}, [str(out)])


def _plain(found: CaseOnRecord) -> dict[str, Any]:
    return {"case": found.summary, "etag": found.etag, "casefile": found.casefile, "findings": found.findings}


def _elsewhere(office: Office, number: str) -> list[str]:
    """Where a merged case goes on, for who would take its silence for an answer."""
    into = office.cases.summary(number).merged_into
    return [f"It goes on as {into}: ask there."] if into is not None else []
