"""Redlines of versions on record and of folders, through the office."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from PIL import Image

from docservice import shipped
from docservice.office import Office
from docservice.office.people.roles import Actor
from docservice.office.review import redlining
from docservice.refusal import Refusal
from docservice.rendering.redline.labels import marked
from tests.office.reviewed import proposal
from tests.verapdf import validate

KEY = "courtesy-letter"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """An edited copy of the courtesy letter."""
    folder = tmp_path / KEY
    shutil.copytree(shipped.folder("law") / "us" / "letters" / KEY, folder)
    wording = folder / "letter.html"
    text = wording.read_text(encoding="utf-8")
    changed = text.replace("Thank you for your help.", "Thank you for your help to us all.")
    assert changed != text
    wording.write_text(changed, encoding="utf-8")
    return folder


def test_versions_by_number_and_a_folder_that_is_not_yet_one(office: Office, draft: Path) -> None:
    early = office.review.redline(KEY, 1, draft)
    assert (early.old_name, early.new_name) == ("version 1", "the draft")
    number = office.review.add_template(draft, effective_on=date(2027, 1, 1), actor="t").number
    found = office.review.redline(KEY, 1, number)
    assert (found.old_name, found.new_name) == ("version 1", "version 2")
    assert found.blocks == early.blocks
    assert [change.kind for change in found.changes] == ["changed"]
    assert office.review.redline(KEY, number, number).empty


def test_every_face(office: Office, draft: Path) -> None:
    found = office.review.redline(KEY, 1, draft)
    assert b"to us all" in office.review.redline_face(found, "html", author="A. Reyes")
    opened = docx.Document(io.BytesIO(office.review.redline_face(found, "docx", author="A. Reyes")))
    assert opened.core_properties.author == "A. Reyes"
    assert validate([office.review.redline_face(found, "pdf", author="A. Reyes")]) == []


def test_tracked_changes_are_the_authors_whoever_downloads_them(office: Office) -> None:
    """With a person's name, and the moment at which the version was written."""
    office.people.accounts.add("rae", "Rae Reviewer", ["reviewer"], password="nine blue chairs", actor="cli:op")
    version = office.review.propose(
        proposal("<p>New.</p>", based_on=1), actor=Actor.person(office.people.accounts.find("rae"))
    )
    made = office.review.redline("courtesy-letter", 1, version.number)
    for given in ("", "Somebody Else"):
        document = docx.Document(io.BytesIO(office.review.redline_face(made, "docx", author=given)))
        changes = [one for one in document.element.body.iter() if str(one.tag).endswith(("}ins", "}del"))]
        assert changes
        assert {one.get(qn("w:author")) for one in changes} == {"Rae Reviewer"}
        assert {one.get(qn("w:date")) for one in changes} == {version.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def test_sheets_of_a_sample(office: Office, draft: Path) -> None:
    made = office.review.redline_sheets(KEY, 1, draft)
    assert [(pair.old, pair.new) for pair in made.pairs] == [(n, n) for n in range(1, len(made.pairs) + 1)]
    said = [one for pair in made.pairs for one in pair.differences]
    assert said == ["“to us all” is new"]
    with Image.open(io.BytesIO(made.pairs[0].png)) as picture:
        assert picture.width > 2 * 612
    assert "to us all" in made.html
    assert validate([made.pdf]) == []


def test_sheets_of_every_shipped_template_show_no_difference_to_itself(office: Office) -> None:
    for template in office.review.templates():
        made = office.review.redline_sheets(template.key, 1, 1)
        assert made.pairs
        assert [pair.differences for pair in made.pairs] == [()] * len(made.pairs), template.key


@pytest.mark.parametrize(
    ("old", "new", "language", "code"),
    [
        (1, 9, "en", "template.unknown"),
        (1, 1, "de", "language.unknown"),
        (1, Path("nowhere"), "en", "template.invalid"),
    ],
)
def test_what_is_not_there_is_refused(office: Office, old: int, new: int | Path, language: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        office.review.redline(KEY, old, new, language)
    assert refused.value.code == code


def test_a_folder_of_another_template_is_refused(office: Office, draft: Path) -> None:
    with pytest.raises(Refusal, match="not memorandum") as refused:
        office.review.redline("memorandum", 1, draft)
    assert refused.value.code == "redline.other_template"


def test_a_language_that_only_one_version_offers(office: Office, draft: Path) -> None:
    """A draft whose Spanish is not complete, as a folder and on record; and a version that has no Spanish at all."""
    number = office.review.add_template(draft, effective_on=date(2027, 1, 1), actor="t").number
    for new in (draft, number):
        found = office.review.redline(KEY, 1, new, "es")
        assert (found.new_speech.missing, found.new_speech.none, found.old_speech.offered) == (1, False, True)
        assert [change.kind for change in found.changes] == ["deleted", "inserted"]
        assert "[not translated] Thank you" in marked(found.changes[1])
    settings = draft / "template.yaml"
    settings.write_text(settings.read_text() + "not_in: [es]\n")
    without = office.review.add_template(draft, effective_on=date(2027, 2, 1), actor="t").number
    assert redlining.languages_of(office.means, KEY, 1, without) [:5] == (
        "en", "es", "zh-Hant", "zh-Hans", "vi",
    )  # fmt: skip
    gone = office.review.redline(KEY, 1, without, "es")
    assert gone.new_speech.none
    assert {change.kind for change in gone.changes} == {"deleted"}
    assert gone.statutory == ()
    sheets = office.review.redline_sheets(KEY, without, 1, "usual", "es")
    assert sheets.title.endswith(f"version {without} (in English) beside version 1")


def test_an_unknown_sample_is_refused_by_naming_the_known(office: Office) -> None:
    with pytest.raises(Refusal, match="awkward, usual") as refused:
        office.review.redline_sheets(KEY, 1, 1, "nothing")
    assert refused.value.code == "redline.sample"
