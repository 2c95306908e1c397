"""The catalogs of the public site: takes its sentences out of the pages and the code, and keeps what is translated.

    .venv/bin/python -m script.site_words           # every catalog, with new sentences empty and old ones gone
    .venv/bin/python -m script.site_words --check   # says what is missing, and changes nothing

A sentence that a handout or letter has too takes its translation from there (``law/us/locales``), so that one thing is
said one way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from docservice.wording.messages import folder_of, read_catalog

ROOT = Path(__file__).parent.parent
WEB = ROOT / "docservice" / "web"
LOCALES = WEB / "locales"
LAW = ROOT / "law" / "us" / "locales"


def sentences() -> dict[str, str]:
    """Every sentence of the site, with the file that has it."""
    found: dict[str, str] = {}
    for path in sorted(WEB.glob("pages/*.html")):
        with path.open("rb") as source:
            for _, text, _, _ in extract(
                "jinja2.ext:babel_extract", source, options={"trimmed": "true", "newstyle_gettext": "true"}
            ):
                found.setdefault(str(text), path.name)
    for path in sorted(WEB.glob("site/*.py")):
        with path.open("rb") as source:
            for _, text, _, _ in extract("python", source, keywords={"word": None, "say": None}):
                found.setdefault(str(text), path.name)
    return found


def shared(language: str) -> dict[str, str]:
    """What handouts and letters have in a language, by the English."""
    known: dict[str, str] = {}
    for path in sorted((LAW / folder_of(language) / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for one in read_po(file):
                if isinstance(one.id, str) and isinstance(one.string, str) and one.string and not one.fuzzy:
                    known.setdefault(one.id, one.string)
    return known


def languages() -> Iterator[str]:
    """The languages that the law has translations in."""
    return (one.name.replace("_", "-") for one in sorted(LAW.iterdir()))


def update(language: str, wanted: dict[str, str]) -> Catalog:
    """The catalog of a language with every sentence of the site, each with the translation that there is."""
    path, held = LOCALES / f"{language}.po", {}
    if path.exists():
        with path.open("rb") as file:
            held = {one.id: one.string for one in read_po(file) if one.id and one.string}
    elsewhere = shared(language)
    made = Catalog(locale=folder_of(language), header_comment=f"# The public site in {language}.")
    for text, place in wanted.items():
        made.add(text, held.get(text) or elsewhere.get(text, ""), locations=[(place, 0)])
    return made


def write(language: str, catalog: Catalog) -> None:
    """Write a catalog with nothing in it that changes by itself."""
    path = LOCALES / f"{language}.po"
    review = read_catalog(path, language).review if path.exists() else "draft"
    with path.open("wb") as file:
        write_po(file, catalog, omit_header=True, width=0, include_lineno=False)
    head = (
        f'# The public site in {language}. Kept by script/site_words.py.\nmsgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n"X-Review-State: {review}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    path.write_text(head + path.read_text())


def main() -> int:
    """Update or check the catalogs; 1 when a sentence has no translation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    wanted, lacking = sentences(), 0
    for language in languages():
        catalog = update(language, wanted)
        missing = [str(one.id) for one in catalog if one.id and not one.string]
        lacking += len(missing)
        print(f"{language}: {len(wanted) - len(missing)} of {len(wanted)}")
        if not check:
            write(language, catalog)
        for text in missing if check else ():
            print(f"  {text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
