"""What documents are found by: number, case, name, address and code, folded, in a narrow table beside the records.

The table is no record. It is written with a document, and what is missing in it (documents of earlier releases) is
made from the casefiles in the archive, little by little.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from docservice.refusal import Refusal
from docservice.storage.folding import fold
from docservice.storage.models import DocumentIndexRow, DocumentRow

if TYPE_CHECKING:
    from docservice.office.means.means import Means

log = logging.getLogger("docservice.documents")

_AT_ONCE = 100


def entry(row: DocumentRow, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of a document, as a row of ``DocumentIndexRow``; ``facts`` is its casefile as JSON."""
    texts = [row.number, row.case_number, row.recipient_name, row.verify_code, *_addressed(facts, row.recipient)]
    words = "\n".join(fold(text) for text in texts if text)
    return {"position": row.position, "name": fold(row.recipient_name), "words": words, "whole": True}


def _addressed(facts: Mapping[str, Any], recipient: str | None) -> Iterator[str]:
    """Whom and where a document is about: the site, and the recipient's names and address."""
    site = facts.get("property") or {}
    yield from (str(site.get(name) or "") for name in ("situs", "city_line", "apn"))
    for party in facts.get("parties") or ():
        if party.get("id") == recipient:
            yield from (str(party["name"].get(name) or "") for name in ("text", "latin"))
            yield from (str(party.get(name) or "") for name in ("unit", "attention", "agent"))
            yield from map(str, (party.get("address") or {}).get("lines") or ())


def matching(query: str) -> list[Any]:
    """Conditions on ``DocumentIndexRow``: each word of ``query`` is a part of what the document is found by.

    A code that was printed in groups is found with its hyphens, and without.
    """
    found = []
    for word in fold(query).split():
        joined = "".join(character for character in word if character.isalnum())
        ways = [DocumentIndexRow.words.contains(way, autoescape=True) for way in dict.fromkeys((word, joined)) if way]
        found.append(or_(*ways))
    return found


def named(name: str) -> list[Any]:
    """Conditions: each word of ``name`` is a part of the recipient's name."""
    return [DocumentIndexRow.name.contains(word, autoescape=True) for word in fold(name).split()]


def fill(means: Means, seconds: float) -> int:
    """Make entries that are missing, the newest first, for so long; returns how many were made."""
    until, made = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        with means.store.database.reading() as session:
            query = (
                select(DocumentRow).outerjoin(DocumentIndexRow, DocumentIndexRow.position == DocumentRow.position)
                .where(DocumentIndexRow.whole.is_not(True)).order_by(DocumentRow.position.desc()).limit(_AT_ONCE)
            )  # fmt: skip
            rows = list(session.scalars(query))
        if not rows:
            break
        entries = [entry(row, _facts(means, row)) for row in rows]
        with means.store.database.writing() as session:
            for one in entries:
                session.merge(DocumentIndexRow(**one))
        made += len(rows)
    if made:
        log.info("%d documents were put into the index", made)
    return made


def _facts(means: Means, row: DocumentRow) -> Mapping[str, Any]:
    try:
        found = json.loads(means.store.blobs.read(row.casefile_sha256))
    except (Refusal, OSError, ValueError) as problem:
        log.warning("the casefile of %s cannot be read: %s", row.number, problem)
        return {}
    return found if isinstance(found, dict) else {}
