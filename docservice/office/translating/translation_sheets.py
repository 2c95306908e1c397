"""What a translator sees: every string of a version in one language, its state, and what the English was before."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from docservice.casefile.direction import direction
from docservice.finding import Finding
from docservice.layers import SearchPath
from docservice.office.means import languages, translated, versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.town.translations import Incomplete
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import renditions
from docservice.wording.catalog.contexts import contexts
from docservice.wording.catalog.renditions import CLAUSES, Rendition, RenditionState, catalog_of, strings_of
from docservice.wording.catalog.rewording import WordStretch, earlier, redline
from docservice.wording.catalog.soundness import Expected, examine
from docservice.wording.catalog.standing import Standing, pick_in_force, standing
from docservice.wording.messages import Completeness, Sentence, completeness

_LOOKED_BACK = 12  # versions in which an earlier English is looked for


@dataclass(frozen=True, slots=True)
class LanguageProgress:
    """How far a language is for one version of a template. ``offered``: documents in it may go out today.

    ``incomplete`` is what the town does until every string is approved.
    """

    template: str
    title: str
    version: int
    standing: Standing
    language: str
    total: int
    approved: int
    draft: int
    stale: int
    missing: int
    offered: bool
    incomplete: Incomplete


@dataclass(frozen=True, slots=True)
class TranslationString:
    """One string of a version in one language.

    ``translation`` is what was last written, in as many plural forms as the language has; ``in_use`` what documents
    print. ``etag`` changes with the translation and its state. ``was`` is the English that this one is an edit of,
    where that had a translation (``was_translation``); ``redline`` leads from it to the English that holds.
    ``suggestion`` is what the catalog files of the installation have. Neither is ever used unasked.
    """

    id: str
    catalog: str
    english: str
    plural: str | None
    place: str
    paths: tuple[str, ...]
    state: RenditionState
    etag: str
    translation: tuple[str, ...] = ()
    translated_by: str | None = None
    translated_at: datetime | None = None
    in_use: tuple[str, ...] = ()
    approved_by: str | None = None
    approved_at: datetime | None = None
    stale_since: datetime | None = None
    was: str | None = None
    was_translation: tuple[str, ...] = ()
    redline: tuple[WordStretch, ...] = ()
    suggestion: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslationSheet:
    """Every string of one version in one language, in the order of the wording."""

    progress: LanguageProgress
    sha256: str
    direction: str
    strings: tuple[TranslationString, ...]

    def string(self, id: str) -> TranslationString | None:
        return next((one for one in self.strings if one.id == id), None)


@dataclass(frozen=True)
class SheetSource:
    """A version and what a language has for it, as it is on record in one transaction."""

    means: Means
    version: VersionRecord
    listed: tuple[VersionRecord, ...]
    bundle: Bundle
    language: str
    pack: TownPack
    today: date
    held: Mapping[str, Rendition]
    done: tuple[renditions.RenditionEntry, ...]
    offered: bool

    @cached_property
    def sentences(self) -> Mapping[str, Sentence]:
        """The strings of the version, by id."""
        return {sentence.id: sentence for sentence in strings_of(self.bundle)}

    @cached_property
    def earlier(self) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """For English without a translation: the English it is an edit of, and the translation of that."""
        wanting = [s for s in self.sentences.values() if not self.held[s.id].working]
        if not wanting:
            return {}
        before = self._before()
        found = {}
        for sentence in wanting:
            was = earlier(sentence.text, before)
            if was is not None:
                found[sentence.id] = (was, before[was])
        return found

    def _before(self) -> dict[str, tuple[str, ...]]:
        """English that other versions had and this one has no more, with its translation; the latest version first."""
        now = {sentence.text for sentence in self.sentences.values()}
        found: dict[str, tuple[str, ...]] = {}
        others = sorted((v for v in self.listed if v.number != self.version.number), key=lambda v: -v.number)
        for other in others[:_LOOKED_BACK]:
            bundle = self.means.bundle(other.sha256)
            kept = languages.frozen(self.means, other, self.listed, self.language)
            held = renditions.renditions(bundle, self.language, self.done, kept)
            for sentence in strings_of(bundle):
                if sentence.text not in now and held[sentence.id].forms:
                    found.setdefault(sentence.text, held[sentence.id].forms)
        return found

    def state(self, id: str) -> RenditionState:
        """The state of a string."""
        found = self.held[id].state
        return "stale" if found == "missing" and id in self.earlier else found

    def progress(self) -> LanguageProgress:
        """The counts."""
        counted = Counter(self.state(id) for id in self.sentences)
        return LanguageProgress(
            self.version.template, self.version.title, self.version.number,
            standing(self.version, self.listed, self.today), self.language, len(self.sentences), counted["approved"],
            counted["draft"], counted["stale"], counted["missing"], self.offered,
            self.pack.incomplete(self.language, self.version.document_type, self.version.face),
        )  # fmt: skip

    def expected(self) -> Expected:
        """What the machine checks ask of the language."""
        return expected(self.pack, self.language)

    def sheet(self) -> TranslationSheet:
        """Every string with all that a translator needs."""
        standing_at, files = contexts(self.bundle), self._in_files()
        strings = tuple(self._string(s, standing_at[s.id], files) for s in self.sentences.values())
        return TranslationSheet(self.progress(), self.version.sha256, direction(self.language), strings)

    def _string(self, sentence: Sentence, paths: tuple[str, ...], files: Completeness) -> TranslationString:
        one, state = self.held[sentence.id], self.state(sentence.id)
        was, was_forms = self.earlier.get(sentence.id, (None, ()))
        kept = files.messages.texts.get(sentence.text)
        suggestion = () if kept is None else (kept,) if isinstance(kept, str) else kept
        place = f"{self.language}/{catalog_of(self.bundle, sentence)}/{sentence.id[:12]}"
        return TranslationString(
            id=sentence.id, catalog=catalog_of(self.bundle, sentence), english=sentence.text, plural=sentence.plural,
            place=sentence.place, paths=paths, state=state, etag=etag_of(one),
            translation=one.working, translated_by=one.working_by, translated_at=one.working_at,
            in_use=one.forms, approved_by=one.approved_by, approved_at=one.approved_at,
            stale_since=self._since(sentence.id) if state == "stale" else None,
            was=was, was_translation=was_forms, redline=redline(was, sentence.text) if was is not None else (),
            suggestion=suggestion if suggestion != one.working else (),
            findings=tuple(
                replace(f, message=f"the translation {f.message}: “{sentence.text[:60]}”", place=place)
                for f in examine(sentence.text, sentence.plural, one.working, self.expected())
            ),
        )  # fmt: skip

    def _since(self, id: str) -> datetime:
        """When the English became what it is: the first version of the template that has it."""
        first = min(self.listed, key=lambda v: (id not in _ids(self.means, v), v.number))
        return first.created_at

    def _in_files(self) -> Completeness:
        try:
            return completeness(self.sentences.values(), self.means.path, self.language, self.bundle.key)
        except Refusal:  # a broken file suggests nothing; lint says what is wrong with it
            return completeness((), SearchPath(), self.language, self.bundle.key)


def etag_of(one: Rendition) -> str:
    """The ETag (unquoted) of a translation: it changes when, and only when, something is done to it."""
    state = (*one.working, "", *one.forms, one.state, one.approved, one.approved_by, one.approved_at, one.working_at)
    return hashlib.sha256("\n".join(map(str, state)).encode()).hexdigest()[:32]


def expected(pack: TownPack, language: str) -> Expected:
    """What a town asks of translations into a language: its digits, and names that stay as they are."""
    known = pack.language(language)
    names = (pack.identity.short_name, *(officer.name for officer in pack.officers))
    return Expected(language, known.digits if known is not None else "latin", names)


def look(means: Means, session: Session, key: str, language: str, number: int | None) -> SheetSource:
    """A version in a language; without ``number`` the newest that is not withdrawn.

    Raises ``Refusal`` (kind ``missing``): ``template.unknown``, ``language.unknown`` when the town has no letters in
    it, or the template excepts it.
    """
    listed = versions.versions(session, key)
    version = versions.version(session, key, number) if number is not None else newest(listed)
    bundle = means.bundle(version.sha256)
    wanted = languages.wanted(means, bundle)
    if language not in wanted:
        named = ", ".join(wanted) or "none"
        message = f"{key} version {version.number} is not translated into “{language}”; it is into: {named}."
        raise Refusal("language.unknown", message, kind="missing")
    today = means.today()
    pack = pinning.edition_in_force(means.editions, max(today, means.editions[0].pack.effective_on)).pack
    spoken = languages.spoken(means, session, version, language)
    return SheetSource(
        means, version, listed, bundle, language, pack, today,
        languages.held(means, session, version, listed, language),
        translated.entries(session, (bundle.key, CLAUSES), language),
        spoken is not None and languages.is_offered(pack, version, language, spoken),
    )  # fmt: skip


def newest(listed: Sequence[VersionRecord]) -> VersionRecord:
    """The version that is worked on: the newest that is not withdrawn, else the newest."""
    return next((v for v in reversed(listed) if v.status != "withdrawn"), listed[-1])


def worked_on(listed: Sequence[VersionRecord], today: date) -> tuple[VersionRecord, ...]:
    """The version in force, and the newest where that is another."""
    current = pick_in_force(tuple(listed), today)
    last = newest(listed)
    return (current, last) if current is not None and current.number != last.number else (last,)


def _ids(means: Means, version: VersionRecord) -> frozenset[str]:
    return frozenset(sentence.id for sentence in strings_of(means.bundle(version.sha256)))


def wanting(means: Means, session: Session, version: VersionRecord, language: str) -> int:
    """How many sentences of a version keep it from being offered in a language that it names."""
    found = look(means, session, version.template, language, version.number).progress()
    if found.offered:
        return 0
    # With every sentence there, it is their approval that is missing.
    return found.missing + found.stale or found.draft
