"""How a request finds the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from docservice.office.facade import Office

EXTENSION = "docservice.api"


def office() -> Office:
    """The office this app serves."""
    return cast("Office", current_app.extensions[EXTENSION])
