"""What is wrong with a template folder, by file and line; everything at once.

``lint`` reads and never renders. It finds what an author can mend: broken YAML or Jinja, fields and filters that do not
exist, includes and pictures that are missing, blocks that are missing or unknown, sentences without translation,
headings out of order, pictures without alternative text, HTML that letters do not have, samples that are no casefiles.
What it does not do: prove that a text comes out right; render the samples for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import nodes

from docservice import casefile
from docservice.finding import Finding
from docservice.layers import SearchPath
from docservice.refusal import Refusal
from docservice.town.blocks import BLOCKS
from docservice.wording.allowed_names import Vocabulary
from docservice.wording.bundle import WORD_WORDING, Bundle, used_sentences
from docservice.wording.catalog import sample_patches
from docservice.wording.catalog.freezing import freeze, samples_of
from docservice.wording.catalog.jurisdiction import misplaced
from docservice.wording.catalog.lint_reader import readable, sound_texts
from docservice.wording.elements import ELEMENTS, may_have
from docservice.wording.form_fields import FIELD, PLACED_BY, twice, wrong
from docservice.wording.messages import completeness, languages_in, wording_environment
from docservice.wording.word.reading import read_word

__all__ = ["Vocabulary", "lint", "lint_version"]

_TAG = re.compile(r"<\s*([A-Za-z][A-Za-z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([A-Za-z_:@][-A-Za-z0-9_:.@]*)\s*(?:=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->", re.S)
_PRINTED = re.compile(r"data-statement\s*=\s*[\"']([^\"'{}]+)[\"']")
_ENGLISH = re.compile(r"[A-Za-z]{3,}")


def lint(folder: Path, path: SearchPath, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Everything that is wrong with the template in ``folder``, errors first."""
    try:
        bundle = freeze(folder, path)
    except Refusal as refusal:
        found = list(refusal.problems)
        return tuple(found or [Finding(refusal.code, "error", refusal.message, folder.name)])
    findings = [*_judge(bundle, vocabulary, samples_of(folder, path)), *_translations(bundle, path)]
    findings += (
        Finding("template.enclosure", "error", f"there is no letter “{key}” to enclose", _line_of(bundle, key))
        for key in bundle.meta.enclosures
        if path.find(f"letters/{key}/template.yaml") is None
    )
    if bundle.key != folder.name:
        findings.append(
            Finding("template.key", "error", f"the key “{bundle.key}” is not the folder's name", "template.yaml:1")
        )
    return _sorted(findings)


def lint_version(
    bundle: Bundle, samples: Mapping[str, bytes], vocabulary: Vocabulary, languages: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Everything that is wrong with a frozen version, errors first; ``samples`` are its casefiles by file name.

    ``languages`` are those that it is to be offered in: what it does not speak of them is said.
    """
    return _sorted([*_judge(bundle, vocabulary, samples), *_languages(bundle, languages)])


def _judge(bundle: Bundle, vocabulary: Vocabulary, samples: Mapping[str, bytes]) -> Iterator[Finding]:
    yield from _wordings(bundle, vocabulary)
    yield from _fields(bundle, vocabulary)
    yield from _to_fill_in(bundle)
    yield from _blocks(bundle)
    yield from readable(bundle)
    yield from misplaced(bundle)
    yield from _statements(bundle)
    yield from _samples(samples)
    if bundle.meta.languages:
        message = "languages belong to the town (languages.yaml); this is not read any more, not_in names exceptions"
        yield Finding("template.languages", "warning", message, _line_of(bundle, "languages"))
    if bundle.written_in_word:
        yield from read_word(bundle.files[WORD_WORDING], bundle.key, vocabulary=vocabulary).findings


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda f: (f.severity != "error", _order(f.place))))


def _order(place: str) -> tuple[str, int]:
    file, _, line = place.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (place, 0)


def _pages(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for path, data in bundle.files.items():
        if path.endswith(".html"):
            yield path, data.decode()


def _wordings(bundle: Bundle, vocabulary: Vocabulary) -> Iterator[Finding]:
    environment = wording_environment()
    for path, source in _pages(bundle):
        tree = environment.parse(source)
        yield from _expressions(path, tree, vocabulary)
        yield from _markup(path, source, bundle.meta.face)


def _expressions(path: str, tree: nodes.Template, vocabulary: Vocabulary) -> Iterator[Finding]:
    # A name that is set somewhere in the file counts as known: scopes are Jinja's business when it runs.
    bound = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    known = vocabulary.names | bound | {"loop", "range", "gettext", "ngettext", "pgettext", "npgettext", "caller"}
    for name in tree.find_all(nodes.Name):
        # A clause may use what the wording that includes it has set: only whole wordings know all their names.
        if name.ctx == "load" and name.name not in known and not path.startswith("clauses/"):
            yield Finding(
                "template.field", "error", f"“{name.name}” is not among what a wording sees", f"{path}:{name.lineno}"
            )
    for getattr_ in tree.find_all(nodes.Getattr):
        if isinstance(getattr_.node, nodes.Name) and getattr_.node.name == "loop":
            continue
        if getattr_.attr not in vocabulary.fields and not _own_data(getattr_):
            yield Finding(
                "template.field", "error", f"no record has a field “{getattr_.attr}”", f"{path}:{getattr_.lineno}"
            )
    for filter_ in tree.find_all(nodes.Filter):
        if filter_.name not in vocabulary.filters:
            yield Finding(
                "template.filter", "error", f"there is no filter “{filter_.name}”", f"{path}:{filter_.lineno}"
            )


def _statements(bundle: Bundle) -> Iterator[Finding]:
    """A statement that a wording asks for is printed somewhere in it: a misspelled one would never be owed."""
    pages = dict(_pages(bundle))
    printed = {key for source in pages.values() for key in _PRINTED.findall(source)}
    environment = wording_environment()
    for path, source in pages.items():
        for node in environment.parse(source).find_all(nodes.Getattr):
            key = node.attr.replace("_", "-")
            if isinstance(node.node, nodes.Name) and node.node.name == "statements" and key not in printed:
                message = f"nothing here prints a statement “{key}” (data-statement)"
                yield Finding("template.statement", "error", message, f"{path}:{node.lineno}")


def _own_data(node: nodes.Expr) -> bool:
    """Whether a field is read from ``document.data``, whose names are the template's own."""
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        if isinstance(node, nodes.Getattr) and node.attr == "data":
            return True
        node = node.node
    return isinstance(node, nodes.Name) and node.name not in ("town", "case", "recipient", "document")


def _markup(path: str, source: str, face: str) -> Iterator[Finding]:
    level = 1
    for tag, attributes, place in _tags(path, source):
        if tag not in ELEMENTS:
            yield Finding("template.element", "error", f"the element <{tag}> is not allowed in a wording", place)
        for name in attributes:
            if tag in ELEMENTS and not may_have(tag, name, face):
                yield Finding("template.attribute", "error", f"the attribute {name} is not allowed here", place)
        if tag == "img" and not attributes.get("alt", "").strip():
            yield Finding("template.alt", "error", "a picture needs an alternative text (alt)", place)
        if tag == "th" and "scope" not in attributes:
            yield Finding("template.scope", "error", "a table header needs its scope (col or row)", place)
        if re.fullmatch("h[1-3]", tag):
            rank = int(tag[1])
            # A clause stands below headings of the wording that includes it.
            if rank > level + 1 and not path.startswith("clauses/"):
                yield Finding("template.heading", "error", f"<{tag}> follows <h{level}>: a level is skipped", place)
            level = rank
    yield from _bare_text(path, source)


def _tags(path: str, source: str) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Each opening tag with its attributes and its place."""
    # Jinja's own text is blanked, letter for letter, so that positions stay true.
    bare = _JINJA.sub(lambda m: re.sub(r"[^\n]", "x" if m.group().startswith("{{") else " ", m.group()), source)
    for match in _TAG.finditer(bare):
        attributes = {m.group(1).lower(): (m.group(2) or "").strip("\"'") for m in _ATTRIBUTE.finditer(match.group(2))}
        yield match.group(1).lower(), attributes, f"{path}:{source.count(chr(10), 0, match.start()) + 1}"


def _to_fill_in(bundle: Bundle) -> Iterator[Finding]:
    """Fields of a form: each of a kind there is, with a name of its own, where the letterhead places fields."""
    marked = [
        (tag, attributes, place)
        for path, source in _pages(bundle)
        for tag, attributes, place in _tags(path, source)
        if FIELD in attributes
    ]
    for tag, attributes, place in marked:
        for message in wrong(tag, attributes):
            yield Finding("form.field", "error", message, place)
    yield from twice((attributes[FIELD], place) for _, attributes, place in marked)
    letterhead = bundle.files.get(f"letterhead/{bundle.meta.letterhead}.typ", b"")
    if marked and PLACED_BY not in letterhead:
        message = (
            f"nobody could fill it in: the letterhead {bundle.meta.letterhead} places no fields (letterhead: form)"
        )
        yield Finding("form.field", "error", message, marked[0][2])


def _bare_text(path: str, source: str) -> Iterator[Finding]:
    """English outside {% trans %}: nobody could translate it."""
    blanked = re.sub(
        r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}",
        lambda m: re.sub(r"[^\n]", " ", m.group()),
        source,
        flags=re.S,
    )
    blanked = _JINJA.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), blanked)
    blanked = re.sub(r"<[^>]*>", lambda m: re.sub(r"[^\n]", " ", m.group()), blanked)
    for number, line in enumerate(blanked.splitlines(), 1):
        if _ENGLISH.search(line):
            words = " ".join(line.split())[:60]
            yield Finding(
                "template.untranslatable", "warning", f"“{words}” stands outside {{% trans %}}", f"{path}:{number}"
            )


def _blocks(bundle: Bundle) -> Iterator[Finding]:
    present: dict[str, str] = {}
    for path, source in _pages(bundle):
        for match in re.finditer(r"data-block\s*=\s*[\"']([^\"'{}]+)[\"']", source):
            present.setdefault(match.group(1), f"{path}:{source.count(chr(10), 0, match.start()) + 1}")
    for block in bundle.meta.required_blocks:
        place = _line_of(bundle, block)
        if block not in present:
            message = f"the required block “{block}” is nowhere in the wording"
            yield Finding("template.block", "error", message, place)
        elif bundle.meta.face == "letter" and block not in BLOCKS:
            yield Finding("template.block", "error", f"there is no block “{block}”", place)
    for block in bundle.meta.must_contain:
        place = _line_of(bundle, block)
        if block in BLOCKS:
            message = f"“{block}” is a block of the trade: it stands under required_blocks"
            yield Finding("template.block", "error", message, place)
        elif block not in present:
            message = f"the block “{block}”, which it must contain, is nowhere in the wording"
            yield Finding("template.block", "error", message, place)
    if bundle.meta.face == "letter":
        for block, place in present.items():
            if block not in BLOCKS and block not in bundle.meta.must_contain:
                yield Finding("template.block", "error", f"there is no block “{block}”", place)


def _translations(bundle: Bundle, path: SearchPath) -> Iterator[Finding]:
    used = used_sentences(bundle.files)
    for language in languages_in(path):
        if language in bundle.meta.not_in:
            continue
        try:
            state = completeness(used, path, language, bundle.key)
        except Refusal as refusal:
            yield from refusal.problems
            continue
        if language not in bundle.languages:  # what is in the bundle is judged there
            yield from sound_texts(language, used, state.messages.texts)
        for sentence in state.missing:
            message = f"not translated into {language}: “{_short(sentence.text)}”"
            yield Finding("translation.missing", "warning", message, sentence.place)
        for sentence in state.fuzzy:
            message = f"the translation into {language} is doubtful (fuzzy): “{_short(sentence.text)}”"
            yield Finding("translation.fuzzy", "warning", message, sentence.place)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _languages(bundle: Bundle, languages: Iterable[str]) -> Iterator[Finding]:
    """Languages that the version is to be offered in and that it is not fully translated into."""
    for language in languages:
        if language not in bundle.languages:
            message = f"not offered in {language}: some sentences are not translated"
            yield Finding("translation.missing", "warning", message, "template.yaml:1")


def _fields(bundle: Bundle, vocabulary: Vocabulary) -> Iterator[Finding]:
    """The fields that ``template.yaml`` lists exist."""
    for listed in bundle.meta.fields:
        name, *rest = listed.split(".")
        # Deadlines, statements and periods are named by the town, data by the template itself.
        own = name in ("deadlines", "statements", "periods", "phrases") or listed.startswith("document.data")
        wrong = name not in vocabulary.names or (not own and any(one not in vocabulary.fields for one in rest))
        if wrong:
            message = f"no record has a field “{listed}”"
            yield Finding("template.field", "error", message, _line_of(bundle, listed))


def _line_of(bundle: Bundle, word: str) -> str:
    """The line of ``template.yaml`` that names a word."""
    lines = bundle.files["template.yaml"].decode().splitlines()
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    return f"template.yaml:{next((i for i, text in enumerate(lines, 1) if pattern.search(text)), 1)}"


def _samples(samples: Mapping[str, bytes]) -> Iterator[Finding]:
    for file, content in sorted(samples.items()):
        name = f"samples/{file}"
        try:
            data = json.loads(content.decode("utf-8"))
        except (ValueError, UnicodeDecodeError) as error:
            yield Finding(
                "template.sample", "error", f"not readable as JSON: {error}", f"{name}:{getattr(error, 'lineno', 1)}"
            )
            continue
        if not isinstance(data, dict):
            yield Finding("template.sample", "error", "a sample is a JSON object", f"{name}:1")
            continue
        if sample_patches.EXTENDS in data:
            among = ", ".join(sample_patches.names())
            message = f"extends {data[sample_patches.EXTENDS]!r}, and there is no such example; there are: {among}"
            line = content[: content.find(sample_patches.EXTENDS.encode())].count(b"\n") + 1
            yield Finding("template.sample", "error", message, f"{name}:{line}")
            continue
        data.pop("_order", None)
        if not data:
            continue  # a handout needs no casefile
        try:
            casefile.load(data, on_record=True)  # a sample of an earlier release is no fault of who edits the wording
        except Refusal as refusal:
            for problem in refusal.problems:
                yield Finding("template.sample", "error", str(problem), f"{name}:1")
