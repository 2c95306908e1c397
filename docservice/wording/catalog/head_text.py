"""``template.yaml`` as text: written from values, or changed in some of them with everything else left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


def written(values: Mapping[str, Any]) -> str:
    """The head that says this, in the order given; what is None is left out."""
    return "".join(_line(name, value) for name, value in values.items() if value is not None)


def revised(text: str, changes: Mapping[str, Any]) -> str:
    """``text``, a readable head, with other values for some names; None takes a name out.

    Comments and the order of what stays are kept: the author's own remarks are not lost to a form.
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    held = {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
    spans: list[tuple[int, int, str]] = []
    added = ""
    for name, value in changes.items():
        made = "" if value is None else _line(name, value)
        if name not in held:
            added += made
            continue
        key, old = held[name]
        end = text.find("\n", max(old.end_mark.index - 1, key.start_mark.index))
        end = len(text) if end < 0 else end + 1
        block = text[key.start_mark.index : end]
        spans.append((key.start_mark.index, end - len(_after(block)), made))
    for start, end, made in sorted(spans, reverse=True):
        text = text[:start] + made + text[end:]
    return text + ("\n" if added and text and not text.endswith("\n") else "") + added


def _after(block: str) -> str:
    """Comments and empty lines at the end of a value in several lines: they belong to what comes next."""
    lines = block.splitlines(keepends=True)
    kept = len(lines)
    while kept > 1 and (not lines[kept - 1].strip() or lines[kept - 1].startswith("#")):
        kept -= 1
    return "".join(lines[kept:])


def _line(name: str, value: Any) -> str:
    if isinstance(value, (list, tuple)):
        listed: str = yaml.safe_dump(list(value), default_flow_style=True, allow_unicode=True, width=10**6)
        return f"{name}: {listed}"
    text: str = yaml.safe_dump({name: value}, default_flow_style=False, allow_unicode=True, width=10**6)
    return text
