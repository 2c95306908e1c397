"""Where in the casefile is a value that the text lacks?"""

from __future__ import annotations

from docservice.casefile.history import PlannedVisit
from docservice.checks.examined import Sight
from docservice.town.subjects import LISTS

# Records of a wording (docs/wording.md) that are one item of a list: what the document is about, as the wording calls
# it, and the appeal that a hearing is of.
_COMPLAINT = {"received_on": "complaint_received_on", "text": "complaint"}
_LISTS = {"served" if kind == "service" else kind: where for kind, where in LISTS.items()} | {"appeal": "appeals"}
_OWN = frozenset(
    {"case", "property", "parties", "violations", "inspections", "citations", "costs", "abatement", *_LISTS.values()}
)
# Fields that name somebody by id: what is below them lies elsewhere, but this is where to mend.
_NAMES_SOMEBODY = frozenset({"officer", "inspector", "sender", "by", "party", "agent"})
# Fields that rendering makes of another one.
_MADE_OF = {
    "section_title": "section", "section_text": "section", "own_name": "name", "called": "name", "dial": "phone",
    "latin": "name/latin", "due_on": "comply_by", "to_pay": "amount", "due": "pay_by",
}  # fmt: skip
# Records that are a field of what the document is about.
_OF_SUBJECT = {"withdrawn": "taken_back", "release": "releases"}
_SAID_IN_WORDS = ("_explained", "_confirmed")  # rendering's words for a value


def pointer(sight: Sight, path: str) -> str:
    """The JSON pointer of the wording's ``path`` (``hearing.place``); ``value PATH`` for what is not in a casefile."""
    first, *rest = path.split(".")
    if first == "complaint":
        return "/".join(["/confidential", *(_COMPLAINT.get(part, part) for part in rest)])
    base = _base(sight, first)
    if base is None:
        return f"value {path}"
    steps: list[str] = []
    for part in rest if first not in ("officer", "violation") else ():
        step = part
        for suffix in _SAID_IN_WORDS:
            step = step.removesuffix(suffix)
        steps.append(_MADE_OF.get(step, step))
        if step in _NAMES_SOMEBODY:
            break
    return "/".join([base, *steps])


def _base(sight: Sight, name: str) -> str | None:
    if name == "recipient":
        return sight.place(sight.recipient) if sight.recipient else "/parties"
    if name == "officer":
        return signed_by(sight)
    if name == "violation":  # of no violation at all: each that there is has its place
        return "/violations"
    if name in _OF_SUBJECT and sight.reckoning:
        return f"{sight.reckoning.subject_place}/{_OF_SUBJECT[name]}"
    if name in _LISTS:
        where = f"/{_LISTS[name]}"
        if sight.reckoning and sight.reckoning.subject_place.startswith(f"{where}/"):
            return sight.reckoning.subject_place
        count = len(getattr(sight.casefile, _LISTS[name])) if sight.casefile else 0
        return f"{where}/{count - 1}" if count else where
    return f"/{name}" if name in _OWN else None


def signed_by(sight: Sight) -> str:
    """The place of the casefile that says who signs, where the casefile says it."""
    if sight.reckoning is not None:
        for field in ("inspector", "sender", "decided_by"):
            if hasattr(sight.reckoning.subject, field) and not isinstance(sight.reckoning.subject, PlannedVisit):
                return f"{sight.reckoning.subject_place}/{field}"
    return "/case/officer"
