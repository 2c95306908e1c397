"""What a town's own names mean to the machine: rules and roles may be called anything, their meanings are fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Meaning = Literal[
    "cure",
    "contest",
    "pay",
    "pay_costs",
    "hearing_lead",
    "staff_report",
    "access_request",
    "decision",
    "court_review",
    "order_lead",
]
# What a document may be about (``town.subjects``).
SubjectKind = Literal[
    "case", "inspection", "citation", "stop_work", "hearing", "memo", "service", "permit", "placard", "hardship",
    "visit", "request", "appeal", "lien",
]  # fmt: skip
# The parts of a hearing packet (docs/domain.md §8), by the names that plans, profiles and document types use.
PacketPart = Literal[
    "cover", "contents", "staff-report", "chronology", "code-text", "notices", "ownership", "inspection-reports",
    "photographs", "costs", "appeal", "proposed-order", "declarations",
]  # fmt: skip
RoleMeaning = Literal["coordinator", "hearing_officer"]

# What the names of a pack meant before rules had ``means``; read only of a pack in which no rule has.
BY_NAME: Mapping[str, Meaning] = {
    "cure": "cure",
    "contest-notice": "contest",
    "contest-citation": "contest",
    "pay-fine": "pay",
    "pay-costs": "pay_costs",
    "hearing-notice": "hearing_lead",
    "staff-report": "staff_report",
    "access-request": "access_request",
    "decision": "decision",
    "court-review-fine": "court_review",
    "court-review-other": "court_review",
}
# The part of a packet that a document type was before types had ``packet_part``; read only where no type has.
PARTS_BY_NAME: Mapping[str, PacketPart] = {
    "memorandum": "staff-report",
    "inspection-report": "inspection-reports",
    "notice-of-violation": "notices",
    "administrative-citation": "notices",
    "stop-work-order": "notices",
    "notice-of-hearing": "notices",
    "construction-time-limit": "notices",
    "notice-to-abate": "notices",
    "courtesy-letter": "notices",
}
# A document type that requires this block prints a date of one of these meanings.
NEEDED: Mapping[str, tuple[Meaning, ...]] = {
    "appeal-rights": ("contest",),
    "payment-stub": ("pay", "pay_costs"),
    "hearing-rights": ("hearing_lead",),
}
# A letter with this block prints them, where its type has them.
PROMISED: Mapping[str, tuple[Meaning, ...]] = {
    "appeal-rights": ("contest",),
    "payment": ("pay", "pay_costs"),
    "violations": ("cure",),
}
