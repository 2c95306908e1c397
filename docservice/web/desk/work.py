"""Jobs, to look at: what the office has queued, and how far it is."""

from __future__ import annotations

from flask import Blueprint, render_template

from docservice.web.desk.access import allows, office


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/jobs")(jobs)


@allows("packets")
def jobs() -> str:
    """The newest jobs, with how far they are."""
    listed = office().jobs.listed(last=100)
    busy = any(job.state in ("queued", "running") for job in listed)
    return render_template("desk/jobs.html", jobs=listed, busy=busy)
