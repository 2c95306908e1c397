"""A packet held against its certificate: today, before it goes out, and years later.

``verify`` reads the files anew (:mod:`readback`) and says everything that is not as certified: other bytes, a page that
shows something else, a number, label, link or bookmark that is wrong, something that no packet may carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from docservice.finding import Finding
from docservice.packets.certify import FORMAT, fingerprint
from docservice.packets.readback import Reading, ReadPage, read_packet
from docservice.pdf.shelf import sha256_of
from docservice.refusal import Refusal

_FORBIDDEN = ("passwords", "scripts", "actions", "media", "embedded-files", "portfolios", "comments", "forms", "layers")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: ``findings`` that are errors mean that the packet is not the one certified, or not sound.

    ``pages``, ``links``, ``bookmarks`` and ``labels`` count what was looked at.
    """

    readings: tuple[Reading, ...]
    findings: tuple[Finding, ...]
    pages: int = 0
    links: int = 0
    bookmarks: int = 0
    labels: int = 0

    @property
    def sound(self) -> bool:
        return not self.findings


def verify(certificate: Mapping[str, Any], files: Mapping[str, Path], *, bytes_too: bool = True) -> Verified:
    """Hold the files of a packet (by name) against its certificate. Raises ``Refusal``: ``certificate.format``.

    ``bytes_too``: their hashes as well; without, a packet is read as it was written, before it has a certificate.
    """
    if certificate.get("certificate") != FORMAT:
        raise Refusal("certificate.format", "This is no packet certificate of a kind that this release knows.")
    findings: list[Finding] = []
    readings: list[Reading] = []
    for file in certificate["files"]:
        path = files.get(file["name"])
        if path is None:
            findings.append(_error("packet.file_missing", f"The file {file['name']} is not there.", file["name"]))
            continue
        if bytes_too and sha256_of(path) != file["sha256"]:
            message = f"{file['name']} is not the file certified: its SHA-256 differs."
            findings.append(_error("packet.bytes", message, file["name"]))
        try:
            readings.append(read_packet(path))
        except pikepdf.PdfError as error:
            findings.append(_error("packet.damaged", f"{file['name']} cannot be read ({error}).", file["name"]))
    if len(readings) == len(certificate["files"]):
        findings += _compared(certificate, readings)
    every = [page for reading in readings for page in reading.pages]
    return Verified(
        tuple(readings),
        tuple(findings),
        len(every),
        sum(len(page.links) + len(page.web) for page in every),
        sum(len(reading.bookmarks) for reading in readings),
        sum(1 for sheet in certificate["sheets"] if sheet["label"]),
    )


def _error(code: str, message: str, place: str = "", page: int | None = None) -> Finding:
    return Finding.error(code, message, page=page, place=place)


def _compared(certificate: Mapping[str, Any], readings: Sequence[Reading]) -> Iterator[Finding]:
    sheets: list[Mapping[str, Any]] = certificate["sheets"]
    at = 0
    names = [file["name"] for file in certificate["files"]]
    sizes = {name: len(reading.pages) for name, reading in zip(names, readings, strict=True)}
    for file, reading in zip(certificate["files"], readings, strict=True):
        name = file["name"]
        if len(reading.pages) != file["pages"]:
            message = f"{name} has {len(reading.pages)} pages; {file['pages']} are certified."
            yield _error("packet.pages", message, name)
            return
        for number, page in enumerate(reading.pages, 1):
            yield from _page(page, sheets[at], certificate, name, number, sizes)
            at += 1
        for fault in reading.faults:
            yield _error("packet.fault", f"{name}: {fault}.", name)
        for feature, detail, where in reading.features:
            if feature in _FORBIDDEN:
                yield _error("packet.feature", f"{name} carries {feature} ({detail}).", name, where or None)
        yield from _bookmarks(certificate, file, reading, sizes)
    certified = int(certificate["certificate_pages"])
    seen = [(sheet["printed"], page.fingerprint)
            for sheet, page in zip(sheets, (page for one in readings for page in one.pages), strict=False)]  # fmt: skip
    if fingerprint(seen[: len(seen) - certified]) != certificate["fingerprint"]:
        yield _error("packet.fingerprint", "The fingerprint of the content is not the one certified.")


def _page(
    page: ReadPage,
    sheet: Mapping[str, Any],
    certificate: Mapping[str, Any],
    name: str,
    number: int,
    sizes: Mapping[str, int],
) -> Iterator[Finding]:
    printed, label = str(sheet["printed"]), str(sheet["label"])
    where = f"Page {number} of {name}"
    if page.viewer != printed:
        yield _error("packet.number", f"{where} is shown as {page.viewer}, not {printed}.", name, number)
    wanted = [str(certificate["page_number"]).format(page=printed), *([label] if label else [])]
    if list(page.stamps[: len(wanted)]) != wanted:
        seen = ", ".join(page.stamps) or "nothing"
        yield _error("packet.stamp", f"{where} is stamped {seen}, not {', '.join(wanted)}.", name, number)
    if page.fingerprint != sheet["fingerprint"]:
        yield _error("packet.content", f"{where} does not show what is certified.", name, number)
    if len(page.links) + len(page.web) != sheet["links"]:
        message = f"{where} has {len(page.links) + len(page.web)} links; {sheet['links']} are certified."
        yield _error("packet.links", message, name, number)
    for link in page.links:
        if link.file is not None and not (link.page and link.page <= sizes.get(link.file, 0)):
            message = f"A link on page {number} of {name} leads to {link.file}, page {link.page}, which is not there."
            yield _error("packet.links", message, name, number)
    if not page.tagged:
        yield _error("packet.tags", f"{where} has no tags.", name, number)


def _bookmarks(
    certificate: Mapping[str, Any], file: Mapping[str, Any], reading: Reading, sizes: Mapping[str, int]
) -> Iterator[Finding]:
    wanted = [tuple(one[1:]) for one in certificate["bookmarks"] if one[0] == file["name"]]
    found = [(mark.title, mark.place.page, mark.level, mark.place.file) for mark in reading.bookmarks]
    for mark in found:
        if mark[3] is not None and not (mark[1] and mark[1] <= sizes.get(mark[3], 0)):
            yield _error("packet.bookmarks", f"The bookmark “{mark[0]}” of {file['name']} leads nowhere.", file["name"])
    if found != wanted:
        lost = [one[0] for one in wanted if one not in found]
        what = f": {', '.join(map(str, lost[:3]))}" if lost else ""
        message = f"The bookmarks of {file['name']} are not those certified{what}."
        yield _error("packet.bookmarks", message, file["name"])
