"""The room where packets are bound, as the doors see it: exhibits taken in, packets bound, kept, found, verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from docservice.finding import Finding
from docservice.office.binding import (
    binding,
    case_papers,
    drafted,
    packet_register,
    page_picture,
    record_since,
    verifying,
)
from docservice.office.binding.case_papers import CasePapers, Want
from docservice.office.binding.drafted import DraftPacket
from docservice.office.binding.kept_exhibits import KeptExhibits
from docservice.office.binding.packet_plans import PacketPlan, PacketPlans
from docservice.office.binding.verifying import Verification
from docservice.office.means import working_folders
from docservice.office.means.means import Means
from docservice.office.means.records import PacketRecord, Page
from docservice.packets import proposing
from docservice.packets.forums.rules import Profile
from docservice.packets.plan import Copy, Plan
from docservice.packets.worksheet import Row, Worksheet, files_of, turns_of
from docservice.pdf.shelf import Held
from docservice.refusal import Refusal


class Binding:
    """Hearing packets and the exhibits that go into them. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.exhibits = KeptExhibits(means)
        self.plans = PacketPlans(means, self.exhibits)

    def bind(
        self,
        plan: Plan,
        files: Mapping[str, Held],
        *,
        actor: str,
        copy: Copy = "full",
        keep: bool = True,
        exhibits: Mapping[str, str] | None = None,
        into: Path | None = None,
        idempotency_key: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> PacketRecord:
        """Bind a packet of ``files`` and of uploaded ``exhibits`` (name → SHA-256). See ``office.binding.binding``."""
        uploaded = exhibits or {}
        record = binding.bind(
            self._means, plan, {**files, **self.exhibits.located(uploaded, owner=actor)}, actor=actor, copy=copy,
            keep=keep, into=into, idempotency_key=idempotency_key, progress=progress,
        )  # fmt: skip
        if keep:
            self.exhibits.keep(uploaded, owner=actor)
        return record

    @property
    def forums(self) -> Mapping[str, Profile]:
        """The forums that packets may be made for, by key."""
        return self._means.forums

    def find(self, *, case: str | None = None, page: int = 1, per_page: int | None = None) -> Page[PacketRecord]:
        """Packets on record, newest first."""
        return binding.find(self._means, case=case, page=page, per_page=per_page or self._means.settings.per_page)

    def packets(self) -> tuple[PacketRecord, ...]:
        """Packets on record, newest first."""
        return binding.packets(self._means)

    def packet(self, id: str) -> PacketRecord:
        """One packet. Raises ``Refusal("packet.unknown", kind="missing")``."""
        return binding.packet(self._means, id)

    def file(self, id: str, name: str | None = None) -> Path:
        """A file of a packet (the first), where it lies in the archive. Raises ``Refusal("packet.file_unknown")``."""
        record = self.packet(id)
        for file in record.files:
            if name in (None, file["name"]):
                return self._means.store.blobs.where(file["sha256"])
        raise Refusal("packet.file_unknown", f"The packet has no file “{name}”.", kind="missing")

    def pdf(self, id: str) -> bytes:
        """The first file of a packet, from the archive."""
        return self._means.store.blobs.read(self.packet(id).sha256)

    def certificate(self, id: str) -> dict[str, Any]:
        """A packet's certificate. Raises ``Refusal("packet.uncertified")`` for one that has none."""
        return binding.certificate(self._means, self.packet(id))

    def papers(self, case: str) -> CasePapers:
        """What is on record of a case for its packet. Raises ``Refusal("packet.case_unknown", kind="missing")``."""
        return case_papers.case_papers(self._means, case)

    def proposal(self, papers: CasePapers, case: str, *, title: str, hearing: str | None, forum: str) -> Worksheet:
        """A worksheet with the parts that a packet of the case would have, in the forum's order; what else is on
        record lies beside it. Raises ``Refusal("profile.missing")``."""
        if forum not in self._means.forums:
            raise Refusal("profile.missing", f"There is no packet profile “{forum}”.", kind="missing")
        rows = proposing.proposed(papers.papers, papers.casefile, self._means.forums[forum])
        return Worksheet(title, case, forum, hearing).begun(rows).beside(proposing.offered(papers.papers))

    def wants(self, plan: PacketPlan, papers: CasePapers) -> tuple[Want, ...]:
        """What a packet that is being put together still lacks: what stops it first."""
        return case_papers.wants(self._means, self.plans, plan, papers)

    def row_picture(self, plan: PacketPlan, row: Row, page: int, width: int) -> bytes:
        """A JPEG of a page of a document or file of a row. Raises ``Refusal("packet.page", kind="missing")``."""
        if "documents" in row:
            papers = [
                one for one in packet_register.of_case(self._means, plan.case)[0] if one.number in row["documents"]
            ]
            if not papers:
                raise Refusal("packet.page", "There is no such page.", kind="missing")
            sha256 = papers[0].sha256
            return page_picture.page_picture(self._means, self._means.store.blobs.where(sha256), sha256, page, width)
        if row.get("generated") == "photographs":
            photos = list(self.papers(plan.case).inspection_photos)
            if not 0 < page <= len(photos):
                raise Refusal("packet.page", "There is no such page.", kind="missing")
            sha256 = photos[page - 1]
            return page_picture.photograph(self._means, self._means.store.blobs.where(sha256), sha256, width)
        names = files_of(row)
        if not names:
            raise Refusal("packet.page", "There is no such page.", kind="missing")
        # Of photographs the pages are one for each; of a file its own.
        name, page = (names[page - 1], 1) if "photos" in row and 0 < page <= len(names) else (names[0], page)
        lies, key = self.plans.taken(plan, name, turns_of(row))
        return page_picture.page_picture(self._means, lies, key, page, width)

    def since(self, id: str) -> tuple[Finding, ...]:
        """What happened to the record after a packet was bound."""
        return tuple(record_since.since(self._means, self.packet(id)))

    def page_picture(self, id: str, page: int, width: int) -> bytes:
        """A JPEG of a page of a packet, counted over its files. Raises ``Refusal("packet.page", kind="missing")``."""
        for file in self.packet(id).files:
            if page <= file["pages"]:
                lies = self._means.store.blobs.where(file["sha256"])
                return page_picture.page_picture(self._means, lies, file["sha256"], page, width)
            page -= file["pages"]
        raise Refusal("packet.page", "There is no such page.", kind="missing")

    def draft(self, job_id: str) -> DraftPacket | None:
        """What a job bound to be looked at; None when there is nothing, or nothing any more."""
        return drafted.find(self._means, job_id)

    def verify(self, files: Mapping[str, Path], *, certificate: Any = None, packet: str | None = None) -> Verification:
        """Hold files against a certificate."""
        return verifying.verify(self._means, files, certificate=certificate, packet=packet)

    def working_folder(self) -> AbstractContextManager[Path]:
        """A folder for files that are on their way in."""
        return working_folders.folder(self._means)
