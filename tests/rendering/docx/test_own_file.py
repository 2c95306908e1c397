"""A letter that is written in Word: its own file is the Word face, and says what the other faces say."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import docx as python_docx
import pytest
from lxml import etree
from PIL import Image

from docservice import casefile, shipped
from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.rendering.composing.facts import Facts, assemble
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.rendering.docx import letterhead, own_file
from docservice.town import TownPack, load_pack
from docservice.town.reckoning import reckon
from docservice.wording.bundle import WORD_WORDING, Bundle
from docservice.wording.catalog.freezing import freeze
from docservice.wording.catalog.lint import lint
from docservice.wording.word.package import W, open_package
from docservice.wording.word.writing import to_word
from tests.shipped_wording import LETTERS, PATH, folder_of, sample_of, some_languages
from tests.shipped_wording import bundle_of as plain
from tests.wording.word.making import NAMESPACES, docx, ins, item, p, r, relation, sdt

ON = date(2026, 6, 1)


@cache
def pack() -> TownPack:
    return load_pack(shipped.folder("town") / "madrona-hills")


@cache
def gray() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 200, 200)).save(stream, "JPEG")
    return stream.getvalue()


def in_word(key: str, folder: Path, data: bytes | None = None) -> Bundle:
    """The letter, its wording a Word file."""
    return freeze(word_folder(key, folder, data), PATH)


def word_folder(key: str, folder: Path, data: bytes | None = None) -> Path:
    made = Path(shutil.copytree(folder_of(key), folder / key))
    (made / "letter.html").unlink()
    (made / WORD_WORDING).write_bytes(data if data is not None else to_word(plain(key)))
    return made


def facts_of(bundle: Bundle, sample: str, language: str) -> tuple[Facts, dict[str, bytes]]:
    path = folder_of(bundle.key) / "samples" / f"{sample}.json"
    data = sample_of(path)
    order = data.pop("_order")
    case = casefile.load(data)
    on, about, recipient = date.fromisoformat(order["on"]), order.get("about"), order.get("recipient")
    reckoned = reckon(
        pack(), case, bundle.meta.document_type, on=on, recipient=recipient or "", about=about, language=language
    )
    facts = assemble(
        case, pack(), bundle.meta, reckoned, recipient=recipient, on=on, number="X-1", language=language, about=about
    )
    return facts, {photo.file: gray() for one in (*case.inspections, *case.service) for photo in one.photos}


def face(bundle: Bundle, sample: str = "usual", language: str = "en", draft: bool = False) -> tuple[bytes, Composition]:
    facts, photos = facts_of(bundle, sample, language)
    composition = compose(bundle, facts, language)
    made = own_file.to_docx(bundle, facts, composition, attachments=photos, issued_on=ON, draft=draft)
    return made, composition


def words(data: bytes) -> str:
    root = open_package(data).document
    said = "".join("".join(t.text or "" for t in root.iter(f"{W}t")).split())
    return said.translate(dict.fromkeys(map(ord, "\u200e\u200f")))  # the marks depend on which way a paragraph runs


@pytest.mark.parametrize("sample", ["usual", "awkward"])
@pytest.mark.parametrize("key", LETTERS)
def test_every_letter_says_in_its_own_file_what_the_letterhead_says(key: str, sample: str, tmp_path: Path) -> None:
    written = in_word(key, tmp_path)
    for language in some_languages(key + sample, written.languages):
        own, composition = face(written, sample, language)
        facts, photos = facts_of(plain(key), sample, language)
        other = compose(plain(key), facts, language)
        assert composition.html == other.html
        reference = letterhead.to_docx(
            plain(key), other, town=pack().identity, attachments=photos, issued_on=ON, number="X-1", draft=False
        )  # fmt: skip
        assert words(own) == words(reference), language


def test_languages_travel_with_it(tmp_path: Path) -> None:
    assert in_word("notice-of-violation", tmp_path).languages == plain("notice-of-violation").languages
    assert len(plain("notice-of-violation").languages) >= 5


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


FOOTER = (
    f"<w:ftr {NAMESPACES}>{p('Case {{ case.number }} ', r('of the town', '<w:i/>'))}"
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Somebody Private</dc:creator></cp:coreProperties>'
)
COMMENTS = f'<w:comments {NAMESPACES}><w:comment w:id="1" w:author="L">{p("is this wise?")}</w:comment></w:comments>'


@pytest.fixture
def own(tmp_path: Path) -> Bundle:
    """A letter that somebody wrote in Word, with everything that goes with it."""
    data = docx(
        p("A letter", style="Title", properties='<w:jc w:val="center"/>'),
        p("Dear ", r("{{ recipient.called }}", '<w:color w:val="FF0000"/><w:b/>'), ":", ins(r(" hello"))),
        p("{%p if property.situs %}"), p("About {{ property.situs }}."), p("{%p endif %}"),
        item("first", 1), item("second", 1),
        sdt("clause:help", ""),
        p("Sincerely", '<w:r><w:commentReference w:id="1"/></w:r>'),
        "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc>" + p("Rule") + "</w:tc></w:tr>"
        "<w:tr><w:tc>" + p("{%tr for v in violations %}") + "</w:tc></w:tr><w:tr><w:tc>" + p("{{ v.section }}") +
        "</w:tc></w:tr><w:tr><w:tc>" + p("{%tr endfor %}") + "</w:tc></w:tr></w:tbl>",
        parts={"word/footer1.xml": FOOTER, "word/comments.xml": COMMENTS, "docProps/core.xml": CORE},
        relations=relation("footer", "footer1.xml", name="rId7") + relation("comments", "comments.xml", name="rId8"),
        types='<Override PartName="/word/comments.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.comments+xml"/>',
    )  # fmt: skip
    return in_word("courtesy-letter", tmp_path, data)


def test_its_own_looks_stay_and_what_is_private_does_not(own: Bundle) -> None:
    made, _ = face(own, draft=True)
    assert made == face(own, draft=True)[0]  # the same facts, the same bytes
    found = parts(made)
    document = python_docx.Document(io.BytesIO(made))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:2] == ["DRAFT · not issued", "A letter"]
    assert document.paragraphs[1]._p.pPr.find(f"{W}jc").get(f"{W}val") == "center"
    greeting = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("Dear "))
    assert any(run.bold for run in greeting.runs)
    assert " hello" in greeting.text
    assert any("Who can help" in text for text in texts)  # the clause
    rows = [row.cells[0].text for row in document.tables[0].rows]
    assert rows[0] == "Rule"
    assert all(rows[1:])
    footer = found["word/footer1.xml"].decode()
    assert "{{" not in footer
    assert "<w:instrText>PAGE</w:instrText>" in footer
    everything = b"".join(found.values()).decode("utf-8", "replace")
    for private in ("Somebody Private", "is this wise", "commentReference", "w:ins ", "trackRevisions"):
        assert private not in everything
    for name, data in found.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data)
    targets = set(re.findall(r'Target="([^"]+)"', found["word/_rels/document.xml.rels"].decode()))
    inside = {f"word/{target}" for target in targets if ":" not in target}
    assert inside <= set(found)
    known = {style.style_id for style in document.styles}
    assert {e.get(f"{W}val") for e in document.element.iter(f"{W}pStyle")} <= known
    numbers = {e.get(f"{W}numId") for e in etree.fromstring(found["word/numbering.xml"]).iter(f"{W}num")}
    assert {e.get(f"{W}val") for e in document.element.iter(f"{W}numId")} <= numbers


def test_a_folder_has_one_wording(tmp_path: Path) -> None:
    folder = word_folder("memorandum", tmp_path)
    assert [f for f in lint(folder, PATH, vocabulary()) if f.severity == "error"] == []
    shutil.copy(folder_of("memorandum") / "letter.html", folder)
    with pytest.raises(Refusal) as refused:
        freeze(folder, PATH)
    assert [problem.code for problem in refused.value.problems] == ["template.wordings"]


def test_lint_names_the_paragraph(tmp_path: Path) -> None:
    folder = word_folder("memorandum", tmp_path, docx(p("T", style="Title"), p("{{ case.nmuber }} ", r("x", "<w:u/>"))))
    found = {(f.code, f.place) for f in lint(folder, PATH, vocabulary())}
    assert {("word.look", "letter.docx:2"), ("template.field", "letter.docx:2")} <= found


def test_what_only_one_face_would_show_keeps_it_from_being_frozen(tmp_path: Path) -> None:
    data = docx(p("T", style="Title"), p("x ", '<w:r><w:footnoteReference w:id="3"/></w:r>'))
    folder = word_folder("memorandum", tmp_path, data)
    with pytest.raises(Refusal) as refused:
        freeze(folder, PATH)
    assert [(problem.code, problem.place) for problem in refused.value.problems] == [("word.footnote", "letter.docx:2")]
