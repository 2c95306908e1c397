"""Word's own fields (``PAGE``, ``HYPERLINK`` …): what they do, which may be in a letter, where a link leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What a field may be: it shows something of the document itself. Any other is refused, DDE and INCLUDETEXT first.
_ALLOWED = frozenset(
    """
    page numpages sectionpages section date time createdate savedate printdate title author subject filename ref pageref
    noteref styleref seq toc tc xe index hyperlink mergefield symbol = eq formtext formcheckbox formdropdown
    """.split()  # noqa: SIM905
)
_LINK = re.compile(r"(https?:|mailto:|tel:|#|%7B%7B|\{\{)", re.I)
_ARGUMENT = re.compile(r'["“”]([^"“”]*)["“”]|(\S+)')
_WITH_ARGUMENT = ("\\l", "\\o", "\\t", "\\s")  # switches of HYPERLINK that say something after them


def instructions(root: Any) -> Iterator[str]:
    """What the fields of a part do. Word may split an instruction over runs, and nest fields in it to hide a word."""
    for simple in root.iter(f"{_W}fldSimple"):
        yield simple.get(f"{_W}instr") or ""
    open_: list[list[str]] = []
    for element in root.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}delInstrText"):
        if element.tag != f"{_W}fldChar":
            if open_:
                open_[-1].append(element.text or "")
            else:
                yield element.text or ""
            continue
        kind = element.get(f"{_W}fldCharType")
        if kind == "begin":
            open_.append([])
        elif kind == "end" and open_:
            yield "".join(open_.pop())
    for unfinished in open_:
        yield "".join(unfinished)


def name(instruction: str) -> str:
    """The word that says what a field is, in capitals; empty when there is none."""
    return (re.match(r"\s*(=|[^\s\\]+)", instruction) or [""])[0].strip().upper()


def may_be(instruction: str) -> bool:
    """Whether a letter may have this field."""
    return name(instruction).lower() in _ALLOWED


def address(instruction: str) -> str | None:
    """Where a HYPERLINK leads outside of the file; None for any other field, and for a place in the file itself."""
    if name(instruction) != "HYPERLINK":
        return None
    words = [match[1] if match[1] is not None else match[2] for match in _ARGUMENT.finditer(instruction)][1:]
    skip = False
    for word in words:
        if skip or (word.startswith("\\") and len(word) == 2):
            skip = not skip and word.lower() in _WITH_ARGUMENT
        else:
            return word.strip()
    return None


def may_lead(target: str) -> bool:
    """Whether a link may lead there: to the web, a mailbox, a telephone, into the letter, or where a field says."""
    return _LINK.match(target.strip()) is not None
