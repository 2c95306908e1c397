"""The kinds of papers that people get from the office: what each is, in a sentence, and what it asks.

The kinds, their titles and their dates are the town's (``documents.yaml``, ``rules.yaml``), in the words that the pack
has in the reader's language; a kind that a town adds is listed without a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docservice.rendering.language import duration
from docservice.town.pack import DeadlineRule, DocumentType, TownPack
from docservice.web.site.words import say, word
from docservice.wording.catalog import pack_strings

# What each kind is. Papers for the file, and forms, are none that a person gets and must understand alone.
SENTENCES: Mapping[str, str] = {
    "courtesy-letter": word("A friendly letter. It is not a fine. Please look at it and call us."),
    "notice-of-violation": word("We saw something that the rules do not allow. It is not a fine."),
    "citation-warning": word("The last letter before a fine. You can still stop it."),
    "administrative-citation": word("A fine. You can pay it, or say that you disagree."),
    "payment-reminder": word("A payment is late."),
    "withdrawal": word("We take a citation back."),
    "extension-decision": word("Our answer to your request for more time."),
    "reinspection-notice": word("We came again, and something is still open."),
    "tenant-notice": word("For people who rent. It is about the building, not against you."),
    "stop-work-order": word("Work must stop now."),
    "stop-work-release": word("Work may go on, as the paper says."),
    "construction-time-limit": word("It says how long your project may still take."),
    "notice-to-abate": word("Something harms people nearby, and has to be taken away or put right."),
    "substandard-notice-and-order": word("We found a building unsafe or unfit to live in. It says what must be done."),
    "placard-stop-work": word("It hangs where work must stop."),
    "placard-unsafe": word("It hangs at a building that is not safe. Do not go in."),
    "notice-of-hearing": word("There will be a hearing. It says when and where."),
    "hearing-continuance": word("A hearing was moved to another day."),
    "appeal-receipt": word("We got your request for a hearing."),
    "hearing-decision": word("The hearing officer has decided. It says how to go to court."),
    "hardship-decision": word("Our answer to your hardship request."),
    "cost-invoice": word("A bill for work that the town had done at the property."),
    "lien-notice": word("A debt to the town now stands on record against the property."),
    "lien-release": word("A debt to the town no longer stands against the property."),
    "closure-letter": word("The case is closed. Keep this letter."),
    "complaint-acknowledgement": word("We got your complaint. It says what happens next."),
}
# Handouts that help with a kind, before the one for whoever got a notice.
_HANDOUTS: Mapping[str, tuple[str, ...]] = {
    "administrative-citation": ("appeals-and-hardship-waivers",),
    "payment-reminder": ("appeals-and-hardship-waivers",),
    "hearing-decision": ("appeals-and-hardship-waivers",),
    "hardship-decision": ("appeals-and-hardship-waivers",),
    "notice-of-hearing": ("appeals-and-hardship-waivers",),
    "cost-invoice": ("appeals-and-hardship-waivers",),
    "tenant-notice": ("tenants-rights",),
    "substandard-notice-and-order": ("tenants-rights", "received-a-notice"),
    "stop-work-order": ("unpermitted-work", "appeals-and-hardship-waivers"),
    "construction-time-limit": ("construction-time-limits",),
    "complaint-acknowledgement": ("how-to-make-a-complaint",),
    "notice-of-violation": ("received-a-notice", "appeals-and-hardship-waivers"),
}
_NO_FINE = frozenset({"courtesy-letter", "notice-of-violation"})
# Dates of a paper that its reader does something by; the others are the office's own, or of the court.
_FIX, _PAY, _CONTEST = "comply-by", "pay-by", "contest-by"
_READERS = (_CONTEST, _PAY, _FIX, "not-before", "access-request-by", "review-by", "review-other-by")


@dataclass(frozen=True, slots=True)
class KindPeriod:
    """How long one has for something: what, and the time, both in the reader's language."""

    title: str
    time: str


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper. ``title`` is the town's, in ``title_language``; ``sentence`` is in the page's language."""

    key: str
    title: str
    title_language: str
    sentence: str
    asks: frozenset[str]  # the names of the dates that it sets for its reader
    handouts: tuple[str, ...]

    @property
    def to_fix(self) -> bool:
        return _FIX in self.asks

    @property
    def to_pay(self) -> bool:
        return _PAY in self.asks

    @property
    def to_contest(self) -> bool:
        return _CONTEST in self.asks


def kinds(town: TownPack, language: str) -> Iterator[PaperKind]:
    """Every kind that people get, in the order of ``SENTENCES``; then those that the town has added."""
    added = [one for one in town.document_types if one not in SENTENCES and is_received(town.document_types[one])]
    for key in (*SENTENCES, *added):
        if key in town.document_types:
            yield kind(town, key, language)


def is_received(document_type: DocumentType) -> bool:
    """Whether people get it who have to act on it: it sets them a date."""
    return document_type.public and any(name in _READERS for name in document_type.deadlines)


def kind(town: TownPack, key: str, language: str) -> PaperKind:
    """A kind by its key: one of ``town.document_types``."""
    found = town.document_types[key]
    title, tongue = said(town, found.title, language)
    asks = frozenset(found.deadlines) & frozenset(_READERS)
    helping = _HANDOUTS.get(key, ("received-a-notice",) if asks else ())
    return PaperKind(key, title, tongue, say(SENTENCES.get(key, "")) if key in SENTENCES else "", asks, helping)


def periods(town: TownPack, key: str, language: str) -> tuple[KindPeriod, ...]:
    """How long a kind of paper gives its reader, as the town's rules have it."""
    rules = town.document_types[key].deadlines
    return tuple(_period(town, town.deadlines[rules[name]], language) for name in _READERS if name in rules)


def titles_of_dates(town: TownPack, key: str, language: str) -> Mapping[str, tuple[str, str]]:
    """What the dates for a paper's reader are called, by name, in the order in which they are told: title, language."""
    rules = town.document_types[key].deadlines
    return {name: said(town, town.deadlines[rules[name]].title, language) for name in _READERS if name in rules}


def said(town: TownPack, english: str, language: str) -> tuple[str, str]:
    """A string of the town's rules in a language, and the language that it is in: English, where it has none."""
    text = pack_strings.spoken(town, language).texts.get(english) if language != "en" else None
    return (text, language) if text is not None else (english, "en")


def _period(town: TownPack, rule: DeadlineRule, language: str) -> KindPeriod:
    return KindPeriod(said(town, rule.title, language)[0], duration(rule.count, rule.unit.removesuffix("s"), language))
