"""What follows when a part has ended: the job's next part, its next stage, or its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.jobs.job import Ending, Outcome, outcome_from, refusal_to_plain
from docservice.refusal import Refusal
from docservice.storage.models import IdempotencyRow, JobPartRow, JobRow


def settle(session: Session, row: JobRow, at: datetime) -> None:
    """Bring a job to where its parts are, in the caller's transaction, which holds its row."""
    session.flush()
    parts = list(session.scalars(select(JobPartRow).where(JobPartRow.job_id == row.id).order_by(JobPartRow.n)))
    if row.kind == "letters":
        _count(row, parts)
    under_way = [part for part in parts if part.state == "running"]
    if row.cancel_asked_at is not None or row.problem is not None:
        if not under_way:
            end(session, row, "failed" if row.problem is not None else "canceled", at)
        return
    if any(part.state != "done" for part in parts):
        return
    outcomes = [outcome_from(one) for part in parts for one in part.outcomes]
    refused = [one for one in outcomes if one.problem is not None]
    if parts[0].stage == "check" and not refused:
        for part in parts:
            part.stage, part.state, part.attempts, part.claimable_at, part.outcomes = "issue", "queued", 0, at, []
    elif parts[0].stage == "check" or len(refused) == len(outcomes):
        row.problem = refusal_to_plain(_together(refused, len(outcomes)))
        end(session, row, "failed", at)
    else:
        end(session, row, "done", at)


def end(session: Session, row: JobRow, ending: Ending, at: datetime) -> None:
    """End a job. What it has made is told, also what was made by a worker that did not live to say so."""
    row.state, row.finished_at, row.worker = ending, at, None
    if ending == "done":
        row.label = ""
    for part in session.scalars(select(JobPartRow).where(JobPartRow.job_id == row.id)):
        part.state, part.worker = "done", None
    if row.kind == "letters":
        known = set(row.results)
        of_this = IdempotencyRow.key.startswith(f"job:{row.id}:", autoescape=True)
        query = select(IdempotencyRow.document_id).where(IdempotencyRow.actor == row.created_by, of_this)
        query = query.order_by(IdempotencyRow.created_at, IdempotencyRow.key)
        untold = [id for id in session.scalars(query) if id is not None and id not in known]
        row.results = [*row.results, *untold]
    session.flush()


def outcomes_of(session: Session, row: JobRow) -> list[Outcome]:
    """What came of each letter of a job so far."""
    if row.kind != "letters":
        return []
    parts = session.scalars(select(JobPartRow).where(JobPartRow.job_id == row.id).order_by(JobPartRow.n))
    return [outcome_from(one) for part in parts for one in part.outcomes]


def _count(row: JobRow, parts: Sequence[JobPartRow]) -> None:
    told = [one for part in parts if part.state == "done" and part.stage == "issue" for one in part.outcomes]
    checked = sum(len(part.outcomes) for part in parts if part.state == "done" and part.stage == "check")
    row.done = len(told)
    row.checked = max(row.checked, checked, row.done)
    row.results = [one["document"] for one in told if one["document"] is not None]


def _together(refused: Sequence[Outcome], letters: int) -> Refusal:
    """One refusal for a job: that of its one letter, or what the checks say of each."""
    problems = [(one, one.problem) for one in refused if one.problem is not None]
    if letters == 1:
        return problems[0][1]
    said = [
        replace(problem, message=f"{outcome.recipient}: {problem.message}")
        for outcome, refusal in problems
        for problem in refusal.findings
    ]
    count = "a letter" if len(problems) == 1 else f"{len(problems)} letters"
    return Refusal("checks.failed", f"The checks refuse {count} of this mailing; none was issued.", said)
