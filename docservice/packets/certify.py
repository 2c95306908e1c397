"""The certificate of a packet: what is in it, from what, how it was made, and what was verified on the finished files.

It is JSON, kept beside the packet, and a last page. The page cannot hold the hash of the file that it is in; it holds
the *fingerprint*: a SHA-256 over what every page before the certificate shows, which anyone can compute again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docservice.packets.closing import CertifiedPage, CertifiedPart
from docservice.packets.layout import Layout
from docservice.packets.pieces import Piece

FORMAT = 1


def fingerprint(pages: Iterable[tuple[str, str]]) -> str:
    """The fingerprint of a packet, from (printed number, fingerprint) of every page but those of its certificate."""
    digest = hashlib.sha256()
    for printed, mark in pages:
        digest.update(f"{printed} {mark}\n".encode())
    return digest.hexdigest()


def marks(layout: Layout) -> list[tuple[str, str]]:
    """Printed number and fingerprint of every page before the certificate."""
    found: list[tuple[str, str]] = []
    page = 0
    for piece in layout.pieces:
        for slot in piece.slots:
            for sheet in slot.sheets:
                if piece.late != "certificate":
                    found.append((layout.printed[page], sheet.fingerprint))
                page += 1
    return found


def page_of(layout: Layout, spoken: Sequence[str], title: str) -> CertifiedPage:
    """What the last page says."""
    links = sum(
        sheet.links
        for piece in layout.pieces
        if piece.late != "certificate"
        for slot in piece.slots
        for sheet in slot.sheets
    )
    pages = len(layout.printed)
    labels = sum(sum(map(bool, slot.labels)) for piece in layout.pieces for slot in piece.slots)
    volumes = len(layout.volumes)
    parts = tuple(
        CertifiedPart(
            entry.printed,
            layout.printed[min(entry.first_page + max(entry.pages, 1) - 2, pages - 1)],
            entry.title,
            piece.verdict,
            piece.sha256,
            piece.notes,
            None if piece.language == "en" else piece.language,
            key,
        )
        for key, entry, piece in layout.keyed()
        if piece.kind != "section"
    )
    return CertifiedPage(
        tuple(spoken),
        (
            ("Pages", f"{pages}, each numbered, each number the one that a viewer shows"),
            *([("Volumes", str(volumes))] if volumes > 1 else []),
            ("Bookmarks", f"{len(layout.entries)}, one for every line of the contents, each to its page"),
            ("Links", f"{links} before this certificate, each to a page that is there" if links else "none"),
            ("Exhibit labels", f"{labels}, consecutive" if labels else "none"),
            ("Tags", "every page has its own"),
        ),
        parts,
        fingerprint(marks(layout)),
        title,
    )


def of_files(
    layout: Layout,
    head: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    bookmarks: Sequence[Sequence[Any]],
    findings: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The certificate as JSON values."""
    return {
        "certificate": FORMAT,
        **head,
        "pages": len(layout.printed),
        "files": list(files),
        "fingerprint": fingerprint(marks(layout)),
        "parts": [_part(piece, entry.volume, entry.first_page, entry.printed, entry.pages)
                  for _, entry, piece in layout.keyed()],
        "bookmarks": [list(one) for one in bookmarks],
        "sheets": _sheets(layout),
        "findings": list(findings),
    }  # fmt: skip


def _part(piece: Piece, volume: int, first: int, printed: str, pages: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": piece.title,
        "kind": piece.kind,
        "level": piece.level,
        "volume": volume,
        "first_page": first,
        "printed": printed,
        "pages": pages,
    }
    if piece.kind != "section":
        found |= {
            "label": piece.label,
            "sha256": piece.sha256,
            "verdict": piece.verdict,
            "conversions": list(piece.notes),
            "document": piece.number,
            "language": piece.language,
            "pair": piece.pair,
            "generated": piece.generated,
        }
    return found


def _sheets(layout: Layout) -> list[dict[str, Any]]:
    """Every page: its printed number, its exhibit label, its links, its fingerprint."""
    found: list[dict[str, Any]] = []
    for piece in layout.pieces:
        for slot in piece.slots:
            labels = [*slot.labels, *[""] * slot.pages]
            for sheet, label in zip(slot.sheets, labels, strict=False):
                found.append({"printed": layout.printed[len(found)], "label": label, "links": sheet.links,
                              "fingerprint": sheet.fingerprint})  # fmt: skip
    return found
