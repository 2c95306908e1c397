"""Putting a packet together: its parts as rows to be moved, files that come in, what is still wanted.

Every change is kept at once and can be taken back. A form names the revision that it shows; what somebody else changed
meanwhile is shown in words, and nothing is done over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.facts import Casefile, Hearing
from docservice.media_types import OCTETS
from docservice.office.binding.case_papers import CasePapers
from docservice.office.binding.packet_plans import PacketPlan
from docservice.packets import proposing
from docservice.packets.worksheet import Row, Worksheet, chosen_pages, named, turns_of
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.packets import shown, width
from docservice.web.desk.statuses import status_of

_FRAME = 1 << 16  # bytes of a multipart body beside its files, which are measured as they come


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.before_request(allow_large_files)
    blueprint.get("/packets/new")(new_packet)
    blueprint.post("/packets/new")(begin_packet)
    blueprint.get("/packets/plans/<id>")(packet_plan)
    blueprint.post("/packets/plans/<id>")(arrange_packet)
    blueprint.post("/packets/plans/<id>/undo/<int:revision>")(undo_packet)
    blueprint.post("/packets/plans/<id>/files")(add_packet_files)
    blueprint.post("/packets/plans/<id>/forget")(forget_packet)
    blueprint.get("/packets/plans/<id>/rows/<row>/<int:page>.jpg")(packet_row_page)


def allow_large_files() -> None:
    """Files of a packet may be as large as exhibits; every other form stays small."""
    if request.endpoint == "desk.add_packet_files":
        request.max_content_length = int(current_app.config["MAX_EXHIBIT_LENGTH"]) + _FRAME


# Beginning


@allows("packets")
def new_packet() -> str:
    """From a case: which hearing, for whom; and what would be in it."""
    case = request.args.get("case", "").strip()[:100]
    return _new_page(case) if case else render_template("desk/packet-new.html", case="", papers=None, plans=())


def _new_page(case: str, refusal: Refusal | None = None) -> str:
    try:
        papers: CasePapers | None = office().binding.papers(case)
    except Refusal as missing:
        papers, refusal = None, refusal or missing
    forums = office().binding.forums
    forum = request.values.get("forum", "default")
    forum = forum if forum in forums else "default"
    hearings = papers.casefile.hearings if papers is not None and papers.casefile is not None else ()
    hearing = request.values.get("hearing", hearings[-1].id if hearings else "")
    rows = proposing.proposed(papers.papers, papers.casefile, forums[forum]) if papers is not None else ()
    return render_template(
        "desk/packet-new.html", case=case, papers=papers, hearings=hearings, hearing=hearing, refusal=refusal,
        forum=forum, forums={key: forums[key].title for key in forums}, rows=rows, named=named,
        plans=office().binding.plans.listed(case), title=request.values.get("title", "Hearing packet"),
    )  # fmt: skip


@allows("packets")
def begin_packet() -> BaseResponse:
    """Put the proposed parts together, to be worked on."""
    case, title = request.form.get("case", "").strip(), request.form.get("title", "").strip()[:300]
    try:
        papers = office().binding.papers(case)
        hearing = request.form.get("hearing") or None
        forum = request.form.get("forum", "default")
        number = papers.rows[0].case_number if papers.rows else case
        sheet = office().binding.proposal(
            papers, number, title=title or "Hearing packet", hearing=hearing, forum=forum
        )  # fmt: skip
        plan = office().binding.plans.begin(sheet, actor=actor().name)
    except Refusal as refusal:
        return current_app.response_class(_new_page(case, refusal), status_of(refusal))
    return redirect(url_for("desk.packet_plan", id=plan.id), 303)


# The page


@allows("packets")
def packet_plan(id: str) -> str:
    """A packet that is being put together."""
    return plan_page(office().binding.plans.get(id))


def plan_page(plan: PacketPlan, *, missed: str = "", refusal: Refusal | None = None, upload: str = "") -> str:
    """The page; ``missed`` is what was asked for and not done, since somebody changed the packet meanwhile."""
    binding, sheet = office().binding, plan.sheet
    papers = binding.papers(plan.case)
    profile = binding.forums[sheet.forum]
    seen = request.form.get("seen", type=int)
    done = request.args.get("done", type=int)
    line = next((one for one in plan.changes if one.revision == done == plan.revision), None)
    wants = binding.wants(plan, papers)
    looked_at = {row["id"]: binding.plans.examined(plan, row["file"], turns_of(row))
                 for row in (*sheet.rows, *sheet.waiting) if "file" in row}  # fmt: skip
    jobs = [(job, office().jobs.find(job.id)) for job in reversed(plan.jobs[-6:])]
    return render_template(
        "desk/packet-plan.html", plan=plan, sheet=sheet, papers=papers, wants=wants, looked_at=looked_at, named=named,
        labels=proposing.labels(sheet, profile), forum=profile, hearing=hearing_of(papers.casefile, sheet.hearing),
        said=said(plan, papers, looked_at), done=line, jobs=jobs, missed=missed, refusal=refusal, upload=upload,
        since=plan.since(seen) if missed and seen is not None else (), site=site(papers.casefile),
        pages=_pages(plan, papers, looked_at),
    )  # fmt: skip


def hearing_of(casefile: Casefile | None, id: str | None) -> Hearing | None:
    """The hearing that a packet is for: the one it names, else the last."""
    hearings = casefile.hearings if casefile is not None else ()
    return next((one for one in hearings if one.id == id), hearings[-1] if hearings else None)


def site(casefile: Casefile | None) -> str:
    """What people call the case: its address, in one line."""
    return (casefile.property.situs or casefile.property.apn) if casefile is not None else ""


def said(plan: PacketPlan, papers: CasePapers, looked_at: Mapping[str, Any]) -> dict[str, str]:
    """What each row is, in a line below its title."""
    return {row["id"]: _said(row, papers, looked_at) for row in (*plan.sheet.rows, *plan.sheet.out)}


def _said(row: Row, papers: CasePapers, looked_at: Mapping[str, Any]) -> str:
    words: list[str] = []
    if "documents" in row:
        held = [one for one in papers.rows if one.number in row["documents"]]
        if held:
            words.append(f"{held[0].issued_on:%B} {held[0].issued_on.day}, {held[0].issued_on.year}")
        copies, pages, proofs = len(row["documents"]), papers.pages(row) or 0, papers.proofs(row)
        to = held[0].recipient_name if copies == 1 and held else ""
        words += [f"{copies} copies" if copies > 1 else f"to {to}" if to else "", _count(pages, "page")]
        words.append(f"with {_count(proofs, 'proof')} of service" if proofs else "")
    elif "generated" in row or "front" in row:
        shown = len(papers.inspection_photos) if row.get("generated") == "photographs" else 0
        words.append(_count(shown, "photograph") if shown else "")
        words.append("Made when bound" if "front" in row else "Made from the record")
    elif "photos" in row:
        words.append(_count(len(row["photos"]), "photograph"))
    elif "file" in row and row["id"] in looked_at:
        examined = looked_at[row["id"]]
        some = _count(len(chosen_pages(row, examined.pages)), "page")
        words += [f"{some} of {examined.pages}" if row.get("pages") else some, row["file"]]
        if row.get("redactions"):
            words.append(f"{_count(len(row['redactions']), 'place')} covered in the public copy")
    return " · ".join(word for word in words if word)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _pages(plan: PacketPlan, papers: CasePapers, looked_at: Mapping[str, Any]) -> int:
    """About how many pages it will have: those that are there, and one for each that is made."""
    total = 0
    for row in plan.sheet.rows:
        mine = set(row.get("documents", ()))
        total += papers.pages(row) or 0
        total += sum(one.pages for one in papers.proof_rows(mine)) if mine else 0
        total += (len(chosen_pages(row, looked_at[row["id"]].pages)) + 1) if row["id"] in looked_at else 0
        total += len(row.get("front", ())) + ("generated" in row) + -(-len(row.get("photos", ())) // 2)
    return total


# Arranging


@allows("packets")
def arrange_packet(id: str) -> BaseResponse:
    """Move a row, take it out, put it back, put a heading in."""
    plans = office().binding.plans
    before = plans.get(id)
    given = request.form
    asked = next((name for name in ("up", "down", "out", "back", "dismiss", "heading", "row") if given.get(name)), "")
    if not asked:
        return redirect(url_for("desk.packet_plan", id=id), 303)
    row = given[asked].strip()[:300]
    words = ""
    try:
        called = row if asked == "heading" else named(before.sheet.row(row))
        words = f"“{called}” {_DONE[asked]}"
        plan = plans.change(
            id, lambda sheet: _arranged(sheet, asked, row), words, actor=actor().name, saw=given.get("seen", type=int)
        )
    except Refusal as refusal:
        now = plans.get(id)
        missed = words if refusal.code == "packet.plan_moved" else ""
        page = plan_page(now, missed=missed, refusal=None if missed else refusal)
        return current_app.response_class(page, status_of(refusal))
    address = url_for("desk.packet_plan", id=id, done=plan.revision)
    return redirect(f"{address}#{asked}-{row}" if asked in ("up", "down") else address, 303)


_DONE = {"up": "moved up.", "down": "moved down.", "row": "moved.", "out": "taken out.", "back": "put back.",
         "dismiss": "left out.", "heading": "added as a heading."}  # fmt: skip


def _arranged(sheet: Worksheet, asked: str, row: str) -> Worksheet:
    if asked == "heading":
        return sheet.with_row({"section": row})[0]
    if asked in ("out", "back", "dismiss"):
        return {"out": sheet.taken_out, "back": sheet.put_back, "dismiss": sheet.dismissed}[asked](row)
    at = sheet.place(row)
    if at is None:
        raise Refusal("packet.row", "This part is not in the packet any more.", kind="missing")
    to = request.form.get("to", at, type=int) if asked == "row" else at + (1 if asked == "down" else -1)
    return sheet.moved(row, to)


@allows("packets")
def undo_packet(id: str, revision: int) -> BaseResponse:
    """Take the newest change back."""
    try:
        plan = office().binding.plans.undo(id, revision, actor=actor().name)
    except Refusal as refusal:
        now = office().binding.plans.get(id)
        return current_app.response_class(plan_page(now, refusal=refusal), status_of(refusal))
    return redirect(url_for("desk.packet_plan", id=id, done=plan.revision), 303)


@allows("packets")
def forget_packet(id: str) -> BaseResponse:
    """Throw it away; what was bound stays on record."""
    plan = office().binding.plans.get(id)
    if request.form.get("sure") != "yes":
        message = "Tick the box to throw it away."
        page = plan_page(plan, refusal=Refusal("packet.sure", message))
        return current_app.response_class(page, 422)
    office().binding.plans.forget(id)
    return redirect(url_for("desk.packets"), 303)


# Files


@allows("packets")
def add_packet_files(id: str) -> BaseResponse:
    """Take files in, and look at each at once."""
    plans, by = office().binding.plans, actor().name
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        page = plan_page(plans.get(id), upload="Choose a file first: a PDF, a photograph or a scan.")
        return current_app.response_class(page, 422)
    ids: list[str] = []
    refused: list[str] = []
    for one in sent:
        name = "".join(c for c in (one.filename or "file").replace("\\", "/").rpartition("/")[2] if c.isprintable())
        try:
            ids.append(plans.take_in(id, one.stream, name[:200] or "file", one.mimetype or OCTETS, actor=by))
            now = plans.get(id)
            plans.examined(now, now.sheet.row(ids[-1])["file"])  # what it says is on the page that follows
        except Refusal as refusal:
            refused.append(f"{name}: {refusal.message}")
    plan = plans.get(id)
    if request.form.get("as") == "photographs":
        plan = _together(plan, ids, by)
    if refused:
        return current_app.response_class(plan_page(plan, upload=" ".join(refused)), 422)
    return redirect(url_for("desk.packet_plan", id=id, done=plan.revision) + "#files", 303)


def _together(plan: PacketPlan, ids: Sequence[str], by: str) -> PacketPlan:
    """Pictures that came together become photo sheets; what is none waits by itself."""
    plans = office().binding.plans
    waiting = [row for row in plan.sheet.waiting if row["id"] in ids]
    usable = [row for row in waiting if plans.examined(plan, row["file"]).verdict != "refused"
              and plans.examined(plan, row["file"]).pages == 1]  # fmt: skip
    if not usable:
        return plan

    def put_in(sheet: Worksheet) -> Worksheet:
        photos = [{"file": row["file"]} for row in usable]
        made, _ = sheet.with_row({"photos": photos, "title": "Photographs", "exhibit": "auto"})
        for row in usable:
            made = made.dismissed(row["id"])
        return made

    return plans.change(plan.id, put_in, f"{_count(len(usable), 'photograph')} put in", actor=by)


@allows("packets")
def packet_row_page(id: str, row: str, page: int) -> Response:
    """A page of a row as a picture."""
    plan = office().binding.plans.get(id)
    return shown(office().binding.row_picture(plan, plan.sheet.row(row), page, width()))
