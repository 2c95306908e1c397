"""``docservice case`` on a real office: only typesetting is replaced, by a stub."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from docservice.cli import main
from docservice.config import Settings
from docservice.office import Office, open_office, opening
from docservice.pipeline import producing
from tests.homes import furnish
from tests.office.killed import stub

NUMBER = "CE-2026-0231"
Run = Callable[..., Result]


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:  # type: ignore[override]
    monkeypatch.setattr(producing, "produce", stub)
    now = datetime(2026, 7, 1, 17, 0, tzinfo=UTC)
    settings = Settings(home=furnish(tmp_path / "home", fonts_folder))
    with open_office(settings, clock=lambda: now) as opened, monkeypatch.context() as patch:
        patch.setattr(opening, "open_office", lambda settings, **_: opened)
        patch.setattr(opened, "close", lambda: None)
        yield opened


@pytest.fixture
def run(tmp_path: Path, office: Office, example: Callable[[str], tuple[dict[str, Any], Any]]) -> Run:
    """Runs a command in a folder with ``case.json``."""
    facts, _ = example(NUMBER)
    facts["service"] = []
    for citation in facts["citations"]:
        for name in ("number", "issued_on", "served_on", "status"):
            citation.pop(name, None)
    (tmp_path / "case.json").write_text(json.dumps(facts))

    def invoke(*arguments: str) -> Result:
        with _in(tmp_path):
            return CliRunner().invoke(main, list(arguments))

    return invoke


@contextmanager
def _in(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


def test_bytes_that_are_no_text_are_no_defect(run: Run) -> None:
    for arguments in (("show", "CE\udcff"), ("list", "CE\udcff"), ("next", "\udcff")):
        done = run("case", *arguments)
        assert done.exit_code == 3, done.output
        assert "no text" in done.output + done.stderr


def test_a_case_from_the_first_facts_to_its_folder(run: Run, tmp_path: Path, office: Office) -> None:
    assert "created, revision 1" in run("case", "put", "case.json").stdout
    assert "unchanged" in run("case", "put", "case.json").stdout
    facts = json.loads((tmp_path / "case.json").read_text())
    (tmp_path / "case.json").write_text(json.dumps({**facts, "case": {**facts["case"], "title": "Loud"}}))
    refused = run("case", "put", "case.json")
    assert (refused.exit_code != 0, "revision 1" in refused.stderr) == (True, True)
    assert "changed, revision 2" in run("case", "put", "case.json", "--seen", "1").stdout
    assert "Loud" in run("case", "list", "loud").stdout
    assert run("case", "show", "CE-1").exit_code == 4

    issued = run("issue", "administrative-citation", "case:ce-2026-0231", "--about", "c1", "--on", "2026-05-29",
                 "--dated-back", "A test.", "--revision", "2")  # fmt: skip
    assert issued.exit_code == 0, issued.stderr
    stale = run("preview", "administrative-citation", f"case:{NUMBER}", "--about", "c2", "--revision", "1",
                "--out", "drafts")  # fmt: skip
    assert (stale.exit_code != 0, "moved on" in stale.stderr) == (True, True)
    shown = json.loads(run("case", "show", NUMBER, "--json").stdout)
    assert shown["casefile"]["citations"][0]["number"] == "AC-2026-0001"

    data = json.dumps({"party": "owner", "method": "personal"})
    told = run("case", "tell", NUMBER, "served", "AC-2026-0001", "--on", "2026-05-30", "--data", data)
    assert told.exit_code == 0, told.stderr
    wrong = run("case", "tell", NUMBER, "served", "AC-2026-0001", "--on", "2026-05-01", "--data", data)
    assert (wrong.exit_code != 0, "/on" in wrong.stderr) == (True, True)
    assert run("case", "tell", NUMBER, "closed", NUMBER, "--on", "2026-06-30", "--data", "[]").exit_code == 2
    assert "served" in run("case", "events", NUMBER).stdout
    steps = run("case", "next", NUMBER, "--all").stdout
    assert "notice-of-violation" in steps

    assert run("case", "export", NUMBER, "--out", "out/case.zip").exit_code == 0
    assert "documents/AC-2026-0001.pdf" in zipfile.ZipFile(tmp_path / "out" / "case.zip").namelist()


def test_what_an_event_says_is_read_as_strictly_as_over_http(run: Run) -> None:
    run("case", "put", "case.json")
    for data in ('{"reason": NaN}', '{"reason": "a", "reason": "b"}', "{", "[]"):
        refused = run("case", "tell", NUMBER, "closed", NUMBER, "--on", "2026-06-30", "--data", data)
        assert refused.exit_code in (2, 3), data
        assert "--data" in refused.output
    far = run(
        "case", "tell", NUMBER, "retracted", NUMBER, "--on", "2026-06-30", "--corrects", "9" * 23, "--reason", "x"
    )
    assert far.exit_code == 2
    for reserved in ("clauses", "letterhead", "new"):
        assert "something else is called so" in run("templates", "new", reserved, "--handout").output


def test_a_whole_case_of_before_is_taken_over_from_one_file(run: Run, tmp_path: Path, office: Office) -> None:
    facts = json.loads((tmp_path / "case.json").read_text())
    party = facts["parties"][0]["id"]
    notice = {"type": "notice-imported", "on": "2026-05-29", "subject": "AC-1999-0007",
              "data": {"document_type": "administrative-citation", "about": "c1", "recipient": party}}  # fmt: skip
    served = {"type": "served", "on": "2026-05-30", "subject": "AC-1999-0007",
              "data": {"party": party, "method": "personal"}}  # fmt: skip
    early = {**served, "on": "2026-05-28"}

    def take(*events: Any, **more: Any) -> Result:
        (tmp_path / "old.json").write_text(json.dumps({"casefile": facts, "events": list(events), **more}))
        return run("case", "import", "old.json", "--json")

    refused = json.loads(take(notice, {**served, "data": {}}).stderr)["error"]
    assert "/events/1/data/party" in [one["place"] for one in refused["errors"]]
    assert run("case", "show", NUMBER).exit_code == 4, "nothing was kept"
    refused = json.loads(take(notice, early).stderr)["error"]
    assert [one["place"] for one in refused["errors"]] == ["/events/1/on"]
    assert json.loads(run("case", "events", NUMBER, "--json").stdout)["items"] == [], "all of them, or none"
    done = json.loads(take(notice, served).stdout)
    assert (done["told"], done["before"]) == (2, 0)
    again = json.loads(take(notice, served).stdout)
    assert (again["told"], again["before"]) == (0, 2)
    citation = json.loads(run("case", "show", NUMBER, "--json").stdout)["casefile"]["citations"][0]
    assert (citation["number"], citation["served_on"]) == ("AC-1999-0007", "2026-05-30")
    for more, place in (({"x": 1}, "/x"), ({"events": {}}, "/events"), ({"events": [{"type": 1}]}, "/events/0/type")):
        wrong = json.loads(take(**more).stderr)["error"]
        assert (wrong["code"], place in [one["place"] for one in wrong["errors"]]) == ("case.import", True)


def test_a_notice_is_written_with_its_english_originals(run: Run, tmp_path: Path) -> None:
    """The English text controls and goes into the envelope; the courtesy translation alone is no notice."""
    facts = json.loads((tmp_path / "case.json").read_text())
    facts["parties"][0]["language"] = "es"
    facts["parties"].append({**facts["parties"][0], "id": "other", "name": {"text": "Pat Doe"}, "roles": ["owner"]})
    (tmp_path / "case.json").write_text(json.dumps(facts))
    order = ("notice-of-violation", "case.json", "--on", "2026-05-29", "--dated-back", "A test.")
    twice = run("notice", "issue", *order, "--to", "owner", "--recipient", "other")
    assert (twice.exit_code, "--to" in twice.stderr) == (2, True)
    twice = run("notice", "issue", *order, "--to", "owner", "--to", "owner", "--dry-run")
    assert (twice.exit_code, "twice" in twice.stderr) == (2, True)

    def written(*arguments: str) -> list[str]:
        done = run("notice", *arguments, "--out", "out", "--json")
        assert done.exit_code == 0, done.stderr
        return [Path(one).name for one in json.loads(done.stdout)["files"]]

    number = "NOV-2026-0001"
    files = [f"{number}.{end}.pdf" for end in ("1", "1-es", "2", "2-es")]
    assert written("issue", *order, "--to", "owner", "--to", "other") == files
    assert all((tmp_path / "out" / one).exists() for one in files)
    again = written("print", number, "1", *order, "--reason", "It came back.")
    assert again == [f"{number}.1.2.pdf", f"{number}.1.2-es.pdf"]
    for asked in (("issue",), ("copy", number), ("print", number, "1"), ("supersede", number)):
        decided = ("notice", *asked, *order, "--reason", "It burnt.", "--decide", "procedure.once=yes")
        assert run(*decided).exit_code == 2, "who decided is not said"
        refused = run(*decided, "--by", "nobody")
        told = refused.stderr + refused.stdout
        assert (refused.exit_code in (1, 3), "no officer “nobody”" in told) == (True, True), asked


def test_a_case_without_dates_says_so_and_a_merged_one_where_it_goes_on(run: Run, tmp_path: Path) -> None:
    facts = json.loads((tmp_path / "case.json").read_text())
    for number in (NUMBER, "CE-2026-0500"):
        bare = {"case": {**facts["case"], "number": number}, "property": facts["property"], "parties": facts["parties"]}
        (tmp_path / "bare.json").write_text(json.dumps(bare))
        assert run("case", "put", "bare.json").exit_code == 0
    assert run("case", "due", NUMBER).stdout.splitlines() == ["Nothing is due."]
    data = json.dumps({"reason": "One house."})
    merged = run("case", "tell", "CE-2026-0500", "merged", NUMBER, "--on", "2026-06-30", "--data", data)
    assert merged.exit_code == 0, merged.stderr
    for ask in ("due", "ledger", "next"):
        assert f"goes on as {NUMBER}" in run("case", ask, "CE-2026-0500").stdout, ask
        assert "goes on as" not in run("case", ask, NUMBER).stdout, ask
