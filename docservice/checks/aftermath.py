"""Is what was released, taken back or moved told by somebody who is known, and does it change anything?"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.facts import Citation, Hearing, StopWorkOrder
from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.checks.people import officers
from docservice.finding import Finding


def told_by_known(sight: Sight) -> Iterator[Finding]:
    """Who released, verified, took back or asked is an officer, or a party where one may ask (DOMAIN §7.8)."""
    if sight.casefile is None or sight.reckoning is None:
        return
    known = set(officers(sight))
    for place, named in _named(sight):
        parties = {party.id for party in sight.casefile.parties} if place.endswith("/asked_by") else set()
        if named not in known | parties:
            who = "officer or party" if parties else "officer"
            yield error("officer_unknown", f"There is no {who} “{named}”.", place)


def _named(sight: Sight) -> Iterator[tuple[str, str]]:
    subject, place = sight.reckoning.subject, sight.reckoning.subject_place  # type: ignore[union-attr]
    found: list[tuple[str, str | None]] = []
    if isinstance(subject, StopWorkOrder):
        for index, release in enumerate(subject.releases):
            found.append((f"{place}/releases/{index}/by", release.by))
            found += [(f"{place}/releases/{index}/verified/{i}/by", one.by) for i, one in enumerate(release.verified)]
    elif isinstance(subject, Citation) and subject.taken_back is not None:
        found.append((f"{place}/taken_back/by", subject.taken_back.by))
    elif isinstance(subject, Hearing) and subject.continuance is not None:
        found.append((f"{place}/continuance/asked_by", subject.continuance.asked_by))
    return ((where, id) for where, id in found if id is not None)


def really_moved(sight: Sight) -> Iterator[Finding]:
    """A hearing that was moved is at another time than it was (DOMAIN §7.6)."""
    if sight.reckoning is None or not isinstance(sight.reckoning.subject, Hearing):
        return
    hearing = sight.reckoning.subject
    told = hearing.continuance
    if told is not None and told.was_on == hearing.on and told.was_at in (None, hearing.at):
        message = f"It was set for {told.was_on} and is set for {hearing.on}: it did not move."
        yield error("hearing_not_moved", message, f"{sight.reckoning.subject_place}/on")
