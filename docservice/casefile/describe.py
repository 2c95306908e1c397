"""The casefile described: as JSON Schema for machines, as tables for ``docs/casefile.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docservice.casefile.fields import FactField, Inner
from docservice.casefile.schema import CasefileSchema
from docservice.casefile.schema_people import FactsSchema


def json_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) of a casefile. Cross-checks (ids, order of dates, addresses) go beyond it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Casefile",
        "$ref": "#/$defs/Casefile",
        "$defs": {schema.makes.__name__: _object(schema) for schema in objects()},
    }


def objects() -> list[FactsSchema]:
    """Every kind of object in a casefile, outermost first."""
    found: dict[str, FactsSchema] = {}

    def visit(schema: FactsSchema) -> None:
        if schema.makes.__name__ not in found:
            found[schema.makes.__name__] = schema
            for field in schema.load_fields.values():
                if isinstance(field, Inner):
                    visit(field.schema)  # type: ignore[arg-type]

    visit(CasefileSchema())
    return list(found.values())


def _object(schema: FactsSchema) -> dict[str, Any]:
    named = schema.load_fields
    return {
        "description": (schema.__doc__ or "").strip(),
        "type": "object",
        "properties": {name: _property(field) for name, field in named.items()},
        "required": [name for name, field in named.items() if field.required],
        "additionalProperties": False,
    }


def _property(field: Any) -> dict[str, Any]:
    described = {"description": field.metadata["description"]}
    if isinstance(field, Inner):
        reference = {"$ref": f"#/$defs/{_makes(field)}"}
        least = {"minItems": field.least} if field.least else {}
        shape: dict[str, Any] = (
            {"type": "array", "items": reference, "maxItems": field.most, **least} if field.many else reference
        )
    else:
        assert isinstance(field, FactField)
        shape = field.json_schema()
    return {**described, **(shape if field.required else {"anyOf": [shape, {"type": "null"}]})}


def _makes(field: Inner) -> str:
    schema = field.schema
    assert isinstance(schema, FactsSchema)
    return schema.makes.__name__


def markdown() -> str:
    """One table per object: field, type, whether it is required, meaning."""
    return "\n".join(line for schema in objects() for line in _table(schema))


def _table(schema: FactsSchema) -> Iterator[str]:
    yield f"### {schema.makes.__name__}\n"
    yield f"{(schema.__doc__ or '').strip()}\n"
    yield "| field | type | required | meaning |"
    yield "|---|---|---|---|"
    for name, field in schema.load_fields.items():
        if isinstance(field, Inner):
            link = f"[{_makes(field)}](#{_makes(field).lower()})"
            kind = f"list of {link}" if field.many else link
        else:
            assert isinstance(field, FactField)
            kind = field.kind
        yield f"| `{name}` | {kind} | {'yes' if field.required else ''} | {field.metadata['description']} |"
    yield ""
