"""What a part or the plan takes out of the public copy is told nowhere in it: no string, no stream, no certificate."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import pikepdf
import pypdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.packets import plan as plans
from docservice.packets.assemble import Bindery, Packet, assemble
from docservice.pdf.redaction.last_look import Sought, look
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import ON, case, content, folder, font_set, foreign, issued, letter, merged, pack, photographs
from tests.verapdf import validate

WORD = "Zephyrine Quillfeather"
OTHER = "Ignatius Thornbury"
PROOF = issued("POS-1", letter(f"Proof of service on {WORD}"), "Proof of Service", recipient=WORD)
DOCUMENTS = {
    "NOV-1": issued("NOV-1", letter(f"Notice to {WORD}"), f"Notice ({WORD})", recipient=WORD, proofs=(PROOF,)),
    "NOV-2": issued("NOV-2", letter(f"Second notice to {OTHER}"), "Notice", recipient=OTHER),
}


def _lines(*lines: str) -> bytes:
    drawn = " ".join(f"BT /F1 14 Tf 90 {700 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    return foreign(content(drawn))


def _attached(pdf: pikepdf.Pdf) -> None:
    content("BT /F1 14 Tf 90 700 Td [(Called by Zephy) -5 (rine Quillfea) 3 (ther)] TJ ET")(pdf)
    pdf.attachments["Quillfeather, Zephyrine zephyrine-quillfeather.txt"] = b"secret"
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([90, 100, 200, 120]),
        A=Dictionary(S=Name.URI, URI=String("https://example.org/zephyrine%20QUILLFEATHER")),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    pdf.docinfo[Name.Title] = String(f"About {WORD}")


FILES = {
    "call.pdf": _lines(f"Called by {WORD}, 555-0199.", "She spoke of a fence."),
    "other.pdf": _lines("Somebody else wrote this page."),
    "reply.pdf": _lines(f"Reply to {WORD}."),
    "hidden.pdf": foreign(_attached),
    "zephyrine-quillfeather.pdf": b"not a pdf",
    "spanish.pdf": _lines("Carta de la vecina."),
    "english.pdf": _lines(f"Letter of {WORD}."),
    "street.jpg": next(iter(photographs().values())),
}
TEXT = {"text": WORD, "reason": f"Witness {WORD}"}
FRONT: list[dict[str, Any]] = [{"generated": "cover"}, {"generated": "contents"}, {"generated": "exhibit-list"}]


def _bound(parts: Any, copy: Any = "public", terms: tuple[str, ...] = (), casefile: Any = None, **more: Any) -> Packet:
    plan = plans.load({"title": "Packet", "case": "CE-1", "parts": parts} | more)
    bindery = Bindery(pack(), font_set(), ON, folder(), casefile=casefile)
    return assemble(plan, bindery, documents=DOCUMENTS, files=FILES, copy=copy, terms=terms)


def _texts(packet: Packet) -> Iterator[tuple[str, str]]:
    """Everything that a packet could say, each with where: strings as any reader decodes them, streams, pages."""
    yield "certificate", json.dumps(packet.certificate, ensure_ascii=False)
    yield "entries", str(packet.entries)
    for file in packet.files:
        yield "file name", file.name
        data = file.path.read_bytes()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for item in [*pdf.objects, pdf.trailer]:
                yield from _strings(item)
                if isinstance(item, pikepdf.Stream):
                    raw = item.read_bytes() if item.get(Name.Subtype) != Name.Image else item.read_raw_bytes()
                    for encoding in ("latin-1", "utf-8", "utf-16-be", "utf-16-le"):
                        yield f"stream as {encoding}", raw.decode(encoding, "replace")
                    for encoding in ("utf-16-be", "utf-16-le"):  # the others read from any byte on
                        yield f"odd stream as {encoding}", raw[1:].decode(encoding, "replace")
                    for run in re.findall(rb"<([0-9A-Fa-f\s]{6,})>", raw):
                        digits = re.sub(rb"\s", b"", run)
                        plain = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
                        yield "hex", plain.decode("latin-1")
                        yield "hex", plain.decode("utf-16-be", "replace")
        for number, page in enumerate(pdfium.PdfDocument(data), 1):
            yield f"page {number}", page.get_textpage().get_text_range()
        for number, drawn in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages, 1):
            yield f"page {number} as drawn", drawn.extract_text()


def _strings(item: Any) -> Iterator[tuple[str, str]]:
    if isinstance(item, pikepdf.String):
        yield "string", str(item)
        yield "string as utf-8", bytes(item).decode("utf-8", "replace")
    elif isinstance(item, pikepdf.Name):
        yield "name", str(item)
    elif isinstance(item, pikepdf.Array):
        for one in item:
            if not getattr(one, "is_indirect", False):
                yield from _strings(one)
    elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        for key, value in item.items():
            yield "key", key
            if not getattr(value, "is_indirect", False):
                yield from _strings(value)


_NO_LETTERS = re.compile(r"[\W_]+")


@lru_cache(4096)  # the same fonts and profiles stand in every packet
def _letters(text: str) -> str:
    plain = html.unescape(unquote(text, errors="replace"))
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKD", plain).casefold())


def _told(packet: Packet, *words: str) -> list[tuple[str, str]]:
    wanted = [_letters(word) for word in words]
    return sorted({(where, word) for where, text in _texts(packet) for word in wanted if word in _letters(text)})


def _telling(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": f"Call of {WORD}",
        "description": f"Typed by ZEPHYRINE QUILL\u00adFEATHER, see {WORD.replace(' ', '%20')}",
        "alt": ["A call of Zéphyrine-Quillfeather"], **part,
    }  # fmt: skip


WAYS: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "text of a part": ([_telling({"file": "call.pdf", "redactions": [TEXT]})], {}),
    "text on a page of a part": ([_telling({"file": "call.pdf", "redactions": [{**TEXT, "page": 1}]})], {}),
    "text of the plan": ([_telling({"file": "call.pdf"})], {"redactions": [TEXT]}),
    "what the case keeps confidential": ([_telling({"file": "call.pdf"})], {"terms": (WORD,)}),
    "a box over the name": (
        [_telling({"file": "call.pdf", "redactions": [{"page": 1, "box": [80, 690, 400, 720], "reason": "Privacy"}]})],
        {},
    ),
    "a document and its proof": ([{"document": "NOV-1", "exhibit": "A", "redactions": [TEXT]}], {}),
    "a document in the text": ([{"document": "NOV-1", "redactions": [TEXT]}], {}),
    "the English text of a file": (
        [_telling({"file": "spanish.pdf", "english": "english.pdf", "language": "es", "redactions": [TEXT]})],
        {},
    ),
    "another part's title": (
        [{"file": "call.pdf", "title": "Call", "redactions": [TEXT]},
         {"section": f"Of {WORD}"},
         _telling({"file": "other.pdf"}),
         {"title": f"Street of {WORD}", "photos": [{"file": "street.jpg", "caption": f"{WORD}'s street",
          "alt": f"{WORD} in the street", "taken_by": WORD, "taken_on": "2026-06-01"}]}],
        {},
    ),
    "the packet's title": ([{"file": "call.pdf", "title": "Call", "redactions": [TEXT]}], {"title": f"Case of {WORD}"}),
    "the name of a file": (
        [{"file": "call.pdf", "title": "Call", "redactions": [TEXT]},
         _telling({"file": "zephyrine-quillfeather.pdf", "unusable": "placeholder", "alt": []})],
        {},
    ),
    "why a part is left out": (
        [{"file": "call.pdf", "title": "Call", "redactions": [TEXT]},
         {**_telling({"file": "other.pdf"}), "confidential": f"Statement of {WORD}"},
         {"document": "NOV-1", "confidential": f"To {WORD}"}],
        {},
    ),
    "a split word, an attachment, a link": ([_telling({"file": "hidden.pdf", "redactions": [TEXT]})], {}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_out_is_told_nowhere(way: str) -> None:
    parts, more = WAYS[way]
    public = _bound([*FRONT, *parts], **more)
    assert _told(public, WORD) == []
    if way == "a box over the name":
        assert _told(public, "Quillfeather") == []
    assert structure.check(public.pdf) == []


def test_the_full_packet_tells_it_everywhere() -> None:
    """The search of these tests finds what is there."""
    where = {where.split()[0] for where, _ in _told(_bound([*FRONT, *WAYS["text of a part"][0]], "full"), WORD)}
    assert {"certificate", "entries", "page", "string", "stream"} <= where


def test_pages_made_from_the_casefile_do_not_tell_it_either() -> None:
    told = case()
    events = (replace(told.events[0], text=f"{WORD} called about the fence."), *told.events[1:])
    told = replace(told, events=events, case=replace(told.case, title=f"The fence of {WORD}"))
    parts = [*FRONT, {"file": "call.pdf", "title": "Call", "redactions": [TEXT]}, {"generated": "chronology"}]
    public = _bound(parts, casefile=told)
    assert _told(public, WORD) == []
    drawn = pdfium.PdfDocument(public.pdf)
    (entry,) = [one for one in public.entries if one.title == "Chronology"]
    assert "called about the fence" in drawn[entry.first_page - 1].get_textpage().get_text_range()
    with pikepdf.open(io.BytesIO(public.pdf)) as pdf:  # set without the word, not blackened: it stays text
        assert dict(pdf.pages[entry.first_page - 1].get_images()) == {}
    assert validate([public.pdf]) == []


def test_the_same_words_in_another_parts_own_pages_stay_with_a_warning_for_the_office() -> None:
    public = _bound(
        [{"file": "call.pdf", "title": "Call", "redactions": [TEXT]}, {"file": "reply.pdf", "title": "Reply"}]
    )
    where = {where for where, _ in _told(public, WORD)}
    assert {"page 4", "page 4 as drawn"} <= where
    assert not {one for one in where if one.split()[-1] not in ("4", "drawn", "hex") and " as " not in one}
    assert not {one for one in where if re.match("page [123]", one)}
    (finding,) = [one for one in public.findings if one.code == "packet.redaction_elsewhere"]
    assert finding.severity == "warning"
    assert "part 2 (packet page 4)" in finding.message
    assert WORD not in finding.message
    assert "packet.redaction_elsewhere" not in str(public.certificate)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"case": f"CE {WORD}"}, "/case"),
        ({"parts": [{"file": "call.pdf", "title": "Call", "exhibit": "Quillfeather", "redactions": [
            {"text": "Quillfeather", "reason": "x"}]}]}, "/parts/0/exhibit"),
        ({"parts": [{"document": "NOV-1", "redactions": [{"text": "NOV-1", "reason": "x"}]}]}, "/parts/0/document"),
    ],
)  # fmt: skip
def test_what_a_packet_cannot_go_without_refuses_the_copy(more: dict[str, Any], place: str) -> None:
    plan = {
        "title": "Packet",
        "case": "CE-1",
        "parts": [{"file": "call.pdf", "title": "C", "redactions": [TEXT]}],
        **more,
    }
    with pytest.raises(Refusal) as refused:
        assemble(
            plans.load(plan), Bindery(pack(), font_set(), ON, folder()), documents=DOCUMENTS, files=FILES, copy="public"
        )
    assert [problem.place for problem in refused.value.problems] == [place]
    assert WORD not in refused.value.message


def test_short_numbers_of_a_part_do_not_stop_the_copy() -> None:
    parts = [*FRONT, {"file": "call.pdf", "title": "Call 2", "redactions": [{"text": "555", "reason": "x"}]}]
    assert "packet page" in str(_bound(parts).certificate["page_number"]).lower()


# --- the last look by itself ---


def _spoiled(change: Any) -> bytes:
    pdf = pikepdf.open(io.BytesIO(letter("Notice")))
    change(pdf)
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _xmp(pdf: pikepdf.Pdf) -> None:
    data = pdf.Root.Metadata.read_bytes().replace(b">Notice<", b">Zephyrine &#81;uill<x/>feather<")
    pdf.Root.Metadata.write(data.replace(b"<x/>", b""))


def _in_content(form: str) -> Any:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(pdf.make_stream(form.encode("latin-1")))

    return change


def _set(*path: str, value: Any) -> Any:
    def change(pdf: pikepdf.Pdf) -> None:
        at: Any = pdf.Root
        for key in path[:-1]:
            if key not in at:
                at[key] = Dictionary()
            at = at[key]
        at[path[-1]] = value

    return change


def _structure(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.K[0].K[0].E = String("Zephyrine\nQuillfeather")


SPOILED = {
    "information": lambda pdf: pdf.docinfo.__setitem__(Name.Keywords, String(WORD)),
    "information in UTF-16": lambda pdf: pdf.docinfo.__setitem__(Name.Keywords, String("\u4e00 " + WORD)),
    "metadata with entities": _xmp,
    "an expansion among the tags": _structure,
    "a page label": _set("/PageLabels", "/Nums", value=Array([0, Dictionary(P=String(WORD + " "))])),
    "a bookmark": _set("/Outlines", value=Dictionary(First=Dictionary(Title=String(WORD.upper())))),
    "a named destination": _set(
        "/Names", "/Dests", value=Dictionary(Names=Array([String("zephyrine_quillfeather"), 1]))
    ),
    "an embedded file's name": _set(
        "/Names", "/EmbeddedFiles", value=Dictionary(Names=Array([String(WORD), Dictionary(UF=String(WORD + ".txt"))]))
    ),
    "a name": lambda pdf: pdf.pages[0].obj.__setitem__(Name("/ZephyrineQuillfeather"), 1),
    "an address": _set("/URI", value=Dictionary(Base=String("https://example.org/?q=Zephyrine+%51uillfeather"))),
    "an ActualText in the content": _in_content(f"/Span <</ActualText ({WORD})>> BDC EMC"),
    "an ActualText in hexadecimal": _in_content(
        f"/Span <</ActualText <feff{('Zephyrine' + chr(0xAD) + ' quillfeather').encode('utf-16-be').hex()}>>> BDC EMC"
    ),
    "a comment in the content": _in_content(f"% {WORD}\n"),
}  # fmt: skip


@pytest.mark.parametrize("spoiled", SPOILED)
def test_the_last_look_sees(spoiled: str) -> None:
    texts = [Sought(WORD), Sought("Nobody Else")]
    assert look(_spoiled(lambda pdf: None), texts, [1]) == []
    found = look(_spoiled(SPOILED[spoiled]), texts, [1])
    assert {told.which for told in found} == {0}
    assert all(told.where for told in found)


@pytest.mark.parametrize("word", ["title", "conformance", "pdfuaid", "Universal Accessibility", "sRGB", "Figure"])
def test_words_of_the_format_tell_nothing(word: str) -> None:
    assert look(merged(letter("Notice")), [Sought(word)], [1]) == []


def test_the_last_look_reads_what_is_drawn_under_another_text() -> None:
    drawn = f"/Span <</ActualText (somebody)>> BDC BT /F1 14 Tf 90 400 Td ({WORD}) Tj ET EMC"
    found = look(foreign(content(drawn)), [Sought(WORD)], [1])
    assert ("page 1", 1) in [(told.where, told.page) for told in found]


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("Jane Roe", "JANE\nROE", True),
        ("Jane Roe", "Jane-\nRoe", True),
        ("Jane Roe", "mary-jane roe's", True),
        ("Ann", "planning", False),
        ("Ann", "Ann's", True),
        ("Jane Roe", "JaneRoeLetter.pdf", True),
        ("Jane Roe", "email of janeroesmith", True),
        ("Ann Lee", "AnnLeeStatement2026", True),
        ("Ann Li", "planning an Ann Liability", False),
        ("Łukasz Żak", "Łukasz\u00a0Z\u0307ak", True),
        ("Straße 5", "STRASSE 5", True),
        ("Straße 5", "Strasse 55", False),
        ("4711", "account 4711.", True),
        ("4711", "147113", False),
        ("陳美玲", "見陳 美玲之函", True),
        ("محمد علي", "قال محمد\u200f علي", True),
        ("Roe & Sons", "Roe &amp; Sons", True),
        ("Zoë Quill", "Zoe%CC%88%20Quill", True),
    ],
)
def test_a_text_is_known_however_it_is_written(text: str, said: str, found: bool) -> None:
    assert Sought(text).within(said) is found


def test_a_copy_that_tells_is_refused_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the scrub to let a bookmark through, the last look would not."""
    from docservice.packets import public_copy

    monkeypatch.setattr(public_copy.PublicCopy, "text", lambda self, text, place=None: text)
    with pytest.raises(Refusal) as refused:
        _bound([{"file": "call.pdf", "title": f"Call of {WORD}", "alt": ["A call"], "redactions": [TEXT]}])
    assert refused.value.code == "packet.told"
    assert {problem.place for problem in refused.value.problems} == {"/parts/0/redactions/0"}
    assert "CE-1-packet-public.pdf would say what redaction 1 of part 1 leaves out" in refused.value.message
    assert WORD not in refused.value.message
