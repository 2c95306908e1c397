"""The text inside a tree: white space, and runs that are not broken over lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

TypstNode = Any  # str | [tag, attributes, children]; JSON has no better name for it

SPACE = re.compile(r"[ \t\n\r\f]+")
# Scripts whose lines break between any two letters, or by the dictionary, need no help.
_BREAKS_ITSELF = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_BREAK = r"\s\u200b/:@?&#%,;()\[\]<>\"'\u2010-\u201f-"
# Long runs; numbers of many groups, such as a parcel's, outside of addresses of the web; telephone numbers.
_UNBROKEN = re.compile(
    rf"[^{_BREAK}{_BREAKS_ITSELF}]{{40,}}"
    r"|(?<![\w/.:@-])(?=[A-Za-z0-9-]{30})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+(?![\w/.:@-])"
    r"|\(\d{3}\) \d{3}-\d{4}"
)
# Sixteen letters with the marks on them.
_PIECE = re.compile(r"(?:[^\u0300-\u036f\u200c\u200d][\u0300-\u036f\u200c\u200d]*){1,16}|.", re.DOTALL)
_FINGERPRINT = 64  # digits of a SHA-256, which fit on a line


def trim(nodes: list[TypstNode]) -> list[TypstNode]:
    """Collapse white space across ``nodes``, merge neighboring strings, cut it at both ends and around breaks."""
    result, _ = _collapse(nodes, True)
    while result and isinstance(result[-1], str):
        result[-1] = result[-1].rstrip(" ")
        if result[-1]:
            break
        result.pop()
    return result


def _looked_at(text: str) -> tuple[str, bool]:
    """Text with its white space collapsed, and whether it has an unbroken run."""
    collapsed = SPACE.sub(" ", text)
    return collapsed, _UNBROKEN.search(collapsed) is not None


# Most texts are those of the letter before: its wording, its sheet of languages. Long ones are facts.
_looked_at_before = lru_cache(maxsize=4096)(_looked_at)
_LONG = 400  # characters


def _collapse(nodes: list[TypstNode], after_space: bool) -> tuple[list[TypstNode], bool]:
    result: list[TypstNode] = []
    for node in nodes:
        if isinstance(node, str):
            text, unbroken = _looked_at(node) if len(node) > _LONG else _looked_at_before(node)
            if after_space and text.startswith(" "):
                text = text[1:]
            if not text:
                continue
            after_space = text.endswith(" ")
            if unbroken:
                result += _tokens(text)
            elif result and isinstance(result[-1], str):
                result[-1] += text
            else:
                result.append(text)
        elif node[0] == "br":
            if result and isinstance(result[-1], str):
                result[-1] = result[-1].rstrip(" ")
            result.append(node)
            after_space = True
        elif node[0] in ("image", "token", "phone"):
            result.append(node)
            after_space = False
        else:
            inside, after_space = _collapse(node[2], after_space)
            if inside:
                result.append([node[0], node[1], inside])
    return result, after_space


def _tokens(text: str) -> Iterator[TypstNode]:
    """Telephone numbers stay on one line, left to right in any text. Numbers of many groups may break after a hyphen.
    Other long runs are set smaller, and but for fingerprints get places to break.
    """
    at = 0
    for match in _UNBROKEN.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        run = match.group()
        at = match.end()
        if run.startswith("("):
            yield ["phone", {}, [run]]
            continue
        if "-" in run:
            yield run.replace("-", "-\u200b")
            continue
        pieces = [run] if len(run) == _FINGERPRINT else _PIECE.findall(run)
        yield ["token", {}, ["\u200b".join(pieces)]]
    if at < len(text):
        yield text[at:]


def plain(nodes: list[TypstNode]) -> str:
    """The text of ``nodes``."""
    return "".join(n if isinstance(n, str) else plain(n[2]) for n in nodes)
