"""Opening the office for one command, and saying who acts."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from docservice.config import Settings
    from docservice.office.facade import Office


def settings(**overrides: Any) -> Settings:
    """The settings of this run: environment, then ``--home``, then ``overrides``."""
    from docservice.config import Settings

    home = click.get_current_context().find_object(dict) or {}
    return Settings.from_env(**{**({"home": home["home"]} if "home" in home else {}), **overrides})


@contextmanager
def opened(**overrides: Any) -> Iterator[Office]:
    """The office, closed afterwards.

    It renders in a process of its own, so that a template that loops ends at the limits of time and memory here too.
    """
    from docservice.office.opening import open_office

    office = open_office(settings(**{"isolated_rendering": True, "workers": 1, **overrides}))
    try:
        yield office
    finally:
        office.close()


def actor() -> str:
    """Who acts, for the audit trail: ``cli:USER``."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError, ImportError):  # a user id without a name, as in a container
        return "cli"
