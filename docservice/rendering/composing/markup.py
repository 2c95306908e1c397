"""The semantic HTML of docs/house.md: what a wording may come out as, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from lxml import etree

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.elements import ELEMENTS, may_have

_HREF = re.compile(r"(https://|http://|mailto:|tel:|#)[^\s]*\Z")
_SRC = re.compile(r"(picture|bundle):[^/\\\s][^\\]*\Z")
_PARSER_OPTIONS: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": False,
}


def read(html: str, *, face: Literal["letter", "handout"] = "letter") -> Any:
    """The root (lxml element) of a composed text. Raises ``Refusal("template.markup")`` with all that is wrong."""
    try:
        root = etree.fromstring(html.strip(), etree.XMLParser(**_PARSER_OPTIONS))
    except etree.XMLSyntaxError as error:
        line, column = error.position
        problem = Finding.error(
            "template.markup", f"{error.msg.rstrip('.')}, near “{_near(html.strip(), line, column)}”"
        )
        raise Refusal("template.markup", "The wording is not well-formed HTML.", [problem]) from None
    problems = list(_faults(root, face))
    if problems:
        raise Refusal("template.markup", "The wording uses HTML that letters do not have.", problems)
    return root


def _near(html: str, line: int, column: int) -> str:
    text = (html.splitlines() or [""])[min(line, html.count("\n") + 1) - 1]
    return text[max(0, column - 50) : column + 20].strip()


def _faults(root: Any, face: str) -> Iterator[Finding]:
    if root.tag != "article":
        yield _problem(root, "the wording must be one article")
    titles = 0
    for element in root.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag not in ELEMENTS:
            yield _problem(element, f"the element “{tag}” is not allowed")
            continue
        if tag == "h1":
            titles += 1
        elif tag == "article" and element is not root:
            yield _problem(element, "there may be only one article")
        if element.attrib:
            yield from _attribute_faults(element, tag, face)
        elif tag in {"img", "th"}:
            yield _problem(element, f"“{tag}” needs its attributes ({'src, alt' if tag == 'img' else 'scope'})")
    if titles != 1:
        yield _problem(root, f"there must be one h1, the title; there are {titles}")


def _attribute_faults(element: Any, tag: str, face: str) -> Iterator[Finding]:
    for name, value in element.attrib.items():
        if not may_have(tag, name, face):
            yield _problem(element, f"the attribute “{name}” is not allowed on “{tag}”")
        elif name == "href" and not _HREF.match(value):
            yield _problem(element, f"a link may not go to “{value}”")
        elif name == "src" and not _SRC.match(value):
            yield _problem(element, f"a picture may not come from “{value}”")
    if tag == "img":
        if not element.get("alt"):
            yield _problem(element, "a picture needs a text that describes it (alt)")
        if sum(element.get(name) is not None for name in ("src", "data-qr", "data-barcode")) != 1:
            yield _problem(element, "a picture has one of src, data-qr and data-barcode")
    elif tag == "th" and element.get("scope") not in {"row", "col", "rowgroup", "colgroup"}:
        yield _problem(element, "a heading cell needs scope")


def _problem(element: Any, message: str) -> Finding:
    text = " ".join("".join(element.itertext()).split())[:60] if isinstance(element.tag, str) else ""
    return Finding.error("template.markup", f"{message} (at “{text}”)" if text else message)
