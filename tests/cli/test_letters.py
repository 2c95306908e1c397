"""Previewing, issuing and looking after documents from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from docservice.pipeline.order import OrderDecision
from tests.fake_office import FakeOffice

Run = Callable[..., Result]
Case = Callable[..., Path]


def test_preview_writes_drafts_and_keeps_nothing(run: Run, case: Case, office: FakeOffice, tmp_path: Path) -> None:
    done = run("preview", "courtesy-letter", case(), "--recipient", "o1", "--language", "es", "--out", "drafts",
               "--face", "pdf", "--face", "docx", "--on", "2026-06-02", "--about", "c1",
               "--envelope", "flat-9x12")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert {p.name for p in (tmp_path / "drafts").iterdir()} == {
        "courtesy-letter-o1-es.pdf", "courtesy-letter-o1-es.docx",
    }  # fmt: skip
    assert "Look at this." in done.stdout
    assert office.orders[-1].on is not None
    assert office.orders[-1].about == "c1"
    assert office.orders[-1].envelope == "flat-9x12"
    assert not office.records


def test_a_draft_with_errors_is_written_and_ends_with_1(run: Run, case: Case, tmp_path: Path) -> None:
    done = run("preview", "courtesy-letter", case(refuse=True), "--out", "drafts", "--json")
    assert done.exit_code == 1
    (made,) = json.loads(done.stdout)["documents"]
    assert made["findings"][0]["code"] == "checks.cap"
    assert (tmp_path / made["files"][0]).exists()


def test_issue_is_recorded_and_written_by_number(run: Run, case: Case, office: FakeOffice, tmp_path: Path) -> None:
    done = run("issue", "courtesy-letter", case(), "--out", "letters", "--json")
    assert done.exit_code == 0, done.output
    (made,) = json.loads(done.stdout)["documents"]
    assert made["number"] == office.records[0].number
    assert (tmp_path / "letters" / "NOV-2026-0001.pdf").read_bytes() == office.issuing.face(made["id"], "pdf")[0]


def test_what_an_officer_decided_goes_with_the_order(run: Run, case: Case, office: FakeOffice) -> None:
    decided = ["--decide", "procedure.once=yes", "--by", "director", "--reason", "The first burnt."]
    assert run("issue", "courtesy-letter", case(), *decided).exit_code == 0
    assert run("preview", "courtesy-letter", case(), "--out", "drafts", *decided).exit_code == 0
    said = (OrderDecision("procedure.once", "yes", "director", "The first burnt."),)
    assert [order.decisions for order in office.orders] == [said] * 2
    for lacking in (decided[:2], decided[2:], decided[:4], ["--decide", "procedure.once", *decided[2:]]):
        assert run("issue", "courtesy-letter", case(), *lacking).exit_code == 2
    assert len(office.records) == 1


def test_all_recipients(run: Run, case: Case, office: FakeOffice) -> None:
    done = run("issue", "courtesy-letter", case(), "--all-recipients", "--out", "letters")
    assert done.exit_code == 0, done.output
    assert [record.recipient for record in office.records] == ["o1", "t1"]


def test_one_bad_letter_stops_the_whole_mailing(run: Run, case: Case, office: FakeOffice) -> None:
    done = run("issue", "courtesy-letter", case(refuse=True), "--all-recipients")
    assert done.exit_code == 1
    assert "none was issued" in done.stderr
    assert not office.records


def test_the_same_idempotency_key_issues_once(run: Run, case: Case, office: FakeOffice) -> None:
    for _ in range(2):
        assert run("issue", "courtesy-letter", case(), "--idempotency-key", "k").exit_code == 0
    assert len(office.records) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["issue", "courtesy-letter", "case.json", "--all-recipients", "--recipient", "o1"], 2, "either"),
        (["issue", "courtesy-letter", "case.json", "--on", "2.6.2026"], 2, "2026-06-29"),
        (["issue", "courtesy-letter", "case.json", "--face", "odt"], 2, "odt"),
        (["issue", "no-letter", "case.json"], 4, "no-letter"),
        (["issue", "courtesy-letter", "absent.json"], 4, "absent.json"),
        (["issue", "courtesy-letter", "broken.json"], 3, "not JSON"),
        (["issue", "courtesy-letter", "list.json"], 3, "object"),
        (["issue", "courtesy-letter", "empty.json"], 3, "/case: Missing data"),
        (["issue", "courtesy-letter", "refused.json"], 1, "/citations/0/fine: The fine is over its cap."),
        (["issue", "courtesy-letter", "crash.json"], 70, "failed"),
        (["documents", "show", "NOV-1"], 4, "NOV-1"),
        (["documents", "reproduce", "NOV-1"], 4, "NOV-1"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_exit_codes_mean_something(
    run: Run, case: Case, tmp_path: Path, office: FakeOffice, arguments: list[str], code: int, said: str
) -> None:
    case()
    files = {"broken": "{", "list": "[]", "empty": "{}", "refused": '{"case": {}, "refuse": true}',
             "crash": '{"case": {}, "crash": true}'}  # fmt: skip
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text)
    done = run(*arguments)
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert not done.stdout
    assert not office.records
    if code not in (0, 2):
        done = run(*arguments, "--json")
        assert json.loads(done.stderr)["error"]["exit_code"] == code


def test_documents(run: Run, case: Case, office: FakeOffice, tmp_path: Path) -> None:
    for _ in range(3):
        run("issue", "courtesy-letter", case())
    listed = json.loads(run("documents", "list", "--case", "CE-2026-0001", "--per-page", "2", "--json").stdout)
    assert (listed["total"], len(listed["items"])) == (3, 2)
    assert "see --page" in run("documents", "list", "--per-page", "2").stdout
    shown = run("documents", "show", "NOV-2026-0001", "--out", "x", "--face", "html")
    assert "Courtesy" not in shown.stdout
    assert "NOV-2026-0001" in shown.stdout
    assert (tmp_path / "x" / "NOV-2026-0001.html").exists()
    assert "identical" in run("documents", "reproduce", "NOV-2026-0001").stdout
    office.identical = False
    assert run("documents", "reproduce", "NOV-2026-0001").exit_code == 1
    assert run("documents", "void", "NOV-2026-0001").exit_code == 2
    assert run("documents", "void", "NOV-2026-0001", "--reason", "wrong").exit_code == 0
    assert run("documents", "void", "NOV-2026-0001", "--reason", "wrong").exit_code == 3
    replaced = run("documents", "supersede", "NOV-2026-0002", "courtesy-letter", case(), "--reason", "typo", "--json")
    assert json.loads(replaced.stdout)["document"]["supersedes"] == office.records[1].id
    assert office.records[1].status == "superseded"


def photo(name: str) -> dict[str, Any]:
    return {"inspections": [{"photos": [{"file": name}]}]}


def test_photographs_are_read_beside_the_casefile(run: Run, case: Case, office: FakeOffice, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"picture")
    assert run("preview", "courtesy-letter", case(**photo("photos/a.jpg")), "--out", "o").exit_code == 0
    assert office.orders[-1].attachments == {"photos/a.jpg": b"picture"}


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "link.jpg", "linked/secret.jpg"])
def test_no_photograph_leaves_the_folder(run: Run, office: FakeOffice, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "case.json").write_text(json.dumps({"case": {}, "parties": [{"id": "o1"}], **photo(name)}))
    done = run("preview", "courtesy-letter", folder / "case.json", "--out", "o")
    assert done.exit_code == 3
    assert "/inspections/0/photos/0/file" in done.stderr
    assert not office.orders


def test_photographs_may_lie_in_a_folder_of_their_own(run: Run, office: FakeOffice, case: Case, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "b.jpg").write_bytes(b"picture")
    assert run("preview", "courtesy-letter", case(**photo("b.jpg")), "--out", "o").exit_code == 0
    assert office.orders[-1].attachments == {"b.jpg": b"picture"}
