"""The blocks that a wording spells out itself, as pieces of its source: to begin another wording with."""

from __future__ import annotations

import re
from collections.abc import Collection

import jinja2
from jinja2 import nodes

from docservice.wording.messages import wording_environment

_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->", re.S)
_OPENING = re.compile(r"<(section|aside|figure)\b[^>]*\bdata-block\s*=\s*[\"']([a-z-]+)[\"'][^>]*>")


def sections(source: str, known: Collection[str]) -> dict[str, str]:
    """Each block of a wording that can stand alone, by name: its own tags are closed, and it uses ``known`` names only.

    A block in a loop, or one that prints what the wording has set before it, is left out.
    """
    bare = _JINJA.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)
    found: dict[str, str] = {}
    for opening in _OPENING.finditer(bare):
        end = _end(bare, opening[1], opening.end())
        piece = source[opening.start() : end]
        if end and opening[2] not in found and _stands_alone(piece, known):
            found[opening[2]] = piece
    return found


def _end(text: str, tag: str, start: int) -> int:
    depth = 1
    for match in re.compile(rf"<(/?){tag}\b[^>]*>").finditer(text, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    return 0


def _stands_alone(piece: str, known: Collection[str]) -> bool:
    try:
        tree = wording_environment().parse(piece)
    except jinja2.TemplateSyntaxError:
        return False
    names = list(tree.find_all(nodes.Name))
    bound = {name.name for name in names if name.ctx != "load"}
    return all(name.name in known or name.name in bound | {"loop", "gettext", "ngettext", "range"} for name in names)
