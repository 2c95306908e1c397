"""What is due in a case: the dates of its papers, of its hearings and appeals, and what is to be done after them.

A pure function of the town's rules, the facts and what the register holds. It counts by the rules of the day on which
a paper was issued, and on the closed days that are known now: a storm closes the office whatever the edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from docservice.casefile.facts import Appeal, Casefile
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.town import following, hearing_days, reckoning, stays
from docservice.town.calendar import Calendar
from docservice.town.deadlines import ComputedDate
from docservice.town.meanings import Meaning
from docservice.town.pack import TownPack
from docservice.town.papers import Papers, Served
from docservice.town.recorded_dates import DeadlineOnRecord, copy_id
from docservice.town.settled import settled

RulesOf = Callable[[date], TownPack]
_LAPSES: frozenset[Meaning | None] = frozenset(("contest", "access_request", "court_review"))


def deadlines_on_record(
    pack: TownPack, casefile: Casefile, record: CaseRecord, on: date, rules_of: RulesOf | None = None
) -> tuple[DeadlineOnRecord, ...]:
    """Every date of a case as it stands on a day, the earliest first; what has no day comes last.

    ``casefile`` has the record folded into it, ``pack`` are the rules of the day. ``rules_of`` gives those of the day
    on which a paper was issued (without it they are those of ``pack``).
    """
    rows = standing_dates(pack, casefile, record, on, rules_of)
    return tuple(sorted((row.seen_on(on) for row in rows), key=lambda row: (row.effective or date.max, row.id)))


def standing_dates(
    pack: TownPack, casefile: Casefile, record: CaseRecord, on: date, rules_of: RulesOf | None = None
) -> tuple[DeadlineOnRecord, ...]:
    """The same before the day makes anything late: what can be kept until something happens in the case."""
    papers = Papers(pack, casefile, record, on)
    made = DatesOfCase(papers, rules_of or (lambda _: pack), stays.perfected(papers))
    rows: dict[str, DeadlineOnRecord] = {}
    dated = [(one, tuple(made.of_paper(one))) for one in made.papers.every if one.issued_on <= on]
    for one, found in dated:
        for row in found:
            if made.runs(one, row.name) and (row.id not in rows or made.papers.in_force(one)):
                rows[row.id] = row
    for row in (*hearing_days.dates_of_hearings(made.papers), *hearing_days.deposits(made.papers, dated)):
        rows[row.id] = row
    alike: set[tuple[object, ...]] = set()
    for row in following.follow_ups(made.papers, dated, tuple(rows.values())):
        same = (row.do, row.effective, row.about, row.party)
        if row.state == "moot" or same not in alike:  # two papers that ask for one inspection
            rows.setdefault(row.id, row)
            alike.add(same)
    ended = _closings(made.papers)
    return tuple(_after_closing(row, ended, made.papers) for row in rows.values())


@dataclass(frozen=True, slots=True)
class DatesOfCase:
    """The dates of the papers of one case."""

    papers: Papers
    rules_of: RulesOf
    appeals: tuple[Appeal, ...]  # timely and complete

    def pack_of(self, one: IssuedDocument) -> TownPack:
        """The rules that a paper is counted by: of its day, on the closed days as they are known now."""
        then, now = self.rules_of(one.issued_on), self.papers.pack
        if then is now:
            return now
        return replace(then, calendar=now.calendar, court_calendar=now.court_calendar)

    def runs(self, one: IssuedDocument, name: str) -> bool:
        """Whether a date runs from this paper, rather than being told by it."""
        procedure = self.papers.pack.procedure
        of_type = procedure.types.get(one.document_type) if procedure is not None else None
        return of_type is None or of_type.starts is None or name.partition("/")[0] in of_type.starts

    def of_paper(self, one: IssuedDocument) -> Iterator[DeadlineOnRecord]:
        """The dates of one copy that are counted from its service or issue."""
        pack = self.pack_of(one)
        kind = pack.document_types.get(one.document_type)
        if kind is None:
            return
        copy, served = self.papers.served_by_any_copy(one)
        counted = self._counted(pack, copy, served, served.on) if served.on is not None else {}
        today: Mapping[str, ComputedDate] = {}
        if pack is not self.papers.pack and served.on is not None:
            today = self._counted(self.papers.pack, copy, served, served.on)
        for name in kind.deadlines:
            rule = kind.deadlines[name]
            if pack.deadlines[rule].trigger == "hearing":
                continue
            for each, violation in self._names(one, name, pack.means(rule)):
                row = self._row(pack, one, served, each, violation, rule, counted, today)
                yield row if copy is one else replace(row, trigger=f"service of {copy.number}")

    def _counted(
        self, pack: TownPack, one: IssuedDocument, served: Served, served_on: date
    ) -> Mapping[str, ComputedDate]:  # fmt: skip
        if pack is self.papers.pack:
            return self.papers.dates_from(one, one.recipient, served_on, served.method)
        return reckoning.reckon(
            pack, self.papers.casefile, one.document_type, on=one.issued_on, served_on=served_on,
            recipient=one.recipient or "", about=one.about, method=served.method,
        ).deadlines  # fmt: skip

    def _names(self, one: IssuedDocument, name: str, means: Meaning | None) -> Iterator[tuple[str, str | None]]:
        if means != "cure":
            yield name, one.about
            return
        named = self.papers.named(one)
        for violation in self.papers.casefile.violations:
            if violation.id in named:
                yield f"{name}/{violation.id}", violation.id

    def _row(
        self, pack: TownPack, one: IssuedDocument, served: Served, name: str, about: str | None, rule: str,
        counted: Mapping[str, ComputedDate], today: Mapping[str, ComputedDate],
    ) -> DeadlineOnRecord:  # fmt: skip
        base, means = name.partition("/")[0], pack.means(rule)
        printed = one.dates.get(name, one.dates.get(base))
        computed = counted.get(name)
        legal = computed.date if computed is not None else None
        effective = max((day for day in (printed, legal) if day is not None), default=None)
        row = DeadlineOnRecord(
            f"{copy_id(one)}/{name}", name, pack.deadlines[rule].title, "open", effective,
            _explained(one, printed, legal, computed, served), printed, legal, one.number, one.recipient, about, rule,
            f"service of {one.number}", served.on, lapses=means in _LAPSES,
        )  # fmt: skip
        other = today.get(name)
        if other is not None and computed is not None and other.date != computed.date:
            row = replace(row, differs=other.date)
        return self._state(pack, one, served, self._reset(one, row, about), means)

    def _reset(self, one: IssuedDocument, row: DeadlineOnRecord, about: str | None) -> DeadlineOnRecord:
        """With the date that a later paper set anew, such as a decision on more time."""
        procedure = self.papers.pack.procedure
        base = row.name.partition("/")[0]
        for other in self.papers.every if procedure is not None and row.effective is not None else ():
            of_type = procedure.types.get(other.document_type) if procedure is not None else None
            if of_type is None or base not in of_type.resets or other.issued_on < one.issued_on:
                continue
            day = other.dates.get(row.name, other.dates.get(base))
            later = day is not None and row.effective is not None and day > row.effective
            if later and self.papers.in_force(other) and about in self.papers.named(other):
                row = replace(row, effective=day, explain=f"{other.number} set {day} in its place. {row.explain}")
        return row

    def _state(
        self, pack: TownPack, one: IssuedDocument, served: Served, row: DeadlineOnRecord, means: Meaning | None
    ) -> DeadlineOnRecord:  # fmt: skip
        if not self.papers.in_force(one):
            return replace(row, state="moot", done_by=_why_moot(one))
        if row.about is not None and stays.dismissed(self.papers, row.about):
            return replace(row, state="moot", done_by=f"{row.about} was dismissed or withdrawn")
        done_by = settled(self.papers, one, row.about, means)
        if done_by is not None:
            return replace(row, state="done", done_by=done_by)
        if served.state == "failed":
            text = f"The service of {one.number} failed: no time runs until it is served. {served.why}".strip()
            return replace(row, state="person", effective=None, explain=text)
        if row.effective is None:
            return replace(row, state="person")
        if row.legal is None and served.state == "served":
            text = f"{row.explain} What counts from its service, a person decides."
            return replace(row, state="person", explain=text)
        return self._stayed(pack, one, row, means)

    def _stayed(
        self, pack: TownPack, one: IssuedDocument, row: DeadlineOnRecord, means: Meaning | None
    ) -> DeadlineOnRecord:  # fmt: skip
        of_type = pack.procedure.types.get(one.document_type) if pack.procedure is not None else None
        calendar = Calendar(pack.closed_days(pack.deadlines[row.rule or ""]))
        for appeal in stays.holding(self.papers, pack, one, means, self.appeals):
            assert row.effective is not None
            began = row.triggered_on or one.issued_on
            found = stays.held(self.papers, appeal, row.effective, row.about, calendar, began)
            if found.ended_on is None:
                text = f"The appeal {appeal.id} of {appeal.filed_on} holds it until it is decided. {row.explain}"
                return replace(row, state="held", explain=text, done_by=appeal.id)
            if of_type is not None and of_type.after_stay == "anew" and not found.decided:
                whole = row.effective - began
                found = stays.anew(appeal, found.ended_on, whole.days, calendar)
            if found.resumes is not None and (found.decided or found.resumes > row.effective):
                row = replace(row, effective=found.resumes, explain=f"{found.why} {row.explain}")
        return row


def _explained(
    one: IssuedDocument, printed: date | None, legal: date | None, computed: ComputedDate | None, served: Served
) -> str:
    if legal is None:
        told = "Nothing says yet that it was served" if served.state == "unknown" else "No service of it holds"
        return f"{one.number} prints {printed}. {told}: no day counts from it." if printed else f"{told}."
    counted = computed.explain() if computed is not None else ""
    if served.state == "coming":
        counted = f"It will be served on {served.on}, if nothing comes back. {counted}"
    if printed is None or printed == legal:
        return counted
    if printed < legal:
        return f"{one.number} prints {printed}; the later day holds. {counted}"
    return f"{one.number} prints {printed}, which binds the town; from its service it would be {legal}. {counted}"


def _why_moot(one: IssuedDocument) -> str:
    if one.in_force:
        return f"what {one.number} is about is no longer in force"
    by = f" by {one.replaced_by}" if one.replaced_by else ""
    return f"{one.number} is {one.status}{by}"


def _closings(papers: Papers) -> date | None:
    """The last day on which the case was closed: what ran before it is moot, also in a case that was opened again."""
    days = [event.on for event in papers.record.standing() if event.type == "closed" and event.on <= papers.on]
    days += [one.issued_on for one in papers.every if one.puts == "closed" and one.in_force
             and one.issued_on <= papers.on]  # fmt: skip
    closed = papers.casefile.case.closed_on
    return max((*days, *([closed] if closed is not None and closed <= papers.on else ())), default=None)


def _after_closing(row: DeadlineOnRecord, closed: date | None, papers: Papers) -> DeadlineOnRecord:
    if closed is None or row.state in ("done", "moot"):
        return row
    issued = next((one.issued_on for one in papers.every if one.number == row.document), None)
    began = issued or row.triggered_on
    if papers.casefile.case.closed_on is not None or (began is not None and began <= closed):
        return replace(row, state="moot", done_by=f"the case was closed on {closed}")
    return row
