"""Placards: one page, read from across the street, nothing cut."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from docservice import casefile, checks
from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.letters import letter
from docservice.town import TownPack
from docservice.town.reckoning import reckon
from tests.shipped_wording import LETTERHEAD, bundle_of, folder_of, sample_of
from tests.verapdf import validate

Made = tuple[letter.Rendered, tuple[Any, ...]]


@pytest.fixture(scope="module")
def printed(pack: TownPack, font_set: fonts.FontSet) -> Callable[..., Made]:
    def make(key: str, sample: str, change: Callable[[dict[str, Any]], object] = lambda data: None) -> Made:
        data = sample_of(folder_of(key) / "samples" / f"{sample}.json")
        order = data.pop("_order")
        change(data)
        case, bundle, on = casefile.load(data), bundle_of(key), date.fromisoformat(order["on"])
        reckoning = reckon(pack, case, bundle.meta.document_type, on=on, recipient="", about=order["about"])
        facts = assemble(
            case, pack, bundle.meta, reckoning, recipient=None, on=on, number="PL-2026-0001", language="en",
            about=order["about"], verify_url="https://docs.example/verify/GJV2D8CP4G",
        )  # fmt: skip
        composition = compose(bundle, facts, "en")
        made = letter.typeset(
            bundle, composition, town=pack.identity, envelope=pack.envelopes["placard"], attachments={}, issued_on=on,
            draft=False, fonts=font_set, number="PL-2026-0001", look=pack.appearance,
        )  # fmt: skip
        found = checks.run(
            casefile=case, pack=pack, bundle=bundle, reckoning=reckoning, composition=composition, rendered=made
        )
        return made, tuple(one for one in found if one.severity == "error")

    return make


def text_of(pdf: bytes, tmp_path: Path) -> str:
    (tmp_path / "p.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def sizes(pdf: bytes, tmp_path: Path) -> dict[str, float]:
    """The height of each word's box, in points."""
    (tmp_path / "p.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", tmp_path / "p.pdf", "-"], capture_output=True, text=True, check=True)
    words = re.findall(r'yMin="([-\d.]+)" xMax="[-\d.]+" yMax="([-\d.]+)">([^<]*)<', done.stdout)
    return {word: float(low) - float(high) for high, low, word in words}


def test_a_placard_is_one_page_with_huge_words_in_every_language(
    printed: Callable[..., Made], pack: TownPack, tmp_path: Path
) -> None:
    made, errors = printed("placard-stop-work", "usual")
    assert (made.pages, errors) == (1, ())
    text, height = text_of(made.pdf, tmp_path), sizes(made.pdf, tmp_path)
    assert min(height["STOP"], height["WORK"]) > 100  # points: an inch and a half with its room
    assert height["555-0110"] > 34
    for tag in ("es", "zh-Hant", "vi", "tl", "ko", "ru", "ja"):
        assert pack.placards["stop-work"][tag] in text, tag
        assert pack.placards["do-not-remove"][tag].split()[0] in text, tag
    assert "18850 Rancho de las Golondrinas Encantadas Court, Unit B" in text
    for said in ("PL-2026-0001", "CE-2026-0147", "April 17, 2026 at 3:30 p.m.", "CBC § 115", "Winifred Okonkwo-Hale"):
        assert said in text, said
    with pikepdf.open(tmp_path / "p.pdf") as pdf:
        assert str(pdf.docinfo["/Title"]) == "STOP WORK PL-2026-0001"
    assert validate([tmp_path / "p.pdf"]) == []


def test_what_is_long_is_set_smaller_and_never_cut(printed: Callable[..., Made], tmp_path: Path) -> None:
    made, errors = printed("placard-unsafe", "awkward")
    assert (made.pages, errors) == (1, ())
    text = text_of(made.pdf, tmp_path)
    for said in (
        "Records of San Ysabel County.",
        "https://example.test/",  # a line may end after it
        "?a=1&b=2",
        "NO-2026-0001",
        "RESTRICTED",
        "CBC § 116",
    ):
        assert said in text, said

    def much_longer(data: dict[str, Any]) -> None:
        data["placards"][1]["conditions"] = ["The owner shows that the floor carries what stands on it. " * 4] * 12

    with pytest.raises(Refusal) as refused:
        printed("placard-unsafe", "awkward", much_longer)
    assert refused.value.code == "placard.overflow"


def test_what_is_restricted_says_what_may_be_done() -> None:
    data = sample_of(folder_of("placard-unsafe") / "samples/awkward.json")
    del data["_order"], data["placards"][1]["allowed"]
    with pytest.raises(Refusal) as refused:
        casefile.load(data)
    assert [(one.code, one.place) for one in refused.value.problems] == [
        ("casefile.placard_allowed", "/placards/1/allowed")
    ]


def test_the_colors_are_read_from_afar() -> None:
    """7:1 and more (WCAG 2.1, 1.4.6): white on the red, ink on the yellow."""

    def luminance(color: str) -> float:
        parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    source = (LETTERHEAD / "placard.typ").read_text()
    found = re.search(r'\(red, yellow\) = \(rgb\("(#\w+)"\), rgb\("(#\w+)"\)\)', source)
    assert found
    red, yellow = map(luminance, found.groups())
    ink = luminance("#1b1c1a")
    assert 1.05 / (red + 0.05) >= 7
    assert (yellow + 0.05) / (ink + 0.05) >= 7
