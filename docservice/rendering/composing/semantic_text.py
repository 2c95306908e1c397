"""Bundle + facts + language → one semantic HTML text (docs/wording.md).

Pure: the same bundle, facts and language give the same text. What it does not do: judge whether the
document may go out (``checks``) or decide looks (letterhead, stylesheet).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol

import jinja2
from lxml import etree

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.composing.markup import read
from docservice.rendering.composing.pasted_html import make_lists, prints_lists
from docservice.rendering.composing.punctuation import tidy
from docservice.rendering.composing.sandbox import Sandbox, Speech, include_circle, speech
from docservice.rendering.composing.values import Record, pack_words, unresolved
from docservice.rendering.language import Direction, direction
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.pack_strings import SILENT, PackSpeech
from docservice.wording.messages import REVIEWS

MAX_CHARACTERS = 4_000_000
_KEPT_BUNDLES = 64


class SeenFacts(Protocol):
    """What a wording sees: ``rendering.composing.facts.Facts``, or a handout's own.

    With ``rules``, what the language says for the strings of the town's rules, those are said in it.
    """

    @property
    def names(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Composition:
    """A composed text.

    ``html`` is the serialized ``root`` (an lxml ``article`` element; read it, do not change it), ``title`` the text of
    its ``h1``, ``unresolved`` the paths of facts that the wording needs and the casefile lacks, in order.
    """

    html: str = field(repr=False)
    root: Any = field(repr=False)
    title: str
    language: str
    direction: Direction
    unresolved: tuple[str, ...]


def compose(
    bundle: Bundle, facts: SeenFacts, language: str, *, draft: bool = False, own_joints: bool = True
) -> Composition:
    """Fill the wording of ``bundle`` with ``facts`` in ``language`` (BCP 47).

    A missing value shows as a red mark and is listed in ``unresolved``; refusing it is the checks' business. With
    ``draft`` the article carries ``data-draft="true"``; without ``own_joints`` the marks beside facts are those of the
    time before the step ``joints 1``. Raises ``Refusal``: ``language.unknown`` when the bundle has no
    complete translation, ``template.error`` with ``file:line`` when the wording fails or tries what it may not,
    ``template.markup`` when what comes out is not the HTML of docs/house.md.
    """
    html, missing = filled(_compiled(bundle), bundle, facts, language, own_joints=own_joints)
    root = read(html, face=bundle.meta.face)
    if prints_lists(bundle.files):
        make_lists(root)
    if draft:
        root.set("data-draft", "true")
    title = " ".join("".join(root.find(".//h1").itertext()).split())
    text = etree.tostring(root, method="html", encoding="unicode")
    return Composition(text, root, title, language, direction(language), missing)


def filled(
    template: jinja2.Template, bundle: Bundle, facts: SeenFacts, language: str, *, own_joints: bool = True
) -> tuple[str, tuple[str, ...]]:
    """A template of ``bundle`` filled with ``facts``, and the paths of what is missing. Refuses as ``compose`` does."""
    messages = bundle.messages(language)
    missing: dict[str, None] = {}
    rules: PackSpeech = getattr(facts, "rules", SILENT)
    review = min(messages.review, rules.review, key=REVIEWS.index)
    told = {"review": review, "staff_english": getattr(facts, "staff_english", True)}
    tokens = speech.set(Speech(language, messages, own_joints)), unresolved.set(missing), pack_words.set(rules.texts)
    try:
        text = _fill(template, {**facts.names, "translation": Record("translation", told)})
    finally:
        speech.reset(tokens[0])
        unresolved.reset(tokens[1])
        pack_words.reset(tokens[2])
    return tidy(text, language, own_joints=own_joints), tuple(missing)


def _fill(template: jinja2.Template, names: Mapping[str, Any]) -> str:
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(names):
            size += len(part)
            if size > MAX_CHARACTERS:
                raise _error("the text grows beyond all measure", template.name or "", 1)
            parts.append(part)
    except Refusal:
        raise
    except jinja2.TemplateSyntaxError as error:
        raise _syntax(error) from None
    except Exception as error:
        # Whatever a template manages to raise, it is the template's fault: say where.
        raise _error(_sentence(error), *_place(error, template.name or "")) from None
    return "".join(parts)


_templates: dict[str, jinja2.Template] = {}
_lock = Lock()


def _compiled(bundle: Bundle) -> jinja2.Template:
    """The compiled wording of a bundle, kept for the bundles used last."""
    with _lock:
        template = _templates.pop(bundle.sha256, None) or _compile(bundle)
        _templates[bundle.sha256] = template
        if len(_templates) > _KEPT_BUNDLES:
            del _templates[next(iter(_templates))]
    return template


def prepare(bundle: Bundle) -> None:
    """Compile a bundle's wording, with the clauses that it may include, before its first letter is asked for."""
    environment = _compiled(bundle).environment
    for name in bundle.files:
        if name.startswith("clauses/") and name.endswith(".html"):
            with suppress(jinja2.TemplateError):  # told when a letter includes it
                environment.get_template(name)


def _compile(bundle: Bundle) -> jinja2.Template:
    return compiled(bundle.files, bundle.wording_path)


def compiled(files: Mapping[str, bytes], name: str) -> jinja2.Template:
    """The template ``name`` among ``files``, in the sandbox. Raises ``Refusal("template.error")``, ``file:line``."""
    environment = Sandbox(files)
    try:
        circle = include_circle(environment, name)
        if circle:
            raise _error(f"“{circle}” includes itself", circle, 1)
        return environment.get_template(name)
    except jinja2.TemplateSyntaxError as error:
        raise _syntax(error) from None
    except jinja2.TemplateNotFound as error:
        raise _error(f"includes “{error.name}”, which is not in the bundle", name, 1) from None
    except (RecursionError, UnicodeDecodeError, MemoryError, ValueError, SyntaxError) as error:
        raise _error(_sentence(error), name, 1) from None


def _syntax(error: jinja2.TemplateSyntaxError) -> Refusal:
    return _error(error.message or "syntax error", error.name or error.filename or "", error.lineno)


def _error(message: str, file: str, line: int) -> Refusal:
    problem = Finding.error("template.error", message, f"{file}:{line}")
    return Refusal("template.error", f"The wording cannot be filled: {message}.", [problem])


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it goes too deep"
    if isinstance(error, KeyError):
        return f"there is no translation, or no value, for “{error.args[0] if error.args else ''}”"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _place(error: Exception, name: str) -> tuple[str, int]:
    """The innermost line of wording in a traceback that Jinja has rewritten to template lines."""
    place = (name, 1)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".html"):
            place = (file, trace.tb_lineno)
        trace = trace.tb_next
    return place
