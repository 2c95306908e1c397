"""What a scanner reads from the bar code of an article number."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docservice.rendering import barcodes


def scanned(digits: str) -> list[str]:
    picture = Image.open(io.BytesIO(barcodes.as_png(digits)))
    return ["".join(filter(str.isdigit, one.text)) for one in zxingcpp.read_barcodes(picture)]


# The numbers that there are: 22 digits from 91 to 95, 20 from 70 or 71. (A number of another beginning may be read as a
# sign of the symbology: 99 first is one to zxing.)
@given(st.one_of(st.integers(91 * 10**20, 96 * 10**20 - 1), st.integers(70 * 10**18, 72 * 10**18 - 1)).map(str))
@settings(max_examples=25)
def test_a_scanner_reads_what_was_written(digits: str) -> None:
    assert scanned(digits) == [digits]


@pytest.mark.parametrize(
    ("digits", "gs1", "wide"), [("9407111899223197428490", True, 187), ("70192970000012345671", False, 165)]
)
def test_the_longer_number_is_gs1(digits: str, gs1: bool, wide: int) -> None:
    picture = Image.open(io.BytesIO(barcodes.as_png(digits)))
    [read] = zxingcpp.read_barcodes(picture)
    assert (read.content_type == zxingcpp.ContentType.GS1) is gs1
    assert barcodes.width(digits) == wide
    assert f'viewBox="0 0 {wide} {barcodes.HEIGHT}"' in barcodes.as_drawing(digits)
