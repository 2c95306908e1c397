"""The dates that a hearing sets, and by when the deposit for an appeal is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from docservice.casefile.facts import Appeal, Hearing
from docservice.casefile.record import IssuedDocument
from docservice.town.calendar import Calendar
from docservice.town.deadlines import compute, mail_extension
from docservice.town.deposits import DEPOSIT_BY, denial_rule, deposit_by, is_of
from docservice.town.effects import effect_of
from docservice.town.pack import DocumentType, TownPack
from docservice.town.papers import Papers
from docservice.town.recorded_dates import DeadlineOnRecord
from docservice.town.service_set import service_set

DatedPapers = Sequence[tuple[IssuedDocument, Sequence[DeadlineOnRecord]]]


def dates_of_hearings(papers: Papers) -> Iterator[DeadlineOnRecord]:
    """What is due before and after each hearing, once for all who are told of it."""
    pack = papers.pack
    notice = next((key for key in pack.document_types if effect_of(pack, key) == "noticed"), None)
    if notice is None:
        return
    kind = pack.document_types[notice]
    for hearing in papers.casefile.hearings:
        for name, key in kind.deadlines.items():
            if pack.deadlines[key].trigger == "hearing":
                yield _of_hearing(papers, hearing, notice, kind, name, key)


def _of_hearing(
    papers: Papers, hearing: Hearing, notice: str, kind: DocumentType, name: str, key: str
) -> DeadlineOnRecord:  # fmt: skip
    pack, rule = papers.pack, papers.pack.deadlines[key]
    means = pack.means(key)
    extension = _longest_mail(papers, kind) if rule.extends else 0
    counted = compute(rule, hearing.on, Calendar(pack.closed_days(rule)), extension, name=name)
    told = [one for one in _notices(papers, hearing) if name in one.dates]
    printed = max((one.dates[name] for one in told), default=None)
    row = DeadlineOnRecord(
        f"{papers.casefile.case.number}/{hearing.id}/{name}", name, rule.title, "open", counted.date,
        counted.explain(), printed, counted.date, told[0].number if told else None, None, hearing.id, key,
        f"hearing {hearing.id}", hearing.on, lapses=means == "access_request",
    )  # fmt: skip
    do = notice if means == "hearing_lead" else _do_on(pack, notice, name)
    row = replace(row, do=do)
    done_by = _settled(papers, hearing, kind, means, do)
    if done_by is not None:
        return replace(row, state="done", done_by=done_by)
    ended = _ended(papers, hearing)
    if ended is not None and (means != "decision" or (hearing.decided_on is None and "withdrawn" in ended)):
        return replace(row, state="moot", done_by=ended)
    return row


def _longest_mail(papers: Papers, kind: DocumentType) -> int:
    """Days that mailing adds for whoever lives farthest: notice to them has to go out first."""
    pack = papers.pack
    parties = [due.party for due in service_set(kind, papers.casefile.parties).due]
    added = (
        mail_extension(
            pack.mail_extension, pack.identity.state, party.address, "first_class_mail", party.mail_extension_days
        )
        for party in parties
    )  # fmt: skip
    return max((days or 0 for days in added), default=0)


def _do_on(pack: TownPack, notice: str, name: str) -> str | None:
    of_type = pack.procedure.types.get(notice) if pack.procedure is not None else None
    return next((one.do for one in of_type.due if one.on == name), None) if of_type is not None else None


def _notices(papers: Papers, hearing: Hearing) -> list[IssuedDocument]:
    return [one for one in papers.every
            if one.puts == "noticed" and one.about == hearing.id and one.issued_on <= papers.on
            and papers.in_force(one)]  # fmt: skip


def _settled(papers: Papers, hearing: Hearing, kind: DocumentType, means: str | None, do: str | None) -> str | None:
    if means == "decision" and hearing.decided_on is not None and hearing.decided_on <= papers.on:
        return f"it was decided on {hearing.decided_on}"
    if means == "hearing_lead":
        notices = _notices(papers, hearing)
        reached = {one.recipient for one in notices}
        wanted = [due.party.id for due in service_set(kind, papers.casefile.parties).due]
        if notices and all(None in reached or reached & papers.stands_for(party) for party in wanted):
            return f"{notices[0].number} of {notices[0].issued_on}"
        if not notices and hearing.noticed_on is not None and hearing.noticed_on <= papers.on:
            return f"it was noticed on {hearing.noticed_on}"
    if means == "staff_report" and do is not None:
        since = _since(papers, hearing)
        report = next((one for one in papers.of((do,)) if since <= one.issued_on), None)
        return f"{report.number} of {report.issued_on}" if report is not None else None
    return None


def _since(papers: Papers, hearing: Hearing) -> date:
    """The day from which something can be for this hearing: that of the appeal, or of what came before it."""
    appeal = next((one for one in papers.casefile.appeals if one.id == hearing.appeal), None)
    if appeal is not None:
        return appeal.filed_on
    before = [one.on for one in papers.casefile.hearings if one.on < hearing.on]
    return max(before, default=papers.casefile.case.opened_on)


def _ended(papers: Papers, hearing: Hearing) -> str | None:
    appeal = next((one for one in papers.casefile.appeals if one.id == hearing.appeal), None)
    if appeal is not None and appeal.withdrawn_on is not None and appeal.withdrawn_on <= papers.on:
        return f"the appeal {appeal.id} was withdrawn on {appeal.withdrawn_on}"
    for day, what in ((hearing.decided_on, "decided"), (hearing.held_on, "held")):
        if day is not None and day <= papers.on:
            return f"the hearing was {what} on {day}"
    return None


# The deposit for an appeal


def denied_on(papers: Papers, appeal: Appeal) -> date | None:
    """The day on which the request to waive a deposit was denied, as the register knows it."""
    told = [one.on for one in papers.record.standing()
            if one.type == "hardship-decided" and one.subject == appeal.id and one.on <= papers.on]  # fmt: skip
    if told:
        return told[-1]
    asked = {one.id: one for one in papers.casefile.hardship_requests if is_of(one, appeal)}
    decided = [one.decided_on for one in asked.values()
               if one.decision == "denied" and one.decided_on is not None and one.decided_on <= papers.on]  # fmt: skip
    if decided:
        return max(decided)
    types = papers.pack.procedure.types if papers.pack.procedure is not None else {}
    kinds = [key for key, one in types.items() if one.deposit_after_denial is not None]
    letters = [one.issued_on for one in papers.of(kinds) if one.about in (*asked, *appeal.of)]
    return letters[-1] if letters else None


def deposits(papers: Papers, dated: DatedPapers) -> Iterator[DeadlineOnRecord]:
    """By when the deposit for each appeal of a fine is due: held while a request to waive it is open."""
    for appeal in papers.casefile.appeals:
        fined = [item for item in appeal.of if item in papers.citations]
        if fined and appeal.filed_on <= papers.on:
            yield _deposit(papers, appeal, fined, dated)


def _deposit(papers: Papers, appeal: Appeal, fined: list[str], dated: DatedPapers) -> DeadlineOnRecord:
    contest = _contest(papers, appeal, fined, (row for _, rows in dated for row in rows))
    row = DeadlineOnRecord(
        f"{papers.casefile.case.number}/{appeal.id}/{DEPOSIT_BY}", DEPOSIT_BY, "Pay the deposit for an appeal", "open",
        contest, "It comes with the appeal.", party=appeal.by, about=appeal.id, trigger=f"appeal {appeal.id}",
        triggered_on=appeal.filed_on,
    )  # fmt: skip
    if appeal.deposit:
        return replace(row, state="done", done_by=f"${appeal.deposit:,.2f} is deposited")
    if appeal.withdrawn_on is not None and appeal.withdrawn_on <= papers.on:
        return replace(row, state="moot", done_by=f"the appeal was withdrawn on {appeal.withdrawn_on}")
    if not set(fined) & set(papers.live_items(appeal)):
        return replace(row, state="moot", done_by="nothing that it is of is in force")
    if appeal.hardship_waiver == "granted":
        return replace(row, state="moot", done_by="it was waived")
    if appeal.hardship_waiver == "requested":
        return _requested(row, appeal, contest)
    if appeal.hardship_waiver == "denied":
        return _denied(papers, row, appeal, contest)
    return row


def _contest(
    papers: Papers, appeal: Appeal, fined: list[str], rows: Iterable[DeadlineOnRecord]
) -> date | None:  # fmt: skip
    rule = denial_rule(papers.pack)
    name = rule.not_before if rule is not None else None
    found = [row for row in rows if row.about in fined and row.effective is not None and row.rule is not None
             and (row.name == name if name else papers.pack.means(row.rule) == "contest")]  # fmt: skip
    mine = [row for row in found if row.party is None or row.party in papers.stands_for(appeal.by)] or found
    return max((row.effective for row in mine if row.effective is not None), default=None)


def _requested(row: DeadlineOnRecord, appeal: Appeal, contest: date | None) -> DeadlineOnRecord:
    asked = appeal.hardship_requested_on or appeal.filed_on
    if contest is not None and asked > contest:
        text = f"The request to waive it came on {asked}, after the time to contest ({contest}): it holds nothing."
        return replace(row, explain=text)
    return replace(row, state="held", effective=None, explain=f"Held by the request to waive it of {asked}.")


def _denied(papers: Papers, row: DeadlineOnRecord, appeal: Appeal, contest: date | None) -> DeadlineOnRecord:
    denied = denied_on(papers, appeal)
    rule = denial_rule(papers.pack)
    day = deposit_by(papers.pack, denied, contest) if denied is not None else None
    if denied is None or rule is None or day is None:
        text = "The request to waive it was denied; by when it is due then, a person decides."
        return replace(row, state="person", effective=None, explain=text)
    text = f"{rule.days} days after the denial of {denied}"
    text += f", and not before the time to contest ({contest})" if rule.not_before and contest else ""
    explained = f"{text}: {day}. Rule: {rule.source.citation}."
    return replace(row, effective=day, legal=day, triggered_on=denied, explain=explained)
