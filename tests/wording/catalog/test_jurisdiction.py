"""Whose law a wording names, by file and line; and what names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice.layers import Layer, SearchPath
from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.catalog.jurisdiction import named_law
from docservice.wording.catalog.lint import lint
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


@pytest.mark.parametrize("path", sorted((LAWS / "us").glob("*/**/*.html")), ids=lambda path: path.stem)
def test_nothing_in_the_nations_layer_names_a_states_law(path: Path) -> None:
    """Clauses that no shipped letter includes, too."""
    assert list(named_law(path.read_text(encoding="utf-8"))) == []
