"""What approving a version for a day does: told to the approver before the button, and to other systems as data.

Nothing is rendered for it; whether the samples come out is the assessment's to say. What the approver must confirm has
an ``id``: that it undoes changes of another version, that a number is not what the town's rules say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means import languages, lifecycle, lineage, remarks
from docservice.office.means.means import Means
from docservice.office.means.remarks import Comment
from docservice.office.means.versions import VersionRecord
from docservice.office.review.confirming import ToConfirm, to_confirm
from docservice.office.review.sampling import rules
from docservice.office.review.undoing import Undoing, undoings
from docservice.office.translating.translation_sheets import wanting
from docservice.refusal import Refusal
from docservice.rendering.redline.changed_numbers import ORDER, ChangedNumber, changed_numbers
from docservice.rendering.redline.labels import entries
from docservice.wording.catalog.anchors import Found, find
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.catalog.outline import outline
from docservice.wording.catalog.standing import refuse_effective_date
from docservice.wording.redlines import Redline, redline

NUMBER_KINDS = ORDER


@dataclass(frozen=True, slots=True)
class LanguageChange:
    """A language that documents are no longer offered in from the day on, or are from then on (``starts``).

    ``sentences`` is how many need a translation, or its approval where the town asks for one; 0 for a language that the
    version does not name any more.
    """

    language: str
    starts: bool
    sentences: int
    named: bool


@dataclass(frozen=True, slots=True)
class SentBack:
    """Version ``number`` was sent back to its author, and why."""

    number: int
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawnBase:
    """Version ``number``, from which this one was made, was withdrawn, and why."""

    number: int
    by: str | None
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class OpenComment:
    """A comment on version ``number`` that nobody resolved, and where it stands in the one that is to be approved."""

    number: int
    comment: Comment
    found: Found


@dataclass(frozen=True, slots=True)
class Consequences:
    """What approving ``number`` of ``template`` for ``effective_on`` does.

    ``against`` is the version in force on that day without it, ``until`` the day from which a version scheduled later
    takes its place (``followed_by``). ``obstacle`` says why that day cannot be taken as it is (``obstacle_code``).
    ``changes`` are sentences, in the order of the wording; ``numbers`` are those of them that change a number.
    ``wrong_numbers`` are those that the town's rules know otherwise. ``to_confirm``: without which it is not approved.
    """

    template: str
    number: int
    sha256: str
    effective_on: date
    against: int | None
    followed_by: int | None
    until: date | None
    obstacle: str
    obstacle_code: str
    numbers: tuple[ChangedNumber, ...]
    changes: tuple[str, ...]
    undoes: tuple[Undoing, ...]
    languages: tuple[LanguageChange, ...]
    open_comments: tuple[OpenComment, ...]
    sent_back: tuple[SentBack, ...]
    withdrawn_bases: tuple[WithdrawnBase, ...]
    wrong_numbers: tuple[Finding, ...]
    to_confirm: tuple[ToConfirm, ...]


def consequences(
    means: Means, listed: tuple[VersionRecord, ...], version: VersionRecord, effective_on: date
) -> Consequences:  # fmt: skip
    """What approving ``version``, one of ``listed`` of its template, for a day would do."""
    before, after = lineage.neighbours(listed, version.number, effective_on)
    undoes, wrong = _undone(means, listed, version, effective_on), _wrong_numbers(means, listed, version, effective_on)
    obstacle = _obstacle(means, listed, version, effective_on)
    made = _redline(means, listed, before, version)
    with means.store.database.reading() as session:
        spoken = _languages(means, session, listed, before, version, effective_on)
        said = {one.number: remarks.entries(session, one.template, one.number) for one in _drafts(listed, version)}
    return Consequences(
        template=version.template, number=version.number, sha256=version.sha256, effective_on=effective_on,
        against=before.number if before is not None else None,
        followed_by=after.number if after is not None else None,
        until=after.effective_on if after is not None else None,
        obstacle=obstacle.message if obstacle is not None else "",
        obstacle_code=obstacle.code if obstacle is not None else "",
        numbers=changed_numbers(made) if made is not None else (),
        changes=tuple(_sentence(one.where, one.text) for one in entries(made)) if made is not None else (),
        undoes=undoes, languages=spoken,
        open_comments=tuple(_open_comments(means, version, said)),
        sent_back=tuple(
            SentBack(number, entry.author, entry.created_at, entry.body)
            for number, listed_entries in sorted(said.items()) for entry in listed_entries if entry.kind == "sent_back"
        ),
        withdrawn_bases=tuple(_withdrawn(listed, version)), wrong_numbers=wrong,
        to_confirm=to_confirm(version, undoes, wrong),
    )  # fmt: skip


def asked(
    means: Means, listed: tuple[VersionRecord, ...], version: VersionRecord, effective_on: date
) -> tuple[ToConfirm, ...]:
    """What is to be confirmed by whoever approves a version for a day."""
    undoes, wrong = _undone(means, listed, version, effective_on), _wrong_numbers(means, listed, version, effective_on)
    return to_confirm(version, undoes, wrong)


def _undone(
    means: Means, listed: tuple[VersionRecord, ...], version: VersionRecord, effective_on: date
) -> tuple[Undoing, ...]:
    return undoings(listed, version, effective_on, lambda one: languages.whole(means, one, listed))


def _wrong_numbers(
    means: Means, listed: tuple[VersionRecord, ...], version: VersionRecord, effective_on: date
) -> tuple[Finding, ...]:
    return known_numbers(languages.whole(means, version, listed), rules(means, effective_on).pack)


def _obstacle(
    means: Means, listed: tuple[VersionRecord, ...], version: VersionRecord, effective_on: date
) -> Refusal | None:
    try:
        refuse_effective_date(
            listed, version.number, effective_on, today=means.today(), backdated=False
        )  # fmt: skip
    except Refusal as refusal:
        return refusal
    return None


def _redline(
    means: Means, listed: tuple[VersionRecord, ...], before: VersionRecord | None, version: VersionRecord
) -> Redline | None:
    if before is None:
        return None
    old, new = (languages.whole(means, one, listed) for one in (before, version))
    return redline(old, new, old_name=f"version {before.number}", new_name=f"version {version.number}")


def _sentence(where: str, text: str) -> str:
    return f"{where}: {text}" if where else text


def _languages(
    means: Means, session: Session, listed: tuple[VersionRecord, ...], before: VersionRecord | None,
    version: VersionRecord, on: date,
) -> tuple[LanguageChange, ...]:  # fmt: skip
    pack = rules(means, on).pack
    was = languages.offered(means, session, listed, before, pack) if before is not None else ("en",)
    now = languages.offered(means, session, listed, version, pack)
    named = languages.wanted(means, means.bundle(version.sha256))
    stops = [
        LanguageChange(tag, False, wanting(means, session, version, tag) if tag in named else 0, tag in named)
        for tag in was if tag not in now
    ]  # fmt: skip
    return (*stops, *(LanguageChange(tag, True, 0, True) for tag in now if tag not in was))


def _drafts(listed: tuple[VersionRecord, ...], version: VersionRecord) -> Iterable[VersionRecord]:
    return (version, *lineage.unapproved_line(listed, version.number))


def _open_comments(
    means: Means, version: VersionRecord, said: dict[int, tuple[remarks.Entry, ...]]
) -> Iterable[OpenComment]:
    paragraphs = outline(means.bundle(version.sha256)).paragraphs
    for number, listed in sorted(said.items(), reverse=True):
        for comment in remarks.comments(listed):
            if not comment.resolved:
                yield OpenComment(number, comment, find(comment.anchor, paragraphs))


def _withdrawn(listed: tuple[VersionRecord, ...], version: VersionRecord) -> Iterable[WithdrawnBase]:
    """The versions it was made from, back to the last one that was approved and still is, that were withdrawn."""
    for one in list(lineage.line(listed, version.number))[1:]:
        if one.status == "approved":
            return
        replaced = (one.withdrawn_reason or "").startswith(lifecycle.REPLACED.partition("{")[0])
        if one.status == "withdrawn" and not (replaced and one.withdrawn_by == one.author):
            yield WithdrawnBase(one.number, one.withdrawn_by, one.withdrawn_at, one.withdrawn_reason or "")
