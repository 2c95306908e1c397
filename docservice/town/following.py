"""What is to be done after papers: the procedure's ``due``, and what service asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from docservice.casefile.facts import Casefile, Hearing, Permit
from docservice.casefile.record import IssuedDocument
from docservice.casefile.service import ServiceRecord
from docservice.town.calendar import Calendar
from docservice.town.deposits import appeals_meant
from docservice.town.follow_ups import FollowUp
from docservice.town.hearing_days import DatedPapers
from docservice.town.papers import Papers
from docservice.town.penalties import penalty_of
from docservice.town.recorded_dates import DeadlineOnRecord, copy_id
from docservice.town.service_rules import alike
from docservice.town.service_set import service_set
from docservice.town.settled import settled
from docservice.town.subjects import is_corrected

_DAY = timedelta(days=1)
_TITLES = {
    "inspection": "Inspect again", "final": "The decision is final", "appeal-falls": "The appeal falls: no deposit",
}  # fmt: skip
# Where the town's rules of service do not say it.
_RECEIPTED = frozenset(("certified_mail",))


def follow_ups(papers: Papers, dated: DatedPapers, rows: Sequence[DeadlineOnRecord]) -> Iterator[DeadlineOnRecord]:
    """What is to be done after the papers of a case, once for all copies of one."""
    found = _FollowUps(papers, rows)
    for papers_alike in _notices(dated):
        one = next((one for one, _ in papers_alike if papers.in_force(one)), papers_alike[0][0])
        of_type = papers.pack.procedure.types.get(one.document_type) if papers.pack.procedure is not None else None
        for follow in of_type.due if of_type is not None else ():
            yield from found.of(one, follow, [row for _, each in papers_alike for row in each])
    for one, _ in dated:
        yield from _served_again(papers, one)


def _notices(dated: DatedPapers) -> Iterable[DatedPapers]:
    """Papers by the notice that they are copies and printings of; letters of one day and kind are copies too."""
    began: dict[str, date] = {}
    for one, _ in dated:
        began[one.notice] = min(one.issued_on, began.get(one.notice, one.issued_on))
    groups: dict[object, list[tuple[IssuedDocument, Sequence[DeadlineOnRecord]]]] = {}
    for one, rows in dated:
        groups.setdefault((one.document_type, one.about, began[one.notice]), []).append((one, rows))
    return groups.values()


def _by_day(found: Sequence[DeadlineOnRecord]) -> dict[date, list[DeadlineOnRecord]]:
    """Dates by the day that they end on: of one violation, the latest of all copies that are not done with."""
    days: dict[date, list[DeadlineOnRecord]] = {}
    for about in dict.fromkeys(row.about for row in found):
        mine = [row for row in found if row.about == about]
        alive = [row for row in mine if row.state not in ("moot", "done")]
        ends = [row.effective for row in (alive or mine) if row.effective is not None]
        if ends:
            days.setdefault(max(ends), []).extend(mine)
    return days


def _next_open(papers: Papers, day: date) -> date:
    return Calendar(papers.pack.calendar).roll(day + _DAY, "after")


class _FollowUps:
    def __init__(self, papers: Papers, rows: Sequence[DeadlineOnRecord]) -> None:
        self.papers, self.pack, self.casefile, self.rows = papers, papers.pack, papers.casefile, rows

    def of(
        self, one: IssuedDocument, follow: FollowUp, dates: Sequence[DeadlineOnRecord]
    ) -> Iterator[DeadlineOnRecord]:  # fmt: skip
        if follow.on == "next-tier":
            yield from self._tiers(one, follow)
        elif follow.at == "hearing":
            yield from self._with_hearings(one, follow)
        elif follow.at == "paid":
            yield from self._when_paid(one, follow)
        elif follow.at == "next-open-day":
            if self.papers.in_force(one):
                day = _next_open(self.papers, one.issued_on)
                yield self._row(one, follow, day, f"the issue of {one.number}", one.issued_on, one.issued_on)
        elif follow.after is not None:
            yield from self._after(one, follow, follow.after, dates)

    def _row(
        self, one: IssuedDocument, follow: FollowUp, day: date | None, trigger: str, on: date | None,
        since: date | None, named: frozenset[str] = frozenset(),
    ) -> DeadlineOnRecord:  # fmt: skip
        kind = self.pack.document_types.get(follow.do)
        title = _TITLES.get(follow.do) or (kind.title if kind is not None else follow.do.replace("-", " ").capitalize())
        source = follow.source or (self.pack.procedure.types[one.document_type].source if self.pack.procedure else None)
        rule = f" Rule: {source.citation}." if source is not None else ""
        row = DeadlineOnRecord(
            f"{copy_id(one)}/{follow.do}", follow.do, title, "open", day, f"Follows {trigger}.{rule}",
            document=one.number, about=one.about, trigger=trigger, triggered_on=on, do=follow.do,
            lapses=follow.do in ("final", "appeal-falls"),
        )  # fmt: skip
        done_by = self._done(one, follow, since, named)
        return replace(row, state="done", done_by=done_by) if done_by is not None else row

    def _after(
        self, one: IssuedDocument, follow: FollowUp, name: str, dates: Sequence[DeadlineOnRecord]
    ) -> Iterator[DeadlineOnRecord]:  # fmt: skip
        found = [row for row in dates if row.name.partition("/")[0] == name]
        current = {row.id: row for row in self.rows}
        found = [current.get(row.id, row) for row in found]
        if not found and name == "deposit-by":
            appeals = [each.id for each in appeals_meant(self.casefile, one.about)]
            found = [row for row in self.rows if row.name == name and row.about in appeals]
        for day, rows in _by_day(found).items():
            yield from self._after_day(one, follow, name, day, rows)

    def _after_day(
        self, one: IssuedDocument, follow: FollowUp, name: str, day: date, found: Sequence[DeadlineOnRecord]
    ) -> Iterator[DeadlineOnRecord]:  # fmt: skip
        """What follows the dates of one name that end on a day: for violations that have other days, on others."""
        alive = [row for row in found if row.state not in ("moot", "done")]
        due = _next_open(self.papers, day)
        trigger = f"the {name} date of {one.number}, {day}"
        about = [row.about for row in found if row.about is not None and "/" in row.name]
        row = self._row(one, follow, due, trigger, day, day, named=frozenset(about))
        if about:
            row = replace(row, id=f"{row.id}/{about[0]}")
        if all(each.state == "moot" for each in found):
            yield replace(row, state="moot", done_by=found[0].done_by)
        elif row.state == "done":
            yield row
        elif not alive and follow.when is not None:
            yield replace(row, state="moot", done_by=next(each.done_by for each in found if each.state == "done"))
        elif follow.do == "appeal-falls" and not self._falls(one):
            return
        elif alive and all(each.state == "held" for each in alive):
            yield replace(row, state="held", done_by=alive[0].done_by, explain=f"{alive[0].explain} {row.explain}")
        else:
            yield row

    def _falls(self, one: IssuedDocument) -> bool:
        return any(each.hardship_waiver == "denied" for each in appeals_meant(self.casefile, one.about))

    def _done(
        self, one: IssuedDocument, follow: FollowUp, since: date | None, named: frozenset[str]
    ) -> str | None:  # fmt: skip
        """By what it is done: an inspection after the day, a paper of the type after it; or nothing is left to do."""
        if follow.do == "inspection":
            made = [each for each in self.casefile.inspections
                    if since is not None and since < each.on <= self.papers.on]  # fmt: skip
            if made:
                return f"the inspection {made[0].id} of {made[0].on}"
        elif follow.do in self.pack.document_types or follow.do not in _TITLES:
            later = [each for each in self.papers.of((follow.do,)) if since is None or each.issued_on > since]
            later = [each for each in later if one.about is None or each.about in (None, one.about)]
            if later:
                return f"{later[0].number} of {later[0].issued_on}"
        if follow.when == "open":
            named = named or self.papers.named(one)
            left = [each for each in self.casefile.violations
                    if each.id in named and not is_corrected(each, self.papers.on)]  # fmt: skip
            return "everything is corrected" if not left else None
        if follow.when == "unpaid":
            return settled(self.papers, one, one.about, "pay" if one.puts == "cited" else "pay_costs")
        return None

    def _with_hearings(self, one: IssuedDocument, follow: FollowUp) -> Iterator[DeadlineOnRecord]:
        if not self.papers.in_force(one):
            return
        kind = self.pack.document_types.get(follow.do)
        wanted = [due.party.id for due in service_set(kind, self.casefile.parties).due] if kind is not None else []
        for hearing in self.casefile.hearings if wanted else ():
            lead = next((row for row in self.rows if row.about == hearing.id and row.name != follow.do
                         and row.do is not None and row.rule is not None
                         and self.pack.means(row.rule) == "hearing_lead"), None)  # fmt: skip
            if lead is None:
                continue
            row = self._row(one, replace(follow, when=None), lead.effective, f"the hearing {hearing.id}", hearing.on,
                            date.max)  # fmt: skip
            row = replace(row, id=f"{row.id}/{hearing.id}", about=hearing.id)
            sent = {each.recipient for each in self.papers.of((follow.do,))
                    if each.about == hearing.id or (each.about is None and _tells(each, hearing))}  # fmt: skip
            if all(sent & self.papers.stands_for(party) for party in wanted):
                yield replace(row, state="done", done_by="everybody has it")
            elif lead.state == "moot" or hearing.decided_on is not None:
                yield replace(row, state="moot", done_by=lead.done_by)
            else:
                yield row

    def _when_paid(self, one: IssuedDocument, follow: FollowUp) -> Iterator[DeadlineOnRecord]:
        paid = [each.on for each in self.casefile.payments if each.ledger == "costs" and each.on <= self.papers.on]
        if not paid or settled(self.papers, one, one.about, "pay_costs") is None or not self.papers.in_force(one):
            return
        row = self._row(one, follow, _next_open(self.papers, max(paid)), "the payment of the costs", max(paid),
                        one.issued_on)  # fmt: skip
        released = [each for each in self.casefile.liens if each.released_on is not None]
        if row.state == "open" and released and len(released) == len(self.casefile.liens):
            row = replace(row, state="done", done_by=f"released on {released[-1].released_on}")
        yield row

    def _tiers(self, one: IssuedDocument, follow: FollowUp) -> Iterator[DeadlineOnRecord]:
        rule = self.pack.time_limit
        permit = _permit(self.casefile, one.about)
        if rule is None or permit is None or not self.papers.in_force(one):
            return
        penalty = penalty_of(rule, permit, self.papers.on, Calendar(self.pack.calendar))
        for tier in penalty.tiers if penalty is not None else ():
            if tier.starts_on <= one.issued_on:
                continue
            row = self._row(one, follow, tier.starts_on, f"day {tier.from_day} past the limit", tier.starts_on,
                            tier.starts_on - _DAY)  # fmt: skip
            row = replace(row, id=f"{self.casefile.case.number}/{permit.number}/tier-{tier.from_day}")
            if permit.completed_on is not None and permit.completed_on <= self.papers.on and row.state != "done":
                row = replace(row, state="moot", done_by=f"the work was completed on {permit.completed_on}")
            yield row


def _permit(casefile: Casefile, number: str | None) -> Permit | None:
    limited = [one for one in casefile.permits if one.limit_months is not None]
    return next((one for one in limited if number in (None, one.number)), None)


# Service


def _tells(one: IssuedDocument, hearing: Hearing) -> bool:
    """Whether a paper about the whole case can tell of a hearing: that had been noticed by its day."""
    return hearing.noticed_on is None or hearing.noticed_on <= one.issued_on


def _served_again(papers: Papers, one: IssuedDocument) -> Iterator[DeadlineOnRecord]:
    """A copy that came back is served anew; of one of which nothing was heard somebody asks."""
    kind = papers.pack.document_types.get(one.document_type)
    wait = papers.pack.procedure.no_result_after if papers.pack.procedure is not None else None
    if kind is None or not (kind.formal and kind.served) or one.imported or not papers.in_force(one):
        return
    served = papers.served(one, papers.stands_for(one.recipient))
    legs = papers.legs_of(one)
    if served.state == "failed" and papers.served_by_any_copy(one)[1].on is None:
        day = max((leg.result_on or leg.served_on for leg in legs), default=one.issued_on)
        yield DeadlineOnRecord(
            f"{copy_id(one)}/serve-again", "serve-again", "Serve it again", "open", _next_open(papers, day),
            f"{served.why or 'What was sent came back.'} Known since {day}.", document=one.number, party=one.recipient,
            about=one.about, trigger=f"return of {one.number}", triggered_on=day, do="service",
        )  # fmt: skip
    if wait is None:
        return
    watched = [leg for leg in legs if _is_receipted(papers, leg)]
    last = {(leg.party, leg.method): leg for leg in watched}  # a tracker may tell of one mailing twice
    pending = [leg for leg in last.values() if leg.result == "pending"]
    sent = (pending or legs)[-1].served_on if legs else one.mail_on or one.issued_on
    row = DeadlineOnRecord(
        f"{copy_id(one)}/result", "result", "Ask what became of it", "open",
        Calendar(papers.pack.calendar).roll(sent + timedelta(days=wait.days), "after"),
        f"{wait.days} days after {sent} without a word of it. Rule: {wait.source.citation}.", document=one.number,
        party=one.recipient, about=one.about, trigger=f"mailing of {one.number}", triggered_on=sent, do="service",
    )  # fmt: skip
    if served.state == "unknown" or pending:
        yield row
    elif watched:
        leg = watched[-1]
        yield replace(row, state="done", done_by=f"{leg.result} on {leg.result_on or leg.served_on}")


def _is_receipted(papers: Papers, leg: ServiceRecord) -> bool:
    """Whether somebody signs for it, or a tracker tells what became of it."""
    rules = papers.pack.service
    rule = rules.methods.get(alike(leg.method)) if rules is not None else None
    return rule.receipt if rule is not None else leg.method in _RECEIPTED
