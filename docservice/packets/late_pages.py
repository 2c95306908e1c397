"""The pages that speak of page numbers: covers, contents, lists, the certificate. Set when everything has its place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pikepdf

from docservice.finding import Finding
from docservice.packets import certify, requirements
from docservice.packets.closing import certificate, declaration
from docservice.packets.front import ExhibitRow, Line, VolumeFacts
from docservice.packets.layout import Entry, Layout
from docservice.packets.making import Maker
from docservice.packets.pieces import Piece, Slot
from docservice.packets.service.chain import ServiceChain
from docservice.packets.service_pages import Place, service_list
from docservice.pdf.sealing.field import with_field

_ROWS = 200  # of contents and certificate, set at once
_SEAL_BOX = (72.0, 72.0, 306.0, 126.0)  # what closing.certificate keeps free


@dataclass(frozen=True, slots=True)
class LatePages:
    """Sets the late pieces of one packet; ``gaps`` in service stand on its cover."""

    maker: Maker
    chain: ServiceChain | None
    gaps: Sequence[Finding] = ()

    def typeset(self, layout: Layout, volume: int, piece: Piece) -> list[Slot]:
        """The pages of a late ``piece`` in a volume (from 0); long ones in several parts, to save memory."""
        if piece.late == "cover":
            made = [self._cover(layout, volume)]
        elif piece.late == "contents":
            made = self._contents(layout, volume, piece.title)
        elif piece.late == "exhibit-list":
            rows = [_exhibit_row(key, entry, one, layout) for key, entry, one in layout.keyed() if one.label]
            made = [self.maker.front.exhibit_list(rows)]
        elif piece.late == "service-list":
            made = [self._service_list(layout)]
        elif piece.late == "declaration":
            maker, pages, volumes = self.maker, len(layout.printed), len(layout.volumes)
            sworn = requirements.declaration(
                maker.plan, maker.profile, maker.casefile, maker.front.pack, pages, volumes
            )  # fmt: skip
            made = [declaration(maker.front, sworn)]
        else:
            made = self._certificate(layout, piece)
        return [self.maker.own(pdf, piece.title) for pdf in made]

    def _certificate(self, layout: Layout, piece: Piece) -> list[bytes]:
        plan, front = self.maker.plan, self.maker.front
        title = "Certificate of this packet" if piece.title == "Certificate" else piece.title
        whole = certify.page_of(layout, requirements.certified_words(plan, self.maker.copy, layout.names), title)
        starts = range(0, max(len(whole.parts), 1), _ROWS)
        made = []
        for start in starts:
            seal = plan.seal and start == starts[-1]
            some = replace(whole, parts=whole.parts[start : start + _ROWS])
            if start:
                some = replace(some, title=f"{title}, continued", paragraphs=(), verified=(), fingerprint="")
            pdf = certificate(front, some, seal=seal)
            made.append(_with_seal(pdf) if seal else pdf)
        return made

    def _cover(self, layout: Layout, volume: int) -> bytes:
        maker, total, facts = self.maker, len(layout.printed), None
        if len(layout.volumes) > 1:
            firsts = layout.first_pages()
            text = maker.profile.volume_cover.format(
                volume=volume + 1,
                volumes=len(layout.volumes),
                first=firsts[volume],
                last=max(firsts[volume + 1] - 1, firsts[volume]),
                total=total,
            )
            facts = VolumeFacts(text, "index" if volume else None)
        return maker.front.cover(
            title=maker.front.packet,
            casefile=maker.casefile,
            hearing=maker.plan.hearing,
            pages=total,
            volume=facts,
            gaps=[gap.message for gap in self.gaps] if volume == 0 else [],
            copy=maker.copy,
        )

    def _contents(self, layout: Layout, volume: int, heading: str) -> list[bytes]:
        several = len(layout.volumes) > 1 and volume == 0
        lines = [
            Line(
                key,
                entry.title,
                entry.first_page,
                entry.level,
                entry.kind == "section",
                f"Vol. {entry.volume}, p. {entry.printed}" if several else None,
            )
            for key, entry, _ in layout.keyed()
            if volume in (0, entry.volume - 1)
        ]
        return [
            self.maker.front.contents(lines[start : start + _ROWS], f"{heading}, continued" if start else heading)
            for start in range(0, len(lines), _ROWS)
        ]

    def _service_list(self, layout: Layout) -> bytes:
        assert self.chain is not None  # requirements has seen to the casefile
        places = {
            piece.number: Place(piece.number, entry.printed) for _, entry, piece in layout.keyed() if piece.number
        }
        return service_list(self.maker.front, self.chain, places)


def _with_seal(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        last = len(opened.pages)
    return with_field(pdf, page=last, box=_SEAL_BOX)


def _exhibit_row(key: str, entry: Entry, piece: Piece, layout: Layout) -> ExhibitRow:
    last = layout.printed[entry.first_page + max(entry.pages, 1) - 2] if layout.printed else entry.printed
    pages = entry.printed if last == entry.printed else f"{entry.printed}–{last}"
    language = None if piece.language == "en" else piece.language
    return ExhibitRow(key, piece.label or "", piece.name or piece.title, pages, piece.description, language)
