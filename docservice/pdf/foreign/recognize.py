"""Text recognition for pages that have none: scans, photographs of papers, drawings whose letters are lines.

A step of its own after :mod:`intake`, because it takes seconds for every page: Tesseract reads a picture of each page
without text, in a process of its own with limits on memory and time (:mod:`tesseract`), two at a time. What it reads is
laid invisibly along its lines; the page itself is not touched. What it is not sure of is left out, since a wrong word
that cannot be seen is worse than none.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import pikepdf
from pikepdf import Dictionary

from docservice.finding import Finding
from docservice.pdf.foreign.intake import MEMORY, PACKAGE_ROOT, Intake, not_searchable, spoken
from docservice.pdf.foreign.textlayer import Run, TextLayer

SECONDS_PER_PAGE = 60.0
_RULES = 1  # counts up when the same page would be read otherwise
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from docservice.pdf.foreign.tesseract import main; main()"
_AT_ONCE = 2
_PACKS = {  # BCP 47 → Tesseract's language packs
    "ar": "ara", "bg": "bul", "bn": "ben", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "fa": "fas", "fi": "fin", "fil": "fil", "fr": "fra", "gu": "guj", "he": "heb", "hi": "hin",
    "hr": "hrv", "ht": "hat", "hu": "hun", "hy": "hye", "id": "ind", "it": "ita", "ja": "jpn", "km": "khm",
    "kn": "kan", "ko": "kor", "lo": "lao", "ml": "mal", "mr": "mar", "my": "mya", "nb": "nor", "ne": "nep",
    "nl": "nld", "no": "nor", "pa": "pan", "pl": "pol", "ps": "pus", "pt": "por", "ro": "ron", "ru": "rus",
    "si": "sin", "sk": "slk", "so": "som", "sv": "swe", "sw": "swa", "ta": "tam", "te": "tel", "th": "tha",
    "tl": "fil", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "chi_sim", "zh-hans": "chi_sim",
    "zh-hant": "chi_tra", "zh-hk": "chi_tra", "zh-mo": "chi_tra", "zh-tw": "chi_tra",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of one page: its runs, or why there are none."""

    runs: tuple[Run, ...] = ()
    fault: str = ""


@cache
def available() -> frozenset[str]:
    """The language packs that Tesseract has here (``eng``, ``spa`` …); none when it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return frozenset()
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    return frozenset(line.strip() for line in done.stdout.splitlines()[1:] if line.strip())


def languages() -> list[str]:
    """The languages (BCP 47) that can be recognized here, of those that are known by a tag."""
    installed = available()
    primary = {pack: tag for tag, pack in reversed(_PACKS.items())}
    tags = {"chi_sim": "zh-Hans", "chi_tra": "zh-Hant"}
    return sorted(tags.get(pack, tag) for pack, tag in primary.items() if pack in installed)


def wanted(taken: Intake) -> bool:
    """Whether there is a page to recognize text on."""
    return bool(taken.pdf) and any(not page.searchable for page in taken.pages)


@cache
def version() -> str:
    """What decides the outcome besides the page and the languages: Tesseract, its packs, and this module's rules."""
    program = shutil.which("tesseract")
    if program is None:
        return f"none, {_RULES}"
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return f"unknown, {_RULES}"
    first = (done.stdout or done.stderr).partition("\n")[0].strip()
    return f"{first}, {'+'.join(sorted(available()))}, {_RULES}"


def pack_of(language: str) -> str | None:
    """The language pack for a BCP 47 tag, or nothing for a language that Tesseract does not know."""
    parts = language.lower().split("-")
    for length in range(len(parts), 0, -1):
        if pack := _PACKS.get("-".join(parts[:length])):
            return pack
    return None


def recognize(
    taken: Intake,
    *,
    languages: Sequence[str] = ("en",),
    seconds_per_page: float = SECONDS_PER_PAGE,
    memory: int = MEMORY,
) -> Intake:
    """The intake with the text of its silent pages recognized, in the given ``languages`` (BCP 47).

    A page that takes longer than ``seconds_per_page`` or more than ``memory`` bytes stays as it was, and a finding says
    so; so does one on which nothing can be read. Without Tesseract the finding ``intake.not_searchable`` says that.
    """
    if not wanted(taken):
        return taken
    silent = [n for n, page in enumerate(taken.pages, 1) if not page.searchable]
    findings = [finding for finding in taken.findings if finding.code != "intake.not_searchable"]
    packs, lacking = _chosen(languages)
    if not packs:
        reason = "no language pack for it" if available() else "not installed here"
        return replace(taken, findings=(*findings, *not_searchable(taken.pages, f"Text recognition is {reason}.")))
    findings += lacking
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            read = dict(
                zip(
                    silent,
                    pool.map(lambda page: _read(page, packs, seconds_per_page, memory), _alone(pdf, silent)),
                    strict=True,
                )
            )
        layer = TextLayer(pdf)
        infos = list(taken.pages)
        for number, found in read.items():
            content = layer.content(found.runs)
            if content:
                _lay(pdf, pdf.pages[number - 1].obj, content, layer)
                infos[number - 1] = replace(infos[number - 1], text_layer=True, searchable=True)
                findings += _sideways(number, found.runs)
            elif found.fault:
                findings.append(Finding.warning("intake.recognition_failed", found.fault, page=number))
        readable = [number for number in silent if infos[number - 1].searchable]
        findings += not_searchable(infos, "Nothing could be read there." if len(silent) > len(readable) else "")
        if not readable:
            return replace(taken, findings=tuple(findings))
        which = "all pages" if len(readable) == len(infos) > 1 else spoken(readable).lower()
        message = f"Text was recognized on {which} by a machine ({', '.join(packs)}); it can be searched, and may err."
        findings.append(Finding.warning("intake.recognized", message))
        layer.finish()
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True, compress_streams=True)
    return Intake("converted", tuple(infos), tuple(findings), buffer.getvalue())


def _sideways(number: int, runs: Sequence[Run]) -> list[Finding]:
    """A finding for a page whose text mostly runs another way than a reader does."""
    weights = [0, 0, 0, 0]
    for run in runs:
        weights[run.turn] += len(run.text)
    most = weights.index(max(weights))
    if most == 0:
        return []
    way = ("", "upward", "upside down", "downward")[most]
    return [
        Finding.warning("intake.sideways", f"Its text runs {way}; turn the page and add the file again.", page=number)
    ]


def _chosen(languages: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """The packs to read with, and a finding that names those that are not here."""
    installed = available()
    if not installed:
        return [], []
    packs: list[str] = []
    lacking: list[str] = []
    for language in dict.fromkeys(languages):
        pack = pack_of(language)
        if pack is None:
            lacking.append(language)
        elif pack not in installed:
            lacking.append(f"{language}: tesseract-ocr-{pack.replace('_', '-')}")
        elif pack not in packs:
            packs.append(pack)
    if not packs and "eng" in installed:
        packs = ["eng"]  # Latin letters and numbers are better than nothing
    if not lacking:
        return packs, []
    message = f"Text recognition has no language pack here for {'; '.join(lacking)}."
    return packs, [Finding.warning("intake.recognition_language", message)]


def _alone(pdf: pikepdf.Pdf, numbers: Sequence[int]) -> list[bytes]:
    """Each page as a file of its own, so that a process need not be given the others."""
    found = []
    for number in numbers:
        single = pikepdf.new()
        single.pages.append(pdf.pages[number - 1])
        if "/Annots" in single.pages[0].obj:
            del single.pages[0].obj.Annots
        buffer = io.BytesIO()
        single.save(buffer)
        found.append(buffer.getvalue())
    return found


def _read(page: bytes, packs: Sequence[str], seconds: float, memory: int) -> _Read:
    """Read one page in a process of its own; Tesseract runs below it, under the same limits."""
    order = json.dumps({"packs": list(packs), "memory": memory, "seconds": int(seconds) + 1}).encode()
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(PACKAGE_ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # so that it can be ended together with what it started
    ) as process:
        try:
            answer, _ = process.communicate(struct.pack(">I", len(order)) + order + page, timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return _Read(fault=f"Its text could not be recognized within {seconds:g} seconds.")
    if process.returncode:
        return _Read(fault="Its text could not be recognized: the reader failed or needs too much memory.")
    return _Read(tuple(Run(*run) for run in json.loads(answer)))


def _lay(pdf: pikepdf.Pdf, page: pikepdf.Object, content: bytes, layer: TextLayer) -> None:
    """Text over a page that :mod:`pages` made, as marked content 1."""
    page.Contents = pdf.make_stream(page.Contents.read_bytes() + b"\n/P <</MCID 1>> BDC\n" + content + b"\nEMC")
    page.Resources.Font = Dictionary(T0=layer.font)
