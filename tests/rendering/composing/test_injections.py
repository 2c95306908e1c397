"""Template injection, as HTML wording and as Word files: each payload is refused, or harmless, and leaves no trace.

The payloads are those that circulate for Jinja2 and docxtpl. A trace is anything a payload wants to see or do: names of
Python's own classes, an object's address, a secret of the process, a file's content, a file made.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from html import escape
from pathlib import Path

import pytest

from docservice.jobs.pool import Pool
from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.composing.values import Fact, Record
from docservice.rendering.docx.own_file import to_docx
from docservice.wording.bundle import WORD_WORDING, Bundle
from docservice.wording.word.reading import read_word
from tests.rendering.composing.test_semantic_text import HOSTILE, Names, bundle
from tests.rendering.handouts.endless import filled as fill_in_worker
from tests.shipped_wording import LETTERHEAD
from tests.wording.word.making import NAMESPACES, TITLE, docx, p, r, relation, sdt

CANARY = "canary-7313"
TRACES = re.compile(
    rf"{CANARY}|&lt;class |<class |object at 0x|&lt;function |&lt;module |root:x:0|uid=\d|Popen|mappingproxy"
)
PAYLOADS = [
    *HOSTILE,
    # Jinja2, the classics
    "{{ cycler.__init__.__globals__.os.popen('touch MADE').read() }}",
    "{{ joiner.__init__.__globals__.os.popen('id').read() }}",
    "{{ namespace.__init__.__globals__.os.environ }}",
    "{{ lipsum.__globals__['os'].popen('touch MADE').read() }}",
    "{{ lipsum['__glo'+'bals__'] }}",
    "{{ dict.__base__.__subclasses__() }}",
    "{{ ().__class__.__bases__[0].__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ [].__class__.__mro__[-1].__subclasses__() }}",
    "{{ request.application.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ config.items() }}",
    "{{ config.__class__.__init__.__globals__['os'].environ }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ url_for.__globals__ }}",
    "{{ g.pop.__globals__.__builtins__ }}",
    "{{ self._TemplateReference__context.cycler.__init__.__globals__.os.environ }}",
    "{{ self._TemplateReference__context.joiner }}",
    "{{ self.__dict__ }}",
    "{{ caller.__globals__ }}",
    "{{ loop.cycle.__globals__ }}",
    "{% for x in (1,) %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "{{ ''|attr('__class__')|attr('__mro__')|attr('__getitem__')(1) }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ v['__cl' 'ass__'] }}",
    "{{ v|map(attribute='__class__')|list }}",
    "{{ [v]|map(attribute='_values')|list }}",
    "{{ v|selectattr('__class__')|list }}",
    "{{ v|groupby('__class__') }}",
    "{{ [v]|sum(attribute='__class__') }}",
    "{{ [v]|sort(attribute='__class__') }}",
    "{{ v|tojson }}",
    "{{ v|xmlattr }}",
    "{{ v|string }}",
    "{{ 'a'|urlize }}",
    "{{ v|default(v.__class__) }}",
    "{{ nothing|default(nothing.__class__) }}",
    "{{ nothing.__init__.__globals__ }}",
    "{{ nothing._undefined_name }}",
    "{{ nothing._fail_with_undefined_error.__globals__ }}",
    # format strings
    "{{ '%s' % v.__class__ }}",
    "{{ '{0.__init__.__globals__}'.format(v) }}",
    "{{ '{a.__class__}'.format_map({'a': v}) }}",
    "{{ ('%(x)s' % {'x': v})|safe }}",
    "{{ gettext('%(x)s', x=v.__class__) }}",
    "{{ gettext('%(x)n', x=1) }}",
    "{% trans x=v.__class__ %}{{ x }}{% endtrans %}",
    "{% trans x=v %}{{ x }}{% endtrans %}",
    "{% trans %}%(v)s{{ v.__class__ }}{% endtrans %}",
    "{{ ngettext('%(a.__class__)s', 'b', 1) }}",
    # statements
    "{% set x = v.__class__ %}{{ x }}",
    "{% with x = cycler %}{{ x }}{% endwith %}",
    "{% set ns = namespace(x=1) %}{{ ns }}",
    "{% set v._values = 1 %}",
    "{% do v %}",
    "{% debug %}",
    "{% block x %}{{ self.x() }}{% endblock %}",
    "{% from 'clauses/a.html' import x %}",
    "{% import '/etc/passwd' as p %}",
    "{% include '../../../../etc/passwd' %}",
    "{% include 'file:///etc/passwd' %}",
    "{% include ['/etc/passwd', 'clauses/self.html'] %}",
    "{% include 'letterhead/letter.docx' %}",
    "{% include 'letter.html' %}",
    "{% include 'template.yaml' ignore missing %}",
    "{% raw %}{{ v.__class__ }}{% endraw %}",
    "{{ range(10**9)|list }}",
    "{{ range(0, 1000000000, 1)|length }}",
    "{% for a in range(1001) %}x{% endfor %}",
    "{{ 9999999999999999 - -9999999999999999 }}",
    "{{ (1, 2) * 99999999 }}",
    "{{ not_a_field() }}",
    "{{ v() }}",
    "{{ (((((((((((((((((((((v))))))))))))))))))))) }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{% if 1 %}" * 300 + "{% endif %}" * 300,
    "{{ " + "-" * 5000 + "1 }}",
    "{{ 1" + "+1" * 20000 + " }}",
    # docxtpl
    "{%r include '/etc/passwd' %}",
    "{{r v.__class__ }}",
    "{%p include '/etc/passwd' %}",
    "{%tr for x in cycler.__init__.__globals__ %}",
    "{{p subdoc('/etc/passwd') }}",
    "{{ tpl.new_subdoc('/etc/passwd') }}",
    "{{ InlineImage(tpl, '/etc/passwd') }}",
    "{{ RichText('</w:t><w:object/>') }}",
    "{{ Listing('a') }}",
    "{% cellbg '\"/><w:object/>' %}",
    "{% colspan 99999999 %}",
    "{% vm %}",
    "{%- hm -%}",
    "{_%_if x _%_}",
    # XML and HTML that is not a wording's
    "</w:t></w:r></w:p><w:p><w:r><w:object/></w:r></w:p>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]><w:object/>",
    "<?xml-stylesheet href='x'?>",
    "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>&f;",
    "</docservice-wording></w:r><w:r><w:object/>",
    "{{ v.facts }}</docservice-wording>",
]  # fmt: skip
FACT = "</w:t></w:r><w:r><w:object/>{{ 7*7 }}<script>&"
SOURCE = '<w:rStyle w:val="WordingTagText"/>'
ON = date(2026, 6, 1)


def names() -> Names:
    record = {"facts": Fact("x & <y>", "/x"), "secret": Fact("plain", "/y")}
    document = Record("document", {"language": "en", "direction": "ltr"})
    return Names(
        {"v": Record("v", record), "case": Record("case", {"number": Fact("N-1", "/n")}), "document": document}
    )


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCSERVICE_TEST_SECRET", CANARY)
    monkeypatch.chdir(tmp_path)


def untouched() -> None:
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: text[:40])
def test_as_html_wording(payload: str) -> None:
    made = bundle(f"<p>{payload}</p>", self="{% include 'clauses/self.html' %}", a="x")
    try:
        shown = compose(made, names(), "en").html
    except Refusal as refusal:
        refused: Refusal | None = refusal
        shown = str(refusal)
    else:
        refused = None
    assert refused is None or refused.code in ("template.error", "template.markup")
    assert not TRACES.search(shown), shown
    untouched()
    assert "x &amp; &lt;y&gt;" in compose(bundle("<p>{{ v.facts }}</p>"), names(), "en").html


def word_bundle(data: bytes) -> tuple[Bundle, tuple[str, ...]]:
    """What freezing makes of a Word file, without its lint."""
    reading = read_word(data, "probe", vocabulary=vocabulary())
    letterhead = (LETTERHEAD / "letter.docx").read_bytes()
    files = {
        "template.yaml": b"key: probe\ntitle: Probe\n", WORD_WORDING: data, "letterhead/letter.docx": letterhead,
        "clauses/self.html": b"{% include 'clauses/self.html' %}", "clauses/a.html": b"<p>x</p>",
    }  # fmt: skip
    return Bundle.of(files | dict(reading.files)), tuple(f.code for f in reading.errors)


def places(payload: str) -> dict[str, bytes]:
    """A Word file for each place where a payload may stand."""
    text, quoted = escape(payload, quote=False), escape(payload)
    more = relation("header", "header1.xml")
    header = f'<w:hdr {NAMESPACES}><w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:hdr>'
    return {
        "paragraph": docx(TITLE, p(r(text))),
        "cell": docx(TITLE, f"<w:tbl><w:tr><w:tc>{p('{{ case.number }}' + text)}</w:tc></w:tr></w:tbl>"),
        "source": docx(TITLE, p(r(text, SOURCE))),
        "header": docx(TITLE, p("x y"), parts={"word/header1.xml": header}, relations=more),
        "control": docx(TITLE, sdt(f"block:{quoted}", p("x y"))),
        "clause": docx(TITLE, sdt("clause:mine", p(r(text)))),
        "style": docx(TITLE, p("x y", style=quoted)),
        "marker": docx(TITLE, p(f"[[block: {text}]]"), p("x y"), p("[[end]]")),
        "attribute": docx(TITLE, p(sdt(f"a href:{quoted}", "<w:r><w:t>x y</w:t></w:r>"))),
        "alternative": docx(TITLE, p(r(f'&lt;img src="bundle:x.png" alt="{text}"/&gt;', SOURCE))),
    }


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda text: text[:40])
def test_as_a_word_file(payload: str) -> None:
    for place, data in places(payload).items():
        content, shown, code = outcome(data)
        assert not code or code.startswith(("template.", "word.", "picture.")), (place, code)
        assert not TRACES.search(shown), (place, shown)
        if content:
            assert_harmless(content, place)
    untouched()


def test_an_honest_word_file_is_not_refused() -> None:
    """Else the corpus would prove nothing."""
    for place, data in places("{{ v.facts }}").items():
        content, shown, code = outcome(data)
        if place not in ("control", "marker", "attribute", "alternative"):
            assert content, (place, code, shown)


def outcome(data: bytes) -> tuple[bytes, str, str]:
    """The Word face of a Word file, what its text or its refusal says, and the refusal's code."""
    try:
        made, _ = word_bundle(data)
        composition = compose(made, names(), "en")
        content = to_docx(made, names(), composition, attachments={}, issued_on=ON, draft=False)
    except Refusal as refusal:
        return b"", str(refusal), refusal.code
    return content, composition.html, ""


def assert_harmless(content: bytes, place: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                text = archive.read(name).decode()
                assert not TRACES.search(text), (place, name)
                assert not re.search(r"<w:(object|instrText|altChunk|subDoc|control)\b|<script", text), (place, name)


def test_a_fact_never_becomes_word_markup() -> None:
    facts = Names({**names().names, "v": Record("v", {"facts": Fact(FACT, "/x")})})
    assert "&lt;script&gt;" in compose(bundle("<p>{{ v.facts }}</p>"), facts, "en").html
    made, _ = word_bundle(docx(TITLE, p("Seen: {{ v.facts }}"), p("{{p v.facts }}")))
    content = to_docx(made, facts, compose(made, facts, "en"), attachments={}, issued_on=ON, draft=True)
    assert_harmless(content, "fact")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("word/document.xml").decode()
    assert text.count("{{ 7*7 }}") == 2  # as the casefile has it, not computed
    assert text.count("&lt;w:object/&gt;") == 2


LOOPS = [f"{{%p for {name} in range(1000) %}}" for name in "abcd"]


@pytest.mark.parametrize("face", ["html", "docx"])
def test_an_endless_word_file_ends_at_the_limit(face: str) -> None:
    made, errors = word_bundle(docx(TITLE, *map(p, LOOPS), *[p("{%p endfor %}")] * 4))
    assert errors == ()
    pool = Pool(workers=1, seconds=60, megabytes=1024)
    try:
        good, _ = word_bundle(docx(TITLE, p("x y")))
        parts = {made.sha256: made.to_bytes(), good.sha256: good.to_bytes()}
        assert pool.call(fill_in_worker, parts, good.sha256, face)
        with pytest.raises(Refusal) as refused:
            pool.call_within(1.0, fill_in_worker, parts, made.sha256, face)
        assert (refused.value.code, refused.value.kind) == ("render.timeout", "timeout")
        assert pool.call(fill_in_worker, parts, good.sha256, face)
    finally:
        pool.close()
