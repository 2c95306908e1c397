"""Photographs of a visit: sent from a telephone or a computer, described, kept; and shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.schema_service import PhotoSchema
from docservice.office.cases.parts import place_of, with_item
from docservice.refusal import Refusal
from docservice.web.desk.access import allows, may, office
from docservice.web.desk.case_parts import VISITS
from docservice.web.desk.case_record import OpenCase, RecordFacts, address, crumbs, opened, save, writable
from docservice.web.desk.cases import DONE
from docservice.web.desk.forms import DeskForm, ask
from docservice.web.desk.statuses import status_of

MOST = 20  # photographs at once
_VISIT = "/cases/<number:case>/visits/<id>/photographs"
_ASKED = ("caption", "alt", "taken_on", "taken_at")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(_VISIT)(visit_photographs)
    blueprint.post(_VISIT)(add_photographs)
    blueprint.post(f"{_VISIT}/described")(save_photographs)
    blueprint.get("/cases/<number:case>/photographs/<sha256>")(case_photograph)


def _form(place: str, count: int) -> DeskForm:
    asked = ask(
        PhotoSchema(), only=_ASKED,
        labels={"caption": "What it shows", "alt": "For somebody who cannot see it", "taken_on": "Taken on",
                "taken_at": "At"},
        hints={"caption": "Printed below it.", "alt": "Say what there is to see, in a sentence.", "taken_on": "",
               "taken_at": ""},
    )  # fmt: skip
    return DeskForm((replace(one, name=f"{n}/{one.name}") for n in range(count) for one in asked), at=place)


def _visit(one: OpenCase, id: str) -> tuple[int, RecordFacts]:
    place = place_of(one.facts, "inspections", id)
    if place is None:
        raise NotFound
    return place, one.facts["inspections"][place]


@allows("issue")
def visit_photographs(case: str, id: str) -> str:
    """The photographs of a visit, with what each shows; and a place to add some."""
    one = writable(case)
    place, visit = _visit(one, id)
    return _shown(one, id, visit, _filled(one, place, visit.get("photos") or ()), visit.get("photos") or ())


def _filled(one: OpenCase, place: int, photos: Any) -> DeskForm:
    form = _form(f"/inspections/{place}/photos", len(photos))
    return form.filled({str(n): photo for n, photo in enumerate(photos)}, seen=one.seen)


def _shown(
    one: OpenCase, id: str, visit: RecordFacts, form: DeskForm, photos: Any, refusal: Refusal | None = None,
    added: int = 0,
) -> str:  # fmt: skip
    here = address(one.number, f"/visits/{id}/photographs")
    named = VISITS.named(visit)
    return render_template(
        "desk/cases/photographs.html", case=one, form=form, photos=photos, here=here, refusal=refusal, added=added,
        named=named, back=address(one.number, "/visits"), at=lambda rest: address(one.number, rest),
        megabytes=int(current_app.config["MAX_CONTENT_LENGTH"]) >> 20, done=DONE.get(request.args.get("done", "")),
        crumbs=crumbs(one, ("Visits and photographs", address(one.number, "/visits")), (named, "")),
    )  # fmt: skip


@allows("issue")
def add_photographs(case: str, id: str) -> str | tuple[str, int]:
    """Take photographs in; the page then asks what each shows. They are in the case when that is saved."""
    one = writable(case)
    place, visit = _visit(one, id)
    photos = list(visit.get("photos") or ())
    sent = [file for name in ("photographs", "camera") for file in request.files.getlist(name) if file.filename]
    files: dict[str, bytes] = {}
    for file in sent[:MOST]:
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        files[name if name not in files else f"{len(files) + 1}-{name}"] = file.read()
    try:
        if not files:
            raise Refusal("photo.none", "Choose a photograph first.")
        if len(sent) > MOST:
            raise Refusal("photo.many", f"That was {len(sent)} photographs. Send {MOST} at a time.")
        taken = office().cases.take_photographs(one.number, files)
    except Refusal as refusal:
        return _shown(one, id, visit, _filled(one, place, photos), photos, refusal), status_of(refusal)
    for each in taken:
        photos.append(
            {"file": each.file, "sha256": each.sha256, "taken_on": (each.taken_on or visit["on"]),
             "taken_at": f"{each.taken_at:%H:%M}" if each.taken_at else None, "taken_with": each.taken_with or None}
        )  # fmt: skip
    return _shown(one, id, visit, _filled(one, place, photos), photos, added=len(taken))


@allows("issue")
def save_photographs(case: str, id: str) -> BaseResponse | str | tuple[str, int]:
    """Keep what each photograph shows; those marked are taken off, those that are new are in the case now."""
    one = writable(case)
    place, visit = _visit(one, id)
    held = {photo["file"]: photo for photo in visit.get("photos") or ()}
    files, sums = request.form.getlist("file"), request.form.getlist("sha256")
    out = set(request.form.getlist("off"))
    listed = [
        held.get(file) or {"file": file, **({"sha256": sha256} if sha256 else {}),
                           **({"taken_with": withal} if withal else {})}
        for file, sha256, withal in zip(files, sums, request.form.getlist("taken_with"), strict=False)
    ]  # fmt: skip
    sent = _form(f"/inspections/{place}/photos", len(listed)).sent()
    by = str(visit.get("inspector") or "")
    told = sent.facts()

    def change(facts: RecordFacts) -> RecordFacts:
        """Each photograph as it was typed; one that somebody added meanwhile stays."""
        found = next(each for each in facts.get("inspections") or () if each.get("id") == id)
        rest = {name: value for name, value in found.items() if name != "photos"}
        typed = [
            {**_without(photo), **told.get(str(n), {}), "taken_by": photo.get("taken_by") or by}
            for n, photo in enumerate(listed) if photo["file"] not in out
        ]  # fmt: skip
        known = {photo["file"] for photo in listed}
        kept = [*typed, *(photo for photo in found.get("photos") or () if photo["file"] not in known)]
        return with_item(facts, "inspections", id, {**rest, **({"photos": kept} if kept else {})})

    if out:  # then places of the others move: what is wrong is said in words only
        sent = DeskForm(sent, at="/none", seen=sent.seen)
    try:
        answer = save(one.number, sent, change, lambda facts: {}, what="the photographs", action=request.path)
    except Refusal as refusal:
        return _shown(one, id, visit, sent.refused(refusal), listed, added=len(listed) - len(held)), status_of(refusal)
    return answer or redirect(f"{address(one.number, f'/visits/{id}/photographs')}?done=photos", 303)


def _without(photo: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in photo.items() if name not in _ASKED}


@allows("read")
def case_photograph(case: str, sha256: str) -> Response:
    """A photograph of the case, upright and without what the camera says besides."""
    one = opened(case)
    named = next((photo for visit in one.facts.get("inspections") or () for photo in visit.get("photos") or ()
                  if photo.get("sha256") == sha256), None)  # fmt: skip
    if named is None and not may("issue"):  # one that was just sent is in no case yet
        raise NotFound
    content, media_type = office().cases.photograph(
        sha256, named["file"] if named else "photograph", small="small" in request.args
    )
    response = current_app.response_class(content, content_type=media_type)
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
