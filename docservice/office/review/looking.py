"""Looking at versions: their text, their samples, what is wrong with them, what changed and how they will look."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from docservice.finding import Finding
from docservice.office.means import remarks, template_folders, versions
from docservice.office.means.means import Means
from docservice.office.means.records import LanguageRecord, TemplateRecord
from docservice.office.means.remarks import Comment, Remark
from docservice.office.means.versions import VersionRecord
from docservice.office.people.roles import Actor
from docservice.office.review import (
    assessing,
    consequences,
    handout_list,
    handout_search,
    redlining,
    sampling,
    showing,
    templates,
    word_files,
)
from docservice.office.review.assessing import Assessment, Client
from docservice.office.review.assessments import Assessments, Underway
from docservice.office.review.consequences import Consequences
from docservice.office.review.handout_list import ListedHandout
from docservice.office.review.handout_search import FoundHandout
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.audit import AuditEntry
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import outline
from docservice.wording.catalog.anchors import FoundAnchor, find
from docservice.wording.catalog.standing import Standing, standing
from docservice.wording.redlines import Redline
from docservice.wording.word.reading import WordReading


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


class Looking:
    """What can be asked of versions and decides nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._assessments = Assessments(means)

    def versions(self, key: str, on: date | None = None) -> tuple[Standings, ...]:
        """Every version of a template with its standing on a day (today)."""
        with self._means.store.database.reading() as session:
            listed = versions.versions(session, key)
        day = on or self._means.today()
        return tuple(Standings(version, standing(version, listed, day)) for version in listed)

    def version(self, key: str, number: int, on: date | None = None) -> Standings:
        """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
        found = next((one for one in self.versions(key, on) if one.version.number == number), None)
        if found is None:
            raise Refusal("template.unknown", f"There is no template {key} version {number}.", kind="missing")
        return found

    def template_keys(self) -> tuple[str, ...]:
        """Every template's key, also of one that is only a draft."""
        with self._means.store.database.reading() as session:
            return versions.keys(session)

    def under_way(self) -> tuple[Standings, ...]:
        """Every version of the templates that have a draft, a review, or an approval for a day to come."""
        with self._means.store.database.reading() as session:
            found = versions.keys_under_way(session, self._means.today())
        return tuple(one for key in found for one in self.versions(key))

    def waiting(self) -> tuple[VersionRecord, ...]:
        """Every version under review, the longest waiting first."""
        with self._means.store.database.reading() as session:
            found = [v for key in versions.keys(session) for v in versions.versions(session, key)]
        waiting = [v for v in found if v.status == "in_review"]
        return tuple(sorted(waiting, key=lambda v: v.submitted_at or v.created_at))

    def bundle(self, key: str, number: int) -> Bundle:
        """The frozen text of a version."""
        return self._means.bundle(self.version(key, number).version.sha256)

    def samples(self, key: str, number: int) -> Mapping[str, bytes]:
        """The sample casefiles of a version, by file name."""
        return sampling.held(self._means, self.version(key, number).version)

    def outline(self, key: str, number: int) -> outline.Outline:
        """The paragraphs, blocks and statements of a version: what comments are anchored to."""
        return outline.outline(self.bundle(key, number))

    def to_word(self, key: str, number: int) -> bytes:
        """A version of a letter as a Word file to edit: fields visible, blocks as content controls, changes tracked."""
        return word_files.word_of(self._means, self.bundle(key, number))

    def read_word(self, key: str, data: bytes, *, actor: Actor, based_on: int | None = None) -> WordReading:
        """What a Word file would propose: its wording and findings. Nothing is kept.

        ``based_on`` is the version it was made from (the one in force). Raises ``Refusal``: ``word.refused`` and the
        other codes of ``wording.word.package``.
        """
        actor.require("propose")
        return word_files.read(self._means, key, data, word_files.base_of(self._means, key, based_on))

    def assess(self, key: str, number: int, on: date | None = None) -> Assessment:
        """Lint, checklist, rendered samples, and what it would break, if it took force on a day (today)."""
        with self._means.store.database.reading() as session:
            listed = versions.versions(session, key)
            version = versions.version(session, key, number)
            still_open = sum(not one.resolved for one in remarks.comments(remarks.entries(session, key, number)))
        found = assessing.assess(self._means, version, listed, self._rules_day(on))
        return replace(found, open_comments=still_open)

    def consequences(self, key: str, number: int, on: date | None = None) -> Consequences:
        """What approving a version for a day (today) does. See ``office.review.consequences``."""
        with self._means.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        return consequences.consequences(self._means, listed, version, on or self._means.today())

    def underway(self, key: str, number: int) -> Underway:
        """The assessment of a version as of today, as far as it has come; begun now unless it was before."""
        with self._means.store.database.reading() as session:
            listed, version = versions.versions(session, key), versions.version(session, key, number)
        return self._assessments.of(version, listed, self._rules_day(None))

    def lint(self, key: str, number: int) -> tuple[Finding, ...]:
        """What lint and the checklist find in a version; at once, since nothing is rendered."""
        return assessing.standing_findings(self._means, self.version(key, number).version, self._rules_day(None))

    def clients(self, key: str) -> tuple[Client, ...]:
        """Who issued from a template, the latest first."""
        with self._means.store.database.reading() as session:
            return assessing.clients(session, key)

    def entries(self, key: str, number: int) -> tuple[Remark, ...]:
        """Everything said about a version, in order."""
        with self._means.store.database.reading() as session:
            versions.version(session, key, number)
            return remarks.entries(session, key, number)

    def comments(self, key: str, number: int) -> tuple[Comment, ...]:
        """The comments on a version with what came of them."""
        return remarks.comments(self.entries(key, number))

    def located(self, key: str, number: int, within: int | None = None) -> tuple[tuple[Comment, FoundAnchor], ...]:
        """The comments on a version, each where it stands in the version ``within`` (the same one)."""
        paragraphs = self.outline(key, number if within is None else within).paragraphs
        return tuple((comment, find(comment.anchor, paragraphs)) for comment in self.comments(key, number))

    def trail(self, key: str, last: int = 100) -> tuple[AuditEntry, ...]:
        """The newest lines of a template's audit trail."""
        with self._means.store.database.reading() as session:
            versions.versions(session, key)
            return audit.entries(session, below=key, last=last)

    def record(self, key: str, number: int) -> VersionRecord:
        """One version, as it is on record. Raises ``Refusal("template.unknown", kind="missing")``."""
        return self.version(key, number).version

    def records(self, key: str) -> tuple[VersionRecord, ...]:
        """Every version of a template, as on record. Raises ``Refusal("template.unknown", kind="missing")``."""
        return tuple(one.version for one in self.versions(key))

    def templates(self) -> tuple[TemplateRecord, ...]:
        """Every template, with the version in force today."""
        return templates.templates(self._means)

    def handouts(self, language: str = "en") -> tuple[ListedHandout, ...]:
        """The handouts that the public is offered, by need, with their headlines in a language where they have it."""
        return handout_list.handouts(self._means, language)

    def found_handouts(self, words: str, language: str = "en") -> tuple[FoundHandout, ...]:
        """The handouts that have all of ``words``, in a language where they have it. See ``handout_search``."""
        return handout_search.found(self._means, words, language)

    def handout_picture(self, key: str) -> tuple[bytes, str]:
        """The picture of a handout that the public is offered, and its media type."""
        return handout_list.picture(self._means, key)

    def languages(self) -> tuple[LanguageRecord, ...]:
        """The languages offered."""
        return templates.languages(self._means)

    def add_template(self, folder: Path, **given: Any) -> VersionRecord:
        """Put a folder that was approved elsewhere on record, in force from a day on: ``templates.add_template``."""
        return templates.add_template(self._means, folder, **given)

    def lint_folder(self, folder: Path) -> tuple[Finding, ...]:
        """What is wrong with a template folder, by file and line."""
        return template_folders.linted(self._means, folder)

    def redline(self, key: str, old: redlining.Version, new: redlining.Version, language: str = "en") -> Redline:
        """What changed between two versions of a template: numbers on record, or folders."""
        return redlining.between(self._means, key, old, new, language)

    def shown(self, key: str, number: int, sample: str = "", language: str = "en") -> showing.ShownVersion:
        """A version as it will look: one of its samples as PDF and as pictures of its pages."""
        return showing.shown(self._means, key, number, sample, language)

    def redline_face(self, made: Redline, face: redlining.RedlineFace, *, author: str = "") -> bytes:
        """A redline as web page, PDF or Word file with tracked changes."""
        return redlining.face(self._means, made, face, author=author)

    def redline_sheets(
        self,
        key: str,
        old: redlining.Version,
        new: redlining.Version,
        sample: str | Mapping[str, Any] = "",
        language: str = "en",
    ) -> redlining.Sheets:
        """A sample letter under both versions, page beside page, what differs outlined."""
        return redlining.sheets(self._means, key, old, new, sample, language)

    def _rules_day(self, on: date | None) -> date:
        """The day whose rules a version is held to: never before there were any."""
        return max(on or self._means.today(), self._means.editions[0].pack.effective_on)
