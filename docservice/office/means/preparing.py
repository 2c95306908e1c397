"""An order, read and resolved: the register folded into its casefile, and everything decided but the number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from docservice.casefile import folding
from docservice.casefile.facts import Casefile, Party
from docservice.casefile.fields import FIRST_YEAR, LAST_YEAR
from docservice.casefile.folding import Folded
from docservice.casefile.record import CaseRecord, Effect, beside, without
from docservice.checks.dated import dated
from docservice.finding import Finding
from docservice.office.means import case_records, enclosing, languages
from docservice.office.means.means import Means, Prepared
from docservice.office.means.versions import VersionRecord
from docservice.pipeline import pinning, producing
from docservice.pipeline.mail_classes import MAIL_CLASSES
from docservice.pipeline.order import Order
from docservice.pipeline.producing import Task
from docservice.refusal import Refusal
from docservice.town import subjects
from docservice.town.addressees import addressees
from docservice.town.effects import effect_of
from docservice.town.guard_answers import GuardAnswer, GuardDecision
from docservice.town.guards import may, may_dated_back
from docservice.town.pack import DocumentType, TownPack
from docservice.wording.bundle import Bundle

T = TypeVar("T")


class Readings:
    """What some orders share, each record looked up and each casefile folded and read once for all of them."""

    def __init__(self) -> None:
        self._read: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for the key. Raises what reading refuses."""
        if key not in self._read:
            self._read[key] = make()
        found: T = self._read[key]
        return found


def prepare(
    means: Means,
    order: Order,
    readings: Readings | None = None,
    replaces: str | None = None,
    notice: str | None = None,
) -> Prepared:
    """Read an order and resolve what it leaves open. Raises ``Refusal`` with everything that is wrong with it.

    What the register knows is folded into its casefile before that is read. ``replaces`` is the number of the
    document that it supersedes, ``notice`` that of the notice on record that it is one more copy of; ``readings`` are
    shared by orders that are prepared together.
    """
    order.refuse_names()
    order.refuse_dated_back()
    order.refuse_decisions()
    on = order.on or means.today()
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        message = f"The document's year must be from {FIRST_YEAR} to {LAST_YEAR}."
        raise Refusal("order.date", message, [Finding.error("order.date", message, "/on")])
    order.refuse_mail_on(on)
    with means.store.database.reading() as session:
        means.refresh(session)
        version = means.version(session, order.template, order.version, on)
    if version.face != "letter":
        raise Refusal(
            "template.no_letter", f"“{version.title}” is a handout: it has no recipient and no number.",
            [Finding.error("template.no_letter", "is a handout, not a letter", "/template")],
        )  # fmt: skip
    bundle = means.bundle(version.sha256)
    edition = pinning.edition_in_force(means.editions, on)
    means.refuse_unknown_type(bundle.meta.document_type, edition)
    readings = readings or Readings()
    record, stamp = readings.of(
        (id(order.casefile), order.case, replaces, notice), lambda: _record(means, order, replaces, notice)
    )
    folded, casefile, snapshot = readings.of(
        (id(order.casefile), order.about, bundle.meta.document_type, on, replaces, notice),
        lambda: _folded(means, order, record, effect_of(edition.pack, bundle.meta.document_type), on),
    )
    about = _subject(casefile, edition.pack.document_types[bundle.meta.document_type], order.about)
    recipient = addressed(casefile, bundle, order.recipient, edition.pack.document_types[bundle.meta.document_type])
    _refuse_unmailable(order, recipient)
    _refuse_envelope(order, edition.pack, bundle)
    language, bundle = _in_language(means, version, edition.pack, order.language, recipient)
    today = order.ordered_on or means.today()
    dating = dated(means.rules_of(today).dating, on, today, order.dated_back)
    with means.store.database.reading() as session:
        forms, lacking = enclosing.forms_of(session, bundle, on)
        enclosed = enclosing.enclosed(means, session, forms, edition.pack, language)
    attachments = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(order.attachments.items())}
    task = Task(
        bundle=bundle.sha256,
        pack=edition.sha256,
        casefile=hashlib.sha256(snapshot).hexdigest(),
        recipient=recipient.id if recipient else None,
        language=language,
        on=on,
        about=about,
        number=None,
        verify_url=means.verify_url(edition, "DRAFT"),
        fonts=means.fonts,
        attachments=attachments,
        mailing=order.mailing,
        envelope=order.envelope,
        mail_on=order.mail_on if order.mail_on != on else None,
        enclosures={key: form.sha256 for key, form in enclosed.items()},
    )
    parts = {
        task.bundle: bundle.to_bytes(),
        task.pack: edition.data,
        task.casefile: snapshot,
        **{attachments[name]: data for name, data in order.attachments.items()},
        **{form.sha256: form.to_bytes() for form in enclosed.values()},
    }
    decisions = _decisions(edition.pack, order)
    asked = bundle.meta.document_type, about, task.recipient, on
    answer = may(edition.pack, casefile, record, *asked, decisions)
    if on < means.today():
        others = folding.apart_from(record, effect_of(edition.pack, asked[0]), order.casefile, order.about)
        now = readings.of(
            (id(order.casefile), order.about, asked[0], means.today(), replaces, notice),
            lambda: known_on(means, means.today(), order.casefile, others, (folded.facts, casefile)),
        )
        answer = may_dated_back(answer, edition.pack, now, record, *asked, means.today(), decisions)
    overreaching = _overreaching(answer, edition.pack, record, decisions)
    told = (*dating, *_differing(order, folded), *_guarded(answer, edition.pack, record), *overreaching, *lacking)
    return Prepared(
        task, parts, casefile, bundle, version, edition, told, record, stamp, decisions, order.case, forms=forms
    )  # fmt: skip


def _refuse_envelope(order: Order, pack: TownPack, bundle: Bundle) -> None:
    """Raise ``Refusal("order.envelope")`` for an envelope that there is not, or a paper that goes in none."""
    if order.envelope is None:
        return
    own = pack.envelopes.get(bundle.meta.envelope or pack.document_types[bundle.meta.document_type].envelope)
    offered = {key for key, one in pack.envelopes.items() if one.kind == "window"}
    if own is None or own.kind != "window":
        message = f"“{bundle.meta.title}” goes in no window envelope; it is set for its own purpose."
    elif order.envelope not in offered:
        message = f"The town has no window envelope “{order.envelope}”. It has: {', '.join(sorted(offered))}."
    else:
        return
    raise Refusal("order.envelope", message, [Finding.error("order.envelope", message, "/envelope")])


def _refuse_unmailable(order: Order, recipient: Party | None) -> None:
    """Raise ``Refusal("order.mailing")`` for a class of mail that there is not, or a paper that goes to the file."""
    if order.mailing is None:
        return
    if order.mailing not in MAIL_CLASSES:
        message = f"There is no class of mail “{order.mailing}”. There is: {', '.join(MAIL_CLASSES)}."
    elif recipient is None:
        message = "This document goes to the file and to nobody; it is not mailed."
    else:
        return
    raise Refusal("order.mailing", message, [Finding.error("order.mailing", message, "/mailing")])


def _differing(order: Order, folded: Folded) -> tuple[Finding, ...]:
    """What the register knows otherwise; of a case on record that is no news, its facts were held against it."""
    return tuple(
        one for one in folded.findings
        if order.case is None or one.code != "case.differs" or one in folded.unplaced
    )  # fmt: skip


def _decisions(pack: TownPack, order: Order) -> tuple[GuardDecision, ...]:
    """What persons decided, in the roles that the town's rules give them; officers of a casefile decide nothing."""
    found = []
    for index, one in enumerate(order.decisions):
        officer = pack.officer(one.by)
        if officer is None:
            message = f"The town has no officer “{one.by}”. There is: {', '.join(known.id for known in pack.officers)}."
            problem = Finding.error("order.decisions", message, f"/decisions/{index}/by")
            raise Refusal("order.decisions", message, [problem])
        found.append(GuardDecision(one.guard, one.answer, officer.role, one.reason, f"{officer.name}, {officer.title}"))
    return tuple(found)


def _overreaching(
    answer: GuardAnswer, pack: TownPack, record: CaseRecord, decisions: tuple[GuardDecision, ...]
) -> Iterator[Finding]:
    """Decisions that change nothing of what still hinders, since their officers may not make them; and who may."""
    if pack.procedure is None:
        return
    for index, one in enumerate(decisions):
        reason = next((each for each in answer.reasons if each.code == one.guard), None)
        if reason is None:
            continue
        name = one.guard.removeprefix("procedure.")
        allowed = pack.procedure.decide if reason.asks else pack.procedure.may_waive(name)
        who = [each.id for each in pack.officers if any(pack.plays(each.role, part) for part in allowed)]
        if not any(pack.plays(one.role, part) for part in allowed):
            whom = f"By the town's rules these may: {', '.join(who)}." if who else "By the town's rules nobody may."
            severity = reason.finding(pack.procedure, record).severity
            yield Finding(
                "order.decisions", severity, f"{one.by} may not decide {one.guard}. {whom}", f"/decisions/{index}/by"
            )


def _guarded(answer: GuardAnswer, pack: TownPack, record: CaseRecord) -> Iterator[Finding]:
    for reason in answer.reasons:
        yield reason.finding(pack.procedure, record)
    for reason, decision in answer.waived:
        message = f"{reason.message} {decision.by or decision.role} decided to go on: {decision.reason}"
        yield Finding.warning(reason.code, message, reason.place)


def _record(
    means: Means, order: Order, replaces: str | None, notice: str | None
) -> tuple[CaseRecord, tuple[object, ...]]:
    number = stated_number(order.casefile)
    if number is None:
        return CaseRecord(""), ()
    with means.store.database.reading() as session:
        case_records.refuse_merged(session, number)
        stamp = case_records.stamp_of(session, number)
        if order.case is not None and order.case.strict:
            case_records.refuse_moved(session, order.case.number, order.case.revision, lock=False)
        record = case_records.record_of(means, session, number)
    record = without(record, replaces) if replaces is not None else record
    return (beside(record, notice) if notice is not None else record), stamp


def _folded(
    means: Means, order: Order, record: CaseRecord, puts: Effect | None, on: date
) -> tuple[Folded, Casefile, bytes]:
    if not isinstance(order.casefile, Mapping):  # reading says so
        return Folded({}), *means.read(order.casefile)
    folded = folding.fold(
        order.casefile, folding.apart_from(record, puts, order.casefile, order.about), on
    )  # fmt: skip
    return folded, *means.read(folded.facts)


def known_on(
    means: Means, day: date, facts: Mapping[str, Any], record: CaseRecord, already: tuple[Mapping[str, Any], Casefile]
) -> Casefile:
    """The casefile with what the register knew on a day. What was read ``already`` is not read again."""
    folded = folding.fold(facts, record, day).facts
    return already[1] if folded == already[0] else means.read(folded)[0]


def stated_number(facts: object) -> str | None:
    """The case number in a casefile's JSON that nobody has read yet."""
    case = facts.get("case") if isinstance(facts, Mapping) else None
    number = case.get("number") if isinstance(case, Mapping) else None
    return number if isinstance(number, str) and number.strip() else None


def _in_language(
    means: Means, version: VersionRecord, pack: TownPack, wanted: str | None, recipient: Party | None
) -> tuple[str, Bundle]:
    """The language of a document, and the bundle that it is made from.

    A language that is asked for is taken when it is complete; the checks say whether it may go out. Unasked, the
    recipient's own is taken where the town offers it.
    """
    language = wanted or (recipient.language if recipient else "en")
    if language == "en":
        return "en", means.bundle(version.sha256)
    with means.store.database.reading() as session:
        found = languages.spoken(means, session, version, language)
    bundle = means.bundle(version.sha256)
    if wanted is not None:
        refuse_unspoken(pack, wanted)
        if found is None:
            languages.refuse_incomplete(means, version, wanted)
        return wanted, found.bundle if found is not None else bundle
    if found is None or not languages.is_offered(pack, version, language, found):
        return "en", bundle
    return language, found.bundle


def refuse_unspoken(pack: TownPack, language: str) -> None:
    """Raise ``Refusal("language.not_offered")`` for a language in which the town has no letters."""
    known = pack.language(language)
    if known is None or not known.letters:
        offered = ", ".join(f"{one.name} ({one.tag})" for one in pack.languages if one.letters)
        what = f"{known.name} has only a line on the sheet of languages" if known else f"“{language}” is not among them"
        message = f"The town's letters are in {offered}; {what}."
        raise Refusal("language.not_offered", message, [Finding.error("language.not_offered", message, "/language")])


def recipients_of(casefile: Casefile, bundle: Bundle, kind: DocumentType | None = None) -> tuple[str, ...]:
    """The parties whose role the template names, in the casefile's order; or who complained, of what goes to them."""
    if kind is not None and kind.addressee == "complainant":
        return tuple(one.id for one in addressees(casefile, kind))
    roles = set(bundle.meta.recipients)
    return tuple(party.id for party in casefile.parties if roles & set(party.roles))


def _subject(casefile: Casefile, kind: DocumentType, about: str | None) -> str | None:
    """The id of what the document is about; None for one about the whole case. Raises ``Refusal("about.unknown")``."""
    found = subjects.find(casefile, kind.subject, about)
    if about is not None and found.problem is not None:
        problem = Finding.error("about.unknown", found.problem.message, "/about")
        raise Refusal("about.unknown", found.problem.message, [problem])
    return about if kind.subject == "case" or found.subject is None else subjects.name_of(found.subject)


def addressed(casefile: Casefile, bundle: Bundle, wanted: str | None, kind: DocumentType | None = None) -> Party | None:
    """The party that a letter goes to: ``wanted``, else the first whose role the template names; None if it names none.

    Raises ``Refusal``: ``recipient.unknown``, ``recipient.role``, ``recipient.none``.
    """
    meant = recipients_of(casefile, bundle, kind)
    roles = ", ".join(bundle.meta.recipients)
    if wanted is not None:
        party = producing.party(casefile, wanted, kind)
        if bundle.meta.recipients and wanted not in meant:
            message = f"goes to {roles}; “{wanted}” is none of these"
            raise Refusal(
                "recipient.role",
                f"“{bundle.meta.title}” {message}.",
                [Finding.error("recipient.role", message, "/recipient")],
            )
        return party
    if not bundle.meta.recipients:
        return None
    if not meant:
        message = f"the casefile has nobody it goes to ({roles})"
        raise Refusal(
            "recipient.none",
            f"“{bundle.meta.title}”: {message}.",
            [Finding.error("recipient.none", message, "/parties")],
        )
    return producing.party(casefile, meant[0], kind)
