"""The form of a finished packet (:mod:`form`), filled in from its files as they were read back, and from its pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]

from docservice.packets.forums.form import Form, FormBookmark, FormEntry, FormFeature, FormPage, FormVolume
from docservice.packets.forums.profiles import Profile
from docservice.packets.layout import Layout
from docservice.packets.pieces import PacketFile, Piece
from docservice.packets.plan import Plan
from docservice.packets.readback import FileReading
from docservice.pdf.foreign import measure
from docservice.pdf.ink import Clear, FirstInk
from docservice.town.meanings import PacketPart

_BY_GENERATED: dict[str, PacketPart] = {
    "cover": "cover", "contents": "contents", "chronology": "chronology", "photographs": "photographs",
    "costs": "costs", "declaration": "declarations",
}  # fmt: skip
_LOOK_DPI = 72


def form(
    plan: Plan, profile: Profile, layout: Layout, files: Sequence[PacketFile], readings: Sequence[FileReading]
) -> Form:
    """The form of the packet in ``files``, as ``readings`` found them."""
    measured = list(_measured(profile, files))
    first = measured[0][1] if measured else None
    pages = tuple(_pages(layout, readings, [clear for clear, _ in measured]))
    bookmarks = tuple(_bookmarks(layout, readings))
    several = len(files) > 1
    volumes = tuple(
        FormVolume(file.name, file.size, file.pages, _cover_text(file) if several else "",
                   ("all" if number == 1 else "own") if any(p.late == "contents" for p in pieces) else "none")
        for number, (file, pieces) in enumerate(zip(files, layout.volumes, strict=True), 1)
    )  # fmt: skip
    starts = layout.first_pages()
    features = tuple(
        FormFeature(name, detail, page and page + starts[volume] - 1)
        for volume, reading in enumerate(readings)
        for name, detail, page in reading.features
    )
    listed = _listed(layout, readings)
    declared = any(piece.generated == "declaration" for piece in layout.pieces)
    return Form(
        pages,
        tuple(_entries(layout, listed)),
        bookmarks,
        volumes,
        features,
        readings[0].view,
        all(reading.panel for reading in readings),
        declared,
        first,
    )


def _pages(layout: Layout, readings: Sequence[FileReading], clears: Sequence[Clear]) -> Iterator[FormPage]:
    slots = [(volume, slot) for volume, pieces in enumerate(layout.volumes, 1) for piece in pieces
             for slot in piece.slots]  # fmt: skip
    read = iter([page for reading in readings for page in reading.pages])
    at = 0
    for volume, slot in slots:
        labels = [*slot.labels, *[""] * slot.pages]
        for sheet, label in zip(slot.sheets, labels, strict=False):
            page = next(read)
            yield FormPage(
                printed=layout.printed[at],
                viewer=page.viewer,
                width=page.width,
                height=page.height,
                own=slot.own,
                volume=volume,
                label=label,
                sheet=slot.sheet,
                late="." in layout.printed[at],
                searchable=sheet.searchable,
                pictorial=sheet.pictorial,
                scan_dpi=sheet.dpi,
                clear=clears[at] if clears else None,
            )
            at += 1


def _listed(layout: Layout, readings: Sequence[FileReading]) -> set[int] | None:
    """The pages, through all volumes, that links of the contents lead to; nothing where there are no contents."""
    starts, names = layout.first_pages(), list(layout.names)
    found: set[int] | None = None
    for entry, piece in zip(layout.entries, layout.pieces, strict=True):
        if piece.late != "contents":
            continue
        found = found or set()
        volume = entry.volume - 1
        first = entry.first_page - starts[volume]
        for page in readings[volume].pages[first : first + entry.pages]:
            for link in page.links:
                to = volume if link.file is None else names.index(link.file)
                found.add((link.page or 0) + starts[to] - 1)
    return found


def _entries(layout: Layout, listed: set[int] | None) -> Iterator[FormEntry]:
    for entry, piece in zip(layout.entries, layout.pieces, strict=True):
        yield FormEntry(
            entry.title, entry.first_page, entry.pages, entry.level, entry.kind == "section",
            None if piece.continued else entry.label, _role(piece),
            listed is None or entry.first_page in listed, piece.language, piece.pair,
        )  # fmt: skip


def _role(piece: Piece) -> PacketPart | None:
    if piece.generated is not None:
        return _BY_GENERATED.get(piece.generated)
    return piece.packet_part if piece.kind in ("document", "exhibit") else None


def _bookmarks(layout: Layout, readings: Sequence[FileReading]) -> Iterator[FormBookmark]:
    starts = layout.first_pages()
    for volume, reading in enumerate(readings):
        for mark in reading.bookmarks:
            if mark.place.file is None and mark.place.page is not None:
                yield FormBookmark(mark.title, mark.place.page + starts[volume] - 1, mark.level, mark.place.zoom)


def _cover_text(file: PacketFile) -> str:
    with file.path.open("rb") as stream:
        document = pdfium.PdfDocument(stream)
        try:
            return str(document[0].get_textpage().get_text_range()).replace("\r\n", " ")
        finally:
            document.close()


def _measured(profile: Profile, files: Sequence[PacketFile]) -> Iterator[tuple[Clear, FirstInk | None]]:
    """Margins, where the forum has a rule about them: every page must be drawn for that."""
    margins, first = profile.rules.margins, profile.rules.first_page
    if margins is None and first is None:
        return
    for file in files:
        yield from _drawn(file.path, profile)


def _drawn(path: Path, profile: Profile) -> Iterator[tuple[Clear, FirstInk | None]]:
    rule = profile.rules.first_page
    with path.open("rb") as stream:
        document = pdfium.PdfDocument(stream)
        try:
            for number in range(len(document)):
                page = document[number]
                seen = page.render(scale=_LOOK_DPI / 72).to_pil().convert("L")
                width, height = page.get_size()
                ink = None
                if rule is not None and number == 0:
                    ink = measure.first_page(seen, width, height, top=rule.value.top * 72,
                                             return_block=rule.value.return_block * 72)  # fmt: skip
                yield measure.clear(seen, width, height, profile.band), ink
                page.close()
        finally:
            document.close()
