"""The names in the tags of a Word file, held against what a wording may name: more exactly than lint does.

A variable of a loop is followed to the list that it runs over, so that ``violation.fact`` is found where a record of
violations has none such. Records whose fields the town names (deadlines, statements, fines) are left to rendering.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from jinja2 import nodes

from docservice.wording.allowed_names import Vocabulary

_BUILT_IN = frozenset(("loop", "range", "gettext", "ngettext", "true", "false", "none"))
# What the casefile and the town pack make; every field of theirs is in the vocabulary.
_RECORDS = frozenset(
    [
        "town",
        "case",
        "property",
        "recipient",
        "parties",
        "violations",
        "permit",
        "inspections",
        "inspection",
        "citations",
        "citation",
        "stop_work",
        "standing_order",
        "hearing",
        "building_order",
        "hardship",
        "decision",
        "appeal",
        "appeals",
        "contested",
        "contested_orders",
        "memo",
        "placard",
        "served",
        "officer",
        "document",
        "chronology",
        "costs",
        "help",
        "taglines",
    ]
)
_SURE = frozenset(("town", "case", "recipient", "document"))
_Place = TypeVar("_Place")


def unknown(
    tags: Sequence[tuple[_Place, nodes.Template]], vocabulary: Vocabulary
) -> Iterator[tuple[_Place, str, bool]]:
    """Each name, field and filter that there is not: the place of its tag, what is wrong, and whether it is an error.

    A field that no record has may be meant: printing it keeps a letter from being issued until it is explained.
    """
    roots: dict[str, str] = {}
    known = vocabulary.names | _BUILT_IN
    for _, tree in tags:
        known |= {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
        for call in tree.find_all(nodes.Call):  # the names that a sentence gives reach gettext as keywords
            known |= {keyword.key for keyword in call.kwargs}
        roots |= dict(_bound(tree))
    for place, tree in tags:
        for message, error in _in(tree, known, roots, vocabulary):
            yield place, message, error


def _bound(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.target, nodes.Name):
            yield loop.target.name, _root(loop.iter)
    for assign in tree.find_all(nodes.Assign):
        if isinstance(assign.target, nodes.Name):
            yield assign.target.name, _root(assign.node)
    for call in tree.find_all(nodes.Call):
        for keyword in call.kwargs:
            yield keyword.key, _root(keyword.value)


def _root(node: nodes.Node | None) -> str:
    """The name that an expression begins with."""
    while isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Filter):
        node = node.node
    return node.name if isinstance(node, nodes.Name) else ""


def _in(
    tree: nodes.Template, known: frozenset[str], roots: dict[str, str], vocabulary: Vocabulary
) -> Iterator[tuple[str, bool]]:
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in known:
            yield f"there is no field “{name.name}”", True
    for field in tree.find_all(nodes.Getattr):
        root, steps = _root(field), 0
        while root not in _RECORDS and root in roots and steps < len(roots):
            root, steps = roots[root], steps + 1
        own = isinstance(field.node, nodes.Getattr) and field.node.attr == "data"
        if root in _RECORDS and field.attr not in vocabulary.fields and not own:
            yield f"no record has a field “{field.attr}”", root in _SURE
    for used in tree.find_all(nodes.Filter):
        if used.name not in vocabulary.filters:
            yield f"there is no filter “{used.name}”", True
