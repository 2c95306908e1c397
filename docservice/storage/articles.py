"""Article numbers of certified mail: taken from what the office has, each used once and never again.

A number is printed on the letter, so it is reserved before the letter is rendered, by the same holder as the letter's
own number (``storage.holding``). What is refused, or was held by a process that died, is free again; what was printed
is not, also when it never went out: then somebody says that it is spoiled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from docservice.storage.holding import HolderLostError
from docservice.storage.models import ArticleRow, DocumentRow, HolderRow

ArticleState = Literal["free", "reserved", "printed", "mailed", "spoiled"]
ARTICLE_STATES: tuple[ArticleState, ...] = get_args(ArticleState)

_ARTICLE = ArticleRow.__table__.c
_LIVING = select(HolderRow.id).where(HolderRow.lost_at.is_(None))
_LOST = and_(_ARTICLE.state == "reserved", or_(_ARTICLE.holder.is_(None), _ARTICLE.holder.not_in(_LIVING)))
_FREE = or_(_ARTICLE.state == "free", _LOST)


@dataclass(frozen=True, slots=True)
class Article:
    """An article number, and what became of it. ``document`` is the number of the document that it is printed on."""

    number: str
    batch: str
    state: ArticleState
    document: str | None
    used_for: str | None
    why: str | None
    added_at: datetime
    added_by: str
    state_at: datetime


def reserve_articles(session: Session, count: int, *, holder: str, at: datetime) -> list[str]:
    """As many free numbers as there are, at most ``count``, for ``holder``; the oldest first."""
    wanted = select(_ARTICLE.number).where(_FREE).order_by(_ARTICLE.position).limit(count)
    found = list(session.scalars(wanted.with_for_update(skip_locked=True)))
    if found:
        held = {"state": "reserved", "holder": holder, "state_at": at}
        session.execute(update(ArticleRow).where(ArticleRow.number.in_(found)).values(held))
    return found


def use_articles(session: Session, used: Mapping[str, str], *, holder: str, at: datetime) -> None:
    """These numbers are printed: number → id of the document. Raises ``HolderLostError``."""
    for number, document in used.items():
        mine = update(ArticleRow).where(ArticleRow.number == number, ArticleRow.holder == holder)
        values = {"state": "printed", "holder": None, "document_id": document, "state_at": at}
        if session.execute(mine.values(values)).rowcount != 1:  # type: ignore[attr-defined]
            raise HolderLostError


def release_articles(session: Session, holder: str, numbers: Sequence[str] | None = None, *, at: datetime) -> None:
    """Let go of what ``holder`` has reserved and not used: ``numbers``, or all of it."""
    mine = update(ArticleRow).where(ArticleRow.holder == holder)
    if numbers is not None:
        mine = mine.where(ArticleRow.number.in_(numbers))
    session.execute(mine.values(state="free", holder=None, state_at=at))


def any_articles_lost(session: Session) -> bool:
    """Whether a number is held by a process that cannot keep it."""
    return session.scalar(select(_ARTICLE.number).where(_LOST).limit(1)) is not None


def settle_articles(session: Session, at: datetime) -> None:
    """Free what is held by nobody any more."""
    lost = select(_ARTICLE.number).where(_LOST).with_for_update(skip_locked=True)
    numbers = list(session.scalars(lost))
    if numbers:
        freed = update(ArticleRow).where(ArticleRow.number.in_(numbers))
        session.execute(freed.values(state="free", holder=None, state_at=at))


def add_articles(session: Session, numbers: Sequence[str], *, batch: str, at: datetime, actor: str) -> None:
    """Take these digits in, in their order. The caller has seen that they are new, and holds the audit trail."""
    last = session.scalar(select(func.max(ArticleRow.position))) or 0
    session.add_all(
        ArticleRow(
            number=number, position=last + place, batch=batch, state="free", added_at=at, added_by=actor, state_at=at
        )
        for place, number in enumerate(numbers, start=1)
    )  # fmt: skip
    session.flush()


def known_articles(session: Session, numbers: Sequence[str]) -> dict[str, Article]:
    """Those of these digits that the office has had, by number."""
    found: dict[str, Article] = {}
    for first in range(0, len(numbers), 500):  # databases bind only so many values at once
        these = _listing().where(ArticleRow.number.in_(numbers[first : first + 500]))
        found |= {row.number: _article(row, document) for row, document in session.execute(these)}
    return found


def listed_articles(
    session: Session, *, state: ArticleState | None = None, batch: str | None = None, limit: int = 1000
) -> list[Article]:
    """The numbers that the office has had, the newest first."""
    query = _listing().order_by(ArticleRow.position.desc()).limit(limit)
    if state is not None:
        query = query.where(ArticleRow.state == state)
    if batch is not None:
        query = query.where(ArticleRow.batch == batch)
    return [_article(row, document) for row, document in session.execute(query)]


def counted_articles(session: Session) -> dict[ArticleState, int]:
    """How many numbers are in each state."""
    rows = session.execute(select(ArticleRow.state, func.count()).group_by(ArticleRow.state))
    counted = dict(rows.all())
    return {state: counted.get(state, 0) for state in ARTICLE_STATES}


def change_article(session: Session, number: str, state: ArticleState, *, at: datetime, **more: Any) -> None:
    """Put one number into another state; ``more`` are columns that go with it."""
    values = {"state": state, "holder": None, "state_at": at, **more}
    session.execute(update(ArticleRow).where(ArticleRow.number == number).values(values))


def forget_article(session: Session, number: str) -> None:
    """A number that was never the office's, and was told by mistake, is as if it had not been told."""
    session.execute(delete(ArticleRow).where(ArticleRow.number == number))


def _listing() -> Select[Any]:
    found: Select[Any] = select(ArticleRow, DocumentRow.number)  # type: ignore[assignment]
    return found.outerjoin(DocumentRow, DocumentRow.id == ArticleRow.document_id)


def _article(row: ArticleRow, document: str | None) -> Article:
    state: ArticleState = row.state  # type: ignore[assignment]  # held by the table's check
    return Article(
        row.number, row.batch, state, document, row.used_for, row.why, row.added_at, row.added_by, row.state_at
    )
