"""Packets bound to be looked at: not on record, and gone after some days with the folders of work."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docservice import disk
from docservice.finding import Finding
from docservice.office.means.means import Means

if TYPE_CHECKING:
    from docservice.packets.finishing import Packet

_TOLD = "packet.json"


@dataclass(frozen=True, slots=True)
class DraftPacket:
    """A packet that was bound to be looked at; ``entries`` are its contents as plain values."""

    pages: int
    entries: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]


def folder(means: Means, job_id: str) -> Path:
    """Where the files of a job lie that binds a draft. ``working_folders.sweep`` forgets it."""
    return means.settings.home / f"working-packet-{job_id}"


def put(into: Path, packet: Packet) -> None:
    """Put the files of a packet into a folder, with what is to be told of it."""
    told = {
        "pages": packet.pages,
        "entries": [asdict(entry) for entry in packet.entries],
        "findings": [one.to_plain() for one in packet.findings],
        "files": [file.path.name for file in packet.files],
    }
    with disk.as_refusal():
        into.mkdir(parents=True, exist_ok=True)
        for file in packet.files:
            shutil.copyfile(file.path, into / file.path.name)
        (into / _TOLD).write_text(json.dumps(told), encoding="utf-8")


def find(means: Means, job_id: str) -> DraftPacket | None:
    """The draft that a job made; None when it has none, or none any more."""
    lies = folder(means, job_id)
    try:
        told = json.loads((lies / _TOLD).read_text(encoding="utf-8"))
    except OSError:
        return None
    files = tuple(lies / name for name in told["files"])
    if not all(path.is_file() for path in files):
        return None
    return DraftPacket(
        told["pages"], tuple(told["entries"]), tuple(map(Finding.from_plain, told["findings"])), files
    )  # fmt: skip
