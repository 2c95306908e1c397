"""What the public copy does not show of a file: words wherever they stand in it, and places drawn on its pages.

A place is typed or drawn in hundredths of the page; the plan has it in points from the lower left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.binding.packet_plans import PacketPlan
from docservice.packets.worksheet import Row, Worksheet, named, turns_of
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.statuses import status_of

_SIDES = ("left", "top", "width", "height")
_MOST_PAGES = 40  # that are shown


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/packets/plans/<id>/rows/<row>/cover")(cover_row)
    blueprint.post("/packets/plans/<id>/rows/<row>/cover")(cover_in_row)


def _form(row: Row, pages: int) -> DeskForm:
    held = row.get("redactions") or ()
    choices = (("", "Wherever they stand"), *((str(n), f"Page {n}") for n in range(1, pages + 1)))
    return DeskForm(
        (
            Asked("text", "Words to cover", "As they stand in the file. Leave it empty to cover a place.", most=500),
            Asked("page", "On which page", kind="choice", choices=choices),
            *(Asked(name, label, kind="number") for name, label in zip(
                _SIDES, ("From the left, %", "From the top, %", "Wide, %", "High, %"), strict=True)),
            Asked("reason", "Why", "The law that says so, such as Gov. Code § 7928.300. It is told on the page.",
                  required=True, most=500, values=(held[-1]["reason"],) if held else ()),
        ),
    )  # fmt: skip


@allows("packets")
def cover_row(id: str, row: str) -> str:
    """The pages of a file with what is covered."""
    plan = office().binding.plans.get(id)
    held = _file(plan, row)
    return _page(plan, held, _form(held, _pages(plan, held)))


def _file(plan: PacketPlan, row: str) -> Row:
    held = plan.sheet.row(row)
    if "file" not in held:
        message = "Places are covered in files. A letter or a photograph on a sheet is left out as a whole."
        raise Refusal("packet.covering", message, kind="missing")
    return held


def _pages(plan: PacketPlan, row: Row) -> int:
    return office().binding.plans.examined(plan, row["file"], turns_of(row)).pages


def _page(plan: PacketPlan, row: Row, form: DeskForm, missed: str = "") -> str:
    examined = office().binding.plans.examined(plan, row["file"], turns_of(row))
    redactions: Sequence[Mapping[str, Any]] = row.get("redactions") or ()
    boxes: dict[int, list[tuple[float, ...]]] = {}
    for one in redactions:
        if one.get("box") and one["page"] <= len(examined.sizes):
            boxes.setdefault(one["page"], []).append(_hundredths(one["box"], examined.sizes[one["page"] - 1]))
    return render_template(
        "desk/packet-cover.html", plan=plan, row=row, form=form, called=named(row), examined=examined,
        redactions=redactions, boxes=boxes, missed=missed, most=_MOST_PAGES,
    )  # fmt: skip


def _hundredths(box: Sequence[float], size: tuple[float, float]) -> tuple[float, ...]:
    left, bottom, right, top = box
    wide, high = size
    shown = (left / wide, 1 - top / high, (right - left) / wide, (top - bottom) / high)
    return tuple(round(100 * value, 2) for value in shown)


@allows("packets")
def cover_in_row(id: str, row: str) -> BaseResponse:
    """Cover one thing more, or one less."""
    plans = office().binding.plans
    plan = plans.get(id)
    held = _file(plan, row)
    redactions = list(held.get("redactions") or ())
    form = _form(held, _pages(plan, held)).sent()
    if request.form.get("uncover", "").isdigit():
        at = int(request.form["uncover"])
        redactions[at : at + 1] = []
        said = f"“{named(held)}”: one place is not covered any more."
    else:
        redaction, wrong = _asked(plan, held, form)
        if wrong:
            return current_app.response_class(_page(plan, held, form.refused(findings=wrong)), 422)
        redactions.append(redaction)
        said = f"“{named(held)}”: {'words are' if 'text' in redaction else 'a place is'} covered in the public copy."

    def changed(sheet: Worksheet) -> Worksheet:
        return sheet.changed(row, {"redactions": redactions or None})

    try:
        saw = request.form.get("seen", type=int)
        plans.change(id, changed, said, actor=actor().name, saw=saw)
    except Refusal as refusal:
        now = plans.get(id)
        page = _page(now, _file(now, row), form.refused(refusal), missed=said)
        return current_app.response_class(page, status_of(refusal))
    return redirect(url_for("desk.cover_row", id=id, row=row), 303)


def _asked(plan: PacketPlan, row: Row, form: DeskForm) -> tuple[dict[str, Any], list[Finding]]:
    """The redaction that a form asks for, and what is wrong with it."""
    wrong = form.missing()
    words, page = form["text"].value.strip(), form["page"].value
    reason = form["reason"].value.strip()
    if words:
        made: dict[str, Any] = {"text": words, "reason": reason}
        return (made | {"page": int(page)} if page.isdigit() else made), wrong
    numbers: list[float] = []
    for name in _SIDES:
        try:
            numbers.append(float(form[name].value.replace(",", ".")))
        except ValueError:
            wrong.append(Finding.error("packet.place", "Type words, or draw a place on a page.", "/text"))
            break
    if not page.isdigit():
        wrong.append(Finding.error("packet.place", "Say on which page the place is.", "/page"))
    sizes = office().binding.plans.examined(plan, row["file"], turns_of(row)).sizes
    if wrong or not 0 < int(page) <= len(sizes):
        return {}, wrong or [Finding.error("packet.place", "There is no such page.", "/page")]
    wide, high = sizes[int(page) - 1]
    left, top, width, height = numbers
    left, top = min(max(left, 0), 100), min(max(top, 0), 100)
    right, bottom = min(left + width, 100), min(top + height, 100)
    if right <= left or bottom <= top:
        return {}, [Finding.error("packet.place", "This place has no area. Draw it larger.", "/width")]
    box = (left * wide, (100 - bottom) * high, right * wide, (100 - top) * high)
    return {"page": int(page), "box": [round(value / 100, 1) for value in box], "reason": reason}, []
