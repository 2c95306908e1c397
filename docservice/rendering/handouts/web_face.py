"""What a handout's web page has around it and its paper has not: where to jump to, other languages, what to print.

The words stand in the wording (``data-block="web"``, each with ``data-word``), so that they are translated with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from lxml import etree

from docservice.rendering.language import direction

CONTENT = "content"  # the id of the page's main part
_WORDS = ("skip", "contents", "languages", "print", "all")


@dataclass(frozen=True, slots=True)
class Around:
    """Where the links lead: the list of all handouts, the PDF of this one, and its page in each language (tag, what the
    town calls the language in it, address)."""

    all: str
    pdf: str
    languages: tuple[tuple[str, str, str], ...]


def take_words(article: Any) -> dict[str, str]:
    """Takes the words of the web page out of the article: ``skip``, ``contents``, ``languages``, ``print``, ``all``."""
    words: dict[str, str] = {}
    for section in article.xpath("//section[@data-block='web']"):
        words |= {one.get("data-word"): _text(one) for one in section.iterfind("*[@data-word]")}
        section.getparent().remove(section)
    return words


def head(words: Mapping[str, str], around: Around, language: str) -> str:
    """What stands above the page: to its content, to all handouts, to its PDF and to other languages.

    Empty where the wording lacks a word.
    """
    if any(name not in words for name in _WORDS):
        return ""
    said = {name: escape(text) for name, text in words.items()}
    others = "".join(
        f'<li><a href="{escape(url)}" lang="{tag}" dir="{direction(tag)}" hreflang="{tag}">{escape(name)}</a></li>'
        for tag, name, url in around.languages
        if tag != language
    )
    switch = f'<nav class="switch" aria-label="{said["languages"]}"><ul>{others}</ul></nav>' if others else ""
    return (
        f'<a class="skip" href="#{CONTENT}">{said["skip"]}</a>'
        f'<header class="around"><p><a href="{escape(around.all)}">{said["all"]}</a> '
        f'<a href="{escape(around.pdf)}" type="application/pdf">{said["print"]}</a></p>{switch}</header>'
    )


def contents(article: Any, words: Mapping[str, str]) -> None:
    """Gives every part of the article an id, and puts links to them below what the handout answers at once."""
    heads = list(article.iter("h2"))
    below = next((one for one in article.iter("p") if one.get("class") == "lede"), None)
    if below is None or "contents" not in words:
        return
    nav = article.makeelement("nav", {"class": "contents", "aria-labelledby": "contents"})
    etree.SubElement(nav, "p", {"id": "contents"}).text = words["contents"]
    listed = etree.SubElement(nav, "ul")
    for number, one in enumerate(heads, 1):
        one.set("id", f"part-{number}")
        link = etree.SubElement(etree.SubElement(listed, "li"), "a", {"href": f"#part-{number}"})
        link.text = _text(one)
    below.addnext(nav)


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())
