"""Lint: what it finds, where, and that the shipped templates have none of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docservice.finding import Finding
from docservice.layers import Layer, SearchPath
from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.lint import lint, lint_version
from tests.shipped_wording import FOLDERS, PATH


def findings(shop: Path) -> tuple[Finding, ...]:
    return lint(shop / "letters" / "demo", SearchPath((Layer("town", shop),)), vocabulary())


def test_a_good_template_has_no_findings(shop: Path) -> None:
    assert findings(shop) == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place"),
    [
        ("letters/demo/letter.html", "recipient.name", "recipient.nmae", "template.field", "letter.html:2"),
        ("letters/demo/letter.html", "recipient.name", "receiver.name", "template.field", "letter.html:2"),
        ("letters/demo/letter.html", "violations|length", "violations|lenght", "template.filter", "letter.html:5"),
        ("letters/demo/letter.html", "{% endtrans %}</p>", "</p>", "template.syntax", "letter.html:3"),
        ("letters/demo/letter.html", ' alt="A tree"', ' alt=""', "template.alt", "letter.html:4"),
        ("letters/demo/letter.html", "<img ", "<img style='x' ", "template.attribute", "letter.html:4"),
        ("letters/demo/letter.html", "<img ", "<img onclick='x' ", "template.attribute", "letter.html:4"),
        ("letters/demo/letter.html", "</article>", "<script>1</script></article>", "template.element", "letter.html:6"),
        ("letters/demo/letter.html", "</article>", "<h3>x</h3></article>", "template.heading", "letter.html:6"),
        ("letters/demo/letter.html", "</article>", "Not marked</article>", "template.untranslatable", "letter.html:6"),
        ("letters/demo/letter.html", ' data-block="salutation"', "", "template.block", "template.yaml:5"),
        ("letters/demo/letter.html", '"salutation"', '"greeting"', "template.block", "letter.html:2"),
        ("letters/demo/letter.html", "bundle:picture", "bundle:none", "template.picture", "letter.html:4"),
        ("letters/demo/letter.html", "clauses/outer", "clauses/none", "template.include", "letter.html:3"),
        ("clauses/inner.html", "Deep", "Very deep", "translation.missing", "clauses/inner.html:1"),
        ("clauses/inner.html", "<p>", "<p>{{ case.nubmer }}", "template.field", "clauses/inner.html:1"),
        ("locales/es/LC_MESSAGES/demo.po", 'msgid "A l', '#, fuzzy\nmsgid "A l', "translation.fuzzy", "letter.html:1"),
        ("letters/demo/letter.html", "</article>", '<a href="https://a.example">here</a></article>', "template.link",
         "letter.html:6"),
        ("letters/demo/letter.html", "</article>", '<a href="{{ town.website }}">{{ town.name }}</a></article>',
         "template.link", "letter.html:6"),
        ("letters/demo/template.yaml", "title: Demo", "title: Demo\nfields: [case.nubmer]", "template.field",
         "template.yaml:3"),
        ("locales/es/LC_MESSAGES/demo.po", "Hola %(name)s", "Hola %(nombre)s", "translation.blank", "letter.html:2"),
        ("locales/es/LC_MESSAGES/demo.po", "Hola %(name)s", "Hola", "translation.blank", "letter.html:2"),
        ("letters/demo/template.yaml", "key: demo", "key: demon", "template.key", "template.yaml:1"),
        ("letters/demo/template.yaml", "title: Demo", "title: @", "template.yaml", "template.yaml:2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_by_file_and_line(
    shop: Path, file: str, old: str, new: str, code: str, place: str
) -> None:
    path = shop / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    assert (code, place) in [(f.code, f.place) for f in findings(shop)], findings(shop)


@pytest.mark.parametrize(
    "more",
    [
        '<a href="https://a.example/x/">a.example/x</a>', '<a href="mailto:a@b.example">Write to a@b.example</a>',
        '<a href="{{ town.website|plain }}">{{ town.website }}</a>', '<a href="#top">{% trans %}Up{% endtrans %}</a>',
        '<a href="tel:+15555550100">(555) 555-0100</a>',
    ],
)  # fmt: skip
def test_links_that_paper_shows_too(shop: Path, more: str) -> None:
    path = shop / "letters" / "demo" / "letter.html"
    path.write_text(path.read_text().replace("</article>", f"{more}</article>"))
    assert "template.link" not in [f.code for f in findings(shop)]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("<p>{{ case.number|plain }}</p>", True),
        ("<p><bdi>{{ case.number|plain }}</bdi></p>", False),
        ('<p><span dir="ltr">{{ case.number|plain }}</span></p>', False),
        ("<p><span>{{ case.number|plain }}</span></p>", True),
        ('<section data-violation="{{ case.number|plain }}"></section>', False),
        ("<p><bdi>x</bdi>{{ case.number|plain }}</p>", True),
        ("<p>{{ case.number }}</p>", False),
    ],
)
def test_names_stay_whole_in_right_to_left_text(shop: Path, more: str, found: bool) -> None:
    path = shop / "letters" / "demo" / "letter.html"
    path.write_text(path.read_text().replace("</article>", f"{more}</article>"))
    assert ("template.isolation" in [f.code for f in findings(shop)]) == found


def test_hard_words_for_the_public_are_a_warning(shop: Path) -> None:
    path = shop / "clauses" / "inner.html"
    hard = "Notwithstanding contrary jurisdictional determinations, the functionary promulgates limitations."
    path.write_text(f"<p>{{% trans %}}{hard}{{% endtrans %}}</p>")
    (grade,) = [f for f in findings(shop) if f.code == "template.grade"]
    assert (grade.severity, grade.place) == ("warning", "clauses/inner.html:1")
    yaml = shop / "letters" / "demo" / "template.yaml"
    yaml.write_text(yaml.read_text() + "audience: officials\n")
    assert "template.grade" not in [f.code for f in findings(shop)]


def test_a_version_is_judged_without_its_folder(shop: Path, frozen: Callable[[], Bundle]) -> None:
    assert lint_version(frozen(), {}, vocabulary()) == ()
    (shop / "clauses" / "inner.html").write_text("<p>{% trans %}New words{% endtrans %}</p>")
    found = lint_version(frozen(), {"one.json": b"{"}, vocabulary(), ["es"])
    assert [(f.code, f.place) for f in found] == [
        ("template.sample", "samples/one.json:1"), ("translation.missing", "template.yaml:1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "JSON"), ("[]", "object"), ('{"case": {"number": 7}}', "/case")],
    ids=["cut", "list", "bad"],
)
def test_samples_must_be_casefiles(shop: Path, text: str, words: str) -> None:
    (shop / "letters" / "demo" / "samples").mkdir()
    (shop / "letters" / "demo" / "samples" / "one.json").write_text(text)
    found = findings(shop)
    assert {f.code for f in found} == {"template.sample"}
    assert any(words in f.message for f in found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_shipped_templates_have_no_errors(folder: Path) -> None:
    found = lint(folder, PATH, vocabulary())
    assert [f for f in found if f.severity == "error"] == []


def test_a_letter_encloses_what_there_is(shop: Path) -> None:
    head = shop / "letters/demo/template.yaml"
    head.write_text(head.read_text(encoding="utf-8") + "enclosures: [no-such-form]\n", encoding="utf-8")
    (found,) = findings(shop)
    assert (found.code, found.severity) == ("template.enclosure", "error")
    assert "no-such-form" in found.message
    assert found.place.startswith("template.yaml:")
