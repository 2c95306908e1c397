"""What the town decided, as sentences: read, counted with, and said otherwise in place as a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.rules.amending import Amendable, amendable, amended, next_version
from docservice.office.rules.rules import Comparison, Edition
from docservice.refusal import Refusal
from docservice.town.calendar import Calendar
from docservice.town.deadlines import ComputedDate, compute
from docservice.town.pack import TownPack
from docservice.town.telling import marked
from docservice.town.told_rules import CONFIDENCE, TOPICS, ToldRule, rest, told
from docservice.web.desk import drafts
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.answers import whole
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.statuses import status_of

Pairs = tuple[tuple[str, str], ...]  # ("same" | "old" | "new", words)


@dataclass(frozen=True, slots=True)
class SaidOtherwise:
    """A rule under two editions, word by word, and the law that it rests on."""

    title: str
    words: Pairs
    source: Pairs


@dataclass(frozen=True, slots=True)
class OpenRule:
    """The rule that somebody says otherwise: its form, and what it would do, once that was asked."""

    rule: ToldRule
    amendable: Amendable
    form: DeskForm
    said: tuple[SaidOtherwise, ...] = ()
    compared: Comparison | None = None


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/rules")(rules)
    blueprint.post("/rules/proposals")(propose_rule)


@allows("wording")
def rules() -> str:
    """What the town decided: in force today, on another day (``?on=``), or in one edition (``?edition=``)."""
    edition, refusal = _asked()
    key = request.args.get("change", "")
    opened = None
    if key and may("propose"):
        opened = _opened(_base(edition), key)
        opened = OpenRule(opened.rule, opened.amendable, drafts.restored(opened.form)) if opened else None
    return _page(edition, opened, refusal)


@allows("propose")
def propose_rule() -> BaseResponse:
    """Say a rule otherwise: first what it would do, then on record as a proposal that somebody else approves."""
    base = office().review.rules.edition(request.form.get("base", 0, type=int))
    opened = _opened(base, request.form.get("rule", ""))
    if opened is None:
        raise Refusal("rule.unknown", "There is no such rule to change in place.", kind="missing")
    form = opened.form.sent()
    number = base.record.number
    try:
        files = _files(base, opened, form)
        pack, compared = office().review.rules.tried(number, files)
        if request.form.get("step") == "propose":
            made = office().review.rules.propose(files, note=_note(opened.rule, form), actor=actor())
            drafts.forget(opened.form)
            if base.standing == "proposed" and base.record.proposed_by == actor().name:
                reason = f"Number {made.record.number} takes its place."
                office().review.rules.send_back(number, reason=reason, actor=actor())
            return redirect(url_for("desk.rule_edition", number=made.record.number, done="proposed"), 303)
    except Refusal as refusal:
        at = form.refused(refusal)
        page = _page(base, OpenRule(opened.rule, opened.amendable, at), refusal if not at.wrong else None)
        return whole(current_app.response_class(page, status_of(refusal)))
    said = otherwise(office().review.rules.pack(number), pack)
    return whole(current_app.response_class(_page(base, OpenRule(opened.rule, opened.amendable, form, said, compared))))


def _files(base: Edition, opened: OpenRule, form: DeskForm) -> dict[str, bytes]:
    """The files with the rule as the form says it. Raises ``Refusal`` with what is wrong, by field."""
    wrong = []
    day = _day(form["from"].value)
    if day is None:
        wrong.append(Finding.error("rule.day", "Say from which day.", "/from"))
    if not form["decided"].values:
        message = "Name the ordinance or resolution. Without it nobody can approve."
        wrong.append(Finding.error("rule.decided", message, "/decided"))
    if wrong or day is None:
        raise Refusal("rule.form", "Something is missing.", wrong)
    taken = (one.record.version for one in office().review.rules.editions())
    return amended(
        office().review.rules.files(base.record.number), opened.amendable,
        {name: form[name].value for name in form.names}, citation=form["citation"].value.strip(),
        adopted_by=form["decided"].value.strip(), effective_on=day,
        version=next_version(base.record.version, taken),
    )  # fmt: skip


def _note(rule: ToldRule, form: DeskForm) -> str:
    """What the attorney reads first."""
    said = f"{rule.title}: {form['decided'].value.strip()}, wished from {form['from'].value}."
    return f"{said} {form['why'].value.strip()}".strip()


def _opened(base: Edition, key: str) -> OpenRule | None:
    number = base.record.number
    pack = office().review.rules.pack(number)
    rule = next((one for one in told(pack) if one.key == key), None)
    if rule is None:
        return None
    found = amendable(pack, office().review.rules.files(number), rule.group, rule.name)
    if found is None:
        return None
    asked = [
        Asked(one.name, one.label, kind="choice" if one.kind == "yes" else one.kind, required=True,
              choices=(("yes", "Yes"), ("no", "No")) if one.kind == "yes" else (), values=(one.value,))
        for one in found.values
    ]  # fmt: skip
    asked.append(Asked("from", "From which day?", kind="date", required=True))
    hint = "The ordinance or resolution, with its number and day."
    asked.append(Asked("decided", "Who decided it, and where is it written?", hint, required=True, most=300))
    if found.source:
        cited = (rule.source.citation,) if rule.source else ()
        asked.append(Asked("citation", "The law that the rule rests on", values=cited, most=300))
    else:
        asked.append(Asked("citation", "The law that the rule rests on, for the attorney", most=300))
    asked.append(Asked("why", "What should the attorney know?", kind="text", most=1200))
    form = DeskForm(asked, draft=f"rules/{number}/{key}"[:200], title=f"Rules: {rule.title}")
    return OpenRule(rule, found, form)


def otherwise(old: TownPack, new: TownPack) -> tuple[SaidOtherwise, ...]:
    """What two editions say differently of days and money, as people read it."""
    before, after = ({one.key: one for one in told(pack)} for pack in (old, new))
    return tuple(_otherwise(before, after))


def _otherwise(before: dict[str, ToldRule], after: dict[str, ToldRule]) -> Iterator[SaidOtherwise]:
    for key in dict.fromkeys((*after, *before)):
        was, now = before.get(key), after.get(key)
        texts = [one.text if one else "" for one in (was, now)]
        laws = [one.source.citation if one and one.source else "" for one in (was, now)]
        if texts[0] != texts[1] or laws[0] != laws[1]:
            one = now or was
            yield SaidOtherwise(one.title if one else "", tuple(marked(*texts)), tuple(marked(*laws)))


def _asked() -> tuple[Edition, Refusal | None]:
    """The edition that the address means."""
    room = office().review.rules
    number, on = request.args.get("edition", type=int), request.args.get("on", "")
    if number is not None:
        return room.edition(number), None
    day = _day(on) or office().means.today()
    past = [one for one in room.editions() if one.record.state == "approved" and _from(one) <= day]
    found = max(past, key=_from, default=None)
    if found is None:
        refusal = Refusal("edition.none", f"No edition of the rules was in force on {day.isoformat()}.", kind="missing")
        return room.in_force() or room.editions()[0], refusal
    return found, None


def _base(shown: Edition) -> Edition:
    """What a change is made from: the proposal that is shown, where it is; else the last edition that will be in
    force, so that nothing which was approved already is lost."""
    if shown.standing == "proposed":
        return shown
    return office().review.rules.latest() or shown


def _from(edition: Edition) -> date:
    return edition.record.effective_on or date.min


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _page(edition: Edition, opened: OpenRule | None = None, refusal: Refusal | None = None) -> str:
    room = office().review.rules
    pack, base = room.pack(edition.record.number), _base(edition)
    listed = told(pack)
    topic = request.args.get("topic", opened.rule.topic if opened else "contest")
    files = room.files(base.record.number)
    base_pack = room.pack(base.record.number)
    waiting = [one for one in room.editions() if one.standing in ("proposed", "scheduled")]
    shown = [one for one in listed if one.topic == topic]
    changeable = {one.key for one in shown if may("propose") and amendable(base_pack, files, one.group, one.name)}
    return render_template(
        "desk/rules/rules.html", edition=edition, pack=pack, base=base, topics=TOPICS, topic=topic, rules=shown,
        rest=_groups(pack) if topic == "rest" else (), opened=opened, refusal=refusal, confidence=CONFIDENCE,
        changeable=changeable, waiting=waiting, editions=room.editions(), counted=_counted(pack),
        shown_on=request.args.get("on", ""), request_rule=request.args.get("rule", ""),
        request_day=request.args.get("served", ""),
    )  # fmt: skip


def _groups(pack: TownPack) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in rest(pack):
        found.setdefault(one.group.replace("_", " ").capitalize(), []).append((one.name, one.text))
    return list(found.items())


def _counted(pack: TownPack) -> ComputedDate | None:
    """The date of “Try a date”."""
    rule, day = pack.deadlines.get(request.args.get("rule", "")), _day(request.args.get("served", ""))
    if rule is None or day is None or not 1990 <= day.year <= 2190:
        return None
    return compute(rule, day, Calendar(pack.closed_days(rule)))
