"""One part of a packet: its title and date, what its pages show, who may see it; and what holds for the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.binding.packet_plans import PacketPlan
from docservice.packets.plan_parts import pages_of
from docservice.packets.worksheet import Row, Worksheet, named, turns_of
from docservice.refusal import Refusal
from docservice.web.desk import drafts, two_people
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.statuses import status_of

_MOST_ALTS = 40  # pages of a file that are asked about
_LABEL = "Letters A to ZZZ, or a number. Leave “next free letter” in most cases."
_TURNS = (("0", "As it is"), ("90", "To the right"), ("180", "Upside down"), ("270", "To the left"))
_PHOTO = (("caption", "Caption", "What the picture is of, as it is printed below it."),
          ("alt", "What it shows", "For people who cannot see it."))  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/packets/plans/<id>/rows/<row>")(packet_row)
    blueprint.post("/packets/plans/<id>/rows/<row>")(change_packet_row)
    blueprint.get("/packets/plans/<id>/settings")(packet_settings)
    blueprint.post("/packets/plans/<id>/settings")(change_packet_settings)


def _asked(plan: PacketPlan, row: Row) -> tuple[Asked, ...]:
    """The fields of a row, by its kind."""
    if "section" in row:
        return (Asked("section", "Heading", required=True, most=300),)
    confidential = Asked(
        "confidential", "Confidential: why?", "Leave it empty if everybody may see it. Else name the law, such as "
        "Gov. Code § 7927.700: the public copy gets a sheet in its place that says so.", most=500,
    )  # fmt: skip
    if "documents" in row:
        copies = tuple((number, number) for number in row["all"])
        which = (Asked("documents", "Which copies go in", kind="boxes", choices=copies),) if len(copies) > 1 else ()
        return (*which, confidential)
    if "generated" in row:
        return (confidential,)
    title = Asked("title", "Title in the list of exhibits", required=True, most=500)
    about = Asked("description", "More about it", "Where it comes from. It is printed on its sheet.", "text")
    label = Asked("exhibit", "Letter of the exhibit", _LABEL, "choice", choices=_labels(row))
    if "photos" in row:
        each = [one for n in range(len(row["photos"])) for one in _of_photo(n)]
        return (title, about, *each, label, confidential)
    examined = office().binding.plans.examined(plan, row["file"], turns_of(row))
    shows = [
        one
        for n in range(min(examined.pages, _MOST_ALTS))
        for one in (
            Asked(f"alt/{n}", f"What page {n + 1} shows", "", "text", rows=2),
            Asked(f"turn/{n}", f"Turn page {n + 1}", "", "choice", choices=_TURNS),
        )
    ]
    some = Asked("pages", "Pages that go in", "Leave it empty for all. Else such as 1-4, 7.", most=200)
    which = (some,) if examined.pages > 1 else ()
    date = Asked("date", "Its date", kind="date")
    place = Asked(
        "unusable", "If it cannot go in", kind="radio",
        choices=(("refuse", "The packet waits for a file that can"),
                 ("placeholder", "A sheet stands for it and says where it can be seen")),
    )  # fmt: skip
    return (
        title,
        date,
        about,
        *((which,) if examined.pages > 1 else ()),
        *shows,
        label,
        confidential,
        *((place,) if examined.verdict == "refused" else ()),
    )


def _labels(row: Row) -> tuple[tuple[str, str], ...]:
    own = row.get("exhibit", "none")
    letters = [chr(ord("A") + n) for n in range(26)]
    listed = [("auto", "Next free letter"), ("none", "No exhibit"), *((one, f"Exhibit {one}") for one in letters)]
    return tuple(listed if own in dict(listed) else [*listed, (own, f"Exhibit {own}")])


def _of_photo(n: int) -> tuple[Asked, ...]:
    at = f"photos/{n}"
    words = tuple(Asked(f"{at}/{name}", label, hint, "text", rows=2) for name, label, hint in _PHOTO)
    return (*words, Asked(f"{at}/taken_by", "Taken by", most=300), Asked(f"{at}/taken_on", "Taken on", kind="date"))


def _form(plan: PacketPlan, row: Row) -> DeskForm:
    return DeskForm(
        _asked(plan, row), draft=f"packet/{plan.id}/{row['id']}", title=f"{named(row)}, packet of {plan.case}"
    )


def _facts(row: Row) -> dict[str, Any]:
    """What stands in a row, as its form names it."""
    held = {name: value for name, value in row.items() if name not in ("photos", "alt", "redactions")}
    if "file" in row:
        held |= {f"turn/{n}": str(dict(turns_of(row)).get(n + 1, 0)) for n in range(_MOST_ALTS)}
    for n, text in enumerate(row.get("alt", ())):
        held[f"alt/{n}"] = text
    for n, photo in enumerate(row.get("photos", ())):
        held |= {f"photos/{n}/{name}": value for name, value in photo.items() if name != "file"}
    held.setdefault("exhibit", "auto" if "file" in row or "photos" in row else "none")
    held.setdefault("unusable", "refuse")
    return held


def _fields(row: Row, form: DeskForm) -> dict[str, Any]:
    """What a form holds, as fields of its row; None: the row has none."""
    made: dict[str, Any] = {}
    for one in form:
        head, _, rest = one.name.partition("/")
        if not rest:
            made[head] = list(one.values) if one.kind == "boxes" else (one.value.strip() or None)
    if "photos" in row:
        names = [name for name, *_ in _PHOTO] + ["taken_by", "taken_on"]
        made["photos"] = []
        for n, photo in enumerate(row["photos"]):
            typed = {name: form[f"photos/{n}/{name}"].value.strip() for name in names}
            made["photos"].append({"file": photo["file"]} | {name: text for name, text in typed.items() if text})
    if "file" in row:
        alts = [form[f"alt/{n}"].value.strip() for n in range(_MOST_ALTS) if f"alt/{n}" in form]
        made["alt"] = alts if any(alts) else None
        turns = {str(n + 1): int(form[f"turn/{n}"].value or 0) for n in range(_MOST_ALTS) if f"turn/{n}" in form}
        made["turned"] = {page: turn for page, turn in turns.items() if turn in (90, 180, 270)} or None
    if made.get("unusable") == "refuse":
        made["unusable"] = None
    return made


def _wrong(row: Row, form: DeskForm) -> list[Finding]:
    found = form.missing()
    if "documents" in form and not form["documents"].values:
        message = "Tick a copy at least, or take the part out on the page before."
        found.append(Finding.error("packet.documents", message, "/documents"))
    if "pages" in form and form["pages"].value.strip():
        try:
            pages_of(form["pages"].value)
        except ValueError as error:
            found.append(Finding.error("packet.pages", str(error), "/pages"))
    return found


@allows("packets")
def packet_row(id: str, row: str) -> str:
    """A part of a packet."""
    plan = office().binding.plans.get(id)
    held = _whole(plan.sheet.row(row))
    return _page(plan, held, drafts.restored(_form(plan, held).filled(_facts(held), seen=str(plan.revision))))


def _whole(row: Row) -> Row:
    """A row with all copies of its notice, those left out included."""
    return {**row, "all": row.get("all", row["documents"])} if "documents" in row else row


def _page(plan: PacketPlan, row: Row, form: DeskForm) -> str:
    examined = office().binding.plans.examined(plan, row["file"], turns_of(row)) if "file" in row else None
    waits = row["id"] in [one["id"] for one in plan.sheet.waiting]
    return render_template(
        "desk/packet-row.html", plan=plan, row=row, form=form, examined=examined, waits=waits, called=named(row),
        most=_MOST_ALTS,
    )  # fmt: skip


@allows("packets")
def change_packet_row(id: str, row: str) -> BaseResponse:
    """Keep what was typed of a part; a file that waited is put in by it."""
    plans = office().binding.plans
    plan = plans.get(id)
    held = _whole(plan.sheet.row(row))
    form = _form(plan, held)
    sent = form.sent()
    if sent.reopened:
        return current_app.response_class(_page(plan, held, sent))
    wrong = _wrong(held, sent)
    if wrong:
        return current_app.response_class(_page(plan, held, sent.refused(findings=wrong)), 422)
    seen = int(sent.seen) if sent.seen.isdigit() else plan.revision
    theirs = form.filled(_facts(held), seen=str(plan.revision))
    before = plans.at(id, seen)
    base = form.filled(_facts(_whole(_row_of(before, row) or held)))
    if base.texts() != theirs.texts() and theirs.texts() != sent.texts():
        change = plan.since(seen)[-1:] or plan.changes[-1:]
        return two_people.page(
            sent, base, theirs, action=request.path, what=f"“{named(held)}”", by=change[0].by if change else "",
            at=change[0].at if change else None,
        )  # fmt: skip
    fields = _fields(held, sent)
    if "documents" in fields:
        fields["all"] = list(held["all"])
    waits = any(one["id"] == row for one in plan.sheet.waiting)

    def changed(sheet: Worksheet) -> Worksheet:
        return sheet.admitted(row, fields) if waits else sheet.changed(row, fields)

    try:
        done = "put in." if waits else "changed."
        plan = plans.change(id, changed, f"“{fields.get('title') or named(held)}” {done}", actor=actor().name,
                            saw=plan.revision)  # fmt: skip
    except Refusal as refusal:
        return current_app.response_class(_page(plans.get(id), held, sent.refused(refusal)), status_of(refusal))
    drafts.forget(form)
    return redirect(url_for("desk.packet_plan", id=id, done=plan.revision), 303)


def _row_of(sheet: Worksheet | None, id: str) -> Row | None:
    every: Sequence[Row] = (*sheet.rows, *sheet.out, *sheet.waiting) if sheet is not None else ()
    return next((one for one in every if one["id"] == id), None)


# The whole packet: its title, its hearing, its forum, words that nobody outside may read


def _settings(plan: PacketPlan) -> DeskForm:
    papers = office().binding.papers(plan.case)
    hearings = papers.casefile.hearings if papers.casefile is not None else ()
    forums = office().binding.forums
    return DeskForm(
        (
            Asked("title", "Title of the packet", required=True, most=300),
            Asked("hearing", "Hearing", kind="choice",
                  choices=tuple((one.id, f"{one.on:%B} {one.on.day}, {one.on.year}") for one in hearings)),
            Asked("forum", "For whom", "Whose rules of form it follows.", "choice", required=True,
                  choices=tuple((key, forums[key].title) for key in forums)),
            Asked("words", "Words to cover in the public copy, wherever they stand",
                  "One in each line: a name, a telephone number, an account.", "lines", rows=4),
            Asked("reason", "Why they are covered", "The law that says so, such as Gov. Code § 7928.300.", most=500),
        ),
        draft=f"packet/{plan.id}/settings", title=f"Packet of {plan.case}",
    )  # fmt: skip


def _of_settings(sheet: Worksheet) -> Mapping[str, Any]:
    return {
        "title": sheet.title, "hearing": sheet.hearing, "forum": sheet.forum,
        "words": [one["text"] for one in sheet.redactions],
        "reason": sheet.redactions[0]["reason"] if sheet.redactions else "",
    }  # fmt: skip


@allows("packets")
def packet_settings(id: str) -> str:
    """What holds for the whole packet."""
    plan = office().binding.plans.get(id)
    form = drafts.restored(_settings(plan).filled(_of_settings(plan.sheet), seen=str(plan.revision)))
    return render_template("desk/packet-settings.html", plan=plan, form=form)


@allows("packets")
def change_packet_settings(id: str) -> BaseResponse:
    """Keep what holds for the whole packet."""
    plans = office().binding.plans
    plan = plans.get(id)
    form = _settings(plan)
    sent = form.sent()
    wrong = sent.missing()
    if sent["words"].values and not sent["reason"].value.strip():
        wrong.append(Finding.error("packet.reason", "Say why these words are covered.", "/reason"))
    if sent["forum"].value and sent["forum"].value not in sent["forum"].known:
        wrong.append(Finding.error("packet.forum", "Choose one of these.", "/forum"))
    if wrong or sent.reopened:
        shown = sent.refused(findings=wrong) if wrong else sent
        return current_app.response_class(
            render_template("desk/packet-settings.html", plan=plan, form=shown), 422 if wrong else 200
        )
    seen = int(sent.seen) if sent.seen.isdigit() else plan.revision
    theirs = form.filled(_of_settings(plan.sheet), seen=str(plan.revision))
    before = plans.at(id, seen)
    base = form.filled(_of_settings(before)) if before is not None else theirs
    if base.texts() != theirs.texts() and theirs.texts() != sent.texts():
        return two_people.page(sent, base, theirs, action=request.path, what="this packet", by=plan.changed_by,
                               at=plan.changed_at)  # fmt: skip
    reason = sent["reason"].value.strip()
    words = tuple({"text": text, "reason": reason} for text in sent["words"].values)

    def changed(sheet: Worksheet) -> Worksheet:
        return replace(
            sheet, title=sent["title"].value.strip(), hearing=sent["hearing"].value or None,
            forum=sent["forum"].value, redactions=words,
        )  # fmt: skip

    try:
        plan = plans.change(id, changed, "What holds for the whole packet was changed.", actor=actor().name,
                            saw=plan.revision)  # fmt: skip
    except Refusal as refusal:
        page = render_template("desk/packet-settings.html", plan=plans.get(id), form=sent.refused(refusal))
        return current_app.response_class(page, status_of(refusal))
    drafts.forget(form)
    return redirect(url_for("desk.packet_plan", id=id, done=plan.revision), 303)
