"""What a new version asks of those who order documents: fields it newly needs, languages it no longer has, blocks.

A field is *needed* when the wording prints it whatever is the case, on every side of a condition or outside any, and
without a default: a casefile without it would be refused. A field that was printed so before is not new. What it does
not do: say whether a given casefile has the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jinja2 import nodes

from docservice.wording.bundle import Bundle
from docservice.wording.messages import wording_environment

# What comes from the casefile (rendering.composing.facts); the rest the office and the town give.
_FROM_THE_CASE = frozenset(
    """
    case property recipient parties violations permit inspections inspection citations citation stop_work hearing
    appeal memo served costs chronology
    """.split()  # noqa: SIM905
)
_STANDS_FOR = {"violation_groups.violations": "violations"}  # the same ones, by the section that they break


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that may stop an order which went through before."""

    kind: Literal["field", "language", "block"]
    name: str
    message: str


def breaks(before: Bundle, after: Bundle) -> tuple[Break, ...]:
    """What ``after`` asks and ``before`` did not."""
    found = [
        Break("field", name, f"The wording now needs “{name}”.")
        for name in sorted(needed_fields(after) - needed_fields(before))
    ]
    found += [
        Break("language", tag, f"It is no longer offered in “{tag}”.")
        for tag in before.languages
        if tag not in after.languages
    ]
    old = {*before.meta.required_blocks, *before.meta.must_contain}
    found += [
        Break("block", name, f"The block “{name}” is now required.")
        for name in (*after.meta.required_blocks, *after.meta.must_contain)
        if name not in old
    ]
    return tuple(found)


@lru_cache(maxsize=64)
def needed_fields(bundle: Bundle) -> frozenset[str]:
    """The casefile's fields that the wording prints whatever the facts are (``violations.facts``)."""
    found: set[str] = set()
    _File(bundle, found).visit(bundle.wording_path, {}, ())
    return frozenset(found)


class _File:
    def __init__(self, bundle: Bundle, found: set[str]) -> None:
        self.bundle, self.found = bundle, found
        self.environment = wording_environment()

    def visit(self, path: str, names: Mapping[str, str], above: tuple[str, ...]) -> None:
        data = self.bundle.files.get(path)
        if data is not None and path not in above and len(above) < 20:
            self.walk(self.environment.parse(data.decode()), dict(names), (*above, path))

    def walk(self, node: nodes.Node, names: dict[str, str], above: tuple[str, ...]) -> None:
        if isinstance(node, nodes.Macro):
            return
        if isinstance(node, nodes.If):
            self.on_every_side([node.body, *(one.body for one in node.elif_), node.else_], names, above)
            return
        if isinstance(node, nodes.CondExpr):
            self.on_every_side([[node.expr1], [node.expr2] if node.expr2 is not None else []], names, above)
            return
        if isinstance(node, nodes.Filter) and node.name == "default":
            return
        if isinstance(node, nodes.Include):
            if isinstance(node.template, nodes.Const):
                self.visit(str(node.template.value), names, above)
            return
        if isinstance(node, nodes.For):
            # A list may be empty, so what a loop prints is asked of its items, under the list's name.
            listed = _path(node.iter, names)
            inner = dict(names)
            if isinstance(node.target, nodes.Name) and listed is not None:
                inner[node.target.name] = listed
            for child in node.body:
                self.walk(child, inner, above)
            return
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            path = _path(node.node, names)
            if path is not None:
                names[node.target.name] = path
        if isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Name):
            path = _path(node, names)
            if path is not None:
                if "." in path and path.partition(".")[0] in _FROM_THE_CASE:
                    self.found.add(path)
                return
        for child in node.iter_child_nodes():
            self.walk(child, names, above)

    def on_every_side(self, sides: list[list[nodes.Node]], names: Mapping[str, str], above: tuple[str, ...]) -> None:
        """What each side of a condition prints; a side that is not there prints nothing."""
        printed = []
        for side in sides:
            one = _File(self.bundle, set())
            own = dict(names)
            for node in side:
                one.walk(node, own, above)
            printed.append(one.found)
        self.found |= set.intersection(*printed)


def _path(node: nodes.Node, names: Mapping[str, str]) -> str | None:
    """``violation.facts`` → ``violations.facts``, by what ``violation`` stands for; None for anything else."""
    if isinstance(node, nodes.Name):
        return names.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        inner = _path(node.node, names)
        path = f"{inner}.{node.attr}"
        return _STANDS_FOR.get(path, path) if inner is not None else None
    if isinstance(node, nodes.Getitem):
        return _path(node.node, names)
    if isinstance(node, nodes.Filter) and node.node is not None and node.name != "default":
        return _path(node.node, names)
    return None
