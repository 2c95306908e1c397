"""A public class, or a named type, is called by a name that nothing else in the house has."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import docservice

_HOUSE = Path(docservice.__file__).parent


def _named(tree: ast.Module) -> Iterator[str]:
    """Top-level classes and aliases (``Box = tuple[float, ...]``), by their capital; constants are all capitals."""
    for node in tree.body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                yield target.id


def test_a_public_name_is_used_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(_HOUSE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for name in _named(ast.parse(path.read_text())):
            places[name].append(str(path.relative_to(_HOUSE)))
    assert len(places) > 500
    assert {name: where for name, where in places.items() if len(where) > 1 and not name.startswith("_")} == {}
