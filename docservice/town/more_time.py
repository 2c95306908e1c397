"""More time to correct: what was granted, and which papers come when the time is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from docservice.casefile.facts import Casefile, Violation
from docservice.casefile.history import ExtensionRequest
from docservice.town.pack import TownPack


def more_time(casefile: Casefile) -> Mapping[str, ExtensionRequest]:
    """By violation, the request on which it got the latest date of all that were granted."""
    found: dict[str, ExtensionRequest] = {}
    for violation in casefile.violations:
        granted = [
            (until, request)
            for request in casefile.extension_requests
            if violation.id in asked_about(casefile, request)
            and (until := request.granted_for(violation.id)) is not None
        ]
        if granted:
            found[violation.id] = max(granted, key=lambda each: each[0])[1]
    return found


def asked_about(casefile: Casefile, request: ExtensionRequest) -> tuple[str, ...]:
    """The ids of the violations that a request is about: those it names, else all that were open when it came."""
    if request.violations:
        return request.violations
    return tuple(
        one.id
        for one in casefile.violations
        if one.observed_on <= request.on and (one.corrected_on is None or one.corrected_on > request.on)
    )


def due_on(casefile: Casefile, violation: Violation) -> date | None:
    """The day by which to correct it as the casefile says it: as a person set it, or as more time was granted."""
    request = more_time(casefile).get(violation.id)
    days = (violation.comply_by, request.granted_for(violation.id) if request is not None else None)
    return max((day for day in days if day is not None), default=None)


def after_lapse(pack: TownPack, document_type: str) -> bool:
    """Whether a paper of the type goes out when the date to correct of an earlier one is over, as procedure has it."""
    of_type = pack.procedure.types.get(document_type) if pack.procedure is not None else None
    if of_type is None:
        return False
    passed = {need.passed: need.served for need in of_type.requires if need.passed is not None}
    return any(
        name in pack.printed(pack.document_types[type], "cure")
        for name, types in passed.items()
        for type in types
        if type in pack.document_types
    )
