"""What every task of the office works with: the store, the town's rules, the clock, and hands to render with."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord
from docservice.config import Settings
from docservice.finding import Finding
from docservice.jobs.pool import Parts, Pool
from docservice.layers import SearchPath
from docservice.office.means import editions as recorded
from docservice.office.means import reading, versions
from docservice.office.means.choices import Correction
from docservice.office.means.languages import Spoken
from docservice.office.means.versions import VersionRecord
from docservice.packets.forums.profiles import Profiles, offered
from docservice.pipeline import pinning, producing
from docservice.pipeline.faces import Face
from docservice.pipeline.notices import NoticeCopy
from docservice.pipeline.order import CaseReference
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.producing import Task
from docservice.pipeline.product import Product
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontPlaces
from docservice.storage.store import Store
from docservice.town.guard_answers import GuardDecision
from docservice.town.pack import DocumentType, TownPack
from docservice.wording.bundle import Bundle

A = TypeVar("A")
T = TypeVar("T")
P = ParamSpec("P")


_UNKNOWN = CaseRecord("")


@dataclass(frozen=True, slots=True)
class Prepared:
    """An order, read and resolved. ``task`` makes its draft; with a number in it, the document itself."""

    task: Task
    parts: Mapping[str, bytes] = field(repr=False)  # that the task names
    casefile: Casefile
    bundle: Bundle
    version: VersionRecord
    edition: PinnedPack
    told: tuple[Finding, ...] = ()  # of its date, and of what the register knows otherwise
    record: CaseRecord = _UNKNOWN  # the case as it was found
    stamp: tuple[object, ...] = ()  # and by which it is seen that it moved since
    decisions: tuple[GuardDecision, ...] = ()
    case: CaseReference | None = None  # where the casefile is that of a case on record
    copy: NoticeCopy | None = None  # which copy it is, of a notice that has no number yet
    mailing: str | None = None  # the mailing whose letters share a number
    replaces: str | None = None  # the id of the document whose place it takes
    correction: Correction | None = None
    forms: tuple[VersionRecord, ...] = ()  # that go with it, in whatever language they are
    year: int | None = None  # of the notice that it is a later copy of; None: that of its date

    @property
    def kind(self) -> DocumentType:
        """What the town's rules say of such a document."""
        return self.edition.pack.document_types[self.bundle.meta.document_type]

    @property
    def series(self) -> tuple[str, int]:
        """The series that its number is of, and the year."""
        return self.kind.series, self.year or self.task.on.year


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
        self.fonts = FontPlaces(settings.fonts_home, settings.fonts)
        self._bundles: RecentShelf[Bundle] = RecentShelf(128)
        self.spoken: dict[object, Spoken | None] = {}  # kept by office.means.languages
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
        return self._bundles.take(sha256, lambda: Bundle.from_bytes(self.store.blobs.read(sha256)))

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
        packed = _packed(given)
        casefile = self.make(reading.read, {}, packed) if packed is not None else casefiles.load(given)
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

    def make(
        self, function: Callable[Concatenate[Parts, P], T], parts: Parts, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """``function(parts, …)``: in a rendering process where the office has them (``jobs.pool``), else here."""
        if self.pool is None:
            return function(parts, *args, **kwargs)
        return self.pool.call(function, parts, *args, **kwargs)

    def make_within(
        self,
        seconds: float,
        function: Callable[Concatenate[Parts, P], T],
        parts: Parts,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """``make`` with a time limit of its own."""
        if self.pool is None:
            return function(parts, *args, **kwargs)
        return self.pool.call_within(seconds, function, parts, *args, **kwargs)

    def at_once(self, function: Callable[[A], T], given: Iterable[A]) -> list[T]:
        """What ``function`` gives of each, in their order, in as many threads as there are rendering processes."""
        if self.pool is None or self.pool.workers == 1:
            return [function(one) for one in given]
        with ThreadPoolExecutor(self.pool.workers) as hands:
            return list(hands.map(function, given))

    def produce(self, parts: Parts, task: Task, face: Face, casefile: Casefile | None = None) -> Product:
        """Run the pipeline; a letter written in Word is filled apart. ``casefile`` as in ``producing.produce``."""
        if face == "docx" and producing.pinned_bundle(task.bundle, parts).written_in_word:
            return self.apart.call(producing.produce, parts, task, face, casefile)
        return self.make(producing.produce, parts, task, face, casefile)


def _packed(given: Mapping[str, Any]) -> bytes | None:
    """A JSON object for another process; None when it is nested too deeply for that, or holds what is no JSON."""
    try:
        return pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
    except (RecursionError, TypeError, AttributeError, pickle.PicklingError):
        return None
