"""Casefile data in, frozen facts out; and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, is_dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any

from marshmallow import ValidationError

from docservice import strict_json
from docservice.casefile.attempts import RegisterLeg, leg_of
from docservice.casefile.consistency import contradictions
from docservice.casefile.facts import Casefile
from docservice.casefile.fields import Coded, Each, Inner
from docservice.casefile.schema import CasefileSchema
from docservice.casefile.schema_people import FactsSchema
from docservice.casefile.service import ServiceRecord
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are

MAX_BYTES = 8 * 2**20


def load(data: Mapping[str, Any] | bytes | str, *, on_record: bool = False) -> Casefile:
    """The casefile in ``data``: JSON (bytes are UTF-8), or the object it decodes to.

    ``on_record`` is one that is kept already: it was held to the rules of the day on which it came.

    Raises ``Refusal``: ``casefile.malformed`` when it is no JSON object (kind ``malformed``), ``casefile.too_large``,
    or ``casefile.invalid`` with every problem at once, each at its JSON pointer.
    """
    raw = parse(data) if isinstance(data, bytes | str) else data
    if not isinstance(raw, Mapping):
        raise _malformed("A casefile is a JSON object, in curly brackets.")
    raw, legs = _without_read(raw)
    schema, build = _machinery()
    problems: list[Finding] = []
    try:
        loaded = schema.load(raw)
    except ValidationError as error:
        for path, message in each_error(error.messages):
            code = message.code if isinstance(message, Coded) else "casefile.type"
            problems.append(Finding.error(code, str(message), pointer(path)))
        loaded = error.valid_data
    except RecursionError:
        raise _malformed("The casefile is nested too deeply.") from None
    problems.extend(contradictions(loaded, [problem.place for problem in problems], on_record=on_record))
    if problems:
        problems.sort(key=_reading_order)
        raise Refusal("casefile.invalid", f"{things_are(problems)} wrong with the casefile.", problems)
    casefile = build(loaded)
    assert isinstance(casefile, Casefile)
    return replace(casefile, service=(*casefile.service, *map(leg_of, legs))) if legs else casefile


def _without_read(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[RegisterLeg]]:
    """The casefile without the legs that the register put at the end of its service records, and those."""
    listed = raw.get("service")
    legs = [item for item in listed if isinstance(item, RegisterLeg)] if isinstance(listed, list) else []
    if not legs:
        return raw, legs
    return {**raw, "service": [item for item in raw["service"] if not isinstance(item, RegisterLeg)]}, legs


def parse(text: bytes | str) -> Any:
    """What a casefile's text holds, by ``strict_json``; not yet looked at."""
    if len(text) > MAX_BYTES:
        message = f"The casefile has more than {MAX_BYTES // 2**20} MB; pictures travel beside it, not in it."
        raise Refusal("casefile.too_large", message, kind="too-large")
    return strict_json.read(text, what="The casefile", area="casefile")


def _malformed(message: str, place: str = "") -> Refusal:
    return Refusal(
        "casefile.malformed", message, [Finding.error("casefile.malformed", message, place)], kind="malformed"
    )


def _reading_order(problem: Finding) -> tuple[Any, ...]:
    return tuple((int(step), "") if step.isdecimal() else (-1, step) for step in problem.place.split("/"))


@cache
def _machinery() -> tuple[CasefileSchema, Any]:
    # Built at the first load, once: building the schemas takes longer than loading a casefile.
    schema = CasefileSchema()
    return schema, _builder(schema)


def _builder(schema: FactsSchema) -> Any:
    """A function from a loaded dict to the dataclass its schema makes."""
    inner = [
        (name, field.many, _builder(field.schema))  # type: ignore[arg-type]
        for name, field in schema.load_fields.items()
        if isinstance(field, Inner)
    ]
    makes = schema.makes
    # Optional in JSON, but the dataclass wants them said.
    unsaid = {
        field.name: () if isinstance(schema.load_fields[field.name], Each) else None
        for field in dataclass_fields(makes)
        if field.default is MISSING and not schema.load_fields[field.name].required
    }

    def build(data: dict[str, Any]) -> Any:
        for name, many, make in inner:
            if name in data:
                data[name] = tuple(map(make, data[name])) if many else make(data[name])
        return makes(**{**unsaid, **data})

    return build


def dump(casefile: Casefile | ServiceRecord) -> dict[str, Any]:
    """The casefile as a JSON object that ``load`` reads back, or one service record; defaults are left out."""
    dumped = _plain(casefile)
    assert isinstance(dumped, dict)
    return dumped


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        named = ((field, getattr(value, field.name)) for field in dataclass_fields(value))
        return {field.name: _plain(item) for field, item in named if item != field.default}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def canonical(data: Mapping[str, Any] | Casefile) -> bytes:
    """Deterministic JSON for hashing: keys sorted, no spaces, UTF-8.

    Two objects that differ only in the order of their keys give the same bytes. Raises ``Refusal``
    (``casefile.malformed``) for what JSON cannot hold.
    """
    plain = dump(data) if isinstance(data, Casefile) else data
    try:
        text = json.dumps(
            plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_jsonable
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise _malformed(f"The casefile cannot be written as JSON: {error}.") from None


def _jsonable(value: object) -> object:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
