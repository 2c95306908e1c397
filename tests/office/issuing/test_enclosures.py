"""What goes with a letter: made of the same order, with the letter's number, kept with it, made again with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from docservice.office import Office, Order
from docservice.office.people.roles import Actor
from docservice.pipeline.product import Enclosure, Product
from docservice.refusal import Refusal
from docservice.storage.models import BlobRow, DocumentRow

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


def text_of(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_citation_goes_out_with_its_two_forms(office: Office, citation: Order) -> None:
    record = office.issuing.issue(citation, actor="clerk")
    assert [(one.key, one.title, one.pages) for one in record.enclosures] == [
        ("hearing-request", "Request for a hearing", 1), ("hardship-request", "Hardship request", 1),
    ]  # fmt: skip
    for one in record.enclosures:
        pdf = office.issuing.enclosure(record.number, one.key)
        assert sha256(pdf).hexdigest() == one.sha256
        read = text_of(pdf)
        assert record.number in read
        assert record.case in read
        assert "This form must reach us by Monday, June 29, 2026" in read  # the citation's own date to contest
        assert "Number of our letter" not in read
        assert "I send the full amount of the fine" in read or one.key != "hearing-request"
        assert len(pypdf.PdfReader(io.BytesIO(pdf)).get_fields() or {}) > 10
    assert office.issuing.document(record.id).enclosures == record.enclosures
    assert office.issuing.reproduce(record.id).identical
    with office.means.store.database.reading() as session:
        row = session.get(DocumentRow, record.id)
        assert row is not None
        kept = [one[name] for one in row.enclosures or () for name in ("sha256", "bundle")]
        assert len(kept) == 4
        assert set(session.scalars(select(BlobRow.sha256).where(BlobRow.sha256.in_(kept)))) == set(kept)
    with pytest.raises(Refusal) as refused:
        office.issuing.enclosure(record.id, "memorandum")
    assert (refused.value.code, refused.value.kind) == ("enclosure.unknown", "missing")
    assert "hearing-request, hardship-request" in refused.value.message


def test_a_notice_without_a_fine_has_no_deposit_on_its_form(office: Office, example: Example) -> None:
    casefile, photos = example("CE-2026-0231")
    order = Order("notice-of-violation", casefile, on=date(2026, 5, 29), attachments=photos, recipient="owner")
    draft = office.issuing.preview(order)  # a draft is made with them, so that what is wrong is seen
    assert draft.pages
    record = office.issuing.issue(order, actor="clerk")
    (form,) = record.enclosures
    read = text_of(office.issuing.enclosure(record.id, form.key))
    assert "Deposit" not in read
    assert record.number in read


def test_it_goes_without_what_is_not_in_force(office: Office, citation: Order) -> None:
    """The letter does not say then that it is enclosed, and whoever issues it is told."""
    operator = Actor("cli:root")
    office.review.withdraw("hardship-request", 1, reason="A new one is coming.", actor=operator, replacement="none")
    record = office.issuing.issue(citation, actor="clerk")
    assert [one.key for one in record.enclosures] == ["hearing-request"]
    (told,) = [one for one in record.findings if one.code == "enclosure.missing"]
    assert (told.severity, "hardship-request" in told.message) == ("warning", True)


def test_a_translation_goes_with_the_forms_that_are_in_its_language(office: Office, citation: Order) -> None:
    record = office.issuing.issue(replace(citation, language="es"), actor="clerk")
    assert record.original is not None
    english = office.issuing.document(record.original)
    assert [one.key for one in english.enclosures] == ["hearing-request", "hardship-request"]
    offered = {"es" in one.languages for one in office.review.templates() if one.key == "hearing-request"}
    assert bool(record.enclosures) is (offered == {True})
    assert office.issuing.reproduce(record.id).identical
    assert office.issuing.reproduce(english.id).identical


def test_a_form_by_itself_has_its_own_number_and_asks_for_that_of_the_letter(office: Office, example: Example) -> None:
    casefile, _ = example("CE-2026-0231")
    record = office.issuing.issue(Order("hearing-request", casefile, on=date(2026, 6, 1)), actor="clerk")
    assert record.number == "RH-2026-0001"
    assert record.recipient is None
    assert "Number of our letter" in text_of(office.issuing.face(record.id, "pdf")[0])


def test_a_product_that_is_put_aside_comes_back_with_its_enclosures() -> None:
    forms = (Enclosure("a", "A form", 1, "b" * 64, b"%PDF a"), Enclosure("c", "Another", 2, "d" * 64, b"%PDF and c"))
    product = Product(b"%PDF letter", "<p>é</p>", "T", "N", 2, (), "typst", "f", 1.0, enclosures=forms)
    assert Product.from_bytes(product.to_bytes()) == product
    damaged = product.to_bytes().replace(b"and c", b"and d")
    with pytest.raises(ValueError, match="damaged"):
        Product.from_bytes(damaged)
