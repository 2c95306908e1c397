"""``docservice documents``: find, read, reproduce, void and supersede what was issued."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.letters import order_of, order_options, out_option, save
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, json_option, plain, table
from docservice.cli.types import DAY, FACE
from docservice.office.means.choices import STATUSES

if TYPE_CHECKING:
    from docservice.pipeline.faces import Face


@click.group()
def documents() -> None:
    """Issued documents: list, show, reproduce, void, supersede.

    DOCUMENT is a number (NOV-2026-0001) or an id.
    """


@documents.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--case", help="Case number.")
@click.option("--number", help="Printed number.")
@click.option("--recipient", help="Id of the party it went to.")
@click.option("--name", help="Parts of the recipient's name.")
@click.option("--about", help="Id of the inspection, citation, hearing … that was ordered.")
@click.option("--language", help="BCP 47.")
@click.option("--template", help="Template key.")
@click.option("--status", type=click.Choice(STATUSES))
@click.option("--from", "issued_from", type=DAY, help="Dated on this day or later.")
@click.option("--to", "issued_to", type=DAY, help="Dated on this day or before.")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--per-page", type=click.IntRange(1, 1000), default=50, show_default=True)
@json_option
def list_(words: tuple[str, ...], **query: Any) -> None:
    """List documents, newest first; with WORDs, those that have all of them.

    A WORD is a part of a number, case, name, address or code, in any case of letters, with or without accents.

    \b
    Examples:
      docservice documents list --case CE-2026-0231 --status issued
      docservice documents list ridgeline garcia
    """
    with opened() as office:
        found = office.issuing.documents(q=" ".join(words) or None, **query)
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
        record = office.issuing.document(document)
        (described,) = office.issuing.describe([record])
        written = save(office, record, faces or ("pdf",), out) if out else []
    shown = {
        "Number": record.number, "Title": record.title, "Status": record.status, "Case": record.case,
        "To": record.recipient_name, "Date": record.issued_on, "Language": record.language, "Pages": record.pages,
        "Template": f"{record.template}, version {record.version}", "Supersedes": record.supersedes,
        "Superseded by": record.superseded_by, "Original": record.original, "Reason": record.void_reason,
        "Town's rules": f"edition {record.town_version} ({record.town_sha256[:12]})",
        "About": record.about, "Copies in force": described.copies, "Of its case": described.documents_of_case,
        "Verify code": record.verify_code, "SHA-256": record.sha256, "Id": record.id,
    }  # fmt: skip
    lines = [f"{name:15} {value}" for name, value in shown.items() if value is not None]
    lines += [f"{one['title']}: {one['explained']}" for one in described.dates]
    emit({**plain(described), "document": record, "files": written},
         [*lines, *finding_lines(record.findings), *map(str, written)])  # fmt: skip


@documents.command()
@click.argument("document")
@json_option
@click.pass_context
def reproduce(ctx: click.Context, document: str) -> None:
    """Render a document again from its pinned parts and compare the bytes.

    Exit code 1 when they differ.
    """
    with opened() as office:
        record = office.issuing.document(document)
        again = office.issuing.reproduce(record.id)
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
        record = office.issuing.void(office.issuing.document(document).id, reason=reason, actor=actor())
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
        old = office.issuing.document(document)
        record = office.issuing.supersede(old.id, order_of(office, **order), reason=reason, actor=actor())
        written = save(office, record, faces or ("pdf",), out) if out else []
    lines = [f"{record.number} supersedes {old.number}.", *finding_lines(record.findings), *map(str, written)]
    emit({"document": record, "files": written}, lines)
