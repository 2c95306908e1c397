"""The fields that a wording asks for, and what a new version asks for that the old one did not.

A field is named as the casefile has it: ``violations.facts`` for ``{{ violation.facts }}`` in a loop over violations.
It is required when it is printed at a place that no condition on it and no default guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jinja2 import nodes

from docservice.wording.bundle import Bundle
from docservice.wording.redlines.reading import parsed
from docservice.wording.redlines.values import FieldChange

# What the caller's casefile gives; the rest comes from the town pack, the arithmetic and the register.
_OF_THE_CASEFILE = frozenset(
    {
        "case", "property", "recipient", "parties", "violations", "permit", "placard", "inspection",
        "inspections", "citation", "citations", "stop_work", "standing_order", "building_order", "hardship", "decision",
        "hearing", "appeal", "appeals",
        "contested", "contested_orders", "memo", "served", "costs",
    }
)  # fmt: skip
# Records that rendering derives for every document.
_OURS = frozenset({"case.officer"})
_NOT_FIELDS = frozenset({"loop", "range"})
_DEEPEST = 30


def changes(old: Bundle, new: Bundle) -> tuple[FieldChange, ...]:
    """Fields gained, lost, and required from now on; breaking ones first."""
    before, after = used(old), used(new)
    found = []
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            found.append(FieldChange(name, "gained", after[name], after[name] and _callers(name)))
        elif name not in after:
            found.append(FieldChange(name, "lost", before[name], False))
        elif after[name] and not before[name]:
            found.append(FieldChange(name, "now required", True, _callers(name)))
    return tuple(sorted(found, key=lambda change: not change.breaking))


def used(bundle: Bundle) -> dict[str, bool]:
    """Every field of a bundle's wording and clauses, and whether it is required."""
    reader = _Reader(bundle.files)
    reader.file(bundle.wording_path, {}, frozenset())
    return reader.found


def _callers(name: str) -> bool:
    return name.split(".")[0] in _OF_THE_CASEFILE and not any(name.startswith(ours) for ours in _OURS)


class _Reader:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.found: dict[str, bool] = {}
        self.above: list[str] = []

    def file(self, path: str, names: Mapping[str, str], asked: frozenset[str]) -> None:
        """One file. ``names``: what loops and ``set`` have bound; ``asked``: the fields that a condition asks for."""
        if path in self.above or len(self.above) > _DEEPEST:
            return
        tree = parsed(self.files, path)
        self.above.append(path)
        self._body(tree.body, dict(names), asked)
        self.above.pop()

    def _body(self, body: Iterable[nodes.Node], names: dict[str, str], asked: frozenset[str]) -> None:
        for node in body:
            match node:
                case nodes.If():
                    self._if(node, names, asked)
                case nodes.For():
                    many = _path(node.iter, names)
                    self._uses(node.iter, names, asked, required=False)
                    inner = {**names}
                    if isinstance(node.target, nodes.Name):
                        inner[node.target.name] = many or node.target.name
                    self._body(node.body, inner, asked | ({many} if many else set()))
                    # What is printed for an empty list asks for the list.
                    self._body(node.else_, {**inner}, asked - ({many} if many else set()))
                case nodes.Include() if isinstance(node.template, nodes.Const):
                    self.file(str(node.template.value), names, asked)
                case nodes.Assign():
                    self._uses(node.node, names, asked, required=False)
                    if isinstance(node.target, nodes.Name):
                        names[node.target.name] = _path(node.node, names) or ""
                case nodes.With():
                    inner = {**names}
                    for target, value in zip(node.targets, node.values, strict=True):
                        self._uses(value, names, asked, required=False)
                        if isinstance(target, nodes.Name):
                            inner[target.name] = _path(value, names) or ""
                    self._body(node.body, inner, asked)
                case _:
                    self._uses(node, names, asked, required=True)

    def _if(self, node: nodes.If, names: dict[str, str], asked: frozenset[str]) -> None:
        self._uses(node.test, names, asked, required=False)
        tested = frozenset(path for path in _paths(node.test, names) if path)
        self._body(node.body, names, asked | tested)
        for branch in node.elif_:
            self._if(branch, names, asked | tested)
        self._body(node.else_, names, asked)

    def _uses(self, node: nodes.Node, names: Mapping[str, str], asked: frozenset[str], *, required: bool) -> None:
        path = _path(node, names)
        if path is not None:
            if path:
                self._note(path, required and path not in asked)
            return
        if isinstance(node, nodes.Filter) and node.name == "default" and node.node is not None:
            self._uses(node.node, names, asked, required=False)
            for argument in node.args:
                self._uses(argument, names, asked, required=required)
            return
        for child in node.iter_child_nodes():
            self._uses(child, names, asked, required=required)

    def _note(self, path: str, required: bool) -> None:
        self.found[path] = self.found.get(path, False) or required


def _path(node: nodes.Node, names: Mapping[str, str]) -> str | None:
    """The dotted name that an expression reads: "" for one that is no field, None when it is more than a name."""
    if isinstance(node, nodes.Name):
        if node.name in _NOT_FIELDS or node.name.endswith("gettext"):
            return ""
        return names.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        inner = _path(node.node, names)
        return None if inner is None else f"{inner}.{node.attr}" if inner else ""
    if isinstance(node, nodes.Getitem):
        return _path(node.node, names)
    return None


def _paths(node: nodes.Node, names: Mapping[str, str]) -> Iterable[str]:
    path = _path(node, names)
    if path is not None:
        yield path
    else:
        for child in node.iter_child_nodes():
            yield from _paths(child, names)
