"""Handing out: first the language that somebody reads, then the topic; print, a card with a code, a link to send.

What was given on a case is told there (``handout-given``), so that the case shows that advice came first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.review.handout_list import ListedHandout
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, has_page, may, office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.home import case_address

_NEEDS = {
    "building": "Building and changing",
    "yard": "Yards, streets and things",
    "renting": "Renting, and renting out",
    "office": "Letters from us, and reports to us",
    "other": "More",
}
WAYS = (("counter", "At the counter"), ("visit", "At a visit"), ("letter", "With a letter"), ("email", "By e-mail"),
        ("text", "By text message"))  # fmt: skip
MOST_CARDS = 8  # on a sheet


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language of the town: its tag, its own name, and how many handouts are offered in it."""

    tag: str
    own_name: str
    count: int


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/hand-out")(hand_out)
    blueprint.post("/hand-out")(handed_out)
    blueprint.get("/hand-out/<key>/<language>/card")(handout_card)
    blueprint.get("/hand-out/<key>/<language>/code.svg")(handout_code)


@allows("read")
def hand_out() -> str:
    """The handouts in a language; of one of them everything that can be done with it."""
    return _page(
        request.args.get("language", "en"), request.args.get("handout", ""), _form(request.args.get("case", ""))
    )


@allows("issue")
def handed_out() -> BaseResponse | tuple[str, int]:
    """What was given, told on its case."""
    language, key = request.form.get("language", "en"), request.form.get("handout", "")
    one = _listed(key, language)
    number = request.form.get("case", "").strip()
    sent = _form(number).sent()
    try:
        number = _case(number)
        sent = _form(number).sent()
        data: dict[str, Any] = {"handout": key, "title": one.title, "language": one.language}
        data |= {name: value for name, value in sent.facts().items() if name != "case"}
        order = CaseEventOrder("handout-given", office().means.today(), number, data)
        told = office().cases.tell(number, order, actor=actor().name, idempotency_key=request.form.get("once") or None)
    except Refusal as refusal:
        findings = [Finding(f.code, f.severity, f.message, f.place.replace("/data/", "/")) for f in refusal.findings]
        if not findings:
            findings = [Finding.error(refusal.code, refusal.message, "/case")]
        return _page(language, key, sent.refused(findings=findings)), 422
    place = url_for("desk.hand_out", language=language, case=told.case, done=key)
    return redirect(place, 303)


@allows("read")
def handout_card(key: str, language: str) -> str:
    """Cards to cut out: the question, and the code that leads to its page."""
    one = _listed(key, language)
    copies = min(max(request.args.get("copies", MOST_CARDS, type=int), 1), MOST_CARDS)
    return render_template("desk/hand-out-card.html", one=one, address=_address(one), copies=copies)


@allows("read")
def handout_code(key: str, language: str) -> Response:
    """The square code of a handout's page."""
    drawn = segno.make(_address(_listed(key, language)), error="m", micro=False)
    svg = drawn.svg_inline(border=4, omitsize=True, dark="#000", light="#fff").replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
    )  # fmt: skip
    response = current_app.response_class(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _page(language: str, key: str, form: DeskForm) -> str:
    every = office().review.handouts()
    choices = [
        LanguageChoice(one.tag, one.own_name, sum(1 for handout in every if one.tag in handout.languages))
        for one in office().town.languages
    ]
    known = {one.tag for one in choices}
    chosen = language if language in known else "en"
    words = " ".join(request.args.get("q", "").split())[:100]
    listed = office().review.handouts(chosen)
    if words:
        listed = tuple(found.handout for found in office().review.found_handouts(words, chosen))
    one = next((one for one in office().review.handouts(chosen) if one.key == key), None)
    done = next((one for one in every if one.key == request.args.get("done", "")), None)
    case = request.args.get("case", "")
    return render_template(
        "desk/hand-out.html",
        languages=choices, chosen=chosen, words=words,
        groups=[(f"Found for “{words}”, the likeliest first", listed)] if words else [
            (called, [one for one in listed if one.need == need]) for need, called in _NEEDS.items()
        ],
        count=len(listed), one=one, link=_address(one) if one is not None else "",
        mail=_mail(one) if one is not None else "", text=_text(one) if one is not None else "",
        form=form, once=request.form.get("once") or str(uuid.uuid4()), case=form["case"].value,
        done=done, done_case=case, case_address=case_address, may_tell=may("issue"),
        may_write=has_page("desk.write_handout") and may("propose"),
    )  # fmt: skip


def _form(case: str) -> DeskForm:
    """How many copies, on which case, to whom, how; the people are those of the case, once it is known."""
    people = _people(case)
    asked = [
        Asked("copies", "Copies", kind="number", values=("1",)),
        Asked("case", "On which case?", "Its number, the street, or a name.", values=(case,) if case else ()),
    ]
    if people:
        asked.append(Asked("party", "To whom?", kind="choice", choices=tuple(people.items())))
    asked.append(Asked("way", "How", kind="radio", choices=WAYS, values=("counter",)))
    return DeskForm(asked)


def _people(number: str) -> Mapping[str, str]:
    """The parties of a case by id, with their names; none where there is no such case."""
    if not number:
        return {}
    try:
        facts = office().cases.read(number).casefile
    except Refusal:
        return {}
    return {one["id"]: _name(one) for one in facts.get("parties", ())}


def _name(party: Mapping[str, Any]) -> str:
    named = party.get("name")
    name = named.get("text", "") if isinstance(named, Mapping) else str(named or "")
    unit = f", unit {party['unit']}" if party.get("unit") else ""
    return (name or party["id"]) + unit


def _case(typed: str) -> str:
    """The number of the case that somebody means. Raises ``Refusal("hand_out.case")`` where it is none, or several."""
    if not typed:
        message = "Say which case. Without one there is nothing to put on record."
        raise Refusal("hand_out.case", message, [Finding.error("hand_out.case", message, "/case")])
    try:
        return office().cases.summary(typed).number
    except Refusal as refusal:
        if refusal.kind != "missing":
            raise
    found = office().searching.find(typed).cases
    if len(found) == 1:
        return found[0].number
    if not found:
        message = f"There is no case “{typed}”."
    else:
        listed = "; ".join(f"{one.number} ({one.title})" for one in found[:5])
        message = f"Several cases have that. Type the number of the one: {listed}."
    raise Refusal("hand_out.case", message, [Finding.error("hand_out.case", message, "/case")])


def _listed(key: str, language: str) -> ListedHandout:
    """A handout that is offered, in a language (in English where it is not). Raises ``NotFound``."""
    one = next((one for one in office().review.handouts(language) if one.key == key), None)
    if one is None:
        raise NotFound
    return one


def _address(one: ListedHandout) -> str:
    """The public address of a handout's page."""
    public = office().settings.public_url or office().town.identity.public_address
    return f"{public}/handouts/{one.key}/{one.language}"


def _mail(one: ListedHandout) -> str:
    body = quote("\r\n".join((one.question, _address(one))))
    return f"mailto:?subject={quote(one.question)}&body={body}"


def _text(one: ListedHandout) -> str:
    return f"sms:?&body={quote(f'{one.question} {_address(one)}')}"
