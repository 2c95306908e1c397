"""A packet that is being put together: rows moved, taken out, put in; the plan that comes of it."""

from __future__ import annotations

import pytest

from docservice.packets import plan as plans
from docservice.packets.forums.profiles import PROFILES
from docservice.packets.proposing import FRONT, PaperOnRecord, labels, offered, proposed
from docservice.packets.worksheet import Worksheet, named, plan_of
from docservice.refusal import Refusal

PAPERS = (
    PaperOnRecord("AC-1", "Citation", "AC-1", "Ann", "notices"),
    PaperOnRecord("AC-2", "Citation", "AC-1", "Bo", "notices"),
    PaperOnRecord("PS-1", "Proof of service", "PS-1", proof=True),
    PaperOnRecord("NH-1", "Notice of hearing", "NH-1", "Ann", "notices", of_hearing=True),
    PaperOnRecord("M-1", "Staff report", "M-1", part="staff-report"),
    PaperOnRecord("L-1", "Letter", "L-1", "Ann"),
)


def sheet() -> Worksheet:
    rows = proposed(PAPERS, None, PROFILES["default"])
    return Worksheet("Hearing packet", "CE-1").begun(rows).beside(offered(PAPERS))


def words(one: Worksheet) -> list[str]:
    return [named(row) for row in one.rows]


def test_parts_are_proposed_in_the_forums_order_and_copies_of_a_notice_are_one_row() -> None:
    found = sheet()
    assert words(found) == [
        "Cover, contents, list of exhibits", "Staff report", "Staff report M-1",
        "Notices, each with its proof of service", "Citation AC-1", "Service", "Notice of hearing NH-1",
    ]  # fmt: skip
    assert [named(row) for row in found.out] == ["Letter L-1"]
    plan, rows = plan_of(found)
    read = plans.load(plan)
    assert [part.get("document") for part in plan["parts"] if "document" in part] == ["M-1", "AC-1", "AC-2", "NH-1"]
    assert len(rows) == len(read.parts) == len(plan["parts"])
    assert {"generated": "exhibit-list"} not in plan["parts"]  # there are no exhibits


def test_rows_are_moved_but_nothing_goes_before_the_cover() -> None:
    found = sheet()
    last = found.rows[-1]["id"]
    assert found.moved(last, 0).rows[1]["id"] == last
    assert found.moved(last, 99).rows == found.rows
    assert Worksheet.of(found.to_plain()) == found
    with pytest.raises(Refusal, match="cannot be moved"):
        found.moved(found.rows[0]["id"], 2)
    with pytest.raises(Refusal, match="begins with its cover"):
        found.taken_out(found.rows[0]["id"])
    with pytest.raises(Refusal, match="not in the packet any more"):
        found.row("r99")


def test_what_is_taken_out_can_be_put_back_and_an_empty_heading_is_left_out() -> None:
    found = sheet()
    report = found.rows[2]["id"]
    without = found.taken_out(report)
    assert "Staff report M-1" not in words(without)
    assert {"section": "Staff report"} not in plan_of(without)[0]["parts"]
    assert words(without.put_back(report))[-1] == "Staff report M-1"
    with pytest.raises(Refusal, match="in the packet already"):
        found.put_back(report)


def test_a_file_waits_and_is_put_in_among_the_exhibits() -> None:
    found, log = sheet().received("log.pdf", "a" * 64)
    found, again = found.received("log.pdf", "b" * 64)
    assert [row["file"] for row in found.waiting] == ["log.pdf", "log-2.pdf"]
    found = found.admitted(log, {"title": "Call log", "date": "2026-07-06", "alt": ["", "A table"]}).dismissed(again)
    assert dict(found.files) == {"log.pdf": "a" * 64}
    assert words(found)[-2:] == ["Exhibits", "Call log"]
    assert labels(found, PROFILES["default"]) == {log: "A"}
    plan, _ = plan_of(found)
    part = plan["parts"][-1]
    assert part["description"] == "Dated July 6, 2026."
    assert part["alt"] == ["Page 1 of Call log", "A table"]
    assert plan["parts"][2] == {"generated": "exhibit-list"}
    plans.load(plan)
    with pytest.raises(Refusal, match="in the packet already, or was left out"):
        found.admitted(again, {})


def test_a_draft_says_so_and_is_bound_with_what_is_there() -> None:
    found, _ = sheet().with_row({"photos": [{"file": "a.jpg", "caption": "The gate"}], "title": "Photographs"})
    with pytest.raises(Refusal):
        plans.load(plan_of(found)[0])
    draft = plan_of(found, draft=True)[0]
    assert draft["title"] == "Draft: Hearing packet"
    assert draft["service"] == "first-page"
    plans.load(draft)


def test_every_packet_of_a_sheet_begins_with_its_front() -> None:
    assert list(sheet().rows[0]["front"]) == list(FRONT)


def test_some_pages_of_a_file_go_in_and_pages_are_turned() -> None:
    found, scan = sheet().received("scan.pdf", "a" * 64)
    found = found.admitted(
        scan, {"title": "Scan", "pages": "2, 4-5", "turned": {"2": 90}, "alt": ["", "A map", "", "Map"]}
    )
    part = plan_of(found)[0]["parts"][-1]
    assert part["alt"] == ["A map", "Map", "Page 5 of Scan"]
    read = plans.load(plan_of(found)[0]).parts[-1]
    assert (read.pages, read.turned) == ((2, 4, 5), ((2, 90),))  # type: ignore[union-attr]
    for wrong in ({"pages": "5-2"}, {"pages": "x"}, {"turned": {"2": 45}}, {"turned": {"0": 90}}, {"turned": 3}):
        with pytest.raises(Refusal):
            plans.load(plan_of(found.changed(scan, wrong))[0])
