"""Wording files, read once: two versions of a template share most of their clauses, and a redline reads each thrice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import jinja2
from jinja2 import nodes

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.messages import sentences, wording_environment


def parsed(files: Mapping[str, bytes], path: str, outer: str = "", line: int = 1) -> nodes.Template:
    """The syntax tree of a wording file; look at it, do not change it.

    ``outer`` and ``line`` say where it is included. Raises ``Refusal("template.error")``.
    """
    if path not in files:
        raise error(f"includes “{path}”, which is not in the bundle", outer or path, line)
    try:
        return _tree(files[path])
    except jinja2.TemplateSyntaxError as fault:
        raise error(fault.message or "syntax error", path, fault.lineno) from None
    except (UnicodeDecodeError, RecursionError) as fault:
        raise error(str(fault), path, 1) from None


def english(files: Mapping[str, bytes]) -> dict[str, None]:
    """Every English sentence of a bundle's wording and clauses, in order."""
    return {one.text: None for path in files if path.endswith(".html") for one in sentences(files[path], path)}


def error(message: str, file: str, line: int) -> Refusal:
    """What is wrong with a wording, and where."""
    problem = Finding.error("template.error", message, f"{file}:{line}")
    return Refusal("template.error", f"The wording cannot be compared: {message}.", [problem])


@lru_cache(maxsize=256)
def _tree(source: bytes) -> nodes.Template:
    return wording_environment().parse(source.decode())
