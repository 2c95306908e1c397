"""Article numbers for letters that go out by certified mail: taken with their own numbers, before they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means.means import Prepared
from docservice.pipeline.mail_classes import is_certified
from docservice.refusal import Refusal
from docservice.storage.articles import reserve_articles


def articles_for(
    session: Session, letters: Sequence[Prepared], *, holder: str, at: datetime
) -> Mapping[int, str | Refusal]:
    """Place in ``letters`` → its article number, or why there is none, for those that need one."""
    places = [place for place, letter in enumerate(letters) if is_certified(letter.task.mailing)]
    numbers = reserve_articles(session, len(places), holder=holder, at=at) if places else []
    return {place: numbers[at] if at < len(numbers) else _none_left() for at, place in enumerate(places)}


def _none_left() -> Refusal:
    message = (
        "No article number is left for certified mail. Add more (docservice articles add), "
        "or choose another class of mail. Nothing was issued."
    )
    return Refusal("article.none_left", message, [Finding.error("article.none_left", message, "/mailing")])
