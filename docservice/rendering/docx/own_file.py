"""The Word face of a letter that is written in Word: its own file, filled.

The same sandbox, facts and translations that fill the other faces fill the paragraphs, tables, headers and footers of
the file (``wording.word.source``); what comes out as HTML (facts, emphasis, clauses) becomes Word's own runs and
paragraphs, in the styles of the file, or of the letterhead where it has none. Comments, tracked changes and the names
of those who wrote it do not go out.

What it does not do: keep the size of pictures, or looks of single words other than bold and italic; PDF/A.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import jinja2
from lxml import etree

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.composing.semantic_text import Composition, Seen, compiled, filled
from docservice.rendering.docx.body import Body
from docservice.rendering.docx.letterhead import LETTERHEAD, Additions, zipped
from docservice.rendering.docx.lists import Numbered
from docservice.rendering.docx.lists import nums as lists_of
from docservice.wording.bundle import WORD_WORDING, Bundle
from docservice.wording.word.package import Package, W, open_package, parsed
from docservice.wording.word.source import SLOT, sources

_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
_LISTS = 9000  # our numberings begin after any of the file's own
_PRIVATE = ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RUN_ORDER = (  # noqa: SIM905
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
    "eastAsianLayout specVanish oMath"
).split(" ")
# What the schema puts after w:bidi in a paragraph's properties.
_AFTER_BIDI = (
    "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc",
    "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr",
)  # fmt: skip
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE}">'
    f'<Relationship Id="rId1" Type="{_NAMESPACES["r"]}/officeDocument" Target="{{}}"/><Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
_HOLDERS = {f"{W}{name}" for name in ("body", "tc", "hdr", "ftr")}


@dataclass(frozen=True)
class _Prepared:
    package: Package
    templates: Mapping[str, jinja2.Template]  # by part
    styles: Mapping[str, str]  # of ours → of the file
    parts: Mapping[str, bytes]  # without those that are filled


def to_docx(
    bundle: Bundle,
    facts: Seen,
    composition: Composition,
    *,
    attachments: Mapping[str, bytes],
    issued_on: date,
    draft: bool,
) -> bytes:
    """The letter as a Word file; the same facts give the same bytes.

    Raises ``Refusal``: what ``composing.semantic_text.compose`` refuses; ``template.markup`` when a tag breaks the
    file's structure.
    """
    prepared = _prepared(bundle)
    main = prepared.package.main
    package = Additions(bundle, attachments, called="wording")
    body = Body(picture=package.picture, link=package.link)
    parts = dict(prepared.parts)
    for name, template in prepared.templates.items():
        text, _ = filled(template, bundle, facts, composition.language)
        root = _expanded(text, body, composition)
        if name == main and draft:
            root.find(f"{W}body").insert(0, _parse(f"<w:p>{_bold('DRAFT · not issued')}</w:p>")[0])
        _restyle(root, prepared.styles)
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    numbering = prepared.package.beside("numbering")
    if numbering not in parts:
        package.relations.append(
            f'<Relationship Id="rIdDocNumbering" Type="{_NAMESPACES["r"]}/numbering" Target="numbering.xml"/>'
        )
    parts[numbering] = _numbering(parts.get(numbering), body.numbered)
    parts[_relations_of(main)] = _relations(prepared.package.parts[_relations_of(main)], package.relations)
    parts["_rels/.rels"] = _ROOT_RELATIONS.format(escape(main)).encode()
    parts["[Content_Types].xml"] = _types(parts["[Content_Types].xml"], numbering)
    parts["docProps/core.xml"] = _core(composition, issued_on)
    return zipped(parts | {name.replace("word/", _folder(main), 1): data for name, data in package.media.items()})


@lru_cache(maxsize=32)
def _prepared(bundle: Bundle) -> _Prepared:
    """The file of a bundle, made ready once."""
    package = open_package(bundle.files[WORD_WORDING])
    found = sources(package)
    files = {name: data for name, data in bundle.files.items() if name.endswith(".html")}
    named = {part: f"{part}.html" for part in found}
    files |= {named[part]: text.encode() for part, text in found.items()}
    templates = {part: compiled(files, named[part]) for part in found}
    parts = {name: data for name, data in package.parts.items() if name not in found}
    private = {r.target for r in package.relations().values() if r.kind in _PRIVATE}
    parts = {name: data for name, data in parts.items() if name not in private}
    for name in [name for name in parts if name.startswith(("docProps/", "customXml/"))]:
        del parts[name]  # who wrote it, for whom, how long
    settings = package.beside("settings")
    if settings in parts:
        parts[settings] = re.sub(rb"<w:(trackRevisions|documentProtection|rsids?)\b[^>]*/>", b"", parts[settings])
    styles, parts[package.beside("styles")] = _styles(package, bundle.files[LETTERHEAD])
    return _Prepared(package, templates, styles, parts)


# From HTML to runs and paragraphs


def _expanded(text: str, body: Body, composition: Composition) -> Any:
    try:
        root = parsed(text.encode())
    except etree.XMLSyntaxError as error:
        message = f"a tag breaks the structure of the Word file ({error.msg})"
        problem = Finding.error("template.markup", message, f"{WORD_WORDING}:1")
        raise Refusal("template.markup", f"The wording cannot be filled: {message}.", [problem]) from None
    for slot in list(root.iter(SLOT)):
        _run(slot, body, composition)
    if composition.direction == "rtl":  # the file's own paragraphs; those of clauses say themselves which way they run
        for paragraph in root.iter(f"{W}p"):
            _mirrored(paragraph)
    for holder in [one for one in root.iter() if one.tag in _HOLDERS]:
        _blocks(holder, body, composition)
    return root


def _article(composition: Composition) -> Any:
    return etree.Element("article", {"lang": composition.language, "dir": composition.direction})


def _run(slot: Any, body: Body, composition: Composition) -> None:
    """The run that holds ``slot`` becomes the runs of what stands in it."""
    run = slot.getparent()
    look = run.find(f"{W}rPr")
    holder = _article(composition)
    holder.text = slot.text
    holder.extend(list(slot))
    made = list(_parse(body.line(holder)))
    for one in made:
        for inner in [one] if one.tag == f"{W}r" else list(one.iter(f"{W}r")):
            if look is not None:
                _dressed(inner, look)
    paragraph = run.getparent()
    at = paragraph.index(run)
    paragraph[at : at + 1] = made


def _dressed(run: Any, look: Any) -> None:
    own = run.find(f"{W}rPr")
    if own is None:
        own = etree.Element(f"{W}rPr")
        run.insert(0, own)
    names = {one.tag for one in own}
    own.extend([_copy(one) for one in look if one.tag not in names])
    own[:] = sorted(own, key=lambda one: _place(one.tag.rpartition("}")[2]))


def _place(name: str) -> int:
    return _RUN_ORDER.index(name) if name in _RUN_ORDER else len(_RUN_ORDER)


def _copy(element: Any) -> Any:
    return etree.fromstring(etree.tostring(element))


def _blocks(holder: Any, body: Body, composition: Composition) -> None:
    """HTML between the paragraphs of ``holder``, from clauses and bare fields, becomes paragraphs and tables."""
    made: list[Any] = []
    loose = _article(composition)
    loose.text = holder.text

    def close() -> None:
        nonlocal loose
        if len(loose) or (loose.text or "").strip():
            made.extend(_parse(_relisted(body.xml(loose))))
        loose = _article(composition)

    for child in list(holder):
        tail, child.tail = child.tail, None
        if isinstance(child.tag, str) and child.tag.startswith("{"):
            close()
            made.append(child)
            loose.text = tail
        else:
            child.tail = tail
            loose.append(child)
    section = made.pop() if made and made[-1].tag == f"{W}sectPr" and not len(loose) else None
    close()
    holder.text = None
    holder[:] = [*made, *([section] if section is not None else [])]


def _parse(xml: str) -> Any:
    return etree.fromstring(f"<all {_DECLARED}>{xml}</all>")


def _bold(text: str) -> str:
    return f'<w:r><w:rPr><w:b/><w:color w:val="B00020"/></w:rPr><w:t>{escape(text)}</w:t></w:r>'


def _mirrored(paragraph: Any) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    if properties.find(f"{W}bidi") is None:
        at = next((i for i, one in enumerate(properties) if one.tag.rpartition("}")[2] in _AFTER_BIDI), len(properties))
        properties.insert(at, etree.Element(f"{W}bidi"))


# Styles and numberings: of the letterhead, where the file has none


def _styles(package: Package, letterhead: bytes) -> tuple[dict[str, str], bytes]:
    with zipfile.ZipFile(io.BytesIO(letterhead)) as archive:
        ours = parsed(archive.read("word/styles.xml"))
    root = package.xml(package.beside("styles"))
    if root is None:
        return {}, etree.tostring(ours, xml_declaration=True, encoding="UTF-8", standalone=True)
    by_name = {_named(style): style.get(f"{W}styleId") for style in root.iter(f"{W}style")}
    known = set(by_name.values())
    same: dict[str, str] = {}
    for style in ours.iter(f"{W}style"):
        identity, name = style.get(f"{W}styleId"), _named(style)
        if name in by_name:
            if by_name[name] != identity:
                same[identity] = by_name[name]
        elif identity not in known:
            added = _copy(style)
            added.attrib.pop(f"{W}default", None)
            root.append(added)
    return same, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _named(style: Any) -> str:
    name = style.find(f"{W}name")
    return (name.get(f"{W}val") or "").lower() if name is not None else ""


def _restyle(root: Any, styles: Mapping[str, str]) -> None:
    """Clauses are written in the letterhead's names of styles; a file may call the same style otherwise."""
    if styles:
        for named in root.iter(f"{W}pStyle", f"{W}tblStyle"):
            named.set(f"{W}val", styles.get(named.get(f"{W}val"), named.get(f"{W}val")))


def _relisted(xml: str) -> str:
    return re.sub(r'<w:numId w:val="(\d+)"/>', lambda found: f'<w:numId w:val="{_LISTS + int(found[1])}"/>', xml)


def _numbering(held: bytes | None, numbered: Sequence[Numbered]) -> bytes:
    """The file's numberings, and those of the lists in clauses."""
    root = parsed(held) if held is not None else etree.Element(f"{W}numbering", nsmap={"w": _NAMESPACES["w"]})
    levels = {
        1: "".join(_level(at, "bullet", "•") for at in range(4)),
        2: "".join(_level(at, "decimal" if at % 2 == 0 else "lowerLetter", f"%{at + 1}.") for at in range(4)),
    }
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{_LISTS + number}"><w:multiLevelType w:val="hybridMultilevel"/>{inside}'
        "</w:abstractNum>"
        for number, inside in levels.items()
    )
    nums = f'<w:num w:numId="{_LISTS + 1}"><w:abstractNumId w:val="{_LISTS + 1}"/></w:num>'
    nums += lists_of(numbered, first=_LISTS + 2, abstract=_LISTS + 2)
    first = root.find(f"{W}num")
    at = root.index(first) if first is not None else len(root)
    root[at:at] = list(_parse(abstract))
    last = max((i for i, one in enumerate(root) if one.tag in (f"{W}num", f"{W}abstractNum")), default=-1)
    root[last + 1 : last + 1] = list(_parse(nums))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _level(at: int, kind: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


# The package


def _folder(main: str) -> str:
    return main.rpartition("/")[0] + "/" if "/" in main else ""


def _relations_of(main: str) -> str:
    folder, _, name = main.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _relations(held: bytes, added: list[str]) -> bytes:
    """The relations of the document, without those to what does not go out, and with what the letter adds."""
    root = parsed(held)
    for one in list(root):
        if (one.get("Type") or "").rpartition("/")[2] in (*_PRIVATE, "customXml"):
            root.remove(one)
    root.extend(list(etree.fromstring(f'<all xmlns="{_PACKAGE}">{"".join(added)}</all>')))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _types(held: bytes, numbering: str) -> bytes:
    root = parsed(held)
    space = root.tag.rpartition("}")[0] + "}"
    for one in list(root):
        path = (one.get("PartName") or "").lstrip("/")
        kind = (one.get("ContentType") or "").rpartition(".")[2]
        if path.startswith(("docProps/", "customXml/")) or kind.removesuffix("+xml") in _PRIVATE:
            root.remove(one)
    endings = {one.get("Extension"): one for one in root}
    for ending in ("png", "jpeg"):
        if ending not in endings:
            kind = {"Extension": ending, "ContentType": f"image/{ending}"}
            root.insert(0, etree.Element(f"{space}Default", kind))
    named = {(one.get("PartName") or "").lstrip("/") for one in root}
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    for path, kind in ((numbering, f"{_TYPES}.numbering+xml"), ("docProps/core.xml", core)):
        if path not in named:
            root.append(etree.Element(f"{space}Override", {"PartName": f"/{path}", "ContentType": kind}))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _core(composition: Composition, issued_on: date) -> bytes:
    stamp = f"{issued_on.isoformat()}T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(composition.title)}</dc:title><dc:language>{escape(composition.language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified></cp:coreProperties>'
    ).encode()
