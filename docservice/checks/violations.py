"""Is each violation complete, in force, and ripe? (DOMAIN §7.2, 7.4)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from docservice.casefile.facts import Citation, Violation
from docservice.checks.examined import Sight, even, substance
from docservice.checks.finding import error, warning
from docservice.finding import Finding
from docservice.rendering.composing import pasted, phrasing
from docservice.town import citing
from docservice.town.calendar import Calendar
from docservice.town.citing import canonical
from docservice.town.deadlines import compute
from docservice.town.more_time import due_on
from docservice.town.pack import DeadlineRule
from docservice.town.subjects import is_corrected
from docservice.wording.catalog import pack_strings

_PARTS = {
    "observed": "the date on which it was observed",
    "section": "its code section",
    "facts": "its facts",
    "correction": "its correction",
}


_SHOWN = {"open": "open violation", "corrected": "corrected violation", "all": "violation", "contested": "violation",
          "none": "violation"}  # fmt: skip


def spoken_of(sight: Sight) -> list[tuple[str, Violation]]:
    """The violations a document speaks of, each with its JSON pointer."""
    if sight.casefile is None or sight.reckoning is None:
        return []
    ids = set(sight.reckoning.violations)
    return [(f"/violations/{i}", v) for i, v in enumerate(sight.casefile.violations) if v.id in ids]


def sections_in_force(sight: Sight) -> Iterator[Finding]:
    """Each violation's section was in force on the day it was observed (DOMAIN §7.2)."""
    for place, violation in spoken_of(sight):
        if sight.pack.section(violation.section, violation.observed_on):
            continue
        if sight.pack.editions(violation.section):
            message = f"{canonical(violation.section, sight.pack.codes)} was not in force on {violation.observed_on}."
            yield error("section_not_in_force", message, f"{place}/section")
        else:
            yield error("section_unknown", citing.unknown(violation.section, sight.pack.codes), f"{place}/section")


def complete(sight: Sight) -> Iterator[Finding]:
    """Each violation is in the text, with its section, facts, correction and date, uncut (DOMAIN §7.2, 7.13)."""
    if "violations" not in sight.required or sight.casefile is None:
        return
    known = {violation.id for violation in sight.casefile.violations}
    spoken = {violation.id for _, violation in spoken_of(sight)}
    for name in sight.page.violations:
        if name not in known:
            message = f"The text has a violation “{name}”, the casefile has not."
            yield error("violation_unknown", message, "block violations")
        elif sight.reckoning is not None and name not in spoken:
            message = f"The text has the violation “{name}”, of which this document does not speak."
            yield error("violation_unknown", message, "block violations")
    if not spoken and not sight.lacks_subject:
        which = _SHOWN[sight.kind.shows if sight.kind else "all"]
        message = f"There is no {which}, seen by the date of this letter, that it could speak of."
        yield error("violation_missing", message, "/violations")
    dated = sight.kind is not None and bool(sight.pack.printed(sight.kind, "cure"))
    wanted = {**_PARTS, "comply-by": "the date to comply by"} if dated else _PARTS
    for place, violation in spoken_of(sight):
        yield from _printed(sight, place, violation, wanted)


def _printed(sight: Sight, place: str, violation: Violation, wanted: dict[str, str]) -> Iterator[Finding]:
    printed = sight.page.violations.get(violation.id)
    if not printed:
        yield error("violation_missing", f"Violation “{violation.id}” is not in the text.", place)
        return
    parts: dict[str, list[str]] = {}
    for section in printed:
        for element in section.iterfind(".//*[@data-part]"):
            if substance(element):
                parts.setdefault(element.get("data-part"), []).append(even(" ".join(element.itertext())))
    for name, what in wanted.items():
        if name not in parts:
            yield error("violation_incomplete", f"Violation “{violation.id}” lacks {what}.", place)
    words = pack_strings.spoken(sight.pack, sight.language, sight.bundle.meta.document_type).texts
    for name, text in (
        ("section", canonical(violation.section, sight.pack.codes)),
        ("facts", phrasing.expected(violation, "facts", sight.pack, sight.language, words)),
        ("correction", phrasing.expected(violation, "correction", sight.pack, sight.language, words)),
    ):
        printed_text = _tight(" ".join(parts.get(name, ())))
        if name in parts and _tight(text) not in printed_text and _tight(pasted.words(text)) not in printed_text:
            yield error(
                "violation_cut", f"Violation “{violation.id}”: the {name} is not printed in full.", f"{place}/{name}"
            )


def _tight(text: str) -> str:
    """Without white space: where one element of a text ends and the next begins there may be some, or none."""
    return "".join(even(text).split())


def nothing_left_open(sight: Sight) -> Iterator[Finding]:
    """What closes a case says so of all that was seen in it, also where it was asked to speak of a part."""
    if sight.casefile is None or sight.reckoning is None or sight.kind is None or sight.kind.shows != "corrected":
        return
    on = sight.reckoning.on
    for index, violation in enumerate(sight.casefile.violations):
        if violation.observed_on <= on and not is_corrected(violation, on):
            message = f"Violation “{violation.id}” is not corrected by {on}, and this document says that all is."
            yield error("violation_open", message, f"/violations/{index}/corrected_on")


def danger_reasons(sight: Sight) -> Iterator[Finding]:
    """Whoever calls a violation an immediate danger says why (DOMAIN §7.4)."""
    for place, violation in spoken_of(sight):
        if violation.immediate_danger and not violation.gives_danger_reason:
            message = f"Violation “{violation.id}” is called an immediate danger, without a reason."
            yield error("danger_reason", message, f"{place}/danger_reason")


def danger_in_kindness(sight: Sight) -> Iterator[Finding]:
    """A letter that its type holds too soft for an immediate danger speaks of none (DOMAIN §7.4)."""
    if sight.kind is None or not sight.kind.refuses_danger:
        return
    for place, violation in spoken_of(sight):
        if violation.immediate_danger:
            message = (
                f"Violation “{violation.id}” is an immediate danger: write a notice, not a {sight.kind.title.lower()}."
            )
            yield error("danger_informal", message, f"{place}/immediate_danger")


def correction_days(sight: Sight) -> Iterator[Finding]:
    """What to do does not name another day than the date to comply by (DOMAIN §7.2)."""
    if sight.reckoning is None:
        return
    cure = sight.reckoning.cure
    for place, violation in spoken_of(sight):
        computed = sight.reckoning.deadlines.get(f"{cure}/{violation.id}")
        if computed is None:
            continue
        for said in _DAYS_SAID.finditer(violation.correction):
            named = sight.reckoning.served_on
            if said["count"]:
                named += timedelta(days=_count(said["count"]) * (7 if said["unit"].startswith("week") else 1))
            if named != computed.date:
                message = (
                    f"The correction of violation “{violation.id}” says “{said.group()}”; its date is {computed.date}. "
                    "Which is meant?"
                )
                yield warning("correction_day", message, f"{place}/correction")
                break


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# "At once" of a danger stands beside its own date.
_DAYS_SAID = re.compile(
    r"\b(?:today|at once|immediately|right away|"
    rf"within (?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}) (?P<unit>days?|weeks?))\b",
    re.I,
)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 1


def cure_period(sight: Sight) -> Iterator[Finding]:
    """A citation comes after the time to correct, unless there is an immediate danger (DOMAIN §7.4).

    The time runs from the day the violation was observed, when a person was told, or ends on the date a person set.
    """
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, Citation):
        return
    rule = sight.pack.rule("cure")
    if rule is None:
        return
    issued = sight.reckoning.subject.issued_on or sight.reckoning.on
    for place, violation in spoken_of(sight):
        if violation.immediate_danger:
            continue
        period = _cure(sight, violation, rule)
        calendar = Calendar(sight.pack.closed_days(period))
        ends = due_on(sight.casefile, violation) or compute(period, violation.observed_on, calendar).date
        if issued <= ends:
            message = f"The time to correct violation “{violation.id}” runs to {ends}; the citation is of {issued}."
            yield error("cure_period", message, place)


def _cure(sight: Sight, violation: Violation, rule: DeadlineRule) -> DeadlineRule:
    section = sight.pack.section(violation.section, violation.observed_on)
    if section is None or section.cure_days is None:
        return rule
    return replace(rule, count=section.cure_days, unit="days")  # alive: what is not counted in months is in days
