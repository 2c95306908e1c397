"""The parts of a Word file to edit that are not its text: styles, numbering, settings."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_LEVELS = 4

CONTENT_TYPES = (
    f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{name}+xml"/>'
        for name in ("styles", "numbering", "settings")
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
PACKAGE_RELATIONS = (
    f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/'
    'relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
)
# Changes are tracked, so that the next reader sees them, too.
SETTINGS = f'{_HEAD}<w:settings xmlns:w="{_W}"><w:trackRevisions/><w:defaultTabStop w:val="720"/></w:settings>'

_OWN_STYLES = """
<w:style w:type="paragraph" w:styleId="WordingTag"><w:name w:val="Wording Tag"/><w:basedOn w:val="Normal"/><w:qFormat/>
<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr><w:rPr><w:color w:val="6B6F6A"/><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="WordingBare"><w:name w:val="Wording Bare"/><w:basedOn w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="TableHeader"><w:name w:val="Table Header"/><w:basedOn w:val="TableText"/>
<w:qFormat/><w:rPr><w:b/><w:bCs/></w:rPr></w:style>
<w:style w:type="character" w:styleId="WordingTagText"><w:name w:val="Wording Tag Text"/><w:qFormat/>
<w:rPr><w:noProof/><w:color w:val="6B6F6A"/><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="WordingField"><w:name w:val="Wording Field"/><w:qFormat/>
<w:rPr><w:noProof/><w:color w:val="1F4A3F"/><w:shd w:val="clear" w:color="auto" w:fill="E6EFEA"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="WordingSentence"><w:name w:val="Wording Sentence"/>
<w:rPr><w:noProof/><w:vanish/></w:rPr></w:style>
"""
_NO_LETTERHEAD = f'{_HEAD}<w:styles xmlns:w="{_W}">' + "".join(
    f'<w:style w:type="paragraph"{" w:default=" + chr(34) + "1" + chr(34) if not based else ""} w:styleId="{id}">'
    f'<w:name w:val="{name}"/>{based}</w:style>'
    for id, name, based in [
        ("Normal", "Normal", ""),
        *(
            (id, name, '<w:basedOn w:val="Normal"/>')
            for id, name in (
                ("Heading1", "heading 1"), ("Heading2", "heading 2"), ("Heading3", "heading 3"),
                ("ListBullet", "List Bullet"), ("ListNumber", "List Number"), ("Caption", "caption"),
                ("Quote", "Quote"), ("Address", "Address"), ("Reference", "Reference"), ("TableText", "Table Text"),
            )
        ),
    ]
) + "</w:styles>"  # fmt: skip


def styles(letterhead: bytes | None) -> str:
    """The styles of the Word letterhead, and those of tags and fields."""
    text = _NO_LETTERHEAD
    if letterhead is not None:
        try:
            with zipfile.ZipFile(io.BytesIO(letterhead)) as archive:
                text = archive.read("word/styles.xml").decode()
        except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
            pass  # a letterhead that cannot be read does not keep anybody from editing
    return text.replace("</w:styles>", f"{_OWN_STYLES}</w:styles>")


def numbering(lists: Sequence[tuple[str, int]]) -> str:
    """A numbering of its own for each list, ``ul`` or ``ol``, and where it starts: the first list is 1."""
    formats = {"ul": ("bullet", "bullet"), "ol": ("decimal", "lowerLetter")}
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="hybridMultilevel"/>'
        + "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{formats[kind][level % 2]}"/>'
            f'<w:lvlText w:val="{"•" if kind == "ul" else f"%{level + 1}."}"/><w:lvlJc w:val="start"/>'
            f'<w:pPr><w:ind w:start="{360 * (level + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
            for level in range(_LEVELS)
        )
        + "</w:abstractNum>"
        for at, kind in ((1, "ul"), (2, "ol"))
    )
    nums = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{1 if kind == "ul" else 2}"/>'
        + "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for level in range(_LEVELS if kind == "ol" else 0)
        )
        + "</w:num>"
        for number, (kind, start) in enumerate(lists, start=1)
    )
    return f'{_HEAD}<w:numbering xmlns:w="{_W}">{abstract}{nums}</w:numbering>'
