"""A YAML file in, a ``Profile`` out: every error at once, each with its file and JSON pointer.

A profile that ``extends`` another takes from it the settings and rules that it does not give itself; a rule that is
``null`` is not taken. One step only: what a forum demands should be found in two files at most. One that extends its
own name takes from the next layer (``docservice.layers``) that has it: ``us-ca``'s ``default`` from that of ``us``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import marshmallow
import yaml
from marshmallow import RAISE, Schema, ValidationError, validate

from docservice import strict_yaml
from docservice.finding import Finding, Severity
from docservice.layers import SearchPath
from docservice.packets.forums.rules import (
    PAPERS,
    CertificateWording,
    Feature,
    FirstPage,
    Labels,
    Margins,
    OpeningView,
    PaperName,
    Profile,
    Rule,
    Rules,
    ServiceGaps,
)
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are
from docservice.strict_fields import Flag, WholeNumber
from docservice.town.meanings import PacketPart
from docservice.town.source import Confidence

_CERTIFICATE_WORDS = (
    "title", "case", "pages", "volumes", "parts", "office", "town", "name", "position", "place", "on",
)  # fmt: skip


def profile_keys(path: SearchPath) -> tuple[str, ...]:
    """The keys of the profiles in the layers' ``forums/``, ``default`` first."""
    found = (name.removesuffix(".yaml") for name in path.under("forums", "*.yaml"))
    return tuple(sorted(found, key=lambda key: (key != "default", key)))


def load_profile(path: SearchPath, key: str) -> Profile:
    """The profile ``key`` of the nearest layer that has it; what it extends comes from that layer or one behind it.

    Raises ``Refusal``: ``profile.missing`` (kind ``missing``), else ``profile.invalid`` with every problem, each at
    ``file.yaml#/json/pointer``.
    """
    if key not in profile_keys(path):
        raise Refusal("profile.missing", f"There is no packet profile {key!r}.", kind="missing")
    problems: list[Finding] = []
    profile = _whole(path, key, problems)
    if profile:
        problems += [
            Finding.error("profile.incoherent", text, f"{key}.yaml#{at}") for at, text in _incoherences(profile)
        ]
    if problems or profile is None:
        raise Refusal("profile.invalid", f"{things_are(problems)} wrong with the packet profile {key}.", problems)
    return profile


def _whole(path: SearchPath, key: str, problems: list[Finding], *, below: str | None = None) -> Profile | None:
    """A profile with what it extends; ``below`` is the one that extends it, which may be its own name."""
    found = path.find(f"forums/{key}.yaml")
    assert found is not None
    profile, given = _load(found.path, key, problems)
    extended = given.get("extends")
    if extended is None:
        return profile
    path = path.since(found.layer)
    if extended == key:
        path = SearchPath(path.layers[1:])
    place = f"{below or key}.yaml#/extends"
    if extended not in profile_keys(path):
        problems.append(Finding.error("profile.extends", f"There is no packet profile {extended!r}.", place))
    elif below not in (None, key) and extended != key:
        problems.append(
            Finding.error("profile.extends", f"{key} itself extends another profile; one step is enough.", place)
        )
    else:
        parent = _whole(path, extended, problems, below=key)
        return _inherited(profile, given, parent) if profile and parent else profile
    return profile


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _Text(marshmallow.fields.Field[str]):
    """Text that is not empty; a ``template`` uses no other words in braces than those given."""

    def __init__(self, words: tuple[str, ...] | None = None, needs: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.words, self.needs = words, needs

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValidationError("This must be text, and not empty; put it in quotation marks.")
        if self.words is not None:
            try:
                used = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
            except ValueError as error:
                raise ValidationError(f"The braces do not match: {error}.") from None
            unknown = [name for name in used if name not in self.words]
            if unknown:
                listed = ", ".join(f"{{{word}}}" for word in self.words)
                raise ValidationError(f"{{{unknown[0]}}} is not known here; known are {listed}.")
            lacking = [name for name in self.needs if name not in used]
            if lacking:
                raise ValidationError(f"{{{lacking[0]}}} must stand in it.")
        return " ".join(value.split())


class _OnlyTrue(marshmallow.fields.Field[bool]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> bool:
        if value is not True:
            raise ValidationError("This rule is either true or left out.")
        return True


class _Inches(marshmallow.fields.Field[float]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 20:
            raise ValidationError("This must be a number of inches, such as 2.5.")
        return float(value)


class _Points(marshmallow.fields.Field[float]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 26 <= value <= 72:
            raise ValidationError("This must be a number of points (1/72 inch) from 26, which the stamps need, to 72.")
        return float(value)


class _Pattern(marshmallow.fields.Field[str]):
    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> str:
        try:
            re.compile(value)
        except (re.error, TypeError) as error:
            raise ValidationError(f"This is not a regular expression: {error}.") from None
        return str(value)


class _Several(marshmallow.fields.List[Any]):
    """A list of different things, as a tuple."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        found = tuple(super()._deserialize(value, attr, data, **options))
        if len(set(found)) < len(found):
            raise ValidationError("Something stands here twice.")
        return found


class _Made(marshmallow.fields.Field[Any]):
    """A mapping that becomes the frozen value ``makes``."""

    def __init__(self, makes: type, schema: Mapping[str, Any]) -> None:
        super().__init__()
        self.makes, self.schema = makes, _Strict.from_dict(dict(schema))

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("This must hold keys and values.")
        return self.makes(**self.schema().load(value))


def _one_of(choices: Any) -> marshmallow.fields.Raw:
    return marshmallow.fields.Raw(validate=validate.OneOf(get_args(choices)))


_VOLUME = ("volume", "volumes", "first", "last", "total")
_MARGINS: Mapping[str, Any] = {
    **{side: _Inches() for side in ("top", "right", "bottom", "left")},
    "pages": marshmallow.fields.Raw(validate=validate.OneOf(("all", "own"))),
}
_FIRST_PAGE: Mapping[str, Any] = {"top": _Inches(required=True), "return_block": _Inches(), "title_below": Flag()}
_CERTIFICATE: Mapping[str, Any] = {
    "title": _Text(required=True),
    "paragraphs": _Several(_Text(_CERTIFICATE_WORDS), required=True, validate=validate.Length(min=1)),
    "declaration": _Text(_CERTIFICATE_WORDS, required=True),
}

# What each rule's value may be.
_VALUES: dict[str, Any] = {
    "first_number": WholeNumber(1),
    "late_numbers": _Text(("page", "n"), ("page", "n")),
    "bookmark_wording": _Text(("title", "page"), ("title",)),
    "bookmark_levels": WholeNumber(1),
    "bookmark_zoom": _one_of(OpeningView),
    "default_view": _one_of(OpeningView),
    "most_bytes": WholeNumber(1),
    "most_pages": WholeNumber(1),
    "volume_cover": _Text(_VOLUME, ("volume",)),
    "name_length": WholeNumber(1),
    "name_characters": _Pattern(),
    "forbidden": _Several(_one_of(Feature), validate=validate.Length(min=1)),
    "unwanted": _Several(_one_of(Feature), validate=validate.Length(min=1)),
    "paper": _one_of(PaperName),
    "exhibit_paper": _one_of(PaperName),
    "largest_paper": _one_of(PaperName),
    "most_scan_dpi": WholeNumber(1),
    "least_scan_dpi": WholeNumber(1),
    "searchable": marshmallow.fields.Raw(validate=validate.OneOf(("every-page", "text"))),
    "margins": _Made(Margins, _MARGINS),
    "first_page": _Made(FirstPage, _FIRST_PAGE),
    "exhibit_labels": _one_of(Labels),
    "exhibit_page_label": _Text(("label", "n"), ("label", "n")),
    "translations": marshmallow.fields.Raw(validate=validate.OneOf(("translation", "certified"))),
    "required_parts": _Several(_one_of(PacketPart), validate=validate.Length(min=1)),
    "part_order": _Several(_one_of(PacketPart), validate=validate.Length(min=2)),
    "certificate": _Made(CertificateWording, _CERTIFICATE),
} | {
    name: _OnlyTrue()
    for name in (
        "arabic", "consecutive", "viewer_number", "contents", "contents_links", "bookmarks", "bookmark_panel",
        "master_index", "upright", "exhibit_order", "exhibit_sheet",
    )
}  # fmt: skip


def _rule_field(value: marshmallow.fields.Field[Any]) -> marshmallow.fields.Field[Any]:
    value.required = True
    schema = _Strict.from_dict(
        {
            "value": value,
            "citation": _Text(required=True),
            "confidence": marshmallow.fields.Raw(required=True, validate=validate.OneOf(get_args(Confidence))),
            "severity": _one_of(Severity),
            "note": _Text(),
        }
    )
    return marshmallow.fields.Nested(schema, allow_none=True)


_RulesSchema = _Strict.from_dict({name: _rule_field(value) for name, value in _VALUES.items()})

_SETTINGS: Mapping[str, marshmallow.fields.Field[Any]] = {
    "exhibit_labels": _one_of(Labels),
    "page_number": _Text(("page",), ("page",)),
    "paper": _one_of(PaperName),
    "band": _Points(),
    "raster_dpi": WholeNumber(1, validate=validate.Range(max=600)),
    "late_number": _Text(("page", "n"), ("page", "n")),
    "volume_cover": _Text(_VOLUME, ("volume",)),
    "file_name": _Text(("case",)),
    "volume_name": _Text(("case", "volume", "volumes", "first", "last"), ("volume",)),
    "service_gaps": _one_of(ServiceGaps),
}


class _ProfileSchema(_Strict):
    title = _Text(required=True)
    about = _Text(required=True)
    extends = marshmallow.fields.String()
    settings = marshmallow.fields.Nested(_Strict.from_dict(dict(_SETTINGS)), load_default=dict)
    rules = marshmallow.fields.Nested(_RulesSchema, load_default=dict)


def _load(path: Path, key: str, problems: list[Finding]) -> tuple[Profile | None, Mapping[str, Any]]:
    """A profile by itself, and what its file gives; what is wrong goes to ``problems``."""
    name = f"{key}.yaml"
    try:
        data = strict_yaml.read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        problems.append(Finding.error("profile.malformed", "This file is not UTF-8.", name))
        return None, {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        text = getattr(error, "problem", None) or "it cannot be read"
        problems.append(Finding.error("profile.malformed", f"This is not YAML: {text}.", name + line))
        return None, {}
    try:
        values = _ProfileSchema().load(data)
    except ValidationError as error:
        problems += [
            Finding.error("profile.invalid", str(message), f"{name}#{pointer(path)}")
            for path, message in each_error(error.messages)
        ]
        return None, data if isinstance(data, Mapping) and isinstance(data.get("extends", ""), str) else {}
    settings = dict(values["settings"])
    if "paper" in settings:
        settings["paper"] = PAPERS[settings["paper"]]
    rules = {rule: Rule(**given) for rule, given in values["rules"].items() if given is not None}
    profile = Profile(key, values["title"], about=values["about"], rules=Rules(**rules), **settings)
    return profile, values


def _inherited(profile: Profile, own: Mapping[str, Any], parent: Profile) -> Profile:
    """``profile`` with what its file does not give (``own``) taken from ``parent``."""
    settings = {name: getattr(parent, name) for name in _SETTINGS if name not in own["settings"]}
    rules = {each.name: getattr(parent.rules, each.name) for each in fields(Rules) if each.name not in own["rules"]}
    return replace(profile, rules=replace(profile.rules, **rules), **settings)


def _incoherences(profile: Profile) -> list[tuple[str, str]]:
    """Settings that would make packets which the profile's own rules forbid: (pointer, sentence)."""
    rules = profile.rules
    found: list[tuple[str, str]] = []
    if rules.exhibit_labels and rules.exhibit_labels.value != profile.exhibit_labels:
        found.append(("/settings/exhibit_labels", f"The rule demands {rules.exhibit_labels.value}."))
    for name in ("paper", "largest_paper"):
        rule = getattr(rules, name)
        if rule and any(ours > allowed for ours, allowed in zip(profile.paper, PAPERS[rule.value], strict=True)):
            found.append(("/settings/paper", f"The rule {name} demands {rule.value}."))
    if rules.most_scan_dpi and profile.raster_dpi > rules.most_scan_dpi.value:
        found.append(("/settings/raster_dpi", f"The rule allows at most {rules.most_scan_dpi.value} dpi."))
    if rules.least_scan_dpi and profile.raster_dpi < rules.least_scan_dpi.value:
        found.append(("/settings/raster_dpi", f"The rule demands at least {rules.least_scan_dpi.value} dpi."))
    if rules.volume_cover and rules.volume_cover.value != profile.volume_cover:
        found.append(("/settings/volume_cover", "The rule demands another wording."))
    if rules.late_numbers and rules.late_numbers.value != profile.late_number:
        found.append(("/settings/late_number", "The rule demands another form."))
    return found
