"""The plan of a packet: which parts, in which order, under which names.

A plan is JSON (or YAML, parsed by the caller or by :func:`parse`)::

    {"title": "Hearing packet", "case": "CE-2026-0231", "profile": "default",
     "parts": [{"generated": "cover"}, {"generated": "contents"},
               {"section": "Notices"}, {"document": "CIT-2026-0001"},
               {"section": "Exhibits"}, {"file": "log.pdf", "title": "Noise log", "exhibit": "auto"}]}

All that is wrong is reported at once, each problem with a JSON pointer (``/parts/3/title``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, get_args

import yaml
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from docservice import strict_yaml
from docservice.finding import Finding
from docservice.packets import plan_checks
from docservice.packets.forums.profiles import PROFILES
from docservice.packets.plan_parts import (
    Copy,
    DocumentPart,
    FilePart,
    Gaps,
    GeneratedKind,
    GeneratedPart,
    Handling,
    IssuedPart,
    PhotosPart,
    Plan,
    PlanPart,
    PlanPhoto,
    PlanRedaction,
    SectionPart,
    Unusable,
    pages_of,
)
from docservice.refusal import Refusal
from docservice.strict_fields import Flag

__all__ = [
    "Copy",
    "DocumentPart",
    "FilePart",
    "GeneratedPart",
    "Handling",
    "IssuedPart",
    "PhotosPart",
    "Plan",
    "PlanPart",
    "PlanPhoto",
    "PlanRedaction",
    "SectionPart",
    "load",
    "parse",
]  # fmt: skip

_TEXT = validate.And(validate.Length(min=1, max=500), validate.Regexp(r"[^\x00-\x08\x0b-\x1f]*\Z"))
_LANGUAGE = validate.Regexp(
    r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z", error="Not a language tag such as en, es or zh-Hant."
)
_LABEL = re.compile(r"(auto|none|[A-Z]{1,3}|[0-9]{1,4}|[A-Z]{1,3}-[0-9]{1,4})\Z")
_PRINTED = re.compile(r"(0|[1-9][0-9]{0,5})(\.[1-9][0-9]{0,3})?\Z")


def _text(**more: Any) -> fields.String:
    return fields.String(validate=_TEXT, **more)


class _Exhibit(fields.String):
    """``auto``, a label (``C``, ``12``, ``A-1``), or ``none`` / ``false`` / ``null``."""

    def __init__(self, default: str) -> None:
        super().__init__(load_default=None if default == "none" else default, allow_none=True)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value is False:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _LABEL.match(text):
            raise ValidationError("Not an exhibit label: auto, none, A … ZZZ, 1 … 9999 or A-1.")
        return None if text == "none" else text


class _Printed(fields.String):
    """The printed number of a page: ``45``, ``45.2``; ``0`` is before the first."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        if not isinstance(text, str) or not _PRINTED.match(text):
            raise ValidationError("Not the number of a page, such as 45 or 45.2 (in quotation marks).")
        return text


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _RedactionSchema(_Strict):
    reason = _text(required=True)
    text = _text(load_default=None, allow_none=True)
    page = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(min=1))
    box = fields.List(
        fields.Float(allow_nan=False), load_default=None, allow_none=True, validate=validate.Length(equal=4)
    )

    @post_load
    def _built(self, values: dict[str, Any], **_: Any) -> PlanRedaction:
        box = tuple(values["box"]) if values["box"] is not None else None
        if (box is None) == (values["text"] is None):
            raise ValidationError("A redaction has either a text or a box.")
        if box is not None and values["page"] is None:
            raise ValidationError("A box is on a page; say which.", "page")
        if box is not None and not (box[0] < box[2] and box[1] < box[3]):
            raise ValidationError("A box is left, bottom, right, top, in points; this one has no area.", "box")
        return PlanRedaction(values["reason"], values["text"], values["page"], box)


class _PartSchema(_Strict):
    """What every part but a section may say."""

    confidential = _text(load_default=None, allow_none=True)
    redactions = fields.List(fields.Nested(_RedactionSchema), load_default=list)
    after = _Printed(load_default=None, allow_none=True)

    @pre_load
    def _label(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """``label`` is another word for ``exhibit``."""
        if "label" in data and "exhibit" in data:
            raise ValidationError("Is another word for exhibit; give one of the two.", "label")
        if "label" in data:
            data = {**data, "exhibit": data["label"]}
            del data["label"]
        return data


def _handling(values: Mapping[str, Any]) -> Handling:
    return Handling(values["confidential"], tuple(values["redactions"]), values["after"])


class _DocumentSchema(_PartSchema):
    document = _text(required=True)
    proofs = fields.List(_text(), load_default=None, allow_none=True)
    exhibit = _Exhibit("none")


class _IssuedSchema(_PartSchema):
    issued = _text(required=True)
    about = _text(load_default=None, allow_none=True)
    recipient = _text(load_default=None, allow_none=True)
    exhibit = _Exhibit("none")


class _Pages(fields.String):
    """Pages of a file: ``1-4, 7``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(str(value) if type(value) is int else value, attr, data, **kwargs)
        try:
            return pages_of(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class _Turned(fields.Field[Any]):
    """Pages that are turned, and by how much: ``{"3": 90}``."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        given = dict(value) if isinstance(value, Mapping) else {"": value}
        for page, turn in given.items():
            if not re.fullmatch("[1-9][0-9]{0,3}", str(page)) or type(turn) is not int or turn not in (90, 180, 270):
                raise ValidationError('Not pages with degrees clockwise (90, 180, 270), such as {"3": 90}.')
        return tuple(sorted((int(page), turn) for page, turn in given.items()))


class _FileSchema(_PartSchema):
    file = _text(required=True)
    title = _text(required=True)
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    exhibit = _Exhibit("auto")
    alt = fields.List(_text(), load_default=list)
    language = fields.String(load_default=None, allow_none=True, validate=lambda v: v is None or _LANGUAGE(v))
    unusable = fields.String(load_default="refuse", validate=validate.OneOf(get_args(Unusable)))
    english = _text(load_default=None, allow_none=True)
    translator = _text(load_default=None, allow_none=True)
    pages = _Pages(load_default=())
    turned = _Turned(load_default=())


class _PhotoSchema(_Strict):
    file = _text(required=True)
    caption = _text(required=True)
    alt = _text(required=True)
    taken_by = _text(required=True)
    taken_on = fields.Date(required=True)


class _PhotosSchema(_PartSchema):
    photos = fields.List(fields.Nested(_PhotoSchema), required=True, validate=validate.Length(min=1))
    title = _text(required=True)
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    exhibit = _Exhibit("auto")


class _SectionSchema(_Strict):
    section = _text(required=True)


class _GeneratedSchema(_PartSchema):
    generated = fields.String(required=True, validate=validate.OneOf(get_args(GeneratedKind)))
    exhibit = _Exhibit("none")


def _file(d: Mapping[str, Any]) -> FilePart:
    return FilePart(
        d["file"], d["title"], d["description"], d["exhibit"], tuple(d["alt"]), d["language"], d["unusable"],
        d["english"], d["translator"], _handling(d), d["pages"], d["turned"],
    )  # fmt: skip


_KINDS: dict[str, tuple[Schema, Callable[[dict[str, Any]], PlanPart]]] = {
    "document": (
        _DocumentSchema(),
        lambda d: DocumentPart(
            d["document"], None if d["proofs"] is None else tuple(d["proofs"]), d["exhibit"], _handling(d)
        ),
    ),
    "issued": (
        _IssuedSchema(),
        lambda d: IssuedPart(d["issued"], d["about"], d["recipient"], d["exhibit"], _handling(d)),
    ),
    "file": (_FileSchema(), _file),
    "photos": (
        _PhotosSchema(),
        lambda d: PhotosPart(
            d["title"], tuple(PlanPhoto(**photo) for photo in d["photos"]), d["description"], d["exhibit"], _handling(d)
        ),
    ),
    "section": (_SectionSchema(), lambda d: SectionPart(d["section"])),
    "generated": (_GeneratedSchema(), lambda d: GeneratedPart(d["generated"], d["exhibit"], _handling(d))),
}


class _PartField(fields.Field[PlanPart]):
    """One part; which kind it is, is told by which of the kind's keys it has."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> PlanPart:
        if not isinstance(value, Mapping):
            raise ValidationError("A part is an object.")
        kinds = [kind for kind in _KINDS if kind in value]
        if len(kinds) != 1:
            raise ValidationError(
                f"A part has exactly one of {', '.join(_KINDS)}; this one has {' and '.join(kinds) or 'none'}."
            )
        schema, build = _KINDS[kinds[0]]
        return build(schema.load(dict(value)))


class _PlanSchema(_Strict):
    class Meta:
        unknown = EXCLUDE  # "$schema", comments

    title = _text(required=True)
    case = fields.String(required=True, validate=[_TEXT, validate.Length(max=100)])
    profile = fields.String(load_default="default")
    language = fields.String(load_default="en", validate=_LANGUAGE)
    hearing = _text(load_default=None, allow_none=True)
    service = fields.String(load_default=None, allow_none=True, validate=validate.OneOf([*get_args(Gaps), None]))
    certificate = Flag(load_default=True)
    seal = Flag(load_default=False)
    redactions = fields.List(fields.Nested(_RedactionSchema), load_default=list)
    supplements = _text(load_default=None, allow_none=True)
    declarant = _text(load_default=None, allow_none=True)
    parts = fields.List(_PartField(), required=True, validate=validate.Length(min=1, max=2000))


def load(data: Any, forums: Collection[str] = PROFILES) -> Plan:
    """A plan from JSON-like data, for one of these ``forums`` (those that ship).

    Raises ``Refusal("packet.plan")`` with every problem and its JSON pointer.
    """
    if not isinstance(data, Mapping):
        raise Refusal("packet.plan", "A packet plan is an object with title, case and parts.", kind="malformed")
    unknown = [Finding.error("packet.unknown_field", "Unknown field.", f"/{key}") for key in data if key not in _KNOWN]
    forum = data.get("profile", "default")
    if isinstance(forum, str) and forum not in forums:
        unknown.append(Finding.error("packet.field", f"Must be one of: {', '.join(forums)}.", "/profile"))
    try:
        values = _PlanSchema().load(dict(data))
    except ValidationError as error:
        problems = [*_problems(error.messages), *unknown]
        raise Refusal("packet.plan", "The packet plan is not valid.", problems) from None
    plan = Plan(**{**values, "parts": tuple(values["parts"]), "redactions": tuple(values["redactions"])})
    problems = [*unknown, *plan_checks.every(plan)]
    if problems:
        raise Refusal("packet.plan", "The packet plan is not valid.", problems)
    return plan


def parse(text: str | bytes, forums: Collection[str] = PROFILES) -> Plan:
    """A plan from JSON or YAML text. Raises ``Refusal``: ``packet.syntax`` (with the line) or ``packet.plan``."""
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        data = json.loads(text) if text.lstrip().startswith("{") else strict_yaml.read(text)
    except UnicodeDecodeError:
        raise Refusal("packet.syntax", "The packet plan is not UTF-8 text.", kind="malformed") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}"
        raise Refusal(
            "packet.syntax", f"The packet plan is not JSON: {place}: {error.msg}.", kind="malformed"
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" near line {mark.line + 1}" if mark else ""
        raise Refusal("packet.syntax", f"The packet plan is not YAML{place}.", kind="malformed") from None
    return load(data, forums)


_KNOWN = {*_PlanSchema().fields, "$schema"}


def _problems(messages: Any, pointer: str = "") -> Iterator[Finding]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            step = "" if key == "_schema" else "/" + re.sub("~", "~0", str(key)).replace("/", "~1")
            yield from _problems(below, pointer + step)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield Finding.error("packet.field", str(message), pointer)
