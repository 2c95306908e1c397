"""What docstrings, comments and pages name, and whether it is there: modules, functions, files."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.places import ROOT

PACKAGE = ROOT / "docservice"

SOURCES = sorted(path for top in ("docservice", "tests", "bench", "script") for path in (ROOT / top).rglob("*.py"))
MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
ROOMS = sorted({name.split(".")[0] for name in MODULES if "." in name})

ROLE = re.compile(r":(?:mod|func|class|meth):`~?([\w.]+)`")
_DOTTED = re.compile(rf"``?(?:docservice\.)?((?:{'|'.join(ROOMS)})(?:\.\w+)+)(?<!\.py)(?:\([^`]*\))?``?")
_PATH = re.compile(r"(?<![\w./{<*-])((?:[\w-]+/)+[\w-]+\.py)\b")
FILE = re.compile(r"`(\w+\.py)`")


@cache
def names_in(path: Path) -> frozenset[str]:
    """What a module defines or imports at its top, and what its classes have (``Class.name``)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return frozenset(found)


def is_there(dotted: str) -> bool:
    """Whether a dotted name below docservice is a module or room, or something in one."""
    parts = dotted.removeprefix("docservice.").split(".")
    for n in range(len(parts), 0, -1):
        head, rest = ".".join(parts[:n]), parts[n:]
        path = MODULES.get(head) or MODULES.get(f"{head}.__init__")
        if path is not None:
            return not rest or set(rest) <= names_in(path)
    return False


@cache
def words_of_the_house() -> str:
    """All code: refusals have codes (``checks.failed``) that look like names of modules."""
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if PACKAGE in path.parents)


def is_a_word(dotted: str) -> bool:
    """Not a module: a refusal's code, a field that a wording prints, or what the office's attributes do."""
    room, part, *_ = dotted.split(".")
    if room == "office":
        return part in names_in(MODULES["office.facade"])
    last = dotted.rpartition(".")[2]
    if f'"{last.replace("_", ".", 1)}"' in words_of_the_house():  # "ledger.overpaid" becomes checks.ledger_overpaid
        return True
    inside = (path for name, path in MODULES.items() if name.startswith(f"{room}."))
    return re.search(rf'[".]{last}"', words_of_the_house()) is not None or any(last in names_in(one) for one in inside)


def prose(path: Path) -> str:
    """Docstrings and comments of a module."""
    text = path.read_text(encoding="utf-8")
    comments: list[str] = []
    if any("#" in line and ("`" in line or ".py" in line) for line in text.splitlines()):  # else none names anything
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return "\n".join([*_docstrings(ast.parse(text)), *comments])


def _docstrings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        yield ast.get_docstring(node) or ""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):  # in an expression nobody documents anything
            yield from _docstrings(child)


def around(path: Path, name: str) -> Iterator[str]:
    """A name as it may be meant: from the module itself, from its package, from those above it."""
    own = list(path.relative_to(PACKAGE).with_suffix("").parts)
    for n in range(len(own), -1, -1):
        yield ".".join([*own[:n], name])


def has_file(name: str) -> bool:
    return any((base / name).is_file() for base in (ROOT, PACKAGE, ROOT / "tests"))


def missing_in(text: str) -> Iterator[str]:
    yield from (name for name in _DOTTED.findall(text) if not is_there(name) and not is_a_word(name))
    yield from (name for name in _PATH.findall(text) if not has_file(name) and not name.startswith("babel/"))
