"""The values of the service chain: what is asked (notices, proofs), and what is answered (rows, gaps)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.casefile.facts import Name, ServiceRecord
from docservice.finding import Severity

ServiceStatus = Literal["served", "pending", "failed", "unserved"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One issued document of the packet, as the register has it.

    ``recipient`` is a party id. Copies of one mailing to several parties have one ``group`` (template, subject and day
    of issue, say). ``about`` is the id of the hearing, citation … ``translation_of`` is the number of the English text
    that this one translates.
    """

    number: str
    document_type: str
    title: str
    recipient: str | None
    issued_on: date
    sha256: str
    pages: int
    group: str
    about: str | None = None
    translation_of: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof of service of the packet: which document, which service record, and what it says was served.

    ``title``, ``sha256`` and ``pages`` are those it was issued with (``DocumentRow.notice["served"]``); ``record`` is
    the id of the casefile's service record (``DocumentRow.about``).
    """

    number: str
    of_document: str
    record: str | None
    issued_on: date
    title: str | None = None
    sha256: str | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceAttempt:
    """One service on one party, and the proof of it that the packet has.

    ``effective``: as far as the record says, it is done. ``translation``: only a translation was served. ``lacks``: why
    it does not hold by what is on record.
    """

    record: ServiceRecord
    effective: bool
    proof: str | None = None
    translation: bool = False
    lacks: str = ""

    @property
    def failed(self) -> bool:
        return self.record.result in ("unclaimed", "returned", "refused")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One party and one notice. ``why`` says in words what makes them one to be served; empty when nothing does.

    ``party`` is ``None`` for an agent who was named and is no party of the case. ``document`` is the number of their
    own copy. ``through`` names the agent through whom they count as served.
    """

    party: str | None
    name: Name
    capacity: str  # "owner, 1/3", "tenant, unit 214"
    required: bool
    why: str
    document: str | None
    attempts: tuple[ServiceAttempt, ...]
    status: ServiceStatus
    through: Name | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing or cannot be. ``message`` names the notice and the person."""

    code: str
    severity: Severity
    message: str
    notice: str | None = None  # its number
    party: str | None = None  # id


@dataclass(frozen=True, slots=True)
class ServedNotice:
    """One notice, with all its copies, and everyone who had to be served with it."""

    title: str
    document_type: str
    formal: bool
    issued_on: date
    numbers: tuple[str, ...]
    translations: tuple[str, ...]
    rows: tuple[ServiceRow, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class ServiceChain:
    """Every notice of a packet that had to be served. ``loose`` are gaps that belong to no notice of it."""

    notices: tuple[ServedNotice, ...]
    loose: tuple[Gap, ...] = ()

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """All gaps, errors first, each kind in the order of the notices."""
        found = [*(gap for notice in self.notices for gap in notice.gaps), *self.loose]
        return tuple(sorted(found, key=lambda gap: gap.severity != "error"))


def spoken(name: Name) -> str:
    """A name in running text: its own form, with the Latin one beside it."""
    return f"{name.text} ({name.latin})" if name.latin and name.latin != name.text else name.text
