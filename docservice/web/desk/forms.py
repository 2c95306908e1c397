"""What a form holds, whole: as it stands on record or as it was typed, with what is wrong at each field.

A field is named by its JSON pointer below the part that the form is about, without the first slash (``name/text``,
``address/lines``); so a finding's place finds its field. Fields come from the casefile's own schema with its help
texts; what else a page asks is an :class:`Asked` of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from flask import request
from werkzeug.datastructures import MultiDict

from docservice.casefile.fields import (
    MAX_LINE,
    MAX_TEXT,
    Choice,
    ClockField,
    Count,
    DayField,
    Each,
    FactField,
    FlagField,
    Inner,
    MoneyField,
    TextField,
)
from docservice.casefile.schema_people import FactsSchema
from docservice.finding import Finding
from docservice.refusal import Refusal

InputKind = Literal[
    "line", "text", "lines", "paragraphs", "date", "time", "number", "money", "yes", "choice", "radio", "boxes",
    "email", "tel", "search", "password",
]  # fmt: skip
_TYPES = {"date": "date", "time": "time", "email": "email", "tel": "tel", "search": "search", "password": "password"}
_SEVERAL = ("boxes", "lines", "paragraphs")
_NO = re.compile(r"[^A-Za-z0-9]+")
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as a page asks for it, and what stands in it."""

    name: str
    label: str
    hint: str = ""
    kind: InputKind = "line"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0
    rows: int = 3
    say_optional: bool = False
    values: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its id in the page."""
        return field_id(self.name)

    @property
    def value(self) -> str:
        """What stands in a field of one text."""
        return {"lines": "\n", "paragraphs": "\n\n"}.get(self.kind, ", ").join(self.values)

    @property
    def known(self) -> tuple[str, ...]:
        """The values that may be chosen."""
        return tuple(value for value, _ in self.choices)

    @property
    def type(self) -> str:
        """The type of its ``<input>``."""
        return _TYPES.get(self.kind, "text")

    @property
    def mode(self) -> str:
        """The keyboard that a telephone shows for it."""
        return {"number": "numeric", "money": "decimal"}.get(self.kind, "")

    @property
    def short(self) -> bool:
        """Whether it is a narrow one."""
        return self.kind in ("number", "money", "time")


def field_id(name: str) -> str:
    """The id of the field of this name, or of this place: ``/name/text`` → ``f-name-text``."""
    return "f-" + _NO.sub("-", name.strip("/"))


class DeskForm:
    """The fields of a form, with the state of the record that it shows (``seen``, an ETag).

    ``at`` is the place of its part in the casefile (``/parties/0``): findings below it stand at their fields, others in
    the box on top. ``draft`` is a key under which the form keeps itself (``web.desk.drafts``), ``title`` what Today
    calls it there.
    """

    def __init__(
        self,
        asked: Iterable[Asked],
        *,
        at: str = "",
        seen: str = "",
        draft: str = "",
        title: str = "",
        said: Sequence[Finding] = (),
    ) -> None:
        self.draft, self.title = draft, title
        self.kept_at: datetime | None = None
        self._asked = {one.name: one for one in asked}
        self.at, self.seen = at.rstrip("/"), seen
        self.said = tuple(said)
        self.heading = ""
        self.reopened = False
        for finding in self.said:
            name = self._at(finding.place)
            if name is not None and finding.severity == "error":
                one = self._asked[name]
                if finding.message not in one.errors:
                    self._asked[name] = replace(one, errors=(*one.errors, finding.message))

    def __getitem__(self, name: str) -> Asked:
        return self._asked[name]

    def __contains__(self, name: str) -> bool:
        return name in self._asked

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._asked.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in their order."""
        return tuple(self._asked)

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """What is wrong: the id of the field it links to (empty where there is none), and the words, said with the
        field's label."""
        lines = []
        for finding in self.said:
            if finding.severity != "error":
                continue
            name = self._at(finding.place)
            link = self._asked[name].id if name is not None else ""
            label = self._asked[name].label if name is not None else ""
            named = not label or label.lower() in finding.message.lower()
            words = finding.message if named else f"{label}: {finding.message}"
            lines.append((link, words))
        return tuple(dict.fromkeys(lines))

    def _at(self, place: str) -> str | None:
        """The field that this place means: itself, or the one that holds it (``address/lines/2`` → its lines)."""
        if self.at and not (place == self.at or place.startswith(self.at + "/")):
            return None
        name = place[len(self.at) :].strip("/")
        while name:
            if name in self._asked:
                return name
            name = name.rpartition("/")[0]
        return None

    def filled(self, facts: Mapping[str, Any] | None, *, seen: str = "") -> DeskForm:
        """The form with what is on record: ``facts`` are plain JSON values of its part."""
        held = dict(_flat(facts or {}))
        asked = [replace(one, values=_texts(held.get(one.name), one.kind)) for one in self]
        return self._with(asked, seen or self.seen)

    def sent(self, form: MultiDict[str, str] | None = None) -> DeskForm:
        """The form as somebody sent it, with nothing lost; choices of the page of two people are taken."""
        given, reopened = settled(request.form if form is None else form)
        asked = [replace(one, values=_typed(given.getlist(one.name), one.kind), errors=()) for one in self]
        made = self._with(asked, given.get("seen", ""))
        made.reopened = reopened
        return made

    def refused(self, refusal: Refusal | None = None, findings: Sequence[Finding] = ()) -> DeskForm:
        """The form with what is wrong with it, and everything typed still there."""
        said = (*findings, *(refusal.findings if refusal is not None else ()))
        made = self._with((replace(one, errors=()) for one in self), self.seen, said)
        errors = [one for one in said if one.severity == "error"]
        made.heading = (
            refusal.message
            if refusal is not None and not refusal.problems
            else "One thing is missing or wrong" if len(errors) == 1 else f"{len(errors)} things are missing or wrong"
        )  # fmt: skip
        return made

    def _with(self, asked: Iterable[Asked], seen: str, said: Sequence[Finding] = ()) -> DeskForm:
        return DeskForm(asked, at=self.at, seen=seen, draft=self.draft, title=self.title, said=said)

    def missing(self) -> list[Finding]:
        """What must be filled in and is not."""
        return [
            Finding.error("desk.missing", "Please fill this in.", f"{self.at}/{one.name}")
            for one in self
            if one.required and not one.values
        ]

    def facts(self) -> dict[str, Any]:
        """The JSON values of what stands in it, as the casefile has them; what is empty is left out.

        Text that is no number, where one is asked, stays text: the schema says what is wrong with it.
        """
        made: dict[str, Any] = {}
        for one in self:
            value = _value(one)
            if value is None:
                continue
            *way, last = one.name.split("/")
            inner = made
            for step in way:
                inner = inner.setdefault(step, {})
            inner[last] = value
        return made

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Name → what stands in it, to compare."""
        return {one.name: one.values for one in self}


def ask(
    schema: FactsSchema,
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    hints: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    kinds: Mapping[str, InputKind] | None = None,
) -> tuple[Asked, ...]:
    """The fields of one object of the casefile, objects inside it included, lists of objects left out.

    ``only`` names those to ask, in this order; ``labels`` and ``hints`` say some of them better than the schema does;
    ``words`` say the values of choices; ``kinds`` make some of them another kind (``radio`` for a choice of few).
    """
    every = dict(_fields(schema))
    names = only or [name for name in every if name not in without]
    labels, hints, kinds = labels or {}, hints or {}, kinds or {}
    made = []
    for name in names:
        field = every[name]
        kind = kinds.get(name) or _kind(name, field)
        said = hints[name] if name in hints else str(field.metadata["description"])
        label = labels.get(name) or words_of(name.rpartition("/")[2])
        made.append(
            Asked(name, label, said, kind, field.required, _choices(field, words or {}), _most(field, kind),
                  4 if kind == "text" else 3)
        )  # fmt: skip
    return tuple(made)


def words_of(value: str) -> str:
    """A value of the schema as people say it: ``property_owner`` → Property owner."""
    said = value.replace("_", " ").strip()
    return said[:1].upper() + said[1:]


def _fields(schema: FactsSchema, before: str = "", outer: bool = True) -> Iterator[tuple[str, FactField]]:
    for name, field in schema.load_fields.items():
        if isinstance(field, FactField):
            if not outer and field.required:  # needed only where the object is there, which the schema says
                field = _optional(field)
            yield before + name, field
        elif isinstance(field, Inner) and not field.many and isinstance(field.schema, FactsSchema):
            yield from _fields(field.schema, f"{before}{name}/", outer and field.required)


def _optional(field: FactField) -> FactField:
    from copy import copy

    made = copy(field)
    made.required = False
    return made


def _kind(name: str, field: FactField) -> InputKind:
    last = name.rpartition("/")[2]
    if isinstance(field, Each):
        if isinstance(field.item, Choice):
            return "boxes"
        return "paragraphs" if isinstance(field.item, TextField) else "lines"
    for kinds, kind in _KINDS:
        if isinstance(field, kinds):
            return kind
    return "email" if last == "email" else "tel" if last in ("phone", "telephone") else "line"


_KINDS: tuple[tuple[type[FactField], InputKind], ...] = (
    (TextField, "text"), (DayField, "date"), (ClockField, "time"), (MoneyField, "money"), (Count, "number"),
    (FlagField, "yes"), (Choice, "choice"),
)  # fmt: skip


def _choices(field: FactField, words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    if isinstance(field, FlagField):
        both = (("yes", "Yes"), ("no", "No"))
        return both if field.required else (*both, ("", "Not said"))
    inner = field.item if isinstance(field, Each) else field
    if not isinstance(inner, Choice):
        return ()
    return tuple((value, words.get(value) or words_of(value)) for value in inner.choices)


def _most(field: FactField, kind: InputKind) -> int:
    return {"line": MAX_LINE, "email": MAX_LINE, "tel": MAX_LINE, "text": MAX_TEXT}.get(kind, 0)


def _flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}/")
        else:
            yield before + name, value


def _texts(value: Any, kind: InputKind) -> tuple[str, ...]:
    if kind == "yes":
        return ("yes",) if value is True else ("no",) if value is False else ("",)
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(str(one) for one in value)
    text = str(value)
    return (text[:5] if kind == "time" and len(text) == 8 and text.endswith(":00") else text,)


def _typed(sent: Sequence[str], kind: InputKind) -> tuple[str, ...]:
    sent = [text.replace("\r\n", "\n") for text in sent]
    if kind == "lines":
        return tuple(line.strip() for text in sent for line in text.split("\n") if line.strip())
    if kind == "paragraphs":
        return tuple(part.strip("\n") for text in sent for part in re.split(r"\n\s*\n", text) if part.strip())
    if kind == "yes":
        return tuple(sent[:1]) or ("",)
    return tuple(text for text in sent if text.strip())


def _value(one: Asked) -> Any:
    if one.kind == "yes":
        return {"yes": True, "no": False}.get(one.value)
    if not one.values:
        return None
    if one.kind in _SEVERAL:
        return list(one.values)
    text = one.value if one.kind == "text" else one.value.strip()
    if one.kind == "number" and _WHOLE.fullmatch(text):
        return int(text)
    if one.kind == "money":
        return text.replace("$", "").replace(",", "").strip()
    return text


def settled(form: MultiDict[str, str]) -> tuple[MultiDict[str, str], bool]:
    """What was chosen on the page of two people, as fields; whether the form is to be looked at again."""
    made: MultiDict[str, str] = MultiDict()
    again = "keep" in form
    for name, value in form.items(multi=True):
        what, colon, field = name.partition(":")
        if not colon or what not in ("pick", "yours", "theirs"):
            made.add(name, value)
        elif what == "pick":
            yours, theirs = form.getlist(f"yours:{field}"), form.getlist(f"theirs:{field}")
            again = again or value == "both"
            chosen = {"theirs": theirs, "both": ["\n\n".join((*yours, *theirs))]}.get(value, yours)
            made.setlist(field, chosen)
    return made, again
