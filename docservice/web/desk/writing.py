"""Proposing wording by editing it in the browser: a version's text in, a new draft out.

A text that cannot be kept is given back as it was typed, with what is wrong by line. A draft whose text was saved is
looked at by lint at once.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.catalog.bundle import Bundle
from docservice.correspondence.proposing import Proposal
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.answers import status_of
from docservice.web.desk.reviewing import DONE
from docservice.web.desk.wording import VERSION

_FIELD = "file:"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/edit")(edit)
    blueprint.post(f"{VERSION}/edit")(save)


@allows("propose")
def edit(key: str, number: int) -> str:
    """The wording of a version, to be changed into a new draft."""
    return _page(key, number)


@allows("propose")
def save(key: str, number: int) -> BaseResponse:
    """Keep what was typed as a new draft; one's own draft is replaced by it."""
    version = office().review.version(key, number).version
    held = _texts(office().review.bundle(key, number))
    typed = {
        name: _even(request.form[_FIELD + name], text) for name, text in held.items() if _FIELD + name in request.form
    }
    files = {name: text.encode() for name, text in typed.items() if text != held[name]}
    newest = max(one.version.number for one in office().review.versions(key))
    try:
        if request.form.get("latest", str(newest)) != str(newest) and "anyway" not in request.form:
            message = f"Meanwhile there is version {newest}. Look at it, and save yours beside it if you still want to."
            raise Refusal("desk.stale", message, kind="precondition-failed")
        if not files:
            raise Refusal("desk.unchanged", "Nothing in the text was changed, so there is nothing to save.")
        own = version.author == actor().name and version.status == "draft"
        proposal = Proposal(key, files, request.form.get("note", "").replace("\r\n", "\n").strip(), number,
                            number if own else None)  # fmt: skip
        record = office().review.propose(proposal, actor=actor())
    except Refusal as refusal:
        page = _page(key, number, typed=typed, refusal=refusal, newest=newest)
        return current_app.response_class(page, status_of(refusal))
    return redirect(url_for("desk.edit", key=key, number=record.number, done="saved"), 303)


def _page(
    key: str,
    number: int,
    *,
    typed: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    newest: int | None = None,
) -> str:
    one = office().review.version(key, number)
    bundle = office().review.bundle(key, number)
    texts = {**_texts(bundle), **(typed or {})}
    latest = newest or max(each.version.number for each in office().review.versions(key))
    files: list[dict[str, Any]] = [
        {"name": name, "field": _FIELD + name, "text": text, "rows": min(40, text.count("\n") + 4),
         "main": name == bundle.wording_path, "changed": typed is not None and text != _texts(bundle)[name]}
        for name, text in texts.items()
    ]  # fmt: skip
    files.sort(key=lambda file: (not file["main"], file["name"]))
    return render_template(
        "desk/edit.html", one=one, version=one.version, files=files, refusal=refusal, latest=latest,
        own=one.version.author == actor().name and one.version.status == "draft",
        note=request.form.get("note", one.version.note if one.version.author == actor().name else ""),
        findings=office().review.lint(key, number) if refusal is None else (),
        done=DONE.get(request.args.get("done", "")) if refusal is None else None,
    )  # fmt: skip


def _texts(bundle: Bundle) -> dict[str, str]:
    """The wording and its clauses."""
    found = {bundle.wording_path: bundle.files[bundle.wording_path].decode()}
    found |= {
        name: content.decode()
        for name, content in bundle.files.items()
        if name.startswith("clauses/") and name.endswith(".html")
    }
    return found


def _even(typed: str, before: str) -> str:
    """What a browser sends, with the line breaks of a file; the one at the end is not for people to think of."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\n") + "\n" if before.endswith("\n") else text
