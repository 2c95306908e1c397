"""A comment is found again after an edit; an outline reads a wording from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.wording.bundle import Bundle
from docservice.wording.catalog.anchors import Anchor, WordingParagraph, find
from docservice.wording.catalog.outline import outline

TEXT = (
    WordingParagraph("opening/p[1]", "We inspected {property.situs} and found conditions that break the town’s rules."),
    WordingParagraph("solution/li[1]", "Read what to do about each violation, and mark its date."),
    WordingParagraph("solution/li[2]", "Ask us whether you need a permit before you start."),
    WordingParagraph("penalties/p[1]", "After that date we may issue a citation with a fine."),
    WordingParagraph("consequences/p[1]", "If nothing is done, the town may issue citations or go to court."),
)


@pytest.mark.parametrize(
    ("path", "quote", "how", "at"),
    [
        ("solution/li[2]", "you need a permit", "same", "solution/li[2]"),
        ("solution/li[2]", "you  need\na permit", "same", "solution/li[2]"),
        ("solution/li[7]", "you need a permit", "moved", "solution/li[2]"),
        ("recipient/p[1]", "may issue", "moved", "penalties/p[1]"),
        ("consequences/p[9]", "may issue", "moved", "consequences/p[1]"),  # of two, the one in its block
        ("penalties/p[1]", "After this date we can issue a citation and a fine.", "edited", "penalties/p[1]"),
        ("solution/li[1]", "Please read what to do about every violation, and mark it.", "edited", "solution/li[1]"),
        ("solution/li[1]", "", "same", "solution/li[1]"),
        ("solution/li[9]", "", "lost", None),
        ("solution/li[1]", "The hearing officer swears in the witnesses.", "lost", None),
        ("", "", "same", None),
    ],
)  # fmt: skip
def test_where_a_comment_stands(path: str, quote: str, how: str, at: str | None) -> None:
    found = find(Anchor(path, quote), TEXT)
    assert (found.how, found.paragraph.path if found.paragraph else None) == (how, at)


@given(st.permutations(TEXT), st.integers(0, len(TEXT) - 1))
def test_moving_paragraphs_loses_no_comment(order: list[WordingParagraph], which: int) -> None:
    meant = TEXT[which]
    moved = [WordingParagraph(f"elsewhere/p[{n}]", one.text) for n, one in enumerate(order, 1)]
    found = find(Anchor(meant.path, meant.text[5:40]), moved)
    assert (found.how, found.paragraph.text if found.paragraph else "") == ("moved", meant.text)


def test_an_outline_follows_clauses_and_shows_fields(frozen: Callable[[], Bundle]) -> None:
    read = outline(frozen())
    assert [(one.path, one.text, one.place) for one in read.paragraphs] == [
        ("h1[1]", "A letter", "letter.html:1"),
        ("salutation/p[1]", "Hello {recipient.name}, good day.", "letter.html:2"),
        ("h2[1]", "Outer", "clauses/outer.html:1"),
        ("p[1]", "Deep down.", "clauses/inner.html:1"),
        ("img[1]", "A tree", "letter.html:4"),
    ]
    (mark,) = read.marks
    assert (mark.kind, mark.name, mark.path, mark.conditional) == ("block", "salutation", "salutation", False)


def test_conditions_loops_and_circles(shop: Path, frozen: Callable[[], Bundle]) -> None:
    wording = shop / "letters" / "demo" / "letter.html"
    wording.write_text(
        """<article>{# a note #}<!-- <p>no</p> -->
{% if hearing %}<section data-block="hearing"><p>On {{ hearing.on|date }}.</p></section>
{% else %}<section data-block="hearing"><p>None.</p></section>{% endif %}
<section data-block="statements" data-statement="retaliation"><p>One{% trans n=violations|length %} tree\
{% pluralize %} trees{% endtrans %}{% if a %} tall{% else %} small{% endif %}</p></section>
{% for violation in violations %}<div data-violation="x"><p data-part="facts">{{ violation.facts|plain }}</p></div>
{% endfor %}</article>"""
    )
    read = outline(frozen())
    assert [(one.path, one.text) for one in read.paragraphs] == [
        ("hearing/p[1]", "On {hearing.on}."),
        ("hearing/p[2]", "None."),
        ("retaliation/p[1]", "One tree tall small"),
        ("violation/facts/p[1]", "{violation.facts}"),
    ]
    assert [(one.name, one.conditional) for one in read.marks] == [
        ("hearing", True), ("hearing", True), ("statements", False), ("retaliation", False),
    ]  # fmt: skip
    wording.write_text('{% include "clauses/outer.html" %}')
    (shop / "clauses" / "inner.html").write_text('<p>x</p>{% include "clauses/outer.html" %}')
    assert [one.text for one in outline(frozen()).paragraphs] == ["Outer", "x"]
