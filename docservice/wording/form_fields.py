"""Fields of a form, as a wording marks them (docs/wording.md): a paragraph that is the field's label.

``<p data-field="name" data-kind="text">Your name</p>``. Where it stands and what it looks like is the letterhead's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from docservice.finding import Finding

# One line, half a line, several lines, a box to check; a line to sign by hand is none to fill in.
FieldKind = Literal["text", "short", "lines", "check", "signature"]
FILLED: frozenset[FieldKind] = frozenset({"text", "short", "lines", "check"})
FIELD, KIND, LINES = "data-field", "data-kind", "data-lines"
PLACED_BY = b'"field:"'  # a letterhead that places fields has this in its source
MOST_LINES = 30
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its name in the file, its kind, and its label, by which a voice calls it."""

    name: str
    kind: FieldKind
    label: str


def wrong(element: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with one field, as a wording or a composed text has it."""
    name, kind, lines = attributes.get(FIELD, ""), attributes.get(KIND), attributes.get(LINES)
    if element != "p":
        yield f"the field “{name}” stands in <{element}>; a field is a paragraph (<p>), its text the label"
    if not _NAME.match(name):
        yield f"“{name}” is no name of a field: lower-case words joined by hyphens"
    if kind not in get_args(FieldKind):
        yield f"the field “{name}” is of no kind there is: data-kind is one of {', '.join(get_args(FieldKind))}"
    if lines is not None and not (kind == "lines" and lines.isdecimal() and 1 < int(lines) <= MOST_LINES):
        yield f"the field “{name}”: data-lines is a number from 2 to {MOST_LINES}, of the kind lines alone"


def fields_in(root: Any) -> tuple[tuple[FormField, ...], tuple[Finding, ...]]:
    """The fields of a composed text in order, and what is wrong with them, each at its name (``field NAME``)."""
    found: dict[str, FormField] = {}
    problems: list[Finding] = []
    for element in root.iter():
        if not isinstance(element.tag, str) or element.get(FIELD) is None:
            continue
        name, label = str(element.get(FIELD)), " ".join("".join(map(str, element.itertext())).split())
        faults = [*wrong(element.tag, {key: str(value) for key, value in element.items()})]
        if name in found:
            faults.append(f"there are two fields “{name}”: what is written in one would stand in the other")
        if not label:
            faults.append(f"the field “{name}” has no label")
        problems += (Finding.error("form.field", fault, f"field {name}") for fault in faults)
        found.setdefault(name, FormField(name, cast("FieldKind", element.get(KIND)), label))
    return tuple(found.values()), tuple(problems)


def twice(names: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Names of fields, with their places, that were there before."""
    seen: dict[str, str] = {}
    for name, place in names:
        if name in seen:
            message = f"there is a field “{name}” already, at {seen[name]}"
            yield Finding("form.field", "error", message, place)
        seen.setdefault(name, place)
