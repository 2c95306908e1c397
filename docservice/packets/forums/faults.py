"""What a check of a profile's rule sees, and where: the words that all checks share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from docservice.packets.forums.form import Form
from docservice.packets.forums.rules import Rule


class Fault(NamedTuple):
    """What is wrong, on which page (from 1; 0: no page) of which part (place in the contents; ``None``: the page's)."""

    text: str
    page: int = 0
    part: int | None = None


Check = Callable[[Rule[Any], Form], Iterator[Fault]]


def number_of(printed: str) -> int | None:
    """The number that a page bears, if it is a whole one."""
    return int(printed) if re.fullmatch(r"[0-9]+", printed) else None


def listed(form: Form, pages: Sequence[int]) -> str:
    """Pages by their printed numbers: ``page 57``, ``pages 57–60 and 63``; ``(3 of 90)`` where none is printed."""
    if not pages:
        return ""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    shown = [run if len(run) < 2 else [run[0], run[-1]] for run in runs]
    texts = ["–".join(_printed(form, page) for page in run) for run in shown]
    if len(texts) > 8:
        texts = [*texts[:7], f"{len(texts) - 7} more"]
    text = texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
    return f"page {text}" if len(set(pages)) == 1 else f"pages {text}"


def _printed(form: Form, page: int) -> str:
    return (form.pages[page - 1].printed if page <= len(form.pages) else "") or f"({page} of {len(form.pages)})"
