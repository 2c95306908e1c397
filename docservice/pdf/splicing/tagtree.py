"""The tags of one document: its structure tree, read for :mod:`prepare` (ISO 32000-1, 14.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String


class TagTree:
    """The structure tree of a document with ``pages``."""

    def __init__(self, document: pikepdf.Pdf, pages: Sequence[Object]) -> None:
        self._tree = document.Root.StructTreeRoot
        self._pages = {page.objgen: number for number, page in enumerate(pages)}
        self._owners = list(owners_of(pages))

    def tops(self) -> list[Object]:
        """The topmost elements, in reading order."""
        return listed(self._tree.get(Name.K))

    def parts_of_a_packet(self) -> list[Object]:
        """The parts below the one ``Document`` of a packet."""
        (document,) = self.tops()
        return listed(document.get(Name.K))

    def starts(self, tops: Sequence[Object]) -> list[int]:
        """The first page (from 0) of each of ``tops``; one without content begins where the one before it does."""
        found: list[int] = []
        for top in tops:
            pages = [self._pages.get(e.Pg.objgen) for e in elements([top]) if Name.Pg in e]
            known = [page for page in pages if page is not None]
            found.append(min(known) if known else found[-1] if found else 0)
        return found

    def owners(self) -> list[tuple[Object, Name]]:
        """Whatever has keys of the parent tree: pages, annotations, forms and patterns at any depth."""
        return self._owners

    def parents(self) -> list[tuple[int, Object]]:
        """The parent tree's entries that belong to an owner, by key. Raises ``ValueError`` when one is missing."""
        wanted = {int(owner[name]) for owner, name in self._owners}
        entries = {key: value for key, value in number_entries(self._tree.get(Name.ParentTree)) if key in wanted}
        lost = sorted(wanted - entries.keys())
        if lost:
            raise ValueError(f"the parent tree lacks the keys {', '.join(map(str, lost[:5]))}")
        return sorted(entries.items())

    def roles(self) -> dict[str, str]:
        """The role map: a role of the document's own → the one it stands for."""
        return {str(key): str(value) for key, value in self._tree.get(Name.RoleMap, Dictionary()).items()}

    def classes(self) -> list[tuple[str, Object]]:
        """The class map."""
        return [(str(key), value) for key, value in self._tree.get(Name.ClassMap, Dictionary()).items()]

    def namespaces(self) -> list[Object]:
        """The namespaces that elements name."""
        return listed(self._tree.get(Name.Namespaces))


def elements(tops: Sequence[Object]) -> Iterator[Object]:
    """Every structure element from ``tops`` down, in reading order."""
    stack = list(tops)[::-1]
    while stack:
        element = stack.pop()
        if not isinstance(element, Dictionary) or Name.S not in element:
            continue
        yield element
        stack += listed(element.get(Name.K))[::-1]


def below(top: Object) -> Iterator[Object]:
    """Every structure element below ``top``, in reading order."""
    return elements(listed(top.get(Name.K)))


def owners_of(pages: Sequence[Object]) -> Iterator[tuple[Object, Name]]:
    """Whatever on ``pages`` has keys of the parent tree, and under which name."""
    seen: set[tuple[int, int]] = set()
    for page in pages:
        yield from _keys(page)
        node, steps = page, 0
        while Name.Resources not in node and Name.Parent in node and steps < 100:
            node, steps = node.Parent, steps + 1
        yield from _resources(node.get(Name.Resources), seen)
        for annotation in listed(page.get(Name.Annots)):
            yield from _keys(annotation)
            appearances: Any = annotation.get(Name.AP, Dictionary())
            for _, appearance in appearances.items():
                states = [appearance] if isinstance(appearance, pikepdf.Stream) else dict(appearance).values()
                for state in states:
                    if isinstance(state, pikepdf.Stream):
                        yield from _form(state, seen)


def _resources(resources: Any, seen: set[tuple[int, int]]) -> Iterator[tuple[Object, Name]]:
    for kind in (Name.XObject, Name.Pattern) if resources is not None else ():
        named: Any = resources.get(kind, Dictionary())
        for _, item in named.items():
            if isinstance(item, pikepdf.Stream):
                yield from _form(item, seen)


def _form(form: Object, seen: set[tuple[int, int]]) -> Iterator[tuple[Object, Name]]:
    if form.objgen in seen:
        return
    seen.add(form.objgen)
    yield from _keys(form)
    if form.get(Name.Subtype) != Name.Image:
        yield from _resources(form.get(Name.Resources), seen)


def _keys(owner: Object) -> Iterator[tuple[Object, Name]]:
    for name in (Name.StructParents, Name.StructParent):
        if name in owner:
            yield owner, name


def number_entries(tree: Object | None) -> Iterator[tuple[int, Object]]:
    """Key and value of every entry of a number tree."""
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        values = list(node.get(Name.Nums, ()))
        yield from ((int(key), value) for key, value in zip(values[::2], values[1::2], strict=False))
        stack += listed(node.get(Name.Kids))[::-1]


def name_tree(pdf: pikepdf.Pdf, entries: Iterable[tuple[bytes, Object]]) -> Object:
    """A name tree of ``entries``, in leaves of 64."""
    ordered = sorted(entries, key=lambda entry: entry[0])
    leaves = []
    for start in range(0, len(ordered), 64):
        chunk = ordered[start : start + 64]
        flat = Array([item for key, value in chunk for item in (String(key), value)])
        limits = Array([String(chunk[0][0]), String(chunk[-1][0])])
        leaves.append(pdf.make_indirect(Dictionary(Names=flat, Limits=limits)))
    return pdf.make_indirect(Dictionary(Kids=Array(leaves)))


def listed(value: Object | None) -> list[Object]:
    """An entry that may be one thing, several, or nothing, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]
