"""``docservice documents``: find, read, reproduce, void and supersede what was issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.letters import order_of, order_options, out_option, save
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, json_option, table
from docservice.cli.types import FACE
from docservice.correspondence.choices import STATUSES

if TYPE_CHECKING:
    from docservice.correspondence.choices import Face


@click.group()
def documents() -> None:
    """Issued documents: list, show, reproduce, void, supersede.

    DOCUMENT is a number (NOV-2026-0001) or an id.
    """


@documents.command("list")
@click.option("--case", help="Case number.")
@click.option("--template", help="Template key.")
@click.option("--status", type=click.Choice(STATUSES))
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
def list_(**query: Any) -> None:
    """List documents, newest first.

    \b
    Example:
      docservice documents list --case CE-2026-0231 --status issued
    """
    with opened() as office:
        found = office.documents(**query)
    rows = [(r.number, r.issued_on, r.status, r.language, r.pages, r.title, r.recipient_name) for r in found.items]
    head = ("Number", "Date", "Status", "Language", "Pages", "Title", "To")
    more = [f"{len(rows)} of {found.total}; see --page"] if found.total > len(rows) else []
    emit({"items": found.items, "total": found.total}, [*table(head, rows, "No documents."), *more])


@documents.command()
@click.argument("document")
@click.option("--face", "faces", type=FACE, multiple=True, help="With --out: pdf (default), docx, html; repeatable.")
@out_option(required=False)
@json_option
def show(document: str, faces: tuple[Face, ...], out: Path | None) -> None:
    """Show a document's record; with --out, write its bytes as issued.

    \b
    Example:
      docservice documents show NOV-2026-0001 --face pdf --out letters/
    """
    with opened() as office:
        record = office.document(document)
        written = save(office, record, faces or ("pdf",), out) if out else []
    shown = {
        "Number": record.number, "Title": record.title, "Status": record.status, "Case": record.case,
        "To": record.recipient_name, "Date": record.issued_on, "Language": record.language, "Pages": record.pages,
        "Template": f"{record.template}, version {record.version}", "Supersedes": record.supersedes,
        "Superseded by": record.superseded_by, "Original": record.original, "Reason": record.void_reason,
        "Verify code": record.verify_code, "SHA-256": record.sha256, "Id": record.id,
    }  # fmt: skip
    lines = [f"{name:14} {value}" for name, value in shown.items() if value is not None]
    emit({"document": record, "files": written}, [*lines, *finding_lines(record.findings), *map(str, written)])


@documents.command()
@click.argument("document")
@json_option
@click.pass_context
def reproduce(ctx: click.Context, document: str) -> None:
    """Render a document again from its pinned parts and compare the bytes.

    Exit code 1 when they differ.
    """
    with opened() as office:
        record = office.document(document)
        again = office.reproduce(record.id)
    verdict = "identical" if again.identical else f"DIFFERENT: issued {again.expected}, now {again.actual}"
    result = {"number": record.number, "identical": again.identical, "expected": again.expected, "actual": again.actual}
    emit(result, [f"{record.number}: {verdict}"])
    if not again.identical:
        ctx.exit(REFUSED)


@documents.command()
@click.argument("document")
@click.option("--reason", required=True, help="Why; kept on record.")
@json_option
def void(document: str, reason: str) -> None:
    """Void a document. It stays on record, with the reason.

    \b
    Example:
      docservice documents void NOV-2026-0001 --reason "Sent to the wrong address"
    """
    with opened() as office:
        record = office.void(office.document(document).id, reason=reason, actor=actor())
    emit({"document": record}, [f"{record.number} is void."])


@documents.command()
@click.argument("document")
@order_options
@click.option("--reason", required=True, help="Why; kept on record.")
@out_option(required=False)
@json_option
def supersede(document: str, reason: str, faces: tuple[Face, ...], out: Path | None, **order: Any) -> None:
    """Issue a new document that takes DOCUMENT's place and says so on its face.

    \b
    Example:
      docservice documents supersede NOV-2026-0001 notice-of-violation case.json \\
          --reason "Corrected parcel number" --out letters/
    """
    with opened() as office:
        old = office.document(document)
        record = office.supersede(old.id, order_of(**order), reason=reason, actor=actor())
        written = save(office, record, faces or ("pdf",), out) if out else []
    lines = [f"{record.number} supersedes {old.number}.", *finding_lines(record.findings), *map(str, written)]
    emit({"document": record, "files": written}, lines)
