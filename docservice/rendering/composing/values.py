"""The values that a wording prints: each knows where it comes from and how it is written.

A text is a ``Fact``, a date a ``Day``, an amount a ``Money``: printing one gives an element that carries its
provenance (``data-fact``), its machine value (``datetime``, ``value``) and, in right-to-left text, its own
isolation. ``Record`` is the only thing with fields; ``Missing`` stands wherever a value is not there, shows itself
in red and is remembered. Nothing here has methods that a template could reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import date, time
from decimal import Decimal
from functools import total_ordering
from types import MappingProxyType
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup, escape

from docservice.rendering import language as lang

unresolved: ContextVar[dict[str, None]] = ContextVar("unresolved")
"""Paths of the missing values printed so far by the composition under way, in order."""


pack_words: ContextVar[Mapping[str, str]] = ContextVar("pack_words", default=MappingProxyType({}))
"""What the language of the composition under way says for strings of the town's rules, by the English."""


class Fact(str):
    """A text of the casefile or town pack. ``language`` is set where it differs from the document's."""

    __slots__ = ("language", "latin", "pointer")
    pointer: str
    language: str | None
    latin: Fact | None

    def __new__(cls, text: str, pointer: str, language: str | None = None, latin: Fact | None = None) -> Fact:
        fact = super().__new__(cls, text)
        fact.pointer = pointer
        fact.language = language
        fact.latin = latin
        return fact

    def __html__(self) -> str:
        said = pack_words.get().get(str(self)) if self.language == "en" else None
        spoken = f' lang="{escape(self.language)}"' if self.language and said is None else ""
        text = escape(said or str(self)).replace("\n", Markup("<br/>"))
        shown = f'<bdi data-fact="{escape(self.pointer)}"{spoken}>{text}</bdi>'
        return f"{shown} ({self.latin.__html__()})" if self.latin else shown


@total_ordering
class Day:
    """A date. ``deadline`` names the computed date that it is (``contest-by``), else ``pointer`` its place."""

    __slots__ = ("deadline", "language", "pointer", "value")

    def __init__(self, value: date, language: str, *, pointer: str = "", deadline: str = "") -> None:
        self.value, self.language, self.pointer, self.deadline = value, language, pointer, deadline

    def written(self, text: str) -> Markup:
        """This date as ``text``, marked."""
        if self.deadline:
            mark = f' data-deadline="{escape(self.deadline)}"'
        else:
            mark = f' data-fact="{escape(self.pointer)}"' if self.pointer else ""
        return Markup(f'<time datetime="{self.value.isoformat()}"{mark}>{escape(text)}</time>')

    def __html__(self) -> str:
        return self.written(lang.long_date(self.value, self.language))

    def __str__(self) -> str:
        return lang.long_date(self.value, self.language)

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Day) else NotImplemented

    def __lt__(self, other: Day) -> bool:
        return self.value < other.value

    def __hash__(self) -> int:
        return hash(self.value)


class Clock:
    """A time of day."""

    __slots__ = ("language", "pointer", "value")

    def __init__(self, value: time, language: str, pointer: str = "") -> None:
        self.value, self.language, self.pointer = value, language, pointer

    def __html__(self) -> str:
        mark = f' data-fact="{escape(self.pointer)}"' if self.pointer else ""
        return f'<time datetime="{self.value:%H:%M}"{mark}>{escape(str(self))}</time>'

    def __str__(self) -> str:
        return lang.long_time(self.value, self.language)


class DayOfYear:
    """A day that comes every year, such as the first of a season; the year of ``value`` says nothing."""

    __slots__ = ("language", "value")

    def __init__(self, value: date, language: str) -> None:
        self.value, self.language = value, language

    def __html__(self) -> str:
        return f'<time datetime="{self.value:%m-%d}">{escape(str(self))}</time>'

    def __str__(self) -> str:
        return lang.day_of_year(self.value, self.language)


class Money:
    """An amount in US dollars; ``name`` says which one it is (``fine-total``)."""

    __slots__ = ("name", "value")

    def __init__(self, value: Decimal, name: str) -> None:
        self.value, self.name = value, name

    def __html__(self) -> str:
        return f'<data value="{self.value:.2f}" data-amount="{escape(self.name)}">{escape(str(self))}</data>'

    def __str__(self) -> str:
        return lang.money(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if isinstance(other, Money) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)


class Period(int):
    """A number of the rules with what it counts (``day``, ``month``): printed by the filter ``duration``."""

    unit: str

    def __new__(cls, count: int, unit: str) -> Period:
        period = super().__new__(cls, count)
        period.unit = unit
        return period


class Record:
    """Named values. A field without a value, or a name that is no field, is ``Missing``.

    Of an ``open`` one every name is a field: lint knows which there are.
    """

    __slots__ = ("_open", "_path", "_values")

    def __init__(self, path: str, values: Mapping[str, Any], *, open: bool = False) -> None:
        self._path, self._open = path, open
        self._values = MappingProxyType(dict(values))

    def get(self, name: str) -> Any:
        """The field ``name``; ``contest_by`` also finds ``contest-by``."""
        values = self._values
        found = values.get(name)
        if found is None and "_" in name and name not in values:
            hyphened = name.replace("_", "-")
            if hyphened in values:
                name, found = hyphened, values[hyphened]
        if found is None:
            return Missing(name=f"{self._path}.{name}", known=self._open or name in values)
        return found

    @staticmethod
    def absent(name: str) -> Missing:
        """What stands for a record that the case does not have."""
        return Missing(name=name, known=True)

    def names(self) -> tuple[str, ...]:
        """The names of all its fields."""
        return tuple(self._values)


class Missing(Undefined):
    """A value that is not there.

    An optional field may be asked for (``{% if permit %}``); printing it, or asking for a name that no record
    has, counts as unresolved.
    """

    __slots__ = ("known",)

    def __init__(
        self, hint: str | None = None, obj: Any = None, name: Any = None, exc: Any = None, *, known: bool = False
    ) -> None:
        super().__init__(hint, obj, name)
        self.known = known

    @property
    def path(self) -> str:
        return str(self._undefined_name)

    def child(self, name: object) -> Missing:
        """What a field of nothing is: nothing."""
        return Missing(name=f"{self.path}.{name}", known=self.known)

    def note(self) -> None:
        """Remember that the document needed this value."""
        unresolved.get().setdefault(self.path)

    def _ask(self) -> None:
        if not self.known:
            self.note()

    def __html__(self) -> str:
        self.note()
        return f'<mark data-unresolved="{escape(self.path)}">[{escape(self.path)}]</mark>'

    def __str__(self) -> str:
        self.note()
        return f"[{self.path}]"

    def __bool__(self) -> bool:
        self._ask()
        return False

    def __iter__(self) -> Iterator[Any]:
        self._ask()
        return iter(())

    def __len__(self) -> int:
        self._ask()
        return 0

    def __contains__(self, item: object) -> bool:
        self._ask()
        return False

    def __eq__(self, other: object) -> bool:
        self._ask()
        return isinstance(other, Missing)

    def __hash__(self) -> int:
        return hash(self.path)
