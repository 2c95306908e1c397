"""Forms of a case's facts: the site, and the lists of people, permits, visits, hearings and the like, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.cases.parts import place_of, with_item, without_item
from docservice.refusal import Refusal
from docservice.web.desk import case_parts, case_words, drafts
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.case_parts import PARTS, CasePart
from docservice.web.desk.case_record import (
    OpenCase,
    RecordFacts,
    address,
    crumbs,
    opened,
    put_in,
    save,
    self_keeping,
    writable,
)
from docservice.web.desk.cases import DONE, shown_case
from docservice.web.desk.forms import DeskForm
from docservice.web.desk.statuses import status_of

_PART = f"/cases/<number:case>/<any({', '.join(repr(key) for key in PARTS)}):part>"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/cases/<number:case>/property")(case_property)
    blueprint.post("/cases/<number:case>/property")(save_case_property)
    blueprint.get(_PART)(case_part)
    blueprint.get(f"{_PART}/new")(new_item)
    blueprint.post(f"{_PART}/new")(add_item)
    blueprint.get(f"{_PART}/<id>")(case_item)
    blueprint.post(f"{_PART}/<id>")(save_item)
    blueprint.post(f"{_PART}/<id>/out")(take_out)


@allows("issue")
def case_property(case: str) -> str:
    """The site and the case's own head, to edit."""
    one = writable(case)
    return _property(one, drafts.restored(_property_form(one).filled(_head(one.facts), seen=one.seen)))


def _property_form(one: OpenCase) -> DeskForm:
    return self_keeping(case_parts.property_form(one.facts), one, "/property", "Property")


def _property(one: OpenCase, form: DeskForm) -> str:
    return render_template(
        "desk/cases/item.html", case=one, form=form, groups=case_parts.PROPERTY_GROUPS, title="Property",
        action=address(one.number, "/property"), back=address(one.number), crumbs=crumbs(one, ("Property", "")),
        others=(), out="", more="",
    )  # fmt: skip


def _head(facts: RecordFacts) -> RecordFacts:
    return {"case": facts.get("case") or {}, "property": facts.get("property") or {}}


@allows("issue")
def save_case_property(case: str) -> BaseResponse | str | tuple[str, int]:
    """Keep the site and the head as they were typed."""
    one = writable(case)
    sent = _property_form(one).sent()
    if sent.reopened:
        return _property(one, sent)

    def change(facts: RecordFacts) -> RecordFacts:
        return {**facts, **put_in(_head(facts), sent)}

    try:
        answer = save(one.number, sent, change, _head, what="the property", action=request.path,
                      way=crumbs(one, ("Property", "")))  # fmt: skip
    except Refusal as refusal:
        return _property(one, sent.refused(refusal)), status_of(refusal)
    if answer is not None:
        return answer
    drafts.forget(sent)
    return redirect(shown_case(one, "kept"), 303)


@allows("read")
def case_part(case: str, part: str) -> str:
    """All items of a part: everybody with their addresses, every visit."""
    one, what = opened(case), PARTS[part]
    items = one.facts.get(what.listed) or ()
    return render_template(
        "desk/cases/part.html", case=one, part=what, items=items, words=case_words, titles=_titles(what, items),
        crumbs=crumbs(one, (what.title, "")), done=DONE.get(request.args.get("done", "")),
        at=lambda rest="": address(one.number, f"/{part}{rest}"), case_at=lambda rest: address(one.number, rest),
    )  # fmt: skip


def _titles(what: CasePart, items: Sequence[RecordFacts]) -> list[str]:
    """What each item is called; two of one name are told apart by a number."""
    names = [what.named(one) for one in items]
    return [name if names.count(name) == 1 else f"{name}, number {n}" for n, name in enumerate(names, 1)]


@allows("issue")
def new_item(case: str, part: str) -> str:
    """A form for one more."""
    one, what = writable(case), PARTS[part]
    form = _form(one, what, None)
    return _item(one, what, drafts.restored(form.filled(what.begins(one.facts), seen=one.seen)))


def _form(one: OpenCase, what: CasePart, id: str | None) -> DeskForm:
    """The form of an item, or of one more; it keeps itself."""
    place = place_of(one.facts, what.listed, id) if id is not None else len(one.facts.get(what.listed) or ())
    if place is None:
        raise NotFound
    named = what.title if id is not None else f"add {what.one}"
    return self_keeping(what.form(one.facts, place), one, f"/{what.key}/{id or 'new'}", named)


@allows("issue")
def add_item(case: str, part: str) -> BaseResponse | str | tuple[str, int]:
    """Keep one more."""
    one, what = writable(case), PARTS[part]
    return _save(one, what, _form(one, what, None).sent(), None)


@allows("issue")
def case_item(case: str, part: str, id: str) -> str:
    """One item, to edit."""
    one, what = writable(case), PARTS[part]
    form = _form(one, what, id)
    return _item(one, what, drafts.restored(form.filled(one.item(what.listed, id, what.id_field), seen=one.seen)), id)


@allows("issue")
def save_item(case: str, part: str, id: str) -> BaseResponse | str | tuple[str, int]:
    """Keep an item as it was typed."""
    one, what = writable(case), PARTS[part]
    return _save(one, what, _form(one, what, id).sent(), id)


def _item(one: OpenCase, what: CasePart, form: DeskForm, id: str | None = None) -> str:
    items = one.facts.get(what.listed) or ()
    named = next((what.named(each) for each in items if each.get(what.id_field) == id), "") if id is not None else ""
    here = address(one.number, f"/{what.key}")
    return render_template(
        "desk/cases/item.html", case=one, form=form, groups=what.groups, title=named or f"Add {what.one}",
        action=f"{here}/{id if id is not None else 'new'}", back=here,
        crumbs=crumbs(one, (what.title, here), (named or f"Add {what.one}", "")),
        others=[(what.named(each), f"{here}/{each[what.id_field]}", each[what.id_field] == id) for each in items],
        many=what.title, out=f"{here}/{id}/out" if id is not None else "", one=what.one,
        more=f"{here}/new" if id is not None else "",
        photographs=address(one.number, f"/visits/{id}/photographs") if id is not None and what.key == "visits" else "",
    )  # fmt: skip


def _save(one: OpenCase, what: CasePart, sent: DeskForm, id: str | None) -> BaseResponse | str | tuple[str, int]:
    if sent.reopened:
        return _item(one, what, sent, id)
    made = dict(tidied(what.listed, put_in({}, sent)))
    new = id if id is not None else what.new_id(one.facts, made)
    if not new or (id is None and place_of(one.facts, what.listed, new) is not None):
        message = "This one is there already." if new else "Please fill this in."
        wrong = Finding.error("desk.missing", message, f"{sent.at}/{what.id_field}")
        return _item(one, what, sent.refused(findings=[wrong]), id), 422

    def pick(facts: RecordFacts) -> RecordFacts:
        return next((each for each in facts.get(what.listed) or () if each.get(what.id_field) == new), {})

    def change(facts: RecordFacts) -> RecordFacts:
        item = tidied(what.listed, put_in(pick(facts), sent))
        if what.id_field in sent:
            return _renamed(facts, what, new, item)
        return with_item(facts, what.listed, new, item)

    try:
        answer = save(one.number, sent, change, pick, what=what.one.partition(" ")[2], action=request.path,
                      way=crumbs(one, (what.title, address(one.number, f"/{what.key}"))))  # fmt: skip
    except Refusal as refusal:
        return _item(one, what, sent.refused(refusal), id), status_of(refusal)
    if answer is not None:
        return answer
    drafts.forget(sent)
    if request.form.get("then") == "more":
        return redirect(address(one.number, f"/{what.key}/new"), 303)
    return redirect(url_for("desk.case_part", case=one.number, part=what.key, done="kept"), 303)


def _renamed(facts: RecordFacts, what: CasePart, id: str, item: Mapping[str, Any]) -> RecordFacts:
    """A list whose items are named by a field that people type: a permit's number."""
    place = place_of(facts, what.listed, id)
    items = list(facts.get(what.listed) or ())
    if place is None:
        items.append(item)
    else:
        items[place] = item
    return {**facts, what.listed: items}


def tidied(listed: str, item: RecordFacts) -> RecordFacts:
    """An item without an address that says nothing but its kind."""
    address = item.get("address") or {}
    if listed == "parties" and set(address) == {"kind"} and address["kind"] != "post_on_site":
        return {name: value for name, value in item.items() if name != "address"}
    return item


@allows("issue")
def take_out(case: str, part: str, id: str) -> BaseResponse | Response:
    """Take an item out, unless a paper in force needs it."""
    one, what = writable(case), PARTS[part]
    for _ in range(3):
        seen = int(opened(one.number).seen)
        try:
            office().cases.rewrite(
                one.number, lambda facts: without_item(facts or {}, what.listed, id), actor=actor().name, saw=seen
            )
            break
        except Refusal as refusal:
            if refusal.kind != "precondition-failed":
                raise
    return redirect(url_for("desk.case_part", case=one.number, part=part, done="out"), 303)
