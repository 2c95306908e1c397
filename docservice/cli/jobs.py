"""``docservice jobs`` and ``docservice worker``: long work that the API took on."""

from __future__ import annotations

import json
import logging
import signal
import time
from typing import TYPE_CHECKING, Any

import click

from docservice.cli.opening import actor, opened, settings
from docservice.cli.output import REFUSED, emit, json_option, plain, table, wants_json
from docservice.office.means.choices import JOB_STATES

if TYPE_CHECKING:
    from docservice.office.means.records import JobRecord

_WATCH_SECONDS = 0.5


@click.group()
def jobs() -> None:
    """Long work: list, show, cancel. Packets and mailings that the API queued."""


@jobs.command("list")
@click.option("--state", type=click.Choice(JOB_STATES), help="Only jobs in this state.")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many, newest first.")
@json_option
def list_(state: str | None, last: int) -> None:
    """List jobs, newest first."""
    with opened() as office:
        found = office.jobs(state=state, last=last)
    rows = [(j.id, j.kind, j.state, f"{j.done}/{j.total}", j.case, j.title, j.created_by) for j in found]
    head = ("Id", "Kind", "State", "Parts", "Case", "Title", "By")
    emit({"items": found}, table(head, rows, "No jobs."))


@jobs.command()
@click.argument("job")
@json_option
def show(job: str) -> None:
    """Show a job: how far it is, what it made, why it failed.

    \b
    Example:
      docservice jobs show 0b9f2c3e-5d0c-4f6e-9c57-6a1f0d5b2a11
    """
    with opened() as office:
        found = office.job(job)
    emit({"job": found}, _lines(found))


@jobs.command()
@click.argument("job")
@json_option
@click.pass_context
def watch(context: click.Context, job: str) -> None:
    """Follow a job until it ends: a line whenever it has got further.

    Exit code 0: it is done; 1: it failed or was canceled. Ctrl-C ends the watching, not the job.

    \b
    Example:
      docservice jobs watch 0b9f2c3e-5d0c-4f6e-9c57-6a1f0d5b2a11
    """
    with opened() as office:
        found, told = office.job(job), ""
        while True:
            checked = f"  {found.checked} checked" if found.checked > found.done else ""
            line = f"{found.state}  {found.done}/{found.total}{checked}  {found.label}".rstrip()
            if line != told:
                told = line
                click.echo(json.dumps(plain(found), ensure_ascii=False) if wants_json() else line)
            if found.finished_at is not None:
                break
            time.sleep(_WATCH_SECONDS)
            found = office.job(job)
    if found.problem is not None and not wants_json():
        click.echo(str(found.problem), err=True)
    if found.state != "done":
        context.exit(REFUSED)


@jobs.command()
@click.argument("job")
@json_option
def cancel(job: str) -> None:
    """Cancel a job: at once while it waits, else before its next part. What it has made stays.

    \b
    Example:
      docservice jobs cancel 0b9f2c3e-5d0c-4f6e-9c57-6a1f0d5b2a11
    """
    with opened() as office:
        found = office.cancel_job(job, actor=actor())
    ends = "is canceled" if found.finished_at else "ends before its next part"
    emit({"job": found}, [f"{found.id} {ends}."])


@click.command()
@click.option("--drain", is_flag=True, help="End when nothing waits, instead of waiting for more.")
@json_option
def worker(drain: bool) -> None:
    """Do long work as a process of its own, one part of a job at a time, until Ctrl-C.

    `docservice serve` has a worker already. Run more of them, and they share the parts of a mailing: on one SQLite
    file, or on any machine that reaches the PostgreSQL database and the data folder. Each has DOCSERVICE_WORKERS
    rendering processes. A worker may be killed at any time; its part is taken over when its lease ends
    (DOCSERVICE_LEASE_SECONDS), and nothing is issued twice.

    \b
    Examples:
      docservice worker
      docservice worker --drain
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    with opened(workers=settings().workers) as office:
        signal.signal(signal.SIGTERM, lambda *_: office.worker.halt())
        signal.signal(signal.SIGINT, lambda *_: office.worker.halt())
        for done in office.worker.finished(drain=drain):
            if wants_json():
                click.echo(json.dumps(plain(done), ensure_ascii=False))
            else:
                click.echo("  ".join(_lines(done)[:1]))


def _lines(job: JobRecord) -> list[str]:
    lines = [f"{job.id}  {job.kind}  {job.state}  {job.done}/{job.total}  {job.title}"]
    shown: dict[str, Any] = {
        "Case": job.case, "Now": job.label or None, "Attempts": job.attempts, "Worker": job.worker,
        "Queued": job.created_at.isoformat(timespec="seconds"), "By": job.created_by,
        "Ended": job.finished_at.isoformat(timespec="seconds") if job.finished_at else None,
        "Made": ", ".join(job.results) or None, "Checked": f"{job.checked} of {job.total}" if job.outcomes else None,
    }  # fmt: skip
    lines += [f"{name:9} {value}" for name, value in shown.items() if value is not None]
    refused = [f"{one.recipient}: {one.problem}" for one in job.outcomes if one.problem is not None]
    return [*lines, *(str(job.problem).splitlines() if job.problem else refused)]
