"""Notices of the time before this register: number, day, who was served; no bytes. Guards and ordinals count them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from docservice.casefile.fields import Coded
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are
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
