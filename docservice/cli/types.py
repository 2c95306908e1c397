"""Argument types that explain themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from docservice.pipeline.faces import FACES
from docservice.pipeline.mail_classes import MAIL_CLASSES


class DayType(click.ParamType[date]):
    """A calendar day, ``2026-06-29``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if len(value) == 10 and 1900 <= (day := date.fromisoformat(value)).year < 2200:
                return day
        except ValueError:
            pass
        self.fail(f"“{value}” is no date. Write it like 2026-06-29.", param, ctx)


DAY = DayType()
FACE = click.Choice(FACES["letter"])
MAIL_CLASS = click.Choice(MAIL_CLASSES)
