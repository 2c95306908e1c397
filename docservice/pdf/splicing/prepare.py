"""Taking a tagged PDF apart, once, so that it can be spliced into any packet (the form is described in :mod:`part`).

What two parts could mix up is made distinct or left to a hole: keys of the parent tree, element ids and the table
headers that name them, roles and classes of one name with different meanings. Named destinations become explicit ones,
so that no anchor of one part can lead into another. Not kept, on purpose: bookmarks (the packet's are its contents),
page labels, attachments, document information and metadata, output intents (all parts are sRGB or gray).
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from typing import TypeVar

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from docservice.finding import Finding
from docservice.pdf.splicing.fingerprints import STAMP_FONT, Fingerprints
from docservice.pdf.splicing.links import SCHEME, Destinations, elsewhere
from docservice.pdf.splicing.part import END, HOLE, Anatomy, Head, Sheet, Symbol, SymbolKind, pack
from docservice.pdf.splicing.sameness import Sameness
from docservice.pdf.splicing.tagtree import Tags, elements, listed
from docservice.refusal import Refusal

_INHERITED = (Name.Resources, Name.MediaBox, Name.CropBox, Name.Rotate)
_LEFTOVERS = (Name.AA, Name.Thumb, Name.PieceInfo, Name.AF, Name.Metadata, Name.LastModified, Name.B, Name.Dur,
              Name.Trans, Name.ID, Name.SeparationInfo, Name.Parent)  # fmt: skip
T = TypeVar("T")
_WORTH_PACKING = 200  # bytes of a stream that is not packed yet


def open_source(pdf: bytes, name: str) -> pikepdf.Pdf:
    """Open a PDF for merging. Refuses what is broken, encrypted or has no tags, by ``name``."""
    try:
        document = pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PasswordError:
        raise _unusable(name, "it is encrypted") from None
    except pikepdf.PdfError as error:
        raise _unusable(name, f"it is damaged ({error})") from None
    if document.is_encrypted:
        raise _unusable(name, "it is encrypted")
    if document.get_warnings():
        raise _unusable(name, "it is damaged")
    tree = document.Root.get(Name.StructTreeRoot)
    if tree is None or Name.K not in tree or Name.ParentTree not in tree:
        raise _unusable(name, "it has no tags, so a screen reader could not read it")
    return document


def _unusable(name: str, why: str) -> Refusal:
    message = f"{name} cannot go into the packet: {why}."
    return Refusal("packet.unusable", message, [Finding.error("packet.unusable", message, name)])


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a page besides its content (see ``part.Sheet``)."""

    searchable: bool = True
    pictorial: bool = False
    dpi: float | None = None


def prepare(
    pdf: bytes, name: str, *, contents: bool = False, packet: bool = False, looks: Sequence[Look] | None = None
) -> bytes:
    """The part of a tagged PDF. Same bytes in, same bytes out; ``Refusal("packet.unusable")`` for ``name``.

    ``contents``: links to ``packet:<key>`` lead to entries of the packet. ``packet``: the PDF is itself a packet, whose
    parts become parts of the new one. ``looks``: one per page; pages of our own have text and are no scans.
    """
    digest = hashlib.sha256(pdf).hexdigest()
    document = open_source(pdf, name)
    try:
        return _Taking(document, digest, contents, packet, looks).done()
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _unusable(name, f"its structure has faults ({error})") from None


@dataclass
class _Taking:
    """One document while it is taken apart. Holes are written into it as names that no document can foresee."""

    document: pikepdf.Pdf
    sha256: str
    contents: bool
    packet: bool
    looks: Sequence[Look] | None
    _symbols: dict[Symbol, int] = field(default_factory=dict)
    _objects: list[Object] = field(default_factory=list)
    _index: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._mark = "/H" + self.sha256[:20]  # a document cannot contain its own hash
        self._pattern = re.compile(
            rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]+>|(\d+) (\d+) R\b"
            rb"|%b-(\d+)|%b-id-([0-9a-f]*)|%bt (\d+)" % ((re.escape(self._mark.encode()),) * 3),
            re.DOTALL,
        )

    def hole(self, kind: SymbolKind, value: str | int = "") -> Object:
        """A name that stands for the symbol until the text is cut."""
        return Name(f"{self._mark}-{self._number(kind, value)}")

    def _number(self, kind: SymbolKind, value: str | int = "") -> int:
        return self._symbols.setdefault(Symbol(kind, value), len(self._symbols))

    def done(self) -> bytes:
        pages: list[Object] = [page.obj for page in self.document.pages]
        tags = Tags(self.document, pages)
        for page in pages:
            _inherit(page)
        _pack_streams(self.document)
        fingerprints = Fingerprints()
        marks = [fingerprints.of(page) for page in pages]  # before anything is changed
        links = self._links(pages)
        done: set[tuple[int, int]] = set()
        sheets = []
        for number, page in enumerate(pages):
            turn = int(page.get(Name.Rotate, 0)) % 360
            look = astuple(self.looks[number] if self.looks else Look())
            sheets.append(Sheet(_visible(page), turn, marks[number], links[number], *look))
            self._page(page, number, done)
        tops = self._tags(tags)
        leaves, keys = self._parents(tags)
        names = self._ids(tags)
        roles = tags.roles()
        classes = {str(key): value for key, value in tags.classes()}
        starts = tags.starts(tops) if self.packet else []
        fields = [a for page in pages for a in listed(page.get(Name.Annots)) if a.get(Name.Subtype) == Name.Widget]
        return self._cut(
            pages, tops, leaves, keys, names, roles, classes, tags.namespaces(), fields, tuple(sheets), starts
        )  # fmt: skip

    # --- pages ---

    def _page(self, page: Object, number: int, done: set[tuple[int, int]]) -> None:
        for leftover in _LEFTOVERS:
            if leftover in page:
                del page[leftover]
        page.Parent = self.hole("node", number)
        page.Tabs = Name.S
        contents = page.get(Name.Contents)
        page.Contents = Array([self.hole("before"), *listed(contents), self.hole("stamp", number)])
        resources = page.get(Name.Resources)
        if resources is None:
            resources = page.Resources = Dictionary()
        if resources.is_indirect:
            if resources.objgen in done:  # pages often share their resources
                return
            done.add(resources.objgen)
        if Name.Font not in resources:
            resources.Font = Dictionary()
        if STAMP_FONT not in resources.Font:
            resources.Font[STAMP_FONT] = self.hole("font")

    def _links(self, pages: list[Object]) -> list[int]:
        """Give every link an explicit destination, or a hole; how many links each page has."""
        destinations = Destinations(self.document, pages)
        counts = []
        for page in pages:
            annotations = listed(page.get(Name.Annots))
            for annotation in annotations:
                key = destinations.settle(annotation, contents=self.contents)
                if key is not None:
                    annotation[f"{self._mark}t"] = self._number("target", key[len(SCHEME) :])
                    annotation.Contents = self.hole("spoken", key[len(SCHEME) :])
                elif self.packet and (moved := elsewhere(annotation)) is not None:
                    del annotation.A
                    annotation[f"{self._mark}t"] = self._number("target", moved)
            counts.append(sum(annotation.get(Name.Subtype) == Name.Link for annotation in annotations))
        return counts

    # --- tags ---

    def _tags(self, tags: Tags) -> list[Object]:
        tops = tags.parts_of_a_packet() if self.packet else tags.tops()
        for top in tops:
            top.P = self.hole("owner")
        roles, classes = tags.roles(), dict(tags.classes())
        for element in elements(tops):
            if str(element.S) in roles:
                element.S = self.hole("role", str(element.S))
            if classes and Name.C in element:
                named = [self.hole("class", str(item)) if str(item) in classes else item for item in listed(element.C)]
                element.C = Array(named)
            if Name.ID in element:
                element.ID = Name(f"{self._mark}-id-{bytes(element.ID).hex()}")
            for attributes in listed(element.get(Name.A)):
                if isinstance(attributes, Dictionary) and Name.Headers in attributes:
                    headers = [Name(f"{self._mark}-id-{bytes(one).hex()}") for one in listed(attributes.Headers)]
                    attributes.Headers = Array(headers)
        return tops

    def _parents(self, tags: Tags) -> tuple[list[Object], int]:
        """The parent tree's nodes, and how many keys they use: consecutive from 0, in the old order."""
        entries = tags.parents()
        renamed = {old: new for new, (old, _) in enumerate(entries)}
        for owner, name in tags.owners():
            owner[name] = self.hole("key", renamed[int(owner[name])])
        leaves: list[Object] = []
        for chunk in _chunks([(renamed[old], value) for old, value in entries]):
            flat = [item for key, value in chunk for item in (self.hole("key", key), value)]
            limits = [self.hole("key", chunk[0][0]), self.hole("key", chunk[-1][0])]
            leaves.append(self.document.make_indirect(Dictionary(Limits=Array(limits), Nums=Array(flat))))
        return leaves, len(entries)

    def _ids(self, tags: Tags) -> list[Object]:
        known = {}
        for element in elements(tags.tops()):
            if Name.ID in element:
                known[str(element.ID).rpartition("-")[2]] = element
        nodes: list[Object] = []
        for chunk in _chunks(sorted(known.items())):
            flat = [item for own, element in chunk for item in (Name(f"{self._mark}-id-{own}"), element)]
            limits = [Name(f"{self._mark}-id-{own}") for own in (chunk[0][0], chunk[-1][0])]
            nodes.append(self.document.make_indirect(Dictionary(Limits=Array(limits), Names=Array(flat))))
        return nodes

    # --- text ---

    def _take(self, item: Object) -> int:
        if not item.is_indirect:
            item = self.document.make_indirect(item)
        found = self._index.get(item.objgen)
        if found is None:
            found = self._index[item.objgen] = len(self._objects)
            self._objects.append(item)
        return found

    def _cut(
        self,
        pages: list[Object],
        tops: list[Object],
        leaves: list[Object],
        keys: int,
        names: list[Object],
        roles: dict[str, str],
        classes: dict[str, Object],
        namespaces: list[Object],
        fields: list[Object],
        sheets: tuple[Sheet, ...],
        starts: list[int],
    ) -> bytes:
        roots = {
            "pages": tuple(self._take(page) for page in pages),
            "tops": tuple(self._take(top) for top in tops),
            "namespaces": tuple(self._take(one) for one in namespaces),
            "fields": tuple(self._take(one) for one in fields),
        }
        taken_leaves = tuple(self._take(leaf) for leaf in leaves)
        taken_names = tuple(self._take(node) for node in names)
        taken_classes = {name: self._take(value) for name, value in classes.items()}
        pieces: list[bytes] = []
        holes: list[int | None] = []  # references as they are; symbols as -1 - number; none at the end of an object
        streams: list[tuple[int, int, int]] = []
        held: list[bytes] = []
        spans: list[tuple[int, int]] = []  # of each object, in ``pieces`` and ``holes``
        offset = at = 0
        while at < len(self._objects):
            item = self._objects[at]
            raw = b""
            if isinstance(item, Stream):
                body, raw = _stream(item)
                streams.append((at, offset, len(raw)))
                held.append(raw)
                offset += len(raw)
            else:
                body = item.unparse(resolved=True)
            first = len(pieces)
            for literal, hole in self._cut_body(body):
                pieces.append(literal)
                holes.append(hole)
            spans.append((first, len(pieces)))
            at += 1
        # The last piece of each object ends it and is followed by the next object's first: see ``_cut_body``.
        count = len(self._objects)
        annotations = {self._index[a.objgen] for page in pages for a in listed(page.get(Name.Annots)) if a.is_indirect}
        equal = Sameness(pieces, holes, spans, {at: raw for (at, _, _), raw in zip(streams, held, strict=True)},
                       annotations, list(self._symbols)).all()  # fmt: skip
        text, numbers = _joined(pieces, holes, spans, count)
        head = Head(self.sha256, sheets, count, len(zlib.compress(text, 3)) + len(numbers))
        anatomy = Anatomy(
            symbols=tuple(self._symbols), streams=tuple(streams), equal=equal, leaves=taken_leaves, keys=keys,
            names=taken_names, roles=roles, classes=taken_classes, starts=tuple(starts), **roots,
        )  # fmt: skip
        return pack(head, anatomy, text, numbers, held)

    def _cut_body(self, body: bytes) -> Iterator[tuple[bytes, int | None]]:
        """The body as pieces, each with the hole after it; none after the last."""
        start = 0
        before = b""
        for match in self._pattern.finditer(body):
            kind = match.lastindex
            if kind is None:  # a string: what looks like a reference in it is none
                continue
            literal = before + body[start : match.start()]
            before, start = b"", match.end()
            if kind == 2:
                yield literal, self._take(self.document.get_object(int(match[1]), int(match[2])))
            elif kind == 4:
                yield literal + b"<", -1 - self._number("prefix")
                before = match[4] + b">"
            else:
                yield literal, -1 - int(match[kind])
        yield before + body[start:], None


def _joined(
    pieces: list[bytes], holes: list[int | None], spans: list[tuple[int, int]], count: int
) -> tuple[bytes, array[int]]:
    """The text, and its holes with symbols numbered after the objects."""
    text: list[bytes] = []
    numbers = array("I")
    for first, last in spans:
        for piece, hole in zip(pieces[first:last], holes[first:last], strict=True):
            text.append(piece)
            if hole is None:
                text.append(END)
            else:
                text.append(HOLE)
                numbers.append(hole if hole >= 0 else count - 1 - hole)
    return b"".join(text), numbers


def _pack_streams(document: pikepdf.Pdf) -> None:
    for item in document.objects:
        if isinstance(item, Stream) and Name.Filter not in item:
            raw = item.read_raw_bytes()
            packed = zlib.compress(raw, 9) if len(raw) > _WORTH_PACKING else raw
            if len(packed) < len(raw):
                item.write(packed, filter=Name.FlateDecode)


def _stream(item: Stream) -> tuple[bytes, bytes]:
    """Dictionary and bytes of a stream."""
    raw = bytes(item.read_raw_bytes())
    kept = Dictionary({key: value for key, value in item.items() if key not in ("/Length", "/DL")})
    return kept.unparse()[:-2] + b"/Length %d >>" % len(raw), raw


def _inherit(page: Object) -> None:
    """Write down what the page inherits from the page tree (ISO 32000-1, 7.7.3.4)."""
    for key in _INHERITED:
        node, steps = page, 0
        while key not in node and Name.Parent in node and steps < 100:
            node, steps = node.Parent, steps + 1
        if key not in page and key in node:
            page[key] = node[key]


def _visible(page: Object) -> tuple[float, float, float, float]:
    """What a viewer shows: the crop box within the media box, as (left, bottom, right, top)."""
    media = _box(page.MediaBox)
    crop = _box(page.get(Name.CropBox, page.MediaBox))
    return max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])


def _box(box: Object) -> tuple[float, float, float, float]:
    a, b, c, d = (float(value) for value in box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _chunks(entries: list[T], size: int = 64) -> Iterator[list[T]]:
    for start in range(0, len(entries), size):
        yield entries[start : start + size]
