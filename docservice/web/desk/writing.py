"""Proposing wording by editing it in the browser: a version's text in, a new draft out.

A text that cannot be kept is given back as it was typed, with what is wrong by line. A draft whose text was saved is
looked at by lint at once.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.refusal import Refusal
from docservice.web.desk.access import allows, office
from docservice.web.desk.drafting import even, keep, shared
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION
from docservice.wording.bundle import Bundle

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
    held = _texts(office().review.bundle(key, number))
    typed = {
        name: _even(request.form[_FIELD + name], text) for name, text in held.items() if _FIELD + name in request.form
    }
    try:
        record = keep(key, number, {name: text.encode() for name, text in typed.items() if text != held[name]})
    except Refusal as refusal:
        return current_app.response_class(_page(key, number, typed=typed, refusal=refusal), status_of(refusal))
    return redirect(url_for("desk.edit", key=key, number=record.number, done="saved"), 303)


def _page(key: str, number: int, *, typed: dict[str, str] | None = None, refusal: Refusal | None = None) -> str:
    bundle = office().review.bundle(key, number)
    texts = {**_texts(bundle), **(typed or {})}
    files: list[dict[str, Any]] = [
        {"name": name, "field": _FIELD + name, "text": text, "rows": min(40, text.count("\n") + 4),
         "main": name == bundle.wording_path, "changed": typed is not None and text != _texts(bundle)[name]}
        for name, text in texts.items()
    ]  # fmt: skip
    files.sort(key=lambda file: (not file["main"], file["name"]))
    return render_template(
        "desk/edit.html", files=files, findings=office().review.lint(key, number) if refusal is None else (),
        in_word=bundle.written_in_word, **shared(key, number, "edit", refusal),
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
    text = even(typed)
    return text.rstrip("\n") + "\n" if before.endswith("\n") else text
