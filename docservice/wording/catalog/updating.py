"""Bring the ``.po`` files to the wording: new sentences in, changed ones untranslated, nothing else touched.

The files have no dates and list the sentences in the order of the wording, so that running this twice changes nothing
and a review sees only what changed. A sentence that is gone stays at the end as obsolete (``#~``), for the translator;
one that is an edit of it names it (``#. Earlier English``) and stays untranslated: nothing is fuzzy and then used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from docservice.refusal import Refusal
from docservice.town import load_pack
from docservice.wording.catalog.pack_strings import strings
from docservice.wording.catalog.rewording import earlier
from docservice.wording.messages import PoFile, Sentence, folder_of, read_catalog, sentences, tag_of
from docservice.wording.meta import load_meta
from docservice.wording.plurals import plural_rule, recast

_NAMES = (
    b"POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|"
    b"Report-Msgid-Bugs-To|Last-Translator|Language-Team"
)
_CHANGING = re.compile(rb'^"(?:' + _NAMES + rb'): .*\\n"\n', re.M)


@dataclass(frozen=True, slots=True)
class CatalogUpdate:
    """What an update found in one catalog, by the English: ``new`` sentences, those that ``changed`` (what each was,
    what it is), those that are ``obsolete`` since. ``untranslated`` is how many want a translation now.
    """

    path: Path
    language: str
    new: tuple[str, ...]
    changed: tuple[tuple[str, str], ...]
    obsolete: tuple[str, ...]
    untranslated: int
    written: bool


def update_catalogs(layer: Path, languages: Iterable[str] = ()) -> tuple[Path, ...]:
    """Update every catalog in the folder ``layer`` from the wording in it; returns the files that changed.

    ``languages`` are BCP 47; the folders already in its ``locales`` when none are given.
    """
    return tuple(one.path for one in refresh(layer, languages) if one.written)


def refresh(layer: Path, languages: Iterable[str] = (), begin: Iterable[str] = ()) -> tuple[CatalogUpdate, ...]:
    """Update every catalog of a layer, and say what was found in each.

    ``languages`` as above; without them catalogs are also made in those to ``begin`` with.
    """
    locales = layer / "locales"
    tags = tuple(languages) or tuple(sorted({*begin, *(tag_of(p.parent.name) for p in locales.glob("*/LC_MESSAGES"))}))
    found = []
    for name, texts in wordings(layer).items():
        excepted = _not_in(layer, name)
        for tag in tags:
            path = locales / folder_of(tag) / "LC_MESSAGES" / f"{name}.po"
            if tag not in excepted or path.is_file():
                found.append(_update(path, tag, name, texts))
    return tuple(found)


def put(path: Path, language: str, texts: Mapping[str, Sequence[str]]) -> int:
    """Write translations, by the English, into the entries of a catalog file; how many of them changed.

    ``texts``: one form, or all plural forms. They come as drafts: what was approved of a file is approved no more.
    """
    old = read_catalog(path, language)
    count = 0
    for message in old.catalog:
        forms = tuple(texts.get(_english(message), ())) if message.id else ()
        held = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if forms and (forms != held or message.fuzzy):
            message.string = forms[0] if isinstance(message.id, str) else forms
            message.flags.discard("fuzzy")
            count += 1
    if count:
        project, _, _ = path.name.partition(".")
        old.catalog.project = project
        path.write_bytes(_written(old.catalog, language, PoFile(old.catalog, "draft")))
    return count


def refresh_rules(folder: Path, languages: Iterable[str] = ()) -> tuple[CatalogUpdate, ...]:
    """The same of what letters print of the town's rules in ``folder``: ``rules.<tag>.po`` beside them.

    Without ``languages`` in those that the town has letters in. Raises what ``town.load_pack`` raises, and
    ``Refusal``: ``language.unknown``, ``translation.folder`` (kind ``setup``).
    """
    pack = load_pack(folder)
    tags = tuple(languages) or tuple(one.tag for one in pack.languages if one.letters and one.tag != "en")
    for tag in tags:
        if pack.language(tag) is None or tag == "en":
            raise Refusal("language.unknown", f"“{tag}” is not a language of the town.", kind="missing")
    try:
        return tuple(_update(folder / f"rules.{tag}.po", tag, "rules", strings(pack)) for tag in tags)
    except OSError as error:
        raise Refusal("translation.folder", f"{folder} cannot be written: {error.strerror}.", kind="setup") from None


def _not_in(layer: Path, name: str) -> tuple[str, ...]:
    """The languages that a template is never offered in: no catalog is begun for them."""
    for head in (layer / kind / name / "template.yaml" for kind in ("letters", "handouts")):
        if head.is_file():
            try:
                return load_meta(head.read_bytes(), head.name).not_in
            except Refusal:  # lint says what is wrong with it
                return ()
    return ()


def wordings(layer: Path) -> dict[str, tuple[Sentence, ...]]:
    """The sentences of each catalog: one per template, by key, and ``clauses`` for the shared ones."""
    found: dict[str, tuple[Sentence, ...]] = {}
    for wording in sorted((*layer.glob("letters/*/letter.html"), *layer.glob("handouts/*/handout.html"))):
        found[wording.parent.name] = _read([wording], layer)
    clauses = sorted((layer / "clauses").rglob("*.html"))
    if clauses:
        found["clauses"] = _read(clauses, layer)
    return {name: texts for name, texts in found.items() if texts}


def _read(files: Iterable[Path], layer: Path) -> tuple[Sentence, ...]:
    return tuple(s for path in files for s in sentences(path.read_bytes(), path.relative_to(layer).as_posix()))


def _update(path: Path, tag: str, name: str, found: Iterable[Sentence]) -> CatalogUpdate:
    old = read_catalog(path, tag) if path.is_file() else None
    template = Catalog(project=name, charset="utf-8")
    for sentence in found:
        message = (sentence.text, sentence.plural) if sentence.plural else sentence.text
        # Lines move with every edit above them; the file name is enough to find a sentence.
        template.add(message, locations=[(sentence.file, 0)])
    catalog = old.catalog if old else Catalog(locale=folder_of(tag), project=name, charset="utf-8")
    if not old:
        catalog.fuzzy = False
    _count_by_cldr(catalog, tag)
    before = {_english(message) for message in catalog if message.id}
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    # The order is the wording's, not that in which sentences were added over the years.
    ordered = _in_order(catalog, template)
    ordered.project = name
    changed = _with_earlier(ordered)
    data = _written(ordered, tag, old)
    written = not path.is_file() or path.read_bytes() != data
    if written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    now = [_english(message) for message in ordered if message.id]
    come = [text for text in now if text not in before]
    return CatalogUpdate(
        path,
        tag,
        tuple(text for text in come if text not in changed),
        tuple((changed[text], text) for text in come if text in changed),
        tuple(sorted(before - set(now))),
        sum(1 for message in ordered if message.id and not _translated(message)),
        written,
    )


def _count_by_cldr(catalog: Catalog, tag: str) -> None:
    """Put the plural forms of a catalog into CLDR's order. What has no place there stays for the translator, fuzzy."""
    rule, theirs = plural_rule(tag), catalog.plural_expr
    for message in (*catalog, *catalog.obsolete.values()):
        if message.id and not isinstance(message.string, str) and any(message.string):
            forms = recast(message.string, theirs, tag, whole=False)
            if forms is None:
                forms = (*message.string, *[""] * rule.count)[: rule.count]
                message.flags.add("fuzzy")
            message.string = forms
    catalog._num_plurals, catalog._plural_expr = rule.count, rule.expression  # type: ignore[assignment]


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _translated(message: Message) -> bool:
    string = message.string
    return not message.fuzzy and bool(string if isinstance(string, str) else string and all(string))


def _with_earlier(catalog: Catalog) -> dict[str, str]:
    """Tell the translator what an untranslated sentence was, where it was translated; by the English."""
    gone = [_english(message) for message in catalog.obsolete.values() if message.string]
    found: dict[str, str] = {}
    for message in catalog:
        if not message.id:
            continue
        # Babel takes "#|" for a comment, and would write it back as one.
        message.user_comments = [line for line in message.user_comments if not line.startswith("|")]
        was = earlier(_english(message), gone) if gone and not _translated(message) else None
        if was is not None:
            found[_english(message)] = was
            message.auto_comments = [f"Earlier English: {was}"]
    return found


def _in_order(catalog: Catalog, template: Catalog) -> Catalog:
    for message in template:
        if message.id:
            key = catalog._key_for(message.id)
            catalog._messages[key] = catalog._messages.pop(key)
    return catalog


def _written(catalog: Catalog, tag: str, old: PoFile | None) -> bytes:
    catalog.header_comment = f"# Translations of {catalog.project} into {catalog.locale_identifier}."
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, include_lineno=False, sort_output=False, sort_by_file=False)
    data = _CHANGING.sub(b"", buffer.getvalue())
    review = old.review if old else "draft"
    state = b'"X-Review-State: %b\\n"\n' % review.encode()
    mime = b'"MIME-Version: 1.0\\n"\n'
    if b'\n"Plural-Forms: ' not in data:  # Babel leaves it out for a language that it does not know
        state = b'"Plural-Forms: %b\\n"\n' % plural_rule(tag).header.encode() + state
    return data.rstrip(b"\n").replace(mime, state + mime, 1) + b"\n"
