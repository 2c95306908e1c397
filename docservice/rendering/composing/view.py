"""A casefile and a town pack as records that a wording can print, in one language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from docservice.casefile.facts import Casefile, Name, Officer, Party, Photo, Violation
from docservice.casefile.phrasing import PARTS
from docservice.rendering.composing import grouping, phrasing, reckoned
from docservice.rendering.composing.values import Clock, Day, Fact, Money, Record
from docservice.rendering.language import direction
from docservice.town import subjects
from docservice.town.citing import canonical
from docservice.town.helping import helpers
from docservice.town.pack import TownPack
from docservice.town.penalties import stands
from docservice.town.readers import greeting_of, reader_of
from docservice.town.reckoning import Reckoning

_LONGEST_SALUTATION = 60  # characters
_LONGEST_CALLED = 80
_WORDS = re.compile(r"[^\W\d_]{2}")


class EarlierDocument(Protocol):
    """A document on record that this one supersedes, or the English original of a translation."""

    @property
    def number(self) -> str: ...
    @property
    def issued_on(self) -> date: ...


class View:
    """A casefile and a town pack, seen in one language."""

    def __init__(
        self, casefile: Casefile, pack: TownPack, language: str, on: date, attached: Collection[str] | None = None
    ) -> None:
        self.casefile, self.pack, self.language, self.on = casefile, pack, language, on
        self.attached = attached  # photographs that came with the order; None: all that the casefile names
        # Casefiles and town packs are written in English; in a translation a screen reader must be told.
        self.foreign = None if language == "en" else "en"

    # Values

    def text(self, text: str, pointer: str) -> Fact:
        return Fact(text, pointer, self.foreign if self.foreign and _WORDS.search(text) else None)

    def name(self, name: Name, pointer: str) -> Fact:
        own = name.language if name.language != self.language else None
        latin = Fact(name.latin, f"{pointer}/latin") if name.latin else None
        return Fact(name.text, f"{pointer}/text", own, latin)

    def value(self, value: Any, pointer: str, path: str) -> Any:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            return self.text(value, pointer) if value else None
        if isinstance(value, date):
            return Day(value, self.language, pointer=pointer)
        if isinstance(value, time):
            return Clock(value, self.language, pointer)
        if isinstance(value, Decimal):
            return Money(value, pointer)
        if isinstance(value, Name):
            return self.name(value, pointer)
        if isinstance(value, tuple):
            return tuple(self.value(item, f"{pointer}/{i}", f"{path}.{i}") for i, item in enumerate(value))
        if is_dataclass(value):
            return self.record(value, pointer, path)
        raise TypeError(f"{path} is a {type(value).__name__}, which no wording can print")

    def record(self, value: Any, pointer: str, path: str, **more: Any) -> Record:
        """A dataclass as a record; ``more`` replaces or adds fields."""
        values = {
            name: self.value(getattr(value, name), f"{pointer}/{name}", f"{path}.{name}")
            for name in _field_names(value.__class__)
            if name not in more
        }
        return Record(path, values | more)

    # The case

    def case(self) -> Record:
        lead = self.officer(officer_of(self.casefile, self.pack, self.casefile.case.officer), "case.officer")
        return self.record(self.casefile.case, "/case", "case", officer=lead)

    def last(self, where: str) -> int | None:
        """The place of what is meant when nothing is named: the last one listed."""
        return len(getattr(self.casefile, where)) - 1 if getattr(self.casefile, where) else None

    def chosen(self, where: str, index: int | None, path: str, **more: Any) -> Record | None:
        if index is None:
            return None
        return self.record(getattr(self.casefile, where)[index], f"/{where}/{index}", path, **more)

    def until(self, where: str, on: date) -> tuple[Record | None, ...]:
        """Those of a dated list that had happened by the day."""
        listed = enumerate(getattr(self.casefile, where))
        return tuple(self.chosen(where, i, f"{where}.{i}") for i, item in listed if item.on <= on)

    def party(self, party: Party, path: str | None = None, pointer: str | None = None) -> Record:
        """A party; ``own_name`` and ``latin`` (the mailing form, if there is one) are the two forms of ``name``,
        ``called`` is how a salutation says it, ``greeting`` whom it greets, ``reader`` who they are to the letter.
        ``pointer``: where they stand, if not among the parties.
        """
        pointer = pointer or f"/parties/{self.casefile.parties.index(party)}"
        agent = next((i for i, p in enumerate(self.casefile.parties) if p.id == party.agent), None)
        name = self.name(party.name, f"{pointer}/name")
        more: dict[str, Any] = {
            "own_name": Fact(name, name.pointer, name.language),
            "latin": name.latin,
            "called": self.called(party, name, pointer),
            "reader": reader_of(party, self.casefile.parties),
            "greeting": greeting_of(party),
        }
        if agent is not None:
            more["agent"] = self.name(self.casefile.parties[agent].name, f"/parties/{agent}/name")
        return self.record(party, pointer, path or pointer[1:].replace("/", "."), name=name, **more)

    def called(self, party: Party, name: Fact, pointer: str) -> Fact:
        """The name for a salutation: whole, unless it is that of a trust or the like, longer than a line; then the
        people before its first comma, or whose attention is asked for. The full name stands in the address.
        """
        if len(name) <= _LONGEST_SALUTATION:
            return name
        people = name.partition(",")[0].strip()
        if " " in people and len(people) <= _LONGEST_CALLED:
            return Fact(people, name.pointer, name.language)
        if party.attention:
            return Fact(party.attention, f"{pointer}/attention", self.foreign)
        return name

    def officer(self, found: tuple[Officer, str] | None, path: str) -> Record | None:
        if found is None:
            return None
        officer, pointer = found
        return self.record(officer, pointer, path, name=Fact(officer.name, f"{pointer}/name"))

    def officer_named(self, officer_id: str, path: str) -> Record | None:
        return self.officer(officer_of(self.casefile, self.pack, officer_id), path)

    def violations(self, reckoning: Reckoning) -> tuple[Record, ...]:
        """Those that the document speaks of."""
        spoken_of = set(reckoning.violations)
        told = [(v, i) for i, v in enumerate(self.casefile.violations) if v.id in spoken_of]
        said, photos = (
            grouping.said_once(self.pack, [v for v, _ in told]),
            grouping.by_file(self.casefile, self.photo, self.attached),
        )
        return tuple(self.violation(v, i, reckoning, said[v.id], photos) for v, i in told)

    def spoken_of(self, reckoning: Reckoning) -> tuple[Violation, ...]:
        """The same as facts."""
        told = set(reckoning.violations)
        return tuple(violation for violation in self.casefile.violations if violation.id in told)

    def violation(
        self, violation: Violation, index: int, reckoning: Reckoning, said: dict[str, Any], photos: Mapping[str, Record]
    ) -> Record:
        section = reckoning.sections.get(violation.id)
        code_name = said["code_name"]
        more: dict[str, Any] = {
            **reckoned.time_given(self.casefile, violation, index, reckoning, self.language),
            "section": self.text(canonical(violation.section, self.pack.codes), f"/violations/{index}/section"),
            "comply_by": reckoned.comply_by(reckoning, violation.id, self.language),
            "from_now_on": section is not None and section.cited_at_once,
            "at_once": reckoned.at_once(reckoning, violation),
            "section_title": self.text(section.title, f"town/sections/{section.code}/title") if section else None,
            "section_text": self.text(section.text, f"town/sections/{section.code}/text") if section else None,
            "number": said["number"],
            "same_rule_as": said["same_rule_as"],
            "code_name": self.text(*code_name) if code_name else None,
            "photos": tuple(photos[name] for name in violation.photographs if name in photos),
            "photographs": (),
            "phrase": None,
            "translations": (),
        }
        for part in PARTS:
            said_so = phrasing.told(violation, part, index, self.pack, self.language)
            if said_so is not None:
                more[part] = said_so
        return self.record(violation, f"/violations/{index}", f"violations.{index}", **more)

    def inspection(self, index: int | None, path: str | None = None) -> Record | None:
        if index is None:
            return None
        path = path or f"inspections.{index}"
        inspection = self.casefile.inspections[index]
        photos = tuple(
            self.photo(photo, f"/inspections/{index}/photos/{i}", f"{path}.photos.{i}")
            for i, photo in enumerate(inspection.photos)
        )
        inspector = self.officer_named(inspection.inspector, f"{path}.inspector")
        return self.chosen("inspections", index, path, inspector=inspector, photos=photos)

    def photo(self, photo: Photo, pointer: str, path: str) -> Record:
        officer = officer_of(self.casefile, self.pack, photo.taken_by)
        taker = (
            Fact(officer[0].name, f"{officer[1]}/name") if officer else self.text(photo.taken_by, f"{pointer}/taken_by")
        )
        return self.record(photo, pointer, path, taken_by=taker)

    def citation(self, index: int | None, path: str | None = None) -> Record | None:
        return self.chosen("citations", index, path or f"citations.{index}")

    def hearing(self, index: int | None, **more: Any) -> Record | None:
        if index is None:
            return None
        officer = self.officer_named(self.casefile.hearings[index].officer, "hearing.officer")
        return self.chosen("hearings", index, "hearing", officer=officer, **more)

    def appeal(self, hearing: int | None, index: int | None = None) -> Record | None:
        """The appeal that the hearing is about, or the one at a place."""
        if index is None:
            wanted = self.casefile.hearings[hearing].appeal if hearing is not None else None
            index = next((i for i, appeal in enumerate(self.casefile.appeals) if appeal.id == wanted), None)
        if index is None:
            return None
        appeal = self.casefile.appeals[index]
        by = next((self.party(p, "appeal.by") for p in self.casefile.parties if p.id == appeal.by), None)
        of = tuple(
            self.citation(i, f"appeal.of.{i}") for i, c in enumerate(self.casefile.citations) if c.id in appeal.of
        )
        return self.chosen("appeals", index, "appeal", by=by, of=of)

    def appeals(self, hearing: int | None) -> tuple[Record | None, ...]:
        """All that the hearing is about, where several are heard together."""
        if hearing is None:
            return ()
        heard = subjects.appeals_heard(self.casefile, self.casefile.hearings[hearing])
        return tuple(
            self.chosen(
                "appeals", self.casefile.appeals.index(appeal), f"appeals.{i}",
                by=next((self.party(p, f"appeals.{i}.by") for p in self.casefile.parties if p.id == appeal.by), None),
            )
            for i, appeal in enumerate(heard)
        )  # fmt: skip

    def contested(self, reckoning: Reckoning) -> tuple[Record | None, ...]:
        """The citations that the hearing is about, each with its fine."""
        fines = {name: Money(amount, f"contested/{name}") for name, amount in reckoning.contested.items()}
        return tuple(
            self.chosen("citations", i, f"contested.{i}", amount=fines[one.id])
            for i, one in enumerate(self.casefile.citations)
            if one.id in fines
        )

    def contested_orders(self, hearing: int | None, appeal: int | None = None) -> tuple[Record | None, ...]:
        """The orders to stop work that the hearing is about, or that the appeal at a place is of."""
        heard = self.casefile.appeals[appeal : appeal + 1] if appeal is not None else ()
        if appeal is None and hearing is not None:
            heard = subjects.appeals_heard(self.casefile, self.casefile.hearings[hearing])
        named, where = {what for appeal in heard for what in appeal.of}, "stop_work_orders"
        orders = enumerate(self.casefile.stop_work_orders)
        return tuple(self.chosen(where, i, f"contested_orders.{i}") for i, one in orders if one.id in named)

    def standing_order(self) -> Record | None:
        """The last order to stop work that is in force on the document's day."""
        orders = enumerate(self.casefile.stop_work_orders)
        index = max((i for i, one in orders if stands(one, self.on)), default=None)
        return self.chosen("stop_work_orders", index, "standing_order")

    def memo(self, index: int | None) -> Record | None:
        if index is None:
            return None
        sender = self.officer_named(self.casefile.memoranda[index].sender, "memo.sender")
        return self.chosen("memoranda", index, "memo", sender=sender)

    # The town and the document

    def town(self) -> Record:
        pack = self.pack
        phone = pack.identity.phone
        parts = {
            name: self.record(getattr(pack, name), f"town/{name}", f"town.{name}")
            for name in ("payment", "hearing", "courier")
        }
        own = {
            name: Fact(getattr(pack.identity, name), f"town/identity/{name}", self.foreign)
            for name in ("name", "county")
        }
        return self.record(pack.identity, "town/identity", "town", dial=_dial(phone), **own, **parts)

    def help(self, party: Party | None, *, fined: bool) -> tuple[Record, ...]:
        """Who helps this reader with this case; ``fined``: whether the letter sets a fine."""
        return tuple(
            self.record(resource, f"town/help/{i}", f"help.{i}", dial=_dial(resource.phone or ""))
            for i, resource in helpers(self.pack.help, self.casefile, party, fined=fined)
        )

    def taglines(self) -> tuple[Record, ...]:
        return tuple(
            Record(
                f"taglines.{i}",
                {"language": tag, "direction": direction(tag), "name": self.own_name(tag), "text": text},
            )
            for i, (tag, text) in enumerate(self.pack.taglines().items())
        )

    def placard_words(self) -> Record:
        """What placards say in the town's other languages, in their order; what several write alike, once."""
        named = {}
        for name, said in self.pack.placards.items():
            words = {said[tag]: tag for tag in reversed([one.tag for one in self.pack.languages]) if tag in said}
            own = said.get(self.language)
            named[name] = tuple(
                Record(f"placard_words.{name}.{i}", {"language": tag, "direction": direction(tag), "text": text})
                for i, (text, tag) in enumerate(reversed(words.items()))
                if text != own
            )
        return Record("placard_words", named)

    def own_name(self, tag: str) -> str:
        """A language as its readers call it."""
        known = self.pack.language(tag)
        return known.own_name if known else tag


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def officer_of(casefile: Casefile, pack: TownPack, officer_id: str) -> tuple[Officer, str] | None:
    """The officer and the place where he or she is listed; the casefile goes before the pack."""
    for index, officer in enumerate(casefile.officers):
        if officer.id == officer_id:
            return officer, f"/officers/{index}"
    found = pack.officer(officer_id)
    return (found, f"town/officers/{officer_id}") if found else None


def _dial(phone: str) -> str | None:
    digits = re.sub(r"\D", "", phone)
    return f"+1{digits[-10:]}" if len(digits) >= 10 else None
