"""Files to translators and back: what goes out comes back, and what is broken is refused by line."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from docservice.refusal import Refusal
from docservice.wording.catalog.exchange import Offered, Received, TranslationUnit, po, same_language, xliff
from docservice.wording.catalog.exchange.matching import matched
from docservice.wording.messages import message_id
from docservice.wording.plurals import plural_rule

# Everything that XML and PO can carry, and what is awkward in either.
_AWKWARD = st.sampled_from(
    ['"', "\\", "\\n", "\n", "\t", "<b>", "</b>", "%(name)s", "%%", "&amp;", "&", "<", ">", "]]>", " ", "  ", "\u2066",
     "\u2069", "\u00a0", "陳", "غ", "#~ ", "#| ", "msgid ", "{x}", "'", "\u2028"]
)  # fmt: skip
_LETTERS = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "M"]), max_size=12)
_TEXT = st.lists(_AWKWARD | _LETTERS, min_size=1, max_size=10).map("".join).filter(lambda text: bool(text.strip()))


@st.composite
def offers(draw: st.DrawFn) -> Offered:
    language = draw(st.sampled_from(["es", "vi", "ar", "zh-Hant"]))
    texts = draw(st.lists(_TEXT, min_size=1, max_size=5, unique=True))
    entries = []
    for text in texts:
        plural = draw(st.none() | _TEXT)
        count = 1 if plural is None else plural_rule(language).count
        forms = draw(st.just(()) | st.lists(_TEXT, min_size=count, max_size=count).map(tuple))
        # With one form only, the form for many is the only English that XLIFF has.
        was, doubtful = draw(st.none() | _TEXT), bool(forms) and draw(st.booleans())
        entries.append(
            TranslationUnit(
                message_id(text, plural), text, plural, forms, doubtful, draw(st.sampled_from(["", "Approved by b."])),
                was, ("letter.html",), ("penalties/p[2]",), (draw(_TEXT),),
            )
        )  # fmt: skip
    return Offered("letter", "A letter", 3, "ab" * 32, language, tuple(entries))


def same(sent: Offered, back: Received) -> None:
    assert back.language == sent.language
    assert [(e.id, e.forms, e.doubtful and bool(e.forms)) for e in back.entries] == [
        (e.id, e.forms, e.doubtful) for e in sent.entries
    ]
    for went, came in zip(sent.entries, back.entries, strict=True):
        assert set(came.sources) <= {went.text, went.plural}


@settings(max_examples=150, deadline=None)
@given(offers())
def test_po_comes_back_as_it_went(sent: Offered) -> None:
    data = po.written(sent)
    back = po.read(data, "x.po")
    same(sent, back)
    assert plural_rule(sent.language).same(back.plural or "")
    assert po.written(sent) == data


@settings(max_examples=150, deadline=None)
@given(offers())
def test_xliff_comes_back_as_it_went(sent: Offered) -> None:
    data = xliff.written(sent)
    same(sent, xliff.read(data, "x.xlf"))
    assert xliff.written(sent) == data


SENT = Offered(
    "letter", "A letter", 3, "ab" * 32, "es",
    (
        TranslationUnit(
            message_id("Pay %(sum)s by <b>%(date)s</b>."), "Pay %(sum)s by <b>%(date)s</b>.", None, ("Pague.",), True,
            "", "Pay %(sum)s.", ("letter.html",), ("payment/p[1]", "payment/p[2]"), ("Look twice.",),
        ),
        TranslationUnit(message_id("One tree."), "One tree.", None, ("Un árbol.",), False,
                        "Approved by tia on 2026-06-01."),
        TranslationUnit(message_id("One", "%(n)s"), "One", "%(n)s", ("Uno", "%(n)s")),
    ),
)  # fmt: skip


def test_what_a_translator_reads_in_a_po_file() -> None:
    text = po.written(SENT).decode()
    for line in (
        "#. payment/p[1]", "#. Look twice.", "#: letter.html", "#, fuzzy, python-format", '#| msgid "Pay %(sum)s."',
        "#. Approved by tia on 2026-06-01.", "msgstr[1]", '"Language: es\\n"', "nplurals=2",
    ):  # fmt: skip
        assert line in text


def test_what_a_translator_reads_in_an_xliff_file() -> None:
    root = etree.fromstring(xliff.written(SENT))
    names = {"x": "urn:oasis:names:tc:xliff:document:1.2"}
    assert [p.text for p in root.findall(".//x:source/x:ph", names)][:3] == ["%(sum)s", "<b>", "%(date)s"]
    assert [n.text for n in root.findall(".//x:note[@from='earlier English']", names)] == ["Pay %(sum)s."]
    assert [c.text for c in root.findall(".//x:context[@context-type='x-block-path']", names)] == [
        "payment/p[1]", "payment/p[2]",
    ]  # fmt: skip
    assert [t.get("state") for t in root.findall(".//x:target", names)] == [
        "needs-review-translation", "final", "translated", "translated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<ph id="1">%(sum)s</ph>', '<x id="1"/>'),  # as some tools give the code back
        ('<ph id="1">%(sum)s</ph>', '<x id="9" equiv-text="%(sum)s"/>'),
        ('<ph id="1">%(sum)s</ph>', '<mrk mtype="protected"><ph id="1">%(sum)s</ph></mrk>'),
    ],
)
def test_inline_codes_of_other_tools(old: str, new: str) -> None:
    entry = TranslationUnit(message_id("Pay %(sum)s."), "Pay %(sum)s.", None, ("Pague %(sum)s.",))
    data = xliff.written(Offered("l", "L", 1, "", "es", (entry,))).decode()
    head, _, target = data.partition("<target")
    assert old in target
    (back,) = xliff.read((head + "<target" + target.replace(old, new)).encode()).entries
    assert (back.sources, back.forms) == (("Pay %(sum)s.",), ("Pague %(sum)s.",))


GOOD_PO = po.written(SENT).decode()
GOOD_XLIFF = xliff.written(SENT).decode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"not a catalog",
        b'msgid "x"\n',
        b'msgid "x"\nmsgstr "y',
        b'msgid "x"\nmsgstr[a] "y"\n',
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=nonsense\\n"\n\nmsgid "x"\nmsgstr "y"\n',
        b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=many; plural=x;\\n"\n\nmsgid "x"\nmsgstr "y"\n',
        (GOOD_PO + '\nmsgid "One tree."\nmsgstr "Otro."\n').encode(),
        GOOD_PO.replace("msgstr[1]", "msgstr[7]").encode(),
        GOOD_PO.replace("msgstr[0]", "msgstr[-1]").encode(),
    ],
)
def test_a_po_file_that_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        po.read(data, "x.po", "es")
    assert refused.value.code == "translation.broken"
    assert all(p.place.startswith("x.po") for p in refused.value.problems)


_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<xliff",
        "<html/>",
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0"/>',
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"/>',
        GOOD_XLIFF.replace("?>\n", f"?>\n{_BOMB}", 1),
        GOOD_XLIFF.replace("?>\n", '?>\n<!DOCTYPE x SYSTEM "file:///etc/passwd">', 1),
        re.sub("(?s)(<trans-unit.*?</trans-unit>)", r"\1\1", GOOD_XLIFF, count=1),
    ],
)
def test_an_xliff_file_that_cannot_be_read(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        xliff.read(text.encode(), "x.xlf")
    assert refused.value.code == "translation.broken"


def test_a_file_that_no_translator_writes() -> None:
    for read in (po.read, xliff.read):
        with pytest.raises(Refusal) as refused:
            read(b" " * (5 * 2**20 + 1), "x")
        assert refused.value.kind == "too-large"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("es", "es", True), ("es", "es-US", True), ("zh-Hant", "zh_TW", True), ("zh-Hant", "zh-CN", False),
        ("zh-Hant", "zh", False), ("es", "vi", False), ("ES", "es", True), ("ar", "ar-EG", True), ("xx", "yy", False),
    ],
)  # fmt: skip
def test_how_tools_name_languages(one: str, other: str, same: bool) -> None:
    assert same_language(one, other) == same


_BABEL_ARABIC = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)"
)


def _counting(plural_forms: str, *forms: str) -> Received:
    written = "".join(f'msgstr[{index}] "{form}"\n' for index, form in enumerate(forms))
    head = f'msgid ""\nmsgstr ""\n"Plural-Forms: {plural_forms};\\n"\n\n'
    return po.read((head + f'msgid "One"\nmsgid_plural "%(n)s"\n{written}').encode(), "x.po")


@pytest.mark.parametrize(
    ("language", "rule", "forms", "wanted"),
    [
        ("ar", _BABEL_ARABIC, ("0", "1", "2", "3", "100", "11"), ("0", "1", "2", "3", "11", "100")),
        ("ar", plural_rule("ar").header.rstrip(";"), tuple("012345"), tuple("012345")),
        ("es", "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2", ("a", "m", "b"), ("a", "b")),
        ("es", "nplurals=2; plural=n==1 ? 0 : 1", ("a", "b"), ("a", "b")),
        ("vi", "nplurals=2; plural=(n != 1)", ("a", "a"), ("a",)),
        ("vi", "nplurals=1; plural=0", ("a",), ("a",)),
    ],
)
def test_a_file_may_count_in_another_order(
    language: str, rule: str, forms: tuple[str, ...], wanted: tuple[str, ...]
) -> None:
    (entry,) = matched(_counting(rule, *forms), language, "x.po")
    assert entry.forms == wanted


@pytest.mark.parametrize(
    ("language", "rule", "forms"),
    [("es", "nplurals=2; plural=(n == 7)", ("a", "b")), ("ar", "nplurals=2; plural=(n != 1)", ("a", "b")),
     ("vi", "nplurals=2; plural=(n != 1)", ("a", "b"))],
)  # fmt: skip
def test_a_file_that_counts_otherwise_names_each_entry(language: str, rule: str, forms: tuple[str, ...]) -> None:
    with pytest.raises(Refusal) as refused:
        matched(_counting(rule, *forms), language, "x.po")
    (problem,) = refused.value.problems
    assert (refused.value.code, problem.place) == ("translation.plural", "x.po:5")
    assert plural_rule(language).header in refused.value.message
