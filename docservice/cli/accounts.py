"""``docservice accounts``: people who may sign in, and their roles."""

from __future__ import annotations

import sys

import click

from docservice.cli.opening import actor, opened
from docservice.cli.output import emit, json_option, table
from docservice.office.means.choices import ROLES

ROLE = click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="What they may do; repeatable.")


@click.group()
def accounts() -> None:
    """Accounts: add, list, roles, disable, enable, unlink, password. Only a hash of a password is kept."""


@accounts.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as it stands in records.")
@ROLE
@click.option("--no-password", is_flag=True, help="Nobody can sign in until a password is set.")
@json_option
def add(login: str, name: str, roles: tuple[str, ...], no_password: bool) -> None:
    """Make an account for LOGIN (an e-mail address or a short name); asks for a password.

    \b
    requester   drafts, records          reviewer       comment, send back
    staff       issue, propose wording   approver       approve, where the town says so
    translator  translations             administrator  accounts and keys
    \b
    Example:
      docservice accounts add attorney@town.example --name "Ada Byron" --role approver
    """
    password = None if no_password else asked_password(new=True)
    with opened() as office:
        record = office.accounts.add(login, name, roles, password=password, actor=actor())
    emit({"account": record}, [f"{record.login}: {', '.join(record.roles) or 'no roles'}."])


@accounts.command("list")
@json_option
def list_() -> None:
    """List accounts."""
    with opened() as office:
        found = list(office.accounts.listed())
    rows = [
        (a.login, a.name, " ".join(a.roles), "disabled" if a.disabled_at else "in use", "linked" if a.link else "")
        for a in found
    ]
    emit({"items": found}, table(("Login", "Name", "Roles", "State", "Single sign-on"), rows, "No accounts."))


@accounts.command()
@click.argument("login")
@ROLE
@json_option
def roles(login: str, roles: tuple[str, ...]) -> None:
    """Give LOGIN these roles and no others.

    \b
    Example:
      docservice accounts roles attorney@town.example --role approver --role reviewer
    """
    with opened() as office:
        record = office.accounts.set_roles(login, roles, actor=actor())
    emit({"account": record}, [f"{record.login}: {', '.join(record.roles) or 'no roles'}."])


@accounts.command()
@click.argument("login")
@json_option
def disable(login: str) -> None:
    """LOGIN can no longer sign in, and API keys that act for them stop working.

    \b
    Example:
      docservice accounts disable attorney@town.example
    """
    with opened() as office:
        record = office.accounts.disable(login, actor=actor())
    emit({"account": record}, [f"{record.login} is disabled."])


@accounts.command()
@click.argument("login")
@json_option
def enable(login: str) -> None:
    """LOGIN may sign in again.

    \b
    Example:
      docservice accounts enable attorney@town.example
    """
    with opened() as office:
        record = office.accounts.enable(login, actor=actor())
    emit({"account": record}, [f"{record.login} is in use."])


@accounts.command()
@click.argument("login")
@json_option
def unlink(login: str) -> None:
    """Forget who signs in to LOGIN through single sign-on; the next one there with that login is linked anew.

    \b
    Example:
      docservice accounts unlink attorney@town.example
    """
    with opened() as office:
        record = office.accounts.unlink(login, actor=actor())
    emit({"account": record}, [f"{record.login} is no longer linked."])


@accounts.command()
@click.argument("login")
@json_option
def password(login: str) -> None:
    """Set a new password for LOGIN; asks for it, or reads a line from standard input.

    \b
    Example:
      docservice accounts password attorney@town.example
    """
    new = asked_password(new=True)
    with opened() as office:
        record = office.accounts.set_password(login, new, actor=actor())
    emit({"account": record}, [f"{record.login} has a new password."])


def asked_password(*, new: bool) -> str:
    """A password: typed twice when it is a new one, or the first line of standard input when that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=new, err=True)
    return typed
