"""marshmallow schemas read off the pack's dataclasses.

The dataclasses say what a pack holds; writing each field a second time as a schema would let the two drift apart.
A schema made here is strict: unknown keys are errors, ``"3"`` is no number, texts are not empty, money has cents.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import marshmallow
from marshmallow import RAISE, Schema, ValidationError, post_load, pre_load, validate

from docservice.strict_fields import Flag, WholeNumber

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


class _Text(marshmallow.fields.Field[str]):
    """Text that is not empty."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"This must be text; put {value!r} in quotation marks.")
        text = value.strip()
        if not text:
            raise ValidationError("This text is empty.")
        return text


class _Money(marshmallow.fields.Field[Decimal]):
    """A number with up to three decimals, not negative: dollars or inches."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Decimal:
        try:
            number = Decimal(str(value))
            if number < 0 or number != round(number, 3):  # which Decimal refuses for what is infinite or no number
                raise InvalidOperation
        except InvalidOperation:
            raise ValidationError("This must be a number, not negative, such as 1300 or 2.625.") from None
        return number


class Dataclass(Schema):
    """Loads a mapping into the frozen dataclass ``makes``."""

    makes: type

    class Meta:
        unknown = RAISE

    @pre_load
    def _as_called_now(self, data: Any, **options: Any) -> Any:
        """A field that had another name before (``before`` in its metadata, with what its values meant)."""
        for field in fields(self.makes):
            name, meant = field.metadata.get("before", (field.name, {}))
            if isinstance(data, Mapping) and name in data and field.name not in data:
                rest = {key: value for key, value in data.items() if key != name}
                value = data[name]
                data = {**rest, field.name: meant.get(value, value) if isinstance(value, str) else value}
        return data

    @post_load
    def _make(self, data: dict[str, Any], **options: Any) -> Any:
        return self.makes(**data)


@cache
def schema_of(made: type) -> type[Dataclass]:
    """The schema class that loads ``made``, a dataclass of str, int, bool, date, Decimal, Any, Literal, tuple, Mapping.

    ``Any`` is free data.
    """
    hints = get_type_hints(made)
    made_fields: dict[str, Any] = {
        field.name: _field(hints[field.name], required=field.default is MISSING and field.default_factory is MISSING)
        for field in fields(made)
        if not field.metadata.get("computed")
    }
    return type(f"{made.__name__}Schema", (Dataclass,), {"makes": made, **made_fields})


def _field(hint: Any, *, required: bool = False) -> marshmallow.fields.Field[Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (hint,) = (argument for argument in arguments if argument is not type(None))
        return _field(hint)
    if origin is Literal:
        return marshmallow.fields.Raw(required=required, validate=validate.OneOf(arguments))
    if origin is tuple:
        return _Items(_field(arguments[0]), required=required)
    if origin is Mapping:
        return marshmallow.fields.Dict(_Text(), _field(arguments[1]), required=required)
    if is_dataclass(hint):
        return marshmallow.fields.Nested(schema_of(hint), required=required)  # type: ignore[arg-type]
    simple: dict[Any, Any] = {
        str: _Text,
        Any: _Data,
        bool: Flag,
        int: WholeNumber,
        date: marshmallow.fields.Date,
        Decimal: _Money,
    }
    made: marshmallow.fields.Field[Any] = simple[hint](required=required)
    return made


class _Items(marshmallow.fields.List[Any]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **options))


class _Data(marshmallow.fields.Field[Any]):
    """Free data: texts, numbers, flags, lists and mappings; a text that is a date becomes one."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(name): self._deserialize(item, name, value) for name, item in value.items()}
        if isinstance(value, list):
            return tuple(self._deserialize(item, attr, value) for item in value)
        if value is None:
            raise ValidationError("This has no value.")
        try:
            return date.fromisoformat(value) if isinstance(value, str) and _DATE.match(value) else value
        except ValueError:
            raise ValidationError(f"There is no day {value}.") from None
