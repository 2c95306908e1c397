"""What the pages of a file draw, and letting go of what none of them draws any more.

Pages and forms often share one dictionary of resources, which then holds on to the drawings of other pages. What this
does not do: tell whether something drawn is to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_TRIMMED = (Name.XObject, Name.Pattern, Name.ExtGState, Name.Font, Name.Properties, Name.Shading)


def drawn_by(page: Any) -> Iterator[Any]:
    """A page and every form and pattern that it, or an annotation on it, may draw."""
    stack: list[Any] = [page]
    stack += [item for annotation in _listed(page.get(Name.Annots)) for item in _appearances(annotation)]
    seen: set[tuple[int, int]] = set()
    while stack:
        owner = stack.pop()
        if owner.is_indirect:
            if owner.objgen in seen:
                continue
            seen.add(owner.objgen)
        yield owner
        resources = owner.get(Name.Resources, Dictionary())
        for kind in (Name.XObject, Name.Pattern):
            for _, item in resources.get(kind, Dictionary()).items():
                if isinstance(item, pikepdf.Stream) and item.get(Name.Subtype) != Name.Image:
                    stack.append(item)


def patterns_of(page: Any) -> Iterator[Any]:
    """The patterns that a page may draw."""
    return (owner for owner in drawn_by(page) if owner.get(Name.PatternType) is not None)


def content_of(owner: Any) -> bytes:
    """The drawing operators of a page, form or pattern."""
    if isinstance(owner, pikepdf.Stream):
        return owner.read_bytes()
    return b"\n".join(
        part.read_bytes() for part in _listed(owner.get(Name.Contents)) if isinstance(part, pikepdf.Stream)
    )


def own_resources(pdf: pikepdf.Pdf) -> None:
    """Give every page its resources itself, and none to the nodes above the pages."""
    for page in pdf.pages:
        node: Any = page.obj
        for _ in range(64):
            if Name.Resources in node or Name.Parent not in node:
                break
            node = node.Parent
        page.obj.Resources = node.get(Name.Resources, Dictionary())
    stack: list[Any] = [pdf.Root.Pages]
    while stack:
        node = stack.pop()
        if Name.Kids in node:
            if Name.Resources in node:
                del node.Resources
            stack += list(node.Kids)


def trim(pdf: pikepdf.Pdf) -> None:
    """Take out of the resources of all pages and forms what they do not name. Pages must have their own."""
    for page in pdf.pages:
        for owner in drawn_by(page.obj):
            resources = owner.get(Name.Resources)
            if resources is None:
                continue
            used = _named_in(owner, resources)
            kept = Dictionary({key: value for key, value in resources.items() if Name(key) not in _TRIMMED})
            for kind in _TRIMMED:
                named = resources.get(kind)
                if named is not None:
                    kept[kind] = Dictionary({key: value for key, value in named.items() if key[1:] in used})
            owner.Resources = kept


def _named_in(owner: Any, resources: Any) -> set[str]:
    """The names in a content, and in that of the forms it may draw that take its resources."""
    found: set[str] = set()
    stack, seen = [owner], set()
    while stack:
        found |= {_plain(name) for name in _NAME.findall(content_of(stack.pop()))}
        for name, item in resources.get(Name.XObject, Dictionary()).items():
            if not isinstance(item, pikepdf.Stream) or item.get(Name.Subtype) != Name.Form or name[1:] not in found:
                continue
            if Name.Resources not in item and item.objgen not in seen:
                seen.add(item.objgen)
                stack.append(item)
    return found


def _plain(name: bytes) -> str:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), name)
    return plain.decode("utf-8", "surrogateescape")


def _appearances(annotation: Any) -> Iterator[Any]:
    stack = [annotation.get(Name.AP)]
    while stack:
        item = stack.pop()
        if isinstance(item, pikepdf.Stream):
            yield item
        elif isinstance(item, Dictionary):
            stack += [value for _, value in item.items()]


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]
