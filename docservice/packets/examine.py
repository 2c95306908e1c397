"""The process that looks at one foreign file: the other side of :mod:`intake`.

Reads an order and the file from standard input, writes the intake to standard output. What kills it (memory, time, a
crash in a decoder) is told by its exit status.
"""

from __future__ import annotations

import json
import resource
import struct
import sys

from docservice.packets.intake import Frame, Intake, pack, refused
from docservice.refusal import Refusal


def main() -> None:
    """Entry point of the process."""
    data = sys.stdin.buffer.read()
    (length,) = struct.unpack_from(">I", data)
    order = json.loads(data[4 : 4 + length])
    for limit, value in ((resource.RLIMIT_AS, order.pop("memory")), (resource.RLIMIT_CPU, order.pop("seconds"))):
        resource.setrlimit(limit, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    frame = Frame(order["band"], tuple(order["paper"]), order["dpi"])
    sys.stdout.buffer.write(pack(look(data[4 + length :], frame)))


def look(data: bytes, frame: Frame) -> Intake:
    """Decide by the first bytes what the file is, and take it in as that."""
    from docservice.packets import foreign, scans

    if not data:
        return refused("intake.empty", "The file is empty.")
    if b"%PDF-" in data[:1024]:  # ISO 32000-1, annex H: readers accept a header within the first 1024 bytes
        return foreign.take(data, frame)
    if data[:4] == b"PK\x03\x04" or data[:4] == b"\xd0\xcf\x11\xe0":
        return refused("intake.type", "It is an office document or an archive; save it as PDF.")
    if not scans.is_picture(data):
        return refused("intake.type", "It is neither a PDF nor a picture that can be shown.")
    try:
        return scans.take(data, frame)
    except Refusal as refusal:
        reasons = " ".join(problem.message for problem in refusal.problems) or refusal.message
        return refused(refusal.code.replace("photo.", "intake."), reasons)
