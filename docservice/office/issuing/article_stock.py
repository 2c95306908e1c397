"""The office's stock of article numbers for certified mail: taken in, looked at, and spoiled by a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from docservice.casefile.article_numbers import article_digits, article_fault, grouped
from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.refusal import Refusal, things_are
from docservice.storage import audit
from docservice.storage.articles import (
    Article,
    ArticleState,
    add_articles,
    change_article,
    counted_articles,
    known_articles,
    listed_articles,
)
from docservice.text import is_plain

MOST = 10_000  # numbers at once
_SEPARATORS = re.compile(r"[\n\r,;\t]+")


class ArticleStock:
    """The article numbers that the office has, has used, or has spoiled. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def add(self, numbers: Sequence[str], *, batch: str, actor: str) -> int:
        """Take numbers in, all or none; they are used in this order. How many.

        Raises ``Refusal("article.invalid")`` with each that is wrong, there twice or known, at ``/numbers/3``.
        """
        if not is_plain(batch, 100):
            message = "Name the roll or file that the numbers came in, in at most 100 characters."
            raise Refusal("article.invalid", message, [Finding.error("article.batch", message, "/batch")])
        if not 0 < len(numbers) <= MOST:
            message = f"Give 1 to {MOST} numbers."
            raise Refusal("article.invalid", message, [Finding.error("article.count", message, "/numbers")])
        digits = [article_digits(one) for one in numbers]
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            audit.hold(session)
            known = known_articles(session, digits)
            problems = list(_problems(digits, known))
            if problems:
                message = f"{things_are(problems)} wrong with the article numbers. None was taken in."
                raise Refusal("article.invalid", message, problems)
            add_articles(session, digits, batch=batch, at=at, actor=actor)
            detail = {"batch": batch, "count": len(digits), "first": digits[0], "last": digits[-1]}
            audit.record(session, at=at, actor=actor, action="articles.added", subject="articles", detail=detail)
        return len(digits)

    def listed(
        self, *, state: ArticleState | None = None, batch: str | None = None, limit: int = 1000
    ) -> tuple[Article, ...]:
        """The numbers, the newest first."""
        with self._means.store.database.reading() as session:
            return tuple(listed_articles(session, state=state, batch=batch, limit=limit))

    def counts(self) -> Mapping[ArticleState, int]:
        """How many numbers are in each state."""
        with self._means.store.database.reading() as session:
            return counted_articles(session)

    def spoil(self, number: str, *, reason: str, actor: str) -> Article:
        """Say that a number is not to be used: its label tore, its letter was never mailed. It is used never again.

        Raises ``Refusal``: ``article.unknown`` (kind ``missing``); kind ``conflict``: ``article.used`` for one that was
        mailed, ``article.spoiled``, ``article.reserved`` while a letter is made with it; ``article.reason``.
        """
        if not is_plain(reason, 1000):
            message = "Say why, in at most 1000 characters."
            raise Refusal("article.reason", message, [Finding.error("article.reason", message, "/reason")])
        digits, at = article_digits(number), self._means.clock()
        with self._means.store.database.writing() as session:
            audit.hold(session)
            one = known_articles(session, [digits]).get(digits)
            if one is None:
                raise Refusal("article.unknown", f"The office never had the article number {number}.", kind="missing")
            code, why = _STANDS.get(one.state, ("", ""))
            if code:
                raise Refusal(code, f"The article number {grouped(digits)} {why}.", kind="conflict")
            change_article(session, digits, "spoiled", at=at, why=reason)
            detail = {"number": digits, "reason": reason, "document": one.document}
            audit.record(session, at=at, actor=actor, action="article.spoiled", subject="articles", detail=detail)
            return known_articles(session, [digits])[digits]


_STANDS: Mapping[str, tuple[str, str]] = {
    "mailed": ("article.used", "was mailed"),
    "spoiled": ("article.spoiled", "is spoiled already"),
    "reserved": ("article.reserved", "is held by a letter that is being made"),
}


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers in a text: one a line, or with commas between; a heading without digits is left out."""
    found = (part.strip().strip('"') for part in _SEPARATORS.split(text.removeprefix("\ufeff")))
    return tuple(part for part in found if any(map(str.isdigit, part)))


def _problems(digits: Sequence[str], known: Mapping[str, Article]) -> list[Finding]:
    problems: list[Finding] = []
    first: dict[str, int] = {}
    for index, number in enumerate(digits):
        place, fault = f"/numbers/{index}", article_fault(number)
        if fault is not None:
            problems.append(Finding.error("article.number", fault, place))
        elif number in first:
            message = f"{grouped(number)} is there already, at /numbers/{first[number]}."
            problems.append(Finding.error("article.twice", message, place))
        elif number in known:
            message = f"The office has {grouped(number)} already ({known[number].state}, batch {known[number].batch})."
            problems.append(Finding.error("article.used", message, place))
        first.setdefault(number, index)
    return problems
