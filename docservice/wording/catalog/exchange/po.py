"""gettext PO: one file per template version and language, with the English that was as ``#| msgid``.

Babel writes and reads it. What is doubtful goes out as ``fuzzy`` and is never taken back as a translation. Reading is
strict: an entry that stands there twice, or a form that is missing, is not settled silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileParser, normalize

from docservice.wording.catalog.exchange.values import (
    Offered,
    Received,
    TakenString,
    TranslationUnit,
    broken,
    refuse_size,
)
from docservice.wording.messages import folder_of, message_id, tag_of
from docservice.wording.plurals import MOST_FORMS, PluralRule, picks, plural_rule

MEDIA_TYPE = "text/x-gettext-translation"
_WIDTH = 110
_LANGUAGE = re.compile(r'^"Language:\s*([A-Za-z0-9_-]+)', re.M)
_CHARSET = re.compile(r'^"Content-Type:[^"\n]*?charset=([\w.:-]+)', re.M | re.I)
_PLURALS = re.compile(r"\s*nplurals\s*=\s*(\d{1,2})\s*;\s*plural\s*=\s*([^;]+?)\s*;?\s*\Z")
_WELL_FORMED = re.compile(
    r'\s*(?:#.*|(?:msgid|msgid_plural|msgctxt|msgstr(?:\[\d+\])?)?\s*"(?:[^"\\]|\\.)*")?\s*\Z', re.S
)
_NOT_READ = (ValueError, TypeError, LookupError, AssertionError, AttributeError)


def written(offered: Offered) -> bytes:
    """The file, without any date: the same strings are the same bytes."""
    rule = plural_rule(offered.language)
    lines = list(_header(offered, rule))
    for entry in offered.entries:
        lines += ["", *_entry(entry, rule)]
    return ("\n".join(lines) + "\n").encode()


def _header(offered: Offered, rule: PluralRule) -> Iterator[str]:
    yield f"# {_line(offered.title)}, version {offered.version}, into {offered.language}."
    yield "# What is marked fuzzy translates earlier English; it is not taken back until the mark is gone."
    yield 'msgid ""'
    yield 'msgstr ""'
    for name, value in (
        ("Language", folder_of(offered.language)),
        ("Plural-Forms", rule.header),
        ("X-Docservice-Template", f"{offered.template}/{offered.version}"),
        ("X-Docservice-Bundle", offered.sha256),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ):
        yield f'"{name}: {value}\\n"'


def _entry(entry: TranslationUnit, rule: PluralRule) -> Iterator[str]:
    yield from (f"#. {_line(path)}" for path in entry.paths)
    yield from (f"#. {_line(comment)}" for comment in entry.comments)
    if entry.approved:
        yield f"#. {_line(entry.approved)}"
    if entry.files:
        yield f"#: {' '.join(entry.files)}"
    flags = (["fuzzy"] if entry.doubtful and entry.forms else []) + (["python-format"] if "%(" in entry.text else [])
    if flags:
        yield f"#, {', '.join(flags)}"
    if entry.was is not None:
        yield from (f"#| {line}" for line in f"msgid {normalize(entry.was, width=_WIDTH)}".split("\n"))
    yield f"msgid {normalize(entry.text, width=_WIDTH)}"
    if entry.plural is None:
        yield f"msgstr {normalize(entry.forms[0] if entry.forms else '', width=_WIDTH)}"
        return
    yield f"msgid_plural {normalize(entry.plural, width=_WIDTH)}"
    for index in range(rule.count):
        form = entry.forms[index] if index < len(entry.forms) else ""
        yield f"msgstr[{index}] {normalize(form, width=_WIDTH)}"


def _line(text: str) -> str:
    return " ".join(text.split())


class _Broken(Exception):
    """What is wrong with a file, as a sentence without its end, and the line."""

    def __init__(self, said: str, line: int = 0) -> None:
        super().__init__(said)
        self.said, self.line = said, line


class _Catalog(Catalog):
    """Babel's catalog, that takes the plural rule from a file's header and leaves the rest: tools write what they like
    there (no language, a date that is none).
    """

    stated: str | None = None
    forms = 1  # how many it says that it has

    def _headers(self, headers: Iterable[tuple[str, str]]) -> None:
        for name, value in headers:
            if name.lower() == "plural-forms" and "INTEGER" not in value:  # msginit's blank
                rule = _PLURALS.match(value)
                try:
                    picks(rule[2] if rule else "")
                except ValueError:
                    raise _Broken(f"its Plural-Forms, “{value[:60]}”, are no rule") from None
                assert rule is not None
                self.forms, self.stated = int(rule[1]), rule[2]

    mime_headers = property(Catalog._get_mime_headers, _headers)


class _Parser(PoFileParser):
    """Babel's parser, that says when an entry stands there twice or numbers its forms out of order."""

    def _add_message(self) -> None:
        text, line = self.messages[0].denormalize(), self.offset + 1
        numbers = [number for number, _ in self.translations]
        if text and not self.obsolete and self.catalog.get(text) is not None:
            raise _Broken(f"the entry “{text[:60]}” stands there twice", line)
        if numbers != list(range(len(numbers))):
            raise _Broken(f"the entry “{text[:60]}” numbers its plural forms wrongly", line)
        most = MOST_FORMS if len(self.messages) > 1 else 1
        if len(numbers) > most:
            raise _Broken(f"the entry “{text[:60]}” has {len(numbers)} forms, and {most} are the most", line)
        super()._add_message()

    def _invalid_pofile(self, line: Any, lineno: int, msg: str) -> None:
        said = f"“{str(line)[:60]}” has no place there" if line else "an entry is not complete there"
        raise _Broken(said, lineno + 1)


def read(data: bytes, name: str = "the file", language: str | None = None) -> Received:
    """What a PO file holds; obsolete entries are left out.

    ``language`` is what the caller expects, for a file that does not say. Raises ``Refusal``: ``translation.broken``
    with the line, ``translation.size``.
    """
    refuse_size(name, data)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise broken(name, "it is not UTF-8 text") from None
    charset = _CHARSET.search(text)
    if charset and charset[1].lower() not in ("utf-8", "utf8", "charset"):
        raise broken(name, f"it says that its text is {charset[1][:20]}, and it has to be UTF-8")
    for number, line in enumerate(text.split("\n"), 1):
        if not _WELL_FORMED.match(line):  # Babel would cut off the last letter of an open string
            raise broken(name, f"“{line.strip()[:60]}” is no line of a PO file", number)
    said = _LANGUAGE.search(text)
    expected = tag_of(said[1]) if said else language
    catalog = _Catalog()
    catalog._num_plurals = MOST_FORMS  # type: ignore[assignment]  # what is not used stays empty
    catalog.forms = plural_rule(expected).count if expected else 1
    try:
        _Parser(catalog, ignore_obsolete=True, abort_invalid=True).parse(BytesIO(text.encode()))
    except _Broken as error:
        raise broken(name, error.said, error.line) from None
    except _NOT_READ:
        raise broken(name, "its entries are not as a PO file has them") from None
    entries = tuple(_taken(catalog, name))
    if not entries:
        raise broken(name, "there is no entry in it")
    return Received(tag_of(said[1]) if said else None, catalog.stated, entries)


def _used(forms: Sequence[str], count: int) -> tuple[str, ...]:
    """The forms that the file has: as many as it says, or as many as are filled in (some tools make two of one)."""
    filled = max((index + 1 for index, form in enumerate(forms) if form), default=0)
    return tuple(forms[: max(filled, count)])


def _taken(catalog: _Catalog, name: str) -> Iterator[TakenString]:
    for message in catalog:
        if not message.id:
            continue
        both = (message.id, None) if isinstance(message.id, str) else (message.id[0], message.id[1])
        string = message.string or ""
        forms = (string,) if isinstance(string, str) else _used(string, catalog.forms)
        sources = tuple(one for one in both if one is not None)
        yield TakenString(
            message_id(*both),
            sources,
            forms if any(forms) else (),
            message.fuzzy,
            f"{name}:{message.lineno or 0}",
            counts=both[1] is not None,
        )
