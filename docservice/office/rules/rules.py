"""The editions of the town's rules: propose one, read it, hold it against another, approve it or send it back.

A file that is edited on disk changes nothing. A person proposes and another approves, through whatever door: both are
accounts, since who stands behind a system's key or a terminal cannot be told from who approves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.casefile.fields import FIRST_YEAR, LAST_YEAR
from docservice.finding import Finding
from docservice.office.means import editions
from docservice.office.means.editions import EditionRecord
from docservice.office.means.means import Means
from docservice.office.people import accounts
from docservice.office.people.roles import Actor
from docservice.office.rules.outcomes import ExampleOutcome, compared
from docservice.pipeline import pinning
from docservice.pipeline.pinning import PinnedPack
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import TownEditionRow
from docservice.storage.store import register
from docservice.text import is_plain
from docservice.town.pack import TownPack
from docservice.town.telling import RuleChange, RuleSentence, changes, sentences
from docservice.wording import container

MOST_FILES, MOST_BYTES = 40, 4 * 2**20
LONGEST = 2000  # of a note or a reason
EditionStanding = Literal["proposed", "sent_back", "scheduled", "in_force", "superseded"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}\Z")


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition on record, and where it stands today."""

    record: EditionRecord
    standing: EditionStanding


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions: what the new one says otherwise, and what the example cases come to under both."""

    old: str
    new: str
    changes: tuple[RuleChange, ...]
    outcomes: tuple[ExampleOutcome, ...]


class TownRules:
    """The office's editions. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def editions(self) -> tuple[Edition, ...]:
        """Every edition on record, by number, with its standing today."""
        with self._means.store.database.reading() as session:
            listed = editions.editions(session)
        today = self._means.today()
        past = [one for one in listed if one.state == "approved" and one.effective_on and one.effective_on <= today]
        current = max(past, key=lambda one: (one.effective_on or date.min, one.number), default=None)
        return tuple(Edition(one, _standing(one, current, today)) for one in listed)

    def edition(self, number: int) -> Edition:
        """One edition. Raises ``Refusal("edition.unknown", kind="missing")``."""
        found = next((one for one in self.editions() if one.record.number == number), None)
        if found is None:
            raise Refusal("edition.unknown", f"There is no edition number {number} of the rules.", kind="missing")
        return found

    def in_force(self) -> Edition | None:
        """The edition in force today; none before the first takes effect."""
        return next((one for one in self.editions() if one.standing == "in_force"), None)

    def pack(self, number: int) -> TownPack:
        """The rules of an edition on record."""
        return editions.pack_at(self._means.store, self.edition(number).record).pack

    def files(self, number: int) -> dict[str, bytes]:
        """The files of an edition on record, by name."""
        return container.unpack(self._means.store.blobs.read(self.edition(number).record.sha256))

    def latest(self) -> Edition | None:
        """The edition that what comes next is made from: the last one that is in force or will be."""
        held = [one for one in self.editions() if one.record.effective_on and one.standing != "sent_back"]
        return max(held, key=lambda one: (one.record.effective_on or date.min, one.record.number), default=None)

    def tried(self, number: int, files: Mapping[str, bytes]) -> tuple[TownPack, Comparison]:
        """The rules of files that nobody proposed yet, held against an edition. Raises ``town.invalid``."""
        made = pinning.judged(container.pack(dict(files)))
        return made, comparison(self.pack(number), made, _named(self.edition(number).record), "as proposed")

    def may_approve(self, actor: Actor) -> bool:
        """Whether this person's role is one that the town names for its rules."""
        named = self._means.current().approval.rules
        return actor.account is not None and bool(set(named) & set(actor.account.roles))

    def sentences(self, number: int) -> tuple[RuleSentence, ...]:
        """What an edition says, as sentences."""
        return sentences(self.pack(number))

    def compare(self, number: int, against: int | None = None) -> Comparison:
        """An edition held against another on record (the one in force; itself, where there is none)."""
        current = self.in_force()
        other = against if against is not None else current.record.number if current is not None else number
        old, new = self.edition(other).record, self.edition(number).record
        return comparison(self.pack(other), self.pack(number), _named(old), _named(new))

    def unrecorded(self) -> tuple[TownPack, ...]:
        """Editions that lie in the town's folder and are not on record: no rules of the town."""
        with self._means.store.database.reading() as session:
            listed = editions.editions(session)
        found = editions.unrecorded(self._means.store, listed, self._means.settings.town)
        return tuple(one.pack for one in found)

    def propose(self, files: Mapping[str, bytes], *, note: str, actor: Actor) -> Edition:
        """Put an edition on record as a proposal; the same text again is the edition that it is.

        Raises ``Refusal``: ``edition.person`` (kind ``forbidden``), ``edition.files``, ``edition.note``,
        ``town.invalid`` with everything that is wrong with it, ``edition.other_town`` and ``edition.version_taken``
        (kind ``conflict``).
        """
        if actor.account is None:
            message = "Proposing rules takes a person, as approving does: an account, or a key that acts for one."
            raise Refusal("edition.person", message, kind="forbidden")
        actor.require("propose")
        note = _said(note, "edition.note", "Say why you propose it", "/note")
        _refuse_files(files)
        data = container.pack(dict(files))
        pack = pinning.judged(data)
        at, store = self._means.clock(), self._means.store
        lying = (one.folder for one in pinning.files_of(self._means.settings.town) if one.data == data)
        proposed = PinnedPack(pack, data, pack.sha256, next(lying, None))
        pinning.refuse_proposed_clauses(self._means.editions, proposed, self._means.settings.law)
        with store.blobs.staging() as stage, store.database.writing() as session:
            audit.hold(session)  # two that propose at once may not take the same number
            known = self._known(editions.editions(session), pack)
            if known is not None:
                number = known.number
            else:
                sha256 = stage.put(data)
                register(session, stage, at)
                number = (session.scalar(select(func.max(TownEditionRow.number))) or 0) + 1
                row = TownEditionRow(
                    number=number, key=pack.key, version=pack.version, sha256=sha256, state="proposed",
                    origin="proposed", note=note, proposed_by=actor.name, proposed_at=at, effective_on=None,
                    decided_by=None, decided_at=None, reason=None,
                )  # fmt: skip
                session.add(row)
                session.flush()
                detail: dict[str, object] = {"note": note, "via": actor.via}
                editions.audited(session, editions.record_of(row), "town.proposed", actor.name, at, detail)
        return self.edition(number)

    def _known(self, listed: tuple[EditionRecord, ...], pack: TownPack) -> EditionRecord | None:
        """The edition on record that has this very text. Raises what ``propose`` says of towns and versions."""
        if listed and pack.key != listed[0].key:
            message = f"These are the rules of {pack.key}; this office's are of {listed[0].key}."
            raise _conflict("edition.other_town", message, "/files/town.yaml")
        taken = [one for one in listed if one.version == pack.version and one.state != "sent_back"]
        for one in taken:
            if editions.pack_at(self._means.store, one).pack.sha256 == pack.sha256:
                return one
        if taken:
            message = (
                f"Version {pack.version} is on record with another text (number {taken[-1].number}). Give this text a "
                "version of its own."
            )
            raise _conflict("edition.version_taken", message, "/files/town.yaml")
        return None

    def approve(self, number: int, *, effective_on: date, actor: Actor) -> Edition:
        """Approve a proposal: it is in force from ``effective_on``, today or later.

        Raises ``Refusal``: ``approval.person``, ``approval.role``, ``edition.own`` (kind ``forbidden``);
        ``edition.transition``, ``edition.effective_taken`` (kind ``conflict``); ``edition.effective_past``.
        """
        today, at = self._means.today(), self._means.clock()
        with self._means.store.database.writing() as session:
            audit.hold(session)
            row = editions.row_of(session, number)
            actor = self._as_approver(session, actor)
            _refuse_own(row, actor)
            _refuse_decided(row)
            _refuse_day(effective_on, today)
            for other in editions.editions(session):
                if other.state == "approved" and other.effective_on == effective_on:
                    message = f"Edition {other.version} takes effect on {effective_on} already. Choose another day."
                    raise _conflict("edition.effective_taken", message, "/effective_on")
            row.state, row.effective_on, row.decided_by, row.decided_at = "approved", effective_on, actor.name, at
            session.flush()
            detail: dict[str, object] = {"effective_on": effective_on.isoformat(), "via": actor.via}
            editions.audited(session, editions.record_of(row), "town.approved", actor.name, at, detail)
        with self._means.store.database.reading() as session:
            self._means.refresh(session)
        return self.edition(number)

    def send_back(self, number: int, *, reason: str, actor: Actor) -> Edition:
        """Send a proposal back; who proposed it may also take it back. One that is approved and whose day has not come
        may be sent back by who may approve.

        Raises ``Refusal``: ``edition.reason``, ``edition.transition``; of persons and roles what ``approve`` raises.
        """
        reason = _said(reason, "edition.reason", "Say why it is sent back", "/reason")
        today, at = self._means.today(), self._means.clock()
        with self._means.store.database.writing() as session:
            audit.hold(session)
            row = editions.row_of(session, number)
            scheduled = row.state == "approved" and row.effective_on is not None and row.effective_on > today
            detail: dict[str, object] = {"reason": reason}
            if scheduled and row.effective_on is not None:
                actor = self._as_approver(session, actor)
                detail |= {"was_effective_on": row.effective_on.isoformat(), "was_approved_by": row.decided_by}
            else:
                if row.proposed_by != actor.name:
                    actor.require("send_back")
                _refuse_decided(row)
            row.state, row.decided_by, row.decided_at, row.reason = "sent_back", actor.name, at, reason
            row.effective_on = None
            session.flush()
            editions.audited(session, editions.record_of(row), "town.sent_back", actor.name, at, detail)
        if scheduled:
            with self._means.store.database.reading() as session:
                self._means.refresh(session)
        return self.edition(number)

    def _as_approver(self, session: Session, actor: Actor) -> Actor:
        """The actor with the roles that they have now; refused who may not approve rules."""
        if actor.account is None:
            message = "Approving takes a person: an account, or an API key that acts for one."
            raise Refusal("approval.person", message, kind="forbidden")
        actor = Actor(actor.name, accounts.as_now(session, actor.account), actor.via)
        actor.require("approve")
        named = self._means.current().approval.rules
        if actor.account is None or not set(named) & set(actor.account.roles):
            raise Refusal("approval.role", f"By the town's rules this is for: {', '.join(named)}.", kind="forbidden")
        return actor


def comparison(old: TownPack, new: TownPack, old_name: str, new_name: str) -> Comparison:
    """Two editions, on record or not."""
    return Comparison(old_name, new_name, changes(old, new), compared(old, new))


def _named(record: EditionRecord) -> str:
    return f"edition {record.version} (number {record.number})"


def _standing(one: EditionRecord, current: EditionRecord | None, today: date) -> EditionStanding:
    if one.state != "approved" or one.effective_on is None:
        return "sent_back" if one.state == "sent_back" else "proposed"
    if one.effective_on > today:
        return "scheduled"
    return "in_force" if one is current else "superseded"


def _refuse_own(row: TownEditionRow, actor: Actor) -> None:
    message = ""
    if row.proposed_by == actor.name:
        message = "Somebody else than who proposed it approves an edition of the rules."
    elif not row.proposed_by.startswith(Actor.PERSON):
        message = (
            f"{row.proposed_by} proposed it, which is no account: it cannot be told from {actor.name}. Send it back, "
            "and let a person propose it (docservice town propose FOLDER --as LOGIN)."
        )
    if message:
        raise Refusal("edition.own", message, kind="forbidden")


def _refuse_decided(row: TownEditionRow) -> None:
    if row.state != "proposed":
        done = "approved" if row.state == "approved" else "sent back"
        message = f"Edition {row.version} was {done} by {row.decided_by or 'the operator'}."
        raise _conflict("edition.transition", message, "")


def _refuse_day(effective_on: date, today: date) -> None:
    message = ""
    if not FIRST_YEAR <= effective_on.year <= LAST_YEAR:
        message = f"The year must be from {FIRST_YEAR} to {LAST_YEAR}."
    elif effective_on < today:
        message = f"{effective_on} is past: documents have gone out by other rules since."
    if message:
        raise Refusal(
            "edition.effective_past", message, [Finding.error("edition.effective_past", message, "/effective_on")]
        )


def _said(text: str, code: str, ask: str, place: str) -> str:
    if not is_plain(text, LONGEST):
        message = f"{ask}, in at most {LONGEST} characters."
        raise Refusal(code, message, [Finding.error(code, message, place)])
    return text


def _refuse_files(files: Mapping[str, bytes]) -> None:
    message = ""
    if not files or len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        message = f"The files of a pack: from 1 to {MOST_FILES}, at most {MOST_BYTES // 2**20} MB together."
    wrong = next((name for name in files if not _NAME.match(name)), None)
    if wrong is not None:
        message = f"“{wrong[:100]}” is no name of a file of a pack: letters, digits, dots and hyphens, and no folders."
    if message:
        raise Refusal("edition.files", message, [Finding.error("edition.files", message, "/files")])


def _conflict(code: str, message: str, place: str) -> Refusal:
    return Refusal(code, message, [Finding.error(code, message, place)], kind="conflict")
