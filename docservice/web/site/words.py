"""The words of the public site in the languages of its catalogs (``web/locales/<tag>.po``); English is in the pages.

A page marks its sentences with ``{% trans %}``, code with ``word`` (to be said later) or ``say`` (now). A sentence that
a catalog lacks is shown in English, as the page is then. ``script/site_words.py`` keeps the catalogs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.abc import Traversable
from types import MappingProxyType

from flask import Flask, g

from docservice.wording.messages import ReviewState, catalog_of

LOCALES = "locales"


def install(app: Flask) -> None:
    """Let the pages of ``app`` say their sentences in the language of the page."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        say, lambda one, many, count: say(one if count == 1 else many), newstyle=True
    )


def word(text: str) -> str:
    """A sentence of the site, marked for its catalogs."""
    return text


def say(text: str) -> str:
    """A sentence in the language of the page."""
    return texts(g.get("site_language", "en")).get(text, text)


def spoken() -> frozenset[str]:
    """The languages that the site has words in."""
    return frozenset({"en", *_files()})


@cache
def texts(tag: str) -> Mapping[str, str]:
    """What a language has, by the English."""
    if tag not in _files():
        return MappingProxyType({})
    catalog = catalog_of(_files()[tag].read_bytes(), f"{tag}.po", tag).catalog
    return MappingProxyType(
        {str(one.id): str(one.string) for one in catalog if one.id and one.string and not one.fuzzy}
    )


@cache
def review(tag: str) -> ReviewState:
    """How far a certified translator has looked at a language's catalog."""
    return "approved" if tag == "en" else catalog_of(_files()[tag].read_bytes(), f"{tag}.po", tag).review


@cache
def _files() -> Mapping[str, Traversable]:
    folder = resources.files("docservice.web") / LOCALES
    return {one.name.removesuffix(".po"): one for one in folder.iterdir() if one.name.endswith(".po")}
