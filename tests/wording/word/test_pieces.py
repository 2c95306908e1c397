"""Tags that Word has taken apart are put together again, whatever it did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.wording.word.pieces import (
    PLAIN,
    Mark,
    Stream,
    Tag,
    TextFormat,
    WordPiece,
    WordText,
    nodes,
    read,
    sentences,
)
from docservice.wording.word.reading import read_word
from docservice.wording.word.tree import Element, inline
from tests.wording.word.making import TITLE, docx, p, r

TAGS = [
    "{{ case.number }}", '{{ permit.limit_months|duration("month") }}', "{% if served.method == 'posting' %}",
    '{% include "clauses/help.html" %}', "{{ recipient.name|default('nobody') }}", "{%p endif %}", "{{ items[0] }}",
]  # fmt: skip
CURLED = {'"': '"“”„″', "'": "'‘’‚′", " ": " \u00a0\u202f"}
BOLD = TextFormat(bold=True)


def quiet(_code: str, _message: str) -> None:
    """Nobody listens."""


@st.composite
def mangled(draw: st.DrawFn) -> tuple[str, Stream]:
    """A tag, and what Word may make of it: curled, spaced, split over runs of any look, with things in between."""
    tag = draw(st.sampled_from(TAGS))
    curled = "".join(draw(st.sampled_from(CURLED.get(c, c))) for c in tag)
    stream: Stream = []
    at = 0
    while at < len(curled):
        size = draw(st.integers(1, 7))
        piece = curled[at : at + size]
        if draw(st.booleans()):
            piece += draw(st.sampled_from(["\u200b", "\u00ad", "\ufeff"]))
        stream.append((piece, draw(st.sampled_from([PLAIN, BOLD, TextFormat(italic=True), TextFormat(language="de")]))))
        at += size
    return tag, stream


def spoken(pieces: list[WordPiece]) -> list[str]:
    found = []
    for piece in pieces:
        if isinstance(piece, WordText):
            found.append(piece.text)
        elif isinstance(piece, Tag):
            source = piece.jinja.source
            found.append(f"{source[:2]}{piece.scope}{source[2:]}")
    return found


@given(st.lists(mangled(), min_size=1, max_size=4))
def test_every_tag_comes_back_whole(tags: list[tuple[str, Stream]]) -> None:
    stream = [one for _, part in tags for one in [*part, (" – ", PLAIN)]]
    expected = [text for tag, _ in tags for text in (tag, " – ")]
    assert spoken(read(stream)) == expected


@given(st.lists(mangled(), min_size=1, max_size=3))
def test_through_a_file_as_well(tags: list[tuple[str, Stream]]) -> None:
    fields = [(tag, part) for tag, part in tags if tag.startswith("{{") and tag != "{{ items[0] }}"]
    look = {PLAIN: "", BOLD: "<w:b/>"}
    body = [
        p(*(r(one[0], look.get(one[1], "<w:i/>")) for one in part if not isinstance(one, Mark))) for _, part in fields
    ]
    reading = read_word(docx(TITLE, p("x y"), *body), "demo")
    for tag, _ in fields:
        assert f">{tag}<" in reading.wording


@given(st.text(max_size=60), st.booleans())
def test_words_are_never_tags_or_markup(text: str, bold: bool) -> None:
    pieces = sentences(read([(text, TextFormat(bold=bold))]), quiet)
    if any(isinstance(piece, Tag) and piece.jinja.word not in ("trans", "endtrans") for piece in pieces):
        assert "{{" in text or "{%" in text
    html = inline(nodes(pieces, quiet))
    for mark in ("<", ">"):
        assert html.replace("<strong>", "").replace("</strong>", "").count(mark) == 0


def test_curly_quotes_in_words_stay() -> None:
    assert spoken(read([("“{{ case.number|default(“x”) }}”", PLAIN)])) == ["“", '{{ case.number|default("x") }}', "”"]


@pytest.mark.parametrize("mark", [Mark("br"), Mark("tab")])
def test_a_line_break_in_a_tag_is_a_space(mark: Mark) -> None:
    assert spoken(read([("{% if", PLAIN), mark, ("permit %}", PLAIN)])) == ["{% if permit %}"]


def test_an_element_that_begins_in_a_tag_begins_after_it() -> None:
    stream: Stream = [("{{ case", PLAIN), Mark("open", Element("bdi")), (".number }} x", PLAIN), Mark("close")]
    assert inline(nodes(read(stream), quiet)) == "{{ case.number }}<bdi> x</bdi>"


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ([("{% if a %}", BOLD), ("x", BOLD), ("{% endif %}", PLAIN)], "{% if a %}<strong>x</strong>{% endif %}"),
        ([("{% if a %}x{% endif %}", BOLD)], "<strong>{% if a %}x{% endif %}</strong>"),
        ([("{% if a %}", PLAIN), ("x", BOLD), ("{% else %}y{% endif %}", BOLD)],
         "{% if a %}<strong>x</strong>{% else %}<strong>y</strong>{% endif %}"),
        ([("a ", PLAIN), ("<img src=x>", PLAIN)], "a &lt;img src=x&gt;"),
        ([("{# for the author #}", PLAIN), ("a", PLAIN)], "a"),
    ],
)  # fmt: skip
def test_bold_text_begins_and_ends_on_one_side_of_a_condition(stream: Stream, expected: str) -> None:
    html = inline(nodes(sentences(read(stream), quiet), quiet))
    assert html.replace("{% trans %}", "").replace("{% endtrans %}", "") == expected
