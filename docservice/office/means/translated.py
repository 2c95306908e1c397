"""What people did to translations, on record: saved, approved, reopened. Entries are added and never changed.

An approval names the exact English (``message``) and repeats the exact translation, and the audit trail seals both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from docservice.storage import audit
from docservice.storage.models import TranslationRow
from docservice.wording.catalog.renditions import RenditionEntry, RenditionKind
from docservice.wording.messages import Sentence
from docservice.wording.plurals import plural_rule, recast

_ENTRY = TranslationRow.__table__.c
_MARKS = select(_ENTRY.catalog, _ENTRY.language, func.max(_ENTRY.position)).group_by(_ENTRY.catalog, _ENTRY.language)
_MARKS_OF = _MARKS.where(  # asked for with every handout and letter in another language: put together once
    _ENTRY.catalog.in_(bindparam("catalogs", expanding=True)), _ENTRY.language == bindparam("in_language")
)


def marks(
    session: Session, catalogs: Sequence[str] | None = None, language: str | None = None
) -> dict[tuple[str, str], int]:
    """The position of the last entry of each (catalog, language): what was computed from them holds until it moves.

    Of all, or of these ``catalogs`` in one ``language``, which is quick however much was done.
    """
    session.flush()
    if catalogs is not None and language is not None:
        found = session.execute(_MARKS_OF, {"catalogs": list(catalogs), "in_language": language})
    else:
        found = session.execute(_MARKS)
    return {(catalog, tag): position for catalog, tag, position in found}


def entries(session: Session, catalogs: Sequence[str], language: str) -> tuple[RenditionEntry, ...]:
    """Everything done to the translations of these catalogs into a language, in order."""
    query = (
        select(TranslationRow)
        .where(TranslationRow.language == language, TranslationRow.catalog.in_(catalogs))
        .order_by(TranslationRow.position)
    )
    return tuple(entry for row in session.scalars(query) if (entry := _entry(row)) is not None)


def add(
    session: Session,
    kind: RenditionKind,
    items: Sequence[tuple[str, Sentence, tuple[str, ...], str | None]],
    *,
    language: str,
    template: str,
    number: int,
    actor: str,
    at: datetime,
    reason: str = "",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add an entry for each (catalog, English, translation, earlier English), and one line to the audit trail.

    In the caller's transaction, which holds the audit chain. ``template`` and ``number``: the version looked at.
    """
    if not items:
        return
    position = session.scalar(select(func.max(TranslationRow.position))) or 0
    for catalog, sentence, forms, was in items:
        position += 1
        session.add(
            TranslationRow(
                position=position, catalog=catalog, language=language, message=sentence.id, kind=kind,
                text=sentence.text, plural=sentence.plural, was=was, forms=list(forms), template=template,
                number=number, reason=reason, author=actor, created_at=at,
                counted=plural_rule(language).expression if sentence.plural is not None else None,
            )
        )  # fmt: skip
    session.flush()
    told = {
        "language": language,
        "strings": {sentence.id: seal(forms) for _, sentence, forms, _ in items},
        **({"reason": reason} if reason else {}),
        **(detail or {}),
    }
    audit.record(
        session, at=at, actor=actor, action=f"translation.{kind}", subject=f"{template}/{number}", detail=told
    )  # fmt: skip


def seal(forms: Sequence[str]) -> str:
    """The SHA-256 of a translation, as the audit trail names it."""
    return hashlib.sha256(json.dumps(list(forms), ensure_ascii=False).encode()).hexdigest()


def _entry(row: TranslationRow) -> RenditionEntry | None:
    forms: tuple[str, ...] | None = tuple(row.forms)
    if row.counted is not None and forms is not None:
        # Written when the language was counted otherwise. What cannot be told from it stays on record, unused.
        forms = recast(forms, row.counted, row.language, whole=False)
    if forms is None:
        return None
    return RenditionEntry(
        row.position, row.kind, row.catalog, row.language, row.message, row.text, forms, row.author,  # type: ignore[arg-type]
        row.created_at, row.was, row.reason,
    )  # fmt: skip
