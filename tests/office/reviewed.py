"""What the tests of reviews share: an office with people, and a letter with another word in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.people.roles import Actor
from docservice.office.review.proposing import Proposal
from docservice.refusal import Refusal
from tests.homes import furnish

NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)  # noon where the town is
TODAY = date(2026, 6, 1)
KEY = "courtesy-letter"
FOLDER = shipped.folder("law") / "us" / "letters" / KEY
PEOPLE = {
    "cora": ("staff",),
    "rae": ("reviewer",),
    "ada": ("approver",),
    "ian": ("approver", "staff"),
    "tia": ("translator",),
    "max": ("administrator",),
    "req": ("requester",),
}


@contextmanager
def an_office(home: Path, fonts: Path) -> Iterator[Office]:
    """An office of its own, at noon."""
    with open_office(Settings(home=furnish(home, fonts, NOON)), clock=lambda: NOON) as opened:
        yield opened


def code(act: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    """The code with which something is refused."""
    with pytest.raises(Refusal) as refused:
        act(*arguments, **more)
    return refused.value.code


def people(office: Office) -> dict[str, Actor]:
    """An actor for each of ``PEOPLE``."""
    return {
        login: Actor.person(office.accounts.add(login, login.title(), roles, actor="cli:op"))
        for login, roles in PEOPLE.items()
    }


def wording(addition: str = "") -> dict[str, bytes]:
    """The letter with something at its end, outside any sentence that is translated."""
    text = (FOLDER / "letter.html").read_text(encoding="utf-8")
    assert "</article>" in text
    return {"letter.html": text.replace("</article>", f"{addition}</article>").encode()}


def proposal(addition: str, **more: object) -> Proposal:
    """A change of the courtesy letter in force."""
    given = {"note": f"Adds {addition}", "based_on": 1, **more}
    return Proposal(KEY, wording(addition), **given)  # type: ignore[arg-type]
