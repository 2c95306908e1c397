"""Numbers in a wording that the town's rules know otherwise: "within 18 months" where they look back 12.

A sentence is read for what it counts (``wording.catalog.quantities``) and for what it is about: contesting,
correcting, paying, the court, a repeated violation. Where the rules have a number for that and the sentence another,
that is a finding. A number that is about nothing that the rules count (an age, a telephone number, a section, ten
questions) passes, and so does one in a paragraph that cites another law than the rules rest on: it is that law's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.catalog.quantities import Quantity, quantities
from docservice.wording.lint_finding import LintFinding
from docservice.wording.messages import Sentence

CODE = "wording.number"

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
    r"|more than once|each new|citation number|ris(?:es|e|ing)|higher|increas\w+|look(?:s|ed)?[- ]?back)\b",
    re.I,
)
_BROKEN = re.compile(
    r"\b(?:citations?|violations?|fines?|rules?|sections?|offen[cs]es?|broken|violat\w+|look(?:s|ed)?[- ]?back)\b", re.I
)
_LONGER = re.compile(r"\b(?:more|extra|additional|add\w*|longer|exten\w+)\b", re.I)
_MAILED = re.compile(r"\bmail\w*\b|\bposted\b", re.I)
_FINE = re.compile(r"\b(?:fines?|fined|penalt(?:y|ies)|deposits?)\b", re.I)
_LATE = re.compile(r"\b(?:late|past the limit|over the limit|after the limit)\b", re.I)
_A_DAY = re.compile(r"^\W*(?:(?:for )?(?:each|every|per|a) (?:\w+ )?day|daily)\b|\bdaily\b[^.]*$", re.I)
_BEFORE = re.compile(
    r"\b(?:within|in|than|at least|have|has|had|get|gets|given|gives?|allow\w*|until|takes?|first|last|past|next"
    r"|previous|after|another|adds?|added|(?:period|deadline|limit|window|term) (?:of|is)|are|is)"
    r"(?:\W+(?:the|only|same|next|first|last|past|another|full))*\W+$", re.I,
)  # fmt: skip
_AFTER = re.compile(
    r"^\W*(?:to|after|before|from|of|in which|prior|deadline|period|limit|window|following|more|longer|late|extra)\b",
    re.I,
)  # fmt: skip
_NO_PERIOD = re.compile(r"\b(?:up to|for|over|every|each|per|about|nearly|almost)\W+$", re.I)
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


def known_numbers(bundle: Bundle, pack: TownPack) -> tuple[LintFinding, ...]:
    """Every number of the wording, and of its translations, that the rules know otherwise; warnings, by place."""
    rules = _Rules(pack, bundle.meta.document_type)
    found: list[LintFinding] = []
    sentences = used_sentences(bundle.files)
    for sentence in (*sentences, *_bare(bundle)):
        for text in filter(None, (sentence.text, sentence.plural)):
            found += [_finding(q, said, sentence.place) for q, said in rules.contradicted(text)]
    for language in bundle.languages[1:]:
        texts = bundle.messages(language).texts
        for sentence in sentences:
            told = texts.get(sentence.text)
            for form in (told,) if isinstance(told, str) else told or ():
                found += [
                    _finding(q, said, sentence.place, language)
                    for q, said in rules.contradicted_in(sentence.text, form, language)
                ]
    return tuple(dict.fromkeys(found))


def _finding(quantity: Quantity, said: str, place: str, language: str = "en") -> LintFinding:
    where = "" if language == "en" else f" in the translation into {language}"
    message = f"“{quantity.text}”{where}: the town’s rules say {said}"
    return LintFinding(CODE, "warning", message, place)


def _bare(bundle: Bundle) -> Iterator[Sentence]:
    """Text outside {% trans %}, which lint warns of: it would go out as well."""
    for path, data in bundle.files.items():
        if not path.endswith(".html"):
            continue
        source = re.sub(
            r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}|\{#.*?#\}|\{%.*?%\}", _blank, data.decode(), flags=re.S
        )
        for piece in re.finditer(r"[^<>]+", re.sub(r"<(?:/?(?:strong|em|span|bdi|br)\b[^>]*)>", _blank, source)):
            if piece.group().strip() and not _in_tag(source, piece.start()):
                start = piece.start() + len(piece.group()) - len(piece.group().lstrip())
                yield Sentence(" ".join(piece.group().split()), None, path, source.count("\n", 0, start) + 1)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _in_tag(source: str, at: int) -> bool:
    return source.rfind("<", 0, at) > source.rfind(">", 0, at)


class _Rules:
    """The numbers of an edition, as they bear on one document type."""

    def __init__(self, pack: TownPack, document_type: str) -> None:
        self.pack = pack
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
        """The quantities of an English paragraph that are not what the rules say, and what they say."""
        if self._is_of_another_law(paragraph):
            return
        for sentence in _SENTENCE_ENDS.split(paragraph):
            for clause, quantity in _counted(sentence):
                if quantity.unit == "dollar":
                    rules = self._amounts(sentence, sentence[quantity.end :])
                elif _is_period(sentence, quantity):
                    rules = self._periods((clause, sentence, paragraph))
                else:
                    continue
                if rules and not any(quantity.exact in rule.values for rule in rules):
                    yield quantity, "; ".join(dict.fromkeys(rule.said for rule in rules))

    def contradicted_in(self, english: str, form: str, language: str) -> Iterator[tuple[Quantity, str]]:
        """The same of a translation, which is about what the English is about and may count what that counts."""
        if self._is_of_another_law(english):
            return
        held = {quantity.exact for quantity in quantities(english)}
        for quantity in quantities(form, language):
            rules = self._amounts(english, "") if quantity.unit == "dollar" else self._periods((english,))
            if rules and quantity.exact not in held and not any(quantity.exact in rule.values for rule in rules):
                yield quantity, "; ".join(dict.fromkeys(rule.said for rule in rules))

    def _is_of_another_law(self, paragraph: str) -> bool:
        cited = {number for match in _LAW.finditer(paragraph) for number in _NUMBERED.findall(match[1] + match[2])}
        return bool(cited) and not any(
            number == known or number.startswith(f"{known}.") or known.startswith(f"{number}.")
            for number in cited for known in self.laws
        )  # fmt: skip

    def _amounts(self, sentence: str, after: str) -> tuple[_Rule, ...]:
        if not _FINE.search(sentence):
            return ()
        limit = self.pack.time_limit
        tiers = {(tier.per_day, "dollar") for tier in limit.tiers if tier.per_day} if limit else set()
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
        if about == "access" and pack.hearing.request_days is not None:
            values |= {(Decimal(pack.hearing.request_days), "day")}
        yield _Rule(name, about or f"={rule.title}", which, frozenset(values), said)


def _matches(about: str, text: str) -> bool:
    """Whether a text is about something; a rule of a kind of its own is named by all the words of its title."""
    if not about.startswith("="):
        return bool(_ABOUT[about].search(text))
    words = {word for word in re.findall(r"[a-z]+", about.lower()) if word not in _SMALL}
    return bool(words) and all(re.search(rf"\b{re.escape(word[:6])}", text, re.I) for word in words)


def _counted(sentence: str) -> Iterator[tuple[str, Quantity]]:
    """Each quantity of a sentence with the clause that it stands in; its place is the sentence's."""
    bounds = [0, *(match.end() for match in _CLAUSE_ENDS.finditer(sentence)), len(sentence)]
    for quantity in quantities(sentence):
        start = max(bound for bound in bounds if bound <= quantity.start)
        end = min((bound for bound in bounds if bound >= quantity.end), default=len(sentence))
        yield sentence[start:end], quantity


def _is_period(sentence: str, quantity: Quantity) -> bool:
    """Whether it says how long there is for something, and not how old, how often, how long something lasts."""
    before, after = sentence[: quantity.start], sentence[quantity.end :]
    if _NO_PERIOD.search(before) and not _AFTER.match(after):
        return False
    return bool(_BEFORE.search(before) or _AFTER.match(after))


def _period(value: Exact) -> str:
    count, unit = value
    return f"{count} {unit}{'s' if count != 1 else ''}"


def _listed(values: set[tuple[Decimal, str]]) -> str:
    said = [f"${count:,.0f}" if unit == "dollar" else _period((count, unit)) for count, unit in sorted(values)]
    return ", ".join(said)
