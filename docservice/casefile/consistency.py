"""Whether the parts of a casefile fit together: ids, references, the order of dates, addresses, the site.

Works on what the schema could read (plain dicts, with gaps where a field was wrong), so that one refusal holds the
wrong fields and the contradictions alike. Rules of law (fines, cure periods, lead times) are not here but in checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any

from docservice.casefile.addresses import address_problems
from docservice.casefile.aftermath_days import aftermath_days
from docservice.casefile.article_numbers import article_digits, article_fault, grouped
from docservice.casefile.hearing_consistency import hearing_problems
from docservice.casefile.service import is_leg_id
from docservice.finding import Finding

_Node = Mapping[str, Any]

_ID = {"permits": "number", "notices": "number"}
_WITH_IDS = (
    "parties", "permits", "violations", "inspections", "citations", "stop_work_orders", "placards", "appeals",
    "hearings", "costs", "payments", "service", "memoranda", "officers", "extension_requests", "notices", "liens",
    "visits", "hardship_requests", "building_orders",
)  # fmt: skip

# A list, an item or an id that could not be read.
_LOSES_AN_ID = re.compile(r"/[a-z_]+(/\d+(/id|/number)?)?")

# (list, field) → lists in which the ids named there must be found.
REFERENCES = {
    ("violations", "inspection"): ("inspections",),
    ("citations", "violations"): ("violations",),
    ("stop_work_orders", "violations"): ("violations",),
    ("placards", "violations"): ("violations",),
    ("appeals", "by"): ("parties",),
    ("appeals", "of"): ("citations", "violations", "stop_work_orders", "costs"),
    ("hearings", "appeal"): ("appeals",),
    ("hearings", "joined"): ("appeals",),
    ("payments", "citation"): ("citations",),
    ("payments", "by"): ("parties",),
    ("service", "party"): ("parties", "complainant"),
    ("extension_requests", "by"): ("parties",),
    ("extension_requests", "violations"): ("violations",),
    ("visits", "violations"): ("violations",),
    ("hardship_requests", "by"): ("parties",),
    ("hardship_requests", "citations"): ("citations",),
    ("hardship_requests", "appeal"): ("appeals",),
    ("notices", "recipient"): ("parties",),
    ("notices", "violations"): ("violations",),
    ("liens", "costs"): ("costs",),
}

# Dates of what the office did in this case. Permits, photographs and the chronology may be older than the case.
_SINCE_OPENING = {
    "violations": ("observed_on", "corrected_on", "comply_by"),
    "inspections": ("on", "reinspection_on"),
    "citations": ("violation_on", "issued_on", "served_on"),
    "stop_work_orders": ("on", "lifted_on"),
    "placards": ("on", "lifted_on"),
    "appeals": ("filed_on",),
    "hearings": ("on", "noticed_on", "decided_on", "held_on", "continued_from"),
    "extension_requests": ("on", "decided_on", "granted_until"),
    "visits": ("on",),
    "hardship_requests": ("on", "decided_on", "pay_by"),
    "building_orders": ("on", "choose_by", "permit_by", "start_by", "finish_by", "vacate_by"),
    "costs": ("on",),
    "payments": ("on",),
    "service": ("served_on", "result_on"),
    "memoranda": ("on",),
}

# The second date is never before the first.
_ORDER = {
    "permits": (("issued_on", "completion_due"), ("issued_on", "completed_on")),
    "violations": (("observed_on", "comply_by"), ("observed_on", "corrected_on")),
    "inspections": (("on", "reinspection_on"),),
    "citations": (("violation_on", "issued_on"), ("issued_on", "served_on"), ("violation_on", "served_on")),
    "stop_work_orders": (("on", "lifted_on"),),
    "placards": (("on", "lifted_on"),),
    "hearings": (("noticed_on", "on"), ("on", "decided_on"), ("held_on", "decided_on")),
    "appeals": (("filed_on", "withdrawn_on"),),
    "extension_requests": (("on", "decided_on"), ("decided_on", "granted_until")),
    "hardship_requests": (("on", "decided_on"), ("decided_on", "pay_by")),
    "building_orders": (
        ("on", "choose_by"),
        ("on", "permit_by"),
        ("on", "start_by"),
        ("on", "finish_by"),
        ("on", "vacate_by"),
        ("permit_by", "finish_by"),
        ("start_by", "finish_by"),
    ),
    "notices": (("issued_on", "served_on"), ("issued_on", "withdrawn_on")),
    "liens": (("recorded_on", "paid_on"), ("recorded_on", "released_on"), ("paid_on", "released_on")),
    "costs": (("on", "invoiced_on"), ("invoiced_on", "pay_by")),
    "service": (("served_on", "result_on"),),
}

DAYS = frozenset(chain.from_iterable([*_SINCE_OPENING.values(), *chain.from_iterable(_ORDER.values()), ("closed_on",)]))
"""The fields that hold a day which must agree with others."""


def contradictions(data: _Node, unread: Collection[str] = (), *, on_record: bool = False) -> Iterator[Finding]:
    """Every contradiction in a casefile as far as it could be read; ``place`` is a JSON pointer.

    ``unread`` are the places of fields that could not be read: what only follows from their absence is no news.
    ``on_record``: one that is kept already, and is not held to what was not asked when it came.
    """
    lost = frozenset(place.split("/")[1] for place in unread if _LOSES_AN_ID.fullmatch(place))
    found = (
        _site(data), _addresses(data), _ids(data), _references(data, lost), _photographs(data, unread), _told(data),
        _dates(data), _new_dates(data, lost), _hours(data), _certified_mail(data), _placards(data),
        aftermath_days(data), () if on_record else _articles(data), hearing_problems(data),
    )  # fmt: skip
    for problem in chain.from_iterable(found):
        if not any(place == problem.place or place.startswith(problem.place + "/") for place in unread):
            yield problem


def _items(data: _Node, name: str) -> Iterator[tuple[str, _Node]]:
    for index, item in enumerate(data.get(name, ())):
        yield f"/{name}/{index}", item


def _placards(data: _Node) -> Iterator[Finding]:
    for place, placard in _items(data, "placards"):
        if placard.get("use") == "restricted" and not placard.get("allowed"):
            message = "Use is restricted: say what may be done there."
            yield Finding.error("casefile.placard_allowed", message, f"{place}/allowed")


def _site(data: _Node) -> Iterator[Finding]:
    site = data.get("property")
    if site and "apn" in site and not (site.get("situs") or site.get("legal_description")):
        message = "The site needs a street address (situs) or a legal description."
        yield Finding.error("casefile.site_missing", message, "/property/situs")


def _complainant(data: _Node) -> _Node:
    found = (data.get("confidential") or {}).get("complainant")
    return found if isinstance(found, Mapping) else {}


def _addresses(data: _Node) -> Iterator[Finding]:
    places = [*_items(data, "parties"), ("/confidential/complainant", _complainant(data))]
    for place, party in places:
        address = party.get("address")
        if isinstance(address, dict):
            yield from address_problems(address, f"{place}/address")


def _ids(data: _Node) -> Iterator[Finding]:
    for name in _WITH_IDS:
        key = _ID.get(name, "id")
        yield from _twice([(f"{place}/{key}", item.get(key)) for place, item in _items(data, name)])
    photos = [
        (f"{place}/photos/{index}/file", photo.get("file"))
        for place, inspection in _items(data, "inspections")
        for index, photo in enumerate(inspection.get("photos", ()))
    ]
    yield from _twice(photos)


def _twice(named: list[tuple[str, Any]]) -> Iterator[Finding]:
    first: dict[Any, str] = {}
    for place, value in named:
        if value is not None and value in first:
            yield Finding.error("casefile.duplicate_id", f"“{value}” is already used at {first[value]}.", place)
        else:
            first[value] = place


def _references(data: _Node, lost: frozenset[str]) -> Iterator[Finding]:
    known = {name: {item.get(_ID.get(name, "id")) for _, item in _items(data, name)} for name in _WITH_IDS}
    known["complainant"] = {_complainant(data).get("id")}
    for (name, field), targets in REFERENCES.items():
        if not lost.isdisjoint(targets):
            continue
        ids = set().union(*(known[target] for target in targets))
        for place, item in _items(data, name):
            value = item.get(field)
            many = isinstance(value, tuple)
            for index, reference in enumerate(value if isinstance(value, tuple) else (value,)):
                if reference is not None and reference not in ids:
                    among = " or ".join(target.replace("_", " ") for target in targets if target != "complainant")
                    where = f"{place}/{field}/{index}" if many else f"{place}/{field}"
                    yield Finding.error(
                        "casefile.dangling_reference", f"There is no “{reference}” among the {among}.", where
                    )


def _told(data: _Node) -> Iterator[Finding]:
    """A violation says its facts and correction, or a phrase does; it is translated once into a language."""
    for place, violation in _items(data, "violations"):
        phrase = violation.get("phrase") or {}
        for part in ("facts", "correction"):
            if not violation.get(part) and not (isinstance(phrase, Mapping) and phrase.get(part)):
                yield Finding.error(
                    "casefile.missing", "This field is required, or a phrase for it.", f"{place}/{part}"
                )
        tags = [one.get("language") for one in violation.get("translations") or ()]
        for index, tag in enumerate(tags):
            if tag is not None and tag in tags[:index]:
                message = f"There is a translation into “{tag}” before this one."
                yield Finding.error("casefile.duplicate_id", message, f"{place}/translations/{index}/language")


def _photographs(data: _Node, unread: Collection[str]) -> Iterator[Finding]:
    """Photographs that a violation names and no inspection has."""
    if any(place.startswith("/inspections") for place in unread):
        return
    taken = {photo.get("file") for _, one in _items(data, "inspections") for photo in one.get("photos", ())}
    for place, violation in _items(data, "violations"):
        for index, name in enumerate(violation.get("photographs", ())):
            if name not in taken:
                message = f"There is no photograph “{name}” among those of the inspections."
                yield Finding.error("casefile.dangling_reference", message, f"{place}/photographs/{index}")


def _dates(data: _Node) -> Iterator[Finding]:
    case = data.get("case") or {}
    opened = case.get("opened_on")
    if isinstance(opened, date):
        yield from _ordered(case, "/case", "opened_on", "closed_on")
        for name, fields in _SINCE_OPENING.items():
            for place, item in _items(data, name):
                for field in fields:
                    day = item.get(field)
                    if day is not None and day < opened:
                        message = f"{day} is before the case was opened, {opened}."
                        yield Finding.error("casefile.date_before_opening", message, f"{place}/{field}")
    for name, pairs in _ORDER.items():
        for place, item in _items(data, name):
            for earlier, later in pairs:
                yield from _ordered(item, place, earlier, later)
    for place, permit in _items(data, "permits"):
        for index, extension in enumerate(permit.get("extensions", ())):
            dated = {"issued_on": permit.get("issued_on"), **extension}
            yield from _ordered(dated, f"{place}/extensions/{index}", "issued_on", "to")


def _new_dates(data: _Node, lost: frozenset[str]) -> Iterator[Finding]:
    """What a decision on more time says of violations: each that it names is one that it is about, named once."""
    known = {item.get("id") for _, item in _items(data, "violations")}
    for place, request in _items(data, "extension_requests"):
        asked = request.get("violations") or known
        rows = [(f"{place}/dates/{index}", row) for index, row in enumerate(request.get("dates", ()))]
        yield from _twice([(f"{where}/violation", row.get("violation")) for where, row in rows])
        for where, row in rows:
            if "violations" not in lost and row.get("violation") not in asked:
                message = f"The request is not about a violation “{row.get('violation')}”."
                yield Finding.error("casefile.dangling_reference", message, f"{where}/violation")
            dated = {"decided_on": request.get("decided_on"), **row}
            yield from _ordered(dated, where, "decided_on", "until")


def _hours(data: _Node) -> Iterator[Finding]:
    for place, visit in _items(data, "visits"):
        first, last = visit.get("from_at"), visit.get("until_at")
        if last is not None and (first is None or last <= first):
            message = (
                f"{last:%H:%M} is not after from_at ({first:%H:%M})." if first else "Say from when on, too: from_at."
            )
            yield Finding.error("casefile.date_order", message, f"{place}/until_at")


def in_order(name: str, item: Mapping[str, Any], opened: object) -> bool:
    """Whether the days in an item of the list ``name`` (``case`` is one item) may stand together, unread as in JSON."""
    pairs = (("opened_on", "closed_on"),) if name == "case" else _ORDER.get(name, ())
    days = [str(item[field]) for field in _SINCE_OPENING.get(name, ()) if item.get(field) is not None]
    return (opened is None or all(str(opened) <= day for day in days)) and all(
        item.get(first) is None or item.get(second) is None or str(item[first]) <= str(item[second])
        for first, second in pairs
    )


def _ordered(item: _Node, place: str, earlier: str, later: str) -> Iterator[Finding]:
    first, second = item.get(earlier), item.get(later)
    if first is not None and second is not None and second < first:
        message = f"{second} is before {earlier} ({first})."
        yield Finding.error("casefile.date_order", message, f"{place}/{later}")


def _articles(data: _Node) -> Iterator[Finding]:
    """Article numbers that cannot be, and one number on two envelopes; two papers may go in one."""
    first: dict[str, tuple[str, tuple[Any, Any]]] = {}
    for place, record in _items(data, "service"):
        number = record.get("article_number")
        if number is None:
            continue
        there, fault, envelope = f"{place}/article_number", article_fault(number), _envelope(record)
        known, other = first.setdefault(article_digits(number), (there, envelope))
        if fault is not None:
            yield Finding.error("casefile.article_number", fault, there)
        elif other != envelope and not is_leg_id(record.get("id")):  # the register looks before it keeps one
            message = f"The article number {grouped(number)} is used already, at {known}: each envelope has its own."
            yield Finding.error("article.used", message, there)


def _envelope(record: _Node) -> tuple[Any, Any]:
    return record.get("party"), record.get("served_on")


def _certified_mail(data: _Node) -> Iterator[Finding]:
    for place, record in _items(data, "service"):
        told_here = is_leg_id(record.get("id"))  # which the register keeps, and says that it lacks something
        if record.get("method") == "certified_mail" and record.get("article_number") is None and not told_here:
            message = "Certified mail needs its article number."
            yield Finding.error("casefile.article_number", message, f"{place}/article_number")
