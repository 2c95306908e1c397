"""What the tests of reviews share: people, and a letter with another word in it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from docservice import shipped
from docservice.correspondence import Office
from docservice.correspondence.proposing import Proposal
from docservice.correspondence.roles import Actor

NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)  # noon where the town is
TODAY = date(2026, 6, 1)
KEY = "courtesy-letter"
FOLDER = shipped.folder("templates") / "letters" / KEY
PEOPLE = {
    "cora": ("staff",),
    "rae": ("reviewer",),
    "ada": ("approver",),
    "ian": ("approver", "staff"),
    "tia": ("translator",),
    "max": ("administrator",),
    "req": ("requester",),
}


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
