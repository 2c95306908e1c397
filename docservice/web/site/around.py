"""What every page of the site has: the office behind it, the town in the reader's words, where the links lead."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, request
from markupsafe import Markup

from docservice.rendering.handouts.handout_facts import dial
from docservice.rendering.language import direction
from docservice.web.site import kinds, tongues, words
from docservice.web.site.words import say, word

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.office.review.handout_list import ListedHandout

EXTENSION = "docservice.web"
MAPPED = ("front", "handouts", "letters", "ask", "help")  # the pages that everybody is led to, in every language
# What people come with, as the list of handouts calls it (``office.review.handout_list.NEEDS``).
NEEDS = {
    "building": word("I want to build or change something"),
    "yard": word("My yard, my street, my things"),
    "renting": word("Renting, and renting out"),
    "office": word("A letter from you, or a problem to report"),
    "other": word("More"),
}
_HERE = {"handout": "handouts", "letter": "letters", "ask": "verify"}  # where in the menu a page is, if it is not there


@dataclass(frozen=True, slots=True)
class SaidAround:
    """A text of the town, and the language that it is in."""

    text: str
    language: str


def office() -> Office:
    """The office behind the pages."""
    return cast("Office", current_app.extensions[EXTENSION])


def shared() -> dict[str, Any]:
    """What the pages see. Those of the desk, which are English, see the town and its seal."""
    if request.blueprint == "desk":
        return {"town": office().town.identity, "seal": seal_name()}
    town, language = office().town, tongues.language()
    endpoint = (request.endpoint or "").partition(".")[2]
    return {
        "town": town.identity,
        "seal": seal_name(),
        "language": language,
        "direction": direction(language),
        "tongues": tongues.offered(town),
        "site_review": words.review(language),
        "office_name": said(town.identity.office),
        "hours": said(town.identity.hours),
        "here": _HERE.get(endpoint, endpoint),
        "alternates": _alternates(endpoint) if endpoint in (*MAPPED, "letter") else (),
        "at": tongues.at,
        "elsewhere": tongues.elsewhere,
        "phone": phone,
        "said": said,
        "speaks": speaks,
    }


def said(english: str) -> SaidAround:
    """A text of the town's rules in the language of the page, or in English."""
    return SaidAround(*kinds.said(office().town, english, tongues.language()))


def speaks(language: str) -> Markup:
    """The attributes of an element that is in another language than its page."""
    if language == tongues.language():
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(language, direction(language))


def phone(number: str) -> Markup:
    """A telephone number to tap, which stands as it is in a line of any direction."""
    return Markup('<a class="phone" href="tel:{}" dir="ltr">{}</a>').format(dial(number), number)


def public_address() -> str:
    """Where the public reaches the service, without a slash at its end."""
    return office().settings.public_url or office().town.identity.public_address


def needs(listed: Iterable[ListedHandout]) -> dict[str, str]:
    """What people come with, in words, of the handouts that there are."""
    there = {one.need for one in listed}
    return {need: say(called) for need, called in NEEDS.items() if need in there}


def _alternates(endpoint: str) -> tuple[tuple[str, str], ...]:
    """The addresses of this page in every language, and the one that is everybody's."""
    root = request.script_root
    listed = [(one.tag, tongues.elsewhere(one.tag)) for one in tongues.offered(office().town)]
    listed.append(("x-default", tongues.elsewhere(None)))
    return tuple((tag, public_address() + address.removeprefix(root)) for tag, address in listed)


def kept(response: Response) -> Response:
    """What browsers may keep for an hour, and ask for again by what is in it."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    response.make_conditional(request)
    return response


def seal_name() -> str:
    """What the seal is called in its address; empty where the town has none."""
    held = office().town.appearance.seal
    return f"{hashlib.sha256(held.data).hexdigest()[:16]}.{held.name.rpartition('.')[2]}" if held else ""
