"""Parts made ready become one PDF, with everything that makes it accessible and archivable.

Each part keeps its structure element for element below a ``Part`` with its title and language. Around the parts:
one page tree, one tree of tags, bookmarks, page labels, the stamps (:mod:`stamps`), metadata.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.outline import Bookmark, name, page_labels, put_outline, text
from docservice.pdf.splicing.part import Anatomy, Part, Symbol
from docservice.pdf.splicing.splice import Splice
from docservice.pdf.splicing.stamps import AFTER, BEFORE, Stamp, Stamper

_PREFIX = "p{:05}."  # of a part's element ids; in the order of the parts also as text
_NODE = 64  # pages per node of the page tree


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part in its place, and what its pages are called.

    ``printed`` has the number of each page as people cite it; ``labels`` the exhibit label of each, or nothing.
    """

    part: Part
    title: str
    language: str
    printed: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptPages:
    """Pages of an earlier packet, stamps and all, from page ``first`` (from 0); its parts become parts of this one.

    All pages of ``part`` must be kept, by one ``KeptPages`` or by several in order.
    """

    part: Part
    printed: tuple[str, ...]
    first: int = 0


@dataclass(frozen=True, slots=True)
class ViewerLook:
    """How the finished file presents itself. ``page_number`` holds ``{page}``; ``zoom``: the view it opens with."""

    title: str
    language: str
    on: date  # the date that the file carries
    stamp_left: str
    page_number: str
    font: Path  # of the stamps
    zoom: float | None = None  # 1 for 100 %; nothing: as the reader has it


@dataclass(frozen=True, slots=True)
class Merged:
    """What was written: SHA-256, bytes, pages."""

    sha256: str
    size: int
    pages: int


def merge(
    out: BinaryIO,
    sources: Sequence[PlacedPart | KeptPages],
    look: ViewerLook,
    *,
    bookmarks: Sequence[Bookmark],
    targets: Mapping[str, Target],
) -> Merged:
    """Write the packet of ``sources``, in order, to ``out``. Same values, same bytes.

    ``targets`` says where links to ``packet:<key>`` lead. Raises ``KeyError`` for an unknown one.
    """
    return _Merging(Splice(out), sources, look, targets).done(bookmarks)


@dataclass
class _Merging:
    splice: Splice
    sources: Sequence[PlacedPart | KeptPages]
    look: ViewerLook
    targets: Mapping[str, Target]
    roles: dict[str, str] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    fields: list[int] = field(default_factory=list)
    kids: list[int] = field(default_factory=list)  # of the document: its parts
    leaves: list[int] = field(default_factory=list)  # of the parent tree
    names: list[int] = field(default_factory=list)  # nodes of the id tree
    namespaces: list[int] = field(default_factory=list)
    next_key: int = 0

    def done(self, bookmarks: Sequence[Bookmark]) -> Merged:
        splice, look = self.splice, self.look
        total = sum(len(source.printed) for source in self.sources)
        self.root, self.document, self.tree, self.page_root = (splice.reserve() for _ in range(4))
        self.first_page = splice.reserve(total)
        self.first_node = splice.reserve(-(-total // _NODE))
        stamps = self._stamps()
        texts = {text for stamp in stamps if stamp for text in (stamp.left, stamp.label, stamp.number)}
        self.stamper = Stamper(look.font, texts)
        self.font = b"%d 0 R" % self.stamper.embed(splice)
        self.before = b"%d 0 R" % splice.put_stream(b"", BEFORE)
        self.after = b"%d 0 R" % splice.put_stream(b"", AFTER)
        self._parts(stamps)
        self._page_tree(total)
        self._tags()
        self._catalog(put_outline(splice, bookmarks, self._lead))
        identity = hashlib.sha256("\0".join((look.title, *(s.part.head.sha256 for s in self.sources))).encode())
        sha256 = splice.finish(self.root, identity.digest()[:16])
        return Merged(sha256, splice.size, total)

    def _stamps(self) -> list[Stamp | None]:
        look = self.look
        found: list[Stamp | None] = []
        for source in self.sources:
            if isinstance(source, KeptPages):
                found += [None] * len(source.printed)
                continue
            labels = [*source.labels, *[""] * len(source.printed)]
            found += [
                Stamp(look.stamp_left, label, look.page_number.format(page=printed))
                for label, printed in zip(labels, source.printed, strict=False)
            ]
        return found

    # --- parts ---

    def _parts(self, stamps: Sequence[Stamp | None]) -> None:
        page = 0
        kept: dict[int, tuple[list[int], Anatomy]] = {}  # earlier packets: the numbers of their objects
        places = self._places_of_kept()
        for place, source in enumerate(self.sources):
            here = range(page, page + len(source.printed))
            page = here.stop
            if isinstance(source, PlacedPart):
                holder = self.splice.reserve()
                numbers, anatomy = self._add(source.part, place, list(here), holder, stamps)
                kids = _references(numbers[top] for top in anatomy.tops)
                self.splice.put(
                    b"<</Type/StructElem/S/Part/P %d 0 R/Lang %s/T %s/K[%s]>>"
                    % (self.document, text(source.language), text(source.title), kids),
                    holder,
                )
                self.kids.append(holder)
                continue
            if id(source.part) not in kept:
                pages = places[id(source.part)]
                kept[id(source.part)] = self._add(source.part, place, pages, self.document, stamps)
            numbers, anatomy = kept[id(source.part)]
            last = source.first + len(source.printed)
            self.kids += [numbers[top] for top, at in zip(anatomy.tops, anatomy.starts, strict=True)
                          if source.first <= at < last]  # fmt: skip

    def _places_of_kept(self) -> dict[int, list[int]]:
        """Where the pages of each earlier packet come to stand, from 0."""
        places: dict[int, list[int]] = {}
        page = 0
        for source in self.sources:
            if isinstance(source, KeptPages):
                places.setdefault(id(source.part), []).extend(range(page, page + len(source.printed)))
            page += len(source.printed)
        return places

    def _add(
        self, part: Part, place: int, pages: Sequence[int], owner: int, stamps: Sequence[Stamp | None]
    ) -> tuple[list[int], Anatomy]:
        """Splice in one part, whose pages come to stand at ``pages``; the numbers of its objects."""
        with part.open() as stream:
            anatomy = part.anatomy(stream)
            named = self._namer(part, anatomy, place, pages, owner, stamps)
            numbers = self.splice.add(part, anatomy, stream, named, [self.first_page + at for at in pages])
        self.leaves += [numbers[leaf] for leaf in anatomy.leaves]
        self.names += [numbers[node] for node in anatomy.names]
        self.namespaces += [numbers[one] for one in anatomy.namespaces]
        self.fields += [numbers[one] for one in anatomy.fields]
        prefix = _PREFIX.format(place)
        self.classes |= {prefix + key.removeprefix("/"): numbers[one] for key, one in anatomy.classes.items()}
        return numbers, anatomy

    def _namer(
        self,
        part: Part,
        anatomy: Anatomy,
        place: int,
        pages: Sequence[int],
        owner: int,
        stamps: Sequence[Stamp | None],
    ) -> Callable[[Symbol], bytes]:
        """What stands for each symbol of a part. Takes up its keys of the parent tree and its roles."""
        splice = self.splice
        base, prefix = self.next_key, _PREFIX.format(place)
        self.next_key += anatomy.keys
        roles = self._distinct_roles(anatomy.roles, prefix)

        def named(symbol: Symbol) -> bytes:
            kind, value = symbol.kind, symbol.value
            match kind:
                case "key":
                    return b"%d" % (base + int(value))
                case "node":
                    return b"%d 0 R" % (self.first_node + pages[int(value)] // _NODE)
                case "stamp":
                    at = pages[int(value)]
                    stamp = stamps[at]
                    if stamp is None:
                        return self.after
                    drawn = self.stamper.content(part.head.sheets[int(value)], stamp)
                    return b"%d 0 R" % splice.put_stream(b"", drawn)
                case "before":
                    return self.before
                case "font":
                    return self.font
                case "owner":
                    return b"%d 0 R" % owner
                case "role":
                    return name(roles[str(value)])
                case "class":
                    return name(prefix + str(value).removeprefix("/"))
                case "prefix":
                    return prefix.encode().hex().encode()
                case "target":
                    return self._lead(self.targets[str(value)])
                case "spoken":
                    return text(self.targets[str(value)].text)

        return named

    def _distinct_roles(self, own: Mapping[str, str], prefix: str) -> dict[str, str]:
        """What the part's own roles are called here: as they are, unless another part means something else by one."""
        found: dict[str, str] = {}
        for role, standing in own.items():
            taken = role if self.roles.get(role, standing) == standing else f"/{prefix}{role[1:]}"
            self.roles[taken] = standing
            found[role] = taken
        # A role may stand for another of the part's own, which may have got a new name just now.
        for role in own:
            standing = self.roles[found[role]]
            self.roles[found[role]] = found.get(standing, standing) if found[role] != role else standing
        return found

    def _lead(self, target: Target) -> bytes:
        """Where a link or bookmark leads: a page from its top, at the zoom the reader has (DOMAIN §8)."""
        if target.file is None:
            return b"/Dest[%d 0 R/XYZ null null null]" % (self.first_page + target.page - 1)
        # A plain name: PDF/A-3 takes a file specification dictionary for an associated file (ISO 19005-3, 6.8).
        return b"/A<</S/GoToR/F%s/D[%d/XYZ null null null]>>" % (text(target.file), target.page - 1)

    # --- around the parts ---

    def _page_tree(self, total: int) -> None:
        nodes = range(self.first_node, self.first_node + -(-total // _NODE))
        for at, node in enumerate(nodes):
            pages = range(self.first_page + at * _NODE, self.first_page + min((at + 1) * _NODE, total))
            self.splice.put(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>"
                            % (self.page_root, len(pages), _references(pages)), node)  # fmt: skip
        self.splice.put(b"<</Type/Pages/Count %d/Kids[%s]>>" % (total, _references(nodes)), self.page_root)

    def _tags(self) -> None:
        look, splice = self.look, self.splice
        splice.put(
            b"<</Type/StructElem/S/Document/P %d 0 R/Lang %s/T %s/K[%s]>>"
            % (self.tree, text(look.language), text(look.title), _references(self.kids)),
            self.document,
        )
        parents = splice.put(b"<</Kids[%s]>>" % _references(self.leaves))
        body = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d" % (
            self.document, parents, self.next_key,
        )  # fmt: skip
        if self.names:
            body += b"/IDTree %d 0 R" % splice.put(b"<</Kids[%s]>>" % _references(self.names))
        if self.roles:
            body += b"/RoleMap<<%s>>" % b"".join(name(role) + name(as_) for role, as_ in self.roles.items())
        if self.classes:
            body += b"/ClassMap<<%s>>" % b"".join(name(key) + b" %d 0 R" % one for key, one in self.classes.items())
        if self.namespaces:
            body += b"/Namespaces[%s]" % _references(self.namespaces)
        splice.put(body + b">>", self.tree)

    def _catalog(self, outline: int) -> None:
        look, splice = self.look, self.splice
        profile = _srgb()
        icc = splice.put_stream(b"/N 3/Filter/FlateDecode", zlib.compress(profile, 9))
        intent = splice.put(
            b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)"
            b"/DestOutputProfile %d 0 R>>" % icc
        )
        metadata = splice.put_stream(b"/Type/Metadata/Subtype/XML", _xmp(look.title, look.language, look.on))
        printed = [number for source in self.sources for number in source.printed]
        body = (
            b"<</Type/Catalog/Pages %d 0 R/StructTreeRoot %d 0 R/Outlines %d 0 R/Metadata %d 0 R/OutputIntents[%d 0 R]"
            b"/Lang %s/MarkInfo<</Marked true/Suspects false>>/ViewerPreferences<</DisplayDocTitle true>>"
            b"/PageMode/UseOutlines/PageLabels%s"
            % (self.page_root, self.tree, outline, metadata, intent, text(look.language), page_labels(printed))
        )
        if look.zoom is not None:
            body += b"/OpenAction[%d 0 R/XYZ null null %g]" % (self.first_page, look.zoom)
        if self.fields:
            body += b"/AcroForm<</Fields[%s]>>" % _references(self.fields)
        splice.put(body + b">>", self.root)


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """The output intent of every packet: sRGB, the same whatever the day."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)  # when it was made
    data[84:100] = bytes(16)  # a hash of the above
    return bytes(data)


def _xmp(title: str, language: str, on: date) -> bytes:
    """The packet's metadata: PDF/A-3a (ISO 19005-3, 6.6) and PDF/UA-1 (ISO 14289-1, 5) with its extension schema."""
    moment = f"{on.isoformat()}T00:00:00Z"
    return _XMP.format(title=escape(title), language=escape(language), moment=moment).encode()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<dc:format>application/pdf</dc:format>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:CreatorTool>docservice</xmp:CreatorTool>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
