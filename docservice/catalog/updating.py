"""Bring the ``.po`` files to the wording: new sentences in, changed ones untranslated, nothing else touched.

The files have no dates and list the sentences in the order of the wording, so that running this twice changes nothing
and a review sees only what changed. A sentence that is gone stays at the end as obsolete (``#~``), for the translator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from docservice.catalog.messages import PoFile, Sentence, folder_of, read_catalog, sentences, tag_of

_NAMES = (
    b"POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version|"
    b"Report-Msgid-Bugs-To|Last-Translator|Language-Team"
)
_CHANGING = re.compile(rb'^"(?:' + _NAMES + rb'): .*\\n"\n', re.M)


def update_catalogs(templates: Path, locales: Path, languages: Iterable[str] = ()) -> tuple[Path, ...]:
    """Update every catalog of ``locales`` from the wording in ``templates``; returns the files that changed.

    ``languages`` are BCP 47; the folders already in ``locales`` when none are given.
    """
    tags = tuple(languages) or tuple(sorted(tag_of(p.name) for p in locales.iterdir() if (p / "LC_MESSAGES").is_dir()))
    changed: list[Path] = []
    for name, found in wordings(templates).items():
        for tag in tags:
            path = locales / folder_of(tag) / "LC_MESSAGES" / f"{name}.po"
            if _update(path, tag, name, found):
                changed.append(path)
    return tuple(changed)


def wordings(templates: Path) -> dict[str, tuple[Sentence, ...]]:
    """The sentences of each catalog: one per template, by key, and ``clauses`` for the shared ones."""
    found: dict[str, tuple[Sentence, ...]] = {}
    for wording in sorted((*templates.glob("letters/*/letter.html"), *templates.glob("handouts/*/handout.html"))):
        found[wording.parent.name] = _read([wording], templates)
    clauses = sorted((templates / "clauses").rglob("*.html"))
    if clauses:
        found["clauses"] = _read(clauses, templates)
    return found


def _read(files: Iterable[Path], templates: Path) -> tuple[Sentence, ...]:
    return tuple(s for path in files for s in sentences(path.read_bytes(), path.relative_to(templates).as_posix()))


def _update(path: Path, tag: str, name: str, found: Iterable[Sentence]) -> bool:
    old = read_catalog(path, tag) if path.is_file() else None
    template = Catalog(project=name, charset="utf-8")
    for sentence in found:
        message = (sentence.text, sentence.plural) if sentence.plural else sentence.text
        # Lines move with every edit above them; the file name is enough to find a sentence.
        template.add(message, locations=[(sentence.file, 0)])
    catalog = old.catalog if old else Catalog(locale=folder_of(tag), project=name, charset="utf-8")
    if not old:
        catalog.fuzzy = False
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    # The order is the wording's, not that in which sentences were added over the years.
    ordered = _in_order(catalog, template)
    ordered.project = name
    data = _written(ordered, old)
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True


def _in_order(catalog: Catalog, template: Catalog) -> Catalog:
    for message in template:
        if message.id:
            key = catalog._key_for(message.id)
            catalog._messages[key] = catalog._messages.pop(key)
    return catalog


def _written(catalog: Catalog, old: PoFile | None) -> bytes:
    catalog.header_comment = f"# Translations of {catalog.project} into {catalog.locale_identifier}."
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, include_lineno=False, sort_output=False, sort_by_file=False)
    data = _CHANGING.sub(b"", buffer.getvalue())
    review = old.review if old else "draft"
    return data.replace(
        b'"MIME-Version: 1.0\\n"\n', b'"X-Review-State: %b\\n"\n"MIME-Version: 1.0\\n"\n' % review.encode(), 1
    )
