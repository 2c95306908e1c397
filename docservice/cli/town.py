"""``docservice town``: the town's rules, and how a date comes about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from docservice.cli.editions import approve, diff, editions, propose, review, send_back
from docservice.cli.opening import opened, settings
from docservice.cli.output import emit, json_option, table
from docservice.cli.types import DAY
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.town import TownPack


@click.group()
def town() -> None:
    """The town's rules: show them, explain a date; propose, read, compare and approve an edition."""


def _pack(on: date | None) -> TownPack:
    from docservice.town import in_force, load_packs

    config = settings()
    if (config.home / "docservice.db").exists() or config.database_url:  # what is approved holds, not what lies on disk
        with opened() as office:
            packs = tuple(edition.pack for edition in office.means.editions)
    else:
        packs = load_packs(config.town)
    if on is not None:
        return in_force(packs, on)
    if not packs:
        raise Refusal("town.missing", f"There is no town pack in {settings().town}.", kind="setup")
    return in_force(packs, max(date.today(), packs[0].effective_on))


@town.command()
@click.option("--on", type=DAY, metavar="DATE", help="The edition in force that day (default: today).")
@json_option
def show(on: date | None) -> None:
    """Show the town, its deadlines, fines and holidays.

    \b
    Example:
      docservice town show --on 2026-07-01
    """
    from docservice.town.calendar import Calendar

    pack = _pack(on)
    year = (on or max(date.today(), pack.effective_on)).year
    holidays = Calendar(pack.calendar).holidays(year)
    rules = [
        (key, f"{rule.count} {rule.unit} {rule.direction} {rule.trigger}", rule.source.confidence, rule.source.citation)
        for key, rule in pack.deadlines.items()
    ]
    fines = [(key, ", ".join(f"${amount:,}" for amount in c.amounts), c.title) for key, c in pack.fine_classes.items()]
    lines = [
        f"{pack.identity.name}, {pack.identity.office}",
        f"Edition {pack.version}, in force from {pack.effective_on} ({pack.sha256[:12]})",
        "",
        *table(("Deadline", "Count", "Sure", "Source"), rules, "No deadlines."),
        "",
        *table(("Fine class", "First, second, third", "What"), fines, "No fines."),
        "",
        *table(("Closed", "Holiday"), [(day, name) for day, name in holidays.items()], "No holidays."),
    ]
    summary = {
        "key": pack.key,
        "version": pack.version,
        "effective_on": pack.effective_on,
        "sha256": pack.sha256,
        "identity": pack.identity,
        "officers": pack.officers,
        "languages": pack.languages,
        "deadlines": pack.deadlines,
        "fine_classes": pack.fine_classes,
        "holidays": {day.isoformat(): name for day, name in holidays.items()},
    }
    emit(summary, lines)


@town.command()
@click.argument("rule")
@click.argument("trigger", type=DAY)
@click.option("--extension", type=click.IntRange(0, 90), default=0, metavar="DAYS", help="Mail extension in days.")
@click.option("--on", type=DAY, metavar="DATE", help="Use the rules in force that day (default: the trigger's day).")
@json_option
def deadline(rule: str, trigger: date, extension: int, on: date | None) -> None:
    """Compute RULE from the day TRIGGER, and say how.

    `docservice town show` lists the rules. A mail extension counts only where the rule allows it.

    \b
    Example:
      docservice town deadline contest-citation 2026-05-29
    """
    from docservice.town.calendar import Calendar
    from docservice.town.deadlines import compute

    pack = _pack(on or trigger)
    found = pack.deadlines.get(rule)
    if found is None:
        message = f"There is no deadline “{rule}”. There are: {', '.join(pack.deadlines)}."
        raise Refusal("town.unknown_deadline", message, kind="missing")
    computed = compute(found, trigger, Calendar(pack.closed_days(found)), extension, name=rule)
    ignored = [f"The rule allows no mail extension; the {extension} days were not added."] if (
        extension and not computed.extension
    ) else []  # fmt: skip
    emit(computed, [f"{computed.title}: {computed.date}", computed.explain(), *ignored])


for command in (editions, propose, review, diff, approve, send_back):
    town.add_command(command)
