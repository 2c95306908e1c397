"""The parts of a Word file around a redline's body: styles, lists, header, comments, properties; no clock in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_EPOCH = (1980, 1, 1, 0, 0, 0)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"document": "document.main", "styles": "styles", "numbering": "numbering", "settings": "settings",
          "header1": "header", "comments": "comments"}  # fmt: skip
FIRST_NUMBERED = 2  # the number of the first numbered list; bulleted ones share number 1
_SANS, _SERIF = "Noto Sans", "Noto Serif"


def package(
    body: str, *, title: str, notes: Sequence[str], author: str, stamp: str, language: str, comments: str, numbered: int
) -> bytes:
    """A Word file whose body is ``body`` (a sequence of w:p and w:tbl); ``notes`` stand in its header."""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/><w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" '
        'w:gutter="0"/></w:sectPr>'
    )
    related = [("Styles", "styles"), ("Numbering", "numbering"), ("Settings", "settings"), ("Comments", "comments")]
    relations = [f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>' for n, kind in related]
    relations.append(f'<Relationship Id="rIdHeader" Type="{_OFFICE}/header" Target="header1.xml"/>')
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/>'
        ),
        "docProps/core.xml": _core(title, author, stamp, language),
        "word/_rels/document.xml.rels": _relations("".join(relations)),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}{section}</w:body></w:document>",
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(numbered),
        "word/settings.xml": f'<w:settings {_W}><w:trackRevisions/><w:defaultTabStop w:val="720"/></w:settings>',
        "word/header1.xml": f"<w:hdr {_W}>{''.join(map(_in_header, (title, *notes)))}</w:hdr>",
        "word/comments.xml": f"<w:comments {_W}>{comments}</w:comments>",
    }
    return _zip({name: (_HEAD + text).encode() for name, text in parts.items()})


def _in_header(text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Marker"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'


def _types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in _PARTS.items()
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )


def _relations(inside: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _core(title: str, author: str, stamp: str, language: str) -> str:
    when = f'xsi:type="dcterms:W3CDTF">{escape(stamp)}'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<dc:language>{escape(language)}</dc:language>"
        f"<dcterms:created {when}</dcterms:created><dcterms:modified {when}</dcterms:modified></cp:coreProperties>"
    )


def _fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="Noto Sans CJK TC" w:cs="Noto Naskh Arabic"/>'


def _style(
    name: str,
    *,
    kind: str = "paragraph",
    shown: str = "",
    paragraph: str = "",
    run: str = "",
    outline: int | None = None,
) -> str:
    based = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" and name != "Normal" else ""
    default = ' w:default="1"' if name == "Normal" else ""
    level = f'<w:outlineLvl w:val="{outline}"/>' if outline is not None else ""
    held = f"<w:pPr>{paragraph}{level}</w:pPr>" if paragraph or level else ""
    return (
        f'<w:style w:type="{kind}" w:styleId={quoteattr(name)}{default}><w:name w:val={quoteattr(shown or name)}/>'
        f"{based}<w:qFormat/>{held}" + (f"<w:rPr>{run}</w:rPr>" if run else "") + "</w:style>"
    )


def _styles() -> str:
    def heading(size: int, color: str) -> str:
        return f'{_fonts(_SANS)}<w:b/><w:bCs/><w:color w:val="{color}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'

    quiet = f'{_fonts(_SANS)}<w:color w:val="565A55"/><w:sz w:val="16"/><w:szCs w:val="16"/>'
    keep, after = "<w:keepNext/>", '<w:spacing w:before="240" w:after="80"/>'
    styles = [
        _style("Normal", paragraph='<w:spacing w:after="140" w:line="276" w:lineRule="auto"/>',
               run=f'{_fonts(_SERIF)}<w:sz w:val="21"/><w:szCs w:val="22"/>'),
        _style("Title", paragraph=keep + after, run=heading(36, "1F4A3F"), outline=0),
        _style("Heading2", shown="heading 2", paragraph=keep + after, run=heading(24, "1F4A3F"), outline=1),
        _style("Heading3", shown="heading 3", paragraph=keep + after, run=heading(21, "8A3B1E"), outline=2),
        _style("Term", paragraph=keep + '<w:spacing w:after="20"/>', run=heading(19, "1F4A3F")),
        _style("Description", paragraph='<w:ind w:left="360"/>'),
        _style("ListBullet", shown="List Bullet"),
        _style("ListNumber", shown="List Number"),
        _style("Caption", shown="caption", run=quiet),
        _style("TableText", paragraph='<w:spacing w:after="40"/>'),
        _style("Marker", paragraph='<w:spacing w:after="60"/>', run=quiet),
        _style("Field", kind="character", run=f'{_fonts(_SANS)}<w:color w:val="1F4A3F"/><w:sz w:val="19"/>'),
        _style("Condition", kind="character", run=f'{_fonts(_SANS)}<w:i/><w:color w:val="565A55"/><w:sz w:val="17"/>'),
    ]  # fmt: skip
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="C9C4B4"/>' for side in ("top", "bottom", "insideH")
    )
    table = (
        '<w:style w:type="table" w:styleId="RedlineTable"><w:name w:val="Redline Table"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )
    return f"<w:styles {_W}>{''.join(styles)}{table}</w:styles>"


def _numbering(numbered: int) -> str:
    def levels(kind: str) -> str:
        return "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{"•" if kind == "bullet" else f"%{level + 1}."}"/><w:lvlJc w:val="start"/>'
            f'<w:pPr><w:ind w:left="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for level in range(4)
        )

    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:multiLevelType w:val="hybridMultilevel"/>'
        f"{levels(kind)}</w:abstractNum>"
        for n, kind in ((1, "bullet"), (2, "decimal"))
    )
    numbers = '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>' + "".join(
        f'<w:num w:numId="{FIRST_NUMBERED + n}"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for n in range(numbered + 1)
    )
    return f"<w:numbering {_W}>{abstract}{numbers}</w:numbering>"


def _zip(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, parts[name])
    return buffer.getvalue()
