"""Many tagged PDFs become one, with everything that makes them accessible and archivable.

``pikepdf`` does the copying: on the same letters it needs a quarter of pypdf's time for a plain append, and its
object map carries pages and structure over together. What a plain append loses or mixes up is done here and in
:mod:`tagtree` (structure), :mod:`links` (links, names) and :mod:`stamps` (page numbers, labels).

Not kept, on purpose: the sources' own bookmarks (the packet's are its contents), page labels, attachments,
document information and metadata.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Stream

from docservice.packets.links import Links, Target, at_top
from docservice.packets.stamps import Stamp, Stamper
from docservice.packets.tagtree import TagTree, renumber
from docservice.refusal import Problem, Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """One tagged PDF of the packet, opened by :func:`open_source`; merging uses it up."""

    document: pikepdf.Pdf
    title: str
    language: str
    labels: tuple[str, ...] = ()  # exhibit label of each page; empty: none
    contents: bool = False  # its links to packet:<key> lead to entries of the packet


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark on ``page`` (from 1); a deeper ``level`` hangs below the one before it."""

    title: str
    page: int
    level: int = 0


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


def merge(
    sources: Sequence[Source],
    *,
    title: str,
    language: str,
    on: date,
    bookmarks: Sequence[Bookmark],
    targets: Mapping[str, Target],
    stamp_left: str,
    page_number: str,
    font: Path,
) -> bytes:
    """The packet. Same sources, same bytes.

    ``on`` is the date that the file carries; ``targets`` says where links to ``packet:<key>`` lead; every page is
    stamped with ``stamp_left``, its exhibit label and ``page_number`` (with ``{page}``, from 1), set in ``font``.
    """
    out = pikepdf.new()
    tree = TagTree(out, language, title)
    links = Links()
    labels: list[str] = []  # per page so far
    for number, source in enumerate(sources):
        document, prefix = source.document, f"s{number}.".encode()
        count = len(document.pages)
        links.take(document, len(labels), prefix, contents=source.contents)
        base = tree.next_key
        keys = renumber(document, base)
        tree.next_key = base + max(keys, default=-1) + 1
        if Name.OutputIntents not in out.Root and Name.OutputIntents in document.Root:
            out.Root.OutputIntents = out.copy_foreign(document.make_indirect(document.Root.OutputIntents))
        with warnings.catch_warnings():
            # Named destinations are carried over by Links.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            out.pages.extend(document.pages)
        copied = out.copy_foreign(document.Root.StructTreeRoot)
        tree.adopt(copied, keys, base, prefix, title=source.title, language=source.language)
        labels += [*source.labels, *[""] * count][:count]
    if Name.OutputIntents not in out.Root:
        out.Root.OutputIntents = _srgb(out)
    pages = list(out.pages)
    links.set(out, pages, targets)
    stamps = [Stamp(stamp_left, label, page_number.format(page=page)) for page, label in enumerate(labels, 1)]
    stamper = Stamper(out, font, {text for stamp in stamps for text in (stamp.left, stamp.label, stamp.number)})
    for page, stamp in zip(pages, stamps, strict=True):
        for leftover in (Name.AA, Name.Thumb, Name.PieceInfo, Name.AF):
            if leftover in page.obj:
                del page.obj[leftover]
        page.obj.Tabs = Name.S
        stamper.stamp(page, stamp)
    _catalog(out, tree, title, language, on)
    _outline(out, pages, bookmarks)
    buffer = io.BytesIO()
    out.save(
        buffer,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        deterministic_id=True,
    )
    return buffer.getvalue()


def _catalog(out: pikepdf.Pdf, tree: TagTree, title: str, language: str, on: date) -> None:
    root = out.Root
    root.StructTreeRoot = tree.finish()
    root.Lang = language
    root.MarkInfo = Dictionary(Marked=True, Suspects=False)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.PageMode = Name.UseOutlines
    root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
    metadata = out.make_stream(_xmp(title, language, on))
    metadata.Type = Name.Metadata
    metadata.Subtype = Name.XML
    root.Metadata = metadata


def _outline(out: pikepdf.Pdf, pages: Sequence[pikepdf.Page], bookmarks: Sequence[Bookmark]) -> None:
    with out.open_outline() as outline:
        stack: list[tuple[int, OutlineItem]] = []
        for bookmark in bookmarks:
            item = OutlineItem(bookmark.title, at_top(pages[bookmark.page - 1]))
            while stack and stack[-1][0] >= bookmark.level:
                stack.pop()
            (stack[-1][1].children if stack else outline.root).append(item)
            stack.append((bookmark.level, item))


def _srgb(out: pikepdf.Pdf) -> Array:
    """The output intent of a packet without a part that brings one: sRGB, whatever the day."""
    from PIL import ImageCms

    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)  # when it was made
    data[84:100] = bytes(16)  # a hash of the above
    name = "sRGB IEC61966-2.1"
    intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=name, Info=name)
    intent.DestOutputProfile = Stream(out, bytes(data), N=3)
    return Array([out.make_indirect(intent)])


def _unusable(name: str, why: str) -> Refusal:
    message = f"{name} cannot go into the packet: {why}."
    return Refusal("packet.unusable", message, [Problem("packet.unusable", message, name)])


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
