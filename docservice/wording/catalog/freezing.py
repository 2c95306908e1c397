"""A template folder frozen: what it uses, and nothing else, becomes a bundle.

``freeze`` resolves wording, clauses, letterhead, pictures and translations. Two folders with the same content give the
same ``sha256``, wherever and whenever they are frozen. What it does not do: judge the wording
(``wording.catalog.lint``), number or approve it (``office.means.versions``).

A letter may be written in Word (``letter.docx`` instead of ``letter.html``, docs/word.md): the bundle then holds the
file and the wording read from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

import jinja2
from jinja2 import meta as jinja_meta

from docservice.finding import Finding
from docservice.layers import FoundFile, SearchPath, read_law
from docservice.refusal import Refusal
from docservice.wording.bundle import LAYERS, WORD_WORDING, WORDINGS, Bundle, used_sentences
from docservice.wording.catalog import sample_patches
from docservice.wording.messages import Messages, PoFile, completeness, languages_in, wording_environment
from docservice.wording.meta import load_meta
from docservice.wording.word.reading import read_word

_PICTURE = re.compile(r"""(?:src|href)\s*=\s*["']bundle:([^"'{}]+)["']""")
_CSS_URL = re.compile(r"""url\(\s*["']?(?:bundle:)?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_TYPST_STRING = re.compile(r'"([^"\\\n]+\.[A-Za-z0-9]+)"')
_COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}", re.S)


def freeze(
    folder: Path,
    path: SearchPath,
    *,
    known: Mapping[str, Messages] | None = None,
    origins: Mapping[str, str] | None = None,
    catalogs: dict[Path, PoFile] | None = None,
) -> Bundle:
    """Freeze a template folder.

    ``path`` is where its clauses, letterhead and translations are looked for. A folder of a layer may lie in several:
    of each file the nearest counts. One outside of all layers may bring ``clauses/`` of its own; it is the nearest
    layer's. It takes along every language in which the layers translate all of it (``lint`` says what the others lack),
    but for those that ``template.yaml`` excepts. ``known`` are translations, by language, that come before those of
    the layers; ``origins`` the layer of files (by canonical path) that are not the layer's they were found in;
    ``catalogs`` keeps the catalogs of clauses for whoever freezes many.
    Raises ``Refusal("template.invalid")`` with every part that is missing or unreadable, as ``file:line``; a clause
    that only a state's law can word, and none does, is ``template.law_lacks``.
    """
    source = _Source(folder, path, origins or {})
    if not source.take("template.yaml", source.own("template.yaml")):
        problem = Finding.error("template.missing", "there is no template.yaml", str(folder.name))
        raise Refusal("template.invalid", f"{folder.name} is not a template folder.", [problem])
    meta = load_meta(source.files["template.yaml"])
    wording = WORDINGS[meta.face]
    html, word = source.own(wording), source.own(WORD_WORDING)
    if meta.face == "letter" and word is not None and (html is None or not source.nearer(html, word)):
        source.take_word(meta.key, word, has_html=html is not None and html.path.parent == word.path.parent)
    elif not source.take(wording, html):
        problem = Finding.error("template.missing", f"the wording {wording} is missing", f"{folder.name}/{wording}")
        raise Refusal("template.invalid", f"{meta.key} has no wording.", [problem])
    if wording in source.files:
        source.follow_wording(wording)
    if meta.face == "letter":
        source.take_letterhead((f"{meta.letterhead}.typ", "sheet.typ", "letter.docx"))
        if meta.letterhead != "letter":
            source.need_letterhead(f"{meta.letterhead}.typ")
    else:
        source.take_stylesheet()
    if source.problems:
        count = len(source.problems)
        raise Refusal("template.invalid", f"{meta.key} cannot be frozen: {count} error(s).", source.problems)
    used = used_sentences(source.files)
    spoken = dict.fromkeys((*languages_in(path), *(known or {})))
    for language in (tag for tag in spoken if tag not in meta.not_in):
        state = completeness(used, path, language, meta.key, catalogs, (known or {}).get(language))
        if state.complete:
            source.files[f"messages/{language}.json"] = state.messages.to_json()
    layers = json.dumps(source.layers, sort_keys=True, indent=0)
    return Bundle.of({**source.files, LAYERS: (layers + "\n").encode()})


def shared_clauses(path: SearchPath) -> dict[str, str]:
    """The clauses that templates share, by canonical path."""
    found = path.under("clauses", "*.html")
    return {f"clauses/{name}": one.path.read_text(encoding="utf-8") for name, one in found.items()}


def folders_in(path: SearchPath) -> tuple[Path, ...]:
    """Every template folder of the layers: letters, then handouts, each by name, where its nearest template.yaml is."""
    return tuple(
        one.path.parent for kind in ("letters", "handouts") for one in path.under(kind, "*/template.yaml").values()
    )


def samples_of(folder: Path, path: SearchPath) -> dict[str, bytes]:
    """The samples of a template folder, whole, by file name; those of a layer's folder from every layer."""
    home = path.home(folder)
    if home is None:
        found = {one.name: one for one in sorted((folder / "samples").glob("*.json"))}
    else:
        found = {name: one.path for name, one in path.under(f"{home}/samples", "*.json").items()}
    return {name: sample_patches.resolved(one.read_bytes()) for name, one in found.items()}


@lru_cache(maxsize=512)
def included(source: str) -> tuple[str | None, ...]:
    """Names a wording includes, imports or extends; None for one that is only known at run time."""
    return tuple(jinja_meta.find_referenced_templates(wording_environment().parse(source)))


class _Source:
    """Collects the files of a bundle, and what is wrong on the way."""

    def __init__(self, folder: Path, path: SearchPath, origins: Mapping[str, str]) -> None:
        self.folder, self.path, self.origins = folder, path, origins
        self.home = path.home(folder)
        self.nearest = path.layers[0].key if path.layers else ""
        self.files: dict[str, bytes] = {}
        self.layers: dict[str, str] = {}
        self.problems: list[Finding] = []

    def own(self, name: str) -> FoundFile | None:
        """A file of the template itself."""
        if self.home is not None:
            return self.path.find(f"{self.home}/{name}")
        path = self.folder / name
        return FoundFile(path, self.nearest) if path.is_file() else None

    def shared(self, name: str) -> FoundFile | None:
        """A file that templates share; a folder outside of all layers may bring its own clauses."""
        brought = self.own(name) if self.home is None and name.startswith("clauses/") else None
        return brought or self.path.find(name)

    def nearer(self, one: FoundFile, than: FoundFile) -> bool:
        keys = [layer.key for layer in self.path.layers]
        return one.layer != than.layer and keys.index(one.layer) < keys.index(than.layer)

    def take(self, canonical: str, found: FoundFile | None) -> bool:
        if canonical in self.files:
            return True
        if found is None:
            return False
        self.keep(canonical, _content(found.path), found.layer)
        return True

    def keep(self, canonical: str, data: bytes, layer: str) -> None:
        """Take a file. One that says what a layer behind says is that layer's: a copy is nobody's own wording."""
        self.files[canonical] = data
        self.layers[canonical] = self.origins.get(canonical) or self._said_by(canonical, data) or layer

    def _said_by(self, canonical: str, data: bytes) -> str | None:
        homes = ("letters", "handouts")
        names = (canonical, *(f"{home}/{self.folder.name}/{canonical}" for home in homes), f"handouts/{canonical}")
        said = (one.layer for name in names for one in self.path.all(name) if _content(one.path) == data)
        return next(said, None)

    def follow_wording(self, canonical: str) -> None:
        """Includes (transitively) and pictures of one wording file already taken."""
        try:
            text = self.files[canonical].decode()
            names = list(included(text))
        except UnicodeDecodeError:
            self.problems.append(Finding.error("template.encoding", "is not UTF-8 text", f"{canonical}:1"))
            return
        except jinja2.TemplateSyntaxError as error:
            self.problems.append(
                Finding.error("template.syntax", error.message or "syntax error", f"{canonical}:{error.lineno}")
            )
            return
        except RecursionError:
            self.problems.append(Finding.error("template.syntax", "is nested too deeply", f"{canonical}:1"))
            return
        for name in names:
            self._follow_include(canonical, text, name)
        bare = _COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
        for match in _PICTURE.finditer(bare):
            self._take_picture(match.group(1), f"{canonical}:{_line(bare, match.start())}")

    def take_word(self, key: str, word: FoundFile, *, has_html: bool) -> None:
        """``letter.docx``, and the wording, clauses and pictures in it; what cannot be kept would make faces differ."""
        if has_html:
            message = "there are two wordings, letter.html and letter.docx; keep one"
            self.problems.append(Finding.error("template.wordings", message, f"{WORD_WORDING}:1"))
            return
        self.take(WORD_WORDING, word)
        reading = read_word(self.files[WORD_WORDING], key, known=shared_clauses(self.path))
        self.problems += reading.errors
        for path, content in reading.files.items():
            self.keep(path, content, word.layer)
            if path.startswith("clauses/"):
                self.follow_wording(path)

    def _follow_include(self, canonical: str, text: str, name: str | None) -> None:
        if name is None:
            self.problems.append(
                Finding.error("template.include", "includes a name known only at run time", f"{canonical}:1")
            )
            return
        place = f"{canonical}:{_line(text, max(text.find(name), 0))}"
        pure = PurePosixPath(name)
        if name in self.files:
            return
        if pure.is_absolute() or ".." in pure.parts:
            self.problems.append(Finding.error("template.include", f"may not include “{name}”", place))
            return
        inside_clauses = pure.parts[0] == "clauses"
        if self.take(name, self.shared(name) if inside_clauses else self.own(name)):
            self.follow_wording(name)
        elif inside_clauses and name in self._given_by_law():
            message = f"includes “{name}”: no law of the town words it, nor does the town"
            self.problems.append(Finding.error("template.law_lacks", message, place))
        else:
            self.problems.append(Finding.error("template.include", f"includes “{name}”, which does not exist", place))

    def _take_picture(self, name: str, place: str) -> None:
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts:
            self.problems.append(Finding.error("template.picture", f"may not use the picture “{name}”", place))
        elif not (self.take(name, self.own(name)) or self.take(f"letterhead/{name}", self._letterhead(name))):
            self.problems.append(
                Finding.error("template.picture", f"uses the picture “{name}”, which does not exist", place)
            )

    def take_letterhead(self, roots: Iterable[str]) -> None:
        """The letterhead's files, and those that its Typst sources name in a string."""
        queue = list(roots)
        for name in queue:
            canonical = f"letterhead/{name}"
            if canonical in self.files or not self.take(canonical, self._letterhead(name)) or not name.endswith(".typ"):
                continue
            for match in _TYPST_STRING.finditer(self.files[canonical].decode()):
                found = PurePosixPath(name).parent / match.group(1)
                if ".." not in found.parts and not found.is_absolute():
                    queue.append(str(found))

    def need_letterhead(self, name: str) -> None:
        """A letterhead that ``template.yaml`` names must be there."""
        if f"letterhead/{name}" not in self.files:
            message = f"there is no letterhead {name}"
            self.problems.append(Finding.error("template.missing", message, "template.yaml:1"))

    def take_stylesheet(self) -> None:
        """``handout.css``: the template's own, else the one that handouts share; and what it names."""
        found = self.own("handout.css") or self.path.find("handouts/handout.css")
        if found is None:
            self.problems.append(Finding.error("template.missing", "there is no handout.css", "handout.css"))
            return
        self.take("handout.css", found)
        text = self.files["handout.css"].decode()
        for match in _CSS_URL.finditer(text):
            name = match.group(1) or match.group(2)
            place = f"handout.css:{_line(text, match.start())}"
            if ":" in name or name.startswith(("/", "#")) or ".." in PurePosixPath(name).parts:
                if not name.startswith(("data:", "#")):
                    self.problems.append(Finding.error("template.picture", f"may not load “{name}”", place))
            elif not self.take(name, self.path.find(f"handouts/{name}")):
                self._take_picture(name, place)

    def _letterhead(self, name: str) -> FoundFile | None:
        return self.path.find(f"letterhead/{name}")

    def _given_by_law(self) -> frozenset[str]:
        """The clauses that its layers leave to a state's law."""
        laws = (read_law(layer.folder) for layer in self.path.layers if (layer.folder / "law.yaml").is_file())
        return frozenset(f"clauses/{name}.html" for law in laws for name in law.gives)


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    # A checkout with Windows line ends is the same template.
    text = path.suffix in {".html", ".css", ".typ", ".yaml", ".svg"}
    return data.replace(b"\r\n", b"\n") if text else data


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
