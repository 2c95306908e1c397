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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

import yaml
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from docservice.packets.profiles import PROFILES
from docservice.refusal import Problem, Refusal

GeneratedKind = Literal["cover", "contents", "photographs", "chronology", "costs"]
Unusable = Literal["refuse", "placeholder"]


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """An issued document by number, followed by its proofs of service (``None``: all on record)."""

    number: str
    proofs: tuple[str, ...] | None = None
    exhibit: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedPart:
    """All documents issued in the case from one template; :meth:`Plan.resolved` turns it into document parts."""

    template: str
    about: str | None = None
    recipient: str | None = None
    exhibit: str | None = None


@dataclass(frozen=True, slots=True)
class FilePart:
    """A foreign file. ``alt`` has one text per page; ``exhibit`` is a label, ``"auto"`` or ``None`` (no exhibit)."""

    path: str
    title: str
    description: str = ""
    exhibit: str | None = "auto"
    alt: tuple[str, ...] = ()
    language: str | None = None
    unusable: Unusable = "refuse"


@dataclass(frozen=True, slots=True)
class PlanPhoto:
    file: str
    caption: str
    alt: str
    taken_by: str
    taken_on: date


@dataclass(frozen=True, slots=True)
class PhotosPart:
    title: str
    photos: tuple[PlanPhoto, ...]
    description: str = ""
    exhibit: str | None = "auto"


@dataclass(frozen=True, slots=True)
class SectionPart:
    """A heading in contents and bookmarks; it stands for the parts that follow, up to the next section."""

    title: str


@dataclass(frozen=True, slots=True)
class GeneratedPart:
    kind: GeneratedKind
    exhibit: str | None = None


Part = DocumentPart | IssuedPart | FilePart | PhotosPart | SectionPart | GeneratedPart


@dataclass(frozen=True, slots=True)
class Plan:
    """A valid plan. ``hearing`` is the id of the hearing (in the casefile) that the cover announces."""

    title: str
    case: str
    parts: tuple[Part, ...]
    profile: str = "default"
    language: str = "en"
    hearing: str | None = None

    def paths(self) -> tuple[str, ...]:
        """Every file the plan needs, in order, once each."""
        found: dict[str, None] = {}
        for part in self.parts:
            if isinstance(part, FilePart):
                found[part.path] = None
            elif isinstance(part, PhotosPart):
                found.update((photo.file, None) for photo in part.photos)
        return tuple(found)

    def resolved(self, find: Callable[[IssuedPart], Sequence[str]]) -> Plan:
        """The plan with every ``issued`` part replaced by the documents that ``find`` names, in its order.

        Raises ``Refusal("packet.plan")`` when nothing was issued for one of them.
        """
        parts: list[Part] = []
        problems: list[Problem] = []
        for place, part in enumerate(self.parts):
            if not isinstance(part, IssuedPart):
                parts.append(part)
                continue
            numbers = find(part)
            if not numbers:
                what = f"No {part.template} has been issued in case {self.case}"
                what += "".join(f", {k} {v}" for k, v in (("about", part.about), ("to", part.recipient)) if v)
                problems.append(Problem("packet.document", what + ".", f"/parts/{place}/issued"))
            parts += [DocumentPart(number, exhibit=part.exhibit) for number in numbers]
        if problems:
            raise Refusal("packet.plan", "The packet plan names documents that are not there.", problems)
        return replace(self, parts=tuple(parts))


_TEXT = validate.And(validate.Length(min=1, max=500), validate.Regexp(r"[^\x00-\x08\x0b-\x1f]*\Z"))
_LANGUAGE = validate.Regexp(
    r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z", error="Not a language tag such as en, es or zh-Hant."
)
_LABEL = r"(auto|none|[A-Z]{1,3}|[0-9]{1,4})\Z"


def _text(**more: Any) -> fields.String:
    return fields.String(validate=_TEXT, **more)


class _Exhibit(fields.String):
    """``auto``, a label (``C``, ``12``), or ``none`` / ``false`` / ``null``."""

    def __init__(self, default: str) -> None:
        super().__init__(
            load_default=None if default == "none" else default,
            allow_none=True,
            validate=lambda v: validate.Regexp(_LABEL, error="Not an exhibit label: auto, none, A … ZZZ or 1 … 9999.")(
                v or "none"
            ),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value is False:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        text = super()._deserialize(value, attr, data, **kwargs)
        return None if text == "none" else text


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _DocumentSchema(_Strict):
    document = _text(required=True)
    proofs = fields.List(_text(), load_default=None, allow_none=True)
    exhibit = _Exhibit("none")


class _IssuedSchema(_Strict):
    issued = _text(required=True)
    about = _text(load_default=None, allow_none=True)
    recipient = _text(load_default=None, allow_none=True)
    exhibit = _Exhibit("none")


class _FileSchema(_Strict):
    file = _text(required=True)
    title = _text(required=True)
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    exhibit = _Exhibit("auto")
    alt = fields.List(_text(), load_default=list)
    language = fields.String(load_default=None, allow_none=True, validate=lambda v: v is None or _LANGUAGE(v))
    unusable = fields.String(load_default="refuse", validate=validate.OneOf(get_args(Unusable)))


class _PhotoSchema(_Strict):
    file = _text(required=True)
    caption = _text(required=True)
    alt = _text(required=True)
    taken_by = _text(required=True)
    taken_on = fields.Date(required=True)


class _PhotosSchema(_Strict):
    photos = fields.List(fields.Nested(_PhotoSchema), required=True, validate=validate.Length(min=1))
    title = _text(required=True)
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    exhibit = _Exhibit("auto")


class _SectionSchema(_Strict):
    section = _text(required=True)


class _GeneratedSchema(_Strict):
    generated = fields.String(required=True, validate=validate.OneOf(get_args(GeneratedKind)))
    exhibit = _Exhibit("none")


_KINDS: dict[str, tuple[type[Schema], Callable[[dict[str, Any]], Part]]] = {
    "document": (
        _DocumentSchema,
        lambda d: DocumentPart(d["document"], None if d["proofs"] is None else tuple(d["proofs"]), d["exhibit"]),
    ),
    "issued": (_IssuedSchema, lambda d: IssuedPart(d["issued"], d["about"], d["recipient"], d["exhibit"])),
    "file": (
        _FileSchema,
        lambda d: FilePart(
            d["file"], d["title"], d["description"], d["exhibit"], tuple(d["alt"]), d["language"], d["unusable"]
        ),
    ),
    "photos": (
        _PhotosSchema,
        lambda d: PhotosPart(
            d["title"], tuple(PlanPhoto(**photo) for photo in d["photos"]), d["description"], d["exhibit"]
        ),
    ),
    "section": (_SectionSchema, lambda d: SectionPart(d["section"])),
    "generated": (_GeneratedSchema, lambda d: GeneratedPart(d["generated"], d["exhibit"])),
}


class _PartField(fields.Field[Part]):
    """One part; which kind it is, is told by which of the kind's keys it has."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Part:
        if not isinstance(value, Mapping):
            raise ValidationError("A part is an object.")
        kinds = [kind for kind in _KINDS if kind in value]
        if len(kinds) != 1:
            raise ValidationError(
                f"A part has exactly one of {', '.join(_KINDS)}; this one has {' and '.join(kinds) or 'none'}."
            )
        schema, build = _KINDS[kinds[0]]
        return build(schema().load(dict(value)))


class _PlanSchema(_Strict):
    class Meta:
        unknown = EXCLUDE  # "$schema", comments

    title = _text(required=True)
    case = fields.String(required=True, validate=[_TEXT, validate.Length(max=100)])
    profile = fields.String(load_default="default", validate=validate.OneOf(list(PROFILES)))
    language = fields.String(load_default="en", validate=_LANGUAGE)
    hearing = _text(load_default=None, allow_none=True)
    parts = fields.List(_PartField(), required=True, validate=validate.Length(min=1, max=2000))


def load(data: Any) -> Plan:
    """A plan from JSON-like data. Raises ``Refusal("packet.plan")`` with every problem and its JSON pointer."""
    if not isinstance(data, Mapping):
        raise Refusal("packet.plan", "A packet plan is an object with title, case and parts.", kind="malformed")
    unknown = [Problem("packet.unknown_field", "Unknown field.", f"/{key}") for key in data if key not in _KNOWN]
    try:
        values = _PlanSchema().load(dict(data))
    except ValidationError as error:
        problems = [*_problems(error.messages), *unknown]
        raise Refusal("packet.plan", "The packet plan is not valid.", problems) from None
    plan = Plan(
        title=values["title"],
        case=values["case"],
        parts=tuple(values["parts"]),
        profile=values["profile"],
        language=values["language"],
        hearing=values["hearing"],
    )
    problems = [*unknown, *_cross_checks(plan)]
    if problems:
        raise Refusal("packet.plan", "The packet plan is not valid.", problems)
    return plan


def parse(text: str | bytes) -> Plan:
    """A plan from JSON or YAML text. Raises ``Refusal``: ``packet.syntax`` (with the line) or ``packet.plan``."""
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        data = json.loads(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
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
    return load(data)


_KNOWN = {*_PlanSchema().fields, "$schema"}


def _problems(messages: Any, pointer: str = "") -> Iterator[Problem]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            step = "" if key == "_schema" else "/" + re.sub("~", "~0", str(key)).replace("/", "~1")
            yield from _problems(below, pointer + step)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield Problem("packet.field", str(message), pointer)


def _cross_checks(plan: Plan) -> Iterator[Problem]:
    """What no single field shows: order, repetition, empty sections, labels given twice."""
    once: dict[str, int] = {}
    labels: dict[str, int] = {}
    documents: dict[str, int] = {}
    for place, part in enumerate(plan.parts):
        if isinstance(part, GeneratedPart):
            if part.kind in once:
                yield Problem("packet.repeated", f"There is one {part.kind} only.", f"/parts/{place}/generated")
            once[part.kind] = place
            if part.kind == "cover" and place != 0:
                yield Problem("packet.order", "The cover is the first part.", f"/parts/{place}/generated")
            if part.kind in ("cover", "contents") and part.exhibit:
                yield Problem("packet.label", f"A {part.kind} is not an exhibit.", f"/parts/{place}/exhibit")
        if isinstance(part, DocumentPart):
            if part.number in documents:
                yield Problem("packet.repeated", "This document is already in the plan.", f"/parts/{place}/document")
            documents[part.number] = place
        following = plan.parts[place + 1] if place + 1 < len(plan.parts) else None
        if isinstance(part, SectionPart) and (following is None or isinstance(following, SectionPart)):
            yield Problem("packet.empty_section", "Nothing stands in this section.", f"/parts/{place}/section")
        label = None if isinstance(part, SectionPart) else part.exhibit
        if label and label != "auto":
            if label in labels:
                yield Problem("packet.label", f"Exhibit {label} is already there.", f"/parts/{place}/exhibit")
            labels[label] = place
    if all(isinstance(part, SectionPart | GeneratedPart) and getattr(part, "kind", "") in ("", "cover", "contents")
           for part in plan.parts):  # fmt: skip
        yield Problem("packet.empty", "The plan has nothing but a cover and contents.", "/parts")
