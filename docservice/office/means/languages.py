"""In which languages a version is offered, and the bundle that documents in one of them are made from.

Languages belong to the town: a version is offered in each that the town's letters are in, once every string of it is
translated and approved, unless its head excepts the language (``not_in``). A town that takes up another language needs
no new version of the English.

A version's English is frozen; its translations are approved string by string (``wording.catalog.renditions``), before
or after. What a document is made from is again one bundle, the version's own with the translations that hold today,
and it is kept with the document: so the document can be made again whatever is approved later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from docservice.checks.translation import says_draft
from docservice.finding import Finding
from docservice.office.means import translated, versions
from docservice.office.means.versions import VersionRecord
from docservice.pipeline.pinning import PinnedPack
from docservice.refusal import Refusal
from docservice.storage.store import Store
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import renditions
from docservice.wording.catalog.renditions import CLAUSES, Frozen, Rendition
from docservice.wording.messages import Messages, ReviewState
from docservice.wording.plurals import plural_rule

Marks = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A version in one language. ``bundle`` is what documents are made from, ``review`` its least reviewed string."""

    bundle: Bundle
    review: ReviewState


class Holder(Protocol):
    """What is asked of the office's means here. ``spoken`` is where answers are kept."""

    @property
    def store(self) -> Store: ...
    @property
    def spoken(self) -> dict[object, Spoken | None]: ...
    @property
    def editions(self) -> tuple[PinnedPack, ...]: ...
    def today(self) -> date: ...
    def bundle(self, sha256: str) -> Bundle: ...


def spoken(
    means: Holder,
    session: Session,
    version: VersionRecord,
    language: str,
    listed: tuple[VersionRecord, ...] | None = None,
) -> Spoken | None:
    """The version in ``language``; None when it has no translation, or not all of one.

    ``listed`` are all versions of its template, where they have been read already.
    """
    if language == "en":
        return Spoken(means.bundle(version.sha256), "approved")
    listed = listed or versions.versions(session, version.template)
    marks = translated.marks(session, (version.template, CLAUSES), language)
    return _spoken(means, session, version, listed, language, marks)


def wanted(means: Holder, bundle: Bundle) -> tuple[str, ...]:
    """The languages besides English that a version is to be translated into: those of the town's letters, under the
    rules of today and those that are approved for later, less what its head excepts."""
    editions = means.editions
    today = max(means.today(), editions[0].pack.effective_on)
    now = max(at for at, edition in enumerate(editions) if edition.pack.effective_on <= today)
    of_town = (one for edition in editions[now:] for one in edition.pack.languages if one.letters)
    return tuple(dict.fromkeys(one.tag for one in of_town if one.tag != "en" and one.tag not in bundle.meta.not_in))


def shown_in(means: Holder, bundle: Bundle) -> tuple[str, ...]:
    """The languages that ``wanted`` names and a bundle speaks, English first: its samples are looked at in these."""
    return ("en", *(tag for tag in wanted(means, bundle) if tag in bundle.languages))


def offered(means: Holder, session: Session, listed: tuple[VersionRecord, ...], version: VersionRecord, pack: TownPack,
            marks: Marks | None = None) -> tuple[str, ...]:  # fmt: skip
    """The languages of ``version``, one of ``listed`` of its template, in which documents may go out; English first."""
    known = translated.marks(session) if marks is None else marks
    found = ["en"]
    for language in (one.tag for one in pack.languages if one.letters and one.tag != "en"):
        one = _spoken(means, session, version, listed, language, known)
        if one is not None and is_offered(pack, version, language, one):
            found.append(language)
    return tuple(found)


def is_offered(pack: TownPack, version: VersionRecord, language: str, one: Spoken) -> bool:
    """Whether a complete translation may go out: the town has letters in this language, and it is approved, or the town
    lets drafts go out and it says so."""
    known = pack.language(language)
    if known is None or not known.letters:
        return False
    if one.review == "approved":
        return True
    return pack.incomplete(language, version.document_type, version.face) == "draft-mark" and says_draft(one.bundle)


def refuse_incomplete(means: Holder, version: VersionRecord, language: str) -> None:
    """Raise ``Refusal("language.unknown")`` (kind ``missing``) saying why a version is not offered in ``language``."""
    bundle = means.bundle(version.sha256)
    title, strings = bundle.meta.title, renditions.strings_of(bundle)
    if language in bundle.meta.not_in:
        message, short = f"“{title}” is in no “{language}”: its head excepts the language.", "is excepted (not_in)"
    else:
        with means.store.database.reading() as session:
            listed = versions.versions(session, version.template)
            known = held(means, session, version, listed, language)
        lacking = [one for one in strings if not known[one.id].forms]
        short = f"{len(lacking)} of {len(strings)} sentences are not translated"
        message = f"“{title}” is not available in “{language}”: {short}, the first “{lacking[0].text[:60]}”."
    raise Refusal("language.unknown", message, [Finding.error("language.unknown", short, "/language")], kind="missing")


def known_messages(
    means: Holder, version: VersionRecord, listed: tuple[VersionRecord, ...], language: str
) -> Messages | None:
    """What a language has for some of a version's strings; None when the version is not to be translated into it."""
    bundle = means.bundle(version.sha256)
    if language not in wanted(means, bundle):
        return None
    with means.store.database.reading() as session:
        texts = renditions.known_texts(bundle, held(means, session, version, listed, language))
    return Messages(language, texts, plural_rule(language).expression)


def whole(means: Holder, version: VersionRecord, listed: tuple[VersionRecord, ...]) -> Bundle:
    """The version with every language that it can speak today."""
    bundle = means.bundle(version.sha256)
    files = dict(bundle.files)
    with means.store.database.reading() as session:
        marks = translated.marks(session)
        for language in dict.fromkeys((*wanted(means, bundle), *bundle.languages[1:])):
            one = _spoken(means, session, version, listed, language, marks)
            if one is not None:
                path = f"messages/{language}.json"
                files[path] = one.bundle.files[path]
    return bundle if files == dict(bundle.files) else Bundle.of(files)


def held(
    means: Holder, session: Session, version: VersionRecord, listed: tuple[VersionRecord, ...], language: str
) -> dict[str, Rendition]:
    """What ``language`` has for each string of a version, by message id."""
    bundle = means.bundle(version.sha256)
    done = translated.entries(session, (bundle.key, CLAUSES), language)
    return renditions.renditions(bundle, language, done, frozen(means, version, listed, language))


def frozen(
    means: Holder, version: VersionRecord, listed: tuple[VersionRecord, ...], language: str
) -> tuple[Frozen, ...]:
    """The translations frozen with versions of a template: its own first, then the latest.

    They came approved where a file said so and the version itself was approved: by whoever approved that.
    """
    others = sorted((v for v in listed if v.number != version.number), key=lambda v: -v.number)
    found = []
    for one in (version, *others):
        bundle = means.bundle(one.sha256)
        if language in bundle.languages:
            messages = bundle.messages(language)
            with_it = messages.review == "approved" and one.approved_at is not None
            found.append(
                Frozen(
                    one.number, messages, one.approver if with_it else None, one.approved_at if with_it else None
                )
            )  # fmt: skip
    return tuple(found)


_KNOWN = 2048  # half a hundred templates in fifteen languages, twice; fewer than all at once would throw out each other


def _spoken(
    means: Holder, session: Session, version: VersionRecord, listed: tuple[VersionRecord, ...], language: str,
    marks: Marks,
) -> Spoken | None:  # fmt: skip
    bundle = means.bundle(version.sha256)
    if language in bundle.meta.not_in:
        return None
    # What it depends on: the entries, and which versions have been approved.
    state = (
        version.sha256, version.number, language, marks.get((bundle.key, language)), marks.get((CLAUSES, language)),
        tuple((one.sha256, one.approved_at) for one in listed),
    )  # fmt: skip
    known = means.spoken
    if state in known:
        return known[state]
    found = renditions.spoken(bundle, language, held(means, session, version, listed, language))
    answer = Spoken(found, found.messages(language).review) if found is not None else None
    while len(known) >= _KNOWN:
        known.pop(next(iter(known)), None)
    known[state] = answer
    return answer
