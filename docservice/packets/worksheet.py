"""A packet that is being put together: rows in their order, which may be moved, taken out, put back and changed.

A row is a part of a plan as JSON values (:mod:`plan`) with an ``id`` of its own, or what a desk shows as one thing and
a plan has as several: ``front`` (cover, contents and list of exhibits) and ``documents`` (all copies of a notice).
Nothing here needs the register; every change gives a new sheet, and :func:`plan_of` the plan as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from babel.dates import format_date

from docservice.packets.plan_parts import pages_of
from docservice.refusal import Refusal

Row = Mapping[str, Any]
EXHIBITS = "Exhibits"
MADE = {
    "cover": "Cover", "contents": "Contents", "exhibit-list": "List of exhibits", "service-list": "Service list",
    "chronology": "Chronology", "costs": "Cost sheet", "photographs": "Photographs of the inspections",
    "declaration": "Declaration", "certificate": "Certificate",
}  # fmt: skip
_OF_FILE = ("alt", "language", "english", "translator", "unusable", "pages", "turned")
_PART = ("exhibit", "confidential", "redactions")  # what every part may say


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The rows of a packet, those that were taken ``out``, and its ``files`` (name → SHA-256)."""

    title: str
    case: str
    forum: str = "default"
    hearing: str | None = None
    rows: tuple[Row, ...] = ()
    out: tuple[Row, ...] = ()
    waiting: tuple[Row, ...] = ()  # files that came and are not put in yet: ``id``, ``file``
    files: Mapping[str, str] = field(default_factory=dict)
    redactions: tuple[Mapping[str, str], ...] = ()  # of the whole packet: ``text``, ``reason``
    last: int = 0  # number of the newest row

    @staticmethod
    def of(state: Mapping[str, Any]) -> Worksheet:
        """What ``to_plain`` made."""
        lists = ("rows", "out", "waiting", "redactions")
        values: dict[str, Any] = {name: tuple(v) if name in lists else v for name, v in state.items()}
        return Worksheet(**values)

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    def row(self, id: str) -> Row:
        """A row, in or out. Raises ``Refusal("packet.row", kind="missing")``."""
        for row in (*self.rows, *self.out, *self.waiting):
            if row["id"] == id:
                return row
        raise Refusal("packet.row", "This part is not in the packet any more.", kind="missing")

    def place(self, id: str) -> int | None:
        """Where a row stands; None: it is out, or waits."""
        return next((n for n, row in enumerate(self.rows) if row["id"] == id), None)

    # Changing

    def begun(self, rows: Sequence[Row]) -> Worksheet:
        """The sheet with these rows after those it has."""
        made = self
        for row in rows:
            made = replace(made, rows=(*made.rows, {**row, "id": f"r{made.last + 1}"}), last=made.last + 1)
        return made

    def beside(self, rows: Sequence[Row]) -> Worksheet:
        """The sheet with these rows among those that are out."""
        made = self
        for row in rows:
            made = replace(made, out=(*made.out, {**row, "id": f"r{made.last + 1}"}), last=made.last + 1)
        return made

    def moved(self, id: str, to: int) -> Worksheet:
        """A row at another place: at ``to`` among the others, never before what opens the packet."""
        at = self.place(id)
        if at is None or "front" in self.rows[at]:
            raise Refusal("packet.row", "This part cannot be moved.", kind="conflict")
        others = [row for row in self.rows if row["id"] != id]
        first = 1 if others and "front" in others[0] else 0
        to = min(max(to, first), len(others))
        return replace(self, rows=(*others[:to], self.rows[at], *others[to:]))

    def taken_out(self, id: str) -> Worksheet:
        """A row is out; it may be put back. A heading is gone, what stands below it stays."""
        row = self.row(id)
        if "front" in row:
            raise Refusal("packet.row", "Every packet begins with its cover and contents.", kind="conflict")
        out = self.out if "section" in row else (row, *self.out)
        return replace(self, rows=tuple(one for one in self.rows if one["id"] != id), out=out)

    def put_back(self, id: str) -> Worksheet:
        """A row that was out is in again, at the end of where such things stand."""
        row = next((one for one in self.out if one["id"] == id), None)
        if row is None:
            raise Refusal("packet.row", "This part is in the packet already.", kind="conflict")
        made = replace(self, out=tuple(one for one in self.out if one["id"] != id))
        return made._among_exhibits(row) if "file" in row or "photos" in row else replace(made, rows=(*made.rows, row))

    def with_row(self, row: Row) -> tuple[Worksheet, str]:
        """A new row, an exhibit among the exhibits; and its id."""
        row = {**row, "id": f"r{self.last + 1}"}
        made = replace(self, last=self.last + 1)
        if "section" in row or "generated" in row:
            return replace(made, rows=(*made.rows, row)), row["id"]
        return made._among_exhibits(row), row["id"]

    def _among_exhibits(self, row: Row) -> Worksheet:
        """With a row at the end of the exhibits; they are made where there are none."""
        heads = [n for n, one in enumerate(self.rows) if "section" in one]
        mine = next((n for n in heads if self.rows[n]["section"] == EXHIBITS), None)
        if mine is None:
            made, _ = self.with_row({"section": EXHIBITS})
            return replace(made, rows=(*made.rows, row))
        end = next((n for n in heads if n > mine), len(self.rows))
        return replace(self, rows=(*self.rows[:end], row, *self.rows[end:]))

    def changed(self, id: str, fields: Mapping[str, Any]) -> Worksheet:
        """A row with other fields; one that is None is taken away."""
        self.row(id)

        def new(row: Row) -> Row:
            if row["id"] != id:
                return row
            return {name: value for name, value in {**row, **fields}.items() if value is not None}

        return replace(
            self, rows=tuple(map(new, self.rows)), out=tuple(map(new, self.out)), waiting=tuple(map(new, self.waiting))
        )  # fmt: skip

    def received(self, name: str, sha256: str) -> tuple[Worksheet, str]:
        """A file that came, waiting to be put in; and the id under which it waits."""
        stem, dot, end = name.rpartition(".")
        free, n = name, 2
        while free in self.files and self.files[free] != sha256:
            free, n = (f"{stem}-{n}{dot}{end}" if stem else f"{name}-{n}"), n + 1
        id = f"r{self.last + 1}"
        waiting = (*self.waiting, {"id": id, "file": free})
        return replace(self, files={**self.files, free: sha256}, waiting=waiting, last=self.last + 1), id

    def dismissed(self, id: str) -> Worksheet:
        """A file that waits is let go."""
        made = replace(self, waiting=tuple(one for one in self.waiting if one["id"] != id))
        used = {name for row in (*made.rows, *made.out, *made.waiting) for name in files_of(row)}
        return replace(made, files={name: sha256 for name, sha256 in made.files.items() if name in used})

    def admitted(self, id: str, fields: Mapping[str, Any]) -> Worksheet:
        """A file that waits becomes a row among the exhibits."""
        row = next((one for one in self.waiting if one["id"] == id), None)
        if row is None:
            raise Refusal("packet.row", "This file is in the packet already, or was left out.", kind="conflict")
        made = replace(self, waiting=tuple(one for one in self.waiting if one["id"] != id))
        filled = {name: value for name, value in {"exhibit": "auto", **row, **fields}.items() if value is not None}
        return made._among_exhibits(filled)


def files_of(row: Row) -> tuple[str, ...]:
    """The files that a row names."""
    photos = (photo["file"] for photo in row.get("photos", ()))
    return (*photos, *(row[name] for name in ("file", "english", "translator") if row.get(name)))


def turns_of(row: Row) -> tuple[tuple[int, int], ...]:
    """The pages of a row's file that are turned, and by how many degrees clockwise."""
    return tuple(sorted((int(page), turn) for page, turn in (row.get("turned") or {}).items()))


def chosen_pages(row: Row, there: int) -> tuple[int, ...]:
    """The pages of a row's file that go in, of those that are ``there``."""
    try:
        return pages_of(row["pages"]) if row.get("pages") else tuple(range(1, there + 1))
    except ValueError:  # which reading the plan says
        return ()


def named(row: Row) -> str:
    """What people call a row."""
    for name in ("title", "section", "number", "file"):
        if row.get(name):
            return str(row[name])
    if "front" in row:
        return "Cover, contents, list of exhibits"
    return MADE.get(str(row.get("generated")), "This part")


def plan_of(sheet: Worksheet, *, draft: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The plan as JSON values, and for each of its parts the id of its row.

    A ``draft`` says on its cover that it is one, and is bound although something is still missing.
    """
    parts: list[dict[str, Any]] = []
    rows: list[str] = []
    has_exhibits = any(row.get("exhibit", "none") != "none" for row in sheet.rows)
    for row in _without_empty_headings(sheet.rows):
        for part in _parts(row, draft):
            if part.get("generated") == "exhibit-list" and not has_exhibits:
                continue
            parts.append(part)
            rows.append(row["id"])
    plan: dict[str, Any] = {
        "title": f"Draft: {sheet.title}" if draft else sheet.title, "case": sheet.case, "profile": sheet.forum,
        "hearing": sheet.hearing, "redactions": [dict(one) for one in sheet.redactions], "parts": parts,
    }  # fmt: skip
    if draft:
        plan["service"] = "first-page"
    return plan, rows


def _without_empty_headings(rows: Sequence[Row]) -> Iterator[Row]:
    for n, row in enumerate(rows):
        following = rows[n + 1] if n + 1 < len(rows) else None
        if "section" not in row or (following is not None and "section" not in following):
            yield row


def _parts(row: Row, draft: bool) -> Iterator[dict[str, Any]]:
    asked = {name: row[name] for name in _PART if row.get(name)}
    if "section" in row:
        yield {"section": row["section"]}
    elif "front" in row:
        yield from ({"generated": kind} for kind in row["front"])
    elif "documents" in row:
        yield from ({"document": number, **asked} for number in row["documents"])
    elif "generated" in row:
        yield {"generated": row["generated"], **{k: v for k, v in asked.items() if k != "redactions"}}
    elif "photos" in row:
        photos = [_photo(photo, draft) for photo in row["photos"]]
        yield {"photos": photos, "title": row["title"], "description": row.get("description", ""),
               **{k: v for k, v in asked.items() if k != "redactions"}}  # fmt: skip
    else:
        more = {name: row[name] for name in _OF_FILE if row.get(name)}
        if "alt" in more:  # a page between described ones has its number at least
            title = row.get("title") or row["file"]
            said = {n: text or f"Page {n} of {title}" for n, text in enumerate(more["alt"], 1)}
            more["alt"] = [said.get(n, f"Page {n} of {title}") for n in chosen_pages(row, len(said))]
        if draft:
            more["unusable"] = "placeholder"
        yield {"file": row["file"], "title": row.get("title") or row["file"], "description": described(row), **more,
               **asked}  # fmt: skip


def _photo(photo: Mapping[str, Any], draft: bool) -> dict[str, Any]:
    made = {name: value for name, value in photo.items() if value}
    if draft:  # so that it can be looked at; the packet itself asks for them
        made = {"caption": "No caption yet", "alt": made.get("caption", "Not described yet"),
                "taken_by": "not said", "taken_on": date.min.replace(year=1970).isoformat(), **made}  # fmt: skip
    return made


def described(row: Row) -> str:
    """A file's description, which begins with its own date where it has one."""
    said = str(row.get("description", ""))
    if not row.get("date"):
        return said
    on = format_date(date.fromisoformat(row["date"]), "long", locale="en_US")
    return f"Dated {on}. {said}".strip()
