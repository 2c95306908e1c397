"""Today, the desk's first page: what is due, what waits for me, what came back, what I left; and the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.cases.due_list import DueItem, DueList
from docservice.office.means.records import DocumentRecord
from docservice.office.means.versions import VersionRecord
from docservice.office.searching import FoundThings
from docservice.office.translating.due_translations import DueTranslation
from docservice.refusal import Refusal
from docservice.web.desk import drafts
from docservice.web.desk.access import actor, allows, may, office, person, signed_in
from docservice.web.desk.words import first_name, greeting

DONE = {
    "password": "Your password is changed. Everywhere else you are signed out.",
    "kept": "You are signed in. What you typed waits in the other tab: go back there and send it.",
    "thrown": "The draft is thrown away.",
}

NOTHING = DueList(date.min, (), True)
UNDER_WAY = ("queued", "running")
AHEAD = timedelta(days=30)  # what Today shows of what is to come
MOST_ROWS = 8  # of what is to come; what is late is shown whole, up to LATE_ROWS
LATE_ROWS = 12
_READ = 100  # dates that Today looks through
_WHOLE = 200  # and the page of all
_BACK = "serve-again"  # what the service of a paper calls for when it came back (town/following.py)


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/")(home)
    blueprint.get("/search")(search)
    blueprint.get("/due")(due)
    blueprint.post("/due/calendar")(due_calendar)


@dataclass(frozen=True, slots=True)
class DueRow:
    """One line of what is due: dates of one case on one day that are the same to do, or for several people."""

    day: date
    title: str
    case: str
    property: str  # the case's title
    why: str
    late: bool
    count: int
    documents: tuple[str, ...]
    do: str


@signed_in
def home() -> str:
    """What is due, what waits for me, what came back, what I left; what is about to take force."""
    every = list(office().review.under_way()) if may("wording") else []
    me = actor().name
    waiting = [one.version for one in every if one.standing == "in_review"]
    waiting.sort(key=lambda version: version.submitted_at or version.created_at)
    asked = [version for version in waiting if version.reviewer == person().login]
    due = office().review.translations.due() if may("wording") else ()
    stops: dict[tuple[str, int], list[DueTranslation]] = {}
    for one_due in due:
        stops.setdefault((one_due.template, one_due.version), []).append(one_due)
    mine = [one for one in every if one.version.author == me and one.standing in ("draft", "in_review")]
    today = office().means.today()
    late, soon, back = _of_today(today) if may("read") else (NOTHING, NOTHING, NOTHING)
    return render_template(
        "desk/home.html",
        today=today, greeting=greeting(), name=first_name(person().name),
        late=grouped(late.items)[:LATE_ROWS], late_count=_count(late), soon=grouped(soon.items)[:MOST_ROWS],
        complete=late.complete and soon.complete, back=grouped(back.items)[:MOST_ROWS],
        drafts=drafts.mine(),
        asked=asked,
        decide=[v for v in waiting if v not in asked and office().review.why_not(v, actor()) is None],
        others=[v for v in waiting if v not in asked and office().review.why_not(v, actor()) is not None
                and v.author != me],
        mine=[(one, _sent_back(one.version), _open_comments(one.version)) for one in mine],
        coming=[one.version for one in every if one.standing == "scheduled"],
        due=due, stops=stops,
        jobs=[job for job in office().jobs.listed(last=20) if job.state in UNDER_WAY] if may("packets") else [],
        done=DONE.get(request.args.get("done", "")), case_address=case_address,
    )  # fmt: skip


@allows("read")
def search() -> BaseResponse | str:
    """What one box finds; a number or a code that is whole leads there at once."""
    query = request.args.get("q", "").strip()[:200]
    found = office().searching.find(query) if query else FoundThings()
    if found.exact:
        if found.cases:
            return redirect(case_address(found.cases[0].number), 303)
        if found.papers:
            return redirect(paper_address(found.papers[0]), 303)
    titles = office().searching.titles({paper.case for paper in found.papers if paper.case})
    return render_template("desk/search.html", query=query, found=found, titles=titles,
                           case_address=case_address, paper_address=paper_address)  # fmt: skip


@allows("read")
def due() -> str:
    """Everything that is due, the earliest first."""
    return _due_page()


def _of_today(today: date) -> tuple[DueList, DueList, DueList]:
    """What is late, what is soon, what came back."""
    listed = office().cases.due.listed
    late, soon = listed(state="late", per_page=_READ), listed(state="open", until=today + AHEAD, per_page=_READ)
    return _without(late, _BACK), _without(soon, _BACK), listed(name=_BACK, per_page=_READ)


def _without(dates: DueList, name: str) -> DueList:
    return replace(dates, items=tuple(one for one in dates.items if one.deadline.name != name))


def _count(dates: DueList) -> str:
    """How many dates, as far as they were looked through."""
    return f"{len(dates.items)}{'+' if dates.following is not None else ''}" if dates.items else ""


def _due_page(calendar: str = "") -> str:
    officer = request.args.get("officer", "")
    until = request.args.get("until", type=date.fromisoformat)
    try:
        dates = office().cases.due.listed(officer=officer or None, until=until, per_page=_WHOLE)
        items, complete, more = dates.items, dates.complete, dates.following is not None
    except Refusal as refusal:
        if refusal.code != "officer.unknown":
            raise
        items, complete, more = (), True, False
    officers = {one.id: one.name for one in office().town.officers}
    return render_template("desk/due.html", rows=grouped(items), complete=complete, more=more, officer=officer,
                           officers=officers, calendar=calendar, case_address=case_address)  # fmt: skip


@allows("read")
def due_calendar() -> str:
    """An address of one's own for a calendar program, told once."""
    officer = request.form.get("officer", "")
    scope = "officer" if officer else "office"
    _, token = office().cases.due.make_calendar(scope, officer, person().name, actor=actor().name)
    base = office().settings.public_url or request.url_root.rstrip("/")
    return _due_page(f"{base}{url_for('calendars.read', token=token)}")


def grouped(items: Sequence[DueItem]) -> list[DueRow]:
    """Dates as lines: what is the same thing in one case on one day is one line, for so many papers."""
    lines: dict[tuple[str, date, str], list[DueItem]] = {}
    for one in items:
        if one.deadline.effective is not None:
            key = (one.case, one.deadline.effective, one.deadline.title)
            lines.setdefault(key, []).append(one)
    titles = office().searching.titles({case for case, _, _ in lines})
    rows = []
    for (case, day, title), same in lines.items():
        first = same[0].deadline
        papers = tuple(dict.fromkeys(one.deadline.document for one in same if one.deadline.document))
        late = any(one.deadline.state == "late" for one in same)
        rows.append(
            DueRow(day, title, case, titles.get(case, case), first.explain, late, len(same), papers, first.do or "")
        )
    return rows


def case_address(number: str) -> str:
    """Where a case is looked at."""
    return url_for("desk.case", case=number)


def paper_address(paper: DocumentRecord) -> str:
    """Where a paper is looked at."""
    return url_for("desk.document", number=paper.number)


def _sent_back(version: VersionRecord) -> str:
    """Why a draft came back, when that is the last thing that was done with it."""
    steps = [
        e for e in office().review.entries(version.template, version.number) if e.kind in ("submitted", "sent_back")
    ]
    return steps[-1].body if version.status == "draft" and steps and steps[-1].kind == "sent_back" else ""


def _open_comments(version: VersionRecord) -> int:
    return sum(not one.resolved for one in office().review.comments(version.template, version.number))
