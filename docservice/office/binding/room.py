"""The room where packets are bound, as the doors see it: exhibits taken in, packets bound, kept, found, verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from docservice.office.binding import binding, verifying
from docservice.office.binding.kept_exhibits import KeptExhibits
from docservice.office.binding.verifying import Verification
from docservice.office.means import working_folders
from docservice.office.means.means import Means
from docservice.office.means.records import PacketRecord, Page
from docservice.packets.forums.rules import Profile
from docservice.packets.plan import Copy, Plan
from docservice.pdf.shelf import Held
from docservice.refusal import Refusal


class Binding:
    """Hearing packets and the exhibits that go into them. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.exhibits = KeptExhibits(means)

    def bind(
        self,
        plan: Plan,
        files: Mapping[str, Held],
        *,
        actor: str,
        copy: Copy = "full",
        keep: bool = True,
        exhibits: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> PacketRecord:
        """Bind a packet of ``files`` and of uploaded ``exhibits`` (name → SHA-256). See ``office.binding.binding``."""
        uploaded = exhibits or {}
        record = binding.bind(
            self._means, plan, {**files, **self.exhibits.located(uploaded, owner=actor)}, actor=actor, copy=copy,
            keep=keep, idempotency_key=idempotency_key, progress=progress,
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

    def verify(self, files: Mapping[str, Path], *, certificate: Any = None, packet: str | None = None) -> Verification:
        """Hold files against a certificate."""
        return verifying.verify(self._means, files, certificate=certificate, packet=packet)

    def working_folder(self) -> AbstractContextManager[Path]:
        """A folder for files that are on their way in."""
        return working_folders.folder(self._means)
