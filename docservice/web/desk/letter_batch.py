"""One kind of letter for many cases: a dry run that says by row what is missing, then a job for each case."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.means.records import JobRecord
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.letter_forms import LetterForm, letter_form

MOST = 50  # cases of one batch
_HEADINGS = ("case", "number", "case number", "case_number")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/letters/batch")(letter_batch)
    blueprint.post("/letters/batch")(try_batch)
    blueprint.post("/letters/batch/issue")(issue_batch)
    blueprint.get("/letters/batch/progress")(batch_progress)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One case of a batch: whom its letter goes to, and what is missing."""

    row: int
    number: str
    title: str
    people: tuple[str, ...]
    problems: tuple[str, ...]


def _form() -> DeskForm:
    kinds = office().jobs.writing.titles()
    return DeskForm((
        Asked("kind", "What kind of letter?", kind="choice", required=True, choices=kinds),
        Asked("cases", "Which cases?", f"One case number on each line, {MOST} at most.", "lines", rows=8),
    ))  # fmt: skip


@allows("issue")
def letter_batch() -> str:
    """Which letter, and for which cases?"""
    form = _form().filled({"kind": request.args.get("kind", ""), "cases": request.args.getlist("case")})
    return render_template("desk/letters/batch.html", form=form, rows=None)


@allows("issue")
def try_batch() -> tuple[str, int] | str:
    """The dry run: what each case lacks. Nothing is kept."""
    form = _form().sent()
    numbers = [*form["cases"].values, *_from_file()]
    numbers = list({case_key(one): one for one in numbers}.values())
    problems = form.missing()
    if not numbers:
        problems.append(Finding.error("desk.missing", "Name a case, or choose a file with case numbers.", "/cases"))
    if len(numbers) > MOST:
        message = f"These are {len(numbers)} cases; {MOST} go at once."
        problems.append(Finding.error("desk.too_many", message, "/cases"))
    if problems:
        return render_template("desk/letters/batch.html", form=form.refused(findings=problems), rows=None), 422
    rows = [_row(at, number, form["kind"].value) for at, number in enumerate(numbers, 1)]
    return render_template(
        "desk/letters/batch.html", form=form, rows=rows, going=[one for one in rows if not one.problems],
        key=str(uuid.uuid4()),
    )  # fmt: skip


def _from_file() -> list[str]:
    """The case numbers of a table: its first column, or the one that is headed so."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return []
    data = file.stream.read(1_000_000)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=";" if text.count(";") > text.count(",") else ",")
            if any(cell.strip() for cell in row)]  # fmt: skip
    if not rows:
        return []
    heads = [cell.strip().casefold() for cell in rows[0]]
    named = next((at for at, head in enumerate(heads) if head in _HEADINGS), None)
    column, body = (named, rows[1:]) if named is not None else (0, rows)
    return [row[column].strip()[:200] for row in body if len(row) > column and row[column].strip()]


def _row(at: int, number: str, key: str) -> BatchRow:
    try:
        letter = _letter(number, key)
        orders = letter.orders()
        names = tuple(one.party.name.latin or one.party.name.text for one in letter.chosen)
        if letter.people and not orders:
            hindered = tuple(dict.fromkeys(each.message for one in letter.people for each in one.problems))
            return BatchRow(at, letter.number, letter.title, (), hindered or ("Nobody is to get it by the rules.",))
        draft = office().jobs.writing.draft(orders[0])
    except Refusal as refusal:
        told = dict.fromkeys(one.message for one in refusal.findings)
        return BatchRow(at, number, "", (), tuple(told) or (refusal.message,))
    wrong = dict.fromkeys(one.message for one in draft.preview.findings if one.severity == "error")
    return BatchRow(at, letter.number, letter.title, names, tuple(wrong))


def _letter(number: str, key: str) -> LetterForm:
    """The letter of a case as its form begins. Raises ``Refusal("batch.which")`` where it could be about several."""
    writing = office().jobs.writing
    about = writing.subjects(number, key)
    open = [one for one in writing.kinds(number) if one.template == key and one.verdict != "no"]
    if len(about) > 1 and len(open) != 1:
        message = "It could be about several things here. Write this one by itself."
        raise Refusal("batch.which", message)
    return letter_form(number, key, open[0].about if open else next(iter(about), None))


@allows("issue")
def issue_batch() -> BaseResponse:
    """Queue the letters, a job for each case; the same batch again gives the same jobs."""
    once, key = request.form.get("key", "")[:60] or str(uuid.uuid4()), request.form.get("kind", "")
    jobs, refused = [], []
    for number in request.form.getlist("case")[:MOST]:
        try:
            orders = _letter(number, key).orders()
            if not orders:
                raise Refusal("order.no_recipient", "Nobody is to get it by the rules.")
            job = office().jobs.queue_letters(
                orders[0], everyone=False, copies=orders, actor=actor().name, mode="each",
                idempotency_key=f"{once}:{number}"[:100],
            )  # fmt: skip
            jobs.append(job.id)
        except Refusal:
            refused.append(number)
    return redirect(url_for("desk.batch_progress", job=jobs, refused=refused), 303)


@allows("issue")
def batch_progress() -> str:
    """How far the letters of a batch are."""
    jobs: Sequence[JobRecord] = [office().jobs.find(id) for id in request.args.getlist("job")[:MOST]]
    busy = any(one.finished_at is None for one in jobs)
    name = "batch-part" if "HX-Request" in request.headers else "batch-progress"
    return render_template(
        f"desk/letters/{name}.html", jobs=jobs, busy=busy, refused=request.args.getlist("refused")[:MOST],
        done=sum(one.finished_at is not None for one in jobs), here=request.full_path,
    )  # fmt: skip
