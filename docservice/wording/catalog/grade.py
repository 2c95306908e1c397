"""How hard a text is to read, as a US school grade (Flesch–Kincaid; Kincaid et al. 1975), over sentences of a wording.

What the public gets reads at grade 6 to 8 (docs/domain.md, Language). Quoted law and the names of things are exempt: a
citation in brackets is not counted, and a field counts as one short word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from docservice.wording.messages import Sentence

HIGHEST = 8.0
_SHORTEST = 5  # words; headings and labels are no sentences
_FIELD = re.compile(r"%\(\w+\)s")
_CITATION = re.compile(r"\([A-Z][^)]*section[^)]*\)|[“\"][^”\"]*[”\"]")
_WORD = re.compile(r"[A-Za-z’']+")
_END = re.compile(r"[.!?:](?:\s|$)")
_SYLLABLE = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"e\b")


def grade(text: str) -> float:
    """The Flesch–Kincaid grade of an English text; 0 when it has no words."""
    bare = _FIELD.sub("it", _CITATION.sub("", text))
    words = _WORD.findall(bare)
    if not words:
        return 0.0
    ends = max(len(_END.findall(bare)), 1)
    syllables = sum(max(len(_SYLLABLE.findall(_SILENT.sub("", word.lower()))), 1) for word in words)
    return 0.39 * len(words) / ends + 11.8 * syllables / len(words) - 15.59


def sentences_counted(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Those that are sentences, not headings or labels."""
    return tuple(one for one in sentences if len(one.text.split()) >= _SHORTEST)


def hardest(sentences: Iterable[Sentence]) -> Sentence | None:
    """The sentence that is hardest to read."""
    return max(sentences_counted(sentences), key=lambda one: grade(one.text), default=None)
