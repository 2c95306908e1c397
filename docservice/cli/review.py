"""``docservice templates propose, submit, assess, consequences, approve, send-back, withdraw``: review at a terminal.

The operator submits as ``cli:USER``. Proposing and approving take two persons: ``--as LOGIN``, with their password.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from docservice.cli.accounts import asked_password
from docservice.cli.opening import actor, opened
from docservice.cli.output import REFUSED, emit, finding_lines, json_option, table
from docservice.cli.types import DAY
from docservice.refusal import Refusal

TEMPLATE, VERSION = click.argument("template"), click.argument("version", type=click.IntRange(1, 10**6))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--note", required=True, help="Why: the reviewers read it first.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who proposes; asks for their password.")
@click.option("--based-on", type=click.IntRange(1, 10**6), help="The version it was made from.")
@json_option
def propose(folder: Path, note: str, login: str, based_on: int | None) -> None:
    """Put FOLDER on record as the next draft of its template, as a person. Somebody else approves it.

    \b
    Example:
      docservice templates propose letters/courtesy-letter --as ana@town.example --note "Plainer words"
    """
    from docservice.office.people.roles import Actor
    from docservice.office.review.proposing import Proposal, files_in

    if not folder.is_dir():
        raise Refusal("file.missing", f"There is no folder {folder}.", kind="missing")
    proposal = Proposal(folder.resolve().name, files_in(folder), note, based_on)
    password = asked_password(new=False)
    with opened() as office:
        person = Actor.person(office.people.accounts.sign_in(login, password), via=actor())
        record = office.review.propose(proposal, actor=person)
    emit({"version": record}, [f"{record.template} version {record.number} is a draft."])


@click.command()
@TEMPLATE
@VERSION
@click.option("--reviewer", metavar="LOGIN", help="Who is asked to look at it.")
@json_option
def submit(template: str, version: int, reviewer: str | None) -> None:
    """Put a draft before its reviewers. Refused while lint or the checklist has an error.

    \b
    Example:
      docservice templates submit courtesy-letter 4 --reviewer attorney@town.example
    """
    from docservice.office.people.roles import Actor

    with opened() as office:
        record = office.review.submit(template, version, reviewer=reviewer, actor=Actor(actor()))
    emit({"version": record}, [f"{record.template} version {record.number} is under review."])


@click.command()
@TEMPLATE
@VERSION
@click.option("--on", type=DAY, metavar="DATE", help="As if it took force on this day.")
@json_option
@click.pass_context
def assess(ctx: click.Context, template: str, version: int, on: date | None) -> None:
    """Is a version fit to be approved? Lint, statutory checklist, samples in every language and face, what it breaks.

    Exit code 1 when it is not.

    \b
    Example:
      docservice templates assess courtesy-letter 4 --on 2027-01-01
    """
    with opened() as office:
        found = office.review.assess(template, version, on)
    rows = [(i.status, i.kind, i.name, i.path or "", i.citation) for i in found.checklist.items]
    broken = [f"  {one.message}" for one in found.breaks]
    clients = [f"  {c.actor}: {c.documents} documents, last {c.last_issued_at.date()}" for c in found.clients]
    lines = [
        *table(("Status", "What", "Name", "Where", "Source"), rows, "Nothing is required."),
        f"{len(found.samples)} samples rendered.",
        *(finding_lines(found.findings) or ()),
        *([f"Unlike version {found.against}, in force:", *broken] if broken else []),
        *(["Issued from this template:", *clients] if clients else []),
    ]
    emit({"assessment": found}, lines)
    if found.errors:
        ctx.exit(REFUSED)


@click.command()
@TEMPLATE
@VERSION
@click.option("--on", type=DAY, metavar="DATE", help="As if it took force on this day (default: today).")
@json_option
def consequences(template: str, version: int, on: date | None) -> None:
    """What does approving a version do? What changes, what is taken away, which languages stop, what is left open.

    \b
    Example:
      docservice templates consequences courtesy-letter 4 --on 2027-01-01
    """
    with opened() as office:
        found = office.review.consequences(template, version, on)
    emit({"consequences": found}, list(_told(found)))


def _told(found: Any) -> Iterator[str]:
    yield f"{found.template} version {found.number}, in force from {found.effective_on}"
    yield f"It takes the place of version {found.against}." if found.against else "No version is in force before it."
    if found.until is not None:
        yield f"Version {found.followed_by} takes its place on {found.until}."
    for title, lines in (
        ("In the way", [found.obstacle] if found.obstacle else []),
        ("To confirm", [f"{one.id}  {one.message}" for one in found.to_confirm]),
        ("Numbers", [f"{n.was or 'none'} → {n.now or 'none'}: {n.sentence}" for n in found.numbers]),
        ("Languages", [_language(one, found.effective_on) for one in found.languages]),
        ("Made from withdrawn wording", [f"version {one.number}: {one.reason}" for one in found.withdrawn_bases]),
        ("Sent back", [f"version {one.number}, by {one.by}: {one.reason}" for one in found.sent_back]),
        ("Open comments", [f"version {o.number}, {o.comment.author}: {o.comment.body}" for o in found.open_comments]),
        ("Changes", list(found.changes)),
    ):
        if lines:
            yield ""
            yield title
            yield from (f"  {line}" for line in lines)


def _language(one: Any, on: date) -> str:
    if one.starts:
        return f"{one.language} starts on {on}"
    need = f"{one.sentences} sentences to translate" if one.named else "the version does not name it"
    return f"{one.language} stops on {on}: {need}"


@click.command()
@TEMPLATE
@VERSION
@click.option("--effective-on", type=DAY, required=True, metavar="DATE", help="In force from this day.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who approves; asks for their password.")
@click.option("--backdated", is_flag=True, help="A date that is past is meant.")
@click.option("--confirm", "confirmed", multiple=True, metavar="ID", help="Something that its consequences name.")
@json_option
def approve(
    template: str, version: int, effective_on: date, login: str, backdated: bool, confirmed: tuple[str, ...]
) -> None:
    """Approve a version under review, as a person whose role the town's rules name.

    What it takes away of other versions, and numbers that the town's rules know otherwise, are confirmed one by one:
    see docservice templates consequences.

    \b
    Example:
      docservice templates approve courtesy-letter 4 --effective-on 2027-01-01 --as attorney@town.example
    """
    from docservice.office.people.roles import Actor

    password = asked_password(new=False)
    with opened() as office:
        person = Actor.person(office.people.accounts.sign_in(login, password), via=actor())
        record, found = office.review.approve(
            template, version, effective_on=effective_on, backdated=backdated, confirmed=confirmed, actor=person
        )  # fmt: skip
    head = f"{record.template} version {record.number}, in force from {effective_on}."
    emit({"version": record, "warnings": found.warnings}, [head, *finding_lines(found.warnings)])


@click.command("send-back")
@TEMPLATE
@VERSION
@click.option("--reason", required=True, help="The author is told.")
@json_option
def send_back(template: str, version: int, reason: str) -> None:
    """Send a version under review back to its author.

    \b
    Example:
      docservice templates send-back courtesy-letter 4 --reason "The second step is not what we do"
    """
    from docservice.office.people.roles import Actor

    with opened() as office:
        record = office.review.send_back(template, version, reason=reason, actor=Actor(actor()))
    emit({"version": record}, [f"{record.template} version {record.number} is a draft again."])


@click.command()
@TEMPLATE
@VERSION
@click.option("--reason", required=True, help="Kept on record.")
@click.option("--replacement", metavar="NUMBER|none", help="For a version in force: what then takes its place.")
@json_option
def withdraw(template: str, version: int, reason: str, replacement: str | None) -> None:
    """Withdraw a version for good. Documents that went out under it stay as they are.

    \b
    Example:
      docservice templates withdraw courtesy-letter 4 --reason "The ordinance was repealed" --replacement 3
    """
    from docservice.office.people.roles import Actor

    said: Any = int(replacement) if replacement is not None and replacement.isdecimal() else replacement
    if said not in (None, "none") and not isinstance(said, int):
        raise click.BadParameter("a version's number, or none", param_hint="--replacement")
    with opened() as office:
        record = office.review.withdraw(template, version, reason=reason, replacement=said, actor=Actor(actor()))
    after = f"; version {record.replacement} takes its place" if record.replacement is not None else ""
    emit({"version": record}, [f"{record.template} version {record.number} is withdrawn{after}."])
