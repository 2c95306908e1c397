"""Late additions: an earlier packet with pages inserted, so that every earlier citation stays true.

The pages of the earlier packet are kept as they are, stamps and all. What is added after page 45 is numbered 45.1,
45.2 …; a sheet at the front (0.1) says what was added, and where every page now is in the file; a certificate of the
whole comes last. Additions stand between the parts of the packet, not within one: tags and pages would no longer
follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docservice.finding import Finding
from docservice.packets import requirements
from docservice.packets.assemble import file_names, made, maker_for, profile_of
from docservice.packets.closing import Added, Supplement
from docservice.packets.closing import supplement as sheet_of
from docservice.packets.finishing import Bindery, Finisher, Packet
from docservice.packets.late_pages import LatePages
from docservice.packets.layout import Layout
from docservice.packets.making import Maker
from docservice.packets.pieces import Piece, ResolvedDocument, Slot
from docservice.packets.plan import Plan
from docservice.pdf.shelf import Held, kept, key_of
from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.part import Part
from docservice.pdf.splicing.prepare import prepare
from docservice.refusal import Refusal


def supplement(
    plan: Plan,
    bindery: Bindery,
    base: Mapping[str, Any],
    base_files: Sequence[Path],
    *,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, Held],
) -> Packet:
    """The packet that ``base`` certifies, whose files are ``base_files``, with the parts of ``plan`` added.

    Raises ``Refusal`` as ``assemble`` does, and ``packet.after`` for parts that would stand within another.
    """
    requirements.refuse_missing(plan, documents, files, bindery.casefile)
    if base["copy"] != "full":
        raise Refusal("packet.supplement", "A public-records copy is not supplemented; supplement the full packet.")
    if base["profile"] != plan.profile:
        message = f"The packet was bound for {base['profile']}; a supplement to it is, too."
        raise Refusal("packet.supplement", message, [Finding.error("packet.supplement", message, "/profile")])
    profile = profile_of(plan, bindery)
    maker = maker_for(plan, bindery, documents, files)
    maker.taken_labels = {str(part["label"]) for part in base["parts"] if part.get("label")}
    added = made(maker)
    chain = requirements.chain(plan, documents, bindery.casefile, bindery.pack, bindery.on)
    gaps = requirements.gaps(plan, profile, chain)
    volumes = _kept(base, base_files, bindery)
    _insert(plan, volumes, added)
    number = 1 + int(base.get("supplement", 0))
    ending = f"-supplement-{number}"
    names = file_names(profile, plan.case, len(volumes), ending)
    sheet = Piece(f"Supplement {number}", "generated", 0, late="supplement", generated="supplement", after="0")
    earlier = [
        piece for piece in volumes[0] if any(one.startswith("0.") for slot in piece.slots for one in slot.printed)
    ]
    volumes[0].insert(len(earlier), sheet)
    last = str(base["sheets"][-1]["printed"]).partition(".")[0]
    if plan.certificate:
        title = f"Certificate of supplement {number}"
        volumes[-1].append(Piece(title, "generated", 0, late="certificate", generated="certificate", after=last))
    layout = Layout(volumes, names, profile.late_number)
    pages = LatePages(maker, chain, gaps)

    def typeset(laid: Layout, volume: int, piece: Piece) -> list[Slot]:
        if piece is sheet:
            return [maker.own(_sheet(maker, bindery, laid, number, [gap.message for gap in gaps]), piece.title)]
        return pages.typeset(laid, volume, piece)

    layout.settle(typeset)
    old_names = [file["name"] for file in base["files"]]
    finisher = Finisher(plan, profile, bindery, head={"supplement": number, "supplements": plan.supplements})
    written, bookmarks = finisher.written(layout, _Moved(layout, old_names))
    return finisher.finished(layout, written, bookmarks, [*gaps, *maker.findings])


def _kept(base: Mapping[str, Any], base_files: Sequence[Path], bindery: Bindery) -> list[list[Piece]]:
    """The earlier packet as pieces whose pages are kept."""
    volumes: list[list[Piece]] = [[] for _ in base["files"]]
    parts = [_part(file, path, bindery) for file, path in zip(base["files"], base_files, strict=True)]
    starts = [0]
    for file in base["files"]:
        starts.append(starts[-1] + int(file["pages"]))
    for entry in base["parts"]:
        volume, at = int(entry["volume"]) - 1, int(entry["first_page"]) - 1
        count = 0 if entry["kind"] == "section" else int(entry["pages"])
        cover = min(1, count) if entry.get("label") else 0  # what has a label begins with its exhibit sheet
        runs = ((0, cover, True), (cover, count, False))
        slots = [_run(parts[volume], entry["title"], base["sheets"][at + first : at + end], at + first - starts[volume],
                      sheet=sheet) for first, end, sheet in runs if first < end]  # fmt: skip
        level = int(entry["level"])
        volumes[volume].append(
            Piece(
                entry["title"], entry["kind"], level, slots, entry.get("label"), entry.get("sha256"),
                number=entry.get("document"), verdict=entry.get("verdict", "own"),
                notes=tuple(entry.get("conversions", ())), generated=entry.get("generated"),
                language=entry.get("language", "en"), pair=entry.get("pair", "none"),
            )
        )  # fmt: skip
    return volumes


def _run(part: Part, title: str, sheets: Sequence[Mapping[str, Any]], first: int, *, sheet: bool) -> Slot:
    """Pages of the earlier packet that follow each other."""
    return Slot(
        part, title, "en", tuple(one["label"] for one in sheets), sheet=sheet, first=first,
        printed=tuple(one["printed"] for one in sheets),
    )  # fmt: skip


def _part(file: Mapping[str, Any], path: Path, bindery: Bindery) -> Part:
    key = key_of("packet", file["sha256"])
    return kept(bindery.shelf, key, lambda: prepare(path.read_bytes(), str(file["name"]), packet=True), Part)


def _insert(plan: Plan, volumes: list[list[Piece]], added: Sequence[Piece]) -> None:
    """Put every added piece behind the page that its part names. Raises ``Refusal("packet.after")``."""
    problems: list[Finding] = []
    before: dict[tuple[int, int], list[Piece]] = {}
    for piece in added:
        assert piece.after is not None  # plan_checks has seen to it
        place = _place(volumes, piece.after)
        if isinstance(place, str):
            problems.append(Finding.error("packet.after", place, f"/parts/{piece.place}/after"))
        else:
            before.setdefault(place, []).append(piece)
    if problems:
        raise Refusal("packet.after", " ".join(problem.message for problem in problems), problems)
    for (volume, at), pieces in sorted(before.items(), reverse=True):
        level = volumes[volume][at - 1].level if at else 0
        for piece in pieces:
            piece.level += level
        volumes[volume][at:at] = pieces


def _place(volumes: Sequence[Sequence[Piece]], after: str) -> tuple[int, int] | str:
    """Before which piece of which volume something comes that follows the printed page ``after``; or why nowhere."""
    if after == "0":
        return 0, 0
    whole = "." not in after
    found: tuple[int, int] | str = f"The packet has no page {after}."
    for volume, pieces in enumerate(volumes):
        for place, piece in enumerate(pieces):
            printed = [one for slot in piece.slots for one in slot.printed]
            mine = [one for one in printed if one == after or (whole and one.partition(".")[0] == after)]
            if not mine:
                continue
            if printed[-1] != mine[-1]:
                return (
                    f"Page {after} lies within “{piece.title}” (pages {printed[0]} to {printed[-1]}); additions come "
                    f"after its last page, {printed[-1]}."
                )
            found = volume, place + 1
    if isinstance(found, tuple) and not whole:
        base = after.partition(".")[0]
        later = [one for pieces in volumes for piece in pieces for slot in piece.slots for one in slot.printed
                 if one.partition(".")[0] == base]  # fmt: skip
        if later[-1] != after:
            return f"Pages up to {later[-1]} follow {after} already; additions come after {later[-1]}."
    return found


def _sheet(maker: Maker, bindery: Bindery, layout: Layout, number: int, gaps: Sequence[str]) -> bytes:
    added = [
        Added(key, _span(layout, entry.first_page, entry.pages), entry.title, piece.description,
              None if piece.language == "en" else piece.language)
        for key, entry, piece in layout.keyed()
        if piece.after is not None and piece.late is None
    ]  # fmt: skip
    paragraphs = [
        "The pages below were added to the packet. No other page was changed, and every page keeps the number that is "
        "printed on it."
    ]
    if gaps:
        paragraphs += ["Gaps in service:", *gaps]
    table = tuple(_table(layout))
    return sheet_of(maker.front, Supplement(number, bindery.on, tuple(added), table, tuple(paragraphs)))


def _span(layout: Layout, first: int, pages: int) -> str:
    if not layout.printed or not pages:
        return ""
    low, high = layout.printed[first - 1], layout.printed[min(first + pages, len(layout.printed) + 1) - 2]
    return low if low == high else f"{low}–{high}"


def _table(layout: Layout) -> Iterator[tuple[str, str]]:
    """Printed pages → pages of the file, in runs; of several files, which one."""
    firsts = layout.first_pages()
    for volume in range(len(layout.volumes)):
        printed = layout.printed[firsts[volume] - 1 : firsts[volume + 1] - 1]
        start = 0
        for at in range(1, len(printed) + 1):
            if at < len(printed) and _follows(printed[at - 1], printed[at]):
                continue
            old = printed[start] if start == at - 1 else f"{printed[start]}–{printed[at - 1]}"
            new = str(start + 1) if start == at - 1 else f"{start + 1}–{at}"
            yield old, f"{new} of volume {volume + 1}" if len(layout.volumes) > 1 else new
            start = at


def _follows(one: str, next_: str) -> bool:
    base, _, n = one.partition(".")
    following, _, m = next_.partition(".")
    return (not n and not m and int(following) == int(base) + 1) or bool(n and m and base == following)


class _Moved(Mapping[str, Target]):
    """Where the links of kept pages into other volumes lead now; a key is the old file, "#" and the old page."""

    def __init__(self, layout: Layout, old_names: Sequence[str]) -> None:
        self._found: dict[str, Target] = {}
        for volume, pieces in enumerate(layout.volumes):
            page = 0
            for slot in (slot for piece in pieces for slot in piece.slots):
                for at in range(slot.pages):
                    page += 1
                    if slot.first is not None:
                        key = f"{old_names[volume]}#{slot.first + at + 1}"
                        self._found[key] = Target(page, "", layout.names[volume])

    def __getitem__(self, key: str) -> Target:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
