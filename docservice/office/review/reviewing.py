"""Review of versions: who may take which step, and what must hold before a version is approved.

The steps themselves are the catalog's (``office.means.lifecycle``, ``office.means.remarks``); here stands who may take
them. A person is an account with roles, the approvers of a document type are the town's to name
(``TownPack.approval``). Systems may propose, submit and comment; approving and withdrawing approved wording takes a
person, and so does having proposed what is approved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from docservice.casefile.pasting import taken
from docservice.finding import Finding
from docservice.office.means import lifecycle, remarks, versions
from docservice.office.means.lifecycle import Replacement, VersionPrecondition
from docservice.office.means.means import Means
from docservice.office.means.remarks import Remark
from docservice.office.means.versions import VersionRecord
from docservice.office.people import accounts
from docservice.office.people.roles import Actor, permissions_of
from docservice.office.review import (
    assessing,
    confirming,
    consequences,
    deciding,
    proposing,
    word_files,
    word_proposals,
)
from docservice.office.review.assessing import Assessment
from docservice.office.review.looking import Looking
from docservice.office.review.proposing import Proposal
from docservice.office.rules.rules import TownRules
from docservice.office.translating.translations import Translations
from docservice.refusal import Refusal
from docservice.text import is_plain
from docservice.wording.catalog.anchors import Anchor, find
from docservice.wording.word.reading import WordReading

LONGEST = 5000  # characters of a comment, a reason, a message


class Review(Looking):
    """The office's reviews: of versions, here; of their ``translations``, and of the town's ``rules``.

    Threads may share it. ``seen`` may refuse a step by the state it finds (If-Match).
    """

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self.translations, self.rules = Translations(means), TownRules(means)

    # Steps

    def propose(self, proposal: Proposal, *, actor: Actor) -> VersionRecord:
        """A new draft. See ``office.review.proposing``."""
        record = proposing.propose(self._means, proposal, actor=actor)
        if self._means.pool is not None:  # whoever looks at the draft next need not wait
            self.underway(record.template, record.number)
        return record

    def from_word(
        self, key: str, data: bytes, *, note: str, actor: Actor, based_on: int | None = None,
        replaces: int | None = None, keep: bool = False,
    ) -> tuple[VersionRecord, WordReading]:  # fmt: skip
        """A new draft from a Word file, and what could not be kept of it.

        The file becomes ``letter.html`` (and the clauses that it changes); with ``keep`` it stays the wording itself
        and the letter's Word face (docs/word.md). Raises ``Refusal``: as ``read_word`` and ``propose``;
        ``word.invalid`` when its tags cannot be read.
        """
        actor.require("propose")
        base = word_files.base_of(self._means, key, based_on)
        files, reading = word_proposals.files_of(self._means, key, data, base, keep=keep)
        if base is None:
            files["template.yaml"] = word_files.template_yaml(key, reading)
        number = base.number if base is not None else None
        return self.propose(Proposal(key, files, note, number, replaces), actor=actor), reading

    def submit(
        self, key: str, number: int, *, actor: Actor, reviewer: str | None = None, message: str = "",
        seen: VersionPrecondition | None = None,
    ) -> VersionRecord:  # fmt: skip
        """Put a draft before its reviewers.

        Raises ``Refusal``: ``template.not_ready`` with the errors of lint and checklist, ``review.reviewer``.
        """
        actor.require("propose")
        message = _bounded(message, "/message", empty=True)
        version = self.version(key, number).version
        if version.status == "draft":
            _refuse_errors(version, assessing.standing_errors(self._means, version, self._rules_day(None)))
        login = self._reviewer(reviewer)
        with self._means.store.database.writing() as session:
            return lifecycle.submit(
                session, key, number, actor=actor.name, at=self._means.clock(), reviewer=login, message=message,
                seen=seen,
            )  # fmt: skip

    def assign(
        self, key: str, number: int, reviewer: str | None, *, actor: Actor, seen: VersionPrecondition | None = None
    ) -> VersionRecord:
        """Ask somebody else to look at it."""
        actor.require("comment")
        login = self._reviewer(reviewer)
        with self._means.store.database.writing() as session:
            return lifecycle.assign(
                session, key, number, login, actor=actor.name, at=self._means.clock(), seen=seen
            )  # fmt: skip

    def send_back(
        self, key: str, number: int, *, reason: str, actor: Actor, seen: VersionPrecondition | None = None
    ) -> VersionRecord:
        """Send a version back to its author, who may also take it back."""
        reason = _bounded(reason, "/reason")
        with self._means.store.database.writing() as session:
            if versions.version(session, key, number).author != actor.name:
                actor.require("send_back")
            return lifecycle.send_back(
                session, key, number, reason=reason, actor=actor.name, at=self._means.clock(), seen=seen
            )  # fmt: skip

    def approve(
        self, key: str, number: int, *, effective_on: date, actor: Actor, backdated: bool = False,
        confirmed: Collection[str] = (), seen: VersionPrecondition | None = None,
    ) -> tuple[VersionRecord, Assessment]:  # fmt: skip
        """Approve a version under review; the assessment that it passed comes along, with its warnings.

        ``confirmed`` are ids of what ``consequences`` asks to be confirmed. Raises ``Refusal``: ``approval.person``,
        ``approval.role`` and ``template.own_version`` (kind ``forbidden``), ``template.unconfirmed`` (kind
        ``conflict``) with what is not, ``template.not_ready`` with every error, ``template.overtaken`` (kind
        ``conflict``), and what ``lifecycle.approve`` refuses.
        """
        with self._means.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        deciding.refuse(self._means, version, actor)
        deciding.refuse_nobodys(listed, version)  # what somebody wrote, and from what, never changes
        # All of this again below, when nobody can change it any more; here, so that nothing is rendered in vain.
        if seen is not None:
            seen(version)
        today = self._means.today()
        lifecycle.refuse_approval(
            listed, version, actor.name, effective_on=effective_on, today=today, backdated=backdated
        )
        asked = consequences.asked(self._means, listed, version, effective_on)
        confirming.refuse_unconfirmed(version, asked, confirmed)
        assessment = self.assess(key, number, effective_on)
        _refuse_errors(version, assessment.errors)

        def allowed(found: VersionRecord) -> None:
            if seen is not None:
                seen(found)
            confirming.refuse_overtaken(found, listed, versions.versions(session, key))
            # The assessment took a while: whoever has left the office meanwhile approves nothing any more.
            deciding.refuse(self._means, found, deciding.as_now(session, actor))

        with self._means.store.database.writing() as session:
            record = lifecycle.approve(
                session,
                key,
                number,
                effective_on=effective_on,
                today=today,
                actor=actor.name,
                at=self._means.clock(),
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
        seen: VersionPrecondition | None = None,
    ) -> VersionRecord:  # fmt: skip
        """Withdraw a version for good: one's own draft, or as its approver. The operator may, too (``cli:``)."""
        reason = _bounded(reason, "/reason")

        def allowed(version: VersionRecord) -> None:
            if seen is not None:
                seen(version)
            own_draft = version.author == actor.name and version.status in ("draft", "in_review")
            operator = actor.account is None and actor.via is None
            if not own_draft and not operator:
                deciding.refuse(self._means, version, deciding.as_now(session, actor))

        with self._means.store.database.writing() as session:
            return lifecycle.withdraw(
                session, key, number, reason=reason, today=self._means.today(), actor=actor.name,
                at=self._means.clock(), replacement=replacement, seen=allowed,
            )  # fmt: skip

    def comment(self, key: str, number: int, *, path: str, quote: str, body: str, actor: Actor) -> Remark:
        """Comment on a paragraph, or with an empty path and quote on the whole version.

        Raises ``Refusal("comment.anchor")`` when no such paragraph is in the version.
        """
        actor.require("comment")
        body = _bounded(body, "/body")
        found = find(Anchor(path, quote), self.outline(key, number).paragraphs)
        if found.how == "lost" or len(path) > 300 or len(quote) > LONGEST:
            message = "No paragraph of this version is at that path or says that."
            raise Refusal("comment.anchor", message, [Finding.error("comment.anchor", message, "/path")])
        anchor = Anchor(found.paragraph.path, quote) if found.paragraph is not None else Anchor("", "")
        return self._said(
            lambda session: remarks.comment(
                session, key, number, anchor, body=body, author=actor.name, at=self._means.clock()
            )
        )

    def answer(
        self, key: str, number: int, comment: str, kind: Literal["reply", "resolved", "reopened"], *,
        body: str = "", actor: Actor,
    ) -> Remark:  # fmt: skip
        """Reply to a comment, resolve it, open it again."""
        actor.require("comment")
        body = _bounded(body, "/body", empty=kind != "reply")
        return self._said(
            lambda session: remarks.answer(
                session, key, number, comment, kind, body=body, author=actor.name, at=self._means.clock()
            )
        )

    def may_decide(self, version: VersionRecord, actor: Actor) -> bool:
        """Whether this person may approve and withdraw versions like this one, their own apart."""
        return deciding.may_decide(self._means, version, actor)

    def why_not(self, version: VersionRecord, actor: Actor) -> str | None:
        """Why this person may not approve this version, as a sentence; None when they may, if it is fit to be."""
        return deciding.why_not(self._means, version, actor)

    def _said(self, say: Callable[[Session], Remark]) -> Remark:
        with self._means.store.database.writing() as session:
            return say(session)

    def _reviewer(self, login: str | None) -> str | None:
        if login is None:
            return None
        account = accounts.find(self._means, login)
        if account.disabled_at is not None or "send_back" not in permissions_of(account.roles):
            message = f"{account.name} does not review."
            raise Refusal("review.reviewer", message, [Finding.error("review.reviewer", message, "/reviewer")])
        return account.login


def _bounded(text: str, place: str, *, empty: bool = False) -> str:
    text = taken(text)
    if not is_plain(text, LONGEST) and not (empty and not text):
        message = f"has from 1 to {LONGEST} characters"
        raise Refusal("review.text", f"What you say {message}.", [Finding.error("review.text", message, place)])
    return text


def _refuse_errors(version: VersionRecord, errors: tuple[Finding, ...]) -> None:
    if errors:
        problems = errors
        things = "One thing keeps" if len(problems) == 1 else f"{len(problems)} things keep"
        message = f"{things} {version.template} version {version.number} from being approved."
        raise Refusal("template.not_ready", message, problems)
