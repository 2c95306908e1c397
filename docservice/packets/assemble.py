"""A plan and everything it names become a packet: one file, or as many volumes as the forum asks for.

``assemble`` takes values only: the shell has looked up the issued documents and knows where the files lie. The pieces
are made by :mod:`making`, divided by :mod:`volumes`, numbered by :mod:`layout`, written by :mod:`pdf.splicing.merge`,
read back by :mod:`readback`, held against what was meant (:mod:`verify`) and against the forum's rules
(:mod:`forums.conformity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from docservice.finding import Finding
from docservice.packets import requirements
from docservice.packets.finishing import Bindery, Finisher, Packet
from docservice.packets.forums.profiles import PROFILES, Profile
from docservice.packets.front import Front
from docservice.packets.late_pages import LatePages
from docservice.packets.layout import Layout, with_fronts
from docservice.packets.making import Maker
from docservice.packets.pieces import PacketFile, Piece, ResolvedDocument
from docservice.packets.plan import Copy, DocumentPart, FilePart, Plan
from docservice.packets.public_copy import PublicCopy
from docservice.packets.service.chain import ServiceChain
from docservice.packets.telling import last_look
from docservice.packets.volumes import VolumeLimits, divided
from docservice.pdf.foreign.intake import Frame
from docservice.pdf.preparing import Exhibits
from docservice.pdf.redaction.redact import covered
from docservice.pdf.shelf import Held, read
from docservice.refusal import Refusal

__all__ = ["Bindery", "Packet", "PacketFile", "ResolvedDocument", "assemble", "make_ready", "maker_for"]

_TIGHTER = (1.0, 0.94, 0.85)  # of the room in a volume, when a file turned out larger than was thought


def assemble(
    plan: Plan,
    bindery: Bindery,
    *,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, Held],
    copy: Copy = "full",
    terms: Sequence[str] = (),
) -> Packet:
    """The packet of ``plan``, written into ``bindery.into``. Same values, same bytes.

    ``documents`` by number and ``files`` by path hold at least what the plan names; ``terms`` are the confidential
    words of the case, taken out of the public-records copy. Raises ``Refusal`` with a problem per part:
    ``packet.missing`` (documents or files that are not there), ``packet.changed`` (a document that is not the one on
    record), ``packet.unusable`` (parts that cannot go in, each by name), ``packet.service`` (gaps in the service of
    notices), ``packet.profile`` (what violates the forum's rules), ``packet.volume``, ``packet.redaction`` (one of the
    plan that matches nothing in the public copy).
    """
    requirements.refuse_missing(plan, documents, files, bindery.casefile)
    chain = requirements.chain(plan, documents, bindery.casefile, bindery.pack, bindery.on)
    profile = profile_of(plan, bindery)
    gaps = requirements.gaps(plan, profile, chain)
    work = _Assembling(plan, profile, bindery, documents, files, chain, gaps, terms)
    return work.done(copy)


def make_ready(
    plan: Plan,
    place: int,
    bindery: Bindery,
    *,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, Held],
    copy: Copy = "full",
    terms: Sequence[str] = (),
) -> None:
    """Do the work of one part of the plan and leave it on the shelf, where ``assemble`` finds it.

    What is wrong with the part is left for ``assemble`` to say, together with all the rest.
    """
    requirements.refuse_missing(plan, documents, files, bindery.casefile)
    one = replace(plan, parts=(plan.parts[place],))
    maker_for(one, bindery, documents, files, copy, terms).make()


def profile_of(plan: Plan, bindery: Bindery) -> Profile:
    """The profile of the forum that the plan names."""
    return (PROFILES if bindery.forums is None else bindery.forums)[plan.profile]


def maker_for(
    plan: Plan,
    bindery: Bindery,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, Held],
    copy: Copy = "full",
    terms: Sequence[str] = (),
) -> Maker:
    """What makes the pieces of this plan."""
    profile = profile_of(plan, bindery)
    front = Front(bindery.pack, bindery.fonts, bindery.on, plan.title, plan.case, paper=profile.paper)
    exhibits = Exhibits(bindery.shelf, Frame(profile.band, profile.paper, profile.raster_dpi))
    maker = Maker(plan, profile, front, exhibits, documents, files, bindery.casefile, progress=bindery.progress)
    if copy == "public":
        maker.public = PublicCopy(terms, plan)
        _learn(maker, maker.public)
        maker.plan = maker.public.plan()
        maker.front = replace(front, packet=maker.plan.title, worded=maker.public.page_text)
    return maker


def _learn(maker: Maker, public: PublicCopy) -> None:
    """Tell the public copy which words lie under boxes of parts. What is wrong with a part is said when it is made."""
    for place, part in enumerate(maker.plan.parts):
        if not isinstance(part, FilePart | DocumentPart) or part.handling.confidential is not None:
            continue
        if all(one.box is None for one in part.handling.redactions):
            continue
        redactions = public.veil(part.handling).redactions
        if isinstance(part, DocumentPart):
            lines = covered(read(maker.documents[part.number].pdf), redactions)
        else:
            languages = maker.languages(part.language or maker.plan.language)
            lines = maker.exhibits.covered(maker.files[part.path], part.path, languages, redactions, part.turned)
        public.learn(place, lines)


@dataclass
class _Assembling:
    plan: Plan
    profile: Profile
    bindery: Bindery
    documents: Mapping[str, ResolvedDocument]
    files: Mapping[str, Held]
    chain: ServiceChain | None
    gaps: Sequence[Finding]
    terms: Sequence[str]

    def done(self, copy: Copy) -> Packet:
        where: dict[int, str] = {}
        if copy == "public":  # a page that stands for a part says which pages of the full packet it has
            where = _places(self._laid_out("full", self._maker("full"), {}, 1.0))
        most = VolumeLimits.of(self.profile).size
        for share in _TIGHTER:
            maker = self._maker(copy)
            layout = self._laid_out(copy, maker, where, share)
            finisher = Finisher(maker.plan, self.profile, self.bindery, copy)
            files, bookmarks = finisher.written(layout)
            if most is None or all(file.size <= most for file in files):
                break
        public = maker.public
        if public is None:
            return finisher.finished(layout, files, bookmarks, [*self.gaps, *maker.findings])
        public.refuse_unmet()
        found = [public.finding(one) for one in (*self.gaps, *maker.findings, *public.findings)]
        packet = finisher.finished(layout, files, bookmarks, found)
        return replace(packet, findings=(*packet.findings, *last_look(public, packet, layout)))

    def _maker(self, copy: Copy) -> Maker:
        return maker_for(self.plan, self.bindery, self.documents, self.files, copy, self.terms)

    def _laid_out(self, copy: Copy, maker: Maker, where: Mapping[int, str], share: float) -> Layout:
        pieces = made(maker, where)
        if self.plan.certificate and not any(piece.late == "certificate" for piece in pieces):
            pieces.append(Piece("Certificate", "generated", 0, late="certificate", generated="certificate"))
        if self.gaps and not any(piece.late == "cover" for piece in pieces):
            pieces.insert(0, Piece("Cover", "generated", 0, late="cover", generated="cover"))
        volumes = divided(pieces, VolumeLimits.of(self.profile).tighter(share))
        with_fronts(volumes)
        layout = Layout(
            volumes, file_names(self.profile, self.plan.case, len(volumes), "" if copy == "full" else "-public")
        )
        layout.settle(LatePages(maker, self.chain, self.gaps).typeset)
        return layout


def made(maker: Maker, where: Mapping[int, str] | None = None) -> list[Piece]:
    """The pieces of a plan. Raises ``Refusal("packet.unusable")`` with everything that is wrong with its parts."""
    pieces = maker.make(where)
    if maker.problems:
        named = "; ".join(dict.fromkeys(problem.message for problem in maker.problems))
        raise Refusal("packet.unusable", f"The packet cannot be made: {named}", maker.problems)
    return pieces


def file_names(profile: Profile, case: str, volumes: int, ending: str = "") -> list[str]:
    """What the files of a packet are called, as its forum wants it."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in case)
    if volumes == 1:
        return [f"{profile.file_name.format(case=plain)}{ending}.pdf"]
    return [
        f"{profile.volume_name.format(case=plain, volume=n, volumes=volumes)}{ending}.pdf"
        for n in range(1, volumes + 1)
    ]


def _places(full: Layout) -> dict[int, str]:
    """For every part of the plan, the pages it has in the full packet."""
    spans: dict[int, tuple[int, int]] = {}
    for entry, piece in zip(full.entries, full.pieces, strict=True):
        if piece.kind == "section" or piece.place < 0:
            continue
        first, last = spans.get(piece.place, (entry.first_page, 0))
        spans[piece.place] = min(first, entry.first_page), max(last, entry.first_page + entry.pages - 1)
    return {place: str(first) if first == last else f"{first}–{last}" for place, (first, last) in spans.items()}
