"""Every date of a document counted a second time, from the town's rules, the casefile and the order alone.

Written apart from :mod:`docservice.town.deadlines` and :mod:`docservice.town.reckoning`, and otherwise: days are gone
through one by one, months by their first days. Of what those have computed nothing is read but which document it is,
when it is issued and served, how, to whom and about what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from docservice.casefile.facts import Casefile, Citation, Party, Permit, ServiceMethod, Violation
from docservice.town.addressees import addressee
from docservice.town.calendar import Calendar
from docservice.town.citing import code_of
from docservice.town.pack import DeadlineRule, DocumentType, TownPack

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A day and what it was counted from. ``count`` and ``extension`` (days) are 0 for one that is stated."""

    day: date
    trigger: date
    count: int = 0
    extension: int = 0


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the order says: the document's date, when and how it is served, on whom, and about what (an id)."""

    on: date
    served_on: date
    method: ServiceMethod
    recipient: str
    about: str | None


def recount(pack: TownPack, casefile: Casefile, kind: DocumentType, order: Ordered) -> Mapping[str, Counted]:
    """Every date by the name under which a text prints it."""
    return dict(_Recount(pack, casefile, kind, order).dates())


@dataclass(frozen=True, slots=True)
class _Recount:
    pack: TownPack
    casefile: Casefile
    kind: DocumentType
    order: Ordered

    def dates(self) -> Iterator[tuple[str, Counted]]:
        for name, key in self.kind.deadlines.items():
            rule = self.pack.deadlines[key]
            if self.pack.means(key) == "cure":
                for violation in self.casefile.violations:
                    found = self._comply_by(violation, rule)
                    if found is not None:
                        yield f"{name}/{violation.id}", found
            else:
                found = self._by_rule(rule, rule.count, rule.unit == "months")
                if found is not None:
                    yield name, found
        if self.kind.subject == "permit":
            yield from self._limit()
        if self.kind.subject == "hardship":
            yield from self._deposit()

    def _deposit(self) -> Iterator[tuple[str, Counted]]:
        """By when a deposit is due that was not waived, or not all of it."""
        asked = [one for one in self.casefile.hardship_requests if self._meant(one.id)][-1:]
        types = self.pack.procedure.types.values() if self.pack.procedure is not None else ()
        rules = [one.deposit_after_denial for one in types if one.deposit_after_denial is not None]
        for one in asked if rules else ():
            if one.remedy != "deposit_waiver" or one.decision not in ("denied", "granted_in_part"):
                continue
            told, rule = one.decided_on or self.order.on, rules[0]
            if one.pay_by is not None:
                yield "deposit-by", Counted(one.pay_by, told)
                continue
            day, calendar = told, Calendar(self.pack.calendar)
            for _ in range(rule.days):
                day += _DAY
            while not calendar.is_open(day):
                day += _DAY
            cited = [each for each in self.casefile.citations if each.id in one.citations and rule.not_before]
            yield "deposit-by", Counted(max([day, *filter(None, map(self._last_day, cited))]), told)

    def _last_day(self, citation: Citation) -> date | None:
        """The last day to contest a citation."""
        served = citation.served_on or citation.issued_on
        contests = [rule for kind in self.pack.document_types.values() if kind.subject == "citation"
                    for rule in self.pack.printed(kind, "contest").values()]  # fmt: skip
        if served is None or not contests:
            return None
        counted = replace(self, order=replace(self.order, served_on=served))._by_rule(
            contests[0], contests[0].count, contests[0].unit == "months"
        )
        return counted.day if counted is not None else None

    def _comply_by(self, violation: Violation, rule: DeadlineRule) -> Counted | None:
        served = self.order.served_on
        set_for_it = [violation.comply_by, *self._granted(violation)]
        stated = max((day for day in set_for_it if day is not None), default=None)
        if stated is not None and not (self._counts_anew() and stated <= served):
            return Counted(stated, served)
        if self.kind.subject == "request":
            return None
        if violation.immediate_danger:
            return Counted(served, served)
        cited = code_of(violation.section, self.pack.codes)
        for section in self.pack.sections:
            last = section.in_force_until or date.max
            held = section.code == cited and section.in_force_from <= violation.observed_on <= last
            if held and section.cure_days is not None:
                return self._by_rule(rule, section.cure_days, months=False)
        return self._by_rule(rule, rule.count, rule.unit == "months")

    def _granted(self, violation: Violation) -> Iterator[date | None]:
        """The dates that decisions on more time gave it."""
        for request in self.casefile.extension_requests:
            said = [one for one in request.dates if one.violation == violation.id]
            done = violation.corrected_on is not None and violation.corrected_on <= request.on
            meant = violation.id in request.violations if request.violations else (
                violation.observed_on <= request.on and not done
            )  # fmt: skip
            if meant and said:
                yield said[0].until if said[0].outcome == "granted" else None
            elif meant and request.decision in ("granted", "in_part"):
                yield request.granted_until

    def _counts_anew(self) -> bool:
        """Whether it comes when the time that an earlier paper gave is over: a citation, or as procedure says."""
        if self.kind.subject == "citation":
            return any(self._meant(one.id) for one in self.casefile.citations)
        procedure = self.pack.procedure.types if self.pack.procedure is not None else {}
        mine = [rules for key, rules in procedure.items() if self.pack.document_types.get(key) is self.kind]
        return any(
            self.pack.means(self.pack.document_types[type].deadlines.get(need.passed, "")) == "cure"
            for rules in mine for need in rules.requires if need.passed is not None
            for type in need.served if type in self.pack.document_types
        )  # fmt: skip

    def _hearing(self) -> date | None:
        meant = [one.on for one in self.casefile.hearings if self.kind.subject == "hearing" and self._meant(one.id)]
        return meant[-1] if meant else None

    def _meant(self, name: str) -> bool:
        return self.order.about in (None, name)

    def _by_rule(self, rule: DeadlineRule, count: int, months: bool) -> Counted | None:
        trigger: date | None = self.order.served_on
        if rule.trigger == "issue":
            trigger = self.order.on
        elif rule.trigger == "hearing":
            trigger = self._hearing()
        if trigger is None:
            return None
        extension = self._mail_days() if rule.extends else 0
        step = -_DAY if rule.direction == "before" else _DAY
        day = _months(trigger, -count if rule.direction == "before" else count) if months else trigger
        for _ in range(extension if months else count + extension):
            day += step
        if rule.rolls:
            court = self.pack.court_calendar if rule.calendar == "court" else None
            calendar = Calendar(court or self.pack.calendar)
            while not calendar.is_open(day):
                day += step
        return Counted(day, trigger, count, extension)

    def _mail_days(self) -> int:
        """Days for mailing; 0 where a person must decide, which is said elsewhere."""
        rule, party = self.pack.mail_extension, self._recipient()
        if not rule.adopted or self.order.method not in rule.methods or party is None or party.address is None:
            return 0
        address = party.address
        decided = party.mail_extension_days or 0
        if address.kind in ("post_on_site", "military"):
            return decided if address.kind == "military" else 0
        if address.kind == "foreign" or address.country != "US":
            return rule.abroad
        if address.region is None:
            return decided
        return rule.same_state if address.region == self.pack.identity.state else rule.other_state

    def _recipient(self) -> Party | None:
        return addressee(self.casefile, self.kind, self.order.recipient)

    def _limit(self) -> Iterator[tuple[str, Counted]]:
        """The construction time limit, and the day on which the next tier of its penalty starts."""
        permit = self._permit()
        rule, on = self.pack.time_limit, self.order.on
        if permit is None or permit.limit_months is None or rule is None:
            return
        limit = _months(permit.issued_on, permit.limit_months)
        for extension in permit.extensions:
            if extension.granted_on is None or extension.granted_on <= on:
                limit = max(limit, extension.to)
        granted = [one for one in permit.extensions if one.granted_on is None or one.granted_on <= on]
        set_by = [one.granted_on for one in granted if one.to == limit and one.granted_on is not None]
        calendar = Calendar(self.pack.calendar)
        while rule.limit_rolls and not calendar.is_open(limit):
            limit += _DAY
        limit = self._held(max(set_by, default=permit.issued_on), limit)
        yield "time-limit", Counted(limit, permit.issued_on)
        done = permit.completed_on
        if (done is not None and done <= on) or self._holds(on + _DAY):
            return
        for tier in rule.tiers:
            starts = self._held(limit, limit + tier.from_day * _DAY)
            if starts > on:
                yield "next-tier", Counted(starts, limit)
                return

    def _held(self, since: date, day: date) -> date:
        """The day, when only those days are counted on which no order held the limit."""
        left = (day - since).days
        if left <= 0:
            return day
        while left:
            since += _DAY
            left -= since > self.order.on or not self._holds(since)
        return since

    def _holds(self, day: date) -> bool:
        rule = self.pack.time_limit
        if rule is None or "stop_work_without_fault" not in rule.tolled_by:
            return False
        stopped = [one for one in self.casefile.stop_work_orders if one.without_fault and one.on < day]
        return any(one.lifted_on is None or day <= one.lifted_on for one in stopped)

    def _permit(self) -> Permit | None:
        wanted = self.order.about
        fitting = [
            one
            for one in self.casefile.permits
            if (one.number == wanted if wanted is not None else one.limit_months is not None)
        ]
        return fitting[-1] if fitting else None


def _months(day: date, count: int) -> date:
    """So many months later (earlier), on the same day or on the month's last."""
    first = day.replace(day=1)
    for _ in range(count):
        first = _next(first)
    for _ in range(-count):
        first = (first - _DAY).replace(day=1)
    return min(first + (day.day - 1) * _DAY, _next(first) - _DAY)


def _next(first: date) -> date:
    """The first day of the next month."""
    return (first + 31 * _DAY).replace(day=1)  # alive: 32 days after the first of a month lie in the next one too
