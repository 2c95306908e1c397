"""``docservice keys``: who may use the API."""

from __future__ import annotations

import click

from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, table
from docservice.correspondence.choices import SCOPES


@click.group()
def keys() -> None:
    """API keys: add, list, revoke. Only a hash of a key is kept."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="What it may do; repeatable."
)
@click.option("--account", metavar="LOGIN", help="The person it acts for; the scope approve needs one.")
@json_option
def add(name: str, scopes: tuple[str, ...], account: str | None) -> None:
    """Make a key for NAME and print it, this once.

    \b
    preview  see drafts          issue    issue, void, supersede
    read     read documents      packets  bind packets
    review   propose versions, comment, send back
    approve  approve and withdraw versions, for --account
    admin    everything
    \b
    Example:
      docservice keys add permit-tracker --scope issue --scope read
    """
    with opened() as office:
        record, secret = office.add_key(name, scopes, actor(), account)
    notice = "Keep it now; it is not shown again."
    emit({"key": record, "secret": secret}, [secret, f"{notice} Revoke it with: docservice keys revoke {record.id}"])


@keys.command("list")
@json_option
def list_() -> None:
    """List keys."""
    with opened() as office:
        found = list(office.keys())
    rows = [
        (key.id, key.name, " ".join(key.scopes), key.created_at.date(), "revoked" if key.revoked_at else "in use")
        for key in found
    ]
    emit({"items": found}, table(("Id", "Name", "Scopes", "Since", "State"), rows, "No keys."))


@keys.command()
@click.argument("id")
@json_option
def revoke(id: str) -> None:
    """Revoke a key by its id; it works no longer from this moment."""
    with opened() as office:
        office.revoke_key(id, actor=actor())
    emit({"id": id, "revoked": True}, [f"{id} is revoked."])
