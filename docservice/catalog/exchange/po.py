"""gettext PO: one file per template version and language, with the English that was as ``#| msgid``.

Babel writes and reads it. What is doubtful goes out as ``fuzzy`` and is never taken back as a translation. Reading is
strict: an entry that stands there twice, or a form that is missing, is not settled silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, normalize

from docservice.catalog.exchange.values import Entry, Offered, Received, Taken, broken, refuse_size
from docservice.catalog.messages import PluralRule, folder_of, message_id, plural_rule, tag_of

MEDIA_TYPE = "text/x-gettext-translation"
_WIDTH = 110
_LANGUAGE = re.compile(r'^"Language:\s*([A-Za-z_-]+)', re.M)
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
        ("Plural-Forms", f"nplurals={rule.count}; plural={rule.expression};"),
        ("X-Docservice-Template", f"{offered.template}/{offered.version}"),
        ("X-Docservice-Bundle", offered.sha256),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ):
        yield f'"{name}: {value}\\n"'


def _entry(entry: Entry, rule: PluralRule) -> Iterator[str]:
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


class _Parser(PoFileParser):
    """Babel's parser, that says when an entry stands there twice or numbers its forms out of order."""

    def _add_message(self) -> None:
        text = self.messages[0].denormalize()
        twice = bool(text) and not self.obsolete and self.catalog.get(text) is not None
        numbers = [number for number, _ in self.translations]
        if twice or numbers != list(range(len(numbers))):
            what = "stands there twice" if twice else "numbers its plural forms wrongly"
            raise PoFileError(f"the entry “{text[:60]}” {what}", self.catalog, "", self.offset + 1)
        super()._add_message()


def read(data: bytes, name: str = "the file", language: str | None = None) -> Received:
    """What a PO file holds; obsolete entries are left out.

    ``language`` is what the caller expects, for a file that does not say. Raises ``Refusal``: ``translation.broken``
    with the line, ``translation.size``.
    """
    refuse_size(name, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise broken(name, "it is not UTF-8 text") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not _WELL_FORMED.match(line):  # Babel would cut off the last letter of an open string
            raise broken(name, f"“{line.strip()[:60]}” is no line of a PO file", number)
    said = _LANGUAGE.search(text)
    expected = tag_of(said[1]) if said else language
    try:
        catalog = Catalog(locale=folder_of(expected) if expected else None)
        _Parser(catalog, ignore_obsolete=True, abort_invalid=True).parse(BytesIO(text.encode()))
    except PoFileError as error:
        raise broken(name, str(error), error.lineno) from None
    except _NOT_READ as error:
        raise broken(name, str(error) or "it is no PO file") from None
    entries = tuple(_taken(catalog, name))
    if not entries:
        raise broken(name, "there is no entry in it")
    stated = '"Plural-Forms:' in text
    return Received(tag_of(said[1]) if said else None, catalog.plural_expr if stated else None, entries)


def _taken(catalog: Catalog, name: str) -> Iterator[Taken]:
    for message in catalog:
        if not message.id:
            continue
        both = (message.id, None) if isinstance(message.id, str) else (message.id[0], message.id[1])
        string = message.string or ""
        forms = (string,) if isinstance(string, str) else tuple(string)
        sources = tuple(one for one in both if one is not None)
        yield Taken(
            message_id(*both), sources, forms if any(forms) else (), message.fuzzy, f"{name}:{message.lineno or 0}"
        )
