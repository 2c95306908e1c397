"""Foreign files: what may go into a packet, and as what pages.

``examine`` looks at one file in a process of its own, with limits on memory and time, so that a hostile or broken file
can end that process and nothing else. The answer is complete or it is a refusal: a file whose pages cannot all be
recovered is never taken in part.

What this does not do: recognize text in scans (:mod:`recognize`, a step of its own) or judge what a page shows. The
photographs of photo sheets go through :mod:`darkroom`.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from docservice.finding import Finding
from docservice.pdf.shelf import key_of

MEMORY = 1_000_000_000  # bytes of address space per file
SECONDS = 20  # per file
PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from docservice.pdf.foreign.examine import main; main()"


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A page as it will be in the packet: its size in points, whether its lines stayed lines, whether it has text."""

    width: float
    height: float
    kind: Literal["vector", "raster", "picture"]
    text_layer: bool = False  # an invisible text layer lies over the picture (marked content 1)
    searchable: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a file. ``pdf`` has upright pages, PDF/A-clean but not tagged; empty when refused."""

    verdict: Literal["usable", "converted", "refused"]
    pages: tuple[PageInfo, ...] = ()
    findings: tuple[Finding, ...] = ()
    pdf: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """How pages are laid out: the clear band at the foot and the paper for pictures, in points; dots per inch.

    ``turns``: pages (from 1) that somebody turns, by how many degrees clockwise: 90, 180 or 270.
    """

    band: float = 30.0
    paper: tuple[float, float] = (612.0, 792.0)
    dpi: int = 200
    turns: tuple[tuple[int, int], ...] = ()

    def turn(self, page: int) -> int:
        """By how many degrees a page is turned."""
        return dict(self.turns).get(page, 0)


def refused(code: str, message: str) -> Intake:
    """A refusal with its one reason."""
    return Intake("refused", findings=(Finding.error(code, message),))


def examine(data: bytes, frame: Frame | None = None, *, seconds: float = SECONDS, memory: int = MEMORY) -> Intake:
    """Examine one file (PDF, JPEG, PNG, TIFF, HEIC, …) and bring it into packet form. Never raises for a bad file."""
    order = json.dumps({**asdict(frame or Frame()), "memory": memory, "seconds": int(seconds) + 1}).encode()
    command = [sys.executable, "-c", _CHILD, str(PACKAGE_ROOT)]
    try:
        done = subprocess.run(
            command,
            input=struct.pack(">I", len(order)) + order + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"It takes more than {seconds:g} seconds to read; split it, or try again when less is going on here."
        return refused("intake.time", message)
    except OSError:  # no memory or no process left for it
        return refused("intake.limits", "It could not be looked at, since this machine has no room for it just now.")
    if done.returncode:
        return refused(
            "intake.limits", "Reading it needs too much memory or ends the reader; it may be damaged or hostile."
        )
    return unpack(done.stdout)


def key(sha256: str, frame: Frame) -> str:
    """Where the intake of a file of that SHA-256 lies on a shelf."""
    laid = {name: value for name, value in asdict(frame).items() if name != "turns" or value}
    return key_of("intake", sha256, laid)


def pack(intake: Intake) -> bytes:
    """An intake as bytes: length, JSON, PDF."""
    head = json.dumps(
        {
            "verdict": intake.verdict,
            "pages": [asdict(page) for page in intake.pages],
            "findings": [asdict(finding) for finding in intake.findings],
        }
    ).encode()
    return struct.pack(">I", len(head)) + head + intake.pdf


def unpack(data: bytes) -> Intake:
    """What ``pack`` made."""
    (length,) = struct.unpack_from(">I", data)
    return _described(json.loads(data[4 : 4 + length]), data[4 + length :])


def unpack_description(stream: BinaryIO) -> Intake:
    """What ``pack`` made, without the PDF."""
    (length,) = struct.unpack(">I", stream.read(4))
    return _described(json.loads(stream.read(length)), b"")


def _described(head: dict[str, Any], pdf: bytes) -> Intake:
    return Intake(
        head["verdict"],
        tuple(PageInfo(**page) for page in head["pages"]),
        tuple(Finding(**finding) for finding in head["findings"]),
        pdf,
    )


def not_searchable(pages: Sequence[PageInfo], why: str = "") -> list[Finding]:
    """A finding that names the pages without text, if there are any; ``why`` follows as a sentence."""
    silent = [n for n, page in enumerate(pages, 1) if not page.searchable]
    if not silent:
        return []
    which = "All pages" if len(silent) == len(pages) > 1 else spoken(silent)
    message = f"{which} {'has' if len(silent) == 1 else 'have'} no text that could be searched."
    return [Finding.warning("intake.not_searchable", f"{message} {why}".strip())]


def spoken(numbers: Sequence[int]) -> str:
    """Page numbers as people write them: "Page 3", "Pages 1–4, 7"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    text = ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in spans)
    return f"Page {text}" if len(numbers) == 1 else f"Pages {text}"


def noted(findings: Sequence[Finding]) -> list[str]:
    """What was done to a file, for its exhibit sheet: each thing once, with its pages."""
    pages: dict[str, list[int]] = {}
    for finding in findings:
        if finding.code != "intake.not_searchable":
            pages.setdefault(finding.message, []).extend([finding.page] if finding.page else [])
    return [f"{spoken(numbers)}: {message}" if numbers else message for message, numbers in pages.items()]
