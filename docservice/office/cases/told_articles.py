"""Article numbers that events tell of: each is one envelope's, whoever tells it, and never another's.

Two papers may lie in one envelope: to one party, mailed on one day. What an event used is given back when that event is
corrected or taken back. Of a letter that bears a number, certified mail went under it where the event names none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from docservice.casefile.article_numbers import article_digits, grouped
from docservice.casefile.record import CaseRecord
from docservice.finding import Finding
from docservice.refusal import Refusal, things_are
from docservice.storage.articles import (
    Article,
    ArticleState,
    add_articles,
    change_article,
    forget_article,
    known_articles,
)
from docservice.storage.models import CaseEventRow

TOLD = "told"
"""The batch of numbers that were never in stock: labels from the counter, another system's."""


@dataclass(frozen=True, slots=True)
class MailedPiece:
    """What went into the mail under an article number."""

    case: str
    party: str
    on: str


def put_to_use(
    session: Session,
    record: CaseRecord,
    case: str,
    event: CaseEventRow,
    corrected: CaseEventRow | None,
    *,
    at: datetime,
) -> None:
    """Mark the article numbers of an event as mailed; those of the event that it corrects are given back.

    Raises ``Refusal("event.contradicts")`` for a number that is another envelope's.
    """
    problems = list(_used_twice(session, record, case, event, corrected))
    if problems:
        message = f"{things_are(problems)} wrong with the event, by what is on record."
        raise Refusal("event.contradicts", message, problems)
    if corrected is not None:
        given = dict.fromkeys((*_digits(corrected), *dict(_unsaid(corrected, record))))
        for digits, one in known_articles(session, list(given)).items():
            if one.used_for is None or json.loads(one.used_for)["event"] != corrected.position:
                continue
            if one.batch == TOLD:
                forget_article(session, digits)
            else:
                state: ArticleState = "printed" if one.document is not None else "free"
                change_article(session, digits, state, at=at, used_for=None)
    told = dict(_unsaid(event, record)) | {digits: on for _, digits, _, on in _told(event)}
    known = known_articles(session, list(told))
    add_articles(session, [one for one in told if one not in known], batch=TOLD, at=at, actor=event.actor)
    for digits, on in told.items():
        if digits not in known or known[digits].used_for is None:
            envelope = asdict(MailedPiece(case, str(event.data.get("party")), on))
            used_for = json.dumps({"event": event.position, "envelope": envelope}, ensure_ascii=False)
            change_article(session, digits, "mailed", at=at, used_for=used_for)


def _used_twice(
    session: Session, record: CaseRecord, case: str, event: CaseEventRow, corrected: CaseEventRow | None
) -> Iterator[Finding]:
    """Why article numbers of an event cannot be those of its envelopes; ``corrected`` is the event that it corrects."""
    before = dict.fromkeys(_digits(corrected)) if corrected is not None else {}
    papers = {paper.number: paper for paper in record.documents}
    paper = papers.get(event.subject)
    seen: set[str] = set()
    told = list(_told(event))
    known = known_articles(session, [digits for _, digits, _, _ in told])
    for place, digits, method, on in told:
        one, envelope = known.get(digits), MailedPiece(case, str(event.data.get("party")), on)
        if digits in seen:
            yield Finding.error("article.used", "Two envelopes cannot have one article number.", place)
        elif paper is not None and paper.article and method == "certified_mail" and digits != paper.article:
            message = f"{paper.number} bears {grouped(paper.article)}; that is the number of its envelope."
            yield Finding.error("article.differs", message, place)
        elif one is not None and digits not in before:
            other = papers.get(one.document or "")
            enclosed = other is not None and other.recipient == envelope.party
            own = paper is not None and one.document == (paper.original or paper.number)
            why = _why_not(one, envelope, fits=own or enclosed)
            if why is not None:
                yield Finding.error("article.used", f"The article number {grouped(digits)} {why}.", place)
        seen.add(digits)


def _why_not(one: Article, envelope: MailedPiece, *, fits: bool) -> str | None:
    if one.state == "spoiled":
        return f"was spoiled: {one.why}"
    if one.used_for is not None:
        used = json.loads(one.used_for)
        if used["envelope"] == asdict(envelope):
            return None
        return f"is used already, in case {used['envelope']['case']} on {used['envelope']['on']}"
    if one.document is not None and not fits:
        return f"is printed on {one.document}"
    return "is being printed on a letter at this moment" if one.state == "reserved" else None


def _digits(event: CaseEventRow) -> Iterator[str]:
    return (digits for _, digits, _, _ in _told(event))


def _told(event: CaseEventRow) -> Iterator[tuple[str, str, object, str]]:
    """Each article number in an event: its place, its digits, the method, the day of mailing."""
    data: Mapping[str, Any] = event.data
    if event.type == "served" and data.get("article_number"):
        yield "/data/article_number", article_digits(data["article_number"]), data.get("method"), event.on.isoformat()
    for index, leg in enumerate(data.get("legs", ()) if event.type == "attempted" else ()):
        if leg.get("article_number"):
            place, on = f"/data/legs/{index}/article_number", leg.get("on") or event.on.isoformat()
            yield place, article_digits(leg["article_number"]), leg.get("method"), on


def _unsaid(event: CaseEventRow, record: CaseRecord) -> Iterator[tuple[str, str]]:
    """The article number that a paper bears, and the day, of certified mail of which the event says no number: it went
    under that one (``casefile.envelopes``)."""
    data: Mapping[str, Any] = event.data
    paper = next((one for one in record.documents if one.number == event.subject), None)
    if paper is None or paper.article is None or data.get("party") != paper.recipient:
        return
    legs = {"served": (data,), "attempted": data.get("legs", ())}.get(event.type, ())
    for leg in legs:
        if leg.get("method") == "certified_mail" and not leg.get("article_number"):
            yield paper.article, leg.get("on") or event.on.isoformat()
