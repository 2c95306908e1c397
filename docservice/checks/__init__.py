"""What must hold before a document goes out (``docs/checks.md``; DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from docservice.casefile.facts import Casefile
from docservice.catalog.bundle import Bundle
from docservice.checks import (
    blocks,
    confidential,
    deadlines,
    edges,
    fines,
    paper,
    people,
    photographs,
    readable,
    reckoned,
    served,
    subject,
    translation,
    violations,
)
from docservice.checks.finding import Finding, Severity
from docservice.checks.sight import Composed, Page, Printed, Sight
from docservice.town.pack import TownPack
from docservice.town.reckoning import Reckoning

__all__ = ["CHECKS", "Finding", "Severity", "run"]

CHECKS: tuple[Callable[[Sight], Iterator[Finding]], ...] = (
    blocks.required_blocks,
    blocks.unresolved,
    blocks.site,
    blocks.statements,
    blocks.headings,
    blocks.empty_lists,
    violations.sections_in_force,
    violations.complete,
    violations.danger_reasons,
    violations.cure_period,
    deadlines.printed_dates,
    deadlines.promised_dates,
    deadlines.recomputed,
    fines.fine,
    fines.printed_amounts,
    fines.penalty,
    people.officers_known,
    people.signer,
    people.recipient_name,
    people.hearing_officer,
    people.hearing_lead_time,
    people.declarant,
    served.reachable,
    served.agents,
    served.envelope_differs,
    subject.not_ahead,
    subject.envelope,
    confidential.secrets,
    translation.current,
    translation.approved,
    translation.marked,
    photographs.large_enough,
    paper.pdf,
    readable.text,
    edges.on_paper,
)
"""Every check, in the order in which findings are reported."""


def run(
    *,
    casefile: Casefile | None,
    pack: TownPack,
    bundle: Bundle,
    reckoning: Reckoning | None,
    composition: Composed,
    rendered: Printed | None = None,
    draft: bool = False,
    attachments: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """All findings about one document, errors first; empty when it may go out.

    ``casefile`` and ``reckoning`` are None for a handout. ``attachments`` are the pictures that the wording may name.
    With ``rendered`` the finished PDF is looked at too. A ``draft`` is excused from what only issuing gives (its
    number). Nothing is raised: an error among the findings means that the document may not be issued.
    """
    sight = Sight(
        pack=pack,
        bundle=bundle,
        page=Page(composition.root),
        language=composition.language,
        casefile=casefile,
        reckoning=reckoning,
        kind=pack.document_types.get(bundle.meta.document_type),
        unresolved=composition.unresolved,
        rendered=rendered,
        draft=draft,
        attachments=attachments,
    )
    found = [finding for check in CHECKS for finding in check(sight)]
    found += reckoned.problems(sight, found)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity != "error"))
