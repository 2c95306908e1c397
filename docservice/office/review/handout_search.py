"""Handouts by what they say: words of the reader, in the titles and sentences of every handout in their language.

Case, accents and marks do not matter. A word counts where it begins one (``fence`` finds *fences*); in scripts that
write no spaces, anywhere. English words find a handout in any language by its English title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from docservice.office.means.means import Means
from docservice.office.review import handout_list
from docservice.office.review.handout_list import ListedHandout
from docservice.recent import RecentShelf
from docservice.wording.bundle import Bundle
from docservice.wording.messages import sentences

MOST_WORDS = 8
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NOT_TEXT = re.compile(r"<[^>]+>|%\(\w+\)s|\{\w+\}")
_WORDS = re.compile(r"[\w½]+")
_WORTH = (12, 6, 1)  # of a word in the question, in the title, in a sentence

_said: RecentShelf[tuple[str, ...]] = RecentShelf(512)


@dataclass(frozen=True, slots=True)
class FoundHandout:
    """A handout, and the sentence of it that has most of what was looked for, empty where the title says it."""

    handout: ListedHandout
    sentence: str


def found(means: Means, words: str, language: str = "en") -> tuple[FoundHandout, ...]:
    """The handouts in force today that have every one of ``words``, the likeliest first; none without words."""
    wanted = [_pattern(one) for one in _WORDS.findall(folded(words))[:MOST_WORDS]]
    if not wanted:
        return ()
    hits = []
    for place, one in enumerate(handout_list.handouts(means, language)):
        said = _sentences(handout_list.spoken(means, one.key, one.language), one.language)
        worth, sentence = _weigh(wanted, one, said)
        if worth:
            hits.append((-worth, place, FoundHandout(one, sentence)))
    return tuple(hit for _, _, hit in sorted(hits, key=lambda hit: hit[:2]))


def folded(text: str) -> str:
    """Text as it is compared: no capitals, accents, vowel points or wide letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn" or _UNSPACED.match(letter))


def _pattern(word: str) -> re.Pattern[str]:
    if _UNSPACED.search(word):
        return re.compile(re.escape(word))
    if len(word) > 4 and word.isascii():
        word = word.removesuffix("s")  # “fences” finds *fence*
    # An Arabic word may have the article, a conjunction or a preposition written to it.
    before = "(?:ال|وال|بال|لل|فال)?" if "\u0600" <= word[0] <= "\u06ff" else ""
    return re.compile(rf"(?<!\w){before}{re.escape(word)}")


def _weigh(wanted: Sequence[re.Pattern[str]], one: ListedHandout, said: Sequence[str]) -> tuple[int, str]:
    """What a handout is worth to somebody who looks for all of ``wanted``, 0 if it lacks one; and its best sentence."""
    question, title = folded(one.question), folded(one.title)
    texts = [folded(sentence) for sentence in said]
    total, in_title = 0, True
    for pattern in wanted:
        times = sum(1 for text in texts if pattern.search(text))
        named = bool(pattern.search(question)) * _WORTH[0] + bool(pattern.search(title)) * _WORTH[1]
        if not times and not named:
            return 0, ""
        total += named + times * _WORTH[2]
        in_title = in_title and bool(named)
    if in_title:
        return total, ""
    counts = [sum(1 for pattern in wanted if pattern.search(text)) for text in texts]
    best = max(range(len(texts)), key=lambda number: (counts[number], -len(texts[number])))
    return total, said[best]


def _sentences(bundle: Bundle, language: str) -> tuple[str, ...]:
    """What a handout says in a language, sentence by sentence, without what all handouts say."""

    def read() -> tuple[str, ...]:
        speaking, told = bundle.messages(language), []
        for one in sentences(bundle.files[bundle.wording_path], bundle.wording_path):
            try:
                text = speaking.gettext(one.text)
            except KeyError:
                text = one.text
            told.append(" ".join(_NOT_TEXT.sub("…", text).split()))
        return tuple(told)

    return _said.take((bundle.sha256, language), read)
