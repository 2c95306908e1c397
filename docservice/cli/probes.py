"""What ``docservice doctor`` looks at outside of docservice: engines (each in its own process), disk, OCR, Java."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_State = Literal["ok", "note", "warning", "fail"]

_TYPST = """
import typst
pdf = typst.compile(b'#set document(title: "probe")\\n= Probe', pdf_standards=["a-3a", "ua-1"])
assert pdf.startswith(b"%PDF-")
from importlib.metadata import version
print(version("typst"))
"""
_PANGO = """
import weasyprint
pdf = weasyprint.HTML(string='<html lang="en"><title>probe</title><h1>Probe</h1>').write_pdf()
assert pdf.startswith(b"%PDF-")
print(f"{weasyprint.__version__}, Pango {weasyprint.text.ffi.pango.pango_version()}")
"""
_PATIENCE, _PAGE = 5.0, 4096  # seconds, bytes
_LITTLE, _TOO_LITTLE = 2 * 2**30, 200 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Probe:
    """One line of the report: what, how it is, and what to do."""

    name: str
    state: _State
    message: str


def typst() -> Probe:
    """Letters: compile a page as PDF/A-3a + PDF/UA-1."""
    return _run("Typst", _TYPST, "Reinstall docservice's Python packages.")


def pango(fontconfig: Path) -> Probe:
    """Handouts: print a page with the private fonts. Without any font Pango ends the process, hence the process."""
    advice = "Install the system packages: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    return _run("Pango", _PANGO, advice, FONTCONFIG_FILE=str(fontconfig))


def _run(name: str, code: str, advice: str, **environment: str) -> Probe:
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Probe(name, "fail", f"No answer within a minute. {advice}")
    if done.returncode == 0:
        return Probe(name, "ok", f"{name if name == 'Typst' else 'WeasyPrint'} {done.stdout.strip()}.")
    if done.returncode < 0:
        why = f"The process died ({signal.Signals(-done.returncode).name})."
    else:
        why = (done.stderr.strip().splitlines() or ["It failed."])[-1]
    return Probe(name, "fail", f"{why} {advice}")


def rendering(processes: int, megabytes: int) -> Probe:
    """How many rendering processes ``docservice serve`` starts, and what they may take."""
    cores = len(os.sched_getaffinity(0))
    count = f"{processes} process{'es' if processes != 1 else ''} in `docservice serve` (DOCSERVICE_WORKERS)"
    message = f"{count}, {cores} core{'s' if cores != 1 else ''} here, at most {megabytes} MB each."
    return Probe("Rendering", "ok" if processes <= 2 * cores else "warning", message)


def room_on_disk(home: Path) -> Probe:
    """Records are never removed, so there must be room."""
    place = home.absolute()
    while not place.exists():
        place = place.parent
    if not os.access(place, os.W_OK):
        return Probe("Disk", "fail", f"{place} cannot be written to; choose another place with DOCSERVICE_HOME.")
    free = shutil.disk_usage(place).free
    message = f"{free / 2**30:.1f} GB free in {place}."
    state: _State = "fail" if free < _TOO_LITTLE else "warning" if free < _LITTLE else "ok"
    return Probe("Disk", state, message)


def recognition() -> Probe:
    """Text recognition in scans: wanted, but packets can be made without it."""
    from docservice.pdf.foreign.recognize import available, languages

    if not available():
        advice = "apt-get install tesseract-ocr (and tesseract-ocr-spa …)"
        return Probe("OCR", "note", f"Tesseract is not here; scans stay without text that can be searched. {advice}")
    return Probe("OCR", "ok", f"Tesseract reads {', '.join(languages())}.")


def public_address(address: str) -> Probe:
    """Every printed link and square code begins with this address, so it must lead to this service."""
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    question, sign = f"{address}/verify/", b'<meta name="generator" content="docservice">'
    advice = (
        "Every letter and handout prints links to it; set DOCSERVICE_PUBLIC_URL to where the public reaches docservice."
    )
    try:
        with urlopen(Request(question, headers={"Accept": "text/html"}), timeout=_PATIENCE) as answer:
            ours = sign in answer.read(_PAGE)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return Probe("Address", "warning", f"{question} does not answer ({reason}). {advice}")
    if not ours:
        return Probe("Address", "warning", f"{question} answers, but it is not docservice. {advice}")
    return Probe("Address", "ok", f"{address} leads to docservice.")


def java() -> Probe:
    """Only the tests need it (veraPDF)."""
    found = shutil.which("java")
    return Probe("Java", "ok" if found else "note", found or "Not here; only the tests need it.")
