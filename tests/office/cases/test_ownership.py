"""What was read of a case and is sent back leaves nothing of the register's in the facts, whatever it knows."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from docservice.casefile.folding import fold
from docservice.casefile.record import CaseEvent, CaseRecord
from docservice.office.cases.ownership import own
from tests.casefile.test_folding import C1, C2, FACTS, ON, SITE, asked, bare, event

REQUESTED = {**bare(), "extension_requests": asked()["extension_requests"]}
CASES: list[tuple[dict[str, Any], CaseEvent | None]] = [
    (bare(), None),
    (bare(), event(9, "withdrawn", "c2", "2026-06-20", reason="Wrong owner.")),
    (bare(), event(9, "served", "AC-2026-0001", "2026-06-01", party="owner", method="certified_mail")),
    (bare(), event(9, "decided", "h1", "2026-07-20", items=[{"id": "c1", "outcome": "modified", "amount": "500.00"}])),
    (bare(), event(9, "hearing-held", "h1", "2026-07-16")),
    (bare(), event(9, "appeal-withdrawn", "a1", "2026-07-01", reason="Paid.")),
    (bare(), event(9, "hardship-decided", "a1", "2026-07-01", granted=False, reason="Income.")),
    (bare(), event(9, "mail-extension-decided", "owner", "2026-07-01", days=10, reason="A military address.")),
    (bare(), event(9, "extension-granted", "v1", "2026-07-01", to="2026-09-01", reason="Rain.")),
    (REQUESTED, event(9, "extension-granted", "v1", "2026-07-01", to="2026-09-01", reason="Rain.", request="x1")),
    (REQUESTED, event(9, "extension-denied", "CE-2026-0231", "2026-07-01", reason="Rain.", request="x1")),
    (bare(), event(9, "closed", "CE-2026-0231", "2026-09-01", reason="Done.")),
    (SITE, event(9, "lifted", "swo1", "2026-06-20", reason="A permit was issued.")),
]


@pytest.mark.parametrize(("facts", "known"), CASES, ids=[known.type if known else "issued" for _, known in CASES])
def test_what_is_read_and_sent_back_is_not_kept_as_the_trackers(facts: dict[str, Any], known: CaseEvent | None) -> None:
    facts = deepcopy(facts)
    for listed in ("hearings", "appeals", "stop_work_orders"):  # as they were before the register knew
        for item in facts.get(listed, ()):
            for name in ("noticed_on", "held_on", "decided_on", "withdrawn_on", "hardship_waiver", "lifted_on"):
                item.pop(name, None)
    for violation in facts["violations"]:
        violation.pop("comply_by", None)
    record = CaseRecord(FACTS["case"]["number"], (C1, C2) if facts is not SITE else (), (known,) if known else ())
    read = fold(facts, record, ON)
    assert read.changes
    assert own(read.facts, record, ON) == facts
