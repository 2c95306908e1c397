"""Fields of what people write and systems send, as strict as JSON: 1 is no yes, "2" is no number."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields


class Flag(fields.Boolean):
    """``true`` or ``false``, and nothing that Python takes for the same."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("This must be true or false.")
        return value


class WholeNumber(fields.Integer):
    """A whole number, ``least`` or more."""

    def __init__(self, least: int = 0, **options: Any) -> None:
        super().__init__(strict=True, **options)
        self.least = least

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < self.least:
            bound = f"{self.least} or more" if self.least else "not negative"
            raise ValidationError(f"This must be a whole number, {bound}.")
        return value
