"""How a letter was served, told at the desk: mailed, posted, handed over; and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.envelopes import BY_MAIL
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office, person
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.letter_copies import CopyRow
from docservice.web.desk.letter_forms import WAYS

RESULTS: Mapping[str, str] = {
    "delivered": "Delivered", "unclaimed": "Came back: unclaimed", "refused": "Came back: refused",
    "returned": "Came back for another reason", "handed_over": "Handed over", "posted": "Still posted",
}  # fmt: skip
_SOMEBODY = "other"
_PHOTOS = 6  # of one posting
_MOST = 20 * 1024 * 1024  # bytes of one file


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/documents/<number>/service/<int:position>/<int(max=100):leg>")(result_of)
    blueprint.post("/documents/<number>/service/<int:position>/<int(max=100):leg>")(record_result)


def service_form(rows: Sequence[CopyRow], sent: MultiDict[str, str] | None = None) -> DeskForm:
    """What is asked of a service; the copies that are not served yet are ticked."""
    open = [row for row in rows if row.in_force and row.copy.recipient is not None]
    waiting = tuple(row.printing.number for row in open if row.served is None or row.served.state == "failed")
    pack = office().town
    people = tuple((one.name, f"{one.name}, {one.title}") for one in pack.officers)
    me = person().name
    if me not in {name for name, _ in people}:
        people = ((me, me), *people)
    said = {item.mail_class for row in open for item in row.mail if item.mail_class and row.served is None}
    ways = said or set(office().jobs.writing.first_ways(open[0].printing) if open else ())
    today = office().means.today().isoformat()
    asked = (
        Asked("copies", "Which copies?", kind="boxes", required=True, values=waiting,
              choices=tuple((row.printing.number, _copy_words(row)) for row in open)),
        Asked("ways", "What was done?", "Tick all that were done together.", "boxes", required=True,
              choices=tuple(WAYS.items()), values=tuple(one for one in WAYS if one in ways)),
        Asked("on", "Day", kind="date", required=True, values=(today,)),
        Asked("at", "Time", "When it was posted or handed over.", "time"),
        Asked("place", "Where", "The post office, or the door.", values=()),
        Asked("by", "By", kind="choice", required=True, choices=(*people, (_SOMEBODY, "Somebody else")), values=(me,)),
        Asked("by_name", "Their name, if somebody else"),
        Asked("adult", "Is it so?", kind="boxes", required=True,
              choices=(("yes", "Whoever did it is over 18 and no party to this case"),)),
        *(Asked(f"article/{row.printing.number}", f"Number on the certified label: copy {_copy_words(row)}")
          for row in open if not any(item.article for item in row.mail)),
        Asked("to_whom", "Into whose hands?"),
        Asked("relation", "Who are they to the person?"),
        Asked("mailed_on", "Day on which the copy was mailed that follows", kind="date"),
        Asked("unit", "At the door of which unit?"),
        Asked("shows", "What do the photographs show?"),
    )  # fmt: skip
    form = DeskForm(asked)
    return form.sent(sent) if sent is not None else form


def _copy_words(row: CopyRow) -> str:
    return f"{row.copy.copy}. {row.name}" if row.copy.recipient_name else str(row.copy.copy)


def service_problems(form: DeskForm) -> tuple[date | None, list[Finding]]:
    """The day of a service, and what is missing or wrong before anything is told."""
    problems = form.missing()
    on = _day(form["on"].value, "/on", problems)
    if "posting_site" in form["ways"].values and not any(_sent("photos")):
        message = "A posting needs photographs: one near, one of the place."
        problems.append(Finding.error("service.photos", message, "/shows"))
    if form["by"].value == _SOMEBODY and not form["by_name"].value.strip():
        problems.append(Finding.error("desk.missing", "Please say who did it.", "/by_name"))
    return on, problems


def record(case: str, rows: Sequence[CopyRow], form: DeskForm, on: date) -> None:
    """Put it on record for each copy that is ticked. Raises ``Refusal`` with each finding at its field.

    Pressed twice it is told once: each copy under the key of the form.
    """
    key = request.form.get("key", "")[:60] or str(uuid.uuid4())
    for row in rows:
        if row.printing.number not in form["copies"].values:
            continue
        try:
            files = _files(row.printing.number, key)
            office().cases.attempt(
                case, row.printing.number, on, _attempt(form, row, on, tuple(files)), actor=actor().name,
                files=files, idempotency_key=f"{key}:{row.printing.number}"[:100],
            )  # fmt: skip
        except Refusal as refusal:
            raise _at_fields(refusal, row) from refusal


def _attempt(form: DeskForm, row: CopyRow, on: date, photos: Sequence[str]) -> dict[str, Any]:
    town = office().town.identity
    name = form["by_name"].value.strip() if form["by"].value == _SOMEBODY else form["by"].value
    title = next((one.title for one in office().town.officers if one.name == name), None)
    declarant = {"name": name, "address": list(town.address), "over_18_and_not_a_party": "yes" in form["adult"].values}
    if title:
        declarant["title"] = title
    legs = [_leg(form, row.printing.number, way, on, photos, name) for way in form["ways"].values]
    return {"party": row.copy.recipient, "declarant": declarant, "legs": legs}


def _leg(form: DeskForm, number: str, way: str, on: date, photos: Sequence[str], by: str) -> dict[str, Any]:
    leg: dict[str, Any] = {"method": way}
    wanted = ["place"]
    if way not in BY_MAIL:
        wanted.append("at")
    if way == "posting_unit":
        wanted.append("unit")
    if way in ("personal", "substituted"):
        wanted.append("to_whom")
    if way == "substituted":
        wanted += ["relation", "mailed_on"]
    for name in wanted:
        if value := form[name].value.strip():
            leg[name] = value
    label = f"article/{number}"
    if way == "certified_mail" and label in form and (digits := form[label].value.strip()):
        leg["article_number"] = digits
    if way in ("posting_site", "posting_unit") and photos:
        says = form["shows"].value.strip() or "The paper where it was posted"
        leg["photos"] = [
            {"file": one, "caption": says, "alt": says, "taken_on": on.isoformat(), "taken_by": by} for one in photos
        ]
    return leg


def _sent(name: str) -> Iterator[FileStorage]:
    return (one for one in request.files.getlist(name) if one.filename)


def _files(number: str, key: str) -> dict[str, bytes]:
    """The photographs that were sent, by names of their own: two telephones call theirs the same.

    Raises ``Refusal("service.file_type")`` for what is no picture, or too large.
    """
    found: dict[str, bytes] = {}
    for at, one in enumerate(_sent("photos"), 1):
        one.stream.seek(0)
        data = one.stream.read(_MOST + 1)
        ending = _ending(data)
        if at > _PHOTOS or len(data) > _MOST or ending is None:
            message = (
                f"At most {_PHOTOS} photographs." if at > _PHOTOS
                else f"{one.filename} is larger than 20 MB." if len(data) > _MOST
                else f"{one.filename} is no photograph that we can read (JPEG, PNG, HEIC)."
            )  # fmt: skip
            raise Refusal("service.file_type", message, [Finding.error("service.file_type", message, "/shows")])
        found[f"{number}-{key[:8]}-{at}.{ending}"] = data
    return found


def _ending(data: bytes) -> str | None:
    kinds = (("jpg", b"\xff\xd8\xff"), ("png", b"\x89PNG\r\n\x1a\n"), ("pdf", b"%PDF-"), ("tif", b"II*\0"))
    if data[4:8] == b"ftyp":
        return "heic"
    return next((ending for ending, begins in kinds if data.startswith(begins)), None)


_FIELDS = {"article_number": "article", "photos": "shows", "method": "ways", "document": "copies"}


def _at_fields(refusal: Refusal, row: CopyRow) -> Refusal:
    """The refusal with each finding at the field of this form; told with whose copy it is."""
    found = []
    for one in refusal.findings or (Finding.error(refusal.code, refusal.message, "/copies"),):
        names = [part for part in one.place.split("/") if part and not part.isdigit() and part not in ("data", "legs")]
        name = next((_FIELDS.get(part, part) for part in names), "copies")
        name = {"name": "by_name", "declarant": "by", "article": f"article/{row.printing.number}"}.get(name, name)
        found.append(replace(one, place=f"/{name}", message=f"{row.name}: {one.message}"))
    return Refusal(refusal.code, refusal.message, found, kind=refusal.kind)


def _day(text: str, place: str, problems: list[Finding]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        if text:
            problems.append(Finding.error("order.date", "This is no day of the calendar.", place))
        return None


def _result_form(sent: MultiDict[str, str] | None = None) -> DeskForm:
    today = office().means.today().isoformat()
    asked = (
        Asked("result", "What became of it?", kind="radio", required=True, choices=tuple(RESULTS.items())),
        Asked("on", "Day", "The day on the receipt, or on which it came back.", "date", required=True, values=(today,)),
        Asked("reason", "What the post office wrote on it", "Attempted–Not Known, Vacant, Unclaimed …"),
        Asked("wrong", "Why was the word before wrong?", "Only if you correct what was recorded before."),
    )
    return DeskForm(asked).sent(sent) if sent is not None else DeskForm(asked)


@allows("issue")
def result_of(number: str, position: int, leg: int) -> str:
    """What became of one way in which a copy was served?"""
    return _result_page(number, position, leg, _result_form())


def _result_page(number: str, position: int, leg: int, form: DeskForm) -> str:
    record = office().issuing.document(number)
    found = office().cases.service(record.case, record.number)
    attempt = next((one for one in found.items if one.position == position), None)
    if attempt is None or not 1 <= leg <= len(attempt.legs):
        raise Refusal("service.unknown", "There is no such service on record.", kind="missing")
    return render_template("desk/letters/result.html", record=record, attempt=attempt, leg=attempt.legs[leg - 1],
                           form=form, ways=WAYS, key=str(uuid.uuid4()))  # fmt: skip


@allows("issue")
def record_result(number: str, position: int, leg: int) -> BaseResponse | tuple[str, int]:
    """Put it on record."""
    record = office().issuing.document(number)
    form = _result_form(request.form)
    problems = form.missing()
    on = _day(form["on"].value, "/on", problems)
    if problems or on is None:
        return _result_page(number, position, leg, form.refused(findings=problems)), 422
    data: dict[str, Any] = {"result": form["result"].value}
    if reason := form["reason"].value.strip():
        data["reason"] = reason
    files = {}
    for one in _sent("scan"):
        content = one.stream.read(_MOST + 1)
        ending = _ending(content)
        if ending is None or len(content) > _MOST:
            message = f"{one.filename} is no scan that we can read (PDF, JPEG, PNG), or larger than 20 MB."
            wrong = Finding.error("service.file_type", message, "/reason")
            return _result_page(number, position, leg, form.refused(findings=[wrong])), 422
        name = f"{record.number}-{uuid.uuid4().hex[:8]}.{ending}"
        files[name] = content
        data["evidence"] = [{"file": name, "what": "Returned envelope or receipt"}]
    try:
        office().cases.service_result(
            record.case, record.number, position, leg, on, data, actor=actor().name, files=files,
            correction=form["wrong"].value.strip() or None, idempotency_key=request.form.get("key", "")[:100] or None,
        )  # fmt: skip
    except Refusal as refusal:
        return _result_page(number, position, leg, form.refused(refusal)), 422
    return redirect(url_for("desk.document", number=record.notice, done="result"), 303)
