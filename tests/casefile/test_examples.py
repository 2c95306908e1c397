"""The example cases are the worked cases they grew from, and their photographs are as awkward as real ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from docservice.casefile import Casefile, load
from tests.places import ROOT

EXAMPLES = ROOT / "examples"
PHOTOS = sorted(EXAMPLES.glob("*/photos/*.jpg"))


def case(number: str) -> Casefile:
    return load((EXAMPLES / number / "casefile.json").read_bytes())


def test_construction_site() -> None:
    facts = case("CE-2026-0147")
    (permit,) = facts.permits
    assert (permit.issued_on, permit.limit_months) == (date(2023, 11, 30), 24)
    assert permit.extensions[-1].to == date(2026, 2, 28)
    assert (date(2026, 4, 17) - permit.extensions[-1].to).days == 48
    assert facts.stop_work_orders[0].on == date(2026, 4, 17)
    assert [v.section for v in facts.violations] == ["MHMC 15.30.040", "CBC 105.1", "CBC 115", "MHMC 9.40.020"]
    assert facts.parties[0].name.text.endswith("u/a/d February 29, 2008, as amended and restated")


def test_fourplex() -> None:
    facts = case("CE-2026-0203")
    assert len(facts.violations) == 23
    assert facts.property.residential_rental
    assert facts.property.accessory_dwelling is not None
    assert facts.property.accessory_dwelling.built_year == 2016
    letters = {violation.section.split("(")[1][0] for violation in facts.violations}
    assert letters == set("abcdefghijklmno")
    assert {p.name.language for p in facts.parties} >= {"zh-Hant", "vi", "ar", "pa", "es"}
    assert facts.confidential.complainant is not None


def test_short_term_rental() -> None:
    facts = case("CE-2026-0231")
    assert [c.fine for c in facts.citations] == [Decimal(1500), Decimal(3000), Decimal(5000)]
    assert [c.violation_on for c in facts.citations] == [date(2026, 5, 23), date(2026, 6, 13), date(2026, 6, 27)]
    assert facts.citations[0].served_on == date(2026, 5, 29)
    assert facts.hearings[0].on == date(2026, 7, 16)


def test_every_kind_of_address_is_there() -> None:
    kinds = {
        p.address.kind for path in EXAMPLES.iterdir() if path.is_dir() for p in case(path.name).parties if p.address
    }
    assert kinds == {"street", "po_box", "private_mailbox", "military", "foreign", "post_on_site"}


@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.name)
def test_photographs_are_small(path: Path) -> None:
    assert path.stat().st_size <= 120 * 1024
    with Image.open(path) as image:
        assert sorted(image.size) == [900, 1200]


def test_some_photographs_lie_on_their_side_or_tell_where() -> None:
    exif = []
    for path in PHOTOS:
        with Image.open(path) as image:
            exif.append(dict(image.getexif()))
    assert {data[0x0112] for data in exif} == {1, 3, 6, 8}
    assert 0 < sum(0x8825 in data for data in exif) < len(exif)
