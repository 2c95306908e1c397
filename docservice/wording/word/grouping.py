"""Items into lists: which of the paragraphs and tags that follow each other are one ``ul``, ``ol`` or ``dl``.

Word knows no lists, only paragraphs with a number or bullet; conditions and loops stand between them. A list reaches as
far as its items do, around a loop that gives nothing but items, and not around a condition that holds it whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from docservice.wording.word.tree import Element, Jinja, Node

OPENERS = {"if": "endif", "for": "endfor", "with": "endwith"}
_Complain = Callable[[str, str], None]
MIDDLES = {"else": ("if", "for"), "elif": ("if",)}


@dataclass(slots=True)
class ListItem:
    """An item of a list: ``li``, or ``dt`` and ``dd``, or the clause that has them."""

    elements: list[Element | Jinja]
    kind: str  # ul, ol, dl
    key: str  # which list
    level: int = 0
    ordinal: int | None = None  # its number, where it has one


@dataclass(slots=True)
class Branch:
    """A condition or loop with what stands in it: for each tag what follows it."""

    parts: list[tuple[Jinja, list[_Entry]]]
    end: Jinja
    inside: list[_Entry] = field(init=False)
    # Known once it is whole: branches stand in branches without end, and are asked often.
    key: str | None = field(init=False)
    level: int = field(init=False)

    def __post_init__(self) -> None:
        self.inside = [entry for _, entries in self.parts for entry in entries]
        self.level = min((_level(one) for one in self.inside), default=99)
        every = {_key(one) for one in self.inside}
        keys = {key for one in self.inside if _level(one) == self.level and (key := _key(one))}
        self.key = None if None in every or len(keys) > 1 else next(iter(keys), "")


_Entry = ListItem | Branch | Element | Jinja


def grouped(entries: list[Node | ListItem], complain: _Complain) -> list[Node]:
    """``entries`` with their items in lists."""
    return _lists(_folded(entries, complain), complain)


def _folded(entries: list[Node | ListItem], complain: _Complain) -> list[_Entry]:
    result: list[_Entry] = []
    open_: list[list[tuple[Jinja, list[_Entry]]]] = []

    def here() -> list[_Entry]:
        return open_[-1][-1][1] if open_ else result

    for entry in entries:
        word = entry.word if isinstance(entry, Jinja) else ""
        if isinstance(entry, Jinja) and word in OPENERS:
            open_.append([(entry, [])])
        elif isinstance(entry, Jinja) and word in MIDDLES and open_ and open_[-1][0][0].word in MIDDLES[word]:
            open_[-1].append((entry, []))
        elif isinstance(entry, Jinja) and open_ and word == OPENERS[open_[-1][0][0].word]:
            branch = Branch(open_.pop(), entry)
            here().append(branch)
        else:
            if word in (*MIDDLES, *OPENERS.values()):
                complain("word.unbalanced", f"the tag {entry.source} belongs to nothing here")  # type: ignore[union-attr]
            here().append(entry)  # type: ignore[arg-type]
    while open_:
        parts = open_.pop()
        complain("word.unbalanced", f"the tag {parts[0][0].source} is not ended where it begins")
        for tag, inside in parts:
            here().append(tag)
            here().extend(inside)
    return result


def _key(entry: _Entry) -> str | None:
    """The list that an entry is of, all of it; None when it is of none, empty when it does not matter."""
    if isinstance(entry, ListItem):
        return f"{entry.kind} {entry.key}"
    if isinstance(entry, Branch):
        return entry.key
    return "" if isinstance(entry, Jinja) and entry.word == "set" else None


def _level(entry: _Entry) -> int:
    return entry.level if isinstance(entry, ListItem | Branch) else 99


def _lists(entries: list[_Entry], complain: _Complain) -> list[Node]:
    result: list[Node] = []
    varying: set[str] = set()  # lists of which a condition or loop before decides how many items there are
    at = 0
    while at < len(entries):
        entry = entries[at]
        key, base = _key(entry), _level(entry)
        if not key:
            result += _apart(entry, complain)
            varying |= _numbered(entry)
            at += 1
            continue
        run = [entry]
        while at + len(run) < len(entries):
            following = entries[at + len(run)]
            deeper = _key(following) and base < _level(following) < 99
            if (_key(following) != key and not deeper) or _jumps(run, following, base):
                break
            run.append(following)
        at += len(run)
        loops = any(isinstance(one, Branch) and one.parts[0][0].word == "for" for one in run)
        if len(run) > 1 or isinstance(entry, ListItem) or loops:
            kind, found = _kind(run), _ordinal(run)
            first = 1 if found is None else found
            if kind == "ol" and first != 1 and key in varying:
                message = f"the list goes on with {first} as in Word, whatever the loop or condition before it gives"
                complain("word.numbering", message)
            attributes = {"start": str(first)} if kind == "ol" and first != 1 else {}
            result.append(Element(kind, attributes, _items(run, base, complain)))
        else:
            result += _apart(entry, complain)
        for one in run:
            varying |= _numbered(one)
    return result


def _numbered(entry: _Entry) -> set[str]:
    """The lists with numbers that a condition or loop has items of."""
    if not isinstance(entry, Branch):
        return set()
    inside = (_numbered(one) if isinstance(one, Branch) else {_key(one)} for one in entry.inside if _key(one))
    return {key for keys in inside for key in keys if key and key.startswith("ol")}


def _apart(entry: _Entry, complain: _Complain) -> list[Node]:
    if isinstance(entry, Branch):
        found: list[Node] = []
        for tag, inside in entry.parts:
            found += [tag, *_lists(inside, complain)]
        return [*found, entry.end]
    if isinstance(entry, ListItem):
        return list(entry.elements)
    return [entry]


def _kind(entries: list[_Entry]) -> str:
    for entry in entries:
        if isinstance(entry, ListItem):
            return entry.kind
        if isinstance(entry, Branch) and (found := _kind(entry.inside)):
            return found
    return ""


def _jumps(run: list[_Entry], following: _Entry, base: int) -> bool:
    """Whether Word shows another number than the next: something that was counted is not there, or it begins anew."""
    last = run[-1]
    plain = isinstance(following, ListItem) and isinstance(last, ListItem) and following.level == last.level == base
    if not plain or following.ordinal is None or last.ordinal is None:  # type: ignore[union-attr]
        return False
    return following.ordinal != last.ordinal + 1  # type: ignore[union-attr]


def _ordinal(entries: list[_Entry]) -> int | None:
    """The number of the first item, as Word shows it."""
    for entry in entries:
        if isinstance(entry, ListItem | Branch):
            found = entry.ordinal if isinstance(entry, ListItem) else _ordinal(entry.inside)
            if found is not None:
                return found
    return None


def _items(entries: list[_Entry], base: int, complain: _Complain) -> list[Node]:
    result: list[Node] = []
    at = 0
    while at < len(entries):
        entry = entries[at]
        if base < _level(entry) < 99:
            deeper = [entry]
            while at + len(deeper) < len(entries) and base < _level(entries[at + len(deeper)]) < 99:
                deeper.append(entries[at + len(deeper)])
            at += len(deeper)
            last = next((one for one in reversed(result) if isinstance(one, Element)), None)
            if last is not None:
                last.children += _lists(deeper, complain)
            else:
                result += _items(deeper, min(map(_level, deeper)), complain)
            continue
        at += 1
        if isinstance(entry, ListItem):
            result += entry.elements
        elif isinstance(entry, Branch):
            for tag, inside in entry.parts:
                result += [tag, *_items(inside, base, complain)]
            result.append(entry.end)
        else:
            result.append(entry)
    return result
