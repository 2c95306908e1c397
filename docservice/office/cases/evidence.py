"""Files that come with what is told of a case: pictures of a posting, scans of a green card or an envelope.

They are kept by their content beside everything else; the event names each by its SHA-256. A file that an event names
was sent with it, or with one before it in the same case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from docservice.casefile.attempts import told_attempts
from docservice.casefile.record import CaseEvent, CaseRecord
from docservice.finding import Finding
from docservice.refusal import Refusal, things_are
from docservice.text import is_plain

_BEGINS: Mapping[str, tuple[bytes, ...]] = {
    "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",), "pdf": (b"%PDF-",),
    "tif": (b"II*\0", b"MM\0*"), "tiff": (b"II*\0", b"MM\0*"),
}  # fmt: skip
_LISTS = ("photos", "evidence")


def fingerprint(files: Mapping[str, bytes]) -> dict[str, str]:
    """The files of a request, by name, as their SHA-256."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def name_files(
    data: dict[str, Any], files: Mapping[str, bytes], record: CaseRecord, corrected: int | None
) -> None:  # fmt: skip
    """Name the files that an event brings in its ``data``, each by its SHA-256.

    Raises ``Refusal("event.invalid")`` with everything that is wrong: ``service.file_missing``,
    ``service.file_unnamed``, ``service.file_type``, ``service.file_name``.
    """
    held = {one["sha256"] for event in record.events for _, one in named(event.data) if "sha256" in one}
    before = {one["file"]: one["sha256"] for event in record.events if event.position == corrected
              for _, one in named(event.data) if "sha256" in one}  # fmt: skip
    others = {one["file"]: one["sha256"] for event in record.events for _, one in named(event.data) if "sha256" in one}
    problems: list[Finding] = []
    used: set[str] = set()
    for place, one in named(data):
        name = one["file"]
        if name in files:
            used.add(name)
            sha256 = hashlib.sha256(files[name]).hexdigest()
            if one.get("sha256", sha256) != sha256:
                problems.append(Finding.error("service.file_type", f"{name} has another SHA-256.", f"{place}/sha256"))
            elif not _is_what_it_says(name, files[name]):
                message = f"{name} is not the kind of file that its name says."
                problems.append(Finding.error("service.file_type", message, f"{place}/file"))
            elif others.get(name, sha256) != sha256:  # papers about service name pictures by their file
                message = f"The case has another file called {name}: give this one a name of its own."
                problems.append(Finding.error("service.file_name", message, f"{place}/file"))
            one["sha256"] = sha256
        elif one.get("sha256") is None and name in before:
            one["sha256"] = before[name]
        elif one.get("sha256") not in held:
            message = f"Send the file {name} with it."
            problems.append(Finding.error("service.file_missing", message, f"{place}/file"))
    for name in sorted(files.keys() - used):
        shown = name if is_plain(name, 300) else "A file"
        problems.append(Finding.error("service.file_unnamed", f"{shown} was sent, and nothing names it.", "/data"))
    if problems:
        raise Refusal("event.invalid", f"{things_are(problems)} wrong with the files.", problems)


def _is_what_it_says(name: str, data: bytes) -> bool:
    suffix = name.rpartition(".")[2].lower()
    if suffix in ("heic", "heif"):
        return data[4:8] == b"ftyp"
    return data.startswith(_BEGINS.get(suffix, (b"",)))


def named(data: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file that the data of an event names, with its place in the request."""
    for where, part in (("/data", data), *((f"/data/legs/{n}", leg) for n, leg in enumerate(data.get("legs") or ()))):
        for listed in _LISTS:
            for index, one in enumerate(part.get(listed) or ()):
                if isinstance(one, dict) and "file" in one:
                    yield f"{where}/{listed}/{index}", one


def files_of(events: tuple[CaseEvent, ...]) -> Iterator[tuple[int, str, str]]:
    """Every file of a case that is kept: the position of its event, its name, its SHA-256."""
    for event in events:
        for _, one in named(event.data):
            if "sha256" in one:
                yield event.position, one["file"], one["sha256"]


def pictures_of(record: CaseRecord, leg: str) -> dict[str, str]:
    """The pictures, by name as SHA-256, of all that was done on the day of a leg by who did it: what a paper about it
    may show."""
    found: dict[str, str] = {}
    legs = [each for one in told_attempts(record, date.max) if one.sworn for each in one.legs]
    wanted = next((each for each in legs if each["id"] == leg), None)
    if wanted is None:
        return found
    for each in legs:
        if (each["served_on"], each["declarant"]) == (wanted["served_on"], wanted["declarant"]):
            found.update({photo["file"]: photo["sha256"] for photo in each.get("photos", ()) if "sha256" in photo})
    return found
