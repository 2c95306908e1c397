"""``docservice keys``: who may use the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, plain, table
from docservice.cli.types import DAY
from docservice.office.means.choices import SCOPES

if TYPE_CHECKING:
    from docservice.office.facade import Office


@click.group()
def keys() -> None:
    """API keys: add, list, rotate, revoke. Only a hash of a key is kept."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="What it may do; repeatable."
)
@click.option("--account", metavar="LOGIN", help="The person it acts for; the scope approve needs one.")
@click.option("--expires", type=DAY, metavar="DATE", help="The last day on which it works (default: for good).")
@click.option(
    "--speaks-for", "officers", multiple=True, metavar="OFFICER",
    help="An officer of the town whose decisions on procedure it may bring, by id; repeatable.",
)  # fmt: skip
@json_option
def add(
    name: str, scopes: tuple[str, ...], account: str | None, expires: date | None, officers: tuple[str, ...]
) -> None:
    """Make a key for NAME and print it, this once.

    \b
    preview  see drafts          issue    issue; read, void, supersede what it issued
    read     read documents      records  void, supersede what other systems issued, too
    packets  bind packets
    review   propose versions, comment, send back
    approve  approve and withdraw versions, for --account
    admin    everything
    \b
    Example:
      docservice keys add permit-tracker --scope issue --scope read --expires 2027-06-30
    """
    with opened() as office:
        record, secret = office.people.keys.add(name, scopes, actor(), account, expires, officers)
    notice = "Keep it now; it is not shown again."
    emit({"key": record, "secret": secret}, [secret, f"{notice} Revoke it with: docservice keys revoke {record.id}"])


@keys.command()
@click.argument("id")
@click.option(
    "--overlap",
    type=click.IntRange(0, 365),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="How long the old key works beside the new one; 0 ends it now.",
)
@click.option("--expires", type=DAY, metavar="DATE", help="The new key's last day (default: as long as the old one's).")
@json_option
def rotate(id: str, overlap: int, expires: date | None) -> None:
    """Make a successor of a key, under its name and with its scopes, and print it, this once.

    What the old key issued is the new one's too: it belongs to the name.

    \b
    Example:
      docservice keys rotate 6f1c2f2e-… --overlap 14
    """
    with opened() as office:
        record, secret = office.people.keys.rotate(id, actor=actor(), overlap_days=overlap, expires=expires)
        listed = office.people.keys.listed()
        old = next(key for key in listed if key.id == id)
        until = moment(office, old.expires_at)
    emit({"key": record, "secret": secret, "old": old},
         [secret, f"Keep it now; it is not shown again. The old key works until {until}."])  # fmt: skip


@keys.command("list")
@json_option
def list_() -> None:
    """List keys: how long they work, and when they were last used (to the hour)."""
    with opened() as office:
        found, now = list(office.people.keys.listed()), datetime.now(UTC)
        rows = [
            (key.id, key.name, " ".join(key.scopes), key.created_at.date(), moment(office, key.expires_at),
             moment(office, key.last_used_at), key.state(now))
            for key in found
        ]  # fmt: skip
    items = [{**plain(key), "state": key.state(now)} for key in found]
    emit({"items": items}, table(("Id", "Name", "Scopes", "Since", "Until", "Last used", "State"), rows, "No keys."))


@keys.command()
@click.argument("id")
@json_option
def revoke(id: str) -> None:
    """Revoke a key by its id; it works no longer from this moment."""
    with opened() as office:
        office.people.keys.revoke(id, actor=actor())
    emit({"id": id, "revoked": True}, [f"{id} is revoked."])


def moment(office: Office, at: datetime | None) -> str:
    """A moment in the town's own time; nothing for none."""
    from zoneinfo import ZoneInfo

    return f"{at.astimezone(ZoneInfo(office.town.identity.time_zone)):%Y-%m-%d %H:%M}" if at is not None else ""
