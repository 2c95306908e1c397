"""The process that reads one page: the other side of :mod:`recognize`.

Draws the page in gray, has Tesseract read it, and answers with the words it is sure of, each as a run that lies where
the word stands, on its line however crooked (hOCR 1.2: ``baseline``, ``textangle``, ``x_wconf``). The run itself is
level: some readers take a word that rises to be several.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from docservice.pdf.foreign.textlayer import TextRun

_DPI = 300.0
_MOST_PIXELS = 25_000_000  # an E-size drawing is read at 150 dpi
_SURE = 60.0  # least confidence of a word, in percent
_SURE_OF_LINE = 68.0  # of the words of a line that are kept, on average
_FEW = 30  # letters; what shows fewer is a picture with a few words, or with what only looks like words
_SHARE = 0.4  # of all letters found, those that must be sure for few of them to count
_BELOW = 0.2  # of a run's height that lies below the baseline, as in textlayer


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    box: tuple[float, float, float, float]  # pixels from the upper left: left, top, right, bottom
    sure: float


def main() -> None:
    """Entry point of the process."""
    from docservice.pdf.foreign.examine import confine

    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    order = json.loads(sys.stdin.buffer.read(length))
    answer = confine(order["memory"], order["seconds"])
    gray, scale, height = _drawn(sys.stdin.buffer.read())
    hocr = _tesseract(gray, order["packs"], 72 * scale)
    found = [_fields(run) for run in runs(hocr, scale, height)]
    answer.write(json.dumps(found).encode())
    answer.flush()


def _fields(run: TextRun) -> list[Any]:
    return [run.text, run.left, run.bottom, run.right, run.top, run.turn]


def _drawn(pdf: bytes) -> tuple[bytes, float, float]:
    """The only page of a PDF as a PGM, how many pixels a point has, and the page's height in points."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]

    document = pdfium.PdfDocument(pdf)
    page = document[0]
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / (width * height)) ** 0.5)
    buffer = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().convert("L").save(buffer, "PPM")
    page.close()
    document.close()
    return buffer.getvalue(), scale, height


def _tesseract(gray: bytes, packs: list[str], dpi: float) -> bytes:
    program = shutil.which("tesseract")
    if program is None:
        raise FileNotFoundError("tesseract")
    packs_here = "+".join(packs)
    done = subprocess.run(
        # One thread: the pages share the processors among them.
        ["env", "OMP_THREAD_LIMIT=1", program, "stdin", "stdout", "-l", packs_here, "--psm", "1", "--dpi",
         str(max(70, round(dpi))), "hocr"],
        input=gray,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )  # fmt: skip
    return done.stdout


def runs(hocr: bytes, scale: float, height: float) -> list[TextRun]:
    """The words of an hOCR page that are sure, in points from the lower left; nothing when the page has none."""
    root = etree.fromstring(hocr, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    found: list[TextRun] = []
    all_letters = sure_letters = 0
    for line in root.iterfind(".//*[@class]") if root is not None else ():
        if not str(line.get("class")).startswith(("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")):
            continue
        words = list(_words(line))
        all_letters += sum(_letters(word.text) for word in words)
        kept = [word for word in words if word.sure >= _SURE and (_letters(word.text) or len(words) > 1)]
        weight = sum(_letters(word.text) for word in kept)
        if not weight or sum(word.sure * _letters(word.text) for word in kept) / weight < _SURE_OF_LINE:
            continue
        sure_letters += weight
        found += _laid(line, kept, scale, height)
    if not sure_letters or (sure_letters < _FEW and sure_letters < _SHARE * all_letters):
        return []
    return found


def _words(line: Any) -> Iterator[_Word]:
    for word in line.iterfind(".//*[@class='ocrx_word']"):
        text = unicodedata.normalize("NFC", "".join(word.itertext()).strip())
        title = str(word.get("title"))
        box, sure = _numbers(title, "bbox"), _numbers(title, "x_wconf")
        if text and len(box) == 4 and sure:
            yield _Word(text, (box[0], box[1], box[2], box[3]), sure[0])


def _numbers(title: str, name: str) -> list[float]:
    match = re.search(rf"(?:^|;)\s*{name} ([-0-9. ]+)", title)
    return [float(number) for number in match[1].split()] if match else []


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _laid(line: Any, words: list[_Word], scale: float, page: float) -> Iterator[TextRun]:
    """Runs along a line: its words, those of scripts that do not part them joined."""
    title = str(line.get("title"))
    box = _numbers(title, "bbox")
    turn = round((_numbers(title, "textangle") or [0.0])[0] / 90) % 4
    baseline = _numbers(title, "baseline")
    slope, offset = (baseline[0], baseline[1]) if len(baseline) == 2 else (0.0, -_BELOW * (box[3] - box[1]))
    level = max(box[3] - box[1] - abs(slope) * (box[2] - box[0]), 1.0)  # the line's height, were it level
    high = min((_numbers(title, "x_size") or [level])[0], 1.25 * level) / scale
    if turn == 2:  # upside down: as one run, or readers put its words in the wrong order
        edges = list(zip(*(word.box for word in words), strict=True))
        whole = min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])
        words = [_Word(" ".join(word.text for word in words), whole, _SURE)]
    for word in _joined(words, turn):
        left, top, right, bottom = word.box
        if turn:
            yield TextRun(word.text, left / scale, page - bottom / scale, right / scale, page - top / scale, turn)
            continue
        middle = (left + right) / 2
        foot = page - (box[3] + offset + slope * (middle - box[0])) / scale - _BELOW * high
        yield TextRun(word.text, left / scale, foot, right / scale, foot + high)


def _joined(words: list[_Word], turn: int) -> list[_Word]:
    found: list[_Word] = []
    for word in words:
        last = found[-1] if found else None
        if last is not None and turn == 0 and _unparted(last.text[-1]) and _unparted(word.text[0]):
            high = last.box[3] - last.box[1]
            if -0.5 * high < word.box[0] - last.box[2] < 1.5 * high:
                box = (last.box[0], min(last.box[1], word.box[1]), word.box[2], max(last.box[3], word.box[3]))
                found[-1] = _Word(last.text + word.text, box, min(last.sure, word.sure))
                continue
        found.append(word)
    return found


def _unparted(char: str) -> bool:
    """Whether a character is of a script that puts no space between words: Chinese, Japanese, Thai, Lao, Khmer."""
    name = unicodedata.name(char, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "THAI", "LAO", "KHMER"))
