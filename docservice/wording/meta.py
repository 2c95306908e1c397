"""What a template says about itself: ``template.yaml`` as a frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, cast

import yaml
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from docservice import strict_yaml
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal

TemplateFace = Literal["letter", "handout"]
# What every letter could ask for before its template.yaml said so (``dates``): bundles frozen then still may.
_DATES_BEFORE = ("time-limit", "next-tier", "access-request-by", "staff-report-by", "decision-by")


@dataclass(frozen=True, slots=True)
class TemplateMeta:
    """The head of a template.

    ``signers`` and ``recipients`` are roles (of officers, of parties); ``required_blocks`` are names of
    ``data-block`` marks that an issued document must have; ``fields`` are the names of Facts the wording uses
    (``violations.facts``); ``envelope`` is a profile of the town pack, None for the document type's own;
    ``not_in`` are languages (BCP 47) of the town that it is not offered in; ``statements`` are ids of the town
    pack's statements that the wording may print; ``must_contain`` are blocks of this letter's own that it must
    have too, of names that the trade has not (``town.blocks``); ``dates`` are names of dates that the wording
    prints where the town's document type has them, and does without where not: None in templates from before it
    was said there; ``data`` is free data of this template's own, which the
    wording sees as ``document.data``; ``enclosures`` are keys of
    forms that go with it; ``letterhead`` is the Typst file that sets it, without its
    ending. ``languages`` is what heads said before languages belonged to the town: it is read and bounds nothing. What
    number a document gets is not here: the town pack's document type
    decides.
    """

    key: str
    title: str
    document_type: str
    audience: str = "parties"
    face: TemplateFace = "letter"
    signers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    required_blocks: tuple[str, ...] = ()
    must_contain: tuple[str, ...] = ()
    dates: tuple[str, ...] | None = None
    fields: tuple[str, ...] = ()
    envelope: str | None = None
    not_in: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    taglines: bool = False
    letterhead: str = "letter"
    enclosures: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def may_lack(self) -> tuple[str, ...]:
        """Dates that the wording may ask for in a document that has none of the name: absent, not misspelled."""
        return _DATES_BEFORE if self.dates is None else self.dates


LONGEST_KEY = 80

_WORDS = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_NAME = validate.Regexp(_WORDS, error="must be lower-case words joined by hyphens")
_LANGUAGE = validate.Regexp(
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?\Z", error="is not a BCP 47 language tag like es or zh-Hant"
)


def _words() -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.Length(min=1)), load_default=list)


class _MetaSchema(Schema):
    class Meta:
        unknown = RAISE

    key = fields.String(required=True, validate=_NAME)
    title = fields.String(required=True, validate=validate.Length(min=1, max=200))
    document_type = fields.String(load_default=None, allow_none=True, validate=_NAME)
    audience = fields.String(load_default="parties")
    face = fields.String(load_default="letter", validate=validate.OneOf(("letter", "handout")))
    signers = _words()
    recipients = _words()
    required_blocks = fields.List(fields.String(validate=_NAME), load_default=list)
    must_contain = fields.List(fields.String(validate=_NAME), load_default=list)
    dates = fields.List(fields.String(validate=_NAME), load_default=None, allow_none=True)
    # "fields" is taken by marshmallow itself, so it travels under another attribute.
    fields_ = fields.List(fields.String(), load_default=list, data_key="fields", attribute="fields")
    envelope = fields.String(load_default=None, allow_none=True)
    not_in = fields.List(fields.String(validate=_LANGUAGE), load_default=list)
    languages = fields.List(fields.String(validate=_LANGUAGE), load_default=list)
    statements = _words()
    taglines = fields.Boolean(load_default=False)
    enclosures = fields.List(fields.String(validate=_NAME), load_default=list)
    letterhead = fields.String(load_default="letter", validate=_NAME)
    data = fields.Dict(keys=fields.String(), load_default=dict)


def load_meta(text: str | bytes, file: str = "template.yaml", *, frozen: bool = False) -> TemplateMeta:
    """Read a ``template.yaml``. Raises ``Refusal("template.invalid")`` with every error and its line.

    One that is ``frozen`` in a bundle may have fields that a later release no longer knows.
    """
    try:
        # By itself YAML reads UTF-16 too; nothing else here does.
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) and not frozen else text
        raw = yaml.safe_load(decoded) if frozen else strict_yaml.read(decoded)
    except RecursionError:
        problem = Finding.error("template.yaml", "is nested too deeply", f"{file}:1")
        raise Refusal("template.invalid", f"{file} is nested too deeply.", [problem]) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        line = _mark_line(error)
        problem = Finding.error("template.yaml", f"not readable as YAML: {_first_line(error)}", f"{file}:{line}")
        raise Refusal("template.invalid", f"{file} is not readable as YAML.", [problem]) from None
    if not isinstance(raw, dict):
        problem = Finding.error("template.yaml", "must be a mapping of names to values", f"{file}:1")
        raise Refusal("template.invalid", f"{file} is empty or no mapping.", [problem])
    try:
        loaded = cast(dict[str, Any], _MetaSchema().load(raw, unknown=EXCLUDE if frozen else RAISE))
    except ValidationError as error:
        lines = _key_lines(text)
        problems = [
            Finding.error(
                "template.field", f"{'/'.join(map(str, path))}: {message}", f"{file}:{lines.get(str(path[0]), 1)}"
            )
            for path, message in each_error(error.messages, between=())
        ]
        raise Refusal("template.invalid", f"{file} has {len(problems)} error(s).", problems) from None
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in loaded.items()}
    values["document_type"] = values["document_type"] or values["key"]
    if not frozen:
        _refuse_unkept(values, text, file)
    values["data"] = MappingProxyType(values["data"])
    return TemplateMeta(**values)


def head_problems(values: Mapping[str, Any]) -> tuple[Finding, ...]:
    """What is wrong with the values of a head, each at its JSON pointer (``/not_in/0``)."""
    errors = _MetaSchema().validate(dict(values))
    found = each_error(errors, between=())
    return tuple(Finding.error("template.field", message, pointer(path)) for path, message in found)


def _mark_line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1


def _first_line(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).splitlines()[0]


def _refuse_unkept(values: Mapping[str, Any], text: str | bytes, file: str) -> None:
    """What is on record beside the bundle must fit there. Versions from before this was asked stay readable."""
    said = {
        name: f"has more than {LONGEST_KEY} characters"
        for name in ("key", "document_type")
        if len(values[name]) > LONGEST_KEY
    }
    if not values["title"].isprintable():  # YAML can write any character as an escape
        said["title"] = "has a character that cannot be printed"
    if said:
        lines = _key_lines(text)
        problems = [
            Finding.error("template.field", f"{k}: {words}", f"{file}:{lines.get(k, 1)}") for k, words in said.items()
        ]
        raise Refusal("template.invalid", f"{file} has {len(problems)} error(s).", problems)


def is_name(text: str) -> bool:
    """Whether a template could have this key."""
    return len(text) <= LONGEST_KEY and _WORDS.match(text) is not None


def _key_lines(text: str | bytes) -> dict[str, int]:
    """The line of each top-level key."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}
