"""A product that is put aside is the same when it is taken up again, or it is not taken up."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.finding import Finding
from docservice.pipeline.product import Product

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SEVERITIES = st.sampled_from(["error", "warning"])
FINDINGS = st.builds(Finding, TEXT, SEVERITIES, TEXT, TEXT, st.none() | st.integers(1))


@given(st.binary(), TEXT, TEXT, st.none() | st.integers(1), st.lists(FINDINGS))
def test_it_comes_back(content: bytes, html: str, name: str, pages: int | None, found: list[Finding]) -> None:
    dates = ({"name": "contest-by", "date": "2026-09-01"},)
    made = Product(content, html, "A letter", name, pages, tuple(found), "typst 1", "fonts", 1.5, dates)
    again = Product.from_bytes(made.to_bytes())
    assert again == made
    assert again.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("at", [0, 70, -1])
def test_a_damaged_one_is_refused(at: int) -> None:
    data = bytearray(Product(b"%PDF", "<p/>", "A letter", "Pat", 1, (), "typst", "fonts", 1.0).to_bytes())
    data[at] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        Product.from_bytes(bytes(data))


def test_one_of_another_release_is_refused() -> None:
    body = b'{"title": "A letter", "html": 0}\n'
    with pytest.raises(ValueError, match="another release"):
        Product.from_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
