"""The public-records copy: what is confidential is left out and said to be, what is redacted is gone."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from docservice.packets import plan as plans
from docservice.packets.assemble import Means, Packet, assemble
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import ON, content, folder, font_set, foreign, issued, letter, pack, photographs
from tests.verapdf import validate

NAME = "Zephyrine Quillfeather"
DOCUMENTS = {"NOV-1": issued("NOV-1", letter(f"Notice about {NAME}"), "Notice", recipient="An owner")}
FILES = {
    "call.pdf": foreign(content(f"BT /F1 14 Tf 90 600 Td (Called by {NAME}, 555-0199.) Tj ET")),
    "medical.pdf": foreign(pages=3),
    "street.jpg": next(iter(photographs().values())),
}
PARTS: list[dict[str, Any]] = [
    {"generated": "cover"},
    {"generated": "contents"},
    {"document": "NOV-1"},
    {"file": "call.pdf", "title": f"Call of {NAME}", "alt": [f"A call of {NAME}"]},
    {"file": "medical.pdf", "title": "Medical record", "confidential": "Gov. Code § 7927.700",
     "alt": ["One", "Two", "Three"]},
    {"file": "street.jpg", "title": "Street", "alt": ["A street"]},
]  # fmt: skip


def _copy(copy: Any = "public", parts: Any = PARTS, terms: tuple[str, ...] = (NAME, "555-0199"), **more: Any) -> Packet:
    plan = plans.load({"title": "Packet", "case": "CE-1", "parts": parts, **more})
    return assemble(
        plan, Means(pack(), font_set(), ON, folder()), documents=DOCUMENTS, files=FILES, copy=copy, terms=terms
    )


@pytest.fixture(scope="module")
def public() -> Packet:
    return _copy()


def _everything(packet: Packet) -> str:
    """Every text and string of a packet, and what its pages say."""
    said = []
    with pikepdf.open(io.BytesIO(packet.pdf)) as pdf:
        for item in pdf.objects:
            said.append(repr(item.unparse(resolved=True)) if not isinstance(item, pikepdf.Stream) else "")
            if isinstance(item, pikepdf.Stream):
                said.append(repr(dict(item.items())))
                try:
                    said.append(item.read_bytes().decode("latin-1"))
                except pikepdf.PdfError:
                    continue
    said += [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(packet.pdf)]
    return "\n".join(said)


def test_confidential_words_are_nowhere(public: Packet) -> None:
    everything = _everything(public) + str(public.certificate)
    for word in ("Zephyrine", "Quillfeather", "555-0199"):
        assert word not in everything
        assert word.encode("utf-16-be").hex().upper() not in everything.upper()
    assert "Zephyrine" in _everything(_copy("full"))


def test_it_is_valid_and_sound(public: Packet) -> None:
    assert structure.check(public.pdf) == []
    assert validate([public.pdf]) == []


def test_a_page_stands_for_what_is_left_out(public: Packet) -> None:
    full = _copy("full")
    (entry,) = [entry for entry in public.entries if entry.kind == "withheld"]
    (there,) = [one for one in full.entries if one.label == entry.label]
    text = pdfium.PdfDocument(public.pdf)[entry.first_page - 1].get_textpage().get_text_range()
    assert "Gov. Code § 7927.700" in text
    assert f"{there.first_page}–{there.first_page + there.pages - 1}" in text
    assert "Foreign page 3" not in "".join(
        page.get_textpage().get_text_range() for page in pdfium.PdfDocument(public.pdf)
    )
    verdicts = {part["title"]: part.get("verdict") for part in public.certificate["parts"]}
    assert verdicts["Exhibit B: Medical record"] == "withheld"


def test_redactions_of_the_plan_are_burned_in() -> None:
    parts = [{"file": "call.pdf", "title": "Call", "alt": ["A call"],
              "redactions": [{"page": 1, "text": "Called by", "reason": "Gov. Code § 7923.600"}]}]  # fmt: skip
    public = _copy(parts=parts)
    assert "Called by" not in _everything(public)
    assert public.certificate["copy"] == "public"
    assert "Gov. Code § 7923.600" in str(public.certificate["parts"])


def test_a_redaction_that_finds_nothing_stops_the_copy() -> None:
    parts = [{"file": "call.pdf", "title": "Call", "redactions": [{"text": "Nobody", "reason": "A reason"}]}]
    with pytest.raises(Refusal) as refused:
        _copy(parts=parts)
    assert refused.value.problems[0].place == "/parts/0"
    assert "call.pdf" in refused.value.message


def test_a_redaction_of_the_plan_goes_everywhere_with_its_reason() -> None:
    witness = {"text": "Called by", "reason": "Witness, Evid. Code § 1041"}
    owner = {"text": "An Owner", "reason": "Privacy"}  # in a title alone
    public = _copy(parts=PARTS[2:4], terms=(), redactions=[witness, owner])
    said = _everything(public)
    assert "Called by" not in said
    assert "An owner" not in said
    done = [line for part in public.certificate["parts"] for line in part["conversions"]]
    assert "Page 1: Parts of it are redacted (Witness, Evid. Code § 1041)." in done
    assert "confidential" not in str(public.certificate["parts"])
    assert not [finding for finding in public.findings if finding.code == "redact.not_here"]


def test_a_redaction_of_the_plan_that_nothing_has_stops_the_copy() -> None:
    redactions = [{"text": "Called by", "reason": "Privacy"}, {"text": "Jonh Doe", "reason": "A misspelt reason"}]
    with pytest.raises(Refusal) as refused:
        _copy(redactions=redactions)
    assert [(p.code, p.place) for p in refused.value.problems] == [("packet.redaction", "/redactions/1")]
    assert "A misspelt reason" in refused.value.message
    assert "Jonh" not in refused.value.message
    _copy("full", redactions=redactions)


def test_the_full_packet_keeps_everything() -> None:
    full = _copy("full")
    assert "withheld" not in {entry.kind for entry in full.entries}
    assert full.certificate["copy"] == "full"
