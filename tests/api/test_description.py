"""The OpenAPI document says what there is, by names that stay, and what each operation can answer.

That it says every status is held by every test of this folder as well (conftest).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docservice.api import description
from docservice.api.negotiation import DOCX, PDF
from docservice.api.operations import NAMES
from docservice.casefile import json_schema
from tests.fake_office import FakeOffice

Spec = dict[str, Any]


@pytest.fixture
def spec(client: FlaskClient) -> Spec:
    found: Spec = client.get("/openapi.json").get_json()
    return found


def operations(spec: Spec) -> Iterator[tuple[str, str, Spec]]:
    for path, verbs in spec["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                yield path, verb.upper(), operation


def schemas(value: Any) -> Iterator[Spec]:
    """Every schema in a value, and in those."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from schemas(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas(inner)


def test_every_route_is_an_operation_with_a_name_of_its_own(app: Flask, spec: Spec) -> None:
    assert spec["openapi"].startswith("3.1")
    documented = {(path, verb): operation["operationId"] for path, verb, operation in operations(spec)}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/api/", "/health/", "/metrics")):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                assert documented.pop((description._path_of(rule), method)) == NAMES[rule.endpoint]
    assert not documented
    assert len(set(NAMES.values())) == len(NAMES)


def test_allow_names_the_methods_of_the_path_that_was_asked(client: FlaskClient, spec: Spec, key: Any) -> None:
    """Not those of another path that would match it as well: verifications are no packet by that id."""
    values = {"number": "1", "copy": "1", "position": "1", "leg": "1", "face": "pdf", "listed": "parties"}
    for path, verbs in spec["paths"].items():
        concrete = re.sub(r"{(\w+)}", lambda found: values.get(found[1], "x"), path)
        methods = {verb.upper() for verb in verbs if verb != "parameters"}
        answer = client.options(concrete, headers=key("admin"))
        assert set(answer.allow) == methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()), path


def test_each_operation_says_how_it_may_end(spec: Spec) -> None:
    for path, verb, operation in operations(spec):
        assert operation["summary"], (path, verb)
        answers = operation["responses"]
        assert "500" in answers
        keyed = bool(operation["security"])
        assert {"401", "403"} <= set(answers) or not keyed
        assert ("429" in answers) is path.startswith("/api/")
        assert ("{" not in path) or "404" in answers
        assert ("requestBody" not in operation) or {"400", "413", "415", "422"} <= set(answers)
        headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
        assert ("If-Match" not in headers) or {"409", "412", "428"} <= set(answers)
        for status, answer in answers.items():
            if status[0] in "45" or status == "default":
                name = answer["$ref"].removeprefix("#/components/responses/")
                assert status == "default" or description.ERRORS[int(status)][0] == name
                (media_type,) = spec["components"]["responses"][name]["content"].items()
                assert media_type == ("application/problem+json", {"schema": {"$ref": "#/components/schemas/Problem"}})
    assert "Retry-After" in spec["components"]["responses"]["TooMany"]["headers"]


def test_every_reference_leads_somewhere(spec: Spec) -> None:
    for schema in schemas(spec):
        if isinstance(schema.get("$ref"), str):
            target: Any = spec
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]


def test_what_may_be_left_out_has_no_default_that_would_make_it_required(spec: Spec) -> None:
    for name, schema in spec["components"]["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            assert "default" not in inner, (name, field)
    for path, verb, operation in operations(spec):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            assert schema.get("default", "") is not None, (path, verb, parameter["name"])
            assert "null" not in schema.get("type", []), (path, verb, parameter["name"])
            assert None not in schema.get("enum", []), (path, verb, parameter["name"])
    assert spec["components"]["schemas"]["Issue"]["required"] == ["template"]


def test_files_are_bytes(spec: Spec) -> None:
    binary = {"type": "string", "format": "binary"}
    for path, verb, operation in operations(spec):
        contents = [answer.get("content", {}) for answer in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        for content in contents:
            for media_type, held in content.items():
                if media_type in ("application/pdf", "text/html", "application/octet-stream") or "word" in media_type:
                    assert held["schema"] == binary, (path, verb, media_type)
    for path, verb in (("/api/v1/documents/{id}/files/{face}", "get"), ("/api/v1/previews/files/{face}", "post"),
                       ("/api/v1/handouts/{key}/{language}/files/{face}", "get")):  # fmt: skip
        assert "application/octet-stream" in spec["paths"][path][verb]["responses"]["200"]["content"]


def test_the_casefile_is_in_the_document_and_at_its_address(spec: Spec, client: FlaskClient) -> None:
    components = spec["components"]["schemas"]
    assert components["Issue"]["properties"]["casefile"] == {"$ref": "#/components/schemas/Casefile"}
    for name, schema in json_schema()["$defs"].items():
        assert json.dumps(schema).replace("#/$defs/", "#/components/schemas/") == json.dumps(components[name])
    answer = client.get("/api/v1/casefile/schema")
    assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
    assert answer.get_json(force=True) == json_schema()
    assert client.get("/api/v1/casefile/schema", headers={"Accept": "application/json"}).is_json
    assert client.get("/api/v1/casefile/schema", headers={"Accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("public", "server"), [("", "/"), ("https://documents.town.example", "https://documents.town.example")]
)
def test_where_the_service_is(office: FakeOffice, public: str, server: str) -> None:
    from docservice.app import create_app

    office.public_url = public
    spec = create_app(office).test_client().get("/openapi.json").get_json()  # type: ignore[arg-type]
    assert spec["servers"] == [{"url": server}]


@pytest.mark.parametrize("face", ["pdf", "docx", "html"])
def test_a_file_has_an_address_of_its_own(client: FlaskClient, key: Any, order: Spec, face: str) -> None:
    headers = key("issue")
    made = client.post("/api/v1/documents", json=order, headers=headers).get_json()
    url = f"/api/v1/documents/{made['id']}"
    media_type = {"pdf": PDF, "html": "text/html", "docx": DOCX}[face]
    one = client.get(url, headers=headers | {"Accept": media_type})
    other = client.get(f"{url}/files/{face}", headers=headers)
    assert (other.data, other.mimetype, other.headers["ETag"]) == (one.data, media_type, one.headers["ETag"])
    unnamed = client.get(f"{url}/files/{face}", headers=headers | {"Accept": "application/octet-stream"})
    assert (unnamed.data, unnamed.mimetype) == (one.data, "application/octet-stream")
    assert f'{made["number"]}.{face}"' in unnamed.headers["Content-Disposition"]
    assert client.get(f"{url}/files/{face}", headers=headers | {"Accept": "image/png"}).status_code == 406
    assert client.get(f"{url}/files/txt", headers=headers).status_code == 404
    draft = client.post(f"/api/v1/previews/files/{face}", json=order, headers=headers)
    assert (draft.status_code, draft.mimetype) == (200, media_type)
