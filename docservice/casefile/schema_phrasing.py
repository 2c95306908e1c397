"""Schemas of the phrases that a violation is told in, and of its translations."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError

from docservice.casefile import phrasing
from docservice.casefile.fields import (
    MAX_LINE,
    DayField,
    FactField,
    IdField,
    Inner,
    LanguageField,
    LineField,
    TextField,
    clean,
    wrong,
)
from docservice.casefile.schema_people import FactsSchema

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MOST = 20  # blanks of one phrase, and names in one list


class BlanksField(FactField):
    """The values of a phrase's blanks, by the blank's name: a text on one line, a whole number, or a list of texts."""

    kind = "values by name"

    def json_schema(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1, "maxLength": MAX_LINE}
        value = {"anyOf": [text, {"type": "integer", "minimum": 0}, {"type": "array", "items": text, "minItems": 1}]}
        names = {"pattern": f"^{_NAME.pattern}$"}
        return {"type": "object", "additionalProperties": value, "propertyNames": names, "maxProperties": _MOST}

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> phrasing.BlankValues:
        if not isinstance(value, dict):
            raise wrong("type", "This must be an object, in curly brackets: the value of each blank by its name.")
        if len(value) > _MOST:
            raise wrong("too_many", f"A phrase has at most {_MOST} blanks.")
        kept, errors = phrasing.BlankValues(), {}
        for name, given in value.items():
            try:
                if not isinstance(name, str) or not _NAME.fullmatch(name):
                    raise wrong("id", "A blank's name has small letters, digits and underscores.")
                kept[name] = _blank(given)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return kept


def _blank(given: object) -> str | int | tuple[str, ...]:
    if isinstance(given, int) and not isinstance(given, bool):
        if not 0 <= given < 10**9:
            raise wrong("range", "This number must be from 0 to 999999999.")
        return given
    if isinstance(given, list | tuple):
        if not 1 <= len(given) <= _MOST:
            raise wrong("too_few", f"This list needs from 1 to {_MOST} texts.")
        return tuple(clean(one, MAX_LINE, newlines=False) for one in given)
    return clean(given, MAX_LINE, newlines=False)


class PhraseUseSchema(FactsSchema):
    """A phrase of the town's library, filled."""

    makes = phrasing.PhraseUse
    id = IdField("Id of the phrase in the town's library (phrases.yaml).", required=True)
    values = BlanksField(
        "The value of each blank, by its name: a measure as “6 feet 4 inches”, a date as 2026-05-29, a time as "
        "22:50, a number without quotation marks, names as a list."
    )


class ViolationPhrasesSchema(FactsSchema):
    """The phrases that a violation is told in. The town has each in every language of its letters."""

    makes = phrasing.ViolationPhrases
    facts = Inner(PhraseUseSchema, "What was seen.")
    correction = Inner(PhraseUseSchema, "What has to be done.")
    location = Inner(PhraseUseSchema, "Where on the property.")
    danger_reason = Inner(PhraseUseSchema, "Why it is an immediate danger.")


class ViolationTranslationSchema(FactsSchema):
    """A violation's own words in another language; letters in it print them. English controls."""

    makes = phrasing.ViolationTranslation
    language = LanguageField("The language: es, zh-Hant …", required=True)
    by = LineField("Who made the translation; kept with the case.", required=True)
    on = DayField("Date on which it was made.")
    facts = TextField("The facts.")
    correction = TextField("The correction.")
    location = LineField("The place.")
    danger_reason = TextField("The reason why it is an immediate danger.")
