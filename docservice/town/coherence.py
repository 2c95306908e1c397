"""What must hold between the parts of a town pack: names refer, editions do not overlap, tiers rise."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Hashable, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from docservice.town import jurisdiction, look, phrases, procedure, service_rules
from docservice.town.blocks import BLOCKS
from docservice.town.calendar import holiday_names
from docservice.town.coherent_deadlines import Incoherence, incoherent_deadlines
from docservice.town.meanings import NEEDED
from docservice.town.pack import CalendarRules, DocumentType, FineClass, TownPack

LONGEST_VERSION = 60  # what the records keep
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


def incoherences(pack: TownPack) -> Iterator[Incoherence]:
    """Every contradiction in the pack: the path of keys that leads to it, and a sentence."""
    yield from _identity(pack)
    yield from _sections(pack)
    for key, fine_class in pack.fine_classes.items():
        yield from _fine_class(("fine_classes", key), fine_class)
    yield from _tiers(pack)
    yield from incoherent_deadlines(pack)
    for name, rules in (("calendar", pack.calendar), ("court_calendar", pack.court_calendar)):
        if rules is not None:
            yield from _closed_days(name, rules)
            yield from _holidays(name, rules, pack.effective_on.year)
    for key, document_type in pack.document_types.items():
        yield from _document_type(pack, ("document_types", key), document_type)
    yield from _envelopes(pack)
    yield from jurisdiction.incoherences(pack)
    yield from phrases.incoherences(pack.violation_phrases, pack.codes)
    yield from _approval(pack)
    if pack.procedure is not None:
        roles = frozenset((*(officer.role for officer in pack.officers), *pack.roles.values()))
        yield from procedure.incoherences(
            pack.procedure, {key: kind.deadlines for key, kind in pack.document_types.items()}, roles
        )
    if pack.service is not None:
        yield from service_rules.incoherences(pack.service, pack.document_types)
    yield from _meanings(pack)
    yield from _handouts(pack)
    for key in pack.translations.document_types:
        if key not in pack.document_types:
            yield ("translations", "document_types", key), f"There is no document type {key}."


def _identity(pack: TownPack) -> Iterator[Incoherence]:
    if not _KEY.match(pack.key):
        yield ("key",), "A town's key is letters, digits, dots and hyphens, at most 100, such as heron-pass."
    if len(pack.version) > LONGEST_VERSION or len(pack.version.splitlines()) > 1:
        yield ("version",), f"A version is one line of at most {LONGEST_VERSION} characters."
    try:
        ZoneInfo(pack.identity.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield ("identity", "time_zone"), f"There is no time zone {pack.identity.time_zone}."
    for place, seal, alt in (
        ("identity", pack.identity.seal, pack.identity.seal_alt),
        ("look", pack.look.seal, pack.look.seal_alt),
    ):
        if seal is not None and seal not in pack.pictures:
            yield (place, "seal"), f"The pack has no picture {seal}."
        if seal is not None and not alt:
            yield (place, "seal"), "The seal needs an alternative text (seal_alt)."
    if pack.identity.seal and pack.look.seal:
        yield ("identity", "seal"), "The seal stands under look; say it once."
    for keys, text in look.wrong(pack.look):
        yield ("look", *keys), text
    yield from _unique(("officers",), [officer.id for officer in pack.officers])
    yield from _unique(("help",), [resource.id for resource in pack.help])
    yield from _unique(("languages",), [known.tag for known in pack.languages])
    if not any(known.tag == "en" for known in pack.languages):
        yield ("languages",), "English controls; it must be among the languages."
    for index, known in enumerate(pack.languages):
        if "{phone}" not in known.tagline:
            yield ("languages", index, "tagline"), "A tagline has {phone} in it, where free help is to be had."


def _unique(path: tuple[Hashable, ...], names: Sequence[str]) -> Iterator[Incoherence]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, index), f"{name} is listed twice."


def _sections(pack: TownPack) -> Iterator[Incoherence]:
    for index, section in enumerate(pack.sections):
        if section.fine_class not in pack.fine_classes:
            yield ("sections", index, "fine_class"), f"There is no fine class {section.fine_class}."
        if section.in_force_until is not None and section.in_force_until < section.in_force_from:
            yield ("sections", index, "in_force_until"), f"{section.code} ends before it begins."
    for code in sorted({section.code for section in pack.sections}):
        for earlier, later in pairwise(pack.editions(code)):
            if earlier.in_force_until is None or earlier.in_force_until >= later.in_force_from:
                place = ("sections", pack.sections.index(later), "in_force_from")
                yield place, f"Two editions of {code} are in force on {later.in_force_from.isoformat()}."
    if pack.time_limit is not None and not pack.editions(pack.time_limit.section):
        yield ("time_limit", "section"), f"There is no section {pack.time_limit.section}."


def _fine_class(path: tuple[Hashable, ...], fine_class: FineClass) -> Iterator[Incoherence]:
    if not fine_class.amounts or len(fine_class.amounts) != len(fine_class.caps):
        yield (*path, "amounts"), "A fine class has as many caps as amounts, at least one of each."
        return
    for index, (amount, cap) in enumerate(zip(fine_class.amounts, fine_class.caps, strict=True)):  # alive: as many
        if amount > cap:
            yield (*path, "amounts", index), f"${amount} is over the cap of ${cap}."


def _tiers(pack: TownPack) -> Iterator[Incoherence]:
    tiers = pack.time_limit.tiers if pack.time_limit else ()
    starts = [tier.from_day for tier in tiers]
    if pack.time_limit is not None and (not tiers or starts[0] != 1 or starts != sorted(set(starts))):
        yield ("time_limit", "tiers"), "The first tier starts on day 1, each next one later."


def _closed_days(name: str, rules: CalendarRules) -> Iterator[Incoherence]:
    for index, closure in enumerate(rules.closures):
        if closure.last < closure.first:
            yield (name, "closures", index), "The closure ends before it begins."
    if len(set(rules.closed_weekdays)) == 7:
        yield (name, "closed_weekdays"), "There must be an open weekday."
    for index, own in enumerate(rules.own_days):
        if (own.day is None) == (own.nth is None) or (own.nth is None) != (own.weekday is None):
            yield (name, "own_days", index), "Say either the day, or the weekday and which of the month (nth)."
        elif not 1 <= own.month <= 12 or not (
            1 <= own.nth <= 5 if own.nth is not None else own.day in range(1, monthrange(2028, own.month)[1] + 1)
        ):
            yield (name, "own_days", index), "There is no such day."


def _holidays(name: str, rules: CalendarRules, year: int) -> Iterator[Incoherence]:
    """A name that the library does not know would be no holiday, and nobody would notice."""
    try:
        known = holiday_names(rules.country, rules.subdivision, range(year - 2, year + 7))
    except NotImplementedError:
        yield (name, "subdivision"), f"No public holidays are known for {rules.country}-{rules.subdivision}."
        return
    for index, adopted in enumerate(rules.adopted):
        if adopted not in known:
            words = set(adopted.casefold().split()) - {"day"}
            alike = [one for one in sorted(known) if words & set(one.casefold().split())]
            near = list(dict.fromkeys([*get_close_matches(adopted, known, 2, 0.5), *alike]))[:4] or sorted(known)
            yield (
                (name, "adopted", index),
                f"{rules.country}-{rules.subdivision} has no holiday called {adopted}. There is: {', '.join(near)}. "
                "A day of the town's own stands under own_days.",
            )


def _meanings(pack: TownPack) -> Iterator[Incoherence]:
    """What checks look for under its meaning must be there, or a document would go out unchecked."""
    for key, kind in pack.document_types.items():
        for block, meanings in NEEDED.items():
            if block in kind.required_blocks and not any(pack.printed(kind, meaning) for meaning in meanings):
                yield (
                    ("document_types", key, "deadlines"),
                    f"With the block {block} it prints a date whose rule means {' or '.join(meanings)}; it has none.",
                )
        if "penalty-tiers" in kind.required_blocks and pack.time_limit is None:
            yield ("document_types", key), f"{key} speaks of a time limit, and the pack has none (time_limit)."
        if kind.subject == "citation" and pack.rule("cure") is None:
            yield ("deadlines",), f"{key} comes after a time to correct: no rule means cure."
    known = {officer.role for officer in pack.officers}
    for role in pack.roles:
        if role not in known:
            yield ("roles", role), f"No officer has the role {role}."


def _handouts(pack: TownPack) -> Iterator[Incoherence]:
    """What a handout repeats of the pack is there."""
    helpers = {resource.id for resource in pack.help}
    for key, told in pack.handouts.items():
        for index, code in enumerate(told.sections):
            if not pack.editions(code):
                yield ("handouts", key, "sections", index), f"There is no section {code}."
        for name, rule in told.periods.items():
            if rule not in pack.deadlines:
                yield ("handouts", key, "periods", name), f"There is no deadline rule {rule}."
            if name in told.facts:
                yield ("handouts", key, "periods", name), f"{name} stands under facts already."
        for index, helper in enumerate(told.help):
            if helper not in helpers:
                yield ("handouts", key, "help", index), f"Nobody under help is called {helper}."


def _document_type(pack: TownPack, path: tuple[Hashable, ...], made: DocumentType) -> Iterator[Incoherence]:
    for name, found, known in (
        ("required_blocks", made.required_blocks, BLOCKS),
        ("statements", made.statements, pack.statements.keys()),
        ("signers", made.signers, {officer.role for officer in pack.officers}),
    ):
        for index, value in enumerate(found):
            if value not in known:
                yield (*path, name, index), f"The pack knows no {value}."
    for name, rule in made.deadlines.items():
        if rule not in pack.deadlines:
            yield (*path, "deadlines", name), f"There is no deadline rule {rule}."
    if made.shows != "open" and made.subject in ("citation", "inspection", "stop_work"):
        yield (*path, "shows"), "What this is about has violations of its own: shows says nothing here."
    if made.shows == "contested" and made.subject != "hearing":
        yield (*path, "shows"), "Only a hearing is of what is contested."
    if made.subject != "service":
        for field, said in (("covers", made.covers != "record"), ("methods", made.methods)):
            if said:
                yield (*path, field), f"This is not about service: {field} says nothing here."
    if made.envelope not in pack.envelopes:
        yield (*path, "envelope"), f"There is no envelope profile {made.envelope}."
    try:
        made.number.format(year=2026, n=1)  # alive: whether it can be filled in, any year and number tell
        ok = "{n" in made.number
    except (KeyError, ValueError, IndexError, AttributeError):
        ok = False
    if not ok:
        yield (*path, "number"), "The number pattern has {year} and {n}, such as NOV-{year}-{n:04d}."


def _envelopes(pack: TownPack) -> Iterator[Incoherence]:
    for key, envelope in pack.envelopes.items():
        boxes = (("address", envelope.address), ("return_block", envelope.return_block))
        for name, box in (*boxes, *(("clear", box) for box in envelope.clear)):
            if box is not None and not (box.left < box.right and box.top < box.bottom):
                yield ("envelopes", key, name), "The box is empty: left < right and top < bottom, in inches."
        if envelope.kind == "window" and (envelope.address is None or envelope.max_lines is None):
            yield ("envelopes", key), "A window envelope needs its safe area (address) and max_lines."
        larger = None if envelope.over is None else pack.envelopes.get(envelope.over)
        if (envelope.max_sheets is None) != (envelope.over is None):
            problem = "max_sheets and over belong together: how many sheets it takes, and what takes more."
            yield ("envelopes", key), problem
        elif envelope.over is not None and (larger is None or larger.kind != envelope.kind or larger.over is not None):
            problem = f"{envelope.over} is no larger {envelope.kind} envelope (one without over of its own)."
            yield ("envelopes", key, "over"), problem
        if envelope.max_sheets is not None and envelope.max_sheets < 1:
            yield ("envelopes", key, "max_sheets"), "An envelope takes one sheet at least."


def _approval(pack: TownPack) -> Iterator[Incoherence]:
    made = pack.approval
    for name, roles in (("otherwise", made.otherwise), ("handouts", made.handouts), ("rules", made.rules)):
        if not roles:
            yield ("approval", name), "Somebody must be able to approve: name at least one role."
    for key, roles in made.document_types.items():
        if key not in pack.document_types:
            yield ("approval", "document_types", key), f"There is no document type {key}."
        elif not roles:
            yield ("approval", "document_types", key), "Somebody must be able to approve: name at least one role."
