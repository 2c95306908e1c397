"""Which of the languages that something is offered in is the reader's own, by what their browser says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# What browsers call a language that is offered under another tag.
_CALLED = {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh": "zh-Hans", "fil": "tl"}


def best(wanted: Iterable[str], offered: Sequence[str]) -> str:
    """The first of ``wanted`` (BCP 47, the dearest first) that is ``offered``, or whose language is; else English."""
    known = {tag.casefold(): tag for tag in offered}
    for tag in wanted:
        parts = tag.casefold().split("-")
        for short in ("-".join(parts[:size]) for size in range(len(parts), 0, -1)):
            found = known.get(short) or known.get(_CALLED.get(short, "").casefold())
            if found is not None:
                return found
    return "en"
