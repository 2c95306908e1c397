"""The pages that a packet's maker adds: valid, complete, nothing clipped, the foot of every page clear."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Name

from docservice import casefile, shipped
from docservice.casefile.facts import Casefile, Cost, Payment
from docservice.packets.closing import (
    Added,
    CertifiedPage,
    CertifiedPart,
    Declaration,
    Supplement,
    certificate,
    declaration,
    supplement,
)
from docservice.packets.front import ContentsLine, ExhibitLine, Front, VolumeFacts
from docservice.packets.service.chain import Notice, Proof, service_chain
from docservice.packets.service_pages import PlaceInPacket, service_list
from tests.packets.making import ON, case, font_set, pack
from tests.rendering.reading_back import READERS, lost
from tests.verapdf import validate

FRONT = Front(pack(), font_set(), ON, "Hearing packet", "CE-2026-0231")
A4 = replace(FRONT, paper=(595.28, 841.89))
VOLUME = VolumeFacts("Volume 2 of 3, pages 301–598 of 890", "index")
GAP = (
    "Notice of Violation NOV-2026-0011, عبد الرحمن الخطيب (Abdulrahman Al-Khatib): nothing says that they were served."
)


def example(number: str) -> Casefile:
    folder = shipped.folder("examples") / number
    return casefile.load(json.loads((folder / "casefile.json").read_text(encoding="utf-8")))


def sha(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


def cover(**more: Any) -> bytes:
    return FRONT.cover(**{"title": "Hearing packet", "casefile": example("CE-2026-0203"), "hearing": None, **more})


def service() -> bytes:
    """The example of the fourplex: owners in two scripts, tenants of four units, a translation."""
    owners = ("owner-chen", "owner-estate", "lienholder", "tenant-214", "tenant-216", "tenant-218", "tenant-220")
    values = {"document_type": "notice-of-violation", "title": "Notice of violation", "issued_on": date(2026, 9, 1)}
    notices = [
        Notice(number=f"NOV-2026-{n:04d}", recipient=party, sha256=sha(n), pages=4, group="v", **values)  # type: ignore[arg-type]
        for n, party in enumerate(owners, 7)
    ]
    translated = replace(notices[0], number="NOV-2026-0007-zh-Hant", title="違規通知書", translation_of="NOV-2026-0007")
    proofs = [Proof("PS-2026-0001", "NOV-2026-0007", "s1", date(2026, 9, 2), "Notice of violation", sha(7), 4)]
    chain = service_chain(example("CE-2026-0203"), pack(), [*notices, translated], proofs, on=date(2026, 10, 1))
    return service_list(
        FRONT, chain, {"NOV-2026-0007": PlaceInPacket("5", "12"), "PS-2026-0001": PlaceInPacket("6", "16")}
    )


def certified(parts: int, *, seal: bool = False) -> bytes:
    verdicts = ("as_issued", "own", "usable", "converted", "placeholder", "withheld")
    listed = tuple(
        CertifiedPart(
            str(n),
            str(n + 4),
            "屋宇署的照片" if n % 5 == 0 else f"Exhibit {n}: Letter of the neighbor",
            verdicts[n % 6],
            sha(n) if n % 6 != 1 else None,
            ("JavaScript was removed.", "Pages 2 to 4: became pictures.") if n % 6 == 3 else (),
            language="zh-Hant" if n % 5 == 0 else None,
            key=str(n),
        )
        for n in range(parts)
    )
    verified = (("Links", "412, each lands on the page it names"), ("Page numbers", "300, each the viewer’s own"))
    made = CertifiedPage(("Made after the file was finished and read back.",), verified, listed, sha("packet"))
    return certificate(FRONT, made, seal=seal)


EXHIBITS = [
    ExhibitLine("1", "A", "Call log", "12–18", "Printed by the sheriff on July 6, 2026."),
    ExhibitLine("2", "B", "Registro de llamadas", "19–20", "Con traducción certificada, ñ y ü.", "es"),
    ExhibitLine("3", "C", "屋宇署的照片", "21", "二零二六年七月拍攝。", "zh-Hant"),
    ExhibitLine("4", "AA", "scan_20260706_183344_of_the_statement_of_account_final_v2.pdf", "22–1022"),
]
SWORN = Declaration(
    "Declaration of the custodian of records",
    ("I am the custodian of records of the Code Compliance Office.", "The documents are true copies."),
    "I declare under penalty of perjury under the laws of the State of California that the foregoing is true.",
    "Pilar Everhart",
    ("Office Assistant",),
)
ADDED = Supplement(
    1,
    date(2026, 7, 20),
    (Added("7", "45.1–45.3", "Exhibit K: Letter of the fire marshal", "Received on July 19, 2026."),),
    (("1–45", "1–45"), ("45.1–45.3", "46–48"), ("46–120", "49–123")),
    ("Pages keep the numbers they had.",),
)
LINES = [
    ContentsLine("0", "Notices", 3, 0, True, "Vol. 1, p. 3"),
    ContentsLine("1", "Exhibit A: Call log", 312, 1, where="Vol. 2, p. 312"),
    ContentsLine("2", "Certificate", 890, 0),
]

PAGES: dict[str, Callable[[], bytes]] = {
    "cover": lambda: cover(pages=120),
    "cover of a volume": lambda: cover(volume=VOLUME, gaps=[GAP], copy="public", lines=[("Edition", "2")]),
    "cover with many gaps": lambda: cover(gaps=[GAP] * 60, copy="public", title="A title " * 62),
    "cover on A4": lambda: A4.cover(title="Hearing bundle", casefile=None, hearing=None, pages=3),
    "contents": lambda: FRONT.contents(LINES, "Contents of volume 2"),
    "exhibits": lambda: FRONT.exhibit_list(EXHIBITS * 20),
    "no exhibits": lambda: FRONT.exhibit_list([]),
    "service": service,
    "declaration": lambda: declaration(FRONT, SWORN),
    "certificate": lambda: certified(60, seal=True),
    "supplement": lambda: supplement(FRONT, ADDED),
    "withheld": lambda: FRONT.withheld(
        title="Exhibit F: A letter", pages=8, where="45–52", reason="Gov. Code § 7927.705"
    ),
    "placeholder": lambda: FRONT.placeholder(title="Exhibit B", file="a" * 90, sha256=sha(1), reasons=["A password."]),
}  # fmt: skip


@cache
def page(name: str) -> bytes:
    return PAGES[name]()


def texts(pdf: bytes) -> list[str]:
    """The text of each page, white space made even; lines that were broken anywhere are joined without a space."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [" ".join(document[n].get_textpage().get_text_range().split()) for n in range(len(document))]
    finally:
        document.close()


def links(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [str(link.A.URI) for one in opened.pages for link in one.obj.get(Name.Annots, ())]


def test_all_are_pdf_a_and_pdf_ua() -> None:
    assert validate([page(name) for name in PAGES]) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_clipped_and_the_foot_is_clear(name: str) -> None:
    document = pdfium.PdfDocument(page(name))
    for number in range(len(document)):
        picture = document[number].render(scale=1).to_pil().convert("L")
        width, height = picture.size
        for edge in (
            (0, height - 32, width, height),
            (0, 0, width, 20),
            (0, 0, 40, height),
            (width - 40, 0, width, height),
        ):
            assert picture.crop(edge).getextrema()[0] > 250, (number, edge)
        # Text stays between the margins: nothing runs out of its column and over the edge.
        page_text = document[number].get_textpage()
        boxes = [
            page_text.get_charbox(n)
            for n in range(page_text.count_chars())
            if not page_text.get_text_range(n, 1).isspace()
        ]
        assert max(box[2] for box in boxes) <= width - 70, number
        assert min(box[1] for box in boxes) >= 60 - 4, number
    document.close()


def test_a_page_of_a4_is_a4() -> None:
    with pikepdf.open(io.BytesIO(page("cover on A4"))) as opened:
        assert [round(float(side), 1) for side in opened.pages[0].MediaBox] == [0, 0, 595.3, 841.9]


@pytest.mark.parametrize("title", ["T", "W" * 500, "Notice of the abatement " * 20, "安" * 300, "عبد الرحمن " * 45])
@pytest.mark.parametrize("number", ["CE-2026-0147", "CE-2026-0203"])
def test_a_cover_is_one_page_whatever_its_title(title: str, number: str) -> None:
    lines = [("Edition", "2, of July 20, 2026"), ("Seal", "Sealed electronically by the town")]
    found = cover(title=title[:500], casefile=example(number), volume=VOLUME, copy="public", lines=lines)
    assert len(texts(found)) == 1


def test_a_cover_says_volume_copy_and_gaps() -> None:
    (text,) = texts(page("cover of a volume"))
    for words in (
        VOLUME.text,
        "Public-records copy",
        "Gaps in service",
        "NOV-2026-0011",
        "陳美玲 (Mei-Ling Chen)",
        "Edition 2",
    ):
        assert words in text
    assert links(page("cover of a volume")) == ["packet:index"]
    (plain,) = texts(page("cover"))
    assert "120 pages" in plain
    assert not any(words in plain for words in ("Volume", "Gaps", "Public-records"))
    assert links(page("cover")) == []


def test_many_gaps_flow_and_none_is_lost() -> None:
    found = texts(page("cover with many gaps"))
    assert len(found) > 2
    assert " ".join(found).count("NOV-2026-0011") == 60
    assert "compliance@madronahills.example" in found[0]  # the foot of the cover stays on it


def test_names_in_other_scripts_carry_their_language() -> None:
    for name, wanted in (("service", {"zh-TW", "vi", "pa", "ar", "es"}), ("exhibits", {"es", "zh-TW"})):
        with pikepdf.open(io.BytesIO(page(name))) as opened:
            drawn = b"".join(one.obj.Contents.read_bytes() for one in opened.pages)
            elements = {str(o.Lang) for o in opened.objects if isinstance(o, pikepdf.Dictionary) and Name.Lang in o}
        # Typst marks the text itself, or the element that has nothing else in it.
        assert wanted <= elements | {tag.decode() for tag in re.findall(rb"/Lang ?\(([^)]*)\)", drawn)}
    assert "عبد الرحمن الخطيب" in " ".join(texts(page("service")))


NAMES = ("Adébáyọ̀ Ọlọ́runfẹ́mi", "Hastiin Tsʼósí Łą́ą́ʼ", "श्रीकृष्ण द्विवेदी", "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "សុខ ចាន់ដារ៉ា",
         "กิ่งแก้ว ศรีสุวรรณ", "မောင်ကျော်စွာ", "عبد الرحمن الخطيب", "陳怡君")  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_names_in_every_script_are_found_in_the_lists(reader: str) -> None:
    listed = [ContentsLine(str(at), f"Letter to {name}", 300 + at, 0) for at, name in enumerate(NAMES)]
    made = FRONT.contents(listed)
    assert [name for name in NAMES if lost(name, READERS[reader](made))] == []
    assert validate([made]) == []


def test_an_entry_shows_where_it_is() -> None:
    (text,) = texts(page("contents"))
    assert "Contents of volume 2" in text
    assert "Vol. 2, p. 312" in text
    assert text.endswith("890")
    assert links(page("contents")) == ["packet:0", "packet:1", "packet:2"]


def test_the_exhibit_list_links_each_and_repeats_its_header() -> None:
    found = texts(page("exhibits"))
    assert len(found) > 1
    assert all("Exhibit Description Pages Offered Admitted" in text for text in found)
    assert set(links(page("exhibits"))) == {f"packet:{row.key}" for row in EXHIBITS}
    assert "The packet has no exhibits." in texts(page("no exhibits"))[0]


def test_the_service_list_says_gaps_in_words() -> None:
    text = " ".join(texts(page("service")))
    for words in (
        "Gap: Notice of violation NOV-2026-0009, San Ysabel",
        "To look at: ",
        "Not served",
        "No proof",
        "tenant, unit 216",
    ):
        assert words in text, words
    assert set(links(page("service"))) == {"packet:5", "packet:6"}


def test_the_certificate_has_every_hash_in_full() -> None:
    found = texts(page("certificate"))
    assert len(found) > 3
    together = "".join(found).replace(" ", "")
    for n in range(60):
        assert (sha(n) in together) == (n % 6 != 1)
    assert sha("packet") in together
    assert all("Pages Part SHA-256 of the source" in text for text in found[1:-1])
    assert "Left out of this copy; a page stands for it." in " ".join(found)


@pytest.mark.parametrize("parts", [1, *range(4, 30, 2)])
def test_the_seal_has_its_room_on_the_last_page(parts: int) -> None:
    document = pdfium.PdfDocument(certified(parts, seal=True))
    last = document[len(document) - 1]
    box = last.get_textpage()
    assert box.get_text_bounded(72, 66, 306, 125.5) == ""
    assert "Electronic seal of the town" in box.get_text_bounded(72, 125, 306, 145)
    scale = 2
    picture = last.render(scale=scale).to_pil().convert("L")
    room = picture.crop((72 * scale, (792 - 126) * scale + 1, 306 * scale, (792 - 72) * scale))
    assert room.getextrema() == (255, 255)
    everything = [" ".join(document[n].get_textpage().get_text_range().split()) for n in range(len(document))]
    assert sum("Electronic seal" in text for text in everything) == 1
    document.close()


def test_without_a_seal_there_is_no_room_for_one() -> None:
    assert "Electronic seal" not in " ".join(texts(certified(3)))


def test_a_supplement_says_what_came_and_where_all_is() -> None:
    (text,) = texts(page("supplement"))
    for words in ("Supplement 1 of July 20, 2026", "45.1–45.3 Exhibit K", "45.1–45.3 46–48", "46–120 49–123"):
        assert words in text
    assert links(page("supplement")) == ["packet:7"]


def test_what_is_withheld_says_why_and_whom_to_ask() -> None:
    (text,) = texts(page("withheld"))
    for words in ("8 pages", "45–52", "Gov. Code § 7927.705", "(555) 555-0100", "public-records copy"):
        assert words in text


def test_a_declaration_is_sworn_to_and_signed() -> None:
    (text,) = texts(page("declaration"))
    for words in ("penalty of perjury", "Date", "Place", "Signature", "Pilar Everhart"):
        assert words in text


def test_the_same_values_give_the_same_bytes() -> None:
    for name in ("certificate", "service", "cover of a volume"):
        assert PAGES[name]() == page(name)
    assert FRONT.costs(case()) == FRONT.costs(case())


def test_a_refund_is_no_payment_toward_costs() -> None:
    day = date(2026, 7, 1)
    paid = (
        Payment("p1", day, Decimal(500), "costs"),
        Payment("p2", day, Decimal(200), "costs", kind="refund"),
        Payment("p3", day, Decimal(900), "fines"),
    )
    facts = replace(case(), costs=(Cost("k1", day, "Boards", Decimal(1000), "abatement"),), payments=paid)
    said = " ".join(texts(FRONT.costs(facts)))
    assert "Costs in total: $1,000.00. Paid: $300.00. Outstanding: $700.00." in said
    assert "Refund -$200.00" in said.replace("−", "-")
    assert "900.00" not in said
