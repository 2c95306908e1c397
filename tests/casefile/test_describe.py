"""The description of a casefile is complete, and says the same everywhere."""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields

from docservice.casefile import json_schema, load
from docservice.casefile.describe import markdown, objects
from docservice.casefile.fields import Inner
from tests.places import ROOT

PAGE = (ROOT / "docs" / "casefile.md").read_text("utf-8")


def test_schemas_and_facts_have_the_same_fields() -> None:
    for schema in objects():
        stated = {field.name: field for field in fields(schema.makes)}
        assert set(schema.load_fields) == set(stated), schema.makes.__name__
        for name, field in schema.load_fields.items():
            # Whatever may be left out has a default to stand for it; the lines of a posted notice are set by its kind.
            optional = stated[name].default is not MISSING or (schema.makes.__name__, name) in {
                ("Address", "lines"), ("Declarant", "title"),
            }  # fmt: skip
            assert field.required or optional, (schema.makes.__name__, name)


def test_every_field_has_a_description() -> None:
    for schema in objects():
        assert schema.__doc__
        for name, field in schema.load_fields.items():
            assert len(field.metadata["description"]) > 5, name


def test_the_page_lists_every_field_as_the_schema_says() -> None:
    assert PAGE.endswith(markdown()), "regenerate: docservice.casefile.describe.markdown()"


def test_the_page_names_every_code() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "docservice" / "casefile").glob("*.py"))
    named = set(re.findall(r'"casefile\.([a-z_]+)"', source))
    named |= set(re.findall(r'(?:wrong\(\s*|code=|Coded\()"([a-z_0-9]+)"', source)) - {"format"}
    assert {code for code in named if f"`casefile.{code}`" not in PAGE} == set()


def test_the_pages_example_loads() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert load(example).parties[0].id == "owner"


def test_json_schema_covers_the_examples() -> None:
    """Every key of the examples is a property there, and what it requires is present."""
    schema = json_schema()
    json.dumps(schema)
    definitions = schema["$defs"]

    def walk(value: object, shape: dict[str, object]) -> None:
        shape = next(iter(shape.get("anyOf", [shape])))  # type: ignore[call-overload]
        if "$ref" in shape:
            shape = definitions[str(shape["$ref"]).removeprefix("#/$defs/")]
        if isinstance(value, dict) and "properties" in shape:  # else names of anybody's own choice
            assert set(value) <= set(shape["properties"])  # type: ignore[call-overload]
            assert set(shape["required"]) <= set(value)  # type: ignore[call-overload]
            for key, inner in value.items():
                walk(inner, shape["properties"][key])  # type: ignore[index]
        elif isinstance(value, list):
            assert shape["type"] == "array"
            for inner in value:
                walk(inner, shape["items"])  # type: ignore[arg-type]

    for path in (ROOT / "examples").glob("*/casefile.json"):
        walk(json.loads(path.read_text("utf-8")), schema)
    assert sum(isinstance(field, Inner) for field in objects()[0].load_fields.values()) == len(
        fields(objects()[0].makes)
    )
