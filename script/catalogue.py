"""Make every document of the catalogue in every language it is offered in, and look into all of them.

    script/catalogue [OUT] [--only KEY[,KEY…]] [--language TAG[,TAG…]]

Every sample of every letter, form, placard and handout: page and PDF; each PDF by veraPDF (PDF/A-3a, PDF/UA-1), by a
stricter checker of tags, and by three readers that must find every word of the page. OUT (default catalogue-output/)
holds what was made and ``sheets/``: a contact sheet for each document, a row for each language, to be looked at.
Exits with 1 if anything fell short, having said what.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.refusal import Refusal
from docservice.wording.catalog.freezing import folders_in
from tests.catalogue.made import Made, all_of, looked_into, make
from tests.verapdf import validate

SCALE = 0.62  # 45 dots to the inch
GAP = 6


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, default=Path("catalogue-output"))
    parser.add_argument("--only", default="", help="keys of templates, with commas between them")
    parser.add_argument("--language", default="", help="tags of languages, with commas between them")
    asked = parser.parse_args(arguments)
    keys, tags = frozenset(filter(None, asked.only.split(","))), frozenset(filter(None, asked.language.split(",")))
    shutil.rmtree(asked.out, ignore_errors=True)
    (asked.out / "sheets").mkdir(parents=True)
    faults: list[str] = []
    made: list[Made] = []
    began = time.monotonic()
    with open_office(Settings(home=asked.out / "home", isolated_rendering=True, workers=2)) as office:
        for one in every(office, keys, tags, faults):
            made.append(one)
            (asked.out / f"{one.name}.pdf").write_bytes(one.pdf)
            (asked.out / f"{one.name}.html").write_text(one.html, encoding="utf-8")
    rendered = time.monotonic() - began
    shutil.rmtree(asked.out / "home")
    faults += validate(asked.out / f"{one.name}.pdf" for one in made)
    with ProcessPoolExecutor() as pool:
        faults += [fault for found in pool.map(looked_into, made, chunksize=4) for fault in found]
        list(pool.map(sheet, *zip(*by_key(made, asked.out / "sheets"), strict=True))) if made else None
    for fault in faults:
        print(fault)
    print(summary(made))
    print(
        f"{len(made)} documents in {rendered:.0f} s, looked into in {time.monotonic() - began - rendered:.0f} s more:"
    )
    print(f"{len(faults)} faults. {asked.out}/sheets has the pages of each document, a row for each language.")
    return 1 if faults else 0


def every(office: Office, keys: frozenset[str], tags: frozenset[str], faults: list[str]) -> Iterator[Made]:
    """Each sample of each template in each of its languages; what is refused is told in ``faults``."""
    for folder in folders_in(office.means.path):
        if keys and folder.name not in keys:
            continue
        for wanted in all_of(office, folder):
            if tags and wanted.language not in tags:
                continue
            try:
                yield make(office, wanted)
            except Refusal as refusal:
                faults.append(f"{wanted.name}: {refusal}")


def by_key(made: Sequence[Made], folder: Path) -> Iterator[tuple[Path, list[tuple[str, bytes]]]]:
    """For each contact sheet its file and what it shows."""
    groups: dict[str, list[tuple[str, bytes]]] = {}
    for one in made:
        groups.setdefault("-".join(filter(None, (one.key, one.sample))), []).append((one.language, one.pdf))
    for name, rows in groups.items():
        yield folder / f"{name}.png", rows


def sheet(path: Path, rows: Sequence[tuple[str, bytes]]) -> None:
    """All pages of a document: a row for each language, with its tag before it."""
    drawn = [(tag, pages(pdf)) for tag, pdf in rows]
    width = max(sum(page.width + GAP for page in row) for _, row in drawn) + 60
    whole = Image.new("RGB", (width, sum(row[0].height + GAP for _, row in drawn)), "#999990")
    y = 0
    for tag, row in drawn:
        ImageDraw.Draw(whole).text((6, y + 6), tag, fill="black")
        x = 60
        for page in row:
            whole.paste(page, (x, y))
            x += page.width + GAP
        y += row[0].height + GAP
    whole.save(path, optimize=True)


def pages(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return [page.render(scale=SCALE).to_pil() for page in document]
    finally:
        document.close()


def summary(made: Sequence[Made]) -> str:
    """How many documents each language has, and how many of the templates."""
    counts = Counter(one.language for one in made)
    kinds = {tag: len({one.key for one in made if one.language == tag}) for tag in counts}
    return "\n".join(f"{tag:<8} {kinds[tag]:>3} templates {counts[tag]:>4} documents" for tag in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
