"""The samples of a template at the desk: seen, added, changed, removed; each save is a new draft."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.review.samples import refuse_broken
from docservice.refusal import Refusal
from docservice.web.desk.access import allows, office
from docservice.web.desk.drafting import even, keep, shared
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION

_FIELD = "sample:"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/samples")(samples)
    blueprint.post(f"{VERSION}/samples")(save_samples)


@allows("propose")
def samples(key: str, number: int) -> str:
    """The samples of a version."""
    return _page(key, number, {})


@allows("propose")
def save_samples(key: str, number: int) -> BaseResponse:
    """Keep what was typed, uploaded and ticked off as a new draft."""
    held = {name: data.decode() for name, data in office().review.samples(key, number).items()}
    typed = {name: even(request.form[_FIELD + name]) for name in held if _FIELD + name in request.form}
    removed = [name for name in request.form.getlist("remove") if name in held]
    try:
        changed = {name: text for name, text in typed.items() if text.strip() != held[name].strip()}
        added = _added(held)
        refuse_broken({name: text.encode() for name, text in {**changed, **added}.items() if name not in removed})
        files: dict[str, bytes] = {}
        if set(changed) - set(removed) or added:
            now = {name: text for name, text in {**held, **changed, **added}.items() if name not in removed}
            files = {f"samples/{name}": text.encode() for name, text in now.items()}
        record = keep(key, number, files, [] if files else [f"samples/{name}" for name in removed])
    except Refusal as refusal:
        return current_app.response_class(_page(key, number, typed, refusal), status_of(refusal))
    return redirect(url_for("desk.samples", key=key, number=record.number, done="saved"), 303)


def _added(held: dict[str, str]) -> dict[str, str]:
    """A sample that was typed or uploaded."""
    sent = request.files.get("file")
    data, text = sent.read() if sent is not None else b"", even(request.form.get("text", ""))
    name = request.form.get("name", "").strip() or (sent.filename or "" if sent is not None and data else "")
    if not data and not text.strip() and not name:
        return {}
    name = name if name.endswith(".json") else f"{name}.json"
    problem = None
    if data and text.strip():
        problem = "Type it or upload it, not both.", "/text"
    elif not data and not text.strip():
        problem = "Type the casefile, or choose a file.", "/text"
    elif name in held:
        problem = f"There is a sample {name} already; change that one, or give another name.", "/name"
    if problem is not None:
        raise Refusal("desk.sample", problem[0], [Finding.error("desk.sample", *problem)])
    try:
        return {name: data.decode("utf-8-sig") if data else text}
    except UnicodeDecodeError:
        message = f"{name} is not UTF-8 text."
        raise Refusal("desk.sample", message, [Finding.error("desk.sample", message, "/file")]) from None


def _page(key: str, number: int, typed: dict[str, str], refusal: Refusal | None = None) -> str:
    held = {name: data.decode() for name, data in office().review.samples(key, number).items()}
    errors: dict[str, list[str]] = {}
    for problem in refusal.problems if refusal is not None else ():
        parts = problem.place.split("/")
        if parts[:2] == ["", "samples"] and len(parts) > 2:
            at = "/".join(parts[3:])
            errors.setdefault(parts[2], []).append(f"/{at}: {problem.message}" if at else problem.message)
        elif parts[0] == "" and len(parts) > 1:
            errors.setdefault(parts[1], []).append(problem.message)
    known = {*held, "name", "text", "file"}
    stray = [one for name, said in errors.items() if name not in known for one in said]
    if stray:  # of the one that is being added
        errors.setdefault("text", []).extend(stray)
    findings = office().review.lint(key, number) if refusal is None else ()
    rows = [
        {"name": name, "id": f"sample-{index}", "text": typed.get(name, text), "changed": name in errors or
         typed.get(name, text).strip() != text.strip(), "removed": name in request.form.getlist("remove"),
         "errors": errors.get(name, []), "findings": [f for f in findings if f.place.startswith(f"samples/{name}:")]}
        for index, (name, text) in enumerate(sorted(held.items()))
    ]  # fmt: skip
    return render_template(
        "desk/samples.html", rows=rows, errors=errors, form=request.form, **shared(key, number, "samples", refusal)
    )  # fmt: skip
