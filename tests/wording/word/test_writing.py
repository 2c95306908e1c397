"""A wording goes to Word and comes back the same; what a lawyer changes in between comes back changed."""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from itertools import pairwise
from random import Random

import docx as python_docx
import pytest
from lxml import etree

from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.wording.word.package import W, open_package
from docservice.wording.word.reading import read_word
from docservice.wording.word.tree import canonical, parse
from docservice.wording.word.writing import to_word, written
from tests.shipped_wording import FOLDERS, LETTERS
from tests.shipped_wording import bundle_of as bundle
from tests.wording.word.making import NAMESPACES, deleted, ins, tracked, zipped


def sources(key: str) -> dict[str, str]:
    return {path: data.decode() for path, data in bundle(key).files.items() if path.endswith(".html")}


@pytest.mark.parametrize("key", LETTERS)
def test_every_letter_comes_back_as_it_was(key: str) -> None:
    data = to_word(bundle(key))
    assert data == to_word(bundle(key))
    reading = read_word(data, key, vocabulary=vocabulary())
    assert reading.errors == ()
    known = sources(key)
    assert set(reading.files) == set(known)  # every clause is in the file
    for path, text in known.items():
        assert canonical(parse(reading.files[path].decode())) == canonical(parse(text)), path
    # Held against what it was made from, not a byte is different, and no clause is proposed anew.
    assert read_word(data, key, known=known).files == {"letter.html": known["letter.html"].encode()}


def without_controls(data: bytes, *titles: str) -> bytes:
    """A Word file without the controls of these titles, their text kept; without any when none is given."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    for control in list(root.iter(f"{W}sdt")):
        alias = control.find(f"{W}sdtPr/{W}alias")
        if not titles or (alias is not None and alias.get(f"{W}val") in titles):
            parent = control.getparent()
            at = parent.index(control)
            parent[at : at + 1] = list(control.find(f"{W}sdtContent"))
    return zipped({**parts, "word/document.xml": etree.tostring(root)})


@pytest.mark.parametrize(
    ("titles", "severity", "said"),
    [
        (("Block: informal",), "warning", "has “informal”; here each was deleted"),
        (("Block: informal", "Clause: help"), "warning", "“informal”, “help”"),
        ((), "error", "its content controls are gone"),
    ],
)
def test_controls_that_are_lost_are_named(titles: tuple[str, ...], severity: str, said: str) -> None:
    """Words stay when a control goes, so nobody sees in Word that a block or a clause has gone."""
    key = "courtesy-letter" if titles else "closure-letter"  # in which no clause stands twice, once by its name
    data = without_controls(to_word(bundle(key)), *titles)
    reading = read_word(data, key, known=sources(key))
    (found,) = [finding for finding in reading.findings if finding.code == "word.marks"]
    assert found.severity == severity
    assert said in found.message


@pytest.mark.parametrize("key", LETTERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_runs_that_word_has_split_say_what_they_said(key: str, seed: int) -> None:
    """Spelling marks, bookmarks, smart tags, revision numbers, insertions by somebody, quotes and spaces made nice."""
    data = split(to_word(bundle(key)), Random(seed))
    reading = read_word(data, key, known=sources(key))
    assert reading.files == {"letter.html": sources(key)["letter.html"].encode()}
    assert {finding.code for finding in reading.findings} <= {"word.tracked"}


def split(data: bytes, chance: Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    for run in list(root.iter(f"{W}r")):
        text = run.findtext(f"{W}t") or ""
        if text.startswith("{") and "'" not in text:
            text = re.sub(r'"([^"]*)"', chance.choice(["“\\1”", "„\\1“", "«\\1»"]), text)
            text = text.replace(" ", chance.choice([" ", "\u00a0", "\u202f"]))
        if len(text) < 3:
            continue
        cuts = [0, *sorted(chance.sample(range(1, len(text)), 2)), len(text)]
        made: list[etree._Element] = []
        for begin, end in pairwise(cuts):
            piece = deepcopy(run)
            piece.find(f"{W}t").text = text[begin:end]
            piece.set(f"{W}rsidR", "00AA00AA")
            xml = etree.tostring(piece, encoding="unicode")
            around = chance.choice([
                "{}", "<w:proofErr w:type='spellStart'/>{}<w:proofErr w:type='spellEnd'/>",
                "<w:bookmarkStart w:id='1' w:name='_GoBack'/>{}<w:bookmarkEnd w:id='1'/>",
                "<w:smartTag w:uri='x' w:element='place'>{}</w:smartTag>", f"{ins('{}')}{deleted('gone')}",
            ])  # fmt: skip
            made += list(etree.fromstring(f"<x {NAMESPACES}>{around.replace('{}', xml)}</x>"))
        parent = run.getparent()
        at = parent.index(run)
        parent[at : at + 1] = made
    return zipped({**parts, "word/document.xml": etree.tostring(root)})


@pytest.mark.parametrize("key", LETTERS)
def test_every_letter_is_a_sound_word_file(key: str) -> None:
    data = to_word(bundle(key))
    document = python_docx.Document(io.BytesIO(data))
    known = {style.style_id for style in document.styles}
    used = {e.get(f"{W}val") for e in document.element.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle")}
    assert used <= known
    package = open_package(data)
    tags = [e.get(f"{W}val") for e in package.document.iter(f"{W}tag")]
    assert all(len(tag) <= 64 for tag in tags)
    numbers = {e.get(f"{W}numId") for e in package.xml("word/numbering.xml").iter(f"{W}num")}
    assert {e.get(f"{W}val") for e in package.document.iter(f"{W}numId")} <= numbers
    for holder in package.document.iter(f"{W}tc", f"{W}sdtContent"):
        assert len(holder), "Word wants something in it"
    assert package.xml("word/settings.xml").find(f"{W}trackRevisions") is not None


def test_a_reader_sees_fields_and_blocks_and_not_the_marks_of_sentences() -> None:
    package = open_package(to_word(bundle("courtesy-letter")))
    shown, hidden = [], []
    for run in package.document.iter(f"{W}r"):
        text = "".join(t.text or "" for t in run.iter(f"{W}t"))
        (hidden if run.find(f"{W}rPr/{W}vanish") is not None else shown).append(text)
    assert "We are writing about {{ property }}. Something there" in "".join(shown)
    assert not any("{% trans" in text for text in shown if not text.startswith("<img"))
    assert all("trans" in text for text in hidden)
    titles = [e.get(f"{W}val") for e in package.document.iter(f"{W}alias")]
    assert {"Block: solution", "Clause: help", "Part: facts"} <= set(titles)


ODD = [
    "<p>a<br/>b</p>",
    "<p><strong>a<br/>b</strong></p>",
    "<p>a <em>c <strong>d</strong></em> <strong>e <em>f</em></strong></p>",
    '<p><strong>see <a href="{{ town.website|plain }}">{{ town.website }}</a></strong></p>',
    '<p><a href="https://x.example/?a=1&amp;b=2">{% trans %}here{% endtrans %}</a></p>',
    '<p lang="{{ tagline.language }}" dir="{{ tagline.direction }}">{{ tagline.text }}</p>',
    "<ul><li><p>{{ case.number }}</p><p>{{ case.title }}</p></li></ul>",
    '<ol start="3"><li>{{ case.number }}</li></ol>',
    "<ul><li>{{ case.number }}<ol><li>{{ case.title }}</li></ol></li><li>x</li></ul>",
    "<dl><dt>A</dt><dd>{{ case.number }}</dd><dd>{{ case.title }}</dd></dl>",
    "<dl>{% for e in chronology %}<dt>{{ e.on }}</dt><dd>{{ e.text }}</dd>{% endfor %}</dl>",
    "{% for h in help %}<h2>{{ h.name }}</h2><ul><li>{{ h.phone }}</li></ul>{% endfor %}",
    "<blockquote><p>{{ case.number }}</p><p>x</p></blockquote>",
    "<section><section>{{ case.number }}</section></section>",
    '<figure><img src="bundle:seal.svg" alt="The “seal” of {{ town.name|plain }}"/><figcaption>x</figcaption></figure>',
    '<table><tbody><tr><td rowspan="2">a</td><th scope="row">b</th></tr><tr><td>c</td></tr></tbody></table>',
    '<table><thead><tr><td></td><th scope="colgroup">b</th></tr></thead>'
    "<tbody><tr><td><p>a</p><ul><li>b</li></ul></td><td><table><tbody><tr><td>x</td></tr></tbody></table></td></tr>"
    "</tbody></table>",
    "<table><tr><td>no body</td></tr></table>",
    '<p>{% trans a=case.number, b=case.title %}One {{ a }}<br/>{{ b }}{% pluralize %}Many{% endtrans %}</p>',
    "<p>{% if permit %}{% if hearing %}{{ case.number }}{% endif %}{% else %}<strong>{{ town.name }}</strong>"
    "{% endif %}</p>",
    "<p>&lt;select&gt; &amp;amp; &#8220;it&#8221; \u00a0 x</p>",
    '<section data-statement="' + "long-" * 12 + 'name"><p>{{ case.number }}</p></section>',
]  # fmt: skip


@pytest.mark.parametrize("inside", ODD)
def test_wording_that_no_letter_has_yet_comes_back_too(inside: str) -> None:
    head = '<article lang="en" dir="ltr" data-document="x">'
    source = f"{head}<h1>{{{{ case.title }}}}</h1>{inside}</article>"
    data = written({"letter.html": source}, "letter.html", "T")
    reading = read_word(data, "x", known={"letter.html": f"{head}</article>"})
    # What stood outside of a sentence is in one now.
    assert unmarked(reading.wording) == unmarked(source)


def unmarked(source: str) -> str:
    return re.sub(r"\{% (trans|endtrans) %\}", "", canonical(parse(source)))


def edited(key: str, change: tuple[str, str]) -> bytes:
    """The letter in Word, with a run changed as Word tracks it."""
    return tracked(to_word(bundle(key)), *change)


def test_a_tracked_edit_changes_its_sentence_and_nothing_else() -> None:
    change = ("We hope this letter helps you put it right.", "Please put it right.")
    known = sources("courtesy-letter")
    reading = read_word(edited("courtesy-letter", change), "courtesy-letter", known=known)
    assert canonical(parse(reading.wording)) == canonical(parse(known["letter.html"].replace(*change)))
    assert set(reading.files) == {"letter.html"}
    assert [f.code for f in reading.findings] == ["word.tracked"]


def test_an_edit_in_a_clause_is_proposed_with_the_letter() -> None:
    change = ("Say what is in the way", "Tell us what is in the way")
    known = sources("courtesy-letter")
    reading = read_word(edited("courtesy-letter", change), "courtesy-letter", known=known)
    assert set(reading.files) == {"letter.html", "clauses/help.html"}
    assert reading.wording == known["letter.html"]
    assert canonical(parse(reading.files["clauses/help.html"].decode())) == canonical(
        parse(known["clauses/help.html"].replace(*change))
    )


def test_a_handout_is_not_edited_in_word() -> None:
    key = min(folder.name for folder in FOLDERS if folder.name not in LETTERS)
    with pytest.raises(Refusal, match="handout"):
        to_word(bundle(key))


@pytest.mark.parametrize("wrong", ["<p>", "</p>", "<p><b></p></b>", "<p {% if x %}>", "<p><span>" * 100])
def test_markup_that_does_not_nest_is_refused_with_its_line(wrong: str) -> None:
    with pytest.raises(Refusal) as refused:
        written({"letter.html": f"<article>\n{wrong}\n</article>"}, "letter.html", "T")
    assert refused.value.problems[0].place.startswith("letter.html:")
