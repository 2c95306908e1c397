"""Another town's papers have its seal and its colors; one without a seal has none."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from docservice import shipped
from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.means import preparing
from docservice.office.review import redlining
from docservice.packets.front import Front
from docservice.rendering import engines
from docservice.town import load_pack
from tests.homes import furnish, ungoverned
from tests.other_town import LOOK, MAGENTA, NAVY, PLUM, heron_pass

ON = date(2026, 9, 1)
WITHOUT = f'look:\n  colors: {{strong: "{NAVY}", accent: "{PLUM}"}}\n'


@pytest.fixture(scope="module", params=["seal", "no seal"])
def town(request: Any, tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("heron")
    home = ungoverned(furnish(folder / "home", fonts_folder))
    look = LOOK if request.param == "seal" else WITHOUT
    with open_office(Settings(home=home, town=heron_pass(folder / "town", look=look))) as opened:
        yield opened


def order(example: Any) -> Order:
    casefile, _ = example("CE-2026-0203")
    return Order("notice-of-violation", casefile, recipient="owner-chen", language="en", on=ON)


def pixels(pdf: bytes, page: int = 0) -> dict[str, int]:
    """How many pixels a page has of each color."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=2).to_pil().convert("RGB")
    return counted(picture)


def counted(picture: Image.Image) -> dict[str, int]:
    found = picture.getcolors(1 << 24) or []
    return {"#" + "".join(f"{part:02x}" for part in color): n for n, color in found}  # type: ignore[union-attr]


TREE = "#a8432b"  # the trunk of the shipped seal


def test_a_letter_has_the_seal_the_colors_and_the_head_of_its_town(town: Office, example: Any) -> None:
    sealed = town.town.appearance.seal is not None
    pdf = town.issuing.preview(order(example)).content
    found = pixels(pdf)
    assert (found.get(MAGENTA, 0) > 5000) == sealed
    assert TREE not in found
    assert "#1f4a3f" not in found
    assert found[NAVY] > 500
    assert found[PLUM] > 50
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert ("555-0199" in words) == sealed
    assert ("TTY 711" in words) != sealed
    assert (b"a blue heron" in pdf) == sealed


def test_the_sheet_of_languages_too(town: Office, example: Any) -> None:
    pdf = town.issuing.preview(order(example)).content
    found = pixels(pdf, len(pypdfium2.PdfDocument(pdf)) - 1)
    assert NAVY in found
    assert "#1f4a3f" not in found


def test_in_word(town: Office, example: Any) -> None:
    content = town.issuing.preview(order(example), face="docx").content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        head = parts.read("word/header1.xml").decode()
        picture = counted(Image.open(io.BytesIO(parts.read("word/media/seal.png"))).convert("RGB"))
        styles = parts.read("word/styles.xml").decode()
    sealed = town.town.appearance.seal is not None
    assert ("rIdSeal" in head) == sealed
    if sealed:
        assert 'descr="Seal of the City of Heron Pass: a blue heron"' in head
        assert set(picture) == {MAGENTA}
    assert f'"{NAVY[1:].upper()}"' in styles
    assert "1F4D40" not in styles + head
    assert ("200 Heron Street · Heron Pass, FL 33999 · 555-0199" in head) == sealed  # the other has no head lines
    assert ("1 Town Hall Way" in head) != sealed


def test_on_the_web_page_of_a_letter(town: Office, example: Any) -> None:
    page = town.issuing.preview(order(example), face="html").content.decode()
    assert ('<img src="data:image/svg+xml' in page) == (town.town.appearance.seal is not None)
    assert f"--green:{NAVY}" in page


def test_on_the_cover_of_a_packet(town: Office) -> None:

    fonts = town.means.fonts.prepared()
    front = Front(town.town, fonts, ON, "Hearing packet", "CE-2026-0231")
    cover = front.cover(title="Hearing packet", casefile=None, hearing=None)
    words = pypdfium2.PdfDocument(cover)[0].get_textpage().get_text_range()
    assert ("555-0199" in words) == (town.town.appearance.seal is not None)
    found = pixels(cover)
    assert (found.get(MAGENTA, 0) > 5000) == (town.town.appearance.seal is not None)
    assert TREE not in found
    assert NAVY in found


@pytest.mark.parametrize("key", ["received-a-notice", "property-maintenance"])
def test_on_handouts(town: Office, key: str) -> None:
    page = town.issuing.handout(key, "en", "html").content.decode()
    assert f"--strong: {NAVY}; --accent: {PLUM};" in page
    found = pixels(town.issuing.handout(key, "en", "pdf").content)
    assert found[NAVY] > 500
    assert found[PLUM] > 50


def test_on_redlines(town: Office, tmp_path: Path) -> None:
    draft = Path(shutil.copytree(shipped.folder("law") / "us" / "letters" / "courtesy-letter", tmp_path / "draft"))
    made = town.review.redline("courtesy-letter", 1, draft)
    pages = [town.review.redline_face(made, "html", author="A").decode()]
    printed = [town.review.redline_face(made, "pdf", author="A")]
    sheets = redlining.sheets(town.means, "courtesy-letter", 1, draft)
    assert f".redline{{--green:{NAVY}}}" in pages[0]
    assert f"--strong:{NAVY}" in sheets.html
    for pdf in (*printed, sheets.pdf):
        found = pixels(pdf)
        assert found[NAVY] > 100
        assert "#1f4a3f" not in found


def test_on_the_public_site_and_at_the_desk(town: Office) -> None:
    client = create_app(town).test_client()
    style = client.get("/assets/site.css").get_data(as_text=True)
    assert f"--leaf: {NAVY}" in style
    for address in ("/", "/desk/sign-in"):
        page = client.get(address).get_data(as_text=True)
        assert "<svg" not in page
        if town.town.appearance.seal is None:
            assert "/assets/seal/" not in page
            continue
        start = page.index("/assets/seal/")
        answer = client.get(page[start : page.index('"', start)])
        assert (answer.mimetype, MAGENTA in answer.get_data(as_text=True)) == ("image/svg+xml", True)


def test_the_shipped_town_draws_what_it_drew(tmp_path: Path, fonts_folder: Path, example: Any) -> None:
    """Its pack has the seal and the colors that were the letterhead's own: the bytes are those of before. The pack of
    before says its seal in another place."""
    before = Path(shutil.copytree(shipped.folder("town") / "madrona-hills", tmp_path / "before"))
    text = (before / "town.yaml").read_text(encoding="utf-8")
    look = re.search(r"^look:\n(?:  .*\n)+", text, re.MULTILINE)
    assert look is not None
    alt = "  seal: seal.svg\n" + next(f"{line}\n" for line in look[0].splitlines() if "seal_alt" in line)
    text = text.replace(look[0], "").replace("\nofficers:", f"{alt}\nofficers:", 1)
    (before / "town.yaml").write_text(text, encoding="utf-8")
    made = []
    for name, folder, road in (("a", shipped.folder("town"), ""), ("b", before, ""), ("c", before, " + look 1")):
        home = tmp_path / name
        home.mkdir()
        (home / "fonts").symlink_to(fonts_folder)
        with open_office(Settings(home=home, town=folder)) as office:
            prepared = preparing.prepare(office.means, order(example))
            task = replace(prepared.task, engine=engines.engine("typst").replace(road, ""))
            made.append(office.means.produce(prepared.parts, task, "pdf", prepared.casefile).content)
    assert made[0] == made[1] == made[2]


def test_a_seal_may_be_a_photograph(tmp_path: Path) -> None:
    from docservice.rendering import seal_picture

    folder = heron_pass(tmp_path / "town", look=LOOK.replace("heron.svg", "heron.png"))
    Image.new("RGB", (300, 150), MAGENTA).save(folder / "heron.png")
    seal = load_pack(folder).appearance.seal
    assert seal is not None
    assert counted(Image.open(io.BytesIO(seal_picture.as_png(seal))).convert("RGB"))[MAGENTA] > 340 * 150
