"""A packet whose record changed after it was bound keeps its certificate, and says so when it is verified."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from docservice import shipped
from docservice.config import Settings
from docservice.office import open_office
from docservice.office.binding.record_since import since
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.means.records import packet_record
from docservice.storage import audit
from docservice.storage.models import BlobRow, PacketRow
from tests.homes import furnish

NUMBER = "CE-2026-0231"


def test_what_was_corrected_after_a_packet_was_bound_is_told_with_it(tmp_path: Path) -> None:
    facts = json.loads((shipped.folder("examples") / NUMBER / "casefile.json").read_text("utf-8"))
    facts |= {"service": [], "citations": [], "appeals": [], "hearings": []}
    party = facts["parties"][0]["id"]
    notice = {"document_type": "notice-of-violation", "recipient": party}
    told = [
        {"type": "notice-imported", "on": "2026-05-29", "subject": "NOV-1999-0007", "data": notice},
        {"type": "served", "on": "2026-05-30", "subject": "NOV-1999-0007",
         "data": {"party": party, "method": "personal"}},
    ]  # fmt: skip
    with open_office(Settings(home=furnish(tmp_path / "home"))) as office:
        office.cases.take_over({"casefile": facts, "events": told}, actor="ana")
        served = office.cases.events(NUMBER)[-1]
        at = office.means.clock()
        with office.means.store.database.writing() as session:
            session.add(BlobRow(sha256="a" * 64, size=1, created_at=at))
            session.flush()
            row = PacketRow(
                id="p1", position=1, title="A packet", case_number="ce–2026–0231", pages=1, sha256="a" * 64,
                plan_sha256="a" * 64, certificate_sha256=None, copy="full", profile="default", supplements=None,
                files=[], entries=[], findings=[], created_at=at, created_by="ana",
            )  # fmt: skip
            session.add(row)
            audit.record(session, at=at, actor="ana", action="packet.bound", subject="p1", detail={})
            session.flush()
            packet = packet_record(row)
        assert [*since(office.means, packet)] == []
        office.cases.tell(
            NUMBER,
            CaseEventOrder("served", date(2026, 5, 31), "NOV-1999-0007", {"party": party, "method": "personal"},
                           corrects=served.position, reason="A day later."),
            actor="ana",
        )  # fmt: skip
        [changed] = since(office.means, packet)
        assert (changed.code, changed.severity) == ("packet.record_changed", "warning")
        assert "NOV-1999-0007" in changed.message
