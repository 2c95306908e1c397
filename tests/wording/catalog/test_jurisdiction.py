"""Whose law a wording names, by file and line; and what names none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath
from docservice.pipeline.vocabulary import vocabulary
from docservice.wording import container
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.jurisdiction import STATES, law_in, misplaced, named_law
from docservice.wording.catalog.lint import lint
from docservice.wording.messages import Messages
from tests.shipped_wording import LAWS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(Government Code section 53069.4)", ["Government Code section 53069.4"]),
        ("see Civil Code section 1942.5.", ["Civil Code section 1942.5."]),
        ("Revenue and Taxation Code sections 17274 and 24436.5", ["Revenue and Taxation Code sections 17274"]),
        ("Gov. Code § 36900(b)", ["Gov. Code § 36900"]),
        ("under § 162.09(3), Fla. Stat.", ["§ 162.09(3)"]),
        ("the Superior Court of the county", ["Superior Court"]),
        ("a county court or the Circuit Court", ["Circuit Court"]),
        ("under the laws of the State of Florida", ["laws of the State", "Florida"]),
        ("I declare under penalty of perjury", ["under penalty of perjury"]),
        ("{# Civil Code section 1 #}<p>{% trans %}Nothing.{% endtrans %}</p>", []),
        ("given to the United States Postal Service", []),
        ("Section 3 of this letter; the rule of our code", []),
        ("ask a court to review it, or go to court", []),
        ("{{ town.county }} and local rules or state law", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [word for word, _ in named_law(text)] == words


@pytest.mark.parametrize(
    ("layer", "text", "found"),
    [
        ("us", "<p>{% trans %}You may ask the Superior Court.{% endtrans %}</p>", True),
        ("us", "<p>\n{% trans %}In California, ask.{% endtrans %}</p>", True),
        ("us-ca", "<p>{% trans %}You may ask the Superior Court of California.{% endtrans %}</p>", False),
        ("us-ca", "<p>{% trans %}As the law of Texas has it.{% endtrans %}</p>", True),
        ("heron-pass", "<p>{% trans %}See section 162.09 and the Circuit Court.{% endtrans %}</p>", False),
    ],
)
def test_lint_refuses_law_where_it_does_not_belong(shop: Path, layer: str, text: str, found: bool) -> None:
    (shop / "clauses" / "inner.html").write_text(text)
    findings = lint(shop / "letters" / "demo", SearchPath((Layer(layer, shop),)), vocabulary())
    places = [f.place for f in findings if f.code == "template.jurisdiction"]
    assert places == ([f"clauses/inner.html:{1 + text.count(chr(10))}"] if found else [])


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("letters/demo/template.yaml", "title: Demo", "title: Demo (Gov. Code § 36900)", "template.yaml:"),
        ("letters/demo/template.yaml", "title: Demo", "title: Demo  # Gov. Code § 36900", ""),
        ("letterhead/letter.typ", "", '\n#let foot = "State law of Nevada"\n', "letterhead/letter.typ:"),
        ("letterhead/letter.typ", "", "\n// as Nevada has it\n", ""),
        ("letterhead/words.json", "", '{"en": {"draft": "Superior Court"}}', "letterhead/words.json:"),
    ],
)
def test_what_is_printed_from_is_looked_through_beside_the_wording(
    shop: Path, file: str, old: str, new: str, place: str
) -> None:
    written = shop / file
    text = written.read_text(encoding="utf-8") if written.is_file() else ""
    assert old in text
    written.parent.mkdir(exist_ok=True)
    written.write_text(text.replace(old, new, 1) if old else text + new)
    letterhead = shop / "letterhead" / "letter.typ"
    letterhead.write_text(letterhead.read_text(encoding="utf-8") + '\n#let words = json("words.json")\n')
    findings = lint(shop / "letters" / "demo", SearchPath((Layer("us", shop),)), vocabulary())
    places = [f.place for f in findings if f.code == "template.jurisdiction"]
    assert [one.rstrip("0123456789") for one in places] == ([place] if place else [])


def test_a_word_letterhead_is_read() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        parts.writestr("word/header1.xml", "<w:t>State of Oreg</w:t><w:t>on</w:t>")
    assert list(law_in("letterhead/letter.docx", held.getvalue())) == [("Oregon", 1)]


def test_a_translation_names_no_law_of_its_own() -> None:
    files = {
        "template.yaml": b"key: demo\ntitle: Demo\ndocument_type: memorandum\naudience: parties\nface: letter\n",
        "messages/es.json": Messages(
            "es", {"Pay it.": "Pague (Gov. Code § 36900).", "See § 1.": "Vea § 1.", "Stop.": "Pare."}
        ).to_json(),
    }
    (only,) = misplaced(Bundle.from_bytes(container.pack(files)))
    assert (only.place, "Pay it." in only.message) == ("messages/es.json", True)


@pytest.mark.parametrize("path", sorted((LAWS / "us").glob("forums/*.yaml")), ids=lambda path: path.stem)
def test_the_nations_forums_name_no_state(path: Path) -> None:
    """What they cite is federal; no lint reads them."""
    assert not [words for words, _ in law_in(path.name, path.read_bytes()) if words in STATES.values()]


@pytest.mark.parametrize("path", sorted((LAWS / "us").glob("*/**/*.html")), ids=lambda path: path.stem)
def test_nothing_in_the_nations_layer_names_a_states_law(path: Path) -> None:
    """Clauses that no shipped letter includes, too."""
    assert list(named_law(path.read_text(encoding="utf-8"))) == []
