"""A case as the desk has it open: what it holds, who keeps its facts, and how a change of them is saved."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for
from markupsafe import Markup

from docservice.office.cases.values import CaseOnRecord, CaseSummary
from docservice.refusal import Refusal
from docservice.web.desk import two_people
from docservice.web.desk.access import actor, may, office
from docservice.web.desk.forms import DeskForm

RecordFacts = Mapping[str, Any]
_TRIES = 4


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that somebody looks at. ``tracker`` names the outside system that keeps its facts, if one does."""

    found: CaseOnRecord
    tracker: str

    @property
    def summary(self) -> CaseSummary:
        return self.found.summary

    @property
    def number(self) -> str:
        return self.found.summary.number

    @property
    def facts(self) -> RecordFacts:
        return self.found.casefile

    @property
    def site(self) -> str:
        """The address, by which people know a case."""
        place = self.facts.get("property") or {}
        return str(place.get("situs") or place.get("apn") or self.number)

    @property
    def seen(self) -> str:
        """The state that a form shows, to know whether somebody saved meanwhile."""
        return str(self.found.summary.revision)

    @property
    def may_tell(self) -> bool:
        """Whether what happened may be put on record by whoever asks."""
        return may("issue") and self.found.summary.merged_into is None

    @property
    def may_write(self) -> bool:
        """Whether facts may be changed here by whoever asks."""
        return self.may_tell and not self.tracker

    def item(self, listed: str, id: str, key: str = "id") -> RecordFacts | None:
        """One item of a list."""
        return next((one for one in self.facts.get(listed) or () if one.get(key) == id), None)


def opened(number: str) -> OpenCase:
    """A case by its number, however it is typed. Raises ``Refusal("case.unknown", kind="missing")``."""
    found = office().cases.read(number)
    kind, _, name = found.summary.created_by.partition(":")
    return OpenCase(found, name if kind == "key" else "")


def writable(number: str) -> OpenCase:
    """A case whose facts may be changed here. Raises ``Refusal("desk.case_kept")`` for one that a tracker keeps."""
    case = opened(number)
    if case.tracker:
        message = (
            f"The facts of {case.number} are kept in {case.tracker}. Change them there; they come here by themselves."
        )
        raise Refusal("desk.case_kept", message, kind="conflict")
    if case.summary.merged_into is not None:
        raise Refusal(
            "case.merged", f"{case.number} went into {case.summary.merged_into}: go on there.", kind="conflict"
        )
    return case


def crumbs(case: OpenCase, *steps: tuple[str, str]) -> Markup:
    """The way here: Cases › the site › steps, each with its words and address (empty: no link)."""
    links = [("Cases", url_for("desk.cases")), (case.site, address(case.number)), *steps]
    said = [
        Markup('<a href="{}">{}</a>').format(to, words) if to else Markup("{}").format(words) for words, to in links
    ]
    return Markup(" › ").join(said)


def address(number: str, rest: str = "") -> str:
    """The address of a case's page, or of one below it."""
    return url_for("desk.case", case=number) + rest


def self_keeping(form: DeskForm, case: OpenCase, path: str, title: str) -> DeskForm:
    """The form as one that keeps itself: what is typed and not sent is there again on its page, and under Today."""
    form.draft, form.title = f"case/{case.summary.number}{path}"[:200], f"{case.site}: {title}"[:300]
    return form


def put_in(item: RecordFacts, form: DeskForm) -> dict[str, Any]:
    """An item with what a form asked in it: what is empty there is gone, what it did not ask stays."""
    made = copy.deepcopy(dict(item))
    given = form.facts()
    for one in form:
        *way, last = one.name.split("/")
        inner: Any = made
        for step in way:
            inner = inner.get(step) if isinstance(inner, dict) else None
        if isinstance(inner, dict) and last in inner:
            before = inner.pop(last)
            if one.kind == "boxes" and isinstance(before, list):  # what was chosen before keeps its order
                chosen = {*one.values}
                kept = [value for value in before if value in chosen]
                _set(given, one.name, [*kept, *(value for value in one.values if value not in kept)])
    _merge(made, given)
    return {name: value for name, value in made.items() if value != {}}


def _set(given: dict[str, Any], name: str, values: list[str]) -> None:
    *way, last = name.split("/")
    for step in way:
        given = given.get(step, {})
    if last in given:
        given[last] = values


def _merge(into: dict[str, Any], given: RecordFacts) -> None:
    for name, value in given.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value


def save(
    number: str,
    sent: DeskForm,
    change: Callable[[RecordFacts], RecordFacts],
    pick: Callable[[RecordFacts], RecordFacts],
    *,
    what: str,
    action: str,
    way: Markup | str = "",
) -> Response | None:
    """Keep what ``change`` makes of the facts; None when it is kept, else the page of two people.

    ``pick`` is what of the facts the form shows: where that is as it was when the form was opened, somebody else's
    change of another part stops nobody. Raises the office's ``Refusal`` for what cannot be.
    """
    try:
        saw = seen = int(sent.seen)
    except ValueError:
        raise Refusal(
            "desk.form", "This form does not say what it shows. Open the page again.", kind="malformed"
        ) from None
    for _ in range(_TRIES):
        try:
            office().cases.rewrite(number, lambda facts: change(facts or {}), actor=actor().name, saw=saw)
            return None
        except Refusal as refusal:
            if refusal.kind != "precondition-failed":
                raise
        now = office().cases.read(number)
        before = office().cases.read(number, revision=seen)
        mine, theirs = pick(before.casefile), pick(now.casefile)
        if mine != theirs:
            newest = office().cases.revisions(number)[0]
            return two_people.page(
                sent, sent.filled(mine), sent.filled(theirs, seen=str(now.summary.revision)), action=action,
                what=what, by=newest.actor, at=newest.at, crumbs=way,
            )  # fmt: skip
        saw = now.summary.revision
    raise Refusal("case.busy", f"{number} is being changed by many at once. Try again in a moment.", kind="busy")
