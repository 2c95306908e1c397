"""Files through translate-toolkit, on which Weblate and Pootle are built: it keeps the state of every string."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from translate.convert.po2xliff import po2xliff
from translate.convert.xliff2po import xliff2po
from translate.storage import poxliff, pypo
from translate.storage import xliff as toolkit_xliff

from docservice.refusal import Refusal
from docservice.wording.catalog.exchange import Offered, Received, TranslationUnit, po, xliff
from docservice.wording.messages import message_id
from docservice.wording.plurals import plural_rule

_LANGUAGES = ("es", "ar", "vi", "zh-Hant", "ru", "lv")


def _entry(text: str, plural: str | None, *forms: str, **more: Any) -> TranslationUnit:
    return TranslationUnit(message_id(text, plural), text, plural, forms, **more)


def _offered(language: str) -> Offered:
    count = plural_rule(language).count
    trees = tuple(f"{index}: %(n)s árboles" for index in range(count))
    return Offered(
        "letter", "A letter", 3, "ab" * 32, language,
        (
            _entry("Pay %(sum)s by <b>%(date)s</b>.", None, "Pague %(sum)s a <b>%(date)s</b>.", doubtful=True,
                   was="Pay %(sum)s.", files=("letter.html",), paths=("payment/p[1]",), comments=("Look twice.",)),
            _entry("Approved & fine.", None, "Aprobado & bien.", approved="Approved by tia on 2026-06-01."),
            _entry("A draft with %(name)s.", None, "Borrador con %(name)s."),
            _entry("Nothing yet.", None),
            _entry("One tree.", "%(n)s trees.", *trees),
            _entry("One bush.", "%(n)s bushes.", *trees, approved="Approved by tia."),
            _entry("One hedge.", "%(n)s hedges.", *trees, doubtful=True),
            _entry("One lawn.", "%(n)s lawns."),
            _entry("A long one. " * 30, None, "Uno largo. " * 30),
        ),
    )  # fmt: skip


def _states(sent: Offered) -> list[tuple[bool, bool]]:
    """Of each string: is it translated, is it fuzzy."""
    return [(bool(entry.forms) and not entry.doubtful, bool(entry.forms) and entry.doubtful) for entry in sent.entries]


def _toolkits(units: list[Any]) -> list[tuple[bool, bool]]:
    return [(unit.istranslated(), unit.isfuzzy()) for unit in units if unit.source and not unit.isheader()]


def _comes_back(sent: Offered, back: Received) -> None:
    # By way of the other format, a language with one form keeps the English for many alone: that is recognized too.
    known = {entry.plural: entry.id for entry in sent.entries if entry.plural is not None}
    assert [
        (known.get(e.sources[0], e.id) if len(set(e.sources)) == 1 else e.id, e.forms, e.doubtful)
        for e in back.entries
        if e.forms
    ] == [(e.id, e.forms, e.doubtful) for e in sent.entries if e.forms]


@pytest.mark.parametrize("language", _LANGUAGES)
def test_po_is_read_and_written_as_it_is(language: str) -> None:
    sent = _offered(language)
    data = po.written(sent)
    store = pypo.pofile.parsestring(data)
    assert _toolkits(store.units) == _states(sent)
    assert bytes(store) == data
    store.updateheader(add=True, X_Generator="Weblate 5.9", PO_Revision_Date="2026-11-28 10:00+0000", Language="x")
    store.updateheader(Language=language)
    for unit in store.units:
        unit.target = unit.target  # as a tool that writes everything anew
    _comes_back(sent, po.read(bytes(store), "x.po", language))


@pytest.mark.parametrize("kind", [poxliff.PoXliffFile, toolkit_xliff.xlifffile])
@pytest.mark.parametrize("language", _LANGUAGES)
def test_xliff_is_read_and_written_as_it_is(language: str, kind: Any) -> None:
    sent = _offered(language)
    store = kind.parsestring(xliff.written(sent))
    assert _toolkits(store.units) == _states(sent)
    _comes_back(sent, xliff.read(bytes(store), "x.xlf"))


@pytest.mark.parametrize("language", _LANGUAGES)
def test_po_by_way_of_xliff(language: str) -> None:
    sent = _offered(language)
    as_xliff = po2xliff().convertstore(pypo.pofile.parsestring(po.written(sent)), None, sourcelanguage="en",
                                       targetlanguage=language)  # fmt: skip
    back = xliff.read(as_xliff, "x.xlf")
    _comes_back(sent, back)
    assert back.plural == plural_rule(language).expression
    _comes_back(sent, po.read(bytes(xliff2po().convertstore(BytesIO(as_xliff))), "x.po", language))


@pytest.mark.parametrize("language", _LANGUAGES)
def test_xliff_by_way_of_po(language: str) -> None:
    sent = _offered(language)
    _comes_back(sent, po.read(bytes(xliff2po().convertstore(BytesIO(xliff.written(sent)))), "x.po", language))


_HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_HEAD.replace("UTF-8", "ISO-8859-1") + '\nmsgid "x"\nmsgstr "y"\n', "it says that its text is ISO-8859-1"),
        (_HEAD + '"Plural-Forms: nplurals=many; plural=x;\\n"\n\nmsgid "x"\nmsgstr "y"\n', "are no rule"),
        (_HEAD + '"Plural-Forms: nplurals=2; plural=n %% 0;\\n"\n\nmsgid "x"\nmsgstr "y"\n', "are no rule"),
        (_HEAD + '\nmsgid "x"\n', "an entry is not complete there"),
        (_HEAD + '\nmsgid "x"\nmsgid_plural "xs"\n' + "".join(f'msgstr[{n}] "a"\n' for n in range(7)),
         "has 7 forms, and 6"),
        (_HEAD + '\nmsgid "x"\nmsgstr "y"\n\nmsgid "x"\nmsgstr "z"\n', "stands there twice"),
        ('"loose"\nmsgid "x"\nmsgstr "y"\n', "has no place there"),
        ("<xliff", "it is not well-formed XML"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "XML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_our_words(text: str, says: str) -> None:
    with pytest.raises(Refusal, match=says) as refused:
        (xliff.read if text.startswith("<") else po.read)(text.encode(), *(("f", "es") if text[0] != "<" else ("f",)))
    said = str(refused.value.message) + "".join(problem.message for problem in refused.value.problems)
    for theirs in ("codec", "line 1, column", "None", "Error", "num_plurals", "locale", "tag"):
        assert theirs not in said


@pytest.mark.parametrize("header", [
    '"Language: \\n"\n', '"Language: es_419\\n"\n', '"Language: ca@valencia\\n"\n',
    '"POT-Creation-Date: \\n"\n"PO-Revision-Date: yesterday\\n"\n',
    '"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n',
    '"X-Generator: Poedit 3.5\\n"\n"Last-Translator: \\n"\n',
])  # fmt: skip
def test_headers_as_tools_write_them(header: str) -> None:
    data = (_HEAD + header + '\nmsgid "x"\nmsgid_plural "xs"\nmsgstr[0] "a"\nmsgstr[1] "b"\n').encode()
    for ends in (data, data.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + data):
        assert po.read(ends, "x.po", "es").entries[0].forms == ("a", "b")
