"""A bundle's wording in one language, clauses and translations in place, with its fields and conditions kept.

The result is HTML in which every field, every condition and every change of file is one character of a plane that no
text uses; ``Resolved.atoms`` says what each stands for. Nothing runs: a wording is read, never filled, so a hostile one
can do no harm here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from jinja2 import nodes

from docservice.wording.bundle import Bundle
from docservice.wording.messages import Messages
from docservice.wording.redlines.expressions import condition, reading, source
from docservice.wording.redlines.reading import error, parsed

FIRST_ATOM = 0xF0000
_LAST_ATOM = 0xFFFFD
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")
_NAMED = re.compile(r"%\((\w+)\)s|%%")
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Atom:
    """What one character stands for: ``field``, ``condition`` or (no token) the ``file`` that begins here."""

    kind: str
    text: str
    source: str


@dataclass(slots=True)
class Resolved:
    """``html`` with atoms in it."""

    html: str = ""
    atoms: list[Atom] = field(default_factory=list)

    def atom(self, character: str) -> Atom:
        """The atom that a character of ``html`` stands for."""
        return self.atoms[ord(character) - FIRST_ATOM]


def resolve(bundle: Bundle, language: str, told: Messages | None = None) -> Resolved:
    """The wording of ``bundle`` in ``language``.

    ``told`` is what the language has for a bundle that does not offer it: any other sentence stands in English, after a
    token that says so. Raises ``Refusal``: ``language.unknown`` when the bundle does not offer it and nothing is told,
    ``template.error`` for a wording that does not parse, includes itself, or names a clause or sentence that is not in
    the bundle.
    """
    partly = told is not None and language not in bundle.languages
    messages = told if told is not None and partly else bundle.messages(language)
    return _Reader(bundle.files, messages, partly=partly).read(bundle.wording_path)


class _Reader:
    def __init__(self, files: Mapping[str, bytes], messages: Messages, *, partly: bool) -> None:
        self.files, self.messages, self.partly = files, messages, partly
        self.in_tag = False  # where the wording's own HTML left off: inside a tag no element may stand
        self.resolved = Resolved()
        self.parts: list[str] = []
        self.above: list[str] = []

    def read(self, path: str) -> Resolved:
        self._file(path, 1)
        self.resolved.html = "".join(self.parts)
        return self.resolved

    def _file(self, path: str, line: int) -> None:
        outer = self.above[-1] if self.above else path
        if path in self.above or len(self.above) > _DEEPEST:
            raise error(f"“{path}” includes itself", outer, line)
        tree = parsed(self.files, path, outer, line)
        self.above.append(path)
        self._add("file", path, path)
        self._statements(tree.body)
        self.above.pop()
        self._add("file", self.above[-1] if self.above else path, "")

    def _add(self, kind: str, text: str, source: str) -> None:
        at = FIRST_ATOM + len(self.resolved.atoms)
        if at > _LAST_ATOM:
            raise error("it has more fields and conditions than can be compared", self.above[-1], 1)
        self.resolved.atoms.append(Atom(kind, text, source))
        self.parts.append(chr(at))

    def _condition(self, text: str, source: str) -> None:
        self._add("condition", text, source)

    def _statements(self, body: Iterable[nodes.Node]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for one in node.nodes:
                        self._output(one)
                case nodes.If():
                    self._if(node)
                case nodes.For():
                    self._for(node)
                case nodes.Include():
                    self._include(node)
                case nodes.Assign():
                    name, value = source(node.target), node.node
                    self._condition(f"set {name} to {reading(value)}", f"set {name} = {source(value)}")
                case nodes.With():
                    for target, given in zip(node.targets, node.values, strict=True):
                        name = source(target)
                        self._condition(f"with {name} as {reading(given)}", f"with {name} = {source(given)}")
                    self._statements(node.body)
                case _:
                    # Wording that rendering refuses anyway: shown, so that a review sees it.
                    name = type(node).__name__.lower()
                    self._condition(name, name)
                    for child in node.iter_child_nodes():
                        self._statements([child])

    def _if(self, node: nodes.If) -> None:
        self._condition(f"if {condition(node.test)}", f"if {source(node.test)}")
        self._statements(node.body)
        for branch in node.elif_:
            self._condition(f"otherwise, if {condition(branch.test)}", f"elif {source(branch.test)}")
            self._statements(branch.body)
        if node.else_:
            self._condition("otherwise", "else")
            self._statements(node.else_)
        self._condition("end if", "endif")

    def _for(self, node: nodes.For) -> None:
        one, many = source(node.target), node.iter
        only = f", if {condition(node.test)}" if node.test is not None else ""
        narrowed = f" if {source(node.test)}" if node.test is not None else ""
        self._condition(f"for each {one} of {reading(many)}{only}", f"for {one} in {source(many)}{narrowed}")
        self._statements(node.body)
        if node.else_:
            self._condition("if there are none", "else")
            self._statements(node.else_)
        self._condition("end for", "endfor")

    def _include(self, node: nodes.Include) -> None:
        if not isinstance(node.template, nodes.Const) or not isinstance(node.template.value, str):
            raise error("an include needs the name of a file", self.above[-1], node.lineno)
        self._file(node.template.value, node.lineno)

    def _output(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            if "<" in node.data or ">" in node.data:
                self.in_tag = node.data.rfind("<") > node.data.rfind(">")
            # A character of our own in the wording would stand for an atom.
            self.parts.append(_PRIVATE.sub("\ufffd", node.data))
        elif isinstance(node, nodes.Const):
            self.parts.append(_PRIVATE.sub("\ufffd", escape(str(node.value))))
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name.endswith("gettext"):
            self._sentence(node)
        else:
            self._field(node)

    def _field(self, node: nodes.Node) -> None:
        self._add("field", reading(node), source(node))

    def _sentence(self, node: nodes.Call) -> None:
        """A translated sentence: its text, with the values it names as fields."""
        values = {pair.key: pair.value for pair in node.kwargs if isinstance(pair, nodes.Keyword)}
        texts = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        if not texts:
            return self._field(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        english = str(texts[1] if name == "pgettext" and len(texts) > 1 else texts[0])
        plural = str(texts[1]) if "ngettext" in name else None
        forms = self._translated(english, node.lineno, plural)
        if forms is None:
            self._condition("not translated", "untranslated")
            self.parts.append(" ")
            forms = (english,) if plural is None else (english, plural)
            if not self.in_tag:
                self.parts.append('<span lang="en">')
                self._forms(forms, values, node)
                self.parts.append("</span>")
                return None
        return self._forms(forms if plural is not None else forms[:1], values, node)

    def _forms(self, forms: tuple[str, ...], values: Mapping[str, nodes.Node], node: nodes.Call) -> None:
        if len(forms) == 1:
            return self._text(forms[0], values)
        counted = node.args[2]
        for at, form in enumerate(forms):
            self._condition(*self._form(at, len(forms), counted))
            self._text(form, values)
        self._condition("end of forms", "endforms")

    def _form(self, at: int, count: int, counted: nodes.Node) -> tuple[str, str]:
        number, exact = reading(counted), f"form {at} of {count} for {source(counted)}"
        if count == 2:
            return (f"if {number} is one" if at == 0 else "if more", exact)
        return f"plural form {at + 1} of {count} for {number}", exact

    def _translated(self, english: str, line: int, plural: str | None = None) -> tuple[str, ...] | None:
        """Its forms in the language; None for a sentence that a language which is not offered has none for."""
        if self.messages.language == "en":
            return (english,) if plural is None else (english, plural)
        found = self.messages.texts.get(english)
        if found is None and self.partly:
            return None
        if found is None:
            raise error(f"there is no translation for “{english[:60]}”", self.above[-1], line)
        return (found,) if isinstance(found, str) else found

    def _text(self, text: str, values: Mapping[str, nodes.Node]) -> None:
        at = 0
        for match in _NAMED.finditer(text):
            self.parts.append(_PRIVATE.sub("\ufffd", text[at : match.start()]))
            at = match.end()
            if match[1] is None:
                self.parts.append("%")
            elif match[1] in values:
                value = values[match[1]]
                if isinstance(value, nodes.Const):
                    self.parts.append(_PRIVATE.sub("\ufffd", escape(str(value.value))))
                else:
                    self._field(value)
            else:
                # "num" of a plural, or a name that the sentence does not get.
                self._add("field", match[1], match[1])
        self.parts.append(_PRIVATE.sub("\ufffd", text[at:]))
