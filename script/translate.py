"""A language's strings as one file, and back: for whoever translates the installation's own catalogs.

    python -m script.translate export ko > ko.json          every string without a translation
    python -m script.translate export ko --all > ko.json    every string, with what there is
    python -m script.translate import ko ko.json            put in what is sound, say what is not
    python -m script.translate progress                     how many each language lacks

The file is a list of {"en", "plural", "forms", "where", "text"}; ``text`` is the translation, or for a string that
counts the list of its ``forms`` plural forms, in CLDR's order (``zero one two few many other``, those that the language
has). The same English is there once, whatever catalogs it stands in. Catalogs are those of ``law/*`` and ``town/*``
in this tree; `docservice translations update` makes those of a new language.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docservice.finding import Finding
from docservice.town import load_pack
from docservice.wording.catalog.pack_strings import unsound
from docservice.wording.catalog.soundness import Expected
from docservice.wording.catalog.soundness import examine as examined
from docservice.wording.catalog.updating import put
from docservice.wording.messages import folder_of, read_catalog
from docservice.wording.plurals import plural_rule

ROOT = Path(__file__).resolve().parent.parent
TOWN = ROOT / "town" / "madrona-hills"


@dataclass(frozen=True)
class Catalog:
    """A catalog file of a language."""

    path: Path
    language: str

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def of_rules(self) -> bool:
        return self.path.name.startswith("rules.")

    def entries(self) -> Iterator[tuple[str, str | None, list[str], list[str]]]:
        """English, its plural, the forms there are (none where it is fuzzy), and what the translator is told."""
        for message in read_catalog(self.path, self.language).catalog:
            if message.id:
                english, plural = (message.id, None) if isinstance(message.id, str) else message.id
                held = [message.string] if isinstance(message.string, str) else list(message.string or ())
                yield english, plural, [] if message.fuzzy or not all(held) else held, message.auto_comments


def catalogs(language: str) -> list[Catalog]:
    """Every catalog of a language in the tree."""
    found = sorted(ROOT.glob(f"law/*/locales/{folder_of(language)}/LC_MESSAGES/*.po"))
    found += sorted(ROOT.glob(f"town/*/locales/{folder_of(language)}/LC_MESSAGES/*.po"))
    found += sorted(ROOT.glob(f"town/*/rules.{language}.po"))
    return [Catalog(path, language) for path in found]


def export(language: str, everything: bool) -> list[dict[str, Any]]:
    """The strings of a language; those without a translation, unless ``everything``."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for catalog in catalogs(language):
        for english, plural, forms, told in catalog.entries():
            count = plural_rule(language).count if plural is not None else 1
            blank: list[str] | str = [""] * count if plural is not None else ""
            one = found.setdefault(
                (english, plural),
                {"en": english, "plural": plural, "forms": count, "where": [], "text": blank, "lacking": False},
            )
            one["where"].append(catalog.name)
            one["lacking"] |= not forms
            if forms and not any(one["text"]):
                one["text"] = forms if plural is not None else forms[0]
            if told:
                one["note"] = "; ".join(told)
    return [
        {name: value for name, value in one.items() if name != "lacking"}
        for one in found.values()
        if everything or one["lacking"]
    ]


def take(language: str, given: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Put translations into every catalog that has their English; how many, and what was not taken and why."""
    pack = load_pack(TOWN)
    names = (pack.identity.short_name, *(officer.name for officer in pack.officers))
    expected = Expected(language, "latin", names)
    texts: dict[str, list[str]] = {}
    wrong: list[str] = []
    known = {english: plural for one in catalogs(language) for english, plural, _, _ in one.entries()}
    ruled = {english for one in catalogs(language) if one.of_rules for english, *_ in one.entries()}
    for one in given:
        english, text = one["en"], one["text"]
        forms = [text] if isinstance(text, str) else list(text)
        if not all(isinstance(form, str) for form in forms) or not any(forms):
            continue
        if english not in known:
            wrong.append(f"“{english[:70]}”: no catalog has this English")
            continue
        plural = known[english]
        found: tuple[Finding, ...] = examined(english, plural, forms, expected)
        if english in ruled and plural is None:
            found = (*found, *unsound(english, forms[0], expected))
        for problem in dict.fromkeys(found):
            wrong.append(f"{problem.severity}: “{english[:70]}” {problem.message} [{problem.code}]")
        if not any(problem.severity == "error" for problem in found):
            texts[english] = forms
    return sum(put(one.path, language, texts) for one in catalogs(language)), wrong


def progress() -> Iterator[str]:
    """How many strings each language lacks."""
    for language in (one.tag for one in load_pack(TOWN).languages if one.tag != "en"):
        everything, lacking = export(language, everything=True), export(language, everything=False)
        yield f"{language:8} {len(everything) - len(lacking):5} of {len(everything)}, {len(lacking)} lacking"


def main() -> None:
    parser = argparse.ArgumentParser(description="A language's strings as one file, and back.")
    parser.add_argument("command", choices=["export", "import", "progress"])
    parser.add_argument("language", nargs="?", default="")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--all", action="store_true", dest="everything")
    asked = parser.parse_args()
    if asked.command == "progress":
        print("\n".join(progress()))
    elif not asked.language or not catalogs(asked.language):
        sys.exit(
            f"There is no catalog of “{asked.language}”: docservice translations update --language TAG begins them."
        )
    elif asked.command == "export":
        json.dump(export(asked.language, asked.everything), sys.stdout, ensure_ascii=False, indent=1)
    else:
        count, wrong = take(asked.language, json.loads(asked.file.read_text(encoding="utf-8")))
        print("\n".join([*wrong, f"{count} entries written."]))
        sys.exit(1 if any(one.startswith("error") for one in wrong) else 0)


if __name__ == "__main__":
    main()
