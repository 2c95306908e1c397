"""Packets on record: the list with those that are being put together, one packet, its files and certificate."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, render_template, request, send_file

from docservice.media_types import MEDIA_TYPES
from docservice.office.binding.packet_plans import PacketPlan
from docservice.web.desk.access import allows, office

_WIDTHS = (120, 900)  # pixels: beside a line, and to be read


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/packets")(packets)
    blueprint.get("/packets/<id>")(packet)
    blueprint.get("/packets/<id>/files/<name>")(packet_file)
    blueprint.get("/packets/<id>/certificate.json")(packet_certificate)
    blueprint.get("/packets/<id>/pages/<int:page>.jpg")(packet_page)


@allows("packets")
def packets() -> str:
    """Packets that are being put together, and those on record, newest first."""
    number, size = max(request.args.get("page", 1, type=int), 1), office().settings.per_page
    case = request.args.get("case", "").strip() or None
    found = office().binding.find(case=case, page=number)
    plans = office().binding.plans.listed(case) if number == 1 else ()
    return render_template(
        "desk/packets.html", found=found, plans=plans, case=case, page=number, pages=max(-(-found.total // size), 1)
    )


@allows("packets")
def packet(id: str) -> str:
    """One packet: its contents, its files, what to know about it."""
    record = office().binding.packet(id)
    starts, first = {}, 1
    for volume, file in enumerate(record.files, 1):
        starts[volume] = (file["name"], first)
        first += file["pages"]
    contents = []
    for entry in record.entries:
        name, start = starts.get(entry.get("volume", 1), (None, 1))
        contents.append({**entry, "file": name, "at": entry["first_page"] - start + 1})
    others = [one for one in office().binding.find(case=record.case).items if one.id != id] if record.case else []
    plan = next((one for one in office().binding.plans.listed(record.case) if _made(one, id)), None)
    certificate = office().binding.certificate(id) if record.certificate_sha256 is not None else None
    return render_template(
        "desk/packet.html", packet=record, contents=contents, others=others, plan=plan, certificate=certificate,
        since=office().binding.since(id), numbers=_numbers(record.case),
    )  # fmt: skip


def _made(plan: PacketPlan, id: str) -> bool:
    return any(id in office().jobs.find(job.id).results for job in plan.jobs if not job.what.startswith("draft"))


def _numbers(case: str | None) -> list[str]:
    """The numbers of the papers of a case, the longest first, to link them where the contents name them."""
    if case is None:
        return []
    return sorted((one.number for one in office().issuing.documents(case=case).items), key=len, reverse=True)


@allows("packets")
def packet_file(id: str, name: str) -> Response:
    """A file of a packet."""
    path = office().binding.file(id, name)
    return send_file(path, mimetype=MEDIA_TYPES["pdf"], download_name=name, conditional=True)


@allows("packets")
def packet_certificate(id: str) -> Response:
    """A packet's certificate, as it lies in the archive."""
    text = json.dumps(office().binding.certificate(id), ensure_ascii=False, indent=1)
    response = current_app.response_class(text, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="packet-{id}.certificate.json"'
    return response


@allows("packets")
def packet_page(id: str, page: int) -> Response:
    """A page of a packet as a picture."""
    return shown(office().binding.page_picture(id, page, width()))


def width() -> int:
    """How wide a picture is asked for."""
    return _WIDTHS[1] if "large" in request.args else _WIDTHS[0]


def shown(picture: bytes) -> Response:
    """A picture of a page; it may be kept by its reader for a while."""
    response = current_app.response_class(picture, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response
