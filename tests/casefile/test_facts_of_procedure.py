"""What procedure asks of a casefile can be said in it: the facts that issue 11 names, in schema and page."""

from __future__ import annotations

import pytest

from docservice.casefile.describe import json_schema
from tests.places import ROOT

PAGE = (ROOT / "docs" / "casefile.md").read_text(encoding="utf-8")
FACTS = {
    "permit expiry": ("Permit", ["expires_on", "completed_on"]),
    "requests for more time": ("ExtensionRequest", ["on", "by", "violations"]),
    "hardship": ("Appeal", ["hardship_waiver", "hardship_requested_on", "deposit", "late_for_cause"]),
    "appeals withdrawn, and heard together": ("Appeal", ["withdrawn_on"]),
    "hearings": ("Hearing", ["decisions", "joined", "held_on", "continued_from"]),
    "decisions, item by item": ("ItemDecision", ["item", "outcome", "amount", "comply_by"]),
    "release": ("StopWorkOrder", ["lifted_on", "lifted_by", "lifted_because", "without_fault"]),
    "consent and mail": ("Party", ["electronic_consent_on", "mail_extension_days", "unit"]),
    "units": ("Property", ["vacant_units", "title_report_on"]),
    "whose rooms": ("Violation", ["units"]),
    "void and reduced citations": ("Citation", ["status", "reduced_to"]),
    "notices of before": ("EarlierNotice", ["number", "document_type", "served_on", "comply_by", "withdrawn_on"]),
    "liens": ("RecordedLien", []),
}


@pytest.mark.parametrize("what", FACTS)
def test_it_can_be_said(what: str) -> None:
    kind, names = FACTS[what]
    known = json_schema()["$defs"][kind]["properties"]
    assert f"### {kind}" in PAGE
    for name in names:
        assert name in known, f"{kind} lacks {name}"
        assert f"`{name}`" in PAGE
