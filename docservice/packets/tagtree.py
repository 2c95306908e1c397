"""Joining the structure trees of several tagged PDFs into one (ISO 32000-1, 14.7).

Each source's tree is kept element for element below a new ``Part`` with the source's language. What two sources may
both use is made distinct: keys of the parent tree, element ids and the table headers that name them, roles and
classes of one name with different meanings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

_LEAF = 64  # entries per leaf of a number or name tree


@dataclass
class TagTree:
    """The tree of the packet while it grows. ``adopt`` per source, in order, then ``finish``."""

    pdf: pikepdf.Pdf
    language: str
    title: str
    next_key: int = 0
    _parents: list[tuple[int, Object]] = field(default_factory=list)
    _ids: list[tuple[bytes, Object]] = field(default_factory=list)
    _roles: dict[str, Object] = field(default_factory=dict)
    _classes: dict[str, Object] = field(default_factory=dict)
    _namespaces: list[Object] = field(default_factory=list)
    _parts: list[Object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, Lang=self.language, T=self.title)
        )

    def adopt(self, tree: Object, keys: set[int], base: int, prefix: bytes, *, title: str, language: str) -> None:
        """Take in ``tree``, a structure tree root already copied into the packet's PDF.

        ``keys`` are the parent tree keys that the source's pages, forms and annotations use (before ``base`` was
        added to them by :func:`renumber`); ``prefix`` makes ids distinct.
        """
        part = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document, Lang=language, T=title)
        )
        kids = _listed(tree.get(Name.K))
        for kid in kids:
            kid.P = part
        part.K = Array(kids)
        self._parts.append(part)
        entries = {key: value for key, value in number_entries(tree.get(Name.ParentTree)) if key in keys}
        self._parents += [(base + key, entries[key]) for key in sorted(entries)]
        roles = self._distinct(tree.get(Name.RoleMap), self._roles, prefix)
        classes = self._distinct(tree.get(Name.ClassMap), self._classes, prefix)
        self._namespaces += _listed(tree.get(Name.Namespaces))
        has_ids = Name.IDTree in tree
        if has_ids or roles or classes:
            for element in elements(part):
                _rename(element, roles, classes)
                if has_ids:
                    self._take_id(element, prefix)

    def finish(self) -> Object:
        """The finished root, to be set as the catalog's ``StructTreeRoot``."""
        self.document.K = Array(self._parts)
        root = self.root
        root.K = Array([self.document])
        root.ParentTree = _tree(self.pdf, self._parents, "Nums")
        root.ParentTreeNextKey = self.next_key
        if self._ids:
            root.IDTree = _tree(self.pdf, sorted(self._ids, key=lambda entry: entry[0]), "Names")
        if self._roles:
            root.RoleMap = Dictionary(self._roles)
        if self._classes:
            root.ClassMap = Dictionary(self._classes)
        if self._namespaces:
            root.Namespaces = Array(self._namespaces)
        return root

    def _distinct(self, source: Object | None, known: dict[str, Object], prefix: bytes) -> dict[str, str]:
        """Add the source's map to the known one; old → new names where one name means two things."""
        renamed: dict[str, str] = {}
        for key, value in source.items() if source is not None else ():
            target = key
            if key in known and known[key] != value:
                target = renamed[key] = f"/{prefix.decode()}{key[1:]}"
            known[target] = value
        return {old: new for old, new in renamed.items() if old != new}

    def _take_id(self, element: Object, prefix: bytes) -> None:
        if Name.ID in element:
            own = prefix + bytes(element.ID)
            element.ID = String(own)
            self._ids.append((own, element))
        for attributes in _listed(element.get(Name.A)):
            if isinstance(attributes, Dictionary) and Name.Headers in attributes:
                attributes.Headers = Array([String(prefix + bytes(header)) for header in attributes.Headers])


def renumber(pdf: pikepdf.Pdf, base: int) -> set[int]:
    """Add ``base`` to every ``StructParents`` and ``StructParent`` in ``pdf``; the keys as they were.

    Reaches pages, annotations with their appearances, and forms and patterns at any depth.
    """
    keys: set[int] = set()
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        _shift(page.obj, base, keys)
        _resources(page.obj.get(Name.Resources), base, keys, seen)
        for annotation in _listed(page.obj.get(Name.Annots)):
            _shift(annotation, base, keys)
            appearances = annotation.get(Name.AP)
            if appearances is not None:
                for appearance in _streams(appearances):
                    _form(appearance, base, keys, seen)
    return keys


def _resources(resources: Object | None, base: int, keys: set[int], seen: set[tuple[int, int]]) -> None:
    if resources is None:
        return
    for kind in (Name.XObject, Name.Pattern):
        named = resources.get(kind)
        if named is not None:
            for _, item in named.items():
                if isinstance(item, pikepdf.Stream):
                    _form(item, base, keys, seen)


def _form(form: Object, base: int, keys: set[int], seen: set[tuple[int, int]]) -> None:
    if form.objgen in seen:
        return
    seen.add(form.objgen)
    _shift(form, base, keys)
    if form.get(Name.Subtype) != Name.Image:
        _resources(form.get(Name.Resources), base, keys, seen)


def _shift(owner: Object, base: int, keys: set[int]) -> None:
    for name in (Name.StructParents, Name.StructParent):
        key = owner.get(name)
        if key is not None:
            keys.add(int(key))
            owner[name] = int(key) + base


def _streams(appearances: Object) -> Iterator[Object]:
    for _, value in appearances.items():
        if isinstance(value, pikepdf.Stream):
            yield value
        elif isinstance(value, Dictionary):
            yield from (state for _, state in value.items() if isinstance(state, pikepdf.Stream))


def elements(top: Object) -> Iterator[Object]:
    """Every structure element below ``top``, in reading order (``top`` not included)."""
    stack = _listed(top.get(Name.K))[::-1]
    while stack:
        element = stack.pop()
        if not isinstance(element, Dictionary) or Name.S not in element:
            continue
        yield element
        stack += _listed(element.get(Name.K))[::-1]


def number_entries(tree: Object | None) -> Iterator[tuple[int, Object]]:
    """Key and value of every entry of a number tree."""
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        values = list(node.get(Name.Nums, ()))
        yield from ((int(key), value) for key, value in zip(values[::2], values[1::2], strict=False))
        stack += _listed(node.get(Name.Kids))[::-1]


def _rename(element: Object, roles: dict[str, str], classes: dict[str, str]) -> None:
    if roles and str(element.S) in roles:
        element.S = Name(roles[str(element.S)])
    if classes and Name.C in element:
        renamed = [Name(classes.get(str(item), str(item))) if isinstance(item, Name) else item
                   for item in _listed(element.C)]  # fmt: skip
        element.C = Array(renamed)


def _listed(value: Object | None) -> list[Object]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def name_tree(pdf: pikepdf.Pdf, entries: Iterable[tuple[bytes, Object]]) -> Object:
    """A balanced name tree of ``entries``, which are sorted here."""
    return _tree(pdf, sorted(entries, key=lambda entry: entry[0]), "Names")


def _tree(pdf: pikepdf.Pdf, entries: list[tuple[int, Object]] | list[tuple[bytes, Object]], kind: str) -> Object:
    """A number tree (``Nums``) or name tree (``Names``) with leaves of ``_LEAF`` entries."""

    def key(value: int | bytes) -> Object:
        return String(value) if isinstance(value, bytes) else value  # type: ignore[return-value]

    leaves = []
    for start in range(0, len(entries), _LEAF):
        chunk = entries[start : start + _LEAF]
        flat = Array([item for entry_key, value in chunk for item in (key(entry_key), value)])
        leaf = Dictionary({f"/{kind}": flat, "/Limits": Array([key(chunk[0][0]), key(chunk[-1][0])])})
        leaves.append(pdf.make_indirect(leaf))
    return pdf.make_indirect(Dictionary(Kids=Array(leaves)))
