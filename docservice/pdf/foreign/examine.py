"""The process that looks at one foreign file: the other side of :mod:`intake`.

Reads an order and the file from standard input, writes the intake to standard output. What kills it (memory, time, a
crash in a decoder) is told by its exit status.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
from typing import IO

from docservice.pdf.foreign.intake import Frame, Intake, pack, refused
from docservice.refusal import Refusal

_PICTURE_OR_PDF = "It is neither a PDF nor a picture that can be shown."
_KNOWN = (
    (b"PK\x03\x04", "It is an office document or an archive; save it as PDF."),
    (b"\xd0\xcf\x11\xe0", "It is an office document of an older kind; save it as PDF."),
    (b"{\\rtf", "It is an office document; save it as PDF."),
    (b"%!PS", "It is PostScript; save it as PDF."),
)


def main() -> None:
    """Entry point of the process."""
    (length,) = struct.unpack(">I", sys.stdin.buffer.read(4))
    order = json.loads(sys.stdin.buffer.read(length))
    answer = confine(order.pop("memory"), order.pop("seconds"))
    turns = tuple((page, turn) for page, turn in order["turns"])
    frame = Frame(order["band"], tuple(order["paper"]), order["dpi"], turns)
    try:
        taken = look(sys.stdin.buffer.read(), frame)
    except MemoryError:
        taken = refused("intake.limits", "Reading it needs too much memory.")
    answer.write(pack(taken))
    answer.flush()


def confine(memory: int, seconds: int) -> IO[bytes]:
    """Set the limits of this process, in bytes and seconds of computing; returns where its answer goes."""
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a decoder prints must not mix with the answer
    return answer


def look(data: bytes, frame: Frame) -> Intake:
    """Decide by the first bytes what the file is, and take it in as that."""
    from docservice.pdf.foreign import pdfs as foreign
    from docservice.pdf.foreign import scans

    if not data:
        return refused("intake.empty", "The file is empty.")
    if scans.is_picture(data):
        try:
            return scans.take(data, frame)
        except Refusal as refusal:
            reasons = " ".join(problem.message for problem in refusal.problems) or refusal.message
            return refused(refusal.code.replace("photo.", "intake."), f"It {_sentence(reasons)}")
        except MemoryError:
            raise
        except Exception:  # whatever a broken picture does to its reader
            return refused("intake.broken", "It is not a picture that can be read whole.")
    for signature, message in _KNOWN:
        if data.startswith(signature):
            return refused("intake.type", message)
    if b"%PDF-" in data[:1024]:  # ISO 32000-1, annex H: readers accept a header within the first 1024 bytes
        return foreign.take(data, frame)
    if not data.strip(b"\0\t\n\r "):
        return refused("intake.empty", "The file holds nothing but blanks.")
    if b"<html" in data[:1024].lower() or b"<!doctype html" in data[:1024].lower():
        return refused("intake.type", "It is a web page; print it to PDF.")
    return refused("intake.type", _PICTURE_OR_PDF)


def _sentence(reasons: str) -> str:
    """What follows "It": the refusals of pictures begin with "is …" or "it has …"."""
    return reasons.removeprefix("it ").rstrip(".") + "."
