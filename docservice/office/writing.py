"""Writing a letter at the desk: which kinds a case allows today, who gets one and how, its draft with its dates.

There is no second set of rules: what may go out is what ``cases.next_steps`` says, whom it goes to what the wording and
the town's rules name, and a copy may go out when preparing its order says nothing against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile, Party
from docservice.finding import Finding
from docservice.office.cases import next_steps, ordering, reading
from docservice.office.issuing import addressing, previewing
from docservice.office.means import languages, versions
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import Readings, prepare
from docservice.office.means.records import DocumentRecord, Preview
from docservice.office.means.versions import VersionRecord
from docservice.pipeline.faces import Face
from docservice.pipeline.mail_classes import MAIL_CLASSES, MailClass
from docservice.pipeline.order import Order
from docservice.pipeline.producing import set_by
from docservice.refusal import Refusal
from docservice.town import reckoning, subjects
from docservice.town.guard_answers import GuardReason, GuardVerdict
from docservice.town.next_steps import NextStep
from docservice.town.pack import DocumentType, TownPack
from docservice.town.service_set import service_set


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter about one thing of a case, and whether it may go out: to some of ``people`` (ids; None: to the
    file) is enough. ``reasons`` say why not, or what somebody must decide; ``starts`` the day from which it may."""

    template: str
    title: str
    document_type: str
    about: str | None
    verdict: GuardVerdict
    people: tuple[str | None, ...]
    reasons: tuple[GuardReason, ...]
    starts: date | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a letter may go to. ``due``: by the rules they must get it, since they are ``roles``, or the agent of
    ``agent_of``. ``language`` is the one that it would be in, ``draft`` when that translation is one; ``unspoken``:
    they read a language that the letter is not in. ``ways`` are those that the rules ask for first, ``mailing`` the
    class of mail among them."""

    party: Party
    due: bool
    roles: tuple[str, ...]
    agent_of: tuple[str, ...]
    language: str
    draft: bool
    unspoken: bool
    ways: tuple[str, ...]
    mailing: MailClass | None
    problems: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DraftLetter:
    """A draft with the dates that it sets: name, title, date, how it was counted, source (as ``producing.set_by``)."""

    preview: Preview
    dates: tuple[Mapping[str, Any], ...]


class Writing:
    """Letters that are being written. Threads may share it; nothing is kept here."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def kinds(self, number: str) -> tuple[LetterKind, ...]:
        """Every kind of letter that the case could call for, those that may go out first.

        Raises ``Refusal("case.unknown")``.
        """
        steps = next_steps.steps(self._means, number)
        found: dict[tuple[str, str | None], list[NextStep]] = {}
        for step in steps:
            found.setdefault((step.document_type, step.about), []).append(step)
        kinds = [
            kind for version in self._letters() for (type, about), asked in found.items()
            if type == version.document_type and (kind := _kind(version, about, asked)) is not None
        ]  # fmt: skip
        ranks = {"yes": 0, "ask": 1, "no": 2}
        return tuple(sorted(kinds, key=lambda one: (ranks[one.verdict], one.title, one.about or "")))

    def outside_rules(self, number: str) -> tuple[tuple[str, str], ...]:
        """Letters that the rules of procedure say nothing of, key and title: forms and papers for the file."""
        procedure = self._means.current().procedure
        known = set(procedure.types) if procedure is not None else set()
        return tuple((one.template, one.title) for one in self._letters() if one.document_type not in known)

    def _letters(self) -> tuple[VersionRecord, ...]:
        today = self._means.today()
        with self._means.store.database.reading() as session:
            every = [versions.versions(session, key) for key in versions.keys(session)]
        found = []
        for listed in every:
            try:
                version = versions.in_force_of(listed, today)
            except Refusal:
                continue
            if version.face == "letter":
                found.append(version)
        return tuple(sorted(found, key=lambda one: one.title))

    def version(self, key: str, on: date | None = None) -> VersionRecord:
        """The wording in force. Raises ``Refusal``: ``template.unknown``, ``template.not_in_force``."""
        with self._means.store.database.reading() as session:
            return versions.in_force(session, key, on or self._means.today())

    def subjects(self, number: str, key: str) -> tuple[str | None, ...]:
        """What a letter of this kind can be about in a case: ids; (None,) for the whole case."""
        case = reading.read(self._means, number)
        kind = self._type(self.version(key))
        if kind is None or kind.subject == "case":
            return (None,)
        casefile = casefiles.load(case.casefile, on_record=True)
        return tuple(subjects.name_of(one) for one in subjects.fitting(casefile, kind))

    def _type(self, version: VersionRecord, on: date | None = None) -> DocumentType | None:
        return self._means.rules_of(on or self._means.today()).document_types.get(version.document_type)

    def order(self, number: str, key: str, about: str | None = None, **more: Any) -> Order:
        """An order by the newest facts of a case, with its pictures that the register holds."""
        order = ordering.by_case(self._means, number, None, Order(key, {}, about=about, **more))
        held = dict(_pictures(order.casefile))
        known = {name: self._means.store.blobs.read(sha256) for name, sha256 in held.items()
                 if name not in order.attachments and self._means.store.blobs.has(sha256)}  # fmt: skip
        return replace(order, attachments={**known, **order.attachments}) if known else order

    def people(self, order: Order) -> tuple[Addressee, ...]:
        """Everybody that a letter may go to, in the casefile's order; nobody, of a paper for the file.

        What hinders a copy is told with it, as far as that is known before it is made.
        """
        try:
            ids = addressing.recipients(self._means, order)
        except Refusal:
            return ()
        readings, found = Readings(), list[Addressee]()
        pack = self._means.rules_of(order.on or self._means.today())
        stocked = self.articles_left > 0
        for id in ids:
            one = replace(order, recipient=id)
            problems: tuple[Finding, ...] = ()
            prepared: Prepared | None = None
            try:
                prepared = prepare(self._means, one, readings)
                problems = tuple(each for each in prepared.told if each.severity == "error")
            except Refusal as refusal:
                problems = tuple(refusal.findings) or (Finding.error(refusal.code, refusal.message),)
            if prepared is None:
                continue
            found.append(self._addressee(pack, prepared, id, problems, stocked))
        return tuple(found)

    def _addressee(
        self, pack: TownPack, prepared: Prepared, id: str, problems: tuple[Finding, ...], stocked: bool
    ) -> Addressee:
        casefile, kind = prepared.casefile, prepared.kind
        party = _party(casefile, id)
        due = {one.party.id: one for one in service_set(kind, casefile.parties).due}
        asked = due.get(id)
        ways = _first_rung(pack, prepared.version.document_type)
        must = asked is not None or not kind.served
        draft = False
        if prepared.task.language != "en":
            with self._means.store.database.reading() as session:
                spoken = languages.spoken(self._means, session, prepared.version, prepared.task.language)
            draft = spoken is not None and spoken.review != "approved"
        return Addressee(
            party, must, asked.roles if asked else party.roles, asked.agent_of if asked else (),
            prepared.task.language, draft, party.language not in ("en", prepared.task.language),
            ways, _mailing(ways, party, stocked), problems,
        )  # fmt: skip

    def first_ways(self, record: DocumentRecord) -> tuple[str, ...]:
        """The ways by which the rules want a document on record served first; none where any will do."""
        kind = self._means.bundle(record.bundle_sha256).meta.document_type
        return _first_rung(self._means.current(), kind)

    @property
    def articles_left(self) -> int:
        """How many article numbers for certified mail are in stock."""
        from docservice.storage.articles import counted_articles

        with self._means.store.database.reading() as session:
            return counted_articles(session).get("free", 0)

    def draft(self, order: Order, face: Face = "pdf") -> DraftLetter:
        """A draft of one letter, with its dates. Raises what reading the order refuses."""
        preview, prepared = previewing.drafted(self._means, order, face)
        task, pack = prepared.task, prepared.edition.pack
        counted = reckoning.reckon(
            pack, prepared.casefile, prepared.version.document_type, on=task.on, recipient=task.recipient or "",
            about=task.about, served_on=task.mail_on, language=task.language,
        )  # fmt: skip
        return DraftLetter(preview, set_by(counted))

    def officers(self, code: str) -> tuple[tuple[str, str], ...]:
        """Who may answer what a guard of procedure asks, or go past what it refuses: officers' ids, name and title."""
        pack = self._means.current()
        if pack.procedure is None:
            return ()
        allowed = pack.procedure.decide if code in ASKED else pack.procedure.may_waive(code.removeprefix("procedure."))
        return tuple(
            (one.id, f"{one.name}, {one.title}") for one in pack.officers
            if any(pack.plays(one.role, part) for part in allowed)
        )  # fmt: skip


ASKED = ("procedure.service_unknown", "procedure.unknown")
"""Guards that ask what the facts leave open; the others refuse."""


def _kind(version: VersionRecord, about: str | None, asked: Sequence[NextStep]) -> LetterKind | None:
    open = [one for one in asked if one.answer.verdict == "yes"] or [
        one for one in asked if one.answer.verdict == "ask"
    ]
    shown = open or list(asked)
    reasons = tuple(dict.fromkeys(reason for one in shown for reason in one.answer.reasons))
    starts = [one.answer.starts for one in asked if one.answer.starts is not None] if not open else []
    return LetterKind(
        version.template, version.title, version.document_type, about, shown[0].answer.verdict,
        tuple(one.recipient for one in open), reasons, min(starts, default=None),
    )  # fmt: skip


def _party(casefile: Casefile, id: str) -> Party:
    complainant = casefile.confidential.complainant
    every: tuple[Party, ...] = (*casefile.parties, *((complainant,) if complainant is not None else ()))
    return next(one for one in every if one.id == id)


def _first_rung(pack: TownPack, document_type: str) -> tuple[str, ...]:
    """The ways that the rules ask for first; none where any will do."""
    ladder = pack.service.ladder(document_type) if pack.service is not None else None
    return ladder.rungs[0] if ladder is not None else ()


def _mailing(ways: Sequence[str], party: Party, stocked: bool) -> MailClass | None:
    """The class of mail of these ways, as far as it is one.

    Without article numbers in stock nothing is said of certified mail: its label comes from the counter, and its number
    is told with the service.
    """
    if party.address is None or party.address.kind == "post_on_site" or ("certified_mail" in ways and not stocked):
        return None
    found = "+".join(one for one in ("certified_mail", "first_class_mail") if one in ways)
    return found if found in MAIL_CLASSES else None


def _pictures(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The pictures that the facts name by their SHA-256, so that the register may hold them: name, SHA-256."""
    for listed in ("inspections", "violations", "placards"):
        for item in facts.get(listed) or ():
            for photo in item.get("photos") or ():
                if photo.get("sha256") and photo.get("file"):
                    yield photo["file"], photo["sha256"]
