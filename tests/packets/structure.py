"""A checker of packets that is stricter than veraPDF: tags, links, bookmarks and numbers must *mean* the right thing.

``check(pdf)`` returns every fault as a sentence; ``fingerprint(pdf)`` describes a source's structure so that it can be
looked for, element for element, in the packet.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object, Stream


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]


def _id(value: Object) -> tuple[int, int]:
    return value.objgen


class Checker:
    """One packet under the glass."""

    def __init__(
        self, data: bytes, page_number: str = r"Packet page ([\d.]+)", first: int = 0, labels: bool = False
    ) -> None:
        self.first, self.labels = first, labels
        self.data = data
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.pages = [page.obj for page in self.pdf.pages]
        self.index = {_id(page): number for number, page in enumerate(self.pages)}
        self.page_number = page_number
        self.faults: list[str] = []
        self.elsewhere: set[str] = set()  # bookmarks into other volumes
        self.owners: dict[int, tuple[Object, int | None]] = {}  # parent tree key → owner, page
        self.marked: dict[tuple[int, int], set[int]] = {}  # content owner → its MCIDs
        self.content_pages: dict[tuple[int, int], set[int]] = {}

    def run(self) -> list[str]:
        root = self.pdf.Root
        if Name.StructTreeRoot not in root:
            return ["there is no structure tree"]
        self.tree = root.StructTreeRoot
        for number, page in enumerate(self.pages):
            self._owners(page, page, number, page.get(Name.Resources), set())
            for position, annotation in enumerate(_listed(page.get(Name.Annots))):
                self._key(annotation, number, f"annotation {position} of page {number + 1}")
                if annotation.get(Name.Subtype) == Name.Link and not str(annotation.get(Name.Contents, "")):
                    self._fault(f"link {position} of page {number + 1} has no Contents")
        self._parent_tree()
        self._parts()
        self._elements()
        self._ids()
        self._catalog()
        self._destinations()
        self._numbers()
        return self.faults

    def _fault(self, text: str) -> None:
        self.faults.append(text)

    # --- content and parents ---

    def _owners(self, owner: Object, page: Object, number: int, resources: Any, seen: set[tuple[int, int]]) -> None:
        where = f"page {number + 1}"
        mcids: Counter[int] = Counter()
        depth = 0
        stack: list[str] = []
        for operands, operator in pikepdf.parse_content_stream(owner):
            name = str(operator)
            if name in ("BDC", "BMC"):
                tag = str(operands[0])
                properties = operands[1] if name == "BDC" else None
                if isinstance(properties, Name):
                    properties = resources.Properties[str(properties)]
                mcid = properties.get(Name.MCID) if isinstance(properties, Dictionary) else None
                if mcid is not None:
                    mcids[int(mcid)] += 1
                    if any(kind != "other" for kind in stack):
                        self._fault(f"{where}: marked content {mcid} lies inside other marked content")
                if tag == "/Artifact" and "tagged" in stack:
                    self._fault(f"{where}: an artifact lies inside tagged content")
                stack.append("artifact" if tag == "/Artifact" else "tagged" if mcid is not None else "other")
            elif name == "EMC":
                if not stack:
                    self._fault(f"{where}: EMC without a beginning")
                else:
                    stack.pop()
            elif name == "q":
                depth += 1
            elif name == "Q":
                depth -= 1
                if depth < 0:
                    self._fault(f"{where}: Q without q")
            elif name in _PAINTING and not stack and owner is page:
                self._fault(f"{where}: content that is neither tagged nor an artifact")
        if stack or depth:
            self._fault(f"{where}: marked content or graphics state is left open")
        if mcids:
            self.marked[_id(owner)] = set(mcids)
            self.content_pages.setdefault(_id(owner), set()).add(number)
            if Name.StructParents not in owner:
                self._fault(f"{where}: tagged content without StructParents")
        self._key(owner, number, where)
        named = resources.get(Name.XObject) if resources is not None else None
        for _, item in named.items() if named is not None else ():
            if isinstance(item, Stream) and item.get(Name.Subtype) == Name.Form and _id(item) not in seen:
                seen.add(_id(item))
                if _id(item) in self.content_pages:
                    self._fault(f"{where}: tagged form {_id(item)} is shared with another page")
                self._owners(item, page, number, item.get(Name.Resources, resources), seen)
            elif isinstance(item, Stream):
                self._key(item, number, where)

    def _key(self, owner: Object, number: int, where: str) -> None:
        for name in (Name.StructParents, Name.StructParent):
            key = owner.get(name)
            if key is None:
                continue
            known = self.owners.get(int(key))
            if known is not None and _id(known[0]) != _id(owner):
                self._fault(f"{where}: parent key {key} is used twice")
            self.owners[int(key)] = (owner, number)

    def _parent_tree(self) -> None:
        self.parents: dict[int, Any] = {}
        last = -1
        for key, value in _numbers(self.tree.get(Name.ParentTree)):
            if key in self.parents:
                self._fault(f"the parent tree has key {key} twice")
            if key < last:
                self._fault(f"the parent tree is not sorted at {key}")
            last = key
            self.parents[key] = value
        for key in sorted(self.owners.keys() - self.parents.keys()):
            self._fault(f"parent key {key} is not in the parent tree")
        for key in sorted(self.parents.keys() - self.owners.keys()):
            self._fault(f"parent tree key {key} belongs to nothing")
        following = self.tree.get(Name.ParentTreeNextKey)
        if following is None or int(following) <= max(self.parents, default=-1):
            self._fault("ParentTreeNextKey is too small")

    # --- structure ---

    def _parts(self) -> None:
        kids = _listed(self.tree.get(Name.K))
        if len(kids) != 1 or Name.Document != kids[0].S:
            self._fault("the structure does not begin with one Document")
            return
        self.parts = _listed(kids[0].get(Name.K))
        for place, part in enumerate(self.parts, 1):
            if Name.Part != part.S:
                self._fault(f"child {place} of the Document is a {part.S}, not a Part")
            if not str(part.get(Name.Lang, "")):
                self._fault(f"part {place} has no Lang")

    def _elements(self) -> None:
        claimed: dict[tuple[tuple[int, int], int], Object] = {}
        objects: dict[tuple[int, int], Object] = {}
        reached: set[tuple[int, int]] = set()
        order: list[int] = []
        stack: list[tuple[Object, Object]] = [(kid, self.tree) for kid in _listed(self.tree.get(Name.K))[::-1]]
        roles = self.tree.get(Name.RoleMap, Dictionary())
        while stack:
            element, parent = stack.pop()
            if _id(element) in reached:
                self._fault(f"element {_id(element)} is in the tree twice")
                continue
            reached.add(_id(element))
            if Name.P not in element or _id(element.P) != _id(parent):
                self._fault(f"element {_id(element)} ({element.S}) does not name its parent")
            if str(element.S)[1:] not in _STANDARD and str(element.S) not in roles:
                self._fault(f"element {_id(element)} has the unknown role {element.S}")
            page = element.get(Name.Pg)
            for kid in _listed(element.get(Name.K)):
                if isinstance(kid, Dictionary) and Name.S in kid and kid.get(Name.Type) != Name.OBJR:
                    continue
                own = kid.get(Name.Pg, page) if isinstance(kid, Dictionary) else page
                if own is None or _id(own) not in self.index:
                    self._fault(f"element {_id(element)} ({element.S}) has content on no page of the packet")
                    continue
                number = self.index[_id(own)]
                if isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.OBJR:
                    target = kid.Obj
                    objects[_id(target)] = element
                    if _id(target) not in {_id(a) for a in _listed(own.get(Name.Annots))}:
                        self._fault(f"element {_id(element)} names an annotation that is not on page {number + 1}")
                    if self.parents.get(int(target.get(Name.StructParent, -1))) is None or _id(
                        self.parents[int(target.StructParent)]
                    ) != _id(element):
                        self._fault(
                            f"the parent tree does not lead from an annotation of page {number + 1} to its element"
                        )
                    continue
                owner = kid.get(Name.Stm, own) if isinstance(kid, Dictionary) else own
                mcid = int(kid.MCID) if isinstance(kid, Dictionary) else int(kid)
                order.append(number)
                if (_id(owner), mcid) in claimed:
                    self._fault(f"content {mcid} of page {number + 1} belongs to two elements")
                claimed[(_id(owner), mcid)] = element
                if mcid not in self.marked.get(_id(owner), set()):
                    self._fault(f"element {_id(element)} ({element.S}) claims content {mcid}, not on page {number + 1}")
                listed = self.parents.get(int(owner.get(Name.StructParents, -1)))
                entry = listed[mcid] if isinstance(listed, Array) and mcid < len(listed) else None
                if not isinstance(entry, Dictionary) or _id(entry) != _id(element):
                    self._fault(f"the parent tree leads from content {mcid} of page {number + 1} to another element")
            if Name.Figure == element.S and not str(element.get(Name.Alt, "")) and Name.ActualText not in element:
                self._fault(f"a figure ({_id(element)}) has no alternative text")
            stack += [
                (kid, element)
                for kid in _listed(element.get(Name.K))[::-1]
                if isinstance(kid, Dictionary) and Name.S in kid and kid.get(Name.Type) != Name.OBJR
            ]
        for owner, mcids in self.marked.items():
            for mcid in sorted(mcids - {m for o, m in claimed if o == owner}):
                pages = sorted(self.content_pages[owner])
                self._fault(f"content {mcid} of page {pages[0] + 1} belongs to no element")
        for number, page in enumerate(self.pages):
            for annotation in _listed(page.get(Name.Annots)):
                if annotation.get(Name.Subtype) in (Name.Link, Name.Widget) and _id(annotation) not in objects:
                    self._fault(f"an annotation of page {number + 1} is not tagged")
        firsts = [min(run) for run in self._part_pages()]
        if firsts != sorted(firsts):
            self._fault("the parts are not in the order of their pages")
        for key, value in self.parents.items():
            for entry in _listed(value):
                if isinstance(entry, Dictionary) and _id(entry) not in reached:
                    self._fault(f"parent tree key {key} leads to an element outside the tree")

    def _part_pages(self) -> Iterator[list[int]]:
        for part in getattr(self, "parts", []):
            pages = [self.index[_id(e.Pg)] for e in _below(part) if Name.Pg in e and _id(e.Pg) in self.index]
            if pages:
                yield pages

    def _ids(self) -> None:
        ids: dict[bytes, Object] = {}
        headers: list[tuple[Object, bytes]] = []
        for element in _below(self.tree):
            if Name.ID in element:
                own = bytes(element.ID)
                if own in ids:
                    self._fault(f"the id {own!r} is used twice")
                ids[own] = element
            for attributes in _listed(element.get(Name.A)):
                if isinstance(attributes, Dictionary):
                    headers += [(element, bytes(name)) for name in _listed(attributes.get(Name.Headers))]
                    if attributes.get(Name.O) == Name.Table and element.S == Name.TH and Name.Scope not in attributes:
                        self._fault(f"a table header ({_id(element)}) has no Scope")
        known = dict(_names(self.tree.get(Name.IDTree)))
        if set(known) != set(ids):
            self._fault("the tree of ids does not list the ids of the elements")
        for name, element in known.items():
            if name in ids and _id(ids[name]) != _id(element):
                self._fault(f"the tree of ids leads from {name!r} to another element")
        for element, name in headers:
            if name not in ids:
                self._fault(f"cell {_id(element)} names the header {name!r}, which is not there")
            elif _table(ids[name]) != _table(element):
                self._fault(f"cell {_id(element)} names a header of another table")

    # --- what people see ---

    def _catalog(self) -> None:
        root = self.pdf.Root
        if not str(root.get(Name.Lang, "")):
            self._fault("the packet has no Lang")
        if not root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False):
            self._fault("the packet is not marked as tagged")
        for key in (Name.AA, Name.AF, Name.Collection):
            if key in root:
                self._fault(f"the catalog has {key}")
        if not isinstance(root.get(Name.OpenAction, Array()), Array):
            self._fault("the catalog has an action on opening")
        fields = _listed(root.get(Name.AcroForm, Dictionary()).get(Name.Fields))
        if any(field.get(Name.FT) != Name.Sig for field in fields):
            self._fault("the catalog has a form")
        names = root.get(Name.Names, Dictionary())
        for key in (Name.JavaScript, Name.EmbeddedFiles):
            if key in names:
                self._fault(f"the packet carries {key}")
        for number, page in enumerate(self.pages, 1):
            for annotation in _listed(page.get(Name.Annots)):
                action = annotation.get(Name.A, Dictionary()).get(Name.S)
                if action not in (None, Name.URI, Name.GoTo, Name.GoToR):
                    self._fault(f"page {number} has the action {action}")
                if annotation.get(Name.Subtype) != Name.Link and annotation.get(Name.FT) != Name.Sig:
                    self._fault(f"page {number} has a {annotation.Subtype}")

    def bookmarks(self) -> list[tuple[str, int | None, int]]:
        """Title, page (from 0) and level of every bookmark, in order."""
        found: list[tuple[str, int | None, int]] = []

        def walk(item: Any, level: int) -> None:
            while item is not None:
                if item.get(Name.A, Dictionary()).get(Name.S) == Name.GoToR:
                    self.elsewhere.add(str(item.Title))
                found.append((str(item.Title), self._lands(item.get(Name.Dest)), level))
                walk(item.get(Name.First), level + 1)
                item = item.get(Name.Next)

        outlines = self.pdf.Root.get(Name.Outlines)
        walk(outlines.get(Name.First) if outlines is not None else None, 0)
        return found

    def _lands(self, destination: Any) -> int | None:
        if isinstance(destination, pikepdf.String):
            named = self.pdf.Root.get(Name.Names, Dictionary()).get(Name.Dests)
            destination = dict(_names(named)).get(bytes(destination))
        if isinstance(destination, Dictionary):
            destination = destination.get(Name.D)
        if not isinstance(destination, Array) or not isinstance(destination[0], Dictionary):
            return None
        return self.index.get(_id(destination[0]))

    def _destinations(self) -> None:
        bookmarks = self.bookmarks()
        for title, page, _ in bookmarks:
            if page is None and title not in self.elsewhere:
                self._fault(f"the bookmark {title!r} leads nowhere")
        for number, page in enumerate(self.pages, 1):
            for annotation in _listed(page.get(Name.Annots)):
                if Name.Dest in annotation and self._lands(annotation.Dest) is None:
                    self._fault(f"a link of page {number} leads nowhere")
                if Name.Dest not in annotation and Name.A not in annotation and Name.FT not in annotation:
                    self._fault(f"a link of page {number} has no destination")
        entries = self.contents()
        if self.labels:
            return
        if entries and entries != [(title, page) for title, page, _ in bookmarks if title not in self.elsewhere]:
            self._fault(f"contents and bookmarks differ: {entries} and {bookmarks}")

    def contents(self) -> list[tuple[str, int | None]]:
        """Text and landing page of every entry of the contents, in order; and the printed number is checked."""
        part = next((p for p in getattr(self, "parts", []) if str(p.get(Name.T, "")) == "Contents"), None)
        if part is None:
            return []
        found = []
        for link in (e for e in _below(part) if Name.Link == e.S):
            annotation = next(k.Obj for k in _listed(link.K) if isinstance(k, Dictionary) and Name.Obj in k)
            text = " ".join(self._text(link).split())
            match = re.fullmatch(r"(.*?) ?(?:Vol\. \d+, p\. )?([\d.]+)", text)
            if match is None:
                self._fault(f"the contents entry {text!r} has no page number")
                continue
            page = self._lands(annotation.get(Name.Dest))
            if annotation.get(Name.A, Dictionary()).get(Name.S) == Name.GoToR:
                continue  # into another volume; test_volumes looks at those
            if page is None or match[2] != self._printed(page):
                self._fault(f"the contents entry {text!r} lands on page {None if page is None else page + 1}")
            found.append((match[1], page))
        return found

    def _text(self, element: Object) -> str:
        """The text of an element, by its marked content (fonts with a ToUnicode map of two-byte codes)."""
        parts = []
        for kid in _listed(element.get(Name.K)):
            if isinstance(kid, Dictionary):
                if Name.S in kid and Name.Obj not in kid:
                    parts.append(self._text(kid))
                continue
            parts.append(self._marked_text(element.Pg, int(kid)))
        return "".join(parts)

    def _marked_text(self, page: Object, wanted: int) -> str:
        texts = self.__dict__.setdefault("_texts", {})
        if _id(page) not in texts:
            texts[_id(page)] = _page_texts(page)
        return texts[_id(page)].get(wanted, "")

    def _printed(self, number: int) -> str:
        """The number that page ``number`` (from 0) should bear."""
        if not self.labels:
            return str(self.first + number + 1)
        ranges = [entry for entry in _numbers(self.pdf.Root.PageLabels) if entry[0] <= number]
        start, style = ranges[-1]
        return f"{style.get(Name.P, '')}{int(style.get(Name.St, 1)) + number - start}"

    def _numbers(self) -> None:
        document = pdfium.PdfDocument(self.data)
        try:
            for number in range(len(document)):
                page = document[number]
                text = page.get_textpage()
                _, height = page.get_size()
                words = text.get_text_bounded(0, 0, page.get_width(), 36) if height else ""
                found = re.findall(self.page_number, text.get_text_range())
                if self._printed(number) not in found:
                    self._fault(f"page {number + 1} is not numbered as such (found {found or words!r})")
                text.close()
                page.close()
        finally:
            document.close()


_PAINTING = frozenset(("Tj", "TJ", "'", '"', "sh", "INLINE IMAGE", "f", "F", "f*", "B", "B*", "b", "b*", "S", "s"))
_STANDARD = frozenset(
    """Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl
    LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby Warichu RB RT RP WT
    WP Figure Formula Form""".split()  # noqa: SIM905
)


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    for node in _leaves(tree):
        values = list(node.get(Name.Nums, ()))
        yield from ((int(k), v) for k, v in zip(values[::2], values[1::2], strict=True))


def _names(tree: Any) -> Iterator[tuple[bytes, Any]]:
    for node in _leaves(tree):
        values = list(node.get(Name.Names, ()))
        yield from ((bytes(k), v) for k, v in zip(values[::2], values[1::2], strict=True))


def _leaves(tree: Any) -> Iterator[Any]:
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        yield node
        stack += _listed(node.get(Name.Kids))[::-1]


def _below(top: Any) -> Iterator[Any]:
    stack = _listed(top.get(Name.K))[::-1]
    while stack:
        element = stack.pop()
        if isinstance(element, Dictionary) and Name.S in element:
            yield element
            stack += _listed(element.get(Name.K))[::-1]


def _table(element: Any) -> tuple[int, int] | None:
    for _ in range(64):
        if element is None or Name.S not in element:
            return None
        if Name.Table == element.S:
            return _id(element)
        element = element.get(Name.P)
    return None


def _page_texts(page: Object) -> dict[int, str]:
    fonts: dict[str, dict[int, str]] = {}
    found: dict[int, str] = {}
    current: int | None = None
    font: dict[int, str] = {}
    stack: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            stack.append(current)
            if name == "BDC" and isinstance(operands[1], Dictionary) and Name.MCID in operands[1]:
                current = int(operands[1].MCID)
        elif name == "EMC":
            current = stack.pop()
        elif name == "Tf":
            key = str(operands[0])
            if key not in fonts:
                fonts[key] = _to_unicode(page.Resources.Font[key])
            font = fonts[key]
        elif name in ("Tj", "TJ") and current is not None:
            for item in _listed(operands[0]) if name == "TJ" else [operands[0]]:
                if isinstance(item, pikepdf.String):
                    data = bytes(item)
                    codes = (int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
                    found[current] = found.get(current, "") + "".join(font.get(code, "\ufffd") for code in codes)
    return found


def _to_unicode(font: Any) -> dict[int, str]:
    found: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(font.ToUnicode):
        values = list(operands)
        if str(operator) == "endbfchar":
            pairs = zip(values[::2], values[1::2], strict=True)
            found.update((int.from_bytes(bytes(c), "big"), bytes(t).decode("utf-16-be")) for c, t in pairs)
        elif str(operator) == "endbfrange":
            for low, high, start in zip(values[::3], values[1::3], values[2::3], strict=True):
                base = int.from_bytes(bytes(start), "big")
                first, last = (int.from_bytes(bytes(v), "big") for v in (low, high))
                size = len(bytes(start))
                found.update(
                    (c, (base + c - first).to_bytes(size, "big").decode("utf-16-be")) for c in range(first, last + 1)
                )
    return found


def check(pdf: bytes, page_number: str = r"Packet page ([\d.]+)", *, first: int = 0, labels: bool = False) -> list[str]:
    """Every fault of the packet; empty when it is sound.

    ``first`` pages come before it in earlier volumes. ``labels``: pages are called as their labels say (45.1), and not
    every part has a line in the contents.
    """
    return Checker(pdf, page_number, first, labels).run()


Print = tuple[str, ...]


def fingerprint(top: Object, pages: dict[tuple[int, int], int], first: int = 0) -> list[Print]:
    """Role, language, text attributes and content (page within the source, MCIDs) of every element, in order."""
    return [
        (
            str(element.S),
            str(element.get(Name.Lang, "")),
            str(element.get(Name.Alt, "")),
            str(element.get(Name.ActualText, "")),
            str(pages[_id(element.Pg)] - first) if Name.Pg in element else "",
            repr(
                [
                    int(k) if not isinstance(k, Dictionary) else "o" if Name.Obj in k else "e"
                    for k in _listed(element.get(Name.K))
                ]
            ),
            repr([sorted(a.keys()) for a in _listed(element.get(Name.A)) if isinstance(a, Dictionary)]),
        )
        for element in _below(top)
    ]


def source_fingerprint(pdf: bytes) -> list[Print]:
    """The fingerprint of a source before it was merged."""
    document = pikepdf.open(io.BytesIO(pdf))
    return fingerprint(document.Root.StructTreeRoot, {_id(p.obj): n for n, p in enumerate(document.pages)})


def part_fingerprints(packet: bytes, firsts: Sequence[int]) -> list[list[Print]]:
    """The fingerprint of each part, whose first page (from 0) is given."""
    document = pikepdf.open(io.BytesIO(packet))
    pages = {_id(p.obj): n for n, p in enumerate(document.pages)}
    parts = _listed(_listed(document.Root.StructTreeRoot.K)[0].K)
    return [fingerprint(part, pages, first) for part, first in zip(parts, firsts, strict=True)]
