"""Lists in a fact's text, as people paste them from Word, Outlook and the web: bullets and numbers at line starts.

What looks like a list becomes one, numbered as it was pasted; what only begins with a dash or "5." stays as it is. A
bullet character is sure by itself; a hyphen, an ``o`` or a number is, where the line below goes on with it. What is
nested stands farther in, or counts otherwise between two items of the list above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# Bullets of fonts and of Word (private use: Symbol and Wingdings, U+F020 to U+F0FF). Ticks and boxes say something, and
# stay.
_BULLETS = "•●·∙⁃‣⁌⁍○◦▪■□▫◾◼❖➢➤►▸▶"
_PRIVATE = "\uf020-\uf0ff"
# In the order in which Word nests its own.
_DEEPER = {"•": 0, "\uf0b7": 0, "·": 0, "●": 0, "\uf06c": 0, "o": 1, "○": 1, "◦": 1, "▪": 2, "■": 2, "\uf0a7": 2}
_UNSURE = "-–—‐‑−*o"  # a bullet only where another follows
_SPACE = r"[^\S\n]"
_MARK = re.compile(
    rf"(?P<indent>{_SPACE}*)(?:(?P<bullet>[{_PRIVATE}{re.escape(_BULLETS)}]){_SPACE}*|"
    rf"(?:(?P<unsure>[{re.escape(_UNSURE)}])|"
    rf"(?P<open>\()?(?P<number>\d{{1,3}}|[A-Za-z]|[ivxlc]{{2,7}}|[IVXLC]{{2,7}})(?P<close>[.)])){_SPACE}+)(?P<text>\S.*)",
)
_ROMAN = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))
_INDENTED = 2  # columns by which a line stands farther in


@dataclass(slots=True)
class PastedItem:
    """One item: its text (lines with ``\\n``), and the lists below it."""

    text: str
    below: list[Listed] = field(default_factory=list)


@dataclass(slots=True)
class Listed:
    """A list. ``numbering`` is None for bullets, else Typst's pattern: ``1.``, ``1)``, ``(a)``, ``I.``"""

    numbering: str | None
    start: int
    items: list[PastedItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    indent: int
    text: str
    bullet: str = ""
    # How it may count: pattern and value; an "i." is a letter and a Roman number.
    numbers: tuple[tuple[str, int], ...] = ()

    @property
    def marked(self) -> bool:
        return bool(self.bullet or self.numbers)


def parts(text: str) -> tuple[str | Listed, ...]:
    """A fact's text in paragraphs (lines with ``\\n``) and lists, in order; one string where there is no list."""
    lines = [_line(line) for line in text.split("\n")]
    if not any(line.marked for line in lines):
        return (text,)
    found: list[str | Listed] = []
    plain: list[str] = []
    at = 0
    raw = text.split("\n")
    while at < len(lines):
        taken, made = _list(lines, at) if lines[at].marked else (0, None)
        if made is None:
            plain.append(raw[at])
            at += 1
        else:
            if any(line.strip() for line in plain):
                found.append("\n".join(plain).strip("\n"))
            plain = []
            found.append(made)
            at += taken
    if any(line.strip() for line in plain):
        found.append("\n".join(plain).strip("\n"))
    return tuple(found) if any(isinstance(one, Listed) for one in found) else (text,)


def words(text: str) -> str:
    """The text as it is printed: without the marks that became those of a list."""
    return "\n".join(_words(parts(text)))


def _words(found: Sequence[str | Listed]) -> Iterator[str]:
    for one in found:
        if isinstance(one, str):
            yield one
        else:
            for item in one.items:
                yield item.text
                yield from _words(item.below)


def _line(line: str) -> _Line:
    found = _MARK.fullmatch(line.rstrip())
    if found is None:
        return _Line(len(line) - len(line.lstrip()), line.strip())
    indent, text = len(found["indent"]), found["text"]
    bullet = found["bullet"] or found["unsure"]
    if bullet:
        return _Line(indent, text, bullet)
    if bool(found["open"]) and found["close"] != ")":
        return _Line(indent, line.strip())
    around = f"{found['open'] or ''}{{}}{found['close']}"
    return _Line(indent, text, "", tuple((around.format(kind), value) for kind, value in _values(found["number"])))


def _values(number: str) -> Iterator[tuple[str, int]]:
    if number.isdecimal():
        yield "1", int(number)
        return
    lower = number.lower()
    kind = "a" if number.islower() else "A"
    if len(number) == 1:
        yield kind, ord(lower) - ord("a") + 1
    value, rest = 0, lower
    for sign, worth in _ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest[len(sign) :]
    if not rest and _roman(value) == lower:
        yield ("i" if kind == "a" else "I"), value


def _roman(value: int) -> str:
    said = ""
    for sign, worth in _ROMAN:
        while value >= worth:
            said, value = said + sign, value - worth
    return said


@dataclass(slots=True)
class _Open:
    """A list that is being read: how its items are marked, and where the last one stands."""

    made: Listed
    indent: int
    bullet: str = ""
    counted: tuple[tuple[str, int], ...] = ()

    def goes_on(self, line: _Line) -> tuple[tuple[str, int], ...] | None:
        """What ``line`` counts as when it is the next item; None when it is not."""
        if self.bullet or line.bullet:
            return () if self.bullet == line.bullet else None
        return tuple((kind, value) for kind, value in line.numbers if (kind, value - 1) in self.counted) or None


def _list(lines: Sequence[_Line], at: int) -> tuple[int, Listed | None]:
    """The list that begins in line ``at``, and how many lines it takes; (0, None) when it is not sure to be one."""
    run, end = _run(lines, at)
    if not _sure(run):
        return 0, None
    first = _opened(run[0], run[1:])
    open_lists = [first]
    for place, line in enumerate(run[1:], 1):
        if not line.marked:
            _deepest(open_lists).text += "\n" + line.text
            continue
        level = _level(open_lists, line, run[place + 1 :])
        if level is None:  # another list begins
            return _index(lines, at, place), first.made
        if level == len(open_lists):
            below = _opened(line, run[place + 1 :])
            _deepest(open_lists).below.append(below.made)
            open_lists.append(below)
        else:
            del open_lists[level + 1 :]
            counted = open_lists[level].goes_on(line) or ()
            open_lists[level].counted = counted
            open_lists[level].made.items.append(PastedItem(line.text))
            if counted and len(open_lists[level].made.items) == 2:
                open_lists[level].made.numbering = counted[0][0]
                open_lists[level].made.start = counted[0][1] - 1
    return end, first.made


def _run(lines: Sequence[_Line], at: int) -> tuple[list[_Line], int]:
    """Marked lines that follow one another, with what continues them; and the lines that they take."""
    run, end = [lines[at]], 1
    place = at + 1
    while place < len(lines):
        line = lines[place]
        if not line.text:  # one blank line may stand between items
            after = lines[place + 1] if place + 1 < len(lines) else None
            if after is None or not after.marked:
                break
        elif line.marked or line.indent >= run[0].indent + _INDENTED:
            run.append(line)
            end = place - at + 1
        else:
            break
        place += 1
    return run, end


def _index(lines: Sequence[_Line], at: int, place: int) -> int:
    """How many lines from ``at`` the first ``place`` lines of a run take."""
    seen = 0
    for index in range(at, len(lines)):
        if lines[index].text:
            if seen == place:
                return index - at
            seen += 1
    return len(lines) - at


def _sure(run: Sequence[_Line]) -> bool:
    first = run[0]
    if first.bullet and first.bullet not in _UNSURE:
        return True
    opened = _Open(Listed(None, 1), first.indent, first.bullet, first.numbers)
    return any(opened.goes_on(line) is not None and line.indent <= first.indent + 1 for line in run[1:] if line.marked)


def _opened(line: _Line, after: Sequence[_Line]) -> _Open:
    """A list that begins with ``line``; the item after it says whether "i." counts as a letter."""
    numbers = line.numbers
    for later in after:
        goes_on = [(kind, value - 1) for kind, value in later.numbers if (kind, value - 1) in numbers]
        if goes_on:
            numbers = tuple(goes_on)
            break
    # Without one that says so, a lone "i." is the first of Roman numbers, and a lone "c." a letter.
    kind, value = min(numbers, key=lambda one: (one[1] != 1, one[1])) if numbers else (None, 1)
    made = Listed(kind, value, [PastedItem(line.text)])
    return _Open(made, line.indent, line.bullet, numbers)


def _level(open_lists: Sequence[_Open], line: _Line, after: Sequence[_Line]) -> int | None:
    """The list that ``line`` is the next item of; the number of open ones for a list below; None for another list."""
    last = open_lists[-1]
    deeper = line.indent >= last.indent + _INDENTED
    if deeper:
        return len(open_lists)
    for level in range(len(open_lists) - 1, -1, -1):
        known = open_lists[level]
        if known.goes_on(line) is not None and abs(known.indent - line.indent) < _INDENTED:
            return level
    # Not farther in, and otherwise marked: below, where Word nests it so or where the list above goes on after it.
    ranked = _DEEPER.get(line.bullet, -1) > _DEEPER.get(last.bullet, 9)
    begins = bool(line.bullet) or any(value == 1 for _, value in line.numbers)
    if line.indent == last.indent and (ranked or (begins and _taken_up(open_lists, after))):
        return len(open_lists)
    return None


def _taken_up(open_lists: Sequence[_Open], after: Sequence[_Line]) -> bool:
    return any(known.goes_on(line) is not None for known in open_lists for line in after if line.marked)


def _deepest(open_lists: Sequence[_Open]) -> PastedItem:
    return open_lists[-1].made.items[-1]
