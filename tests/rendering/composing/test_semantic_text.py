"""What wording may say, what it may not, and what becomes of a missing value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docservice.refusal import Refusal
from docservice.rendering.composing.sandbox import Sandbox
from docservice.rendering.composing.semantic_text import Composition, compose, prepare
from docservice.rendering.composing.values import Day, Fact, Money, Record
from docservice.wording.bundle import Bundle

META = b"key: probe\ntitle: Probe\nlanguages: [en, es]\n"


@dataclass(frozen=True)
class Names:
    names: dict[str, Any]


def bundle(body: str, wrap: bool = True, **clauses: str) -> Bundle:
    text = f'<article lang="en" dir="ltr" data-document="probe"><h1>T</h1>{body}</article>' if wrap else body
    messages = {"language": "es", "plural": "n != 1", "review": "draft", "messages": MESSAGES}
    files = {"template.yaml": META, "letter.html": text.encode(), "messages/es.json": json.dumps(messages).encode()}
    files |= {f"clauses/{name}.html": clause.encode() for name, clause in clauses.items()}
    return Bundle.of(files)


MESSAGES: dict[str, Any] = {
    "Dear %(name)s:": "Estimado/a %(name)s:",
    "%(count)s item": ["%(count)s cosa", "%(count)s cosas"],
}


def told(body: str, language: str = "en", **names: Any) -> Composition:
    return compose(bundle(body), Names(names), language)


def inner(composition: Composition) -> str:
    return composition.html.split("</h1>", 1)[1].removesuffix("</article>")


def test_a_fact_carries_its_place_and_is_escaped() -> None:
    fact = Fact("<script>alert('&')</script>", "/violations/0/facts")
    composition = told("<p>{{ v.facts }}</p>", v=Record("v", {"facts": fact}))
    assert inner(composition) == (
        "<p><bdi data-fact=\"/violations/0/facts\">&lt;script&gt;alert('&amp;')&lt;/script&gt;</bdi></p>"
    )


@pytest.mark.parametrize(("language", "greeting"), [("en", "Dear "), ("es", "Estimado/a ")])
def test_a_name_keeps_its_script_and_its_mailing_form_inside_a_sentence(language: str, greeting: str) -> None:
    name = Fact("陳美玲", "/parties/0/name/text", "zh-Hant", Fact("Mei-Ling Chen", "/parties/0/name/latin"))
    composition = told("<p>{% trans name=n %}Dear {{ name }}:{% endtrans %}</p>", language, n=name)
    assert inner(composition) == (
        f'<p>{greeting}<bdi data-fact="/parties/0/name/text" lang="zh-Hant">陳美玲</bdi> '
        '(<bdi data-fact="/parties/0/name/latin">Mei-Ling Chen</bdi>):</p>'
    )


def test_an_address_on_one_line_keeps_its_order_beside_a_line_in_letters_from_the_right() -> None:
    english, arabic = Fact("1 Town Hall Way", "/a/1", "en"), Fact("كاتب البلدة", "/a/0")
    zip_line = Fact("Madrona Hills, CA 95999", "/a/2", "en")
    assert inner(told("<p>{{ a|one_line }}.</p>", a=(arabic, english, zip_line))) == (
        '<p><bdi data-fact="/a/0">كاتب البلدة</bdi>, '
        '<bdi dir="ltr"><bdi data-fact="/a/1" lang="en">1 Town Hall Way</bdi>, '
        '<bdi data-fact="/a/2" lang="en">Madrona Hills, CA 95999</bdi></bdi>.</p>'
    )


def test_dates_and_money_know_their_names() -> None:
    names = {"d": Day(date(2026, 6, 29), "en", deadline="contest-by"), "m": Money(Decimal(1500), "fine-total")}
    assert inner(told("<p>{{ d }} {{ d|weekday }} {{ m }}</p>", **names)) == (
        '<p><time datetime="2026-06-29" data-deadline="contest-by">June 29, 2026</time> '
        '<time datetime="2026-06-29" data-deadline="contest-by">Monday, June 29, 2026</time> '
        '<data value="1500.00" data-amount="fine-total">$1,500.00</data></p>'
    )


def test_a_sentence_ends_in_one_point() -> None:
    assert inner(told("<p>Call {{ n }}. Then {{ m }}.</p>", n=Fact("Builders, Inc.", "/a"), m=Fact("Co", "/b"))) == (
        '<p>Call <bdi data-fact="/a">Builders, Inc.</bdi> Then <bdi data-fact="/b">Co</bdi>.</p>'
    )


@pytest.mark.parametrize(("count", "expected"), [(1, "1 cosa"), (2, "2 cosas"), (1200, "1,200 cosas")])
def test_plural_forms(count: int, expected: str) -> None:
    body = "<p>{% trans count=n %}{{ count }} item{% pluralize %}{{ count }} items{% endtrans %}</p>"
    assert inner(told(body, "es", n=count)) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("body", "unresolved"),
    [
        ("<p>{{ v.facts }}</p>", ("v.facts",)),
        ("<p>{{ v.nothing.like.this }}</p>", ("v.nothing.like.this",)),
        ("<p>{% trans f=v.facts %}Dear {{ f }}{% endtrans %}</p>", ("v.facts",)),
        ('<p><a href="tel:{{ v.facts|plain }}">x</a></p>', ("v.facts",)),
        ("<p>{{ v.facts|listing }} {{ v.facts|weekday }} {{ v.facts|default(v.facts) }}</p>", ("v.facts",)),
        ("<p>{% if v.facts %}x{% endif %}</p>", ()),
        ("<p>{% for x in v.facts %}x{% endfor %}</p>", ()),
        ("<p>{% if v.misspelled %}x{% endif %}</p>", ("v.misspelled",)),
        ("<p>{% if unheard_of %}x{% endif %}</p>", ("unheard_of",)),
        ("<p>{{ v.facts|default('none') }}</p>", ()),
    ],
)
def test_missing_values_show_and_are_remembered(body: str, unresolved: tuple[str, ...]) -> None:
    composition = told(body, v=Record("v", {"facts": None}))
    assert composition.unresolved == unresolved
    marks = [mark.get("data-unresolved") for mark in composition.root.iter("mark")]
    assert set(marks) <= set(unresolved)


HOSTILE = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ v.__class__ }}",
    "{{ v['__class__'] }}",
    "{{ v._values }}",
    "{{ v['_values']['x'] }}",
    "{{ v.get('facts') }}",
    "{{ 'a'.upper() }}",
    "{{ '{0.__class__}'.format(v) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self }}",
    "{{ cycler.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ gettext.__globals__ }}",
    "{{ gettext('%(x.__class__)s') }}",
    "{{ loop }}{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in [1] %}{{ loop }}{% endfor %}",
    "{% for x in range(10**9) %}x{% endfor %}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{{ 'a' * 1000000000 }}",
    "{{ ('a' * 1000)|length }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 999999999999 * 999999999999 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ '%9999999999s' % 'a' }}",
    "{{ [1] * 1000000000 }}",
    "{{ 'a'|center(1000000000) }}",
    "{{ v|attr('x') }}",
    "{{ 'x'|safe }}",
    "{{ v|pprint }}",
    "{{ v }}",
    "{% set x = [1, 2] %}{{ x }}",
    "{% set x = true %}{{ x }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set x %}a{% endset %}{{ x }}",
    "{% import 'clauses/a.html' as a %}",
    "{% extends 'clauses/a.html' %}",
    "{% include v.facts %}",
    "{% include '/etc/passwd' %}",
    "{% include 'clauses/../template.yaml' %}",
    "{% include 'template.yaml' %}",
    "{% include 'messages/es.json' %}",
    "{% include 'clauses/self.html' %}",
    "{% for x in [[1]] recursive %}{{ loop(x) }}{% endfor %}",
    "{% filter upper %}a{% endfilter %}",
    "{% call v() %}{% endcall %}",
    "{% autoescape false %}{{ v.facts }}{% endautoescape %}",
    "{% if %}",
    "{{ unclosed",
    "{% trans %}never translated{% endtrans %}{{ 1 / 0 }}",
]


@pytest.mark.parametrize("body", HOSTILE)
def test_hostile_templates_are_refused_with_file_and_line(body: str) -> None:
    made = bundle("\n\n" + body, self="{% include 'clauses/self.html' %}", a="x")
    with pytest.raises(Refusal) as refused:
        compose(made, Names({"v": Record("v", {"facts": Fact("x", "/x")})}), "en")
    assert refused.value.code == "template.error"
    assert refused.value.problems[0].place.startswith(("letter.html:", "clauses/"))


def test_an_error_is_placed_where_it_happens() -> None:
    made = bundle("\n{% include 'clauses/a.html' %}", a="\n\n{{ v|listing }}")
    with pytest.raises(Refusal) as refused:
        compose(made, Names({"v": Record("v", {})}), "en")
    assert refused.value.problems[0].place == "clauses/a.html:3"


def test_output_is_bounded() -> None:
    row = "{% for b in range(1000) %}0123456789{% endfor %}"
    with pytest.raises(Refusal, match="beyond all measure"):
        told(f"<p>{{% for a in range(1000) %}}{row}{{% endfor %}}</p>")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<p onclick="x()">a</p>',
        '<p style="color:red">a</p>',
        '<p class="x">a</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="data:text/html,x">a</a>',
        '<img src="https://example.test/x.png" alt="x"/>',
        '<img src="file:///etc/passwd" alt="x"/>',
        '<img src="picture:../x.jpg"/>',
        '<img src="picture:x.jpg" alt=""/>',
        '<img alt="x"/>',
        "<img/>",
        '<iframe src="x"></iframe>',
        "<table><tr><th>no scope</th></tr></table>",
        "<h1>second title</h1>",
        "<article><p>in an article</p></article>",
        "<p>not closed",
        "<p>a & b</p>",
        "<p>&nbsp;</p>",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e;</p>',
        "<svg></svg>",
        "<form><input/></form>",
    ],
)
def test_other_html_is_refused(body: str) -> None:
    with pytest.raises(Refusal) as refused:
        told(body)
    assert refused.value.code == "template.markup"
    assert refused.value.problems


@pytest.mark.parametrize("text", ["<p>bare</p>", "", "words", "<article><p>no title</p></article>"])
def test_the_root_is_one_article_with_one_title(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        compose(bundle(text, wrap=False), Names({}), "en")
    assert refused.value.code == "template.markup"


def test_a_language_that_is_not_offered_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        told("<p>x</p>", "vi")
    assert refused.value.code == "language.unknown"


def test_a_sentence_without_a_translation_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="Not there"):
        told("<p>{% trans %}Not there{% endtrans %}</p>", "es")


def test_compositions_do_not_disturb_each_other() -> None:
    made = bundle("<p>{{ v.facts }}</p>")
    full, empty = Names({"v": Record("v", {"facts": Fact("a", "/a")})}), Names({"v": Record("v", {"facts": None})})
    assert compose(made, empty, "en").unresolved == ("v.facts",)
    assert compose(made, full, "en").unresolved == ()
    assert compose(made, full, "en").html == compose(made, full, "en").html


def test_prepared_wording_compiles_nothing_at_its_first_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    made = bundle('<p>x</p>{% include "clauses/a.html" %}', a="<p>prepared</p>", spoiled="{% if %}")
    prepare(made)  # a clause that nobody includes may be what it will
    compiled: list[str | None] = []
    real = Sandbox._parse
    monkeypatch.setattr(Sandbox, "_parse", lambda self, *what: compiled.append(what[1]) or real(self, *what))
    assert "prepared" in compose(made, Names({}), "en").html
    assert compiled == []


def test_a_draft_says_so() -> None:
    made = bundle("<p>x</p>")
    assert compose(made, Names({}), "en", draft=True).root.get("data-draft") == "true"
    assert compose(made, Names({}), "en").root.get("data-draft") is None
