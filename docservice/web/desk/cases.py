"""Cases: the list, one case with what is next in it and what has happened, who changed what."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, current_app, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from docservice.office.cases.listing import PER_PAGE, CaseFilter, ListedState
from docservice.web.desk import case_parts, case_steps, case_story, case_words
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.case_record import OpenCase, address, crumbs, opened

STATES = {
    "open": "Open", "late": "Something is late", "soon": "Something is due in two weeks", "closed": "Closed",
    "all": "All",
}  # fmt: skip
ORDERS = {"newest": "Newest first", "due": "What is due first", "street": "By street"}
DONE = {
    "new": "The case is on record. Next: who is it about, and what was seen?", "kept": "Saved.",
    "told": "It is on record.", "out": "It is taken out. What it said stays in “Who changed what”.",
    "photos": "The photographs are kept.", "same": "Nothing was otherwise than on record.",
}  # fmt: skip
_PAPERS = 200
_CATCH_ALL = ("desk.case", "desk.packet")  # whose addresses hold any word


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/cases")(cases)
    blueprint.get("/cases/<number:case>")(case)
    blueprint.get("/cases/<number:case>/history")(case_history)
    blueprint.get("/cases/<number:case>/private")(case_private)


@allows("read")
def cases() -> str:
    """Cases that fit what is asked for, 50 a page."""
    given = request.args
    state = given.get("state", "open")
    by = given.get("by", "newest")
    wanted = CaseFilter(
        given.get("q", "").strip()[:200], state if state in get_args(ListedState) else "open",  # type: ignore[arg-type]
        given.get("officer", "")[:64], given.get("topic", "")[:200], given.get("street", "")[:200],
        by if by in ORDERS else "newest",  # type: ignore[arg-type]
    )  # fmt: skip
    page = max(given.get("page", 1, type=int), 1)
    found = office().cases.listed(wanted, page)
    choices = office().cases.choices()
    asked = {name: getattr(wanted, name) for name in ("q", "state", "officer", "topic", "street", "by")}
    return render_template(
        "desk/cases/list.html", found=found, wanted=wanted, asked={k: v for k, v in asked.items() if v}, page=page,
        pages=max(-(-found.total // PER_PAGE), 1), states=STATES, orders=ORDERS, choices=choices,
        officers={id: case_words.officer(id) for id in choices.officers}, officer=case_words.officer,
        tracker=_tracker,
    )  # fmt: skip


def _tracker(created_by: str) -> str:
    kind, _, name = created_by.partition(":")
    return name if kind == "key" else ""


@allows("read")
def case(case: str) -> str:
    """One case: its facts, what is next, what has happened."""
    one = opened(case)
    number, facts = one.number, one.facts
    papers = office().issuing.documents(case=number, per_page=_PAPERS)
    events = office().cases.events(number)
    outlook = office().cases.outlook(number)
    today = office().means.today()
    due = case_steps.due_lines(facts, office().cases.due.of_case(number).items)
    return render_template(
        "desk/cases/case.html", case=one, facts=facts, words=case_words, due=due,
        steps=case_steps.steps(facts, outlook.steps, outlook.dates, office().review.template_keys()),
        owed=office().cases.owed_papers(number),
        story=case_story.story(facts, papers.items, events, today), papers=papers,
        money=office().cases.ledger(number), today=today, at=lambda rest="": address(number, rest),
        goes=_goes, done=DONE.get(request.args.get("done", "")), may_see_private=may("issue"), parts=case_parts,
    )  # fmt: skip


def _goes(path: str) -> str:
    """The address, where the desk has such a page; else nothing."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0])
    except HTTPException:
        return ""
    return path if endpoint not in _CATCH_ALL else ""


@allows("read")
def case_history(case: str) -> str:
    """Who changed what in a case, and what was told of it."""
    one = opened(case)
    events = office().cases.events(one.number)
    told = [(event, *case_story.event_words(one.facts, event)) for event in reversed(events)]
    return render_template(
        "desk/cases/history.html", case=one, revisions=office().cases.revisions(one.number), told=told,
        words=case_words, crumbs=crumbs(one, ("Who changed what", "")),
    )  # fmt: skip


@allows("issue")
def case_private(case: str) -> str:
    """Who complained, and notes that are never printed. That it was opened is put on record."""
    one = opened(case)
    office().cases.opened_private(one.number, actor=actor().name)
    return render_template(
        "desk/cases/private.html", case=one, private=one.facts.get("confidential") or {}, words=case_words,
        crumbs=crumbs(one, ("Only for the office", "")), done=DONE.get(request.args.get("done", "")),
        edit=address(one.number, "/private/edit") if one.may_write else "",
    )  # fmt: skip


def shown_case(one: OpenCase, done: str = "") -> str:
    """The address of a case's page, with what was done."""
    return url_for("desk.case", case=one.number, done=done or None)
