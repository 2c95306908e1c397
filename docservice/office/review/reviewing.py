"""Review of versions: who may take which step, and what must hold before a version is approved.

The steps themselves are the catalog's (``office.means.lifecycle``, ``office.means.remarks``); here stands who may take
them. A person is an account with roles, the approvers of a document type are the town's to name
(``TownPack.approval``). Systems may propose, submit and comment; approving and withdrawing approved wording takes a
person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from docservice.casefile.pasting import taken
from docservice.office.means import lifecycle, remarks, versions
from docservice.office.means.lifecycle import Replacement, Seen
from docservice.office.means.means import Shop
from docservice.office.means.remarks import Comment, Entry
from docservice.office.means.versions import VersionRecord
from docservice.office.people import accounts
from docservice.office.people.roles import Actor, permissions_of
from docservice.office.review import (
    assessing,
    confirming,
    consequences,
    deciding,
    proposing,
    sampling,
    word_files,
    word_proposals,
)
from docservice.office.review.assessing import Assessment, Client
from docservice.office.review.assessments import Assessments, Underway
from docservice.office.review.consequences import Consequences
from docservice.office.review.proposing import Proposal
from docservice.refusal import Problem, Refusal
from docservice.storage import audit
from docservice.storage.audit import AuditEntry
from docservice.text import is_plain
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import outline
from docservice.wording.catalog.anchors import Anchor, Found, find
from docservice.wording.catalog.lint import LintFinding
from docservice.wording.catalog.standing import Standing, standing
from docservice.wording.word.reading import Reading

LONGEST = 5000  # characters of a comment, a reason, a message


@dataclass(frozen=True, slots=True)
class Standings:
    """A version, and what it is on a day."""

    version: VersionRecord
    standing: Standing


def etag_of(version: VersionRecord) -> str:
    """The ETag (unquoted) of a version: it changes when, and only when, something is decided about it."""
    state = (
        version.template, version.number, version.sha256, version.status, version.effective_on, version.approver,
        version.reviewer, version.submitted_at, version.withdrawn_at,
    )  # fmt: skip
    return hashlib.sha256("\n".join(map(str, state)).encode()).hexdigest()[:32]


class Review:
    """The office's reviews. Threads may share it. ``seen`` may refuse a step by the state it finds (If-Match)."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._assessments = Assessments(shop)

    # Looking

    def versions(self, key: str, on: date | None = None) -> tuple[Standings, ...]:
        """Every version of a template with its standing on a day (today)."""
        with self._shop.store.database.reading() as session:
            listed = versions.versions(session, key)
        day = on or self._shop.today()
        return tuple(Standings(version, standing(version, listed, day)) for version in listed)

    def version(self, key: str, number: int, on: date | None = None) -> Standings:
        """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
        found = next((one for one in self.versions(key, on) if one.version.number == number), None)
        if found is None:
            raise Refusal("template.unknown", f"There is no template {key} version {number}.", kind="missing")
        return found

    def templates(self) -> tuple[str, ...]:
        """Every template, also one that is only a draft."""
        with self._shop.store.database.reading() as session:
            return versions.keys(session)

    def waiting(self) -> tuple[VersionRecord, ...]:
        """Every version under review, the longest waiting first."""
        with self._shop.store.database.reading() as session:
            found = [v for key in versions.keys(session) for v in versions.versions(session, key)]
        waiting = [v for v in found if v.status == "in_review"]
        return tuple(sorted(waiting, key=lambda v: v.submitted_at or v.created_at))

    def bundle(self, key: str, number: int) -> Bundle:
        """The frozen text of a version."""
        return self._shop.bundle(self.version(key, number).version.sha256)

    def samples(self, key: str, number: int) -> Mapping[str, bytes]:
        """The sample casefiles of a version, by file name."""
        return sampling.held(self._shop, self.version(key, number).version)

    def outline(self, key: str, number: int) -> outline.Outline:
        """The paragraphs, blocks and statements of a version: what comments are anchored to."""
        return outline.outline(self.bundle(key, number))

    def to_word(self, key: str, number: int) -> bytes:
        """A version of a letter as a Word file to edit: fields visible, blocks as content controls, changes tracked."""
        return word_files.word_of(self._shop, self.bundle(key, number))

    def read_word(self, key: str, data: bytes, *, actor: Actor, based_on: int | None = None) -> Reading:
        """What a Word file would propose: its wording and findings. Nothing is kept.

        ``based_on`` is the version it was made from (the one in force). Raises ``Refusal``: ``word.refused`` and the
        other codes of ``wording.word.package``.
        """
        actor.require("propose")
        return word_files.read(self._shop, key, data, word_files.base_of(self._shop, key, based_on))

    def assess(self, key: str, number: int, on: date | None = None) -> Assessment:
        """Lint, checklist, rendered samples, and what it would break, if it took force on a day (today)."""
        with self._shop.store.database.reading() as session:
            listed = versions.versions(session, key)
            version = versions.version(session, key, number)
            still_open = sum(not one.resolved for one in remarks.comments(remarks.entries(session, key, number)))
        found = assessing.assess(self._shop, version, listed, self._rules_day(on))
        return replace(found, open_comments=still_open)

    def consequences(self, key: str, number: int, on: date | None = None) -> Consequences:
        """What approving a version for a day (today) does. See ``office.review.consequences``."""
        with self._shop.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        return consequences.consequences(self._shop, listed, version, on or self._shop.today())

    def underway(self, key: str, number: int) -> Underway:
        """The assessment of a version as of today, as far as it has come; begun now unless it was before."""
        with self._shop.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        return self._assessments.of(version, listed, self._rules_day(None))

    def lint(self, key: str, number: int) -> tuple[LintFinding, ...]:
        """What lint and the checklist find in a version; at once, since nothing is rendered."""
        return assessing.standing_findings(self._shop, self.version(key, number).version, self._rules_day(None))

    def clients(self, key: str) -> tuple[Client, ...]:
        """Who issued from a template, the latest first."""
        with self._shop.store.database.reading() as session:
            return assessing.clients(session, key)

    def entries(self, key: str, number: int) -> tuple[Entry, ...]:
        """Everything said about a version, in order."""
        with self._shop.store.database.reading() as session:
            versions.version(session, key, number)
            return remarks.entries(session, key, number)

    def comments(self, key: str, number: int) -> tuple[Comment, ...]:
        """The comments on a version with what came of them."""
        return remarks.comments(self.entries(key, number))

    def located(self, key: str, number: int, within: int | None = None) -> tuple[tuple[Comment, Found], ...]:
        """The comments on a version, each where it stands in the version ``within`` (the same one)."""
        paragraphs = self.outline(key, number if within is None else within).paragraphs
        return tuple((comment, find(comment.anchor, paragraphs)) for comment in self.comments(key, number))

    def trail(self, key: str, last: int = 100) -> tuple[AuditEntry, ...]:
        """The newest lines of a template's audit trail."""
        with self._shop.store.database.reading() as session:
            versions.versions(session, key)
            return audit.entries(session, below=key, last=last)

    # Steps

    def propose(self, proposal: Proposal, *, actor: Actor) -> VersionRecord:
        """A new draft. See ``office.review.proposing``."""
        record = proposing.propose(self._shop, proposal, actor=actor)
        if self._shop.pool is not None:  # whoever looks at the draft next need not wait
            self.underway(record.template, record.number)
        return record

    def from_word(
        self, key: str, data: bytes, *, note: str, actor: Actor, based_on: int | None = None,
        replaces: int | None = None, keep: bool = False,
    ) -> tuple[VersionRecord, Reading]:  # fmt: skip
        """A new draft from a Word file, and what could not be kept of it.

        The file becomes ``letter.html`` (and the clauses that it changes); with ``keep`` it stays the wording itself
        and the letter's Word face (docs/word.md). Raises ``Refusal``: as ``read_word`` and ``propose``;
        ``word.invalid`` when its tags cannot be read.
        """
        actor.require("propose")
        base = word_files.base_of(self._shop, key, based_on)
        files, reading = word_proposals.files_of(self._shop, key, data, base, keep=keep)
        if base is None:
            files["template.yaml"] = word_files.template_yaml(key, reading)
        number = base.number if base is not None else None
        return self.propose(Proposal(key, files, note, number, replaces), actor=actor), reading

    def submit(
        self, key: str, number: int, *, actor: Actor, reviewer: str | None = None, message: str = "",
        seen: Seen | None = None,
    ) -> VersionRecord:  # fmt: skip
        """Put a draft before its reviewers.

        Raises ``Refusal``: ``template.not_ready`` with the errors of lint and checklist, ``review.reviewer``.
        """
        actor.require("propose")
        message = _bounded(message, "/message", empty=True)
        version = self.version(key, number).version
        if version.status == "draft":
            _refuse_errors(version, assessing.standing_errors(self._shop, version, self._rules_day(None)))
        login = self._reviewer(reviewer)
        with self._shop.store.database.writing() as session:
            return lifecycle.submit(
                session, key, number, actor=actor.name, at=self._shop.clock(), reviewer=login, message=message,
                seen=seen,
            )  # fmt: skip

    def assign(
        self, key: str, number: int, reviewer: str | None, *, actor: Actor, seen: Seen | None = None
    ) -> VersionRecord:
        """Ask somebody else to look at it."""
        actor.require("comment")
        login = self._reviewer(reviewer)
        with self._shop.store.database.writing() as session:
            return lifecycle.assign(
                session, key, number, login, actor=actor.name, at=self._shop.clock(), seen=seen
            )  # fmt: skip

    def send_back(self, key: str, number: int, *, reason: str, actor: Actor, seen: Seen | None = None) -> VersionRecord:
        """Send a version back to its author, who may also take it back."""
        reason = _bounded(reason, "/reason")
        with self._shop.store.database.writing() as session:
            if versions.version(session, key, number).author != actor.name:
                actor.require("send_back")
            return lifecycle.send_back(
                session, key, number, reason=reason, actor=actor.name, at=self._shop.clock(), seen=seen
            )  # fmt: skip

    def approve(
        self, key: str, number: int, *, effective_on: date, actor: Actor, backdated: bool = False,
        confirmed: Collection[str] = (), seen: Seen | None = None,
    ) -> tuple[VersionRecord, Assessment]:  # fmt: skip
        """Approve a version under review; the assessment that it passed comes along, with its warnings.

        ``confirmed`` are ids of what ``consequences`` asks to be confirmed. Raises ``Refusal``: ``approval.person``,
        ``approval.role`` and ``template.own_version`` (kind ``forbidden``), ``template.unconfirmed`` (kind
        ``conflict``) with what is not, ``template.not_ready`` with every error, ``template.overtaken`` (kind
        ``conflict``), and what ``lifecycle.approve`` refuses.
        """
        with self._shop.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        deciding.refuse(self._shop, version, actor)
        # All of this again below, when nobody can change it any more; here, so that nothing is rendered in vain.
        if seen is not None:
            seen(version)
        today = self._shop.today()
        lifecycle.refuse_approval(
            listed, version, actor.name, effective_on=effective_on, today=today, backdated=backdated
        )
        asked = consequences.asked(self._shop, listed, version, effective_on)
        confirming.refuse_unconfirmed(version, asked, confirmed)
        assessment = self.assess(key, number, effective_on)
        _refuse_errors(version, assessment.errors)

        def allowed(found: VersionRecord) -> None:
            if seen is not None:
                seen(found)
            confirming.refuse_overtaken(found, listed, versions.versions(session, key))
            # The assessment took a while: whoever has left the office meanwhile approves nothing any more.
            deciding.refuse(self._shop, found, deciding.as_now(session, actor))

        with self._shop.store.database.writing() as session:
            record = lifecycle.approve(
                session,
                key,
                number,
                effective_on=effective_on,
                today=today,
                actor=actor.name,
                at=self._shop.clock(),
                backdated=backdated,
                seen=allowed,
                detail={
                    "warnings": [finding.code for finding in assessment.warnings],
                    "open_comments": assessment.open_comments,
                    "confirmed": [one.message for one in asked],
                    "via": actor.via,
                },
            )
        return record, assessment

    def withdraw(
        self, key: str, number: int, *, reason: str, actor: Actor, replacement: Replacement = None,
        seen: Seen | None = None,
    ) -> VersionRecord:  # fmt: skip
        """Withdraw a version for good: one's own draft, or as its approver. The operator may, too (``cli:``)."""
        reason = _bounded(reason, "/reason")

        def allowed(version: VersionRecord) -> None:
            if seen is not None:
                seen(version)
            own_draft = version.author == actor.name and version.status in ("draft", "in_review")
            operator = actor.account is None and actor.via is None
            if not own_draft and not operator:
                deciding.refuse(self._shop, version, deciding.as_now(session, actor))

        with self._shop.store.database.writing() as session:
            return lifecycle.withdraw(
                session, key, number, reason=reason, today=self._shop.today(), actor=actor.name,
                at=self._shop.clock(), replacement=replacement, seen=allowed,
            )  # fmt: skip

    def comment(self, key: str, number: int, *, path: str, quote: str, body: str, actor: Actor) -> Entry:
        """Comment on a paragraph, or with an empty path and quote on the whole version.

        Raises ``Refusal("comment.anchor")`` when no such paragraph is in the version.
        """
        actor.require("comment")
        body = _bounded(body, "/body")
        found = find(Anchor(path, quote), self.outline(key, number).paragraphs)
        if found.how == "lost" or len(path) > 300 or len(quote) > LONGEST:
            message = "No paragraph of this version is at that path or says that."
            raise Refusal("comment.anchor", message, [Problem("comment.anchor", message, "/path")])
        anchor = Anchor(found.paragraph.path, quote) if found.paragraph is not None else Anchor("", "")
        return self._said(
            lambda session: remarks.comment(
                session, key, number, anchor, body=body, author=actor.name, at=self._shop.clock()
            )
        )

    def answer(
        self, key: str, number: int, comment: str, kind: Literal["reply", "resolved", "reopened"], *,
        body: str = "", actor: Actor,
    ) -> Entry:  # fmt: skip
        """Reply to a comment, resolve it, open it again."""
        actor.require("comment")
        body = _bounded(body, "/body", empty=kind != "reply")
        return self._said(
            lambda session: remarks.answer(
                session, key, number, comment, kind, body=body, author=actor.name, at=self._shop.clock()
            )
        )

    def may_decide(self, version: VersionRecord, actor: Actor) -> bool:
        """Whether this person may approve and withdraw versions like this one, their own apart."""
        return deciding.may_decide(self._shop, version, actor)

    def why_not(self, version: VersionRecord, actor: Actor) -> str | None:
        """Why this person may not approve this version, as a sentence; None when they may, if it is fit to be."""
        return deciding.why_not(self._shop, version, actor)

    def _said(self, say: Callable[[Session], Entry]) -> Entry:
        with self._shop.store.database.writing() as session:
            return say(session)

    def _reviewer(self, login: str | None) -> str | None:
        if login is None:
            return None
        account = accounts.find(self._shop, login)
        if account.disabled_at is not None or "send_back" not in permissions_of(account.roles):
            message = f"{account.name} does not review."
            raise Refusal("review.reviewer", message, [Problem("review.reviewer", message, "/reviewer")])
        return account.login

    def _rules_day(self, on: date | None) -> date:
        """The day whose rules a version is held to: never before there were any."""
        return max(on or self._shop.today(), self._shop.editions[0].pack.effective_on)


def _bounded(text: str, place: str, *, empty: bool = False) -> str:
    text = taken(text)
    if not is_plain(text, LONGEST) and not (empty and not text):
        message = f"has from 1 to {LONGEST} characters"
        raise Refusal("review.text", f"What you say {message}.", [Problem("review.text", message, place)])
    return text


def _refuse_errors(version: VersionRecord, errors: tuple[LintFinding, ...]) -> None:
    if errors:
        problems = [Problem(f.code, f.message, f.place) for f in errors]
        things = "One thing keeps" if len(problems) == 1 else f"{len(problems)} things keep"
        message = f"{things} {version.template} version {version.number} from being approved."
        raise Refusal("template.not_ready", message, problems)
