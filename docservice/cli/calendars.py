"""``docservice calendars``: addresses at which calendar programs read what is due."""

from __future__ import annotations

import click

from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, table
from docservice.office.means.choices import CALENDAR_SCOPES


@click.group()
def calendars() -> None:
    """Calendars of what is due: new, list, revoke. Who has an address can read it; only a hash of it is kept."""


@calendars.command()
@click.argument("scope", type=click.Choice(CALENDAR_SCOPES))
@click.argument("subject", default="")
@click.option("--for", "name", required=True, metavar="WHO", help="For whom it is made.")
@json_option
def new(scope: str, subject: str, name: str) -> None:
    """Make a calendar of the office, of an officer (SUBJECT: the id) or a case (its number), and print its address.

    \b
    Examples:
      docservice calendars new office --for "The wall screen"
      docservice calendars new officer coordinator --for "Nia Park"
    """
    with opened() as office:
        record, token = office.cases.due.make_calendar(scope, subject, name, actor=actor())
        base = office.settings.public_url or office.town.identity.public_address
    url = f"{base}/calendars/{token}.ics"
    notice = "Keep it now; it is not shown again. It shows numbers and kinds of dates, no names."
    emit({"calendar": record, "url": url}, [url, f"{notice} End it with: docservice calendars revoke {record.id}"])


@calendars.command("list")
@json_option
def list_() -> None:
    """List calendars, the newest first.

    \b
    Example:
      docservice calendars list
    """
    with opened() as office:
        found = office.cases.due.calendars()
    rows = [(one.id, one.scope, one.subject, one.name, one.created_at.date(), one.created_by,
             "revoked" if one.revoked_at is not None else "") for one in found]  # fmt: skip
    emit({"items": found}, table(("Id", "Of", "", "For", "Made", "By", ""), rows, "There is no calendar."))


@calendars.command()
@click.argument("id")
@json_option
def revoke(id: str) -> None:
    """End a calendar: its address leads nowhere from now on.

    \b
    Example:
      docservice calendars revoke 6f1c2f2e-…
    """
    with opened() as office:
        record = office.cases.due.revoke_calendar(id, actor=actor())
    emit({"calendar": record}, [f"The calendar for {record.name} is ended."])
