"""Notices of the time before this register: number, day, who was served; no bytes. Guards and ordinals count them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.casefile.fields import Coded
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are
from docservice.storage.number_models import OpenNumberRow, SeriesRow
from docservice.town.pack import TownPack


class ImportedNoticeSchema(Schema):
    """What is said of a notice of before, besides its number (the event's subject) and its date (the event's day)."""

    class Meta:
        unknown = RAISE
        register = False

    document_type = fields.String(required=True)
    about = fields.String(validate=validate.Length(1, 100))
    recipient = fields.String(validate=validate.Length(1, 100))
    served_on = fields.Date(format="iso")
    dates = fields.Dict(keys=fields.String(validate=validate.Length(1, 100)), values=fields.Date(format="iso"))


def imported_data(pack: TownPack, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an imported notice as plain JSON, checked.

    Raises ``Refusal("event.invalid")`` with every problem, each at its JSON pointer below ``/data``.
    """
    try:
        loaded = ImportedNoticeSchema().load(dict(data))
    except ValidationError as error:
        problems = [
            Finding.error(message.code if isinstance(message, Coded) else "event.invalid", str(message),
                          f"/data{pointer(path)}")
            for path, message in each_error(error.messages)
        ]  # fmt: skip
        raise Refusal("event.invalid", f"{things_are(problems)} wrong with the event.", problems) from None
    if loaded["document_type"] not in pack.document_types:
        message = f"The town's rules know no document type {loaded['document_type']}."
        raise Refusal("event.invalid", message, [Finding.error("event.invalid", message, "/data/document_type")])
    plain: dict[str, Any] = ImportedNoticeSchema().dump(loaded)
    return plain


def still_to_come(session: Session, pack: TownPack, number: str, today: date) -> bool:
    """Whether this register will give the number itself: of a series of its own, this year or later, past its end."""
    for kind in pack.document_types.values():
        form = re.sub(r"\\\{(year|n)[^{}]*\}", lambda found: rf"(?P<{found[1]}>\d+)", re.escape(kind.number))
        found = re.fullmatch(form + r"(?:\.\d+)*(?:-[a-z]+)?", number, re.IGNORECASE)
        if found is None or "n" not in found.groupdict():
            continue
        year = int(found.groupdict().get("year") or today.year)
        last = session.scalar(select(SeriesRow.last).where(SeriesRow.prefix == kind.series, SeriesRow.year == year))
        given = (
            int(found["n"]) <= (last or 0) and session.get(OpenNumberRow, (kind.series, year, int(found["n"]))) is None
        )
        if year >= today.year and not given:
            return True
    return False
