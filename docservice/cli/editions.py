"""``docservice town editions, propose, review, diff, approve, send-back``: the town's rules under four eyes.

Proposing and approving take two persons: ``--as LOGIN``, with their password. Who sits at a terminal is no account.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.accounts import asked_password
from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, table
from docservice.cli.types import DAY
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office import Office
    from docservice.office.people.roles import Actor
    from docservice.office.rules.rules import Comparison, Edition
    from docservice.town import TownPack

NUMBER = click.argument("number", type=click.IntRange(1, 10**6 - 1))
_NUMBER_OR_FOLDER = "a number from docservice town editions, or a folder"


@click.command()
@json_option
def editions() -> None:
    """List the editions of the town's rules on record, and where each stands.

    What lies in the town's folder and is not on record is named below: it is no rule of the town.
    """
    with opened() as office:
        found, loose = office.review.rules.editions(), office.review.rules.unrecorded()
    head = ("Number", "Edition", "Standing", "From", "Proposed by", "Decided by", "How it came")
    rows = [
        (r.number, r.version, one.standing.replace("_", " "), r.effective_on or "", r.proposed_by, r.decided_by or "",
         _origin(one))
        for one in found for r in [one.record]
    ]  # fmt: skip
    notes = [
        f"Edition {pack.version} lies in the folder {pack.folder} and is not on record: docservice town propose FOLDER"
        for pack in loose
    ]
    emit({"items": [_plain(one) for one in found], "not_on_record": [p.version for p in loose]},
         [*table(head, rows, "No editions."), *notes])  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--note", required=True, help="Why: who approves reads it first.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who proposes; asks for their password.")
@json_option
def propose(folder: Path, note: str, login: str) -> None:
    """Put FOLDER on record as a proposed edition, as a person. It changes nothing until another approves it.

    \b
    Example:
      docservice town propose town/2027 --as clerk@town.example --note "Resolution 2026-44: 20 days to correct"
    """
    from docservice.pipeline import pinning

    if not folder.is_dir():
        raise Refusal("file.missing", f"There is no folder {folder}.", kind="missing")
    files, password = pinning.files_in(folder), asked_password(new=False)
    with opened() as office:
        made = office.review.rules.propose(files, note=note, actor=_person(office, login, password))
    _emit(made, f"Edition {made.record.version} is number {made.record.number}: {made.standing.replace('_', ' ')}.")


@click.command()
@NUMBER
@json_option
def review(number: int) -> None:
    """Read an edition as sentences, and what it changes against the one in force.

    \b
    Example:
      docservice town review 2
    """
    with opened() as office:
        found, said, compared = (
            office.review.rules.edition(number),
            office.review.rules.sentences(number),
            office.review.rules.compare(number),
        )
    record = found.record
    lines = [f"Edition {record.version}, number {number}: {found.standing.replace('_', ' ')}."]
    lines += [f"Proposed by {record.proposed_by}: {record.note}"] if record.note else []
    lines += [f"Sent back by {record.decided_by}: {record.reason}"] if record.reason else []
    group = ""
    for one in said:
        if one.group != group:
            group = one.group
            lines += ["", group.replace("_", " ").capitalize()]
        lines.append(f"  {one.name}: {one.text}" if one.name else f"  {one.text}")
    emit({"edition": _plain(found), "sentences": said, "changes": compared.changes, "outcomes": compared.outcomes},
         [*lines, "", *_redline(compared)])  # fmt: skip


@click.command()
@click.argument("old")
@click.argument("new")
@json_option
def diff(old: str, new: str) -> None:
    """What edition NEW says otherwise than OLD, and what the example cases come to under both.

    OLD and NEW: numbers of editions on record, or folders.

    \b
    Example:
      docservice town diff 1 town/2027
    """
    from docservice.office.rules.rules import comparison

    with opened() as office:
        (was, old_name), (now, new_name) = (_meant(office, one) for one in (old, new))
    compared = comparison(was, now, old_name, new_name)
    emit({"old": compared.old, "new": compared.new, "changes": compared.changes, "outcomes": compared.outcomes},
         list(_redline(compared)))  # fmt: skip


@click.command()
@NUMBER
@click.option("--effective-on", type=DAY, required=True, metavar="DATE", help="In force from this day.")
@click.option("--as", "login", required=True, metavar="LOGIN", help="Who approves; asks for their password.")
@json_option
def approve(number: int, effective_on: date, login: str) -> None:
    """Approve a proposed edition, as a person whose role the rules in force name; never who proposed it.

    \b
    Example:
      docservice town approve 2 --effective-on 2027-01-01 --as attorney@town.example
    """
    password = asked_password(new=False)
    with opened() as office:
        made = office.review.rules.approve(number, effective_on=effective_on, actor=_person(office, login, password))
    _emit(made, f"Edition {made.record.version} is in force from {effective_on}.")


@click.command("send-back")
@NUMBER
@click.option("--reason", required=True, help="Who proposed it is told.")
@click.option("--as", "login", metavar="LOGIN", help="Who sends back an approved one; asks for their password.")
@json_option
def send_back(number: int, reason: str, login: str | None) -> None:
    """Send a proposed edition back; or an approved one before its day, as a person who may approve (--as).

    \b
    Example:
      docservice town send-back 2 --reason "The council said 15 days"
    """
    from docservice.office.people.roles import Actor

    password = asked_password(new=False) if login is not None else ""
    with opened() as office:
        who = Actor(actor()) if login is None else _person(office, login, password)
        made = office.review.rules.send_back(number, reason=reason, actor=who)
    _emit(made, f"Edition {made.record.version} is sent back.")


def _person(office: Office, login: str, password: str) -> Actor:
    from docservice.office.people.roles import Actor

    return Actor.person(office.people.accounts.sign_in(login, password), via=actor())


def _emit(made: Edition, line: str) -> None:
    emit({"edition": _plain(made)}, [line])


def _plain(one: Edition) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(one.record), "standing": one.standing}


def _origin(one: Edition) -> str:
    from docservice.office.means.editions import ORIGINS

    return ORIGINS[one.record.origin]


def _meant(office: Office, named: str) -> tuple[TownPack, str]:
    if named.isascii() and named.isdigit():
        return office.review.rules.pack(int(named)), f"edition {office.review.rules.edition(int(named)).record.version}"
    from docservice.town import load_pack

    folder = Path(named)
    if not folder.is_dir():
        raise Refusal("edition.unknown", f"“{named}” is not {_NUMBER_OR_FOLDER}.", kind="missing")
    pack = load_pack(folder)
    return pack, f"{folder.name} (edition {pack.version})"


def _redline(compared: Comparison) -> Iterator[str]:
    """The changes word by word, [-gone-] and {+come+}; then the table of the example cases."""
    from docservice.town.telling import marked

    yield f"From {compared.old} to {compared.new}: {len(compared.changes) or 'no'} changes."
    for one in compared.changes:
        words = {"same": "{}", "old": "[-{}-]", "new": "{{+{}+}}"}
        text = " ".join(words[kind].format(said) for kind, said in marked(one.old, one.new))
        yield f"  {one.group} {one.name}: {text}"
    rows = [(o.case, o.document, o.what, o.old, o.new) for o in compared.outcomes if o.differs]
    same = len(compared.outcomes) - len(rows)
    yield ""
    yield from table(("Case", "Document", "What", "Before", "After"), rows, "The example cases come to the same.")
    yield f"{same} more dates and amounts of the example cases stay as they are."
