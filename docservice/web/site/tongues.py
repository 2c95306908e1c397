"""In which language a page is read: the one its address names (``/es/…``), or is asked for (``?language=es``), else the
reader's own, by what their browser says; else English.

Links keep to it: a reader who came by an address with a language, or asked for one, stays in it; the addresses without
one are everybody's, and are read by each in their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from docservice.casefile.direction import direction
from docservice.town.pack import TownPack
from docservice.web import reader_language
from docservice.web.site import words


class TongueConverter(BaseConverter):
    """A language at the beginning of an address; ``api`` is none."""

    regex = r"(?!api\b)[A-Za-z]{2,3}(?:-[A-Za-z]{2,8})*"


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language that pages can be read in."""

    tag: str
    own_name: str

    @property
    def direction(self) -> str:
        return direction(self.tag)


def offered(town: TownPack) -> tuple[Tongue, ...]:
    """The languages of the town's letters that the site has words in, English first, as the town lists them."""
    known = words.spoken()
    found = [Tongue(one.tag, one.own_name) for one in town.languages if one.tag in known and one.letters]
    return tuple(sorted(found, key=lambda one: one.tag != "en"))


def take(arguments: dict[str, Any] | None) -> None:
    """Takes the language out of what an address names, before the view is called."""
    g.site_asked = arguments.pop("tongue", None) if arguments else None


def choose(town: TownPack) -> None:
    """Settle the language of this page, for everything on it. Raises ``NotFound`` for an address in none of ours."""
    tags = {one.tag.casefold(): one.tag for one in offered(town)}
    in_address = g.get("site_asked")
    if in_address is not None and in_address.casefold() not in tags:
        g.site_asked = None
        raise NotFound
    asked = in_address or request.args.get("language", "")
    named = tags.get(asked.casefold())
    g.site_named = named
    g.site_language = named or reader_language.best(request.accept_languages.values(), tuple(tags.values()))


def settle(town: TownPack) -> None:
    """The same for a page that says what went wrong, whose address may be none: by its beginning, if it has one."""
    if "site_language" in g:
        return
    if g.get("site_asked") is None:
        g.site_asked = request.path.split("/", 2)[1] if request.path.count("/") > 1 else None
    try:
        choose(town)
    except NotFound:
        choose(town)  # now without what its address asks for


def speak(town: TownPack, tag: str) -> None:
    """Let a page be in a language, whatever its reader's own: in English where the site has no words in it."""
    known = {one.tag for one in offered(town)}
    g.site_language = tag if tag in known else "en"
    g.site_named = g.site_language


def named() -> str | None:
    """The language that the page's address names, or that is asked for."""
    found: str | None = g.get("site_named")
    return found


def language() -> str:
    """The language of the page."""
    return str(g.get("site_language", "en"))


def at(endpoint: str, **values: Any) -> str:
    """The address of a page of the site, in the language in which the reader is."""
    return _address(endpoint, g.get("site_named"), values)


def elsewhere(tag: str | None) -> str:
    """The address of this page in another language; of the first page, where this one is none of the site's."""
    endpoint = request.endpoint or ""
    if not _is_spoken(endpoint):
        return _address("public.front", tag, {})
    asked: Mapping[str, Any] = request.args.to_dict()
    values = {name: value for name, value in asked.items() if name != "language" and not name.startswith("_")}
    return _address(endpoint, tag, {**values, **(request.view_args or {})})


def _address(endpoint: str, tag: str | None, values: Mapping[str, Any]) -> str:
    named: dict[str, Any] = {"tongue": tag} if tag is not None and _is_spoken(endpoint) else {}
    return url_for(endpoint, **named, **values)


def _is_spoken(endpoint: str) -> bool:
    return endpoint in current_app.view_functions and current_app.url_map.is_endpoint_expecting(endpoint, "tongue")
