"""The service records that a sworn paper tells of, as a wording sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docservice.casefile.article_numbers import article_digits
from docservice.rendering.composing.values import Missing, Record
from docservice.rendering.composing.view import View

# What is on record of the document itself is surer than what somebody typed: its name there → the wording's.
_ON_RECORD = {"title": "title", "number": "document", "pages": "pages", "sha256": "sha256", "address": "address",
              "enclosures": "enclosures"}  # fmt: skip


def service_record(view: View, index: int, known: Mapping[str, Any] | None, path: str) -> Record:
    """One service record; ``known`` is what the register has of the document that was served."""
    service = view.casefile.service[index]
    party = next((view.party(p, f"{path}.party") for p in view.casefile.parties if p.id == service.party), None)
    photos = tuple(
        view.photo(photo, f"/service/{index}/photos/{i}", f"{path}.photos.{i}")
        for i, photo in enumerate(service.photos)
    )
    more = {
        mine: _on_record(view, value, theirs)
        for theirs, mine in _ON_RECORD.items()
        if known and (value := known.get(theirs)) is not None
    }
    number = service.article_number
    more["article_digits"] = article_digits(number) if number else None
    return view.record(service, f"/service/{index}", path, party=party, photos=photos, **more)


def _on_record(view: View, value: Any, name: str) -> Any:
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        return view.text(value, f"record/{name}")
    return tuple(view.text(str(item), f"record/{name}/{i}") for i, item in enumerate(value))


def service_records(view: View, indexes: Sequence[int], known: Mapping[str, Any] | None) -> tuple[Record, ...]:
    """Several of them; ``known["records"]`` has by id what the register has of each one's document."""
    records = (known or {}).get("records", {})
    return tuple(
        service_record(view, index, records.get(view.casefile.service[index].id), f"service.{index}")
        for index in indexes
    )


def papers(view: View, indexes: Sequence[int], records: Sequence[Record]) -> tuple[Record, ...]:
    """One record for each document served whose file is known, the first: what went two ways is one paper."""
    known: dict[str, Record] = {}
    for index, record in zip(indexes, records, strict=True):
        if not isinstance(record.get("sha256"), Missing):
            known.setdefault(view.casefile.service[index].document, record)
    return tuple(known.values())


def rounds(view: View, indexes: Sequence[int], records: Sequence[Record]) -> tuple[Record, ...]:
    """The records by method, in the order in which each first comes: one round of serving, told as a list.

    ``legs`` are its records; ``place`` and ``served_on`` are theirs where all have the same.
    """
    found: dict[str, list[tuple[int, Record]]] = {}
    for index, record in zip(indexes, records, strict=True):
        found.setdefault(view.casefile.service[index].method, []).append((index, record))
    return tuple(_round(view, number, legs) for number, legs in enumerate(found.values()))


def _round(view: View, number: int, legs: Sequence[tuple[int, Record]]) -> Record:
    first = legs[0][0]
    told = view.casefile.service
    same = {
        name: view.value(getattr(told[first], name), f"/service/{first}/{name}", f"service.{first}.{name}")
        for name in ("method", "place", "served_on")
        if len({getattr(told[index], name) for index, _ in legs}) == 1
    }
    values = {"method": None, "place": None, "served_on": None, **same, "legs": tuple(record for _, record in legs)}
    return Record(f"rounds.{number}", values)
