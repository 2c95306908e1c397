"""Jinja expressions as text: as the wording says them, and as a reader would.

``source`` gives one spelling for one expression, whatever white space or quotes the author used, so that it can be
compared. ``reading`` names a field in words (``deadlines.contest_by|weekday`` → "deadlines contest by, with weekday"),
``condition`` says when something is printed ("there is help", "document language is not “en”").
"""

from __future__ import annotations

from jinja2 import nodes

_OPERATORS = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip
_SPOKEN = {
    "eq": "is", "ne": "is not", "lt": "is less than", "lteq": "is at most", "gt": "is more than",
    "gteq": "is at least", "in": "is one of", "notin": "is none of",
}  # fmt: skip
_ARITHMETIC = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%"}
_FILTERS = {
    "date": "{}, as a date",
    "weekday": "{}, with weekday",
    "short_date": "{}, as a short date",
    "listing": "{}, as a list",
    "one_line": "{}, on one line",
    "lines": "{}, line by line",
    "ordinal": "{}, as an ordinal",
    "percent": "{}, in percent",
    "language_name": "name of {}",
    "length": "number of {}",
    "first": "first of {}",
    "last": "last of {}",
    "plain": "{}",
}


def source(node: nodes.Node) -> str:
    """The expression as Jinja would read it again."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Const():
            return f'"{node.value}"' if isinstance(node.value, str) else str(node.value).lower()
        case nodes.Getattr():
            return f"{source(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{source(node.node)}[{source(node.arg)}]"
        case nodes.Filter():
            return f"{source(node.node) if node.node else ''}|{node.name}{_arguments(node)}"
        case nodes.Test():
            return f"{source(node.node)} is {node.name}{_arguments(node)}"
        case nodes.Call():
            return f"{source(node.node)}{_arguments(node) or '()'}"
        case nodes.Not():
            return f"not {source(node.node)}"
        case nodes.Neg():
            return f"-{source(node.node)}"
        case nodes.And() | nodes.Or():
            word = "and" if isinstance(node, nodes.And) else "or"
            return f"({source(node.left)} {word} {source(node.right)})"
        case nodes.Compare():
            return source(node.expr) + "".join(f" {_OPERATORS.get(o.op, o.op)} {source(o.expr)}" for o in node.ops)
        case nodes.CondExpr():
            instead = f" else {source(node.expr2)}" if node.expr2 else ""
            return f"{source(node.expr1)} if {source(node.test)}{instead}"
        case nodes.List() | nodes.Tuple():
            return f"[{', '.join(map(source, node.items))}]"
        case nodes.BinExpr():
            return f"({source(node.left)} {_ARITHMETIC.get(type(node), '?')} {source(node.right)})"
    return type(node).__name__.lower()


def _arguments(node: nodes.Filter | nodes.Test | nodes.Call) -> str:
    given = [source(argument) for argument in node.args]
    given += [f"{pair.key}={source(pair.value)}" for pair in node.kwargs if isinstance(pair, nodes.Keyword)]
    return f"({', '.join(given)})" if given else ""


def reading(node: nodes.Node) -> str:
    """The expression in words."""
    match node:
        case nodes.Name():
            return node.name.replace("_", " ")
        case nodes.Const():
            return f"“{node.value}”" if isinstance(node.value, str) else str(node.value).lower()
        case nodes.Getattr():
            return f"{reading(node.node)} {node.attr.replace('_', ' ')}"
        case nodes.Filter() if node.node is not None:
            inner = reading(node.node)
            if node.name == "default":
                return f"{inner}, or {reading(node.args[0]) if node.args else 'nothing'}"
            if node.name == "duration":
                if not node.args and inner.startswith("periods "):
                    return inner  # in the unit of its rule
                unit = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else "day"
                return f"{inner}, in {unit}s"
            return _FILTERS.get(node.name, "{}, " + node.name.replace("_", " ")).format(inner)
        case nodes.Compare() | nodes.Test() | nodes.Not() | nodes.And() | nodes.Or():
            return condition(node)
        case nodes.List() | nodes.Tuple():
            return ", ".join(map(reading, node.items))
    return source(node)


def condition(node: nodes.Node, *, wanted: bool = True) -> str:
    """When something is printed: what follows "if"."""
    match node:
        case nodes.Not():
            return condition(node.node, wanted=not wanted)
        case nodes.And() | nodes.Or():
            both = isinstance(node, nodes.And) == wanted
            return f"{_grouped(node.left, wanted)} {'and' if both else 'or'} {_grouped(node.right, wanted)}"
        case nodes.Compare():
            said = reading(node.expr) + "".join(f" {_SPOKEN.get(o.op, o.op)} {reading(o.expr)}" for o in node.ops)
            return said if wanted else f"not: {said}"
        case nodes.Test():
            word = "is" if wanted else "is not"
            return f"{reading(node.node)} {word} {node.name} {' '.join(map(reading, node.args))}".rstrip()
        case nodes.Const():
            return reading(node) if wanted else f"not {reading(node)}"
    return f"there is {reading(node)}" if wanted else f"there is no {reading(node)}"


def _grouped(node: nodes.Node, wanted: bool) -> str:
    said = condition(node, wanted=wanted)
    return f"({said})" if isinstance(node, nodes.And | nodes.Or) else said
