"""Forms: they can be filled in, by whatever reads PDF, and stay PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from lxml import etree

from docservice import casefile
from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.letters import letter
from docservice.rendering.letters.field_font import NAME
from docservice.town import TownPack
from docservice.town.reckoning import reckon
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.lint import lint_version
from docservice.wording.form_fields import fields_in
from tests.shipped_wording import bundle_of, folder_of, sample_of
from tests.verapdf import validate

FORMS = ("hearing-request", "hardship-request")
Print = Callable[..., bytes]


def spoiled(bundle: Bundle, path: str, old: str, new: str) -> Bundle:
    """The bundle with a text in a file replaced."""
    assert old in bundle.files[path].decode()
    return Bundle.of({**bundle.files, path: bundle.files[path].decode().replace(old, new, 1).encode()})


@pytest.fixture(scope="module")
def printed(pack: TownPack, font_set: fonts.FontSet) -> Print:
    def make(key: str, bundle: Bundle | None = None, rtl: bool = False) -> bytes:
        data = sample_of(folder_of(key) / "samples/usual.json")
        order = data.pop("_order")
        case, bundle, on = casefile.load(data), bundle or bundle_of(key), date.fromisoformat(order["on"])
        reckoning = reckon(pack, case, bundle.meta.document_type, on=on, recipient="")
        facts = assemble(
            case, pack, bundle.meta, reckoning, recipient=None, on=on, number="RH-2026-0001", language="en",
            verify_url="https://docs.example/verify/GJV2D8CP4G",
        )  # fmt: skip
        composition = compose(bundle, facts, "en")
        if rtl:  # the same page the other way around
            composition.root.set("lang", "ar")
            composition.root.set("dir", "rtl")
        return letter.typeset(
            bundle, composition, town=pack.identity, envelope=pack.envelopes["plain"], attachments={}, issued_on=on,
            draft=False, fonts=font_set, number="RH-2026-0001", look=pack.appearance,
        ).pdf  # fmt: skip

    return make


@pytest.fixture(scope="module")
def forms(printed: Print) -> dict[str, bytes]:
    return {key: printed(key) for key in FORMS}


def wanted(key: str) -> dict[str, tuple[str, str]]:
    """Each field of a form, by its wording: name → kind, label."""
    text = "".join(
        data.decode() for path, data in bundle_of(key).files.items() if path.endswith(".html") and b"data-field" in data
    )
    found = re.findall(r'data-field="([a-z-]+)" data-kind="(\w+)"[^>]*>\{% trans %\}(.*?)\{%', text)
    return {name: (kind, label) for name, kind, label in found if kind != "signature"}


def test_three_readers_find_every_field_with_its_name(forms: dict[str, bytes]) -> None:
    for key, pdf in forms.items():
        fields = wanted(key)
        assert len(fields) > 10
        read = pypdf.PdfReader(io.BytesIO(pdf)).get_fields() or {}
        assert {name: (one["/FT"] == "/Btn", one["/TU"]) for name, one in read.items()} == {
            name: (kind == "check", label) for name, (kind, label) in fields.items()
        }
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        assert document.formenv is not None
        raw = pypdfium2.raw
        kinds = {raw.FPDF_FORMFIELD_CHECKBOX: 0, raw.FPDF_FORMFIELD_TEXTFIELD: 0}
        for page in document:
            for index in range(raw.FPDFPage_GetAnnotCount(page)):
                annotation = raw.FPDFPage_GetAnnot(page, index)
                if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
                    kinds[raw.FPDFAnnot_GetFormFieldType(document.formenv, annotation)] += 1
                raw.FPDFPage_CloseAnnot(annotation)
        checks = sum(kind == "check" for kind, _ in fields.values())
        assert list(kinds.values()) == [checks, len(fields) - checks]
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            assert [str(one.T) for one in opened.Root.AcroForm.Fields] == list(wanted_in_order(opened))
            assert "/NeedAppearances" not in opened.Root.AcroForm


def wanted_in_order(pdf: pikepdf.Pdf) -> list[str]:
    """The names of the fields in the order of the structure, in which a keyboard goes through them."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for one in node:
                walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if node.get("/S") == "/Form":
                (held,) = node.K
                assert held.Type == "/OBJR"
                found.append(str(held.Obj.T))
                assert held.Obj.AP.N is not None
            elif "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot.K)
    assert all(page.Tabs == "/S" for page in pdf.pages)
    return found


def test_a_filled_form_is_still_archivable_and_says_what_was_written(forms: dict[str, bytes], tmp_path: Path) -> None:
    values = {"name": "José Ñuñez-Gärtner", "why": "The fence is on my side.\nI have a survey.", "all": "/Yes"}
    writer = pypdf.PdfWriter(io.BytesIO(forms["hearing-request"]))
    writer.update_page_form_field_values(writer.pages[0], values, auto_regenerate=False)
    writer.write(tmp_path / "filled.pdf")
    paths = [tmp_path / "filled.pdf"]
    for key, pdf in forms.items():
        paths.append(tmp_path / f"{key}.pdf")
        paths[-1].write_bytes(pdf)
    assert validate(paths[1:]) == []
    read = pypdf.PdfReader(tmp_path / "filled.pdf").get_fields() or {}
    assert {name: str(read[name]["/V"]) for name in values} == values
    done = subprocess.run(["pdftotext", tmp_path / "filled.pdf", "-"], capture_output=True, text=True, check=True)
    assert "José Ñuñez-Gärtner" in done.stdout
    assert "I have a survey." in done.stdout


def test_the_font_of_the_fields_is_embedded(forms: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(forms["hardship-request"])) as pdf:
        font = pdf.Root.AcroForm.DR.Font[f"/{NAME}"]
        assert bytes(font.FontDescriptor.FontFile2.read_bytes()[:4]) == b"\0\1\0\0"
        assert len(font.Widths) == 224
        assert int(font.Widths[ord("m") - 32]) > int(font.Widths[ord("i") - 32]) > 0
        assert f"/{NAME}" in str(pdf.Root.AcroForm.DA)


def test_a_form_is_one_page_and_the_same_bytes_each_time(forms: dict[str, bytes], printed: Print) -> None:
    for pdf in forms.values():
        assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    assert printed("hearing-request") == forms["hearing-request"]


def test_lines_from_right_to_left_are_filled_in_from_the_right(printed: Print) -> None:
    with pikepdf.open(io.BytesIO(printed("hearing-request", rtl=True))) as pdf:
        assert {int(one.Q) for one in pdf.Root.AcroForm.Fields if one.FT == "/Tx"} == {2}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('data-kind="lines" data-lines="5"', 'data-kind="essay"', "of no kind there is"),
        ('data-field="which-part"', 'data-field="why"', "there is a field “why” already"),
        ('data-field="why"', 'data-field="Why not"', "is no name of a field"),
        ('data-lines="5"', 'data-lines="600"', "data-lines is a number from 2 to 30"),
        ('data-kind="check">', 'data-kind="check" data-lines="3">', "of the kind lines alone"),
    ],
)
def test_a_field_that_nobody_could_fill_in_is_found_at_its_line(old: str, new: str, says: str, printed: Print) -> None:
    bundle = spoiled(bundle_of("hearing-request"), "letter.html", old, new)
    found = [one for one in lint_version(bundle, {}, vocabulary()) if one.code == "form.field"]
    assert any(says in one.message and re.fullmatch(r"letter\.html:\d+", one.place) for one in found), found
    with pytest.raises(Refusal) as refused:
        printed("hearing-request", bundle)
    assert refused.value.code == "form.field"
    assert refused.value.problems[0].place.startswith("field ")


def test_a_field_that_the_letterhead_does_not_place_is_refused_by_its_name(printed: Print) -> None:
    bundle, main = bundle_of("hearing-request"), "letterhead/form.typ"
    end = "  [#metadata(data.footer) <end>]"
    twice = spoiled(bundle, main, end, f"  to-fill-in(1)\n{end}")
    with pytest.raises(Refusal) as refused:
        printed("hearing-request", twice)
    assert (refused.value.code, refused.value.problems[0].place) == ("form.unplaced", "field letter-number")
    nothing = b'#set document(title: "Nothing")\n#set text(font: "Noto Sans")\nNothing'
    other = Bundle.of({**bundle.files, main: nothing})
    with pytest.raises(Refusal) as refused:
        printed("hearing-request", other)
    assert {one.place for one in refused.value.problems} == {f"field {name}" for name in wanted("hearing-request")}
    (found,) = [one for one in lint_version(other, {}, vocabulary()) if one.code == "form.field"]
    assert "places no fields" in found.message


def test_a_field_is_a_paragraph_with_a_label() -> None:
    html = '<span data-field="a" data-kind="text">A</span><p data-field="b" data-kind="text"> </p>'
    root = etree.fromstring(f"<article>{html}</article>")
    fields, problems = fields_in(root)
    assert [one.name for one in fields] == ["a", "b"]
    assert [one.place for one in problems] == ["field a", "field b"]
