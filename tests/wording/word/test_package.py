"""Files that are not let in, each by name; nothing of them is read."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

import pytest

from docservice.refusal import Refusal
from docservice.wording.word.package import MOST_PARTS, open_package
from tests.wording.word.making import HEAD, NAMESPACES, TITLE, docx, field, p, r, relation, zipped

RUN = '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
BOMB = HEAD + "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
) + f"]><w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"  # fmt: skip
OUTSIDE = HEAD + f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><w:document {NAMESPACES}>&f;</w:document>'
MERGE = f"<w:settings {NAMESPACES}><w:mailMerge/></w:settings>"
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
HEADER = f"<w:hdr {NAMESPACES}>{p(field('DDE x'))}</w:hdr>"
TEMPLATE = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + (
    relation("attachedTemplate", "http://x.example/t.dotm", external=True) + "</Relationships>"
)
PLAIN_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def macro_enabled() -> bytes:
    with zipfile.ZipFile(BytesIO(docx(TITLE))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(PLAIN_MAIN.encode(), MACRO_MAIN.encode())
    return zipped(parts)  # type: ignore[arg-type]


def split_field() -> str:
    """DDEAUTO, its name in two runs."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE</w:instrText></w:r>'
        '<w:r><w:instrText>AUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def nested_field() -> str:
    """The word DDE from character codes (QUOTE 68 68 69), inside another field."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        "<w:r><w:instrText> QUOTE 68 68 69 </w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def bomb(size: int) -> bytes:
    return docx(TITLE, parts={"word/media/x.bin": b"\0" * size})


def lying() -> bytes:
    """An archive whose directory says less than there is."""
    data = bytearray(docx(TITLE, parts={"word/media/x.bin": b"\0" * 4000}))
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/media/x.bin"))
    struct.pack_into("<L", data, at + 24, 10)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(docx(TITLE))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def called(name: str) -> bytes:
    """A file whose document, with a field in it, has another name than usual."""
    with zipfile.ZipFile(BytesIO(docx(TITLE, p(field("DDE x"))))) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = parts.pop("word/document.xml")
    for part in ("[Content_Types].xml", "_rels/.rels"):
        parts[part] = parts[part].replace(b"word/document.xml", name.encode())
    return zipped(parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (docx(TITLE, parts={"word/vbaProject.bin": b"x"}), "word.macros"),
        (docx(TITLE, relations=relation("vbaProject", "vbaProject.bin")), "word.macros"),
        (docx(TITLE, relations=relation("attachedToolbars", "x.bin")), "word.macros"),
        (docx(TITLE, parts={"customUI/customUI.xml": "<x/>"}), "word.macros"),
        (macro_enabled(), "word.macros"),
        (docx(TITLE, parts={"word/embeddings/oleObject1.bin": b"x"}), "word.embedded"),
        (docx(TITLE, parts={"word/activeX/activeX1.xml": "<x/>"}), "word.embedded"),
        (docx(TITLE, relations=relation("aFChunk", "chunk.html")), "word.embedded"),
        (docx(TITLE, relations=relation("package", "sheet.xlsx")), "word.embedded"),
        (docx(TITLE, '<w:altChunk r:id="rId9"/>'), "word.embedded"),
        (docx(TITLE, p("<w:r><w:object><o:OLEObject/></w:object></w:r>")), "word.embedded"),
        (docx(TITLE, p("<w:r><w:pict><o:OLEObject/></w:pict></w:r>")), "word.embedded"),
        (docx(TITLE, relations=relation("attachedTemplate", "http://x.example/t", external=True)), "word.external"),
        (docx(TITLE, relations=relation("image", "http://x.example/pixel.png", external=True)), "word.external"),
        (docx(TITLE, relations=relation("oleObject", "file:///c:/x.xls", external=True)), "word.embedded"),
        (docx(TITLE, relations=relation("subDocument", "b.docx", external=True)), "word.external"),
        (docx(TITLE, relations=relation("hyperlink", "javascript:alert(1)", external=True)), "word.external"),
        (docx(TITLE, relations=relation("hyperlink", "file:///etc/passwd", external=True)), "word.external"),
        (docx(TITLE, parts={"word/_rels/header1.xml.rels":
              '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
              + relation("image", "\\\\\\\\x.example\\\\share\\\\p.png", external=True) + "</Relationships>"}),
         "word.external"),
        (docx(TITLE, parts={"word/settings.xml": MERGE}), "word.external"),
        (docx(TITLE, p(field("DDEAUTO c:\\\\x.exe"))), "word.field"),
        (docx(TITLE, p(split_field())), "word.field"),
        (docx(TITLE, p(nested_field())), "word.field"),
        (docx(TITLE, p(field(" INCLUDETEXT c:\\\\secret.docx"))), "word.field"),
        (docx(TITLE, p(field("INCLUDEPICTURE http://x.example/p.png"))), "word.field"),
        (docx(TITLE, p(field("MACROBUTTON Run me"))), "word.field"),
        (docx(TITLE, p(field('HYPERLINK "javascript:alert(1)"'))), "word.external"),
        (docx(TITLE, p(field('HYPERLINK \\o "tip" \\t "_top" file:///etc/passwd'))), "word.external"),
        (docx(TITLE, p(f"<w:fldSimple w:instr='HYPERLINK \\\\x\\share'>{r('x')}</w:fldSimple>")), "word.external"),
        # A part may be called anything, and a part that is called a picture may be none.
        (called("word/document.wording"), "word.field"),
        (called("word/document.png"), "word.embedded"),
        (docx(TITLE, parts={"word/h.x": HEADER}, relations=relation("header", "h.x")), "word.field"),
        (docx(TITLE, parts={"word/_rels/settings.xml.RELS": TEMPLATE}), "word.external"),
        (docx(TITLE, parts={"word/media/a.png": "<svg xmlns='http://www.w3.org/2000/svg'/>"}), "word.embedded"),
        (docx(TITLE, parts={"word/media/a.jpeg": docx(TITLE)}), "word.embedded"),
        (docx(TITLE, parts={"word/any.dat": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "word.embedded"),
        (docx(TITLE, parts={"word/any.zip": zipped({"a": "b"})}), "word.xml"),
        (docx(TITLE, relations=relation("VBAProject/", "p.dat")), "word.macros"),
        (docx(TITLE, relations=relation("image", "\\\\x.example\\p.png")), "word.external"),
        (docx(TITLE, relations=relation("image", "http://x.example/p.png")), "word.external"),
        (docx(TITLE, p('<w:r><w:pict><v:imagedata src="http://x.example/p.png"/></w:pict></w:r>')), "word.external"),
        (docx(TITLE, p('<w:r><w:pict><v:shape href="file:///c:/x.exe"/></w:pict></w:r>')), "word.external"),
        (docx(TITLE, p(f'<w:fldSimple w:instr="LINK Excel.Sheet x.xls">{r("x")}</w:fldSimple>')), "word.field"),
        (docx(TITLE, parts={"word/header1.xml": f"<w:hdr {NAMESPACES}>{p(field('DDE x y'))}</w:hdr>"}), "word.field"),
        (docx(parts={"word/document.xml": BOMB}), "word.entities"),
        (docx(parts={"word/document.xml": OUTSIDE}), "word.entities"),
        (docx(parts={"word/document.xml": BOMB.replace("UTF-8", "UTF-16").encode("utf-16")}), "word.entities"),
        (docx(TITLE, parts={"word/styles.xml": "<!DOCTYPE x><x/>"}), "word.entities"),
        (docx(TITLE, parts={"word/styles.xml": "<not closed"}), "word.xml"),
        (docx(TITLE, parts={"../../etc/cron.d/x": b"x"}), "word.path"),
        (docx(TITLE, parts={"/etc/passwd": b"x"}), "word.path"),
        (docx(TITLE, parts={"C:/x": b"x"}), "word.path"),
        (docx(TITLE, parts={"WORD/document.xml": b"<x/>"}), "word.path"),
        (bomb(13 * 2**20), "word.too_large"),
        (docx(TITLE, parts={f"word/media/{n}.bin": b"x" for n in range(MOST_PARTS)}), "word.too_large"),
        (docx(TITLE, RUN * 400_001), "word.too_large"),
        (lying(), "word.file"),
        (encrypted(), "word.encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "word.encrypted"),
        (b"%PDF-1.7", "word.file"),
        (b"", "word.file"),
        (docx(TITLE)[:200], "word.file"),
        (zipped({"a.txt": "x"}), "word.file"),
        (docx(TITLE, without=("_rels/.rels",)), "word.file"),
        (docx(TITLE, without=("word/document.xml",)), "word.file"),
        (docx(parts={"word/document.xml":
              '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"/>'}), "word.file"),
        (docx(parts={"word/document.xml": "<w:document" + NAMESPACES + ">" + "<w:p>" * 3000}), "word.xml"),
    ],
)  # fmt: skip
def test_what_a_letter_has_no_use_for_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_package(data)
    assert [problem.code for problem in refused.value.problems][:1] == [code], refused.value


def test_everything_is_named_at_once() -> None:
    data = docx(TITLE, p(field("DDE x")), parts={"word/vbaProject.bin": b"x"}, relations=relation("control", "x.xml"))
    with pytest.raises(Refusal) as refused:
        open_package(data)
    assert {problem.code for problem in refused.value.problems} == {"word.macros", "word.embedded", "word.field"}
    assert "vbaProject.bin" in str(refused.value)


@pytest.mark.parametrize("shown", ["PAGE", "NUMPAGES", 'HYPERLINK "https://x.example"', "REF _x \\h", "TOC \\o"])
def test_fields_that_show_the_document_itself_are_let_in(shown: str) -> None:
    assert open_package(docx(TITLE, p(field(shown)))).main == "word/document.xml"


def test_links_are_let_in() -> None:
    links = [("hyperlink", t) for t in ("https://x.example/", "mailto:a@x.example", "tel:555", "#here")]
    more = "".join(relation(kind, target, external=True, name=f"rIdL{n}") for n, (kind, target) in enumerate(links))
    assert len(open_package(docx(TITLE, relations=more)).relations()) == 7
