"""Write law/us/letterhead/letter.docx, the Word letterhead: slim styles, docxtpl tags, accessible defaults.

The file may as well be edited in Word; this script is how the first one came about.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import typst

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMESPACES = (
    f'{W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
INK, ACCENT, QUIET = "1F2A30", "1F4D40", "5A6469"


def style(kind: str, name: str, label: str, ppr: str = "", rpr: str = "", based: str = "Normal", more: str = "") -> str:
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    default = ' w:default="1"' if name == "Normal" else ""
    ppr = f"<w:pPr>{ppr}</w:pPr>" if ppr else ""
    rpr = f"<w:rPr>{rpr}</w:rPr>" if rpr else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{name}"><w:name w:val="{label}"/>{base}'
        f"<w:qFormat/>{ppr}{rpr}{more}</w:style>"
    )


def size(points: float) -> str:
    return f'<w:sz w:val="{int(points * 2)}"/><w:szCs w:val="{int(points * 2)}"/>'


def heading(level: int, points: float, before: int) -> str:
    return style(
        "paragraph",
        f"Heading{level}",
        f"heading {level}",
        f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="60"/><w:outlineLvl w:val="{level - 1}"/>',
        f'<w:b/><w:bCs/><w:color w:val="{ACCENT if level == 1 else INK}"/>{size(points)}',
        more="",
    )


STYLES = (
    HEAD
    + f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
    + '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial" w:eastAsia="Microsoft JhengHei"/>'
    + f'{size(11)}<w:lang w:val="en-US" w:eastAsia="zh-TW" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    + '<w:pPrDefault><w:pPr><w:spacing w:after="120" w:line="269" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    + style("paragraph", "Normal", "Normal", "<w:widowControl/>", f'<w:color w:val="{INK}"/>', based="")
    + heading(1, 18, 240)
    + heading(2, 13, 240)
    + heading(3, 11.5, 160)
    + heading(4, 11, 120)
    + style("paragraph", "ListBullet", "List Bullet", '<w:spacing w:after="60"/>')
    + style("paragraph", "ListNumber", "List Number", '<w:spacing w:after="60"/>')
    + style(
        "paragraph",
        "Caption",
        "caption",
        '<w:keepNext/><w:spacing w:before="120" w:after="60"/>',
        f'<w:i/><w:iCs/><w:color w:val="{QUIET}"/>{size(10)}',
    )
    + style("paragraph", "Quote", "Quote", '<w:ind w:start="480" w:end="480"/>', "<w:i/><w:iCs/>")
    + style("paragraph", "Address", "Address", '<w:spacing w:before="120" w:after="240"/>')
    + style(
        "paragraph",
        "Reference",
        "Reference",
        '<w:tabs><w:tab w:val="left" w:pos="2160"/></w:tabs><w:spacing w:after="20"/><w:ind w:start="2160" w:hanging="2160"/>',
    )
    + style(
        "paragraph",
        "CutLine",
        "Cut Line",
        f'<w:keepNext/><w:pBdr><w:bottom w:val="dashed" w:sz="6" w:space="1" w:color="{QUIET}"/></w:pBdr><w:spacing w:before="360" w:after="120"/>',
    )
    + style(
        "paragraph",
        "TableText",
        "Table Text",
        '<w:spacing w:before="40" w:after="40" w:line="252" w:lineRule="auto"/>',
        size(10),
    )
    + style("paragraph", "Header", "header", '<w:spacing w:after="0"/>', f'<w:color w:val="{QUIET}"/>{size(9)}')
    + style(
        "paragraph",
        "Footer",
        "footer",
        '<w:spacing w:after="0"/><w:jc w:val="end"/>',
        f'<w:color w:val="{QUIET}"/>{size(9)}',
    )
    + style(
        "paragraph",
        "Letterhead",
        "Letterhead",
        '<w:spacing w:after="0"/>',
        f'<w:b/><w:bCs/><w:color w:val="{ACCENT}"/>{size(17)}',
    )
    + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblCellMar>'
    + '<w:top w:w="0" w:type="dxa"/><w:start w:w="100" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:end w:w="100" w:type="dxa"/>'
    + "</w:tblCellMar></w:tblPr></w:style>"
    + '<w:style w:type="table" w:styleId="TownTable"><w:name w:val="Town Table"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    + f'<w:top w:val="single" w:sz="8" w:color="{INK}"/><w:bottom w:val="single" w:sz="8" w:color="{INK}"/>'
    + '<w:insideH w:val="single" w:sz="4" w:color="C9CED1"/></w:tblBorders></w:tblPr></w:style>'
    + "</w:styles>"
)


def level(number: int, kind: str, text: str) -> str:
    indent = 360 * (number + 1)
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>'
        f'<w:lvlJc w:val="start"/><w:pPr><w:ind w:start="{indent}" w:hanging="360"/></w:pPr></w:lvl>'
    )


NUMBERING = (
    HEAD
    + f"<w:numbering {W}>"
    + '<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>'
    + "".join(level(n, "bullet", "•" if n % 2 == 0 else "–") for n in range(4))
    + '</w:abstractNum><w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>'
    + "".join(level(n, "decimal" if n % 2 == 0 else "lowerLetter", f"%{n + 1}.") for n in range(4))
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def paragraph(style_name: str, text: str, ppr: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_name}"/>{ppr}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def page_field(name: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {name} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


DRAFT = (
    "{%p if draft %}",
    '<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:rPr><w:b/><w:color w:val="B00020"/></w:rPr>'
    "<w:t>DRAFT · not issued</w:t></w:r></w:p>",
    "{%p endif %}",
)
draft = paragraph("Header", DRAFT[0]) + DRAFT[1] + paragraph("Header", DRAFT[2])
rule = f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="6" w:color="{ACCENT}"/></w:pBdr><w:spacing w:after="240"/>'

SEAL_SIZE = 777240  # 0.85 in, in English metric units
SEAL = (
    '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="114300" distR="0" simplePos="0" relativeHeight="1" behindDoc="0"'
    ' locked="0" layoutInCell="1" allowOverlap="0"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin">'
    '<wp:align>right</wp:align></wp:positionH><wp:positionV relativeFrom="paragraph"><wp:posOffset>-114300</wp:posOffset></wp:positionV>'
    f'<wp:extent cx="{SEAL_SIZE}" cy="{SEAL_SIZE}"/><wp:wrapSquare wrapText="left"/><wp:docPr id="900" name="Seal" descr="Town seal"/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="900" name="Seal" descr="Town seal"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdSeal"/>'
    f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{SEAL_SIZE}" cy="{SEAL_SIZE}"/>'
    '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>'
)


def rasterized(name: str) -> bytes:
    """A picture of the letterhead as PNG, which every Word can show."""
    folder = Path(__file__).resolve().parent.parent / "law" / "us" / "letterhead"
    page = f'#set page(width: 85pt, height: 85pt, margin: 0pt, fill: none)\n#image("{name}", width: 100%)'
    compiled: Any = typst.compile  # its stub does not know the source as bytes
    return bytes(compiled(page.encode(), root=str(folder), format="png", ppi=288))


PARTS: dict[str, str | bytes] = {
    "[Content_Types].xml": HEAD
    + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + '<Default Extension="xml" ContentType="application/xml"/>'
    + '<Default Extension="png" ContentType="image/png"/>'
    + "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'
        for name, kind in {
            "word/document.xml": "officedocument.wordprocessingml.document.main",
            "word/styles.xml": "officedocument.wordprocessingml.styles",
            "word/numbering.xml": "officedocument.wordprocessingml.numbering",
            "word/settings.xml": "officedocument.wordprocessingml.settings",
            "word/header1.xml": "officedocument.wordprocessingml.header",
            "word/header2.xml": "officedocument.wordprocessingml.header",
            "word/footer1.xml": "officedocument.wordprocessingml.footer",
            "docProps/core.xml": "package.core-properties",
        }.items()
    )
    + "</Types>",
    "_rels/.rels": HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    + '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    + "</Relationships>",
    "docProps/core.xml": HEAD
    + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{{ title }}</dc:title>'
    + "<dc:creator>{{ town.name }}</dc:creator><dc:language>{{ language }}</dc:language>"
    + '<dcterms:created xsi:type="dcterms:W3CDTF">{{ stamp }}</dcterms:created></cp:coreProperties>',
    "word/_rels/document.xml.rels": HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(
        f'<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [
                ("styles", "styles.xml"),
                ("numbering", "numbering.xml"),
                ("settings", "settings.xml"),
                ("header", "header1.xml"),
                ("header", "header2.xml"),
                ("footer", "footer1.xml"),
            ],
            1,
        )
    )
    + "</Relationships>",
    "word/_rels/header1.xml.rels": HEAD
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + '<Relationship Id="rIdSeal" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/seal.png"/>'
    + "</Relationships>",
    "word/media/seal.png": rasterized("seal.svg"),
    "word/styles.xml": STYLES,
    "word/numbering.xml": NUMBERING,
    "word/settings.xml": HEAD
    + f'<w:settings {W}><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting w:name="compatibilityMode"'
    + ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>',
    "word/header1.xml": HEAD
    + f"<w:hdr {NAMESPACES}>"
    + paragraph("Letterhead", "{{ town.name }}").replace("</w:pPr>", "</w:pPr>" + SEAL)
    + paragraph("Header", "{{ town.office }}")
    + paragraph("Header", "{{ head | join(' · ') }}", rule)
    + draft
    + "</w:hdr>",
    "word/header2.xml": HEAD
    + f"<w:hdr {NAMESPACES}>"
    + paragraph("Header", "{{ town.name }} · {{ title }}{% if number %} · {{ number }}{% endif %}", rule)
    + draft
    + "</w:hdr>",
    "word/footer1.xml": HEAD
    + f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    + page_field("PAGE")
    + '<w:r><w:t xml:space="preserve"> / </w:t></w:r>'
    + page_field("NUMPAGES")
    + "</w:p></w:ftr>",
    "word/document.xml": HEAD
    + f"<w:document {NAMESPACES}><w:body>"
    + paragraph("Normal", "{{p body }}")
    + '<w:sectPr><w:headerReference w:type="first" r:id="rId4"/><w:headerReference w:type="default" r:id="rId5"/>'
    + '<w:footerReference w:type="first" r:id="rId6"/><w:footerReference w:type="default" r:id="rId6"/>'
    + '<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1300" w:left="1440" w:header="720" w:footer="600" w:gutter="0"/>'
    + "<w:titlePg/></w:sectPr></w:body></w:document>",
}


def main() -> None:
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "law/us/letterhead/letter.docx")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in PARTS.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


if __name__ == "__main__":
    main()
