"""``docservice preview`` and ``docservice issue``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from docservice.cli import files
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, has_errors, json_option
from docservice.cli.types import DAY, FACE, MAIL_CLASS
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.means.records import DocumentRecord
    from docservice.pipeline.faces import Face
    from docservice.pipeline.mail_classes import MailClass
    from docservice.pipeline.order import Order, OrderDecision

_Command = TypeVar("_Command", bound=Callable[..., Any])


def order_options(command: _Command) -> _Command:
    """The arguments and options that make an order."""
    for decorate in reversed(
        [
            click.argument("template"),
            click.argument("casefile", type=click.Path(dir_okay=False, path_type=Path)),
            click.option("--language", metavar="L", help="Language, e.g. es or zh-Hant (default: the recipient's)."),
            click.option("--recipient", metavar="ID", help="Party id (default: the first it must go to)."),
            click.option("--on", type=DAY, metavar="DATE", help="The document's date (default: today)."),
            click.option("--dated-back", metavar="WHY", help="Why it is dated before today; kept with the record."),
            click.option("--mail-on", type=DAY, metavar="DATE", help="The day it is mailed; its dates count from it."),
            click.option(
                "--mailing", type=MAIL_CLASS, help="How it is mailed; certified mail takes an article number."
            ),
            click.option("--envelope", metavar="NAME", help="The window envelope it goes in, e.g. flat-9x12."),
            click.option("--about", metavar="ID", help="The inspection, citation, hearing … it is about."),
            click.option("--version", type=click.IntRange(1), metavar="N", help="Pin a template version."),
            click.option("--revision", type=click.IntRange(1), metavar="N", help="Of a case on record: as you saw it."),
            click.option(
                "--photos",
                type=click.Path(file_okay=False, path_type=Path),
                metavar="DIR",
                help="Folder of the photographs (default: the casefile's).",
            ),
            click.option("--face", "faces", type=FACE, multiple=True, help="pdf (default), docx, html; repeatable."),
        ]
    ):
        command = decorate(command)
    return command


def decision_options(command: _Command) -> _Command:
    """What an officer decided of the guards of procedure (docs/cases.md)."""
    return click.option("--reason", "because", metavar="WHY", help="Why; kept with the document.")(
        decision_options_beside_a_reason(command)
    )


def decision_options_beside_a_reason(command: _Command) -> _Command:
    """The same for a command that has its own ``--reason``, which is that of the decision too."""
    for decorate in (
        click.option("--by", metavar="OFFICER", help="The officer of the town who decided, by id."),
        click.option(
            "--decide", "decided", multiple=True, metavar="GUARD=yes|no",
            help="What was decided of a guard, e.g. procedure.once=yes; repeatable.",
        ),
    ):  # fmt: skip
        command = decorate(command)
    return command


def decisions_of(decided: tuple[str, ...], by: str | None, because: str | None) -> tuple[OrderDecision, ...]:
    """What was decided. Raises ``click.UsageError`` for a part of it."""
    from docservice.pipeline.order import OrderDecision

    if bool(decided) is not bool(by and because) or (not decided and (by or because)):
        raise click.UsageError("--decide, --by and --reason go together.")
    found = []
    for one in decided:
        guard, _, answer = one.partition("=")
        if answer not in ("yes", "no"):
            raise click.UsageError(f"--decide {one}: say {guard or 'GUARD'}=yes or {guard or 'GUARD'}=no.")
        found.append(OrderDecision(guard, "yes" if answer == "yes" else "no", by or "", because or ""))
    return tuple(found)


def out_option(required: bool) -> Callable[[_Command], _Command]:
    """``--out DIR``."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option(
        "--out", type=folder, required=required, metavar="DIR", help="Folder to write into; made if new."
    )


def order_of(
    office: Office,
    template: str,
    casefile: Path,
    language: str | None,
    recipient: str | None,
    on: date | None,
    about: str | None,
    version: int | None,
    dated_back: str | None,
    mailing: MailClass | None,
    mail_on: date | None,
    envelope: str | None,
    revision: int | None,
    photos: Path | None,
) -> Order:
    """The order that the arguments make, with the photographs beside the casefile.

    ``casefile`` is a file, or ``case:NUMBER`` for a case on record.
    """
    from docservice.pipeline.order import Order

    kind, _, number = str(casefile).partition(":")
    if kind == "case" and number:
        order = Order(
            template,
            {},
            recipient,
            language,
            on,
            about,
            version,
            dated_back=dated_back,
            mailing=mailing,
            mail_on=mail_on,
            envelope=envelope,
        )
        order = office.cases.order(number, revision, order)
        named = files.photos(order.casefile) if photos is not None else ()
        return replace(order, attachments=files.beside(photos or Path(), named))
    if revision is not None:
        raise click.UsageError("--revision goes with a case on record (case:NUMBER).")
    raw = files.casefile(casefile)
    attachments = files.beside(photos or casefile.parent, files.photos(raw))
    return Order(
        template,
        raw,
        recipient,
        language,
        on,
        about,
        version,
        attachments,
        dated_back,
        mailing=mailing,
        mail_on=mail_on,
        envelope=envelope,
    )


def _orders(office: Office, order: Order, everyone: bool) -> Sequence[Order]:

    if everyone and order.recipient is not None:
        raise click.UsageError("Give either --recipient or --all-recipients.")
    return office.issuing.to_everyone(order) if everyone else (order,)


everyone_option = click.option("--all-recipients", "everyone", is_flag=True, help="One to each party it must go to.")


@click.command()
@order_options
@decision_options
@everyone_option
@out_option(required=True)
@json_option
def preview(
    faces: tuple[Face, ...],
    everyone: bool,
    out: Path,
    decided: tuple[str, ...],
    by: str | None,
    because: str | None,
    **order: Any,
) -> None:
    """Make a watermarked draft of TEMPLATE from CASEFILE, or from a case on record (case:NUMBER). Nothing is kept.

    The checks run and are listed; an error among them ends with exit code 1, and the draft is written all the same,
    so that you can see what is missing. Photographs are read from the casefile's folder.

    \b
    Examples:
      docservice preview courtesy-letter case.json --out drafts/
      docservice preview administrative-citation case.json --about c2 --on 2026-06-17 --face docx --out drafts/
      docservice preview notice-of-violation case.json --all-recipients --language es --out drafts/
    """
    decisions = decisions_of(decided, by, because)
    made: list[dict[str, Any]] = []
    lines: list[str] = []
    refused = False
    with opened() as office:
        whole = replace(order_of(office, **order), decisions=decisions)
        for one in _orders(office, whole, everyone):
            written = []
            for face in faces or ("pdf",):
                draft = office.issuing.preview(one, face)
                name = "-".join(part for part in (draft.template, draft.recipient, draft.language) if part)
                written.append(files.write(out / f"{files.safe(name)}.{face}", draft.content))
            refused = refused or has_errors(draft.findings)
            made.append(
                {
                    "template": draft.template,
                    "version": draft.version,
                    "recipient": draft.recipient,
                    "language": draft.language,
                    "pages": draft.pages,
                    "milliseconds": draft.milliseconds,
                    "findings": draft.findings,
                    "files": written,
                }
            )
            pages = f"  {draft.pages} page{'s' * (draft.pages != 1)}" if draft.pages else ""
            lines += [*(f"{path}{pages}" for path in written), *finding_lines(draft.findings)]
    emit({"documents": made}, lines)
    if refused:
        click.get_current_context().exit(REFUSED)


@click.command()
@order_options
@decision_options
@everyone_option
@click.option("--each", is_flag=True, help="With --all-recipients: one that is refused does not stop the others.")
@click.option("--idempotency-key", metavar="KEY", help="The same key again gives the same document, not a second one.")
@out_option(required=False)
@json_option
def issue(
    faces: tuple[Face, ...],
    everyone: bool,
    each: bool,
    idempotency_key: str | None,
    out: Path | None,
    decided: tuple[str, ...],
    by: str | None,
    because: str | None,
    **order: Any,
) -> None:
    """Issue TEMPLATE from CASEFILE, or from a case on record (case:NUMBER): numbered, checked, kept as a record.

    One error among the checks refuses the document (exit code 1) and no number is used. With --all-recipients the
    checks run for everyone before anything is issued; with --each besides, each letter goes out or is refused for
    itself (exit code 1 when one is). A document in another language issues its English original with it; both are
    written.

    \b
    Examples:
      docservice issue courtesy-letter case.json --out letters/
      docservice issue administrative-citation case:CE-2026-0231 --about c2 --out letters/
      docservice issue notice-of-violation case.json --all-recipients --on 2026-06-01 --out letters/
      docservice issue notice-of-hearing case.json --language zh-Hant --face pdf --face docx --out letters/
      docservice issue notice-of-violation case.json --decide procedure.once=yes --by director --reason "It burnt."
    """
    if idempotency_key and everyone:
        raise click.UsageError("--idempotency-key names one document; it does not go with --all-recipients.")
    if each and not everyone:
        raise click.UsageError("--each goes with --all-recipients.")
    decisions = decisions_of(decided, by, because)
    issued: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    lines: list[str] = []
    outcomes: Sequence[DocumentRecord | Refusal]
    with opened() as office:
        orders = _orders(office, replace(order_of(office, **order), decisions=decisions), everyone)
        if everyone:
            outcomes = office.jobs.mailings.issue(orders, mode="each" if each else "all_or_none", actor=actor())
        else:
            outcomes = [office.issuing.issue(one, actor=actor(), idempotency_key=idempotency_key) for one in orders]
        for asked, outcome in zip(orders, outcomes, strict=True):
            if isinstance(outcome, Refusal):
                refused.append({"recipient": asked.recipient, "code": outcome.code, "message": str(outcome)})
                lines += [f"{asked.recipient}: {line}" for line in str(outcome).splitlines()]
                continue
            for record in with_original(office, outcome):
                written = save(office, record, faces or ("pdf",), out) if out else []
                issued.append({**_summary(record), "files": written})
                where = f"  {', '.join(map(str, written))}" if written else ""
                lines += [f"{record.number}  {record.title}{where}", *finding_lines(record.findings)]
    emit({"documents": issued, **({"refused": refused} if each else {})}, lines)
    if refused:
        click.get_current_context().exit(REFUSED)


def with_original(office: Office, record: DocumentRecord) -> Sequence[DocumentRecord]:
    """A document, after the English original that goes with it."""
    return (office.issuing.document(record.original), record) if record.original else (record,)


def _summary(record: DocumentRecord) -> dict[str, Any]:
    names = (
        "id number status template version language recipient title issued_on pages sha256 supersedes original "
        "verify_code findings"
    )
    return {name: getattr(record, name) for name in names.split()}


def save(office: Office, record: DocumentRecord, faces: Sequence[Face], out: Path) -> list[Path]:
    """Write an issued document's faces as ``out/NUMBER.face``, and what goes with it as ``out/NUMBER-KEY.pdf``."""
    made = [
        files.write(out / f"{files.safe(record.number)}.{face}", office.issuing.face(record.id, face)[0])
        for face in faces
    ]
    for one in record.enclosures:
        name = f"{files.safe(record.number)}-{files.safe(one.key)}.pdf"
        made.append(files.write(out / name, office.issuing.enclosure(record.id, one.key)))
    return made
