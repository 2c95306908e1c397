"""Packets and jobs, to look at. They are made elsewhere: by systems, and on the command line."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, send_file

from docservice.media_types import MEDIA_TYPES
from docservice.web.desk.access import allows, office


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/packets")(packets)
    blueprint.get("/packets/<id>")(packet)
    blueprint.get("/packets/<id>/files/<name>")(packet_file)
    blueprint.get("/jobs")(jobs)


@allows("packets")
def packets() -> str:
    """Packets on record, newest first."""
    number, size = max(request.args.get("page", 1, type=int), 1), office().settings.per_page
    found = office().binding.find(case=request.args.get("case", "").strip() or None, page=number)
    return render_template("desk/packets.html", found=found, page=number, pages=max(-(-found.total // size), 1))


@allows("packets")
def packet(id: str) -> str:
    """One packet: its contents, its files, what to know about it."""
    return render_template("desk/packet.html", packet=office().binding.packet(id))


@allows("packets")
def packet_file(id: str, name: str) -> Response:
    """A file of a packet."""
    path = office().binding.file(id, name)
    return send_file(path, mimetype=MEDIA_TYPES["pdf"], download_name=name, conditional=True)


@allows("packets")
def jobs() -> str:
    """The newest jobs, with how far they are."""
    listed = office().jobs.listed(last=100)
    busy = any(job.state in ("queued", "running") for job in listed)
    return render_template("desk/jobs.html", jobs=listed, busy=busy)
