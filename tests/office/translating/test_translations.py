"""An order in another language: the English text controls, and both are issued together."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pypdf
import pytest

from docservice import shipped
from docservice.office import Office, Order
from docservice.packets import plan as plans
from docservice.refusal import Refusal

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


@pytest.fixture
def spanish(example: Example) -> Order:
    casefile, photos = example("CE-2026-0203")
    return Order("notice-of-hearing", casefile, recipient="tenant-220", on=date(2026, 9, 17), attachments=photos)


def test_the_translation_comes_with_its_original(office: Office, spanish: Order) -> None:
    translation = office.issue(spanish, actor="ana")
    original = office.document(translation.original or "")
    assert (translation.language, translation.number) == ("es", "NH-2026-0001-es")
    assert (original.language, original.number, original.original) == ("en", "NH-2026-0001", None)
    assert original.issued_on == translation.issued_on
    assert original.number in office.face(translation.id, "html")[0].decode()  # it says which text controls
    assert all(office.reproduce(record.id).identical for record in (original, translation))
    assert office.issue(replace(spanish, language="en"), actor="ana").number == "NH-2026-0002"
    assert office.documents().total == 3


def test_correcting_and_voiding_take_both(office: Office, spanish: Order) -> None:
    first = office.issue(spanish, actor="ana")
    second = office.supersede(first.id, spanish, reason="The room changed.", actor="ana")
    originals = [office.document(record.original or "") for record in (first, second)]
    assert office.document(first.id).superseded_by == second.id
    assert originals[0].superseded_by == originals[1].id
    office.void(second.id, reason="The translation has an error.", actor="ana")
    assert office.document(originals[1].id).status == "issued"  # the English text stands
    office.void(originals[1].id, reason="The hearing was called off.", actor="ana")
    assert office.document(originals[1].id).status == "void"


def test_a_packet_is_bound_from_the_register(office: Office, example: Example) -> None:
    casefile, photos = example("CE-2026-0231")
    folder = shipped.folder("examples") / "CE-2026-0231"
    for letter in json.loads((folder / "letters.json").read_text(encoding="utf-8"))[:3]:
        base = Order(
            letter["template"], casefile, on=date.fromisoformat(letter["on"]), about=letter["about"], attachments=photos
        )
        for recipient in office.recipients(base) or (None,):
            office.issue(replace(base, recipient=recipient), actor="ana")
    parts = [{"generated": "cover"}, {"generated": "contents"}, {"issued": "administrative-citation"}]
    plan = plans.load({"title": "Hearing packet", "case": "CE-2026-0231", "hearing": "h1", "parts": parts})
    record = office.bind(plan, {}, actor="ana")
    titles = [entry["title"] for entry in record.entries]
    assert any("roof of service" in title for title in titles), titles  # the proof follows its citation
    reader = pypdf.PdfReader(io.BytesIO(office.packet_pdf(record.id)))
    assert len(reader.pages) == record.pages
    assert [p.id for p in office.packets()] == [record.id]
    assert office.bind(plan, {}, actor="ana", keep=False).pdf == office.packet_pdf(record.id)
    assert len(office.packets()) == 1
    missing = plans.load({"title": "x", "case": "CE-2026-0231", "parts": [{"document": "AC-2026-0099"}]})
    with pytest.raises(Refusal) as refused:
        office.bind(missing, {}, actor="ana")
    assert refused.value.code == "packet.document"
