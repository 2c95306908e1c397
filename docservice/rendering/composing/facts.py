"""What a wording sees of a case, and nothing else.

``assemble`` turns casefile, town pack and reckoning into named values (``docs/wording.md`` lists them). Every text is a
``Fact`` with its JSON pointer, every date a ``Day``, every amount ``Money``; what is confidential is not among them.
Nothing is computed here: dates and amounts come from the reckoning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from docservice.casefile.facts import Casefile, Officer, Party
from docservice.rendering.composing import (
    afterwards,
    asked_for,
    grouping,
    marked,
    phrasing,
    reckoned,
    remedies,
    sent,
    services,
)
from docservice.rendering.composing.sent import CopyOfNotice
from docservice.rendering.composing.values import Day, Fact, Period, Record
from docservice.rendering.composing.view import EarlierDocument, View, officer_of
from docservice.town import subjects
from docservice.town.addressees import addressee, place_of
from docservice.town.deposits import denial_rule
from docservice.town.pack import TownPack
from docservice.town.reckoning import Reckoning
from docservice.wording.catalog import pack_strings
from docservice.wording.catalog.pack_strings import SILENT, PackSpeech
from docservice.wording.meta import TemplateMeta

__all__ = ["EarlierDocument", "Facts", "assemble"]

# Documents of these print nothing of what staff wrote but the violations.
_OF_VIOLATIONS = ("case", "citation")
_LISTED = re.compile(r"/\w+/(\d+)\Z")


@dataclass(frozen=True, slots=True)
class Facts:
    """``names`` is all that a wording can name; ``rules`` what the language has for the strings of the town's rules."""

    names: Mapping[str, Any]
    language: str
    rules: PackSpeech = SILENT
    staff_english: bool = True  # whether something that staff wrote may stay English in it


def assemble(
    casefile: Casefile,
    pack: TownPack,
    meta: TemplateMeta,
    reckoning: Reckoning,
    *,
    recipient: Party | str | None,
    on: date,
    number: str | None,
    language: str,
    about: str | None = None,
    verify_url: str | None = None,
    supersedes: EarlierDocument | None = None,
    reason: str | None = None,
    served: Mapping[str, Any] | None = None,
    original: EarlierDocument | None = None,
    copy: CopyOfNotice | None = None,
    mailing: str | None = None,
    article: str | None = None,
    attached: Collection[str] | None = None,
    enclosed: bool = False,
    enclosures: Sequence[str] = (),
) -> Facts:
    """The facts of one document for one recipient.

    ``recipient``: a party of the casefile or its id; None for papers that go to the file. ``on``: the document's date.
    ``number``: None until it is issued. ``about``: the id that was reckoned with; the reckoning's subject decides.
    ``supersedes`` and its ``reason``: what a correction replaces. ``served``: what is on record of the document that a
    proof of service is about (``title``, ``number``, ``pages``, ``sha256``; ``records``: the same by service record,
    for a paper that tells of several). ``original``: the English document that this is a translation of. ``copy``:
    which copy of which notice it is, where several get it or it is printed again. ``mailing``: the class of mail.
    ``attached``: the photographs that came with the order, by file name (None: all that the casefile names);
    violations are shown by those alone. ``article``: the digits of its article number, once it has one.
    ``enclosed``: whether it goes with a letter, whose
    number and reckoning it has then; ``enclosures``: titles of what goes with it.
    """
    view = View(casefile, pack, language, on, attached)
    kind = pack.document_types.get(meta.document_type)
    party = addressee(casefile, kind, recipient) if isinstance(recipient, str) else recipient
    subject = kind.subject if kind else "case"
    chosen = {name: view.last(where) for name, where in subjects.LISTS.items()}
    if subject != "case":
        place = _LISTED.match(reckoning.subject_place)
        chosen[subject] = int(place.group(1)) if place and reckoning.subject is not None else None
    own, told = chosen.get(subject), chosen["service"]
    covered = subjects.covered(casefile, kind, reckoning.subject, on) if kind and subject == "service" else ()
    sworn = services.service_records(view, covered, served)
    violations = view.violations(reckoning)
    told_of = view.spoken_of(reckoning)
    signs = _signer(casefile, pack, meta, subject, own)
    called = officer_of(casefile, pack, casefile.case.officer)
    names: dict[str, Any] = {
        "town": view.town(),
        "case": view.case(),
        "property": view.record(casefile.property, "/property", "property"),
        "parties": tuple(view.party(p) for p in casefile.parties),
        "recipient": view.party(party, "recipient", place_of(casefile, kind, party)) if party else None,
        "violations": violations,
        "violation_groups": grouping.groups(pack, told_of, violations, view.foreign),
        "photographs": grouping.photographs(told_of, grouping.by_file(casefile, view.photo, attached)),
        "codes_used": grouping.codes_used(pack, told_of, view.foreign),
        "permit": view.chosen(subjects.LISTS["permit"], chosen["permit"], "permit"),
        "inspections": tuple(view.inspection(i) for i in range(len(casefile.inspections))),
        "inspection": view.inspection(chosen["inspection"], "inspection"),
        "citations": tuple(view.citation(i) for i in range(len(casefile.citations))),
        "citation": view.citation(chosen["citation"], "citation"),
        "stop_work": view.chosen(subjects.LISTS["stop_work"], chosen["stop_work"], "stop_work"),
        "hearing": view.hearing(chosen["hearing"], continuance=afterwards.continuance(view, chosen["hearing"])),
        "appeal": view.appeal(chosen["hearing"], chosen["appeal"] if subject == "appeal" else None),
        "appeals": view.appeals(chosen["hearing"]),
        "contested": view.contested(reckoning),
        "contested_orders": view.contested_orders(chosen["hearing"], chosen["appeal"] if subject == "appeal" else None),
        "lien": view.chosen(subjects.LISTS["lien"], chosen["lien"], "lien"),
        "standing_order": view.standing_order(),
        "building_order": remedies.building_order(view, party),
        "hardship": remedies.hardship(view, reckoning),
        "decision": remedies.decision(view, reckoning),
        "placard": view.chosen(subjects.LISTS["placard"], chosen["placard"], "placard"),
        "placard_words": view.placard_words(),
        "memo": view.memo(chosen["memo"]),
        "visit": asked_for.visit(view, chosen["visit"]),
        "request": asked_for.request(view, chosen["request"], reckoning),
        "served": None if told is None else services.service_record(view, told, served, "served"),
        "services": sworn,
        "rounds": services.rounds(view, covered, sworn),
        "served_papers": services.papers(view, covered, sworn),
        "costs": view.until("costs", on),
        "chronology": view.until("events", on),
        "officer": view.officer(signs, "officer"),
        "contact": view.officer(signs if kind is not None and kind.contact == "signer" else called, "contact"),
        "document": marked.document(
            view,
            meta,
            kind,
            number,
            verify_url,
            supersedes,
            reason,
            original,
            mailing,
            article,
            enclosed=enclosed,
            enclosures=tuple(Fact(title, f"record/enclosures/{i}") for i, title in enumerate(enclosures)),
            notice=sent.notice(view, copy, party),
            debt=sent.debt(view, kind, party, number, copy),
            mailed_on=Day(reckoning.served_on, language, pointer="record/mail_on") if mailing and party else None,
        ),
        "periods": _periods(pack),
        "phrases": _phrases(pack, language),
        "today": Day(on, language),
        "help": view.help(party, fined=reckoning.fines is not None and not reckoning.fines.prospective),
        "comply": reckoned.comply(reckoning, told_of, language),
        "taglines": view.taglines(),
        "complaint": None,
        **afterwards.names(view, reckoning, party),
        **reckoned.names(reckoning, casefile, pack, language, meta.may_lack),
    }
    if kind is not None and kind.addressee == "complainant":
        names = {**{name: () if isinstance(value, tuple) else None for name, value in names.items()},
                 **{name: names[name] for name in _TO_COMPLAINANT}, "complaint": asked_for.complaint(view)}  # fmt: skip
    missing = {name: Record.absent(name) for name, value in names.items() if value is None}
    rules = pack_strings.spoken(pack, language, meta.document_type, meta.face)
    seen = view.spoken_of(reckoning) if subject in _OF_VIOLATIONS else ()
    whole = bool(seen) and phrasing.all_said(seen, pack, language, rules.texts)
    return Facts(MappingProxyType({**names, **missing}), language, rules, not whole)


_TO_COMPLAINANT = (
    "town", "case", "property", "recipient", "officer", "contact",
    "document", "periods", "phrases", "today", "help", "taglines",
    "deadlines", "statements",
)  # fmt: skip
"""What a letter to who complained can name: nothing of the other parties, nor of what was found or done."""


def _periods(pack: TownPack) -> Record:
    """How long the rules give for something, and how far back they look, each with its unit."""
    found = {name: Period(rule.count, rule.unit.removesuffix("s")) for name, rule in pack.deadlines.items()}
    found["look-back"] = Period(pack.look_back.count, "month")
    denial = denial_rule(pack)
    after_denial = {
        "deposit-after-denial": Period(denial.days, "day") if denial is not None else None,
        "deposit-waits": denial is not None and denial.not_before is not None,  # for the last day to contest
    }
    return Record("periods", found | after_denial)


def _phrases(pack: TownPack, language: str) -> Record:
    """What bodies are called in the language; in English where the town does not say."""
    found = {
        name: Fact(said.get(language) or said["en"], f"town/phrases/{name}", None if language in said else "en")
        for name, said in pack.phrases.items()
    }
    return Record("phrases", found)


def _who_decided(casefile: Casefile, subject: str, index: int | None) -> str | None:
    """The officer who decided what a document is about: of a hearing, who heard it, where nobody else is named."""
    if subject == "hearing" and index is not None:
        hearing = casefile.hearings[index]
        return (hearing.decision.by if hearing.decision else None) or hearing.officer
    if subject == "hardship" and index is not None:
        return casefile.hardship_requests[index].decided_by
    if subject == "request" and index is not None:
        return casefile.extension_requests[index].decided_by
    return None


def _signer(
    casefile: Casefile, pack: TownPack, meta: TemplateMeta, subject: str, index: int | None
) -> tuple[Officer, str] | None:
    """Who signs: who made the report or memorandum, or decided; else who is in charge of the case, where their role or
    the coordinator's may sign; else the first officer of the roles that may, in the template's order.

    Nobody stands in silently for an officer who may not sign: the checks refuse that signature.
    """
    if subject == "inspection" and index is not None:
        return officer_of(casefile, pack, casefile.inspections[index].inspector)
    if subject == "memo" and index is not None:
        return officer_of(casefile, pack, casefile.memoranda[index].sender)
    own = _who_decided(casefile, subject, index)
    decided = officer_of(casefile, pack, own) if own is not None else None
    answers = subject in ("hardship", "request")  # signed by who decided, who may or may not
    if decided is not None and (answers or any(pack.plays(decided[0].role, role) for role in meta.signers)):
        return decided
    found = officer_of(casefile, pack, casefile.case.officer)
    if any(pack.plays(role, "coordinator") for role in meta.signers) or (
        found and any(pack.plays(found[0].role, role) for role in meta.signers)
    ):
        return found
    listed = {officer.id: officer for officer in (*pack.officers, *casefile.officers)}
    for role in meta.signers:
        for officer in listed.values():
            if pack.plays(officer.role, role):
                return officer_of(casefile, pack, officer.id)
    return None
