"""A template folder frozen: what it uses, and nothing else, becomes a bundle.

``freeze`` resolves wording, clauses, letterhead, pictures and translations. Two folders with the same content give the
same ``sha256``, wherever and whenever they are frozen. What it does not do: judge the wording
(``wording.catalog.lint``), number or approve it (``office.means.versions``).

A letter may be written in Word (``letter.docx`` instead of ``letter.html``, docs/word.md): the bundle then holds the
file and the wording read from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import jinja2
from jinja2 import meta as jinja_meta

from docservice.refusal import Problem, Refusal
from docservice.wording.bundle import WORD_WORDING, WORDINGS, Bundle, used_sentences
from docservice.wording.messages import Messages, completeness, wording_environment
from docservice.wording.meta import load_meta
from docservice.wording.word.reading import read_word

_PICTURE = re.compile(r"""(?:src|href)\s*=\s*["']bundle:([^"'{}]+)["']""")
_CSS_URL = re.compile(r"""url\(\s*["']?(?:bundle:)?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_TYPST_STRING = re.compile(r'"([^"\\\n]+\.[A-Za-z0-9]+)"')
_COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}", re.S)


def freeze(
    folder: Path, *, clauses: Path, letterhead: Path, locales: Path, known: Mapping[str, Messages] | None = None
) -> Bundle:
    """Freeze a template folder.

    ``clauses``, ``letterhead`` and ``locales`` are the shared folders it draws from. Languages that
    ``template.yaml`` names and whose translation is not complete are left out (``lint`` says what is missing).
    ``known`` are translations, by language, that come before those in ``locales``.
    Raises ``Refusal("template.invalid")`` with every part that is missing or unreadable, as ``file:line``.
    """
    if not (folder / "template.yaml").is_file():
        problem = Problem("template.missing", "there is no template.yaml", str(folder.name))
        raise Refusal("template.invalid", f"{folder.name} is not a template folder.", [problem])
    source = _Source(folder, clauses, letterhead)
    source.take("template.yaml", folder / "template.yaml")
    meta = load_meta(source.files["template.yaml"])
    wording = WORDINGS[meta.face]
    if meta.face == "letter" and (folder / WORD_WORDING).is_file():
        source.take_word(meta.key, has_html=(folder / wording).is_file())
    elif not source.take(wording, folder / wording):
        problem = Problem("template.missing", f"the wording {wording} is missing", f"{folder.name}/{wording}")
        raise Refusal("template.invalid", f"{meta.key} has no wording.", [problem])
    if wording in source.files:
        source.follow_wording(wording)
    if meta.face == "letter":
        source.take_letterhead(("letter.typ", "sheet.typ", "letter.docx"))
    else:
        source.take_stylesheet()
    if source.problems:
        count = len(source.problems)
        raise Refusal("template.invalid", f"{meta.key} cannot be frozen: {count} error(s).", source.problems)
    used = used_sentences(source.files)
    for language in meta.languages[1:]:
        state = completeness(used, locales, language, meta.key, known=(known or {}).get(language))
        if state.complete:
            source.files[f"messages/{language}.json"] = state.messages.to_json()
    return Bundle.of(source.files)


def included(source: str) -> Iterator[str | None]:
    """Names a wording includes, imports or extends; None for one that is only known at run time."""
    yield from jinja_meta.find_referenced_templates(wording_environment().parse(source))


class _Source:
    """Collects the files of a bundle, and what is wrong on the way."""

    def __init__(self, folder: Path, clauses: Path, letterhead: Path) -> None:
        self.folder, self.clauses, self.letterhead = folder, clauses, letterhead
        self.files: dict[str, bytes] = {}
        self.problems: list[Problem] = []

    def take(self, canonical: str, path: Path) -> bool:
        if canonical in self.files:
            return True
        if not path.is_file():
            return False
        data = path.read_bytes()
        # A checkout with Windows line ends is the same template.
        text = path.suffix in {".html", ".css", ".typ", ".yaml", ".svg"}
        self.files[canonical] = data.replace(b"\r\n", b"\n") if text else data
        return True

    def follow_wording(self, canonical: str) -> None:
        """Includes (transitively) and pictures of one wording file already taken."""
        try:
            text = self.files[canonical].decode()
            names = list(included(text))
        except UnicodeDecodeError:
            self.problems.append(Problem("template.encoding", "is not UTF-8 text", f"{canonical}:1"))
            return
        except jinja2.TemplateSyntaxError as error:
            self.problems.append(
                Problem("template.syntax", error.message or "syntax error", f"{canonical}:{error.lineno}")
            )
            return
        except RecursionError:
            self.problems.append(Problem("template.syntax", "is nested too deeply", f"{canonical}:1"))
            return
        for name in names:
            self._follow_include(canonical, text, name)
        bare = _COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
        for match in _PICTURE.finditer(bare):
            self._take_picture(match.group(1), f"{canonical}:{_line(bare, match.start())}")

    def take_word(self, key: str, *, has_html: bool) -> None:
        """``letter.docx``, and the wording, clauses and pictures in it; what cannot be kept would make faces differ."""
        if has_html:
            message = "there are two wordings, letter.html and letter.docx; keep one"
            self.problems.append(Problem("template.wordings", message, f"{WORD_WORDING}:1"))
            return
        self.take(WORD_WORDING, self.folder / WORD_WORDING)
        shared = {f"clauses/{path.name}": path.read_text(encoding="utf-8") for path in self.clauses.glob("*.html")}
        reading = read_word(self.files[WORD_WORDING], key, known=shared)
        self.problems += [Problem(f.code, f.message, f.place) for f in reading.errors]
        for path, content in reading.files.items():
            self.files[path] = content
            if path.startswith("clauses/"):
                self.follow_wording(path)

    def _follow_include(self, canonical: str, text: str, name: str | None) -> None:
        if name is None:
            self.problems.append(
                Problem("template.include", "includes a name known only at run time", f"{canonical}:1")
            )
            return
        place = f"{canonical}:{_line(text, max(text.find(name), 0))}"
        pure = PurePosixPath(name)
        if name in self.files:
            return
        if pure.is_absolute() or ".." in pure.parts:
            self.problems.append(Problem("template.include", f"may not include “{name}”", place))
            return
        inside_clauses = pure.parts[0] == "clauses"
        path = self.clauses.joinpath(*pure.parts[1:]) if inside_clauses else self.folder / name
        if self.take(name, path):
            self.follow_wording(name)
        else:
            self.problems.append(Problem("template.include", f"includes “{name}”, which does not exist", place))

    def _take_picture(self, name: str, place: str) -> None:
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts:
            self.problems.append(Problem("template.picture", f"may not use the picture “{name}”", place))
        elif not (self.take(name, self.folder / name) or self.take(f"letterhead/{name}", self.letterhead / name)):
            self.problems.append(Problem("template.picture", f"uses the picture “{name}”, which does not exist", place))

    def take_letterhead(self, roots: Iterable[str]) -> None:
        """The letterhead's files, and those that its Typst sources name in a string."""
        queue = list(roots)
        for name in queue:
            canonical = f"letterhead/{name}"
            if canonical in self.files or not self.take(canonical, self.letterhead / name) or not name.endswith(".typ"):
                continue
            for match in _TYPST_STRING.finditer(self.files[canonical].decode()):
                found = PurePosixPath(name).parent / match.group(1)
                if ".." not in found.parts and not found.is_absolute():
                    queue.append(str(found))

    def take_stylesheet(self) -> None:
        """``handout.css``: the template's own, else the shared one beside the letterhead; and what it names."""
        shared = (self.folder, self.folder.parent, self.letterhead)
        home = next((place for place in shared if (place / "handout.css").is_file()), None)
        if home is None:
            self.problems.append(Problem("template.missing", "there is no handout.css", "handout.css"))
            return
        self.take("handout.css", home / "handout.css")
        text = self.files["handout.css"].decode()
        for match in _CSS_URL.finditer(text):
            name = match.group(1) or match.group(2)
            place = f"handout.css:{_line(text, match.start())}"
            if ":" in name or name.startswith(("/", "#")) or ".." in PurePosixPath(name).parts:
                if not name.startswith(("data:", "#")):
                    self.problems.append(Problem("template.picture", f"may not load “{name}”", place))
            elif not self.take(name, home / name):
                self._take_picture(name, place)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
