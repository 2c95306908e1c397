"""``docservice notice``: one notice, many copies: issued, shown, added to, printed again, corrected, voided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.letters import (
    decision_options,
    decision_options_beside_a_reason,
    decisions_of,
    order_of,
    order_options,
    out_option,
    save,
    with_original,
)
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, json_option, table
from docservice.office.means.choices import CORRECTIONS
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.issuing.notices_on_record import NoticeRecord
    from docservice.office.means.records import DocumentRecord
    from docservice.pipeline.faces import Face


@click.group()
def notice() -> None:
    """Notices: one number, and a copy for each who gets it.

    NOTICE is a number (NOV-2026-0007); its copies are NOV-2026-0007.1, .2 and so on.
    """


_reason = click.option("--reason", required=True, help="Why; kept on record.")


@notice.command()
@order_options
@decision_options
@click.option(
    "--to", "recipients", multiple=True, metavar="ID", help="A party; repeatable (default: all it must go to)."
)
@click.option("--each", is_flag=True, help="One that is refused does not stop the others.")
@click.option("--dry-run", is_flag=True, help="Issue nothing; tell what would hinder each copy.")
@out_option(required=False)
@json_option
def issue(
    recipients: tuple[str, ...],
    each: bool,
    dry_run: bool,
    faces: tuple[Face, ...],
    out: Path | None,
    decided: tuple[str, ...],
    by: str | None,
    because: str | None,
    **order: Any,
) -> None:
    """Issue TEMPLATE as one notice to several parties, from CASEFILE or from a case on record (case:NUMBER).

    \b
    Example:
      docservice notice issue notice-of-violation case:CE-2026-0231 --to owner --to local-contact --out letters/
    """
    if recipients and order["recipient"] is not None:
        raise click.UsageError("Give either --recipient or --to.")
    if len(set(recipients)) != len(recipients):
        raise click.UsageError("--to names one party twice.")
    decisions = decisions_of(decided, by, because)
    with opened() as office:
        asked = replace(order_of(office, **order), decisions=decisions)
        orders = (
            tuple(replace(asked, recipient=one) for one in recipients)
            if recipients
            else office.issuing.to_everyone(asked)
        )
        if dry_run:
            found = office.issuing.notices.try_out(orders)
            lines = [
                line
                for one in found
                for line in (f"{one.recipient}: {'yes' if one.may else 'no'}", *finding_lines(one.findings))
            ]
            emit({"recipients": found}, lines)
            return
        outcomes = office.jobs.mailings.issue(orders, mode="each" if each else "all_or_none", actor=actor())
        made = [one for one in outcomes if not isinstance(one, Refusal)]
        refused = [
            (order.recipient, one) for order, one in zip(orders, outcomes, strict=True) if isinstance(one, Refusal)
        ]
        files = _written(office, made, faces, out)
        told = office.issuing.notices.find(made[0].notice) if made else None
    lines = [*(_lines(told) if told is not None else []), *map(str, files)]
    lines += [f"{recipient}: {line}" for recipient, one in refused for line in str(one).splitlines()]
    problems = [{"recipient": recipient, "code": one.code, "message": str(one)} for recipient, one in refused]
    emit({"notice": told, "refused": problems, "files": files}, lines)
    if refused:
        click.get_current_context().exit(REFUSED)


@notice.command()
@click.argument("number", metavar="NOTICE")
@json_option
def show(number: str) -> None:
    """Show a notice: its copies, their printings and translations, and what became of them.

    \b
    Example:
      docservice notice show NOV-2026-0007
    """
    with opened() as office:
        found = office.issuing.notices.find(number)
    emit({"notice": found}, _lines(found))


@notice.command("copy")
@click.argument("number", metavar="NOTICE")
@order_options
@decision_options
@out_option(required=False)
@json_option
def add_copy(
    number: str,
    faces: tuple[Face, ...],
    out: Path | None,
    decided: tuple[str, ...],
    by: str | None,
    because: str | None,
    **order: Any,
) -> None:
    """Issue one more copy of NOTICE, to the party that --recipient names; TEMPLATE is the notice's.

    \b
    Example:
      docservice notice copy NOV-2026-0007 notice-of-violation case:CE-2026-0231 \\
          --recipient local-contact --out letters/
    """
    decisions = decisions_of(decided, by, because)
    with opened() as office:
        asked = replace(order_of(office, **order), decisions=decisions)
        record = office.issuing.notices.add_copy(number, asked, actor=actor())
        _told(office, record, faces, out)


@notice.command("print")
@click.argument("number", metavar="NOTICE")
@click.argument("copy", type=click.IntRange(1))
@order_options
@decision_options_beside_a_reason
@_reason
@out_option(required=False)
@json_option
def print_again(
    number: str,
    copy: int,
    reason: str,
    faces: tuple[Face, ...],
    out: Path | None,
    decided: tuple[str, ...],
    by: str | None,
    **order: Any,
) -> None:
    """Print COPY of NOTICE again, with new dates or to a new address. The printing before is superseded.

    \b
    Example:
      docservice notice print NOV-2026-0007 2 notice-of-violation case:CE-2026-0231 --reason "It came back."
    """
    decisions = decisions_of(decided, by, reason if decided or by else None)
    with opened() as office:
        asked = replace(order_of(office, **order), decisions=decisions)
        record = office.issuing.notices.print_again(number, copy, asked, reason=reason, actor=actor())
        _told(office, record, faces, out)


@notice.command()
@click.argument("number", metavar="NOTICE")
@order_options
@decision_options_beside_a_reason
@_reason
@click.option(
    "--correction",
    type=click.Choice(CORRECTIONS),
    default="substantive",
    show_default=True,
    help="clerical: keeps the printed dates, and may change no date, amount, section, person or site.",
)
@out_option(required=False)
@json_option
def supersede(
    number: str,
    reason: str,
    correction: Any,
    faces: tuple[Face, ...],
    out: Path | None,
    decided: tuple[str, ...],
    by: str | None,
    **order: Any,
) -> None:
    """Correct NOTICE for all who have a copy in force: a new number, and each copy says what it replaces.

    \b
    Example:
      docservice notice supersede NOV-2026-0007 notice-of-violation case:CE-2026-0231 \\
          --correction clerical --reason "A slip of the pen"
    """
    decisions = decisions_of(decided, by, reason if decided or by else None)
    with opened() as office:
        asked = replace(order_of(office, **order), decisions=decisions)
        made = office.issuing.notices.correct(number, asked, reason=reason, correction=correction, actor=actor())
        files = _written(office, made.documents, faces, out)
    emit({"notice": made, "files": files}, [f"{made.number} supersedes {number}.", *_lines(made), *map(str, files)])


@notice.command()
@click.argument("number", metavar="NOTICE")
@_reason
@json_option
def void(number: str, reason: str) -> None:
    """Void every copy of NOTICE. One copy alone: docservice documents void NOTICE.COPY.

    \b
    Example:
      docservice notice void NOV-2026-0007 --reason "Issued to the wrong owner"
    """
    with opened() as office:
        gone = office.issuing.notices.void(number, reason=reason, actor=actor())
    emit({"notice": gone}, [f"{gone.number} is void.", *_lines(gone)])


def _told(office: Office, record: DocumentRecord, faces: tuple[Face, ...], out: Path | None) -> None:
    files = _written(office, [record], faces, out)
    lines = [f"{record.number}  {record.title}", *finding_lines(record.findings), *map(str, files)]
    emit({"document": record, "files": files}, lines)


def _written(office: Office, made: Iterable[DocumentRecord], faces: tuple[Face, ...], out: Path | None) -> list[Path]:
    """The files of documents and of the English originals that go into their envelopes, each once."""
    if out is None:
        return []
    records = {one.id: one for record in made for one in with_original(office, record)}
    return [path for one in records.values() for path in save(office, one, faces or ("pdf",), out)]


def _lines(notice: NoticeRecord) -> list[str]:
    rows = [
        (copy.copy, one.number, one.issued_on, one.status, one.language, one.recipient_name)
        for copy in notice.copies
        for one in (*copy.printings, *copy.translations)
    ]
    head = ("Copy", "Number", "Date", "Status", "Language", "To")
    return [f"{notice.number}  {notice.title}, case {notice.case}: {notice.status}", *table(head, rows, "No copies.")]
