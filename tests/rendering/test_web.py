"""The web page of a letter: complete in itself, accessible, without scripts."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from lxml import html
from PIL import Image

from docservice import casefile
from docservice.refusal import Refusal
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.rendering.web import page
from docservice.town import load_pack
from docservice.town.reckoning import reckon
from docservice.wording.bundle import Bundle
from tests.places import ROOT
from tests.shipped_wording import bundle_of

PACK = load_pack(ROOT / "town/madrona-hills")
CASE = "CE-2026-0231"


@cache
def made(key: str) -> Bundle:
    return bundle_of(key)


@cache
def letter(key: str, on: str, about: str, recipient: str = "") -> Composition:
    case = casefile.load(json.loads((ROOT / f"examples/{CASE}/casefile.json").read_text(encoding="utf-8")))
    day, bundle = date.fromisoformat(on), made(key)
    reckoning = reckon(PACK, case, bundle.meta.document_type, on=day, recipient=recipient, about=about)
    facts = assemble(
        case,
        PACK,
        bundle.meta,
        reckoning,
        recipient=recipient or None,
        on=day,
        number="X-1",
        language="en",
        about=about,
        attached=(),
    )
    return compose(bundle, facts, "en")


def photos() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (ROOT / f"examples/{CASE}/photos").glob("*.jpg")}


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    for key, order in (
        ("administrative-citation", ("2026-06-17", "c2", "owner")),
        ("inspection-report", ("2026-06-27", "i3")),
    ):
        text = page(made(key), letter(key, *order), town=PACK.identity, attachments=photos())
        assert text.startswith("<!DOCTYPE html>")
        assert "<script" not in text
        assert not re.search(r"\son\w+=", text)
        assert not re.search(r"""(src|url\()\s*=?\s*["']?(https?:|picture:|bundle:)""", text)


def test_the_page_is_marked_for_assistive_technology() -> None:
    composition = letter("administrative-citation", "2026-06-17", "c2", "owner")
    root = html.document_fromstring(
        page(made("administrative-citation"), composition, town=PACK.identity, attachments={})
    )
    assert (root.get("lang"), root.get("dir")) == ("en", "ltr")
    assert root.findtext(".//title") == "Administrative citation · Town of Madrona Hills"
    assert len(root.findall(".//main")) == 1
    assert len(root.findall(".//h1")) == 1
    assert all(picture.get("alt") is not None for picture in root.iter("img"))
    code = root.find(".//svg[@role='img']")
    assert code is not None
    assert code.get("aria-label") == "QR code that opens the payment page"
    assert all(table.getparent().get("tabindex") == "0" for table in root.iter("table"))


def test_pictures_are_inside_without_their_metadata() -> None:
    tagged = Image.new("RGB", (40, 30), "red")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    tagged.save(buffer, "JPEG", exif=exif)
    given = photos() | {"garage-beds.jpg": buffer.getvalue()}
    text = page(
        made("inspection-report"),
        letter("inspection-report", "2026-06-27", "i3"),
        town=PACK.identity,
        attachments=given,
    )
    assert text.count("data:image/jpeg;base64,") == 2
    assert "Exif" not in text


def test_missing_pictures_are_all_named() -> None:
    with pytest.raises(Refusal) as refused:
        page(
            made("inspection-report"),
            letter("inspection-report", "2026-06-27", "i3"),
            town=PACK.identity,
            attachments={},
        )
    assert refused.value.code == "picture.missing"
    assert [problem.place for problem in refused.value.problems] == ["garage-beds.jpg", "street-june-27.jpg"]


def test_the_composition_is_left_as_it_was() -> None:
    composition = letter("administrative-citation", "2026-06-17", "c2", "owner")
    before = composition.html
    page(made("administrative-citation"), composition, town=PACK.identity, attachments={})
    assert "data-qr" in before
    assert composition.root.find(".//svg") is None


def test_right_to_left_pages_say_so() -> None:
    composition = replace(
        letter("administrative-citation", "2026-06-17", "c2", "owner"), language="ar", direction="rtl"
    )
    text = page(made("administrative-citation"), composition, town=PACK.identity, attachments={})
    assert '<html lang="ar" dir="rtl">' in text
