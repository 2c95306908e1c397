"""Word files made in code: well-meant ones, and those that are meant to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from docservice.wording.word.package import W
from docservice.wording.word.parts import CONTENT_TYPES, PACKAGE_RELATIONS, SETTINGS, numbering, styles

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MORE_STYLES = "".join(
    f'<w:style w:type="{kind}" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
    for kind, names in (
        ("paragraph", ("Title", "heading 4", "List Bullet 2", "List Paragraph", "toc 1")),
        ("character", ("Strong", "Emphasis")),
    )
    for name in names
)


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; a bare string becomes one."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run; & and < are given as XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def sdt(tag: str, inside: str) -> str:
    """A content control."""
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>'


def item(text: str, number: int, level: int = 0, style: str = "ListParagraph") -> str:
    """An item of the list with this number: 1 has bullets, 2 numerals."""
    return p(text, style=style, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def ins(inside: str) -> str:
    return f'<w:ins w:id="1" w:author="L" w:date="2026-01-01T00:00:00Z">{inside}</w:ins>'


def deleted(text: str) -> str:
    return (
        '<w:del w:id="2" w:author="L" w:date="2026-01-01T00:00:00Z">'
        f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'
    )


def field(instruction: str, shown: str = "x") -> str:
    """One of Word's own fields."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def tracked(data: bytes, old: str, new: str) -> bytes:
    """A Word file in which words of one run were changed as Word tracks it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    (run,) = [one for one in root.iter(f"{W}r") if old in "".join(t.text or "" for t in one.iter(f"{W}t"))]
    before, _, after = run.find(f"{W}t").text.partition(old)
    xml = (r(before) if before else "") + deleted(old) + (ins(r(new)) if new else "") + (r(after) if after else "")
    made = etree.fromstring(f"<x {NAMESPACES}>{xml}</x>")
    parent = run.getparent()
    at = parent.index(run)
    parent[at : at + 1] = list(made)
    return zipped({**parts, "word/document.xml": etree.tostring(root)})


def docx(
    *body: str,
    parts: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    types: str = "",
    without: tuple[str, ...] = (),
) -> bytes:
    """A Word file with this body. ``parts`` are added or take the place of its own."""
    own = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for at, kind in enumerate(("styles", "numbering", "settings"), start=1)
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES.replace("</Types>", f"{types}</Types>"),
        "_rels/.rels": PACKAGE_RELATIONS,
        "docProps/core.xml": f'{HEAD}<coreProperties xmlns="x"/>',
        "word/document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": styles(None).replace("</w:styles>", f"{MORE_STYLES}</w:styles>"),
        "word/numbering.xml": numbering([("ul", 1), ("ol", 1), ("ul", 1), ("ol", 1)]),
        "word/settings.xml": SETTINGS,
        "word/_rels/document.xml.rels": (
            f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{own}{relations}</Relationships>"
        ),
    }
    return zipped({name: data for name, data in {**made, **(parts or {})}.items() if name not in without})


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def relation(kind: str, target: str, *, external: bool = False, name: str = "rIdX") -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'


TITLE = p("T", style="Title")
