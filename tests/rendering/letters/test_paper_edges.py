"""Nothing leaves the paper, whatever a case or a parcel is called; where something does, a check sees it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest
from lxml import etree
from pypdfium2 import raw

from docservice.checks.edges import on_paper
from docservice.office import Office, Order

LONG = {
    "digits": "2026" * 14,
    "the widest letters": "W" * 70,
    "groups": "012-345-678-901-" * 5 + "012",
    "slashes between digits": "1/2/" * 20 + "3",
    "dots": "1.2." * 24 + "3",
    "letters with marks": "Ọ\u0300" * 45,
    "Cyrillic": "Щ" * 60,
}


def _order(
    example: Callable[[str], Any], template: str, change: Callable[[dict[str, Any]], object], **more: Any
) -> Order:
    casefile, photos = example("CE-2026-0231")
    change(casefile)
    return Order(template, casefile, on=date(2026, 5, 29), attachments=photos, **more)


def _boxes(pdf: bytes) -> list[tuple[float, float]]:
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            left, _, right, _ = item.get_bounds()
            found.append((left, right))
    document.close()
    return found


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_words_stay_on_the_paper(office: Office, example: Callable[[str], Any], text: str) -> None:
    casefile, photos = example("CE-2026-0231")
    for group, name in (("case", "number"), ("property", "apn"), ("property", "situs")):
        casefile[group][name] = text
    del casefile["violations"][0]["phrase"]
    casefile["violations"][0] |= {"facts": f"The label reads {text} on the gate.", "location": text}
    order = Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", attachments=photos)
    made = office.issuing.preview(order, "pdf")
    assert {finding.code for finding in made.findings if finding.severity == "error"} <= {"checks.required_field"}
    boxes = _boxes(made.content)
    assert max(right for _, right in boxes) < 612 - 36
    assert min(left for left, _ in boxes) > 36


COLUMN = f'<article><dl><dt>Case</dt><dd><bdi data-fact="/case/number">{"X" * 20}</bdi></dd></dl></article>'


@dataclass(frozen=True)
class _Page:
    texts: list[tuple[str | None, str]]
    root: Any


@dataclass(frozen=True)
class _Rendered:
    pdf: bytes
    pages: int = 1
    apart: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Sight:
    rendered: _Rendered
    page: _Page = field(default_factory=lambda: _Page([("/case/number", "X" * 20)], etree.fromstring(COLUMN)))


def _page(x: int, y: int) -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(612, 792))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
    page.Contents = document.make_stream(f"BT /F0 10 Tf {x} {y} Td (CE-2026-0147) Tj ET".encode())
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("x", "y", "off"),
    [
        (72, 700, False),
        (500, 700, False),
        (560, 700, True),
        (-20, 700, True),
        (72, 790, True),
        (72, 2, True),
        (900, 700, True),
    ],
)
def test_a_line_off_the_sheet_is_found(x: int, y: int, off: bool) -> None:
    found = list(on_paper(_Sight(_Rendered(_page(x, y)))))  # type: ignore[arg-type]
    assert [(finding.code, finding.place) for finding in found] == ([("checks.paper_edge", "page 1")] if off else [])
