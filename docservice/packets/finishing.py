"""From a settled layout to a finished packet: files written, read back, held against what was meant and against the
forum's rules, certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from docservice.casefile.facts import Casefile
from docservice.finding import Finding
from docservice.packets import certify, forming
from docservice.packets.forums import conformity
from docservice.packets.forums.profiles import Profile
from docservice.packets.layout import ContentsEntry, Layout
from docservice.packets.making import Progress
from docservice.packets.pieces import PacketFile, Slot
from docservice.packets.plan import Copy, Plan
from docservice.packets.public_copy import certified
from docservice.packets.verify import verify
from docservice.pdf.sealing.seal import Credentials, sign
from docservice.pdf.shelf import MemoryShelf, Shelf, sha256_of
from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.merge import KeptPages, PlacedPart, ViewerLook, merge
from docservice.pdf.splicing.outline import Bookmark
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontSet
from docservice.town.pack import TownPack

_ENGINE = "docservice packets 3"


@dataclass(frozen=True, slots=True)
class Packet:
    """A finished packet. ``findings`` are warnings; whatever is an error has been refused."""

    files: tuple[PacketFile, ...]
    pages: int
    entries: tuple[ContentsEntry, ...]
    findings: tuple[Finding, ...]
    certificate: Mapping[str, Any] = field(repr=False)

    @property
    def pdf(self) -> bytes:
        """The bytes of a packet of one file."""
        (file,) = self.files
        return file.path.read_bytes()


@dataclass(frozen=True, slots=True)
class Sealing:
    """With what a packet is sealed, and when."""

    credentials: Credentials
    at: datetime
    location: str = ""
    timestamp_url: str | None = None


@dataclass(frozen=True, slots=True)
class Bindery:
    """What a packet is made with: the town's rules, fonts, the day, the casefile, where work is kept, who listens."""

    pack: TownPack
    fonts: FontSet
    on: date
    into: Path  # the folder for its files
    casefile: Casefile | None = None
    shelf: Shelf = field(default_factory=MemoryShelf)
    progress: Progress | None = None
    seal: Sealing | None = None
    forums: Mapping[str, Profile] | None = None  # the profiles to choose from; those that ship without any


@dataclass(frozen=True, slots=True)
class Finisher:
    """Writes and checks the files of one packet. ``head`` is said in the certificate besides."""

    plan: Plan
    profile: Profile
    bindery: Bindery
    copy: Copy = "full"
    head: Mapping[str, Any] = field(default_factory=dict)

    def written(
        self, layout: Layout, targets: Mapping[str, Target] | None = None
    ) -> tuple[list[PacketFile], list[list[Any]]]:
        """The files, and every bookmark in them. ``targets``: further ones that links of kept pages name."""
        files: list[PacketFile] = []
        marks: list[list[Any]] = []
        self.bindery.into.mkdir(parents=True, exist_ok=True)
        firsts = layout.first_pages()
        for volume, (pieces, name) in enumerate(zip(layout.volumes, layout.names, strict=True)):
            if self.bindery.progress is not None:
                self.bindery.progress(len(self.plan.parts), len(self.plan.parts), f"writing {name}")
            printed = layout.printed[firsts[volume] - 1 : firsts[volume + 1] - 1]
            sources, at = [], 0
            for slot in (slot for piece in pieces for slot in piece.slots):
                sources.append(_source(slot, tuple(printed[at : at + slot.pages])))
                at += slot.pages
            bookmarks = layout.bookmarks(volume, self.profile.bookmark)
            path = self.bindery.into / name
            with path.open("wb") as out:
                leads = {**(targets or {}), **layout.targets(volume)}
                merged = merge(out, sources, self._look(volume, len(layout.names)), bookmarks=bookmarks, targets=leads)
            files.append(PacketFile(name, path, merged.sha256, merged.size, merged.pages, printed[0], printed[-1]))
            marks += [_mark(name, one) for one in bookmarks]
        return files, marks

    def finished(
        self,
        layout: Layout,
        files: Sequence[PacketFile],
        bookmarks: Sequence[Sequence[Any]],
        findings: Sequence[Finding],
    ) -> Packet:
        """The packet, once its files are what they should be.

        Raises ``Refusal``: ``packet.profile`` with every rule of the forum that it violates, ``packet.unsound`` when
        the files are not what was meant, which is a fault of ours.
        """
        if self.plan.seal:
            files = [*files[:-1], self._sealed(files[-1])]
        certificate = self._certificate(layout, files, bookmarks, findings)
        verified = verify(certificate, {file.name: file.path for file in files}, bytes_too=False)
        if not verified.sound:
            message = "The finished packet is not what it should be; this is a fault of ours."
            problems = verified.findings
            raise Refusal("packet.unsound", message, problems, kind="setup")
        form = forming.form(self.plan, self.profile, layout, files, verified.readings)
        breaches = conformity.check(self.profile, form)
        errors = [breach for breach in breaches if breach.severity == "error"]
        if errors:
            message = f"The packet does not have the form that {self.profile.title} asks for: {errors[0].message}"
            raise Refusal("packet.profile", message, errors)
        every = (*findings, *breaches)
        certificate = self._certificate(layout, files, bookmarks, every)
        return Packet(tuple(files), len(layout.printed), layout.entries, every, certificate)

    def _sealed(self, file: PacketFile) -> PacketFile:
        """The file with the town's seal on its certificate. Raises ``Refusal("seal.unconfigured")`` without a key."""
        sealing = self.bindery.seal
        if sealing is None:
            message = "The plan asks for a seal, and this installation has no key for it (DOCSERVICE_SEAL_KEY)."
            raise Refusal(
                "seal.unconfigured", message, [Finding.error("seal.unconfigured", message, "/seal")], kind="setup"
            )
        unsealed = file.path.with_suffix(".unsealed")
        file.path.rename(unsealed)
        sign(
            unsealed,
            file.path,
            credentials=sealing.credentials,
            when=sealing.at,
            reason=f"Certificate of {self.plan.title}, {self.plan.case}",
            location=sealing.location,
            timestamp_url=sealing.timestamp_url,
        )
        unsealed.unlink()
        return replace(file, sha256=sha256_of(file.path), size=file.path.stat().st_size)

    def _look(self, volume: int, volumes: int) -> ViewerLook:
        title = f"{self.plan.title}, {self.plan.case}" + (f", volume {volume + 1} of {volumes}" if volumes > 1 else "")
        view = self.profile.rules.default_view
        return ViewerLook(
            title,
            self.plan.language,
            self.bindery.on,
            self.plan.case,
            self.profile.page_number,
            self.bindery.fonts.folder / "NotoSans-Regular.ttf",
            1.0 if view is not None and view.value == "100%" else None,
        )

    def _certificate(
        self,
        layout: Layout,
        files: Sequence[PacketFile],
        bookmarks: Sequence[Sequence[Any]],
        findings: Sequence[Finding],
    ) -> dict[str, Any]:
        head = {
            "engine": _ENGINE,
            "title": self.plan.title,
            "case": self.plan.case,
            "profile": self.plan.profile,
            "copy": self.copy,
            "on": self.bindery.on.isoformat(),
            "page_number": self.profile.page_number,
            "certificate_pages": sum(piece.pages for piece in layout.pieces if piece.late == "certificate"),
            **self.head,
        }
        described = [
            {
                "name": file.name,
                "sha256": file.sha256,
                "bytes": file.size,
                "pages": file.pages,
                "first": file.first,
                "last": file.last,
            }
            for file in files
        ]
        plain = [one.to_plain() for one in findings if certified(one)]
        return certify.of_files(layout, head, described, bookmarks, plain)


def _source(slot: Slot, printed: tuple[str, ...]) -> PlacedPart | KeptPages:
    if slot.first is not None:
        return KeptPages(slot.part, printed, slot.first)
    return PlacedPart(slot.part, slot.title, slot.language, printed, slot.labels)


def _mark(name: str, bookmark: Bookmark) -> list[Any]:
    return [name, bookmark.title, bookmark.target.page, bookmark.level, bookmark.target.file]
