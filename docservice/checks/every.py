"""Every check. They are loaded when something is checked: who hands out findings, or serves, needs none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docservice.checks import (
    blocks,
    confidential,
    deadlines,
    edges,
    fines,
    jurisdiction,
    paper,
    people,
    photographs,
    readable,
    served,
    subject,
    sworn,
    translation,
    violations,
)
from docservice.checks.examined import Sight
from docservice.finding import Finding

CHECKS: tuple[Callable[[Sight], Iterator[Finding]], ...] = (
    blocks.required_blocks,
    blocks.unresolved,
    blocks.site,
    blocks.statements,
    blocks.headings,
    blocks.empty_lists,
    jurisdiction.law_foreign,
    violations.sections_in_force,
    violations.complete,
    violations.nothing_left_open,
    violations.danger_reasons,
    violations.cure_period,
    deadlines.printed_dates,
    deadlines.promised_dates,
    deadlines.past_dates,
    deadlines.recomputed,
    fines.fine,
    fines.printed_amounts,
    fines.penalty,
    people.officers_known,
    people.signer,
    people.recipient_name,
    people.hearing_officer,
    people.hearing_lead_time,
    sworn.declarant,
    served.reachable,
    served.agents,
    sworn.envelope_differs,
    subject.not_ahead,
    sworn.envelope,
    sworn.method,
    sworn.place,
    sworn.lacking,
    sworn.consent,
    sworn.posted_in_pictures,
    confidential.secrets,
    translation.current,
    translation.approved,
    translation.marked,
    translation.worded,
    photographs.large_enough,
    paper.pdf,
    readable.text,
    edges.on_paper,
)
"""Every check, in the order in which findings are reported."""
