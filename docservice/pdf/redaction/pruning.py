"""The structure tree without the content of some pages, which have become pictures (ISO 32000-1, 14.7).

Every leaf on such a page goes, and every element that is left with nothing; at the place of the first one come a
Figure and a paragraph. Tables that go on elsewhere keep their head and their grid. What this does not do: keep the
headings of a page that became a picture; where their loss would leave a gap, the others move up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docservice.pdf.redaction.wanted import LABEL
from docservice.pdf.splicing.tagtree import below as elements_below
from docservice.pdf.splicing.tagtree import name_tree, number_entries, owners_of

_CONTAINERS = {"/Document", "/Part", "/Art", "/Sect", "/Div", "/BlockQuote"}
_CELLS = {"/TD", "/TH"}
_GRID = {"/TR", "/THead", "/TBody", "/TFoot"}
_SPOKEN_FOR = {"/Figure", "/Formula", "/Form"}  # need an alternative text
_END = 1 << 60
ObjectId = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageAsPicture:
    """A page that became a picture: its marked content 0 is the picture, 1 (where ``text``) the text over it."""

    page: Any
    alt: str
    bounds: Array
    text: bool


@dataclass
class _Node:
    """An element while it is looked at. Leaves are counted in reading order; ``first`` and ``last`` are its own."""

    element: Any
    role: str
    kids: list[tuple[Any, _Node | None, bool]] = field(default_factory=list)  # kid, its node, whether it stays
    first: int = 0
    last: int = 0
    lost: bool = False  # it, or something in it, loses content


@dataclass
class _Leaf:
    """A leaf that goes: where it stands, from the root down, and as which kid of the last."""

    number: int
    path: list[_Node]
    index: int


class _Pruner:
    def __init__(self, pdf: pikepdf.Pdf, pages: Mapping[ObjectId, PageAsPicture], dropped: set[ObjectId]) -> None:
        self.pdf, self.pages, self.dropped = pdf, pages, dropped
        self.tree = pdf.Root.StructTreeRoot
        self.roles = dict(self.tree.get(Name.RoleMap, Dictionary()).items())
        self.order = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self.count = 0
        self.live: list[bool] = []
        self.on: list[int] = []  # the page of each leaf, from 0
        self.dead: dict[ObjectId, list[_Leaf]] = {}
        self.gone: set[bytes] = set()

    def run(self) -> dict[ObjectId, list[Any]]:
        """Prune; the new elements of each page."""
        root = _Node(self.tree, "/Document")
        self._read(root, [root], set())
        new = {}
        places: dict[int, list[tuple[int, int, list[Any]]]] = {}
        for page_id in sorted(self.pages, key=lambda one: self.order[one]):
            container, position = self._place(root, page_id)
            new[page_id] = self._elements(self.pages[page_id], container)
            places.setdefault(id(container), []).append((position, self.order[page_id], new[page_id]))
        self._write(root, places)
        return new

    def _read(self, node: _Node, path: list[_Node], seen: set[ObjectId]) -> None:
        node.first = self.count
        own_page = node.element.get(Name.Pg)
        for kid in _listed(node.element.get(Name.K)):
            if isinstance(kid, Dictionary) and Name.S in kid and Name.Obj not in kid:
                if kid.is_indirect and kid.objgen in seen:
                    continue  # a tree that bites its tail
                seen.add(kid.objgen)
                below = _Node(kid, self._role(kid))
                self._read(below, [*path, below], seen)
                node.kids.append((kid, below, True))
                node.lost |= below.lost
                continue
            page, live = own_page, True
            if isinstance(kid, Dictionary):
                page = kid.get(Name.Pg, own_page)
                live = Name.Obj not in kid or kid.Obj.objgen not in self.dropped
            if page is not None and page.objgen in self.pages and not (isinstance(kid, Dictionary) and Name.Obj in kid):
                live = False
            if page is not None and page.objgen in self.pages and not live:
                self.dead.setdefault(page.objgen, []).append(_Leaf(self.count, path, len(node.kids)))
            node.kids.append((kid, None, live))
            node.lost |= not live
            self.live.append(live)
            self.on.append(self.order.get(page.objgen, -1) if page is not None else -1)
            self.count += 1
        node.last = self.count

    def _role(self, element: Any) -> str:
        role = str(element.S)
        for _ in range(8):
            if role not in self.roles:
                break
            role = str(self.roles[role])
        return role

    def _place(self, root: _Node, page_id: ObjectId) -> tuple[_Node, int]:
        """The container of a page's new elements, and before which of its kids they come."""
        dead = self.dead.get(page_id)
        if not dead:
            return self._by_page(root, self.order[page_id])
        container, within = root, 0
        for depth, node in enumerate(dead[0].path):
            if node.role not in _CONTAINERS or not node.first <= dead[-1].number < node.last:
                break
            container, within = node, depth
        path = dead[0].path
        if within + 1 == len(path):  # the container holds the leaf itself
            return container, dead[0].index
        child = path[within + 1]
        position = next(n for n, (_, below, _) in enumerate(container.kids) if below is child)
        goes_before = not any(self.live[n] and self.on[n] < self.order[page_id] for n in range(child.first, child.last))
        return container, position if goes_before else position + 1

    def _by_page(self, root: _Node, page: int) -> tuple[_Node, int]:
        """Where a page comes that had no tagged content: before the first element of a later page."""
        container = root
        while len(container.kids) == 1 and container.kids[0][1] and container.kids[0][1].role in _CONTAINERS:
            container = container.kids[0][1]
        for position, (_, below, _) in enumerate(container.kids):
            if below is not None and any(self.on[n] > page for n in range(below.first, below.last)):
                return container, position
        return container, len(container.kids)

    def _elements(self, replacement: PageAsPicture, container: _Node) -> list[Any]:
        parent = container.element
        layout = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=replacement.bounds)
        figure = Dictionary(
            Type=Name.StructElem, S=Name.Figure, P=parent, Pg=replacement.page, K=0, Alt=String(replacement.alt),
            Lang=String("en"), A=layout,
        )  # fmt: skip
        found = [self.pdf.make_indirect(figure)]
        if replacement.text:
            paragraph = Dictionary(Type=Name.StructElem, S=Name.P, P=parent, Pg=replacement.page, K=1)
            found.append(self.pdf.make_indirect(paragraph))
        return found

    def _write(self, node: _Node, places: dict[int, list[tuple[int, int, list[Any]]]]) -> bool:
        """Set an element's kids anew; whether any content hangs below it."""
        inserted = sorted(places.get(id(node), []), key=lambda place: place[:2])
        changed = node.lost or bool(inserted)
        content = bool(inserted)
        kids: list[Any] = []
        for position, (kid, below, live) in enumerate(node.kids):
            while inserted and inserted[0][0] <= position:
                kids += inserted.pop(0)[2]
            if below is None:
                if live:
                    kids.append(kid)
                    content = True
                continue
            alive = self._write(below, places)
            content |= alive
            if alive or not node.lost or self._needed(below, node):
                kids.append(kid)
            else:
                self._forget(below)
        kids += [element for place in inserted for element in place[2]]
        if changed:
            if node.lost and node.element is not self.tree:
                self._silence(node, kids)
            node.element.K = Array(kids)
        return content

    def _needed(self, node: _Node, parent: _Node) -> bool:
        """Whether an element stays though it is empty: the grid of a table that goes on."""
        return node.role in _CELLS or (node.role in _GRID and parent.role in _GRID | {"/Table"})

    def _silence(self, node: _Node, kids: list[Any]) -> None:
        """An element that lost content must not say it by other means."""
        element = node.element
        if node.role == "/Table":
            self._mend(node, kids)
        for key in (Name.ActualText, Name.E):
            if key in element:
                del element[key]
        if Name.Alt in element and node.role not in _CONTAINERS:
            element.Alt = String(LABEL)
            if node.role not in _SPOKEN_FOR:
                del element.Alt
        if Name.T in element and node.role not in _CONTAINERS:
            del element.T
        if node.role == "/Link" and not any(isinstance(kid, Dictionary) and Name.Obj in kid for kid in kids):
            element.S = Name.Span

    def _mend(self, table: _Node, kids: list[Any]) -> None:
        """Take out of a table the rows that are empty, but for its head, and unless cells span rows."""
        spans = any(
            int(attributes.get(Name.RowSpan, 1)) > 1
            for element in elements_below(table.element)
            for attributes in _listed(element.get(Name.A))
            if isinstance(attributes, Dictionary)
        )
        for position in range(len(table.kids)):
            group = table.kids[position][1]
            if group is None or group.role not in _GRID or not group.lost:
                continue
            if group.role == "/TR":
                if not spans and not _has_content(group.element) and not _is_head(group.element):
                    self._forget(group)
                    kids[:] = [kid for kid in kids if kid is not group.element]
                continue
            if group.role == "/THead" or spans:
                continue
            rows = [row for row in _listed(group.element.K) if _has_content(row) or _is_head(row)]
            for _, row, _ in group.kids:
                if row is not None and not any(row.element.objgen == kept.objgen for kept in rows):
                    self._forget(row)
            group.element.K = Array(rows)
            if not rows:
                self._forget(group)
                kids[:] = [kid for kid in kids if kid is not group.element]

    def _forget(self, node: _Node) -> None:
        for element in (node.element, *(kid.element for _, kid, _ in node.kids if kid is not None)):
            if Name.ID in element:
                self.gone.add(bytes(element.ID))
        for _, kid, _ in node.kids:
            if kid is not None:
                self._forget(kid)


def prune(pdf: pikepdf.Pdf, replacements: Mapping[ObjectId, PageAsPicture], dropped: set[ObjectId]) -> None:
    """Take the replaced pages and the dropped annotations (by object id) out of the structure tree of ``pdf``."""
    tree = pdf.Root.StructTreeRoot
    pruner = _Pruner(pdf, replacements, dropped)
    new = pruner.run()
    key = max((key for key, _ in number_entries(tree.get(Name.ParentTree))), default=-1) + 1
    key = max(key, int(tree.get(Name.ParentTreeNextKey, 0)))
    parents: dict[int, Any] = {}
    for page_id, owners in new.items():
        page = replacements[page_id].page
        if Name.StructParents not in page:
            page.StructParents, key = key, key + 1
        parents[int(page.StructParents)] = pdf.make_indirect(Array(owners))
    used = {int(owner[name]) for owner, name in owners_of([page.obj for page in pdf.pages])}
    for number, value in number_entries(tree.get(Name.ParentTree)):
        if number in used:
            parents.setdefault(number, value)
    nums = [item for number in sorted(parents) for item in (number, parents[number])]
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(nums)))
    tree.ParentTreeNextKey = key
    ids = {bytes(element.ID): element for element in elements_below(tree) if Name.ID in element}
    for element in elements_below(tree):
        for attributes in _listed(element.get(Name.A)):
            if isinstance(attributes, Dictionary) and Name.Headers in attributes:
                attributes.Headers = Array([name for name in attributes.Headers if bytes(name) in ids])
        if Name.Ref in element:
            del element.Ref  # to elements that may be gone
    if Name.IDTree in tree:
        del tree.IDTree
        if ids:
            tree.IDTree = name_tree(pdf, ids.items())
    _level(list(_headings(tree, pruner.roles)))


def _headings(tree: Any, roles: Mapping[str, Any]) -> Iterator[tuple[Any, int]]:
    for element in elements_below(tree):
        role = str(element.S)
        role = str(roles.get(role, role))
        if len(role) == 3 and role[1] == "H" and role[2] in "123456":
            yield element, int(role[2])


def _level(headings: list[tuple[Any, int]]) -> None:
    """Let no level of headings be skipped (ISO 14289-1, 7.4.2), now that some are gone."""
    levels = [level for _, level in headings]
    if all(level <= before + 1 for before, level in zip([0, *levels], levels, strict=False)):
        return
    stack: list[int] = []
    for element, level in headings:
        while stack and stack[-1] >= level:
            stack.pop()
        stack.append(level)
        element.S = Name(f"/H{len(stack)}")


def _has_content(element: Any) -> bool:
    """Whether a leaf hangs somewhere below an element."""
    for kid in _listed(element.get(Name.K)):
        if not isinstance(kid, Dictionary) or Name.S not in kid or Name.Obj in kid or _has_content(kid):
            return True
    return False


def _is_head(row: Any) -> bool:
    cells = _listed(row.get(Name.K))
    return bool(cells) and all(cell.get(Name.S) == Name.TH for cell in cells)


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]
