"""Is a translation sound? What a machine can see of one string, without knowing the language.

The same blanks, tags, figures, web addresses and names as the English, every plural form, no invisible trick. It judges
form only: whether the words are right, a person says (docs/translations.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from docservice.finding import Finding
from docservice.wording.plurals import plural_rule

Digits = Literal["latin", "native", "any"]  # any: where the town is not known

_BLANK = re.compile(r"%\((\w+)\)s")
_CODE = re.compile(r"%\(\w+\)s|%%|<[^<>]*>|&#?\w+;")
_PERCENT = re.compile(r"%(?!%|\(\w+\)s)")
_LOOSE = re.compile(r"<(?![/a-zA-Z][^<>]*>)|&(?!#?\w+;)")
_TAG = re.compile(r"<[^<>]*>")
_ADDRESS = re.compile(r"https?://[^\s<>\"”）)]*[^\s<>\"”.,;:!?）)。，]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|www\.[\w.-]+\w")
_PHONE = re.compile(r"\(?\d{3}\)?[-. \u00a0]\d{3}[-. ]\d{4}")
_FIGURE = re.compile(r"\d+(?:[.,:/-]\d+)*")
# What the English says in words and another language writes in figures: 네 피트 is 4피트, June 1 is 6월 1일.
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905
_IN_WORDS = {word: str(number) for words in (_NUMBERS, _ORDINALS, _MONTHS) for number, word in enumerate(words, 1)}
_IN_WORDS |= {word: str(10 * number) for number, word in enumerate(_TENS, 1)}
_IN_WORDS |= {word.capitalize(): number for word, number in _IN_WORDS.items()}
_LETTERS = re.compile(r"[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]{2,}")
# Overrides and embeddings turn text around unseen; isolates, which close themselves, are the honest way.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")
_ISOLATES = frozenset("\u2066\u2067\u2068")
_VOID = frozenset(("br", "img"))
_DENSE = frozenset(("zh", "ja", "ko"))  # a word is one or two characters


@dataclass(frozen=True, slots=True)
class Expected:
    """What is asked of a language: its digits, and names that stay as they are written."""

    language: str
    digits: Digits = "latin"
    names: tuple[str, ...] = ()


def examine(text: str, plural: str | None, forms: Sequence[str], expected: Expected) -> tuple[Finding, ...]:
    """Everything about the translation ``forms`` of an English sentence, errors first; of no place.

    ``forms`` is one text, or for a sentence that counts every plural form of the language. An empty translation is
    missing, not unsound: there is nothing to say about it.
    """
    if not any(forms):
        return ()
    found = dict.fromkeys([*_forms(plural, forms, expected), *_each(text, plural, forms, expected)])
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def _forms(plural: str | None, forms: Sequence[str], expected: Expected) -> Iterator[Finding]:
    wanted = plural_rule(expected.language).count if plural is not None else 1
    if len(forms) != wanted:
        yield _error("plural", f"has {len(forms)} form(s); {expected.language} needs {wanted} here")
    elif not all(form.strip() for form in forms):
        empty = ", ".join(str(index) for index, form in enumerate(forms) if not form.strip())
        yield _error("plural", f"lacks the plural form(s) {empty}")


def _each(text: str, plural: str | None, forms: Sequence[str], expected: Expected) -> Iterator[Finding]:
    # A form for one or two may be written without its number: one of the blanks that both have may be left out.
    both = (text, plural) if plural is not None else (text,)
    blanks = [set(_BLANK.findall(one)) for one in both]
    may, must = set.union(*blanks), set.intersection(*blanks)
    for index, form in enumerate(forms):
        if not form.strip():
            continue
        last = index == len(forms) - 1
        english = plural if plural is not None and (last or len(forms) != 2) else text
        yield from _blanks(form, may, blanks[-1] if last else must, spared=0 if last else 1)
        yield from _markup(english, form)
        yield from _unseen(form)
        yield from _figures(both, form, expected, all_forms=plural is not None and not last)
        yield from _kept(english, form, expected)
        yield from _sanity(english, form, expected)


def _blanks(form: str, may: set[str], must: set[str], spared: int) -> Iterator[Finding]:
    held = set(_BLANK.findall(form))
    if held - may:
        yield _error("blank", f"has {_named(held - may)}, which the English has not")
    if len(must - held) > spared:
        yield _error("blank", f"leaves out {_named(must - held)}")
    if _PERCENT.search(_without_blanks(form)):
        yield _error("blank", "has a % that begins no blank: a blank is %(name)s, a percent sign %%")


def _without_blanks(form: str) -> str:
    return _BLANK.sub("", form).replace("%%", "")


def _named(names: set[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names))


def _markup(english: str, form: str) -> Iterator[Finding]:
    if _LOOSE.search(form) and not _LOOSE.search(english):
        yield _error("tag", "has a < or & of its own: write &lt; and &amp;")
    wanted, held = Counter(_tags(english)), Counter(_tags(form))
    if wanted != held:
        left_out, added = wanted - held, held - wanted
        parts = [f"leaves out {' '.join(left_out)}"] if left_out else []
        parts += [f"has {' '.join(added)}, which the English has not"] if added else []
        yield _error("tag", " and ".join(parts))
    elif not _balanced(form) and _balanced(english):
        yield _error("tag", "closes its tags in another order than it opens them")


def _tags(text: str) -> list[str]:
    """The tags with their attributes, white space made even."""
    return [" ".join(tag.split()) for tag in _TAG.findall(text)]


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.well = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Closed at once."""

    def handle_endtag(self, tag: str) -> None:
        self.well = self.well and bool(self.open) and self.open.pop() == tag


def _balanced(text: str) -> bool:
    reader = _Balance()
    reader.feed(text)
    reader.close()
    return reader.well and not reader.open


def _unseen(form: str) -> Iterator[Finding]:
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co") and c not in "\n\t" for c in form):
        yield _error("character", "has a control character, or one that no font has")
    if _TURNING & set(form):
        yield _error("character", "has a mark that turns text around (U+202A to U+202E); use isolates")
    depth = 0
    for c in form:
        depth += (c in _ISOLATES) - (c == "\u2069")
        if depth < 0:
            break
    if depth != 0:
        yield _error("character", "opens or closes an isolate (U+2066 to U+2069) without the other")


def _figures(both: Sequence[str], form: str, expected: Expected, *, all_forms: bool) -> Iterator[Finding]:
    """Figures never change between languages. A citation may stand twice: translated, and as the code spells it; what
    the English says in words may be a figure."""
    said = _plain(form)
    if expected.digits == "latin":
        foreign = sorted({c for c in said if c.isdecimal() and not c.isascii()})
        if foreign:
            yield _error("digits", f"writes figures as {' '.join(foreign)}; figures are Latin in every language")
    held = _counted(_latin(said))
    wanted = [_counted(_plain(one)) for one in both]
    most = set().union(
        *wanted, (_IN_WORDS[word] for one in both for word in _LETTERS.findall(one) if word in _IN_WORDS)
    )
    # A plural form for one or two may say its number in words, or in the figure that it is for.
    least = wanted[-1] if not all_forms else Counter[str]()
    left_out = [figure for figure, count in least.items() if held[figure] < count]
    added = [figure for figure in held if figure not in most] if not all_forms else []
    if left_out or added:
        parts = [f"leaves out {', '.join(left_out)}"] if left_out else []
        parts += [f"has {', '.join(added)}, which the English has not"] if added else []
        yield _error("figure", " and ".join(parts))


def _plain(text: str) -> str:
    return _CODE.sub(" ", text)


def _latin(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def _counted(text: str) -> Counter[str]:
    return Counter(_FIGURE.findall(text))


def _kept(english: str, form: str, expected: Expected) -> Iterator[Finding]:
    """Addresses of the web, telephone numbers and names stand letter for letter as they do in the English."""
    bare, said = _plain(english), _plain(form)
    for pattern, what in ((_ADDRESS, "address"), (_PHONE, "phone")):
        wanted, held = set(pattern.findall(bare)), set(pattern.findall(said))
        if wanted != held:
            differing = ", ".join(sorted(wanted ^ held))
            yield _error(what, f"differs from the English in {differing}")
    lost = [name for name in expected.names if name in bare and name not in said]
    if lost:
        yield _error("name", f"does not have the name {', '.join(lost)} as it is written")


def _sanity(english: str, form: str, expected: Expected) -> Iterator[Finding]:
    bare, said = _plain(english).strip(), _plain(form).strip()
    if len(_WORD.findall(bare)) >= 2 and form.strip() == english.strip():
        yield Finding.warning("translation.copy", "is the English itself")
    elif len(bare) >= 40:
        dense = expected.language.partition("-")[0] in _DENSE
        low, high = (0.08, 1.5) if dense else (0.35, 2.5)
        if not low <= len(said) / len(bare) <= high:
            size = "short" if len(said) < len(bare) else "long"
            yield Finding.warning("translation.length", f"is very {size} for what the English says")


def _error(what: str, message: str) -> Finding:
    return Finding.error(f"translation.{what}", message)
