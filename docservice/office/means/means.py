"""What every task of the office works with: the store, the town's rules, the clock, and hands to render with."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile, Party
from docservice.casefile.record import CaseRecord
from docservice.config import Settings
from docservice.finding import Finding
from docservice.jobs.pool import Pool
from docservice.layers import SearchPath
from docservice.office.means import editions as recorded
from docservice.office.means import reading, versions
from docservice.office.means.languages import Spoken
from docservice.office.means.versions import VersionRecord
from docservice.packets.forums.profiles import Profiles, offered
from docservice.pipeline import pinning, producing
from docservice.pipeline.faces import Face
from docservice.pipeline.order import CaseReference
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.producing import Product, Task
from docservice.refusal import Refusal
from docservice.storage.store import Store
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order, read and resolved: everything is known except the number."""

    casefile: Casefile
    snapshot: bytes = field(repr=False)  # canonical JSON of the casefile
    bundle: Bundle
    version: VersionRecord
    edition: PinnedPack
    recipient: Party | None
    language: str
    on: date
    about: str | None
    attachments: Mapping[str, str]  # name → sha256
    parts: Mapping[str, bytes] = field(repr=False)
    served: Mapping[str, object] | None = None
    told: tuple[Finding, ...] = ()  # of its date, and of what the register knows otherwise
    record: CaseRecord | None = None  # the case as it was found
    case: CaseReference | None = None  # where the casefile is that of a case on record


class Means:
    """The office's means. One per office; threads share it."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        editions: tuple[PinnedPack, ...],
        clock: Callable[[], datetime],
        pool: Pool | None,
    ) -> None:
        self.settings, self.store, self.editions, self.clock, self.pool = settings, store, editions, clock, pool
        # What somebody sends is always read apart. An office that renders in its own process starts one when it must.
        self.apart = pool or Pool(1, settings.render_seconds, settings.render_megabytes)
        self._bundles: dict[str, Bundle] = {}
        self.spoken: dict[object, Spoken | None] = {}  # kept by office.means.languages
        self._guard = Lock()
        self.taken_up: object = None  # which approvals the editions are of: ``office.means.editions.mark``

    def refresh(self, session: Session) -> None:
        """Take up editions that were approved meanwhile, in this process or another."""
        mark = recorded.mark(session)
        if mark != self.taken_up:
            self.editions, self.taken_up = recorded.approved(self.store, session, self.settings.town), mark

    def current(self) -> TownPack:
        """The town as it is today: whose name, seal and colors stand on its pages."""
        return self.rules_of(self.today())

    def today(self) -> date:
        """Today where the town is."""
        return self.clock().astimezone(ZoneInfo(self.editions[-1].pack.identity.time_zone)).date()

    @property
    def path(self) -> SearchPath:
        """Where wording is looked for today: the town's own folder, its state's law, what holds in every state.

        An edition's folder needs to hold only what is new in it: those of earlier editions come after it.
        """
        today = max(self.today(), self.editions[0].pack.effective_on)
        return pinning.search_path(self.editions, pinning.edition_in_force(self.editions, today), self.settings.law)

    @property
    def forums(self) -> Profiles:
        """The forums that packets may be made for: the town's own, its law's, then every other law's."""
        return offered(self.path, self.settings.law)

    def bundle(self, sha256: str) -> Bundle:
        """A bundle on record."""
        found = self._bundles.get(sha256)
        if found is None:
            found = Bundle.from_bytes(self.store.blobs.read(sha256))
            with self._guard:
                if len(self._bundles) >= 128:
                    self._bundles.pop(next(iter(self._bundles)))
                self._bundles[sha256] = found
        return found

    def verify_url(self, edition: PinnedPack, code: str) -> str:
        """The address printed on a document, where the public checks it."""
        return f"{self.public_address(edition)}/verify/{code}"

    def public_address(self, edition: PinnedPack) -> str:
        """Where the public reaches this service: every printed link begins with it, whatever it leads to."""
        return self.settings.public_url or edition.pack.identity.public_address

    def version(self, session: Session, key: str, number: int | None, on: date) -> VersionRecord:
        """The version an order means.

        Raises ``Refusal``: ``template.unknown``, ``template.not_in_force``, ``template.withdrawn`` (kind ``conflict``)
        for a withdrawn version that the order pins.
        """
        if number is None:
            return versions.in_force(session, key, on)
        pinned = versions.version(session, key, number)
        if pinned.status == "withdrawn":
            message = (
                f"{key} version {number} was withdrawn ({pinned.withdrawn_reason}). {self.instead(session, key, on)}"
            )
            problem = Finding.error("template.withdrawn", "is withdrawn", "/version")
            raise Refusal("template.withdrawn", message, [problem], kind="conflict")
        return pinned

    def instead(self, session: Session, key: str, on: date) -> str:
        """What a caller that pinned the wrong version may do, as a sentence."""
        current = versions.pick_in_force(versions.versions(session, key), on)
        if current is None:
            return f"No version of {key} is in force on {on}."
        return f"Version {current.number} is in force on {on}; leave out “version” to get it."

    def read(self, given: Mapping[str, Any]) -> tuple[Casefile, bytes]:
        """A casefile from its JSON object, and its canonical JSON. Raises what reading refuses.

        A rendering process reads it where the office has them: this process does for all what only it can do.
        """
        packed = _packed(given) if self.pool is not None else None
        if self.pool is not None and packed is not None:
            casefile = self.pool.call(reading.read, {}, packed)
        else:
            casefile = casefiles.load(given)
        return casefile, casefiles.canonical(given)

    def rules_of(self, day: date) -> TownPack:
        """The town's rules of a day; before the first of them took effect, the first."""
        first = self.editions[0].pack
        return pinning.edition_in_force(self.editions, max(day, first.effective_on)).pack

    @staticmethod
    def refuse_unknown_type(document_type: str, edition: PinnedPack) -> None:
        """Raise ``Refusal("template.document_type")`` for a document type that the town's rules do not have."""
        if document_type not in edition.pack.document_types:
            message = f"The town's rules ({edition.pack.version}) know no document type {document_type}."
            raise Refusal("template.document_type", message)

    def task(self, prepared: Prepared, **more: object) -> Task:
        """The task of a prepared order; ``more`` are the fields that only issuing knows."""
        values: dict[str, object] = {
            "bundle": prepared.bundle.sha256,
            "pack": prepared.edition.sha256,
            "casefile": hashlib.sha256(prepared.snapshot).hexdigest(),
            "recipient": prepared.recipient.id if prepared.recipient else None,
            "language": prepared.language,
            "on": prepared.on,
            "about": prepared.about,
            "number": None,
            "verify_url": self.verify_url(prepared.edition, "DRAFT"),
            "fonts_home": self.settings.fonts_home,
            "fonts_search": self.settings.fonts,
            "attachments": prepared.attachments,
            "served": prepared.served,
        }
        return Task(**{**values, **more})  # type: ignore[arg-type]

    def pool_for(self, bundle: Bundle, face: Face) -> Pool | None:
        """The processes that make a face; None when it is made here. A letter written in Word is filled apart."""
        return self.apart if face == "docx" and bundle.written_in_word else self.pool

    def produce(self, parts: Mapping[str, bytes], task: Task, face: Face, known: Prepared | None = None) -> Product:
        """Run the pipeline: in a rendering process when the office has them, else here."""
        pool = self.pool
        if face == "docx":  # of other faces the bundle need not be on record
            pool = self.pool_for(known.bundle if known is not None else self.bundle(task.bundle), face)
        if pool is not None:
            return pool.call(producing.produce, parts, task, face, known.casefile if known is not None else None)
        if known is not None:
            producing.keep_parsed(
                bundle=known.bundle,
                pack=(known.edition.sha256, known.edition.pack),
                casefile=(task.casefile, known.casefile),
            )
        return producing.produce(parts, task, face)


def _packed(given: Mapping[str, Any]) -> bytes | None:
    """A JSON object for another process; None when it is nested too deeply for that, or holds what is no JSON."""
    try:
        return pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
    except (RecursionError, TypeError, AttributeError, pickle.PicklingError):
        return None
