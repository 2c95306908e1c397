"""What the pages of editing share: files that somebody changed, kept as the next draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import request

from docservice.office.means.versions import VersionRecord
from docservice.office.review.proposing import Proposal
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, office
from docservice.web.desk.reviewing import DONE


def keep(key: str, number: int, files: Mapping[str, bytes], removes: Collection[str] = ()) -> VersionRecord:
    """Keep changes of a version as a new draft; one's own draft is replaced by it.

    Raises ``Refusal``: ``desk.stale`` when a newer version was proposed meanwhile, ``desk.unchanged``, and what
    ``office.review.proposing`` refuses.
    """
    version = office().review.version(key, number).version
    refuse_stale(key)
    if not files and not removes:
        raise Refusal("desk.unchanged", "Nothing was changed, so there is nothing to save.")
    own = version.author == actor().name and version.status == "draft"
    proposal = Proposal(key, files, note(), number, number if own else None, frozenset(removes))
    return office().review.propose(proposal, actor=actor())


def refuse_stale(key: str) -> None:
    """Ask first, when the form was opened before the newest version was proposed."""
    newest = latest(key)
    if request.form.get("latest", str(newest)) != str(newest) and "anyway" not in request.form:
        message = f"Meanwhile there is version {newest}. Look at it, and save yours beside it if you still want to."
        raise Refusal("desk.stale", message, kind="precondition-failed")


def latest(key: str) -> int:
    """The number of the newest version."""
    return max(each.version.number for each in office().review.versions(key))


def note() -> str:
    """Why it is changed."""
    return request.form.get("note", "").replace("\r\n", "\n").strip()


def shared(key: str, number: int, here: str, refusal: Refusal | None = None) -> dict[str, Any]:
    """What the template of every page of editing needs; ``here`` is the page."""
    one = office().review.version(key, number)
    mine = one.version.author == actor().name
    return {
        "one": one, "version": one.version, "own": mine and one.version.status == "draft", "here": here,
        "latest": latest(key), "note": request.form.get("note", one.version.note if mine else ""), "refusal": refusal,
        "done": DONE.get(request.args.get("done", "")) if refusal is None else None,
    }  # fmt: skip


def even(typed: str) -> str:
    """What a browser sends, with the line breaks of a file."""
    return typed.replace("\r\n", "\n").replace("\r", "\n")
