"""Wording goes out in Word, is edited there, and comes back as the next draft; on a real office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.people.roles import Actor
from docservice.office.review.proposing import Proposal
from tests.homes import furnish
from tests.office.reviewed import KEY, NOON, an_office, code, people, wording
from tests.shipped_wording import folder_of, sample_of
from tests.wording.word.making import TITLE, docx, field, p, sdt, tracked

CHANGE = ("We hope this letter helps you put it right.", "Please put it right.")
IN_A_CLAUSE = ("When it is done, call us.", "When all is done, call us.")
NOTE = {"note": "Shorter"}


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    with an_office(tmp_path / "home", fonts_folder) as opened:
        yield opened


@pytest.fixture
def who(office: Office) -> dict[str, Actor]:
    return people(office)


def test_an_edit_with_tracked_changes_is_the_next_draft(office: Office, who: dict[str, Actor]) -> None:
    sent = office.review.to_word(KEY, 1)
    record, reading = office.review.from_word(KEY, tracked(sent, *CHANGE), actor=who["cora"], **NOTE)
    assert (record.number, record.status, record.based_on, record.note) == (2, "draft", 1, "Shorter")
    assert [f.code for f in reading.findings] == ["word.tracked"]
    before, after = office.review.bundle(KEY, 1), office.review.bundle(KEY, 2)
    assert CHANGE[1] in after.wording
    assert {n: d for n, d in after.files.items() if n.startswith("clauses/")} == {
        n: d for n, d in before.files.items() if n.startswith("clauses/")
    }
    assert after.languages == ("en",)  # the new sentence is nobody's translation
    assert [f for f in office.review.assess(KEY, 2).findings if f.severity == "error"] == []
    assert office.review.submit(KEY, 2, actor=who["cora"]).status == "in_review"


def test_an_edit_in_a_clause_is_the_versions_own(office: Office, who: dict[str, Actor]) -> None:
    record, _ = office.review.from_word(
        KEY, tracked(office.review.to_word(KEY, 1), *IN_A_CLAUSE), actor=who["cora"], **NOTE
    )
    made = office.review.bundle(KEY, record.number)
    assert IN_A_CLAUSE[1] in made.files["clauses/help.html"].decode()
    assert made.wording == office.review.bundle(KEY, 1).wording
    # And the draft goes out to Word again with the clause as it is now.
    again = office.review.read_word(KEY, office.review.to_word(KEY, record.number), actor=who["cora"], based_on=2)
    assert set(again.files) == {"letter.html"}


def test_what_was_not_changed_is_no_draft(office: Office, who: dict[str, Actor]) -> None:
    act = office.review.from_word
    assert code(act, KEY, office.review.to_word(KEY, 1), actor=who["cora"], **NOTE) == "template.unchanged"
    assert len(office.review.records(KEY)) == 1


def test_a_letter_may_be_kept_in_word(office: Office, who: dict[str, Actor]) -> None:
    data = tracked(office.review.to_word(KEY, 1), *CHANGE)
    record, _ = office.review.from_word(KEY, data, keep=True, actor=who["cora"], **NOTE)
    made = office.review.bundle(KEY, record.number)
    assert made.written_in_word
    assert made.files["letter.docx"] == data
    found = office.review.assess(KEY, record.number)
    assert [f for f in found.findings if f.severity == "error"] == []
    assert {sample.face for sample in found.samples} == {"pdf", "docx", "html"}
    # Redlines and comments see its text like any other.
    assert any(CHANGE[1] in paragraph.text for paragraph in office.review.outline(KEY, record.number).paragraphs)
    # Based on it: another Word file, another text beside it, or HTML in its place.
    files = {"template.yaml": made.files["template.yaml"].replace(b"Courtesy letter", b"Kind letter")}
    assert b"Kind" in files["template.yaml"]
    kept = office.review.propose(Proposal(KEY, files, "Title", record.number), actor=who["cora"])
    assert office.review.bundle(KEY, kept.number).files["letter.docx"] == data
    html = office.review.propose(
        Proposal(KEY, wording("<p>{{ case.number }}</p>"), "HTML", record.number), actor=who["cora"]
    )
    assert not office.review.bundle(KEY, html.number).written_in_word


def test_a_new_template_begins_with_a_word_file(office: Office, who: dict[str, Actor]) -> None:
    data = docx(p("Thank you note", style="Title"), sdt("block:salutation", p("Dear {{ recipient.called }}:")))
    record, reading = office.review.from_word("thank-you", data, actor=who["cora"], note="New")
    assert reading.findings == ()
    made = office.review.bundle("thank-you", record.number)
    assert (made.meta.title, made.meta.document_type, made.meta.required_blocks) == (
        "Thank you note", "thank-you", ("salutation",),
    )  # fmt: skip
    # Its author has yet to complete it.
    assert "sample.none" in [finding.code for finding in office.review.assess("thank-you", 1).errors]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (docx(TITLE, p("{{ case. }}")), "word.invalid"),
        (docx(TITLE, p("{% if permit %}a"), p("b{% endif %}")), "word.invalid"),
        (docx(TITLE, p("[[block: order]]"), p("x y")), "word.invalid"),
        (docx(TITLE, p("{% macro x() %}{% endmacro %}x y")), "word.invalid"),
        (docx(TITLE, p("{{ lipsum() }}{% import 'x' as y %}x y")), "word.invalid"),
        (docx(TITLE, p(field("DDE x"))), "word.refused"),
        (docx(TITLE, parts={"word/vbaProject.bin": b"x"}), "word.refused"),
        (docx(p("")), "word.empty"),
        (b"PK", "word.file"),
    ],
)  # fmt: skip
def test_what_will_not_do_keeps_nothing(office: Office, who: dict[str, Actor], data: bytes, expected: str) -> None:
    before = office.verify_audit(), len(office.audit(last=1000))
    assert code(office.review.from_word, KEY, data, actor=who["cora"], **NOTE) == expected
    assert (office.verify_audit(), len(office.audit(last=1000))) == before
    assert len(office.review.records(KEY)) == 1


def test_who_may(office: Office, who: dict[str, Actor]) -> None:
    data = office.review.to_word(KEY, 1)
    for login in ("tia", "req", "max"):
        assert code(office.review.from_word, KEY, data, actor=who[login], **NOTE) == "access.role"
        assert code(office.review.read_word, KEY, data, actor=who[login]) == "access.role"
    assert office.review.read_word(KEY, data, actor=who["cora"]).files
    assert code(office.review.to_word, KEY, 9) == "template.unknown"


def test_a_word_file_is_never_read_in_the_offices_own_process(
    office: Office, who: dict[str, Actor], tmp_path: Path
) -> None:
    """No time is left to processes apart: whatever opens a Word file of somebody's has to end there."""
    assert office.means.pool is None
    record, _ = office.review.from_word(
        KEY, tracked(office.review.to_word(KEY, 1), *CHANGE), keep=True, actor=who["cora"], **NOTE
    )
    bundle = office.review.bundle(KEY, record.number)
    folder = tmp_path / KEY
    (folder / "samples").mkdir(parents=True)
    for name in ("template.yaml", "letter.docx"):
        (folder / name).write_bytes(bundle.files[name])
    sample = sample_of(folder_of(KEY) / "samples" / "usual.json")
    given = sample.pop("_order", {})
    order = Order(KEY, sample, version=record.number, on=date.fromisoformat(given["on"]), recipient=None)
    data, cora = bundle.files["letter.docx"], who["cora"]
    acts: list[Callable[[], Any]] = [
        lambda: office.review.read_word(KEY, data, actor=cora),
        lambda: office.review.from_word(KEY, data, actor=cora, note="x"),
        lambda: office.review.propose(Proposal(KEY, {"letter.docx": data}, "x", 1), actor=cora),
        lambda: office.review.to_word(KEY, 1),
        lambda: office.review.lint(KEY, record.number),
        lambda: office.review.assess(KEY, record.number),
        lambda: office.review.lint_folder(folder),
        lambda: office.review.redline(KEY, 1, folder),
        lambda: office.review.add_template(folder, effective_on=NOON.date(), actor="t"),
        lambda: office.issuing.preview(order, "docx"),
    ]
    assert office.issuing.preview(order, "docx").content.startswith(b"PK")
    office.means.apart.seconds = 0.0001
    assert [code(act) for act in acts] == ["render.timeout"] * len(acts)
    assert office.issuing.preview(order, "pdf").pages  # what is made of its wording is made here
    assert len(office.review.records(KEY)) == 2


def test_an_office_that_renders_apart_reads_in_the_same_processes(tmp_path: Path, fonts_folder: Path) -> None:
    home = furnish(tmp_path / "home", fonts_folder)
    with open_office(Settings(home=home, isolated_rendering=True, workers=1), clock=lambda: NOON) as office:
        assert office.means.apart is office.means.pool
        data = tracked(office.review.to_word(KEY, 1), *CHANGE)
        assert office.review.from_word(KEY, data, actor=people(office)["cora"], **NOTE)[0].number == 2
