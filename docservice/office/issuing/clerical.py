"""A clerical correction changes no date, amount, section, person or site: both texts are held side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import html as html_reader
from sqlalchemy import select

from docservice.finding import Finding
from docservice.office.issuing.making import MadeSet
from docservice.office.issuing.reproducing import html_on_record
from docservice.office.means import dates_on_record
from docservice.office.means.means import Means, Prepared
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_AMOUNT = re.compile(r"\$ ?\d[\d,]*(?:\.\d+)?|\b\d[\d,]*(?:\.\d+)? dollars?\b", re.IGNORECASE)
_DAY = re.compile(rf"\b(?:{_MONTH}) \d{{1,2}}(?:, \d{{4}})?\b|\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b")
_OWN = ("supersedes", "printing", "identification", "sent-to", "verify")


def refuse_more(means: Means, letter: Prepared, made: MadeSet) -> None:
    """Raise ``Refusal("correction.not_clerical")`` (kind ``conflict``), with each place, when a clerical correction
    changes more than words."""
    if letter.correction != "clerical":
        return
    with means.store.database.reading() as session:
        old = session.scalars(select(DocumentRow).where(DocumentRow.id == letter.replaces)).one()
    product = made[0][1]
    was = {one["name"]: one["date"] for one in dates_on_record.dates_of(means, old)}
    now = {one["name"]: one["date"] for one in product.dates}
    problems = [
        _problem(f"the date {name}", was.get(name), now.get(name), f"dates/{name}")
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]
    before, after = _stated(html_on_record(means, old), old.issued_on), _stated(product.html, letter.task.on)
    for what in before:
        if before[what] != after[what]:
            gone = [one for one in before[what] if one not in after[what]]
            new = [one for one in after[what] if one not in before[what]]
            problems.append(_problem(what, ", ".join(gone) or None, ", ".join(new) or None, f"text/{what}"))
    if problems:
        message = f"That is no clerical correction of {old.number}: {problems[0].message} Correct it as substantive."
        raise Refusal("correction.not_clerical", message, problems, kind="conflict")


def _problem(what: str, was: str | None, now: str | None, place: str) -> Finding:
    return Finding.error(
        "correction.not_clerical", f"{what} was {was or 'not there'} and is {now or 'no longer there'}.", place
    )  # fmt: skip


def _stated(text: str, on: date) -> dict[str, list[str]]:
    """What a text states: amounts, days, sections, persons and the site, each in order."""
    root: Any = html_reader.fromstring(text)
    for block in [one for one in root.iter() if one.get("data-block") in _OWN]:
        block.drop_tree()
    return {
        "amount": [*(one.get("value") or "" for one in root.iter("data")), *_AMOUNT.findall(_told(root))],
        "day": [*sorted({*_days(root)} - {on.isoformat()}), *_DAY.findall(_told(root))],
        "section": [_said(one) for one in root.iter() if one.get("data-part") == "section"],
        "person": sorted(set(_people(root))),
        "site": sorted(set(_site(root))),
    }


def _told(root: Any) -> str:
    """What the facts say in words of their own, in which nothing is marked."""
    return "\n".join(_said(one) for one in root.iter("bdi") if one.get("data-fact"))


def _said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _days(root: Any) -> Iterator[str]:
    for one in root.iter("time"):
        if not one.get("data-deadline"):  # those are compared by their names
            yield one.get("datetime") or ""


def _people(root: Any) -> Iterator[str]:
    for one in root.iter("bdi"):
        place = (one.get("data-fact") or "").split("/")
        if place[1:2] == ["parties"] and place[3:4] == ["name"]:
            yield _said(one)


def _site(root: Any) -> Iterator[str]:
    for one in root.iter("bdi"):
        if (one.get("data-fact") or "").split("/")[1:2] == ["property"]:
            yield _said(one)
