"""The public pages and calendars (docs/web.md) and the desk of staff and legal staff (docs/desk.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from docservice.web import calendars, desk, public
from docservice.web.site.errors import respond

if TYPE_CHECKING:
    from docservice.office.facade import Office

__all__ = ["register", "respond"]


def register(app: Flask, office: Office) -> None:
    """Put the public pages, the calendars and the desk on ``app``, served by ``office``."""
    public.register(app, office)
    calendars.register(app, office)
    desk.register(app, office)
