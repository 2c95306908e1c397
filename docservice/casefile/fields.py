"""Kinds of field a casefile has: what each accepts, and how it says no.

Stricter than marshmallow's own (``"3"`` is not a number, ``1`` is not true) and each knows its JSON Schema.
A message is a ``Coded`` string, so that every error keeps a stable code on its way out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, get_args

from babel import Locale
from babel.core import parse_locale
from marshmallow import Schema, ValidationError, fields, missing

from docservice.casefile.invisible import invisible, named
from docservice.casefile.pasting import on_one_line, taken

MAX_LINE, MAX_TEXT, MAX_ITEMS = 1_000, 20_000, 2_000
FIRST_YEAR, LAST_YEAR = 1900, 2199  # what is added to a date stays within the calendars that are counted with

# C0 and C1 controls (newline aside), line and paragraph separators, bidi embeddings, overrides and isolates (a name
# could dress up as another), the byte order mark, surrogates and noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_MONEY = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)


class Coded(str):
    """An error message that carries its code."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, message: str) -> Coded:
        text = super().__new__(cls, message)
        text.code = "casefile." + code
        return text


_REQUIRED = Coded("missing", "This field is required.")
_NULL = Coded("type", "This field may not be null.")


def wrong(code: str, message: str) -> ValidationError:
    """The error a field raises."""
    return ValidationError(Coded(code, message))


class FactField(fields.Field[Any]):
    """A field with a description; ``None`` counts as left out when the field is optional."""

    kind = "text"
    json: ClassVar[Mapping[str, Any]] = {"type": "string"}

    def __init__(self, description: str, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, allow_none=not required, metadata={"description": description}, **options)

    def make_error(self, key: str, **values: Any) -> ValidationError:
        return ValidationError(_REQUIRED if key == "required" else _NULL)

    def json_schema(self) -> dict[str, Any]:
        return dict(self.json)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        # Shorter than marshmallow's (no validators, no load_default): a casefile has hundreds of fields.
        if value is None:
            if self.allow_none:
                return missing
            raise ValidationError(_NULL)
        if value is missing:
            if self.required:
                raise ValidationError(_REQUIRED)
            return missing
        return self._deserialize(value, attr, data, **options)


def clean(value: object, limit: int, *, newlines: bool) -> str:
    """``value`` as text that can be printed, pasted line ends and tabs as they are meant; raises otherwise."""
    if not isinstance(value, str):
        raise wrong("type", "This must be text in quotation marks.")
    value = taken(value) if newlines else on_one_line(value)
    if not value or value.isspace():
        raise wrong("blank", "This text is empty.")
    if len(value) > limit:
        raise wrong("too_long", f"This text has {len(value)} characters; {limit} are the most.")
    found = _FORBIDDEN.search(value)
    if found:
        raise wrong(
            "control_character", f"Character {found.start() + 1} (U+{ord(found[0]):04X}) cannot be printed on paper."
        )
    if not newlines and "\n" in value:
        before = value.partition("\n")[0].strip()[-40:]
        raise wrong("line_break", f"This text must be on one line; there is a line break after “{before}”.")
    hidden = invisible(value, running=newlines)
    if hidden is not None:
        place, character = hidden
        raise wrong("invisible_character", f"Character {place + 1} ({named(character)}) cannot be seen on paper.")
    return value


class TextField(FactField):
    """Running text; a line break starts a new line."""

    json: ClassVar[Mapping[str, Any]] = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        return clean(value, MAX_TEXT, newlines=True)


class LineField(FactField):
    """Text on one line, by a pattern if one is given."""

    kind = "one line"

    def __init__(
        self, description: str, *, pattern: str | None = None, code: str = "format", says: str = "", **options: Any
    ) -> None:
        super().__init__(description, **options)
        self.pattern, self.code, self.says = re.compile(pattern, re.ASCII) if pattern else None, code, says

    def json_schema(self) -> dict[str, Any]:
        pattern = {"pattern": f"^(?:{self.pattern.pattern})$"} if self.pattern else {}
        return {"type": "string", "minLength": 1, "maxLength": MAX_LINE, **pattern}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        text = clean(value, MAX_LINE, newlines=False)
        if self.pattern and not self.pattern.fullmatch(text):
            raise wrong(self.code, self.says)
        return text


class IdField(LineField):
    """A short id, unique in its list."""

    kind = "id"

    def __init__(self, description: str, *, required: bool = False) -> None:
        says = "An id has up to 64 letters, digits, dots, hyphens and underscores, and no spaces."
        super().__init__(description, required=required, pattern=r"[\w][\w.\-]{0,63}", code="id", says=says)


class LanguageField(FactField):
    """A BCP 47 language tag, put into its usual case."""

    kind = "language"
    json: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        tag = language_tag(value) if isinstance(value, str) else None
        if tag is None:
            raise wrong("language", "This is not a language tag such as en, es or zh-Hant (BCP 47).")
        return tag


@cache
def language_tag(text: str) -> str | None:
    """The tag as BCP 47 writes it (``zh-hant`` → ``zh-Hant``), or ``None``. Two-letter languages must exist."""
    try:
        language, territory, script, variant = parse_locale(text, sep="-")[:4]
    except ValueError:
        return None
    if len(language) not in (2, 3) or (len(language) == 2 and language not in Locale("en").languages):
        return None
    if "-" in text and not (territory or script or variant):
        return None
    return "-".join(part for part in (language, script, territory, variant and variant.lower()) if part)


class Country(LineField):
    """A country by its two letters (ISO 3166)."""

    kind = "country"

    def __init__(self, description: str) -> None:
        super().__init__(description, pattern="[A-Z]{2}", code="country", says="Two capital letters: US, MX, CA …")

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options)
        if text not in Locale("en").territories or text in ("ZZ", "XA", "XB", "EU", "UN", "EZ", "QO"):
            raise wrong("country", f"There is no country {text}.")
        return text


class DayField(FactField):
    """A date, ``2026-05-29``."""

    kind = "date"
    json: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> date:
        # datetime is a date too, but has a time of day that would be lost.
        day = value if type(value) is date else None
        found = _DAY.fullmatch(value) if isinstance(value, str) else None
        if found:
            try:
                day = date(*map(int, found.groups()))
            except ValueError:
                day = None
        if day is None:
            raise wrong("type", "This must be a date of the calendar, written 2026-05-29.")
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise wrong("range", f"The year must be from {FIRST_YEAR} to {LAST_YEAR}.")
        return day


class ClockField(FactField):
    """A time of day, ``10:00``."""

    kind = "time"
    json: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": f"^{_CLOCK.pattern}$"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> time:
        if type(value) is time:
            return value
        found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise wrong("type", "This must be a time of day from 00:00 to 23:59, written 14:30.")
        return time(int(found[1]), int(found[2]), int(found[3] or 0))


class MoneyField(FactField):
    """US dollars, ``"1500.00"`` or ``1500``."""

    kind = "dollars"
    json: ClassVar[Mapping[str, Any]] = {
        "type": ["string", "number"],
        "pattern": f"^{_MONEY.pattern}$",
        "minimum": 0,
        "maximum": 9_999_999_999.99,
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise wrong("type", "This must be an amount of dollars, written 1500 or 1500.00.")
        text = value if isinstance(value, str) else _plain(value)
        if not _MONEY.fullmatch(text):
            raise wrong("money", "This must be dollars and cents, not negative, at most ten digits: 1500.00.")
        return Decimal(text).quantize(Decimal("0.01"))


def _plain(number: int | float | Decimal) -> str:
    if isinstance(number, int):
        return str(number) if abs(number) < 10**11 else "too large"
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    # NaN, infinities and exponents that would unroll into a million digits stay as they are, and are refused.
    return format(exact, "f") if exact.is_finite() and -20 < exact.adjusted() < 20 else str(exact)


class Count(FactField):
    """A whole number."""

    kind = "whole number"

    def __init__(self, description: str, *, least: int, most: int, required: bool = False) -> None:
        super().__init__(description, required=required)
        self.least, self.most = least, most

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong("type", "This must be a whole number without quotation marks.")
        if not self.least <= value <= self.most:
            raise wrong("range", f"This number must be from {self.least} to {self.most}.")
        return value


class FlagField(FactField):
    """True or false."""

    kind = "true/false"
    json: ClassVar[Mapping[str, Any]] = {"type": "boolean"}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong("type", "This must be true or false, without quotation marks.")
        return value


class Choice(FactField):
    """One of a few words."""

    def __init__(self, description: str, literal: Any, *, required: bool = False) -> None:
        super().__init__(description, required=required)
        self.choices: tuple[str, ...] = get_args(literal)
        self.kind = " · ".join(self.choices)

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self.choices)}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise wrong("type", "This must be text in quotation marks.")
        if value not in self.choices:
            raise wrong("choice", f"This must be one of: {', '.join(self.choices)}.")
        return value


class Each(FactField):
    """A list whose items are all of one kind; a tuple when loaded. ``null`` is an empty list."""

    def __init__(self, item: FactField, *, required: bool = False, least: int = 0) -> None:
        super().__init__(str(item.metadata["description"]), required=required)
        self.item, self.least = item, least
        self.kind = f"list of: {item.kind}"

    def json_schema(self) -> dict[str, Any]:
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.json_schema(), "maxItems": MAX_ITEMS, **least}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> tuple[Any, ...]:
        listed = items(value, self.least)
        kept, errors = [], {}
        for index, item in enumerate(listed):
            try:
                if item is None:
                    raise ValidationError(_NULL)
                kept.append(self.item.deserialize(item))
            except ValidationError as error:
                errors[index] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=tuple(kept))  # type: ignore[arg-type]  # loosely typed there
        return tuple(kept)


def items(value: object, least: int, most: int = MAX_ITEMS) -> list[Any] | tuple[Any, ...]:
    """``value`` when it is a list of a bearable length."""
    if not isinstance(value, list | tuple):
        raise wrong("type", "This must be a list, in square brackets.")
    if len(value) < least:
        raise wrong("too_few", f"This list needs at least {least}.")
    if len(value) > most:
        raise wrong("too_many", f"This list has {len(value)} items; {most} are the most.")
    return value


class Inner(fields.Nested):
    """An object, or with ``many`` a list of objects."""

    def __init__(
        self,
        schema: type[Schema],
        description: str,
        *,
        required: bool = False,
        many: bool = False,
        least: int = 0,
        most: int = MAX_ITEMS,
    ) -> None:
        super().__init__(
            schema, required=required, allow_none=not required, many=many, metadata={"description": description}
        )
        self.least, self.most = least, most

    def make_error(self, key: str, **values: Any) -> ValidationError:
        if key == "required":
            return ValidationError(_REQUIRED)
        return ValidationError(_NULL if key == "null" else Coded("type", "This must be an object, in curly brackets."))

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **options: Any) -> Any:
        if value is None and self.allow_none:
            return missing
        if self.many and value is not missing and value is not None:
            items(value, self.least, self.most)
        return super().deserialize(value, attr, data, **options)
