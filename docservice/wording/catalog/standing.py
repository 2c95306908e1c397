"""Which version is in force on a day: arithmetic over dates, and what an effective date may be.

A version's *state* is what people decided about it (``draft``, ``in_review``, ``approved``, ``withdrawn``) and is on
record. Its *standing* is what that means on a day: an approved version is ``scheduled`` before its effective date, then
``in_force``, and ``superseded`` once a later one takes force. Nothing has to happen at midnight for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, Protocol, TypeVar

from docservice.casefile.fields import FIRST_YEAR, LAST_YEAR
from docservice.finding import Finding
from docservice.refusal import Refusal

State = Literal["draft", "in_review", "approved", "withdrawn"]
Standing = Literal["draft", "in_review", "scheduled", "in_force", "superseded", "withdrawn"]


class Dated(Protocol):
    """What the arithmetic needs to know of a version."""

    @property
    def number(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def effective_on(self) -> date | None: ...


V = TypeVar("V", bound=Dated)


def pick_in_force(versions: Iterable[V], on: date) -> V | None:
    """The version in force on ``on`` among ``versions`` of one template, or None.

    The approved one with the latest effective date not after ``on``; of two with the same date, the higher number.
    """
    candidates = [v for v in versions if v.status == "approved" and v.effective_on is not None and v.effective_on <= on]
    return max(candidates, key=lambda v: (v.effective_on, v.number), default=None)


def standing(version: Dated, versions: Iterable[Dated], on: date) -> Standing:
    """What ``version``, one of ``versions`` of its template, is on a day."""
    if version.status != "approved" or version.effective_on is None:
        return version.status  # type: ignore[return-value]
    if version.effective_on > on:
        return "scheduled"
    current = pick_in_force(versions, on)
    return "in_force" if current is not None and current.number == version.number else "superseded"


def refuse_effective_date(
    versions: Sequence[Dated], number: int, effective_on: date, *, today: date, backdated: bool
) -> None:
    """Raise ``Refusal`` when version ``number`` may not take force on ``effective_on``.

    ``template.effective_year``: no date of a document could reach it. ``template.effective_taken``: another approved
    version has that very date, so that nobody could say which holds. ``template.effective_past``: the date is past, or
    before that of the version in force, and ``backdated`` does not say that this is meant.
    """
    if not FIRST_YEAR <= effective_on.year <= LAST_YEAR:
        message = f"The year must be from {FIRST_YEAR} to {LAST_YEAR}."
        raise Refusal(
            "template.effective_year", message, [Finding.error("template.effective_year", message, "/effective_on")]
        )
    for other in versions:
        if other.number != number and other.status == "approved" and other.effective_on == effective_on:
            message = f"Version {other.number} takes force on {effective_on} already. Choose another day."
            raise Refusal(
                "template.effective_taken", message,
                [Finding.error("template.effective_taken", message, "/effective_on")], kind="conflict",
            )  # fmt: skip
    if backdated:
        return
    current = pick_in_force(versions, today)
    message = ""
    if effective_on < today:
        message = f"{effective_on} is past; documents may have gone out under other words since."
    elif current is not None and current.effective_on is not None and effective_on < current.effective_on:
        message = f"Version {current.number}, in force since {current.effective_on}, would stay in force."
    if message:
        message += " Say that this is meant (backdated), or choose another day."
        raise Refusal(
            "template.effective_past", message, [Finding.error("template.effective_past", message, "/effective_on")]
        )
