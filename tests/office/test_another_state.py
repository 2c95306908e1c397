"""A town in another state, made as a town would make it: from the shipped pack. No law of California may go out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.review import templates
from docservice.refusal import Refusal
from tests.shipped_wording import TOWN

CALIFORNIA = re.compile(
    r"Civil Code|Government Code|Revenue and Taxation|Health and Safety Code|Franchise Tax|Superior Court|California"
)
WORDED_THERE = ("retaliation", "tax-deduction", "accessory-dwelling-delay")
EDITS = {
    "town.yaml": (
        ("key: madrona-hills", "key: heron-pass"), ("Town of Madrona Hills", "City of Heron Pass"),
        ("Madrona Hills, CA 95999", "Heron Pass, FL 33999"), ("Madrona Hills", "Heron Pass"),
        ("state: CA", "state: FL"),
        ("County of San Ysabel", "Calusa County"), (", California", ", Florida"),
    ),
    "calendar.yaml": (
        ("subdivision: CA", "subdivision: FL"), ("    - Presidents' Day\n", ""),
        ("Day After Thanksgiving", "Friday After Thanksgiving"),
    ),
}  # fmt: skip


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The shipped pack with the names and holidays of a city in Florida."""
    folder = Path(shutil.copytree(TOWN, tmp_path / "town" / "heron-pass"))
    for name, edits in EDITS.items():
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, old
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(town: Path, tmp_path: Path, fonts_folder: Path) -> Callable[[], Office]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    return lambda: open_office(Settings(home=home, town=town.parent))


def neutral(town: Path) -> None:
    """Say that no state's law is there, leave out the statements that only California words, and name the court."""
    path = town / "town.yaml"
    path.write_text(re.sub("law: us-ca.*", "law: us", path.read_text(encoding="utf-8")), encoding="utf-8")
    path = town / "statements.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["statements"] = {key: value for key, value in data["statements"].items() if key not in WORDED_THERE}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    path = town / "documents.yaml"
    text = path.read_text(encoding="utf-8")
    for key in WORDED_THERE:
        text = re.sub(rf"^ +- {key}\n", "", text, flags=re.M)
        text = re.sub(rf"(\[|, ){key}(?=[\],])", lambda found: "[" if found[1] == "[" else "", text).replace("[, ", "[")
    path.write_text(text, encoding="utf-8")
    path = town / "languages.yaml"
    court = "phrases:\n  review-court: {en: the circuit court of Calusa County}\n"
    path.write_text(path.read_text(encoding="utf-8").replace("phrases:\n", court, 1), encoding="utf-8")


def order(citation: Order, template: str, about: str | None = None) -> Order:
    return Order(template, citation.casefile, None, "en", citation.on, about)


def test_a_pack_of_one_state_under_another_states_law_is_refused(opened: Callable[[], Office]) -> None:
    with pytest.raises(Refusal) as refused:
        opened()
    (problem,) = refused.value.problems
    assert problem.place.startswith("town.yaml:")
    assert "us-ca is not that of FL" in problem.message


def test_statements_that_its_law_does_not_word_are_refused(town: Path, opened: Callable[[], Office]) -> None:
    path = town / "town.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("law: us-ca", "law: us"), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        opened()
    assert {problem.place.split("/")[1] for problem in refused.value.problems} == set(WORDED_THERE)
    assert all("There is no clause" in problem.message for problem in refused.value.problems)


def test_a_law_that_is_not_there_is_named(town: Path, opened: Callable[[], Office]) -> None:
    path = town / "town.yaml"
    path.write_text(re.sub("law: us-ca.*", "law: us-fx", path.read_text(encoding="utf-8")), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("state: FL", "state: FX"), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        opened()
    assert "us-fx" in str(refused.value)


def test_what_comes_out_names_no_law_of_california(town: Path, opened: Callable[[], Office], citation: Order) -> None:
    neutral(town)
    with opened() as office:
        for template, about in (("administrative-citation", "c1"), ("notice-of-violation", None)):
            made = office.issuing.preview(order(citation, template, about))
            assert [finding for finding in made.findings if finding.code == "checks.law_foreign"] == []
            words = " ".join(re.sub(r"<[^>]*>", " ", made.html).split())
            assert "hearing officer" in words
            assert not CALIFORNIA.search(words), CALIFORNIA.search(words)
        assert "the circuit court of Calusa County" in re.sub(
            r"<[^>]*>", "", office.issuing.preview(order(citation, "administrative-citation", "c1")).html
        )
        # The words of a declaration under penalty of perjury are a state's: there are none, so no proof of service.
        with pytest.raises(Refusal) as refused:
            office.issuing.preview(order(citation, "proof-of-service"))
        assert refused.value.code == "template.unknown"
        left = {one.place: one.message for one in templates.left_out(office.means)}
        assert left.keys() == {
            "proof-of-service", "proof-of-service-list", "declaration-of-posting", "declaration-of-attempts",
        }  # fmt: skip
        assert "perjury" in left["proof-of-service"]
        assert "sworn" in left["declaration-of-posting"]
        assert office.review.versions("memorandum")[0].version.approver == "nobody in this town (shipped)"
        assert "declare that the foregoing" in office.binding.forums["default"].rules.certificate.value.declaration  # type: ignore[union-attr]
        assert "perjury" not in office.binding.forums["default"].rules.certificate.value.declaration  # type: ignore[union-attr]


def test_words_of_another_state_in_the_towns_own_folder_do_not_go_out(
    town: Path, opened: Callable[[], Office], citation: Order
) -> None:
    """A new town copies California's declaration into its own folder."""
    neutral(town)
    shutil.copytree(shipped.folder("law") / "us-ca" / "clauses", town / "clauses")
    with opened() as office:
        found = office.issuing.preview(order(citation, "proof-of-service")).findings
        assert [
            "“California” is not the state" in one.message for one in found if one.code == "checks.law_foreign"
        ] == [True]
        with pytest.raises(Refusal) as refused:
            office.issuing.issue(order(citation, "proof-of-service"), actor="ana")
        assert "checks.law_foreign" in {problem.code for problem in refused.value.problems}


def test_a_handout_is_published_where_the_town_says_its_facts(town: Path, opened: Callable[[], Office]) -> None:
    neutral(town)
    (town / "handouts.yaml").unlink()
    with opened() as office:
        offered = {t.key for t in office.review.templates() if t.face == "handout" and t.version}
        assert "received-a-notice" in offered
        assert "fences-and-hedges" not in offered
        with pytest.raises(Refusal) as refused:
            office.issuing.handout("fences-and-hedges", "en", "html")
        assert refused.value.code == "handout.facts"
        assert "front.height" in refused.value.message
        assert office.issuing.handout("received-a-notice", "en", "html").content


def test_a_letter_without_its_document_type_is_not_put_on_record(town: Path, opened: Callable[[], Office]) -> None:
    neutral(town)
    path = town / "documents.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    del data["document_types"]["memorandum"]
    data["approval"]["document_types"].pop("memorandum", None)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with opened() as office:
        assert "memorandum" not in office.review.templates()
        assert "memorandum" in {problem.place for problem in templates.left_out(office.means)}


def test_a_town_words_a_clause_of_its_own(tmp_path: Path, fonts_folder: Path, citation: Order) -> None:
    """First hit per file: its clause and its perjury words, the rest from the law."""
    folder = Path(shutil.copytree(shipped.folder("town") / "madrona-hills", tmp_path / "town" / "madrona-hills"))
    (folder / "clauses").mkdir()
    good_day = "{% trans name=recipient.called %}Good day, {{ name }}.{% endtrans %}"
    (folder / "clauses" / "salutation.html").write_text(
        f'<section data-block="salutation">\n<p>{good_day}</p>\n</section>\n'
    )
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    with open_office(Settings(home=home, town=folder.parent)) as office:
        bundle = office.means.bundle(office.review.versions("courtesy-letter")[0].version.sha256)
        assert b"Good day" in bundle.files["clauses/salutation.html"]
        assert bundle.layers["clauses/salutation.html"] == "madrona-hills"
        assert bundle.layers["clauses/retaliation.html"] == "us-ca"
        assert bundle.layers["letter.html"] == "us"
        assert bundle.languages == ("en",)  # nobody has translated it
