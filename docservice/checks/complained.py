"""Does a letter to who complained keep to that: nothing of the owner, or of what was found or done? (DOMAIN §1)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.facts import Casefile, Party
from docservice.checks.confidential import folded
from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding

_THEIRS = ("/confidential/", "/property/", "/case/")
_LEAST_NAME = 5  # a shorter one would be found by chance


def nothing_of_others(sight: Sight) -> Iterator[Finding]:
    """It prints no fact of the case but the site, its number and their own words, and names no other party."""
    casefile = sight.casefile
    if casefile is None or sight.kind is None or sight.kind.addressee != "complainant":
        return
    told = [(pointer, text) for pointer, text in sight.page.texts if pointer and pointer.startswith("/")]
    for pointer in dict.fromkeys(pointer for pointer, _ in told if not pointer.startswith(_THEIRS)):
        yield error("tells_of_others", "A letter to who complained says nothing of this.", pointer)
    own = " ".join(
        folded(text) for pointer, text in sight.page.texts if not (pointer or "").startswith("/confidential/")
    )
    for place, party in _others(casefile):
        names = [folded(name) for name in (party.name.text, party.name.latin) if name]
        if any(len(name) >= _LEAST_NAME and name in own for name in names):
            yield error("tells_of_others", "A letter to who complained names another party.", f"{place}/name")


def _others(casefile: Casefile) -> Iterator[tuple[str, Party]]:
    complainant = casefile.confidential.complainant
    for index, party in enumerate(casefile.parties):
        if complainant is None or party.id != complainant.id:
            yield f"/parties/{index}", party
