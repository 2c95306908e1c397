"""What must hold before a document goes out (``docs/checks.md``; DOMAIN §7)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from docservice.finding import Finding, Severity

if TYPE_CHECKING:
    from docservice.casefile.facts import Casefile
    from docservice.checks.examined import Composed, Printed
    from docservice.town.pack import TownPack
    from docservice.town.reckoning import Reckoning
    from docservice.wording.bundle import Bundle

__all__ = ["Finding", "Severity", "run"]


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
    from docservice.checks import every, reckoned
    from docservice.checks.examined import Page, Sight

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
    found = [finding for check in every.CHECKS for finding in check(sight)]
    found += reckoned.problems(sight, found)
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: finding.severity != "error"))
