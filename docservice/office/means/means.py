"""What every task of the office works with: the store, the town's rules, the clock, and hands to render with."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile import folding
from docservice.casefile.facts import Casefile, Party
from docservice.casefile.fields import FIRST_YEAR, LAST_YEAR
from docservice.casefile.folding import Folded
from docservice.casefile.record import CaseRecord, Effect
from docservice.checks.dated import dated
from docservice.config import Settings
from docservice.finding import Finding
from docservice.jobs.pool import Pool
from docservice.layers import SearchPath
from docservice.office.means import case_records, languages, reading, versions
from docservice.office.means import editions as recorded
from docservice.office.means.languages import Spoken
from docservice.office.means.versions import VersionRecord
from docservice.packets.forums.profiles import Profiles, offered
from docservice.pipeline import pinning, producing
from docservice.pipeline.faces import Face
from docservice.pipeline.order import Order
from docservice.pipeline.pinning import PinnedPack
from docservice.pipeline.producing import Product, Task
from docservice.refusal import Refusal
from docservice.storage.store import Store
from docservice.town import subjects
from docservice.town.effects import effect_of
from docservice.town.pack import DocumentType, TownPack
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


class Readings:
    """The casefiles of some orders, each folded and read once however many of them share it."""

    def __init__(self) -> None:
        self._read: dict[Hashable, tuple[Folded, Casefile, bytes]] = {}

    def of(self, key: Hashable, make: Callable[[], tuple[Folded, Casefile, bytes]]) -> tuple[Folded, Casefile, bytes]:
        """What was made for the key. Raises what reading refuses."""
        if key not in self._read:
            self._read[key] = make()
        return self._read[key]


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

    def prepare(self, order: Order, readings: Readings | None = None, replaces: str | None = None) -> Prepared:
        """Read an order and resolve what it leaves open. Raises ``Refusal`` with everything that is wrong with it.

        What the register knows is folded into its casefile before that is read. ``replaces`` is the number of the
        document that it supersedes; ``readings`` are shared by orders that are prepared together.
        """
        order.refuse_names()
        order.refuse_dated_back()
        on = order.on or self.today()
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            message = f"The document's year must be from {FIRST_YEAR} to {LAST_YEAR}."
            raise Refusal("order.date", message, [Finding.error("order.date", message, "/on")])
        with self.store.database.reading() as session:
            self.refresh(session)
            version = self.version(session, order.template, order.version, on)
        if version.face != "letter":
            raise Refusal(
                "template.no_letter", f"“{version.title}” is a handout: it has no recipient and no number.",
                [Finding.error("template.no_letter", "is a handout, not a letter", "/template")],
            )  # fmt: skip
        bundle = self.bundle(version.sha256)
        edition = pinning.edition_in_force(self.editions, on)
        self.refuse_unknown_type(bundle.meta.document_type, edition)
        record = self._record(order, edition.pack, replaces)
        folded, casefile, snapshot = (readings or Readings()).of(
            (id(order.casefile), order.about, bundle.meta.document_type, on, replaces),
            lambda: self._folded(order, record, effect_of(edition.pack, bundle.meta.document_type), on),
        )
        about = _subject(casefile, edition.pack.document_types[bundle.meta.document_type], order.about)
        recipient = addressed(casefile, bundle, order.recipient)
        language, bundle = self._in_language(version, edition.pack, order.language, recipient)
        today = order.ordered_on or self.today()
        dating = dated(self.rules_of(today).dating, on, today, order.dated_back)
        attachments = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(order.attachments.items())}
        parts = {
            bundle.sha256: bundle.to_bytes(),
            edition.sha256: edition.data,
            hashlib.sha256(snapshot).hexdigest(): snapshot,
            **{attachments[name]: data for name, data in order.attachments.items()},
        }
        return Prepared(
            casefile, snapshot, bundle, version, edition, recipient, language, on, about, attachments, parts,
            told=(*dating, *folded.findings), record=record,
        )  # fmt: skip

    def _record(self, order: Order, pack: TownPack, replaces: str | None) -> CaseRecord:
        number = case_records.stated_number(order.casefile) if isinstance(order.casefile, Mapping) else None
        if number is None:
            return CaseRecord("")
        with self.store.database.reading() as session:
            record = case_records.record_of(session, number, pack)
        return folding.without(record, replaces) if replaces is not None else record

    def _folded(
        self, order: Order, record: CaseRecord, puts: Effect | None, on: date
    ) -> tuple[Folded, Casefile, bytes]:
        if not isinstance(order.casefile, Mapping):  # reading says so
            return Folded({}), *self.read(order.casefile)
        folded = folding.fold(
            order.casefile, folding.apart_from(record, puts, order.casefile, order.about), on
        )  # fmt: skip
        return folded, *self.read(folded.facts)

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

    def _in_language(
        self, version: VersionRecord, pack: TownPack, wanted: str | None, recipient: Party | None
    ) -> tuple[str, Bundle]:
        """The language of a document, and the bundle that it is made from.

        A language that is asked for is taken when it is complete; the checks say whether it may go out. Unasked, the
        recipient's own is taken where the town offers it.
        """
        language = wanted or (recipient.language if recipient else "en")
        if language == "en":
            return "en", self.bundle(version.sha256)
        with self.store.database.reading() as session:
            found = languages.spoken(self, session, version, language)
        bundle = self.bundle(version.sha256)
        if wanted is not None:
            refuse_unspoken(pack, wanted)
            if found is None:
                languages.refuse_incomplete(self, version, wanted)
            return wanted, found.bundle if found is not None else bundle
        if found is None or not languages.is_offered(pack, version, language, found):
            return "en", bundle
        return language, found.bundle

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


def refuse_unspoken(pack: TownPack, language: str) -> None:
    """Raise ``Refusal("language.not_offered")`` for a language in which the town has no letters."""
    known = pack.language(language)
    if known is None or not known.letters:
        offered = ", ".join(f"{one.name} ({one.tag})" for one in pack.languages if one.letters)
        what = f"{known.name} has only a line on the sheet of languages" if known else f"“{language}” is not among them"
        message = f"The town's letters are in {offered}; {what}."
        raise Refusal("language.not_offered", message, [Finding.error("language.not_offered", message, "/language")])


def _packed(given: Mapping[str, Any]) -> bytes | None:
    """A JSON object for another process; None when it is nested too deeply for that, or holds what is no JSON."""
    try:
        return pickle.dumps(given, pickle.HIGHEST_PROTOCOL)
    except (RecursionError, TypeError, AttributeError, pickle.PicklingError):
        return None


def recipients_of(casefile: Casefile, bundle: Bundle) -> tuple[str, ...]:
    """The parties whose role the template names, in the casefile's order."""
    roles = set(bundle.meta.recipients)
    return tuple(party.id for party in casefile.parties if roles & set(party.roles))


def _subject(casefile: Casefile, kind: DocumentType, about: str | None) -> str | None:
    """The id of what the document is about; None for one about the whole case. Raises ``Refusal("about.unknown")``."""
    found = subjects.find(casefile, kind.subject, about)
    if about is not None and found.problem is not None:
        problem = Finding.error("about.unknown", found.problem.message, "/about")
        raise Refusal("about.unknown", found.problem.message, [problem])
    return about if kind.subject == "case" or found.subject is None else subjects.name_of(found.subject)


def addressed(casefile: Casefile, bundle: Bundle, wanted: str | None) -> Party | None:
    """The party that a letter goes to: ``wanted``, else the first whose role the template names; None if it names none.

    Raises ``Refusal``: ``recipient.unknown``, ``recipient.role``, ``recipient.none``.
    """
    meant = recipients_of(casefile, bundle)
    roles = ", ".join(bundle.meta.recipients)
    if wanted is not None:
        party = producing.party(casefile, wanted)
        if bundle.meta.recipients and wanted not in meant:
            message = f"goes to {roles}; “{wanted}” is none of these"
            raise Refusal(
                "recipient.role",
                f"“{bundle.meta.title}” {message}.",
                [Finding.error("recipient.role", message, "/recipient")],
            )
        return party
    if not bundle.meta.recipients:
        return None
    if not meant:
        message = f"the casefile has nobody it goes to ({roles})"
        raise Refusal(
            "recipient.none",
            f"“{bundle.meta.title}”: {message}.",
            [Finding.error("recipient.none", message, "/parties")],
        )
    return producing.party(casefile, meant[0])
