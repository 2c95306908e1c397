"""Which of the town's rules a number in an English sentence is about, and whether they say the same.

A sentence is about contesting, correcting, paying, the court, a repeated violation … Where it counts several things,
each number is taken with the words around it: "10 days to contest and 30 days to pay". What the office gives itself
("we answer within 5 days") is about none of what others must do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docservice.town.pack import TownPack
from docservice.wording.catalog.quantities import Quantity, quantities

Exact = tuple[Decimal, str]

# What a rule, and a sentence, may be about. The first that a rule's title matches is its own.
_ABOUT: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "court": r"\bcourts?\b|\bjudge\b",
        "staff report": r"\bstaff reports?\b",
        "access": r"\binterpreters?\b|\baccommodations?\b|\bdisabilit",
        "hearing notice": r"\b(?:notice|notif\w+|tell|told|written?)\b[^.;]*\bof (?:a|the|your) hearing\b"
        r"|\bbefore (?:a|the|your) hearing\b",
        "decision": r"\b(?:issue|give|gives|send|sends|mail|make|makes)\b(?:\W+\w+){0,3}\W+decision\b"
        r"|\bdecision\W+(?:will|must|is|are)\W+(?:be\W+)?(?:issued|given|sent|mailed|made)\b|\b(?:will|must) decide\b",
        "contest": r"\b(?:contest|appeal|challeng|disagree|object)\w*"
        r"|\b(?:ask|request)\w*\b[^.;]*\bhearing\b|\bhearing\b[^.;]*\brequest\w*",
        "correct": r"\b(?:correct|fix|repair|cure|abat|comply|compli)\w*|\bput\b[^.;]{0,20}\bright\b",
        "pay": r"\b(?:pay|pays|paid|payment|payable|due|owed?)\b",
    }.items()
}
# Of rules about one thing, which: what is contested, paid, reviewed.
_WHICH: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "citation": r"\bcitations?\b",
        "notice": r"\bnotices?\b",
        "fine": r"\bfines?\b|\bcitations?\b",
        "costs": r"\bcosts?\b|\binvoices?\b",
    }.items()
}
_REPEATED = re.compile(
    r"\b(?:again|repeat\w*|second|third|fourth|earlier|previous|prior|another|subsequent|further|recurr\w+"
    r"|preceding|same (?:rule|section)|more than once|each new|citation number|ris(?:es|e|ing)|rais(?:es|ed|ing)|higher"
    r"|increas\w+|look(?:s|ed|ing)?[- ]?back)\b",
    re.I,
)
_BROKEN = re.compile(
    r"\b(?:citations?|violations?|fines?|rules?|sections?|offen[cs]es?|broken|violat\w+|look(?:s|ed|ing)?[- ]?back)\b",
    re.I,
)
_LONGER = re.compile(r"\b(?:more|extra|additional|add\w*|longer|exten\w+)\b", re.I)
_MAILED = re.compile(r"\bmail\w*\b|\bposted\b", re.I)
_FINE = re.compile(r"\b(?:fines?|fined|penalt(?:y|ies)|deposits?)\b", re.I)
_LATE = re.compile(r"\b(?:late|past the limit|over the limit|after the limit)\b", re.I)
_A_DAY = re.compile(r"^\W*(?:(?:for )?(?:each|every|per|a) (?:\w+ )?day|daily)\b|\bdaily\b[^.]*$", re.I)
_BEFORE = re.compile(
    r"\b(?:within|in|than|at least|have|has|had|get|gets|given|gives?|allow\w*|until|takes?|first|last|past|next"
    r"|previous|preceding|prior|back|by|during|throughout|between|after|another|adds?|added"
    r"|(?:period|deadline|limit|window|term) (?:of|is)|are|is)"
    r"(?:\W+(?:the|only|same|next|first|last|past|preceding|previous|prior|another|full|about|up|to))*\W+$", re.I,
)  # fmt: skip
_AFTER = re.compile(
    r"^\W*(?:to|after|before|from|of|in which|prior|deadline|period|limit|window|following|more|longer|late|extra)\b",
    re.I,
)  # fmt: skip
_RIGHT = re.compile(r"\b(?:may|can|could|must|have|has|had|right|open|deadline|period)\b", re.I)
_FOR = re.compile(r"\bfor(?:\W+(?:the|only|a|another|full))*\W+$", re.I)
# What the office does in its own time, so long as it asks nothing of others in the same words.
_OFFICE = re.compile(
    r"\b(?:we|(?:the|our|this|an?) (?:office|town|city|county|department|staff|inspectors?|officers?|clerk"
    r"|coordinator))\s+(?:\w+\s+){0,4}?(?:answer|reply|replie|respond|re-?inspect|inspect|return|come back|visit|call"
    r"|review|write|send|email|acknowledge|process|refund|look at|check|contact|schedule|let you know|tell you|get back"
    r"|confirm|open|publish|update|keep|train)(?:s|ed|es)?\b|\bre-?inspect(?:ion)?\b|\bfollow-up\b", re.I,
)  # fmt: skip
_OFFICE_OWES = frozenset(("hearing notice", "decision", "staff report", "repeated", "mailed", "late"))
_CUT = re.compile(r"\s*[,;]\s*(?:and|but|or)?\s*|\s+(?:and|but|or|then)\s+", re.I)
_OWED = re.compile(r"\b(?:pay|owe|amount due|first|second|third|repeated)\b", re.I)
_FEE = re.compile(r"\b(?:fees?|cop(?:y|ies)|permits?|postage|survey|rent|income|plan)\b", re.I)
_NO_PERIOD = re.compile(r"\b(?:up to|over|every|each|per|about|nearly|almost)\W+$", re.I)
_LAW = re.compile(r"\bcodes?\b,?\s*(?:section|sections|§+|sec\.)\s*([\d.]+)((?:\s*(?:,|and|to|or)\s*[\d.]+)*)", re.I)
_NUMBERED = re.compile(r"\d[\d.]*\d|\d")
_FIELD = re.compile(r"%\(\w+\)s|\{\{.*?\}\}")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?:;])\s+")
_CLAUSE_ENDS = re.compile(r"(?<=[,;])\s+|\s+(?=\bor\b)")
_SMALL = frozenset("a an the of to for or and in another give send issue ask your".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class _Rule:
    """A number of the rules: what it is ``about``, ``which`` of those, its values, and how it is said."""

    name: str
    about: str
    which: frozenset[str]
    values: frozenset[Exact]
    said: str


class MeantNumbers:
    """The numbers of an edition, as they bear on one document type."""

    def __init__(self, pack: TownPack, document_type: str) -> None:
        self.pack = pack
        self.tiers = pack.time_limit.tiers if pack.time_limit is not None else ()
        kind = pack.document_types.get(document_type)
        self.own = frozenset(kind.deadlines.values()) if kind is not None else frozenset[str]()
        self.rules = tuple(_deadlines(pack))
        self.laws = frozenset(
            number
            for source in (
                *(rule.source for rule in pack.deadlines.values()), *(one.source for one in pack.fine_classes.values()),
                pack.look_back.source, pack.mail_extension.source,
                *([pack.time_limit.source] if pack.time_limit else ()),
            )
            for number in _NUMBERED.findall(source.citation)
        )  # fmt: skip

    def contradicted(self, paragraph: str) -> Iterator[tuple[Quantity, str]]:
        """The quantities of an English paragraph that are not what the rules say, and what is to be said of each."""
        if self._is_of_another_law(paragraph):
            return
        for sentence in _SENTENCE_ENDS.split(paragraph):
            for part, clause, quantity in _counted(sentence):
                rules: tuple[_Rule, ...] = ()
                if quantity.unit == "dollar":
                    rules = self._amounts(sentence, sentence[quantity.end :])
                elif not _is_period(sentence, quantity) or (quantity.is_one and quantity.unit in ("day", "hour")):
                    continue
                elif not self._is_the_offices(part, clause):
                    rules = self._periods((part, clause, sentence, paragraph))
                    lasts = _FOR.search(sentence[: quantity.start])
                    if not rules and not lasts and not quantity.is_one and self._is_unknown(quantity):
                        yield quantity, "no rule of the town’s has this number; see that it is meant"
                elif owed := self._periods((part, clause)):
                    rules = tuple(rule for rule in owed if rule.about in _OFFICE_OWES)
                if rules and not any(quantity.exact in rule.values for rule in rules):
                    yield quantity, _rules_say(rules)

    def contradicted_in(self, english: Sequence[str], form: str, language: str) -> Iterator[tuple[Quantity, str]]:
        """The same of a translation: it counts what the English counts, in the same order.

        ``english`` is the sentence and, where it has one, its plural.
        """
        counted = [quantities(text) for text in english]
        held = {quantity.exact for each in counted for quantity in each}
        units, values = {unit for _, unit in held}, {quantity.value for each in counted for quantity in each}
        told = quantities(form, language)
        for quantity in told:
            if quantity.exact in held or (quantity.is_one and quantity.exact[1] not in units):
                continue
            if quantity.unit != "dollar" and quantity.value not in values and _has(english, quantity.value):
                continue  # the English counts nothing by it: over 18, said as years
            rules: tuple[_Rule, ...] = ()
            if not self._is_of_another_law(english[0]):
                rules = self._amounts(english[0], "") if quantity.unit == "dollar" else self._periods(english[:1])
            if rules and not any(quantity.exact in rule.values for rule in rules):
                yield quantity, _rules_say(rules)
            elif quantity.exact[1] in units:
                yield quantity, f"the English says {_as_said(next(each for each in counted if each))}"
            elif not rules and any(map(str.isdecimal, quantity.text)) and not _has(english, quantity.value):
                yield quantity, "the English has no such number"
        moved = [_out_of_order(each, told) for each in counted]
        if moved and all(moved) and moved[0] is not None:
            yield moved[0], f"the English says {_as_said(counted[0])}, in this order"

    def _is_the_offices(self, part: str, clause: str) -> bool:
        return bool(_OFFICE.search(part) or (_OFFICE.search(clause) and not _asks(part)))

    def _is_unknown(self, quantity: Quantity) -> bool:
        """Whether the rules count in its unit, and never so many."""
        values = {value for rule in self.rules for value in rule.values} | {
            (Decimal(self.pack.look_back.count), "month")
        }
        values |= {(Decimal(n), "day") for tier in self.tiers for n in (tier.from_day, tier.from_day - 1)}
        return quantity.exact not in values and any(unit == quantity.exact[1] for _, unit in values)

    def _is_of_another_law(self, paragraph: str) -> bool:
        cited = {number for match in _LAW.finditer(paragraph) for number in _NUMBERED.findall(match[1] + match[2])}
        return bool(cited) and not any(
            number == known or number.startswith(f"{known}.") or known.startswith(f"{number}.")
            for number in cited for known in self.laws
        )  # fmt: skip

    def _amounts(self, sentence: str, after: str) -> tuple[_Rule, ...]:
        if not _FINE.search(sentence) and (not _OWED.search(sentence) or _FEE.search(sentence)):
            return ()
        tiers = {(tier.per_day, "dollar") for tier in self.tiers if tier.per_day}
        limit = self.pack.time_limit
        if _A_DAY.search(after):
            if limit is None:
                return ()
            said = f"{_listed(tiers)} a day ({limit.source.citation})"
            return (_Rule("per day", "fine", frozenset(), frozenset(tiers), said),)
        amounts = {(a, "dollar") for one in self.pack.fine_classes.values() for a in (*one.amounts, *one.caps)}
        said = "; ".join(
            f"{one.title}: {_listed({(a, 'dollar') for a in one.amounts})}" for one in self.pack.fine_classes.values()
        )
        return (_Rule("fines", "fine", frozenset(), frozenset(amounts | tiers), said),)

    def _periods(self, levels: Sequence[str]) -> tuple[_Rule, ...]:
        """The rules that the narrowest of these texts is about: the clause, else the sentence, else the paragraph."""
        for at, text in enumerate(levels):
            found = [*self._repeated(text), *self._mailed(text), *self._late(text)]
            for about in dict.fromkeys(rule.about for rule in self.rules):
                if _matches(about, text):
                    found += self._best([rule for rule in self.rules if rule.about == about], levels[at:])
            if found:
                return tuple(found)
        return ()

    def _best(self, rules: Sequence[_Rule], levels: Sequence[str]) -> list[_Rule]:
        """Of rules about one thing those that are meant: by what is named, then by what the document prints."""
        scored = [0] * len(rules)
        for text in levels:
            scored = [2 * sum(bool(_WHICH[one].search(text)) for one in rule.which) for rule in rules]
            if any(scored):
                break
        scored = [score + (rule.name in self.own) for score, rule in zip(scored, rules, strict=True)]
        return [rule for score, rule in zip(scored, rules, strict=True) if score == max(scored)]

    def _repeated(self, text: str) -> Iterator[_Rule]:
        if _REPEATED.search(text) and _BROKEN.search(text):
            rule = self.pack.look_back
            value = (Decimal(rule.count), "month")
            said = f"{_period(value)} (how far back an earlier violation counts; {rule.source.citation})"
            yield _Rule("look-back", "repeated", frozenset(), frozenset((value,)), said)

    def _mailed(self, text: str) -> Iterator[_Rule]:
        if not (_MAILED.search(text) and _LONGER.search(text)):
            return
        rule = self.pack.mail_extension
        values = {(Decimal(n), "day") for n in (rule.same_state, rule.other_state, rule.abroad)}
        said = f"{_listed(values)} more for papers that came by mail ({rule.source.citation})"
        if not rule.adopted:
            values, said = set(), f"no days are added for mail ({rule.source.citation})"
        yield _Rule("mail", "mailed", frozenset(), frozenset(values), said)

    def _late(self, text: str) -> Iterator[_Rule]:
        limit = self.pack.time_limit
        if limit is not None and _LATE.search(text) and _FINE.search(text):
            days = {tier.from_day for tier in limit.tiers}
            values = {(Decimal(n), "day") for day in days for n in (day, day - 1) if n > 0}
            said = f"rates from day {', '.join(map(str, sorted(days)))} ({limit.source.citation})"
            yield _Rule("tiers", "late", frozenset(), frozenset(values), said)


def _deadlines(pack: TownPack) -> Iterator[_Rule]:
    for name, rule in pack.deadlines.items():
        about = next((one for one, pattern in _ABOUT.items() if pattern.search(rule.title)), "")
        which = frozenset(one for one, pattern in _WHICH.items() if pattern.search(rule.title))
        values = {(Decimal(rule.count), rule.unit.removesuffix("s"))}
        said = f"{_period(next(iter(values)))} ({rule.title.lower()}; {rule.source.citation})"
        if about == "correct":  # a section may say otherwise
            values |= {(Decimal(one.cure_days), "day") for one in pack.sections if one.cure_days is not None}
        if about == "access":
            asked = pack.hearing.request_days
            values |= {(Decimal(asked), "day")} if asked is not None else set()
        yield _Rule(name, about or f"={rule.title}", which, frozenset(values), said)


def _matches(about: str, text: str) -> bool:
    """Whether a text is about something; a rule of a kind of its own is named by all the words of its title."""
    if not about.startswith("="):
        return bool(_ABOUT[about].search(text))
    words = {word for word in re.findall(r"[a-z]+", about.lower()) if word not in _SMALL}
    return bool(words) and all(re.search(rf"\b{re.escape(word[:6])}", text, re.I) for word in words)


def _counted(sentence: str) -> Iterator[tuple[str, str, Quantity]]:
    """Each quantity of a sentence, with the words around it that count nothing else, and its clause."""
    found = quantities(sentence)
    bounds = [0, *(match.end() for match in _CLAUSE_ENDS.finditer(sentence)), len(sentence)]
    for quantity in found:
        start = max(bound for bound in bounds if bound <= quantity.start)
        end = min((bound for bound in bounds if bound >= quantity.end), default=len(sentence))
        before = max((one.end for one in found if start <= one.end <= quantity.start), default=None)
        after = min((one.start for one in found if quantity.end <= one.start <= end), default=None)
        own_start, own_end = start, end
        if before is not None and (cut := _CUT.search(sentence, before, quantity.start)):
            own_start = cut.end()
        if after is not None and (cuts := [*_CUT.finditer(sentence, quantity.end, after)]):
            own_end = cuts[-1].start()
        yield sentence[own_start:own_end], sentence[start:end], quantity


def _rules_say(rules: Sequence[_Rule]) -> str:
    return f"the town’s rules say {'; '.join(dict.fromkeys(rule.said for rule in rules))}"


def _asks(part: str) -> bool:
    """Whether words are about what somebody else must do."""
    return any(_ABOUT[name].search(part) for name in ("court", "contest", "correct", "pay", "access"))


def _out_of_order(english: Sequence[Quantity], told: Sequence[Quantity]) -> Quantity | None:
    """The first quantity of a translation that stands where the English has another of those that both have."""
    both = {one.exact for one in english} & {one.exact for one in told}
    ours, theirs = ([one for one in each if one.exact in both] for each in (english, told))
    if len(ours) != len(theirs):
        return None
    return next((b for a, b in zip(ours, theirs, strict=True) if a.exact != b.exact), None)


def _has(english: Sequence[str], value: Decimal) -> bool:
    """Whether the English has a number as whatever it may be: an age, a section."""
    return any(str(value) in re.findall(r"\d+(?:\.\d+)?", text) for text in english)


def _as_said(counted: Sequence[Quantity]) -> str:
    return ", ".join(dict.fromkeys(one.text for one in counted))


def _is_period(sentence: str, quantity: Quantity) -> bool:
    """Whether it says how long there is for something, and not how old, how often, how long something lasts."""
    before, after = sentence[: quantity.start], sentence[quantity.end :]
    if _NO_PERIOD.search(before) and not _AFTER.match(after):
        return False
    if _FOR.search(before) and not _AFTER.match(after):  # "you may contest it for 15 days"
        return quantity.exact[1] in ("day", "business day") and bool(_RIGHT.search(before))
    return bool(_BEFORE.search(before) or _AFTER.match(after) or quantity.is_ordinal)


def _period(value: Exact) -> str:
    count, unit = value
    return f"{count} {unit}{'s' if count != 1 else ''}"


def _listed(values: set[tuple[Decimal, str]]) -> str:
    said = [f"${count:,.0f}" if unit == "dollar" else _period((count, unit)) for count, unit in sorted(values)]
    return ", ".join(said)
