"""Jinja2, held tight: what a wording may say, and with what.

A template is data of someone else, so the language is cut down to what letters need. Wording is parsed, every
construct in it is looked up in a list of allowed ones (no macros, no imports, no captured blocks, no string
arithmetic, includes by constant name and without a circle), fields are read from ``Record`` values only, nothing
can be called, and ranges and output are capped. What this does not do: end a loop that counts for minutes; the
process that renders has a time limit for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

import jinja2
from jinja2 import meta, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from docservice.casefile.direction import RTL_CHARACTERS
from docservice.rendering import language as lang
from docservice.rendering.composing.values import Day, Missing, Period, Record, pack_words
from docservice.wording.messages import Messages

MAX_RANGE = 1000
MAX_NUMBER = 10**15
_RTL = re.compile(f"[{RTL_CHARACTERS}]")

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Include, nodes.Assign, nodes.With,
    nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call,
    nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Getattr, nodes.Getitem,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Neg,
)  # fmt: skip
_LOOP_FIELDS = {"index", "index0", "revindex", "revindex0", "first", "last", "length"}
_TESTS = (
    "defined",
    "undefined",
    "odd",
    "even",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "in",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What the composition under way speaks: its language and that language's messages.

    ``own_joints``: with the language's own marks beside facts (the step ``joints 1`` of an engine).
    """

    language: str
    messages: Messages
    own_joints: bool = True


speech: ContextVar[Speech] = ContextVar("speech")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one bundle: its templates compiled once, its files the only ones there are."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(
            loader=jinja2.FunctionLoader(partial(_source, files)),
            autoescape=True,
            undefined=Missing,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            finalize=printable,
        )
        self.policies["ext.i18n.trimmed"] = True
        self.newstyle_gettext = True
        self.globals.clear()
        self.globals.update({"gettext": _gettext, "ngettext": _ngettext, "range": _range})
        self.filters = dict(FILTERS)
        self.tests = {name: self.tests[name] for name in _TESTS}
        self._callable = frozenset({_gettext, _ngettext, _range})

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in _walk(tree):
            complaint = _complaint(node)
            if complaint:
                raise jinja2.TemplateSyntaxError(complaint, node.lineno or 1, name, filename)
        return tree

    def is_safe_callable(self, obj: Any) -> bool:
        return isinstance(obj, Callable) and obj in self._callable  # type: ignore[arg-type]

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not self.is_safe_callable(obj):  # Jinja's own message would show the object
            raise SecurityError("a value cannot be called")
        return super().call(context, obj, *args, **kwargs)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute.startswith("_"):
            raise SecurityError(f"“{attribute}” is not a field that wording may read")
        if type(obj) is Record:
            return obj.get(attribute)
        if isinstance(obj, Missing):
            return obj.child(attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_FIELDS:
            return getattr(obj, attribute)
        raise SecurityError(f"“{attribute}” is not a field that wording may read")

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(argument, str):
            return self.getattr(obj, str(argument))
        if isinstance(obj, Missing):
            return obj.child(argument)
        if isinstance(obj, tuple | list) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else Missing(name=f"[{argument}]")
        raise SecurityError("only fields of records and places of lists can be read")

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not (_is_number(left) and _is_number(right)) or operator not in {"+", "-", "*"}:
            raise SecurityError(f"“{operator}” works with numbers only")
        result = self.binop_table[operator](left, right)
        if abs(result) > MAX_NUMBER:
            raise SecurityError("the number is too big")
        return result


def include_circle(environment: Sandbox, start: str) -> str | None:
    """The name of a file that ``start`` includes and that includes itself again, or None."""

    def visit(name: str, above: tuple[str, ...]) -> str | None:
        if name in above:
            return name
        source, _, _ = environment.loader.get_source(environment, name)  # type: ignore[union-attr]
        for child in meta.find_referenced_templates(environment.parse(source, name)):
            found = visit(child, (*above, name)) if child else None
            if found:
                return found
        return None

    return visit(start, ())


def _source(files: Mapping[str, bytes], name: str) -> tuple[str, str, None] | None:
    data = files.get(name) if name.endswith(".html") else None
    return (data.decode(), name, None) if data is not None else None


def _walk(node: nodes.Node) -> list[nodes.Node]:
    found = [node]
    for at in found:
        found.extend(at.iter_child_nodes())
    return found


def _complaint(node: nodes.Node) -> str | None:
    if type(node) not in _NODES:
        return f"“{type(node).__name__.lower()}” may not be used in a wording"
    if isinstance(node, nodes.For) and node.recursive:
        return "a recursive loop may not be used in a wording"
    if isinstance(node, nodes.Include) and not isinstance(node.template, nodes.Const):
        return "an include needs the name of a file, not a value"
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        return f"“{node.name}” is not a name that wording may use"
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f"“{node.attr}” is not a field that wording may read"
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def printable(value: Any) -> Any:
    """What may be printed: texts, whole numbers and values that know how they are written."""
    if isinstance(value, str) or hasattr(value, "__html__"):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return lang.number(value)
    if isinstance(value, Decimal):
        return lang.number(value)
    kind = {Record: "a record: print one of its fields", tuple: "a list: use |listing or a loop"}.get(type(value))
    raise TypeError(f"cannot print {kind or type(value).__name__}")


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"a range may count to {MAX_RANGE} at most")
    return numbers


def _filled(text: str, variables: Mapping[str, Any]) -> Markup:
    return Markup(text) % {name: printable(value) for name, value in variables.items()}


@pass_context
def _gettext(_context: Context, text: str, /, **variables: Any) -> Markup:
    return _filled(speech.get().messages.gettext(text), variables)


@pass_context
def _ngettext(_context: Context, singular: str, plural: str, count: Any, /, **variables: Any) -> Markup:
    variables.setdefault("num", count)
    number = count if isinstance(count, int) else len(count)
    return _filled(speech.get().messages.ngettext(singular, plural, number), variables)


def _written_day(write: Callable[[Any, str], str]) -> Callable[[Any], Any]:
    def filtered(value: Any) -> Any:
        if isinstance(value, Missing):
            return value
        if not isinstance(value, Day):
            raise TypeError("is not a date")
        return value.written(write(value.value, value.language))

    return filtered


def _plain(value: Any) -> str:
    """The bare text, for an attribute."""
    return str(value)


def _present(items: Any) -> list[Any]:
    if isinstance(items, str) or not hasattr(items, "__iter__"):
        raise TypeError("is not a list")
    return [printable(item) for item in items]


def _lines(items: Any) -> Any:
    """One under the other: the lines of an address."""
    return items if isinstance(items, Missing) else Markup("<br/>").join(_present(items))


def _one_line(items: Any) -> Any:
    """An address in running text: its lines with commas between them, read in their own order in any text.

    A line in letters from the right (an office that the language has a name for) stands beside the others, not in
    their order, where it would come last.
    """
    if isinstance(items, Missing):
        return items
    if not speech.get().own_joints:
        return Markup('<bdi dir="ltr">%s</bdi>') % Markup(", ").join(_present(items))
    comma = "، " if lang.direction(speech.get().language) == "rtl" else ", "
    runs = []
    for from_right, lines in groupby(map(escape, _present(items)), lambda line: bool(_RTL.search(line.striptags()))):
        together = Markup(comma if from_right else ", ").join(lines)
        runs.append(together if from_right else Markup('<bdi dir="ltr">%s</bdi>') % together)
    return Markup(comma).join(runs)


def _listing(items: Any) -> Any:
    return items if isinstance(items, Missing) else lang.listing(_present(items), speech.get().language)


def _duration(count: Any, unit: str | None = None) -> Any:
    if isinstance(count, Missing):
        return count
    own = count.unit if isinstance(count, Period) else "day"
    return lang.duration(int(count), unit or own, speech.get().language)


def _ordinal(value: Any) -> Any:
    if isinstance(value, Missing):
        return value
    return lang.ordinal(int(value), speech.get().language, of_before=not pack_words.get())


def _percent(value: Any) -> Any:
    return value if isinstance(value, Missing) else lang.percent(value)


def _default(value: Any, instead: Any = "") -> Any:
    return instead if isinstance(value, Missing) else value


def _length(value: Any) -> int:
    if not isinstance(value, Sequence | Missing):
        raise TypeError("has no length")
    return len(value)


def _first(items: Any) -> Any:
    return items[0] if isinstance(items, Sequence) and items else _nothing(items)


def _last(items: Any) -> Any:
    return items[-1] if isinstance(items, Sequence) and items else _nothing(items)


def _nothing(items: Any) -> Missing:
    return items if isinstance(items, Missing) else Missing(name="first", known=True)


def _language_name(tag: Any) -> str:
    """A language by its own name, marked as being in it."""
    tag = str(tag)
    return Markup(f'<span lang="{escape(tag)}" dir="{lang.direction(tag)}">{escape(lang.language_name(tag))}</span>')


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _written_day(lang.long_date),
    "weekday": _written_day(lang.weekday_date),
    "short_date": _written_day(lang.short_date),
    "duration": _duration,
    "ordinal": _ordinal,
    "percent": _percent,
    "listing": _listing,
    "lines": _lines,
    "one_line": _one_line,
    "plain": _plain,
    "language_name": _language_name,
    "default": _default,
    "length": _length,
    "first": _first,
    "last": _last,
}
