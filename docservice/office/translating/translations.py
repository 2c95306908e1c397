"""Translations: who translates and approves, string by string; files to translators and back.

An approval is a person's, on record and on the audit trail, of one exact translation of one exact English. A machine
checks form (``wording.catalog.soundness``) and approves nothing. What a file says about approval is not believed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from docservice.casefile.pasting import taken
from docservice.finding import Finding
from docservice.office.means import translated, versions
from docservice.office.means.languages import wanted
from docservice.office.means.means import Means
from docservice.office.people.roles import Actor
from docservice.office.translating import due_translations
from docservice.office.translating.due_translations import DueTranslation
from docservice.office.translating.translation_sheets import (
    LanguageProgress,
    SheetSource,
    TranslationSheet,
    TranslationString,
    look,
    worked_on,
)
from docservice.refusal import Refusal, things_are
from docservice.storage import audit
from docservice.text import is_plain
from docservice.wording.catalog import updating
from docservice.wording.catalog.exchange import ExchangeFormat, Offered, TakenString, TranslationUnit, po, xliff
from docservice.wording.catalog.exchange.matching import matched
from docservice.wording.catalog.renditions import RenditionKind, catalog_of
from docservice.wording.catalog.soundness import examine
from docservice.wording.catalog.updating import CatalogUpdate
from docservice.wording.messages import Sentence

LONGEST = 5000  # characters of one translation
MOST = 2000  # strings of one request

_Item = tuple[str, Sentence, tuple[str, ...], str | None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A translation that somebody writes: one text, or every plural form. ``seen``: the etag that they saw."""

    id: str
    forms: tuple[str, ...]
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class StringSeen:
    """A string as somebody saw it."""

    id: str
    seen: str


@dataclass(frozen=True, slots=True)
class ExchangeFile:
    """A file for a translator."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the entries of a file: ids that were ``saved`` as drafts, and how many were the ``same``.

    ``doubtful`` are marked fuzzy (or need review) and were not taken, ``foreign`` are not English of this version,
    ``empty`` have no translation; all by their English.
    """

    saved: tuple[str, ...]
    same: int
    doubtful: tuple[str, ...]
    foreign: tuple[str, ...]
    empty: tuple[str, ...]


class Translations:
    """The office's translations. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    # Looking

    def overview(self, template: str | None = None, language: str | None = None) -> tuple[LanguageProgress, ...]:
        """Every language of every template, for the version in force and for the newest one."""
        found = []
        with self._means.store.database.reading() as session:
            for key in (template,) if template is not None else versions.keys(session):
                for version in worked_on(versions.versions(session, key), self._means.today()):
                    for tag in wanted(self._means, self._means.bundle(version.sha256)):
                        if language in (None, tag):
                            found.append(look(self._means, session, key, tag, version.number).progress())
        return tuple(found)

    def due(self) -> tuple[DueTranslation, ...]:
        """What is to be translated before which day. See ``office.translating.due_translations``."""
        return due_translations.due(self._means, self._means.today())

    def sheet(self, template: str, language: str, version: int | None = None) -> TranslationSheet:
        """Every string of a version in one language; without ``version`` of the newest that is not withdrawn.

        Raises ``Refusal`` (kind ``missing``): ``template.unknown``, ``language.unknown``.
        """
        with self._means.store.database.reading() as session:
            return look(self._means, session, template, language, version).sheet()

    def export(
        self, template: str, language: str, format: ExchangeFormat = "po", version: int | None = None
    ) -> ExchangeFile:
        """A file for a translator, with everything that is known about each string."""
        sheet = self.sheet(template, language, version)
        progress = sheet.progress
        offered = Offered(
            template, progress.title, progress.version, sheet.sha256, language, tuple(map(_entry, sheet.strings))
        )
        stem = f"{template}-{progress.version}.{language}"
        if format == "xliff":
            return ExchangeFile(f"{stem}.xlf", xliff.MEDIA_TYPE, xliff.written(offered))
        return ExchangeFile(f"{stem}.po", po.MEDIA_TYPE, po.written(offered))

    # Steps

    def save(
        self, template: str, language: str, drafts: Sequence[Draft], *, actor: Actor, version: int | None = None
    ) -> TranslationSheet:
        """Put translations on record as drafts: all of them, or with one error none.

        What is approved stays in use until the new text is approved. Raises ``Refusal``: ``translation.unsound`` with
        what is wrong with each, ``translation.unknown``, ``translation.changed`` (kind ``conflict``).
        """
        actor.require("translate")

        def chosen(seen: SheetSource, strings: Mapping[str, TranslationString]) -> list[_Item]:
            wanted = [(draft, _even(draft.forms)) for draft in drafts]
            problems = [
                Finding.error(
                    f.code, f"{language}, “{strings[draft.id].english[:60]}”: {f.message}", f"/strings/{index}"
                )
                for index, (draft, forms) in enumerate(wanted)
                for f in _errors(seen, strings[draft.id], forms)
            ]
            _refuse_unsound(problems)
            return [
                _item(seen, strings[draft.id], forms)
                for draft, forms in wanted
                if forms != strings[draft.id].translation
            ]

        return self._step("saved", template, language, version, drafts, actor, chosen)

    def approve(
        self, template: str, language: str, strings: Sequence[StringSeen], *, actor: Actor, version: int | None = None
    ) -> TranslationSheet:
        """Approve translations as they were seen: all of them, or none.

        Raises ``Refusal``: ``approval.person``, ``access.role`` and ``translation.own`` (kind ``forbidden``);
        ``translation.changed`` (kind ``conflict``), ``translation.missing``, ``translation.unsound``.
        """
        self._refuse_approver(actor)

        def chosen(seen: SheetSource, known: Mapping[str, TranslationString]) -> list[_Item]:
            found = [known[one.id] for one in strings]
            _refuse_each(
                "translation.missing", "There is no translation to approve.",
                ((index, one) for index, one in enumerate(found) if one.state in ("missing", "stale")),
            )  # fmt: skip
            _refuse_unsound(
                [
                    replace(f, place=f"/strings/{index}")
                    for index, one in enumerate(found)
                    for f in one.findings
                    if f.severity == "error"
                ]
            )
            if seen.pack.translations.second_person:
                _refuse_each(
                    "translation.own", "Somebody else than the translator approves.",
                    ((i, one) for i, one in enumerate(found) if one.translated_by == actor.name), kind="forbidden",
                )  # fmt: skip
            return [_item(seen, one, one.translation) for one in found if one.state != "approved"]

        return self._step("approved", template, language, version, strings, actor, chosen)

    def reopen(
        self, template: str, language: str, strings: Sequence[StringSeen], *, reason: str, actor: Actor,
        version: int | None = None,
    ) -> TranslationSheet:  # fmt: skip
        """Take approvals back: the translations are drafts again, and documents treat them so from now on.

        Raises ``Refusal``: as ``approve``; ``translation.reason``, ``translation.not_approved`` (kind ``conflict``).
        """
        self._refuse_approver(actor)
        reason = taken(reason)
        if not is_plain(reason, LONGEST):
            message = f"Say why, in at most {LONGEST} characters."
            raise Refusal("translation.reason", message, [Finding.error("translation.reason", message, "/reason")])

        def chosen(seen: SheetSource, known: Mapping[str, TranslationString]) -> list[_Item]:
            found = [known[one.id] for one in strings]
            _refuse_each(
                "translation.not_approved", "What is not approved cannot be reopened.",
                ((index, one) for index, one in enumerate(found) if one.approved_at is None), kind="conflict",
            )  # fmt: skip
            return [_item(seen, one, one.translation) for one in found]

        return self._step("reopened", template, language, version, strings, actor, chosen, reason)

    def take(
        self, template: str, language: str, data: bytes, *, actor: Actor, name: str = "the file",
        format: ExchangeFormat | None = None, version: int | None = None,
    ) -> Imported:  # fmt: skip
        """Take a translator's file: what differs becomes drafts; with one error nothing does.

        ``format`` is found out when it is not given. Raises ``Refusal``: ``translation.broken``,
        ``translation.language``, ``translation.plural``, ``translation.unsound`` naming each entry.
        """
        actor.require("translate")
        kind = format or ("xliff" if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else "po")
        received = xliff.read(data, name) if kind == "xliff" else po.read(data, name, language)
        entries = matched(received, language, name)
        with self._means.store.database.writing() as session:
            audit.hold(session)
            seen = look(self._means, session, template, language, version)
            strings = {one.id: one for one in seen.sheet().strings}
            report, items = _sorted_out(seen, strings, entries)
            self._record(session, "saved", seen, items, actor, detail={"file": name[:200], "format": kind})
        return report

    def update_catalogs(self, languages: Iterable[str] = ()) -> tuple[CatalogUpdate, ...]:
        """Bring the catalog files of the installation to its wording; what changed in each.

        ``languages`` are the town's; without them those that have catalogs, and for the town's own wording those that
        its letters are in. Raises ``Refusal``: ``language.unknown``, ``translation.folder`` (kind ``setup``).
        """
        asked, layers = tuple(languages), self._means.path.layers
        packs = [edition.pack for edition in self._means.editions]
        spoken = {one.tag: one.letters for pack in packs for one in pack.languages if one.tag != "en"}
        own = {pack.key: [tag for tag, letters in spoken.items() if letters] for pack in packs}
        for tag in asked:
            if tag not in spoken:
                raise Refusal("language.unknown", f"“{tag}” is not a language of the town.", kind="missing")
        found: list[CatalogUpdate] = []
        for layer in layers:
            try:
                found += updating.refresh(layer.folder, asked, own.get(layer.key, ()))
            except OSError as error:
                message = f"The catalogs in {layer.folder / 'locales'} cannot be written: {error.strerror}."
                raise Refusal("translation.folder", message, kind="setup") from None
        return tuple(found)

    def _step(
        self, kind: RenditionKind, template: str, language: str, version: int | None,
        asked: Sequence[Draft | StringSeen],
        actor: Actor, chosen: Callable[[SheetSource, Mapping[str, TranslationString]], list[_Item]], reason: str = "",
    ) -> TranslationSheet:  # fmt: skip
        if len(asked) > MOST:
            raise Refusal("translation.size", f"At most {MOST} strings go in one request.", kind="too-large")
        with self._means.store.database.writing() as session:
            audit.hold(session)  # what is looked at here holds until it is decided
            seen = look(self._means, session, template, language, version)
            strings = {one.id: one for one in seen.sheet().strings}
            _refuse_ids(asked, strings, template, seen.version.number)
            items = chosen(seen, strings)
            self._record(session, kind, seen, items, actor, reason=reason)
        return self.sheet(template, language, seen.version.number)

    def _record(
        self, session: Session, kind: RenditionKind, seen: SheetSource, items: Sequence[_Item], actor: Actor, *,
        reason: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        told = {**(detail or {}), **({"via": actor.via} if actor.via is not None else {})}
        translated.add(
            session, kind, items, language=seen.language, template=seen.version.template, number=seen.version.number,
            actor=actor.name, at=self._means.clock(), reason=reason, detail=told,
        )  # fmt: skip

    def _refuse_approver(self, actor: Actor) -> None:
        if actor.account is None:
            message = "Approving a translation takes a person: an account, or an API key that acts for one."
            raise Refusal("approval.person", message, kind="forbidden")
        actor.require("approve_translations")


def _entry(one: TranslationString) -> TranslationUnit:
    approved = ""
    if one.state == "approved" and one.approved_at is not None:
        approved = f"Approved by {one.approved_by} on {one.approved_at.date()}."
    guess = () if one.translation else one.suggestion or one.was_translation
    comments = (f"Approved and in use: {' / '.join(one.in_use)}",) if one.approved_at and not approved else ()
    return TranslationUnit(
        one.id, one.english, one.plural, one.translation or guess, bool(guess), approved, one.was,
        (one.place.rpartition(":")[0],), one.paths, comments,
    )  # fmt: skip


def _even(forms: Iterable[str]) -> tuple[str, ...]:
    """Translations as they are kept: NFC, line ends as everywhere."""
    return tuple(unicodedata.normalize("NFC", form.replace("\r\n", "\n").replace("\r", "\n")) for form in forms)


def _item(seen: SheetSource, one: TranslationString, forms: tuple[str, ...]) -> _Item:
    sentence = seen.sentences[one.id]
    return catalog_of(seen.bundle, sentence), sentence, forms, one.was


def _errors(seen: SheetSource, one: TranslationString, forms: tuple[str, ...]) -> Iterable[Finding]:
    if not any(form.strip() for form in forms):
        return [Finding.error("translation.empty", "is empty")]
    if any(len(form) > LONGEST for form in forms):
        return [Finding.error("translation.size", f"has more than {LONGEST} characters")]
    found = examine(one.english, one.plural, forms, seen.expected())
    return [one for one in found if one.severity == "error"]


def _refuse_unsound(problems: Sequence[Finding]) -> None:
    if problems:
        message = f"{things_are(problems)} wrong with the translation. Nothing was kept of it."
        raise Refusal("translation.unsound", message, problems)


def _refuse_each(
    code: str, message: str, found: Iterable[tuple[int, TranslationString]], *, kind: str = "input"
) -> None:
    problems = [
        Finding.error(code, f"“{one.english[:60]}” is {one.state}", f"/strings/{index}") for index, one in found
    ]
    if problems:
        raise Refusal(code, message, problems, kind=kind)


def _refuse_ids(
    asked: Sequence[Draft | StringSeen], strings: Mapping[str, TranslationString], template: str, number: int
) -> None:
    unknown = [
        Finding.error("translation.unknown", f"there is no string {one.id[:64]}", f"/strings/{index}")
        for index, one in enumerate(asked)
        if one.id not in strings or any(other.id == one.id for other in asked[:index])
    ]
    if unknown:
        message = f"{template} version {number} has no such string, or it is named twice."
        raise Refusal("translation.unknown", message, unknown)
    changed = [
        Finding.error("translation.changed", f"“{strings[one.id].english[:60]}” has changed", f"/strings/{index}")
        for index, one in enumerate(asked)
        if one.seen is not None and one.seen != strings[one.id].etag
    ]
    if changed:
        message = "Somebody has changed a translation since you read it. Nothing was kept; look at it again."
        raise Refusal("translation.changed", message, changed, kind="conflict")


def _sorted_out(
    seen: SheetSource, strings: Mapping[str, TranslationString], entries: Iterable[TakenString]
) -> tuple[Imported, list[_Item]]:
    """What becomes of each entry of a file; refuses the file when one of them is unsound."""
    saved: dict[str, _Item] = {}
    same, doubtful, foreign, empty = 0, list[str](), list[str](), list[str]()
    problems: list[Finding] = []
    # By way of PO, a language with one form comes back with the English for many alone.
    for_many = {one.plural: one for one in strings.values() if one.plural is not None}
    for entry in entries:
        english = entry.sources[0] if entry.sources else ""
        one = strings.get(entry.id) or (for_many.get(english) if set(entry.sources) == {english} else None)
        if one is None or not set(entry.sources) <= {one.english, one.plural}:
            foreign.append(english)
            continue
        if not entry.forms:
            empty.append(english)
            continue
        if entry.doubtful:
            doubtful.append(english)
            continue
        forms = _even(entry.forms)
        found = _errors(seen, one, forms)
        problems += [
            replace(p, message=f"{seen.language}, “{english[:60]}” ({one.id[:12]}): {p.message}", place=entry.place)
            for p in found
        ]
        if forms == one.translation:
            same += 1
        else:
            saved[one.id] = _item(seen, one, forms)
    _refuse_unsound(problems)
    report = Imported(tuple(saved), same, tuple(doubtful), tuple(foreign), tuple(empty))
    return report, list(saved.values())
