"""What a town decided, as sentences for people: by topic, each with the law that it rests on beside it, not in it.

The values that a council sets most (days, dollars, how far back) are told here in full; everything else that a pack
says is left to ``town.telling``, which knows every value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from docservice.town.meanings import BY_NAME
from docservice.town.pack import DeadlineRule, FineClass, MailExtension, Section, TimeLimit, TownPack
from docservice.town.source import Source
from docservice.town.telling import RuleSentence, sentences

RuleTopic = Literal["contest", "correct", "fines", "hearings", "mail", "rest"]
TOPICS: dict[RuleTopic, str] = {
    "contest": "Days to contest and to pay",
    "correct": "Days to correct",
    "fines": "Fines",
    "hearings": "Hearings",
    "mail": "Mail and dates",
    "rest": "Everything else",
}
CONFIDENCE = {
    "H": ("Read in the law itself", "good"),
    "M": ("The town’s own law: have the attorney check", "wait"),
    "P": ("Practice of the office", ""),
}
_TOPIC_OF: dict[str | None, RuleTopic] = {
    "contest": "contest", "pay": "contest", "pay_costs": "contest", "court_review": "contest", "cure": "correct",
    "order_lead": "correct", "hearing_lead": "hearings", "staff_report": "hearings", "access_request": "hearings",
    "decision": "hearings",
}  # fmt: skip
_TOLD = ("deadlines", "fine_classes", "look_back", "time_limit", "visit_fee", "mail_extension", "dating")
_FROM = {"service": "service", "issue": "its date", "hearing": "the hearing"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class ToldRule:
    """One thing that a town decided: ``group`` and ``name`` are those of ``town.telling``, ``text`` the sentence."""

    topic: RuleTopic
    group: str
    name: str
    title: str
    text: str
    source: Source | None

    @property
    def key(self) -> str:
        """What an address calls it."""
        return f"{self.group}/{self.name}"


def told(pack: TownPack) -> tuple[ToldRule, ...]:
    """The rules about days and money, in the order of the pack."""
    return tuple(_told(pack))


def rest(pack: TownPack) -> tuple[RuleSentence, ...]:
    """Everything else that the pack says."""
    return tuple(one for one in sentences(pack) if one.group not in _TOLD)


def _told(pack: TownPack) -> Iterator[ToldRule]:
    for name, rule in pack.deadlines.items():
        topic = _TOPIC_OF.get(rule.means or BY_NAME.get(name), "mail")
        yield ToldRule(topic, "deadlines", name, rule.title, _deadline(rule, pack), rule.source)
    for section in pack.sections:
        if section.cure_days is not None:
            text = f"Who breaks {section.code} ({section.title}) has {_days(section.cure_days)} to correct it."
            yield ToldRule("correct", "sections", name_of(section), section.title, text, section.source)
    for name, fines in pack.fine_classes.items():
        yield ToldRule("fines", "fine_classes", name, fines.title, _fines(fines), fines.source)
    back = pack.look_back
    text = f"A second or third fine counts what happened in the {back.count} {back.unit} before."
    yield ToldRule("fines", "look_back", "", "Looking back", text, back.source)
    if pack.time_limit is not None:
        limit = pack.time_limit
        yield ToldRule("fines", "time_limit", "", "Construction time limit", _limit(limit), limit.source)
    if pack.visit_fee is not None:
        fee = pack.visit_fee
        free = "the first is" if fee.free == 1 else f"the first {fee.free} are" if fee.free else "none is"
        text = f"Of the visits that only look whether the work is done {free} free; each further one costs "
        yield ToldRule("fines", "visit_fee", "", "Visits", f"{text}{_dollars(fee.amount)}.", fee.source)
    yield ToldRule(
        "mail", "mail_extension", "", "Days for mail", _mail(pack.mail_extension), pack.mail_extension.source
    )
    ahead, behind = (f"up to {_days(n)} " if n else "not " for n in (pack.dating.ahead, pack.dating.back))
    text = f"A letter is dated on the day on which it is issued: {ahead}ahead, {behind}back without a reason."
    yield ToldRule("mail", "dating", "", "The date of a letter", text, pack.dating.source)


def name_of(section: Section) -> str:
    """What tells an edition of a section from others."""
    return f"{section.code}, from {section.in_force_from}"


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"


def _deadline(rule: DeadlineRule, pack: TownPack) -> str:
    count = _days(rule.count) if rule.unit == "days" else f"{rule.count} months"
    least = "at least " if rule.direction == "before" else ""
    text = f"{rule.title}: {least}{count} {rule.direction} {_FROM[rule.trigger]}."
    whose = "court" if rule.calendar == "court" else "office"
    if rule.rolls:
        to = "forward to the next" if rule.direction == "after" else "back to the last"
        text += f" If the {whose} is closed on that day, it moves {to} open day."
    else:
        text += f" It stays where it is, even if the {whose} is closed."
    return text + (" Mail adds days." if rule.extends and pack.mail_extension.adopted else "")


def _fines(fines: FineClass) -> str:
    listed = [
        f"{_dollars(amount)} for the {_ORDINALS[n] if n < len(_ORDINALS) else f'{n + 1}th'}"
        for n, amount in enumerate(fines.amounts)
    ]
    caps = ", ".join(_dollars(one) for one in fines.caps)
    return f"{fines.title}: {', '.join(listed)} violation and each later one. The law allows at most {caps}."


def _limit(limit: TimeLimit) -> str:
    tiers = "; ".join(f"from day {one.from_day} {_dollars(one.per_day)} a day" for one in limit.tiers)
    return f"Who builds longer than {limit.section} allows pays {tiers}."


def _mail(rule: MailExtension) -> str:
    if not rule.adopted:
        return "Days are not added because a letter came by mail."
    return (
        f"A letter by mail adds {_days(rule.same_state)} in the state, {_days(rule.other_state)} in another, "
        f"{_days(rule.abroad)} abroad."
    )


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}".removesuffix(".00")
