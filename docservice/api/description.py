"""The OpenAPI document, made good for who generates a client from it.

flask-smorest describes routes and schemas; what it cannot know is added here: the names of operations, the address of
the service, each status that an operation can end in, the casefile with all that it holds. And one thing is taken away:
default values in bodies, by which generators take what may be left out for something that is always there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

from flask import Flask
from werkzeug.routing import Rule

from docservice.api.operations import NAMES
from docservice.api.problems import MEDIA_TYPE
from docservice.casefile import json_schema
from docservice.limiting.table import class_of

# status → the name of its component, and when it is given
ERRORS: dict[int, tuple[str, str]] = {
    400: ("Malformed", "The request cannot be read"),
    401: ("Unauthenticated", "No API key, or one that does not work"),
    403: ("Forbidden", "The key may not do that"),
    404: ("Missing", "There is nothing of that name or at this address"),
    406: ("NotAcceptable", "It cannot be had as the Accept header asks"),
    409: ("Conflict", "The state of things does not allow it; with Retry-After, not now"),
    412: ("Changed", "If-Match names a state that is no longer"),
    413: ("TooLarge", "The body is too large"),
    415: ("UnsupportedMediaType", "The body is of a kind that is not taken here"),
    416: ("RangeNotSatisfiable", "The file has no such bytes"),
    422: ("Refused", "It was understood, and refused: errors says where and why"),
    428: ("PreconditionRequired", "If-Match is missing"),
    429: ("TooMany", "Too often; again after Retry-After"),
    500: ("Defect", "A defect of the service"),
    503: ("Unavailable", "Something is missing here, or busy"),
    504: ("TimedOut", "Rendering took too long"),
}
_RETRY = {409, 429, 503}
_CASEFILE = "Casefile"
_ORDERS = (
    "Order", "Issue", "Supersede", "CaseOnRecord", "NoticeOrder", "NoticeCopyOrder", "PrintingOrder",
    "NoticeCorrection",
)  # fmt: skip  # the schemas that hold a casefile


def whole(raw: Mapping[str, Any], app: Flask, server: str) -> dict[str, Any]:
    """The document to serve, from what flask-smorest wrote; ``server`` is the address of the service, or ``/``."""
    document = deepcopy(dict(raw))
    document["servers"] = [{"url": server}]
    components = document["components"]
    components["schemas"].pop("PaginationMetadata", None)  # flask-smorest's own, which no answer of ours has
    for schema in components["schemas"].values():
        _without_defaults(schema)
    _add_casefile(components["schemas"])
    components["responses"] = {"Error": _response("Any other error")} | {
        name: _response(when, retry=status in _RETRY) for status, (name, when) in ERRORS.items()
    }
    for rule, method, operation in _operations(document, app):
        operation["operationId"] = NAMES.get(rule.endpoint, rule.endpoint.replace(".", "_"))
        shared = document["paths"][_path_of(rule)].get("parameters", [])
        for parameter in operation.get("parameters", []):
            _not_null(parameter.get("schema", {}))
        kept = {status: answer for status, answer in operation["responses"].items() if status[0] in "23"}
        errors = sorted(_errors(app, rule, method, operation, bool(shared)))
        kept |= {str(status): {"$ref": f"#/components/responses/{ERRORS[status][0]}"} for status in errors}
        operation["responses"] = {**kept, "default": {"$ref": "#/components/responses/Error"}}
    return document


def _operations(document: Mapping[str, Any], app: Flask) -> Iterator[tuple[Rule, str, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        described = document["paths"].get(_path_of(rule))
        for method in sorted(rule.methods or ()):
            if described is not None and method.lower() in described:
                yield rule, method, described[method.lower()]


def _path_of(rule: Rule) -> str:
    """A rule as OpenAPI writes paths."""
    return "".join(f"{{{text}}}" if is_dynamic else text for is_dynamic, text in rule._trace if text != "|")


def _errors(app: Flask, rule: Rule, method: str, operation: Mapping[str, Any], has_parts: bool) -> set[int]:
    """Every status of refusal that an operation can end in."""
    scopes = getattr(app.view_functions[rule.endpoint], "access", None)
    kind = class_of(rule.endpoint)
    headers = {one["name"] for one in operation.get("parameters", []) if one.get("in") == "header"}
    if kind == "free":
        return {400, 500, 503}
    found = {400, 404, 429, 500, 503}
    found |= {401, 403} if scopes else set()
    found |= {406} if method != "DELETE" else set()
    found |= {409} if method != "GET" else set()
    found |= {422} if any(one.get("in") == "query" for one in operation.get("parameters", [])) else set()
    found |= {413, 415, 422} if "requestBody" in operation else set()
    found |= {412, 428} if "If-Match" in headers else set()
    found |= {416} if "Range" in headers else set()
    makes = (
        "requestBody" in operation
        or kind == "costly"
        or rule.endpoint.startswith(("cases.", "documents.", "handouts.", "notices."))
    )
    return found | ({422, 504} if makes else set())


def _response(description: str, *, retry: bool = False) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if retry:
        made["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return made


def _without_defaults(schema: dict[str, Any]) -> None:
    for inner in schema.get("properties", {}).values():
        default = inner.pop("default", None)
        if default is not None and not isinstance(default, dict | list):
            said = f"{inner['description']}. " if "description" in inner else ""
            inner["description"] = f"{said}Unless it is said: {str(default).lower()}"


def _not_null(schema: dict[str, Any]) -> None:
    """A parameter is there or it is not; it is never null."""
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    if schema.get("default", "") is None:
        del schema["default"]


def _add_casefile(schemas: dict[str, Any]) -> None:
    found = json_schema()
    twice = schemas.keys() & found["$defs"].keys()
    if twice:  # a generated client would have one class for two things
        raise ValueError(f"schemas of the API and of the casefile have one name: {sorted(twice)}")
    schemas.update({name: cast(dict[str, Any], _moved(schema)) for name, schema in found["$defs"].items()})
    for order in _ORDERS:
        schemas[order]["properties"]["casefile"] = {"$ref": f"#/components/schemas/{_CASEFILE}"}


def _moved(value: Any) -> Any:
    """A part of the casefile's schema, with references to where its parts are in the document."""
    if isinstance(value, dict):
        return {
            name: str(inner).replace("#/$defs/", "#/components/schemas/") if name == "$ref" else _moved(inner)
            for name, inner in value.items()
        }
    return [_moved(inner) for inner in value] if isinstance(value, list) else value
