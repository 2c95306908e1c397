"""The head of a template (``template.yaml``) at the desk: as fields, or as text with what is wrong by line."""

from __future__ import annotations

from typing import Any

import yaml
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.review import heads
from docservice.refusal import Refusal
from docservice.web.desk.access import allows, office
from docservice.web.desk.drafting import even, keep, shared
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION

FILE = "template.yaml"
LISTS = ("signers", "recipients", "required_blocks", "not_in", "statements")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/head")(head)
    blueprint.post(f"{VERSION}/head")(save_head)


@allows("propose")
def head(key: str, number: int) -> str:
    """What a template says about itself."""
    return _page(key, number)


@allows("propose")
def save_head(key: str, number: int) -> BaseResponse:
    """Keep it as a new draft."""
    bundle = office().review.bundle(key, number)
    text = bundle.files[FILE].decode()
    try:
        if "text" in request.form:
            made = even(request.form["text"]).rstrip("\n") + "\n"
        else:
            own = heads.FIELDS if bundle.meta.face == "letter" else heads.HANDOUT_FIELDS
            values = {name: value for name, value in typed_values().items() if name in own}
            made = heads.changed(office().means, text, values)
        record = keep(key, number, {FILE: made.encode()} if made != text else {})
    except Refusal as refusal:
        return current_app.response_class(_page(key, number, refusal), status_of(refusal))
    more = {"as": "text"} if "text" in request.form else {}
    return redirect(url_for("desk.head", key=key, number=record.number, done="saved", **more), 303)  # type: ignore[arg-type]


def typed_values() -> dict[str, Any]:
    """The values of a form, as a head says them."""
    values: dict[str, Any] = {name: request.form.getlist(name) for name in LISTS}
    for name in ("title", "audience", "document_type"):
        values[name] = " ".join(request.form.get(name, "").split())
    values["envelope"] = request.form.get("envelope") or None
    values["taglines"] = "taglines" in request.form
    return values


def by_field(refusal: Refusal | None) -> dict[str, list[str]]:
    """What is wrong with each field of a form, by the first step of its JSON pointer."""
    found: dict[str, list[str]] = {}
    for problem in refusal.problems if refusal is not None else ():
        if problem.place.startswith("/"):
            found.setdefault(problem.place.split("/")[1], []).append(problem.message)
    return found


def _page(key: str, number: int, refusal: Refusal | None = None) -> str:
    bundle = office().review.bundle(key, number)
    text = bundle.files[FILE].decode()
    as_text = "text" in request.form or request.args.get("as") == "text"
    raw = yaml.safe_load(text)
    meta = bundle.meta
    values = {name: raw.get(name, getattr(meta, name, "")) for name in heads.FIELDS}
    if refusal is not None and not as_text:
        values = typed_values()
    findings = office().review.lint(key, number) if refusal is None else ()
    return render_template(
        "desk/head.html", as_text=as_text, text=request.form.get("text", text).replace("\r\n", "\n"), values=values,
        meta=meta, known=heads.choices(office().means, meta.face), errors=by_field(refusal),
        findings=[finding for finding in findings if finding.place.startswith(FILE)],
        **shared(key, number, "head", refusal),
    )  # fmt: skip
