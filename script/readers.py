"""How many words five readers of PDFs find in letters in every script of the fonts: with the mend, and without it.

    uv run --with pymupdf --with pdfminer.six python -m script.readers [--each]

poppler, PDFium and pypdf are held to all of them by tests/rendering/textlayer/test_textlayer.py; MuPDF and pdfminer,
which this installation does not need, are only counted here. ``--each`` names the words that are lost, script by
script.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from datetime import date
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lxml import etree

from docservice import shipped
from docservice.rendering import fonts, textlayer
from docservice.rendering.letters import letter
from docservice.town import load_pack
from tests.rendering.reading_back import READERS, lost, words

ROOT = Path(__file__).resolve().parents[1]
UNMENDED = "typst + sheet 1"
ON_A_PAGE = 16


def mupdf(pdf: bytes) -> str:
    import pymupdf

    with pymupdf.open(stream=pdf) as document:
        return "\n".join(page.get_text() for page in document)


def pdfminer(pdf: bytes) -> str:
    from pdfminer.high_level import extract_text

    return str(extract_text(io.BytesIO(pdf)))


def set_page(samples: dict[str, str], prepared: fonts.FontSet) -> bytes:
    """A letter as Typst writes it, with a paragraph for each sample."""
    home = shipped.folder("law") / "us" / "letterhead"
    pack = load_pack(shipped.folder("town") / "madrona-hills")
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in samples.values())
    root = etree.fromstring(f'<article lang="en" dir="ltr" data-document="x"><h1>Words</h1>{paragraphs}</article>')
    bundle: Any = SimpleNamespace(files={f"letterhead/{path.name}": path.read_bytes() for path in home.iterdir()})
    composed: Any = SimpleNamespace(root=root, language="en")
    made = letter.typeset(
        bundle, composed, town=pack.identity, envelope=pack.envelopes["plain"], attachments={},
        issued_on=date(2026, 6, 1), draft=False, fonts=prepared, pinned=UNMENDED,
    )  # fmt: skip
    return made.pdf


def main() -> None:
    samples: dict[str, str] = json.loads((ROOT / "tests" / "rendering" / "scripts.json").read_text(encoding="utf-8"))
    names = list(samples)
    readers = {**READERS, "MuPDF": mupdf, "pdfminer": pdfminer}
    counts = {reader: [0, 0, 0, 0] for reader in readers}
    missing: dict[str, dict[str, list[str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        prepared = fonts.prepare(Path(folder))
        for at in range(0, len(names), ON_A_PAGE):
            some = {name: samples[name] for name in names[at : at + ON_A_PAGE]}
            before = set_page(some, prepared)
            after = textlayer.mend(before)
            for reader, read in readers.items():
                texts = read(before), read(after)
                for name, sample in some.items():
                    losses = [lost(sample, text) for text in texts]
                    count = counts[reader]
                    for column, loss in enumerate(losses):
                        count[column] += len(words(sample)) - len(loss)
                        count[2 + column] += not loss
                    if losses[1]:
                        missing.setdefault(name, {})[reader] = losses[1]
    total = sum(len(words(sample)) for sample in samples.values())
    print(f"{'reader':<10}{'words in order, of ' + str(total):<28}scripts whole, of {len(samples)}")
    for reader, (before_words, after_words, before_whole, after_whole) in counts.items():
        print(f"{reader:<10}{f'{before_words} → {after_words}':<28}{before_whole} → {after_whole}")
    if "--each" in sys.argv[1:]:
        for name, readings in missing.items():
            print(name, readings)


if __name__ == "__main__":
    main()
