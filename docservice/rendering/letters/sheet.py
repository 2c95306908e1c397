"""The sheet of languages, set once and put into every letter.

It is the same page in every letter of a language under one pack and letterhead, and costs as much as the letter itself:
sixteen of a letter's faces are there for it. ``Sheet.of`` cuts the page out of a PDF that holds nothing else
(``letterhead/sheet.typ``); ``Sheet.into`` puts it into the empty pages that a letter has at its end, which keep the
letter's head and foot. It brings its contents, fonts, tags and outline along; the letter's own stay as they are.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from docservice.rendering.typst_objects import REFERENCE, Objects, UnreadableError, number_of, numbers_of

_DOCUMENT = -1  # stands for the letter's own Document element
_PAGE = -2  # for its first empty page; the next is -3
_NAME = re.compile(rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|/([a-z]\d+)\b", re.DOTALL)
_ENTRY = re.compile(rb"/(\w+) (\d+) 0 R")
_CATEGORIES = (b"ColorSpace", b"ExtGState", b"Font", b"Pattern", b"Shading", b"XObject")


class _Part(NamedTuple):
    """The body of an object around the references in it: one more literal than references."""

    literals: tuple[bytes, ...]
    references: tuple[int, ...]  # places in ``Sheet.parts``; or _DOCUMENT, _PAGE …

    def filled(self, names: Mapping[int, bytes]) -> bytes:
        pieces = [self.literals[0]]
        for reference, literal in zip(self.references, self.literals[1:], strict=True):
            pieces += (names[reference], literal)
        return b"".join(pieces)


class _Page(NamedTuple):
    """One page: places in ``Sheet.parts``."""

    resources: Mapping[bytes, tuple[tuple[bytes, int], ...]]  # category → name, object
    content: int
    parents: int  # the tags of its marked content, in order


@dataclass(frozen=True)
class Sheet:
    """A prepared sheet. ``kids`` are the tags below Document, ``items`` the entries of the outline."""

    pages: tuple[_Page, ...]
    parts: tuple[_Part, ...]
    kids: tuple[int, ...]
    items: tuple[_Part, ...]
    on_top: bool  # its heading is of the first level, so its entry stands beside the letter's title
    roles: Mapping[bytes, bytes]

    @cached_property
    def mark(self) -> bytes:
        """What tells this sheet from others, in the identity of a file that it is in."""
        return hashlib.sha256(repr((self.pages, self.parts, self.kids, self.items)).encode()).digest()

    @classmethod
    def of(cls, pdf: bytes) -> Sheet:
        """Cut the pages out of a PDF of Typst's.

        Raises ``UnreadableError`` for what cannot be carried over as it is: links and tables, which need entries in the
        letter's own lists, and headings below the sheet's.
        """
        return _Cutter(Objects(pdf)).sheet()

    def has_free_pages(self, pdf: bytes) -> bool:
        """Whether a letter left the sheet's pages quite empty; else a payment stub stands on the last of them."""
        letter = Objects(pdf)
        kids = numbers_of(b"Kids", letter.body(number_of(b"Pages", letter.body(letter.root))))
        return not any(b"/StructParents" in letter.body(kid) for kid in kids[-len(self.pages) :])

    def into(self, pdf: bytes, *, second: bool = False, above_stub: bool = False) -> bytes:
        """The letter with the sheet in its last pages, which have to be empty (``UnreadableError``).

        ``second``: these pages then come behind the first; voices read the sheet last all the same. ``above_stub``: on
        the last of them stands a payment stub, which stays where it is.
        """
        letter = Objects(pdf)
        catalog = letter.body(letter.root)
        every = number_of(b"Pages", catalog)
        kids = numbers_of(b"Kids", letter.body(every))
        pages = kids[-len(self.pages) :]
        if second:
            letter.change(every, _with_kids(letter.body(every), [kids[0], *pages, *kids[1 : -len(pages)]]))
        tree_number = number_of(b"StructTreeRoot", catalog)
        tree = letter.body(tree_number)
        (document,) = numbers_of(b"K", tree)
        first = letter.next
        names = {place: b"%d 0 R" % (first + place) for place in range(len(self.parts))}
        names |= {_DOCUMENT: b"%d 0 R" % document} | {_PAGE - k: b"%d 0 R" % page for k, page in enumerate(pages)}
        for part in self.parts:
            letter.add(part.filled(names))
        key = _key(tree)
        for number, page in zip(pages, self.pages, strict=True):
            if above_stub and number == pages[-1]:
                self._before_stub(letter, number, page, tree, names)
                _fill(letter, number, page, None, names)
            else:
                _fill(letter, number, page, key, names)
                tree = _with_parents(tree, key, names[page.parents])
                key += 1
        letter.change(tree_number, _with_roles(tree, self.roles))
        element = letter.body(document)
        if not element.startswith(b"<</Type/StructElem/S/Document/"):
            raise UnreadableError("no Document element")
        letter.change(document, _appended(element, b"/K[", b"".join(b" " + names[kid] for kid in self.kids)))
        self._outline(letter, number_of(b"Outlines", catalog), names)
        return letter.written(self.mark + (b" second" if second else b""))

    def _before_stub(self, letter: Objects, number: int, page: _Page, tree: bytes, names: Mapping[int, bytes]) -> None:
        """Number what is marked on a letter's page ``number`` behind what is on the sheet's."""
        body = letter.body(number)
        listed = _parents(tree)[int(_found(rb"/StructParents (\d+)", body)[1])]
        ours, theirs = self.parts[page.parents].filled(names), letter.body(listed)
        count, elements = len(_tags(ours)), _tags(theirs)

        def on(found: re.Match[bytes]) -> bytes:
            return found[0] if found[2] is None else found[1] + b"%d" % (int(found[2]) + count)

        for element in dict.fromkeys(elements):
            before, kids, after = _found(rb"(?s)\A(.*?/K\[)([^]]*)(\].*)\Z", letter.body(element)).groups()
            if b"<<" in kids or b"/Pg %d 0 R" % number not in after:
                raise UnreadableError("a tag that is not of this page alone")
            letter.change(element, before + re.sub(rb"\d+ 0 R|()(\d+)", on, kids) + after)
        content = number_of(b"Contents", body)
        letter.change(content, _stream(re.sub(rb"(/MCID )(\d+)", on, _drawn(letter.body(content)))))
        letter.change(listed, ours.removesuffix(b"]") + b" " + theirs.removeprefix(b"["))

    def _outline(self, letter: Objects, top: int, names: Mapping[int, bytes]) -> None:
        parent = top if self.on_top else number_of(b"Last", letter.body(top))
        head, title, rest = letter.body(parent).partition(b"/Title")
        before = re.search(rb"/Last (\d+) 0 R", head)
        first = letter.next
        for place, item in enumerate(self.items):
            links = b"/Parent %d 0 R" % parent
            links += b"/Next %d 0 R" % (first + place + 1) if place + 1 < len(self.items) else b""
            previous = first + place - 1 if place else int(before[1]) if before else None
            links += b"/Prev %d 0 R" % previous if previous is not None else b""
            letter.add(b"<<%b%b" % (links, item.filled(names)))
        last = letter.next - 1
        if before is None:
            head, end = (head, b"") if title else (head.removesuffix(b">>"), b">>")
            head = b"%b/First %d 0 R/Last %d 0 R/Count -%d%b" % (head, first, last, len(self.items), end)
        else:
            count = re.search(rb"/Count (-?)(\d+)", head)
            if count is None:
                raise UnreadableError("an outline without a count")
            head = head.replace(before[0], b"/Last %d 0 R" % last)
            head = head.replace(count[0], b"/Count %b%d" % (count[1], int(count[2]) + len(self.items)))
            sibling = int(before[1])
            links, its_title, its_rest = letter.body(sibling).partition(b"/Title")
            letter.change(sibling, b"%b/Next %d 0 R%b%b" % (links, first, its_title, its_rest))
        letter.change(parent, head + title + rest)


def _fill(letter: Objects, number: int, page: _Page, key: int | None, names: Mapping[int, bytes]) -> None:
    """Put a page's contents and what they use into the letter's page ``number``, which has no tags: then they get the
    ``key``."""
    body = letter.body(number)
    if (key is not None and b"/StructParents" in body) or b"/Annots" in body or not body.startswith(b"<</Type/Page/"):
        raise UnreadableError("the page is not empty")
    resources = letter.body(number_of(b"Resources", body))
    for category, entries in page.resources.items():
        added = b"".join(b"/%b %b" % (name, names[place]) for name, place in entries)
        opening = b"/%b<<" % category
        if opening in resources:
            resources = resources.replace(opening, opening + added, 1)
        else:
            resources = resources.removesuffix(b">>") + opening + added + b">>>>"
    content = number_of(b"Contents", body)
    tags = (b"/StructParents %d" % key if key is not None else b"") + (b"" if b"/Tabs/S" in body else b"/Tabs/S")
    body = body.replace(b"<</Type/Page", b"<</Type/Page" + tags, 1)
    body = body.replace(b"/Resources %d " % number_of(b"Resources", body), b"/Resources %d " % letter.add(resources))
    # Drawn in the order of any page: the draft mark and the head, the sheet, the foot.
    head, foot, rest = _drawn(letter.body(content)).partition(b"/Artifact<</Attached[/Bottom]")
    around = [letter.add(_stream(part)) for part in (head, foot + rest)]
    drawn = b"/Contents[%d 0 R %b %d 0 R]" % (around[0], names[page.content], around[1])
    letter.change(number, body.replace(b"/Contents %d 0 R" % content, drawn))


def _found(pattern: bytes, body: bytes) -> re.Match[bytes]:
    found = re.search(pattern, body)
    if found is None:
        raise UnreadableError(f"no {pattern.decode()}")
    return found


def _tags(parents: bytes) -> list[int]:
    """The elements that hold a page's marked content, in order, of an entry of the ParentTree."""
    listed = [int(number) for number in re.findall(rb"(\d+) 0 R", parents)]
    if parents != b"[%b]" % b" ".join(b"%d 0 R" % number for number in listed):
        raise UnreadableError("marked content without a tag")
    return listed


def _with_kids(pages: bytes, kids: list[int]) -> bytes:
    """The body of a page tree with its pages in another order."""
    listed = b"/Kids[%b]" % b" ".join(b"%d 0 R" % kid for kid in kids)
    return re.sub(rb"/Kids\[[^]]*\]", lambda _: listed, pages, count=1)


def _key(tree: bytes) -> int:
    found = re.search(rb"/ParentTreeNextKey (\d+)", tree)
    if found is None:
        raise UnreadableError("no ParentTree")
    return int(found[1])


def _with_parents(tree: bytes, key: int, reference: bytes) -> bytes:
    tree = _appended(tree, b"/ParentTree<</Nums[", b" %d %b" % (key, reference))
    return tree.replace(b"/ParentTreeNextKey %d" % key, b"/ParentTreeNextKey %d" % (key + 1))


def _with_roles(tree: bytes, roles: Mapping[bytes, bytes]) -> bytes:
    known = _roles(tree)
    added = b"".join(b"/%b/%b" % (name, role) for name, role in roles.items() if name not in known)
    return tree.replace(b"/RoleMap<<", b"/RoleMap<<" + added, 1) if added else tree


def _roles(tree: bytes) -> dict[bytes, bytes]:
    found = re.search(rb"/RoleMap<<([^>]*)>>", tree)
    if found is None:
        raise UnreadableError("no RoleMap")
    return dict(re.findall(rb"/(\w+)/(\w+)", found[1]))


def _appended(body: bytes, opening: bytes, added: bytes) -> bytes:
    """A body whose list behind ``opening`` has something more at its end."""
    start = body.find(opening)
    end = body.find(b"]", start)
    if start < 0 or end < 0:
        raise UnreadableError(f"no {opening.decode()}")
    return body[:end] + added + body[end:]


class _Cutter:
    """Takes the pages out of a sheet's PDF, with all that they need and nothing else."""

    def __init__(self, pdf: Objects) -> None:
        self.pdf = pdf
        self.places: dict[int, int] = {}  # object number → place in the sheet's parts
        self.queue: list[int] = []
        self.stand_ins: dict[int, int] = {}
        self.contents: set[int] = set()

    def sheet(self) -> Sheet:
        """The pages behind the first, which has the title alone."""
        pdf = self.pdf
        catalog = pdf.body(pdf.root)
        _, *numbers = numbers_of(b"Kids", pdf.body(number_of(b"Pages", catalog)))
        self.contents = {number_of(b"Contents", pdf.body(number)) for number in numbers}
        tree = pdf.body(number_of(b"StructTreeRoot", catalog))
        if b"/IDTree" in tree:
            raise UnreadableError("a table")
        (document,) = numbers_of(b"K", tree)
        self.stand_ins = {document: _DOCUMENT} | {number: _PAGE - k for k, number in enumerate(numbers)}
        parents = _parents(tree)
        _, *kids = numbers_of(b"K", pdf.body(document))
        pages = tuple(self._page(number, parents) for number in numbers)
        tags = tuple(map(self.place, kids))
        title, *beside = self._items(number_of(b"Outlines", catalog))
        below = self._items(title)
        if (beside and below) or any(b"/First" in pdf.body(item) for item in (*beside, *below)):
            raise UnreadableError("headings of several levels")
        items = tuple(self.part(b"".join(pdf.body(item).partition(b"/Title")[1:])) for item in beside or below)
        parts = tuple(self._parts())
        return Sheet(pages, parts, tags, items, bool(beside), _roles(tree))

    def place(self, number: int) -> int:
        """The place that object ``number`` has among the parts."""
        stand_in = self.stand_ins.get(number)
        if stand_in is not None:
            return stand_in
        if number not in self.places:
            self.places[number] = len(self.queue)
            self.queue.append(number)
        return self.places[number]

    def part(self, body: bytes) -> _Part:
        dictionary, stream, rest = body.partition(b"stream\n") if body.endswith(b"endstream") else (body, b"", b"")
        literals, references, last = list[bytes](), list[int](), 0
        for found in REFERENCE.finditer(dictionary):
            if found[1] is not None:
                literals.append(dictionary[last : found.start()])
                references.append(self.place(int(found[1])))
                last = found.end()
        return _Part((*literals, dictionary[last:] + stream + rest), tuple(references))

    def _parts(self) -> Iterator[_Part]:
        done = 0
        while done < len(self.queue):
            number = self.queue[done]
            body = self.pdf.body(number)
            yield self.part(_renamed(body) if number in self.contents else body)
            done += 1

    def _page(self, number: int, parents: Mapping[int, int]) -> _Page:
        body = self.pdf.body(number)
        key = re.search(rb"/StructParents (\d+)", body)
        if key is None or b"/Annots" in body or not body.startswith(b"<</Type/Page/"):
            raise UnreadableError("a page with links, or without text")
        text = self.pdf.body(number_of(b"Resources", body))
        resources = {}
        for category in _CATEGORIES:
            found = re.search(rb"/%b<<([^<>]*)>>" % category, text)
            if found is not None:
                entries = _ENTRY.findall(found[1])
                resources[category] = tuple((b"S" + name, self.place(int(value))) for name, value in entries)
        return _Page(resources, self.place(number_of(b"Contents", body)), self.place(parents[int(key[1])]))

    def _items(self, parent: int) -> list[int]:
        """The entries of the outline below ``parent``."""
        found, head = list[int](), self.pdf.body(parent).partition(b"/Title")[0]
        following = re.search(rb"/First (\d+) 0 R", head)
        while following is not None:
            found.append(int(following[1]))
            head = self.pdf.body(found[-1]).partition(b"/Title")[0]
            following = re.search(rb"/Next (\d+) 0 R", head)
        return found


def _parents(tree: bytes) -> dict[int, int]:
    found = re.search(rb"/ParentTree<</Nums\[([^]]*)\]", tree)
    if found is None:
        raise UnreadableError("no ParentTree")
    return {int(key): int(number) for key, number in re.findall(rb"(\d+) (\d+) 0 R", found[1])}


def _renamed(body: bytes) -> bytes:
    """A content stream whose fonts and colors have names that the letter's do not have."""
    return _stream(_NAME.sub(lambda found: found[0] if found[1] is None else b"/S" + found[1], _drawn(body)))


def _drawn(body: bytes) -> bytes:
    """What a content stream says."""
    dictionary, _, rest = body.partition(b"stream\n")
    if b"/Filter/FlateDecode" not in dictionary:
        raise UnreadableError("a content stream that is not deflated")
    return zlib.decompress(rest.removesuffix(b"\nendstream"))


def _stream(drawn: bytes) -> bytes:
    packed = zlib.compress(drawn, 9)
    return b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed)
