"""Who owns what: what a tracker tells of the register's own fields is taken as read when equal, refused when not.

The tracker owns facts of the world; the register owns what was issued, served, decided and lifted here. A casefile may
carry the register's values as it read them: they are left out of what is kept, so that the register can go on.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from docservice.casefile.attempts import without_legs
from docservice.casefile.folding import Folded, fold
from docservice.casefile.merging import with_brought, without_brought
from docservice.casefile.record import CaseRecord
from docservice.casefile.service import is_leg_id
from docservice.finding import Finding
from docservice.refusal import Refusal

# Fields that the register may know (``casefile.folding``), of those that a casefile need not have.
OWNED: Mapping[str, tuple[str, ...]] = {
    "citations": ("number", "issued_on", "served_on", "status", "reduced_to", "taken_back"),
    "stop_work_orders": ("lifted_on",),
    "hearings": ("noticed_on", "held_on", "decided_on", "decisions"),
    "violations": ("comply_by",),
    "appeals": ("withdrawn_on", "hardship_waiver"),
    "extension_requests": ("decision", "decided_on", "decision_reason", "granted_until", "dates"),
    "parties": ("mail_extension_days",),
    "costs": ("invoice", "invoiced_on"),
    "service": ("result", "result_on", "address", "article_number"),
}


def refuse_differing(folded: Folded) -> None:
    """Raise ``Refusal("case.differs", kind="conflict")`` for values that the register has otherwise."""
    problems = [
        Finding.error(
            "case.differs", f"You say {_said(one.stated)}; the register has {_said(one.known)} ({one.because}).",
            one.place,
        )
        for one in folded.changes
        if one.stated is not None and one.stated != []
    ]  # fmt: skip
    if problems:
        message = "The casefile says otherwise than the register what the register decides. Read the case again."
        raise Refusal("case.differs", message, problems, kind="conflict")


def _said(value: Any) -> str:
    return "nothing" if value is None else f"“{value}”"


def own(
    facts: Mapping[str, Any], record: CaseRecord, on: date, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """The facts without what the register itself puts there, as it is. They are of the caller, and are not changed.

    Where they have the register's value in place of one that was told ``before``, the one told stays: it holds again
    when what the register knows is taken back.
    """
    facts = without_brought(facts, record, OWNED)
    before = with_brought(before, record) if before is not None else None
    if not record.documents and not record.events:
        return facts
    otherwise = _differing_legs(facts, record, on)
    facts = without_legs(facts)
    if before is not None and not before.get("service", True):  # an empty list was told, and nothing came to it
        facts.setdefault("service", before["service"])
    bare = copy.deepcopy(facts)
    taken = [(item, name, item.pop(name)) for item, name in _stated(bare)]
    known = without_legs(fold(bare, record, on).facts)
    for (item, name, value), (there, _) in zip(taken, _places(known, facts), strict=True):
        if str(there.get(name)) != str(value) or there.get(name) is None:
            item[name] = value
    for change in fold(before, record, on).changes if before is not None else ():
        there, name = _at(facts, before or {}, change.place)
        item, _ = _at(bare, before or {}, change.place)
        if there is None or item is None or str(there.get(name)) != str(change.known):
            continue
        if change.stated is None:
            item.pop(name, None)
        else:
            item[name] = change.stated
    if otherwise:
        bare["service"] = [*bare.get("service", ()), *otherwise]  # so that it is refused
    return bare


def _differing_legs(facts: Mapping[str, Any], record: CaseRecord, on: date) -> list[Any]:
    """Service records of the register that the facts tell otherwise than it."""
    legs = [item for item in facts.get("service") or () if is_leg_id(item.get("id"))]
    known = {item["id"]: item for item in fold(facts, record, on).facts.get("service") or ()} if legs else {}
    return [leg for leg in legs if not _says_the_same(leg, known.get(leg["id"]))]


def _says_the_same(stated: Mapping[str, Any], known: Mapping[str, Any] | None) -> bool:
    return known is not None and all(value is None or value == known.get(name) for name, value in stated.items())


def _at(facts: Mapping[str, Any], before: Mapping[str, Any], place: str) -> tuple[Any, str]:
    """The object of ``facts`` that a change of ``before`` is in, found by its id, and the name of the field."""
    listed, *index, name = place[1:].split("/")
    if not index:
        return facts.get(listed), name
    id = before[listed][int(index[0])].get("id")
    return next((item for item in facts.get(listed) or () if item.get("id") == id), None), name


def _stated(facts: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each owned field that is stated, with the object that holds it."""
    yield from list(_places(facts, facts))


def _places(facts: Mapping[str, Any], stated: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects in ``facts`` that hold what ``stated`` has in the same place, with the field's name.

    What a merged case brings stands at the ends of lists, and may be in one of both only.
    """
    if stated["case"].get("closed_on") is not None:
        yield facts["case"], "closed_on"
    for listed, names in OWNED.items():
        for item, said in zip(facts.get(listed) or (), stated.get(listed) or (), strict=False):
            yield from ((item, name) for name in names if said.get(name) is not None)
